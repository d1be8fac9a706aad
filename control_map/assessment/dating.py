"""Who came after a party that left, and from which day a report counts that is dated only to a week or a month.

Both depend on the other reports on the place, and are found for all reports at once.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from control_map.assessment.corroboration import Votes
from control_map.core.arrays import NO_CODE, Flags, Ints

DAYS_BEFORE_LEAVING, DAYS_AFTER_LEAVING = 3, 7
"""How long before and after a party left another one can be said to have taken the place, to be its successor."""
_NEVER = 2**62


def find_successors(votes: Votes, ends: Mapping[int, int]) -> Ints:
    """Find for each report that a party left the party that came after it.

    It is the other party that is said to hold or to have taken the place on the nearest day, from
    `DAYS_BEFORE_LEAVING`, counted from the first day on which it can have left, to `DAYS_AFTER_LEAVING`; -1 if nobody
    is, or if two parties are on days equally near, and for all other reports. `ends` has the day from which each party
    no longer exists, one far off if it does not end, by its code among what is asserted.
    """
    leaving = np.flatnonzero(votes.left != NO_CODE)
    found = np.full(len(votes.day), NO_CODE)
    nearest = np.full(len(leaving), _NEVER)
    for party, end in ends.items() if len(leaving) else ():
        named = np.flatnonzero(votes.asserts == party)
        named = _in_order(votes.place, votes.day, named)
        days_after = _first_day(votes.place, votes.day, named, leaving) - votes.day[leaving]
        days_before = votes.day[leaving] - _last_day(votes.place, votes.day, named, leaving)
        distance = np.minimum(
            np.where(days_after <= DAYS_AFTER_LEAVING, days_after, _NEVER),
            np.where(days_before <= DAYS_BEFORE_LEAVING + votes.window[leaving], days_before, _NEVER),
        )
        distance[(votes.left[leaving] == party) | (votes.day[leaving] >= end)] = _NEVER
        found[leaving[(distance == nearest) & (distance < _NEVER)]] = NO_CODE
        found[leaving[distance < nearest]] = party
        nearest = np.minimum(nearest, distance)
    return found


class Counting(NamedTuple):
    """From which day each vote counts, counted from 1 January 1970.

    `as_held` says which count only as a word on who holds the place; what is `overruled` never counts.
    """

    day: Ints
    as_held: Flags
    overruled: Flags


def date_votes(votes: Votes, stories: Ints, standing: Flags, changes: Flags, strength: Ints) -> Counting:
    """Say from which day each vote counts.

    A vote dated to the day counts from it. One dated to a week or a month counts from the last day on which its event
    can have happened, but for two cases. A change of hands in its story that is dated to the day, at most a week or a
    month later and none before, is the same event with its true day: the vote counts from that. And it counts only
    from its publication, as a word on who holds the place, if of the votes dated to the day that are at least as strong
    the last one up to its event falls into its week or month and says otherwise. It does not set the status at all if
    one such vote of a day between its event and its publication says so as well, or if it was published so late that it
    looks back.

    `stories` are those of `corroboration.Findings`; `standing` says which votes can set a status, and `changes` which
    say that the place itself changed hands. Of two votes the one with the smaller `strength` is the stronger.
    """
    vague, exact = np.flatnonzero(votes.window > 0), np.flatnonzero((votes.window == 0) & standing)
    day, as_held, overruled = votes.day.copy(), *(np.zeros(len(votes.day), dtype=bool) for _ in range(2))
    if len(vague) and len(exact):
        event, window = votes.day[vague], votes.window[vague]
        of_stories, of_places = (_in_order(group, votes.day, exact) for group in (stories, votes.place))
        true_day = _first_day(stories, votes.day, of_stories[changes[of_stories]], vague)
        is_later = true_day <= event + window
        is_later &= event - _last_day(stories, votes.day, of_stories, vague) > window
        day[vague[is_later]] = true_day[is_later]

        heard = np.maximum(votes.published, votes.day)
        for level in np.unique(strength[vague]):
            of_level = vague[(strength[vague] == level) & ~is_later]
            as_strong = of_places[strength[of_places] <= level]
            before = _last_of(votes.place, votes.day, as_strong, of_level, votes.day)
            opposed = (before >= 0) & (votes.asserts[before] != votes.asserts[of_level])
            opposed &= votes.day[before] >= votes.day[of_level] - votes.window[of_level]
            latest = _last_of(votes.place, votes.day, as_strong, of_level, heard)
            undone = (latest != before) & (votes.asserts[latest] != votes.asserts[of_level])
            undone |= heard[of_level] > votes.day[of_level] + votes.window[of_level]
            overruled[of_level[opposed & undone]] = True
            restated = of_level[opposed & ~undone]
            as_held[restated], day[restated] = True, heard[restated]
    return Counting(day, as_held, overruled)


def _first_day(group: Ints, day: Ints, order: Ints, asking: Ints) -> Ints:
    """Return the first day after each asking vote on which one of its group is among these; if none is, one far off."""
    position = _find(group, day, order, asking, day)
    found = order[np.minimum(position, len(order) - 1)] if len(order) else asking
    alike = (position < len(order)) & (group[found] == group[asking])
    return np.where(alike, day[found], _NEVER)


def _last_day(group: Ints, day: Ints, order: Ints, asking: Ints) -> Ints:
    """Return the last day up to each asking vote on which one of its group is among these; if none is, one far off."""
    last = _last_of(group, day, order, asking, day)
    return np.where(last >= 0, day[last], -_NEVER)


def _last_of(group: Ints, day: Ints, order: Ints, asking: Ints, until: Ints) -> Ints:
    """Return for each asking vote the last one of its group among these up to its day in `until`, -1 for none."""
    position = _find(group, day, order, asking, until)
    found = order[position - 1] if len(order) else asking
    alike = (position > 0) & (group[found] == group[asking])
    return np.where(alike, found, NO_CODE)


def _in_order(group: Ints, day: Ints, among: Ints) -> Ints:
    """Return votes by group and then by day; what is taken from them stays in this order."""
    return among[np.lexsort((day[among], group[among]))]


def _find(group: Ints, day: Ints, order: Ints, asking: Ints, until: Ints) -> Ints:
    """Return how many votes come up to the day of each asking vote in its group; they are given as by `_in_order`."""
    first = min(day.min(initial=0), until.min(initial=0))
    stride = max(day.max(initial=0), until.max(initial=0)) - first + 1
    keys, asked = group[order] * stride + day[order] - first, group[asking] * stride + until[asking] - first
    position: Ints = np.searchsorted(keys, asked, side="right")
    return position
