"""The map of a day, as the values that its template draws: what fills each district, what lies over it, the legend."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten

import geopandas as gpd
import shapely

from control_map.core.model import CONTESTED, NO_REPORT, PlaceKind
from control_map.core.palette import text_colour_on
from control_map.core.status_style import LIGHTER_BASES, StatusStyle
from control_map.render.brief.map_layout import PROVINCE_NAME_HEIGHT, Box, MapLayout, text_width, to_svg_path

NUMBER_RADIUS = 155
"""Radius of the circle in which a change's number stands."""
LEGEND_WIDTH = 5_100
_LEGEND_ROW, _LEGEND_FOOT = 390, 740
_LEGEND_LETTERS = 32
_TEXTURES = ("lines", "bars", "grid", "dashes", "squares", "waves")
"""By which the parties after the first are told apart without colour; from the eighth party on they come again."""
_TURNS = ((1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0))


@dataclass(frozen=True)
class PrintStyle:
    """How a status is filled: `name` stands in classes and patterns, `texture` is the pattern over the colour."""

    name: str
    label: str
    colour: str
    light: str
    texture: str
    ink: str


def make_print_styles(styles: Mapping[str, StatusStyle]) -> dict[str, PrintStyle]:
    """Give each status a texture beside its colour: a print may be black and white."""
    textures = iter(_TEXTURES * len(styles))
    first = next(iter(styles))
    told = {}
    for number, (status, style) in enumerate(styles.items()):
        texture = "dots" if status == CONTESTED else "" if status in (first, NO_REPORT) else next(textures)
        ink = "#6b4e00" if status == CONTESTED else text_colour_on(style.colour)
        told[status] = PrintStyle(f"s{number}", style.label, style.colour, style.light, texture, ink)
    return told


@dataclass(frozen=True)
class DistrictFill:
    """The outline of a drawn district and what fills it."""

    place_id: str
    name: str
    status: str
    light: bool
    d: str


@dataclass(frozen=True)
class PatternOverlay:
    """A pattern over some districts, by its name, and their outline."""

    pattern: str
    d: str


@dataclass(frozen=True)
class PlaceSymbol:
    """A symbol: a `PlaceKind`, where its middle is, and what fills it; its outline is dashed if it is disputed."""

    kind: str
    x: int
    y: int
    status: str
    light: bool
    disputed: bool
    name: str


@dataclass(frozen=True)
class NumberLabel:
    """The number of a change in the list beside the map, where it stands, and by how much its place is away."""

    number: int
    x: int
    y: int
    dx: int
    dy: int


@dataclass(frozen=True)
class LegendRow:
    """A row of the legend: what is shown (`show`), how, and how many districts or places there are."""

    sample: str
    sample_style: str
    text: str
    number: int


@dataclass(frozen=True)
class MapDrawing:
    """All that the template of the map draws."""

    fills: list[DistrictFill]
    textures: list[PatternOverlay]
    claims: list[PatternOverlay]
    disputed: list[str]
    marks: list[PlaceSymbol]
    keys: list[NumberLabel]
    legend: list[LegendRow]


def draw_map(
    now: gpd.GeoDataFrame, layout: MapLayout, styles: Mapping[str, StatusStyle], numbered: Sequence[str], before: str
) -> MapDrawing:
    """Draw the places of a day.

    Parameters
    ----------
    now
        What `as_of` returns. Not changed.
    layout, styles
        Where everything stands, and the look of each status in order.
    numbered
        Ids of the places that get a number, in this order from 1.
    before
        Of when the baseline is, in words, as in "1 May".
    """
    looked = make_print_styles(styles)
    light = now["basis"].isin(LIGHTER_BASES)
    rows = list(zip(*(now[name] for name in ("place_id", "kind", "name", "status", "disputed")), light, strict=True))
    drawn = now[now["place_id"].isin(layout.paths)]
    marks = [
        PlaceSymbol(kind, *layout.points[place_id], looked[status].name, bool(pale), bool(disputed), name)
        for place_id, kind, name, status, disputed, pale in rows
        if place_id in layout.points
    ]
    order = {PlaceKind.DISTRICT: 0, PlaceKind.CROSSING: 1, PlaceKind.CAPITAL: 2}
    marks.sort(key=lambda mark: order[PlaceKind(mark.kind)])
    alike: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
    claimed: defaultdict[str, list[str]] = defaultdict(list)
    for place_id, status, pale, claimant in zip(
        drawn["place_id"], drawn["status"], light[drawn.index], drawn["claimed_by"], strict=True
    ):
        alike[status, bool(pale)].append(place_id)
        if claimant:
            claimed[claimant].append(place_id)
    return MapDrawing(
        fills=[
            DistrictFill(place_id, name, looked[status].name, bool(pale), layout.paths[place_id])
            for place_id, _, name, status, _, pale in rows
            if place_id in layout.paths
        ],
        textures=[
            PatternOverlay(f"{looked[status].name}{'l' if pale else ''}", _outline(layout, ids))
            for (status, pale), ids in alike.items()
            if looked[status].texture
        ],
        claims=[PatternOverlay(looked[claimant].name, _outline(layout, ids)) for claimant, ids in claimed.items()],
        disputed=[layout.paths[place_id] for place_id in drawn.loc[drawn["disputed"], "place_id"]],
        marks=marks,
        keys=_keys(numbered, layout),
        legend=_legend(now, looked, layout, before),
    )


