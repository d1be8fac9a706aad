"""The command `trend`: the counts of every day."""

from typing import Annotated

import typer

from control_map.analysis.trend import TrendQuantity, count_statuses_daily, last_known_day, pivot_by_status
from control_map.cli.app import command
from control_map.cli.common import RuleOptions
from control_map.cli.options import OutputFormat, OutputFormatOption
from control_map.cli.output import write_table
from control_map.core.wording import format_date, spans_years


@command(name="trend")
def print_trend(
    by: Annotated[
        TrendQuantity, typer.Option("--by", help="What of the districts is added up; area in square km.")
    ] = TrendQuantity.DISTRICTS,
    *,
    asked: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002 - the name is the flag's
) -> None:
    """Count the districts by status on every day of the period, or add up their area or population.

    With --known-on, up to that day: what came later was not known.
    """
    seen = asked.view()
    theatre = seen.pack.theatre
    end = last_known_day(theatre.period_start, theatre.period_end, asked.known_on)
    counts = count_statuses_daily(seen.timeline, theatre.places, seen.pack.statuses, theatre.period_start, end, by=by)
    first = format_date(theatre.period_start, year=spans_years(theatre.period_start, end))
    write_table(pivot_by_status(counts), format, f"{by.label} by status, {first} to {format_date(end, year=True)}")
