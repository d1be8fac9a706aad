"""Workbooks of Excel (.xlsx, .xlsm): the cells of the first sheet with a table, as they are shown.

The file is read as a stream, part by part, because what reads it into a grid at once can be made to fill all memory by
two cells far apart. Macros, formulas and links to other files are never looked at: a cell has the value that the
workbook keeps of it.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Container, Iterator
from datetime import datetime
from itertools import chain
from typing import NamedTuple
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from control_map.errors import Fault, PackError
from control_map.intake.cleaning import visible
from control_map.intake.grid import Grid, Row, gather, refuse_size
from control_map.intake.written import moment_text, number_text
from control_map.limits import LIMITS

_BLOCK = 1 << 16
_LAST_ROW = 1_048_576
_LETTERS = 26
_TEXT = frozenset({"v", "t"})
_DAMAGE = (
    *(expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, IndexError, ValueError, OverflowError),
    *(NotImplementedError, RuntimeError, OSError),
)
"""What a damaged or encrypted file raises in what reads it."""


class Sheet(NamedTuple):
    """A sheet of a workbook: what it is called and where it is."""

    name: str
    member: str


class _Book(NamedTuple):
    """What the cells of a workbook refer to."""

    sheets: list[Sheet]
    strings: list[str]
    styles: list[bool]
    epoch: datetime


def read_excel(name: str, data: bytes) -> Grid:
    """Read the first sheet that is shown and has a table.

    The rows have the numbers that they have in the sheet.

    Raises
    ------
    PackError
        If it is no workbook, damaged, empty, or larger than the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bomb(name, archive, len(data))
            return _read(name, archive)
    except _DAMAGE as error:
        problem = "the file is damaged or has a password, or it is no Excel file"
        mend = "Open it in Excel or LibreOffice and save it anew as .xlsx, without a password, or as CSV"
        raise PackError([Fault(name, 0, "", problem, mend)]) from error


def _read(name: str, archive: zipfile.ZipFile) -> Grid:
    members = set(archive.namelist())
    if "xl/workbook.xml" not in members:
        _refuse_other(name, archive, members)
    book = _opened(archive, members)
    for sheet in book.sheets:
        rows = (row for row in _rows(name, archive, sheet, book) if any(row[1]))
        first = next(rows, None)
        if first is not None:
            grid = gather(name, chain([first], rows))
            others = ", ".join(f"'{other.name}'" for other in book.sheets if other != sheet)
            if not others:
                return grid
            mend = "To bring another, save it in a file of its own"
            problem = f"only the sheet '{sheet.name}' was read, and not {others}"
            return Grid(grid.frame, [Fault(name, 0, "", problem, mend, kept=True), *grid.faults])
    mend = "Put the table on a sheet that is shown, with the names of its columns in the first row"
    raise PackError([Fault(name, 0, "", "no sheet of the workbook has a table", mend)])


def _refuse_bomb(name: str, archive: zipfile.ZipFile, size: int) -> None:
    """Refuse a file that unpacks to more than can be read; what its directory says is not exceeded when it is read."""
    unpacked = sum(member.file_size for member in archive.infolist())
    if (
        len(archive.infolist()) <= LIMITS.members
        and unpacked <= LIMITS.unpacked_bytes
        and unpacked <= max(LIMITS.ratio * size, 10 * _BLOCK)
    ):
        return
    problem = f"the file unpacks to {unpacked / 1e6:,.0f} MB in {len(archive.infolist()):,} parts, which is too large"
    mend = f"Save the sheet with the reports as CSV; up to {LIMITS.file_bytes / 1e6:,.0f} MB of that can be read"
    raise PackError([Fault(name, 0, "", problem, mend)])


def _refuse_other(name: str, archive: zipfile.ZipFile, members: set[str]) -> None:
    kind = ""
    if "xl/workbook.bin" in members:
        kind = "a binary Excel file (.xlsb)"
    elif "mimetype" in members and b"opendocument" in archive.read("mimetype")[:100]:
        kind = "an OpenDocument file (.ods)"
    if kind:
        raise PackError([Fault(name, 0, "", f"this is {kind}", "Save it as Excel (.xlsx) or CSV (UTF-8)")])
    few = ", ".join(sorted(members)[:3])
    mend = "Unpack it and bring the table that is in it"
    raise PackError([Fault(name, 0, "", f"this is a ZIP file and no Excel file; it holds {few or 'nothing'}", mend)])


