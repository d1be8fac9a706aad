"""The file of everything that never changes: places and shapes, borders, labels, and the look of statuses."""

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from control_map.core.arrays import to_compact_json
from control_map.core.labels import frontend_labels
from control_map.core.model import PlaceKind
from control_map.core.status_style import StatusStyle
from control_map.render.map.encoding import delta_encode, round_degrees
from control_map.theatre.boundaries import is_drawn
from control_map.theatre.theatre import Theatre

PLACE_FIELDS = ("place_id", "kind", "name", "name_local", "province_id", "province", "neighbour")
"""The fields of a place in the file, in this order; the position of its label follows them."""
_LABEL_DISTANCE, _LABEL_LENGTH = 0.03, 0.12
"""The distance of a neighbour's name from the theatre, and its approximate length, as shares of the diagonal."""
_OUTSIDE_POINTS = 720
"""The number of points around the theatre at which the nearest neighbour is sought: closer than a name is long."""
_CITIES, _FEWEST_CAPITALS = 7, 5
"""Places named from the start; where there are fewer capitals than this, districts are among them."""
_CITY_DISTANCE = 0.07
"""How near two places are of which only one is named from the start, as a share of the diagonal."""


def make_geometry_file(theatre: Theatre, styles: dict[str, StatusStyle]) -> bytes:
    """Return the JSON of everything that the map draws once.

    Coordinates are lon, lat (EPSG:4326). Lines are written by `delta_encode`.

    - `start`, `days`: the first day and the number of days of the period; `country`, its name;
    - `statuses`: id, label and colours of each;
    - `leader`: how a sentence on what the first of them holds begins;
    - `labels`: what the map's own code calls kinds of places, changes and doubts, see `frontend_labels`;
    - `places`: the `PLACE_FIELDS`, then `[lon, lat]` and `radius` (degrees) of the largest circle inside, in which a
      label fits; a point has radius 0;
    - `within`: pairs of positions among the places: of each capital, crossing and district without a polygon, and
      of the district that it lies in;
    - `frontier`: for each neighbouring country pairs of the position of a district and the kilometres of border that it
      has with this neighbour, as far as the theatre says where its neighbours lie;
    - `parts`: name, local name and position among the places of each named part of a place;
    - `shapes`: for each place its rings, of holes and parts alike, or null for a point;
    - `borders`, `outline`: lines between provinces, and around the theatre;
    - `provinces`: `id`, `name`, `at` and `radius` as for places, `box` (west, south, east, north);
    - `neighbours`: `name`, `at` and `anchor` of each country across a crossing, see `place_neighbour_labels`;
    - `cities`: positions of the places that are named from the start, see `choose_cities`.
    """
    places = theatre.places
    areal = is_drawn(places)
    drawn = places.geometry.to_numpy()[areal]
    provinces = places[areal].dissolve("province_id", method="coverage")
    country, outline, borders = outline_provinces(provinces)
    return to_compact_json(
        {
            "start": theatre.period_start.isoformat(),
            "days": theatre.day_count,
            "country": theatre.country,
            "statuses": [
                {"id": s.status, "label": s.label, "colour": s.colour, "light": s.light, "dark": s.dark, "dim": s.dim}
                for s in styles.values()
            ],
            "leader": theatre.actors[0].subject,
            "labels": frontend_labels(),
            "places": _encode_places(places, areal),
            "within": _encode_containers(theatre),
            "frontier": _encode_frontier(theatre),
            "parts": _encode_parts(theatre),
            "shapes": _encode_shapes(drawn, areal),
            "borders": _encode_lines(borders),
            "outline": _encode_lines(outline),
            "provinces": _encode_provinces(provinces),
            "neighbours": place_neighbour_labels(places, country),
            "cities": choose_cities(places),
        }
    )


def outline_provinces(provinces: gpd.GeoDataFrame) -> tuple[shapely.Geometry, shapely.Geometry, shapely.Geometry]:
    """Return the area of all provinces together, its outline, and the lines between provinces."""
    shapes = provinces.geometry.to_numpy()
    country = shapely.coverage_union_all(shapes)
    outline = shapely.boundary(country)
    return country, outline, shapely.difference(shapely.union_all(shapely.boundary(shapes)), outline)


