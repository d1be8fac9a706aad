"""The commands on what happened over time: changes of status, the counts of every day, and the border crossings."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

import pandas as pd
import typer

from control_map.analysis.crossings import crossing_statuses, summarize_frontier
from control_map.analysis.trend import TrendQuantity
from control_map.assessment.timeline import as_of
from control_map.cli.app import command
from control_map.cli.common import RuleOptions
from control_map.cli.options import DateOption, OutputFormat, OutputFormatOption, date_option, refuse_reversed_dates
from control_map.cli.output import print_text, write_table, write_text
from control_map.core.wording import format_date, spans_years
from control_map.explanation.change_log import ChangeGrouping, summarize_changes, write_change_log
from control_map.render import answers

CHANGES_COLUMNS = ["date", "dated", "name", "kind", "province", "before", "after", "change", "reversal", "held", "why"]


class ChangesFormat(StrEnum):
    """How the list of changes is written."""

    TABLE = "table"
    TEXT = "text"
    CSV = "csv"
    JSON = "json"


@command(name="changes")
def print_changes(
    since: Annotated[dt.date, date_option("--from", "The earlier day; what happened on it is left out.")],
    date: Annotated[dt.date, date_option("--to", "The later day; what happened on it counts.")],
    by: Annotated[ChangeGrouping, typer.Option("--by", help="How --format text is grouped.")] = ChangeGrouping.DAY,
    *,
    options: RuleOptions,
    format: Annotated[ChangesFormat, typer.Option("--format")] = ChangesFormat.TABLE,
) -> None:
    """List every change of status between two days: when it happened, what it undid, and who reported it.

    The command difference compares the two days themselves. --format text writes sentences for a brief; csv and json
    have all columns.
    """
    refuse_reversed_dates(since, date, "--from", "--to")
    seen = options.load_view(date)
    answer = answers.changes(seen, since, date)
    changes, facts = pd.DataFrame(answer.rows.drop(columns="geometry")), answer.provenance.facts()
    labels = seen.pack.status_labels
    if format == ChangesFormat.TEXT:
        write_text(write_change_log(changes, labels, since, date, facts, options.known_on, by))
        return
    if format == ChangesFormat.TABLE:
        print_text(summarize_changes(changes, labels))
    title = f"Changes of status after {since:%-d %B %Y} and up to {date:%-d %B %Y}"
    write_table(changes, OutputFormat(format), title, CHANGES_COLUMNS)


@command(name="border")
def print_crossings(
    date: DateOption,
    by_neighbour: Annotated[
        bool, typer.Option("--by-neighbour", help="Kilometres of border and crossings by status, for each neighbour.")
    ] = False,
    *,
    options: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,
) -> None:
    """Show who holds each border crossing on a day, by neighbouring country, and when it was last reported.

    With --by-neighbour, show instead how many kilometres of the border and how many crossings each party has.
    """
    seen = options.load_view(date)
    theatre = seen.pack.theatre
    if by_neighbour:
        table = summarize_frontier(as_of(seen.timeline, date), theatre.places, theatre.frontier)
        write_table(table, format, f"Border by neighbour and status on {date:%-d %B %Y}")
        return
    table = crossing_statuses(seen.timeline, theatre.places, date)
    shown = table.columns.drop("province_id").tolist()
    write_table(table, format, f"Border crossings on {date:%-d %B %Y}", shown)


@command(name="trend")
def print_trend(
    by: Annotated[
        TrendQuantity, typer.Option("--by", help="What is added up over the districts; area in square km.")
    ] = TrendQuantity.DISTRICTS,
    *,
    options: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,
) -> None:
    """Count the districts by status on every day of the period, or add up their area or population.

    With --known-on, only up to that day: later events were not known then.
    """
    answer = answers.trend(options.load_view(), by)
    days = answer.rows["date"]
    first = format_date(days.iloc[0], year=spans_years(days.iloc[0], days.iloc[-1]))
    write_table(answer.rows, format, f"{by.label} by status, {first} to {format_date(days.iloc[-1], year=True)}")
