"""The map of a day as the values that its template draws: fills, patterns, symbols, numbers and the legend."""

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from textwrap import shorten

import geopandas as gpd
import pandas as pd
import shapely

from control_map.core.labels import CHANGE_LABELS, DOUBT_LABELS
from control_map.core.model import CONTESTED, NO_REPORT, UNKNOWN, Basis, Change, PlaceKind
from control_map.core.palette import text_colour_on
from control_map.core.status_style import LIGHTER_BASES, StatusStyle, mix_colours
from control_map.core.wording import capitalize_first
from control_map.render.picture import map_layout
from control_map.render.picture.map_layout import MapLayout

TEMPLATES = Path(__file__).with_name("templates")
"""The folder of the templates that draw a map: its layers, its patterns and its style sheet."""
NUMBER_RADIUS = 155
"""Radius of the circle in which a change's number stands."""
LEGEND_WIDTH = 5_100
LegendRow = tuple[str, str, str, int | None]
"""A row of the legend: `sample, style of the sample, text, number of districts`; None: it counts none."""
FIRST_REPORT = "first_report"
"""The look of dots over a place that had no report on the earlier day: more is known of it, maybe nothing changed."""
_LEGEND_ROW, _LEGEND_FOOT = 390, 740
_LEGEND_CHARACTERS = 32
_TEXTURES = ("lines", "bars", "grid", "dashes", "squares", "waves")
"""Textures that distinguish the parties after the first without colour; from the eighth party on they repeat."""
_CROSSES = "#bbb9b5"
_CHANGES = (Change.GAINED, Change.TAKEN_BACK, Change.CONTESTED, Change.LOST, Change.UNCHANGED)
_PALE = 0.3
"""How much of its colour a status keeps where nothing changed: less than where it is lighter for another reason."""
_SYMBOLS = {PlaceKind.CAPITAL: "Capital of a province", PlaceKind.CROSSING: "Border crossing"}
_DIRECTIONS = ((1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0))


@dataclass(frozen=True)
class PrintStyle:
    """How a status is filled: `name` is part of class and pattern names, `texture` the pattern over the colour.

    `pale` is the colour in a comparison where nothing changed.
    """

    name: str
    label: str
    colour: str
    light: str
    texture: str
    ink: str
    pale: str = ""


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
    """Give each status the look that it has on the board; `TAKEN_BACK`, `LOST`, `FIRST_REPORT` lie over a change."""
    looks = {
        status: PrintStyle(f"s{number}", style.label, style.colour, style.light, texture, _CROSSES, pale)
        for number, (status, style) in enumerate(styles.items())
        for texture in ["crosses" if status == UNKNOWN else ""]
        for pale in [style.colour if status == NO_REPORT else mix_colours(style.colour, "#ffffff", _PALE)]
    }
    ground = PrintStyle("back", "", "#ffffff", "#ffffff", "", "")
    return {
        **looks,
        Change.TAKEN_BACK: ground,
        Change.LOST: replace(ground, name="lost", colour="#26241f"),
        FIRST_REPORT: replace(ground, name="first", texture="beads", ink="#ffffff"),
    }


@dataclass(frozen=True)
class MapDrawing:
    """Everything that the template of the map draws; outlines are SVG paths.

    `fills` are classes and outlines of districts, `textures` and `claims` names of patterns and the outline of all
    districts that have them (a status that rests on claims alone is hatched in its own colour), `disputed` the outlines
    of disputed districts. `symbols` are `kind, x, y, classes` of places, of which one can have two. `numbers` are
    `number, x, y, dx, dy`: the number of a change in the list below the map, where it stands, and how far away its
    place is.
    """

    fills: list[tuple[str, str]]
    textures: list[tuple[str, str]]
    claims: list[tuple[str, str]]
    disputed: list[str]
    symbols: list[tuple[str, int, int, str]]
    numbers: list[tuple[int, int, int, int, int]]
    legend: list[LegendRow]


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
    """Draw what became of the places between two days, without numbers and legend; what is unchanged is pale.

    `changes` is what `compare_dates` returns, of the places that the map is about, and is not changed; `styles` is what
    `make_screen_styles` returns.
    """
    fills, symbols = _draw_surroundings(layout), []
    covered: defaultdict[str, list[str]] = defaultdict(list)
    columns = ("place_id", "kind", "before", "after", "change")
    for place_id, kind, before, after, change in zip(*(changes[name] for name in columns), strict=True):
        classes, *patterns = _look_of_change(before, after, change, styles)
        if place_id in layout.points:
            symbols += [(kind, *layout.points[place_id], look) for look in (classes, *patterns)]
        if place_id in layout.paths:
            fills.append((classes, layout.paths[place_id]))
            for pattern in patterns:
                covered[pattern].append(place_id)
    outlines = [(*pattern.split("-"), _outline(layout, ids)) for pattern, ids in covered.items()]
    return MapDrawing(
        fills=fills,
        textures=[(name, outline) for kind, name, outline in outlines if kind == "t"],
        claims=[(name, outline) for kind, name, outline in outlines if kind == "c"],
        disputed=[],
        symbols=_sort_symbols(symbols),
        numbers=[],
        legend=[],
    )


