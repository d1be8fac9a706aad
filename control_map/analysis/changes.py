"""What changed between two dates: what was gained, taken back, newly contested and lost.

It compares the two days themselves; `ledger` lists all that happened between them.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.assessment.timeline import as_of, changes_between
from control_map.core.model import CONTESTED, NO_REPORT, Change, PlaceKind

CHANGE_COLUMNS = (
    "date place_id kind name province_id province before after change reversal held_since held_days".split()
)
CHANGE_COLUMNS += ["basis", "disputed", "confidence"]
_OF_INTERVALS = "place_id kind name province_id province status basis disputed confidence rests_on valid_from".split()

DATE_COMPARISON_COLUMNS = ["place_id", "kind", "name", "province", "before", "after", "change"]


def compare_dates(timeline: gpd.GeoDataFrame, since: dt.date, until: dt.date) -> pd.DataFrame:
    """Say of each place what changed from one date to another.

    A hold is a run of days without another status between. `gained` and `taken_back` are holds, on the later date, that
    began after the earlier date: also those of a party that held the place on the earlier date and lost it in between.

    Parameters
    ----------
    timeline
        What `fold` returns. Not changed.
    since, until
        The earlier and the later date; what happened on the earlier is no change, what happened on the later is. From
        a date to itself, or to an earlier one, nothing changes.

    Returns
    -------
    DataFrame
        One row a place, in the order of the timeline, with `DIFFERENCE_COLUMNS`: `before` and `after` are the statuses
        on the two dates, `change` is a `Change`.
    """
    begun, again = find_holds(timeline)
    earlier, later = as_of(timeline, min(since, until)), as_of(timeline, until)
    before, after = earlier["status"].to_numpy(), later["status"].to_numpy()
    held = (after != CONTESTED) & (after != NO_REPORT)
    new = held & (begun[later.index] > pd.Timestamp(since)).to_numpy()
    back = again[later.index].to_numpy()
    change = np.select(
        [new & back, new, (after == CONTESTED) & (before != CONTESTED), (after == NO_REPORT) & (before != NO_REPORT)],
        [Change.TAKEN_BACK, Change.GAINED, Change.CONTESTED, Change.LOST],
        Change.UNCHANGED,
    )
    told = pd.DataFrame(later[DATE_COMPARISON_COLUMNS[:4]]).assign(before=before, after=after, change=change)
    return told.reset_index(drop=True)


def find_holds(intervals: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Say of each interval when its hold began, and whether it is not the first with this status of the place.

    `intervals` come by place and in order of time, and have `place_id, status, valid_from`.
    """
    by = ["place_id", "status"]
    rows = pd.DataFrame(intervals[[*by, "valid_from"]])
    begins = (rows[by] != rows[by].shift()).any(axis="columns")
    first = rows[begins]
    number = (begins.cumsum() - 1).to_numpy()

    def of_each(column: pd.Series) -> pd.Series:
        return column.take(number).set_axis(rows.index)

    return of_each(first["valid_from"]), of_each(first.duplicated(by))


def count_changes(changed: pd.DataFrame, statuses: Sequence[str]) -> pd.DataFrame:
    """Count what `differences` returns, or some of its rows, by status.

    Returns
    -------
    DataFrame
        One row for each of the statuses but `no_report`: `status, gained, taken_back, lost`. `lost` counts the places
        that had the status before and have it no more, whoever holds them now; in the row of `contested`, `gained`
        counts the newly contested.
    """
    asked = [status for status in statuses if status != NO_REPORT]
    # Plain counting: for one province after the other, in which pandas would take its time for a handful of rows.
    rows = list(zip(*(changed[name].tolist() for name in ("before", "after", "change")), strict=True))
    gained = Counter(after for _, after, change in rows if change in (Change.GAINED, Change.CONTESTED))
    taken_back = Counter(after for _, after, change in rows if change == Change.TAKEN_BACK)
    lost = Counter(before for before, after, _ in rows if before != after)
    counted = {"gained": gained, "taken_back": taken_back, "lost": lost}
    return pd.DataFrame({"status": asked, **{name: [of[each] for each in asked] for name, of in counted.items()}})


