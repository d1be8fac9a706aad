"""Rows that sum up a table are no reports: a cell that says "Total", and beside it nothing but numbers."""

import re
from dataclasses import replace

from control_map.core.errors import NOTHING_TO_FIX, Fault
from control_map.intake.tables.table_builder import RawTable

_WORDS = (
    "(?:grand |sub-?|in |the )?totals?|sum|totaux|(?:total|somme) générale?|total general|somme|suma|gesamt|summe"
    "|итого|всего|сумма|разом|усього|всього|المجموع|مجموع|الإجمالي|اجمالی|جمع|جمع کل|مجموعه|toplam|genel toplam"
)
_TOTAL = rf"(?i)\s*(?:{_WORDS})\s*[:.=]?\s*"
_NUMBER = re.compile(r"[-+(]?\d[\d\s.,%)]*")


def leave_out_totals(raw: RawTable) -> RawTable:
    """Return a table without its rows of totals, each of which becomes a fault that needs no mending."""
    says_total = raw.frame.index[:0]
    for column in raw.frame.columns:
        says_total = says_total.union(raw.frame.index[raw.frame[column].str.fullmatch(_TOTAL)])
    rows = {row: raw.frame.loc[row].tolist() for row in says_total}
    totals = [row for row, cells in rows.items() if all(map(_is_of_totals, cells))]
    if not totals:
        return raw
    faults = [Fault(raw.name, int(row), "", "this is a row of totals, and no report", NOTHING_TO_FIX) for row in totals]
    without = replace(raw, frame=raw.frame.drop(index=totals), as_given=raw.as_given or raw)
    return without.with_faults(*faults)


def _is_of_totals(cell: str) -> bool:
    return not cell.strip() or re.fullmatch(_TOTAL, cell) is not None or _NUMBER.fullmatch(cell.strip()) is not None
