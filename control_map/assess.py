"""Located reports become evidence: under a rule, each report gets a role and a reason.

The order of the work: `bearings` says on which places a report bears, `assess` puts the reports of each place
in the order of their events and lets `_Weighing` decide day by day. Terms and rules are those of the README's
section "How a report becomes a colour".
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from control_map.model import (
    CONTESTED,
    INDEPENDENT,
    Actor,
    AreaScope,
    Claim,
    DatePrecision,
    Interest,
    PlaceKind,
    Precision,
    Reason,
    Role,
    Via,
)
from control_map.rules import Rule

_NEARNESS = {Via.OWN: 0, Via.CAPITAL: 1, Via.AREA: 2, Via.INSIDE: 3}
_FOREVER = 2**31


@dataclass(slots=True)
class _Item:
    """One report as it bears on one place. Days are counted from 1 January 1970."""

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
    corroborated: bool = False
    hardened: bool = False
    supported: bool = True
    role: str = ""
    reason: str = ""

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


def bearings(located: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Say on which places each report bears.

    Parameters
    ----------
    located
        Reports with `place_id` and `precision`, as `geocode` gives them.
    places
        Columns `place_id, kind, parent_id, province_id`.

    Returns
    -------
    DataFrame
        Columns `place_id, report` (the position of the row in `located`) and `via`. A report on a capital
        bears on the capital and on the district that contains it; one on a whole area on each place in it; one
        on a part of an area on none.
    """
    reports = pd.DataFrame(
        {
            "report": np.arange(len(located)),
            "place_id": located["place_id"].to_numpy(),
            "precision": located["precision"].to_numpy(),
            "area_scope": located["area_scope"].to_numpy(),
        }
    )
    single = reports[reports["precision"].isin([Precision.PLACE, Precision.INSIDE])]
    own = single.assign(via=np.where(single["precision"] == Precision.INSIDE, Via.INSIDE, Via.OWN))
    capitals = places.loc[places["kind"] == PlaceKind.CAPITAL, ["place_id", "parent_id"]]
    around = own.merge(capitals, on="place_id")
    around = around.assign(place_id=around["parent_id"], via=around["via"].replace(Via.OWN, Via.CAPITAL))
    around = around[around["place_id"].isin(places["place_id"])]
    frames = [own, around, *_area_bearings(reports, places, capitals)]
    return pd.concat([frame[["place_id", "report", "via"]] for frame in frames], ignore_index=True)


def _area_bearings(reports: pd.DataFrame, places: pd.DataFrame, capitals: pd.DataFrame) -> Iterable[pd.DataFrame]:
    areas = reports[reports["precision"].isin([Precision.PROVINCE, Precision.COUNTRY])].rename(columns={"place_id": "province_id"})
    capital_ids = [*capitals["place_id"], *capitals["parent_id"]]
    reached = {
        AreaScope.WHOLE: places,
        AreaScope.WHOLE_BUT_CAPITAL: places[~places["place_id"].isin(capital_ids)],
        AreaScope.ALL_CROSSINGS: places[places["kind"] == PlaceKind.CROSSING],
    }
    for scope, those in reached.items():
        speaking = areas[areas["area_scope"] == scope]
        provincial = speaking[speaking["precision"] == Precision.PROVINCE]
        national = speaking[speaking["precision"] == Precision.COUNTRY].drop(columns="province_id")
        yield provincial.merge(those[["place_id", "province_id"]], on="province_id").assign(via=Via.AREA)
        yield national.merge(those[["place_id"]], how="cross").assign(via=Via.AREA)


