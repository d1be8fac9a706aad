"""The cells of the table of origins, as they are written."""

from collections.abc import Hashable
from functools import partial

import pandas as pd
from pandas.io.formats.style import Styler

from control_map.analysis.sources import SHARE_COLUMNS, format_lag, format_share
from control_map.core.sanitize import sanitize_cell
from control_map.core.wording import format_date

_DATES: list[Hashable] = ["first_published", "last_published"]


def style_origins(table: pd.DataFrame) -> Styler:
    """Write each share with what it is of; sorting still goes by the number behind it."""
    # With a name of its own, and not one at random, the same table is sent once.
    written = table.assign(origin=table["origin"].map(sanitize_cell)).style.set_uuid("origins")
    for of in table["statements"].unique():
        rows = table.index[table["statements"] == of]
        written = written.format(partial(_share, of), subset=(rows, [*SHARE_COLUMNS]), na_rep=format_share(0, 0))
    for of in table["lag_reports"].unique():
        rows = table.index[table["lag_reports"] == of]
        written = written.format(partial(_lag, of), subset=(rows, ["lag_days"]), na_rep=format_lag(0, 0))
    return written.format(partial(format_date, year=True), subset=_DATES)


def _share(of: int, share: float) -> str:
    return format_share(round(share * of), of)


def _lag(of: int, lag: float) -> str:
    return format_lag(lag, of)
