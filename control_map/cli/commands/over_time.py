"""The commands on what happened: the ledger of changes, and the border."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

import typer

from control_map.analysis.crossings import crossing_statuses
from control_map.cli.app import command
from control_map.cli.common import RuleOptions
from control_map.cli.options import (
    DateOption,
    OutputFormat,
    OutputFormatOption,
    parse_date_option,
    refuse_reversed_dates,
)
from control_map.cli.output import print_text, write_table, write_text
from control_map.explanation.change_log import ChangeGrouping, summarize_changes, write_change_log
from control_map.render.provenance import Provenance

CHANGES_COLUMNS = ["date", "dated", "name", "kind", "province", "before", "after", "change", "reversal", "held", "why"]


class ChangesFormat(StrEnum):
    """How the ledger is written."""

    TABLE = "table"
    TEXT = "text"
    CSV = "csv"
    JSON = "json"


@command(name="changes")
def print_changes(
    since: Annotated[
        dt.date,
        typer.Option(
            "--from", parser=parse_date_option, metavar="DATE", help="The earlier day; what happened on it is left out."
        ),
    ],
    date: Annotated[
        dt.date,
        typer.Option(
            "--to", parser=parse_date_option, metavar="DATE", help="The later day; what happened on it counts."
        ),
    ],
    by: Annotated[ChangeGrouping, typer.Option("--by", help="What --format text is grouped by.")] = ChangeGrouping.DAY,
    *,
    asked: RuleOptions,
    format: Annotated[ChangesFormat, typer.Option("--format")] = ChangesFormat.TABLE,  # noqa: A002
) -> None:
    """List what happened between two days: every change of status, when, what it undid, and on whose word.

    The command difference compares the two days themselves. --format text writes sentences for a brief; csv and json
    have all columns.
    """
    refuse_reversed_dates(since, date, "--from", "--to")
    seen = asked.view(date)
    told = seen.change_log(since, date)
    labels = seen.pack.status_labels
    facts = Provenance.of(seen, date, since).facts()
    if format == ChangesFormat.TEXT:
        write_text(write_change_log(told, labels, since, date, facts, asked.known_on, by))
        return
    if format == ChangesFormat.TABLE:
        print_text(summarize_changes(told, labels))
        told = told[CHANGES_COLUMNS]
    write_table(told, OutputFormat(format), f"Changes of status after {since:%-d %B %Y} and up to {date:%-d %B %Y}")


@command(name="border")
def print_crossings(
    date: DateOption,
    *,
    asked: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002
) -> None:
    """Show who holds each border crossing on a day, by neighbouring country, and when it was last heard of."""
    seen = asked.view(date)
    table = crossing_statuses(seen.timeline, seen.pack.theatre.places, date)
    write_table(
        table.drop(columns="province_id") if format == OutputFormat.TABLE else table,
        format,
        f"Border crossings on {date:%-d %B %Y}",
    )
