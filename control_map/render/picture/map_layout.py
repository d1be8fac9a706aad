"""The layout of the drawn map, in a brief and in a picture: what it shows on every day, and where.

All lengths are from the upper left corner of the map, x to the right and y down. Lines, symbols and names have sizes
that suit a printed map in hundredths of a millimetre; a picture says how many of these units make one of its pixels.

The projection is Lambert's azimuthal equal-area one about the middle of the theatre. A reader of a printed map compares
coloured areas, so that equal areas must look equal; within the size of a country shapes hardly suffer.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from anyascii import anyascii

from control_map.core.arrays import memoize
from control_map.core.model import CRS, PlaceKind
from control_map.render.map.encoding import delta_encode
from control_map.render.map.geometry_file import outline_provinces, place_neighbour_labels
from control_map.theatre.boundaries import is_drawn
from control_map.theatre.theatre import Theatre

MAP_WIDTH = 18_600
"""The width of an A4 page within margins of 12 mm."""
MARGINS = (1_300, 850)
"""Space left and right of the theatre, and above and below it, for the names of neighbouring countries."""
_DETAIL = 18
"""Corners of a border that stand out by less are left out, since a printed line is wider."""
_LEGEND_GAP = 250
"""Space between the theatre and the legend."""
_SHRINK = 0.97
_SPACED = 1.25
"""How much wider the names of neighbours are, because their letters are spaced."""
_REACH, _GRID = 3_000, 90
"""How far the name of a country may be moved, and the distance of the spots that are tried."""
_SMALLEST = 1_000.0
"""The metres that a map shows at least."""
_AROUND_POINTS = 25_000.0
"""The metres shown on each side of the places of a province that has no area, so that it is seen where they lie."""
_CHARACTER_WIDTH = 0.56
"""Average width of a character of a wide typeface, as a share of the font size."""
FADE = 300
"""How wide the edge is in which the surroundings of a province fade; what the map is about is farther from it."""
PROVINCE_NAME_HEIGHT, COUNTRY_NAME_HEIGHT = 215, 250
"""Font sizes of the names of provinces and of neighbouring countries."""
_SMALLER = (1.0, 0.85, 0.72)
"""The sizes of the name of a district, as shares: the largest with which it fits inside is taken."""
_INSIDE = 0.85
"""The share of the estimated box of a name that lies inside its district: most names are narrower than the estimate."""
_SYMBOL_NAME, _BESIDE = 0.85, 150
"""The size of the name of a symbol, and its distance from the middle of the symbol."""
_SPOTS = 25
"""In how many columns and rows a place for the name of a district is sought."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class MapLabel:
    """A name on the map: `y` is the middle of its line, `x` its middle, start or end, as `anchor` says.

    `size` is its font size, as a share of that of other names of its kind. A name of two lines is two labels.
    """

    text: str
    x: int
    y: int
    anchor: str = "middle"
    size: float = 1.0


@dataclass(frozen=True, eq=False)
class MapLayout:
    """Where everything stands on the map; no part of the theatre is under the legend.

    `shapes` are the drawn districts by place id, simplified together, so that they still share their edges; `paths` are
    the same as SVG. `points` are the places that are points. `area_labels` name the provinces, and on a map of one
    province its districts, capital and crossings; `neighbour_labels` name the countries and, there, the provinces
    around. `outline` is that of what the map is about, `borders` those of its provinces, each also as lines, and
    `surroundings` are the ids of all places that do not belong to it. `legend` is the upper left corner of the legend.
    """

    width: int
    height: int
    shapes: dict[str, shapely.Geometry]
    paths: dict[str, str]
    points: dict[str, tuple[int, int]]
    surroundings: frozenset[str]
    border_lines: shapely.Geometry
    outline_lines: shapely.Geometry
    borders: str
    outline: str
    area_labels: list[MapLabel]
    neighbour_labels: list[MapLabel]
    legend: tuple[int, int]
    scale_bar_kilometres: int
    scale_bar_length: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height

    @property
    def faded_edges(self) -> list[tuple[str, int, int, int, int]]:
        """The edges in which the surroundings fade: `side, x, y, width, height`."""
        wide, high = self.size
        return [
            ("left", 0, 0, FADE, high),
            ("right", wide - FADE, 0, FADE, high),
            ("top", 0, 0, wide, FADE),
            ("bottom", 0, high - FADE, wide, FADE),
        ]


