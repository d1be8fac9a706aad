"""The ledger between two days: every change of status, when it came, what it undid, and on whose word.

`difference` compares two days and says what became of each place; the ledger lists what happened in between, also what
was undone again before the later day.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.analysis.changes import count_changes, find_holds
from control_map.assessment.as_of import changes_between
from control_map.core.model import CONTESTED, NO_REPORT, Basis, Change, PlaceKind, Role
from control_map.core.rules import Rule
from control_map.core.wording import format_count, format_date
from control_map.explanation.phrases import ReportEntry, describe_exactness, name_sources, report_sort_key
from control_map.explanation.why_line import write_why_lines

CHANGE_COLUMNS = (
    "date place_id kind name province_id province before after change reversal held_since held_days".split()
)
CHANGE_COLUMNS += ["basis", "disputed", "confidence"]
_OF_INTERVALS = "place_id kind name province_id province status basis disputed confidence rests_on valid_from".split()
CHANGE_LOG_COLUMNS = [*CHANGE_COLUMNS, "dated", "held", "who", "interest", "reason", "why", "rests_on"]
_FULL = 1000
"""Letters of a line of why: all that it says."""


class DayExactness(StrEnum):
    """How exactly the day of a change is known."""

    ON = "on"
    ABOUT = "about"
    BY = "by"

    @property
    def sentence(self) -> str:
        """What it means, as the page shows it."""
        return _SENTENCES[self]


_SENTENCES = {
    DayExactness.ON: "reported as of that day",
    DayExactness.ABOUT: "the reports are dated only to the week or month up to that day",
    DayExactness.BY: "the reports tell only who held the place on that day, not since when",
}
_DATED = {"": DayExactness.ON, "about": DayExactness.ABOUT, "at least": DayExactness.BY}
REVERSAL_DEFINITION = (
    "A reversal undoes something: it gives a place back to a party that lost it within the period, or takes it from "
    "one that itself came to hold it only after the earlier day."
)
"""What counts as a reversal, as the page shows it."""


def classify_changes(timeline: gpd.GeoDataFrame, after: dt.date, until: dt.date, period_start: dt.date) -> pd.DataFrame:
    """Return one row for each change of status of a place after one day and up to another.

    Parameters
    ----------
    timeline
        What `fold` returns. Not changed.
    after, until
        What happened on the earlier day is left out, what happened on the later counts. From a day to itself, or to an
        earlier one, nothing changes.
    period_start
        The first day of the theatre's period: how long something held before it is not known.

    Returns
    -------
    DataFrame
        In order of date and place, with `ENTRY_COLUMNS`. Applied in this order to the statuses of the earlier day they
        give those of the later.

        - `change`: a `difference.Change`, as from the day before to the day of the change;
        - `reversal`: true where a party takes a place back (`taken_back`) that it lost on or after `period_start`,
          whatever was between, a fight too; and where it takes it from another party that came to hold it only after
          `after`. What becomes contested or is lost is no reversal yet;
        - `held_since`: the day from which the place had the status `before`, missing where that is `no_report`;
        - `held_days`: the days from then to the change; missing also if that was before the period, whose reports are
          too few to say what was in between;
        - `basis, disputed, confidence`: of the new status, at the end of the day of the change.
    """
    found = changes_between(timeline, after, until)[["date", "place_id", "before"]]
    # Of the other places nothing is told, and most did not change within a few days.
    moved = timeline["place_id"].isin(found["place_id"].unique())
    intervals = pd.DataFrame(timeline)[_OF_INTERVALS][moved]
    begun, again = find_holds(intervals)
    rivals = _holder_before(intervals)
    by = ["place_id", "status"]
    runs = intervals[(intervals[by] != intervals[by].shift()).any(axis="columns")]
    ended = runs["valid_from"].shift(-1)  # the last run of a place gets a wrong end, and nothing comes after it
    told = intervals.assign(
        date=intervals["valid_from"],
        after=intervals["status"],
        held_since=begun.shift(),
        again=again,
        lost_on=ended.groupby([runs[name] for name in by]).shift(),
        rival=rivals["party"],
        rival_since=rivals["since"],
    )
    rows = found.merge(told, on=["place_id", "date"])
    held = ~rows["after"].isin([CONTESTED, NO_REPORT])
    change = np.select(
        [held & rows["again"], held, rows["after"] == CONTESTED],
        [Change.TAKEN_BACK, Change.GAINED, Change.CONTESTED],
        Change.LOST,
    )
    hands_again = held & (rows["rival_since"] > pd.Timestamp(after)) & (rows["rival"] != rows["after"])
    start = pd.Timestamp(period_start)
    rows = rows.assign(
        change=change,
        reversal=(held & (rows["lost_on"] >= start)) | hands_again,
        held_days=(rows["date"] - rows["held_since"]).dt.days.astype("Int64").where(rows["held_since"] >= start),
    )
    return rows[[*CHANGE_COLUMNS, "rests_on"]]


def _holder_before(intervals: pd.DataFrame) -> pd.DataFrame:
    """Return for each interval the party that held the place last before it, and since when; passing over the rest."""
    party = intervals["status"].where(~intervals["status"].isin([CONTESTED, NO_REPORT]))
    place = intervals["place_id"]
    last = party.groupby(place).ffill()
    moved = party.notna() & (last != last.groupby(place).shift())
    since = intervals["valid_from"].where(moved).groupby(place).ffill()
    before = pd.DataFrame({"party": last, "since": since}).groupby(place).shift()
    return before.assign(party=before["party"].fillna(""))


def build_change_log(
    told: pd.DataFrame,
    evidence: pd.DataFrame,
    located: pd.DataFrame,
    reports: Mapping[str, ReportEntry],
    labels: Mapping[str, str],
    rule: Rule,
    period_start: dt.date,
) -> pd.DataFrame:
    """Add to changes of status on whose word they are, and how exactly they are known.

    Parameters
    ----------
    told
        What `entries` returns. Not changed.
    evidence, located
        What `assess` and `geocode` return. Not changed.
    reports, labels, rule
        What `gist.tellers` returns, the labels of the parties, and by which rule the evidence was weighed.
    period_start
        As for `entries`.

    Returns
    -------
    DataFrame
        The rows of `told` with `LEDGER_COLUMNS`:

        - `dated`: a `Dated`;
        - `held`: how long the status before had held, in words;
        - `who`: who sets the new status, with grades; `interest` and `reason` of the best of these reports, as in the
          evidence; `why`: all that in a line, see `gist.gists`;
        - `rests_on`: the ids of the reports that set or confirm the new status by the end of the day of the change.
    """
    sets = _setters(evidence, located, reports, set(told["place_id"]))
    rows = told.to_dict("records")
    after = [sets[row["place_id"], row["date"]] for row in rows]
    best = [min(own, key=report_sort_key, default={"interest": "", "reason": ""}) for own in after]
    words = told.assign(
        dated=[
            _DATED[_exact(row["after"], row["date"], row["basis"], own)] for row, own in zip(rows, after, strict=True)
        ],
        held=[_held(row, sets[row["place_id"], row["held_since"]], period_start) for row in rows],
        who=[name_sources(sorted(own, key=report_sort_key)) for own in after],
        interest=[str(report["interest"]) for report in best],
        reason=[str(report["reason"]) for report in best],
        why=write_why_lines(
            told.assign(since=told["date"], valid_from=told["date"], claimed_by=""),
            evidence[evidence["place_id"].isin(told["place_id"])],
            reports,
            labels,
            rule,
            most=_FULL,
        ),
    )
    return words[CHANGE_LOG_COLUMNS]


def _setters(
    evidence: pd.DataFrame, located: pd.DataFrame, reports: Mapping[str, ReportEntry], place_ids: set[str]
) -> Mapping[tuple[str, Any], list[dict[str, Any]]]:
    """Return the reports that set a status of these places, by place and day."""
    rows = evidence[(evidence["role"] == Role.SETS) & evidence["place_id"].isin(place_ids)]
    rows = rows.merge(located[["report_id", "claim", "date_precision"]], on="report_id")
    sets: defaultdict[tuple[str, Any], list[dict[str, Any]]] = defaultdict(list)
    for row in rows.to_dict("records"):
        report = {**{str(name): value for name, value in row.items()}, **reports[row["report_id"]]}
        sets[row["place_id"], row["event_date"]].append(report)
    return sets


def _exact(status: str, since: pd.Timestamp, basis: str, sets: Sequence[ReportEntry]) -> str:
    return describe_exactness({"status": status, "since": since, "basis": basis, "evidence": sets})


def _held(row: Mapping[Any, Any], sets: Sequence[ReportEntry], period_start: dt.date) -> str:
    """Say how long the status before a change had held."""
    if row["before"] == NO_REPORT:
        return "nothing was reported before"
    if pd.isna(row["held_days"]):
        return f"since before {format_date(period_start, year=True)}"
    exact = _exact(row["before"], row["held_since"], Basis.OWN, sets)
    return f"for {exact} {format_count(row['held_days'], 'day', 'days')}".replace("  ", " ")


def count_district_changes(told: pd.DataFrame, statuses: Sequence[str]) -> pd.DataFrame:
    """Count the changes of the districts by status.

    Parameters
    ----------
    told
        What `entries` or `ledger` returns, or some of its rows.
    statuses
        In which order the statuses come.

    Returns
    -------
    DataFrame
        One row for each of the statuses but `no_report`: `status, gained, taken_back, lost`, as `difference.tally`
        counts them, here each time that it happened, and `net`: by how many districts the status grew.
    """
    return _with_net(count_changes(told[told["kind"] == PlaceKind.DISTRICT], statuses))


def _with_net(counts: pd.DataFrame) -> pd.DataFrame:
    return counts.assign(net=counts["gained"] + counts["taken_back"] - counts["lost"])


def count_district_changes_by_province(told: pd.DataFrame, statuses: Sequence[str]) -> pd.DataFrame:
    """Return `totals` for each province in which a district changed, after `province_id, province`, in their order."""
    districts = told[told["kind"] == PlaceKind.DISTRICT]
    each = [
        count_changes(own, statuses).assign(province_id=str(province_id), province=str(province))
        for (province, province_id), own in districts.groupby(["province", "province_id"])
    ]
    columns = ["province_id", "province", "status", "gained", "taken_back", "lost", "net"]
    return _with_net(pd.concat(each, ignore_index=True))[columns] if each else pd.DataFrame(columns=columns)
