"""The cells of the table of origins, as they are written."""

from collections.abc import Hashable
from functools import partial

import pandas as pd
from pandas.io.formats.style import Styler

from control_map.analysis.sources import SHARE_COLUMNS, lag_in_words, share_in_words
from control_map.core.sanitize import harmless_cell
from control_map.render.html import templates

_DATES: list[Hashable] = ["first_published", "last_published"]


def styled(table: pd.DataFrame) -> Styler:
    """Write each share with what it is of; sorting still goes by the number behind it."""
    # With a name of its own, and not one at random, the same table is sent once.
    written = table.assign(origin=table["origin"].map(harmless_cell)).style.set_uuid("origins")
    for of in table["statements"].unique():
        rows = table.index[table["statements"] == of]
        written = written.format(partial(_share, of), subset=(rows, [*SHARE_COLUMNS]), na_rep=share_in_words(0, 0))
    for of in table["lag_reports"].unique():
        rows = table.index[table["lag_reports"] == of]
        written = written.format(partial(_lag, of), subset=(rows, ["lag_days"]), na_rep=lag_in_words(0, 0))
    return written.format(partial(templates.day, year=True), subset=_DATES)


def _share(of: int, share: float) -> str:
    return share_in_words(round(share * of), of)


def _lag(of: int, lag: float) -> str:
    return lag_in_words(lag, of)