@memoize
def layout_map(
    theatre: Theatre,
    height: int,
    legend: tuple[int, int] = (0, 0),
    width: int = MAP_WIDTH,
    margins: tuple[int, int] = MARGINS,
    province_id: str = "",
) -> MapLayout:
    """Arrange a theatre on a map of a given size, with a free corner for a legend of a given width and height.

    `margins` are the least space left and right of the theatre, and above and below it. With the id of a province the
    map is about this province, and shows as much of its surroundings as there is room.
    """
    places, size = theatre.places, (width, height)
    areal = is_drawn(places)
    is_subject = (places["province_id"] == province_id).to_numpy() | (not province_id)
    west, south, east, north = places[is_subject].total_bounds
    flat = f"+proj=laea +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +datum=WGS84 +units=m"
    metres = places.to_crs(flat).geometry.to_numpy()
    about = metres[is_subject]
    if not (areal & is_subject).any():
        about = shapely.buffer(about, _AROUND_POINTS)
    scale, shift, corner = _fit_shapes(about, size, margins, legend)
    to_paper = partial(_move, scale=scale, shift=shift)
    laid = to_paper(metres)
    is_shown = is_subject | shapely.intersects(laid, shapely.box(0, 0, *size))
    areal &= is_shown
    drawn = shapely.coverage_simplify(laid[areal], _DETAIL)
    is_point = is_shown & (shapely.get_dimensions(laid) == 0)
    spots = shapely.get_coordinates(laid[is_point]).round().astype(int).tolist()
    points = dict(zip(places.loc[is_point, "place_id"], map(tuple, spots), strict=True))
    shown = gpd.GeoDataFrame(places.loc[areal, ["name", "province_id", "province"]], geometry=drawn)
    provinces = shown.dissolve("province_id", method="coverage")
    country, outline, borders = outline_provinces(provinces)
    # On a printed page, on which changes have numbers too, names would find no place beside all symbols.
    is_marked = is_point & is_subject & ((places["kind"] == PlaceKind.CAPITAL) | (not any(legend)))
    taken = [box_around(points[place_id], 110) for place_id in places.loc[is_marked, "place_id"]]
    if province_id:
        areas = shown[is_subject[areal]]
        subject = shapely.coverage_union_all(areas.geometry.to_numpy())
        outline = shapely.boundary(subject)
        named = places.loc[is_point & is_subject, ["name", "place_id", "kind"]].itertuples(index=False)
        marks = [(kind, str(name), points[place_id]) for name, place_id, kind in named]
        labels = _name_in_province(areas, marks, subject, size, taken)
    else:
        labels = _name_areas(provinces["province"].tolist(), provinces.geometry.to_numpy(), taken)
    taken += _name_boxes(labels)
    if province_id:
        others = provinces.drop(index=province_id, errors="ignore")
        seen = shapely.intersection(others.geometry.to_numpy(), shapely.box(FADE, FADE, width - FADE, height - FADE))
        is_seen = shapely.area(seen) > 0
        around = _name_areas(others.loc[is_seen, "province"].tolist(), seen[is_seen], taken, around=True)
        gates = places[is_point & (places["neighbour"] != "")].groupby("neighbour")["place_id"]
        wanted = [MapLabel(str(name), *points[ids.iloc[0]]) for name, ids in gates]
    else:
        around = []
        wanted = _want_countries(theatre, flat, to_paper)
    taken += map(_wide_box, around)
    around += _name_countries(wanted, country, size, _legend_box(corner, legend), taken, 0 if any(legend) else _REACH)
    ids = places.loc[areal, "place_id"]
    kilometres, bar = _scale_bar(scale)
    return MapLayout(
        width=width,
        height=height,
        shapes=dict(zip(ids, drawn, strict=True)),
        paths={place_id: to_svg_path(shape) for place_id, shape in zip(ids, drawn, strict=True)},
        points=points,
        surroundings=frozenset(places.loc[is_shown & ~is_subject, "place_id"]),
        border_lines=borders,
        outline_lines=outline,
        borders=to_svg_path(borders),
        outline=to_svg_path(outline),
        area_labels=labels,
        neighbour_labels=around,
        legend=corner,
        scale_bar_kilometres=kilometres,
        scale_bar_length=bar,
    )


