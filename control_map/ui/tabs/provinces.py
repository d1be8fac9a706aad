"""The provinces as a table: districts, area or population by status, their past, crossings and last reports."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Hashable
from functools import partial
from itertools import accumulate
from string import ascii_lowercase
from typing import Any

import pandas as pd
import streamlit as st

from control_map.analysis.summary import add_part_reports, columns_by_status, summarize_provinces
from control_map.analysis.trend import TrendQuantity, count_provinces_over_time
from control_map.core.arrays import Ints, run_bounds
from control_map.core.model import PlaceKind
from control_map.core.status_style import StatusStyle
from control_map.core.wording import MINUS, capitalize_first, format_date, format_rounded, format_signed, spans_years
from control_map.pipeline.view import View
from control_map.render.html import renderer
from control_map.render.provenance import Provenance
from control_map.ui import html
from control_map.ui.state import session
from control_map.ui.state.cached_results import show_cached_html
from control_map.ui.state.selection import Selection
from control_map.ui.tabs.download import TableWithFacts, offer_table

_UNKNOWN = "\u2013"
_LEAST_POINTS = 0.05
"""Percentage points that are not rounded to none."""
_PERCENT_ENCODED = {ord(character): f"%{ord(character):X}" for character in "<>#"}
"""Characters that a `data:` address may not have, or that the page strips from a style sheet."""

_Row = dict[Hashable, Any]


def show_provinces(selection: Selection) -> None:
    """Show the table of the provinces, offer it as a file, and add a chart of the past to each."""
    older_than = session.blind_after_days()
    st.session_state.setdefault(session.PROVINCES_MEASURE_KEY, TrendQuantity.DISTRICTS.value)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.segmented_control(
            "Share of",
            [by.value for by in TrendQuantity],
            key=session.PROVINCES_MEASURE_KEY,
            format_func=capitalize_first,
            label_visibility="collapsed",
            width="content",
        )
        offer_table(
            selection,
            "provinces",
            lambda shown: provinces_table(shown, older_than),
            key="provinces download",
            since=selection.earlier_date,
            type="tertiary",
            icon=":material/download:",
        )
    measure = st.session_state[session.PROVINCES_MEASURE_KEY] or TrendQuantity.DISTRICTS.value
    depends_on = (
        selection.date,
        selection.since,
        selection.earlier_view.known_on,
        older_than,
        measure,
        selection.province_id,
    )
    write = partial(_write_table, selection, measure, older_than)
    show_cached_html(selection.view, "provinces", *depends_on, write=write)
    dark = html.is_dark()
    # Separate from the table, as it is the same at every date and is sent once.
    show_cached_html(selection.view, "provinces past", dark, write=lambda: _write_past(selection.view, dark=dark))


def _table(selection: Selection, older_than: int, *, whole: bool) -> pd.DataFrame:
    pack, now, before = selection.pack, selection.now, selection.before
    table = summarize_provinces(
        now, before, pack.theatre.places, pack.statuses, selection.date, older_than, whole=whole
    )
    return add_part_reports(table, selection.view.part_reports(selection.date))


def provinces_table(selection: Selection, older_than: int) -> TableWithFacts:
    """Return the table with all its columns, one row a province, and its provenance."""
    table = _table(selection, older_than, whole=False).assign(silent_for_more_than_days=older_than)
    return TableWithFacts(table, Provenance.of(selection.view, selection.date, selection.earlier_date).facts())


def _write_table(selection: Selection, measure: str, older_than: int) -> str:
    pack, theatre = selection.pack, selection.pack.theatre
    statuses = pack.statuses
    return html.render_template(
        "provinces.html",
        rows=_table(selection, older_than, whole=True).to_dict("records"),
        measure=measure,
        date=selection.date,
        period=(theatre.period_start, theatre.period_end),
        year=spans_years(theatre.period_start, theatre.period_end),
        at=round((theatre.day_of(selection.date) + 0.5) / theatre.day_count, 3),
        chosen=selection.province_id or None,
        statuses=statuses,
        shown=columns_by_status(statuses, selection.now["status"], selection.before["status"]),
        styles=pack.styles,
        over=renderer.describe_change_period(selection.since, selection.date),
        older_than=older_than,
        crossings=_crossings(selection.now),
        colour_ends=lambda row: _colour_ends(row, statuses, measure),
        cells=lambda row: _cells(row, statuses, measure),
        last_reports=_last_reports,
        newest_area_claim=lambda row: _newest_area_claim(row, selection.date),
    )


def _crossings(now: pd.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """Return the name and status of each crossing, by province, in the order of the names."""
    crossings: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = zip(*(now[column].to_numpy() for column in ("province_id", "name", "status", "kind")), strict=True)
    for province_id, name, status, kind in sorted(rows):
        if kind == PlaceKind.CROSSING:
            crossings[province_id].append((name, status))
    return crossings


def _shares(row: _Row, statuses: list[str], measure: str) -> list[float]:
    """Return the share of each status, 0 to 1, NaN if it is unknown."""
    if measure == "districts":
        return [row[status] / max(1, row["districts"]) for status in statuses]
    return [row[f"{status}_{measure}_share"] for status in statuses]


def _colour_ends(row: _Row, statuses: list[str], measure: str) -> str | None:
    """Return where each colour of a province's bar ends; the others end with the bar. None: there is no bar."""
    shares = _shares(row, statuses, measure)
    if pd.isna(shares[0]):
        return None
    sums = [round(100 * end) for end in accumulate(shares[:-1])]
    return ";".join(f"--{letter}:{end}" for letter, end in zip(ascii_lowercase, sums, strict=False) if end < 100)


