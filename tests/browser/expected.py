"""What the map has to show according to the assessment."""

import datetime as dt

import pandas as pd

from control_map.analysis.changes import compare_dates, count_changes
from control_map.core.labels import ROLE_LABELS
from control_map.core.model import Basis, Change, Role
from control_map.explanation.dossier import RECENT_CHANGE_DAYS, describe_reports
from control_map.pipeline.view import View
from tests.browser.driving import date_of


def looks(view: View, number: int) -> pd.DataFrame:
    """Return for each place all that determines its colour on a day of the period."""
    status = view.status(date_of(number)).set_index("place_id")
    light = status["basis"].isin([Basis.AREA, Basis.BASELINE])
    return status[["kind", "status", "basis", "claimed_by", "disputed"]].assign(light=light)


def changed(view: View, since: int, until: int) -> dict[str, int]:
    """Return what the legend has to count between two days of the period, as `driving.changes` reads it."""
    changes = compare_dates(view.timeline, date_of(since), date_of(until))
    districts = changes[changes["kind"] == "district"]
    labels = {name: style.label for name, style in view.pack.styles.items()}
    counts = count_changes(districts, view.pack.statuses).set_index("status").drop(["contested", "unknown"])
    of_each = {
        f"{labels[status]}, {column.replace('_', ' ')}": int(counts.loc[status, column])
        for status in counts.index
        for column in counts
    }
    each = districts["change"].value_counts()
    of_all = {
        "newly contested": Change.CONTESTED,
        "lost, to nobody known": Change.LOST,
        "unchanged": Change.UNCHANGED,
    }
    return of_each | {label: int(each.get(change, 0)) for label, change in of_all.items()}


def dossier(view: View, place_id: str, date: dt.date) -> list[str]:
    """Return the texts that a place's dossier has to have on a day, in order: the explanation, then each report."""
    explained = view.explain(place_id, date)
    reports = describe_reports(explained["evidence"], view.pack.theatre.actors, date.year)
    texts = [*explained["explanation"]]
    first = {Role.SETS: 0, Role.CONTRADICTS: 1}
    for current in (True, False):
        of_time = [report for report in reports if report["current"] == current]
        listed = sorted(of_time, key=lambda report: first.get(report["role"], 2 + report["quiet"]))
        before = None
        for report in listed:
            reason = report["role"], report["sentence"], report["because_of"], report["because_of_count"]
            words = "" if reason == before else report["sentence"]
            before = reason
            texts += [f"{ROLE_LABELS[report['role']]} {words}", report["summary"], report["says"], report["who"]]
            texts += [report["when"], report["source_name"], report["report_id"]]
    return texts


PAGE = 12
"""Rows of a long list that are shown at first."""


def latest_changes(view: View, date: dt.date) -> list[str]:
    """Return the names of the places that the latest changes have to list on a day of the period, in any order."""
    since = max(date - dt.timedelta(days=RECENT_CHANGE_DAYS), view.pack.theatre.period_start - dt.timedelta(days=1))
    changes = view.changes_between(since, date)
    own = changes[changes["basis"] != Basis.AREA].sort_values("date", ascending=False, kind="stable")
    return sorted(own["name"]) if len(own) <= PAGE else []
