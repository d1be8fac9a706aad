"""Counts and shares by status, for the theatre and its provinces, with the reports on parts of areas beside them."""

import datetime as dt
from collections import Counter
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.analysis.blind_spots import BLIND_SPOT_DAYS, days_silent, is_blind_spot
from control_map.assessment.timeline import as_of
from control_map.core.model import CONTESTED, NO_REPORT, UNKNOWN, AreaScope, Basis, Claim, LocationPrecision, PlaceKind

ALL_PROVINCES = ""
"""The `province_id` of all provinces together."""
Frame = TypeVar("Frame", bound=pd.DataFrame)

_Array = np.ndarray[Any, np.dtype[Any]]
COMPARED_DAYS = 7
"""How many days back a headline and a province's row compare."""


def count_by_status(rows: pd.DataFrame, statuses: list[str]) -> dict[str, int]:
    """Count the districts by status; `rows` is what `as_of` returns. The result has each of `statuses`."""
    found = Counter(rows["status"].to_numpy()[(rows["kind"] == PlaceKind.DISTRICT).to_numpy()])
    return {status: found[status] for status in statuses}


def columns_by_status(statuses: list[str], *found: pd.Series) -> list[str]:
    """Return the statuses that a table has a column for: `unknown` only if some place has it, as that is rare.

    `found` are columns of statuses.
    """
    return [status for status in statuses if status != UNKNOWN or any((column == UNKNOWN).any() for column in found)]


def headline(now: pd.DataFrame, before: pd.DataFrame, statuses: list[str]) -> pd.DataFrame:
    """Return the districts by status: `status, districts, change, older, by_area, on_claims`.

    `now` and `before` are what `as_of` returns for the date shown and for the one it is compared with. `older` counts
    the statuses that rest on the baseline, `by_area` those that rest on an area report, and `on_claims` those that
    rest on claims that nobody contradicted.
    """
    counted, compared = count_by_status(now, statuses), count_by_status(before, statuses)
    districts = (now["kind"] == PlaceKind.DISTRICT).to_numpy()
    rests = Counter(zip(now["status"].to_numpy()[districts], now["basis"].to_numpy()[districts], strict=True))
    return pd.DataFrame(
        {
            "status": statuses,
            "districts": [counted[status] for status in statuses],
            "change": [counted[status] - compared[status] for status in statuses],
            "older": [rests[status, Basis.BASELINE] for status in statuses],
            "by_area": [rests[status, Basis.AREA] for status in statuses],
            "on_claims": [rests[status, Basis.CLAIM] for status in statuses],
        }
    )


