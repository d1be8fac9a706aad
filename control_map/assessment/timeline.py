"""Evidence becomes a timeline, a GeoDataFrame of half-open intervals, and the timeline answers what holds on a day.

A *day* here is a day of one place on which something is reported of it. A status lasts from the day on which it is
set to the day on which the next one is set; all that is counted of a status is counted from its first day.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.assessment.confidence import grade_confidence, is_well_graded
from control_map.core.arrays import Flags, Ints
from control_map.core.limits import LIMITS
from control_map.core.model import NO_REPORT, UNKNOWN, WAITING_INTERESTS, Basis, PlaceKind, Reason, Role, Via

STATUS_ATTRIBUTES = ("status", "basis", "claimed_by", "disputed")
"""What is said of a place on a day: the timeline, a replay, the table of statuses and the exported ones have these."""
_STATIC = ["kind", "name", "province_id", "province", "geometry"]
TIMELINE_COLUMNS = ["place_id", *_STATIC[:-1], *STATUS_ATTRIBUTES]
TIMELINE_COLUMNS += ["confidence", "since", "origins", "well_graded"]
TIMELINE_COLUMNS += ["last_reported", "reports", "rests_on", "rests_on_count", "valid_from", "valid_to", "geometry"]
_Frame = TypeVar("_Frame", bound=pd.DataFrame)
_LEFT_OPEN = {"status": UNKNOWN, "claimed_by": "", "disputed": False, "origins": 0, "well_graded": False}
_FIRM = [Reason.INDEPENDENT, Reason.AGAINST_INTEREST, Reason.CORROBORATED, Reason.ACCEPTED, Reason.EQUAL_STRENGTH]


def build_timeline(
    evidence: pd.DataFrame, places: gpd.GeoDataFrame, period_start: dt.date, ends: Mapping[str, dt.date]
) -> gpd.GeoDataFrame:
    """Turn evidence into intervals, one for each place and run of days on which nothing about the place changed.

    Parameters
    ----------
    evidence
        As `assess` returns it. Not changed.
    places
        GeoDataFrame in EPSG:4326 with `place_id, kind, name, province_id, province, geometry`.
    period_start
        Reports of events before this day are baseline.
    ends
        From which day a party no longer exists, for the parties that end; what one still held is `unknown` from it on.

    Returns
    -------
    GeoDataFrame
        Intervals `[valid_from, valid_to)` in EPSG:4326, by place and time, with `TIMELINE_COLUMNS`. NaT is without
        beginning or end. Each place begins with `no_report`. `since` is the day from which the status holds; `origins`
        and `well_graded` are those of `confidence.Support`; `last_reported` is the day of the last event reported,
        `reports` the number of reports up to the interval. A place whose reports name no holder yet is `unknown`, with
        neither `since` nor `basis`. `rests_on` are the ids of those that set or
        confirm the status, of each day the setting ones first, at most `LIMITS.listed_reports`, and `rests_on_count`
        is how many there are.
    """
    position = pd.Index(places["place_id"])
    rows = _daily_statuses(evidence, position, period_start)
    place = position.get_indexer(rows["place_id"])
    order = np.argsort(place, kind="stable")
    rows = _split_at_ends(rows.take(order).reset_index(drop=True), ends)
    rows = rows.assign(
        confidence=grade_confidence(rows),
        # Each place begins with NaT, which is also where the one before it ends.
        valid_to=rows["valid_from"].shift(-1),
    )
    static = pd.DataFrame(places[_STATIC].take(position.get_indexer(rows["place_id"]))).reset_index(drop=True)
    merged = pd.concat([rows, static], axis=1)
    return gpd.GeoDataFrame(merged[TIMELINE_COLUMNS], geometry="geometry", crs=places.crs)


def latest_statuses(evidence: pd.DataFrame, place_ids: pd.Index, period_start: dt.date) -> pd.DataFrame:
    """Return what holds after all of the evidence: one row for each place, with the index `place_id`.

    The parameters are those of `build_timeline`, and so are the columns `status, basis, claimed_by, disputed, since`
    and the others that do not describe the place or the interval.
    """
    rows = _daily_statuses(evidence, place_ids, period_start)
    return rows.drop_duplicates("place_id", keep="last").set_index("place_id").loc[place_ids]


def as_of(timeline: _Frame, date: dt.date) -> _Frame:
    """Return the row of each place that holds on a date, with the columns of the timeline."""
    day = np.datetime64(date)
    begun = timeline["valid_from"].to_numpy()
    ended = timeline["valid_to"].to_numpy()
    holds = (np.isnat(begun) | (begun <= day)) & (np.isnat(ended) | (day < ended))
    return timeline.take(np.flatnonzero(holds))


def drawn_statuses(now: _Frame, places: pd.DataFrame) -> _Frame:
    """Return the rows of a day as a map draws them: a capital that no report is about as the district that contains it.

    `now` is what `as_of` returns, `places` has `place_id, kind, parent_id`. Neither is changed. Such a capital has the
    district's `status, claimed_by, disputed`, with the basis `area`, so that it is drawn lighter.
    """
    districts = now[["place_id", "status", "claimed_by", "disputed"]].set_index("place_id")
    parent = now["place_id"].map(places.set_index("place_id")["parent_id"])
    is_silent = (now["kind"] == PlaceKind.CAPITAL) & (now["status"] == NO_REPORT) & parent.isin(districts.index)
    lent = {str(name): now[name].mask(is_silent, parent.map(districts[name])) for name in districts}
    is_drawn_so = is_silent & (lent["status"] != NO_REPORT)
    return now.assign(**{**lent, "basis": now["basis"].mask(is_drawn_so, Basis.AREA)})


def run_starts(rows: pd.DataFrame, columns: Sequence[str] = ("place_id", "status")) -> pd.Series:
    """Say of each row whether it begins a run of rows that are equal in these columns."""
    begins = np.zeros(len(rows), dtype=bool)
    begins[:1] = True
    for name in columns:
        values = rows[name].to_numpy()
        begins[1:] |= values[1:] != values[:-1]
    return pd.Series(begins, index=rows.index)


def named_statuses(rows: pd.DataFrame) -> pd.Series:
    """Return the statuses of rows of a timeline, with `no_report` where reports name no holder: that is no change."""
    return rows["status"].mask(rows["basis"] == "", NO_REPORT)


def status_histories(timeline: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the statuses of places in order, one row each: `place_id, status, since, until, disputed`.

    Neighbouring intervals of the same status are one row. `until` is the day after the last one, NaT if it still holds.
    """
    begins = run_starts(timeline)
    first, last = timeline[begins], timeline[begins.shift(-1, fill_value=True)]
    return pd.DataFrame(
        {
            "place_id": first["place_id"].to_numpy(),
            "status": first["status"].to_numpy(),
            "since": first["valid_from"].to_numpy(),
            "until": last["valid_to"].to_numpy(),
            "disputed": timeline["disputed"].groupby(begins.cumsum()).any().to_numpy(),
        }
    )


