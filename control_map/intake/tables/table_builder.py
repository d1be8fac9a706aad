"""Rows of cells as a table: where its header is, which columns it has, and which rows do not fit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from control_map.core.errors import Fault, PackError
from control_map.core.limits import LIMITS
from control_map.intake.tables.cleaning import CellRemark, clean_cells, find_unreadable, strip_invisible
from control_map.theatre.records import ragged_row_fault

NumberedRow = tuple[int, list[str]]
_AT_ONCE = 10_000
_NAMED = 5
"""How many rows a remark names."""
_LONGEST_NAME = 200
"""Characters of a column's name; it stands in choices and messages."""
_SHOWN = 50
"""Characters of a cell that a fault shows."""
_BEYOND = CellRemark("cells stand beyond the last column of the table and were not read", "Give their column a name")


class ParsedTable(NamedTuple):
    """A clean table: a frame of `str` as `Raw` has it, and its faults."""

    frame: pd.DataFrame
    faults: list[Fault]


def build_table(
    name: str, rows: Iterable[NumberedRow | Fault], *, header: Sequence[str] | None = None, separator: str = ""
) -> ParsedTable:
    """Make a table of rows.

    Columns without a name and without contents are left out, as separators at the ends of lines make such.

    Parameters
    ----------
    name
        What the table is called.
    rows
        Each with its number, those numbers rising, or as a fault.
    header
        The names of the columns. Otherwise the first row that is as full as the table is: titles may stand above it.
    separator
        What is called what stands between the cells of a row, so that one with too few or too many cells is at fault;
        nothing if each cell has a place of its own, so that such rows are filled up.

    Raises
    ------
    PackError
        If it is empty or larger than the limits.
    """
    faults: list[Fault] = []
    body = _filled(rows, faults)
    head = list(islice(body, LIMITS.head_rows))
    number = 0
    if header is None:
        if not head:
            raise _empty(name, faults)
        first = find_header_row([cells for _, cells in head])
        number, header = head[first]
        head = head[first + 1 :]
    width = len(header) if separator else max([len(header), *(len(cells) for _, cells in head)])
    columns = _Columns(name, number, [*header, *[""] * (width - len(header))], separator)
    columns.faults += faults
    faults.clear()
    while head:
        columns.add(head)
        head = list(islice(body, _AT_ONCE))
        columns.faults += faults
        faults.clear()
    return columns.grid()


def check_table_size(name: str, rows: int, columns: int) -> None:
    """Refuse a table that is larger than the limits.

    Raises
    ------
    PackError
        With what can be done.
    """
    split = "Split it by year or by province and bring the parts one at a time"
    if columns > LIMITS.columns:
        problem = f"the table has {columns:,} columns; {LIMITS.columns:,} can be read"
        fix = "Take out the columns that say nothing about the reports, and empty ones at the end"
    elif rows > LIMITS.rows:
        problem = f"the table has {rows:,} rows or more; {LIMITS.rows:,} can be read"
        fix = f"{split}, or take out the rows that are about something else"
    elif rows * columns > LIMITS.cells:
        problem = f"the table has {rows * columns:,} cells or more; {LIMITS.cells:,} can be read"
        fix = f"Take out the columns that are not needed. {split}"
    else:
        return
    raise PackError([Fault(name, 0, "", problem, fix)])


def clean_column_name(text: str) -> str:
    """Return the name of a column as it can be shown: visible, on one line and not endless."""
    return " ".join(strip_invisible(text).split())[:_LONGEST_NAME].strip()


def merge_remarks(name: str, remark: CellRemark, rows: Sequence[int]) -> Fault:
    """Say once what there is to say of several rows."""
    few = ", ".join(map(str, rows[:_NAMED])) + (f" and {len(rows) - _NAMED:,} more" if len(rows) > _NAMED else "")
    problem = f"{remark.problem} (row{'s' if len(rows) > 1 else ''} {few})"
    return Fault(name, rows[0], "", problem, remark.fix, kept=True)


def _filled(rows: Iterable[NumberedRow | Fault], faults: list[Fault]) -> Iterator[NumberedRow]:
    """Yield the rows in which something stands, and put the faults aside."""
    for row in rows:
        if isinstance(row, Fault):
            faults.append(row)
            if len(faults) > LIMITS.faults:
                raise PackError(faults[:_NAMED])
        elif any(cell and not cell.isspace() for cell in row[1]):
            yield row


def find_header_row(rows: list[list[str]]) -> int:
    """Return which of the first rows is the header: the first that is more than half as full as they are.

    As full as the second fullest, as a row can have too many cells.
    """
    filled = [sum(bool(strip_invisible(cell)) for cell in row) for row in rows]
    full = sorted(filled)[-2:][0]
    return next((place for place, count in enumerate(filled) if count > full / 2), 0)


