"""Located reports become evidence: under a rule, each report gets a role and a reason.

The order of the work: `bearings` says on which places a report bears, `assess` puts the reports of each place
in the order of their events and lets `Weighing` decide day by day. Terms and rules are those of the README's
section "How a report becomes a colour".
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

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
from control_map.weigh import FOREVER, Item, Weighing

EVIDENCE_COLUMNS = [
    "place_id",
    "report_id",
    "via",
    "asserts",
    "gainer",
    "interest",
    "role",
    "reason",
    "because_of",
    "status",
    "event_date",
    "reported_date",
    "origin",
    "reliability",
    "credibility",
]

_RESTS_ON_OTHERS = frozenset({Reason.CORROBORATED, Reason.CONTRADICTED})


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
    areas = reports[reports["precision"].isin([Precision.PROVINCE, Precision.COUNTRY])].rename(
        columns={"place_id": "province_id"}
    )
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
        via, asserts, gainer, interest, role, reason, because_of, status, event_date, reported_date, origin,
        reliability, credibility`. `asserts` is an actor, `contested`, or empty; `gainer` is the actor who gains by
        it; `because_of` are the ids of the reports that corroborate or contradict a claim, later ones too;
        `status` is the status of the place at the end of the event's day, empty if it has none yet.
    """
    if known_on is not None:
        located = located[located["reported_date"] <= pd.Timestamp(known_on)]
    located = located.reset_index(drop=True)
    opponents = {actor.id: frozenset(actor.opponents) for actor in actors}
    statements = _statements(located, opponents, rule, period_start)
    pairs = (
        bearings(located, places)
        .join(statements, on="report")
        .sort_values(["place_id", "day", "published", "report_id"], kind="stable", ignore_index=True)
    )
    _refuse(pairs, pairs["via"] == Via.INSIDE, Role.CONTEXT, Reason.PART_OF_PLACE)
    if not rule.area_reports:
        _refuse(pairs, pairs["via"] == Via.AREA, Role.OUTWEIGHED, Reason.SWITCHED_OFF)
    items = _items(pairs)
    horizon = FOREVER if known_on is None else (pd.Timestamp(known_on) - pd.Timestamp(0)).days
    status = [""] * len(items)
    for begin, end in progress(_runs(pairs["place_id"].to_numpy())):
        weighing = Weighing(rule, opponents, horizon)
        status[begin:end] = weighing.run(items[begin:end])
    because_of = [item.because_of if item.reason in _RESTS_ON_OTHERS else () for item in items]
    evidence = pairs.assign(
        role=[item.role for item in items],
        reason=[item.reason for item in items],
        because_of=pd.Series(because_of, index=pairs.index, dtype="object"),
        status=status,
    )
    evidence = evidence.join(located[["event_date", "reported_date", "reliability", "credibility"]], on="report")
    return evidence[EVIDENCE_COLUMNS]


def _runs(keys: np.ndarray) -> list[tuple[int, int]]:
    """Return begin and end of each run of equal values."""
    edges = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist(), len(keys)]
    return list(pairwise(edges)) if len(keys) else []


def _refuse(frame: pd.DataFrame, refused: Any, role: Role, reason: Reason) -> None:
    """Give the rows that have no vote their role and reason, in place."""
    frame.loc[refused, ["role", "reason"]] = [role.value, reason.value]


def _statements(
    located: pd.DataFrame, opponents: dict[str, frozenset[str]], rule: Rule, period_start: dt.date
) -> pd.DataFrame:
    """Say for each report what it asserts, in whose interest, and whether the rule admits it."""
    pairs = list(zip(located["claim"], located["actor"], strict=True))
    meant = {(claim, actor): _assertion(claim, actor, opponents) for claim, actor in set(pairs)}
    asserts, gainer = [meant[pair][0] for pair in pairs], [meant[pair][1] for pair in pairs]
    withdrew = located["claim"] == Claim.WITHDREW
    keys = list(zip(located["claimant_side"], gainer, located["actor"], withdrew, strict=True))
    interests = {key: interest(*key, opponents) for key in set(keys)}
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
    # A later refusal overwrites an earlier one: the last that applies is the one that is said.
    if not rule.baseline:
        before = frame["day"] < (pd.Timestamp(period_start) - pd.Timestamp(0)).days
        _refuse(frame, before, Role.OUTWEIGHED, Reason.SWITCHED_OFF)
    below = np.array([not accepted[grade] for grade in grades], dtype=bool)
    _refuse(frame, below, Role.OUTWEIGHED, Reason.BELOW_GRADE)
    if rule.only_side:
        _refuse(frame, frame["side"] != rule.only_side, Role.OUTWEIGHED, Reason.OTHER_SIDE)
    _refuse(frame, frame["claim"] == Claim.FIGHTING, Role.CONTEXT, Reason.FIGHTING)
    return frame


def _assertion(claim: str, actor: str, opponents: dict[str, frozenset[str]]) -> tuple[str, str]:
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
    if len(opponents[actor]) > 1 or not opponents[actor]:
        return CONTESTED, ""
    (successor,) = opponents[actor]
    return successor, successor


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


def _items(pairs: pd.DataFrame) -> list[Item]:
    # The fields of Item after its index, in their order.
    columns = ["report_id", "day", "window", "published", "via", "claim", "asserts", "gainer", "side"]
    columns += ["interest", "origin", "strong", "role", "reason"]
    rows = zip(*(pairs[column].tolist() for column in columns), strict=True)
    return [Item(index, *row) for index, row in enumerate(rows)]
