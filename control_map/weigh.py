"""One place's reports are weighed, day by day: who sets the status, who confirms, denies or waits.

Pure Python over plain values, because what a report does depends on what stood before it.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import groupby

from control_map.model import CONTESTED, INDEPENDENT, Claim, Interest, Reason, Role, Via
from control_map.rules import Rule

_NEARNESS = {Via.OWN: 0, Via.CAPITAL: 1, Via.AREA: 2, Via.INSIDE: 3}
CHANGES_OF_HANDS = frozenset({Claim.CAPTURED, Claim.RETAKEN, Claim.HANDED_OVER, Claim.WITHDREW})
FOREVER = 2**31
"""A day after all others."""


@dataclass(slots=True)
class Item:
    """One report as it bears on one place.

    Days are counted from 1 January 1970. A `role` that is there from the start says that the report does not
    vote. What the others make of it (corroborated, contradicted, hardened, supported) is found out by `Weighing`.
    """

    index: int
    report_id: str
    day: int
    window: int
    published: int
    via: str
    claim: str
    asserts: str
    gainer: str
    side: str
    interest: str
    origin: str
    strong: bool
    role: str
    reason: str
    corroborated: bool = False
    contradicted: bool = False
    hardened: bool = False
    supported: bool = True
    because_of: tuple[str, ...] = ()

    @property
    def effective(self) -> bool:
        """Whether the report can set a status."""
        return self.supported and (self.strong or self.corroborated or self.hardened)

    @property
    def speaks_of_own_hold(self) -> bool:
        """Whether a party says that a place is held or contested: what a loser says to deny its loss."""
        return self.side != INDEPENDENT and self.claim in (Claim.HELD, Claim.CONTESTED)

    def give(self, role: Role, reason: Reason) -> None:
        """Settle what the report does."""
        self.role, self.reason = role, reason


class Weighing:
    """The weighing of one place's reports, day by day."""

    def __init__(self, rule: Rule, opponents: dict[str, frozenset[str]], horizon: int) -> None:
        self._rule = rule
        self._opponents = opponents
        self._horizon = horizon
        self._status = ""
        self._verified = False
        self._last_strong_day = -FOREVER
        self._last_day_dated = -FOREVER
        self._unverified: list[Item] = []
        self._losers: frozenset[str] = frozenset()
        self._set_by_claims_on = -FOREVER

    def run(self, items: list[Item]) -> list[str]:
        """Settle all items, which are in order; return for each the status at the end of its day."""
        open_items = [item for item in items if not item.role]
        copies = _copies(open_items)
        voters = [item for item in open_items if item.index not in copies]
        self._look_around(voters)
        after: dict[int, str] = {}
        for day, group in groupby(voters, key=lambda item: item.day):
            self._settle_day(list(group))
            after[day] = self._status
        for item in open_items:
            if original := copies.get(item.index):
                role = Role.CONFIRMS if original.role == Role.SETS else Role(original.role)
                item.give(role, Reason.SAME_ORIGIN)
        statuses, current = [], ""
        for item in items:
            current = after.get(item.day, current)
            statuses.append(current)
        return statuses

    def _look_around(self, voters: list[Item]) -> None:
        """Find out which claims are supported, corroborated, or stood for some days without contradiction."""
        rule = self._rule
        days = [item.day for item in voters]
        agreeing = [
            [other for other in _within(rule.corroboration_days, item, voters, days) if other.asserts == item.asserts]
            for item in voters
        ]
        self._find_support(voters, agreeing)
        # What was found to carry weight can stand between two reports that say the same; then they are not one story.
        weighty = [item for item in voters if item.supported and (item.strong or item.corroborated)]
        for item, same in zip(voters, agreeing, strict=True):
            same[:] = [other for other in same if not _separated(item, other, weighty)]
        self._find_support(voters, agreeing)
        for item in voters:
            if not item.strong and not item.corroborated:
                against = self._contradicting(item, voters, days)
                waited = max(item.day, item.published) + rule.hardening_days <= self._horizon
                item.contradicted = bool(against)
                item.hardened = bool(rule.hardening_days) and waited and not against
                item.because_of = tuple(other.report_id for other in against)

    def _find_support(self, voters: list[Item], agreeing: list[list[Item]]) -> None:
        for item, same in zip(voters, agreeing, strict=True):
            item.supported = len({other.origin for other in same}) >= self._rule.minimum_origins
            if item.interest == Interest.SELF_SERVING or item.speaks_of_own_hold:
                others = [
                    other for other in same if other.strong and other.origin != item.origin and other.side != item.side
                ]
                item.corroborated = bool(others)
                item.because_of = tuple(other.report_id for other in others)

    def _contradicting(self, claim: Item, voters: list[Item], days: list[int]) -> list[Item]:
        """Return what others say otherwise in the days after a claim, or said before without more proof."""
        return [
            other
            for other in _within(self._rule.hardening_days, claim, voters, days)
            if other.asserts != claim.asserts
            and other.side != claim.side
            and (other.day >= claim.day or not (other.strong or other.corroborated))
        ]

    def _settle_day(self, group: list[Item]) -> None:
        inside = [item for item in group if item.effective and self._is_inside_window(item)]
        for item in inside:
            item.give(Role.OUTWEIGHED, Reason.INSIDE_WINDOW)
        effective = [item for item in group if item.effective and not item.role]
        firm = [item for item in effective if not self._is_word_alone(item)]
        status = _prevailing(firm)[0] if firm else self._status
        verified = bool(firm) or self._verified
        # Against a verified loss, the loser's word that it holds on neither counts nor hardens.
        barred = [
            item
            for item in group
            if not item.role and verified and self._is_word_alone(item) and status in self._opponents.get(item.side, ())
        ]
        pool = [item for item in effective if item not in barred]
        if pool:
            self._decide(pool)
        for item in group:
            if not item.role:
                self._settle_weak(item, barred=item in barred)

    def _is_inside_window(self, item: Item) -> bool:
        return item.window > 0 and item.asserts != self._status and self._last_day_dated >= item.day - item.window

    def _is_word_alone(self, item: Item) -> bool:
        """Whether a party says of itself that it holds on, and nobody else says so."""
        return item.speaks_of_own_hold and not item.corroborated and not self._rule.takes_claims_at_their_word

    def _decide(self, pool: list[Item]) -> None:
        """Let the effective reports of one day set or confirm the status."""
        status, deciding = _prevailing(pool)
        equal = len({item.asserts for item in deciding}) > 1
        changed = status != self._status
        if changed:
            self._losers = frozenset({self._status} & self._opponents.get(status, frozenset()))
        if any(item.asserts == status and item.claim in CHANGES_OF_HANDS for item in pool):
            self._losers |= self._opponents.get(status, frozenset())
        agreeing = deciding if equal else [item for item in pool if item.asserts == status]
        agreeing = sorted(
            agreeing,
            key=lambda item: (_NEARNESS[Via(item.via)], item.window, not item.strong, item.published, item.report_id),
        )
        for place, item in enumerate(agreeing):
            sets = changed and (equal or place == 0)
            item.give(Role.SETS if sets else Role.CONFIRMS, Reason.EQUAL_STRENGTH if equal else self._merit(item))
        for item in pool:
            if not item.role:
                item.give(Role.OUTWEIGHED, _why_outweighed(item, deciding[0]))
        strong = any(item.strong or item.corroborated for item in agreeing)
        self._verified = strong or (self._verified and not changed)
        self._status = status
        if strong:
            self._last_strong_day = agreeing[0].day
        if changed:
            self._last_day_dated = -FOREVER
        if any(item.window == 0 for item in agreeing):
            self._last_day_dated = agreeing[0].day

    def _merit(self, item: Item) -> Reason:
        if item.interest != Interest.SELF_SERVING:
            return Reason(item.interest)
        if self._rule.takes_claims_at_their_word:
            return Reason.ACCEPTED
        return Reason.CORROBORATED if item.corroborated else Reason.HARDENED

    def _settle_weak(self, item: Item, *, barred: bool) -> None:
        """Settle a report that cannot set a status by itself."""
        if item.asserts == self._status:
            item.give(Role.CONFIRMS, Reason.AGREES)
        elif barred and item.side in self._losers:
            item.give(Role.CONTRADICTS, Reason.DENIAL)
        elif not item.supported:
            item.give(Role.PENDING, Reason.AWAITS_ORIGINS)
        elif opposed := [other for other in self._unverified if self._opposes(other, item)]:
            today = [item, *(other for other in opposed if other.day == item.day)]
            role = Role.SETS if self._status != CONTESTED or self._set_by_claims_on == item.day else Role.PENDING
            for other in today:
                other.give(role, Reason.OPPOSED_CLAIMS)
            if self._status != CONTESTED:
                self._set_by_claims_on = item.day
            self._status, self._verified, self._losers = CONTESTED, False, frozenset()
        else:
            item.give(Role.PENDING, Reason.CONTRADICTED if item.contradicted else Reason.AWAITS_CORROBORATION)
        if item.role == Role.PENDING or item.reason == Reason.OPPOSED_CLAIMS:
            self._unverified.append(item)

    def _opposes(self, earlier: Item, later: Item) -> bool:
        """Whether two unverified claims stand against each other and nothing stronger has come since the first."""
        return (
            earlier.asserts != later.asserts
            and earlier.side != later.side
            and later.day - earlier.day <= self._rule.corroboration_days
            and self._last_strong_day < earlier.day
        )