def changes_between(timeline: gpd.GeoDataFrame, after: dt.date, until: dt.date) -> pd.DataFrame:
    """Return the changes of status dated after one day and up to another, in order of date and place.

    The columns are `date, place_id, kind, name, province, before, status, basis, rests_on`. Only a change of the status
    counts as one, see `named_statuses`: a step from no report to reports that name no holder, which a map shows as
    unknown control, is none. `before` is the status that a map showed, so it can be `unknown` after such a step.
    """
    begun, place = (timeline[name].to_numpy() for name in ("valid_from", "place_id"))
    status = named_statuses(timeline).to_numpy()
    # Each place begins with an interval without a first day: one that begins within the days has one before it.
    inside = np.flatnonzero((begun > np.datetime64(after)) & (begun <= np.datetime64(until)))
    changed = inside[status[inside] != status[inside - 1]]
    changed = changed[np.lexsort((pd.factorize(place[changed], sort=True)[0], begun[changed]))]
    taken = ["place_id", "kind", "name", "province", "status", "basis", "rests_on"]
    frame = pd.DataFrame({name: timeline[name].array.take(changed) for name in taken})
    frame = frame.assign(date=begun[changed], before=timeline["status"].array.take(changed - 1))
    return frame[["date", "place_id", "kind", "name", "province", "before", "status", "basis", "rests_on"]]


def end_parties(rows: pd.DataFrame, ends: Mapping[str, dt.date]) -> pd.DataFrame:
    """Leave open who holds what a party held that has ended: its status is `unknown` from that day on.

    `rows` have some of the columns of `latest_statuses`, and `valid_from`, the day that each is about. The reports on
    which the party's hold rested stay named.
    """
    for party, end in ends.items():
        is_over = (rows["status"] == party) & (rows["valid_from"] >= pd.Timestamp(end))
        left_open = {name: value for name, value in {**_LEFT_OPEN, "since": pd.Timestamp(end)}.items() if name in rows}
        rows = rows.assign(**{name: rows[name].mask(is_over, value) for name, value in left_open.items()})
    return rows


