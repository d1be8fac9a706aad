"""What a dossier tells of a place: its reports in words and in order, and its past as shares of the time."""

import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from control_map.core.labels import CLAIM_LABELS
from control_map.core.model import Actor, DatePrecision, PlaceKind, Reason, Role, Via
from control_map.core.wording import capitalize_first, format_date, spans_years

RECENT_CHANGE_DAYS = 3
"""How far back those changes reach that are told of while no place is selected."""
MAX_RECENT_CHANGES = 8
"""How many of them are told one by one."""
_AREAS = {Via.AREA: "on the area: {}", Via.CAPITAL: "on the capital: {}", Via.INSIDE: "on a part: {}"}


def describe_reports(
    evidence: Sequence[Mapping[str, Any]], actors: tuple[Actor, ...], year: int
) -> list[dict[str, Any]]:
    """Put the reports on a place in words and in the order in which they are read.

    Parameters
    ----------
    evidence
        Entries of `evidence` as `explain.explain` returns them. Not changed.
    actors
        The parties, for their labels.
    year
        Of the day shown: other years are written out.

    Returns
    -------
    list of dict
        Newest first, and on one day in the order in which the roles are told; each with what `say` adds and `area` (on
        what it speaks, unless it is the place itself), `when` and `quiet` (whether it adds little).
    """
    roles = list(Role)
    told = add_claim_wording([dict(report) for report in evidence], actors)
    for report in told:
        report.update(area=_area(report), when=_when(report, year), quiet=_is_quiet(report))
    return sorted(told, key=lambda report: (-report["event_date"].toordinal(), roles.index(report["role"])))


def add_claim_wording(reports: list[dict[Any, Any]], actors: tuple[Actor, ...]) -> list[dict[Any, Any]]:
    """Put each report's claim, and the side of who makes it, in words: `says` and `side`.

    A claim that is none of the codebook's, in a row that was set aside, is told as it stands.
    """
    labels = {actor.id: actor.label for actor in actors}
    for report in reports:
        claim, actor = CLAIM_LABELS.get(report["claim"]), labels.get(report["actor"])
        report["says"] = capitalize_first(claim.card.format(actor) if claim and actor else report["claim"])
        report["side"] = labels.get(report["claimant_side"], "")
    return reports


def _area(report: Mapping[str, Any]) -> str:
    return _AREAS.get(report["via"], "").format(report["place_text"])


def _when(report: Mapping[str, Any], year: int) -> str:
    """Say when it happened and how long after that it was published."""
    event, published = report["event_date"], report["reported_date"]
    happened = format_date(event, year=event.year != year)
    if report["date_precision"] != DatePrecision.DAY:
        happened = f"in the {report['date_precision']} up to {happened}"
    if 0 <= report["lag_days"] <= 1 and report["date_precision"] == DatePrecision.DAY:
        return f"{happened}, published {report['lag']}"
    return f"{happened}, published {format_date(published, year=published.year != year)}, {report['lag']}"


def _is_quiet(report: Mapping[str, Any]) -> bool:
    """Whether a report adds little: a copy, or one on the whole area that sets nothing."""
    return bool(report["reason"] == Reason.SAME_ORIGIN or (report["via"] == Via.AREA and report["role"] != Role.SETS))


def describe_kind(place: Mapping[Hashable, Any]) -> str:
    """Say what a place is, as in "crossing to Iran · Herat"; `place` has `kind, neighbour, province`."""
    if place["kind"] == PlaceKind.CROSSING:
        what = f"crossing to {place['neighbour']}" if place["neighbour"] else "border crossing"
        return f"{what} \u00b7 {place['province']}"
    return f"{'capital of' if place['kind'] == PlaceKind.CAPITAL else 'district of'} {place['province']}"


def history_segments(
    history: Sequence[Mapping[str, Any]], labels: Mapping[str, str], start: dt.date, date: dt.date
) -> list[dict[str, Any]]:
    """Cut a history, as `explain.explain` returns it, to the time from the period's start to a date.

    Returns
    -------
    list of dict
        The pieces that are longer than nothing, each with `status`, its `share` of that time in percent, and its
        `title` in words.
    """
    tomorrow = date + dt.timedelta(days=1)
    length = (tomorrow - start).days
    year = spans_years(start, date)
    pieces = []
    for row in history:
        begin = max(row["since"] or start, start)
        end = min(row["until"] or tomorrow, tomorrow)
        days = (end - begin).days
        if days > 0:
            last = end - dt.timedelta(days=1)
            title = f"{labels[row['status']]} from {format_date(begin, year=year)} to {format_date(last, year=year)}"
            pieces.append({"status": row["status"], "share": round(100 * days / length, 2), "title": title})
    return pieces
