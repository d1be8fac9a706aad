"""Excel: a sheet for each table, and one for the provenance. Text stays text, whatever its first character is."""

from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from control_map.core.arrays import to_plain_value
from control_map.core.sanitize import sanitize_cells
from control_map.render.export.contents import ExportContents, with_point_columns
from control_map.theatre.file_time import workbook_bytes

_BOLD = Font(bold=True)
_MISREAD = ("=", "#")
"""First characters of text that openpyxl takes for a formula or an error."""


def write_excel(contents: ExportContents, path: Path) -> None:
    """Write the tables with `lon` and `lat` of a point on each place; dates are dates."""
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = contents.title, contents.facts["software"]
    for what, table in contents.tables.items():
        _fill_sheet(book.create_sheet(what), with_point_columns(table))
    facts = {**contents.facts, **{f"rows of {what}": what.sentence for what in contents.tables}}
    _fill_sheet(book.create_sheet("provenance"), pd.DataFrame(facts.items(), columns=["name", "text"]))
    path.write_bytes(workbook_bytes(book, contents.time))


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
