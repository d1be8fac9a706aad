"""The provinces: one row each, its districts by status as a bar."""

import datetime as dt
from itertools import accumulate
from string import ascii_lowercase
from typing import Any

import pandas as pd

from control_map import markup
from control_map.pipeline import Pack
from control_map.summary import by_province
from control_map.ui import html, silence


def text(pack: Pack, date: dt.date, since: dt.date | None, now: pd.DataFrame, before: pd.DataFrame) -> str:
    """Write the summary of each province.

    `now` and `before` are what `as_of` returns for the date and for the one that it is compared with: `since`, or
    `COMPARED_DAYS` earlier.
    """
    table = by_province(now, before, pack.theatre.places, pack.statuses, date, silence.older_than())
    return html.render(
        "provinces.html",
        rows=table.to_dict("records"),
        statuses=pack.statuses,
        styles=pack.styles,
        over=markup.over(since, date),
        older_than=silence.older_than(),
        ends=lambda row: _ends(row, pack.statuses),
        cells=lambda row: _cells(row, pack.statuses),
    )


def _ends(row: dict[str, Any], statuses: list[str]) -> str:
    """Say where each colour of a province's bar ends; what is not said ends at the end of the bar."""
    of = max(1, row["districts"])
    sums = [round(100 * end / of) for end in accumulate(row[status] for status in statuses[:-1])]
    return ";".join(f"--{letter}:{end}" for letter, end in zip(ascii_lowercase, sums, strict=False) if end < 100)


def _cells(row: dict[str, Any], statuses: list[str]) -> list[str]:
    """Return the numbers of a row; none is an empty cell, and empty cells at the end are left out."""
    days = row["days_since_report"]
    cells = ["" if pd.isna(days) else str(days), str(row["blind_spots"] or "")]
    cells += [*(str(row[status] or "") for status in statuses), markup.signed(row[f"{statuses[0]}_change"])]
    while not cells[-1]:
        cells.pop()
    return cells
