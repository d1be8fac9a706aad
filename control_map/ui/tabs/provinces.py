"""The provinces as a table: their districts, area or population by status, the past, crossings, and silence."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Hashable
from functools import partial
from itertools import accumulate
from string import ascii_lowercase
from textwrap import shorten
from typing import Any

import pandas as pd
import streamlit as st

from control_map.ui.state import session
from control_map.analysis import provinces
from control_map.analysis.trend import TrendQuantity
from control_map.core.model import PlaceKind
from control_map.core.status_style import StatusStyle
from control_map.core.wording import capitalize_first, format_date, format_signed, spans_years
from control_map.pipeline.view import View
from control_map.render.export.writing import export_file_name
from control_map.render.html import renderer
from control_map.render.provenance import Provenance
from control_map.theatre.csv_writer import as_csv
from control_map.ui import html
from control_map.ui.auth import sign_in
from control_map.ui.state import cached_results
from control_map.ui.state.selection import Selection
from control_map.ui.tabs import blind_spots

session.PROVINCES_MEASURE_KEY = "provinces measure"
"""The key of what the bars and numbers of the table are of: a value of `By`."""
_MOST_TOLD = 72
"""Letters of a report's words in the table, which travels at each change of date; the tab on areas has all."""
_IN_ADDRESS = {ord(letter): f"%{ord(letter):X}" for letter in "<>#"}
"""What stands for letters that may not stand in a `data:` address, or in a style sheet that the page cleans."""

_Row = dict[Hashable, Any]


def show_provinces(seen: Selection) -> None:
    """Show the table of the provinces with what it can be of, offer it as a file, and show what each has been."""
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
        st.download_button(
            "Download CSV",
            # Made when it is asked for.
            sign_in.guard_download(partial(provinces_csv, seen, older_than)),
            file_name=export_file_name(seen.view, seen.date, ".csv", "provinces", seen.earlier),
            mime="text/csv",
            key="provinces download",
            type="tertiary",
            icon=":material/download:",
            on_click="ignore",
        )
    measure = st.session_state[session.PROVINCES_MEASURE_KEY] or TrendQuantity.DISTRICTS.value
    depends_on = (seen.date, seen.since, seen.past.known_on, older_than, measure, seen.province_id)
    html.show_html(
        cached_results.cached_html("provinces", seen.view, *depends_on, write=lambda: _text(seen, measure, older_than))
    )
    dark = st.context.theme.type == "dark"
    # Apart from what follows the date: the same text at every date is sent once.
    html.show_html(
        cached_results.cached_html("provinces past", seen.view, dark, write=lambda: _past(seen.view, dark=dark))
    )


def _table(seen: Selection, older_than: int, *, whole: bool) -> pd.DataFrame:
    told = seen.view.part_reports(seen.date)
    places, statuses = seen.pack.theatre.places, seen.pack.statuses
    return provinces.build_province_table(
        seen.now, seen.before, told, places, statuses, seen.date, older_than, whole=whole
    )


def provinces_csv(seen: Selection, older_than: int) -> str:
    """Return the table with all its columns as CSV, one row a province."""
    table = _table(seen, older_than, whole=False).assign(silent_for_more_than_days=older_than)
    return as_csv(table, Provenance.of(seen.view, seen.date, seen.earlier).facts())


def _text(seen: Selection, measure: str, older_than: int) -> str:
    pack, theatre = seen.pack, seen.pack.theatre
    statuses = pack.statuses
    days = (theatre.period_end - theatre.period_start).days + 1
    return html.render_template(
        "provinces.html",
        rows=_table(seen, older_than, whole=True).to_dict("records"),
        measure=measure,
        date=seen.date,
        period=(theatre.period_start, theatre.period_end),
        year=spans_years(theatre.period_start, theatre.period_end),
        at=round(((seen.date - theatre.period_start).days + 0.5) / days, 3),
        chosen=seen.province_id or None,
        statuses=statuses,
        styles=pack.styles,
        over=renderer.describe_change_period(seen.since, seen.date),
        older_than=older_than,
        gates=_gates(seen.now),
        ends=lambda row: _ends(row, statuses, measure),
        cells=lambda row: _cells(row, statuses, measure),
        silences=_silences,
        told=lambda row: _told(row, seen.date),
    )


