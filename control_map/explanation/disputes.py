"""When a status was disputed, and what settled that."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from control_map.assessment.adjudication import QUARRELS
from control_map.core.model import NO_PARTY, Role
from control_map.explanation.phrases import ReportEntry


class Dispute(NamedTuple):
    """A run of days on which a status was disputed.

    `denials` are the reports that deny the status. `end` is the day on which it was settled, None if it is not;
    `conceded` is the report in which a side that had denied the status confirms it, None if others settled it.
    """

    begin: dt.date
    end: dt.date | None
    denials: tuple[ReportEntry, ...]
    conceded: ReportEntry | None


def find_disputes(reports: Iterable[ReportEntry]) -> Iterator[Dispute]:
    """Yield the disputes about one status, in order.

    `reports` are those that count while the status holds: entries as `PlaceArgument.on` lists them, in any order. A
    report says in `disputed` whether the status is disputed at the end of the day from which the report counts.
    """
    begin: dt.date | None = None
    doubting: list[ReportEntry] = []
    for day, of_day in groupby(sorted(reports, key=_day), key=_day):
        group = list(of_day)
        if group[0]["disputed"]:
            begin = begin or day
            doubting += [report for report in group if _is_doubt(report)]
        elif begin:
            yield Dispute(begin, day, _denials(doubting), _find_concession(group, doubting))
            begin, doubting = None, []
    if begin:
        yield Dispute(begin, None, _denials(doubting), None)


def _day(report: ReportEntry) -> dt.date:
    day: dt.date = report["counts_from"]
    return day


def _is_doubt(report: ReportEntry) -> bool:
    return report["role"] == Role.CONTRADICTS or report["reason"] in QUARRELS


def _denials(doubting: Iterable[ReportEntry]) -> tuple[ReportEntry, ...]:
    """Return the denials among the reports that make a status disputed, the newest first."""
    return tuple(report for report in reversed(list(doubting)) if report["role"] == Role.CONTRADICTS)


def _find_concession(group: Iterable[ReportEntry], doubting: Iterable[ReportEntry]) -> ReportEntry | None:
    denying = {report["claimant_side"] for report in doubting} - NO_PARTY
    agreeing = (report for report in group if report["role"] in (Role.SETS, Role.CONFIRMS))
    return next((report for report in agreeing if report["claimant_side"] in denying), None)
