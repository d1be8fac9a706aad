"""The map of a day as the values that its template draws: fills, patterns, symbols, numbers and the legend."""

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import shorten

import geopandas as gpd
import pandas as pd
import shapely

from control_map.core.labels import CHANGE_LABELS
from control_map.core.model import CONTESTED, NO_REPORT, NOBODY, UNKNOWN, Basis, Change, PlaceKind
from control_map.core.palette import text_colour_on
from control_map.core.status_style import LIGHTER_BASES, StatusStyle
from control_map.core.wording import capitalize_first
from control_map.render.picture import map_layout
from control_map.render.picture.map_layout import MapLayout

TEMPLATES = Path(__file__).with_name("templates")
"""The folder of the templates that draw a map: its layers, its patterns and its style sheet."""
NUMBER_RADIUS = 155
"""Radius of the circle in which a change's number stands."""
LEGEND_WIDTH = 5_100
UNCHANGED = capitalize_first(CHANGE_LABELS[Change.UNCHANGED])
"""The row of the legend for the districts that did not change."""
_LEGEND_ROW, _LEGEND_FOOT = 390, 740
_LEGEND_CHARACTERS = 32
_TEXTURES = ("lines", "bars", "grid", "dashes", "squares", "waves")
"""Textures that distinguish the parties after the first without colour; from the eighth party on they repeat."""
_CROSSES = "#bbb9b5"
_SYMBOLS = {PlaceKind.CAPITAL: "Capital of a province", PlaceKind.CROSSING: "Border crossing"}
_DIRECTIONS = ((1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0))


@dataclass(frozen=True)
class PrintStyle:
    """How a status is filled: `name` is part of class and pattern names, `texture` the pattern over the colour."""

    name: str
    label: str
    colour: str
    light: str
    texture: str
    ink: str


def make_print_styles(styles: Mapping[str, StatusStyle]) -> dict[str, PrintStyle]:
    """Give each status a texture besides its colour, because a print may be black and white."""
    textures = iter(_TEXTURES * len(styles))
    own = {next(iter(styles)): "", CONTESTED: "dots", UNKNOWN: "crosses", NO_REPORT: ""}
    print_styles = {}
    for number, (status, style) in enumerate(styles.items()):
        texture = own[status] if status in own else next(textures)
        ink = "#6b4e00" if status == CONTESTED else text_colour_on(style.colour)
        print_styles[status] = PrintStyle(f"s{number}", style.label, style.colour, style.light, texture, ink)
    return print_styles


def make_screen_styles(styles: Mapping[str, StatusStyle]) -> dict[str, PrintStyle]:
    """Give each status the look that it has on the board; `TAKEN_BACK` and `LOST` are those hatched over a change."""
    looks = {
        status: PrintStyle(f"s{number}", style.label, style.colour, style.light, texture, _CROSSES)
        for number, (status, style) in enumerate(styles.items())
        for texture in ["crosses" if status == UNKNOWN else ""]
    }
    ground = PrintStyle("back", "", "#ffffff", "#ffffff", "", "")
    return {**looks, Change.TAKEN_BACK: ground, Change.LOST: replace(ground, name="lost", colour="#26241f")}


@dataclass(frozen=True)
class MapDrawing:
    """Everything that the template of the map draws; outlines are SVG paths.

    `fills` are classes and outlines of districts, `textures` and `claims` names of patterns and the outline of all
    districts that have them (a status that rests on claims alone is hatched in its own colour), `disputed` the outlines
    of disputed districts. `symbols` are `kind, x, y, classes` of places, of which one can have two. `numbers` are
    `number, x, y, dx, dy`: the number of a change in the list below the map, where it stands, and how far away its
    place is. `legend` are rows of `sample, style of the sample, text, number of places`.
    """

    fills: list[tuple[str, str]]
    textures: list[tuple[str, str]]
    claims: list[tuple[str, str]]
    disputed: list[str]
    symbols: list[tuple[str, int, int, str]]
    numbers: list[tuple[int, int, int, int, int]]
    legend: list[tuple[str, str, str, int]]


def draw_map(
    now: gpd.GeoDataFrame, layout: MapLayout, styles: Mapping[str, PrintStyle], numbered: Sequence[str], start: str
) -> MapDrawing:
    """Draw the places of a day.

    Parameters
    ----------
    now
        What `as_of` returns, of the places that the map is about. Not changed.
    layout, styles
        Where everything stands, and what `make_print_styles` or `make_screen_styles` returns.
    numbered
        Ids of the places that get a number, in this order from 1.
    start
        The first day of the period in words, as in "1 May"; the baseline is from before it.
    """
    legend = make_legend(now, styles, layout.points, start)
    return replace(draw_places(now, layout, styles), numbers=_place_numbers(numbered, layout), legend=legend)


