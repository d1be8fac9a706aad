"""The origins of the reports: a table to sort, and the reports of the one that is chosen."""

from collections.abc import Hashable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from control_map.escape import harmless_cell
from control_map.pipeline import View
from control_map.sources import SHARE_COLUMNS, by_origin, lag_in_words, share_in_words
from control_map.ui import dossier, html, store

MOST = 100
_HEIGHT = 460
_DATES: list[Hashable] = ["first_published", "last_published"]
_LABELS = {
    "origin": "Origin",
    "reports": "Reports",
    "counted": "Counted",
    "statements": "Statements",
    "confirmed_share": "Confirmed",
    "contradicted_share": "Contradicted",
    "self_serving_share": "Self-serving",
    "against_interest_share": "Against interest",
    "lag_days": "Days to publication",
    "grades": "Grades",
    "places": "Places",
    "first_published": "First published",
    "last_published": "Last published",
}


def show(view: View) -> None:
    """Show the origins of all reports that a view knows, and the reports of the chosen one."""
    appraised = store.appraised(view)
    table = by_origin(appraised)
    html.show(
        "sources.html",
        origins=len(table),
        reports=len(appraised),
        counted=int(table["counted"].sum()),
        known_on=view.known_on,
        days=view.rule.corroboration_days,
    )
    columns: dict[Any, Any] = {
        name: st.column_config.Column(
            label, pinned=name == "origin", alignment="left" if name in ("origin", "grades") else "right"
        )
        for name, label in _LABELS.items()
    }
    event = st.dataframe(
        _styled(table),
        # A row is chosen by its number, and in another table that number is another origin.
        key=f"origins-{hash((view.pack.fingerprint, view.rule, view.known_on))}",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        height=_HEIGHT,
        placeholder=share_in_words(0, 0),
        column_order=list(_LABELS),
        column_config=columns,
        alt="Origins of the reports, with how much of what they say others confirm or contradict",
    )
    chosen = event["selection"]["rows"]
    if chosen:
        _show_reports(view, appraised[appraised["origin"] == table["origin"].iloc[chosen[0]]])


def _styled(table: pd.DataFrame) -> Styler:
    """Write each share with what it is of; sorting still goes by the number behind it."""
    # With a name of its own, and not one at random, the same table is sent once.
    styled = table.assign(origin=table["origin"].map(harmless_cell)).style.set_uuid("origins")
    for of in table["statements"].unique():
        rows = table.index[table["statements"] == of]
        styled = styled.format(partial(_share, of), subset=(rows, [*SHARE_COLUMNS]), na_rep=share_in_words(0, 0))
    for of in table["lag_reports"].unique():
        rows = table.index[table["lag_reports"] == of]
        styled = styled.format(partial(_lag, of), subset=(rows, ["lag_days"]), na_rep=lag_in_words(0, 0))
    return styled.format(partial(html.day, year=True), subset=_DATES)


def _share(of: int, share: float) -> str:
    return share_in_words(round(share * of), of)


def _lag(of: int, lag: float) -> str:
    return lag_in_words(lag, of)


def _show_reports(view: View, mine: pd.DataFrame) -> None:
    """Show the reports of one origin, those that others contradict first."""
    order = ["contradicted", "reported_date", "event_date", "report_id"]
    mine = mine.sort_values(order, ascending=False)
    html.show(
        "sources_reports.html",
        origin=mine["origin"].iloc[0],
        rows=dossier.say(mine.head(MOST).to_dict("records"), view.pack.theatre.actors),
        total=len(mine),
    )