def _encode_places(places: gpd.GeoDataFrame, areal: np.ndarray) -> list[list[Any]]:
    points, radii = _largest_circles(places.geometry.to_numpy(), areal)
    described = places[list(PLACE_FIELDS)].to_numpy().tolist()
    return [
        [*fields, round_degrees(*point), *round_degrees(radius)]
        for fields, point, radius in zip(described, points, radii, strict=True)
    ]


def _encode_containers(theatre: Theatre) -> list[tuple[int, int]]:
    places, position = theatre.places, theatre.place_positions
    containers = places["parent_id"].where(places["kind"] != PlaceKind.DISTRICT, places["polygon_id"]).map(position)
    return [(number, int(at)) for number, at in enumerate(containers) if at >= 0 and at != number]


def _encode_frontier(theatre: Theatre) -> dict[str, list[tuple[int, float]]]:
    position = theatre.place_positions
    return {
        str(neighbour): [
            (position[place_id], round(km, 1)) for place_id, km in zip(rows["place_id"], rows["km"], strict=True)
        ]
        for neighbour, rows in theatre.frontier.groupby("neighbour")
    }


def _encode_parts(theatre: Theatre) -> list[list[Any]]:
    position = theatre.place_positions
    parts = theatre.parts[["name", "name_local", "part_of"]].itertuples(index=False, name=None)
    return [[*names, position[place_id]] for *names, place_id in parts]


