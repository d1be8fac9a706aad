"""Who holds each border crossing, by neighbouring country, on a day and through the period."""

import datetime as dt

import geopandas as gpd
import pandas as pd

from control_map.analysis.blind_spots import days_silent
from control_map.assessment.timeline import as_of, run_starts
from control_map.core.model import PlaceKind

CROSSING_COLUMNS = "neighbour place_id name other_side province_id province status since basis disputed".split()
CROSSING_COLUMNS += ["claimed_by", "confidence", "last_reported", "days_silent"]
SPAN_COLUMNS = ["neighbour", "place_id", "name", "province_id", "status", "disputed", "begins", "ends", "begun_before"]
FRONTIER_SUMMARY_COLUMNS = ["neighbour", "status", "km", "crossings"]
_ORDER = ["neighbour", "name", "place_id"]
_ABROAD = ["neighbour", "other_side"]


def crossing_statuses(timeline: gpd.GeoDataFrame, places: pd.DataFrame, date: dt.date) -> pd.DataFrame:
    """Return one row for each crossing: who holds it on a day, since when, and when it was last reported on.

    `timeline` is what `build_timeline` returns; `places` has `place_id, neighbour, other_side`, as in `Theatre.places`.
    Neither is changed. The rows are by neighbour and name, with `CROSSING_COLUMNS`: `other_side` is what lies there,
    `since` the day from which the status holds, `last_reported` the day of the last event reported, `days_silent` how
    many days ago that is (both missing if there was none).
    """
    now = as_of(timeline, date)
    rows = pd.DataFrame(now[now["kind"] == PlaceKind.CROSSING].drop(columns="geometry"))
    rows = rows.merge(_beyond(places), on="place_id").assign(days_silent=lambda table: days_silent(table, date))
    return rows.sort_values(_ORDER, ignore_index=True)[CROSSING_COLUMNS]


def crossing_spans(timeline: gpd.GeoDataFrame, places: pd.DataFrame, start: dt.date, end: dt.date) -> pd.DataFrame:
    """Return the statuses of each crossing within a period: a row for each run of days with the same status.

    `timeline` and `places` are as for `crossing_statuses`; `start` and `end` are the first and the last day. The rows
    are by neighbour, name and time, with `SPAN_COLUMNS`. Spans are half-open, `[begins, ends)`, follow each other
    without a gap and fill the period; a new one begins where the status or `disputed` changes. `begun_before` says that
    the span began before the period.
    """
    own = pd.DataFrame(timeline.loc[timeline["kind"] == PlaceKind.CROSSING].drop(columns="geometry"))
    runs = own[run_starts(own, ["place_id", "status", "disputed"])]
    first, after = pd.Timestamp(start), pd.Timestamp(end) + pd.Timedelta(days=1)
    begins, ends = runs["valid_from"], runs["valid_from"].groupby(runs["place_id"]).shift(-1).fillna(after)
    runs = runs.assign(
        begins=begins.where(begins > first, first),
        ends=ends.where(ends < after, after),
        begun_before=begins.isna() | (begins < first),
    )
    rows = runs[runs["begins"] < runs["ends"]].merge(_beyond(places), on="place_id")
    return rows.sort_values([*_ORDER, "begins"], ignore_index=True)[SPAN_COLUMNS]


def summarize_frontier(now: pd.DataFrame, places: pd.DataFrame, frontier: pd.DataFrame) -> pd.DataFrame:
    """Return how much of the border with each neighbour each status has: `neighbour, status, km, crossings`.

    Parameters
    ----------
    now
        What `as_of` returns. Not changed.
    places
        Columns `place_id, neighbour`, as in `Theatre.places`. Not changed.
    frontier
        As `measure_frontier` returns it: a kilometre of the border has the status of the district that it belongs to.
        Not changed.

    Returns
    -------
    DataFrame
        By neighbour, and of each the longest part first. `km` are whole, and missing where no frontier is known.
    """
    status = now.set_index("place_id")["status"]
    lengths = frontier.assign(status=frontier["place_id"].map(status)).groupby(["neighbour", "status"])["km"].sum()
    gates = places.loc[places["neighbour"] != "", ["place_id", "neighbour"]]
    counts = gates.assign(status=gates["place_id"].map(status)).groupby(["neighbour", "status"])["place_id"].count()
    table = pd.DataFrame({"km": lengths.astype("float64"), "crossings": counts}).reset_index()
    table["crossings"] = table["crossings"].fillna(0).astype(int)
    table = table.sort_values(
        ["neighbour", "km", "crossings", "status"], ascending=[True, False, False, True], ignore_index=True
    )
    measured = table["neighbour"].isin(frontier["neighbour"])
    table["km"] = table["km"].fillna(0).round().where(measured).astype("Int64")
    return table[FRONTIER_SUMMARY_COLUMNS]


def _beyond(places: pd.DataFrame) -> pd.DataFrame:
    """Return what lies beyond each place, `_ABROAD`; empty if the pack does not say so."""
    return pd.DataFrame(places.drop(columns="geometry")).reindex(columns=["place_id", *_ABROAD], fill_value="")
