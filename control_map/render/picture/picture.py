"""A picture of a view: the map of a day with its headline, legend, method and credits, as SVG."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pandas as pd

from control_map.analysis.changes import compare_dates
from control_map.analysis.summary import headline as count_districts
from control_map.analysis.summary import rows_in_province
from control_map.assessment.timeline import as_of, drawn_statuses
from control_map.core.errors import UnknownNameError
from control_map.core.labels import KIND_SUFFIX
from control_map.core.model import Credit
from control_map.core.wording import format_date
from control_map.explanation.headline import earlier_day, write_headline
from control_map.pipeline.view import View
from control_map.render.html import renderer
from control_map.render.picture import drawing, fonts, map_layout, outlines
from control_map.render.picture.shapes import CARD, WIDE, PictureShape
from control_map.render.picture.sheet import LINE_HEIGHT, Sheet, smaller_sizes
from control_map.render.provenance import SOFTWARE, Provenance
from control_map.theatre.boundaries import is_drawn

_render = renderer.make_renderer(drawing.TEMPLATES)
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SAMPLE_HEIGHT, _INDENT = 260, 2.0
"""The height of a sample of the legend in the units of its template, and its width with a gap, as font sizes."""
_MAP_MARGINS = (350, 250)
"""The least space around what the map is about, in units of the map: a symbol on the border needs so much."""
_ROW = 1.5
"""The height of a row of the legend, as a share of its font size."""
_LEAST_LEGEND = 0.6
"""The smallest that the legend becomes, as a share of its font size."""
_MOST_SOURCES, _LEAST_SOURCES = 0.18, 0.7
"""The share of the picture's height that method and credits take at most, and the smallest that they become."""
_CARD_ROWS, _COUNTED = 10, ("status", "taken_back", "lost", "unchanged")
_OF_THESE = ("light", "own_claim", "claim", "disputed", "first")
"""How many rows the legend of a card has, the samples of those that count districts, and of those over them."""
_LEAST_MAP = 0.5
"""The share of the height between headline and sources that the map has at least."""
_REMARKS = re.compile(r" \([^()]*\)| named in each row")
_NOT_DRAWN = re.compile(r"\b(?:population|terrain|relief|base ?maps?|tiles?|library)\b", re.IGNORECASE)
"""What credits are for that no picture shows: a theatre says it in words."""
_GAP, _TIGHT, _STEP = 28, 1.12, 12
_Frame = TypeVar("_Frame", bound=pd.DataFrame)


@dataclass(frozen=True, eq=False)
class Contents:
    """What a picture states: title, day, headline, what was known, the districts by status, legend, sources.

    `now` are the rows of the day, and `changes` what became of the places, None without a comparison, of what the
    picture is about. `looks` are the styles of the statuses, `start` is the first day of the period in words.
    """

    title: str
    day: str
    headline: str
    known: str
    counts: dict[str, int]
    legend_title: str
    legend: list[drawing.LegendRow]
    sources: list[str]
    looks: Mapping[str, drawing.PrintStyle]
    now: pd.DataFrame
    changes: pd.DataFrame | None
    start: str