def to_svg_path(shape: shapely.Geometry) -> str:
    """Write a shape as an SVG path; polygons become closed rings."""
    parts = shapely.get_parts(shape)
    closed = len(parts) > 0 and shapely.get_type_id(parts[0]) == shapely.GeometryType.POLYGON
    lines = shapely.get_rings(parts) if closed else shapely.get_parts(shapely.line_merge(shape))
    written = []
    for x, y, *moves in delta_encode(lines, closed=closed, steps_per_unit=1):
        # What is a point at this scale would be no valid path, and end the drawing of all after it.
        if moves:
            written.append(f"M{x} {y}l{' '.join(map(str, moves))}{'z' if closed else ''}".replace(" -", "-"))
    return "".join(written)


def text_width(text: str, height: float) -> float:
    """Estimate the width of a text in a font size, in the unit of the font size.

    Signs for syllables and words are as wide as they are in Latin letters, in which a picture writes them.
    """
    wide = [character for character in text if unicodedata.east_asian_width(character) in "WF"]
    extra = sum(max(2, len(anyascii(character))) - 1 for character in wide)
    return (len(text) + extra) * height * _CHARACTER_WIDTH


def label_box(label: MapLabel, height: float, spacing: float = 1.0) -> Box:
    """Estimate the box of a label in a font size; `spacing` widens it for letter-spaced text."""
    height *= label.size
    wide = text_width(label.text, height) * spacing
    left = {"start": label.x, "middle": label.x - wide / 2, "end": label.x - wide}[label.anchor]
    return left, label.y - height / 2, left + wide, label.y + height / 2


def box_around(point: Sequence[float], half: float) -> Box:
    """Return the square around a point with sides of twice `half`."""
    return point[0] - half, point[1] - half, point[0] + half, point[1] + half


