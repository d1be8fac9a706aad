"""The theatre laid out on paper: what the printed map shows on every day.

All lengths are in hundredths of a millimetre, from the upper left corner of the map, x to the right and y down.

The projection is Lambert's azimuthal equal-area one about the middle of the theatre. A reader of a printed map compares
coloured areas, so that equal areas must look equal; within the size of a country shapes hardly suffer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from control_map.core.arrays import memoize
from control_map.core.model import CRS, PlaceKind
from control_map.render.map.encoding import delta_encode
from control_map.render.map.geometry_file import place_neighbour_labels
from control_map.theatre.boundaries import is_drawn
from control_map.theatre.theatre import Theatre

MAP_WIDTH = 18_600
"""Of an A4 sheet within margins of 12 mm."""
_BESIDE, _ABOVE = 1_300, 850
"""Left and right of the theatre, and above and below it: a neighbour's name fits in."""
_DETAIL = 18
"""Corners of a border that stand out by less are left out: finer than a printed line."""
_CLEAR = 250
"""Between the theatre and the legend."""
_SHRINK = 0.97
CHARACTER_WIDTH = 0.56
"""Width of a letter on the average, as a share of the height of the type: of a wide typeface."""
PROVINCE_NAME_HEIGHT, COUNTRY_NAME_HEIGHT = 215, 250
"""Heights of type of a province's and of a neighbour's name."""
_STEPS = (1, 2, 5)

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class MapLabel:
    """A name on the map: where the middle of its line is, and whether `x` is its middle, start or end."""

    text: str
    x: int
    y: int
    anchor: str = "middle"


@dataclass(frozen=True, eq=False)
class MapLayout:
    """Where everything stands on the map.

    `shapes` are the drawn districts by place id, simplified together, so that they still share their edges; `paths` the
    same as SVG. `points` are the places that are points. `legend` is the upper left corner of the legend, which covers
    nothing, and `bar` the length of the scale bar of `kilometres`.
    """

    height: int
    shapes: dict[str, shapely.Geometry]
    paths: dict[str, str]
    points: dict[str, tuple[int, int]]
    borders: str
    outline: str
    province_labels: list[MapLabel]
    country_labels: list[MapLabel]
    legend: tuple[int, int]
    scale_bar_kilometres: int
    scale_bar_length: int


@memoize
def layout_map(theatre: Theatre, height: int, legend: tuple[int, int]) -> MapLayout:
    """Lay a theatre out on a map of some height, with a free corner for a legend of some width and height."""
    places = theatre.places
    areal = is_drawn(places)
    west, south, east, north = places.total_bounds
    flat = f"+proj=laea +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +datum=WGS84 +units=m"
    metres = places.to_crs(flat).geometry.to_numpy()
    scale, shift, corner = _fit(metres, height, legend)

    def onto(shapes: Any) -> Any:
        return _moved(shapes, scale, shift)

    drawn = shapely.coverage_simplify(onto(metres[areal]), _DETAIL)
    spots = shapely.get_coordinates(onto(metres[~areal])).round().astype(int).tolist()
    points = dict(zip(places.loc[~areal, "place_id"], map(tuple, spots), strict=True))
    provinces = gpd.GeoDataFrame(places.loc[areal, ["province_id", "province"]], geometry=drawn).dissolve(
        "province_id", method="coverage"
    )
    country = shapely.coverage_union_all(provinces.geometry.to_numpy())
    outline = shapely.boundary(country)
    inner = shapely.union_all(shapely.boundary(provinces.geometry.to_numpy()))
    capitals = places.loc[places["kind"] == PlaceKind.CAPITAL, "place_id"]
    taken = [_around(points[place_id], 110) for place_id in capitals]
    ids = places.loc[areal, "place_id"]
    kilometres, bar = _scale_bar(scale)
    return MapLayout(
        height=height,
        shapes=dict(zip(ids, drawn, strict=True)),
        paths={place_id: to_svg_path(shape) for place_id, shape in zip(ids, drawn, strict=True)},
        points=points,
        borders=to_svg_path(shapely.difference(inner, outline)),
        outline=to_svg_path(outline),
        province_labels=_named(provinces, taken),
        country_labels=_abroad(theatre, flat, onto, height, (*corner, corner[0] + legend[0], corner[1] + legend[1])),
        legend=corner,
        scale_bar_kilometres=kilometres,
        scale_bar_length=bar,
    )


def to_svg_path(shape: shapely.Geometry) -> str:
    """Write a shape as an SVG path: polygons as closed rings, lines as they are."""
    parts = shapely.get_parts(shape)
    closed = len(parts) > 0 and shapely.get_type_id(parts[0]) == shapely.GeometryType.POLYGON
    lines = shapely.get_rings(parts) if closed else shapely.get_parts(shapely.line_merge(shape))
    written = []
    for x, y, *moves in delta_encode(lines, closed=closed, steps_per_unit=1):
        written.append(f"M{x} {y}l{' '.join(map(str, moves))}{'z' if closed else ''}".replace(" -", "-"))
    return "".join(written)


def text_width(text: str, height: float) -> float:
    """Return about how wide a text is in some height of type, in the unit of the height."""
    return len(text) * height * CHARACTER_WIDTH


