"""Excel workbooks (.xlsx, .xlsm) are read as tables: the cells of the sheet that fits best, as Excel shows them.

A cell with a formula has the value that the workbook stores for it. The file is read as a stream, part by part, because
two cells far apart would make a reader that builds a grid fill all memory. Macros, formulas and links to other files
are ignored.
"""

import io
import posixpath
import re
import shlex
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from string import ascii_uppercase, digits
from typing import NamedTuple, NoReturn
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from control_map.core.errors import Fault, UnknownNameError
from control_map.core.limits import LIMITS
from control_map.core.wording import list_some
from control_map.intake.tables.cell_text import format_datetime, format_number, strip_invisible
from control_map.intake.tables.table_builder import (
    HeaderRating,
    NumberedRow,
    RawTable,
    Reading,
    build_table,
    check_table_size,
    clean_column_name,
    file_error,
    find_header_row,
)
from control_map.intake.tables.zip_files import ZIP_DAMAGE, check_part_count, open_zip

_LAST_ROW = 1_048_576
_MOST_DIGITS, _MOST_LETTERS = 7, 3
"""Of the number of a row, and of the name of a column."""
_LONGEST_SHEET_NAME = 31  # Excel's own limit
_MOST_NAMED = 5
"""Names of unread sheets that a remark lists."""
_BLOCK = 1 << 16
_TEXT_TAGS = frozenset({"v", "t"})
_TEXT, _PHONETIC = "text", "rPh"
_BOOLEANS = {("b", "1"): "true", ("b", "0"): "false"}
_FIX_PARTS = "Save the sheet with the reports in a file of its own, or as CSV"
_LONGEST_TAG = 1 << 20
"""Bytes of one tag or comment: far above any normal one, and small as the parser reads an unfinished one from its start
with each block."""
_ANY_ELEMENTS, _ELEMENTS_IN_BYTE = 1_000_000, 2
"""Elements that any workbook may have, and more for each byte; real sheets need more than a byte for each."""
_MOST_NAMES = 10_000
"""Different names of elements and attributes in one part, which the parser keeps; a workbook has some hundred."""
_DEEPEST = 1_000
"""Elements inside each other; a workbook has a dozen."""
_LITERALS = re.compile(r'"[^"]*"?|\\.|[_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]?', re.IGNORECASE | re.DOTALL)
"""What a number format shows as it is, or says of colours and languages. Each alternative matches whatever follows its
first character, so that a search takes time in proportion to the format."""
_DAMAGE = (*ZIP_DAMAGE, expat.ExpatError)
"""What the libraries raise for a damaged or encrypted file."""


class _Workbook(NamedTuple):
    """The sheets of a workbook, each with the member of the archive that holds it, and what cells refer to.

    `hidden` are the names of those that Excel does not show; `strings` are the texts that cells share, `date_styles`
    says of each cell style whether it shows a number as a date, and `epoch` is the day from which such numbers count.
    """

    sheets: list[tuple[str, str]]
    hidden: frozenset[str]
    strings: list[str]
    date_styles: list[bool]
    epoch: datetime


def read_excel(name: str, data: bytes, sheet: str = "", rate: HeaderRating | None = None) -> RawTable:
    """Read one of the sheets that have a table; the rows have the numbers that they have in the sheet.

    `sheet` is the one that the user chose, which may be hidden. Without it, it is the first visible one whose columns
    `rate` rates highest.

    Raises
    ------
    PackError
        If it is not a workbook, is damaged or empty, or is larger than the limits.
    UnknownNameError
        If it has no table on the chosen sheet.
    """
    try:
        with open_zip(name, io.BytesIO(data), _FIX_PARTS) as archive:
            _check_unpacked_size(name, archive, len(data))
            return _read_sheet(name, _Parts(name, archive, len(data)), sheet, rate)
    except _DAMAGE as error:
        problem = "the file is damaged or has a password, or it is not an Excel file"
        fix = "Open it in Excel or LibreOffice and save it again as .xlsx, without a password, or as CSV"
        raise file_error(name, problem, fix) from error