def overlap(one: Box, other: Box) -> bool:
    """Return whether two boxes share more than an edge."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _legend_box(corner: tuple[int, int], size: tuple[int, int]) -> Box:
    return *corner, corner[0] + size[0], corner[1] + size[1]


def _fit_shapes(
    shapes: np.ndarray[Any, Any], size: tuple[int, int], margins: tuple[int, int], legend: tuple[int, int]
) -> tuple[float, np.ndarray[Any, Any], tuple[int, int]]:
    """Return scale and shift of the largest map that leaves a corner for the legend, and this corner.

    The shapes stand at the edge opposite the legend; without one, in the middle.
    """
    (width, height), (side, top) = size, margins
    west, south, east, north = shapely.total_bounds(shapes)
    wide, high = max(east - west, _SMALLEST), max(north - south, _SMALLEST)
    rough = shapely.simplify(shapely.union_all(shapes), wide / 300)
    largest = min((width - 2 * side) / wide, (height - 2 * top) / high)
    if not all(legend):
        middle = np.array([width - (east + west) * largest, height + (north + south) * largest]) / 2
        return float(largest), middle, (0, 0)
    right, low = width - legend[0], height - legend[1]
    corners = ((right, low), (0, low), (right, 0), (0, 0))
    for scale in largest * _SHRINK ** np.arange(40):
        left = {right: side, 0: width - side - wide * scale}
        for corner in corners:
            shift = np.array([left[corner[0]] - west * scale, (height + (north + south) * scale) / 2])
            room = shapely.box(*_legend_box(corner, legend))
            if shapely.distance(_move(rough, scale, shift), room) > _LEGEND_GAP:
                return float(scale), shift, corner
    return float(scale), shift, corners[0]


def _move(shapes: Any, scale: float, shift: np.ndarray[Any, Any]) -> Any:
    return shapely.transform(shapes, lambda points: points * (scale, -scale) + shift)


def _name_areas(
    names: Sequence[str], shapes: np.ndarray[Any, Any], taken: Sequence[Box], *, around: bool = False
) -> list[MapLabel]:
    """Place each area's name inside it, clear of the boxes that are taken and of other names, or leave it out.

    The smallest areas choose first, because large ones offer more positions. The names of areas `around` what the map
    is about are as those of countries, and are left out if they leave their area.
    """
    high, spacing = (COUNTRY_NAME_HEIGHT, _SPACED) if around else (PROVINCE_NAME_HEIGHT, 1.0)
    boxes, labels = list(taken), []
    circles = shapely.maximum_inscribed_circle(shapes, PROVINCE_NAME_HEIGHT / 4)
    offsets = np.arange(-6, 7) * (PROVINCE_NAME_HEIGHT / 1.5)
    grid = np.column_stack([axis.ravel() for axis in np.meshgrid(offsets, offsets)])
    for number in np.argsort(shapely.area(shapes)).tolist():
        shape, text = shapes[number], names[number]
        half = text_width(text, high) * spacing / 2
        centre = shapely.get_coordinates(circles[number])[0]
        spots = grid + centre
        spots = spots[shapely.contains_xy(shape, spots)]
        distances = np.linalg.norm(spots - centre, axis=1)
        # A name that leaves its area may be read as its neighbour's.
        lines = shapely.linestrings([[(x - half, y), (x + half, y)] for x, y in spots.tolist()])
        outside = 2 * half - shapely.length(shapely.intersection(lines, shape))
        for x, y in spots[np.argsort(outside + distances / 3, kind="stable")].tolist():
            box = (x - half, y - high * 0.45, x + half, y + high * 0.45)
            if around and not shapely.contains(shape, shapely.box(*box)):
                continue
            if not any(overlap(box, other) for other in boxes):
                boxes.append(box)
                labels.append(MapLabel(text, round(x), round(y)))
                break
    return labels


def _name_districts(names: Sequence[str], shapes: np.ndarray[Any, Any], taken: Sequence[Box]) -> list[MapLabel]:
    """Place each district's name inside it, in one line or two, smaller if need be; one that does not fit is left out.

    A name that leaves its district may be read as its neighbour's. The smallest districts choose first.
    """
    boxes, labels = list(taken), []
    for number in np.argsort(shapely.area(shapes)).tolist():
        shape, text = shapes[number], names[number]
        shapely.prepare(shape)
        centre = shapely.get_coordinates(shapely.maximum_inscribed_circle(shape, PROVINCE_NAME_HEIGHT / 4))[0]
        west, south, east, north = shapely.bounds(shape)
        columns, rows = np.linspace(west, east, _SPOTS), np.linspace(south, north, _SPOTS)
        spots = np.vstack([centre, np.column_stack([axis.ravel() for axis in np.meshgrid(columns, rows)])])
        spots = spots[shapely.contains_xy(shape, spots)]
        spots = spots[np.argsort(np.linalg.norm(spots - centre, axis=1), kind="stable")]
        forms = [(lines, size) for size in _SMALLER for lines in _break_name(text)]
        for lines, size in forms:
            if named := _fit_name(lines, size, shape, spots, boxes):
                labels += named
                boxes += _name_boxes(named)
                break
    return labels


def _fit_name(
    lines: Sequence[str], size: float, shape: shapely.Geometry, spots: np.ndarray[Any, Any], taken: Sequence[Box]
) -> list[MapLabel]:
    """Return the lines of a name at the first spot where they lie inside a shape and on nothing else, or none."""
    height = PROVINCE_NAME_HEIGHT * size
    half, high = max(text_width(line, height) for line in lines) / 2, height * len(lines) / 2
    wide, tall = _INSIDE * half, _INSIDE * high
    corners = spots[:, 0] - wide, spots[:, 1] - tall, spots[:, 0] + wide, spots[:, 1] + tall
    for x, y in spots[shapely.contains(shape, shapely.box(*corners))].tolist():
        box = (x - half, y - high, x + half, y + high)
        if not any(overlap(box, other) for other in taken):
            first = y - height * (len(lines) - 1) / 2
            return [
                MapLabel(line, round(x), round(first + number * height), size=size) for number, line in enumerate(lines)
            ]
    return []


def _name_boxes(labels: Sequence[MapLabel]) -> list[Box]:
    return [label_box(label, PROVINCE_NAME_HEIGHT) for label in labels]


def _break_name(text: str) -> list[list[str]]:
    """Return a name in one line, and in two if it can be broken, as near to its middle as that is possible."""
    ends = [number + 1 for number, character in enumerate(text[:-1]) if number and character in " -"]
    if not ends:
        return [[text]]
    end = min(ends, key=lambda each: abs(each - len(text) / 2))
    return [[text], [text[:end].strip(), text[end:].strip()]]


def _name_in_province(
    areas: gpd.GeoDataFrame,
    marks: Sequence[tuple[str, str, tuple[int, int]]],
    subject: shapely.Geometry,
    size: tuple[int, int],
    taken: list[Box],
) -> list[MapLabel]:
    """Name the crossings of a province, its districts, its capital and its districts without borders, in this order.

    `areas` are its districts, `marks` the kind, name and spot of each symbol.
    """
    labels = _name_symbols(marks, PlaceKind.CROSSING, subject, size, taken)
    labels += _name_districts(areas["name"].tolist(), areas.geometry.to_numpy(), taken + _name_boxes(labels))
    for kind in (PlaceKind.CAPITAL, PlaceKind.DISTRICT):
        labels += _name_symbols(marks, kind, subject, size, taken + _name_boxes(labels))
    return labels


def _name_symbols(
    marks: Sequence[tuple[str, str, tuple[int, int]]],
    kind: PlaceKind,
    subject: shapely.Geometry,
    size: tuple[int, int],
    taken: Sequence[Box],
) -> list[MapLabel]:
    """Place the name of each symbol of a kind beside it, rather outside of what the map is about, or leave it out."""
    boxes, labels = list(taken), []
    sheet, height = shapely.box(0, 0, *size), _SYMBOL_NAME * PROVINCE_NAME_HEIGHT
    shapely.prepare(subject)
    for _, text, (x, y) in (mark for mark in marks if mark[0] == kind):
        spots = [
            MapLabel(text, x + dx * _BESIDE, y + round(dy * height), anchor, _SYMBOL_NAME)
            for dx, dy, anchor in (
                *((1, 0, "start"), (-1, 0, "end"), (0, 1.2, "middle"), (0, -1.2, "middle")),
                *((1, 0.6, "start"), (-1, 0.6, "end"), (1, -0.6, "start"), (-1, -0.6, "end")),
            )
        ]
        found = [(label, label_box(label, PROVINCE_NAME_HEIGHT)) for label in spots]
        free = [
            (shapely.intersects(subject, shapely.box(*box)), label, box)
            for label, box in found
            if shapely.contains(sheet, shapely.box(*box)) and not any(overlap(box, other) for other in boxes)
        ]
        if free:
            _, label, box = min(free, key=lambda each: bool(each[0]))
            labels.append(label)
            boxes.append(box)
    return labels


def _want_countries(theatre: Theatre, flat: str, to_paper: Any) -> list[MapLabel]:
    """Return the names of the neighbouring countries where they stand best, on the map or not."""
    areal = is_drawn(theatre.places)
    country = shapely.coverage_union_all(theatre.places[areal].geometry.to_numpy())
    neighbours = place_neighbour_labels(theatre.places, country)
    if not neighbours:
        return []
    lon, lat = zip(*(neighbour["at"] for neighbour in neighbours), strict=True)
    metres = np.asarray(gpd.points_from_xy(lon, lat, crs=CRS).to_crs(flat))
    points = shapely.get_coordinates(to_paper(metres)).round().astype(int).tolist()
    return [
        MapLabel(neighbour["name"], x, y, neighbour["anchor"])
        for neighbour, (x, y) in zip(neighbours, points, strict=True)
    ]


def _name_countries(
    wanted: Sequence[MapLabel],
    country: shapely.Geometry,
    size: tuple[int, int],
    legend: Box,
    taken: Sequence[Box],
    reach: int,
) -> list[MapLabel]:
    """Place the names of the neighbouring countries on the map, where they are wanted or within reach of it.

    A name that leaves the map or meets the legend there is moved to the nearest spot beside the country that is free of
    what is taken; one that finds none is left out.
    """
    labels: list[MapLabel] = []
    columns, rows = (np.arange(0, side, _GRID) for side in size)
    grid = np.array([(x, y) for x in columns for y in rows])
    sheet = shapely.box(0, 0, *size)
    for label in wanted:
        away = np.linalg.norm(grid - (label.x, label.y), axis=1)
        near = grid[np.argsort(away, kind="stable")][: int((away <= reach).sum())]
        spots = [label, *(MapLabel(label.text, int(x), int(y)) for x, y in near)]
        for spot in spots:
            box = _wide_box(spot)
            room = shapely.box(*box)
            free = [legend] if spot is label and not reach else [legend, *taken, *map(_wide_box, labels)]
            if reach and shapely.intersects(country, room):
                continue
            if shapely.contains(sheet, room) and not any(overlap(box, other) for other in free):
                labels.append(spot)
                break
    return labels


def _wide_box(label: MapLabel) -> Box:
    """Return the box of the name of a neighbour, which is letter-spaced."""
    return label_box(label, COUNTRY_NAME_HEIGHT, _SPACED)


def _scale_bar(scale: float) -> tuple[int, int]:
    """Return a round number of kilometres that is about 25 mm long on the map, and its length there."""
    longest = 3_000 / scale / 1_000
    round_numbers = [step * 10**power for power in range(5) for step in (1, 2, 5)]
    kilometres = max([number for number in round_numbers if number <= longest], default=1)
    return kilometres, round(kilometres * 1_000 * scale)
