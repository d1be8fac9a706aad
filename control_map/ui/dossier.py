"""The dossier: one place's status and every report behind it; or, with nothing selected, what just changed."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from control_map.core.labels import KIND_SUFFIX
from control_map.core.model import Basis
from control_map.explanation.dossier import (
    MAX_RECENT_CHANGES,
    RECENT_CHANGE_DAYS,
    describe_kind,
    describe_reports,
    history_segments,
)
from control_map.pipeline.view import View
from control_map.ui import html
from control_map.ui.state import cached_results

NO_SOURCE_ROWS: Mapping[str, str] = MappingProxyType({})


def show_dossier(view: View, date: dt.date, place_id: str | None, whence: Mapping[str, str] = NO_SOURCE_ROWS) -> None:
    """Show the dossier of a place on a date, or the latest changes if no place is selected.

    `whence` says of each report that the visitor brought from which table and row it is.
    """
    if place_id is None:
        html.show_html(cached_results.cached_html("recent", view, date, write=lambda: _recent(view, date)))
    else:
        html.show_html(render_dossier(view, date, place_id, whence))


def render_dossier(view: View, date: dt.date, place_id: str, whence: Mapping[str, str] = NO_SOURCE_ROWS) -> str:
    """Return the dossier of a place on a date as HTML."""
    theatre = view.pack.theatre
    place = theatre.places.loc[theatre.places["place_id"] == place_id].iloc[0]
    told = view.explain(place_id, date)
    evidence = describe_reports(told["evidence"], theatre.actors, date.year)
    containing = theatre.places.loc[theatre.places["place_id"] == place["polygon_id"], "name"]
    labels = view.pack.status_labels
    return html.render_template(
        "dossier.html",
        told=told,
        place=place,
        inside=containing.iloc[0] if len(containing) and place["polygon_id"] != place_id else "",
        kind=describe_kind(place.to_dict()),
        styles=view.pack.styles,
        current=[report for report in evidence if report["current"]],
        earlier=[report for report in evidence if not report["current"]],
        history=history_segments(told["history"], labels, theatre.period_start, date),
        ends=(theatre.period_start, date),
        whence=whence,
    )


def _recent(view: View, date: dt.date) -> str:
    changed = view.changes_between(date - dt.timedelta(days=RECENT_CHANGE_DAYS), date).iloc[::-1]
    by_area = changed["basis"] == Basis.AREA
    recent = changed[~by_area]
    return html.render_template(
        "recent.html",
        date=date,
        days=RECENT_CHANGE_DAYS,
        rows=recent.head(MAX_RECENT_CHANGES).to_dict("records"),
        more=max(0, len(recent) - MAX_RECENT_CHANGES),
        by_area=int(by_area.sum()),
        styles=view.pack.styles,
        notes=KIND_SUFFIX,
    )
