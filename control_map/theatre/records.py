"""The records of separated text, as RFC 4180 has them, each with the line on which it begins."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator

from control_map.core.errors import Fault
from control_map.core.limits import LIMITS

MAX_CELL_CHARACTERS = LIMITS.cell_characters


class _Lines:
    """Lines, of which those of a record that cannot be read can be had again, all but its first."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.number = 0
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self._held: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._held.append(line)
        self.number += 1
        return line

    def begin(self) -> int:
        """Begin a record and return the number of its first line."""
        self._held.clear()
        return self.number + 1

    def rewind(self) -> None:
        self._again.extendleft(reversed(self._held[1:]))
        self.number -= max(len(self._held) - 1, 0)


def read_records(
    file: str, text: Iterable[str], separator: str = ",", *, resume: bool = False
) -> Iterator[tuple[int, list[str]] | Fault]:
    """Yield the records of separated text, each with the line on which it begins, or as a fault.

    Parameters
    ----------
    file
        What the file is called.
    text
        Its lines, with their ends as they are.
    separator
        What stands between cells.
    resume
        Go on with the line after one that cannot be read, and not with that after the whole record: a quote that is
        never closed then costs one row instead of all that follow.
    """
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        number = lines.begin()
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if resume:
                lines.rewind()
            yield _unreadable(file, number, error)


def ragged_row_fault(file: str, number: int, cells: int, columns: int, separator: str = "comma") -> Fault:
    """Say that a row has not as many cells as there are columns."""
    problem = f"the row has {cells} cells, the header has {columns}"
    return Fault(file, number, "", problem, f"Put cells that contain a {separator} in double quotes")


def _unreadable(file: str, number: int, error: csv.Error) -> Fault:
    fix = f"Look for a quote that is never closed; a cell may have {MAX_CELL_CHARACTERS:,} characters"
    return Fault(file, number, "", f"the row cannot be read ({error})", fix)
