"""The command that writes a file for other programs."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from control_map.cli.app import command
from control_map.cli.common import Asked
from control_map.cli.options import Date, in_order, read_date
from control_map.cli.output import say
from control_map.render.export import formats, tables, writing


@command()
def export(
    date: Date,
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help=f"Where to; its ending is one of {' '.join(formats.FORMATS)}.")
    ],
    what: Annotated[
        tables.What | None,
        typer.Option("--what", help="Which table; by default all if the format holds several, else the status."),
    ] = None,
    since: Annotated[
        dt.date | None,
        typer.Option("--since", parser=read_date, metavar="DATE", help="An earlier day to compare the status with."),
    ] = None,
    *,
    asked: Asked,
) -> None:
    """Write a file for other programs: the status on a day, all intervals, or the evidence.

    Its ending says in which format. Each file says on what it rests.
    """
    in_order(since, date)
    formats.format_of(to)  # before the reports are weighed for nothing
    writing.write(asked.view(date), date, to, what, since)
    say(f"{to} is written: {to.stat().st_size / 1000:,.0f} kB.")
