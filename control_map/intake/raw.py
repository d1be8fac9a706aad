"""A table as somebody brought it, read as text, whatever kind of file it is."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from control_map import table
from control_map.errors import Fault, PackError, missing_file

PASTED = "pasted rows"
"""What pasted text is called where a file has a name."""


@dataclass(frozen=True, eq=False)
class Raw:
    """A table as text.

    `frame` has the columns of the table as `str`, trimmed, empty where there is nothing; its index, `row`, is the line
    of the file on which the row begins (the header is line 1). `faults` are rows that could not be told apart.
    """

    name: str
    frame: pd.DataFrame
    faults: list[Fault]


def read(name: str, data: bytes) -> Raw:
    """Read a table from the contents of a file.

    Raises
    ------
    PackError
        If it is no table that can be read; the fault says what it is, and how to mend it.
    """
    frame, faults = table.parse_csv(name, data)
    return Raw(name, frame, faults)


def read_file(path: Path) -> Raw:
    """Read a table from a file, see `read`."""
    try:
        return read(path.name, path.read_bytes())
    except FileNotFoundError as error:
        raise PackError([missing_file(path)]) from error


def read_pasted(text: str) -> Raw:
    """Read a table from pasted text, see `read`."""
    return read(PASTED, text.encode())