def _split_at_ends(rows: pd.DataFrame, ends: Mapping[str, dt.date]) -> pd.DataFrame:
    """Begin a new row where a party ends while it holds a place; the rows are by place, then time."""
    for party, end in ends.items():
        day = pd.Timestamp(end)
        is_last = rows["place_id"] != rows["place_id"].shift(-1)
        lasts = (rows["valid_from"] < day) & (is_last | (rows["valid_from"].shift(-1) > day))
        begun = rows[(rows["status"] == party) & lasts].assign(valid_from=day)
        rows = pd.concat([rows, begun.set_axis(begun.index + 0.5)]).sort_index().reset_index(drop=True)
    return end_parties(rows, ends)


def _daily_statuses(evidence: pd.DataFrame, place_ids: pd.Index, period_start: dt.date) -> pd.DataFrame:
    """Return a first row for each place, before anything is reported of it, and after these one for each day."""
    nothing = pd.DataFrame(
        {
            "place_id": place_ids,
            "valid_from": pd.Series(pd.NaT, index=range(len(place_ids)), dtype="datetime64[us]"),
            "since": pd.Series(pd.NaT, index=range(len(place_ids)), dtype="datetime64[us]"),
            "status": NO_REPORT,
            "basis": "",
            "claimed_by": "",
            "disputed": False,
            "origins": 0,
            "well_graded": False,
            "last_reported": pd.Series(pd.NaT, index=range(len(place_ids)), dtype="datetime64[us]"),
            "reports": 0,
            "rests_on": pd.Series([()] * len(place_ids), dtype="object"),
            "rests_on_count": 0,
        }
    )
    return pd.concat([nothing, _reported_days(evidence, pd.Timestamp(period_start))], ignore_index=True)


@dataclass(frozen=True, eq=False)
class _Days:
    """The days of the evidence, in order.

    `of` is the day of each row of the evidence; `first` and `after` are the first row of each day and the one after its
    last; `begins_place` says which days are the first of their place; `set_on` is the first day of each day's status.
    """

    of: Ints
    first: Ints
    after: Ints
    begins_place: Flags
    set_on: Ints

    def any(self, rows: Flags) -> Flags:
        """Say of each day whether one of its rows is among these."""
        return np.bincount(self.of[rows], minlength=len(self.first)) > 0

    def ever(self, rows: Flags) -> Flags:
        """Say of each day whether a row since the first day of its status is among these."""
        return _last(self.any(rows), -1) >= self.set_on

    def count(self, rows: Flags) -> tuple[Ints, Ints]:
        """Count such rows up to the first day of each day's status, and up to the end of the day."""
        each = np.bincount(self.of[rows], minlength=len(self.first))
        so_far = np.cumsum(each)
        return so_far[self.set_on] - each[self.set_on], so_far


def _days(evidence: pd.DataFrame, sets: Flags) -> _Days:
    place, day = pd.factorize(evidence["place_id"])[0], evidence["counts_from"].to_numpy()
    begins_place = np.diff(place, prepend=-1) != 0
    begins = begins_place.copy()
    begins[1:] |= day[1:] != day[:-1]
    first = np.flatnonzero(begins)
    of = np.cumsum(begins) - 1
    has_setter = np.bincount(of[sets], minlength=len(first)) > 0
    return _Days(
        of=of,
        first=first,
        after=np.append(first[1:], len(evidence)),
        begins_place=begins_place[first],
        set_on=_last(begins_place[first] | has_setter, 0),
    )


