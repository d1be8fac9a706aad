"""Excel: a sheet for each table, and one for the provenance. Text stays text, whatever its first character is."""

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from control_map.core.arrays import to_plain_value
from control_map.core.sanitize import sanitize_cells
from control_map.render.export.contents import ExportContents, with_point_columns
from control_map.theatre.csv_writer import cell_text
from control_map.theatre.file_time import workbook_bytes

_BOLD = Font(bold=True)
_NOT_IN_SHEETS, _LONGEST_NAME = re.compile(r"[\[\]:*?/\\]"), 31
"""What Excel does not allow in the name of a sheet, and how long it may be."""
_MISREAD = ("=", "#")
"""First characters of text that openpyxl takes for a formula or an error."""


def write_excel(contents: ExportContents, path: Path) -> None:
    """Write the tables with `lon` and `lat` of a point on each place; dates are dates."""
    sheets = {what.value: with_point_columns(table) for what, table in contents.tables.items()}
    facts = {**contents.facts, **{f"rows of {what}": what.sentence for what in contents.tables}}
    path.write_bytes(_make_workbook(contents.title, sheets, facts, contents.time))


def table_as_excel(name: str, table: pd.DataFrame, facts: Mapping[str, str], time: dt.datetime) -> bytes:
    """Return a file with one table, whose sheet has its name, and its provenance; lists are texts, as in CSV."""
    plain = table.map(lambda cell: cell_text(cell) if isinstance(cell, (list, tuple)) else cell)
    return _make_workbook(name, {_NOT_IN_SHEETS.sub("-", name)[:_LONGEST_NAME]: plain}, facts, time)


def _make_workbook(
    title: str, sheets: Mapping[str, pd.DataFrame], facts: Mapping[str, str], time: dt.datetime
) -> bytes:
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = title, facts["software"]
    for name, table in {**sheets, "provenance": pd.DataFrame(facts.items(), columns=["name", "text"])}.items():
        _fill_sheet(book.create_sheet(name), table)
    return workbook_bytes(book, time)


def _fill_sheet(sheet: WriteOnlyWorksheet, table: pd.DataFrame) -> None:
    sheet.freeze_panes = "A2"
    sanitized = sanitize_cells(table).replace("", None)
    sheet.append([_text_cell(sheet, str(name), _BOLD) for name in sanitized])
    for row in sanitized.itertuples(index=False, name=None):
        cells = (
            _text_cell(sheet, value) if isinstance(value, str) and value.startswith(_MISREAD) else to_plain_value(value)
            for value in row
        )
        sheet.append(cells)


def _text_cell(sheet: WriteOnlyWorksheet, text: str, font: Font | None = None) -> WriteOnlyCell:
    """Return a cell of text, even if it looks like a formula or an error."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    if font:
        cell.font = font
    return cell