def assess(
    located: pd.DataFrame,
    places: pd.DataFrame,
    actors: tuple[Actor, ...],
    rule: Rule,
    period_start: dt.date,
    known_on: dt.date | None = None,
    progress: Callable[[Sequence[tuple[int, int]]], Iterable[tuple[int, int]]] = iter,
) -> pd.DataFrame:
    """Give each report on each place a role and a reason under a rule.

    Parameters
    ----------
    located
        Reports with the columns of the codebook, typed, and `place_id`, `precision`. Not changed.
    places
        Columns `place_id, kind, parent_id, province_id`.
    actors, rule, period_start
        Whose opponents are whose, how to weigh, and the day before which an event is baseline.
    known_on
        Only reports published on or before this day count; all if it is None.
    progress
        Wraps the sequence of places, to report how far the work has come.

    Returns
    -------
    DataFrame
        One row for each report on each place, by place, then event, then publication: `place_id, report_id,
        via, asserts, gainer, interest, role, reason, status, event_date, reported_date, origin, reliability,
        credibility`. `asserts` is an actor, `contested`, or empty; `gainer` is the actor who gains by it;
        `status` is the status of the place at the end of the event's day, empty if it has none yet.
    """
    if known_on is not None:
        located = located[located["reported_date"] <= pd.Timestamp(known_on)]
    located = located.reset_index(drop=True)
    bearing = bearings(located, places)
    statements = _statements(located, actors, rule, period_start)
    pairs = bearing.join(statements, on="report").sort_values(["place_id", "day", "published", "report_id"], kind="stable", ignore_index=True)
    for via, switched_on in ((Via.INSIDE, False), (Via.AREA, rule.area_reports)):
        if not switched_on:
            reason = Reason.PART_OF_PLACE if via == Via.INSIDE else Reason.SWITCHED_OFF
            role = Role.CONTEXT if via == Via.INSIDE else Role.OUTWEIGHED
            pairs.loc[pairs["via"] == via, ["role", "reason"]] = [role.value, reason.value]
    items = _items(pairs)
    opponents = {actor.id: frozenset(actor.opponents) for actor in actors}
    horizon = _FOREVER if known_on is None else (pd.Timestamp(known_on) - pd.Timestamp(0)).days
    status = [""] * len(items)
    for begin, end in progress(_runs(pairs["place_id"].to_numpy())):
        weighing = _Weighing(rule, opponents, horizon)
        status[begin:end] = weighing.run(items[begin:end])
    evidence = pairs.assign(role=[item.role for item in items], reason=[item.reason for item in items], status=status)
    evidence = evidence.join(located[["event_date", "reported_date", "reliability", "credibility"]], on="report")
    columns = "place_id report_id via asserts gainer interest role reason status event_date reported_date origin reliability credibility"
    return evidence[columns.split()]


def _runs(keys: np.ndarray) -> list[tuple[int, int]]:
    """Return begin and end of each run of equal values."""
    if not len(keys):
        return []
    edges = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist(), len(keys)]
    return list(zip(edges[:-1], edges[1:], strict=True))


def _statements(located: pd.DataFrame, actors: tuple[Actor, ...], rule: Rule, period_start: dt.date) -> pd.DataFrame:
    """Say for each report what it asserts, in whose interest, and whether the rule admits it."""
    meant = {
        key: _assertion(*key, actors) for key in located[["claim", "actor"]].drop_duplicates().itertuples(index=False, name=None)
    }
    pairs = list(zip(located["claim"], located["actor"], strict=True))
    asserts, gainer = [meant[pair][0] for pair in pairs], [meant[pair][1] for pair in pairs]
    opponents = {actor.id: frozenset(actor.opponents) for actor in actors}
    interests = {
        key: interest(*key, opponents)
        for key in set(zip(located["claimant_side"], gainer, located["actor"], located["claim"] == Claim.WITHDREW, strict=True))
    }
    keys = zip(located["claimant_side"], gainer, located["actor"], located["claim"] == Claim.WITHDREW, strict=True)
    frame = pd.DataFrame(
        {
            "report_id": located["report_id"],
            "day": (located["event_date"] - pd.Timestamp(0)).dt.days,
            "window": located["date_precision"].map({p.value: p.window_days for p in DatePrecision}),
            "published": (located["reported_date"] - pd.Timestamp(0)).dt.days,
            "claim": located["claim"],
            "asserts": asserts,
            "gainer": gainer,
            "side": located["claimant_side"],
            "interest": [interests[key].value for key in keys],
            "origin": located["origin"],
            "role": "",
            "reason": "",
        }
    )
    frame["strong"] = rule.takes_claims_at_their_word | (frame["interest"] != Interest.SELF_SERVING)
    grades = list(zip(located["reliability"], located["credibility"], strict=True))
    accepted = {grade: rule.accepts_grade(*grade) for grade in set(grades)}
    # The last that applies is the one that is said.
    refusals = [
        (frame["day"] < (pd.Timestamp(period_start) - pd.Timestamp(0)).days, Role.OUTWEIGHED, Reason.SWITCHED_OFF, not rule.baseline),
        (np.array([not accepted[grade] for grade in grades], dtype=bool), Role.OUTWEIGHED, Reason.BELOW_GRADE, True),
        (frame["side"] != rule.only_side, Role.OUTWEIGHED, Reason.OTHER_SIDE, bool(rule.only_side)),
        (frame["claim"] == Claim.FIGHTING, Role.CONTEXT, Reason.FIGHTING, True),
    ]
    for refused, role, reason, applies in refusals:
        if applies:
            frame.loc[refused, ["role", "reason"]] = [role.value, reason.value]
    return frame