def max_legend_size(statuses: int) -> tuple[int, int]:
    """Return width and height of a legend at its longest."""
    return LEGEND_WIDTH, (statuses + 6) * _LEGEND_ROW + _LEGEND_FOOT


def _outline(layout: MapLayout, ids: Sequence[str]) -> str:
    return to_svg_path(shapely.coverage_union_all([layout.shapes[place_id] for place_id in ids]))


def _keys(numbered: Sequence[str], layout: MapLayout) -> list[NumberLabel]:
    """Put the numbers beside their places, clear of names and of one another where they can be."""
    taken: list[Box] = []
    for name in layout.province_labels:
        half = text_width(name.text, PROVINCE_NAME_HEIGHT) / 2
        taken.append(
            (name.x - half, name.y - PROVINCE_NAME_HEIGHT / 2, name.x + half, name.y + PROVINCE_NAME_HEIGHT / 2)
        )
    taken += [(x - 90, y - 90, x + 90, y + 90) for x, y in layout.points.values()]
    keys = []
    for number, place_id in enumerate(numbered, start=1):
        if place_id in layout.points:
            x, y = layout.points[place_id]
            nearest = 230
        else:
            x, y = shapely.get_coordinates(shapely.point_on_surface(layout.shapes[place_id]))[0]
            nearest = 0
        spots = [(x + dx * away, y + dy * away) for away in (nearest, 350, 520, 700) for dx, dy in _TURNS]
        boxes = [(x - NUMBER_RADIUS, y - NUMBER_RADIUS, x + NUMBER_RADIUS, y + NUMBER_RADIUS) for x, y in spots]
        box = min(boxes, key=lambda one: sum(_meets(one, other) for other in taken))
        taken.append(box)
        middle = round(box[0] + NUMBER_RADIUS), round(box[1] + NUMBER_RADIUS)
        keys.append(NumberLabel(number, *middle, round(x) - middle[0], round(y) - middle[1]))
    return keys


def _meets(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _legend(now: gpd.GeoDataFrame, looked: Mapping[str, PrintStyle], layout: MapLayout, before: str) -> list[LegendRow]:
    """Explain what is on the map, and count the districts of each look; what is not on it is not explained."""
    districts = now[now["kind"] == PlaceKind.DISTRICT]
    counts = districts["status"].value_counts()
    rows = [
        LegendRow(
            "status", look.name, shorten(look.label, _LEGEND_LETTERS, placeholder="…"), int(counts.get(status, 0))
        )
        for status, look in looked.items()
    ]
    claims = districts.loc[districts["claimed_by"] != "", "claimed_by"]
    claimant = looked[str(claims.mode().iloc[0])].name if len(claims) else ""
    first = next(iter(looked.values())).name
    rest = [
        LegendRow(
            "light", first, f"Lighter: by area, or before {before}", int((districts["basis"].isin(LIGHTER_BASES)).sum())
        ),
        LegendRow("claim", claimant, "Hatched: claimed, not verified", len(claims)),
        LegendRow("disputed", first, "Dashed: disputed", int(districts["disputed"].sum())),
        LegendRow("mark", PlaceKind.CAPITAL, "Capital of a province", int((now["kind"] == PlaceKind.CAPITAL).sum())),
        LegendRow("mark", PlaceKind.CROSSING, "Border crossing", int((now["kind"] == PlaceKind.CROSSING).sum())),
        LegendRow(
            "mark",
            PlaceKind.DISTRICT,
            "District without a polygon",
            int(districts["place_id"].isin(layout.points).sum()),
        ),
    ]
    return [row for row in rows if row.number or row.sample_style == first] + [row for row in rest if row.number]
