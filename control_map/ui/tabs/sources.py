"""The origins of the reports: a table to sort, and the reports of the one that is chosen."""

from collections.abc import Hashable
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from control_map.analysis.sources import SHARE_COLUMNS, cross_check_reports, format_lag, format_share, summarize_origins
from control_map.core.sanitize import sanitize_cell
from control_map.core.wording import format_date
from control_map.explanation import dossier
from control_map.pipeline.view import View
from control_map.ui import html
from control_map.ui.state.cache import cache_results
from control_map.ui.state.selection import Selection
from control_map.ui.tabs.download import offer_section

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


_DATES: list[Hashable] = ["first_published", "last_published"]


class OriginsTable(NamedTuple):
    """The reports as `cross_check_reports` returns them, what `summarize_origins` makes of them, and its cells."""

    reports: pd.DataFrame
    table: pd.DataFrame
    styled: Styler


def show_sources(selection: Selection) -> None:
    """Show the origins of all reports that a view knows, and the reports of the chosen origin."""
    view = selection.view
    reports, table, styled = _origins(view)
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
        # A row is chosen by its number, which is another origin in another table.
        key=f"origins-{hash((view.pack.fingerprint, view.rule.corroboration_days, view.known_on))}",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        height=_HEIGHT,
        placeholder=format_share(0, 0),
        column_order=list(_LABELS),
        column_config=columns,
        alt="Origins of the reports, with the shares of their statements that others confirm or contradict",
    )
    offer_section(selection, "sources", lambda shown: _origins(shown.view).table)
    chosen = event["selection"]["rows"]
    if chosen:
        _show_reports(view, reports[reports["origin"] == table["origin"].iloc[chosen[0]]])


def _show_reports(view: View, reports: pd.DataFrame) -> None:
    """Show the reports of one origin, those that others contradict first."""
    order = ["contradicted", "reported_date", "event_date", "report_id"]
    first = reports.sort_values(order, ascending=False).head(MAX_ORIGIN_REPORTS)
    html.show_template(
        "sources_reports.html",
        origin=reports["origin"].iloc[0],
        rows=dossier.add_claim_wording(
            first.assign(target=html.link_targets(first)).to_dict("records"), view.pack.theatre.actors
        ),
        total=len(reports),
    )


@cache_results(lambda view: (view.pack.fingerprint, view.rule.corroboration_days, view.known_on))
def _origins(view: View) -> OriginsTable:
    """Return the origins of the reports that a view knows; of its rule, only the corroboration window matters."""
    reports = cross_check_reports(view.pack.assertions, view.located, view.rule.corroboration_days)
    table = summarize_origins(reports)
    return OriginsTable(reports, table, _style_origins(table))


def _style_origins(table: pd.DataFrame) -> Styler:
    """Write each share with its total; sorting still goes by the number behind it."""
    # With a fixed name instead of a random one, the same table is sent once.
    styled = table.assign(origin=table["origin"].map(sanitize_cell)).style.set_uuid("origins")
    for total in table["statements"].unique():
        rows = table.index[table["statements"] == total]
        styled = styled.format(partial(_share, total), subset=(rows, [*SHARE_COLUMNS]), na_rep=format_share(0, 0))
    for total in table["lag_reports"].unique():
        rows = table.index[table["lag_reports"] == total]
        styled = styled.format(partial(_lag, total), subset=(rows, ["lag_days"]), na_rep=format_lag(0, 0))
    return styled.format(partial(format_date, year=True), subset=_DATES)


def _share(total: int, share: float) -> str:
    return format_share(round(share * total), total)


def _lag(total: int, lag: float) -> str:
    return format_lag(lag, total)
