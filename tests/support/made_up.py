"""A made-up theatre, small enough to reason about by hand, as files and as frames.

Two provinces: Harrow (districts H1 and H2; the capital C-H lies in H1) and Velden (district V1, in which the
crossing X-K lies). Red fights blue and green; blue and green are not each other's opponents. Days are counted from
the first of the period: day 0 is 1 May 2021.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from control_map.assessment.assertions import assert_at_places
from control_map.assessment.evidence import assess
from control_map.assessment.timeline import as_of, build_timeline, status_histories
from control_map.core.model import Actor, ends_of
from control_map.core.rules import Rule, presets
from control_map.geocoding.gazetteer import Gazetteer
from control_map.pipeline.pack import Pack
from control_map.theatre.reports import CODEBOOK_COLUMNS
from control_map.theatre.theatre import PLACE_COLUMNS, Theatre
from control_map.theatre.totals import TOTAL_COLUMNS

START = dt.date(2021, 5, 1)
END = dt.date(2021, 7, 1)
ACTORS = (
    Actor("red", "Reds", "#d1603d", ("blue", "green")),
    Actor("blue", "Blues", "#2f78b7", ("red",)),
    Actor("green", "Greens", "#2a9d6f", ("red",)),
)
RULES = presets(ACTORS)

# place_id, kind, name, alt_names, parent_id, province_id, province, lon, lat, population
_PLACES = [
    ("H1", "district", "Aldermoor", "Oldermure", "", "H", "Harrow", 0.5, 50.5, 6000),
    ("H2", "district", "Brackwater", "", "", "H", "Harrow", 1.5, 50.5, 2000),
    ("V1", "district", "Stonefen", "", "", "V", "Velden", 2.5, 50.5, 1000),
    ("C-H", "provincial_capital", "Aldermoor", "", "H1", "H", "Harrow", 0.4, 50.4, ""),
    ("X-K", "crossing", "Kestrel Gate", "", "V1", "V", "Velden", 2.9, 50.9, ""),
]
_AREAS = {"H1": 300, "H2": 100, "V1": 50}

THEATRE = """
title = "A made-up war"
country = "Marshland"

[period]
start = 2021-05-01
end = 2021-07-01

[[actors]]
id = "red"
label = "Reds"
colour = "#d1603d"
opponents = ["blue", "green"]

[[actors]]
id = "blue"
label = "Blues"
colour = "#2f78b7"
opponents = ["red"]

[[actors]]
id = "green"
label = "Greens"
colour = "#2a9d6f"
opponents = ["red"]

[provinces]
V = { alt_names = ["Feldena"] }

[[credits]]
what = "Everything"
who = "Nobody"
licence = "CC0"
url = "https://example.org/"
"""


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def _shape(place_id: str, lon: float, lat: float) -> shapely.Geometry:
    return shapely.box(lon - 0.5, lat - 0.5, lon + 0.5, lat + 0.5) if place_id in _AREAS else shapely.Point(lon, lat)


PLACES = gpd.GeoDataFrame(
    [
        {
            "place_id": place_id,
            "kind": kind,
            "name": name,
            "name_local": "",
            "alt_names": alt_names,
            "parent_id": parent_id,
            "province_id": province_id,
            "province": province,
            "also_in": "",
            "population": population or None,
            "area_km2": _AREAS.get(place_id),
            "polygon_id": place_id if place_id in _AREAS else "",
        }
        for place_id, kind, name, alt_names, parent_id, province_id, province, _, _, population in _PLACES
    ],
    geometry=[_shape(row[0], row[7], row[8]) for row in _PLACES],
    crs="EPSG:4326",
)


def said(
    on: int, claim: str = "captured", actor: str = "red", by: str = "independent", **others: Any
) -> dict[str, Any]:
    """Make a located report of an event on a day, by default on district H2 and published the day after.

    `place` is a place or province id ("" is the country), `published` a day's number; what else is given
    replaces the column of that name.
    """
    place, published = others.pop("place", "H2"), others.pop("published", on + 1)
    area = {"H": "province", "V": "province", "": "country"}.get(place)
    return {
        "place_id": place,
        "precision": area or "place",
        "area_scope": "whole" if area else "",
        "except_for": "",
        "excepted_ids": "",
        "event_date": pd.Timestamp(day(on)),
        "reported_date": pd.Timestamp(day(published)),
        "date_precision": "day",
        "claim": claim,
        "actor": actor,
        "claimant": "someone",
        "claimant_side": by,
        "origin": "Daily Fen",
        "source_name": "",
        "source_url": "https://example.org/",
        "reliability": "B",
        "credibility": 2,
        "summary": "",
        "number": float("nan"),
        "place_text": place,
        "province_text": "",
        "method": "exact",
        "score": 100.0,
        "part": "",
        **others,
    }


def located(reports: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Make a frame of reports; the first without an id is r0, the second r1, ..."""
    rows = [{"report_id": f"r{number}", **report} for number, report in enumerate(reports)]
    return pd.DataFrame(rows, columns=["report_id", *said(0)])


def many(count: int, report: dict[str, Any], **columns: Any) -> pd.DataFrame:
    """Make so many reports that are like one but for these columns, each a list of values or one value."""
    alike = located([report]).take(np.zeros(count, dtype="int64")).reset_index(drop=True)
    return alike.assign(report_id=[f"r{number}" for number in range(count)], **columns)