def _gates(now: pd.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """Return the crossings of each province that has one, in order: name and status."""
    gates: dict[str, list[tuple[str, str]]] = defaultdict(list)
    told = zip(*(now[column].to_numpy() for column in ("province_id", "name", "status", "kind")), strict=True)
    for province_id, name, status, kind in sorted(told):
        if kind == PlaceKind.CROSSING:
            gates[province_id].append((name, status))
    return gates


def _shares(row: _Row, statuses: list[str], measure: str) -> list[float]:
    """Return the share of each status, 0 to 1, NaN if it is unknown."""
    if measure == "districts":
        return [row[status] / max(1, row["districts"]) for status in statuses]
    return [row[f"{status}_{measure}_share"] for status in statuses]


def _ends(row: _Row, statuses: list[str], measure: str) -> str | None:
    """Say where each colour of a province's bar ends; what is not said ends at the end of the bar. None: no bar."""
    shares = _shares(row, statuses, measure)
    if pd.isna(shares[0]):
        return None
    sums = [round(100 * end) for end in accumulate(shares[:-1])]
    return ";".join(f"--{letter}:{end}" for letter, end in zip(ascii_lowercase, sums, strict=False) if end < 100)


def _cells(row: _Row, statuses: list[str], measure: str) -> list[tuple[str, str]]:
    """Return the numbers of the statuses, each with its change or nothing."""
    if measure == "districts":
        changes = [row[f"{status}_change"] for status in statuses]
        return [
            (str(row[status]) if row[status] or change else "", format_signed(change))
            for status, change in zip(statuses, changes, strict=True)
        ]
    return [(_percent(share), "") for share in _shares(row, statuses, measure)]


def _percent(share: float) -> str:
    if pd.isna(share):
        return "\u2013"
    percent = 100 * share
    return f"{percent:.0f}%" if percent >= 1 else f"{percent:.1f}%" if percent else ""


def _silences(row: _Row) -> tuple[str, str]:
    days = row["days_since_report"]
    return "" if pd.isna(days) else f"{days} d", str(row["blind_spots"] or "")


def _told(row: _Row, date: dt.date) -> str:
    """Return the newest report on a part of a province, in few words."""
    day = row["part_reported"]
    return f"{format_date(day, year=day.year != date.year)}: {shorten(row['part_told'], _MOST_TOLD, placeholder=' …')}"


def _past(view: View, *, dark: bool) -> str:
    theatre, styles = view.pack.theatre, view.pack.styles
    counts = provinces.count_provinces_over_time(view.timeline, list(styles), theatre.period_start, theatre.period_end)
    days = counts["date"].sub(pd.Timestamp(theatre.period_start)).dt.days
    length = (theatre.period_end - theatre.period_start).days + 1
    charts = {
        _in_css(str(name)): _chart(own, days[own.index].tolist(), length, styles, dark=dark)
        for name, own in counts.groupby("province_id")
    }
    return html.render_template("provinces_past.html", charts=charts, first=next(iter(styles.values())))


def _chart(counts: pd.DataFrame, days: list[int], length: int, styles: dict[str, StatusStyle], *, dark: bool) -> str:
    """Draw the counts of one province as areas one upon another, the first status lowest: an SVG, as in `data:`.

    `days` are the days of the rows, from the first of the period. What is drawn first is covered by what comes after.
    """
    districts = int(counts[list(styles)].iloc[0].sum())
    areas = []
    tops = districts - counts[list(styles)].cumsum(axis="columns")
    for style in reversed(styles.values()):
        line, last = "", districts
        for day, top in zip(days, tops[style.status], strict=True):
            if top != last:
                line += f"H{day}V{top}"
                last = top
        if line:
            colour = style.dark if dark else style.colour
            areas.append(f"<path fill='{colour}' d='M0 {districts}{line}H{length}V{districts}'/>")
    box = f"viewBox='0 0 {length} {districts}' preserveAspectRatio='none'"
    drawn = f"<svg xmlns='http://www.w3.org/2000/svg' {box}>{''.join(areas)}</svg>"
    return drawn.translate(_IN_ADDRESS)


def _in_css(text: str) -> str:
    """Return text as it stands between the quotes of a style sheet."""
    return re.sub(r"[^\w/-]", lambda found: f"\\{ord(found[0]):x} ", text, flags=re.ASCII)
