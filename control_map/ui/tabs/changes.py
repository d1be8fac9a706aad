"""The section of the changes between two days, newest first: as a table, as text and as a file."""

from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from control_map.analysis.changes import count_district_changes_by_province
from control_map.core.labels import KIND_SUFFIX
from control_map.core.model import NO_REPORT
from control_map.core.wording import capitalize_first
from control_map.explanation import change_log
from control_map.explanation.change_log import ChangeGrouping, DayExactness
from control_map.render.provenance import Provenance
from control_map.ui import html
from control_map.ui.state import session
from control_map.ui.state.cached_results import cached_changes, cached_html, show_cached_html
from control_map.ui.state.selection import Selection
from control_map.ui.tabs.download import TableWithFacts, offer_table

MAX_CHANGES = 150
"""Changes shown; a longer table is slow to read and to send."""
_EXACT = {DayExactness.ON: "", DayExactness.ABOUT: "around this date", DayExactness.BY: "no later than this date"}


def show_changes(selection: Selection) -> None:
    """Show what changed from the earlier day to the day shown."""
    view, date, earlier_date, province_id = (
        selection.view,
        selection.date,
        selection.earlier_date,
        selection.province_id,
    )
    depends_on = (earlier_date, date, province_id)
    show_cached_html(view, "changes", *depends_on, write=lambda: _write_summary(selection))
    facts = Provenance.of(view, date, earlier_date, province_id).facts()
    offer_table(
        selection,
        "changes",
        lambda shown: TableWithFacts(_changes(shown), facts),
        key="changes csv",
        since=earlier_date,
        province_id=province_id,
    )
    fold = st.expander("As text to paste", key=session.CHANGES_TEXT_KEY, on_change="rerun")
    if fold.open:
        with fold:
            _show_text(selection, facts)
    show_cached_html(view, "changes table", *depends_on, write=lambda: _write_table(selection))


def _changes(selection: Selection) -> pd.DataFrame:
    changes = cached_changes(selection.view, selection.earlier_date, selection.date)
    return changes[changes["province_id"] == selection.province_id] if selection.province_id else changes


def _show_text(selection: Selection, facts: dict[str, str]) -> None:
    st.session_state.setdefault(session.CHANGES_GROUP_KEY, ChangeGrouping.DAY.value)
    grouping = ChangeGrouping(
        st.radio(
            "Group by",
            [grouping.value for grouping in ChangeGrouping],
            format_func=capitalize_first,
            key=session.CHANGES_GROUP_KEY,
            horizontal=True,
        )
    )
    view, after, until = selection.view, selection.earlier_date, selection.date
    text = cached_html(
        view,
        "changes text",
        *(after, until, selection.province_id, grouping),
        write=lambda: change_log.write_change_log(
            _changes(selection), view.pack.status_labels, after, until, facts, view.known_on, grouping
        ),
    )
    st.code(text, language=None, wrap_lines=True)


def _write_summary(selection: Selection) -> str:
    changes, pack = _changes(selection), selection.pack
    totals = count_district_changes_by_province(changes, pack.statuses)
    moved = totals[totals[["gained", "taken_back", "lost"]].any(axis="columns")].to_dict("records")
    return html.render_template(
        "changes.html",
        between=capitalize_first(change_log.describe_period(selection.earlier_date, selection.date)),
        summary=change_log.summarize_changes(changes, pack.status_labels),
        totals={province_id: list(rows) for province_id, rows in groupby(moved, lambda row: row["province_id"])},
        styles=pack.styles,
    )


def _write_table(selection: Selection) -> str:
    changes = _changes(selection)
    newest = changes.sort_values(["date", "province", "name"], ascending=[False, True, True]).head(MAX_CHANGES)
    day = (newest["date"] - pd.Timestamp(selection.pack.theatre.period_start)).dt.days
    # The map cannot show a day before the period.
    rows: list[dict[Any, Any]] = newest.assign(day=day.astype(object).where(day >= 0, None)).to_dict("records")
    return html.render_template(
        "changes_table.html",
        days={date: list(group) for date, group in groupby(rows, lambda row: row["date"])},
        more=max(0, len(changes) - MAX_CHANGES),
        styles=selection.pack.styles,
        notes=KIND_SUFFIX,
        exact=_EXACT,
        inexact=[(words, exactness.sentence) for exactness, words in _EXACT.items() if words],
        no_report=NO_REPORT,
        reversal=change_log.REVERSAL_DEFINITION,
    )
