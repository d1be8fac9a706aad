"""How reports relate to each other: which claims others support, which they contradict, which stand unopposed.

The reports near each other are counted by sorting, never pair by pair. So the work grows with the number of reports,
also where thousands are on one place and day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from control_map.core.arrays import NO_CODE, Flags, Ints, run_bounds
from control_map.core.rules import Rule


class Votes(NamedTuple):
    """The reports that vote, as arrays of one length, by place, then event, then publication.

    `place`, `asserts`, `left`, `side` and `origin` are numbers that stand for names; `day` and `published` count days
    from 1 January 1970. `window` is by how many days the event may be older. `left` is the party that left according
    to the report, -1 if it says no such thing. `strong` reports need no support; `can_be_corroborated` are those that
    others may corroborate, and `can_harden` those of them that time alone may make effective; `baseline` are those of
    events before the period.
    """

    place: Ints
    day: Ints
    published: Ints
    window: Ints
    asserts: Ints
    left: Ints
    side: Ints
    origin: Ints
    changes_hands: Flags
    baseline: Flags
    strong: Flags
    can_be_corroborated: Flags
    can_harden: Flags


class Reach(NamedTuple):
    """The votes among which others are sought, and how many days before and after a vote they may be dated."""

    among: Flags
    before: int
    after: int


@dataclass(frozen=True, eq=False)
class Relation:
    """Which votes support, or contradict, each of some votes: those of other sides that differ in one respect more.

    Only votes of one `group` relate to each other. `asking` says which votes can have others at all. `aspect` is what
    differs beside the side: the origin of those that support, the assertion of those that contradict. All of the
    `reaches` count, and no vote is among two of them.
    """

    votes: Votes
    group: Ints
    aspect: Ints
    asking: Flags
    reaches: tuple[Reach, ...]

    def count(self) -> Ints:
        """Count for each vote the others that relate to it."""
        group, aspect, side = self.group, self.aspect, self.votes.side
        total = np.zeros(len(group), dtype=np.int64)
        for reach in self.reaches:
            total[self.asking] += self._count_near(group, reach) + self._count_near(_number(group, aspect, side), reach)
            total[self.asking] -= self._count_near(_number(group, aspect), reach)
            total[self.asking] -= self._count_near(_number(group, side), reach)
        return total

    def _count_near(self, group: Ints, reach: Reach) -> Ints:
        """Count for each asking vote the others of its group that are in reach."""
        when = _moments(group, self.votes.day, reach.before + reach.after)
        others, asked = np.sort(when[reach.among]), when[self.asking]
        return np.searchsorted(others, asked + reach.after, "right") - np.searchsorted(others, asked - reach.before)

    def list_first(self, wanted: Flags, most: int) -> Iterator[tuple[Ints, Ints]]:
        """Yield the wanted votes, those together to which the same others relate, with the first few of these others.

        A vote to which no other relates is left out.
        """
        votes = np.flatnonzero(wanted & self.asking)
        alike = _number(self.group, self.aspect, self.votes.side, self.votes.day)[votes]
        votes = votes[np.argsort(alike)]
        kinds = [votes[begin:end] for begin, end in run_bounds(np.sort(alike))]
        askers = np.array([kind[0] for kind in kinds], dtype=np.int64)
        found = [pairs for reach in self.reaches for pairs in self._pair_with_first(askers, reach, most)]
        kind, other = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.lexsort((other, kind))
        for begin, end in run_bounds(kind[order]):
            yield kinds[kind[order[begin]]], other[order[begin : min(end, begin + most)]]

    def _pair_with_first(self, askers: Ints, reach: Reach, most: int) -> Iterator[tuple[Ints, Ints]]:
        """Yield pairs of a position among the askers and the vote that is one of the first others of a side."""
        when, side = _moments(self.group, self.votes.day, reach.before + reach.after), self.votes.side
        yield np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        among = np.flatnonzero(reach.among)
        among = among[np.lexsort((when[among], side[among]))]
        for first, last in run_bounds(side[among]):
            others = among[first:last]
            aspects, bounds = self.aspect[others], run_bounds(self.aspect[others])
            other_aspect = np.repeat([end for _, end in bounds], [end - begin for begin, end in bounds])
            number = np.flatnonzero(side[askers] != side[others[0]])
            at = np.searchsorted(when[others], when[askers[number]] - reach.before)
            until = np.searchsorted(when[others], when[askers[number]] + reach.after, "right")
            for _ in range(most):
                inside = at < until
                number, at, until = number[inside], at[inside], until[inside]
                at = np.where(aspects[at] == self.aspect[askers[number]], other_aspect[at], at)
                inside = at < until
                number, at, until = number[inside], at[inside], until[inside]
                yield number, others[at]
                at = at + 1


class Findings(NamedTuple):
    """How the other votes relate to each vote, and which of them corroborate and contradict it.

    Reports that assert the same of a place are one of the `stories`, unless one that says otherwise, with weight, or
    that the place changed hands, lies between them. `repeated` are those that a second origin makes as well, in
    whosever interest. `proven` are those that are strong or corroborated; `effective` can set a status.
    """

    stories: Ints
    supported: Flags
    repeated: Flags
    corroborated: Flags
    proven: Flags
    contradicted: Flags
    hardened: Flags
    effective: Flags
    corroborators: Relation
    contradictors: Relation


def find_corroboration(votes: Votes, rule: Rule, horizon: Ints) -> Findings:
    """Find which votes are supported, corroborated, contradicted, or stood for some days without contradiction.

    Parameters
    ----------
    votes, rule
        The votes, and the rule with its corroboration window, minimum of origins, and days of hardening.
    horizon
        The day up to which anything is known of each vote's place, counted from 1 January 1970.
    """
    alike = _number(votes.place, votes.asserts)
    corroborated = _corroborators(votes, rule, alike).count() > 0
    # A supported report that says otherwise can stand between two reports that agree: then those are two stories.
    # For what corroborates a claim, a bare claim that the place changed hands is enough.
    weighty, supported = votes.strong | corroborated, np.ones(len(votes.day), dtype=bool)
    if rule.minimum_origins > 1:
        weighty &= _is_supported(votes, rule, alike, rule.minimum_origins)
        supported = _is_supported(votes, rule, _number(alike, _count_contrary(votes, weighty)), rule.minimum_origins)
    separating = (weighty | votes.changes_hands) & (votes.left == NO_CODE)
    stories = _number(alike, _count_contrary(votes, separating))
    repeated = _is_supported(votes, rule, stories, 2)
    corroborators = _corroborators(votes, rule, stories)
    corroborated = corroborators.count() > 0
    proven = votes.strong | corroborated
    contradictors = _contradictors(votes, rule, proven)
    contradicted = contradictors.count() > 0
    waited = np.maximum(votes.day, votes.published) + rule.hardening_days <= horizon
    hardened = votes.can_harden & ~proven & waited & ~contradicted & ~votes.baseline & (rule.hardening_days > 0)
    return Findings(
        stories=stories,
        supported=supported,
        repeated=repeated,
        corroborated=corroborated,
        proven=proven,
        contradicted=contradicted,
        hardened=hardened,
        effective=supported & (proven | hardened),
        corroborators=corroborators,
        contradictors=contradictors,
    )


def _corroborators(votes: Votes, rule: Rule, stories: Ints) -> Relation:
    """Find the strong votes of other sides and origins that assert the same about the same time."""
    window = rule.corroboration_days
    return Relation(votes, stories, votes.origin, votes.can_be_corroborated, (Reach(votes.strong, window, window),))


def _contradictors(votes: Votes, rule: Rule, proven: Flags) -> Relation:
    """Find the votes of other sides against each unproven claim: those of the days after, and unproven ones before."""
    # Under a rule without hardening, too, it is known what is contradicted. That a party left contradicts no other one.
    days, says_who = rule.hardening_days or rule.corroboration_days, votes.left == NO_CODE
    reaches = (Reach(proven & says_who, 0, days), Reach(~proven & says_who, days, days))
    return Relation(votes, votes.place, votes.asserts, ~proven, reaches)


def _is_supported(votes: Votes, rule: Rule, stories: Ints, least: int) -> Flags:
    """Say which votes at least so many origins share; each is in a story that others can support."""
    # An origin supports what is dated near one of its reports: over a span of days, if several are near each other.
    window, origins = rule.corroboration_days, _number(stories, votes.origin)
    order = np.argsort(origins, kind="stable")
    apart = (np.diff(origins[order]) != 0) | (np.diff(votes.day[order]) > 2 * window)
    begins = np.concatenate([np.ones(1, dtype=bool), apart])[: len(order)]
    ends = np.concatenate([apart, np.ones(1, dtype=bool)])[: len(order)]
    when = _moments(stories, votes.day, window)
    begun = np.searchsorted(np.sort(when[order[begins]] - window), when, "right")
    ended = np.searchsorted(np.sort(when[order[ends]] + window), when)
    supported: Flags = begun - ended >= least
    return supported


def _count_contrary(votes: Votes, weighty: Flags) -> Ints:
    """Count for each vote the weighty votes of something else up to the end of its day, but for a constant.

    The constant is the same for all votes on one place that assert the same: a weighty vote of something else is dated
    between two of them if their counts differ.
    """
    changes = np.flatnonzero((np.diff(votes.place) != 0) | (np.diff(votes.day) != 0)) + 1
    day_ends = np.repeat([*changes, len(votes.day)], np.diff([0, *changes, len(votes.day)]))
    numbers = np.arange(len(votes.day))
    stride = len(votes.day) + 1
    alike = np.sort((votes.asserts * stride + numbers)[weighty])
    same = np.searchsorted(alike, votes.asserts * stride + day_ends)
    count: Ints = np.append(0, np.cumsum(weighty))[day_ends] - same
    return count


def _number(*columns: Ints) -> Ints:
    """Give each combination of values a number: rows that are equal in all columns have the same."""
    numbers = columns[0]
    for column in columns[1:]:
        low = column.min(initial=0)
        numbers = pd.factorize(numbers * (column.max(initial=0) - low + 1) + column)[0]
    return numbers


def _moments(group: Ints, day: Ints, gap: int) -> Ints:
    """Put the days of all groups on one axis, with a gap between the last day of a group and the first of the next."""
    first, last = day.min(initial=0), day.max(initial=0)
    moments: Ints = group * (last - first + gap + 1) + day
    return moments
