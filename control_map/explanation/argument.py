"""The argument behind a status: every report on a place up to a day, with its role, its reason and the explanation."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import chain
from typing import Any

import geopandas as gpd
import pandas as pd

from control_map.assessment.assertions import CHANGES_OF_HANDS
from control_map.assessment.timeline import status_histories
from control_map.core.arrays import to_plain_rows
from control_map.core.errors import UnknownNameError
from control_map.core.model import CONTESTED, Claim, DatePrecision, Reason, Role, Via
from control_map.core.rules import Rule
from control_map.explanation import narrative, phrases
from control_map.explanation.phrases import ReportEntry

_REPORT_COLUMNS = (
    "report_id actor claimant claimant_side source_name source_url summary place_text "
    "province_text area_scope except_for precision method score part"
).split()

_TAKINGS = CHANGES_OF_HANDS - {Claim.WITHDREW}

PlainRows = list[dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Explainer:
    """Explains the places of one timeline.

    `timeline`, `evidence` and `located` are what `build_timeline`, `assess` and `locate_reports` return; they are not
    changed. `labels` are those of the parties, by id, `rule` is the one under which the evidence was assessed, and
    `conditions` is what `describe_conditions` returns.
    """

    timeline: gpd.GeoDataFrame
    evidence: pd.DataFrame
    located: pd.DataFrame
    labels: Mapping[str, str]
    rule: Rule
    conditions: str = ""

    def explain_place(self, place_id: str) -> "PlaceArgument":
        """Return the argument for one place, on any day.

        Raises
        ------
        UnknownNameError
            If there is no such place.
        """
        intervals = self.timeline[self.timeline["place_id"] == place_id]
        if intervals.empty:
            raise unknown_place(place_id, self.timeline)
        return self._arguments(intervals, self.evidence[self.evidence["place_id"] == place_id])[place_id]

    @cached_property
    def arguments_by_place(self) -> dict[str, "PlaceArgument"]:
        """The argument for each place, by its id."""
        return self._arguments(self.timeline, self.evidence)

    def _arguments(self, timeline: gpd.GeoDataFrame, evidence: pd.DataFrame) -> dict[str, "PlaceArgument"]:
        intervals = _rows_by_place(pd.DataFrame(timeline).drop(columns="geometry", errors="ignore"))
        histories = _rows_by_place(status_histories(timeline))
        reports = _reports_by_place(evidence, self.located)
        return {
            place_id: PlaceArgument(place_id, rows, histories[place_id], reports.get(place_id, []), self)
            for place_id, rows in intervals.items()
        }


@dataclass(frozen=True, eq=False)
class PlaceArgument:
    """The argument behind a place's status, day by day; what does not depend on the day is prepared once.

    `intervals` are the rows of the timeline and `history` those of `status_histories`, in order, as plain values;
    `reports` are all reports on the place, oldest first, as under `evidence` in what `on` returns, but without
    `current`. Results share these rows: do not change them.
    """

    place_id: str
    intervals: PlainRows
    history: PlainRows
    reports: PlainRows
    explainer: Explainer

    def interval(self, date: dt.date) -> dict[str, Any]:
        """Return the one of `intervals` that holds on a day."""
        return next(
            row
            for row in self.intervals
            if (row["valid_from"] is None or row["valid_from"] <= date)
            and (row["valid_to"] is None or date < row["valid_to"])
        )

    def on(self, date: dt.date, day_wording: phrases.DayWording | None = None) -> dict[str, Any]:
        """Return the status of the place on a day and everything that it rests on.

        Parameters
        ----------
        date
            The day.
        day_wording
            How the explanation words the day, see `narrative.write_explanation`.

        Returns
        -------
        dict
            The place's columns of the timeline on that day, and:

            - `explanation`: the argument in words, as a list of passages, see `narrative.write_explanation`;
            - `since_words`: since when the status holds, no more exactly than is known;
            - `evidence`: one entry for each report that counts by that day, newest first, with `role`, `reason` and
              its `sentence`, `who` (the claimant and origin in words), `lag_days` and `lag` (from event to publication,
              see `phrases.describe_lag`), `dated_by_others` (it counts from the day on which others date the event),
              and `current`: whether it belongs to the present status;
            - `supporting`: the reports that support a claim which sets the status, later ones too, as far as
              `because_of` lists them, and `supporting_count`: how many there are;
            - `dated_otherwise`: the reports of other origins that put the same change of hands on another day, later
              ones too;
            - `change_days`: the first and the last day on which sources put that change, see `find_change_days`;
            - `history`: the statuses up to that day.

            Dates are `datetime.date` or None.
        """
        row = self.interval(date)
        since, rule = row["since"], self.explainer.rule
        # While a place has no status, all reports on it belong to the present.
        evidence = [
            {**report, "current": since is None or report["counts_from"] >= since}
            for report in reversed(self.reports)
            if report["counts_from"] <= date
        ]
        sets = phrases.reports_that_set(evidence, since)
        corroborated = [report for report in sets if report["reason"] == Reason.CORROBORATED]
        cited = {other for report in corroborated for other in report["because_of"]}
        unlisted = sum(report["because_of_count"] - len(report["because_of"]) for report in corroborated)
        if rule.minimum_origins > 1:
            cited |= _needed_report_ids(self.reports, sets, rule.corroboration_days)
            unlisted = 0
        otherwise = _reports_with_other_date(self.reports, sets, rule.corroboration_days)
        supporting = [report for report in self.reports if report["report_id"] in cited]
        argument = {
            "place_id": self.place_id,
            "date": date,
            **row,
            "history": [piece for piece in self.history if piece["since"] is None or piece["since"] <= date],
            "evidence": evidence,
            "supporting": supporting,
            "supporting_count": len(supporting) + unlisted,
            "dated_otherwise": otherwise,
            "change_days": find_change_days(self.reports, sets, otherwise),
        }
        labels, conditions = self.explainer.labels, self.explainer.conditions
        passages = narrative.write_explanation(argument, labels, rule, conditions, day_wording)
        return {**argument, "since_words": phrases.describe_since(argument), "explanation": passages}

    def change_days(self, since: dt.date | None) -> tuple[dt.date, dt.date] | None:
        """Return `find_change_days` of the status that holds since a day."""
        sets, window = phrases.reports_that_set(self.reports, since), self.explainer.rule.corroboration_days
        return find_change_days(self.reports, sets, _reports_with_other_date(self.reports, sets, window))


def find_change_days(
    reports: Sequence[ReportEntry], sets: Sequence[ReportEntry], otherwise: Sequence[ReportEntry]
) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day on which sources put the change of hands behind a status.

    Of all `reports` on the place, those of the day since which the status holds count if they set or confirm it;
    `sets` are those that set it. `otherwise` are those of other origins that put the same change on another day:
    dated to the day, within the corroboration window of the rule, and with no other holder in between. A report of
    what happened after the place was lost again is on another change. Only reports that it was taken count, dated to
    the day: when it fell is not said by who held it, nor by when the other side left. If there are none, nothing is
    returned.
    """
    if not sets:
        return None
    comparable = {Via.OWN, Via.CAPITAL, *(report["via"] for report in sets)}
    exact = [
        report
        for report in reports
        if report["event_date"] == sets[0]["counts_from"]
        and report["asserts"] == sets[0]["status"]
        and report["role"] in (Role.SETS, Role.CONFIRMS)
        and report["via"] in comparable
        and report["claim"] in _TAKINGS
        and report["date_precision"] == DatePrecision.DAY
    ]
    otherwise = [each for each in otherwise if each["claim"] in _TAKINGS]
    days = {report["event_date"] for report in (*exact, *otherwise)}
    agree = len({report["origin"] for report in otherwise}) < 2 and not exact
    return None if not days or (agree and len(days) > 1) else (min(days), max(days))