def _fit(
    shapes: np.ndarray[Any, Any], height: int, legend: tuple[int, int]
) -> tuple[float, np.ndarray[Any, Any], tuple[int, int]]:
    """Return scale and shift of the largest map that leaves a corner for the legend, and this corner.

    The theatre stands at the edge across from the legend.
    """
    west, south, east, north = shapely.total_bounds(shapes)
    wide, high = max(east - west, 1.0), max(north - south, 1.0)
    rough = shapely.simplify(shapely.union_all(shapes), wide / 300)
    most = min((MAP_WIDTH - 2 * _BESIDE) / wide, (height - 2 * _ABOVE) / high)
    right, low = MAP_WIDTH - legend[0], height - legend[1]
    corners = ((right, low), (0, low), (right, 0), (0, 0))
    for scale in most * _SHRINK ** np.arange(40):
        left = {right: _BESIDE, 0: MAP_WIDTH - _BESIDE - wide * scale}
        for corner in corners:
            shift = np.array([left[corner[0]] - west * scale, (height + (north + south) * scale) / 2])
            room = shapely.box(*corner, corner[0] + legend[0], corner[1] + legend[1])
            there = _moved(rough, scale, shift)
            if shapely.distance(there, room) > _CLEAR:
                return float(scale), shift, corner
    return float(scale), shift, corners[0]


def _moved(shapes: Any, scale: float, shift: np.ndarray[Any, Any]) -> Any:
    return shapely.transform(shapes, lambda points: points * (scale, -scale) + shift)


def _around(point: Sequence[float], half: float) -> Box:
    return point[0] - half, point[1] - half, point[0] + half, point[1] + half


def _overlap(one: Box, other: Box) -> float:
    """Return the area that two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0) * max(high, 0)


def _named(provinces: gpd.GeoDataFrame, taken: Sequence[Box]) -> list[MapLabel]:
    """Write each province's name inside it, clear of what is taken and of other names; without room it has none.

    The smallest choose first: the large have room left.
    """
    boxes, names = list(taken), []
    shapes = provinces.geometry.to_numpy()
    rooms = shapely.maximum_inscribed_circle(shapes, PROVINCE_NAME_HEIGHT / 4)
    for each in np.argsort(shapely.area(shapes)).tolist():
        shape, text = shapes[each], str(provinces["province"].iloc[each])
        half = text_width(text, PROVINCE_NAME_HEIGHT) / 2
        middle = shapely.get_coordinates(rooms[each])[0]
        x, y = np.meshgrid(*(np.arange(-6, 7) * (step / 1.5) for step in (PROVINCE_NAME_HEIGHT, PROVINCE_NAME_HEIGHT)))
        spots = np.column_stack([x.ravel(), y.ravel()]) + middle
        spots = spots[shapely.contains_xy(shape, spots)]
        order = np.argsort(np.linalg.norm(spots - middle, axis=1), kind="stable")
        # A name that leaves its province may be read as its neighbour's.
        lines = shapely.linestrings([[(px - half, py), (px + half, py)] for px, py in spots[order].tolist()])
        leaves = 2 * half - shapely.length(shapely.intersection(lines, shape))
        best: tuple[float, Box] | None = None
        for (px, py), out in zip(spots[order].tolist(), leaves.tolist(), strict=True):
            box = (px - half, py - PROVINCE_NAME_HEIGHT * 0.45, px + half, py + PROVINCE_NAME_HEIGHT * 0.45)
            if any(_overlap(box, other) > 0 for other in boxes):
                continue
            cost = out + float(np.hypot(px - middle[0], py - middle[1])) / 3
            if best is None or cost < best[0]:
                best = cost, box
        if best:
            box = best[1]
            boxes.append(box)
            names.append(MapLabel(text, round((box[0] + box[2]) / 2), round((box[1] + box[3]) / 2)))
    return names


def _abroad(theatre: Theatre, flat: str, onto: Any, height: int, legend: Box) -> list[MapLabel]:
    """Write the neighbours' names; one that does not fit onto the map or meets the legend is left out."""
    country = shapely.coverage_union_all(theatre.places.geometry.to_numpy()[is_drawn(theatre.places)])
    found = place_neighbour_labels(theatre.places, country)
    if not found:
        return []
    lon, lat = zip(*(each["at"] for each in found), strict=True)
    at = np.asarray(gpd.points_from_xy(lon, lat, crs=CRS).to_crs(flat))
    names = []
    for each, (x, y) in zip(found, shapely.get_coordinates(onto(at)).round().astype(int).tolist(), strict=True):
        wide = text_width(each["name"], COUNTRY_NAME_HEIGHT) * 1.25  # the letters are spaced
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[each["anchor"]]
        box = (left, y - COUNTRY_NAME_HEIGHT / 2, left + wide, y + COUNTRY_NAME_HEIGHT / 2)
        if box[0] >= 0 and box[2] <= MAP_WIDTH and box[1] >= 0 and box[3] <= height and not _overlap(box, legend):
            names.append(MapLabel(each["name"], x, y, each["anchor"]))
    return names


def _scale_bar(scale: float) -> tuple[int, int]:
    """Return a round number of kilometres that is about 25 mm long on the map, and its length there."""
    longest = 3_000 / scale / 1_000
    rounds = [step * 10**power for power in range(5) for step in _STEPS]
    kilometres = max([each for each in rounds if each <= longest], default=1)
    return kilometres, round(kilometres * 1_000 * scale)
