"""A table as CSV: how a cell is written, and that none is a formula."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import pandas as pd

from control_map.escape import harmless_cells, harmless_line


def as_csv(frame: pd.DataFrame, facts: Mapping[str, str] | None = None) -> str:
    """Write a table as CSV.

    Parameters
    ----------
    frame
        Its cells are written as `cell_text` does. Not changed.
    facts
        What the table rests on, as `Provenance.facts` returns it: told in each row, in a last column `provenance`.

    Returns
    -------
    str
        The columns and the rows; no cell is a formula.
    """
    table = frame if facts is None else frame.assign(provenance="; ".join(f"{k}: {v}" for k, v in facts.items()))
    lists = table.map(lambda cell: cell_text(cell) if isinstance(cell, (list, tuple)) else cell)
    text = harmless_cells(lists).map(cell_text)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([list(text.columns), *text.to_numpy().tolist()])
    return out.getvalue()


def cell_text(cell: Any) -> str:
    """Write a cell: dates as 2021-07-09, lists with spaces between, what is missing as nothing."""
    if isinstance(cell, (list, tuple)):
        return harmless_line(" ".join(map(str, cell)))
    if pd.isna(cell):
        return ""
    if isinstance(cell, pd.Timestamp):
        return f"{cell:%Y-%m-%d}"
    return str(cell).lower() if isinstance(cell, bool) else harmless_line(str(cell))
