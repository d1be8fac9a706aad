"""Counts and shares by status, and what is said of parts of areas beside them."""

import datetime as dt
from collections import Counter
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.analysis.blind_spots import BLIND_SPOT_DAYS, days_silent, is_blind_spot
from control_map.assessment.timeline import as_of
from control_map.core.model import CONTESTED, NO_REPORT, AreaScope, Basis, Claim, LocationPrecision, PlaceKind

ALL_PROVINCES = ""
"""The `province_id` of all provinces together."""
Frame = TypeVar("Frame", bound=pd.DataFrame)

_Array = np.ndarray[Any, np.dtype[Any]]
COMPARED_DAYS = 7
"""How far back the changes reach that a headline and a province's row tell."""


def count_by_status(rows: pd.DataFrame, statuses: list[str], kind: str = PlaceKind.DISTRICT) -> dict[str, int]:
    """Count the places of a kind by status; `rows` is what `as_of` returns. Every status asked for is there."""
    found = Counter(rows["status"].to_numpy()[(rows["kind"] == kind).to_numpy()])
    return {status: found[status] for status in statuses}


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
    whole: str | None = None,
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
    whole
        The id that a first row has, in which all provinces are counted together. None: there is no such row.

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
    # Plain arrays, as this is done at each change of date, in which pandas would take most of the time for its frames.
    ids, kind, status, last = (now[name].to_numpy() for name in ("place_id", "kind", "status", "last_reported"))
    names = dict(zip(now["province_id"].to_numpy(), now["province"].to_numpy(), strict=True))
    names = dict(sorted(names.items(), key=lambda named: named[1]))
    province, column = ({name: at for at, name in enumerate(of)} for of in (names, statuses))
    height, width = len(names), len(statuses) + 1

    def cells(rows: pd.DataFrame) -> _Array:
        """Return which cell of a table each row counts in: one row a province, a column a status, the last any other.

        That of a row in none of these provinces is after all others.
        """
        told = zip(rows["province_id"].to_numpy(), rows["status"].to_numpy(), strict=True)
        return np.array([province.get(of, height) * width + column.get(had, width - 1) for of, had in told], dtype=int)

    def filled(cell: _Array, weights: _Array | None = None) -> _Array:
        table = np.bincount(cell, weights, (height + 1) * width).reshape(-1, width)[:height]
        return table if whole is None else np.vstack([table.sum(axis=0), table])

    def wide(numbers: _Array, prefix: str = "", suffix: str = "") -> dict[str, _Array]:
        return {f"{prefix}{status}{suffix}": own for status, own in zip(statuses, numbers.T, strict=False)}

    is_district, is_crossing = (kind == wanted for wanted in (PlaceKind.DISTRICT, PlaceKind.CROSSING))
    cell = cells(now)
    counts = filled(cell[is_district])
    earlier = filled(cells(before)[before["kind"].to_numpy() == PlaceKind.DISTRICT])
    columns = {"districts": counts.sum(axis=1), **wide(counts), **wide(counts - earlier, suffix="_change")}
    for size in ("area_km2", "population"):
        known = dict(
            zip(places["place_id"].to_numpy(), places[size].astype("float64").fillna(0).to_numpy(), strict=True)
        )
        sums = filled(cell[is_district], np.array([known.get(own, 0.0) for own in ids[is_district]]))
        together = sums.sum(axis=1, keepdims=True)
        shares = np.divide(sums, together, out=np.full(sums.shape, np.nan), where=together > 0).round(4)
        columns |= wide(shares, suffix=f"_{size.removesuffix('_km2')}_share")
    crossings = filled(cell[is_crossing])
    blind = is_district & is_blind_spot(now, date, older_than).to_numpy()
    stale = blind & (status != NO_REPORT)
    heard = np.full(height, np.datetime64("NaT"), dtype=last.dtype)
    np.fmax.at(heard, cell // width, last)
    if whole is not None:
        names = {whole: "All"} | names
        heard = np.append(np.fmax.reduce(heard, keepdims=True), heard)
    reported = pd.DataFrame({"last_reported": heard})
    return pd.DataFrame(
        {
            "province_id": pd.array(list(names), dtype="str"),
            "province": pd.array(list(names.values()), dtype="str"),
            **columns,
            "crossings": crossings.sum(axis=1),
            **wide(crossings, suffix="_crossings"),
            "last_reported": heard,
            "days_since_report": days_silent(reported, date).array,
            "stale": filled(cell[stale]).sum(axis=1),
            "blind_spots": filled(cell[blind]).sum(axis=1),
        }
    )


def part_reports(located: pd.DataFrame, date: dt.date) -> pd.DataFrame:
    """Return the reports on a part of a province or country, of events up to a date, newest first.

    Parameters
    ----------
    located
        Reports with the columns of the codebook, and `place_id` and `precision` as `geocode` adds them. Not changed.
    date
        Reports of events up to this day are taken.
    """
    part = located["precision"].isin([LocationPrecision.PROVINCE, LocationPrecision.COUNTRY]) & (
        located["area_scope"] == AreaScope.PART
    )
    told = located[part & (located["event_date"] <= pd.Timestamp(date))]
    return told.sort_values(["event_date", "report_id"], ascending=False, ignore_index=True)


def add_map_counts(told: pd.DataFrame, timeline: gpd.GeoDataFrame) -> pd.DataFrame:
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
