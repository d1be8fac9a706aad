"""The options that commands share, and how their values are read."""

import datetime as dt
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from control_map.analysis.summary import COMPARED_DAYS
from control_map.core.errors import UnknownNameError
from control_map.core.limits import LIMITS
from control_map.core.rules import PARAMETERS
from control_map.core.sanitize import safe_web_link
from control_map.core.wording import read_date
from control_map.intake.matching.columns import MATCHABLE_COLUMNS, Calendar
from control_map.intake.reading import TableChoices
from control_map.intake.tables.encoding import find_choice
from control_map.intake.tables.table_builder import ReadingChoice
from control_map.theatre.discovery import first_pack

DEFAULT_PACK = first_pack()
DEFAULT_PACK_TEXT = f"data/{DEFAULT_PACK.name}"


class OutputFormat(StrEnum):
    """How a table is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class TableOrJson(StrEnum):
    """How an explanation is written."""

    TABLE = "table"
    JSON = "json"


def parse_date_option(text: str) -> dt.date:
    """Read a date that is written as 2021-07-09."""
    try:
        return read_date(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def parse_pairs(values: list[str] | None, option: str, form: str = "NAME=VALUE") -> dict[str, str]:
    """Read the values of an option that have a form such as NAME=VALUE; a name may contain an equals sign.

    Raises
    ------
    BadParameter
        If the name or the sign is missing; the message states the form.
    """
    pairs = {}
    for text in values or []:
        name, equals, value = (part.strip() for part in text.rpartition("="))
        if not (name and equals):
            raise typer.BadParameter(f"'{text}' is not of the form {form}.", param_hint=option)
        pairs[name] = value
    return pairs


def require_address(address: str, option: str) -> None:
    """Refuse what is no web address, unless it is empty.

    Raises
    ------
    BadParameter
        If it is none; the message says how to write one.
    """
    if address and not safe_web_link(address):
        message = f"'{address}' is not a web address. Write it with https:// or http://."
        raise typer.BadParameter(message, param_hint=option)


def refuse_reversed_dates(
    since: dt.date | None, date: dt.date, earlier: str = "--since", later: str = "--date"
) -> None:
    """Refuse a day to compare with that is after the day shown; `earlier` and `later` are their options.

    Raises
    ------
    BadParameter
        If it is after the day shown; the message says which option takes which day.
    """
    if since is not None and since > date:
        message = f"{since} is after {date}. Give the earlier day with {earlier} and the later with {later}."
        raise typer.BadParameter(message, param_hint=earlier)


def refuse_overwriting(outputs: Mapping[str, Path | None], inputs: Iterable[Path | str | None]) -> None:
    """Refuse to write over a file that is read, or two files over one another, however their paths are spelled.

    Parameters
    ----------
    outputs
        The files to write, by their options.
    inputs
        The files to read; a web address is none.

    Raises
    ------
    BadParameter
        If two of them are the same file; the message says to name another.
    """
    seen = {_identify(Path(path)): "the file that is read" for path in inputs if path is not None}
    for option, path in outputs.items():
        if path is None:
            continue
        if other := seen.get(_identify(path)):
            raise typer.BadParameter(f"'{path}' is {other}, and would be overwritten. Name another.", param_hint=option)
        seen[_identify(path)] = f"also the file of {option}"


def _identify(path: Path) -> object:
    """Return what two paths have in common if they lead to one file, also by links and other spellings."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return os.path.normcase(os.path.realpath(path))
    return found.st_dev, found.st_ino


def date_option(flag: str, text: str, show_default: bool | str = True) -> Any:
    """Return an option that takes a date; `text` is its help, `show_default` may name its default."""
    return typer.Option(flag, parser=parse_date_option, metavar="DATE", help=text, show_default=show_default)


