"""A table in a file, or pasted by the user, is read as text, whatever kind of file it is."""

import io
import zipfile
from pathlib import Path, PurePosixPath

from control_map.core.errors import Fault, PackError, missing_file_fault
from control_map.core.limits import LIMITS
from control_map.core.wording import list_some
from control_map.intake.tables.cell_text import strip_invisible
from control_map.intake.tables.delimited import read_delimited
from control_map.intake.tables.excel import read_excel
from control_map.intake.tables.flat_records import read_json, read_parquet
from control_map.intake.tables.table_builder import (
    BEST_FIT,
    HeaderRating,
    RawTable,
    ReadingChoice,
    check_file_size,
    file_error,
)
from control_map.intake.tables.zip_files import ZIP_DAMAGE, open_zip, read_member

PASTED_NAME = "pasted rows"
"""What a table without a file is called."""
_LONGEST_NAME = 100
_FIX_SIZE = "Split it by year or by province and add the parts one at a time, or remove the columns of long text"
_UNPACK = "Unpack it and add the table that is in it"
_UNPACK_SEVERAL = "Unpack it and add its tables one at a time"
_PACK_AGAIN = "Unpack it and add the table itself, or pack it again without folders"
_SAVE_AS = "Save it as Excel (.xlsx) or CSV (UTF-8)"
_FIX_SHAPEFILE = (
    "For reports, bring a table: CSV, Excel, Parquet or GeoJSON. For a new map, bring its .shp, .shx, .dbf and .prj "
    "together, in a folder or a ZIP file, as the boundaries (init --boundaries)"
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TABLES = frozenset((".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".json", ".geojson", ".parquet"))
_MOST_LISTED = 5
_SHAPEFILE_PARTS = frozenset((".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qmd"))
_DBF_VERSIONS, _DBF_HEADER = frozenset((0x03, 0x83, 0x8B, 0x30, 0x31)), 32
"""How a dBASE file begins, and the bytes of its header and of each field in it, which a byte 13 ends."""
_TYPE_IN = "Type its table into a sheet and save that as .xlsx or CSV (UTF-8)"
_REFUSED = {
    b"\xd0\xcf\x11\xe0": ("an old Excel file (.xls), or one with a password", "Save it as .xlsx without a password"),
    b"PARE": ("an encrypted Parquet file", "Save it without encryption"),
    b"%PDF": ("a PDF", "Copy its table into a sheet and save that as .xlsx or CSV (UTF-8)"),
    b"\x1f\x8b": ("a compressed file (gzip)", _UNPACK),
    b"7z\xbc\xaf": ("a compressed file (7z)", _UNPACK),
    b"Rar!": ("a compressed file (RAR)", _UNPACK),
    b"SQLite format 3": ("a database (SQLite or GeoPackage)", "Save its table as CSV (UTF-8) or GeoJSON"),
    b"\x89PNG": ("a picture", _TYPE_IN),
    b"\xff\xd8\xff": ("a picture", _TYPE_IN),
    b"<": ("a web page or XML", "Open it in Excel or LibreOffice and save it as .xlsx or CSV (UTF-8)"),
}


def read_table(name: str, data: bytes, choice: ReadingChoice = BEST_FIT, rate: HeaderRating | None = None) -> RawTable:
    """Read a table from the contents of a file; the contents, not the file's name, say of what kind it is.

    Separated text in any encoding, Excel (.xlsx, .xlsm), Parquet and GeoParquet, JSON and GeoJSON with points; or a ZIP
    file with one of these. `rate` says which sheet of a workbook fits best, unless one is chosen.

    Raises
    ------
    PackError
        If it is not a table that can be read; the fault says what it is and how to fix it.
    UnknownNameError
        If the file has no such sheet as is chosen.
    """
    name = clean_file_name(name)
    check_file_size(name, len(data), LIMITS.file_bytes, _FIX_SIZE)
    start = data[:100].removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, (kind, fix) in _REFUSED.items():
        if start.startswith(mark):
            raise file_error(name, f"this is {kind}", fix)
    if part := _name_shapefile_part(name, data):
        raise file_error(name, f"this is a part of a shapefile ({part}), which holds areas", _FIX_SHAPEFILE)
    if start.startswith(_ZIP):
        return _read_zip(name, data, choice, rate)
    if start.startswith(b"PAR1"):
        return read_parquet(name, data)
    reader = read_json if start.startswith((b"{", b"[")) else read_delimited
    return reader(name, data, choice.encoding)


def _read_zip(name: str, data: bytes, choice: ReadingChoice, rate: HeaderRating | None) -> RawTable:
    """Read a workbook, or the one table that is in a ZIP file."""
    try:
        with open_zip(name, io.BytesIO(data), _UNPACK) as archive:
            members = archive.namelist()
            if "xl/workbook.xml" in members:
                return read_excel(name, data, choice.sheet, rate)
            inner, packed = _find_table(name, archive)
            check_file_size(inner, packed.file_size, LIMITS.file_bytes, _FIX_SIZE)
            content = read_member(archive, packed)
    except ZIP_DAMAGE as error:
        problem = "the file is damaged or has a password, or it is neither an Excel file nor a ZIP file"
        raise file_error(name, problem, "Save it again, without a password, or as CSV (UTF-8)") from error
    if content.startswith(_ZIP) and not inner.lower().endswith((".xlsx", ".xlsm")):
        raise file_error(name, f"the ZIP file holds another one, {inner}", _UNPACK)
    table = read_table(inner, content, choice, rate)
    remark = Fault(inner, 0, "", f"it is the only table in {name}", "Nothing needs to be done", kept=True)
    return table.with_faults(remark)


def _find_table(name: str, archive: zipfile.ZipFile) -> tuple[str, zipfile.ZipInfo]:
    """Return the only table of a ZIP file and its name, or refuse the file with what it holds."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if unsafe := [member.filename for member in members if _leads_out(member.filename)]:
        listed = list_some(list(map(clean_file_name, unsafe)), _MOST_LISTED)
        raise file_error(name, f"it holds a file whose path leads out of the folder: {listed}", _PACK_AGAIN)
    files = [member for member in members if _is_visible(member.filename)]
    by_name = {clean_file_name(PurePosixPath(file.filename).name): file for file in files}
    kinds = {inner: PurePosixPath(inner).suffix.lower() for inner in by_name}
    if "xl/workbook.bin" in archive.namelist():
        raise file_error(name, "this is a binary Excel file (.xlsb)", _SAVE_AS)
    if "mimetype" in by_name and b"opendocument" in read_member(archive, by_name["mimetype"])[:100]:
        raise file_error(name, "this is an OpenDocument file (.ods)", _SAVE_AS)
    if ".shp" in kinds.values():
        raise file_error(name, "this is a shapefile, which holds areas", _FIX_SHAPEFILE)
    tables = [inner for inner, kind in kinds.items() if kind in _TABLES]
    # A text beside a table is most often about it.
    tables = [inner for inner in tables if kinds[inner] != ".txt"] or tables
    if len(tables) == 1:
        return tables[0], by_name[tables[0]]
    held = list_some(tables or sorted(by_name), _MOST_LISTED) or "nothing"
    problem = f"this is a ZIP file with {len(tables) or 'no'} tables; it holds {held}"
    raise file_error(name, problem, _UNPACK_SEVERAL if tables else _SAVE_AS)


def _leads_out(path: str) -> bool:
    """Whether a path of a ZIP file is none within the folder into which it is unpacked, as "../../reports.csv"."""
    parts = PurePosixPath(path.replace("\\", "/"))
    return parts.is_absolute() or ".." in parts.parts


def _is_visible(path: str) -> bool:
    """Whether a file of a ZIP is one that the user packed: macOS adds others."""
    return not any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(path).parts)


def _name_shapefile_part(name: str, data: bytes) -> str:
    """Return which part of a shapefile a file is, as ".dbf", or an empty text."""
    suffix = PurePosixPath(name).suffix.lower()
    if data.startswith(b"\x00\x00\x27\x0a"):
        return ".shx" if suffix == ".shx" else ".shp"
    if data.lstrip()[:7] in (b"GEOGCS[", b"PROJCS["):
        return ".prj"
    if len(data) > _DBF_HEADER and data[0] in _DBF_VERSIONS:
        length = int.from_bytes(data[8:10], "little")
        if length % _DBF_HEADER == 1 and data[length - 1 : length] == b"\r":
            return ".dbf"
    return suffix if suffix in _SHAPEFILE_PARTS else ""


def clean_file_name(name: str) -> str:
    """Return the name of a file as it can be shown: without invisible characters, and not too long."""
    return strip_invisible(name)[:_LONGEST_NAME].strip() or "the file"


def read_file(path: Path, choice: ReadingChoice = BEST_FIT, rate: HeaderRating | None = None) -> RawTable:
    """Read a table from a file, see `read_table`."""
    try:
        check_file_size(path.name, path.stat().st_size, LIMITS.file_bytes, _FIX_SIZE)
        return read_table(path.name, path.read_bytes(), choice, rate)
    except FileNotFoundError as error:
        raise PackError([missing_file_fault(path)]) from error
    except OSError as error:
        raise file_error(path.name, f"the file cannot be read ({error.strerror})", f"Put it at {path}") from error