def collect_contents(
    view: View,
    date: dt.date,
    since: dt.date | None = None,
    province_id: str = "",
    *,
    steady: bool = False,
    address: str = "",
    earlier_view: View | None = None,
) -> Contents:
    """Collect what a picture of a day states; the parameters are those of `draw_picture`.

    With `steady`, the legend has a row for each look of the whole period, so that it is as long on every day.
    """
    theatre = view.pack.theatre
    places, start = theatre.places, theatre.period_start
    if province_id and province_id not in theatre.province_names:
        raise UnknownNameError("province", province_id, list(theatre.province_names), complete=True)
    earlier = earlier_day(theatre, date, since)

    def of_subject(rows: _Frame) -> _Frame:
        return rows_in_province(rows, places, province_id) if province_id else rows

    now = of_subject(as_of(view.timeline, date))
    before = of_subject(as_of((earlier_view or view).timeline, earlier))
    counted = count_districts(now, before, view.pack.statuses)
    looks = drawing.make_screen_styles(view.pack.styles)
    provenance = Provenance.of(view, date, since, province_id)
    first, total = counted.iloc[0], int(counted["districts"].sum())
    known_before = earlier_view.timeline if earlier_view and earlier_view is not view else None
    changes = of_subject(compare_dates(view.timeline, earlier, date, known_before)) if since else None
    start_in_words = f"{start.day} {start:%b}"
    drawn = of_subject(drawn_statuses(as_of(view.timeline, date), places))
    points = frozenset(places.loc[~is_drawn(places), "place_id"])
    known = f"As known on {format_date(view.known_on, year=True)}" if view.known_on else ""
    if changes is None:
        always = drawing.make_legend(of_subject(view.timeline), looks, points, start_in_words) if steady else []
        legend = drawing.make_legend(drawn, looks, points, start_in_words, [text for _, _, text, _ in always])
    else:
        legend = drawing.make_change_legend(changes, looks, points)
    counts = dict(zip((looks[status].name for status in counted["status"]), counted["districts"], strict=True))
    return Contents(
        title=" · ".join(filter(None, [theatre.title, provenance.province])),
        day=f"{date:%A}, {format_date(date, year=True)}",
        headline=write_headline(
            theatre, int(first["districts"]), total, int(first["change"]), date, since, provenance.province
        ),
        known=known,
        counts=counts if changes is None else drawing.count_looks(legend),
        legend_title=f"Districts by change after {format_date(earlier, year=True)}" if since else "Districts by status",
        legend=legend,
        sources=describe_sources(provenance, address),
        looks=looks,
        now=drawn,
        changes=changes,
        start=start_in_words,
    )


def describe_sources(provenance: Provenance, address: str = "") -> list[str]:
    """State the method, and the sources of what a picture shows; `address` is where the map is, if that is known."""
    published = f"by {format_date(provenance.known_on, year=True)}" if provenance.known_on else "at any time"
    method = [f"{provenance.rule}; reports published {published}", provenance.added_in_words, *provenance.terms]
    where = f" Map and all credits: {address}" if address else ""
    sources = _credit_sources(provenance.credits)
    return [
        f"Method: {'; '.join(filter(None, method))}. {SOFTWARE}, data {provenance.fingerprint}.{where}",
        *([f"Sources: {sources}."] if sources else []),
    ]


def _credit_sources(credits_: Sequence[Credit]) -> str:
    """Credit what is in a picture: works with their licence, then the sources of facts, each once."""
    shown = [credit for credit in credits_ if not _NOT_DRAWN.search(credit.what)]
    works = [credit for credit in shown if "fact" not in credit.licence.lower()]
    # Facts that nobody is named for need no credit.
    facts = [credit for credit in shown if credit not in works and credit.licence.lower() != "facts"]
    authors = dict.fromkeys(_name_author(credit) for credit in facts)
    return "; ".join(
        [
            *(f"{credit.what}: {_name_author(credit)} ({_name_licence(credit)})" for credit in works),
            *([f"Facts, in our own words: {', '.join(authors)}"] if authors else []),
        ]
    )


def _name_author(credit: Credit) -> str:
    """Name the author of a work, without remarks."""
    return _REMARKS.sub("", credit.who).partition(";")[0]


def _name_licence(credit: Credit) -> str:
    return "no licence stated" if credit.licence.lower().startswith("none") else credit.licence


def draw_picture(
    view: View,
    date: dt.date,
    shape: PictureShape = WIDE,
    since: dt.date | None = None,
    province_id: str = "",
    *,
    headline: bool = True,
    address: str = "",
    outlined: bool = False,
    earlier_view: View | None = None,
) -> str:
    """Return a picture of a day as SVG, which needs no other file than a typeface; outlined, not even that.

    Parameters
    ----------
    view
        The reports under a rule. Not changed.
    date, since
        The day shown, and an earlier day: with it, the map shows what changed after it, as the board does. A `since`
        after `date` counts as `date`.
    shape
        The shape of the picture, one of `SHAPES` or another.
    province_id
        A province that the picture is about; empty: the whole theatre.
    headline
        Whether the headline is there.
    address
        Where the live map is; empty: that is not known.
    outlined
        Whether letters are outlines, so that every program draws the same; else they are text in a typeface.
    earlier_view
        What was known of the earlier day, if that is not what `view` knows.

    Raises
    ------
    UnknownNameError
        If the theatre has no such province.
    ControlMapError
        If the package of the typeface is not installed.
    """
    stated = collect_contents(view, date, since, province_id, address=address, earlier_view=earlier_view)
    if not headline:
        stated = replace(stated, headline="")
    arrange = _arrange_beside if shape.column else _arrange_below
    return _compose(view, stated, shape, arrange, province_id, outlined=outlined)