def classify_changes(timeline: gpd.GeoDataFrame, after: dt.date, until: dt.date, period_start: dt.date) -> pd.DataFrame:
    """Return one row for each change of status of a place after one day and up to another.

    Parameters
    ----------
    timeline
        What `fold` returns. Not changed.
    after, until
        What happened on the earlier day is left out, what happened on the later counts. From a day to itself, or to an
        earlier one, nothing changes.
    period_start
        The first day of the theatre's period: how long something held before it is not known.

    Returns
    -------
    DataFrame
        In order of date and place, with `ENTRY_COLUMNS`. Applied in this order to the statuses of the earlier day they
        give those of the later.

        - `change`: a `difference.Change`, as from the day before to the day of the change;
        - `reversal`: true where a party takes a place back (`taken_back`) that it lost on or after `period_start`,
          whatever was between, a fight too; and where it takes it from another party that came to hold it only after
          `after`. What becomes contested or is lost is no reversal yet;
        - `held_since`: the day from which the place had the status `before`, missing where that is `no_report`;
        - `held_days`: the days from then to the change; missing also if that was before the period, whose reports are
          too few to say what was in between;
        - `basis, disputed, confidence`: of the new status, at the end of the day of the change.
    """
    found = changes_between(timeline, after, until)[["date", "place_id", "before"]]
    # Of the other places nothing is told, and most did not change within a few days.
    moved = timeline["place_id"].isin(found["place_id"].unique())
    intervals = pd.DataFrame(timeline)[_OF_INTERVALS][moved]
    begun, again = find_holds(intervals)
    rivals = _holder_before(intervals)
    by = ["place_id", "status"]
    runs = intervals[(intervals[by] != intervals[by].shift()).any(axis="columns")]
    ended = runs["valid_from"].shift(-1)  # the last run of a place gets a wrong end, and nothing comes after it
    told = intervals.assign(
        date=intervals["valid_from"],
        after=intervals["status"],
        held_since=begun.shift(),
        again=again,
        lost_on=ended.groupby([runs[name] for name in by]).shift(),
        rival=rivals["party"],
        rival_since=rivals["since"],
    )
    rows = found.merge(told, on=["place_id", "date"])
    held = ~rows["after"].isin([CONTESTED, NO_REPORT])
    change = np.select(
        [held & rows["again"], held, rows["after"] == CONTESTED],
        [Change.TAKEN_BACK, Change.GAINED, Change.CONTESTED],
        Change.LOST,
    )
    hands_again = held & (rows["rival_since"] > pd.Timestamp(after)) & (rows["rival"] != rows["after"])
    start = pd.Timestamp(period_start)
    rows = rows.assign(
        change=change,
        reversal=(held & (rows["lost_on"] >= start)) | hands_again,
        held_days=(rows["date"] - rows["held_since"]).dt.days.astype("Int64").where(rows["held_since"] >= start),
    )
    return rows[[*CHANGE_COLUMNS, "rests_on"]]


def _holder_before(intervals: pd.DataFrame) -> pd.DataFrame:
    """Return for each interval the party that held the place last before it, and since when; passing over the rest."""
    party = intervals["status"].where(~intervals["status"].isin([CONTESTED, NO_REPORT]))
    place = intervals["place_id"]
    last = party.groupby(place).ffill()
    moved = party.notna() & (last != last.groupby(place).shift())
    since = intervals["valid_from"].where(moved).groupby(place).ffill()
    before = pd.DataFrame({"party": last, "since": since}).groupby(place).shift()
    return before.assign(party=before["party"].fillna(""))


def count_district_changes(told: pd.DataFrame, statuses: Sequence[str]) -> pd.DataFrame:
    """Count the changes of the districts by status.

    Parameters
    ----------
    told
        What `entries` or `ledger` returns, or some of its rows.
    statuses
        In which order the statuses come.

    Returns
    -------
    DataFrame
        One row for each of the statuses but `no_report`: `status, gained, taken_back, lost`, as `difference.tally`
        counts them, here each time that it happened, and `net`: by how many districts the status grew.
    """
    return _with_net(count_changes(told[told["kind"] == PlaceKind.DISTRICT], statuses))


def _with_net(counts: pd.DataFrame) -> pd.DataFrame:
    return counts.assign(net=counts["gained"] + counts["taken_back"] - counts["lost"])


def count_district_changes_by_province(told: pd.DataFrame, statuses: Sequence[str]) -> pd.DataFrame:
    """Return `totals` for each province in which a district changed, after `province_id, province`, in their order."""
    districts = told[told["kind"] == PlaceKind.DISTRICT]
    each = [
        count_changes(own, statuses).assign(province_id=str(province_id), province=str(province))
        for (province, province_id), own in districts.groupby(["province", "province_id"])
    ]
    columns = ["province_id", "province", "status", "gained", "taken_back", "lost", "net"]
    return _with_net(pd.concat(each, ignore_index=True))[columns] if each else pd.DataFrame(columns=columns)
