"""A table as CSV: how a cell is written, that none is a formula, and what the table rests on beside it.

CSV knows no remarks: what a table rests on stands in columns of its own, at the end. What is short is the same in each
row, so that it stays with the rows however they are cut, sorted and joined; the credits and what else is long stand in
the first row alone, as they would make the file several times as large.
"""

import csv
import io
from collections.abc import Mapping
from typing import Any

import pandas as pd

from control_map.core.sanitize import sanitize_cells, sanitize_line

_SHORT = 80
"""Characters of a text that is repeated in each row."""


def as_csv(frame: pd.DataFrame, facts: Mapping[str, str] | None = None) -> str:
    """Write a table as CSV.

    Parameters
    ----------
    frame
        Its cells are written as `cell_text` does. Not changed.
    facts
        What the table rests on, as `Provenance.facts` returns it: see `resting`.

    Returns
    -------
    str
        The columns and the rows; no cell is a formula.
    """
    table = add_provenance_columns(frame, facts or {})
    lists = table.map(lambda cell: cell_text(cell) if isinstance(cell, (list, tuple)) else cell)
    text = sanitize_cells(lists).map(cell_text)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([list(text.columns), *text.to_numpy().tolist()])
    return out.getvalue()


def add_provenance_columns(frame: pd.DataFrame, facts: Mapping[str, str]) -> pd.DataFrame:
    """Return the table with a further column for each fact that it rests on, unless it has one of that name."""
    rest = [""] * len(frame)
    further = {
        name: text if len(text) <= _SHORT else [text, *rest][: len(frame)]
        for name, text in facts.items()
        if name not in frame
    }
    return frame.assign(**further)


def cell_text(cell: Any) -> str:
    """Write a cell: dates as 2021-07-09, lists with spaces between, what is missing as nothing."""
    if isinstance(cell, (list, tuple)):
        return sanitize_line(" ".join(map(str, cell)))
    if pd.isna(cell):
        return ""
    if isinstance(cell, pd.Timestamp):
        return f"{cell:%Y-%m-%d}"
    return str(cell).lower() if isinstance(cell, bool) else sanitize_line(str(cell))
