"""What can go wrong with input, each with the place of the fault and how to fix it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in one file of a pack.

    `row` is the line of the file, counted from 1 with the header as line 1; 0 if the whole file is
    meant. `column` is empty if the whole row is meant. `kept` says that the row counts all the same.
    """

    file: str
    row: int
    column: str
    problem: str
    fix: str
    value: str = ""
    kept: bool = False

    def __str__(self) -> str:
        """Give the fault as one line: where, what, how to fix it."""
        where = self.file
        where += f", row {self.row}" if self.row else ""
        where += f", column {self.column}" if self.column else ""
        return f"{where}: {self.problem}. {self.fix}."


def missing_file_fault(path: Path) -> Fault:
    """Say that a file is not where it must be."""
    return Fault(path.name, 0, "", "the file is missing", f"Put it at {path}")


class ControlMapError(Exception):
    """The base of all errors that a user can fix."""


class PackError(ControlMapError):
    """A theatre pack cannot be used at all; `faults` says why, all at once."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class UnknownNameError(ControlMapError):
    """A name that was asked for (a place, a rule) does not exist; the nearest that do, or all of them, are named."""

    def __init__(self, what: str, name: str, nearest: list[str], *, all_there_are: bool = False) -> None:
        hint = f" {'There is' if all_there_are else 'Nearest'}: {', '.join(nearest)}." if nearest else ""
        super().__init__(f"There is no {what} '{name}'.{hint}")


class SettingError(ControlMapError):
    """A parameter of a rule was given a value that it cannot have; those that it can are named."""

    def __init__(self, name: str, value: str, options: str) -> None:
        super().__init__(f"{name} cannot be '{value}'. Use {options}.")


class WriteError(ControlMapError):
    """Something cannot be written where it should be; the message says why, and where it could be."""


class FetchError(ControlMapError):
    """A table cannot be fetched from the web, or must not; the message says why, and what would help."""


class LinkError(ControlMapError):
    """A part of an address cannot be read; the message is what it can be."""
