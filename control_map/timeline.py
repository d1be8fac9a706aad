"""Evidence becomes a timeline: a GeoDataFrame of half-open intervals, and the questions one can ask it."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.confidence import Support, confidence, is_well_graded
from control_map.model import NO_REPORT, Basis, Interest, Reason, Role, Via

SHOWN = ("status", "basis", "claimed_by", "disputed", "confidence", "since", "origins", "well_graded")
"""The columns whose values are what is on screen for a place."""
TIMELINE_COLUMNS = [
    "place_id",
    "kind",
    "name",
    "province_id",
    "province",
    *SHOWN,
    "last_reported",
    "reports",
    "rests_on",
    "valid_from",
    "valid_to",
    "geometry",
]
_FIRM = frozenset(
    {Reason.INDEPENDENT, Reason.AGAINST_INTEREST, Reason.CORROBORATED, Reason.ACCEPTED, Reason.EQUAL_STRENGTH}
)
_BASES = ["", Basis.BASELINE, Basis.AREA, Basis.OWN]
_QUARREL = frozenset({Reason.EQUAL_STRENGTH, Reason.OPPOSED_CLAIMS})


class _Row(NamedTuple):
    """The columns of the evidence that the fold reads."""

    place_id: str
    event_date: pd.Timestamp
    report_id: str
    via: str
    role: str
    reason: str
    interest: str
    status: str
    gainer: str
    origin: str
    reliability: str
    credibility: int


@dataclass(slots=True)
class _State:
    """What holds for one place at the end of a day."""

    status: str = NO_REPORT
    basis: str = ""
    claimed_by: str = ""
    disputed: bool = False
    since: pd.Timestamp | None = None
    reports: int = 0
    rests_on: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    well_graded: bool = False


def fold(evidence: pd.DataFrame, places: gpd.GeoDataFrame, period_start: dt.date) -> gpd.GeoDataFrame:
    """Fold evidence into intervals.

    Parameters
    ----------
    evidence
        As `assess` returns it, in its order. Not changed.
    places
        GeoDataFrame in EPSG:4326 with `place_id, kind, name, province_id, province, geometry`.
    period_start
        What was reported of events before this day is baseline.

    Returns
    -------
    GeoDataFrame
        One row for each place and run of days on which nothing about it changed, in EPSG:4326, by place and
        time: `place_id, kind, name, province_id, province, status, basis, claimed_by, disputed, confidence,
        since, origins, well_graded, last_reported, reports, rests_on, valid_from, valid_to, geometry`. The interval is
        `[valid_from, valid_to)`; NaT is without beginning or end. Each place begins with `no_report`.
        `since` is the day from which the status holds; `origins` and `well_graded` are those of
        `confidence.Support`; `last_reported` is the day of the last event reported, `reports` the number of reports up
        to the interval, `rests_on` the ids of those that set or confirm.
    """
    start = pd.Timestamp(period_start)
    rows = map(_Row._make, zip(*(evidence[name].tolist() for name in _Row._fields), strict=True))
    out: list[tuple[Any, ...]] = [
        (place_id, *_shown(_State()), pd.NaT, 0, (), pd.NaT) for place_id in places["place_id"]
    ]
    for place_id, own in groupby(rows, key=attrgetter("place_id")):
        state = _State()
        for day, told in groupby(own, key=attrgetter("event_date")):
            _step(state, list(told), start)
            out.append((place_id, *_shown(state), day, state.reports, tuple(state.rests_on), day))
    frame = pd.DataFrame(out, columns=["place_id", *SHOWN, "last_reported", "reports", "rests_on", "valid_from"])
    days = ["since", "last_reported", "valid_from"]
    frame[days] = frame[days].apply(pd.to_datetime)
    position = {place_id: number for number, place_id in enumerate(places["place_id"])}
    frame = frame.sort_values("place_id", key=lambda ids: ids.map(position), kind="stable", ignore_index=True)
    following = frame["place_id"].eq(frame["place_id"].shift(-1))
    frame["valid_to"] = frame["valid_from"].shift(-1).where(following)
    static = places[["kind", "name", "province_id", "province", "geometry"]].take(
        frame["place_id"].map(position).to_numpy()
    )
    merged = pd.concat([frame, pd.DataFrame(static).reset_index(drop=True)], axis=1)
    return gpd.GeoDataFrame(merged[TIMELINE_COLUMNS], geometry="geometry", crs=places.crs)


def _step(state: _State, day: list[_Row], start: pd.Timestamp) -> None:
    """Change the state by the evidence of one place and day."""
    sets = [row for row in day if row.role == Role.SETS]
    if sets:
        state.status, state.since = sets[0].status, sets[0].event_date
        state.claimed_by, state.disputed, state.basis = "", False, ""
        state.rests_on, state.origins, state.well_graded = [], set(), False
    for row in day:
        state.reports += 1
        if row.role in (Role.SETS, Role.CONFIRMS):
            _support(state, row, start)
        elif row.role == Role.CONTRADICTS:
            state.disputed = True
    if any(row.role == Role.CONFIRMS and row.reason in _FIRM for row in day):
        state.claimed_by = ""
    for row in day:
        waits = row.role == Role.PENDING and row.reason != Reason.OPPOSED_CLAIMS
        if waits and row.interest == Interest.SELF_SERVING and row.gainer != state.status:
            state.claimed_by = row.gainer


def _support(state: _State, row: _Row, start: pd.Timestamp) -> None:
    """Let a report that sets or confirms the status support it."""
    state.rests_on.append(row.report_id)
    state.disputed |= row.reason in _QUARREL
    if row.reason in _FIRM or row.role == Role.SETS:
        on_area = Basis.AREA if row.via == Via.AREA else Basis.OWN
        state.basis = max(state.basis, Basis.BASELINE if row.event_date < start else on_area, key=_BASES.index)
    if row.interest != Interest.SELF_SERVING and row.reason != Reason.SAME_ORIGIN:
        state.origins.add(row.origin)
        state.well_graded |= is_well_graded(row.reliability, row.credibility)


def _shown(state: _State) -> tuple[Any, ...]:
    since = pd.NaT if state.since is None else state.since
    support = Support(state.status, str(state.basis), state.disputed, len(state.origins), state.well_graded)
    return (*support[:2], state.claimed_by, state.disputed, confidence(support), since, *support[3:])


def as_of(timeline: gpd.GeoDataFrame, date: dt.date) -> gpd.GeoDataFrame:
    """Return the one row of each place that holds on a date, with the columns of the timeline."""
    day = np.datetime64(date)
    begun = timeline["valid_from"].to_numpy()
    ended = timeline["valid_to"].to_numpy()
    holds = (np.isnat(begun) | (begun <= day)) & (np.isnat(ended) | (day < ended))
    return timeline.take(np.flatnonzero(holds))


def history(timeline: gpd.GeoDataFrame, place_id: str) -> pd.DataFrame:
    """Return the statuses of one place in order, one row each: `status, since, until, disputed`.

    Neighbouring intervals of the same status are one row. `until` is the day after the last; NaT: still so.
    """
    own = timeline.loc[timeline["place_id"] == place_id]
    run = (own["status"] != own["status"].shift()).cumsum()
    groups = own.groupby(run, sort=True)
    return groups.agg(
        status=("status", "first"),
        since=("valid_from", "first"),
        until=("valid_to", _last),
        disputed=("disputed", "any"),
    ).reset_index(drop=True)


def _last(column: pd.Series) -> object:
    return column.iloc[-1]


def changes(timeline: gpd.GeoDataFrame, after: dt.date, until: dt.date) -> pd.DataFrame:
    """Return the changes of status dated after one day and up to another, in order of date and place.

    Columns `date, place_id, kind, name, province, before, status, basis, rests_on`. A change of anything but
    the status is not one.
    """
    before = timeline["status"].shift().where(timeline["place_id"].eq(timeline["place_id"].shift()))
    changed = before.notna() & (before != timeline["status"])
    inside = (timeline["valid_from"] > pd.Timestamp(after)) & (timeline["valid_from"] <= pd.Timestamp(until))
    frame = pd.DataFrame(timeline.drop(columns="geometry")).assign(before=before, date=timeline["valid_from"])
    columns = ["date", "place_id", "kind", "name", "province", "before", "status", "basis", "rests_on"]
    return frame.loc[changed & inside, columns].sort_values(["date", "place_id"], ignore_index=True)
