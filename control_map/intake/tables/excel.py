"""Workbooks of Excel (.xlsx, .xlsm): the cells of the first sheet with a table, as they are shown.

A cell with a formula has the value that the workbook keeps of it.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from string import ascii_uppercase, digits
from xml.parsers import expat

from openpyxl.utils.datetime import from_excel

from control_map.core.errors import Fault, PackError
from control_map.core.limits import LIMITS
from control_map.intake.tables.cell_text import format_datetime, format_number
from control_map.intake.tables.table_builder import NumberedRow, ParsedTable, build_table, check_table_size
from control_map.intake.tables.workbook import (
    SheetMember,
    WorkbookIndex,
    check_unpacked_size,
    iterate_elements,
    open_workbook,
)

_LAST_ROW = 1_048_576
_NAMED = 5
"""How many sheets that are not read a remark names."""
_WRITTEN = {("b", "1"): "true", ("b", "0"): "false"}
_DAMAGE = (
    *(expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, IndexError, ValueError, OverflowError),
    *(NotImplementedError, RuntimeError, OSError),
)
"""What a damaged or encrypted file raises in what reads it."""


def read_excel(name: str, data: bytes) -> ParsedTable:
    """Read the first sheet that is shown and has a table.

    The rows have the numbers that they have in the sheet.

    Raises
    ------
    PackError
        If it is no workbook, damaged, empty, or larger than the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_unpacked_size(name, archive, len(data))
            return _read(name, archive)
    except _DAMAGE as error:
        problem = "the file is damaged or has a password, or it is no Excel file"
        fix = "Open it in Excel or LibreOffice and save it anew as .xlsx, without a password, or as CSV"
        raise PackError([Fault(name, 0, "", problem, fix)]) from error


def _read(name: str, archive: zipfile.ZipFile) -> ParsedTable:
    book = open_workbook(name, archive)
    for sheet in book.sheets:
        rows = (row for row in _rows(name, archive, sheet, book) if any(row[1]))
        first = next(rows, None)
        if first is not None:
            grid = build_table(name, chain([first], rows))
            names = [f"'{other.name}'" for other in book.sheets if other != sheet]
            others = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
            if not others:
                return grid
            fix = "To bring another, save it in a file of its own"
            problem = f"only the sheet '{sheet.name}' was read, and not {others}"
            return ParsedTable(grid.frame, [Fault(name, 0, "", problem, fix, kept=True), *grid.faults])
    fix = "Put the table on a sheet that is shown, with the names of its columns in the first row"
    raise PackError([Fault(name, 0, "", "no sheet of the workbook has a table", fix)])


def _rows(name: str, archive: zipfile.ZipFile, sheet: SheetMember, book: WorkbookIndex) -> Iterator[NumberedRow]:
    """Yield the rows of a sheet; where rows or cells say no place that comes next, they have the next one."""
    cells: list[str] = []
    last = 0
    for tag, part, text in iterate_elements(archive, sheet.member, {"c", "row"}):
        if tag == "row":
            number = part.get("r", "")
            last = int(number) if number.isdecimal() and last < int(number) <= _LAST_ROW else last + 1
            yield last, cells
            cells = []
            continue
        stated = _column(part.get("r", "").rstrip(digits))
        if stated and not text:
            continue
        column = stated or len(cells) + 1
        if column > LIMITS.columns or len(cells) >= LIMITS.columns:
            check_table_size(name, 0, max(column, len(cells) + 1))
        cells += [""] * (column - len(cells) - 1)
        cells.append(_shown(text, part, book))


@lru_cache(maxsize=1_000)
def _column(letters: str) -> int:
    """Return the number of a column, such as 28 of AB, or 0 if it has no such name."""
    number = 0
    if letters.isascii() and letters.isupper() and len(letters) <= 3:
        for letter in letters:
            number = number * len(ascii_uppercase) + ascii_uppercase.find(letter) + 1
    return number


def _shown(text: str, cell: dict[str, str], book: WorkbookIndex) -> str:
    """Write a cell as text: dates as 2021-07-09, and numbers with the 15 digits that Excel keeps of them."""
    kind = cell.get("t", "n")
    if not text:
        return ""
    if kind == "s":
        return book.strings[int(text)]
    if kind == "n":
        return _number_shown(text, int(cell.get("s", "0")), book)
    return _WRITTEN.get((kind, text), text.removesuffix("T00:00:00") if kind == "d" else text)


def _number_shown(text: str, style: int, book: WorkbookIndex) -> str:
    try:
        number = float(text)
        if style < len(book.styles) and book.styles[style]:
            return format_datetime(from_excel(number, book.epoch))
    except (ValueError, OverflowError):  # no number, or no day of any calendar
        return text
    return format_number(number)
