"""Assertions become evidence: under a rule, each report on each place gets a role and a reason.

The steps are: refuse the reports that the rule does not admit, take copies of one story together (both `eligibility`),
find which reports support and contradict each other (`corroboration`), and decide place by place and day by day
(`adjudication`). Terms and rules are those of the README's section "How a report becomes a colour".
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from control_map.assessment.adjudication import FOREVER, QUALIFYING_REASONS, PlaceAdjudication, Vote
from control_map.assessment.assertions import opponents_of
from control_map.assessment.corroboration import Findings, Relation, Votes, find_corroboration
from control_map.assessment.eligibility import find_originals, ineligibility_reasons
from control_map.core.arrays import (
    CODE_OF,
    NO_CODE,
    REASONS,
    ROLES,
    Ints,
    category_codes,
    day_number,
    day_numbers,
    decode_names,
    run_bounds,
)
from control_map.core.limits import LIMITS
from control_map.core.model import Actor, Interest, Reason, Role
from control_map.core.rules import Rule

_VERDICT_COLUMNS = "place_id report_id via asserts gainer interest role reason status".split()
_VERDICT_COLUMNS += "event_date reported_date origin reliability credibility date_precision claim".split()
EVIDENCE_COLUMNS = [*_VERDICT_COLUMNS[:8], "because_of", "because_of_count", *_VERDICT_COLUMNS[8:]]
PlaceProgress = Callable[[Sequence[tuple[int, int]]], Iterable[tuple[int, int]]]


class Verdicts(NamedTuple):
    """The result of a rule for each assertion: positions in the enums `Role` and `Reason`, and in `statuses`.

    `status` is that of the place at the end of the event's day, -1 if it has none yet. `voting` are the positions of
    the assertions that vote, to which `findings` refers.
    """

    role: Ints
    reason: Ints
    status: Ints
    statuses: list[str]
    voting: Ints
    findings: Findings


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
        `LIMITS.listed_reports`, and `because_of_count` is how many there are; `status` is the status of the place at
        the end of the event's day, empty if it has none yet; `date_precision` and `claim` are categories, all other
        names are text.
    """
    known = known_by(assertions, known_on)
    verdicts = adjudicate(known, actors, rule, knowledge_horizon(known_on), progress)
    listed, count = _because_of(verdicts, known["report_id"])
    return build_evidence(known, verdicts).assign(because_of=listed, because_of_count=count)[EVIDENCE_COLUMNS]


def build_evidence(known: pd.DataFrame, verdicts: Verdicts) -> pd.DataFrame:
    """Join a rule's verdicts with the assertions that they are about; the columns are those of `assess` but for two.

    `because_of` and `because_of_count` are left out.
    """
    names = ["place_id", "via", "asserts", "gainer", "interest", "origin"]
    evidence = known.assign(
        **{name: known[name].astype("str") for name in names},
        role=decode_names(verdicts.role, ROLES),
        reason=decode_names(verdicts.reason, REASONS),
        status=decode_names(verdicts.status, verdicts.statuses),
    )
    return evidence[_VERDICT_COLUMNS]


def known_by(rows: pd.DataFrame, known_on: dt.date | None, published: str = "reported_date") -> pd.DataFrame:
    """Return the rows that were published on or before a day, all of them if it is None.

    `published` names the column with the day of publication.
    """
    if known_on is None:
        return rows
    return rows[rows[published] <= pd.Timestamp(known_on)].reset_index(drop=True)


def knowledge_horizon(known_on: dt.date | None) -> int:
    """Return the last day of which something is known, counted from 1 January 1970; `FOREVER` if there is none."""
    return FOREVER if known_on is None else day_number(known_on)


def adjudicate(
    known: pd.DataFrame, actors: tuple[Actor, ...], rule: Rule, until: int | Ints, progress: PlaceProgress = iter
) -> Verdicts:
    """Weigh the assertions that are known.

    The parameters are those of `assess`. `until` is the `knowledge_horizon` of all of them, or one for each row, as the
    places can be one place with what was known on different days.
    """
    refusal = ineligibility_reasons(known, rule)
    role = np.where(refusal == NO_CODE, NO_CODE, CODE_OF[Role.OUTWEIGHED])
    role[np.isin(refusal, [CODE_OF[Reason.FIGHTING], CODE_OF[Reason.PART_OF_PLACE]])] = CODE_OF[Role.CONTEXT]
    reason, place, day = refusal.copy(), category_codes(known["place_id"]), day_numbers(known["event_date"])
    admitted = np.flatnonzero(refusal == NO_CODE)
    original = find_originals(known, admitted, place, day)
    voting = admitted[original == admitted]
    votes = _votes(known.take(voting), place[voting], day[voting], rule)
    findings = find_corroboration(votes, rule, np.broadcast_to(until, len(known))[voting])
    statuses = list(known["asserts"].cat.categories)
    status = np.full(len(voting), NO_CODE)
    opponents = opponents_of(actors)
    code_of = {name: code for code, name in enumerate(statuses)}
    runs = run_bounds(votes.place)
    for (begin, end), items in zip(progress(runs), _items(known, voting, votes, findings, rule, runs), strict=True):
        names = PlaceAdjudication(rule, opponents).settle_all(items)
        status[begin:end] = [code_of[name] for name in names]
        role[voting[begin:end]] = [CODE_OF[item.role] for item in items]
        reason[voting[begin:end]] = [CODE_OF[item.reason] for item in items]
    copies, copied = admitted[original != admitted], original[original != admitted]
    role[copies] = np.where(role[copied] == CODE_OF[Role.SETS], CODE_OF[Role.CONFIRMS], role[copied])
    reason[copies] = CODE_OF[Reason.SAME_ORIGIN]
    return Verdicts(
        role,
        reason,
        _carry_forward(status, votes, place, day),
        statuses,
        voting,
        findings,
    )


