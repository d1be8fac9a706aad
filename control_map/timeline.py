"""Evidence becomes a timeline: a GeoDataFrame of half-open intervals, and the questions one can ask it."""

import datetime as dt
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.model import NO_REPORT, Basis, Confidence, Interest, Reason, Role, Via

SHOWN = ("status", "basis", "claimed_by", "disputed", "confidence", "since")
"""The columns whose values are what is on screen for a place."""
_FIRM = frozenset({Reason.INDEPENDENT, Reason.AGAINST_INTEREST, Reason.CORROBORATED, Reason.ACCEPTED, Reason.EQUAL_STRENGTH})
_QUARREL = frozenset({Reason.EQUAL_STRENGTH, Reason.OPPOSED_CLAIMS})


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
        since, last_reported, reports, rests_on, valid_from, valid_to, geometry`. The interval is
        `[valid_from, valid_to)`; NaT is without beginning or end. Each place begins with `no_report`.
        `since` is the day from which the status holds, `last_reported` the day of the last event reported,
        `reports` the number of reports up to the interval, `rests_on` the ids of those that set or confirm.
    """
    start = pd.Timestamp(period_start)
    names = ["place_id", "event_date", "report_id", "via", "role", "reason", "interest", "status", "gainer", "origin", "reliability", "credibility"]
    rows = list(zip(*(evidence[name].tolist() for name in names), strict=True))
    out: list[tuple[object, ...]] = []
    position = {place_id: number for number, place_id in enumerate(places["place_id"])}
    begin, total = 0, len(rows)
    for place_id in position:
        out.append((place_id, *_shown(_State()), pd.NaT, 0, (), pd.NaT))
    while begin < total:
        state, place_id = _State(), rows[begin][0]
        while begin < total and rows[begin][0] == place_id:
            day, end = rows[begin][1], begin
            while end < total and rows[end][0] == place_id and rows[end][1] == day:
                end += 1
            _step(state, rows[begin:end], start)
            out.append((place_id, *_shown(state), day, state.reports, tuple(state.rests_on), day))
            begin = end
    columns = ["place_id", *SHOWN, "last_reported", "reports", "rests_on", "valid_from"]
    frame = pd.DataFrame(out, columns=columns)
    frame = frame.iloc[np.argsort(frame["place_id"].map(position).to_numpy(), kind="stable")].reset_index(drop=True)
    following = frame["place_id"].eq(frame["place_id"].shift(-1))
    frame["valid_to"] = frame["valid_from"].shift(-1).where(following)
    static = places.set_index("place_id")[["kind", "name", "province_id", "province", "geometry"]].loc[frame["place_id"]].reset_index()
    order = ["place_id", "kind", "name", "province_id", "province", *columns[1:], "valid_to", "geometry"]
    merged = pd.concat([frame, static.drop(columns="place_id")], axis=1)[order]
    return gpd.GeoDataFrame(merged, geometry="geometry", crs=places.crs)


def _step(state: _State, day: list[tuple[object, ...]], start: pd.Timestamp) -> None:
    """Change the state by the evidence of one place and day."""
    sets = [row for row in day if row[4] == Role.SETS]
    if sets:
        state.status, state.since = str(sets[-1][7]), sets[0][1]  # type: ignore[assignment]
        state.claimed_by, state.disputed, state.basis = "", False, ""
        state.rests_on, state.origins, state.well_graded = [], set(), False
    for _, date, report_id, via, role, reason, interest, status, gainer, origin, reliability, credibility in day:
        state.reports += 1
        if role in (Role.SETS, Role.CONFIRMS):
            firm = reason in _FIRM
            state.rests_on.append(str(report_id))
            state.disputed |= reason in _QUARREL
            if firm and not sets:
                state.claimed_by = ""
            if firm or role == Role.SETS:
                state.basis = _better_basis(state.basis, Basis.BASELINE if date < start else Basis.AREA if via == Via.AREA else Basis.OWN)  # type: ignore[operator]
            if interest != Interest.SELF_SERVING and reason != Reason.SAME_ORIGIN:
                state.origins.add(str(origin))
                state.well_graded |= str(reliability) <= "B" and int(credibility) <= 2  # type: ignore[call-overload]
        elif role == Role.CONTRADICTS:
            state.disputed = True
        elif role == Role.PENDING and gainer != state.status and state.status == status:
            state.claimed_by = str(gainer)


def _better_basis(one: str, other: str) -> str:
    order = ["", Basis.BASELINE, Basis.AREA, Basis.OWN]
    return max(one, other, key=order.index)


def _shown(state: _State) -> tuple[object, ...]:
    basis = str(state.basis)
    return (state.status, basis, state.claimed_by, state.disputed, confidence(state), state.since or pd.NaT)


def confidence(state: _State) -> str:
    """Grade how well a status is supported, by independent origins and grades.

    High: two or more origins that are not self-serving, one of them graded B2 or better, on the place itself.
    Medium: one such origin of that grade, or two of lower grade. Low: all else. A disputed status is one step
    lower; one that rests on an area report or the baseline is medium at the most.
    """
    if state.status == NO_REPORT:
        return ""
    steps = (len(state.origins) >= 2) + state.well_graded
    if state.basis != Basis.OWN:
        steps = min(steps, 1)
    steps = max(0, steps - state.disputed)
    return (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)[steps].value


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
        status=("status", "first"), since=("valid_from", "first"), until=("valid_to", _last), disputed=("disputed", "any")
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
