"""What the dossier of a place shows beside the explanation: its reports in words and in order."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from control_map.core.labels import CLAIM_LABELS
from control_map.core.model import UNKNOWN_SIDE, Actor, DatePrecision, PlaceKind, Reason, Role, Via
from control_map.core.wording import capitalize_first, format_date
from control_map.explanation.phrases import describe_counting

RECENT_CHANGE_DAYS = 3
"""How many days the latest changes go back that are shown while no place is selected."""
_EXTENTS = {Via.AREA: "on the area: {}", Via.CAPITAL: "on the capital: {}", Via.INSIDE: "on a part: {}"}


def describe_reports(
    evidence: Sequence[Mapping[str, Any]], actors: tuple[Actor, ...], year: int
) -> list[dict[str, Any]]:
    """Put the reports on a place in words and in the order in which they are read.

    `evidence` are entries as `PlaceArgument.on` returns them, and are not changed; `actors` are the parties, for their
    labels; `year` is that of the day shown: other years are written out. The result is newest first, and on one day in
    the order of `Role`; each report has the additions of `add_claim_wording`, `area` (what it is on, unless it is the
    place itself), `when` and `quiet` (whether it adds little).
    """
    roles = list(Role)
    reports = add_claim_wording([dict(report) for report in evidence], actors)
    for report in reports:
        area = (
            f"on {report['part']}" if report["part"] else _EXTENTS.get(report["via"], "").format(report["place_text"])
        )
        report.update(area=area, when=_describe_dates(report, year), quiet=_adds_little(report))
    return sorted(reports, key=lambda report: (-report["event_date"].toordinal(), roles.index(report["role"])))


def choose_listed(reports: Sequence[Mapping[str, Any]], most: int) -> list[Mapping[str, Any]]:
    """Choose the reports that a dossier lists, in their order: those that set a status before others, then the first.

    `reports` are entries as `PlaceArgument.on` or `describe_reports` returns them.
    """
    if len(reports) <= most:
        return list(reports)
    first = sorted(range(len(reports)), key=lambda number: reports[number]["role"] != Role.SETS)[:most]
    return [reports[number] for number in sorted(first)]


def add_claim_wording(reports: list[dict[Any, Any]], actors: tuple[Actor, ...]) -> list[dict[Any, Any]]:
    """Add to each report its claim in words, `says`, and the label of the claimant's side, `side`.

    A report that was set aside can have a claim that is not in the codebook: it is shown as it is written.
    """
    labels = {actor.id: actor.label for actor in actors}
    sides = {**labels, UNKNOWN_SIDE: "side not known"}
    for report in reports:
        label, actor = CLAIM_LABELS.get(report["claim"]), labels.get(report["actor"])
        report["says"] = capitalize_first(label.card.format(actor) if label and actor else report["claim"])
        report["side"] = sides.get(report["claimant_side"], "")
    return reports


def _describe_dates(report: Mapping[str, Any], year: int) -> str:
    """Say when the event happened, how long after it the report was published, and from when it counts if later."""
    event, published = report["event_date"], report["reported_date"]
    happened = format_date(event, year=event.year != year)
    if report["date_precision"] != DatePrecision.DAY:
        happened = f"in the {report['date_precision']} up to {happened}"
    if 0 <= report["lag_days"] <= 1 and report["date_precision"] == DatePrecision.DAY:
        return f"{happened}, published {report['lag']}"
    published_on, counts_from = (format_date(day, year=day.year != year) for day in (published, report["counts_from"]))
    parts = [happened, f"published {published_on}", report["lag"]]
    return ", ".join(parts) + "".join(
        f"; {counting}" for counting in [describe_counting(report, counts_from)] if counting
    )


def _adds_little(report: Mapping[str, Any]) -> bool:
    """Whether a report adds little: it is a copy, or is on the whole area and sets nothing."""
    return bool(report["reason"] == Reason.SAME_ORIGIN or (report["via"] == Via.AREA and report["role"] != Role.SETS))


def describe_kind(place: Mapping[Hashable, Any]) -> str:
    """Say what a place is, as in "crossing to Iran · Herat"; `place` has `kind, neighbour, province`."""
    if place["kind"] == PlaceKind.CROSSING:
        kind = f"crossing to {place['neighbour']}" if place["neighbour"] else "border crossing"
        return f"{kind} \u00b7 {place['province']}"
    return f"{'capital of' if place['kind'] == PlaceKind.CAPITAL else 'district of'} {place['province']}"
