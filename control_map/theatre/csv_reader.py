"""CSV files are read as text: a frame of strings comes out, and a list of what is wrong with the file.

Records are split as RFC 4180 describes. The checks at the end of the module are those that several files share.
"""

import csv
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow.compute as pc
from pyarrow import ArrowInvalid, large_string, py_buffer
from pyarrow import csv as arrow_csv

from control_map.core.characters import clean_text, clean_texts, look_key
from control_map.core.errors import Fault, PackError, missing_file_fault
from control_map.core.limits import LIMITS
from control_map.core.sanitize import unescape_cell

Record = tuple[int, list[str]] | Fault
"""The line on which a record begins and its cells, or why it cannot be read."""
_SEPARATORS = {b";": "semicolons", b"\t": "tabs"}
_UNDECODABLE = "\ufffd"
_UNUSUAL = (b'"', b"\r", b"\0", _UNDECODABLE.encode())
"""Bytes of a file that has to be read with care."""
_LOST_LETTER = ("a letter was lost before: another program could not read it and wrote \ufffd", "Correct the text")


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
    file = path.name
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise PackError([missing_file_fault(path)]) from error
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror})"
        raise PackError([Fault(file, 0, "", problem, f"Put it at {path}")]) from error
    if other := _detect_other_kind(data):
        raise PackError([Fault(file, 0, "", f"this is {other}, not CSV", "Save it as CSV, UTF-8, with commas")])
    plain = _read_plain_csv(data)
    if plain is not None and {*required} <= {*plain}:
        return plain, []
    try:
        text, is_utf8 = data.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        text, is_utf8 = data.decode("utf-8-sig", errors="replace"), False
    records = read_records(file, io.StringIO(text, newline=""))
    first = next(records, (1, []))
    if isinstance(first, Fault):
        raise PackError([first])
    header = [clean_text(cell).strip() for cell in first[1]]
    if not any(header):
        raise PackError([Fault(file, 0, "", "the file is empty", f"Give it the header line {','.join(required)}")])
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        fix = "Give each column a name of its own"
        raise PackError([Fault(file, 1, column, "the column comes twice", fix) for column in twice])
    if missing := [column for column in required if column not in header]:
        fix = f"Add it to the header, which has: {', '.join(header)}"
        raise PackError([Fault(file, 1, column, "the column is missing", fix) for column in missing])
    rows, numbers, faults = _split_rows(file, records, header, is_utf8=is_utf8)
    return pd.DataFrame(rows, columns=header, index=pd.Index(numbers, name="row", dtype="int64"), dtype="str"), faults


def _read_plain_csv(data: bytes) -> pd.DataFrame | None:
    """Read a table without quotes, empty rows and faults as `read_csv` does, ten times as fast; None for any other."""
    if any(byte in data for byte in _UNUSUAL) or len(data) > LIMITS.row_characters:
        return None
    first, _, rest = data.partition(b"\n")
    header = first.decode("utf-8-sig", errors="replace").split(",")
    is_usual = len({*header}) == len(header) and all(clean_text(name).strip() == name for name in header)
    if not (is_usual and rest) or len(first) > LIMITS.cell_characters:
        return None
    try:
        table = arrow_csv.read_csv(
            py_buffer(rest),
            arrow_csv.ReadOptions(column_names=header, use_threads=False),
            arrow_csv.ParseOptions(quote_char=False, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(header, large_string())),
        )
    except ArrowInvalid:
        return None
    columns = {name: pc.utf8_trim_whitespace(table[name]) for name in header}
    lengths = [pc.utf8_length(column).to_numpy() for column in columns.values()]
    if any(length.max() > LIMITS.cell_characters for length in lengths) or not sum(lengths).all():
        return None
    index = pd.RangeIndex(2, table.num_rows + 2, name="row").astype("int64")
    return pd.DataFrame({name: pd.array(column, dtype="str") for name, column in columns.items()}, index=index)


