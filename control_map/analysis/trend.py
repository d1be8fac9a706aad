"""Counts on every day of a period: by status, by what published totals count, and the changes that stand out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from control_map.analysis.published_totals import matches_measure, retaken_intervals, scale_for
from control_map.analysis.summary import ALL_PROVINCES, known_sizes
from control_map.assessment.timeline import as_of, changes_between
from control_map.core.arrays import Ints, running_totals
from control_map.core.model import PlaceKind
from control_map.theatre.config import Measure, Scale

MARK_COLUMNS = ["date", "at", "measure", "label", "scale", "value", "qualifier", "unit", "of", "claimed_by"]
MARK_COLUMNS += ["source_name", "source_url", "ours", "ours_of", "counted", "remark"]
EVENT_COLUMNS = ["date", "kind", "place_id", "name", "province", "before", "status"]
_DAY = np.timedelta64(1, "D")


class TrendQuantity(StrEnum):
    """What is added up of the districts."""

    DISTRICTS = "districts"
    AREA = "area"
    POPULATION = "population"

    @property
    def label(self) -> str:
        """The name on screen, with its unit."""
        return "Area (km²)" if self is TrendQuantity.AREA else self.capitalize()


_SIZES = {TrendQuantity.AREA: "area_km2", TrendQuantity.POPULATION: "population"}


def count_statuses_daily(
    timeline: gpd.GeoDataFrame,
    places: pd.DataFrame,
    statuses: Sequence[str],
    start: dt.date,
    end: dt.date,
    *,
    by: TrendQuantity = TrendQuantity.DISTRICTS,
    province_id: str = "",
) -> pd.DataFrame:
    """Count the districts by status on every day.

    Parameters
    ----------
    timeline
        What `build_timeline` returns. Not changed.
    places
        Columns `place_id, area_km2, population`. A district without a polygon of its own has no area: its land counts
        with the district that contains it. One of unknown population adds none.
    statuses
        All that the timeline can have, in the order of the result.
    start, end
        The first and the last day.
    by
        Whether districts are counted, or their area in square kilometres or population added up.
    province_id
        Only the districts of this province; empty: all.

    Returns
    -------
    DataFrame
        One row a day: `date`, and a column for each status with the number that `as_of` gives for the day; a sum of
        districts of which nothing is known is missing.
    """
    own = timeline["kind"] == PlaceKind.DISTRICT
    if province_id:
        own &= timeline["province_id"] == province_id
    rows = timeline.loc[own, ["place_id", "status", "valid_from", "valid_to"]]
    column = pd.Index(list(statuses)).get_indexer(pd.Index(rows["status"]))

    def total(sizes: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        return _total_daily(rows, start, end, column, len(statuses), sizes)

    # Sums of differences have rounding errors; counts of whole units have none.
    counted = total(np.ones(len(rows))).round()
    days = {"date": pd.date_range(start, end)}
    if by not in _SIZES:
        return pd.DataFrame({**days, **dict(zip(statuses, counted.astype("int64").T, strict=True))})
    sizes = rows["place_id"].map(known_sizes(places.set_index("place_id"), _SIZES[by])).to_numpy()
    is_known = ~np.isnan(sizes)
    sums = total(np.where(is_known, sizes, 0.0)).round(3 if by == TrendQuantity.AREA else 0)
    sums[(counted > 0) & (total(is_known.astype("float64")).round() == 0)] = np.nan
    summed = pd.DataFrame(sums, columns=list(statuses))
    return pd.DataFrame(days).join(summed if by == TrendQuantity.AREA else summed.astype("Int64"))


def count_provinces_over_time(
    timeline: gpd.GeoDataFrame, statuses: list[str], start: dt.date, end: dt.date
) -> pd.DataFrame:
    """Count the districts of each province by status, on the first day of a period and on each on which they change.

    `timeline` is what `build_timeline` returns, and is not changed; `statuses` are all that it can have, in the order
    of the columns; `start` and `end` are the first and the last day that count. There is one row for each province and
    day on which one of its counts changes, by province and day: `province_id, date`, and a column of each status. A
    count holds until the day of the next row. The first row of each is of `start`; the rows with the `province_id`
    `ALL_PROVINCES` count all districts together.
    """
    districts = timeline[timeline["kind"] == PlaceKind.DISTRICT]
    ids = sorted(districts["province_id"].unique())
    column = pd.Index(ids).get_indexer(pd.Index(districts["province_id"])) * len(statuses)
    column += pd.Index(statuses).get_indexer(pd.Index(districts["status"]))
    totals = _total_daily(districts, start, end, column, len(ids) * len(statuses))
    by_province = totals.astype("int64").reshape(-1, len(ids), len(statuses)).swapaxes(0, 1)
    counts = np.concatenate([by_province.sum(axis=0, keepdims=True), by_province])
    changed = (np.diff(counts, axis=1, prepend=-1) != 0).any(axis=2)
    province, day = np.nonzero(changed)
    return pd.DataFrame(
        {
            "province_id": pd.array([ALL_PROVINCES, *ids], dtype="str").take(province),
            "date": pd.date_range(start, end).take(day),
            **dict(zip(statuses, counts[changed].T, strict=True)),
        }
    )


def _total_daily(
    intervals: pd.DataFrame,
    start: dt.date,
    end: dt.date,
    columns: Ints | None = None,
    width: int = 1,
    sizes: np.ndarray | float = 1.0,
) -> npt.NDArray[np.float64]:
    """Add up on each day from `start` to `end` the sizes of the intervals that hold on it: a row a day.

    `intervals` are half-open, `valid_from, valid_to`, and NaT is without beginning or end. `columns` says in which of
    the `width` columns each of them counts.
    """
    first, length = np.datetime64(start), (end - start).days + 1
    columns = np.zeros(len(intervals), dtype=np.int64) if columns is None else columns
    bounds = []
    for bound, missing in (("valid_from", 0), ("valid_to", length)):
        dates = intervals[bound].to_numpy()
        # The beginning and the end of time are no days: they are replaced before they are counted.
        known = np.where(np.isnat(dates), first + missing * _DAY, dates)
        bounds.append(np.clip((known - first) // _DAY, 0, length))
    begins, ends = bounds
    return running_totals(begins, ends, columns, (length, width), sizes)


def published_marks(compared: pd.DataFrame, start: dt.date, end: dt.date) -> pd.DataFrame:
    """Return the published totals that have a count of this map beside them, by day, with `MARK_COLUMNS`.

    `compared` are rows of what `compare_totals_with_map` returns, and are not changed; `start` and `end` are the first
    and the last day that are drawn. The column `at` is the day at which a total is drawn: its `date` or, if that is
    before or after the days drawn, the nearest of them.
    """
    marks = compared[compared["ours"].notna()].sort_values(["date", "measure", "value"], ignore_index=True)
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    at = marks["date"].mask(marks["date"] < first, first).mask(marks["date"] > last, last)
    return marks.assign(at=at)[MARK_COLUMNS]


def count_measure_daily(
    timeline: gpd.GeoDataFrame, measure: Measure, scale: Scale, start: dt.date, end: dt.date
) -> tuple[pd.Series, int]:
    """Count on every day what a measure counts in the terms of a scale, as `compare_totals_with_map` does on one day.

    Parameters
    ----------
    timeline
        What `build_timeline` returns. Not changed.
    measure, scale
        As `measures_of` and `scales_of` have them; the measure must be comparable.
    start, end
        The first and the last day. What was gained, lost or taken back since a day is counted from that day on.

    Returns
    -------
    counts
        By date: the places, or of a percentage their share of all that are counted, from 0 to 100 and not rounded.
    of
        Of how many places.
    """
    is_meant = matches_measure(timeline, measure, scale)
    counted = timeline.loc[is_meant.index]
    of = int(counted["place_id"].nunique())
    rows = pd.DataFrame(counted[["place_id", "valid_from", "valid_to"]])
    if measure.since is None:
        rows = rows[is_meant]
    elif measure.change == "retaken":
        # A place counts from the day on which it was first taken back, without end.
        back = retaken_intervals(timeline, measure)
        first = back[back["place_id"].isin(counted["place_id"])].drop_duplicates("place_id")
        rows = first.assign(valid_to=np.datetime64("NaT"))
    else:
        then = as_of(timeline, measure.since)
        matching = matches_measure(then, measure, scale)
        held = rows["place_id"].isin(then.loc[matching[matching].index, "place_id"])
        rows = rows[is_meant & ~held if measure.change == "gained" else held & ~is_meant]
    start = min(max(start, measure.since or start), end)
    sums = _total_daily(rows, start, end)[:, 0]
    values = 100 * sums / max(of, 1) if measure.unit == "percent" else sums.round().astype("int64")
    return pd.Series(values, index=pd.date_range(start, end, name="date"), name="value"), of


def measure_lines(
    marks: pd.DataFrame,
    timeline: gpd.GeoDataFrame,
    scales: Mapping[str, Scale],
    measures: Mapping[str, Measure],
    start: dt.date,
    end: dt.date,
) -> pd.DataFrame:
    """Count on every day what the totals of one measure count, in each scale in which one of them is stated.

    `marks` are rows of what `published_marks` returns, all of one measure, and are not changed; `timeline, start, end`
    are as for `count_measure_daily`; `scales` and `measures` are what `scales_of` and `measures_of` return. The result
    has `date`, and a column for each count that differs from the others. Its name says of how many places it is and,
    where two are of the same number, in the terms of which scale.
    """
    if marks.empty:
        return pd.DataFrame({"date": pd.date_range(start, end)})
    measure = measures[marks["measure"].iloc[0]]
    found: dict[tuple[float, ...], tuple[str, Scale, pd.Series]] = {}
    for scale in {name: scale_for(measure, name, scales) for name in marks["scale"]}.values():
        values, of = count_measure_daily(timeline, measure, scale, start, end)
        drawn = scale.ours == "drawn" and measure.kind == PlaceKind.DISTRICT
        found.setdefault((of, *values), (f"of the {of} drawn" if drawn else f"of all {of}", scale, values))
    names = [name for name, _, _ in found.values()]
    columns = {
        name if names.count(name) == 1 else f"{name}, as {scale.label}": values
        for name, scale, values in found.values()
    }
    return pd.DataFrame(columns).reset_index()


def capital_and_crossing_changes(
    timeline: gpd.GeoDataFrame, start: dt.date, end: dt.date, province_id: str = ""
) -> pd.DataFrame:
    """Return the days on which provincial capitals and crossings changed hands, or began or ceased to be contested.

    `timeline` is what `build_timeline` returns, and is not changed; `start` and `end` are the first and the last day.
    With a `province_id`, only the places of this province are looked at. There is one row for each change of status, by
    day and place, with `EVENT_COLUMNS`.
    """
    points = timeline[timeline["kind"].isin([PlaceKind.CAPITAL, PlaceKind.CROSSING])]
    if province_id:
        points = points[points["province_id"] == province_id]
    return changes_between(points, start - dt.timedelta(days=1), end)[EVENT_COLUMNS]


def last_known_day(start: dt.date, end: dt.date, known_on: dt.date | None) -> dt.date:
    """Return the last day of a period of which something can be known: later days are not known on a day."""
    return end if known_on is None else max(start, min(end, known_on))