@dataclass
class Judged:
    """The evidence and the timeline that a rule derives from reports."""

    reports: pd.DataFrame
    evidence: pd.DataFrame
    timeline: gpd.GeoDataFrame

    def on(self, number: int, place: str = "H2") -> pd.Series:
        """Return a place's row of the timeline on a day."""
        rows = as_of(self.timeline, day(number)).set_index("place_id")
        return rows.loc[place]

    def status(self, number: int, place: str = "H2") -> str:
        return str(self.on(number, place)["status"])

    def did(self, report_id: str, place: str = "H2") -> tuple[str, str]:
        """Return role and reason of a report on a place."""
        mine = self.evidence[(self.evidence["place_id"] == place) & (self.evidence["report_id"] == report_id)]
        assert len(mine) == 1
        return str(mine["role"].iloc[0]), str(mine["reason"].iloc[0])


def judge(
    reports: Iterable[dict[str, Any]] | pd.DataFrame,
    rule: Rule | str = "assessed",
    known_on: dt.date | None = None,
    actors: tuple[Actor, ...] = ACTORS,
) -> Judged:
    """Weigh reports under a rule and build their timeline."""
    frame = reports if isinstance(reports, pd.DataFrame) else located(reports)
    by = RULES[rule] if isinstance(rule, str) else rule
    evidence = assess(assert_at_places(frame, PLACES, actors, START), actors, by, known_on)
    return Judged(frame, evidence, build_timeline(evidence, PLACES, START, ends_of(actors)))


def pack_of(
    reports: Iterable[dict[str, Any]] | pd.DataFrame, places: gpd.GeoDataFrame = PLACES, until: dt.date = END
) -> Pack:
    """Make a pack of located reports without files; it can be weighed and drawn, but names cannot be matched."""
    frame = reports if isinstance(reports, pd.DataFrame) else located(reports)
    theatre = Theatre(
        id="marshland",
        title="A made-up war",
        country="Marshland",
        period_start=START,
        period_end=until,
        opens_on=until,
        default_rule="assessed",
        actors=ACTORS,
        credits=(),
        places=places,
        provinces=pd.DataFrame(),
        totals=pd.DataFrame(),
    )
    nothing = pd.DataFrame()
    return Pack(
        theatre, cast("Gazetteer", None), frame, assert_at_places(frame, places, ACTORS, START), nothing, [], "made-up"
    )


def with_end(pack: Pack, party: str, on: int) -> Pack:
    """Return a pack in which a party ends on a day."""
    actors = tuple(replace(actor, until=day(on)) if actor.id == party else actor for actor in pack.theatre.actors)
    return replace(pack, theatre=replace(pack.theatre, actors=actors))


def written(number: int = 1, /, **others: str) -> dict[str, str]:
    """Make a report as it is written in a file: a good one on Brackwater, with the given cells replaced."""
    good = {
        "report_id": f"r{number}",
        "event_date": "2021-05-02",
        "date_precision": "day",
        "reported_date": "2021-05-03",
        "place_text": "Brackwater",
        "province_text": "Harrow",
        "place_kind": "district",
        "area_scope": "",
        "except_for": "",
        "claim": "captured",
        "actor": "red",
        "claimant": "a traveller",
        "claimant_side": "independent",
        "origin": "Daily Fen",
        "source_name": "Daily Fen",
        "source_url": "https://example.org/fen",
        "reliability": "B",
        "credibility": "2",
        "summary": "Reds walked in.",
        "number": "",
    }
    return {**good, **others}


def as_csv(rows: Iterable[dict[str, str]], columns: Iterable[str] = CODEBOOK_COLUMNS) -> str:
    """Return the rows as the text of a CSV file; one row is one line."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def places_csv() -> str:
    names = [
        "place_id",
        "kind",
        "name",
        "alt_names",
        "parent_id",
        "province_id",
        "province",
        "lon",
        "lat",
        "population",
    ]
    rows = [dict(zip(names, map(str, row), strict=True)) for row in _PLACES]
    return as_csv(
        [{**row, "polygon_id": row["place_id"] if row["place_id"] in _AREAS else ""} for row in rows], PLACE_COLUMNS
    )


def districts_geojson() -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"place_id": row[0], "name": row[2], "area_km2": _AREAS[row[0]]},
            "geometry": json.loads(shapely.to_geojson(_shape(row[0], row[7], row[8]))),
        }
        for row in _PLACES
        if row[0] in _AREAS
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def write_pack(
    folder: Path, reports: Iterable[dict[str, str]] = (), files: dict[str, str | bytes | None] | None = None
) -> Path:
    """Write the theatre as a pack; `files` replaces a file's contents, or leaves it out if None."""
    contents: dict[str, str | bytes | None] = {
        "theatre.toml": THEATRE,
        "districts.geojson": districts_geojson(),
        "places.csv": places_csv(),
        "reports.csv": as_csv(reports or [written()]),
        "totals.csv": f"{','.join(TOTAL_COLUMNS)}\n2021-05-03,districts_red,1,exact,red,,,\n",
        **(files or {}),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in contents.items():
        if text is not None:
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def status_history(timeline: gpd.GeoDataFrame, place_id: str) -> pd.DataFrame:
    """Return the statuses of one place in order, as `status_histories` does of all."""
    return status_histories(timeline[timeline["place_id"] == place_id])
