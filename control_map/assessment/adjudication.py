"""One place's reports are weighed, day by day: who sets the status, who confirms, denies or waits.

Pure Python over plain values, because what a report does depends on what stood before it.
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
    """One report that votes on one place, with what the others make of it.

    Days are counted from 1 January 1970. `window` is by how many days the event may be older, `nearness` how far from
    the place the report speaks, 0 the nearest. `proven`: it is not self-serving, or others corroborate it;
    `effective`: it can set a status; `uncorroborated_hold`: a party says of itself that it holds on, and nobody else says so;
    `barred`: such a word against a loss that is verified. `changes_hands`, `supported`, `strong` and `contradicted` are
    those of the bearings, `corroboration.Votes` and `Findings`. `qualifying_reason` is why it counts, if it does.
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
        """Settle what the report does."""
        self.role, self.reason = role, reason


class PlaceAdjudication:
    """The weighing of one place's reports, day by day."""

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

    def settle_all(self, items: Iterable[Vote]) -> list[str]:
        """Settle all items, which are in order; return for each the status at the end of its day."""
        statuses: list[str] = []
        for _, day in groupby(items, key=_day):
            group = list(day)
            self._settle_day(group)
            statuses += [self._status] * len(group)
        return statuses

    def _settle_day(self, group: list[Vote]) -> None:
        effective = []
        for item in group:
            if item.effective:
                if item.window and self._is_inside_window(item):
                    item.assign_role(Role.OUTWEIGHED, Reason.INSIDE_WINDOW)
                else:
                    effective.append(item)
        firm = [item for item in effective if not item.uncorroborated_hold]
        status = _prevailing(firm)[0] if firm else self._status
        # Against a verified loss, the loser's word that it holds on neither counts nor hardens.
        for item in group:
            verified = bool(firm) or self._verified
            item.barred = item.uncorroborated_hold and verified and status in self._opponents.get(item.side, ())
        pool = [item for item in effective if not item.barred]
        if pool:
            self._decide(pool)
        for item in group:
            if not item.role:
                self._settle_weak(item)

    def _is_inside_window(self, item: Vote) -> bool:
        return item.asserts != self._status and self._last_day_dated >= item.day - item.window

    def _decide(self, pool: list[Vote]) -> None:
        """Let the effective reports of one day set or confirm the status."""
        status, deciding = _prevailing(pool)
        equal = len(deciding) > 1 and any(item.asserts != deciding[0].asserts for item in deciding)
        changed = status != self._status
        if changed:
            self._losers = frozenset({self._status} & self._opponents.get(status, frozenset()))
        if any(item.changes_hands and item.asserts == status for item in pool):
            self._losers |= self._opponents.get(status, frozenset())
        agreeing = deciding if equal else [item for item in pool if item.asserts == status]
        if len(agreeing) > 1:
            agreeing = sorted(agreeing, key=_precedence)
        for place, item in enumerate(agreeing):
            sets = changed and (equal or place == 0)
            item.assign_role(
                Role.SETS if sets else Role.CONFIRMS, Reason.EQUAL_STRENGTH if equal else item.qualifying_reason
            )
        for item in pool:
            if not item.role:
                item.assign_role(Role.OUTWEIGHED, _why_outweighed(item, deciding[0]))
        proven = any(item.proven for item in agreeing)
        self._verified = proven or (self._verified and not changed)
        self._status = status
        if proven:
            self._last_strong_day = agreeing[0].day
        if changed:
            self._last_day_dated = -FOREVER
        if any(item.window == 0 for item in agreeing):
            self._last_day_dated = agreeing[0].day

    def _settle_weak(self, item: Vote) -> None:
        """Settle a report that cannot set a status by itself."""
        if item.asserts == self._status:
            item.assign_role(Role.CONFIRMS, Reason.AGREES)
        elif item.barred and item.side in self._losers:
            item.assign_role(Role.CONTRADICTS, Reason.DENIAL)
        elif not item.supported:
            item.assign_role(Role.PENDING, Reason.AWAITS_ORIGINS)
        elif opposed := self._opposed_to(item):
            today = [item, *(other for other in opposed if other.day == item.day)]
            role = Role.SETS if self._status != CONTESTED or self._set_by_claims_on == item.day else Role.PENDING
            for other in today:
                other.assign_role(role, Reason.OPPOSED_CLAIMS)
            if self._status != CONTESTED:
                self._set_by_claims_on = item.day
            self._status, self._verified, self._losers = CONTESTED, False, frozenset()
        else:
            item.assign_role(Role.PENDING, Reason.CONTRADICTED if item.contradicted else Reason.AWAITS_CORROBORATION)
        if item.role is Role.PENDING or item.reason is Reason.OPPOSED_CLAIMS:
            self._unverified.append(item)

    def _opposed_to(self, claim: Vote) -> list[Vote]:
        """Return the unverified claims that stand against one, and than which nothing stronger has come since."""
        while self._unverified and claim.day - self._unverified[0].day > self._rule.corroboration_days:
            self._unverified.popleft()
        return [
            earlier
            for earlier in self._unverified
            if earlier.asserts != claim.asserts and earlier.side != claim.side and self._last_strong_day < earlier.day
        ]


_day = attrgetter("day")


def _precedence(item: Vote) -> tuple[int, int, bool, int]:
    """Order those that agree: the one that comes first sets the status."""
    return (item.nearness, item.window, not item.strong, item.published)


def _why_outweighed(item: Vote, decider: Vote) -> Reason:
    if item.window and not decider.window:
        return Reason.INSIDE_WINDOW
    if item.nearness > decider.nearness:
        return Reason.NEARER_REPORT
    return Reason.LATER_PUBLICATION if item.published < decider.published else Reason.OVERTAKEN


def _prevailing(pool: list[Vote]) -> tuple[str, list[Vote]]:
    """Return the status that the effective reports of one event day give, and those that decide it.

    One dated to the day goes before one dated to a week or month, one on the place before one on its surroundings,
    a later publication before an earlier. Of one publication day, the change of hands goes before the
    fight for the place, which came first; what is still against each other makes it contested.
    """
    if len(pool) == 1:
        return pool[0].asserts, pool
    exact = [item for item in pool if item.window == 0] or pool
    nearest = min(item.nearness for item in exact)
    near = [item for item in exact if item.nearness == nearest]
    last = max(item.published for item in near)
    deciding = [item for item in near if item.published == last]
    held = [item for item in deciding if item.asserts != CONTESTED]
    if len({item.asserts for item in held}) == 1 and any(item.changes_hands for item in held):
        deciding = held
    asserted = {item.asserts for item in deciding}
    return (asserted.pop() if len(asserted) == 1 else CONTESTED), deciding