def _check_unpacked_size(name: str, archive: zipfile.ZipFile, size: int) -> None:
    """Refuse a file that unpacks to more than the limits; reading never exceeds the sizes that its directory states."""
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    most_bytes = min(LIMITS.unpacked_bytes, max(LIMITS.ratio * size, 10 * _BLOCK))
    if unpacked > most_bytes:
        problem = f"the file unpacks to {unpacked / 1e6:,.0f} MB in {len(members):,} parts, which is too large"
        readable = f"up to {LIMITS.file_bytes / 1e6:,.0f} MB of that can be read"
        raise file_error(name, problem, f"Save the sheet with the reports as CSV; {readable}")


def _read_sheet(name: str, parts: "_Parts", chosen: str, rate: HeaderRating | None) -> RawTable:
    book = _open_workbook(parts)
    # Several sheets can name one part; it is read once.
    sheet_by_member = {member: sheet for sheet, member in reversed(book.sheets)}
    member_by_sheet = {sheet_by_member[member]: member for _, member in book.sheets}
    heads = {sheet: _read_head(parts, member, book) for sheet, member in member_by_sheet.items()}
    sheets = [sheet for sheet, head in heads.items() if head]
    visible = [sheet for sheet in sheets if sheet not in book.hidden]
    if not sheets:
        fix = "Put the table on a sheet, with the names of its columns in the first row"
        raise file_error(name, "no sheet of the workbook has a table", fix)
    if chosen and chosen not in sheets:
        raise UnknownNameError(f"sheet with a table in {name}", chosen, sheets, complete=True)
    ratings = {sheet: rate(_header_of(heads[sheet])) if rate else 0 for sheet in sheets}
    sheet = chosen or max(visible or sheets, key=ratings.__getitem__)
    table = build_table(name, (row for row in _sheet_rows(parts, member_by_sheet[sheet], book) if any(row[1])))
    unread = [other for other, member in book.sheets if (other, member) != (sheet, member_by_sheet[sheet])]
    if not unread:
        if sheet not in book.hidden:
            return table
        remark = Fault(name, 0, "", f"the only sheet, '{sheet}', is hidden", "Nothing needs to be done", kept=True)
        return table.with_faults(remark)
    similar = [other for other in unread if ratings.get(other, 0) == ratings[sheet] > 0]
    is_hidden = ", which is hidden," if sheet in book.hidden else ""
    problem = f"only the sheet '{sheet}'{is_hidden} was read, and not {_quote_some(unread, book.hidden)}"
    problem += f"; the columns of {_quote_some(similar, book.hidden)} fit as well" if similar else ""
    fix = f"To add another sheet, choose it (--sheet {shlex.quote((similar or unread)[0])})"
    remarked = table.with_faults(Fault(name, 0, "", problem, fix, kept=True))
    return replace(remarked, reading=Reading(sheet, tuple(sheets), hidden=book.hidden & {*sheets}))


def _quote_some(sheets: list[str], hidden: frozenset[str]) -> str:
    return list_some([f"'{sheet}'{' (hidden)' if sheet in hidden else ''}" for sheet in sheets], _MOST_NAMED)


def _read_head(parts: "_Parts", member: str, book: _Workbook) -> list[list[str]]:
    """Return the first rows of a sheet that are not empty."""
    rows = (cells for _, cells in _sheet_rows(parts, member, book) if any(cells))
    return list(islice(rows, LIMITS.head_rows))


def _header_of(head: list[list[str]]) -> list[str]:
    return list(map(clean_column_name, head[find_header_row(head)]))


