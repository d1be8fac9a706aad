"""The provinces: their whole table with a row for all of them, their past, and what lies within one."""

import datetime as dt
from collections import Counter
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.analysis.summary import summarize_provinces
from control_map.core.model import PlaceKind

Frame = TypeVar("Frame", bound=pd.DataFrame)
ALL_PROVINCES = ""
"""The `province_id` of all provinces together."""


def rows_in_province(rows: Frame, places: pd.DataFrame, province_id: str) -> Frame:
    """Return the rows on one province: on its places, and on the province itself. Without a province, all rows.

    `rows` has the column `place_id`, which may hold the id of a province; `places` has `place_id, province_id`.
    """
    if province_id == ALL_PROVINCES:
        return rows
    inside = places.loc[places["province_id"] == province_id, "place_id"]
    return rows[rows["place_id"].isin([province_id, *inside])]


def build_province_table(
    now: pd.DataFrame,
    before: pd.DataFrame,
    told: pd.DataFrame,
    places: gpd.GeoDataFrame,
    statuses: list[str],
    date: dt.date,
    older_than: int = BLIND_SPOT_DAYS,
    *,
    whole: bool = False,
) -> pd.DataFrame:
    """Return what `summary.by_province` does, and the reports on a part of each province.

    Parameters
    ----------
    told
        What `summary.part_reports` returns for the date. Not changed.
    now, before, places, statuses, date, older_than
        As for `summary.by_province`.
    whole
        Whether the first row is that of all provinces together, with the `province_id` `WHOLE`. Its reports on a part
        are those on a part of any province or of the country.

    Returns
    -------
    DataFrame
        The columns of `summary.by_province`, then of the reports on a part of the province up to the date:
        `part_reports`, how many, and of the newest of them `part_reported`, the day of its event, and `part_told`, its
        summary or, if it has none, its area as the source puts it; missing if there is none.
    """
    counted = summarize_provinces(
        now, before, places, statuses, date, older_than, whole=ALL_PROVINCES if whole else None
    )
    return _with_parts(counted, told)


def _with_parts(counted: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    areas = told["place_id"].tolist()
    number = Counter(areas) | {ALL_PROVINCES: len(areas)}
    newest = {area: at for at, area in reversed(list(enumerate(areas)))} | ({ALL_PROVINCES: 0} if areas else {})
    ids = counted["province_id"].tolist()
    words = told[["event_date", "summary", "place_text"]].reset_index(drop=True)
    words = words.reindex([newest.get(area, -1) for area in ids])
    return counted.assign(
        part_reports=[number.get(area, 0) for area in ids],
        part_reported=words["event_date"].to_numpy(),
        part_told=words["summary"].where(words["summary"] != "", words["place_text"]).to_numpy(),
    )


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
