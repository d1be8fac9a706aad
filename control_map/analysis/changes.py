"""What changed between two dates: places gained, taken back, newly contested and lost.

`compare_dates` compares two days and says what became of each place. `changes_within` lists everything that happened
between them, also what was undone again before the later day.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.assessment.timeline import as_of, named_statuses, run_starts
from control_map.core.model import CONTESTED, NO_REPORT, NOBODY, UNKNOWN, Change, PlaceKind

DATE_COMPARISON_COLUMNS = ["place_id", "kind", "name", "province", "before", "after", "change", "last_changed_on"]
CHANGE_COLUMNS = (
    "date place_id kind name province_id province before after change reversal held_since held_days".split()
)
CHANGE_COLUMNS += ["basis", "disputed", "confidence"]
_INTERVAL_COLUMNS = (
    "place_id kind name province_id province status basis disputed confidence rests_on valid_from".split()
)


def compare_dates(
    timeline: gpd.GeoDataFrame, since: dt.date, until: dt.date, known_before: gpd.GeoDataFrame | None = None
) -> pd.DataFrame:
    """Say of each place what changed from one date to another.

    A hold is a run of days without another status between. `gained` and `taken_back` are holds on the later date that
    began after the earlier date, also those of a party that held the place on the earlier date and lost it in between.

    Parameters
    ----------
    timeline
        What `build_timeline` returns. Not changed.
    since, until
        The earlier and the later date. What happened on the earlier date is no change, what happened on the later one
        is. From a date to itself, or to an earlier one, nothing changes.
    known_before
        The timeline of the same places by which the earlier date is judged, such as one of what was known on it; by
        default `timeline`. Not changed.

    Returns
    -------
    DataFrame
        One row a place, in the order of the timeline, with `DATE_COMPARISON_COLUMNS`: `before` and `after` are the
        statuses on the two dates, `change` is a `Change`, `last_changed_on` the day on which the place last changed
        (which may not have been from `before`), missing if it is unchanged.
    """
    timeline = timeline.assign(status=named_statuses(timeline))
    begun, again = find_holds(timeline)
    earlier, later = as_of(timeline, min(since, until)), as_of(timeline, until)
    in_hindsight, after = earlier["status"].reset_index(drop=True), later["status"].reset_index(drop=True)
    before = in_hindsight
    if known_before is not None:
        known = as_of(known_before, min(since, until))
        before = named_statuses(known).reset_index(drop=True)
    last = begun[later.index].reset_index(drop=True)
    lost_between = (in_hindsight == after) & (last > pd.Timestamp(since))
    new = (is_held(after) & ((before != after) | lost_between)).to_numpy()
    back = again[later.index].to_numpy()
    change = np.select(
        [
            new & back,
            new,
            (after == CONTESTED) & (before != after),
            after.isin([UNKNOWN, NO_REPORT]) & (before != after),
        ],
        [Change.TAKEN_BACK, Change.GAINED, Change.CONTESTED, Change.LOST],
        Change.UNCHANGED,
    )
    places = pd.DataFrame(later[DATE_COMPARISON_COLUMNS[:4]]).reset_index(drop=True)
    last_changed_on = last.where(change != Change.UNCHANGED)
    return places.assign(before=before, after=after, change=change, last_changed_on=last_changed_on)


def is_held(statuses: pd.Series) -> pd.Series:
    """Say of each status whether it names a party that holds the place."""
    return ~statuses.isin(NOBODY)


def find_holds(intervals: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Say of each interval when its hold began, and whether the place had this status in an earlier hold.

    `intervals` come by place and in order of time, and have `place_id, status, valid_from`.
    """
    rows = pd.DataFrame(intervals[["place_id", "status", "valid_from"]])
    begins = run_starts(rows)
    first = rows[begins]
    number = (begins.cumsum() - 1).to_numpy()
    begun, again = (
        column.take(number).set_axis(rows.index)
        for column in (first["valid_from"], first.duplicated(["place_id", "status"]))
    )
    return begun, again