def summarize_provinces(
    now: pd.DataFrame,
    before: pd.DataFrame,
    places: gpd.GeoDataFrame,
    statuses: list[str],
    date: dt.date,
    older_than: int = BLIND_SPOT_DAYS,
    *,
    whole: bool = False,
) -> pd.DataFrame:
    """Return one row a province: its districts by status, their shares of area and of population, its silence.

    Parameters
    ----------
    now, before
        What `as_of` returns for the date shown and for the one it is compared with.
    places
        Columns `place_id, area_km2, population`. A district without a polygon of its own has no area: its land
        counts with the district that contains it.
    date
        The date shown, to which silence is counted.
    older_than
        Days after which a place without a new report is a blind spot.
    whole
        Whether the first row counts all provinces together; its `province_id` is `ALL_PROVINCES`.

    Returns
    -------
    DataFrame
        One row for each province that has a place: `province_id, province, districts`; for each status `<status>`
        (districts), `<status>_change`, `<status>_area_km2` and `<status>_population` (whole numbers, of the districts
        of which they are known; missing if there are some, and it is known of none), their shares,
        `<status>_area_share` and `<status>_population_share` (0 to 1 of what is known, NaN if nothing is), and by
        how much these have grown, `<status>_area_share_change` and `<status>_population_share_change`;
        `crossings`, and for each status `<status>_crossings`; `last_reported`, the day of the last event reported in
        the province, and `days_since_report`, how many days before the date that is (missing: never); `stale`, the
        districts that have a status and no report for more than `older_than` days, `on_claims`, those whose status
        rests on claims that nobody contradicted, and `blind_spots`, all districts without a report for so long or ever.
    """
    # Plain arrays: this is done at each change of date, and making data frames would take most of the time.
    kind, status, last = (now[name].to_numpy() for name in ("kind", "status", "last_reported"))
    names = dict(zip(now["province_id"].to_numpy(), now["province"].to_numpy(), strict=True))
    names = dict(sorted(names.items(), key=lambda named: named[1]))
    province, column = ({name: at for at, name in enumerate(keys)} for keys in (names, statuses))
    height, width = len(names), len(statuses) + 1

    def cells(rows: pd.DataFrame) -> _Array:
        """Return the cell of a table in which each row counts: a row a province, a column a status, the last any other.

        The cell of a row in none of these provinces comes after all others.
        """
        pairs = zip(rows["province_id"].to_numpy(), rows["status"].to_numpy(), strict=True)
        return np.array([province.get(key, height) * width + column.get(of, width - 1) for key, of in pairs], dtype=int)

    def filled(cell: _Array, weights: _Array | None = None) -> _Array:
        table = np.bincount(cell, weights, (height + 1) * width).reshape(-1, width)[:height]
        return np.vstack([table.sum(axis=0), table]) if whole else table

    def wide(numbers: _Array, prefix: str = "", suffix: str = "") -> dict[str, _Array]:
        return {f"{prefix}{status}{suffix}": own for status, own in zip(statuses, numbers.T, strict=False)}

    is_district, is_crossing = (kind == wanted for wanted in (PlaceKind.DISTRICT, PlaceKind.CROSSING))
    cell = cells(now)
    was_district = before["kind"].to_numpy() == PlaceKind.DISTRICT
    districts = ((now, cell, is_district), (before, cells(before), was_district))
    counts, earlier = (filled(own[among]) for _, own, among in districts)
    columns = {"districts": counts.sum(axis=1), **wide(counts), **wide(counts - earlier, suffix="_change")}

    def sizes(rows: pd.DataFrame, cell: _Array, among: _Array, known: dict[str, float]) -> _Array:
        """Add up what is known; a sum of districts of which nothing is known is NaN."""
        weights = np.array([known.get(own, np.nan) for own in rows["place_id"].to_numpy()[among]], dtype=float)
        is_known = ~np.isnan(weights)
        sums = filled(cell[among][is_known], weights[is_known]).astype(float)
        sums[(filled(cell[among]) > 0) & (filled(cell[among][is_known]) == 0)] = np.nan
        return sums

    def shares(sums: _Array) -> _Array:
        sums = np.nan_to_num(sums)
        together = sums.sum(axis=1, keepdims=True)
        divided: _Array = np.divide(sums, together, out=np.full(sums.shape, np.nan), where=together > 0)
        return divided

    for size in ("area_km2", "population"):
        known = dict(zip(places["place_id"].to_numpy(), known_sizes(places, size).to_numpy(), strict=True))
        sums, earlier_sums = (sizes(*those, known) for those in districts)
        share, earlier_share = shares(sums), shares(earlier_sums)
        name = f"_{size.removesuffix('_km2')}_share"
        whole_numbers = wide(sums.round(), suffix=f"_{size}")
        columns |= {of: pd.array(numbers, dtype="Int64") for of, numbers in whole_numbers.items()}
        columns |= wide(share.round(4), suffix=name) | wide((share - earlier_share).round(4), suffix=f"{name}_change")
    crossings = filled(cell[is_crossing])
    blind = is_district & is_blind_spot(now, date, older_than).to_numpy()
    stale = blind & (status != NO_REPORT)
    on_claims = is_district & (now["basis"].to_numpy() == Basis.CLAIM)
    newest = np.full(height, np.datetime64("NaT"), dtype=last.dtype)
    # A report on a capital is one on its district, too; one on all capitals of the country is no news of a province.
    is_capital = (now["kind"] == PlaceKind.CAPITAL).to_numpy()
    np.fmax.at(newest, cell[~is_capital] // width, last[~is_capital])
    if whole:
        names = {ALL_PROVINCES: "All"} | names
        newest = np.append(np.fmax.reduce(newest, keepdims=True), newest)
    return pd.DataFrame(
        {
            "province_id": pd.array(list(names), dtype="str"),
            "province": pd.array(list(names.values()), dtype="str"),
            **columns,
            "crossings": crossings.sum(axis=1),
            **wide(crossings, suffix="_crossings"),
            "last_reported": newest,
            "days_since_report": days_silent(pd.DataFrame({"last_reported": newest}), date).array,
            "stale": filled(cell[stale]).sum(axis=1),
            "on_claims": filled(cell[on_claims]).sum(axis=1),
            "blind_spots": filled(cell[blind]).sum(axis=1),
        }
    )


def known_sizes(places: pd.DataFrame, size: str) -> pd.Series:
    """Return the sizes of places, NaN where unknown; `size` is one of the columns `area_km2, population`.

    The land of a district without a polygon counts with the district that contains it: its own is none, and not
    unknown, unless no district has a polygon.
    """
    sizes = places[size].astype("float64")
    return sizes.fillna(0.0) if size == "area_km2" and sizes.notna().any() else sizes


def sizes_by_status(now: pd.DataFrame, places: pd.DataFrame, statuses: list[str]) -> pd.DataFrame:
    """Return the people and the land of the districts by status: `status, population, area_km2`.

    `now` is what `as_of` returns, `places` has `place_id, area_km2, population`. A district of unknown population adds
    none; one without a polygon of its own has no area, as its land counts with the district that contains it. A sum of
    districts of which nothing is known is NaN.
    """
    districts = now.loc[now["kind"] == PlaceKind.DISTRICT, ["place_id", "status"]]
    known = {size: known_sizes(places, size) for size in ("population", "area_km2")}
    sized = districts.merge(places[["place_id"]].assign(**known), on="place_id")
    return (
        sized.groupby("status")[["population", "area_km2"]]
        .sum(min_count=1)
        .reindex(statuses, fill_value=0)
        .reset_index()
    )


def rows_in_province(rows: Frame, places: pd.DataFrame, province_id: str) -> Frame:
    """Return the rows on one province: on its places, and on the province itself; for `ALL_PROVINCES` all rows.

    `rows` has the column `place_id`, which may hold the id of a province; `places` has `place_id, province_id`.
    """
    if province_id == ALL_PROVINCES:
        return rows
    inside = places.loc[places["province_id"] == province_id, "place_id"]
    return rows[rows["place_id"].isin([province_id, *inside])]


def add_part_reports(provinces: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Add to what `summarize_provinces` returns the reports on a part of each province.

    `reports` is what `part_reports` returns for the date. The columns are `part_reports`, how many there are, and of
    the newest of them `part_reported`, the day of its event, and `part_told`, its summary or, if it has none, its area
    as the source spells it; missing if there is none. The row of `ALL_PROVINCES` has those on a part of any province or
    of the country.
    """
    areas = reports["place_id"].tolist()
    number = Counter(areas) | {ALL_PROVINCES: len(areas)}
    newest = {area: at for at, area in reversed(list(enumerate(areas)))} | ({ALL_PROVINCES: 0} if areas else {})
    ids = provinces["province_id"].tolist()
    texts = reports[["event_date", "summary", "place_text"]].reset_index(drop=True)
    texts = texts.reindex([newest.get(area, -1) for area in ids])
    return provinces.assign(
        part_reports=[number.get(area, 0) for area in ids],
        part_reported=texts["event_date"].to_numpy(),
        part_told=texts["summary"].where(texts["summary"] != "", texts["place_text"]).to_numpy(),
    )


def part_reports(located: pd.DataFrame, date: dt.date) -> pd.DataFrame:
    """Return the reports on a part of a province or country, of events up to a date, newest first.

    `located` are reports with the columns of the codebook, and `place_id` and `precision` as `locate_reports` adds
    them. They are not changed.
    """
    part = located["precision"].isin([LocationPrecision.PROVINCE, LocationPrecision.COUNTRY]) & (
        located["area_scope"] == AreaScope.PART
    )
    rows = located[part & (located["event_date"] <= pd.Timestamp(date))]
    return rows.sort_values(["event_date", "report_id"], ascending=False, ignore_index=True)


def add_map_counts(reports: pd.DataFrame, timeline: gpd.GeoDataFrame) -> pd.DataFrame:
    """Put the map's own count beside each report on an area that counts districts; the inputs are not changed.

    `reports` are rows of what `part_reports` returns, `timeline` is what `build_timeline` returns. Added are `status`
    (as `counted_status` returns it), `ours`: how many districts of the area have this status on the day of the event,
    and `ours_of`: how many districts the area has.
    """
    status = counted_status(reports)
    on_day = {day: as_of(timeline, day.date()) for day in reports["event_date"].unique()}
    inside = [
        _districts_of(on_day[day], area) for day, area in zip(reports["event_date"], reports["place_id"], strict=True)
    ]
    ours = [int((rows["status"] == wanted).sum()) for rows, wanted in zip(inside, status, strict=True)]
    return reports.assign(status=status, ours=ours, ours_of=[len(rows) for rows in inside])


def counted_status(reports: pd.DataFrame) -> pd.Series:
    """Return the status whose districts a report counts as the map does: all that have it, not those that gained it.

    Empty for reports without a number, and for those that count something else, such as districts captured lately.
    """
    claim = reports["claim"]
    stated = reports["actor"].where(claim != Claim.CONTESTED, CONTESTED)
    return stated.where(claim.isin([Claim.HELD, Claim.CONTESTED]) & reports["number"].notna(), "")


def _districts_of(rows: pd.DataFrame, province_id: str) -> pd.DataFrame:
    inside = rows["province_id"] == province_id if province_id else True
    return rows[(rows["kind"] == PlaceKind.DISTRICT) & inside]
