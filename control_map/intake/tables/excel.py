"""Excel workbooks (.xlsx, .xlsm) are read as tables: the cells of the first sheet with a table, as Excel shows them.

A cell with a formula has the value that the workbook stores for it. The file is read as a stream, part by part, because
two cells far apart would make a reader that builds a grid fill all memory. Macros, formulas and links to other files
are ignored.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Container, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import chain
from string import ascii_uppercase, digits
from typing import NamedTuple
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from control_map.core.errors import Fault
from control_map.core.limits import LIMITS
from control_map.core.wording import list_some
from control_map.intake.tables.cell_text import format_datetime, format_number, strip_invisible
from control_map.intake.tables.table_builder import NumberedRow, RawTable, build_table, check_table_size, file_error

_LAST_ROW = 1_048_576
_LONGEST_SHEET_NAME = 31  # Excel's own limit
_MOST_NAMED = 5
"""Names of unread sheets that a remark lists."""
_BLOCK = 1 << 16
_TEXT_TAGS = frozenset({"v", "t"})
_BOOLEANS = {("b", "1"): "true", ("b", "0"): "false"}
_DAMAGE = (
    *(expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, IndexError, ValueError, OverflowError),
    *(NotImplementedError, RuntimeError, OSError),
)
"""What the libraries raise for a damaged or encrypted file."""


class _Workbook(NamedTuple):
    """The visible sheets of a workbook, each with the member of the archive that holds it, and what cells refer to.

    `strings` are the texts that cells share, `date_styles` says of each cell style whether it shows a number as a date,
    and `epoch` is the day from which such numbers count.
    """

    sheets: list[tuple[str, str]]
    strings: list[str]
    date_styles: list[bool]
    epoch: datetime


def read_excel(name: str, data: bytes) -> RawTable:
    """Read the first visible sheet that has a table; the rows have the numbers that they have in the sheet.

    Raises
    ------
    PackError
        If it is not a workbook, is damaged or empty, or is larger than the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_unpacked_size(name, archive, len(data))
            return _read_first_table(name, archive)
    except _DAMAGE as error:
        problem = "the file is damaged or has a password, or it is not an Excel file"
        fix = "Open it in Excel or LibreOffice and save it again as .xlsx, without a password, or as CSV"
        raise file_error(name, problem, fix) from error


def _check_unpacked_size(name: str, archive: zipfile.ZipFile, size: int) -> None:
    """Refuse a file that unpacks to more than the limits; reading never exceeds the sizes that its directory states."""
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    most_bytes = min(LIMITS.unpacked_bytes, max(LIMITS.ratio * size, 10 * _BLOCK))
    if len(members) > LIMITS.members or unpacked > most_bytes:
        problem = f"the file unpacks to {unpacked / 1e6:,.0f} MB in {len(members):,} parts, which is too large"
        readable = f"up to {LIMITS.file_bytes / 1e6:,.0f} MB of that can be read"
        raise file_error(name, problem, f"Save the sheet with the reports as CSV; {readable}")


def _read_first_table(name: str, archive: zipfile.ZipFile) -> RawTable:
    book = _open_workbook(name, archive)
    for sheet, member in book.sheets:
        rows = (row for row in _sheet_rows(name, archive, member, book) if any(row[1]))
        first = next(rows, None)
        if first is not None:
            table = build_table(name, chain([first], rows))
            unread = [f"'{other}'" for other, part in book.sheets if (other, part) != (sheet, member)]
            if not unread:
                return table
            problem = f"only the sheet '{sheet}' was read, and not {list_some(unread, _MOST_NAMED)}"
            return table.with_faults(
                Fault(name, 0, "", problem, "To add another sheet, save it in a file of its own", kept=True)
            )
    fix = "Put the table on a visible sheet, with the names of its columns in the first row"
    raise file_error(name, "no sheet of the workbook has a table", fix)


def _sheet_rows(name: str, archive: zipfile.ZipFile, member: str, book: _Workbook) -> Iterator[NumberedRow]:
    """Yield the rows of a sheet; a row or cell that does not state a position after the last one takes the next one."""
    cells: list[str] = []
    last = 0
    for tag, attributes, text in _iterate_elements(archive, member, {"c", "row"}):
        if tag == "row":
            number = attributes.get("r", "")
            last = int(number) if number.isdecimal() and last < int(number) <= _LAST_ROW else last + 1
            yield last, cells
            cells = []
            continue
        stated = _column_number(attributes.get("r", "").rstrip(digits))
        if stated and not text:
            continue
        column = stated or len(cells) + 1
        if column > LIMITS.columns or len(cells) >= LIMITS.columns:
            check_table_size(name, 0, max(column, len(cells) + 1))
        cells += [""] * (column - len(cells) - 1)
        cells.append(_cell_text(text, attributes, book))


@lru_cache(maxsize=1_000)
def _column_number(letters: str) -> int:
    """Return the number of a column, such as 28 for AB, or 0 if these letters do not name one."""
    number = 0
    if letters.isascii() and letters.isupper() and len(letters) <= 3:
        for letter in letters:
            number = number * len(ascii_uppercase) + ascii_uppercase.find(letter) + 1
    return number


