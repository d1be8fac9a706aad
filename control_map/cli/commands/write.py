"""The command that writes a file for other programs."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from control_map.cli.app import command
from control_map.cli.common import RuleOptions
from control_map.cli.options import DateOption, parse_date_option, refuse_reversed_dates
from control_map.cli.output import print_text
from control_map.render.export import formats, tables, writing


@command(name="export")
def write_export_file(
    date: DateOption,
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help=f"Where to; its ending is one of {' '.join(formats.FORMATS)}.")
    ],
    what: Annotated[
        tables.ExportTable | None,
        typer.Option("--what", help="Which table; by default all if the format holds several, else the status."),
    ] = None,
    since: Annotated[
        dt.date | None,
        typer.Option(
            "--since", parser=parse_date_option, metavar="DATE", help="An earlier day to compare the status with."
        ),
    ] = None,
    *,
    asked: RuleOptions,
) -> None:
    """Write a file for other programs: the status on a day, all intervals, or the evidence.

    Its ending says in which format. Each file says on what it rests.
    """
    refuse_reversed_dates(since, date)
    formats.format_of(to)  # before the reports are weighed for nothing
    writing.write_export(asked.view(date), date, to, what, since)
    print_text(f"{to} is written: {to.stat().st_size / 1000:,.0f} kB.")
