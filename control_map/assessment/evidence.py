"""Bearings become evidence: under a rule, each report on each place gets a role and a reason.

The order of the work: refuse what the rule does not admit, take copies of one story together, find out what the
reports make of each other (`corroboration`), and let `Weighing` decide place by place and day by day. Terms and rules
are those of the README's section "How a report becomes a colour".
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from control_map.assessment.adjudication import FOREVER, Item, Weighing
from control_map.assessment.corroboration import Findings, Pairs, Votes, look_around
from control_map.assessment.eligibility import originals, refusals
from control_map.core.arrays import CODE, NONE, REASONS, ROLES, Ints, codes_of, day_number, days_of, names_of, runs_of
from control_map.core.model import Actor, Interest, Reason, Role
from control_map.core.rules import Rule

EVIDENCE_COLUMNS = [
    "place_id",
    "report_id",
    "via",
    "asserts",
    "gainer",
    "interest",
    "role",
    "reason",
    "because_of",
    "status",
    "event_date",
    "reported_date",
    "origin",
    "reliability",
    "credibility",
]

Progress = Callable[[Sequence[tuple[int, int]]], Iterable[tuple[int, int]]]


class Verdicts(NamedTuple):
    """What a rule makes of bearings, row by row: positions in the enums `Role` and `Reason`, and in `statuses`.

    `status` is that of the place at the end of the event's day, -1 if it has none yet. `corroborators` and
    `contradictors` are positions of rows.
    """

    role: Ints
    reason: Ints
    status: Ints
    statuses: list[str]
    corroborators: Pairs
    contradictors: Pairs


def assess(
    bearings: pd.DataFrame,
    actors: tuple[Actor, ...],
    rule: Rule,
    known_on: dt.date | None = None,
    progress: Progress = iter,
) -> pd.DataFrame:
    """Give each report on each place a role and a reason under a rule.

    Parameters
    ----------
    bearings
        What `bearings.bear` returns. Not changed.
    actors, rule
        Whose opponents are whose, and how to weigh.
    known_on
        Only reports published on or before this day count; all if it is None.
    progress
        Wraps the sequence of places, to report how far the work has come.

    Returns
    -------
    DataFrame
        One row for each report on each place that is known, in the order of the bearings: `place_id, report_id,
        via, asserts, gainer, interest, role, reason, because_of, status, event_date, reported_date, origin,
        reliability, credibility`. `because_of` are the ids of the reports that corroborate or contradict a claim, later
        ones too; `status` is the status of the place at the end of the event's day, empty if it has none yet.
    """
    known = known_by(bearings, known_on)
    return evidence_of(known, judge(known, actors, rule, horizon(known_on), progress))


def evidence_of(known: pd.DataFrame, verdicts: Verdicts) -> pd.DataFrame:
    """Put a rule's verdicts beside the bearings that were judged; the columns are those of `assess`."""
    words = ["place_id", "via", "asserts", "gainer", "interest", "origin"]
    evidence = known.assign(
        **{name: known[name].astype("str") for name in words},
        role=names_of(verdicts.role, ROLES),
        reason=names_of(verdicts.reason, REASONS),
        status=names_of(verdicts.status, verdicts.statuses),
        because_of=_because_of(verdicts, known["report_id"]),
    )
    return evidence[EVIDENCE_COLUMNS]


def known_by(rows: pd.DataFrame, known_on: dt.date | None) -> pd.DataFrame:
    """Return the rows, reports or bearings, that were published on or before a day; all if it is None."""
    if known_on is None:
        return rows
    return rows[rows["reported_date"] <= pd.Timestamp(known_on)].reset_index(drop=True)


def horizon(known_on: dt.date | None) -> int:
    """Return the day up to which anything is known, counted from 1 January 1970; `FOREVER` if that is no matter."""
    return FOREVER if known_on is None else day_number(known_on)


