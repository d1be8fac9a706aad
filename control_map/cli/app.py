"""The command line itself, and what its commands begin with: a pack read, and weighed as the options say."""

import datetime as dt
from pathlib import Path

import typer

from control_map import pipeline
from control_map.cli.output import complain, with_progress
from control_map.rules import adjust, read_settings

app = typer.Typer(
    help="Who holds which district, on which day, on whose word.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def view_of(
    folder: Path, rule: str | None, known_on: dt.date | None, settings: list[str] | None, date: dt.date | None = None
) -> pipeline.View:
    """Read a pack and weigh its reports as the options of a command say."""
    changes = read_settings(settings or [])
    pack = pack_of(folder, date)
    return pipeline.view(pack, adjust(pack.rule(rule), changes), known_on, progress=with_progress)


def pack_of(folder: Path, date: dt.date | None) -> pipeline.Pack:
    """Read a pack; say so if the date asked for is outside its period."""
    pack = pipeline.load(folder)
    start, end = pack.theatre.period_start, pack.theatre.period_end
    if date is not None and not start <= date <= end:
        complain(
            f"Note: {date} is outside the period of {pack.theatre.title}, {start} to {end}; reports are few there."
        )
    return pack