def _assertion(claim: str, actor: str, actors: tuple[Actor, ...]) -> tuple[str, str]:
    """Return what a claim asserts (an actor, contested, or nothing) and who gains by it.

    Whoever withdraws leaves the place to the opponent; with several opponents nobody can say to whom, and the
    place counts as contested.
    """
    if claim == Claim.FIGHTING:
        return "", ""
    if claim == Claim.CONTESTED:
        return CONTESTED, actor
    if claim != Claim.WITHDREW:
        return actor, actor
    against = next(a.opponents for a in actors if a.id == actor)
    return (against[0], against[0]) if len(against) == 1 else (CONTESTED, "")


def interest(side: str, gainer: str, actor: str, withdrew: bool, opponents: dict[str, frozenset[str]]) -> Interest:
    """Say whether a statement is in the interest of the side that makes it.

    A side gains by what it or an ally (a party with an opponent in common, not an opponent itself) wins, and
    loses by what an opponent wins; all else is as good as independent.
    """
    if side == INDEPENDENT:
        return Interest.INDEPENDENT
    if withdrew and side == actor:
        return Interest.AGAINST_INTEREST
    against = opponents[side]
    if gainer in against:
        return Interest.AGAINST_INTEREST
    if gainer == side or (gainer and against & opponents[gainer]) or (withdrew and actor in against):
        return Interest.SELF_SERVING
    return Interest.INDEPENDENT


def _items(pairs: pd.DataFrame) -> list[_Item]:
    columns = "report_id day window published via claim asserts gainer side interest origin strong role reason".split()
    rows = zip(*(pairs[column].tolist() for column in columns), strict=True)
    return [
        _Item(index, *row[:12], role=row[12], reason=row[13])  # type: ignore[misc]
        for index, row in enumerate(rows)
    ]