def draw_card(
    view: View,
    date: dt.date,
    since: dt.date | None = None,
    province_id: str = "",
    place_id: str = "",
    earlier_view: View | None = None,
) -> str:
    """Return the card that stands for a link to a view, as SVG: few words in large letters beside a map without names.

    Parameters
    ----------
    view, date, since, province_id, earlier_view
        As for `draw_picture`.
    place_id
        A place that the card is about: it states the status of this place, and shows it within its province.

    Raises
    ------
    UnknownNameError
        If the theatre has no such place or province.
    ControlMapError
        If the package of the typeface is not installed.
    """
    if place_id:
        argument = view.explain(place_id, date)
        province_id = argument["province_id"]
        stated = collect_contents(view, date, None, province_id)
        key: list[drawing.LegendRow] = [
            (sample, style, text, None)
            for sample, style, text, number in stated.legend
            if number or (sample == "disputed" and argument["disputed"])
        ]
        stated = replace(stated, headline=_state_place(view, argument), counts={}, legend=key)
    else:
        stated = collect_contents(view, date, since, province_id, earlier_view=earlier_view)
    counted = [row for row in stated.legend if row[0] in _COUNTED and row[-1] != 0]
    largest = sorted(counted, key=lambda row: -(row[-1] or 0))[:_CARD_ROWS]
    over = [row for row in stated.legend if row[0] in _OF_THESE and (place_id or row[-1])]
    stated = replace(stated, legend=[*(row for row in counted if row in largest), *over][:_CARD_ROWS], legend_title="")
    return _compose(view, stated, CARD, _arrange_card, province_id, place_id, is_card=True)


def _state_place(view: View, argument: Mapping[str, Any]) -> str:
    """State who holds a place, as in "Islam Qala (crossing): Taliban, disputed, since 8 July"."""
    labels = view.pack.status_labels
    said = [
        f"{argument['name']}{KIND_SUFFIX[argument['kind']]}: {labels[argument['status']]}",
        "disputed" if argument["disputed"] else "",
        f"claimed by {labels[argument['claimed_by']]}" if argument["claimed_by"] else "",
        f"since {argument['since_words'].partition(' (')[0]}" if argument["since_words"] else "",
    ]
    return ", ".join(filter(None, said))


@fonts.forget_texts()
def _compose(
    view: View,
    stated: Contents,
    shape: PictureShape,
    arrange: Callable[[Sheet, Contents, PictureShape], map_layout.Box],
    province_id: str,
    ringed: str = "",
    *,
    is_card: bool = False,
    outlined: bool = False,
) -> str:
    """Arrange the text, draw the map into the room that is left, and return both as SVG."""
    sheet = Sheet()
    frame = arrange(sheet, stated, shape)
    layout = layout_frame(view, frame, shape, province_id)
    if not is_card:
        draw_scale_bar(sheet, layout, shape)
    drawn = (
        drawing.draw_places(stated.now, layout, stated.looks)
        if stated.changes is None
        else drawing.draw_changes(stated.changes, layout, stated.looks)
    )
    if is_card:
        shown = [symbol for symbol in drawn.symbols if symbol[1:3] == layout.points.get(ringed)]
        layout = replace(layout, area_labels=[], neighbour_labels=[])
        drawn = replace(drawn, symbols=shown)
    return render_sheet(
        sheet,
        stated,
        shape,
        layout,
        drawn,
        frame,
        (0, 0, shape.width, shape.height),
        ring=layout.points.get(ringed),
        ringed=layout.paths.get(ringed),
        outlined=outlined,
    )


def layout_frame(view: View, frame: map_layout.Box, shape: PictureShape, province_id: str) -> map_layout.MapLayout:
    """Lay out the map of a theatre, or of a province, into a box of a picture."""
    left, top, right, bottom = frame
    return map_layout.layout_map(
        view.pack.theatre,
        round((bottom - top) * shape.map_units),
        width=round((right - left) * shape.map_units),
        margins=_MAP_MARGINS,
        province_id=province_id,
    )


