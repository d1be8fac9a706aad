"""The changes: the ledger between two days, newest first, and the same as text and as a file."""

from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from control_map.core.model import NO_REPORT
from control_map.explanation import change_log, ledger_prose
from control_map.explanation.change_log import Dated
from control_map.explanation.ledger_prose import By
from control_map.explanation.phrases import capital
from control_map.render.export.writing import file_name
from control_map.render.provenance import Provenance
from control_map.theatre.csv_writer import as_csv
from control_map.ui import html
from control_map.ui.auth import sign_in
from control_map.ui.naming import KIND_NOTE
from control_map.ui.state import cached
from control_map.ui.state.moment import Moment

MOST = 150
"""Changes shown; a longer table is slow to read and to send."""
GROUP = "changes group"
"""The key of the choice of what the text is grouped by: a value of `By`."""
_TEXT = "changes text"
_EXACT = {Dated.ON: "", Dated.ABOUT: "about then", Dated.BY: "by then"}


def show(seen: Moment) -> None:
    """Show what changed from the earlier day to the day shown."""
    depends_on = (seen.earlier, seen.date, seen.province_id)
    html.put(cached.written("changes", seen.view, *depends_on, write=lambda: _head(seen)))
    facts = Provenance.of(seen.view, seen.date, seen.earlier, seen.province_id).facts()
    st.download_button(
        "Download all as CSV",
        # Made when it is asked for.
        sign_in.guarded(lambda: as_csv(_told(seen), facts)),
        file_name(seen.view, seen.date, ".csv", "changes", seen.earlier, seen.province_id),
        "text/csv",
        key="changes csv",
        on_click="ignore",
    )
    fold = st.expander("As text to paste", key=_TEXT, on_change="rerun")
    if fold.open:
        with fold:
            _show_text(seen, facts)
    html.put(cached.written("ledger", seen.view, *depends_on, write=lambda: _table(seen)))


def _told(seen: Moment) -> pd.DataFrame:
    told = cached.ledger_of(seen.view, seen.earlier, seen.date)
    return told[told["province_id"] == seen.province_id] if seen.province_id else told


def _show_text(seen: Moment, facts: dict[str, str]) -> None:
    st.session_state.setdefault(GROUP, By.DAY.value)
    by = By(st.radio("Group by", [by.value for by in By], format_func=capital, key=GROUP, horizontal=True))
    labels, known_on = seen.pack.status_labels, seen.view.known_on
    text = cached.written(
        "changes text",
        seen.view,
        *(seen.earlier, seen.date, seen.province_id, by),
        write=lambda: ledger_prose.text(_told(seen), labels, seen.earlier, seen.date, facts, known_on, by),
    )
    st.code(text, language=None, wrap_lines=True)


def _head(seen: Moment) -> str:
    told = _told(seen)
    totals = change_log.totals_by_province(told, seen.pack.statuses)
    moved = totals[totals[["gained", "taken_back", "lost"]].any(axis="columns")].to_dict("records")
    return html.render(
        "changes.html",
        between=capital(ledger_prose.between(seen.earlier, seen.date)),
        summary=ledger_prose.summary(told, seen.pack.status_labels),
        totals={of: list(own) for of, own in groupby(moved, lambda row: row["province_id"])},
        styles=seen.pack.styles,
    )


def _table(seen: Moment) -> str:
    told = _told(seen)
    newest = told.sort_values(["date", "province", "name"], ascending=[False, True, True]).head(MOST)
    day = (newest["date"] - pd.Timestamp(seen.pack.theatre.period_start)).dt.days
    # A day before the period is none that the map can show.
    rows: list[dict[Any, Any]] = newest.assign(day=day.astype(object).where(day >= 0, None)).to_dict("records")
    return html.render(
        "changes_table.html",
        days={date: list(own) for date, own in groupby(rows, lambda row: row["date"])},
        more=max(0, len(told) - MOST),
        styles=seen.pack.styles,
        notes=KIND_NOTE,
        exact=_EXACT,
        inexact=[(_EXACT[dated], dated.sentence) for dated in Dated if _EXACT[dated]],
        no_report=NO_REPORT,
        reversal=change_log.REVERSAL,
    )
