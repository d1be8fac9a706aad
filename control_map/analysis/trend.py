"""Counts on every day of a period: by status, as published totals count, and the events that stand out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.analysis.published_totals import matches_measure, retaken_intervals, scale_for
from control_map.analysis.summary import ALL_PROVINCES
from control_map.assessment.timeline import as_of, changes_between
from control_map.core.model import PlaceKind
from control_map.theatre.config import Measure, Scale

MARK_COLUMNS = ["date", "at", "measure", "label", "scale", "value", "qualifier", "unit", "of", "claimed_by"]
MARK_COLUMNS += ["source_name", "source_url", "ours", "ours_of", "counted", "remark"]
EVENT_COLUMNS = ["date", "kind", "place_id", "name", "province", "before", "status"]
_DAY = np.timedelta64(1, "D")


class TrendQuantity(StrEnum):
    """What of the districts is added up."""

    DISTRICTS = "districts"
    AREA = "area"
    POPULATION = "population"

    @property
    def label(self) -> str:
        """What it is called on screen, with its unit."""
        return {
            TrendQuantity.DISTRICTS: "Districts",
            TrendQuantity.AREA: "Area (km²)",
            TrendQuantity.POPULATION: "Population",
        }[self]


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
        What `fold` returns. Not changed.
    places
        Columns `place_id, area_km2, population`. A district without a polygon of its own has no area: its land counts
        with the district that contains it. One of unknown population adds none.
    statuses
        All that the timeline can have, in the order in which they are wanted.
    start, end
        The first and the last day.
    by
        Whether districts are counted, or their area in square kilometres or population added up.
    province_id
        Only the districts of this province; empty: all.

    Returns
    -------
    DataFrame
        `date, status, value`: one row for each day and status, in this order. The same as `as_of` gives day by day.
    """
    own = timeline["kind"] == PlaceKind.DISTRICT
    if province_id:
        own &= timeline["province_id"] == province_id
    rows = timeline.loc[own, ["place_id", "status", "valid_from", "valid_to"]]
    codes = pd.Categorical(rows["status"], categories=list(statuses)).codes
    sizes = np.ones(len(rows))
    if by in _SIZES:
        sizes = rows["place_id"].map(places.set_index("place_id")[_SIZES[by]]).fillna(0.0).to_numpy()
    sums = _running(rows, start, end, codes, sizes, len(statuses))
    return pd.DataFrame(
        {
            "date": pd.date_range(start, end).repeat(len(statuses)),
            "status": np.tile(np.array(statuses, dtype=object), len(sums)),
            # Sums of differences carry the dust of floating point, which no count of whole units has.
            "value": sums.round().astype("int64").ravel() if by != TrendQuantity.AREA else sums.round(3).ravel(),
        }
    ).astype({"status": "str"})


