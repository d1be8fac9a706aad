"""Plain-text tables at the edge: CSV in, a frame of strings and a list of faults out."""

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from control_map.core.errors import Fault, PackError, missing_file_fault
from control_map.theatre.records import ragged_row_fault, read_records

_SEPARATORS = {b";": "semicolons", b"\t": "tabs"}
_UNDECODABLE = "\ufffd"


def read_csv(path: Path, required: Sequence[str]) -> tuple[pd.DataFrame, list[Fault]]:
    """Read a UTF-8 CSV file as text, keeping each row's line number.

    Parameters
    ----------
    path
        The file (RFC 4180; a byte order mark is allowed).
    required
        The columns that must be there.

    Returns
    -------
    frame
        All columns of the file as `str`, trimmed, empty where there is nothing; the index is the line on
        which the row begins (the header is line 1). Rows with a fault are left out.
    faults
        Rows with a wrong number of cells or with bytes that are not UTF-8.

    Raises
    ------
    PackError
        If the file is missing or empty, or lacks a required column.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise PackError([missing_file_fault(path)]) from error
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror})"
        raise PackError([Fault(path.name, 0, "", problem, f"Put it at {path}")]) from error
    return parse_csv(path.name, data, required)


def parse_csv(file: str, data: bytes, required: Sequence[str] = ()) -> tuple[pd.DataFrame, list[Fault]]:
    """Read the contents of a UTF-8 CSV file as text, see `read_csv`."""
    if other := _other_kind(data):
        raise PackError([Fault(file, 0, "", f"this is {other}, not CSV", "Save it as CSV, UTF-8, with commas")])
    lines = read_records(file, io.StringIO(data.decode("utf-8-sig", errors="replace"), newline=""))
    header = _header(lines)
    if not any(header):
        raise PackError([Fault(file, 0, "", "the file is empty", f"Give it the header line {','.join(required)}")])
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        fix = "Give each column a name of its own"
        raise PackError([Fault(file, 1, column, "the column comes twice", fix) for column in twice])
    missing = [column for column in required if column not in header]
    if missing:
        raise PackError([_missing_column(file, column, header) for column in missing])
    rows, numbers, faults = _rows(file, lines, header)
    return pd.DataFrame(rows, columns=header, index=pd.Index(numbers, name="row", dtype="int64"), dtype="str"), faults


def _other_kind(data: bytes) -> str:
    """Say what a file is that can be told at its beginning from comma-separated UTF-8."""
    if data.startswith(b"PK\x03\x04"):
        return "an Excel or ZIP file"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text in UTF-16"
    first = data.split(b"\n", 1)[0]
    separator = next((name for mark, name in _SEPARATORS.items() if first.count(mark) > 1 and b"," not in first), "")
    return f"a table separated by {separator}" if separator else ""


def _header(lines: Iterator[tuple[int, list[str]] | Fault]) -> list[str]:
    first = next(lines, (1, []))
    if isinstance(first, Fault):
        raise PackError([first])
    return [cell.strip() for cell in first[1]]


def _rows(
    file: str, lines: Iterator[tuple[int, list[str]] | Fault], header: list[str]
) -> tuple[list[list[str]], list[int], list[Fault]]:
    rows: list[list[str]] = []
    numbers: list[int] = []
    faults: list[Fault] = []
    for record in lines:
        if isinstance(record, Fault):
            faults.append(record)
            continue
        number, cells = record[0], [cell.strip() for cell in record[1]]
        if not any(cells):
            continue
        bad = [column for column, cell in zip(header, cells, strict=False) if _UNDECODABLE in cell]
        if len(cells) != len(header):
            faults.append(ragged_row_fault(file, number, len(cells), len(header)))
        elif bad:
            fix = "Save the file as UTF-8; it may be Latin-1 or Windows-1252 now"
            faults.append(Fault(file, number, bad[0], "the text is not UTF-8", fix))
        else:
            rows.append(cells)
            numbers.append(number)
    return rows, numbers, faults


def _missing_column(file: str, column: str, header: list[str]) -> Fault:
    there = ", ".join(header)
    return Fault(file, 1, column, "the column is missing", f"Add it to the header, which has: {there}")


def make_check(test: Callable[[pd.Series], Any], problem: str, fix: str) -> pa.Check:
    """Make a pandera check whose failures read as `problem` and `fix`."""
    return pa.Check(test, error=f"{problem}\n{fix}")


def is_one_of(options: Sequence[str], *, or_empty: bool = False) -> pa.Check:
    """Make a check that a column has only these values."""
    allowed = {*options, ""} if or_empty else set(options)
    return make_check(
        lambda column: column.isin(allowed), "the value is not known", f"Use one of: {', '.join(options)}"
    )


def is_filled() -> pa.Check:
    """Make a check that no cell of a column is empty."""
    return make_check(lambda column: column != "", "the cell is empty", "Fill it in")


def is_unique() -> pa.Check:
    """Make a check that a value comes once; the first row that has it passes."""
    return make_check(
        lambda column: ~column.duplicated(), "the value is there already, further up", "Give each row its own"
    )


def is_iso_date(*, or_empty: bool = False) -> pa.Check:
    """Make a check that a column has dates as `YYYY-MM-DD`, of the last or this century."""
    return make_check(
        lambda column: parse_dates(column).between("1900-01-01", "2099-12-31") | (or_empty & (column == "")),
        "this is not a date, or one of another century",
        "Write it as 2021-07-09, year first",
    )


def is_number(lowest: float, highest: float, *, or_empty: bool = True) -> pa.Check:
    """Make a check that a column has numbers in this range."""

    def test(column: pd.Series) -> Any:
        inside = pd.to_numeric(column, errors="coerce").between(lowest, highest)
        return inside | (column == "") if or_empty else inside

    return make_check(
        test,
        f"this is not a number from {lowest:g} to {highest:g}",
        "Correct it" + (" or leave it empty" if or_empty else ""),
    )


def parse_dates(column: pd.Series) -> pd.Series:
    """Turn text into dates; what is no date in ISO 8601 becomes NaT."""
    return pd.to_datetime(column.where(column.str.fullmatch(r"\d{4}-\d{2}-\d{2}")), format="%Y-%m-%d", errors="coerce")


def validation_faults(schema: pa.DataFrameSchema, frame: pd.DataFrame, file: str) -> list[Fault]:
    """Check a frame of strings lazily and return every failure as a fault, in the order of the rows."""
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases[["index", "column", "check", "failure_case"]].to_numpy().tolist()
        return sorted(_fault(file, *case) for case in cases)
    return []


def _fault(file: str, row: int, column: str, failed: str, value: object) -> Fault:
    problem, fix = failed.split("\n")
    return Fault(file, int(row), column, problem, fix, str(value))
