"""The ledger between two days: every change of status, when it came, what it undid, and on whose word.

`difference` compares two days and says what became of each place; the ledger lists what happened in between, also what
was undone again before the later day.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import pandas as pd

from control_map.analysis.changes import CHANGE_COLUMNS
from control_map.core.model import NO_REPORT, Basis, Role
from control_map.core.rules import Rule
from control_map.core.wording import format_count, format_date
from control_map.explanation.phrases import ReportEntry, describe_exactness, name_sources, report_sort_key
from control_map.explanation.why_line import write_why_lines

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
        What `gist.report_sources` returns, the labels of the parties, and by which rule the evidence was weighed.
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