def _reported_days(evidence: pd.DataFrame, start: pd.Timestamp) -> pd.DataFrame:
    """Return one row for each place and day from which a report on it counts: what holds at the end of the day."""
    turn = np.lexsort((evidence["counts_from"].to_numpy(), pd.factorize(evidence["place_id"])[0]))
    evidence = evidence.take(turn).reset_index(drop=True)
    role, reason, via, interest = (evidence[name].to_numpy(object) for name in ("role", "reason", "via", "interest"))
    sets, firm = role == Role.SETS, np.isin(reason, _FIRM)
    supports = sets | (role == Role.CONFIRMS)
    waits = np.isin(interest, WAITING_INTERESTS)
    independent = supports & ~waits & (reason != Reason.SAME_ORIGIN)
    graded = np.array(is_well_graded(evidence["reliability"], evidence["credibility"]), dtype=bool)
    days = _days(evidence, sets)

    setter = _first_row(days, sets)[days.set_on]
    has_status = setter >= 0
    status = evidence["status"].take(np.where(has_status, setter, days.first)).reset_index(drop=True)
    status = status.mask(status == "", NO_REPORT)
    since = evidence["counts_from"].take(setter).where(has_status).reset_index(drop=True)
    counts, hardened = supports & (firm | sets), reason == Reason.HARDENED
    baseline, area = (evidence["event_date"] < start).to_numpy(), via == Via.AREA
    basis = np.select(
        [
            days.ever(counts & ~hardened & ~baseline & ~area),
            days.ever(counts & ~hardened & ~baseline),
            days.ever(counts & ~hardened),
            days.ever(counts),
        ],
        [Basis.OWN, Basis.AREA, Basis.BASELINE, Basis.CLAIM],
        "",
    )
    waiting = (role == Role.PENDING) & (reason != Reason.OPPOSED_CLAIMS) & waits
    gainer = evidence["gainer"].to_numpy()
    waiting &= (gainer != "") & (gainer != status.to_numpy()[days.of])
    origins_before, origins = days.count(_first_of_origin(evidence, days, independent))
    begin, end = days.count(supports)
    supporting = np.flatnonzero(supports)
    supporting = supporting[np.lexsort((~sets[supporting], days.of[supporting]))]
    ids = evidence["report_id"].to_numpy(dtype=object)[supporting]
    listed = np.minimum(end, begin + LIMITS.listed_reports)
    place_first = days.first[_last(days.begins_place, 0)]
    return pd.DataFrame(
        {
            "place_id": evidence["place_id"].take(days.first).reset_index(drop=True),
            "valid_from": evidence["counts_from"].take(days.first).reset_index(drop=True),
            "since": since,
            "status": status,
            "basis": pd.array(basis, dtype="str"),
            "claimed_by": _claims(evidence, days, waiting, firm & supports),
            "disputed": days.any(evidence["disputed"].to_numpy()),
            # Who corroborates a claim speaks for the status, even where something else goes before it on its own day.
            "origins": np.maximum(origins - origins_before, days.ever(supports & (reason == Reason.CORROBORATED))),
            "well_graded": days.ever(independent & graded),
            "last_reported": _last_events(evidence, days),
            "reports": days.after - place_first,
            "rests_on": pd.Series([tuple(ids[a:b]) for a, b in zip(begin, listed, strict=True)], dtype="object"),
            "rests_on_count": end - begin,
        }
    )


def _claims(evidence: pd.DataFrame, days: _Days, waiting: Flags, supports: Flags) -> pd.Series:
    """Return each day's unverified claimant beside the status, until a new status or until others confirm it.

    Of the claims of one day the one published last is shown, and of these the best graded; none if that leaves claims
    of different parties.
    """
    claims, clears = days.any(waiting), days.any(supports) | (days.set_on == np.arange(len(days.first)))
    decisive = _last(claims | clears, 0)
    claimant = np.zeros(len(days.first), dtype=np.int64)
    rows = np.flatnonzero(waiting)
    claimant[days.of[rows]] = rows  # of several rows of a day, the last is kept
    shown, weight = claimant[days.of[rows]], evidence[["reported_date", "reliability", "credibility"]]
    equal = (weight.take(rows).to_numpy() == weight.take(shown).to_numpy()).all(axis=1)
    gainer = evidence["gainer"].to_numpy()
    rivals = np.zeros(len(evidence), dtype=bool)
    rivals[rows] = equal & (gainer[rows] != gainer[shown])
    alone = claims & ~days.any(rivals)
    return evidence["gainer"].take(claimant[decisive]).where(alone[decisive], "").reset_index(drop=True)


def _last_events(evidence: pd.DataFrame, days: _Days) -> pd.Series:
    """Return for each day the last event of the reports that count by then."""
    event = evidence["event_date"].to_numpy().astype("datetime64[D]").astype("int64")
    last = np.full(len(days.first), event.min(initial=0))
    np.maximum.at(last, days.of, event)
    # Each place begins again: its days are on an axis of their own.
    stride = event.max(initial=0) - event.min(initial=0) + 1
    own = np.cumsum(days.begins_place) * stride
    latest = np.maximum.accumulate(last + own) - own
    return pd.Series(latest.astype("datetime64[D]").astype("datetime64[us]"))


def _first_row(days: _Days, rows: Flags) -> Ints:
    """Return for each day the first of its rows that is among these, -1 if none is."""
    first = np.full(len(days.first), -1)
    chosen = np.flatnonzero(rows)[::-1]
    first[days.of[chosen]] = chosen
    return first


def _first_of_origin(evidence: pd.DataFrame, days: _Days, rows: Flags) -> Flags:
    """Say which of these rows is the first of its origin under its status."""
    origin, names = pd.factorize(evidence["origin"])
    chosen = np.flatnonzero(rows)
    _, first = np.unique(days.set_on[days.of[chosen]] * (len(names) + 1) + origin[chosen], return_index=True)
    marked = np.zeros(len(evidence), dtype=bool)
    marked[chosen[first]] = True
    return marked


def _last(flags: Flags, otherwise: int) -> Ints:
    """Return for each position the last one up to it that is flagged."""
    return np.maximum.accumulate(np.where(flags, np.arange(len(flags)), otherwise))
