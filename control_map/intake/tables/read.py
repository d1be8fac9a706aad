"""A table as somebody brought it, read as text, whatever kind of file it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from control_map.core.errors import Fault, PackError, missing_file_fault
from control_map.core.limits import LIMITS
from control_map.intake.tables.cleaning import strip_invisible
from control_map.intake.tables.delimited import read_delimited
from control_map.intake.tables.excel import read_excel
from control_map.intake.tables.json_records import read_json
from control_map.intake.tables.parquet import read_parquet
from control_map.intake.tables.table_builder import ParsedTable

PASTED_TABLE_NAME = "pasted rows"
"""What pasted text is called where a file has a name."""
_LONGEST_NAME = 100
_READERS: dict[bytes, Callable[[str, bytes], ParsedTable]] = {
    b"PK\x03\x04": read_excel,
    b"PK\x05\x06": read_excel,
    b"PAR1": read_parquet,
    b"{": read_json,
    b"[": read_json,
}
"""What reads a file that begins like this; all else is text in lines and cells."""
_REFUSED = {
    b"\xd0\xcf\x11\xe0": ("an old Excel file (.xls), or one with a password", "Save it as .xlsx without a password"),
    b"PARE": ("an encrypted Parquet file", "Save it without encryption"),
    b"%PDF": ("a PDF", "Copy its table into a sheet and save that as .xlsx or CSV (UTF-8)"),
    b"\x1f\x8b": ("a compressed file (gzip)", "Unpack it and bring the table that is in it"),
    b"7z\xbc\xaf": ("a compressed file (7z)", "Unpack it and bring the table that is in it"),
    b"Rar!": ("a compressed file (RAR)", "Unpack it and bring the table that is in it"),
    b"SQLite format 3": ("a database (SQLite or GeoPackage)", "Save its table as CSV (UTF-8) or GeoJSON"),
    b"\x89PNG": ("a picture", "Type its table into a sheet and save that as .xlsx or CSV (UTF-8)"),
    b"\xff\xd8\xff": ("a picture", "Type its table into a sheet and save that as .xlsx or CSV (UTF-8)"),
    b"<": ("a web page or XML", "Open it in Excel or LibreOffice and save it as .xlsx or CSV (UTF-8)"),
}


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table as text.

    `frame` has the columns of the table as `str`, trimmed and clean, empty where there is nothing; its index, `row`, is
    the line of the file or sheet on which the row begins (the header is line 1, where nothing stands above it); in a
    file without lines the first row is 1. `faults` are rows that could not be told apart, and, `kept`, what there is to
    know of how it was read.
    """

    name: str
    frame: pd.DataFrame
    faults: list[Fault]


def read_table(name: str, data: bytes) -> RawTable:
    """Read a table from the contents of a file, of the kind that these say it is, whatever its name ends in.

    Separated text in any encoding, Excel (.xlsx, .xlsm), Parquet and GeoParquet, JSON and GeoJSON with points.

    Raises
    ------
    PackError
        If it is no table that can be read; the fault says what it is, and how to mend it.
    """
    name = strip_invisible(name)[:_LONGEST_NAME].strip() or "the file"
    _refuse_bytes(name, len(data))
    begins = data[:100].removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, (kind, fix) in _REFUSED.items():
        if begins.startswith(mark):
            raise PackError([Fault(name, 0, "", f"this is {kind}", fix)])
    reader = next((reader for mark, reader in _READERS.items() if begins.startswith(mark)), read_delimited)
    grid = reader(name, data)
    return RawTable(name, grid.frame, grid.faults)


def read_file(path: Path) -> RawTable:
    """Read a table from a file, see `read`."""
    try:
        _refuse_bytes(path.name, path.stat().st_size)
        return read_table(path.name, path.read_bytes())
    except FileNotFoundError as error:
        raise PackError([missing_file_fault(path)]) from error
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror})"
        raise PackError([Fault(path.name, 0, "", problem, f"Put it at {path}")]) from error


def read_pasted(text: str) -> RawTable:
    """Read a table from pasted text, see `read`."""
    return read_table(PASTED_TABLE_NAME, text.encode("utf-8", "replace"))


def _refuse_bytes(name: str, size: int) -> None:
    if size > LIMITS.file_bytes:
        problem = f"the file has {size / 1e6:,.0f} MB; {LIMITS.file_bytes / 1e6:,.0f} MB can be read"
        fix = "Split it by year or by province and bring the parts one at a time, or take out the columns of long text"
        raise PackError([Fault(name, 0, "", problem, fix)])
