"""How long ago a place was last reported on, and which places are blind spots. Silence is never control."""

import datetime as dt

import pandas as pd

from control_map.core.model import PlaceKind

BLIND_SPOT_DAYS = 30
"""Days without a report after which a place is a blind spot. The least exact reports are dated to a month and stand for
the 30 days before their date (`DatePrecision.window_days`): within such a month it is not known that no event was."""
BLIND_SPOT_COLUMNS = ["place_id", "kind", "name", "province", "status", "last_reported", "days_silent"]


def days_silent(rows: pd.DataFrame, date: dt.date) -> pd.Series:
    """Return for each place the days from its last reported event to a date, missing if nothing was ever reported.

    `rows` are what `as_of` returns for the date; only `last_reported` is read. An event on the date is 0 days ago. The
    result is in whole days (`Int64`), with the index of `rows`. Every report on the place counts, also one on
    its whole area, whatever it says, whatever its source and whichever rule weighs it.
    """
    silent: pd.Series = (pd.Timestamp(date) - rows["last_reported"]).dt.days.astype("Int64")
    return silent.rename("days_silent")


def is_blind_spot(rows: pd.DataFrame, date: dt.date, older_than: int = BLIND_SPOT_DAYS) -> pd.Series:
    """Say for each place whether it is a blind spot: never reported, or last reported more than `older_than` days ago.

    `rows` and `date` are as for `days_silent`; the result is a boolean Series with the index of `rows`.
    """
    earliest = pd.Timestamp(date) - pd.Timedelta(days=older_than)
    # A missing day compares as false, and so makes a blind spot.
    recent: pd.Series = rows["last_reported"] >= earliest
    return ~recent


def list_blind_spots(rows: pd.DataFrame, date: dt.date, older_than: int = BLIND_SPOT_DAYS) -> pd.DataFrame:
    """Return the blind spots among places of every kind: those without any report first, then the longest silent.

    `rows` and `date` are as for `days_silent`. The columns are `BLIND_SPOT_COLUMNS`; equally long silences are in order
    of province and name.
    """
    silent = pd.DataFrame(rows).assign(days_silent=days_silent(rows, date))
    silent = silent.loc[is_blind_spot(rows, date, older_than), BLIND_SPOT_COLUMNS]
    by_name = silent.sort_values(["province", "name", "place_id"])
    return by_name.sort_values("days_silent", ascending=False, na_position="first", kind="stable", ignore_index=True)


def count_blind_districts(rows: pd.DataFrame, date: dt.date, older_than: int = BLIND_SPOT_DAYS) -> int:
    """Count the districts that are blind spots; `rows` and `date` are as for `days_silent`."""
    return int((is_blind_spot(rows, date, older_than) & (rows["kind"] == PlaceKind.DISTRICT)).sum())