def read_clean_csv(path: Path, required: Sequence[str]) -> tuple[pd.DataFrame, list[Fault]]:
    """Read a file as `read_csv` does, and clean its cells as those of a table that a user adds, see `clean_texts`.

    Returns
    -------
    tuple
        The clean table, and its faults. Those of cells that were cleaned, or lost a letter, are `kept`: the row counts.

    Raises
    ------
    PackError
        As `read_csv` does.
    """
    frame, faults = read_csv(path, required)
    rows = frame.index.tolist()
    for column in frame:
        lost = frame[column][frame[column].str.contains(_UNDECODABLE, regex=False)]
        faults += [
            Fault(path.name, row, str(column), *_LOST_LETTER, cell, kept=True)
            for row, cell in zip(lost.index.tolist(), lost.tolist(), strict=True)
        ]
        clean, changes = clean_column(path.name, str(column), rows, frame[column].tolist())
        if changes:
            frame[column] = pd.array([cell.strip() for cell in clean], dtype="str")
            faults += changes
    return frame, faults


def read_columns(path: Path, required: Sequence[str], columns: Sequence[str]) -> tuple[pd.DataFrame, list[Fault]]:
    """Read some columns of a file, as `read_clean_csv` does; those that it lacks are empty, and no cell is escaped."""
    frame, faults = read_clean_csv(path, required)
    frame = frame.reindex(columns=list(columns), fill_value="")
    for column in frame:
        if (escaped := frame[column].str.startswith("'")).any():
            frame[column] = frame[column].mask(escaped, frame[column][escaped].map(unescape_cell))
    return frame, faults


def clean_column(file: str, column: str, numbers: Sequence[int], cells: Sequence[str]) -> tuple[list[str], list[Fault]]:
    """Clean the cells of a column, or the entries of a list, and return a fault for each that was changed.

    `numbers` are the rows of the cells; 0 stands for none.
    """
    clean, remarks = clean_texts(cells)
    faults = [
        Fault(file, numbers[place], column, remark.problem, remark.fix, clean[place], kept=True)
        for remark, places in remarks.items()
        for place in places
    ]
    return clean, faults


def _detect_other_kind(data: bytes) -> str:
    """Return what a file is if its beginning shows that it is not comma-separated UTF-8, or an empty text."""
    if data.startswith(b"PK\x03\x04"):
        return "an Excel or ZIP file"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text in UTF-16"
    first = data.split(b"\n", 1)[0]
    separator = next((name for mark, name in _SEPARATORS.items() if first.count(mark) > 1 and b"," not in first), "")
    return f"a table separated by {separator}" if separator else ""


def _split_rows(
    file: str, records: Iterator[Record], header: list[str], *, is_utf8: bool
) -> tuple[list[list[str]], list[int], list[Fault]]:
    """Return the cells of the rows that can be used, their line numbers, and the faults of the others."""
    rows: list[list[str]] = []
    numbers: list[int] = []
    faults: list[Fault] = []
    for record in records:
        if isinstance(record, Fault):
            faults.append(record)
            continue
        number, cells = record[0], [cell.strip() for cell in record[1]]
        if not any(cells):
            continue
        # In UTF-8 the sign was written by another program, which could not read the letter.
        bad = [column for column, cell in zip(header, cells, strict=False) if _UNDECODABLE in cell and not is_utf8]
        if len(cells) != len(header):
            faults.append(ragged_row_fault(file, number, len(cells), len(header)))
        elif bad:
            fix = "Save the file as UTF-8; it may be Latin-1 or Windows-1252 now"
            faults.append(Fault(file, number, bad[0], "the text is not UTF-8", fix))
        else:
            rows.append(cells)
            numbers.append(number)
    return rows, numbers, faults


