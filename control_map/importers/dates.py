"""Dates as other tables write them."""

import pandas as pd

FORMATS = ("%d %B %Y", "%d %b %Y", "%d-%B-%Y", "%d-%b-%Y", "%d-%b-%y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d")
"""What is tried after ISO 8601; a day before its month, as ACLED and UCDP document it."""


def as_days(column: pd.Series) -> pd.Series:
    """Read days; of a moment the day counts, and what is no date becomes NaT."""
    text = column.str.strip()
    moments = text.str.extract(r"^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$")[0]
    days = pd.to_datetime(moments, format="%Y-%m-%d", errors="coerce")
    for form in FORMATS:
        if not days.isna().any():
            break
        days = days.fillna(pd.to_datetime(text, format=form, errors="coerce"))
    return days


def iso(days: pd.Series) -> pd.Series:
    """Write days as 2021-07-09; none is an empty cell."""
    written: pd.Series = days.dt.strftime("%Y-%m-%d").fillna("").astype("str")
    return written