def _needed_report_ids(reports: Sequence[ReportEntry], sets: Sequence[ReportEntry], window: int) -> set[str]:
    """Return the ids of the reports of other origins that a rule needs if it asks for several origins.

    `sets` are those of the reports that set the status, all on one day, `window` is the rule's corroboration window in
    days.
    """
    if not sets:
        return set()
    origins, asserted = ({report[name] for report in sets} for name in ("origin", "asserts"))
    return {
        report["report_id"]
        for report in reports
        if report["asserts"] in asserted
        and report["origin"] not in origins
        and report["reason"] not in phrases.NOT_COUNTED_PHRASES
        and report["via"] != Via.INSIDE
        and abs((report["event_date"] - sets[0]["event_date"]).days) <= window
    }


def _reports_with_other_date(
    reports: Sequence[ReportEntry], sets: Sequence[ReportEntry], window: int
) -> list[ReportEntry]:
    """Return the reports of other origins that put the change of hands to the present holder on another day.

    `sets` and `window` are as for `_needed_report_ids`. What a report dated only to a week or month leaves open is no
    difference, nor is an earlier or later change of hands with another holder in between.
    """
    if not sets:
        return []
    status, since = sets[0]["status"], sets[0]["counts_from"]
    vague_days = min(DatePrecision(report["date_precision"]).window_days for report in sets)
    changes = [report for report in reports if report["claim"] in CHANGES_OF_HANDS and report["asserts"] == status]
    agreeing = {report["origin"] for report in [*sets, *changes] if report["counts_from"] == since}
    comparable = {Via.OWN, Via.CAPITAL, *(report["via"] for report in sets)}
    statuses = {report["counts_from"]: report["status"] for report in reports}
    same_change: dict[tuple[dt.date, str], bool] = {}

    def is_same_change(report: ReportEntry) -> bool:
        known = report["event_date"], report["status"]
        if known not in same_change:
            same_change[known] = _is_same_change(*known, statuses, status, since)
        return same_change[known]

    def is_other_date(days: int) -> bool:
        return -window <= days < -vague_days or 0 < days <= window

    return [
        report
        for report in changes
        if report["date_precision"] == DatePrecision.DAY
        and is_other_date((report["event_date"] - since).days)
        and report["via"] in comparable
        and report["reason"] not in phrases.NOT_COUNTED_PHRASES
        and report["origin"] not in agreeing
        and is_same_change(report)
    ]