def classify_all_changes(timeline: gpd.GeoDataFrame, changes: pd.DataFrame, period_start: dt.date) -> pd.DataFrame:
    """Return one row for each change of status of a place, in order of date and place, for `changes_within`.

    `changes` is what `changes_between` returns of all time. Neither input is changed. The columns are those of
    `changes_within`, but for `reversal`: `regains` says that the party lost the place on or after `period_start`, and
    `rival_since` is when another party came to hold it from which it is taken, missing if there is none.
    """
    intervals = pd.DataFrame(timeline)[_INTERVAL_COLUMNS].assign(status=named_statuses(timeline))
    begun, again = find_holds(intervals)
    rival, rival_since = _holder_before(intervals)
    runs = intervals[run_starts(intervals)]
    ended = runs["valid_from"].shift(-1)  # the last run of a place gets a wrong end, and nothing comes after it
    described = intervals.assign(
        date=intervals["valid_from"],
        after=intervals["status"],
        held_since=begun.shift(),
        again=again,
        lost_on=ended.groupby([runs["place_id"], runs["status"]]).shift(),
        rival_since=np.where(rival != intervals["status"].to_numpy(), rival_since, np.datetime64("NaT")),
    )
    rows = changes[["date", "place_id", "before"]].merge(described, on=["place_id", "date"])
    held = is_held(rows["after"])
    change = np.select(
        [held & rows["again"], held, rows["after"] == CONTESTED],
        [Change.TAKEN_BACK, Change.GAINED, Change.CONTESTED],
        Change.LOST,
    )
    start = pd.Timestamp(period_start)
    return rows.assign(
        change=change,
        regains=held & (rows["lost_on"] >= start),
        rival_since=rows["rival_since"].where(held),
        held_days=(rows["date"] - rows["held_since"]).dt.days.astype("Int64").where(rows["held_since"] >= start),
    )


def changes_within(classified: pd.DataFrame, after: dt.date, until: dt.date) -> pd.DataFrame:
    """Return one row for each change of status of a place after one day and up to another.

    Parameters
    ----------
    classified
        What `classify_all_changes` returns. Not changed.
    after, until
        What happened on the earlier day is left out, what happened on the later day counts. From a day to itself, or to
        an earlier one, nothing changes.

    Returns
    -------
    DataFrame
        In order of date and place, with `CHANGE_COLUMNS`. Applied in this order to the statuses of the earlier day,
        they give those of the later; where no report, or none that names a holder, counts as one status.

        - `change`: a `Change`, as from the day before to the day of the change;
        - `reversal`: true where a party takes a place back (`taken_back`) that it lost on or after the first day
          of the period, whatever was between, a fight too; and where it takes it from another party that came to hold
          it only after `after`. What becomes contested or is lost is no reversal yet;
        - `before`: the status that a map showed, which is `unknown` where reports named no holder: a step from
          `no_report` to that is no change, see `counted_before`;
        - `held_since`: the day from which the place had the status `before`, missing where no holder was named;
        - `held_days`: the days from then to the change; missing also if that was before the period, whose reports are
          too few to say what was in between;
        - `basis, disputed, confidence`: of the new status, at the end of the day of the change.
    """
    days = [np.datetime64(day) for day in (after, until)]
    begin, end = np.searchsorted(classified["date"].to_numpy(), days, side="right")
    rows = classified.iloc[begin:end].reset_index(drop=True)
    reversal = rows["regains"] | (rows["rival_since"] > pd.Timestamp(after))
    return rows.assign(reversal=reversal)[[*CHANGE_COLUMNS, "rests_on"]]


def counted_before(changes: pd.DataFrame) -> pd.Series:
    """Return the status before each change as it counts: `no_report` where reports named no holder.

    `changes` are rows of what `changes_within` returns.
    """
    return changes["before"].mask(changes["held_since"].isna(), NO_REPORT)


