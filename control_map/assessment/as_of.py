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


def status_history(timeline: gpd.GeoDataFrame, place_id: str) -> pd.DataFrame:
    """Return the statuses of one place in order, as `histories` does, without the column `place_id`."""
    return status_histories(timeline.loc[timeline["place_id"] == place_id]).drop(columns="place_id")


def status_histories(timeline: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the statuses of places in order, one row each: `place_id, status, since, until, disputed`.

    Neighbouring intervals of the same status are one row. `until` is the day after the last; NaT: still so.
    """
    what = pd.DataFrame(timeline)[["place_id", "status"]]
    begins = what.ne(what.shift()).any(axis=1)
    first, last = timeline[begins], timeline[begins.shift(-1, fill_value=True)]
    return pd.DataFrame(
        {
            "place_id": first["place_id"].to_numpy(),
            "status": first["status"].to_numpy(),
            "since": first["valid_from"].to_numpy(),
            "until": last["valid_to"].to_numpy(),
            "disputed": timeline["disputed"].groupby(begins.cumsum()).any().to_numpy(),
        }
    )


def changes_between(timeline: gpd.GeoDataFrame, after: dt.date, until: dt.date) -> pd.DataFrame:
    """Return the changes of status dated after one day and up to another, in order of date and place.

    Columns `date, place_id, kind, name, province, before, status, basis, rests_on`. A change of anything but
    the status is not one.
    """
    begun = timeline["valid_from"]
    # An interval that begins within the days is looked at together with the one before it.
    inside = np.flatnonzero((begun > pd.Timestamp(after)) & (begun <= pd.Timestamp(until)))
    inside = inside[inside > 0]
    own = pd.DataFrame(timeline[["place_id", "kind", "name", "province", "status", "basis", "rests_on", "valid_from"]])
    frame, previous = own.take(inside), own[["place_id", "status"]].take(inside - 1).set_axis(inside)
    frame = frame.set_axis(inside).assign(before=previous["status"]).rename(columns={"valid_from": "date"})
    changed = (frame["place_id"] == previous["place_id"]) & (frame["before"] != frame["status"])
    columns = ["date", "place_id", "kind", "name", "province", "before", "status", "basis", "rests_on"]
    return frame.loc[changed, columns].sort_values(["date", "place_id"], ignore_index=True)
