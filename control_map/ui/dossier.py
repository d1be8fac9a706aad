"""The dossier: one place's status and every report behind it; or, with nothing selected, what just changed."""

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from control_map.model import Actor, Basis, Claim, DatePrecision, PlaceKind, Role
from control_map.pipeline import View
from control_map.timeline import changes
from control_map.ui import html

KIND_NOTE = {PlaceKind.DISTRICT: "", PlaceKind.CAPITAL: " (capital)", PlaceKind.CROSSING: " (crossing)"}
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


def label(place: Mapping[Hashable, Any]) -> str:
    """Name a place with its province, and its kind unless it is a district."""
    return f"{place['name']}, {place['province']}{KIND_NOTE[place['kind']]}"


def show(view: View, date: dt.date, place_id: str | None) -> None:
    """Show the dossier of a place on a date, or the latest changes if no place is selected."""
    if place_id is None:
        _show_changes(view, date)
        return
    theatre = view.pack.theatre
    place = theatre.places.loc[theatre.places["place_id"] == place_id].iloc[0]
    told = view.explain(place_id, date)
    say(told["evidence"], theatre.actors)
    order = list(Role)
    told["evidence"].sort(key=lambda report: order.index(report["role"]))
    current = [report for report in told["evidence"] if report["current"]]
    containing = theatre.places.loc[theatre.places["place_id"] == place["polygon_id"], "name"]
    html.show(
        "dossier.html",
        told=told,
        place=place,
        inside=containing.iloc[0] if len(containing) and place["polygon_id"] != place_id else "",
        kind=_kind(place),
        styles=view.pack.styles,
        since=_since(told, theatre.period_start),
        current=current,
        earlier=[report for report in told["evidence"] if not report["current"]],
        history=_strip(told["history"], theatre.period_start, theatre.period_end, date),
        period=(theatre.period_start, theatre.period_end),
    )


def say(reports: list[dict[Any, Any]], actors: tuple[Actor, ...]) -> list[dict[Any, Any]]:
    """Put each report's claim, and the side of who makes it, in words: `says` and `side`."""
    labels = {actor.id: actor.label for actor in actors}
    for report in reports:
        claim = _SAYS[report["claim"]].format(labels[report["actor"]])
        report["says"] = claim[0].upper() + claim[1:]
        report["side"] = labels.get(report["claimant_side"], "")
    return reports


def _since(told: dict[str, Any], start: dt.date) -> str:
    """Say since when the status holds, no more exactly than the report that set it."""
    if told["since"] is None:
        return ""
    day = html.day(told["since"], year=told["since"].year != start.year)
    sets = [
        report for report in told["evidence"] if report["role"] == Role.SETS and report["event_date"] == told["since"]
    ]
    vague = bool(sets) and all(report["date_precision"] != DatePrecision.DAY for report in sets)
    prefix = "at least " if told["basis"] == Basis.BASELINE else "about " if vague else ""
    return prefix + day


def _kind(place: pd.Series) -> str:
    kind, province = place["kind"], place["province"]
    if kind == PlaceKind.CROSSING:
        return f"crossing to {place['neighbour']} \u00b7 {province}"
    return f"{'capital of' if kind == PlaceKind.CAPITAL else 'district of'} {province}"


def _strip(history: list[dict[str, Any]], start: dt.date, end: dt.date, date: dt.date) -> list[dict[str, Any]]:
    """Cut a history to the period: each piece with its share of it in percent."""
    length = (end - start).days + 1
    tomorrow = date + dt.timedelta(days=1)
    pieces = []
    for row in history:
        begin = max(row["since"] or start, start)
        days = (min(row["until"] or tomorrow, tomorrow) - begin).days
        if days > 0:
            pieces.append({**row, "begin": begin, "share": round(100 * days / length, 2)})
    return pieces


def _show_changes(view: View, date: dt.date) -> None:
    changed = changes(view.timeline, date - dt.timedelta(days=RECENT_DAYS), date).iloc[::-1]
    by_area = changed["basis"] == Basis.AREA
    recent = changed[~by_area]
    html.show(
        "recent.html",
        date=date,
        days=RECENT_DAYS,
        rows=recent.head(_MOST_RECENT).to_dict("records"),
        more=max(0, len(recent) - _MOST_RECENT),
        by_area=int(by_area.sum()),
        styles=view.pack.styles,
        notes=KIND_NOTE,
    )
