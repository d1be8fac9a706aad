"""Text in lines and cells: what stands between the cells is found out, and so is the encoding."""

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from control_map.core.errors import Fault, PackError
from control_map.core.limits import LIMITS
from control_map.intake.tables.encoding import detect_encoding
from control_map.intake.tables.table_builder import (
    NumberedRow,
    ParsedTable,
    build_table,
    check_table_size,
    find_header_row,
)
from control_map.theatre.records import read_records

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE = 200_000
_SAMPLED_ROWS = 50
_MOSTLY = 0.5
_BINARY = 0.1
"""The share of control characters above which a file is no text."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_SAID = re.compile(r"sep=([,;\t|])\s*")
"""How a first line tells Excel what separates the cells."""
_PART = 1 << 24


class Dialect(NamedTuple):
    """What stands between the cells, and how many lines stand before the first of them."""

    separator: str
    skipped: int = 0


def read_delimited(name: str, data: bytes) -> ParsedTable:
    """Read separated text: commas, semicolons, tabs or vertical bars, in any encoding.

    Raises
    ------
    PackError
        If it is no text, empty, or larger than the limits.
    """
    _refuse_many_lines(name, data)
    encoding = detect_encoding(data)
    sample = data[:_SAMPLE].decode(encoding.name, errors="replace")
    if len(_CONTROL.findall(sample)) > _BINARY * len(sample):
        fix = "Save the table as CSV (UTF-8) or Excel (.xlsx)"
        raise PackError([Fault(name, 0, "", "this is neither text nor a table of a known kind", fix)])
    dialect = detect_dialect(sample)
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding.name, errors="replace", newline="")
    lines = read_records(name, islice(text, dialect.skipped, None), dialect.separator, resume=True)
    grid = build_table(
        name, _numbered(lines, dialect.skipped), separator=SEPARATORS.get(dialect.separator, "separator")
    )
    if not encoding.guessed:
        return grid
    problem = f"the text is not UTF-8; it was read as {encoding.title}"
    fix = "Look whether the names are right; if not, save the file as UTF-8"
    return ParsedTable(grid.frame, [Fault(name, 0, "", problem, fix, kept=True), *grid.faults])


def detect_dialect(sample: str) -> Dialect:
    """Find out what separates the cells of a text: what makes most of its lines as long as its header.

    A decimal comma is no separator in a table with semicolons, as no comma stands in its header; and the other way.
    """
    if said := _SAID.fullmatch(sample.split("\n", 1)[0]):
        return Dialect(said[1], 1)
    return Dialect(max(SEPARATORS, key=lambda separator: _fit(sample, separator)))


def _fit(sample: str, separator: str) -> tuple[bool, int, float]:
    """Say how well a separator fits, to be compared with others.

    It does if most rows have as many cells as the header; better, if fewer lines stand above that; better, if there are
    more cells.
    """
    found = islice(read_records("", io.StringIO(sample, newline=""), separator, resume=True), _SAMPLED_ROWS)
    rows = [row[1] for row in found if not isinstance(row, Fault) and any(row[1])]
    if len(rows) > 1 and len(sample) >= _SAMPLE:
        rows.pop()  # which may have been cut
    if not rows:
        return False, 0, 0
    above = find_header_row(rows[: LIMITS.head_rows])
    header, *others = rows[above:]
    alike = sum(len(cells) == len(header) for cells in others) / len(others) if others else 1
    return len(header) > 1 and alike >= _MOSTLY, -above, (len(header) - 1) * alike


def _numbered(lines: Iterator[NumberedRow | Fault], skipped: int) -> Iterator[NumberedRow | Fault]:
    for line in lines:
        if isinstance(line, Fault):
            yield line if not skipped else Fault(line.file, line.row + skipped, "", line.problem, line.fix)
        else:
            yield line[0] + skipped, line[1]


def _refuse_many_lines(name: str, data: bytes) -> None:
    """Refuse a file with more rows than can be read before it is read.

    Raises
    ------
    PackError
        With what can be done.
    """
    end = b"\n" if b"\n" in data else b"\r"
    lines = data.count(end)
    if lines <= LIMITS.rows:
        return
    # Lines in quoted cells are no rows: only now is it worth the second that it takes to tell them apart.
    octets, odd, lines = np.frombuffer(data, np.uint8), 0, 0
    for start in range(0, len(octets), _PART):
        part = octets[start : start + _PART]
        quotes = np.cumsum(part == ord('"'), dtype=np.int64) + odd
        lines += int(np.count_nonzero((part == end[0]) & (quotes % 2 == 0)))
        odd = int(quotes[-1]) % 2
    check_table_size(name, lines - 1, 1)