class _Lines:
    """Lines of a file; those of a record that cannot be read can be read again, except the first of them."""

    def __init__(self, file: str, lines: Iterable[str]) -> None:
        self.number = 0
        self._file = file
        self._characters = 0
        self._lines = iter(lines)
        self._repeated: deque[str] = deque()
        self._of_record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._repeated.popleft() if self._repeated else next(self._lines)
        self._of_record.append(line)
        self.number += 1
        self._characters += len(line)
        if self._characters > LIMITS.row_characters:
            problem = f"a row has more than {LIMITS.row_characters:,} characters"
            fix = "Look for a quote that is never closed, or write each report on a line of its own"
            raise PackError([Fault(self._file, self.number - len(self._of_record) + 1, "", problem, fix)])
        return line

    def begin_record(self) -> int:
        """Begin a record and return the number of its first line."""
        self._of_record.clear()
        self._characters = 0
        return self.number + 1

    def rewind(self) -> None:
        """Go back to the second line of the record."""
        self._repeated.extendleft(reversed(self._of_record[1:]))
        self.number -= max(len(self._of_record) - 1, 0)


def read_records(file: str, text: Iterable[str], separator: str = ",", *, resume: bool = False) -> Iterator[Record]:
    """Yield the records of separated text, each with the line on which it begins, or as a fault.

    Parameters
    ----------
    file
        The name of the file, for faults.
    text
        Its lines, with their line ends as they are.
    separator
        The character between cells.
    resume
        After a record that cannot be read, go on with its second line instead of the line after the whole record: a
        quote that is never closed then costs one row instead of all that follow.

    Raises
    ------
    PackError
        If a record is longer than the limit.
    """
    csv.field_size_limit(LIMITS.cell_characters)
    lines = _Lines(file, text)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        number = lines.begin_record()
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if resume:
                lines.rewind()
            fix = f"Look for a quote that is never closed; a cell may have {LIMITS.cell_characters:,} characters"
            yield Fault(file, number, "", f"the row cannot be read ({error})", fix)


def ragged_row_fault(file: str, number: int, cells: int, columns: int, separator: str = "comma") -> Fault:
    """Return the fault of a row that has more or fewer cells than the header has columns."""
    problem = f"the row has {cells} cells, the header has {columns}"
    return Fault(file, number, "", problem, f"Put cells that contain a {separator} in double quotes")


def make_check(test: Callable[[pd.Series], Any], problem: str, fix: str) -> pa.Check:
    """Make a pandera check whose failures read as `problem` and `fix`."""
    return pa.Check(test, error=f"{problem}\n{fix}")


def is_one_of(options: Sequence[str], *, or_empty: bool = False) -> pa.Check:
    """Make a check that a column has only these values."""
    allowed = {*options, ""} if or_empty else set(options)
    fix = f"Use one of: {', '.join(options)}"
    return make_check(lambda column: column.isin(allowed), "the value is not known", fix)


def is_filled(fix: str = "Fill it in") -> pa.Check:
    """Make a check that no cell of a column is empty."""
    return make_check(lambda column: column != "", "the cell is empty", fix)


def is_unique() -> pa.Check:
    """Make a check that a value occurs once, also among those that look the same; the first row that has it passes."""
    problem = "the value is there already, further up"
    return make_check(lambda column: ~column.map(look_key).duplicated(), problem, "Give each row its own")


def not_kept(faults: Iterable[Fault]) -> list[int]:
    """Return the rows with a fault for which they are left out."""
    return [fault.row for fault in faults if not fault.kept]


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

    fix = "Correct it or leave it empty" if or_empty else "Correct it"
    return make_check(test, f"this is not a number from {lowest:g} to {highest:g}", fix)


def parse_dates(column: pd.Series) -> pd.Series:
    """Turn text such as 2021-07-09 into dates; anything else becomes NaT."""
    return pd.to_datetime(column.where(column.str.fullmatch(r"\d{4}-\d{2}-\d{2}")), format="%Y-%m-%d", errors="coerce")


def validation_faults(schema: pa.DataFrameSchema, frame: pd.DataFrame, file: str) -> list[Fault]:
    """Check a frame of text against a schema and return every failure as a fault, in the order of the rows."""
    faults: list[Fault] = []
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases[["index", "column", "check", "failure_case"]]
        for row, column, check, value in cases.itertuples(index=False, name=None):
            problem, fix = check.split("\n")
            faults.append(Fault(file, int(row), column, problem, fix, str(value)))
    return sorted(faults)