def _cell_text(text: str, cell: dict[str, str], book: _Workbook) -> str:
    """Write a cell as text: dates as 2021-07-09, and numbers with the 15 digits that Excel keeps of them."""
    kind = cell.get("t", "n")
    if not text:
        return ""
    if kind == "s":
        return book.strings[int(text)]
    if kind != "n":
        return _BOOLEANS.get((kind, text), text.removesuffix("T00:00:00") if kind == "d" else text)
    style = int(cell.get("s", "0"))
    try:
        number = float(text)
        if style < len(book.date_styles) and book.date_styles[style]:
            return format_datetime(from_excel(number, book.epoch))
    except (ValueError, OverflowError):  # not a number, or a day outside the calendar
        return text
    return format_number(number)


def _open_workbook(name: str, archive: zipfile.ZipFile) -> _Workbook:
    """Read which sheets of a workbook are visible, and what their cells refer to."""
    members = set(archive.namelist())
    if "xl/workbook.xml" not in members:
        _refuse_other_archive(name, archive, members)
    member_by_id = {
        relation["Id"]: posixpath.normpath(posixpath.join("/xl", relation["Target"]))[1:]
        for _, relation, _ in _iterate_elements(archive, "xl/_rels/workbook.xml.rels", {"Relationship"})
        if relation["Type"].endswith("/worksheet") and relation.get("TargetMode") != "External"
    }
    sheets: list[tuple[str, str]] = []
    epoch = CALENDAR_WINDOWS_1900
    for tag, part, _ in _iterate_elements(archive, "xl/workbook.xml", {"sheet", "workbookPr"}):
        if tag == "workbookPr" and part.get("date1904") in {"1", "true"}:
            epoch = CALENDAR_MAC_1904
        elif tag == "sheet" and part.get("state", "visible") == "visible":
            member = member_by_id.get(next(value for key, value in part.items() if key.endswith(":id")))
            sheets += [(strip_invisible(part["name"])[:_LONGEST_SHEET_NAME], member)] if member else []
    strings = []
    if "xl/sharedStrings.xml" in members:
        strings = [text for _, _, text in _iterate_elements(archive, "xl/sharedStrings.xml", {"si"})]
    return _Workbook(sheets, strings, _date_styles(archive) if "xl/styles.xml" in members else [], epoch)


def _date_styles(archive: zipfile.ZipFile) -> list[bool]:
    """Return for each cell style whether it shows a number as a date."""
    formats: dict[str, str] = {}
    styles: list[bool] = []
    for tag, part, _ in _iterate_elements(archive, "xl/styles.xml", {"numFmt", "xf", "cellStyleXfs", "cellXfs"}):
        if tag == "numFmt":
            formats[part["numFmtId"]] = part["formatCode"]
        elif tag == "xf":
            number = part.get("numFmtId", "0")
            code = formats.get(number) or BUILTIN_FORMATS.get(int(number), "General")
            styles.append(bool(is_date_format(code)) and not is_timedelta_format(code))
        elif tag == "cellXfs":
            break
        else:
            styles.clear()
    return styles


def _iterate_elements(
    archive: zipfile.ZipFile, member: str, wanted: Container[str]
) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield the wanted elements of a member as they end: tag, attributes and text, without phonetic guides (rPh).

    Raises
    ------
    ValueError
        If the member declares a document type: no part of a workbook may, and its entities can grow without bound.
    """
    found: list[tuple[str, dict[str, str], str]] = []
    opened: dict[str, dict[str, str]] = {}
    pieces: list[str] = []
    is_phonetic = False

    def start(full: str, attributes: dict[str, str]) -> None:
        nonlocal is_phonetic
        tag = _local_tag(full)
        if tag in wanted:
            opened[tag] = attributes
            pieces.clear()
        elif tag == "rPh":
            is_phonetic = True
        elif tag in _TEXT_TAGS and not is_phonetic:
            parser.CharacterDataHandler = pieces.append

    def end(full: str) -> None:
        nonlocal is_phonetic
        parser.CharacterDataHandler = None
        tag = _local_tag(full)
        if tag in wanted:
            found.append((tag, opened.pop(tag), "".join(pieces)))
            pieces.clear()
        elif tag == "rPh":
            is_phonetic = False

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


def _local_tag(full: str) -> str:
    """Return a tag without its namespace prefix."""
    return full.rpartition(":")[2]


def _refuse_other_archive(name: str, archive: zipfile.ZipFile, members: set[str]) -> None:
    fix = "Save it as Excel (.xlsx) or CSV (UTF-8)"
    if "xl/workbook.bin" in members:
        raise file_error(name, "this is a binary Excel file (.xlsb)", fix)
    if "mimetype" in members and b"opendocument" in archive.read("mimetype")[:100]:
        raise file_error(name, "this is an OpenDocument file (.ods)", fix)
    listed = ", ".join(sorted(members)[:3]) or "nothing"
    problem = f"this is a ZIP file, not an Excel file; it holds {listed}"
    raise file_error(name, problem, "Unpack it and add the table that is in it")
