"""Separated text (CSV and the like) is read as a table; its separator and its encoding are detected."""

import io
import re
from collections.abc import Iterator
from itertools import chain, count, islice
from typing import TextIO

import numpy as np

from control_map.core.errors import Fault
from control_map.core.limits import LIMITS
from control_map.intake.tables.encoding import choose_encoding
from control_map.intake.tables.table_builder import RawTable, build_table, check_table_size, file_error, find_header_row
from control_map.theatre.csv_reader import read_records

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE = 200_000
_SAMPLED_ROWS = 50
_MOSTLY = 0.5
_MOST_CONTROL = 0.1
"""The share of control characters above which a file is not text."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])\s*")
"""The first line, which states for Excel what separates the cells."""
_BLOCK = 1 << 22


def read_delimited(name: str, data: bytes, chosen: str = "") -> RawTable:
    """Read text separated by commas, semicolons, tabs or vertical bars, in any encoding, or in the one that is chosen.

    Raises
    ------
    PackError
        If it is not text, is empty, or is larger than the limits.
    """
    _check_line_count(name, data)
    encoding = choose_encoding(data, chosen)
    sample = data[:_SAMPLE].decode(encoding.name, errors="replace")
    if len(_CONTROL.findall(sample)) > _MOST_CONTROL * len(sample):
        problem = "the file is neither text nor a table of a known format"
        raise file_error(name, problem, "Save the table as CSV (UTF-8) or Excel (.xlsx)")
    lines = _read_lines(name, io.TextIOWrapper(io.BytesIO(data), encoding=encoding.name, errors="replace", newline=""))
    if stated := _SEPARATOR_LINE.fullmatch(sample.split("\n", 1)[0]):
        separator = stated[1]
        rows = read_records(name, chain(["\n"], islice(lines, 1, None)), separator, resume=True)
    else:
        separator = _detect_separator(sample)
        rows = read_records(name, lines, separator, resume=True)
    table = build_table(name, rows, separator=_SEPARATORS[separator])
    return encoding.remark_on(table)


def _read_lines(name: str, text: TextIO) -> Iterator[str]:
    """Yield the lines of a text with their line ends; one that is too long refuses the file before it is read."""
    longest = LIMITS.row_characters
    for number in count(1):
        line = text.readline(longest + 1)
        if len(line) > longest:
            problem = f"the line has more than {longest:,} characters"
            raise file_error(name, problem, "Write each report on a line of its own", number)
        if not line:
            return
        yield line


def _detect_separator(sample: str) -> str:
    """Detect what separates the cells of a text: the character that makes most lines as long as the header.

    A decimal comma is not taken for a separator in a table with semicolons, as the header has no comma; nor the other
    way round.
    """
    return max(_SEPARATORS, key=lambda separator: _fit(sample, separator))


def _fit(sample: str, separator: str) -> tuple[bool, int, float]:
    """Return how well a separator fits, to be compared with that of others.

    First, whether most rows have as many cells as the header; then, few lines above the header; then, many cells.
    """
    found = islice(read_records("", io.StringIO(sample, newline=""), separator, resume=True), _SAMPLED_ROWS)
    rows = [row[1] for row in found if not isinstance(row, Fault) and any(row[1])]
    if len(rows) > 1 and len(sample) >= _SAMPLE:
        rows.pop()  # the end of the sample may cut it
    if not rows:
        return False, 0, 0
    above = find_header_row(rows[: LIMITS.head_rows])
    header, *others = rows[above:]
    same = sum(len(cells) == len(header) for cells in others) / len(others) if others else 1
    return len(header) > 1 and same >= _MOSTLY, -above, (len(header) - 1) * same


def _check_line_count(name: str, data: bytes) -> None:
    """Raise PackError, before a file is read, if it has more rows than the limit."""
    end = b"\n" if b"\n" in data else b"\r"
    lines = data.count(end)
    if lines <= LIMITS.rows:
        return
    # Line breaks in quoted cells do not end rows: only here is it worth the second that distinguishing them takes.
    octets, odd, lines = np.frombuffer(data, np.uint8), 0, 0
    for start in range(0, len(octets), _BLOCK):
        block = octets[start : start + _BLOCK]
        quotes = np.cumsum(block == ord('"'), dtype=np.int64) + odd
        lines += int(np.count_nonzero((block == end[0]) & (quotes % 2 == 0)))
        odd = int(quotes[-1]) % 2
    check_table_size(name, lines - 1, 1)
