"""The files that the layer draws from: a theatre's geometry, and one timeline for each rule."""

import datetime as dt
import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from control_map.model import Basis
from control_map.style import Style
from control_map.theatre import Theatre

BEFORE = -1
"""The day of all that began before the period: one day before its first."""
LIGHT, DISPUTED = 1, 2
"""The bits of an interval's look."""
PLACE_FIELDS = ("place_id", "kind", "name", "name_local", "province", "neighbour")
"""What the layer knows of a place, in this order; a point's coordinates follow."""
_DECIMALS = 4
"""Of a degree: about ten metres, finer than any screen shows at these zooms."""


def geometry_file(theatre: Theatre, styles: dict[str, Style]) -> bytes:
    """Return the JSON of all that never changes: places, shapes, borders, period and the look of statuses.

    Coordinates are lon, lat (EPSG:4326). `places` are the `PLACE_FIELDS`, with `[lon, lat]` for those drawn as a
    point; `shapes` is a GeoJSON FeatureCollection by id.
    """
    places = theatre.places
    areal = places.geom_type.isin(["Polygon", "MultiPolygon"])
    return _json(
        {
            "start": theatre.period_start.isoformat(),
            "statuses": [
                {"id": s.status, "label": s.label, "colour": s.colour, "light": s.light, "dark": s.dark}
                for s in styles.values()
            ],
            "places": [
                [*described, None if drawn else _rounded(shape)["coordinates"]]
                for described, shape, drawn in zip(
                    places[list(PLACE_FIELDS)].to_numpy().tolist(), places.geometry, areal, strict=True
                )
            ],
            "shapes": {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "id": place_id, "properties": {}, "geometry": _rounded(shape)}
                    for place_id, shape in zip(places.loc[areal, "place_id"], places.geometry[areal], strict=True)
                ],
            },
            **_borders(places[areal]),
        }
    )


def _borders(drawn: gpd.GeoDataFrame) -> dict[str, Any]:
    provinces = drawn.dissolve("province", method="coverage")
    country = shapely.coverage_union_all(provinces.geometry.to_numpy())
    names = [
        {"name": name, "at": _rounded(middle)["coordinates"], "box": [round(edge, 2) for edge in shape.bounds]}
        for name, middle, shape in zip(
            provinces.index,
            shapely.point_on_surface(provinces.geometry.to_numpy()),
            provinces.geometry,
            strict=True,
        )
    ]
    inner = shapely.union_all(shapely.boundary(provinces.geometry.to_numpy()))
    return {
        "borders": _rounded(shapely.line_merge(inner)),
        "outline": _rounded(shapely.boundary(country)),
        "provinces": names,
    }


def _rounded(shape: shapely.Geometry) -> dict[str, Any]:
    rounded: dict[str, Any] = json.loads(
        shapely.to_geojson(shapely.transform(shape, lambda xy: np.round(xy, _DECIMALS)))
    )
    return rounded


def timeline_file(timeline: gpd.GeoDataFrame, start: dt.date, statuses: list[str]) -> bytes:
    """Return the JSON of what each place shows when, and of when it was heard of.

    For each place a pair. First a list of `[day, status, bits, claimed by, since]`: days counted from `start` (`BEFORE`
    for all that began earlier), positions in `statuses` (-1: nobody), `LIGHT` and `DISPUTED` bits. A row holds from its
    day until the next row's. Then the days of its reported events, in order; of those before `start` only the last.
    """
    position = {status: number for number, status in enumerate(statuses)}
    first = pd.Timestamp(start)
    frame = pd.DataFrame(
        {
            "place_id": timeline["place_id"],
            "day": (timeline["valid_from"] - first).dt.days.fillna(BEFORE).clip(lower=BEFORE).astype(int),
            "status": timeline["status"].map(position),
            "bits": timeline["basis"].isin([Basis.AREA, Basis.BASELINE]) * LIGHT + timeline["disputed"] * DISPUTED,
            "claimed": timeline["claimed_by"].map(position).fillna(-1).astype(int),
            "since": (timeline["since"] - first).dt.days.fillna(BEFORE).astype(int),
        }
    ).drop_duplicates(["place_id", "day"], keep="last")
    looks = frame[["place_id", "status", "bits", "claimed", "since"]]
    frame = frame[(looks != looks.shift()).any(axis=1)]
    steps: dict[str, list[list[int]]] = {}
    for place_id, *step in frame.itertuples(index=False, name=None):
        steps.setdefault(place_id, []).append(step)
    heard = _heard(timeline, first)
    return _json({place_id: [own, heard.get(place_id, [])] for place_id, own in steps.items()})


def _heard(timeline: gpd.GeoDataFrame, first: pd.Timestamp) -> dict[str, list[int]]:
    """Return the days of each place's reported events, counted from the first of the period."""
    days = pd.DataFrame({"place_id": timeline["place_id"], "day": (timeline["last_reported"] - first).dt.days})
    days = days.dropna().astype({"day": int}).sort_values("day", kind="stable")
    # Nobody is shown a day before the period: what was heard before its last earlier event makes no difference.
    earlier = days[days["day"] < 0].drop_duplicates("place_id", keep="last")
    told = pd.concat([earlier, days[days["day"] >= 0].drop_duplicates()])
    return {str(place_id): own.tolist() for place_id, own in told.groupby("place_id")["day"]}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
