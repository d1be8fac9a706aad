"""How reports relate to each other: which claims others support, which they contradict, which stand unopposed.

The work is done by joins over windows of days, as arrays. A claim's neighbours are the reports on the same place that
are dated near it.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from control_map.core.arrays import Flags, Ints
from control_map.core.rules import Rule

_BLOCK = 2_000_000
"""Pairs handled at a time: some dozens of megabytes, however many reports one place has in a week."""


class Votes(NamedTuple):
    """The reports that vote, as arrays of one length, by place, then event, then publication.

    `place`, `asserts`, `side` and `origin` are numbers that stand for names; `day` and `published` count days from
    1 January 1970. `strong` reports need no support; `can_be_corroborated` are those that others may corroborate.
    """

    place: Ints
    day: Ints
    published: Ints
    asserts: Ints
    side: Ints
    origin: Ints
    strong: Flags
    can_be_corroborated: Flags


class Pairs(NamedTuple):
    """Pairs of reports: the positions of reports, ascending, and those of others that support or contradict them."""

    of: Ints
    by: Ints

    def flags_of(self, length: int) -> Flags:
        """Say of each position whether it has a pair."""
        flags = np.zeros(length, dtype=bool)
        flags[self.of] = True
        return flags


class Findings(NamedTuple):
    """How the other votes relate to each vote, and which of them corroborate and contradict it."""

    supported: Flags
    corroborated: Flags
    contradicted: Flags
    hardened: Flags
    corroborators: Pairs
    contradictors: Pairs


def find_corroboration(votes: Votes, rule: Rule, horizon: Ints) -> Findings:
    """Find which votes are supported, corroborated, contradicted, or stood for some days without contradiction.

    Parameters
    ----------
    votes, rule
        The votes, and the rule with its corroboration window, minimum of origins, and days of hardening.
    horizon
        The day up to which anything is known of each vote's place, counted from 1 January 1970.
    """
    size = len(votes.day)
    supported, backing = _find_support(votes, rule)
    # A supported report that says otherwise can stand between two reports that agree: then those are two stories.
    weighty = supported & (votes.strong | backing.flags_of(size))
    supported, backing = _find_support(votes, rule, weighty)
    corroborated = backing.flags_of(size)
    # Under a rule without hardening, too, it is known what is contradicted.
    patience = rule.hardening_days or rule.corroboration_days
    opposing = _find_contradiction(votes, patience, votes.strong | corroborated)
    contradicted = opposing.flags_of(size)
    waited = np.maximum(votes.day, votes.published) + rule.hardening_days <= horizon
    weak = ~votes.strong & ~corroborated
    hardened = weak & waited & ~contradicted & (rule.hardening_days > 0)
    return Findings(supported, corroborated, contradicted, hardened, backing, opposing)


def _find_support(votes: Votes, rule: Rule, weighty: Flags | None = None) -> tuple[Flags, Pairs]:
    """Return which votes enough origins share, and which votes corroborate which.

    Two votes between which a `weighty` one asserts something else do not support each other.
    """
    size, origins = len(votes.day), int(votes.origin.max(initial=0)) + 1
    sharing = np.zeros(size, dtype=np.int64)
    backing = []
    for one, other in _neighbours(votes, rule.corroboration_days):
        same = votes.asserts[one] == votes.asserts[other]
        one, other = one[same], other[same]  # noqa: PLW2901 - narrowed step by step
        if weighty is not None:
            together = ~_separated(votes, weighty, one, other)
            one, other = one[together], other[together]  # noqa: PLW2901
        if rule.minimum_origins > 1:
            shared = np.sort(one * origins + votes.origin[other])  # many times as fast as np.unique, which hashes
            different = np.diff(shared, prepend=-1) != 0
            sharing += np.bincount(shared[different] // origins, minlength=size)
        backs = votes.can_be_corroborated[one] & votes.strong[other]
        backs &= (votes.origin[one] != votes.origin[other]) & (votes.side[one] != votes.side[other])
        backing.append((one[backs], other[backs]))
    return (sharing >= rule.minimum_origins) | (rule.minimum_origins <= 1), _join_pairs(backing)


def _find_contradiction(votes: Votes, days: int, proven: Flags) -> Pairs:
    """Return the votes of other sides against an unproven claim: those of the days after, and unproven ones before."""
    opposing = []
    for one, other in _neighbours(votes, days):
        against = (votes.asserts[one] != votes.asserts[other]) & (votes.side[one] != votes.side[other])
        against &= ~proven[one] & ((votes.day[other] >= votes.day[one]) | ~proven[other])
        opposing.append((one[against], other[against]))
    return _join_pairs(opposing)


def _neighbours(votes: Votes, days: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield, block by block, the pairs of votes on one place that are dated up to so many days apart, each with itself.

    The first of a pair ascends, and all its pairs are in one block.
    """
    if not len(votes.day):
        return
    first = votes.day.min()
    when = votes.place * (votes.day.max() - first + days + 1) + (votes.day - first)
    begins, ends = np.searchsorted(when, when - days), np.searchsorted(when, when + days, side="right")
    counts = ends - begins
    done = np.concatenate([[0], counts.cumsum()])
    start = 0
    while start < len(when):
        stop = max(start + 1, int(np.searchsorted(done, done[start] + _BLOCK, side="right")) - 1)
        here = counts[start:stop]
        one = np.repeat(np.arange(start, stop), here)
        yield one, np.arange(len(one)) + np.repeat(begins[start:stop] - (done[start:stop] - done[start]), here)
        start = stop


def _separated(votes: Votes, weighty: Flags, one: Ints, other: Ints) -> Flags:
    """Say of each pair that asserts the same whether a weighty vote of something else is dated between the two."""
    changes = np.flatnonzero((np.diff(votes.place) != 0) | (np.diff(votes.day) != 0)) + 1
    day_ends = np.repeat([*changes, len(votes.day)], np.diff([0, *changes, len(votes.day)]))
    begin, end = day_ends[np.minimum(one, other)], day_ends[np.maximum(one, other)]
    kinds = int(votes.asserts.max(initial=0)) + 1
    otherwise = np.zeros((kinds, len(votes.day) + 1), dtype=np.int64)
    for kind in range(kinds):
        otherwise[kind, 1:] = np.cumsum(weighty & (votes.asserts != kind))
    asserted = votes.asserts[one]
    separated: Flags = otherwise[asserted, end] > otherwise[asserted, begin]
    return separated


def _join_pairs(pairs: list[tuple[Ints, Ints]]) -> Pairs:
    if not pairs:
        return Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    return Pairs(*(np.concatenate(part) for part in zip(*pairs, strict=True)))