def _largest_circles(shapes: np.ndarray, areal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return centre and radius of the largest circle inside each shape; a point is its own centre."""
    radius = shapely.maximum_inscribed_circle(shapes[areal])  # a line from the centre to the edge
    points, radii = np.empty((len(shapes), 2)), np.zeros(len(shapes))
    points[areal] = shapely.get_coordinates(shapely.get_point(radius, 0))
    points[~areal] = shapely.get_coordinates(shapely.centroid(shapes[~areal]))
    radii[areal] = shapely.length(radius)
    return points, radii


def _encode_shapes(drawn: np.ndarray, areal: np.ndarray) -> list[list[list[int]] | None]:
    parts, shape = shapely.get_parts(drawn, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    encoded: list[list[list[int]]] = [[] for _ in drawn]
    for number, ring in zip(shape[part], delta_encode(_align(rings), closed=True), strict=True):
        encoded[number].append(ring)
    remaining = iter(encoded)
    return [next(remaining) if is_areal else None for is_areal in areal]


def _align(rings: np.ndarray) -> np.ndarray:
    """Reverse the rings that share more edges backwards than forwards with the rings before them.

    Neighbours then write a shared edge with the same numbers, which compress to almost nothing; this saves a quarter of
    the shapes' bytes. The even-odd rule ignores the direction of rings.
    """
    known: set[tuple[complex, complex]] = set()
    reversed_ = np.zeros(len(rings), dtype=bool)
    for number, ring in enumerate(rings):
        points = shapely.get_coordinates(ring).view(complex).ravel().tolist()
        forwards, backwards = set(pairwise(points)), set(pairwise(points[::-1]))
        reversed_[number] = len(known & backwards) > len(known & forwards)
        known |= backwards if reversed_[number] else forwards
    return np.where(reversed_, shapely.reverse(rings), rings)


def _encode_lines(lines: shapely.Geometry) -> list[list[int]]:
    merged = shapely.line_merge(lines)
    return delta_encode(shapely.get_parts(merged), closed=False)


def _encode_provinces(provinces: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    shapes = provinces.geometry.to_numpy()
    points, radii = _largest_circles(shapes, np.ones(len(shapes), dtype=bool))
    return [
        {
            "id": province_id,
            "name": name,
            "at": round_degrees(*point),
            "radius": round_degrees(radius)[0],
            "box": round_degrees(*box),
        }
        for province_id, name, point, radius, box in zip(
            provinces.index, provinces["province"], points, radii, shapely.bounds(shapes), strict=True
        )
    ]


def place_neighbour_labels(places: pd.DataFrame, country: shapely.Geometry) -> list[dict[str, Any]]:
    """Return the positions of the names of the neighbouring countries.

    A neighbour's name stands a little outside the theatre, at the middle of the longest stretch of its outline that is
    nearer to crossings to this neighbour than to crossings to any other.

    Parameters
    ----------
    places
        GeoDataFrame in EPSG:4326 with `kind, neighbour, geometry`; crossings are points. Not changed.
    country
        The theatre as one shape.

    Returns
    -------
    list of dict
        `name`, `at` (lon, lat) and `anchor` as in SVG, sorted by name: a name that would cover the theatre to its east
        ends at its point, one that would cover it to its west starts there. Empty without crossings or polygons.
    """
    crossings = places[(places["kind"] == PlaceKind.CROSSING) & (places["neighbour"] != "")]
    if crossings.empty or shapely.is_empty(country):
        return []
    west, south, east, north = shapely.bounds(country)
    diagonal = np.hypot(east - west, north - south)
    distance = _LABEL_DISTANCE * diagonal
    around = shapely.buffer(shapely.simplify(country, distance / 10), distance)
    ring = shapely.get_exterior_ring(max(shapely.get_parts(around), key=shapely.area))
    outside = shapely.line_interpolate_point(ring, np.arange(_OUTSIDE_POINTS) / _OUTSIDE_POINTS, normalized=True)
    crossing = shapely.get_coordinates(crossings.geometry.to_numpy())
    distances = np.linalg.norm(shapely.get_coordinates(outside)[:, None] - crossing, axis=2)
    nearest = crossings["neighbour"].to_numpy()[distances.argmin(axis=1)]
    middles = {name: _middle_of_longest(nearest == name) for name in sorted(set(nearest))}
    return [
        {
            "name": name,
            "at": round_degrees(*shapely.get_coordinates(point)[0]),
            "anchor": _choose_anchor(point, country, _LABEL_LENGTH * diagonal),
        }
        for name, point in ((name, outside[middle]) for name, middle in middles.items())
    ]


def _middle_of_longest(flags: np.ndarray) -> int:
    """Return the middle of the longest run of flagged positions on a circle."""
    start = 0 if flags.all() else int(np.flatnonzero(~flags)[0])
    ahead = np.roll(flags, -start)
    edges = np.flatnonzero(np.diff(ahead.astype(int), prepend=0, append=0)).reshape(-1, 2)
    begin, end = max(edges.tolist(), key=lambda edge: edge[1] - edge[0])
    return (start + (begin + end) // 2) % len(flags)


def _choose_anchor(point: shapely.Point, country: shapely.Geometry, length: float) -> str:
    """Return the anchor with which a name of a length (degrees) covers least of the theatre, preferably the middle."""
    begins = {"middle": point.x - length / 2, "end": point.x - length, "start": point.x}
    covered = {
        anchor: shapely.LineString([(west, point.y), (west + length, point.y)]).intersection(country).length
        for anchor, west in begins.items()
    }
    return min(covered, key=covered.__getitem__)


def choose_cities(places: gpd.GeoDataFrame) -> list[int]:
    """Return the places whose names the map shows from the start, the weightiest first.

    They are provincial capitals; districts are among them only where there are fewer than `_FEWEST_CAPITALS` of these.
    A place weighs by its population, or by that of the district that contains it; of places without a known population
    that one weighs more which has more districts near it, because districts are small where many people live. None
    stands near a weightier one, so that the names spread over the theatre.

    Parameters
    ----------
    places
        In EPSG:4326 with `place_id, kind, parent_id, population, geometry`. Not changed.

    Returns
    -------
    list of int
        Positions in `places`, at most `_CITIES`.
    """
    districts = places["kind"] == PlaceKind.DISTRICT
    is_capital = places["kind"] == PlaceKind.CAPITAL
    candidates = is_capital if is_capital.sum() >= _FEWEST_CAPITALS else is_capital | districts
    points = shapely.get_coordinates(shapely.point_on_surface(places.geometry.to_numpy()))
    near = _CITY_DISTANCE * np.hypot(*(points.max(axis=0) - points.min(axis=0)))
    district_points = points[districts]
    # Most places weigh by their population alone, and a theatre can have thousands.
    population = places["population"].fillna(places["parent_id"].map(places.set_index("place_id")["population"]))
    neighbours = [
        int((np.linalg.norm(district_points - points[place], axis=1) < near).sum()) if unknown else 0
        for place, unknown in enumerate(population.isna() & candidates)
    ]
    weights = pd.DataFrame({"capital": is_capital, "population": population.fillna(0), "near": neighbours})
    ranked = weights[candidates.to_numpy()].sort_values(weights.columns.tolist(), ascending=False, kind="stable")
    chosen: list[int] = []
    for place in ranked.index.tolist():
        if all(np.linalg.norm(points[place] - points[other]) >= near for other in chosen):
            chosen.append(place)
        if len(chosen) == _CITIES:
            break
    return chosen
