"""The reports on one place are weighed day by day: which one sets the status, and which confirm it, deny it or wait.

This is plain Python over plain values, because what a report does depends on the status before it.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Literal

from control_map.core.model import CONTESTED, Reason, Role
from control_map.core.rules import Rule

FOREVER = 2**31
"""A day after all others."""


@dataclass(slots=True, eq=False)
class Vote:
    """One report that votes on one place, with what the other reports make of it.

    Days are counted from 1 January 1970. `window` is by how many days the event may be older, `nearness` how near to
    the place the report speaks, 0 the nearest. `proven`: it is not self-serving, or others corroborate it. `effective`:
    it can set a status. `uncorroborated_hold`: a party says that it still holds the place, and no one else reports it.
    `barred`: such a statement against a verified loss. `changes_hands`, `supported`, `strong` and `contradicted` are
    those of the assertions, of `corroboration.Votes` and of `Findings`. `qualifying_reason` is why it counts, if it
    does.
    """

    day: int
    window: int
    published: int
    nearness: int
    asserts: str
    side: str
    changes_hands: bool
    supported: bool
    strong: bool
    proven: bool
    contradicted: bool
    effective: bool
    uncorroborated_hold: bool
    qualifying_reason: Reason
    barred: bool = False
    role: Role | Literal[""] = ""
    reason: Reason | Literal[""] = ""

    def assign_role(self, role: Role, reason: Reason) -> None:
        """Set what the report does, and why."""
        self.role, self.reason = role, reason


class PlaceAdjudication:
    """The reports on one place, weighed under a rule day by day."""

    def __init__(self, rule: Rule, opponents: dict[str, frozenset[str]]) -> None:
        self._rule = rule
        self._opponents = opponents
        self._status = ""
        self._verified = False
        self._last_strong_day = -FOREVER
        self._last_day_dated = -FOREVER
        self._unverified: deque[Vote] = deque()
        self._losers: frozenset[str] = frozenset()
        self._set_by_claims_on = -FOREVER

    def settle_all(self, votes: Iterable[Vote]) -> list[str]:
        """Give every vote its role; they come in order of days. Return for each the status at the end of its day."""
        statuses: list[str] = []
        for _, of_day in groupby(votes, key=attrgetter("day")):
            group = list(of_day)
            self._settle_day(group)
            statuses += [self._status] * len(group)
        return statuses

    def _settle_day(self, group: list[Vote]) -> None:
        effective = []
        for vote in group:
            if vote.effective:
                if vote.window and self._is_inside_window(vote):
                    vote.assign_role(Role.OUTWEIGHED, Reason.INSIDE_WINDOW)
                else:
                    effective.append(vote)
        firm = [vote for vote in effective if not vote.uncorroborated_hold]
        status = _prevailing(firm)[0] if firm else self._status
        # Against a verified loss, the loser's statement that it still holds the place neither counts nor hardens.
        for vote in group:
            verified = bool(firm) or self._verified
            vote.barred = vote.uncorroborated_hold and verified and status in self._opponents.get(vote.side, ())
        pool = [vote for vote in effective if not vote.barred]
        if pool:
            self._decide(pool)
        for vote in group:
            if not vote.role:
                self._settle_weak(vote)

    def _is_inside_window(self, vote: Vote) -> bool:
        return vote.asserts != self._status and self._last_day_dated >= vote.day - vote.window

    def _decide(self, pool: list[Vote]) -> None:
        """Let the effective reports of one day set the status or confirm it."""
        status, deciding = _prevailing(pool)
        equal = len(deciding) > 1 and any(vote.asserts != deciding[0].asserts for vote in deciding)
        changed = status != self._status
        if changed:
            self._losers = frozenset({self._status} & self._opponents.get(status, frozenset()))
        if any(vote.changes_hands and vote.asserts == status for vote in pool):
            self._losers |= self._opponents.get(status, frozenset())
        agreeing = deciding if equal else [vote for vote in pool if vote.asserts == status]
        if len(agreeing) > 1:
            agreeing = sorted(agreeing, key=_precedence)
        for rank, vote in enumerate(agreeing):
            sets = changed and (equal or rank == 0)
            vote.assign_role(
                Role.SETS if sets else Role.CONFIRMS, Reason.EQUAL_STRENGTH if equal else vote.qualifying_reason
            )
        for vote in pool:
            if not vote.role:
                vote.assign_role(Role.OUTWEIGHED, _why_outweighed(vote, deciding[0]))
        proven = any(vote.proven for vote in agreeing)
        self._verified = proven or (self._verified and not changed)
        self._status = status
        if proven:
            self._last_strong_day = agreeing[0].day
        if changed:
            self._last_day_dated = -FOREVER
        if any(vote.window == 0 for vote in agreeing):
            self._last_day_dated = agreeing[0].day

    def _settle_weak(self, vote: Vote) -> None:
        """Settle a report that cannot set a status by itself."""
        if vote.asserts == self._status:
            vote.assign_role(Role.CONFIRMS, Reason.AGREES)
        elif vote.barred and vote.side in self._losers:
            vote.assign_role(Role.CONTRADICTS, Reason.DENIAL)
        elif not vote.supported:
            vote.assign_role(Role.PENDING, Reason.AWAITS_ORIGINS)
        elif opposed := self._opposed_to(vote):
            today = [vote, *(other for other in opposed if other.day == vote.day)]
            role = Role.SETS if self._status != CONTESTED or self._set_by_claims_on == vote.day else Role.PENDING
            for other in today:
                other.assign_role(role, Reason.OPPOSED_CLAIMS)
            if self._status != CONTESTED:
                self._set_by_claims_on = vote.day
            self._status, self._verified, self._losers = CONTESTED, False, frozenset()
        else:
            vote.assign_role(Role.PENDING, Reason.CONTRADICTED if vote.contradicted else Reason.AWAITS_CORROBORATION)
        if vote.role is Role.PENDING or vote.reason is Reason.OPPOSED_CLAIMS:
            self._unverified.append(vote)

    def _opposed_to(self, claim: Vote) -> list[Vote]:
        """Return the earlier unverified claims against a claim, after which nothing stronger was reported."""
        while self._unverified and claim.day - self._unverified[0].day > self._rule.corroboration_days:
            self._unverified.popleft()
        return [
            earlier
            for earlier in self._unverified
            if earlier.asserts != claim.asserts and earlier.side != claim.side and self._last_strong_day < earlier.day
        ]


def _precedence(vote: Vote) -> tuple[int, int, bool, int]:
    """Return the sort key of reports that agree: the first one sets the status."""
    return (vote.nearness, vote.window, not vote.strong, vote.published)


def _why_outweighed(vote: Vote, decider: Vote) -> Reason:
    if vote.window and not decider.window:
        return Reason.INSIDE_WINDOW
    if vote.nearness > decider.nearness:
        return Reason.NEARER_REPORT
    return Reason.LATER_PUBLICATION if vote.published < decider.published else Reason.OVERTAKEN


def _prevailing(pool: list[Vote]) -> tuple[str, list[Vote]]:
    """Return the status that the effective reports of one event day give, and the reports that decide it.

    A report dated to the day goes before one dated to a week or month, one on the place before one on its surroundings,
    a later publication before an earlier one. Of one day of publication, a change of hands goes before the fight for
    the place, which came first. If the reports still disagree, the place is contested.
    """
    if len(pool) == 1:
        return pool[0].asserts, pool
    exact = [vote for vote in pool if vote.window == 0] or pool
    nearest = min(vote.nearness for vote in exact)
    near = [vote for vote in exact if vote.nearness == nearest]
    last = max(vote.published for vote in near)
    deciding = [vote for vote in near if vote.published == last]
    held = [vote for vote in deciding if vote.asserts != CONTESTED]
    if len({vote.asserts for vote in held}) == 1 and any(vote.changes_hands for vote in held):
        deciding = held
    asserted = {vote.asserts for vote in deciding}
    return (asserted.pop() if len(asserted) == 1 else CONTESTED), deciding