def _opened(archive: zipfile.ZipFile, members: set[str]) -> _Book:
    places = {
        relation["Id"]: posixpath.normpath(posixpath.join("/xl", relation["Target"]))[1:]
        for _, relation, _ in _units(archive, "xl/_rels/workbook.xml.rels", {"Relationship"})
        if relation["Type"].endswith("/worksheet") and relation.get("TargetMode") != "External"
    }
    sheets: list[Sheet] = []
    epoch = CALENDAR_WINDOWS_1900
    for tag, part, _ in _units(archive, "xl/workbook.xml", {"sheet", "workbookPr"}):
        if tag == "workbookPr" and part.get("date1904") in {"1", "true"}:
            epoch = CALENDAR_MAC_1904
        elif tag == "sheet" and part.get("state", "visible") == "visible":
            where = places.get(next(value for key, value in part.items() if key.endswith(":id")))
            sheets += [Sheet(visible(part["name"]), where)] if where else []
    strings = []
    if "xl/sharedStrings.xml" in members:
        strings = [text for _, _, text in _units(archive, "xl/sharedStrings.xml", {"si"})]
    return _Book(sheets, strings, _styles(archive) if "xl/styles.xml" in members else [], epoch)


def _styles(archive: zipfile.ZipFile) -> list[bool]:
    """Return of each style of cells whether it shows a number as a date."""
    formats: dict[str, str] = {}
    styles: list[bool] = []
    for tag, part, _ in _units(archive, "xl/styles.xml", {"numFmt", "xf", "cellStyleXfs", "cellXfs"}):
        if tag == "numFmt":
            formats[part["numFmtId"]] = part["formatCode"]
        elif tag == "xf":
            number = part.get("numFmtId", "0")
            shown = formats.get(number) or BUILTIN_FORMATS.get(int(number), "General")
            styles.append(bool(is_date_format(shown)) and not is_timedelta_format(shown))
        elif tag == "cellXfs":
            break
        else:
            styles.clear()
    return styles


def _rows(name: str, archive: zipfile.ZipFile, sheet: Sheet, book: _Book) -> Iterator[Row]:
    """Yield the rows of a sheet; where rows or cells say no place that comes next, they have the next one."""
    cells: list[str] = []
    last = 0
    for tag, part, text in _units(archive, sheet.member, {"c", "row"}):
        if tag == "row":
            stated = part.get("r", "")
            last = int(stated) if stated.isdecimal() and last < int(stated) <= _LAST_ROW else last + 1
            yield last, cells
            cells = []
            continue
        column = _column(part.get("r", ""))
        if column > len(cells) + 1 and text:
            refuse_size(name, 0, column)
            cells += [""] * (column - len(cells) - 1)
        if text or len(cells) < LIMITS.columns:
            cells.append(_shown(text, part, book))
            refuse_size(name, 0, len(cells))


def _column(reference: str) -> int:
    """Return the number of the column of a cell, such as 28 of AB7, or 0 if it does not say."""
    letters = reference.rstrip("0123456789")
    number = 0
    if letters.isascii() and letters.isupper() and len(letters) <= 3:
        for letter in letters:
            number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


def _shown(text: str, cell: dict[str, str], book: _Book) -> str:
    """Write a cell as text: dates as 2021-07-09, and numbers with the 15 digits that Excel keeps of them."""
    kind = cell.get("t", "n")
    if kind == "s":
        return book.strings[int(text)] if text else ""
    if kind == "b":
        return "true" if text == "1" else "false"
    if kind != "n" or not text:
        return text
    try:
        number = float(text)
        style = int(cell.get("s", "0"))
        if style < len(book.styles) and book.styles[style]:
            return moment_text(from_excel(number, book.epoch))
    except (ValueError, OverflowError):  # no number, or no day of any calendar
        return text
    return number_text(number)


def _units(archive: zipfile.ZipFile, member: str, units: Container[str]) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield some elements of a part as they end: their tag, attributes and text, without what is to be read aloud.

    Raises
    ------
    ValueError
        If the part declares entities or the like, which no part of a workbook may, and which can grow without bound.
    """
    found: list[tuple[str, dict[str, str], str]] = []
    opened: dict[str, dict[str, str]] = {}
    pieces: list[str] = []
    aloud = False
    tags = _Tags()

    def start(full: str, attributes: dict[str, str]) -> None:
        nonlocal aloud
        tag = tags[full]
        if tag in units:
            opened[tag] = attributes
            pieces.clear()
        elif tag == "rPh":
            aloud = True
        elif tag in _TEXT and not aloud:
            parser.CharacterDataHandler = pieces.append

    def end(full: str) -> None:
        nonlocal aloud
        parser.CharacterDataHandler = None
        tag = tags[full]
        if tag in units:
            found.append((tag, opened.pop(tag), "".join(pieces)))
            pieces.clear()
        elif tag == "rPh":
            aloud = False

    def refuse(*_: object) -> None:
        raise ValueError(member)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    with archive.open(member) as part:
        while block := part.read(_BLOCK):
            parser.Parse(block)
            yield from found
            found.clear()
        parser.Parse(b"", True)
    yield from found


class _Tags(dict[str, str]):
    """The tags of elements without the prefix of their namespace, each worked out once."""

    def __missing__(self, full: str) -> str:
        self[full] = tag = full.rpartition(":")[2]
        return tag
