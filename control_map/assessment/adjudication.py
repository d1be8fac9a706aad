"""The reports on one place are weighed day by day: which one sets the status, and which confirm it, deny it or wait.

This is plain Python over plain values, because what a report does depends on the status before it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple

from control_map.core.model import CONTESTED, NO_PARTY, NOBODY, UNKNOWN, UNKNOWN_SIDE, Reason, Role
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
WEAK_RELIABILITY = "DE"
"""The reliability of a source that is not usually, or not at all, reliable."""
ENOUGH_ORIGINS = 2
"""Independent origins that end a dispute, and that one weak report of a fight does not stand against."""
_SUPPORTING = (Role.SETS, Role.CONFIRMS)
QUARRELS = (Reason.EQUAL_STRENGTH, Reason.OPPOSED_CLAIMS)
"""Why reports make a place contested by what they say of each other: it is disputed as well."""


@dataclass(slots=True, eq=False)
class Vote:
    """One report that votes on one place, with what the other reports make of it.

    Days are counted from 1 January 1970; `day` is the one from which it counts. `window` is by how many days the event
    may be older, `nearness` how near to the place the report speaks, 0 the nearest; `grade` is its Admiralty grade, as
    in "B2", and `strength` smaller for a stronger report. `left` is the party that left according to it, if it says so;
    `gainer` the one that wins by it: it has the place or, of a contested one, attacks it. `uncorroborated_hold`: a
    party says that it still holds the place, and no one else reports it. `barred`: such a statement against a verified
    loss. `overruled`: a report dated to the day goes before it, see `dating.date_votes`. `changes_hands`, `supported`,
    `repeated`, `strong`, `proven`, `contradicted` and `effective` are those of the assertions, of `corroboration.Votes`
    and of `Findings`. `qualifying_reason` is why it counts, if it does.
    """

    day: int
    window: int
    published: int
    nearness: int
    grade: str
    strength: int
    asserts: str
    left: str
    gainer: str
    side: str
    origin: int
    changes_hands: bool
    supported: bool
    repeated: bool
    strong: bool
    proven: bool
    contradicted: bool
    effective: bool
    overruled: bool
    uncorroborated_hold: bool
    qualifying_reason: Reason
    barred: bool = False
    role: Role | Literal[""] = ""
    reason: Reason | Literal[""] = ""

    def assign_role(self, role: Role, reason: Reason) -> None:
        """Set what the report does, and why."""
        self.role, self.reason = role, reason


@dataclass(slots=True)
class _Dispute:
    """When a status was last denied, by which parties, and which independent origins confirmed it after that."""

    said: int
    denying: frozenset[str]
    confirmed_by: set[int] = field(default_factory=set)


class PlaceState(NamedTuple):
    """What holds of a place at the end of a day: its status, and whether reports on it contradict each other."""

    status: str
    disputed: bool


class PlaceAdjudication:
    """The reports on one place, weighed under a rule day by day.

    `opponents` are those of each party, and `ends` is the day from which a party no longer exists, for those that end.
    """

    def __init__(self, rule: Rule, opponents: Mapping[str, frozenset[str]], ends: Mapping[str, int]) -> None:
        self._rule = rule
        self._opponents = opponents
        self._ends = ends
        self._status = ""
        self._verified = False
        self._backing: set[int] = set()
        """The independent origins that support the status."""
        self._doubting: set[int] = set()
        """The origins that have said since then that the place is fought for."""
        self._fighting: set[str] = set()
        """Who held the place when it became contested, and whom the reports name by which it is."""
        self._last_strong_day = -FOREVER
        self._losers: frozenset[str] = frozenset()
        self._dispute: _Dispute | None = None
        self._last_claimed: dict[tuple[str, str], int] = {}
        """The last day of the unverified claims of each assertion and side, after which nothing stronger came."""

    def settle_all(self, votes: Iterable[Vote]) -> list[PlaceState]:
        """Give every vote its role; they come in order of days. Return for each what holds at the end of its day."""
        states: list[PlaceState] = []
        for day, of_day in groupby(votes, key=attrgetter("day")):
            group = list(of_day)
            if self._ends and self._has_ended(self._status, day):
                self._set_status(UNKNOWN, verified=False)
            self._settle_day(group)
            self._follow_dispute(group)
            states += [PlaceState(self._status, self._dispute is not None)] * len(group)
        return states

    def _settle_day(self, group: list[Vote]) -> None:
        effective = []
        if leaving := [vote for vote in group if vote.left]:
            self._settle_withdrawals(leaving, group)
        for vote in group:
            if self._ends and self._has_ended(vote.asserts, vote.day):
                vote.assign_role(Role.OUTWEIGHED, Reason.PARTY_ENDED)
            elif vote.effective and not self._refuses(vote):
                effective.append(vote)
        if holds := [vote for vote in group if vote.uncorroborated_hold and not vote.role]:
            self._bar(holds, [vote for vote in effective if not vote.uncorroborated_hold])
            effective = [vote for vote in effective if not vote.barred]
        if pool := self._drop_weak_doubt(effective):
            self._decide(pool)
        if weak := [vote for vote in group if not vote.role]:
            self._settle_weak(weak)

    def _has_ended(self, party: str, day: int) -> bool:
        return day >= self._ends.get(party, FOREVER)

    def _settle_withdrawals(self, leaving: list[Vote], group: list[Vote]) -> None:
        """Let the reports of a day that parties left agree with the one party that is still there, if it is one."""
        gone, day = {vote.left for vote in leaving}, leaving[0].day
        holder = self._status if self._status not in NOBODY else ""
        attackers = {vote.gainer for vote in group if vote.asserts == CONTESTED and vote.effective}
        inside = self._fighting | attackers | {holder}
        others = {party for party in inside - gone if party and not self._has_ended(party, day)}
        for vote in leaving:
            if holder and holder not in gone:
                # It changed nothing for the holder.
                vote.asserts, vote.changes_hands = holder, False
            elif vote.asserts == UNKNOWN and len(others) == 1:
                (vote.asserts,) = others

    def _bar(self, holds: list[Vote], firm: list[Vote]) -> None:
        """Bar the statements of a loser that it still holds the place: against a verified loss they do not count.

        Nor do they harden. `firm` are the reports of the day that set the status whatever the loser says.
        """
        status, deciding = _prevailing(firm) if firm else (self._status, [])
        gone = {vote.left for vote in deciding} if firm else self._losers
        for vote in holds:
            is_lost = status in self._opponents.get(vote.side, ()) or (status == UNKNOWN and vote.side in gone)
            vote.barred = is_lost and (bool(firm) or self._verified)

    def _refuses(self, vote: Vote) -> bool:
        """Say whether a vote that could set a status does not, whatever else is reported that day."""
        if vote.asserts == self._status:
            return False
        if vote.overruled:
            vote.assign_role(Role.OUTWEIGHED, Reason.INSIDE_WINDOW)
        # Silence does not undo what is verified.
        return vote.overruled or (self._verified and not vote.proven and not vote.repeated)

    def _drop_weak_doubt(self, pool: list[Vote]) -> list[Vote]:
        """Leave out a report of a fight if it alone, and weak, stands against a holder whom two origins confirm."""
        if len(self._backing) < ENOUGH_ORIGINS or self._status in NOBODY or self._rule.takes_claims_at_their_word:
            return pool
        doubts = [vote for vote in pool if vote.asserts == CONTESTED]
        self._doubting.update(vote.origin for vote in doubts)
        if not all(vote.grade[0] in WEAK_RELIABILITY for vote in doubts) or len(self._doubting) != 1:
            return pool
        for vote in doubts:
            vote.assign_role(Role.OUTWEIGHED, Reason.TOO_WEAK)
        return [vote for vote in pool if not vote.role]

    def _decide(self, pool: list[Vote]) -> None:
        """Let the effective reports of one day set the status or confirm it."""
        status, deciding = _prevailing(pool)
        equal = len(deciding) > 1 and any(vote.asserts != deciding[0].asserts for vote in deciding)
        agreeing = deciding if equal else [vote for vote in pool if vote.asserts == status]
        if len(agreeing) > 1:
            agreeing = sorted(agreeing, key=_precedence)
        changed = status != self._status
        proven = any(vote.proven for vote in agreeing)
        if changed:
            self._set_status(status, verified=proven)
        if any(vote.changes_hands and vote.asserts == status for vote in pool):
            self._losers = self._opponents.get(status) or frozenset(vote.left for vote in agreeing)
        for rank, vote in enumerate(agreeing):
            sets = changed and (equal or rank == 0)
            vote.assign_role(
                Role.SETS if sets else Role.CONFIRMS, Reason.EQUAL_STRENGTH if equal else vote.qualifying_reason
            )
        if len(agreeing) < len(pool):
            outweighed = [vote for vote in pool if not vote.role]
            for vote, why in zip(outweighed, _why_outweighed(outweighed, agreeing, pool), strict=True):
                vote.assign_role(Role.OUTWEIGHED, why)
        self._backing.update(vote.origin for vote in agreeing if vote.strong)
        if status == CONTESTED:
            self._fighting.update(vote.gainer for vote in agreeing if vote.gainer)
        if proven:
            self._verified, self._last_strong_day = True, agreeing[0].day

    def _set_status(self, status: str, *, verified: bool) -> None:
        """Change the status: of what was reported on the one before, nothing is held against reports to come."""
        self._losers = frozenset({self._status})
        self._backing, self._doubting, self._dispute = set(), set(), None
        self._fighting = {self._status}.difference(("", *NOBODY)) if status == CONTESTED else set()
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
                vote.assign_role(Role.PENDING, _why_pending(vote))
                # That a party left opposes no claim of another one to the place, nor does a speaker of unknown side.
                claims += [] if vote.asserts == UNKNOWN or vote.side == UNKNOWN_SIDE else [vote]
        if claims and (opposed := self._opposed_among(claims)):
            self._settle_opposed(opposed, [vote for vote in votes if vote.asserts == self._status])
            for vote in claims:
                if vote.asserts == CONTESTED and vote.reason is not Reason.OPPOSED_CLAIMS:
                    vote.assign_role(Role.CONFIRMS, Reason.AGREES)

    def _settle_opposed(self, opposed: list[Vote], agreeing: list[Vote]) -> None:
        """Let claims that oppose each other make the place contested; `agreeing` say what its status was until then."""
        sets = self._status != CONTESTED
        if sets:
            # The holder's own word that it holds the place is now one of the claims.
            opposed = opposed + [vote for vote in agreeing if vote.side != UNKNOWN_SIDE]
            for vote in agreeing:
                vote.assign_role(Role.PENDING, _why_pending(vote))
            self._set_status(CONTESTED, verified=False)
        self._fighting.update(vote.gainer for vote in opposed if vote.gainer)
        for vote in opposed:
            vote.assign_role(Role.SETS if sets else Role.PENDING, Reason.OPPOSED_CLAIMS)

    def _opposed_among(self, claims: list[Vote]) -> list[Vote]:
        """Return those of one day's claims against which another side claims something else, then or shortly before.

        A claim after which something stronger was reported opposes nothing any more.
        """
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

    def _follow_dispute(self, group: list[Vote]) -> None:
        """Open a dispute if the status is denied that day, and close it if it is settled."""
        if doubting := [vote for vote in group if vote.role is Role.CONTRADICTS or vote.reason in QUARRELS]:
            before = self._dispute or _Dispute(-FOREVER, frozenset())
            said = max(before.said, *(vote.published for vote in doubting))
            self._dispute = _Dispute(said, before.denying | {vote.side for vote in doubting} - NO_PARTY)
        elif self._dispute:
            # Of a later day than the denial, and not published before it.
            agreeing = [vote for vote in group if vote.published > self._dispute.said and vote.role in _SUPPORTING]
            self._dispute.confirmed_by.update(vote.origin for vote in agreeing if vote.strong)
            is_conceded = any(vote.side in self._dispute.denying for vote in agreeing)
            if is_conceded or len(self._dispute.confirmed_by) >= ENOUGH_ORIGINS:
                self._dispute = None


def _precedence(vote: Vote) -> tuple[int, int, bool, int, str, int]:
    """Return the sort key of reports that agree: the first one sets the status."""
    merit = QUALIFYING_REASONS.index(vote.qualifying_reason)
    return (vote.nearness, vote.window, not vote.strong, vote.published, vote.grade, merit)


def _why_pending(claim: Vote) -> Reason:
    if claim.side == UNKNOWN_SIDE:
        return Reason.AWAITS_SIDE
    if claim.contradicted:
        return Reason.CONTRADICTED
    return Reason.AGAINST_VERIFIED if claim.effective and not claim.barred else Reason.AWAITS_CORROBORATION


def _why_outweighed(votes: list[Vote], agreeing: list[Vote], pool: list[Vote]) -> Iterator[Reason]:
    """Yield why each of some votes of a day does not count, against those that agree on the status."""
    decider, changes, backing = agreeing[0], _latest_changes(agreeing), _count_origins(pool)
    last = max(vote.published for vote in agreeing)
    for vote in votes:
        if vote.window and not decider.window:
            yield Reason.INSIDE_WINDOW
        elif _is_overtaken(vote, changes):
            yield Reason.OVERTAKEN
        elif vote.nearness > decider.nearness:
            yield Reason.NEARER_REPORT
        elif vote.published < last:
            yield Reason.LATER_PUBLICATION
        else:
            fewer = backing[vote.asserts] < backing[decider.asserts]
            yield Reason.FEWER_ORIGINS if fewer else Reason.LOWER_GRADE


def _latest_changes(votes: list[Vote]) -> list[Vote]:
    """Return the changes of hands nearest to the place, the last one of those alike: few enough to compare all."""
    changes = sorted((vote for vote in votes if vote.changes_hands), key=attrgetter("published"))
    nearest = min(((vote.window > 0, vote.nearness) for vote in changes), default=None)
    changes = [vote for vote in changes if (vote.window > 0, vote.nearness) == nearest]
    return list({(vote.asserts, vote.window, vote.nearness, vote.grade): vote for vote in changes}.values())


def _is_overtaken(vote: Vote, changes: list[Vote]) -> bool:
    """Say whether the place changed hands after what a report of the same day still says of it.

    That the loser holds it, or that it is fought for, was true before. A report on an area must be as well graded.
    """
    return not vote.changes_hands and any(
        change.asserts != vote.asserts
        and change.window <= vote.window
        and change.published >= vote.published
        and (change.nearness <= vote.nearness or change.grade <= vote.grade)
        for change in changes
    )


def _prevailing(pool: list[Vote]) -> tuple[str, list[Vote]]:
    """Return the status that the effective reports of one event day give, and the reports that decide it.

    A change of hands goes before what the loser still held or fought for that day. Then a report dated to the day goes
    before one dated to a week or month that is not stronger, one on the place before one on its surroundings, a later
    publication before an earlier one, what more independent origins say, and what is better graded. If the reports
    still disagree, the place is contested.
    """
    if len(pool) == 1:
        return pool[0].asserts, pool
    said = {vote.asserts for vote in pool}
    # That a party left is no word against anything else that is said.
    pool = [vote for vote in pool if vote.asserts != UNKNOWN or said <= {vote.left, UNKNOWN}]
    changes = _latest_changes(pool)
    if len({vote.asserts for vote in changes}) == 1:
        pool = [vote for vote in pool if not _is_overtaken(vote, changes)]
    firmest = min((vote.strength for vote in pool if vote.window == 0), default=FOREVER)
    exact = [vote for vote in pool if vote.window == 0 or vote.strength < firmest]
    nearest = min(vote.nearness for vote in exact)
    near = [vote for vote in exact if vote.nearness == nearest]
    last = max(vote.published for vote in near)
    deciding = [vote for vote in near if vote.published == last]
    if len({vote.asserts for vote in deciding}) > 1:
        backing = _count_origins(pool)
        most = max(backing[vote.asserts] for vote in deciding)
        deciding = [vote for vote in deciding if backing[vote.asserts] == most]
        best = min(vote.grade for vote in deciding)
        graded = {vote.asserts for vote in deciding if vote.grade == best}
        deciding = [vote for vote in deciding if vote.asserts in graded]
    if left_open := [vote for vote in deciding if vote.asserts == UNKNOWN]:
        deciding = left_open
    asserted = {vote.asserts for vote in deciding}
    return (asserted.pop() if len(asserted) == 1 else CONTESTED), deciding


def _count_origins(pool: list[Vote]) -> Counter[str]:
    """Count the independent origins of each assertion."""
    return Counter(asserts for asserts, _ in {(vote.asserts, vote.origin) for vote in pool if vote.strong})