def _copies(items: list[Item]) -> dict[int, Item]:
    """Find reports of one origin, side and day that assert the same; map each to the one that counts for all.

    That is the one that tells a change of hands, is dated best, and was published first.
    """
    best_first = sorted(items, key=lambda item: (item.claim not in CHANGES_OF_HANDS, item.window, item.published))
    counts: dict[tuple[object, ...], Item] = {}
    copies = {}
    for item in best_first:
        original = counts.setdefault((item.day, item.via, item.origin, item.side, item.asserts), item)
        if original is not item:
            copies[item.index] = original
    return copies


def _within(span: int, item: Item, voters: list[Item], days: list[int]) -> list[Item]:
    """Return the voters dated up to `span` days before or after an item; `days` are theirs, ascending."""
    return voters[bisect_left(days, item.day - span) : bisect_right(days, item.day + span)]


def _separated(one: Item, other: Item, weighty: list[Item]) -> bool:
    """Whether a weighty report of something else is dated between two that assert the same."""
    begin, end = sorted((one.day, other.day))
    return begin < end and any(item.asserts != one.asserts and begin < item.day <= end for item in weighty)


def _why_outweighed(item: Item, decider: Item) -> Reason:
    if item.window and not decider.window:
        return Reason.INSIDE_WINDOW
    if _NEARNESS[Via(item.via)] > _NEARNESS[Via(decider.via)]:
        return Reason.NEARER_REPORT
    return Reason.LATER_PUBLICATION if item.published < decider.published else Reason.OVERTAKEN


def _prevailing(pool: list[Item]) -> tuple[str, list[Item]]:
    """Return the status that the strong reports of one event day give, and those that decide it.

    One dated to the day goes before one dated to a week or month, one on the place before one on its surroundings,
    a later publication before an earlier. Of one publication day, the change of hands goes before the
    fight for the place, which came first; what is still against each other makes it contested.
    """
    exact = [item for item in pool if item.window == 0] or pool
    nearest = min(_NEARNESS[Via(item.via)] for item in exact)
    near = [item for item in exact if _NEARNESS[Via(item.via)] == nearest]
    last = max(item.published for item in near)
    deciding = [item for item in near if item.published == last]
    held = [item for item in deciding if item.asserts != CONTESTED]
    if len({item.asserts for item in held}) == 1 and any(item.claim in CHANGES_OF_HANDS for item in held):
        deciding = held
    asserted = {item.asserts for item in deciding}
    return (asserted.pop() if len(asserted) == 1 else CONTESTED), deciding