DateOption = Annotated[dt.date, date_option("--date", "The day shown, as 2021-07-09.")]
SinceOption = Annotated[dt.date, date_option("--since", "The earlier day to compare with.")]
ChangesSinceOption = Annotated[
    dt.date | None, date_option("--since", "Show changes since this day.", show_default=f"{COMPARED_DAYS} days before")
]
KnownOnOption = Annotated[dt.date | None, date_option("--known-on", "Only reports published by this day count.")]
ScaleOption = Annotated[
    str | None, typer.Option("--scale", help="The id of a scale, as the command scales lists them.")
]
RuleOption = Annotated[str | None, typer.Option("--rule", help="assessed, latest, two-sources or side:ACTOR.")]
SettingsOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help=f"Change a parameter of the rule: {', '.join(PARAMETERS)}."),
]
PackOption = Annotated[
    Path, typer.Option("--pack", help="The folder of a theatre pack.", show_default=DEFAULT_PACK_TEXT)
]
NoLimitsOption = Annotated[
    bool,
    typer.Option(
        "--no-limits",
        help=f"Read what is given without the limits of {LIMITS.work_seconds} seconds and "
        f"{LIMITS.work_bytes / 1e9:g} GB of memory.",
    ),
]
ReportFilesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--reports", metavar="FILE", help="A table of your own reports to add, see the command add; repeatable."
    ),
]
OlderThanOption = Annotated[
    int,
    typer.Option("--older-than", min=1, metavar="DAYS", help="Days without a report that make a place a blind spot."),
]
OutputFormatOption = Annotated[OutputFormat, typer.Option("--format")]


@dataclass(frozen=True, kw_only=True)
class TableOptions:
    """The options of a command that reads a table of reports: what of the file, and which column is which."""

    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column", metavar="NAME=COLUMN", help="The table's column for one of the codebook or of its format."
        ),
    ] = None
    suppose: Annotated[
        list[str] | None,
        typer.Option("--suppose", metavar="NAME=VALUE", help="The value of a column where the table has none."),
    ] = None
    meant: Annotated[
        list[str] | None,
        typer.Option("--meant", metavar="SPELLING=ID", help="The place that a spelling of the table stands for."),
    ] = None
    side: Annotated[
        list[str] | None,
        typer.Option("--side", metavar="SPEAKER=SIDE", help="The side of a speaker: a party's id, or independent."),
    ] = None
    day_first: Annotated[
        bool | None, typer.Option("--day-first/--month-first", help="How dates such as 03/04/2021 are written.")
    ] = None
    calendar: Annotated[
        Calendar | None,
        typer.Option("--calendar", help="The calendar of its dates.", show_default="as the column's name says"),
    ] = None
    sheet: Annotated[
        str, typer.Option("--sheet", help="The sheet of a workbook.", show_default="the first whose columns fit best")
    ] = ""
    encoding: Annotated[
        str, typer.Option("--encoding", help="The encoding of a text, as cp1251 or koi8-r.", show_default="recognised")
    ] = ""

    def read(self) -> TableChoices:
        """Return what the options say of a table.

        Raises
        ------
        BadParameter, UnknownNameError
            If an option is not of its form, or names a column of the codebook or an encoding that does not exist.
        """
        defaults = parse_pairs(self.suppose, "--suppose")
        if unknown := sorted(set(defaults) - set(MATCHABLE_COLUMNS)):
            message = f"There is no column '{unknown[0]}' in the codebook, which has: {', '.join(MATCHABLE_COLUMNS)}"
            raise typer.BadParameter(message, param_hint="--suppose")
        return TableChoices(
            file=ReadingChoice(self.sheet, find_choice(self.encoding) if self.encoding else ""),
            columns=parse_pairs(self.column, "--column", "NAME=COLUMN"),
            defaults=defaults,
            places_by_text=parse_pairs(self.meant, "--meant", "SPELLING=ID"),
            sides=parse_pairs(self.side, "--side", "SPEAKER=SIDE"),
            day_first=self.day_first,
            calendar=self.calendar,
        )


ActorOption = Annotated[
    list[str] | None,
    typer.Option(
        "--actor",
        metavar="NAME=ID",
        help='The party that a name stands for; repeatable. With a star for several names: "Home Guard*=ID"; "*=ID" '
        "for all others.",
    ),
]


def read_actor_options(options: list[str] | None, ids: Sequence[str]) -> dict[str, str]:
    """Return the id of the party that each name stands for; a name may contain an equals sign.

    Raises
    ------
    UnknownNameError
        If an id is none of `ids`.
    """
    actors = parse_pairs(options, "--actor", "NAME=ID")
    for actor_id in actors.values():
        if actor_id not in ids:
            raise UnknownNameError("actor", actor_id, list(ids), complete=True)
    return actors
