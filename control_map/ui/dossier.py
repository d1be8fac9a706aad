"""The dossier: one place's status and every report behind it; or, with nothing selected, what just changed."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from control_map.core.model import Basis
from control_map.explanation.dossier import MOST_RECENT, RECENT_DAYS, kind, past, reports
from control_map.pipeline.view import View
from control_map.ui import html
from control_map.ui.naming import KIND_NOTE
from control_map.ui.state import cached

NOTHING: Mapping[str, str] = MappingProxyType({})


def show(view: View, date: dt.date, place_id: str | None, whence: Mapping[str, str] = NOTHING) -> None:
    """Show the dossier of a place on a date, or the latest changes if no place is selected.

    `whence` says of each report that the visitor brought from which table and row it is.
    """
    if place_id is None:
        html.put(cached.written("recent", view, date, write=lambda: _recent(view, date)))
    else:
        html.put(text(view, date, place_id, whence))


def text(view: View, date: dt.date, place_id: str, whence: Mapping[str, str] = NOTHING) -> str:
    """Return the dossier of a place on a date as HTML."""
    theatre = view.pack.theatre
    place = theatre.places.loc[theatre.places["place_id"] == place_id].iloc[0]
    told = view.explain(place_id, date)
    evidence = reports(told["evidence"], theatre.actors, date.year)
    containing = theatre.places.loc[theatre.places["place_id"] == place["polygon_id"], "name"]
    labels = view.pack.status_labels
    return html.render(
        "dossier.html",
        told=told,
        place=place,
        inside=containing.iloc[0] if len(containing) and place["polygon_id"] != place_id else "",
        kind=kind(place.to_dict()),
        styles=view.pack.styles,
        current=[report for report in evidence if report["current"]],
        earlier=[report for report in evidence if not report["current"]],
        history=past(told["history"], labels, theatre.period_start, date),
        ends=(theatre.period_start, date),
        whence=whence,
    )


def _recent(view: View, date: dt.date) -> str:
    changed = view.changes(date - dt.timedelta(days=RECENT_DAYS), date).iloc[::-1]
    by_area = changed["basis"] == Basis.AREA
    recent = changed[~by_area]
    return html.render(
        "recent.html",
        date=date,
        days=RECENT_DAYS,
        rows=recent.head(MOST_RECENT).to_dict("records"),
        more=max(0, len(recent) - MOST_RECENT),
        by_area=int(by_area.sum()),
        styles=view.pack.styles,
        notes=KIND_NOTE,
    )