def _running(
    intervals: pd.DataFrame,
    start: dt.date,
    end: dt.date,
    codes: np.ndarray | None = None,
    sizes: np.ndarray | float = 1.0,
    width: int = 1,
) -> np.ndarray:
    """Add up on each day the sizes of the half-open intervals that hold on it, in a column for each code."""
    first, length = np.datetime64(start), (end - start).days + 1
    sums = np.zeros((length + 1, width))
    columns = np.zeros(len(intervals), dtype=int) if codes is None else codes
    for bound, sign, missing in (("valid_from", 1, 0), ("valid_to", -1, length)):
        dates = intervals[bound].to_numpy()
        # The beginning and the end of time are no days: they are replaced before they are counted.
        known = np.where(np.isnat(dates), first + missing * _DAY, dates)
        day = np.clip((known - first) // _DAY, 0, length)
        np.add.at(sums, (day, columns), sign * np.asarray(sizes))
    return sums.cumsum(axis=0)[:length]


def pivot_by_status(counted: pd.DataFrame) -> pd.DataFrame:
    """Return what `daily` returns with one row a day: `date`, and a column for each status in its order."""
    statuses = list(counted["status"].unique())
    table = counted["value"].to_numpy().reshape(-1, len(statuses))
    days = counted["date"].iloc[:: len(statuses)].reset_index(drop=True)
    return pd.DataFrame({"date": days, **{status: table[:, at] for at, status in enumerate(statuses)}})


def published_marks(compared: pd.DataFrame, start: dt.date, end: dt.date) -> pd.DataFrame:
    """Return the published totals that have a count of this map beside them, by day.

    Parameters
    ----------
    compared
        What `scales.compare` returns, or some of its rows. Not changed.
    start, end
        The first and the last day of what is drawn.

    Returns
    -------
    DataFrame
        `MARK_COLUMNS`, all but one as in `compared`: `at` is the day at which a total stands, its `date` or, if that is
        before or after the days drawn, the nearest of them.
    """
    told = compared[compared["ours"].notna()].sort_values(["date", "measure", "value"], ignore_index=True)
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    at = told["date"].mask(told["date"] < first, first).mask(told["date"] > last, last)
    return told.assign(at=at)[MARK_COLUMNS]


def count_measure_daily(
    timeline: gpd.GeoDataFrame, measure: Measure, scale: Scale, start: dt.date, end: dt.date
) -> tuple[pd.Series, int]:
    """Count on every day what a measure means in the terms of a scale, as `scales.compare` does on the day of a total.

    Parameters
    ----------
    timeline
        What `fold` returns. Not changed.
    measure, scale
        As `scales.measures_of` and `scales.scales_of` have them; the measure must be comparable.
    start, end
        The first and the last day. What was gained, lost or taken back since a day is told from that day on.

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
        # From the day on which it was first taken back, a place counts for good.
        back = retaken_intervals(timeline, measure)
        rows = (
            back[back["place_id"].isin(counted["place_id"])]
            .drop_duplicates("place_id")
            .assign(valid_to=np.datetime64("NaT"))
        )
    else:
        then = as_of(timeline, measure.since)
        held = rows["place_id"].isin(
            then.loc[matches_measure(then, measure, scale).loc[lambda is_so: is_so].index, "place_id"]
        )
        rows = rows[is_meant & ~held if measure.change == "gained" else held & ~is_meant]
    start = min(max(start, measure.since or start), end)
    sums = _running(rows, start, end)[:, 0]
    values = 100 * sums / max(of, 1) if measure.unit == "percent" else sums.round().astype("int64")
    return pd.Series(values, index=pd.date_range(start, end, name="date"), name="value"), of


def measure_lines(
    told: pd.DataFrame,
    timeline: gpd.GeoDataFrame,
    scales: Mapping[str, Scale],
    measures: Mapping[str, Measure],
    start: dt.date,
    end: dt.date,
) -> pd.DataFrame:
    """Count on every day what the totals of one measure count, in each scale in which one of them is told.

    Parameters
    ----------
    told
        Rows of `marks`, all of one measure.
    timeline, scales, measures, start, end
        As for `as_counted`.

    Returns
    -------
    DataFrame
        `date`, and a column for each count that differs from the others: its name says of how many places and, where
        two are of as many, in the terms of which scale.
    """
    if told.empty:
        return pd.DataFrame({"date": pd.date_range(start, end)})
    measure = measures[told["measure"].iloc[0]]
    found: dict[tuple[float, ...], tuple[str, Scale, pd.Series]] = {}
    for scale in {name: scale_for(measure, name, scales) for name in told["scale"]}.values():
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

    Parameters
    ----------
    timeline
        What `fold` returns. Not changed.
    start, end
        The first and the last day.
    province_id
        Only the places of this province; empty: all.

    Returns
    -------
    DataFrame
        `EVENT_COLUMNS`, one row for each change of status, by day and place.
    """
    points = timeline[timeline["kind"].isin([PlaceKind.CAPITAL, PlaceKind.CROSSING])]
    if province_id:
        points = points[points["province_id"] == province_id]
    return changes_between(points, start - dt.timedelta(days=1), end)[EVENT_COLUMNS]


def last_known_day(start: dt.date, end: dt.date, known_on: dt.date | None) -> dt.date:
    """Return the last day of a period of which something can be known: what comes after a day is not known on it."""
    return end if known_on is None else max(start, min(end, known_on))


def count_provinces_over_time(
    timeline: gpd.GeoDataFrame, statuses: list[str], start: dt.date, end: dt.date
) -> pd.DataFrame:
    """Count the districts of each province by status, on the first day of a period and on each on which they change.

    Parameters
    ----------
    timeline
        What `fold` returns. Not changed.
    statuses
        In the order of the columns.
    start, end
        The first and the last day that count.

    Returns
    -------
    DataFrame
        One row for each province and day on which one of its counts changes, by province and day: `province_id, date`,
        and a column of each status. A count holds until the day of the next row. The first row of each is of `start`;
        the rows with the `province_id` `WHOLE` count all districts together.
    """
    first = pd.Timestamp(start)
    districts = timeline[timeline["kind"] == PlaceKind.DISTRICT]
    begun = districts["valid_from"].where(districts["valid_from"] > first, first)
    ended = districts["valid_to"].mask(districts["valid_to"] < first, first)
    counted = pd.DataFrame(districts[["province_id", "status"]])
    # Each interval is counted from its first day, and taken away again on the day after its last.
    steps = pd.concat([counted.assign(date=begun, step=1), counted.assign(date=ended, step=-1)])
    steps = steps[steps["date"] <= pd.Timestamp(end)]
    steps = pd.concat([steps, steps.assign(province_id=ALL_PROVINCES)])
    sums = steps.groupby(["province_id", "date", "status"])["step"].sum()
    wide = sums.unstack(fill_value=0).reindex(columns=statuses, fill_value=0)  # noqa: PD010
    counts = wide.groupby(level="province_id").cumsum()
    counts.columns.name = None
    own = counts.groupby(level="province_id").shift()
    return counts[(counts != own).any(axis="columns")].reset_index()
