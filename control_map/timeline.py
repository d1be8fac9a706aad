"""The questions one can ask a timeline: what holds on a day, what was before, what changed."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd


def as_of(timeline: gpd.GeoDataFrame, date: dt.date) -> gpd.GeoDataFrame:
    """Return the one row of each place that holds on a date, with the columns of the timeline."""
    day = np.datetime64(date)
    begun = timeline["valid_from"].to_numpy()
    ended = timeline["valid_to"].to_numpy()
    holds = (np.isnat(begun) | (begun <= day)) & (np.isnat(ended) | (day < ended))
    return timeline.take(np.flatnonzero(holds))


def history(timeline: gpd.GeoDataFrame, place_id: str) -> pd.DataFrame:
    """Return the statuses of one place in order, one row each: `status, since, until, disputed`.

    Neighbouring intervals of the same status are one row. `until` is the day after the last; NaT: still so.
    """
    own = timeline.loc[timeline["place_id"] == place_id]
    run = (own["status"] != own["status"].shift()).cumsum()
    groups = own.groupby(run, sort=True)
    return groups.agg(
        status=("status", "first"),
        since=("valid_from", _first),
        until=("valid_to", _last),
        disputed=("disputed", "any"),
    ).reset_index(drop=True)


def _first(column: pd.Series) -> object:
    return column.iloc[0]  # pandas' own "first" passes over a missing date, which here is the beginning of time


def _last(column: pd.Series) -> object:
    return column.iloc[-1]


def changes(timeline: gpd.GeoDataFrame, after: dt.date, until: dt.date) -> pd.DataFrame:
    """Return the changes of status dated after one day and up to another, in order of date and place.

    Columns `date, place_id, kind, name, province, before, status, basis, rests_on`. A change of anything but
    the status is not one.
    """
    before = timeline["status"].shift().where(timeline["place_id"].eq(timeline["place_id"].shift()))
    changed = before.notna() & (before != timeline["status"])
    inside = (timeline["valid_from"] > pd.Timestamp(after)) & (timeline["valid_from"] <= pd.Timestamp(until))
    frame = pd.DataFrame(timeline.drop(columns="geometry")).assign(before=before, date=timeline["valid_from"])
    columns = ["date", "place_id", "kind", "name", "province", "before", "status", "basis", "rests_on"]
    return frame.loc[changed & inside, columns].sort_values(["date", "place_id"], ignore_index=True)