def render_sheet(
    sheet: Sheet,
    stated: Contents,
    shape: PictureShape,
    layout: map_layout.MapLayout,
    drawn: drawing.MapDrawing,
    frame: map_layout.Box,
    window: map_layout.Box,
    *,
    ring: tuple[int, int] | None = None,
    ringed: str | None = None,
    outlined: bool = False,
) -> str:
    """Return a sheet with its map as SVG: `frame` is the box of the map, `window` the part of the sheet that is seen.

    A place can be ringed, `ring` is where its point is and `ringed` its outline. `outlined` is as for `draw_picture`.
    """

    def spelled(labels: Sequence[map_layout.MapLabel]) -> list[map_layout.MapLabel]:
        # Before they are escaped: in Latin letters, some signs are those of markup.
        return [replace(label, text=fonts.spell_drawable(label.text)) for label in labels]

    layout = replace(layout, area_labels=spelled(layout.area_labels), neighbour_labels=spelled(layout.neighbour_labels))
    svg = _render(
        "picture.svg",
        shape=shape,
        sheet=sheet,
        stated=stated,
        looks=stated.looks,
        layout=layout,
        drawing=drawn,
        ring=ring,
        ringed=ringed,
        radius=drawing.NUMBER_RADIUS,
        frame=_corner_and_size(frame),
        window=_corner_and_size(window),
        family=fonts.FAMILY,
        outline=outlines.outline_text if outlined else None,
    )
    return _NOT_IN_XML.sub("", svg)


def _corner_and_size(box: map_layout.Box) -> map_layout.Box:
    left, top, right, bottom = box
    return left, top, right - left, bottom - top


def _arrange_beside(sheet: Sheet, stated: Contents, shape: PictureShape) -> map_layout.Box:
    """Put the text into a column left of the map; return the box that is left for the map."""
    margin, column = shape.margin, shape.column
    bottom = write_sources(sheet, stated, shape) - _GAP
    top = _write_head(sheet, stated, shape, column) + _GAP
    write_legend(sheet, stated, shape, column, top, bottom)
    return margin + column + _GAP, margin, shape.width - margin, bottom


def _arrange_below(sheet: Sheet, stated: Contents, shape: PictureShape) -> map_layout.Box:
    """Put the headline above and the legend below the map; return the box that is left for the map."""
    margin, width = shape.margin, shape.width - 2 * shape.margin
    bottom = write_sources(sheet, stated, shape) - _GAP
    top = _write_head(sheet, stated, shape, width) + _GAP
    legend = write_legend(sheet, stated, shape, width, top + _LEAST_MAP * (bottom - top), bottom)
    # Layouts are kept: similar pictures share one.
    height = (legend - _GAP - top) // _STEP * _STEP
    return margin, top, margin + width, top + height


def _arrange_card(sheet: Sheet, stated: Contents, shape: PictureShape) -> map_layout.Box:
    """Put the headline and the largest counts left of the map; return the box that is left for the map."""
    margin, column, edge = shape.margin, shape.column, shape.margin / 2
    foot = shape.height - margin - shape.small * LINE_HEIGHT
    sheet.write(stated.sources[0], margin, foot, column, shape.small, soft=True)
    top = _write_head(sheet, stated, shape, column) + _GAP
    write_legend(sheet, stated, shape, column, top, foot - edge)
    return margin + column + _GAP, edge, shape.width - edge, shape.height - edge


def _write_head(sheet: Sheet, stated: Contents, shape: PictureShape, width: float) -> float:
    margin, size = shape.margin, shape.text
    day = 0.0 if shape.column else fonts.text_width(stated.day, size) + _GAP
    y = sheet.write(stated.title, margin, margin, width - day, size, bold=True)
    below = sheet.write(stated.day, margin, margin if day else y, width, size, soft=True, ends=bool(day))
    y = max(y, below)
    if stated.headline:
        y += 0.5 * size
        y = sheet.write(
            stated.headline,
            margin,
            y,
            width,
            shape.headline,
            most_lines=4 if shape.column else 2,
            bold=True,
            leading=_TIGHT,
            balanced=True,
        )
    if stated.known:
        y = sheet.write(stated.known, margin, y + 0.3 * size, width, size, most_lines=2, soft=True)
    sheet.draw_bar(list(stated.counts.items()), margin, y + 0.7 * size, width, 0.7 * size)
    return y + 1.4 * size