def _holder_before(intervals: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return for each interval the party that last held the place before it, empty if none did, and since when."""
    party = np.where(is_held(intervals["status"]), intervals["status"].to_numpy(dtype=object), "")
    place, number = pd.factorize(intervals["place_id"])[0], np.arange(len(intervals))
    first = np.maximum.accumulate(np.where(np.diff(place, prepend=-1) != 0, number, 0))
    last = np.maximum.accumulate(np.where(party != "", number, -1))
    holder = np.where(last >= first, party[last], "")
    took_over = (party != "") & ((number == first) | (holder != np.roll(holder, 1)))
    since = np.maximum.accumulate(np.where(took_over, number, 0))
    has_before = number > first
    begun = np.where(holder != "", intervals["valid_from"].to_numpy()[since], np.datetime64("NaT"))
    return np.where(has_before, np.roll(holder, 1), ""), np.where(has_before, np.roll(begun, 1), np.datetime64("NaT"))


def count_changes(changes: pd.DataFrame, statuses: Sequence[str]) -> pd.DataFrame:
    """Count changes by status: a row for each of the statuses but `no_report`, `status, gained, taken_back, lost`.

    `changes` are rows of what `compare_dates` or `changes_within` returns, and are not changed. `lost` counts the
    places that had the status before and do not have it any more, whatever it is now; in the rows of `contested` and
    `unknown`, `gained` counts the places that have newly come to that.
    """
    rows = zip(*(changes[name].tolist() for name in ("before", "after", "change")), strict=True)
    return pd.DataFrame(_count_rows(list(rows), statuses))


def _count_rows(rows: Sequence[tuple[str, str, str]], statuses: Sequence[str]) -> list[dict[str, Any]]:
    """Count rows of `before, after, change`; the result has a record for each row of `count_changes`."""
    gained = Counter(after for _, after, change in rows if change in (Change.GAINED, Change.CONTESTED, Change.LOST))
    back = Counter(after for _, after, change in rows if change == Change.TAKEN_BACK)
    lost = Counter(before for before, after, _ in rows if before != after)
    return [
        {"status": status, "gained": gained[status], "taken_back": back[status], "lost": lost[status]}
        for status in statuses
        if status != NO_REPORT
    ]


def count_district_changes(changes: pd.DataFrame, statuses: Sequence[str]) -> pd.DataFrame:
    """Count every change of a district, as `count_changes` does, with `net`: by how many districts the status grew.

    `changes` are rows of what `changes_within` returns: a district that changed twice counts twice.
    """
    districts = changes[changes["kind"] == PlaceKind.DISTRICT]
    counts = count_changes(districts.assign(before=counted_before(districts)), statuses)
    return counts.assign(net=_net(counts))


def _net(counts: Any) -> Any:
    """Return by how many places a status grew, of one record of counts or of a table of them."""
    return counts["gained"] + counts["taken_back"] - counts["lost"]


def count_district_changes_by_province(changes: pd.DataFrame, statuses: Sequence[str]) -> pd.DataFrame:
    """Return `count_district_changes` for each province in which a district changed, in the order of their names.

    The columns `province_id, province` come before the others.
    """
    districts = changes[changes["kind"] == PlaceKind.DISTRICT]
    districts = districts.assign(before=counted_before(districts))
    stated = (districts[name].tolist() for name in ("province", "province_id", "before", "after", "change"))
    by_province: defaultdict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for province, province_id, before, after, change in zip(*stated, strict=True):
        by_province[province, province_id].append((before, after, change))
    # Plain records, as a frame for each province would take most of the time.
    counts = [
        {"province_id": province_id, "province": province, **count, "net": _net(count)}
        for (province, province_id), rows in sorted(by_province.items())
        for count in _count_rows(rows, statuses)
    ]
    return pd.DataFrame(counts, columns=["province_id", "province", "status", "gained", "taken_back", "lost", "net"])
