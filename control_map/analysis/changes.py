"""What changed between two dates: what was gained, taken back, newly contested and lost.

It compares the two days themselves; `ledger` lists all that happened between them.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.assessment.as_of import as_of
from control_map.core.model import CONTESTED, NO_REPORT, Change

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