def _cells(row: _Row, statuses: list[str], measure: str) -> list[tuple[str, str, str]]:
    """Return the number of each status, its change, and the people or the land of a share; else empty texts."""
    if measure == "districts":
        changes = [row[f"{status}_change"] for status in statuses]
        return [
            (str(row[status]) if row[status] or change else "", format_signed(change), "")
            for status, change in zip(statuses, changes, strict=True)
        ]
    changes = [row[f"{status}_{measure}_share_change"] for status in statuses]
    sizes = [row[f"{status}_{'area_km2' if measure == 'area' else measure}"] for status in statuses]
    return [
        (_percent(share) or ("0%" if change else ""), change, format_rounded(size) if size else "")
        if pd.notna(size)
        else (_UNKNOWN, change, "")
        for share, change, size in zip(_shares(row, statuses, measure), map(_points, changes), sizes, strict=True)
    ]


def _percent(share: float) -> str:
    if pd.isna(share):
        return _UNKNOWN
    return f"{_round(100 * share)}%" if share else ""


def _points(change: float) -> str:
    """Write a change of a share in percentage points, with its sign; nothing if it is unknown or rounds to none."""
    points = 0.0 if pd.isna(change) else 100 * change
    return f"{'+' if points > 0 else MINUS}{_round(abs(points))}" if abs(points) >= _LEAST_POINTS else ""


def _round(percent: float) -> str:
    return f"{percent:.0f}" if percent >= 1 else f"{percent:.1f}"


def _last_reports(row: _Row) -> tuple[str, str]:
    """Return the days since the last report, and the number of blind spots."""
    days = row["days_since_report"]
    return "" if pd.isna(days) else f"{days} d", str(row["blind_spots"] or "")


def _newest_area_claim(row: _Row, date: dt.date) -> str:
    """Say of when the newest report on a part of a province is; the tab on area claims has its text.

    The table is sent at each change of date, and the texts would be a quarter of it.
    """
    day = row["part_reported"]
    return f"newest: {format_date(day, year=day.year != date.year)}"


def _write_past(view: View, *, dark: bool) -> str:
    theatre, styles = view.pack.theatre, view.pack.styles
    counts = count_provinces_over_time(view.timeline, list(styles), theatre.period_start, theatre.period_end)
    days = counts["date"].sub(pd.Timestamp(theatre.period_start)).dt.days.tolist()
    numbers = counts[list(styles)].to_numpy()
    province_ids = counts["province_id"].to_numpy()
    charts = {
        _escape_css(str(province_ids[begin])): _draw_chart(
            numbers[begin:end], days[begin:end], theatre.day_count, styles, dark=dark
        )
        for begin, end in run_bounds(province_ids)
    }
    return html.render_template("provinces_past.html", charts=charts, first=next(iter(styles.values())))


def _draw_chart(counts: Ints, days: list[int], length: int, styles: dict[str, StatusStyle], *, dark: bool) -> str:
    """Draw the counts of one province as stacked areas, the first status lowest: an SVG, as in a `data:` address.

    `counts` has a column for each status, `days` are the days of its rows, from the first of the period. Each area
    covers the lower part of the one before.
    """
    districts = int(counts[0].sum())
    areas = []
    tops = (districts - counts.cumsum(axis=1)).T.tolist()
    for style, heights in zip(reversed(styles.values()), reversed(tops), strict=True):
        line, last = "", districts
        for day, top in zip(days, heights, strict=True):
            if top != last:
                line += f"H{day}V{top}"
                last = top
        if line:
            colour = style.dark if dark else style.colour
            areas.append(f"<path fill='{colour}' d='M0 {districts}{line}H{length}V{districts}'/>")
    box = f"viewBox='0 0 {length} {districts}' preserveAspectRatio='none'"
    drawn = f"<svg xmlns='http://www.w3.org/2000/svg' {box}>{''.join(areas)}</svg>"
    return drawn.translate(_PERCENT_ENCODED)


def _escape_css(text: str) -> str:
    """Escape text for a string in a style sheet."""
    return re.sub(r"[^\w/-]", lambda found: f"\\{ord(found[0]):x} ", text, flags=re.ASCII)