def _sheet_rows(parts: "_Parts", member: str, book: _Workbook) -> Iterator[NumberedRow]:
    """Yield the rows of a sheet; a row or cell that does not state a position after the last one takes the next one."""
    cells: list[str] = []
    last = 0
    for tag, attributes, text in parts.iterate_elements(member, {"c", "row"}):
        if tag == "row":
            number = attributes.get("r", "")
            stated = int(number) if number.isdecimal() and len(number) <= _MOST_DIGITS else 0
            last = stated if last < stated <= _LAST_ROW else last + 1
            yield last, cells
            cells = []
            continue
        letters = attributes.get("r", "").rstrip(digits)
        place = _column_number(letters) if len(letters) <= _MOST_LETTERS else 0
        if place and not text:
            continue
        column = place or len(cells) + 1
        if column > LIMITS.columns or len(cells) >= LIMITS.columns:
            check_table_size(parts.file, 0, max(column, len(cells) + 1))
        cells += [""] * (column - len(cells) - 1)
        cells.append(_cell_text(text, attributes, book))


@lru_cache(maxsize=1_000)
def _column_number(letters: str) -> int:
    """Return the number of a column, such as 28 for AB, or 0 if these letters do not name one."""
    number = 0
    if letters.isascii() and letters.isupper():
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


def _open_workbook(parts: "_Parts") -> _Workbook:
    """Read which sheets a workbook has, and what their cells refer to."""
    member_by_id = {
        relation["Id"]: posixpath.normpath(posixpath.join("/xl", relation["Target"]))[1:]
        for _, relation, _ in parts.iterate_elements("xl/_rels/workbook.xml.rels", {"Relationship"})
        if relation["Type"].endswith("/worksheet") and relation.get("TargetMode") != "External"
    }
    sheets: list[tuple[str, str]] = []
    hidden: set[str] = set()
    epoch = CALENDAR_WINDOWS_1900
    for tag, part, _ in parts.iterate_elements("xl/workbook.xml", {"sheet", "workbookPr"}):
        if tag == "workbookPr" and part.get("date1904") in {"1", "true"}:
            epoch = CALENDAR_MAC_1904
        elif tag == "sheet":
            member = member_by_id.get(next((value for key, value in part.items() if key.endswith(":id")), ""))
            title = strip_invisible(part["name"])[:_LONGEST_SHEET_NAME]
            sheets += [(title, member)] if member else []
            hidden |= {title} if part.get("state", "visible") != "visible" else set()
            check_part_count(parts.file, len(sheets), _FIX_PARTS)
    strings = []
    if "xl/sharedStrings.xml" in parts.members:
        strings = [text for _, _, text in parts.iterate_elements("xl/sharedStrings.xml", {"si"})]
    return _Workbook(
        sheets, frozenset(hidden), strings, _date_styles(parts) if "xl/styles.xml" in parts.members else [], epoch
    )


def _date_styles(parts: "_Parts") -> list[bool]:
    """Return for each cell style whether it shows a number as a date."""
    formats: dict[str, bool] = {}
    styles: list[bool] = []
    for tag, part, _ in parts.iterate_elements("xl/styles.xml", {"numFmt", "xf", "cellStyleXfs", "cellXfs"}):
        if tag == "numFmt":
            formats[part["numFmtId"]] = _shows_date(part["formatCode"])
        elif tag == "xf":
            number = part.get("numFmtId", "0")
            if number not in formats:
                formats[number] = _shows_date(BUILTIN_FORMATS.get(int(number), "General"))
            styles.append(formats[number])
        elif tag == "cellXfs":
            break
        else:
            styles.clear()
    return styles


def _shows_date(number_format: str) -> bool:
    """Whether a number format shows a date or a time of day, and not a length of time such as [h]:mm."""
    first = _LITERALS.sub("", number_format).split(";", 1)[0]
    return "[" not in first and not set("dmhys").isdisjoint(first.lower())


_Element = tuple[str, dict[str, str], str]
"""The tag of an element, its attributes and its text."""


