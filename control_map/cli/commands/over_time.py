"""The commands on what happened: the ledger of changes, and the border."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

import typer

from control_map.analysis.crossings import crossings
from control_map.cli.app import command
from control_map.cli.common import Asked
from control_map.cli.options import As, Date, Format, in_order, read_date
from control_map.cli.output import say, write, write_text
from control_map.explanation.ledger_prose import By, summary, text
from control_map.render.provenance import Provenance

SHOWN = ["date", "dated", "name", "kind", "province", "before", "after", "change", "reversal", "held", "why"]


class FormatOrText(StrEnum):
    """How the ledger is written."""

    TABLE = "table"
    TEXT = "text"
    CSV = "csv"
    JSON = "json"


@command(name="changes")
def list_changes(
    since: Annotated[
        dt.date,
        typer.Option(
            "--from", parser=read_date, metavar="DATE", help="The earlier day; what happened on it is left out."
        ),
    ],
    date: Annotated[
        dt.date,
        typer.Option("--to", parser=read_date, metavar="DATE", help="The later day; what happened on it counts."),
    ],
    by: Annotated[By, typer.Option("--by", help="What --format text is grouped by.")] = By.DAY,
    *,
    asked: Asked,
    format: Annotated[FormatOrText, typer.Option("--format")] = FormatOrText.TABLE,  # noqa: A002
) -> None:
    """List what happened between two days: every change of status, when, what it undid, and on whose word.

    The command difference compares the two days themselves. --format text writes sentences for a brief; csv and json
    have all columns.
    """
    in_order(since, date, "--from", "--to")
    seen = asked.view(date)
    told = seen.ledger(since, date)
    labels = seen.pack.status_labels
    facts = Provenance.of(seen, date, since).facts()
    if format == FormatOrText.TEXT:
        write_text(text(told, labels, since, date, facts, asked.known_on, by))
        return
    if format == FormatOrText.TABLE:
        say(summary(told, labels))
        told = told[SHOWN]
    write(told, Format(format), f"Changes of status after {since:%-d %B %Y} and up to {date:%-d %B %Y}")


@command()
def border(
    date: Date,
    *,
    asked: Asked,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """Show who holds each border crossing on a day, by neighbouring country, and when it was last heard of."""
    seen = asked.view(date)
    table = crossings(seen.timeline, seen.pack.theatre.places, date)
    write(
        table.drop(columns="province_id") if format == Format.TABLE else table,
        format,
        f"Border crossings on {date:%-d %B %Y}",
    )
