"""Rows of cells become a table: its header is found, its columns are named, and rows that do not fit are reported."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from control_map.core.characters import TextRemark
from control_map.core.errors import Fault, PackError
from control_map.core.limits import LIMITS
from control_map.core.wording import list_some
from control_map.intake.tables.cell_text import clean_cells, find_unreadable, strip_invisible
from control_map.theatre.csv_reader import ragged_row_fault

NumberedRow = tuple[int, list[str]]
_BATCH_ROWS = 10_000
_BATCH_CHARACTERS = 4_000_000
"""Rows, and characters, that become a part of the table at once."""
_LAST_EMPTY_ROW = 1_048_576
"""As many as a sheet of Excel has."""
_MOST_NAMED = 5
"""Row numbers, or faults, that a message lists."""
_LONGEST_NAME = 200
"""Characters of a column's name; it is shown in choices and messages."""
_UNREADABLE = TextRemark(
    "a character could not be read, and stands as \ufffd", "Type it again, or save the file as UTF-8"
)
_BEYOND_LAST_COLUMN = TextRemark("cells beyond the last column were not read", "Give their column a name")


class ReadingChoice(NamedTuple):
    """What the user chose of a file: the sheet of a workbook, and the encoding of a text; empty: what fits best."""

    sheet: str = ""
    encoding: str = ""


class Reading(NamedTuple):
    """What was read of a file: one of the `sheets` of a workbook that have a table, and a text in a guessed `encoding`.

    Empty if the file leaves no choice. Excel does not show the sheets that are `hidden`.
    """

    sheet: str = ""
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    hidden: frozenset[str] = frozenset()


