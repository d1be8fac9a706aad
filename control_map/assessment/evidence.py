"""Assertions become evidence: under a rule, each report on each place gets a role and a reason.

The steps are: refuse the reports that the rule does not admit, take copies of one story together (both `eligibility`),
find which reports support and contradict each other (`corroboration`), and decide place by place and day by day
(`adjudication`). Terms and rules are those of the README's section "How a report becomes a colour".
"""

import datetime as dt

import pandas as pd

from control_map.assessment.weighing import AssertionArrays, PlaceProgress, Verdicts, Weigher
from control_map.core.arrays import REASONS, ROLES, decode_names
from control_map.core.model import Actor
from control_map.core.rules import Rule

_VERDICT_COLUMNS = "place_id report_id via asserts gainer interest role reason status".split()
_VERDICT_COLUMNS += "disputed counts_from event_date reported_date origin reliability credibility".split()
_VERDICT_COLUMNS += "date_precision claim".split()
EVIDENCE_COLUMNS = [*_VERDICT_COLUMNS[:8], "because_of", "because_of_count", *_VERDICT_COLUMNS[8:]]


def assess(
    assertions: pd.DataFrame,
    actors: tuple[Actor, ...],
    rule: Rule,
    known_on: dt.date | None = None,
    progress: PlaceProgress = iter,
) -> pd.DataFrame:
    """Give each report on each place a role and a reason under a rule.

    Parameters
    ----------
    assertions
        What `assert_at_places` returns. Not changed.
    actors, rule
        The parties with their opponents, and the rule by which the reports are weighed.
    known_on
        Only reports published on or before this day count; all if it is None.
    progress
        Wraps the sequence of places, to show the progress of the work.

    Returns
    -------
    DataFrame
        One row for each known report on each place, in the order of the assertions, with `EVIDENCE_COLUMNS`.
        `because_of` are the ids of the first reports that corroborate or contradict a claim, later ones too, at most
        `LIMITS.listed_reports`, and `because_of_count` is how many there are; `counts_from` is the day from which the
        report counts, later than its event in the cases of `dating.date_votes`; `status` is the status of the place at
        the end of that day, empty if it has none yet, and `disputed` whether reports contradict it then.
        `date_precision` and `claim` are categories, all other names are text.
    """
    return evidence_known_on(Weigher(AssertionArrays.of(assertions), actors, rule), known_on, progress)


def evidence_known_on(weigher: Weigher, known_on: dt.date | None, progress: PlaceProgress = iter) -> pd.DataFrame:
    """Return what `assess` returns for a day from a weigher of the assertions, which has weighed other days before."""
    verdicts = weigher.weigh_known_on(known_on, progress)
    evidence = build_evidence(weigher.arrays, verdicts)
    return evidence.assign(
        because_of=pd.Series(verdicts.because_of, dtype="object"), because_of_count=verdicts.because_of_count
    )[EVIDENCE_COLUMNS]


def build_evidence(arrays: AssertionArrays, verdicts: Verdicts) -> pd.DataFrame:
    """Join a rule's verdicts with the assertions that they are about; the columns are those of `assess` but for two.

    `because_of` and `because_of_count` are left out.
    """
    known = arrays.assertions.take(verdicts.row).reset_index(drop=True)
    names = ["place_id", "via", "gainer", "interest", "origin"]
    asserts = decode_names(verdicts.asserts, arrays.statuses)
    evidence = known.assign(
        **{name: known[name].astype("str") for name in names},
        asserts=asserts,
        counts_from=verdicts.counts_from.astype("datetime64[D]").astype("datetime64[us]"),
        disputed=verdicts.disputed,
        role=decode_names(verdicts.role, ROLES),
        reason=decode_names(verdicts.reason, REASONS),
        status=decode_names(verdicts.status, arrays.statuses),
    )
    return evidence[_VERDICT_COLUMNS]


def known_by(rows: pd.DataFrame, known_on: dt.date | None, published: str = "reported_date") -> pd.DataFrame:
    """Return the rows that were published on or before a day, all of them if it is None.

    `published` names the column with the day of publication.
    """
    if known_on is None:
        return rows
    return rows[rows[published] <= pd.Timestamp(known_on)].reset_index(drop=True)