def judge(
    known: pd.DataFrame, actors: tuple[Actor, ...], rule: Rule, until: int | Ints, progress: Progress = iter
) -> Verdicts:
    """Weigh bearings that are known.

    Parameters are as for `assess`; `until` is the `horizon` of all of them, or one for each row: the places can be the
    same one with what was known on different days.
    """
    refusal = refusals(known, rule)
    role = np.where(refusal == NONE, NONE, CODE[Role.OUTWEIGHED])
    role[np.isin(refusal, [CODE[Reason.FIGHTING], CODE[Reason.PART_OF_PLACE]])] = CODE[Role.CONTEXT]
    reason, place, day = refusal.copy(), codes_of(known["place_id"]), days_of(known["event_date"])
    admitted = np.flatnonzero(refusal == NONE)
    original = originals(known, admitted, place, day)
    voting = admitted[original == admitted]
    votes = _votes(known.take(voting), place[voting], day[voting], rule)
    findings = look_around(votes, rule, np.broadcast_to(until, len(known))[voting])
    statuses = list(known["asserts"].cat.categories)
    status = np.full(len(voting), NONE)
    opponents = {actor.id: frozenset(actor.opponents) for actor in actors}
    code_of = {name: code for code, name in enumerate(statuses)}
    runs = runs_of(votes.place)
    for (begin, end), items in zip(progress(runs), _items(known, voting, votes, findings, rule, runs), strict=True):
        told = Weighing(rule, opponents).run(items)
        status[begin:end] = [code_of[name] for name in told]
        role[voting[begin:end]] = [CODE[item.role] for item in items]
        reason[voting[begin:end]] = [CODE[item.reason] for item in items]
    copies, theirs = admitted[original != admitted], original[original != admitted]
    role[copies] = np.where(role[theirs] == CODE[Role.SETS], CODE[Role.CONFIRMS], role[theirs])
    reason[copies] = CODE[Reason.SAME_ORIGIN]
    return Verdicts(
        role,
        reason,
        _carried(status, votes, place, day),
        statuses,
        Pairs(*(voting[part] for part in findings.corroborators)),
        Pairs(*(voting[part] for part in findings.contradictors)),
    )


def _votes(rows: pd.DataFrame, place: Ints, day: Ints, rule: Rule) -> Votes:
    self_serving = (rows["interest"] == Interest.SELF_SERVING).to_numpy()
    return Votes(
        place=place,
        day=day,
        published=days_of(rows["reported_date"]),
        asserts=codes_of(rows["asserts"]),
        side=codes_of(rows["side"]),
        origin=codes_of(rows["origin"]),
        strong=~self_serving | rule.takes_claims_at_their_word,
        seeks_backing=self_serving | rows["own_hold"].to_numpy(),
    )


def _items(
    known: pd.DataFrame, voting: Ints, votes: Votes, findings: Findings, rule: Rule, runs: Sequence[tuple[int, int]]
) -> Iterator[list[Item]]:
    """Yield the votes of one place after the other; made as they are needed, as a million would fill the memory."""
    rows = known.take(voting)
    proven = votes.strong | findings.corroborated
    word_alone = rows["own_hold"].to_numpy() & ~findings.corroborated & (not rule.takes_claims_at_their_word)
    independent, against_interest = (
        (rows["interest"] == Interest.INDEPENDENT),
        (rows["interest"] == Interest.AGAINST_INTEREST),
    )
    merit = np.select(
        [independent, against_interest, np.full(len(rows), rule.takes_claims_at_their_word), findings.corroborated],
        [CODE[name] for name in (Reason.INDEPENDENT, Reason.AGAINST_INTEREST, Reason.ACCEPTED, Reason.CORROBORATED)],
        CODE[Reason.HARDENED],
    )
    names = list(known["asserts"].cat.categories)
    # The fields of Item up to `merit`, in their order.
    columns = [
        votes.day.tolist(),
        rows["window"].tolist(),
        votes.published.tolist(),
        codes_of(rows["via"]).tolist(),
        [names[code] for code in votes.asserts.tolist()],
        [names[code] for code in votes.side.tolist()],
        rows["changes_hands"].tolist(),
        findings.supported.tolist(),
        votes.strong.tolist(),
        proven.tolist(),
        findings.contradicted.tolist(),
        (findings.supported & (proven | findings.hardened)).tolist(),
        word_alone.tolist(),
        [REASONS[code] for code in merit.tolist()],
    ]
    for begin, end in runs:
        yield list(map(Item, *(column[begin:end] for column in columns)))


def _carried(status: Ints, votes: Votes, place: Ints, day: Ints) -> Ints:
    """Return the status at the end of the day of every row, whether it votes or not: that of the last vote up to it."""
    stride = int(day.max(initial=0) - day.min(initial=0)) + 1
    when, voted = place * stride + (day - day.min(initial=0)), votes.place * stride + (votes.day - day.min(initial=0))
    last = np.searchsorted(voted, when, side="right") - 1
    if not len(voted):
        return np.full(len(day), NONE)
    return np.where((last >= 0) & (votes.place[last] == place), status[last], NONE)


def _because_of(verdicts: Verdicts, report_ids: pd.Series) -> pd.Series:
    """Return the ids of the reports on which a verdict of `corroborated` or `contradicted` rests."""
    ids = report_ids.to_numpy(dtype=object)
    because: list[tuple[str, ...]] = [()] * len(ids)
    for reason, pairs in (
        (Reason.CORROBORATED, verdicts.corroborators),
        (Reason.CONTRADICTED, verdicts.contradictors),
    ):
        meant = verdicts.reason[pairs.of] == CODE[reason]
        of, by = pairs.of[meant], pairs.by[meant]
        for begin, end in runs_of(of):
            because[of[begin]] = tuple(ids[by[begin:end]])
    return pd.Series(because, index=report_ids.index, dtype="object")