BEST_FIT, NO_CHOICE = ReadingChoice(), Reading()
HeaderRating = Callable[[Sequence[str]], int]
"""Says how well the names of columns fit what is wanted; of several sheets the first that fits best is read."""


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table as text, before anything is known about what its columns mean.

    `frame` has the columns of the table as `str`, trimmed and clean, an empty cell being an empty text. Its index,
    `row`, is the line of the file or sheet on which the row begins (the header is line 1 if nothing stands above it);
    in a file without lines the first row is 1. `faults` are rows that could not be read, and, with `kept`, remarks on
    how the table was read. `as_given` is the table before it was renamed or its words were replaced, if it was: a table
    that is added twice is known by it. `left_out` has the rows of the file that an importer made no reports of, each
    with the reason: `row, column, value, problem, fix`. `reading` says what else of the file could be read.
    """

    name: str
    frame: pd.DataFrame
    faults: list[Fault]
    as_given: "RawTable | None" = None
    left_out: pd.DataFrame | None = None
    reading: Reading = NO_CHOICE

    def with_faults(self, *more: Fault) -> "RawTable":
        """Return the table with further faults, in the order of their rows."""
        return replace(self, faults=sorted([*more, *self.faults]))


def build_table(
    name: str, rows: Iterable[NumberedRow | Fault], *, header: Sequence[str] | None = None, separator: str = ""
) -> RawTable:
    """Build a table from rows of cells.

    Columns with neither a name nor contents are left out: separators at the ends of lines make such columns.

    Parameters
    ----------
    rows
        The rows, each with its number (numbers rise), or a fault in place of a row.
    header
        The names of the columns. None: the header is the first row that is about as full as the table; titles may
        stand above it.
    separator
        The name of the character between cells, as in "comma": a row with too few or too many cells is then a fault.
        Empty: each cell has a position of its own, and short rows are filled up.

    Raises
    ------
    PackError
        If the table is empty or larger than the limits.
    """
    faults: list[Fault] = []
    body = _filled_rows(name, rows, faults)
    head = _take_batch(body, LIMITS.head_rows)
    number = 0
    if header is None:
        if not head:
            raise _empty_table_error(name, faults)
        first = find_header_row([cells for _, cells in head])
        number, header = head[first]
        head = head[first + 1 :]
    width = len(header) if separator else max([len(header), *(len(cells) for _, cells in head)])
    columns = _Columns(name, number, [*header, *[""] * (width - len(header))], separator)
    columns.faults += faults
    faults.clear()
    while head:
        columns.add(head)
        head = _take_batch(body, _BATCH_ROWS)
        columns.faults += faults
        faults.clear()
    return columns.build()


def file_error(name: str, problem: str, fix: str, row: int = 0) -> PackError:
    """Return the error that refuses a whole file."""
    return PackError([Fault(name, row, "", problem, fix)])


def check_file_size(name: str, size: int, limit: int, fix: str, *, verb: str = "has", kind: str = "") -> None:
    """Raise PackError, with the sizes and `fix`, if a file has more bytes than a limit."""
    if size > limit:
        has, most = (f"{each / 1e6:,.0f} MB" for each in (size, limit))
        little = "a little more than " if has == most else ""
        raise file_error(name, f"the file {verb} {little}{has}; {most}{kind and f' of {kind}'} can be read", fix)


def check_table_size(name: str, rows: int, columns: int) -> None:
    """Raise PackError, with what the user can do, if a table has more rows, columns or cells than the limits."""
    split = "Split it by year or by province and add the parts one at a time"
    for number, limit, what, fix in (
        (columns, LIMITS.columns, "columns", "Remove the columns that say nothing about the reports, and empty ones"),
        (rows, LIMITS.rows, "rows or more", f"{split}, or remove the rows that are about something else"),
        (rows * columns, LIMITS.cells, "cells or more", f"Remove the columns that are not needed. {split}"),
    ):
        if number > limit:
            raise file_error(name, f"the table has {number:,} {what}; {limit:,} can be read", fix)


def clean_column_name(text: str) -> str:
    """Return the name of a column as it can be shown: visible, on one line, and of limited length."""
    return " ".join(strip_invisible(text).split())[:_LONGEST_NAME].strip()


def find_header_row(rows: list[list[str]]) -> int:
    """Return which of the first rows is the header: the first with more than half as many filled cells as they have.

    The measure is the second fullest row, as a single row can have too many cells.
    """
    filled = [sum(bool(strip_invisible(cell)) for cell in row) for row in rows]
    full = sorted(filled)[-2:][0]
    return next((place for place, number in enumerate(filled) if number > full / 2), 0)


def _filled_rows(name: str, rows: Iterable[NumberedRow | Fault], faults: list[Fault]) -> Iterator[NumberedRow]:
    """Yield the rows that are not empty, and collect the faults."""
    empty = 0
    for row in rows:
        if isinstance(row, Fault):
            faults.append(row)
            if len(faults) > LIMITS.faults:
                raise PackError(faults[:_MOST_NAMED])
        elif any(row[1]) and any(cell and not cell.isspace() for cell in row[1]):
            yield row
        else:
            empty += 1
            if empty > _LAST_EMPTY_ROW:
                problem = f"the table has more than {_LAST_EMPTY_ROW:,} empty rows"
                raise file_error(name, problem, "Remove the empty rows")


def _take_batch(rows: Iterator[NumberedRow], most: int) -> list[NumberedRow]:
    """Take some rows, fewer if they are long."""
    batch: list[NumberedRow] = []
    characters = 0
    for row in islice(rows, most):
        batch.append(row)
        characters += sum(map(len, row[1]))
        if characters > _BATCH_CHARACTERS:
            break
    return batch


class _Columns:
    """The columns of a table under construction, to which rows are added in batches."""

    def __init__(self, name: str, number: int, header: list[str], separator: str) -> None:
        check_table_size(name, 0, len(header))
        self._name, self._separator = name, separator
        titles = list(map(clean_column_name, header))
        self._is_named = [bool(title) for title in titles]
        self._fewest_cells = max((place + 1 for place, named in enumerate(self._is_named) if named), default=0)
        self.faults: list[Fault] = []
        self._names: list[str] = []
        for place, title in enumerate(titles, 1):
            self._names.append(_unused_name(title or f"column {place}", self._names))
            if title and self._names[-1] != title:
                problem = f"two columns have this name; this one is called '{self._names[-1]}' here"
                self.faults.append(Fault(name, number, title, problem, "Give each column its own name", kept=True))
        self._chunks: list[list[pa.LargeStringArray]] = [[] for _ in header]
        self._numbers: list[int] = []
        self._remarks: defaultdict[TextRemark, list[int]] = defaultdict(list)
        self._characters = 0

    def add(self, rows: list[NumberedRow]) -> None:
        """Add the rows that fit, and report the others."""
        fitting = [(number, cells) for number, row in rows if (cells := self._fit(number, row)) is not None]
        numbers = [number for number, _ in fitting]
        columns = [list(column) for column in zip(*(cells for _, cells in fitting), strict=True)]
        bad: dict[int, Fault] = {}
        remarked: defaultdict[TextRemark, set[int]] = defaultdict(set)
        cleaned: list[pa.LargeStringArray] = []
        empty = pa.array([""] * len(fitting), pa.large_string())  # one for all empty columns
        for column, cells in zip(self._names if fitting else [], columns, strict=True):
            for place, problem in self._empty_overlong(cells).items():
                bad.setdefault(place, Fault(self._name, numbers[place], column, problem, "Shorten it"))
            if not any(cells):
                cleaned.append(empty)
                continue
            text, remarks = clean_cells(cells)
            cleaned.append(text)
            for remark, places in remarks.items():
                remarked[remark].update(places)
            if unreadable := find_unreadable(text):
                remarked[_UNREADABLE].update(unreadable)
        kept = [place for place in range(len(fitting)) if place not in bad]
        for chunks, text in zip(self._chunks if fitting else [], cleaned, strict=True):
            chunks.append(text.take(pa.array(kept, pa.int64())) if bad else text)
        for remark, positions in remarked.items():
            self._remarks[remark] += [numbers[place] for place in sorted(positions)]
        self._numbers += [numbers[place] for place in kept]
        self.faults += bad.values()
        check_table_size(self._name, len(self._numbers), len(self._names))
        if len(self.faults) > LIMITS.faults:
            problem = f"more than {LIMITS.faults:,} rows cannot be read, or have too many or too few cells"
            fix = "Save it again as CSV, with quotes around cells that contain the separator"
            raise PackError([Fault(self._name, 0, "", problem, fix), *self.faults[:_MOST_NAMED]])

    def build(self) -> RawTable:
        """Return the table."""
        kept = {
            column: pa.chunked_array(chunks, pa.large_string())
            for column, chunks, named in zip(self._names, self._chunks, self._is_named, strict=True)
            if named or any(pc.any(pc.not_equal(chunk, "")).as_py() for chunk in chunks)
        }
        if not kept:
            raise _empty_table_error(self._name, self.faults)
        index = pd.Index(self._numbers, name="row", dtype="int64")
        frame = pd.DataFrame({column: pd.array(cells, dtype="str") for column, cells in kept.items()}, index=index)
        for remark, rows in self._remarks.items():  # each once for all its rows
            problem = f"{remark.problem} (row{'s' if len(rows) > 1 else ''} {list_some(rows, _MOST_NAMED)})"
            self.faults.append(Fault(self._name, rows[0], "", problem, remark.fix, kept=True))
        return RawTable(self._name, frame, sorted(self.faults))

    def _fit(self, number: int, cells: list[str]) -> list[str] | None:
        """Return a row with as many cells as there are columns; None, with a fault, if it has too many or too few."""
        width = len(self._names)
        if len(cells) == width:
            return cells
        beyond = any(cell and not cell.isspace() for cell in cells[width:])
        if self._separator and (beyond or len(cells) < self._fewest_cells):
            self.faults.append(ragged_row_fault(self._name, number, len(cells), self._fewest_cells, self._separator))
            return None
        if beyond:
            self._remarks[_BEYOND_LAST_COLUMN].append(number)
        return [*cells[:width], *[""] * (width - len(cells))]

    def _empty_overlong(self, cells: list[str]) -> dict[int, str]:
        """Empty the cells that are too long and return the problem of each; refuse a table of too many characters."""
        longest = LIMITS.cell_characters
        problems = {}
        lengths = list(map(len, cells))
        if max(lengths) > longest:
            for place, length in enumerate(lengths):
                if length > longest:
                    problems[place] = f"the cell has more than {longest:,} characters, which is as many as can be read"
                    cells[place] = ""
        self._characters += sum(lengths)
        if self._characters > LIMITS.characters:
            problem = f"the table has {LIMITS.characters:,} characters or more, and no more can be read"
            fix = "Remove the columns with long texts, or split the table by year and add the parts one at a time"
            raise file_error(self._name, problem, fix)
        return problems


def _empty_table_error(name: str, faults: list[Fault]) -> PackError:
    fix = "Write the names of the columns in the first line, and one report in each line below it"
    return PackError([*faults[:1], Fault(name, 0, "", "the file is empty", fix)])


def _unused_name(title: str, others: list[str]) -> str:
    """Return a column name that no other column has."""
    numbered = (f"{title} ({number})" for number in count(2))
    return title if title not in others else next(name for name in numbered if name not in others)
