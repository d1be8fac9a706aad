"""The dossier: one place's status and every report behind it; or, with nothing selected, what just changed."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from control_map import markup
from control_map.model import Actor, Basis, Claim, DatePrecision, PlaceKind, Reason, Role, Via
from control_map.phrases import capital
from control_map.pipeline import View
from control_map.theatre import Theatre
from control_map.timeline import changes
from control_map.ui import html, store
from control_map.ui.naming import KIND_NOTE

RECENT_DAYS = 3
_MOST_RECENT = 8
_SAYS = {
    Claim.CAPTURED: "captured by {}",
    Claim.RETAKEN: "retaken by {}",
    Claim.HANDED_OVER: "handed over to {}",
    Claim.HELD: "held by {}",
    Claim.CONTESTED: "contested, {} attacking",
    Claim.WITHDREW: "{} withdrew",
    Claim.FIGHTING: "fighting",
}


def show(view: View, date: dt.date, place_id: str | None) -> None:
    """Show the dossier of a place on a date, or the latest changes if no place is selected."""
    if place_id is None:
        html.put(store.written("recent", view, date, write=lambda: _recent(view, date)))
        return
    theatre = view.pack.theatre
    place = theatre.places.loc[theatre.places["place_id"] == place_id].iloc[0]
    told = view.explain(place_id, date)
    say(told["evidence"], theatre.actors)
    order = list(Role)
    # Newest first, and on one day in the order in which the roles are told.
    told["evidence"].sort(key=lambda report: (-report["event_date"].toordinal(), order.index(report["role"])))
    for report in told["evidence"]:
        report.update(area=_area(report), when=_when(report, date), quiet=_is_quiet(report))
    containing = theatre.places.loc[theatre.places["place_id"] == place["polygon_id"], "name"]
    html.show(
        "dossier.html",
        told=told,
        place=place,
        inside=containing.iloc[0] if len(containing) and place["polygon_id"] != place_id else "",
        kind=_kind(place),
        styles=view.pack.styles,
        current=[report for report in told["evidence"] if report["current"]],
        earlier=[report for report in told["evidence"] if not report["current"]],
        history=strip(told["history"], {name: style.label for name, style in view.pack.styles.items()}, theatre, date),
        ends=(theatre.period_start, date),
    )


def say(reports: list[dict[Any, Any]], actors: tuple[Actor, ...]) -> list[dict[Any, Any]]:
    """Put each report's claim, and the side of who makes it, in words: `says` and `side`.

    A claim that is none of the codebook's, in a row that was set aside, is told as it stands.
    """
    labels = {actor.id: actor.label for actor in actors}
    for report in reports:
        words, actor = _SAYS.get(report["claim"]), labels.get(report["actor"])
        report["says"] = capital(words.format(actor) if words and actor else report["claim"])
        report["side"] = labels.get(report["claimant_side"], "")
    return reports


def _area(report: dict[str, Any]) -> str:
    """Name that on which a report speaks, unless it is the place itself."""
    of = {Via.AREA: "on the area: ", Via.CAPITAL: "on the capital: ", Via.INSIDE: "on a part: "}.get(report["via"])
    return f"{of}{report['place_text']}" if of else ""


def _when(report: dict[str, Any], date: dt.date) -> str:
    """Say when it happened and how long after that it was published; the year only if it is not that shown."""
    event, published = report["event_date"], report["reported_date"]
    happened = markup.day(event, year=event.year != date.year)
    if report["date_precision"] != DatePrecision.DAY:
        happened = f"in the {report['date_precision']} up to {happened}"
    if 0 <= report["lag_days"] <= 1 and report["date_precision"] == DatePrecision.DAY:
        return f"{happened}, published {report['lag']}"
    return f"{happened}, published {markup.day(published, year=published.year != date.year)}, {report['lag']}"


def _is_quiet(report: dict[str, Any]) -> bool:
    """Whether a report adds little: a copy, or one on the whole area that sets nothing."""
    return bool(report["reason"] == Reason.SAME_ORIGIN or (report["via"] == Via.AREA and report["role"] != Role.SETS))


def _kind(place: pd.Series) -> str:
    kind, province = place["kind"], place["province"]
    if kind == PlaceKind.CROSSING:
        return f"crossing to {place['neighbour']} \u00b7 {province}"
    return f"{'capital of' if kind == PlaceKind.CAPITAL else 'district of'} {province}"


def strip(
    history: list[dict[str, Any]], labels: Mapping[str, str], theatre: Theatre, date: dt.date
) -> list[dict[str, Any]]:
    """Cut a history to the time from the period's start to a date.

    Returns
    -------
    list of dict
        The pieces that are longer than nothing, each with `status`, its `share` of that time in percent, and its
        `title` in words.
    """
    tomorrow = date + dt.timedelta(days=1)
    length = (tomorrow - theatre.period_start).days
    pieces = []
    for row in history:
        begin = max(row["since"] or theatre.period_start, theatre.period_start)
        end = min(row["until"] or tomorrow, tomorrow)
        days = (end - begin).days
        if days > 0:
            last = end - dt.timedelta(days=1)
            title = f"{labels[row['status']]} from {markup.day(begin)} to {markup.day(last)}"
            pieces.append({"status": row["status"], "share": round(100 * days / length, 2), "title": title})
    return pieces


def _recent(view: View, date: dt.date) -> str:
    changed = changes(view.timeline, date - dt.timedelta(days=RECENT_DAYS), date).iloc[::-1]
    by_area = changed["basis"] == Basis.AREA
    recent = changed[~by_area]
    return html.render(
        "recent.html",
        date=date,
        days=RECENT_DAYS,
        rows=recent.head(_MOST_RECENT).to_dict("records"),
        more=max(0, len(recent) - _MOST_RECENT),
        by_area=int(by_area.sum()),
        styles=view.pack.styles,
        notes=KIND_NOTE,
    )