def _votes(rows: pd.DataFrame, place: Ints, day: Ints, rule: Rule) -> Votes:
    self_serving = (rows["interest"] == Interest.SELF_SERVING).to_numpy()
    return Votes(
        place=place,
        day=day,
        published=day_numbers(rows["reported_date"]),
        asserts=category_codes(rows["asserts"]),
        side=category_codes(rows["side"]),
        origin=category_codes(rows["origin"]),
        strong=~self_serving | rule.takes_claims_at_their_word,
        can_be_corroborated=self_serving | rows["party_holds_on"].to_numpy(),
    )


def _items(
    known: pd.DataFrame, voting: Ints, votes: Votes, findings: Findings, rule: Rule, runs: Sequence[tuple[int, int]]
) -> Iterator[list[Vote]]:
    """Yield the votes of one place after the other. They are made as needed: a million would fill the memory."""
    rows = known.take(voting)
    proven = votes.strong | findings.corroborated
    uncorroborated_hold = (
        rows["party_holds_on"].to_numpy() & ~findings.corroborated & (not rule.takes_claims_at_their_word)
    )
    independent = rows["interest"] == Interest.INDEPENDENT
    against_interest = rows["interest"] == Interest.AGAINST_INTEREST
    qualifying_reason = np.select(
        [independent, against_interest, np.full(len(rows), rule.takes_claims_at_their_word), findings.corroborated],
        [CODE_OF[name] for name in QUALIFYING_REASONS[:-1]],
        CODE_OF[QUALIFYING_REASONS[-1]],
    )
    names = list(known["asserts"].cat.categories)
    # The fields of Vote up to `qualifying_reason`, in their order.
    columns = [
        votes.day.tolist(),
        rows["window"].tolist(),
        votes.published.tolist(),
        category_codes(rows["via"]).tolist(),
        (rows["reliability"] + rows["credibility"].astype("str")).tolist(),
        [names[code] for code in votes.asserts.tolist()],
        [names[code] for code in votes.side.tolist()],
        rows["changes_hands"].tolist(),
        findings.supported.tolist(),
        votes.strong.tolist(),
        proven.tolist(),
        findings.contradicted.tolist(),
        (findings.supported & (proven | findings.hardened)).tolist(),
        uncorroborated_hold.tolist(),
        [REASONS[code] for code in qualifying_reason.tolist()],
    ]
    for begin, end in runs:
        yield list(map(Vote, *(column[begin:end] for column in columns)))


def _carry_forward(status: Ints, votes: Votes, place: Ints, day: Ints) -> Ints:
    """Return the status at the end of the day of every row, whether it votes or not: that of the last vote up to it."""
    stride = int(day.max(initial=0) - day.min(initial=0)) + 1
    when, voted = place * stride + (day - day.min(initial=0)), votes.place * stride + (votes.day - day.min(initial=0))
    last = np.searchsorted(voted, when, side="right") - 1
    if not len(voted):
        return np.full(len(day), NO_CODE)
    return np.where((last >= 0) & (votes.place[last] == place), status[last], NO_CODE)


def _because_of(verdicts: Verdicts, report_ids: pd.Series) -> tuple[pd.Series, Ints]:
    """Return the first reports on which a verdict of `corroborated` or `contradicted` rests, and how many there are."""
    ids, count = report_ids.to_numpy(dtype=object), np.zeros(len(report_ids), dtype=np.int64)
    because: list[tuple[str, ...]] = [()] * len(ids)
    voting, findings = verdicts.voting, verdicts.findings
    relations: dict[Reason, Relation] = {
        Reason.CORROBORATED: findings.corroborators,
        Reason.CONTRADICTED: findings.contradictors,
    }
    for reason, relation in relations.items():
        given = verdicts.reason[voting] == CODE_OF[reason]
        count[voting[given]] = relation.count()[given]
        for alike, others in relation.list_first(given, LIMITS.listed_reports):
            listed = tuple(ids[voting[others]])
            for row in voting[alike].tolist():
                because[row] = listed
    return pd.Series(because, index=report_ids.index, dtype="object"), count
