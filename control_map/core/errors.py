"""The errors in what users give: where the fault is, what is wrong, and how to fix it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOTHING_TO_FIX = "No action is needed"
"""The fix of a row that is left out although it has no fault: it is simply not a report."""


@dataclass(frozen=True, order=True)
class Fault:
    """One fault in one file.

    `row` is the line of the file, counted from 1 with the header as line 1; 0 stands for the whole file. `column` is
    empty if the fault is of the whole row. `kept` says that the row counts all the same. A fault can stand for several
    `rows` of a kind, of which `row` is the first.
    """

    file: str
    row: int
    column: str
    problem: str
    fix: str
    value: str = ""
    kept: bool = False
    rows: int = 1

    @property
    def needs_fix(self) -> bool:
        """Whether the user can fix something."""
        return self.fix != NOTHING_TO_FIX

    def __str__(self) -> str:
        """Return the fault as one line: where it is, what is wrong, how to fix it."""
        where = self.file
        where += f", row {self.row}" if self.row else ""
        where += f", column {self.column}" if self.column else ""
        return f"{where}: {self.problem}. {self.fix}."


def missing_file_fault(path: Path) -> Fault:
    """Return the fault of a file that is missing."""
    return Fault(path.name, 0, "", "the file is missing", f"Put it at {path}")


class ControlMapError(Exception):
    """The base of all errors that a user can fix. They can be sent from one process to another."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make an equal error without calling its class, whose parameters differ from `args`."""
        return _make_again, (type(self), self.args, self.__dict__)


def _make_again(kind: type[ControlMapError], args: tuple[Any, ...], attributes: dict[str, Any]) -> ControlMapError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


class PackError(ControlMapError):
    """A theatre pack or a table cannot be used at all; `faults` has all reasons."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class UnknownNameError(ControlMapError):
    """A name of something (a place, a rule) does not exist; the message lists the nearest names, or `complete`, all.

    `what` says of what it is the name.
    """

    def __init__(self, what: str, name: str, nearest: list[str], *, complete: bool = False) -> None:
        self.what = what
        hint = f" {'There is' if complete else 'Nearest'}: {', '.join(nearest)}." if nearest else ""
        super().__init__(f"There is no {what} '{name}'.{hint}")


class SettingError(ControlMapError):
    """A parameter of a rule cannot have the value that was given; the message lists the values that it can have."""

    def __init__(self, name: str, value: str, options: str) -> None:
        super().__init__(f"{name} cannot be '{value}'. Use {options}.")


class NoGeometryError(ControlMapError):
    """The rows of an answer are not on a map, and cannot be written as features."""

    def __init__(self) -> None:
        super().__init__("The rows have no geometry. Ask for json, csv or parquet.")


class WriteError(ControlMapError):
    """A file cannot be written; the message says why, and where it could be written."""


class FetchError(ControlMapError):
    """A table cannot or must not be fetched from the web; the message says why, and what would help."""


class AlertError(ControlMapError):
    """A webhook cannot be added, found or kept; the message says why, and what would help."""


class LinkError(ControlMapError):
    """A part of the page's address cannot be read; the message says what it can be."""
