"""What is packed into an Excel file: its sheets, and what their cells refer to.

The file is read as a stream, part by part, because what reads it into a grid at once can be made to fill all memory by
two cells far apart. Macros, formulas and links to other files are never looked at.
"""

import posixpath
import zipfile
from collections.abc import Container, Iterator
from datetime import datetime
from typing import NamedTuple
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from control_map.core.errors import Fault, PackError
from control_map.core.limits import LIMITS
from control_map.intake.tables.cleaning import strip_invisible

_BLOCK = 1 << 16
_LONGEST_NAME = 31  # as Excel has it
_TEXT = frozenset({"v", "t"})


class SheetMember(NamedTuple):
    """A sheet of a workbook: what it is called and where it is."""

    name: str
    member: str


class WorkbookIndex(NamedTuple):
    """A workbook: the sheets that are shown, and what their cells refer to.

    `strings` are the texts that cells share, `styles` says of each style of cells whether it shows a number as a date,
    and `epoch` is the day from which such numbers count.
    """

    sheets: list[SheetMember]
    strings: list[str]
    styles: list[bool]
    epoch: datetime


def check_unpacked_size(name: str, archive: zipfile.ZipFile, size: int) -> None:
    """Refuse a file that unpacks to more than can be read; what its directory says is not exceeded when it is read.

    Raises
    ------
    PackError
        With what can be done.
    """
    unpacked = sum(member.file_size for member in archive.infolist())
    if (
        len(archive.infolist()) <= LIMITS.members
        and unpacked <= LIMITS.unpacked_bytes
        and unpacked <= max(LIMITS.ratio * size, 10 * _BLOCK)
    ):
        return
    problem = f"the file unpacks to {unpacked / 1e6:,.0f} MB in {len(archive.infolist()):,} parts, which is too large"
    fix = f"Save the sheet with the reports as CSV; up to {LIMITS.file_bytes / 1e6:,.0f} MB of that can be read"
    raise PackError([Fault(name, 0, "", problem, fix)])


def open_workbook(name: str, archive: zipfile.ZipFile) -> WorkbookIndex:
    """Read which sheets of a workbook are shown, and what their cells refer to.

    Raises
    ------
    PackError
        If the file is no workbook, or one of another kind.
    """
    members = set(archive.namelist())
    if "xl/workbook.xml" not in members:
        _refuse_other(name, archive, members)
    places = {
        relation["Id"]: posixpath.normpath(posixpath.join("/xl", relation["Target"]))[1:]
        for _, relation, _ in iterate_elements(archive, "xl/_rels/workbook.xml.rels", {"Relationship"})
        if relation["Type"].endswith("/worksheet") and relation.get("TargetMode") != "External"
    }
    sheets: list[SheetMember] = []
    epoch = CALENDAR_WINDOWS_1900
    for tag, part, _ in iterate_elements(archive, "xl/workbook.xml", {"sheet", "workbookPr"}):
        if tag == "workbookPr" and part.get("date1904") in {"1", "true"}:
            epoch = CALENDAR_MAC_1904
        elif tag == "sheet" and part.get("state", "visible") == "visible":
            where = places.get(next(value for key, value in part.items() if key.endswith(":id")))
            sheets += [SheetMember(strip_invisible(part["name"])[:_LONGEST_NAME], where)] if where else []
    strings = []
    if "xl/sharedStrings.xml" in members:
        strings = [text for _, _, text in iterate_elements(archive, "xl/sharedStrings.xml", {"si"})]
    return WorkbookIndex(sheets, strings, _styles(archive) if "xl/styles.xml" in members else [], epoch)


def _styles(archive: zipfile.ZipFile) -> list[bool]:
    """Return of each style of cells whether it shows a number as a date."""
    formats: dict[str, str] = {}
    styles: list[bool] = []
    for tag, part, _ in iterate_elements(archive, "xl/styles.xml", {"numFmt", "xf", "cellStyleXfs", "cellXfs"}):
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


def iterate_elements(
    archive: zipfile.ZipFile, member: str, units: Container[str]
) -> Iterator[tuple[str, dict[str, str], str]]:
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


def _refuse_other(name: str, archive: zipfile.ZipFile, members: set[str]) -> None:
    kind = ""
    if "xl/workbook.bin" in members:
        kind = "a binary Excel file (.xlsb)"
    elif "mimetype" in members and b"opendocument" in archive.read("mimetype")[:100]:
        kind = "an OpenDocument file (.ods)"
    if kind:
        raise PackError([Fault(name, 0, "", f"this is {kind}", "Save it as Excel (.xlsx) or CSV (UTF-8)")])
    few = ", ".join(sorted(members)[:3])
    fix = "Unpack it and bring the table that is in it"
    raise PackError([Fault(name, 0, "", f"this is a ZIP file and no Excel file; it holds {few or 'nothing'}", fix)])