def draw_places(now: pd.DataFrame, layout: MapLayout, styles: Mapping[str, PrintStyle]) -> MapDrawing:
    """Draw the places of a day, without numbers and legend; the parameters are those of `draw_map`."""
    fills = _draw_surroundings(layout)
    symbols, disputed_paths = [], []
    same_look: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
    claimed: defaultdict[str, list[str]] = defaultdict(list)
    columns = ("place_id", "kind", "status", "claimed_by", "disputed", "basis")
    for place_id, kind, status, claimant, disputed, basis in zip(*(now[name] for name in columns), strict=True):
        light = basis in LIGHTER_BASES
        hatched = claimant or (status if basis == Basis.CLAIM else "")
        classes = styles[status].name + (" l" if light else "")
        if place_id in layout.points:
            symbols.append((kind, *layout.points[place_id], classes + (" disputed" if disputed else "")))
            if hatched and not claimant:
                symbols.append((kind, *layout.points[place_id], f"c-{styles[hatched].name}"))
        if place_id not in layout.paths:
            continue
        fills.append((classes, layout.paths[place_id]))
        same_look[status, light].append(place_id)
        if hatched:
            claimed[hatched].append(place_id)
        if disputed:
            disputed_paths.append(layout.paths[place_id])
    return MapDrawing(
        fills=fills,
        textures=[
            (f"{styles[status].name}{'l' if light else ''}", _outline(layout, ids))
            for (status, light), ids in same_look.items()
            if styles[status].texture
        ],
        claims=[(styles[claimant].name, _outline(layout, ids)) for claimant, ids in claimed.items()],
        disputed=disputed_paths,
        symbols=_sort_symbols(symbols),
        numbers=[],
        legend=[],
    )


def _draw_surroundings(layout: MapLayout) -> list[tuple[str, str]]:
    return [("around", path) for place_id, path in layout.paths.items() if place_id in layout.surroundings]


def _sort_symbols(symbols: Sequence[tuple[str, int, int, str]]) -> list[tuple[str, int, int, str]]:
    """Put the symbols into the order in which they are drawn, the most important last."""
    order = [PlaceKind.DISTRICT, PlaceKind.CROSSING, PlaceKind.CAPITAL]
    return sorted(symbols, key=lambda symbol: order.index(PlaceKind(symbol[0])))


def draw_changes(changes: pd.DataFrame, layout: MapLayout, styles: Mapping[str, PrintStyle]) -> MapDrawing:
    """Draw what became of the places between two days, as the board does; unchanged points are left out.

    `changes` is what `compare_dates` returns, of the places that the map is about, and is not changed; `styles` is what
    `make_screen_styles` returns.
    """
    fills, symbols = _draw_surroundings(layout), []
    hatched: defaultdict[str, list[str]] = defaultdict(list)
    for place_id, kind, after, change in zip(
        *(changes[name] for name in ("place_id", "kind", "after", "change")), strict=True
    ):
        name = styles[after if change not in {Change.UNCHANGED, Change.LOST} else NO_REPORT].name
        pattern = styles[change].name if change in {Change.TAKEN_BACK, Change.LOST} else ""
        if place_id in layout.points and change != Change.UNCHANGED:
            symbols += [(kind, *layout.points[place_id], look) for look in (name, pattern and f"c-{pattern}") if look]
        if place_id in layout.paths:
            fills.append((name, layout.paths[place_id]))
            hatched[pattern].append(place_id)
    return MapDrawing(
        fills=fills,
        textures=[],
        claims=[(pattern, _outline(layout, ids)) for pattern, ids in hatched.items() if pattern],
        disputed=[],
        symbols=_sort_symbols(symbols),
        numbers=[],
        legend=make_change_legend(changes, styles),
    )


