"""The dossier: one place's status and every report behind it; or, with no place selected, what just changed."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st

from control_map.core.labels import KIND_SUFFIX
from control_map.core.limits import LIMITS
from control_map.core.model import Basis
from control_map.explanation.dossier import (
    MAX_RECENT_CHANGES,
    RECENT_CHANGE_DAYS,
    choose_listed,
    describe_kind,
    describe_reports,
    history_segments,
)
from control_map.pipeline.view import View
from control_map.ui import html
from control_map.ui.state.cached_results import show_cached_html

NO_SOURCE_ROWS: Mapping[str, str] = MappingProxyType({})


def show_dossier(view: View, date: dt.date, place_id: str | None, source_rows: Mapping[str, str]) -> None:
    """Show the dossier of a place on a date, or the latest changes if no place is selected.

    `source_rows` names the table and row of each report that the user added.
    """
    if place_id is None:
        show_cached_html(view, "recent", date, write=lambda: _write_latest_changes(view, date))
    else:
        st.html(render_dossier(view, date, place_id, source_rows))


def render_dossier(view: View, date: dt.date, place_id: str, source_rows: Mapping[str, str] = NO_SOURCE_ROWS) -> str:
    """Return the dossier of a place on a date as HTML."""
    theatre = view.pack.theatre
    place = theatre.places.loc[theatre.places["place_id"] == place_id].iloc[0]
    explained = view.explain(place_id, date)
    evidence = describe_reports(explained["evidence"], theatre.actors, date.year)
    current = [report for report in evidence if report["current"]]
    earlier = [report for report in evidence if not report["current"]]
    containing = theatre.places.loc[theatre.places["place_id"] == place["polygon_id"], "name"]
    return html.render_template(
        "dossier.html",
        explained=explained,
        place=place,
        inside=containing.iloc[0] if len(containing) and place["polygon_id"] != place_id else "",
        kind=describe_kind(place.to_dict()),
        styles=view.pack.styles,
        current=current,
        current_listed=choose_listed(current, LIMITS.dossier_reports),
        earlier=earlier,
        earlier_listed=choose_listed(earlier, LIMITS.dossier_reports),
        history=history_segments(explained["history"], view.pack.status_labels, theatre.period_start, date),
        ends=(theatre.period_start, date),
        source_rows=source_rows,
    )


def _write_latest_changes(view: View, date: dt.date) -> str:
    changes = view.changes_between(date - dt.timedelta(days=RECENT_CHANGE_DAYS), date).iloc[::-1]
    by_area = changes["basis"] == Basis.AREA
    latest = changes[~by_area]
    return html.render_template(
        "recent.html",
        date=date,
        days=RECENT_CHANGE_DAYS,
        rows=latest.head(MAX_RECENT_CHANGES).to_dict("records"),
        more=max(0, len(latest) - MAX_RECENT_CHANGES),
        by_area=int(by_area.sum()),
        styles=view.pack.styles,
        notes=KIND_SUFFIX,
    )
