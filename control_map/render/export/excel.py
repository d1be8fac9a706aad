"""Excel: a sheet for each table, and one for the provenance. Text is text, whatever it begins with."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from control_map.core.sanitize import sanitize_cells
from control_map.explanation.argument import to_plain_value
from control_map.render.export.contents import ExportContents, with_point_columns

_BOLD = Font(bold=True)
_TEXT = "s"
_MISTAKEN = ("=", "#")
"""What text begins with that openpyxl takes for a formula or an error."""


def write_excel(contents: ExportContents, path: Path) -> None:
    """Write the tables with `lon` and `lat` of a point on each place; dates are dates."""
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = contents.title, contents.facts["software"]
    for what, table in contents.tables.items():
        _fill(book.create_sheet(what), with_point_columns(table))
    told = {**contents.facts, **{f"rows of {what}": what.sentence for what in contents.tables}}
    _fill(book.create_sheet("provenance"), pd.DataFrame(told.items(), columns=["name", "text"]))
    book.save(path)


def _fill(sheet: WriteOnlyWorksheet, table: pd.DataFrame) -> None:
    sheet.freeze_panes = "A2"
    harmless = sanitize_cells(table).replace("", None)
    sheet.append([_cell(sheet, str(name), _BOLD) for name in harmless])
    for row in harmless.itertuples(index=False, name=None):
        sheet.append(_cells(sheet, row))


def _cells(sheet: WriteOnlyWorksheet, row: Iterable[Any]) -> list[Any]:
    """Make the cells of a row; openpyxl takes text for more than text by its first letter only."""
    return [
        _cell(sheet, value) if isinstance(value, str) and value[:1] in _MISTAKEN else to_plain_value(value)
        for value in row
    ]


def _cell(sheet: WriteOnlyWorksheet, text: str, font: Font | None = None) -> WriteOnlyCell:
    """Make a cell of text: what looks like a formula or an error stays what it is."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = _TEXT
    if font:
        cell.font = font
    return cell
