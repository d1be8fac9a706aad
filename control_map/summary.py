"""Counts and shares by status, and what is said of parts of areas beside them."""

import datetime as dt

import geopandas as gpd
import pandas as pd

from control_map.model import CONTESTED, NO_REPORT, AreaScope, Basis, Claim, PlaceKind, Precision
from control_map.silence import BLIND_AFTER, days_silent, is_blind
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


def by_province(
    now: pd.DataFrame,
    before: pd.DataFrame,
    places: gpd.GeoDataFrame,
    statuses: list[str],
    date: dt.date,
    older_than: int = BLIND_AFTER,
) -> pd.DataFrame:
    """Return one row a province: its districts by status, their shares of area and of population, its silence.

    Parameters
    ----------
    now, before
        What `as_of` returns for the date shown and for the one compared with.
    places
        Columns `place_id, area_km2, population`. A district without a polygon of its own has no area: its land
        counts with the district that contains it.
    date
        The date shown, to which silence is counted.
    older_than
        Days after which a place without a new report is a blind spot.

    Returns
    -------
    DataFrame
        One row for each province that has a place: `province_id, province, districts`; for each status `<status>`
        (districts), `<status>_change`, `<status>_area_share` and `<status>_population_share` (0 to 1, NaN if unknown);
        `crossings`, and for each status `<status>_crossings`; `last_reported`, the day of the last event reported in
        the province, and `days_since_report`, how many days before the date that is (missing: never); `stale`, the
        districts that have a status and no report for more than `older_than` days, and `blind_spots`, all districts
        without a report for so long or ever.
    """
    now, before = pd.DataFrame(now), pd.DataFrame(before)  # without geometry's cost for every selection
    sizes = places.set_index("place_id")[["area_km2", "population"]]
    districts = now[now["kind"] == PlaceKind.DISTRICT].join(sizes, on="place_id").assign(districts=1)
    table = now.drop_duplicates("province_id").set_index("province_id")[["province"]].sort_values("province")
    table = table.assign(districts=_counted(districts, table.index))

    def by_status(rows: pd.DataFrame, size: str) -> pd.DataFrame:
        sums = rows.groupby(["province_id", "status"])[size].sum()
        # At each change of date: pivot_table takes several times as long.
        wide = sums.unstack(fill_value=0)  # noqa: PD010
        return wide.reindex(index=table.index, columns=statuses, fill_value=0)

    counts = by_status(districts, "districts")
    earlier = by_status(before[before["kind"] == PlaceKind.DISTRICT].assign(districts=1), "districts")
    parts = [table, counts, (counts - earlier).add_suffix("_change")]
    for size in ("area_km2", "population"):
        sums, whole = by_status(districts, size), districts.groupby("province_id")[size].sum()
        shares = sums.div(whole.where(whole > 0), axis="index").round(4)
        parts.append(shares.add_suffix(f"_{size.removesuffix('_km2')}_share"))
    table = pd.concat(parts, axis="columns")
    crossings = now[now["kind"] == PlaceKind.CROSSING].assign(crossings=1)
    last = now.groupby("province_id")["last_reported"].max()
    blind = districts[is_blind(districts, date, older_than)]
    held = by_status(crossings, "crossings").add_suffix("_crossings")
    return table.assign(
        crossings=_counted(crossings, table.index),
        **held,
        last_reported=last,
        days_since_report=days_silent(last.to_frame(), date),
        stale=_counted(blind[blind["status"] != NO_REPORT], table.index),
        blind_spots=_counted(blind, table.index),
    ).reset_index()


def _counted(rows: pd.DataFrame, provinces: pd.Index) -> pd.Series:
    return rows.groupby("province_id").size().reindex(provinces, fill_value=0)


def part_reports(located: pd.DataFrame, date: dt.date) -> pd.DataFrame:
    """Return the reports on a part of a province or country, of events up to a date, newest first.

    Parameters
    ----------
    located
        Reports with the columns of the codebook, and `place_id` and `precision` as `geocode` adds them. Not changed.
    date
        Reports of events up to this day are taken.
    """
    part = located["precision"].isin([Precision.PROVINCE, Precision.COUNTRY]) & (
        located["area_scope"] == AreaScope.PART
    )
    told = located[part & (located["event_date"] <= pd.Timestamp(date))]
    return told.sort_values(["event_date", "report_id"], ascending=False, ignore_index=True)


def beside_count(told: pd.DataFrame, timeline: gpd.GeoDataFrame) -> pd.DataFrame:
    """Put the map's own count beside each report on a part of an area.

    Parameters
    ----------
    told
        What `part_reports` returns, or some of its rows. Not changed.
    timeline
        What `fold` returns.

    Returns
    -------
    DataFrame
        The columns of the reports, with `status` (what is said of the districts, empty for fighting) and `ours`: how
        many districts of the area have it on the day of the event.
    """
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
