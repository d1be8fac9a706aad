"""The reports on one place are weighed day by day: which one sets the status, and which confirm it, deny it or wait.

This is plain Python over plain values, because what a report does depends on the status before it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Literal

from control_map.core.model import CONTESTED, Reason, Role
from control_map.core.rules import Rule

FOREVER = 2**31
"""A day after all others."""
QUALIFYING_REASONS = (
    Reason.INDEPENDENT,
    Reason.AGAINST_INTEREST,
    Reason.ACCEPTED,
    Reason.CORROBORATED,
    Reason.HARDENED,
)
"""Why a report can set a status, the best reason first."""


@dataclass(slots=True, eq=False)
class Vote:
    """One report that votes on one place, with what the other reports make of it.

    Days are counted from 1 January 1970. `window` is by how many days the event may be older, `nearness` how near to
    the place the report speaks, 0 the nearest; `grade` is its Admiralty grade, as in "B2". `proven`: it is not
    self-serving, or others corroborate it. `effective`: it can set a status. `uncorroborated_hold`: a party says that
    it still holds the place, and no one else reports it. `barred`: such a statement against a verified loss.
    `changes_hands`, `supported`, `strong` and `contradicted` are those of the assertions, of `corroboration.Votes` and
    of `Findings`. `qualifying_reason` is why it counts, if it does.
    """

    day: int
    window: int
    published: int
    nearness: int
    grade: str
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
        self._losers: frozenset[str] = frozenset()
        self._last_claimed: dict[tuple[str, str], int] = {}
        """The last day of the unverified claims of each assertion and side, after which nothing stronger came."""

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
                if self._is_inside_window(vote):
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
        self._settle_weak([vote for vote in group if not vote.role])

    def _is_inside_window(self, vote: Vote) -> bool:
        return vote.asserts != self._status and self._last_day_dated >= vote.day - vote.window

    def _decide(self, pool: list[Vote]) -> None:
        """Let the effective reports of one day set the status or confirm it."""
        status, deciding = _prevailing(pool)
        equal = any(vote.asserts != deciding[0].asserts for vote in deciding)
        agreeing = deciding if equal else [vote for vote in pool if vote.asserts == status]
        agreeing = sorted(agreeing, key=_precedence)
        changed = status != self._status
        proven = any(vote.proven for vote in agreeing)
        if changed:
            self._set_status(status, verified=proven)
        if any(vote.changes_hands and vote.asserts == status for vote in pool):
            self._losers = self._opponents.get(status, frozenset())
        for rank, vote in enumerate(agreeing):
            sets = changed and (equal or rank == 0)
            vote.assign_role(
                Role.SETS if sets else Role.CONFIRMS, Reason.EQUAL_STRENGTH if equal else vote.qualifying_reason
            )
        for vote in pool:
            if not vote.role:
                vote.assign_role(Role.OUTWEIGHED, _why_outweighed(vote, deciding[0]))
        if proven:
            self._verified, self._last_strong_day = True, agreeing[0].day
        if any(vote.window == 0 for vote in agreeing):
            self._last_day_dated = agreeing[0].day

    def _set_status(self, status: str, *, verified: bool) -> None:
        """Change the status: of what was reported on the one before, nothing is held against reports to come."""
        self._losers = frozenset({self._status})
        self._last_day_dated = -FOREVER
        self._status, self._verified = status, verified

    def _settle_weak(self, votes: list[Vote]) -> None:
        """Settle the reports of one day that cannot set a status by themselves, whatever their order."""
        claims = []
        for vote in votes:
            if vote.asserts == self._status:
                vote.assign_role(Role.CONFIRMS, Reason.AGREES)
            elif vote.barred and vote.side in self._losers:
                vote.assign_role(Role.CONTRADICTS, Reason.DENIAL)
            elif not vote.supported:
                vote.assign_role(Role.PENDING, Reason.AWAITS_ORIGINS)
            else:
                reason = Reason.CONTRADICTED if vote.contradicted else Reason.AWAITS_CORROBORATION
                vote.assign_role(Role.PENDING, reason)
                claims.append(vote)
        if opposed := self._opposed_among(claims):
            sets = self._status != CONTESTED
            if sets:
                # The holder's own word that it holds the place is now one of the claims.
                opposed += [vote for vote in votes if vote.asserts == self._status]
                self._set_status(CONTESTED, verified=False)
            for vote in opposed:
                vote.assign_role(Role.SETS if sets else Role.PENDING, Reason.OPPOSED_CLAIMS)
            for vote in claims:
                if vote.asserts == CONTESTED and vote.reason is not Reason.OPPOSED_CLAIMS:
                    vote.assign_role(Role.CONFIRMS, Reason.AGREES)

    def _opposed_among(self, claims: list[Vote]) -> list[Vote]:
        """Return those of one day's claims against which another side claims something else, then or shortly before.

        A claim after which something stronger was reported opposes nothing any more.
        """
        if not claims:
            return []
        day = claims[0].day
        since = max(day - self._rule.corroboration_days, self._last_strong_day + 1)
        latest = self._last_claimed | {(vote.asserts, vote.side): day for vote in claims}
        self._last_claimed = {kind: last for kind, last in latest.items() if last >= since}
        asserting = Counter(asserts for asserts, _ in self._last_claimed)
        speaking = Counter(side for _, side in self._last_claimed)
        kinds = len(self._last_claimed)
        return [
            vote
            for vote in claims
            if kinds + ((vote.asserts, vote.side) in self._last_claimed) > asserting[vote.asserts] + speaking[vote.side]
        ]


def _precedence(vote: Vote) -> tuple[int, int, bool, int, str, int]:
    """Return the sort key of reports that agree: the first one sets the status."""
    merit = QUALIFYING_REASONS.index(vote.qualifying_reason)
    return (vote.nearness, vote.window, not vote.strong, vote.published, vote.grade, merit)


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