def _look_of_change(before: str, after: str, change: str, styles: Mapping[str, PrintStyle]) -> list[str]:
    """Return the classes of what became of a place, and the patterns over it."""
    is_lost = change == Change.LOST and before != NO_REPORT
    look = styles[NO_REPORT if is_lost else after]
    if change == Change.UNCHANGED:
        return [f"{look.name} u", *([f"t-{look.name}l"] if look.texture else [])]
    return [
        look.name,
        *([f"c-{styles[change].name}"] if is_lost or change == Change.TAKEN_BACK else []),
        *([f"t-{styles[FIRST_REPORT].name}"] if before == NO_REPORT else []),
    ]


def make_change_legend(
    changes: pd.DataFrame, styles: Mapping[str, PrintStyle], points: Container[str]
) -> list[LegendRow]:
    """Explain each look of a comparison and count its districts, by party; a look that is not on the map is left out.

    `points` are the ids of the places that are points. A look that only capitals or crossings have counts no district.
    """
    is_district = changes["kind"] == PlaceKind.DISTRICT
    is_first = (changes["before"] == NO_REPORT) & (changes["change"] != Change.UNCHANGED)
    looks = Counter(zip(changes["after"], changes["change"], is_first, is_district, strict=True))
    counts: Counter[tuple[str, str, str]] = Counter()
    for status, change, first in product(styles, _CHANGES, (False, True)):
        districts, others = (looks[status, change, first, district] for district in (True, False))
        if districts or others:
            counts[_change_row(status, change, styles, is_first=first)] += districts
    dotted = ("first", "", "Dotted: no report before", int((is_first & is_district).sum()) or None)
    return [
        *((*row, number) for row, number in counts.items()),
        *([dotted] if is_first.any() else []),
        *_explain_symbols(changes, points),
    ]


def _change_row(
    status: str, change: Change, styles: Mapping[str, PrintStyle], *, is_first: bool
) -> tuple[str, str, str]:
    look = styles[status]
    if change == Change.LOST and is_first:
        return "status", look.name, look.label
    if change == Change.LOST:
        return str(change), styles[NO_REPORT].name, "Lost, to nobody known"
    if change == Change.CONTESTED:
        return "status", look.name, capitalize_first(CHANGE_LABELS[change])
    text = look.label if status == NO_REPORT else f"{look.label}: {CHANGE_LABELS[change]}"
    return "status" if change == Change.GAINED else str(change), look.name, text


def count_looks(legend: Sequence[LegendRow]) -> dict[str, int]:
    """Return the districts by the classes of their look in a comparison, as `draw_bar` wants them."""
    classes = {"status": "{}", "taken_back": "{} c-back", "lost": "{} c-lost", "unchanged": "{} u"}
    return {classes[sample].format(style): number or 0 for sample, style, _, number in legend if sample in classes}


def _explain_symbols(places: pd.DataFrame, points: Container[str]) -> list[LegendRow]:
    kinds = places["kind"].value_counts()
    undrawn = sum(place_id in points for place_id in places.loc[places["kind"] == PlaceKind.DISTRICT, "place_id"])
    return [
        *(("mark", kind, text, int(kinds[kind])) for kind, text in _SYMBOLS.items() if kind in kinds),
        *([("mark", PlaceKind.DISTRICT, "Undrawn district (no own border)", undrawn)] if undrawn else []),
    ]


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
) -> list[LegendRow]:
    """Explain each look and count its districts; a look that is not on the map is left out.

    A status that only capitals or crossings have is explained too: no district has it.

    `now`, `styles` and `start` are as for `draw_map`; `points` are the ids of the places that are points, `always` the
    texts of rows that stay also where they count nothing. A doubt that only capitals or crossings have counts no
    district.
    """
    is_district = now["kind"] == PlaceKind.DISTRICT
    districts = now[is_district]
    counts = districts["status"].value_counts()
    seen = {styles[status].name for status in now["status"].unique()}
    claims = now.loc[now["claimed_by"] != "", "claimed_by"]
    first = next(iter(styles.values())).name
    claimant = styles[str(claims.mode().iloc[0])].name if len(claims) else first
    on_claims = now["basis"] == Basis.CLAIM
    doubts = (
        ("light", first, f"Lighter: before {start}, or area report", now["basis"].isin(LIGHTER_BASES) & ~on_claims),
        ("own_claim", first, "Light stripes: claims nobody denied", on_claims),
        ("claim", claimant, f"Hatched: {DOUBT_LABELS['claimed'].legend}", now["claimed_by"] != ""),
        ("disputed", first, f"Dashed: {DOUBT_LABELS['disputed'].legend}", now["disputed"].astype(bool)),
    )
    rows = [
        (
            "status",
            style.name,
            shorten(style.label, _LEGEND_CHARACTERS, placeholder="…"),
            int(counts.get(status, 0)),
        )
        for status, style in styles.items()
        if style.label
    ]
    return [
        *(row for row in rows if row[1] in seen or row[1] == first or row[2] in always),
        *(
            (sample, style, text, int((flags & is_district).sum()) or (0 if text in always else None))
            for sample, style, text, flags in doubts
            if flags.any() or text in always
        ),
        *_explain_symbols(now, points),
    ]
