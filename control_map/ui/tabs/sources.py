"""The origins of the reports: a table to sort, and the reports of the one that is chosen."""

from typing import Any

import pandas as pd
import streamlit as st

from control_map.analysis.sources import format_share
from control_map.explanation import dossier
from control_map.pipeline.view import View
from control_map.ui import go, html
from control_map.ui.state import cached_results

MAX_ORIGIN_REPORTS = 100
_HEIGHT = 460
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


def show_sources(view: View) -> None:
    """Show the origins of all reports that a view knows, and the reports of the chosen one."""
    reports, table, styled = cached_results.cached_origins(view)
    html.show_template(
        "sources.html",
        origins=len(table),
        reports=len(reports),
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
        styled,
        # A row is chosen by its number, and in another table that number is another origin.
        key=f"origins-{hash((view.pack.fingerprint, view.rule.corroboration_days, view.known_on))}",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        height=_HEIGHT,
        placeholder=format_share(0, 0),
        column_order=list(_LABELS),
        column_config=columns,
        alt="Origins of the reports, with how much of what they say others confirm or contradict",
    )
    chosen = event["selection"]["rows"]
    if chosen:
        _show_reports(view, reports[reports["origin"] == table["origin"].iloc[chosen[0]]])


def _show_reports(view: View, mine: pd.DataFrame) -> None:
    """Show the reports of one origin, those that others contradict first."""
    order = ["contradicted", "reported_date", "event_date", "report_id"]
    first = mine.sort_values(order, ascending=False).head(MAX_ORIGIN_REPORTS)
    html.show_template(
        "sources_reports.html",
        origin=mine["origin"].iloc[0],
        rows=dossier.add_claim_wording(
            first.assign(target=go.link_targets(first)).to_dict("records"), view.pack.theatre.actors
        ),
        total=len(mine),
    )
