"""Assertions are weighed under a rule, with what was known on one day or on one day after another.

What is found of a place with what was known of it is kept. From one day to the next something new is published on few
places only, and on few a claim has waited long enough: only these are weighed again.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from control_map.assessment.adjudication import FOREVER, QUALIFYING_REASONS, PlaceAdjudication, Vote
from control_map.assessment.assertions import NEARNESS, opponents_of
from control_map.assessment.corroboration import Findings, Relation, Votes, find_corroboration
from control_map.assessment.dating import Counting, date_votes, find_successors
from control_map.assessment.eligibility import Stories, find_originals, ineligibility_reasons, number_stories
from control_map.core.arrays import (
    CODE_OF,
    NO_CODE,
    REASONS,
    Flags,
    Ints,
    category_codes,
    day_number,
    day_numbers,
    run_bounds,
)
from control_map.core.limits import LIMITS
from control_map.core.model import UNKNOWN, Actor, Interest, Reason, Role, Via, ends_of
from control_map.core.rules import Rule

_INDEPENDENT, _AGAINST_INTEREST, _SELF_SERVING, _UNKNOWN = map(
    list(Interest).index,
    (Interest.INDEPENDENT, Interest.AGAINST_INTEREST, Interest.SELF_SERVING, Interest.UNKNOWN),
)
_AREA = NEARNESS.index(Via.AREA)
PlaceProgress = Callable[[Sequence[tuple[int, int]]], Iterable[tuple[int, int]]]
_MAX_KEPT_ROWS = 200_000
"""Verdicts that are kept for other days: some ten megabytes."""


@dataclass(frozen=True, eq=False)
class AssertionArrays:
    """The columns of what `assert_at_places` returns as arrays: they depend on no rule, and serve for many weighings.

    `place`, `asserts`, `left`, `gainer`, `side`, `origin`, `nearness` and `interest` are the codes of the categories;
    `day` and `published` count days from 1 January 1970. `first_row` has for each place, and for one after the last,
    where its rows begin. `grade` is the Admiralty grade, as in "B2", and `grade_rank` its rank, the best first.
    """

    assertions: pd.DataFrame
    place: Ints
    first_row: Ints
    day: Ints
    published: Ints
    window: Ints
    asserts: Ints
    left: Ints
    gainer: Ints
    side: Ints
    origin: Ints
    nearness: Ints
    interest: Ints
    changes_hands: Flags
    party_holds_on: Flags
    baseline: Flags
    grade: np.ndarray
    grade_rank: Ints
    report_ids: np.ndarray
    stories: Stories

    @classmethod
    def of(cls, assertions: pd.DataFrame) -> "AssertionArrays":
        """Take the columns of assertions, which are not changed."""
        place, day = category_codes(assertions["place_id"]), day_numbers(assertions["event_date"])
        grade = (assertions["reliability"] + assertions["credibility"].astype("str")).to_numpy(dtype=object)
        return cls(
            assertions=assertions,
            place=place,
            first_row=np.searchsorted(place, np.arange(len(assertions["place_id"].cat.categories) + 1)),
            day=day,
            published=day_numbers(assertions["reported_date"]),
            window=assertions["window"].to_numpy(),
            asserts=category_codes(assertions["asserts"]),
            left=category_codes(assertions["left"]),
            gainer=category_codes(assertions["gainer"]),
            side=category_codes(assertions["side"]),
            origin=category_codes(assertions["origin"]),
            nearness=category_codes(assertions["via"]),
            interest=category_codes(assertions["interest"]),
            changes_hands=assertions["changes_hands"].to_numpy(),
            party_holds_on=assertions["party_holds_on"].to_numpy(),
            baseline=assertions["baseline"].to_numpy(),
            grade=grade,
            grade_rank=pd.factorize(grade, sort=True)[0],
            report_ids=assertions["report_id"].to_numpy(dtype=object),
            stories=number_stories(assertions, day),
        )

    @property
    def statuses(self) -> list[str]:
        """The names of what can be asserted, to which codes of a status refer."""
        return list(self.assertions["asserts"].cat.categories)

    @property
    def place_count(self) -> int:
        """The number of places, also of those on which nothing is reported."""
        return len(self.first_row) - 1


class Verdicts(NamedTuple):
    """What a rule makes of reports on places: arrays of one length.

    `at` is the position of the question that a verdict answers, `row` that of the report on the place among all
    assertions. `counts_from` is the day from which the report counts, counted from 1 January 1970; `asserts` is what it
    asserts in the light of the others, a position among the `statuses` of the assertions. `role` and `reason` are
    positions in the enums; `status` is that of the place at the end of that day, -1 if it has none yet, and `disputed`
    whether reports contradict it then. `because_of` are the ids of the first reports that corroborate or contradict a
    claim, and `because_of_count` is how many there are.
    """

    at: Ints
    row: Ints
    counts_from: Ints
    asserts: Ints
    role: Ints
    reason: Ints
    status: Ints
    disputed: Flags
    because_of: np.ndarray
    because_of_count: Ints


class Weigher:
    """Weighs the reports on places under a rule, with what was known on any day.

    The verdicts on a place stay the same until more is known of it, or until a claim on it has waited long enough: each
    of these days is a *moment* of the place. It is weighed once for each moment that is asked about, and the verdicts
    are kept until there are too many. A weigher is for one thread at a time. `votes` says which assertions the rule
    admits, `hardening_claims` which of these time alone can make effective, and `on_place` which are on the place
    itself and not left out: from the first of them on its control is at least `unknown`. `ends` are the parties that
    end.

    Parameters
    ----------
    arrays
        The assertions. Not changed.
    actors, rule
        The parties with their opponents, and the rule by which the reports are weighed.
    lists_reports
        Whether the verdicts say by which reports a claim is corroborated or contradicted; else no verdict does.
    """

    def __init__(
        self, arrays: AssertionArrays, actors: tuple[Actor, ...], rule: Rule, *, lists_reports: bool = True
    ) -> None:
        self.arrays, self.rule, self._lists_reports = arrays, rule, lists_reports
        self._opponents = opponents_of(actors)
        self.ends = ends_of(actors)
        self._end_days = {party: day_number(end) for party, end in self.ends.items()}
        self._end_of_status = np.array([self._end_days.get(name, FOREVER) for name in (*arrays.statuses, "")])
        parties = [arrays.statuses.index(actor.id) for actor in actors]
        self._end_of_party = dict(zip(parties, self._end_of_status[parties].tolist(), strict=True))
        self._refusal = ineligibility_reasons(arrays.assertions, actors, rule)
        self.votes: Flags = self._refusal == NO_CODE
        self.on_place: Flags = (arrays.nearness < _AREA) & (self.votes | (self._refusal == CODE_OF[Reason.FIGHTING]))
        can_harden = rule.hardening_days > 0 and not rule.takes_claims_at_their_word
        claims = self.hardening_claims = self.votes & (arrays.interest == _SELF_SERVING) & can_harden
        hardens = np.maximum(arrays.day, arrays.published)[claims] + rule.hardening_days
        days = np.concatenate([arrays.published, hardens])
        # A moment is one number. The first one of each place is before all days.
        self._first_day = int(days.min(initial=FOREVER))
        self._stride = int(days.max(initial=self._first_day)) - self._first_day + 2
        places = np.concatenate([arrays.place, arrays.place[claims]])
        before = np.arange(arrays.place_count) * self._stride
        self._moments = np.unique(np.concatenate([before, self._moment(places, days)]))
        self._drop()

    def _moment(self, place: Ints, day: Ints) -> Ints:
        numbers: Ints = place * self._stride + np.clip(day - self._first_day + 1, 0, self._stride - 1)
        return numbers

    def _drop(self) -> None:
        """Forget all verdicts."""
        self._begin, self._count = (np.full(len(self._moments), number) for number in (NO_CODE, 0))
        numbers, flags, lists = (np.zeros(0, dtype=kind) for kind in (np.int64, bool, object))
        self._kept = [*[numbers] * 6, flags, lists, numbers]

    def weigh_known_on(self, known_on: dt.date | None, progress: PlaceProgress = iter) -> Verdicts:
        """Return the verdicts on all reports published by a day, all of them if it is None, in their order.

        `progress` wraps the sequence of places that are weighed, to show the progress of the work.
        """
        places = np.arange(self.arrays.place_count)
        day = FOREVER if known_on is None else day_number(known_on)
        return self.weigh(places, np.full(len(places), day), progress)

    def weigh(self, place: Ints, day: Ints, progress: PlaceProgress = iter) -> Verdicts:
        """Return for each of some places, by their codes, the verdicts on the reports on it published by a day.

        The days are counted from 1 January 1970; `progress` is that of `weigh_known_on`.
        """
        moment = np.searchsorted(self._moments, self._moment(place, day), side="right") - 1
        if (self._begin[moment] == NO_CODE).any():
            self._weigh_new(np.unique(moment), progress)
        count = self._count[moment]
        kept = _join_ranges(self._begin[moment], count)
        return Verdicts(np.repeat(np.arange(len(moment)), count), *(column[kept] for column in self._kept))

    def _weigh_new(self, moments: Ints, progress: PlaceProgress) -> None:
        """Weigh those of some moments that are not yet kept, and keep them."""
        if len(self._kept[0]) > _MAX_KEPT_ROWS:
            self._drop()
        moments = moments[self._begin[moments] == NO_CODE]
        place, number = np.divmod(self._moments[moments], self._stride)
        until = number + self._first_day - 1
        all_rows = self.arrays.first_row[place + 1] - self.arrays.first_row[place]
        at, row = np.repeat(np.arange(len(place)), all_rows), _join_ranges(self.arrays.first_row[place], all_rows)
        known = self.arrays.published[row] <= until[at]
        at, row = at[known], row[known]
        count = np.bincount(at, minlength=len(place))
        self._begin[moments] = len(self._kept[0]) + np.cumsum(count) - count
        self._count[moments] = count
        found = self._adjudicate(row, at, until[at], progress)
        self._kept = [np.concatenate(parts) for parts in zip(self._kept, (row, *found), strict=True)]

    def _adjudicate(self, row: Ints, at: Ints, until: Ints, progress: PlaceProgress) -> list[np.ndarray]:
        """Return the columns of the verdicts on some rows from `counts_from` on, those known `at` each moment together.

        `until` is the day of the moment of each row.
        """
        arrays, reason = self.arrays, self._refusal[row]
        role = np.where(reason == NO_CODE, NO_CODE, CODE_OF[Role.OUTWEIGHED])
        role[np.isin(reason, [CODE_OF[Reason.FIGHTING], CODE_OF[Reason.PART_OF_PLACE]])] = CODE_OF[Role.CONTEXT]
        admitted = np.flatnonzero(reason == NO_CODE)
        original = admitted[find_originals(arrays.stories, row[admitted], at[admitted])]
        voting = admitted[original == admitted]
        votes = self._votes(row[voting], at[voting])
        findings = find_corroboration(votes, self.rule, until[voting])
        # A proven report is stronger than a claim, then the better graded one; the smaller number is the stronger.
        strength = arrays.grade_rank[row[voting]] + np.where(findings.proven, 0, len(arrays.grade))
        changes = votes.changes_hands & (arrays.nearness[row[voting]] < _AREA)
        counting = date_votes(votes, findings.stories, findings.effective, changes, strength)
        counts_from, asserts = arrays.day[row], arrays.asserts[row]
        counts_from[voting] = counting.day
        in_turn = np.lexsort((counting.day, votes.place))
        state, runs = np.full((len(voting), 2), NO_CODE), run_bounds(votes.place)
        code_of = {name: code for code, name in enumerate(arrays.statuses)}
        items = self._items(row[voting], votes, findings, counting, strength, in_turn, runs)
        for (begin, end), of_place in zip(progress(runs), items, strict=True):
            states = PlaceAdjudication(self.rule, self._opponents, self._end_days).settle_all(of_place)
            state[begin:end] = [(code_of[status], disputed) for status, disputed in states]
            settled = voting[in_turn[begin:end]]
            role[settled] = [CODE_OF[item.role] for item in of_place]
            reason[settled] = [CODE_OF[item.reason] for item in of_place]
            asserts[settled] = [code_of[item.asserts] for item in of_place]
        copies, copied = admitted[original != admitted], original[original != admitted]
        role[copies] = np.where(role[copied] == CODE_OF[Role.SETS], CODE_OF[Role.CONFIRMS], role[copied])
        reason[copies] = CODE_OF[Reason.SAME_ORIGIN]
        counts_from[copies], asserts[copies] = counts_from[copied], asserts[copied]
        status, disputed = _carry_forward(state, votes.place[in_turn], counting.day[in_turn], at, counts_from).T
        is_over = counts_from >= self._end_of_status[status]
        is_unnamed = np.isin(status, [NO_CODE, code_of[""]])
        is_open = is_over | is_unnamed & self._is_reported_on(row, at, counts_from)
        status, disputed = np.where(is_open, code_of[UNKNOWN], status), np.where(is_over, 0, disputed)
        because = self._because_of(row, reason, voting, findings)
        return [counts_from, asserts, role, reason, status, disputed == 1, *because]

    def _is_reported_on(self, row: Ints, at: Ints, counts_from: Ints) -> Flags:
        """Say of each row whether one of `on_place` counts by its day."""
        first, on_place = np.full(at.max(initial=NO_CODE) + 1, FOREVER), self.on_place[row]
        np.minimum.at(first, at[on_place], counts_from[on_place])
        return counts_from >= first[at]

    def _votes(self, row: Ints, at: Ints) -> Votes:
        arrays, at_their_word = self.arrays, self.rule.takes_claims_at_their_word
        is_unknown = arrays.interest[row] == _UNKNOWN
        waits = (arrays.interest[row] == _SELF_SERVING) | is_unknown
        votes = Votes(
            place=at,
            day=arrays.day[row],
            published=arrays.published[row],
            window=arrays.window[row],
            asserts=arrays.asserts[row],
            left=arrays.left[row],
            side=arrays.side[row],
            origin=arrays.origin[row],
            changes_hands=arrays.changes_hands[row],
            baseline=arrays.baseline[row],
            strong=~waits | at_their_word,
            can_be_corroborated=waits | arrays.party_holds_on[row],
            can_harden=~is_unknown,
        )
        successor = find_successors(votes, self._end_of_party)
        is_named = successor != NO_CODE
        return votes._replace(
            asserts=np.where(is_named, successor, votes.asserts), left=np.where(is_named, NO_CODE, votes.left)
        )

    def _items(
        self,
        row: Ints,
        votes: Votes,
        findings: Findings,
        counting: Counting,
        strength: Ints,
        in_turn: Ints,
        runs: Sequence[tuple[int, int]],
    ) -> Iterator[list[Vote]]:
        """Yield the votes of one place after the other, each in its turn.

        They are made as needed: a million would fill the memory.
        """
        arrays, at_their_word = self.arrays, self.rule.takes_claims_at_their_word
        interest = arrays.interest[row]
        uncorroborated_hold = arrays.party_holds_on[row] & ~findings.corroborated & (not at_their_word)
        counts = [interest == _INDEPENDENT, interest == _AGAINST_INTEREST, np.full(len(row), at_their_word)]
        qualifying_reason = np.select(
            [*counts, findings.corroborated],
            [CODE_OF[name] for name in QUALIFYING_REASONS[:-1]],
            CODE_OF[QUALIFYING_REASONS[-1]],
        )
        names = np.array([*arrays.statuses, ""], dtype=object)  # the last one for the code -1
        # The fields of Vote up to `qualifying_reason`, in their order.
        columns = [
            counting.day,
            votes.window,
            votes.published,
            arrays.nearness[row],
            arrays.grade[row],
            strength,
            names[votes.asserts],
            names[arrays.left[row]],
            names[arrays.gainer[row]],
            names[votes.side],
            votes.origin,
            votes.changes_hands & ~counting.as_held,
            findings.supported,
            findings.repeated,
            votes.strong,
            findings.proven,
            findings.contradicted,
            findings.effective,
            counting.overruled,
            uncorroborated_hold,
            np.array(REASONS, dtype=object)[qualifying_reason],
        ]
        columns = [column[in_turn].tolist() for column in columns]
        for begin, end in runs:
            yield list(map(Vote, *(column[begin:end] for column in columns)))

    def _because_of(self, row: Ints, reason: Ints, voting: Ints, findings: Findings) -> tuple[np.ndarray, Ints]:
        """Return the first reports on which a verdict of `corroborated` or `contradicted` rests, and how many."""
        because, count = np.full(len(row), None, dtype=object), np.zeros(len(row), dtype=np.int64)
        because[:] = [()] * len(row)
        relations: dict[Reason, Relation] = {
            Reason.CORROBORATED: findings.corroborators,
            Reason.CONTRADICTED: findings.contradictors,
        }
        for name, relation in relations.items() if self._lists_reports else ():
            given = reason[voting] == CODE_OF[name]
            if given.any():
                count[voting[given]] = relation.count()[given]
            for alike, others in relation.list_first(given, LIMITS.listed_reports):
                listed = tuple(self.arrays.report_ids[row[voting[others]]])
                for each in voting[alike].tolist():
                    because[each] = listed
        return because, count


def _carry_forward(state: Ints, voted_on: Ints, voted: Ints, place: Ints, day: Ints) -> Ints:
    """Return the state of each place at the end of a day, whether one voted that day or not: that of the last vote.

    `voted_on` and `voted` are the place and day of each vote, in order; `state` has a row for each, -1 for none.
    """
    first = min(day.min(initial=FOREVER), voted.min(initial=FOREVER))
    stride = max(day.max(initial=0), voted.max(initial=0)) - first + 1
    last = np.searchsorted(voted_on * stride + voted - first, place * stride + day - first, side="right")
    nothing = np.full((1, state.shape[1]), NO_CODE)
    found = np.concatenate([nothing, state])[last]
    is_same_place = np.concatenate([[NO_CODE], voted_on])[last] == place
    return np.where(is_same_place[:, np.newaxis], found, NO_CODE)


def _join_ranges(begin: Ints, count: Ints) -> Ints:
    """Return the numbers from each begin on, so many as its count says, one range after the other."""
    return np.repeat(begin - (np.cumsum(count) - count), count) + np.arange(count.sum())