class _Columns:
    """The columns of a table, to which rows are added."""

    def __init__(self, name: str, number: int, header: list[str], separator: str) -> None:
        check_table_size(name, 0, len(header))
        self._name, self._separator = name, separator
        titles = list(map(clean_column_name, header))
        self._is_named = [bool(title) for title in titles]
        self._least = max((place + 1 for place, named in enumerate(self._is_named) if named), default=0)
        self.faults: list[Fault] = []
        self._names: list[str] = []
        for place, title in enumerate(titles, 1):
            self._names.append(_unlike(title or f"column {place}", self._names))
            if title and self._names[-1] != title:
                problem = f"the column comes twice; this one is called '{self._names[-1]}' here"
                self.faults.append(Fault(name, number, title, problem, "Give each column a name of its own", kept=True))
        self._chunks: list[list[pa.LargeStringArray]] = [[] for _ in header]
        self._numbers: list[int] = []
        self._remarks: defaultdict[CellRemark, list[int]] = defaultdict(list)
        self._characters = 0

    def add(self, rows: list[NumberedRow]) -> None:
        """Add rows, those that fit."""
        fitting = [(number, cells) for number, row in rows if (cells := self._fitted(number, row)) is not None]
        numbers = [number for number, _ in fitting]
        columns = [list(column) for column in zip(*(cells for _, cells in fitting), strict=True)]
        bad: dict[int, Fault] = {}
        about: defaultdict[CellRemark, set[int]] = defaultdict(set)
        cleaned: list[pa.LargeStringArray] = []
        for column, cells in zip(self._names if fitting else [], columns, strict=True):
            for place, problem in self._overlong(cells).items():
                bad.setdefault(place, Fault(self._name, numbers[place], column, problem, "Shorten it"))
            text = clean_cells(cells)
            cleaned.append(text.cells)
            for remark, where in text.remarks.items():
                about[remark].update(where)
            for place in find_unreadable(text.cells):
                problem, fix = "a character could not be read", "Write it anew, or save the file as UTF-8"
                shown = text.cells[place].as_py()[:_SHOWN]
                bad.setdefault(place, Fault(self._name, numbers[place], column, problem, fix, shown))
        kept = [place for place in range(len(fitting)) if place not in bad]
        for chunks, text_cells in zip(self._chunks if fitting else [], cleaned, strict=True):
            chunks.append(text_cells.take(pa.array(kept, pa.int64())) if bad else text_cells)
        for remark, places in about.items():
            self._remarks[remark] += [numbers[place] for place in sorted(places)]
        self._numbers += [numbers[place] for place in kept]
        self.faults += bad.values()
        check_table_size(self._name, len(self._numbers), len(self._names))
        if len(self.faults) > LIMITS.faults:
            problem = f"more than {LIMITS.faults:,} rows cannot be read, or have too many or too few cells"
            fix = "Save it anew as CSV, with quotes around cells in which a separator stands"
            raise PackError([Fault(self._name, 0, "", problem, fix), *self.faults[:_NAMED]])

    def grid(self) -> ParsedTable:
        """Return the table."""
        kept = {
            column: pa.chunked_array(chunks, pa.large_string())
            for column, chunks, named in zip(self._names, self._chunks, self._is_named, strict=True)
            if named or any(pc.any(pc.not_equal(chunk, "")).as_py() for chunk in chunks)
        }
        if not kept:
            raise _empty(self._name, self.faults)
        index = pd.Index(self._numbers, name="row", dtype="int64")
        frame = pd.DataFrame({column: pd.array(cells, dtype="str") for column, cells in kept.items()}, index=index)
        remarks = [merge_remarks(self._name, remark, rows) for remark, rows in self._remarks.items()]
        return ParsedTable(frame, sorted([*self.faults, *remarks]))

    def _fitted(self, number: int, cells: list[str]) -> list[str] | None:
        """Return a row with as many cells as there are columns, or nothing if it has too many or too few."""
        width = len(self._names)
        if len(cells) == width:
            return cells
        beyond = any(cell and not cell.isspace() for cell in cells[width:])
        if self._separator and (beyond or len(cells) < self._least):
            self.faults.append(ragged_row_fault(self._name, number, len(cells), self._least, self._separator))
            return None
        if beyond:
            self._remarks[_BEYOND].append(number)
        return [*cells[:width], *[""] * (width - len(cells))]

    def _overlong(self, cells: list[str]) -> dict[int, str]:
        """Empty the cells of a column that are too long and say so; refuse a table that is too long as a whole."""
        longest = LIMITS.cell_characters
        problems = {}
        if max(map(len, cells)) > longest:
            for place, cell in enumerate(cells):
                if len(cell) > longest:
                    problems[place] = f"the cell has {len(cell):,} characters; {longest:,} can be read"
                    cells[place] = ""
        self._characters += sum(map(len, cells))
        if self._characters > LIMITS.characters:
            problem = f"the table has {LIMITS.characters:,} characters or more, and no more can be read"
            fix = "Take out the columns with long texts, or split the table by year and bring the parts"
            raise PackError([Fault(self._name, 0, "", problem, fix)])
        return problems


def _empty(name: str, faults: list[Fault]) -> PackError:
    fix = "Give it a line with the names of its columns, and a line for each report"
    return PackError([*faults[:1], Fault(name, 0, "", "the file is empty", fix)])


def _unlike(title: str, others: list[str]) -> str:
    """Return a name that no other column has."""
    again = (f"{title} ({number})" for number in count(2))
    return title if title not in others else next(name for name in again if name not in others)
