"""The changes: the ledger between two days, newest first, and the same as text and as a file."""

from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from control_map.ui.state import session
from control_map.core.model import NO_REPORT
from control_map.core.wording import KIND_SUFFIX, capitalize_first
from control_map.explanation import change_log, ledger_prose
from control_map.explanation.change_log import DayExactness
from control_map.explanation.ledger_prose import ChangeGrouping
from control_map.render.export.writing import export_file_name
from control_map.render.provenance import Provenance
from control_map.theatre.csv_writer import as_csv
from control_map.ui import html
from control_map.ui.auth import sign_in
from control_map.ui.state import cached_results
from control_map.ui.state.selection import Selection

MAX_CHANGES = 150
"""Changes shown; a longer table is slow to read and to send."""
session.CHANGES_GROUP_KEY = "changes group"
"""The key of the choice of what the text is grouped by: a value of `By`."""
session.CHANGES_TEXT_KEY = "changes text"
_EXACT = {DayExactness.ON: "", DayExactness.ABOUT: "about then", DayExactness.BY: "by then"}


def show_changes(seen: Selection) -> None:
    """Show what changed from the earlier day to the day shown."""
    depends_on = (seen.earlier, seen.date, seen.province_id)
    html.show_html(cached_results.cached_html("changes", seen.view, *depends_on, write=lambda: _head(seen)))
    facts = Provenance.of(seen.view, seen.date, seen.earlier, seen.province_id).facts()
    st.download_button(
        "Download all as CSV",
        # Made when it is asked for.
        sign_in.guard_download(lambda: as_csv(_told(seen), facts)),
        export_file_name(seen.view, seen.date, ".csv", "changes", seen.earlier, seen.province_id),
        "text/csv",
        key="changes csv",
        on_click="ignore",
    )
    fold = st.expander("As text to paste", key=session.CHANGES_TEXT_KEY, on_change="rerun")
    if fold.open:
        with fold:
            _show_text(seen, facts)
    html.show_html(cached_results.cached_html("ledger", seen.view, *depends_on, write=lambda: _table(seen)))


def _told(seen: Selection) -> pd.DataFrame:
    told = cached_results.cached_changes(seen.view, seen.earlier, seen.date)
    return told[told["province_id"] == seen.province_id] if seen.province_id else told


def _show_text(seen: Selection, facts: dict[str, str]) -> None:
    st.session_state.setdefault(session.CHANGES_GROUP_KEY, ChangeGrouping.DAY.value)
    by = ChangeGrouping(
        st.radio(
            "Group by",
            [by.value for by in ChangeGrouping],
            format_func=capitalize_first,
            key=session.CHANGES_GROUP_KEY,
            horizontal=True,
        )
    )
    labels, known_on = seen.pack.status_labels, seen.view.known_on
    text = cached_results.cached_html(
        "changes text",
        seen.view,
        *(seen.earlier, seen.date, seen.province_id, by),
        write=lambda: ledger_prose.write_change_log(_told(seen), labels, seen.earlier, seen.date, facts, known_on, by),
    )
    st.code(text, language=None, wrap_lines=True)


def _head(seen: Selection) -> str:
    told = _told(seen)
    totals = change_log.count_district_changes_by_province(told, seen.pack.statuses)
    moved = totals[totals[["gained", "taken_back", "lost"]].any(axis="columns")].to_dict("records")
    return html.render_template(
        "changes.html",
        between=capitalize_first(ledger_prose.describe_period(seen.earlier, seen.date)),
        summary=ledger_prose.summarize_changes(told, seen.pack.status_labels),
        totals={of: list(own) for of, own in groupby(moved, lambda row: row["province_id"])},
        styles=seen.pack.styles,
    )


def _table(seen: Selection) -> str:
    told = _told(seen)
    newest = told.sort_values(["date", "province", "name"], ascending=[False, True, True]).head(MAX_CHANGES)
    day = (newest["date"] - pd.Timestamp(seen.pack.theatre.period_start)).dt.days
    # A day before the period is none that the map can show.
    rows: list[dict[Any, Any]] = newest.assign(day=day.astype(object).where(day >= 0, None)).to_dict("records")
    return html.render_template(
        "changes_table.html",
        days={date: list(own) for date, own in groupby(rows, lambda row: row["date"])},
        more=max(0, len(told) - MAX_CHANGES),
        styles=seen.pack.styles,
        notes=KIND_SUFFIX,
        exact=_EXACT,
        inexact=[(_EXACT[dated], dated.sentence) for dated in DayExactness if _EXACT[dated]],
        no_report=NO_REPORT,
        reversal=change_log.REVERSAL_DEFINITION,
    )