def write_legend(sheet: Sheet, stated: Contents, shape: PictureShape, width: float, top: float, bottom: float) -> float:
    """Write the legend above `bottom` and below `top`, smaller if it is long, and return where it begins.

    What has no room even at the smallest size is counted. A legend without a title has no scale bar either.
    """
    columns, gap, entries = shape.legend_columns, 2 * _GAP, stated.legend
    head = 1 if stated.legend_title else 0
    rows = -(-(len(entries) + head) // columns)
    least = _LEAST_LEGEND * shape.legend * _ROW
    # In a shape that leaves no room, one row lies on what is above it.
    height = max(bottom - top, (1 + head) * least)
    most_rows = int(height / least) - head
    if rows > most_rows:
        rows, kept = most_rows, max(0, most_rows * columns - head - 1)
        entries = [*entries[:kept], ("", "", f"and {len(entries) - kept} more", None)]
    size = min(shape.legend, height / max(1, rows + head) / _ROW)
    column = (width - (columns - 1) * gap) / columns
    size = max(_LEAST_LEGEND * size, min([size, *(column / _row_width(row, stated) for row in entries)]))
    row_height = size * _ROW
    start = bottom - (rows + head) * row_height
    sheet.write(stated.legend_title, shape.margin, start, width, size, bold=True)
    indent, scale = _INDENT * size, 0.85 * size / _SAMPLE_HEIGHT
    for number, (sample, style, text, count) in enumerate(entries):
        x = shape.margin + number // rows * (column + gap)
        y = start + (number % rows + head) * row_height
        counted = f"{count:,}" if count is not None else ""
        room = column - indent - fonts.text_width(counted, size, bold=True) - 0.5 * size
        sheet.write(text, x + indent, y, room, size)
        sheet.write(counted, x, y, column, size, bold=True, ends=True)
        if sample:
            sheet.samples.append((sample, style, round(x, 1), round(y + 0.24 * size, 1), round(scale, 4)))
    sheet.scale_bar = (shape.margin + (columns - 1) * (column + gap), start + rows * row_height, size)
    return start


def _row_width(row: drawing.LegendRow, stated: Contents) -> float:
    """Return how wide a row of the legend is in the font size 1, if it counts all districts."""
    highest = max(row[-1] or 0, sum(stated.counts.values()))
    return _INDENT + fonts.text_width(row[2], 1) + 0.55 + fonts.text_width("0" * len(f"{highest:,}"), 1, bold=True)


def write_sources(sheet: Sheet, stated: Contents, shape: PictureShape) -> float:
    """Write method and credits at the foot, smaller if they are long, and return where they begin."""
    width, foot = shape.width - 2 * shape.margin, shape.height - 0.6 * shape.margin
    for size in smaller_sizes(shape.small, _LEAST_SOURCES):
        lines = [len(fonts.wrap_text(text, size, width)) for text in stated.sources]
        top = foot - sum(lines) * size * LINE_HEIGHT
        if top > (1 - _MOST_SOURCES) * shape.height:
            break
    y = top = max(top, (1 - _MOST_SOURCES) * shape.height)
    for text in stated.sources:
        room = max(1, int((foot - y) / size / LINE_HEIGHT + 0.5))
        y = sheet.write(text, shape.margin, y, width, size, most_lines=room, soft=True, shrinks=False)
    return top


def draw_scale_bar(sheet: Sheet, layout: map_layout.MapLayout, shape: PictureShape) -> None:
    """Draw the scale bar of a map where the legend leaves room for it."""
    x, y, size = sheet.scale_bar
    length = layout.scale_bar_length / shape.map_units
    sheet.ruler = (round(x, 1), round(y + 0.9 * size, 1), round(length, 1), round(0.3 * size, 1))
    sheet.write(f"{layout.scale_bar_kilometres:,} km", x + length + 0.4 * size, y, 10 * size, 0.9 * size, soft=True)
