"""A table in a file, or pasted by the user, is read as text, whatever kind of file it is."""

from collections.abc import Callable
from pathlib import Path

from control_map.core.errors import PackError, missing_file_fault
from control_map.core.limits import LIMITS
from control_map.intake.tables.cell_text import strip_invisible
from control_map.intake.tables.delimited import read_delimited
from control_map.intake.tables.excel import read_excel
from control_map.intake.tables.flat_records import read_json, read_parquet
from control_map.intake.tables.table_builder import RawTable, check_file_size, file_error

PASTED_NAME = "pasted rows"
"""What a table without a file is called."""
_LONGEST_NAME = 100
_FIX_SIZE = "Split it by year or by province and add the parts one at a time, or remove the columns of long text"
_READERS: dict[bytes, Callable[[str, bytes], RawTable]] = {
    b"PK\x03\x04": read_excel,
    b"PK\x05\x06": read_excel,
    b"PAR1": read_parquet,
    b"{": read_json,
    b"[": read_json,
}
"""The reader for a file that begins with these bytes; any other file is read as separated text."""
_UNPACK = "Unpack it and add the table that is in it"
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


def read_table(name: str, data: bytes) -> RawTable:
    """Read a table from the contents of a file; the contents, not the file's name, say of what kind it is.

    Separated text in any encoding, Excel (.xlsx, .xlsm), Parquet and GeoParquet, JSON and GeoJSON with points.

    Raises
    ------
    PackError
        If it is not a table that can be read; the fault says what it is and how to fix it.
    """
    name = clean_file_name(name)
    check_file_size(name, len(data), LIMITS.file_bytes, _FIX_SIZE)
    start = data[:100].removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, (kind, fix) in _REFUSED.items():
        if start.startswith(mark):
            raise file_error(name, f"this is {kind}", fix)
    reader = next((reader for mark, reader in _READERS.items() if start.startswith(mark)), read_delimited)
    return reader(name, data)


def clean_file_name(name: str) -> str:
    """Return the name of a file as it can be shown: without invisible characters, and not too long."""
    return strip_invisible(name)[:_LONGEST_NAME].strip() or "the file"


def read_file(path: Path) -> RawTable:
    """Read a table from a file, see `read_table`."""
    try:
        check_file_size(path.name, path.stat().st_size, LIMITS.file_bytes, _FIX_SIZE)
        return read_table(path.name, path.read_bytes())
    except FileNotFoundError as error:
        raise PackError([missing_file_fault(path)]) from error
    except OSError as error:
        raise file_error(path.name, f"the file cannot be read ({error.strerror})", f"Put it at {path}") from error
