"""What can be asked on the command line: the options that commands share, and how they are read."""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from control_map.core.rules import PARAMETERS
from control_map.theatre.discovery import first_pack

DEFAULT_PACK = first_pack()
DEFAULT_PACK_TEXT = f"data/{DEFAULT_PACK.name}"
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)


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
        date = dt.date.fromisoformat(text)
    except ValueError as error:
        message = f"'{text}' is not a date. Write it as 2021-07-09."
        raise typer.BadParameter(message) from error
    if not EARLIEST <= date <= LATEST:
        message = f"'{text}' is out of reach. Give a date from {EARLIEST} to {LATEST}."
        raise typer.BadParameter(message)
    return date


def parse_pairs(given: list[str] | None, option: str, form: str = "NAME=VALUE") -> dict[str, str]:
    """Read what is given with an option in a form such as NAME=VALUE; a name may have an equals sign in it.

    Raises
    ------
    BadParameter
        If the name or the sign is missing; the message says how to mend it.
    """
    pairs = {}
    for pair in given or []:
        name, equals, value = (part.strip() for part in pair.rpartition("="))
        if not (name and equals):
            message = f"'{pair}' is not of the form {form}."
            raise typer.BadParameter(message, param_hint=option)
        pairs[name] = value
    return pairs


def refuse_reversed_dates(
    since: dt.date | None, date: dt.date, earlier: str = "--since", later: str = "--date"
) -> None:
    """Refuse a day to compare with that is after the day shown; `earlier` and `later` are their options.

    Raises
    ------
    BadParameter
        If it is; the message says how to mend it.
    """
    if since is not None and since > date:
        message = f"{since} is after {date}. Give the earlier day with {earlier} and the later with {later}."
        raise typer.BadParameter(message, param_hint=earlier)


DateOption = Annotated[
    dt.date, typer.Option("--date", parser=parse_date_option, metavar="DATE", help="The day shown, as 2021-07-09.")
]
SinceOption = Annotated[
    dt.date, typer.Option("--since", parser=parse_date_option, metavar="DATE", help="The earlier day to compare with.")
]
KnownOnOption = Annotated[
    dt.date | None,
    typer.Option(
        "--known-on", parser=parse_date_option, metavar="DATE", help="Only reports published by this day count."
    ),
]
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
ReportFilesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--reports",
        metavar="FILE",
        help="A table of your own reports to add, see the command add; as often as you like.",
    ),
]
OlderThanOption = Annotated[
    int,
    typer.Option("--older-than", min=1, metavar="DAYS", help="Days without a report that make a place a blind spot."),
]
OutputFormatOption = Annotated[OutputFormat, typer.Option("--format")]