def make_change_legend(changes: pd.DataFrame, styles: Mapping[str, PrintStyle]) -> list[tuple[str, str, str, int]]:
    """Count the districts by what became of them; what became of none is left out.

    The last rows explain the symbols, and count those of a kind that changed.
    """
    districts = changes[changes["kind"] == PlaceKind.DISTRICT]
    points = changes.loc[(changes["kind"] != PlaceKind.DISTRICT) & (changes["change"] != Change.UNCHANGED), "kind"]
    counts = Counter(zip(districts["change"], districts["after"], strict=True))
    by_change = Counter(districts["change"])
    rows = [
        (
            "status" if change == Change.GAINED else str(change),
            look.name,
            f"{look.label}: {CHANGE_LABELS[change]}",
            number,
        )
        for status, look in styles.items()
        if status not in NOBODY
        for change in (Change.GAINED, Change.TAKEN_BACK)
        if (number := counts[change, status])
    ]
    contested, silent = styles[CONTESTED].name, styles[NO_REPORT].name
    rows += [
        ("status", contested, capitalize_first(CHANGE_LABELS[Change.CONTESTED]), by_change[Change.CONTESTED]),
        (str(Change.LOST), silent, "Lost, to nobody known", by_change[Change.LOST]),
        ("status", silent, UNCHANGED, by_change[Change.UNCHANGED]),
        *(("mark", kind, f"{text} that changed", int((points == kind).sum())) for kind, text in _SYMBOLS.items()),
    ]
    return [row for row in rows if row[-1]]


def max_legend_size(statuses: int) -> tuple[int, int]:
    """Return width and height of the longest possible legend, in hundredths of a millimetre."""
    return LEGEND_WIDTH, (statuses + 7) * _LEGEND_ROW + _LEGEND_FOOT


def _outline(layout: MapLayout, ids: Sequence[str]) -> str:
    return map_layout.to_svg_path(shapely.coverage_union_all([layout.shapes[place_id] for place_id in ids]))


def _place_numbers(numbered: Sequence[str], layout: MapLayout) -> list[tuple[int, int, int, int, int]]:
    """Put the numbers beside their places, clear of names, symbols and one another where that is possible."""
    taken = [map_layout.label_box(name, map_layout.PROVINCE_NAME_HEIGHT) for name in layout.area_labels]
    taken += [map_layout.box_around(point, 90) for point in layout.points.values()]
    labels = []
    for number, place_id in enumerate(numbered, start=1):
        if place_id in layout.points:
            x, y = layout.points[place_id]
            nearest = 230
        else:
            x, y = shapely.get_coordinates(shapely.point_on_surface(layout.shapes[place_id]))[0]
            nearest = 0
        spots = [(x + dx * away, y + dy * away) for away in (nearest, 350, 520, 700) for dx, dy in _DIRECTIONS]
        boxes = [map_layout.box_around(spot, NUMBER_RADIUS) for spot in spots]
        box = min(boxes, key=lambda candidate: sum(map_layout.overlap(candidate, other) for other in taken))
        taken.append(box)
        left, top = round(box[0] + NUMBER_RADIUS), round(box[1] + NUMBER_RADIUS)
        labels.append((number, left, top, round(x) - left, round(y) - top))
    return labels


def make_legend(
    now: pd.DataFrame,
    styles: Mapping[str, PrintStyle],
    points: Container[str],
    start: str,
    always: Container[str] = (),
) -> list[tuple[str, str, str, int]]:
    """Explain each look and count its districts; a look that is not on the map is left out.

    A status that only capitals or crossings have is explained too: no district has it.

    `now`, `styles` and `start` are as for `draw_map`; `points` are the ids of the places that are points, `always` the
    texts of rows that stay also where they count nothing.
    """
    districts = now[now["kind"] == PlaceKind.DISTRICT]
    counts = districts["status"].value_counts()
    kinds = now["kind"].value_counts()
    claims = districts.loc[districts["claimed_by"] != "", "claimed_by"]
    first = next(iter(styles.values())).name
    claimant = styles[str(claims.mode().iloc[0])].name if len(claims) else first
    on_claims, disputed = int((districts["basis"] == Basis.CLAIM).sum()), int(districts["disputed"].sum())
    lighter = int(districts["basis"].isin(LIGHTER_BASES).sum()) - on_claims
    without_polygon = sum(place_id in points for place_id in districts["place_id"])
    rows = [
        *(
            (
                "status",
                style.name,
                shorten(style.label, _LEGEND_CHARACTERS, placeholder="…"),
                int(counts.get(status, 0)),
            )
            for status, style in styles.items()
            if style.label
        ),
        ("light", first, f"Lighter: by area, or before {start}", lighter),
        ("own_claim", first, "Own hatching: unopposed claims", on_claims),
        ("claim", claimant, "Hatched: claimed, not verified", len(claims)),
        ("disputed", first, "Dashed: disputed", disputed),
        *(("mark", kind, text, int(kinds.get(kind, 0))) for kind, text in _SYMBOLS.items()),
        ("mark", PlaceKind.DISTRICT, "District without a polygon", without_polygon),
    ]
    shown = {("status", styles[status].name) for status in now["status"].unique()} | {("status", first)}
    return [row for row in rows if row[-1] or row[:2] in shown or row[2] in always]