def _is_same_change(
    day: dt.date, status_then: str, statuses: Mapping[dt.date, str], status: str, since: dt.date
) -> bool:
    """Whether no other party held the place between a report's day and the day since which a status holds.

    `statuses` are those at the end of each day on which something is reported of the place.
    """
    first, last = sorted((day, since))
    days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    between = {statuses[day] for day in days if day in statuses}
    if first == since:
        return between == {status}
    return status_then != status or between <= {status, CONTESTED}


def _reports_by_place(evidence: pd.DataFrame, located: pd.DataFrame) -> dict[str, PlainRows]:
    """Return the evidence on each place with the reports' own columns, and reason, source and lag in words."""
    columns = located.loc[located["report_id"].isin(evidence["report_id"]), _REPORT_COLUMNS]
    reports = _rows_by_place(evidence.drop(columns="gainer").merge(columns, on="report_id"))
    for of_place in reports.values():
        dated = {(report["asserts"], report["event_date"]) for report in of_place if _is_dated_change(report)}
        for report in of_place:
            report["dated_by_others"] = (report["asserts"], report["counts_from"]) in dated
    for report in chain.from_iterable(reports.values()):
        days = (report["reported_date"] - report["event_date"]).days
        report["sentence"] = Reason(report["reason"]).sentence
        report["who"] = phrases.name_claimant(report["claimant"], report["origin"])
        report["lag_days"], report["lag"] = days, phrases.describe_lag(days, report["date_precision"])
    return reports


def _is_dated_change(report: ReportEntry) -> bool:
    """Whether a report dates to the day that a place changed hands."""
    return report["claim"] in CHANGES_OF_HANDS and report["date_precision"] == DatePrecision.DAY


def _rows_by_place(frame: pd.DataFrame) -> dict[str, PlainRows]:
    rows: dict[str, PlainRows] = {}
    for place_id, row in zip(frame["place_id"], to_plain_rows(frame.drop(columns="place_id")), strict=True):
        rows.setdefault(place_id, []).append(row)
    return rows


def unknown_place(text: str, places: pd.DataFrame) -> UnknownNameError:
    """Return the error of a place that does not exist, with up to three whose id or name is similar.

    `places` has `place_id, name, kind`.
    """
    named = places.drop_duplicates("place_id").set_index("place_id")
    titles = named["name"] + ", " + named["kind"]
    by_name = {name.casefold(): place_id for place_id, name in named["name"].items()}
    ids = {str(place_id).casefold(): str(place_id) for place_id in named.index}
    keys = get_close_matches(text.casefold(), [*ids, *by_name], n=3, cutoff=0.5)
    nearest = dict.fromkeys(ids.get(key) or str(by_name[key]) for key in keys)
    return UnknownNameError("place", text, [f"{place_id} ({titles[place_id]})" for place_id in nearest])