class _ElementParser:
    """Finds elements in XML that comes in blocks; `begun` counts all of them.

    Of the text of an element, a little more than may stand in a cell is kept, and no phonetic guides (rPh).

    XML is refused with ValueError if it declares a document type, as no part of a workbook may: its entities can grow
    without bound. So is XML whose tags are longer, deeper or of more kinds than in any workbook.
    """

    def __init__(self, wanted: set[str]) -> None:
        self.begun = 0
        self._ended = 0
        self._read = 0
        self._wanted = wanted
        self._roles: dict[str, str] = {}
        self._found: list[_Element] = []
        self._opened: dict[str, dict[str, str]] = {}
        self._pieces: list[str] = []
        self._characters = 0
        self._is_phonetic = False
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._parser.StartDoctypeDeclHandler = _refuse

    def feed(self, block: bytes, *, final: bool = False) -> list[_Element]:
        """Parse a block and return the wanted elements that end in it."""
        self._found = []
        self._parser.Parse(block, final)
        self._read += len(block)
        is_long = self._read - self._parser.CurrentByteIndex > _LONGEST_TAG
        if is_long or len(self._parser.intern) > _MOST_NAMES or self.begun - self._ended > _DEEPEST:
            _refuse()
        return self._found

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        self.begun += 1
        role = self._roles[full] if full in self._roles else self._find_role(full)
        if role == _TEXT:
            if not self._is_phonetic:
                self._parser.CharacterDataHandler = self._add_text
        elif role == _PHONETIC:
            self._is_phonetic = True
        elif role:
            self._opened[role] = attributes
            self._pieces.clear()
            self._characters = 0

    def _end(self, full: str) -> None:
        self._ended += 1
        self._parser.CharacterDataHandler = None
        role = self._roles[full]
        if role in self._wanted:
            self._found.append((role, self._opened.pop(role), "".join(self._pieces)))
            self._pieces.clear()
        elif role == _PHONETIC:
            self._is_phonetic = False

    def _add_text(self, text: str) -> None:
        if self._characters <= LIMITS.cell_characters:
            self._pieces.append(text)
            self._characters += len(text)

    def _find_role(self, full: str) -> str:
        """Return the tag, without the prefix of its namespace, of an element that matters here, or an empty text."""
        tag = full.rpartition(":")[2]
        role = _TEXT if tag in _TEXT_TAGS else tag if tag in self._wanted or tag == _PHONETIC else ""
        self._roles[full] = role
        return role


def _refuse(*_: object) -> NoReturn:
    raise ValueError("not a part of a workbook")


class _Parts:
    """The parts of a workbook, which are read as streams of elements; all of them together have a limited number."""

    def __init__(self, file: str, archive: zipfile.ZipFile, size: int) -> None:
        self.file = file
        self.members = set(archive.namelist())
        self._archive = archive
        self._elements = 0
        self._most = min(LIMITS.elements, _ANY_ELEMENTS + _ELEMENTS_IN_BYTE * size)

    def iterate_elements(self, member: str, wanted: set[str]) -> Iterator[_Element]:
        """Yield the wanted elements of a part as they end: tag, attributes and text.

        Raises
        ------
        ValueError
            If the part is not like any of a workbook, see `_ElementParser`.
        PackError
            If the parts that were read have more elements than the limit.
        """
        parser = _ElementParser(wanted)
        try:
            with self._archive.open(member) as part:
                while block := part.read(_BLOCK):
                    yield from parser.feed(block)
                    self._check_elements(parser.begun)
                yield from parser.feed(b"", final=True)
        finally:  # also if only the first rows of a sheet were wanted
            self._elements += parser.begun

    def _check_elements(self, more: int) -> None:
        if self._elements + more > self._most:
            problem = f"the workbook has more than {self._most:,} cells, texts and other parts"
            fix = "Save the sheet with the reports as CSV, or split it by year and add the parts one at a time"
            raise file_error(self.file, problem, fix)
