"""The command `trend`: the counts of every day."""

from typing import Annotated

import typer

from control_map.analysis.trend import By, daily, last_day, wide
from control_map.cli.app import command
from control_map.cli.common import Asked
from control_map.cli.options import As, Format
from control_map.cli.output import write
from control_map.render.html.templates import day, spans_years


@command()
def trend(
    by: Annotated[
        By, typer.Option("--by", help="What of the districts is added up; area in square km.")
    ] = By.DISTRICTS,
    *,
    asked: Asked,
    format: As = Format.TABLE,  # noqa: A002 - the name is the flag's
) -> None:
    """Count the districts by status on every day of the period, or add up their area or population.

    With --known-on, up to that day: what came later was not known.
    """
    seen = asked.view()
    theatre = seen.pack.theatre
    end = last_day(theatre.period_start, theatre.period_end, asked.known_on)
    counts = daily(seen.timeline, theatre.places, seen.pack.statuses, theatre.period_start, end, by=by)
    first = day(theatre.period_start, year=spans_years(theatre.period_start, end))
    write(wide(counts), format, f"{by.label} by status, {first} to {day(end, year=True)}")