class _Weighing:
    """The weighing of one place's reports, day by day."""

    def __init__(self, rule: Rule, opponents: dict[str, frozenset[str]], horizon: int) -> None:
        self._rule = rule
        self._opponents = opponents
        self._horizon = horizon
        self._status = ""
        self._verified = False
        self._last_strong_day = -_FOREVER
        self._last_day_dated = -_FOREVER
        self._unverified: list[_Item] = []

    def run(self, items: list[_Item]) -> list[str]:
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
            if item.index in copies:
                original = copies[item.index]
                repeats = original.role in (Role.SETS, Role.CONFIRMS)
                item.role, item.reason = (Role.CONFIRMS if repeats else original.role), Reason.SAME_ORIGIN
        statuses, current = [], ""
        for item in items:
            current = after.get(item.day, current)
            statuses.append(current)
        return statuses

    def _look_around(self, voters: list[_Item]) -> None:
        """Find out which claims are supported, corroborated, or stood for some days without contradiction."""
        rule = self._rule
        days = [item.day for item in voters]
        for item in voters:
            around = voters[bisect_left(days, item.day - rule.corroboration_days) : bisect_right(days, item.day + rule.corroboration_days)]
            same = [other for other in around if other.asserts == item.asserts and not _separated(item, other, around)]
            item.supported = len({other.origin for other in same}) >= rule.minimum_origins
            if item.interest == Interest.SELF_SERVING or item.speaks_of_own_hold:
                item.corroborated = any(other.strong and other.origin != item.origin and other.side != item.side for other in same)
        for item in voters:
            if not item.strong and not item.corroborated and rule.hardening_days:
                item.hardened = self._stood(item, voters, days)

    def _stood(self, claim: _Item, voters: list[_Item], days: list[int]) -> bool:
        span = self._rule.hardening_days
        if max(claim.day, claim.published) + span > self._horizon:
            return False
        near = voters[bisect_left(days, claim.day - span) : bisect_right(days, claim.day + span)]
        return not any(
            other.asserts != claim.asserts
            and other.side != claim.side
            and (other.day >= claim.day or not (other.strong or other.corroborated))
            for other in near
        )

    def _settle_day(self, group: list[_Item]) -> None:
        inside = [item for item in group if item.effective and self._is_inside_window(item)]
        for item in inside:
            item.give(Role.OUTWEIGHED, Reason.INSIDE_WINDOW)
        effective = [item for item in group if item.effective and not item.role]
        firm = [item for item in effective if not item.speaks_of_own_hold or item.corroborated or self._rule.takes_claims_at_their_word]
        status = _prevailing(firm)[0] if firm else self._status
        verified = bool(firm) or self._verified
        denials = [item for item in group if not item.role and item not in firm and self._is_denial(item, status, verified)]
        pool = [item for item in effective if item not in denials]
        if pool:
            self._decide(pool)
        for item in group:
            if not item.role:
                self._settle_weak(item, denial=item in denials)

    def _is_inside_window(self, item: _Item) -> bool:
        return item.window > 0 and item.asserts != self._status and self._last_day_dated >= item.day - item.window

    def _is_denial(self, item: _Item, status: str, verified: bool) -> bool:
        return (
            verified
            and item.speaks_of_own_hold
            and not item.corroborated
            and not self._rule.takes_claims_at_their_word
            and item.asserts != status
            and status in self._opponents.get(item.side, ())
        )

    def _decide(self, pool: list[_Item]) -> None:
        """Let the effective reports of one day set or confirm the status."""
        status, deciding = _prevailing(pool)
        equal = len({item.asserts for item in deciding}) > 1
        changed = status != self._status
        agreeing = deciding if equal else [item for item in pool if item.asserts == status]
        agreeing = sorted(agreeing, key=lambda item: (_NEARNESS[Via(item.via)], item.window, item.published, item.report_id))
        for place, item in enumerate(agreeing):
            sets = changed and (equal or place == 0)
            item.give(Role.SETS if sets else Role.CONFIRMS, Reason.EQUAL_STRENGTH if equal else self._merit(item))
        nearest = min(_NEARNESS[Via(item.via)] for item in pool)
        for item in pool:
            if not item.role:
                farther = _NEARNESS[Via(item.via)] > nearest
                item.give(Role.OUTWEIGHED, Reason.NEARER_REPORT if farther else Reason.LATER_PUBLICATION)
        strong = any(item.strong or item.corroborated for item in agreeing)
        self._verified = strong or (self._verified and not changed)
        self._status = status
        if strong:
            self._last_strong_day = agreeing[0].day
        if changed:
            self._last_day_dated = -_FOREVER
        if any(item.window == 0 for item in agreeing):
            self._last_day_dated = agreeing[0].day

    def _merit(self, item: _Item) -> Reason:
        if item.interest != Interest.SELF_SERVING:
            return Reason(item.interest)
        if self._rule.takes_claims_at_their_word:
            return Reason.ACCEPTED
        return Reason.CORROBORATED if item.corroborated else Reason.HARDENED

    def _settle_weak(self, item: _Item, *, denial: bool) -> None:
        """Settle a report that cannot set a status by itself."""
        if item.asserts == self._status:
            item.give(Role.CONFIRMS, Reason.AGREES)
        elif denial:
            item.give(Role.CONTRADICTS, Reason.DENIAL)
        elif not item.supported:
            item.give(Role.PENDING, Reason.AWAITS_ORIGINS)
        elif opposed := [other for other in self._unverified if self._opposes(other, item)]:
            self._status, changed = CONTESTED, self._status != CONTESTED
            self._verified = False
            item.give(Role.SETS if changed else Role.PENDING, Reason.OPPOSED_CLAIMS)
            for other in opposed:
                other.reason = Reason.OPPOSED_CLAIMS
        else:
            item.give(Role.PENDING, Reason.AWAITS_CORROBORATION)
        if item.role == Role.PENDING or item.reason == Reason.OPPOSED_CLAIMS:
            self._unverified.append(item)

    def _opposes(self, earlier: _Item, later: _Item) -> bool:
        """Whether two unverified claims stand against each other and nothing stronger has come since the first."""
        return (
            earlier.asserts != later.asserts
            and earlier.side != later.side
            and later.day - earlier.day <= self._rule.corroboration_days
            and self._last_strong_day < earlier.day
        )


def _copies(items: list[_Item]) -> dict[int, _Item]:
    """Find reports that repeat one of the same origin, side and day; map each to the first published."""
    first: dict[tuple[object, ...], _Item] = {}
    copies = {}
    for item in items:
        key = (item.day, item.window, item.via, item.origin, item.side, item.claim, item.asserts, item.gainer)
        original = first.setdefault(key, item)
        if original is not item:
            copies[item.index] = original
    return copies


def _separated(one: _Item, other: _Item, around: list[_Item]) -> bool:
    """Whether a strong report of something else is dated between two that assert the same."""
    begin, end = sorted((one.day, other.day))
    return begin < end and any(item.strong and item.asserts != one.asserts and begin < item.day <= end for item in around)


def _prevailing(pool: list[_Item]) -> tuple[str, list[_Item]]:
    """Return the status that the strong reports of one event day give, and those that decide it.

    A report on the place goes before one on its surroundings, one dated to the day before one dated to a week
    or month, a later publication before an earlier; what is still against each other makes it contested.
    """
    nearest = min(_NEARNESS[Via(item.via)] for item in pool)
    near = [item for item in pool if _NEARNESS[Via(item.via)] == nearest]
    exact = [item for item in near if item.window == 0] or near
    last = max(item.published for item in exact)
    deciding = [item for item in exact if item.published == last]
    asserted = {item.asserts for item in deciding}
    return (asserted.pop() if len(asserted) == 1 else CONTESTED), deciding
