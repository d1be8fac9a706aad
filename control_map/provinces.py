"""The provinces: their whole table with a row for all of them, their past, and what lies within one."""

import datetime as dt
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from control_map.model import PlaceKind
from control_map.silence import BLIND_AFTER
from control_map.summary import by_province

Frame = TypeVar("Frame", bound=pd.DataFrame)
WHOLE = ""
"""The `province_id` of all provinces together."""


def within(rows: Frame, places: pd.DataFrame, province_id: str) -> Frame:
    """Return the rows on one province: on its places, and on the province itself. Without a province, all rows.

    `rows` has the column `place_id`, which may hold the id of a province; `places` has `place_id, province_id`.
    """
    if province_id == WHOLE:
        return rows
    inside = places.loc[places["province_id"] == province_id, "place_id"]
    return rows[rows["place_id"].isin([province_id, *inside])]


def table(
    now: pd.DataFrame,
    before: pd.DataFrame,
    told: pd.DataFrame,
    places: gpd.GeoDataFrame,
    statuses: list[str],
    date: dt.date,
    older_than: int = BLIND_AFTER,
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
    if whole:
        now, before = (_with_whole(rows) for rows in (now, before))
        told = pd.concat([told[told["place_id"] != WHOLE], told.assign(place_id=WHOLE)])
    counted = by_province(now, before, places, statuses, date, older_than)
    if whole:
        counted = counted.sort_values("province_id", key=lambda ids: ids != WHOLE, kind="stable", ignore_index=True)
    return _with_parts(counted, told)


def _with_whole(rows: pd.DataFrame) -> pd.DataFrame:
    own = pd.DataFrame(rows[["place_id", "kind", "province_id", "province", "status", "last_reported"]])
    return pd.concat([own, own.assign(province_id=WHOLE, province="All")])


def _with_parts(counted: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    newest = told.drop_duplicates("place_id").set_index("place_id")
    words = newest["summary"].where(newest["summary"] != "", newest["place_text"])
    ids = counted["province_id"]
    return counted.assign(
        part_reports=told["place_id"].value_counts().reindex(ids, fill_value=0).to_numpy(),
        part_reported=newest["event_date"].reindex(ids).to_numpy(),
        part_told=words.reindex(ids).to_numpy(),
    )


def over_time(timeline: gpd.GeoDataFrame, statuses: list[str], start: dt.date, end: dt.date) -> pd.DataFrame:
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
    steps = pd.concat([steps, steps.assign(province_id=WHOLE)])
    sums = steps.groupby(["province_id", "date", "status"])["step"].sum()
    wide = sums.unstack(fill_value=0).reindex(columns=statuses, fill_value=0)  # noqa: PD010
    counts = wide.groupby(level="province_id").cumsum()
    counts.columns.name = None
    own = counts.groupby(level="province_id").shift()
    return counts[(counts != own).any(axis="columns")].reset_index()
