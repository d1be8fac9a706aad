"""The other reports that an explanation names: those that a status needs, and those that put it on another day.

Reports are entries of what `explain.explain` returns, `window` is the rule's corroboration window in days.
"""

import datetime as dt
from typing import Any

from control_map.assessment.assertions import CHANGES_OF_HANDS
from control_map.core.model import CONTESTED, DatePrecision, Reason, Via

_REFUSED = frozenset({Reason.BELOW_GRADE, Reason.OTHER_SIDE, Reason.SWITCHED_OFF})


def needed_report_ids(reports: list[dict[str, Any]], sets: list[dict[str, Any]], window: int) -> set[str]:
    """Return the ids of the reports of other origins without which a rule that asks for several would set nothing."""
    origins = {report["origin"] for report in sets}
    return {
        each["report_id"]
        for each in reports
        for one in sets
        if each["asserts"] == one["asserts"]
        and each["origin"] not in origins
        and each["reason"] not in _REFUSED
        and each["via"] != Via.INSIDE
        and abs((each["event_date"] - one["event_date"]).days) <= window
    }


def reports_with_other_date(
    reports: list[dict[str, Any]], sets: list[dict[str, Any]], window: int
) -> list[dict[str, Any]]:
    """Return the reports of other origins that tell the change of hands to the present holder, but on another day.

    What a report dated only to a week or month leaves open is no difference, nor is an earlier or later change of
    hands with another holder in between.
    """
    status, since = sets[0]["status"], sets[0]["event_date"]
    vague = min(DatePrecision(report["date_precision"]).window_days for report in sets)
    changes = [each for each in reports if each["claim"] in CHANGES_OF_HANDS and each["asserts"] == status]
    agreeing = {each["origin"] for each in [*sets, *changes] if each["event_date"] == since}
    nearness = {Via.OWN, Via.CAPITAL, *(report["via"] for report in sets)}
    return [
        each
        for each in changes
        if each["date_precision"] == DatePrecision.DAY
        and (-window <= (each["event_date"] - since).days < -vague or 0 < (each["event_date"] - since).days <= window)
        and each["via"] in nearness
        and each["reason"] not in _REFUSED
        and each["origin"] not in agreeing
        and _is_same_change(each, reports, status, since)
    ]


def _is_same_change(report: dict[str, Any], reports: list[dict[str, Any]], status: str, since: dt.date) -> bool:
    """Whether no other holder was there between a report's day and that since which a status holds."""
    early, late = sorted((report["event_date"], since))
    between = {each["status"] for each in reports if early <= each["event_date"] <= late}
    if early == since:
        return between == {status}
    return report["status"] != status or between <= {status, CONTESTED}
