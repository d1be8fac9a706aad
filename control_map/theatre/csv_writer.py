"""Tables are written as CSV: the text of each cell, safe from formulas, and the provenance in further columns.

CSV has no comments, so the provenance is written in columns at the end. Short facts are repeated in each row, so that
they stay with the rows when these are filtered, sorted and joined. The credits and other long facts are written in the
first row only, as they would make the file several times as large.
"""

import csv
import io
from collections.abc import Mapping
from typing import Any

import pandas as pd

from control_map.core.sanitize import sanitize_cells, sanitize_line

_SHORT = 80
"""Characters of a fact up to which it is repeated in each row."""


def as_csv(frame: pd.DataFrame, facts: Mapping[str, str] | None = None) -> str:
    """Write a table as CSV, the header and the rows; no cell is a formula.

    The cells of `frame`, which is not changed, are written by `cell_text`. `facts` are the provenance of the table, as
    `Provenance.facts` returns them, see `add_provenance_columns`.
    """
    table = add_provenance_columns(frame, facts or {})
    lists = table.map(lambda cell: cell_text(cell) if isinstance(cell, (list, tuple)) else cell)
    text = sanitize_cells(lists).map(cell_text)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([list(text.columns), *text.to_numpy().tolist()])
    return out.getvalue()


def add_provenance_columns(frame: pd.DataFrame, facts: Mapping[str, str]) -> pd.DataFrame:
    """Return the table with a further column for each fact of its provenance, unless it has a column of that name."""
    rest = [""] * len(frame)
    further = {
        name: text if len(text) <= _SHORT else [text, *rest][: len(frame)]
        for name, text in facts.items()
        if name not in frame
    }
    return frame.assign(**further)


def cell_text(cell: Any) -> str:
    """Return a cell as text: dates as 2021-07-09, lists separated by spaces, missing values as an empty text."""
    if isinstance(cell, (list, tuple)):
        return sanitize_line(" ".join(map(str, cell)))
    if pd.isna(cell):
        return ""
    if isinstance(cell, pd.Timestamp):
        return f"{cell:%Y-%m-%d}"
    return str(cell).lower() if isinstance(cell, bool) else sanitize_line(str(cell))
