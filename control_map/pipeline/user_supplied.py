"""Which statuses rest on a report that somebody brought, and which on published ones alone."""

from collections.abc import Set as AbstractSet

import numpy as np
import pandas as pd

from control_map.core.arrays import day_numbers
from control_map.core.model import Role

_SPAN = 10_000_000
"""More days than any two dates lie apart: a place and a day make one number."""


def rests_on_user_reports(
    told: pd.DataFrame, evidence: pd.DataFrame, brought: AbstractSet[str], by: str = "place_id"
) -> pd.Series:
    """Say of each row whether its status rests on a report that was brought.

    Parameters
    ----------
    told
        Rows with `since, valid_from`, as in a timeline. Not changed.
    evidence
        What `assess` returns. Not changed.
    brought
        The ids of the reports that were brought.
    by
        The column of both frames that says which evidence a row is about.

    Returns
    -------
    Series of bool
        With the index of `told`: true where such a report sets or confirms the status between the day since which it
        holds and the day from which the row is valid.
    """
    mine = evidence[evidence["report_id"].isin(brought) & evidence["role"].isin([Role.SETS, Role.CONFIRMS])]
    held = told["since"].notna().to_numpy()
    if mine.empty or not held.any():
        return pd.Series(data=False, index=told.index)
    of = pd.Index(told[by].astype("str").unique())
    place, supported = of.get_indexer(told[by].astype("str")), of.get_indexer(mine[by].astype("str"))
    days = np.sort(supported * _SPAN + day_numbers(mine["event_date"]))
    first = place * _SPAN + day_numbers(told["since"].where(held, told["valid_from"]))
    last = place * _SPAN + day_numbers(told["valid_from"])
    within = np.searchsorted(days, last, "right") > np.searchsorted(days, first, "left")
    return pd.Series(held & within, index=told.index)
