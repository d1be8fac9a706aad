"""Counts and shares by status, and what is said of parts of areas beside them."""

import datetime as dt

import geopandas as gpd
import pandas as pd

from control_map.model import CONTESTED, NO_REPORT, AreaScope, Basis, Claim, PlaceKind, Precision
from control_map.timeline import as_of

COMPARED_DAYS = 7
"""How far back the changes reach that a headline and a province's row tell."""


def count(rows: pd.DataFrame, statuses: list[str], kind: str = PlaceKind.DISTRICT) -> dict[str, int]:
    """Count the places of a kind by status; `rows` is what `as_of` returns. Every status asked for is there."""
    found = rows.loc[rows["kind"] == kind, "status"].value_counts()
    return {status: int(found.get(status, 0)) for status in statuses}


def headline(now: pd.DataFrame, before: pd.DataFrame, statuses: list[str]) -> pd.DataFrame:
    """Return the districts by status: `status, districts, change, older, by_area`.

    Parameters
    ----------
    now, before
        What `as_of` returns for the date shown and for the one compared with.

    Notes
    -----
    `older` counts the statuses that rest on the baseline, `by_area` those that rest on an area report.
    """
    districts = now[now["kind"] == PlaceKind.DISTRICT]
    counted, compared = count(now, statuses), count(before, statuses)
    rests = districts.groupby(["status", "basis"]).size()
    return pd.DataFrame(
        {
            "status": statuses,
            "districts": [counted[status] for status in statuses],
            "change": [counted[status] - compared[status] for status in statuses],
            "older": [int(rests.get((status, Basis.BASELINE), 0)) for status in statuses],
            "by_area": [int(rests.get((status, Basis.AREA), 0)) for status in statuses],
        }
    )


def by_province(now: pd.DataFrame, before: pd.DataFrame, places: gpd.GeoDataFrame, statuses: list[str]) -> pd.DataFrame:
    """Return one row a province with its districts by status, and their shares of area and of population.

    Parameters
    ----------
    now, before
        What `as_of` returns for the date shown and for the one compared with.
    places
        Columns `place_id, area_km2, population`. A district without a polygon of its own has no area: its land
        counts with the district that contains it.

    Returns
    -------
    DataFrame
        `province_id, province, districts`; for each status `<status>` (districts), `<status>_change`,
        `<status>_area_share` and `<status>_population_share` (0 to 1, NaN if unknown); `crossings`,
        `last_reported` (the day of the last event reported in the province) and `without_report`.
    """
    sizes = places.set_index("place_id")[["area_km2", "population"]]
    districts = now[now["kind"] == PlaceKind.DISTRICT].join(sizes, on="place_id")
    earlier = before[before["kind"] == PlaceKind.DISTRICT]
    table = districts.groupby(["province_id", "province"]).size().rename("districts").reset_index(level="province")
    table = table.sort_values("province")
    counts = districts.pivot_table(
        index="province_id", columns="status", values="place_id", aggfunc="count", fill_value=0
    )
    compared = earlier.pivot_table(
        index="province_id", columns="status", values="place_id", aggfunc="count", fill_value=0
    )
    for status in statuses:
        table[status] = _column(counts, status, table.index)
    for status in statuses:
        table[f"{status}_change"] = table[status] - _column(compared, status, table.index)
    for size in ("area_km2", "population"):
        sums = districts.pivot_table(index="province_id", columns="status", values=size, aggfunc="sum", fill_value=0)
        whole = districts.groupby("province_id")[size].sum()
        for status in statuses:
            name = f"{status}_{size.removesuffix('_km2')}_share"
            table[name] = (_column(sums, status, table.index) / whole.where(whole > 0)).round(4)
    table["crossings"] = (
        now[now["kind"] == PlaceKind.CROSSING].groupby("province_id").size().reindex(table.index, fill_value=0)
    )
    table["last_reported"] = now.groupby("province_id")["last_reported"].max()
    table["without_report"] = _column(counts, NO_REPORT, table.index)
    return table.reset_index()


def _column(counts: pd.DataFrame, status: str, provinces: pd.Index) -> pd.Series:
    found = counts[status] if status in counts else pd.Series(0, index=counts.index)
    return found.reindex(provinces, fill_value=0)


def context(located: pd.DataFrame, timeline: gpd.GeoDataFrame, date: dt.date) -> pd.DataFrame:
    """Return the reports on a part of a province or country, newest first, beside the map's own count.

    Parameters
    ----------
    located
        Reports with the columns of the codebook, and `place_id` and `precision` as `geocode` adds them.
    timeline
        What `fold` returns.
    date
        Reports of events up to this day are taken.

    Returns
    -------
    DataFrame
        The columns of the reports, with `status` (what is said of the districts, empty for fighting) and `ours`: how
        many districts of the area have it on the day of the event.
    """
    part = located["precision"].isin([Precision.PROVINCE, Precision.COUNTRY]) & (
        located["area_scope"] == AreaScope.PART
    )
    told = located[part & (located["event_date"] <= pd.Timestamp(date))]
    told = told.sort_values(["event_date", "report_id"], ascending=False, ignore_index=True)
    status = told["actor"].where(told["claim"] != Claim.CONTESTED, CONTESTED).where(told["claim"] != Claim.FIGHTING, "")
    on_day = {day: as_of(timeline, day.date()) for day in told["event_date"].unique()}
    ours = [
        _districts_with(on_day[day], wanted, area)
        for day, wanted, area in zip(told["event_date"], status, told["place_id"], strict=True)
    ]
    return told.assign(status=status, ours=ours)


def _districts_with(rows: pd.DataFrame, status: str, province_id: str) -> int:
    inside = rows["province_id"] == province_id if province_id else True
    return int(((rows["kind"] == PlaceKind.DISTRICT) & (rows["status"] == status) & inside).sum())
