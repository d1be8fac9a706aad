"""The command line: `python -m control_map COMMAND`; `--help` lists the commands."""

import csv
import datetime as dt
import json
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import pandas as pd
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from control_map import pipeline, summary
from control_map import scales as published
from control_map.description import OWN_SCALE
from control_map.errors import ControlMapError, PackError
from control_map.escape import harmless_cells
from control_map.explain import records
from control_map.geocode import geocode as match_names
from control_map.rules import PARAMETERS, adjust, read_settings
from control_map.silence import BLIND_AFTER, blind_districts, blind_spots, days_silent
from control_map.sources import SHARE_COLUMNS, appraise, by_origin, in_words
from control_map.table import read_csv
from control_map.timeline import as_of

DEFAULT_PACK = Path(__file__).resolve().parent.parent / "data" / "afghanistan-2021"
EXPLAINED_COLUMNS = ["role", "reason", "via", "event_date", "lag", "claim", "actor", "claimant", "origin"]
EXPLAINED_COLUMNS += ["report_id", "source_url"]
_READABLE_WIDTH = 100
TOTALS_COLUMNS = ["date", "label", "value", "qualifier", "of", "source_name", "ours", "ours_of", "difference", "fits"]
TOTALS_COLUMNS += ["counted", "remark"]
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
_BAD_ARGUMENT = 2

T = TypeVar("T")
app = typer.Typer(
    help="Who holds which district, on which day, on whose word.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    """How a table is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class TableOrJson(StrEnum):
    """How an explanation is written."""

    TABLE = "table"
    JSON = "json"


def _date(text: str) -> dt.date:
    try:
        date = dt.date.fromisoformat(text)
    except ValueError as error:
        message = f"'{text}' is not a date. Write it as 2021-07-09."
        raise typer.BadParameter(message) from error
    if not EARLIEST <= date <= LATEST:
        message = f"'{text}' is out of reach. Give a date from {EARLIEST} to {LATEST}."
        raise typer.BadParameter(message)
    return date


Date = Annotated[dt.date, typer.Option("--date", parser=_date, metavar="DATE", help="The day shown, as 2021-07-09.")]
KnownOn = Annotated[
    dt.date | None,
    typer.Option("--known-on", parser=_date, metavar="DATE", help="Only reports published by this day count."),
]
ScaleName = Annotated[str | None, typer.Option("--scale", help="The id of a scale, as the command scales lists them.")]
RuleName = Annotated[str | None, typer.Option("--rule", help="assessed, latest, two-sources or side:ACTOR.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help=f"Change a parameter of the rule: {', '.join(PARAMETERS)}."),
]
PackFolder = Annotated[
    Path, typer.Option("--pack", help="The folder of a theatre pack.", show_default="data/afghanistan-2021")
]
OlderThan = Annotated[
    int,
    typer.Option("--older-than", min=1, metavar="DAYS", help="Days without a report that make a place a blind spot."),
]
As = Annotated[Format, typer.Option("--format")]


@app.command()
def check(pack: Annotated[Path, typer.Argument(show_default="data/afghanistan-2021")] = DEFAULT_PACK) -> None:
    """Check a pack: name each fault with its file, row, column and mend. Exit code 1 if there is one."""
    loaded = pipeline.load(pack)
    console = _console()
    for fault in loaded.faults:
        console.print(Text(f"{fault}{' (The row counts all the same.)' if fault.kept else ''}"))
    unreadable = [fault.row for fault in loaded.faults if fault.file == "reports.csv" and not fault.kept]
    unplaced = loaded.set_aside[~loaded.set_aside["row"].isin(unreadable)]
    for row in unplaced.itertuples():
        console.print(Text(f"reports.csv, row {row.row}, column place_text: not placed: {row.problem}."))
    located, total = pipeline.placed(loaded)
    theatre = loaded.theatre
    counted = f"{len(theatre.places)} places, {located:,} of {total:,} reports placed, {len(loaded.faults)} faults"
    console.print(Text(f"{theatre.title}: {counted}."))
    if loaded.faults:
        raise typer.Exit(1)


@app.command()
def status(
    date: Date,
    rule: RuleName = None,
    known_on: KnownOn = None,
    settings: Settings = None,
    pack: PackFolder = DEFAULT_PACK,
    scale: ScaleName = None,
    format: As = Format.TABLE,  # noqa: A002 - the name is the flag's
) -> None:
    """Show who is assessed to hold each place on a day, and with --scale its `term` on that scale."""
    seen = _view(pack, rule, known_on, settings)
    table = seen.status(date)
    table["days_silent"] = days_silent(table, date)
    if scale is not None:
        on_scale = published.scale_named(scale, seen.pack.theatre)
        table["term"] = published.in_terms(as_of(seen.timeline, date), on_scale).to_numpy()
    _write(table, format, f"Status on {date:%-d %B %Y}")


@app.command()
def explain(
    place_id: Annotated[str, typer.Argument(help="As in the first column of status.")],
    date: Date,
    rule: RuleName = None,
    known_on: KnownOn = None,
    settings: Settings = None,
    pack: PackFolder = DEFAULT_PACK,
    format: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.TABLE,  # noqa: A002
) -> None:
    """Say why one place has its status, then show every report behind it, with its role, reason and lag."""
    told = _view(pack, rule, known_on, settings).explain(place_id, date)
    if format == TableOrJson.JSON:
        _write_json(told)
        return
    said = [
        told["status"] + (f" since {told['since']:%-d %B %Y}" if told["since"] else ""),
        "disputed" if told["disputed"] else "",
        f"claimed by {told['claimed_by']}" if told["claimed_by"] else "",
        f"basis {told['basis']}" if told["basis"] else "",
        f"confidence {told['confidence']}" if told["confidence"] else "",
    ]
    console = _console()
    console.print(Text(f"{told['name']}, {told['province']} ({told['kind']}): {', '.join(filter(None, said))}", "bold"))
    console.print()
    console.print(Text("\n".join(told["explanation"])), width=min(console.width, _READABLE_WIDTH))
    console.print()
    evidence = pd.DataFrame(told["evidence"], columns=EXPLAINED_COLUMNS)
    _write(evidence, Format.TABLE, f"Reports of events up to {date:%-d %B %Y}, newest first")


@app.command(name="summary")
def summarise(
    date: Date,
    pack: PackFolder = DEFAULT_PACK,
    format: As = Format.TABLE,  # noqa: A002
    rule: RuleName = None,
    known_on: KnownOn = None,
    settings: Settings = None,
    older_than: OlderThan = BLIND_AFTER,
) -> None:
    """Count each province's districts by status, with their shares of area and population, and its silence."""
    seen = _view(pack, rule, known_on, settings)
    now = as_of(seen.timeline, date)
    before = as_of(seen.timeline, date - dt.timedelta(days=summary.COMPARED_DAYS))
    table = summary.by_province(now, before, seen.pack.theatre.places, seen.pack.statuses, date, older_than)
    if format == Format.TABLE:
        silent = ["stale", "blind_spots", "last_reported", "days_since_report"]
        table = table[["province", "districts", *seen.pack.statuses, f"{seen.pack.statuses[0]}_change", *silent]]
    title = f"Districts by status on {date:%-d %B %Y}; change over {summary.COMPARED_DAYS} days; "
    title += f"{blind_districts(now, date, older_than)} districts unheard of for {older_than} days"
    _write(table, format, title)


@app.command(name="silence")
def list_silent(
    date: Date,
    older_than: OlderThan = BLIND_AFTER,
    rule: RuleName = None,
    known_on: KnownOn = None,
    settings: Settings = None,
    pack: PackFolder = DEFAULT_PACK,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """List the places of which nothing was reported for so long, or ever, the longest silent first."""
    now = as_of(_view(pack, rule, known_on, settings).timeline, date)
    told = blind_spots(now, date, older_than)
    title = f"{len(told)} of {len(now)} places without a report for more than {older_than} days on {date:%-d %B %Y}"
    _write(told, format, f"{title}. Silence is never control")


@app.command()
def compare(
    date: Date,
    known_on: KnownOn = None,
    pack: PackFolder = DEFAULT_PACK,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """Weigh the reports under every rule: how many districts each counts, and the places on which they differ."""
    compared = pipeline.compare(pipeline.load(pack), known_on=known_on)
    if format == Format.TABLE:
        _write(compared.counts(date), format, f"Districts by status on {date:%-d %B %Y}, under each rule")
        _write(compared.range(date), format, "The least and the most, over the rules that hear all sides")
    _write(compared.disagreements(date), format, "Places on which the rules differ")


@app.command()
def totals(
    date: Annotated[
        dt.date | None,
        typer.Option("--date", parser=_date, metavar="DATE", help="Only totals around this day, as 2021-07-09."),
    ] = None,
    scale: ScaleName = None,
    rule: RuleName = None,
    known_on: KnownOn = None,
    settings: Settings = None,
    pack: PackFolder = DEFAULT_PACK,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """Put published totals beside the map's count that means the same thing, each on its own day."""
    seen = _view(pack, rule, known_on, settings)
    theatre = seen.pack.theatre
    told = published.known(theatre.totals, known_on)
    if scale is not None:
        told = told[told["scale"].replace("", OWN_SCALE) == published.scale_named(scale, theatre).id]
    if date is not None:
        told = published.near(told, date)
    table = published.compare(told, seen.timeline, published.scales_of(theatre), published.measures_of(theatre))
    around = f" around {date:%-d %B %Y}" if date else ""
    _write(table[TOTALS_COLUMNS] if format == Format.TABLE else table, format, f"Published totals{around}")


@app.command()
def scales(
    date: Date,
    rule: RuleName = None,
    known_on: KnownOn = None,
    settings: Settings = None,
    pack: PackFolder = DEFAULT_PACK,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """Count the districts on a day in the terms of each scale; `theirs` is of how many its source counts."""
    seen = _view(pack, rule, known_on, settings)
    now = as_of(seen.timeline, date)
    counted = [
        published.counts(now, scale).assign(scale=name, label=scale.label, theirs=scale.districts)
        for name, scale in published.scales_of(seen.pack.theatre).items()
    ]
    table = pd.concat([rows.assign(of=rows["districts"].sum()).astype({"theirs": "Int64"}) for rows in counted])
    columns = ["scale", "label", "term", "districts", "of", "theirs"]
    _write(table[columns], format, f"Districts on {date:%-d %B %Y} in the terms of each scale")


@app.command(name="sources")
def origins(
    rule: RuleName = None,
    known_on: KnownOn = None,
    settings: Settings = None,
    pack: PackFolder = DEFAULT_PACK,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """Show for each origin what it reports, and how much of it others confirm or contradict."""
    seen = _view(pack, rule, known_on, settings)
    table = by_origin(appraise(seen.evidence, seen.pack.located, seen.rule, known_on))
    published = f"published by {known_on:%-d %B %Y}" if known_on else "published at any time"
    _write(
        in_words(table) if format == Format.TABLE else table.round(dict.fromkeys(SHARE_COLUMNS, 4)),
        format,
        f"Origins of the reports {published}",
    )


@app.command()
def geocode(
    file: Annotated[Path, typer.Argument(help="CSV with place_text, province_text, place_kind.")],
    pack: PackFolder = DEFAULT_PACK,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """Find the places that names in a file mean, or say why not."""
    gazetteer = pipeline.load(pack).gazetteer
    names, faults = read_csv(file, ("place_text", "province_text", "place_kind"))
    _write(match_names(names, gazetteer), format, f"Names in {file.name}")
    for fault in faults:
        _complain(fault)
    if faults:
        raise typer.Exit(1)


def _view(folder: Path, rule: str | None, known_on: dt.date | None, settings: list[str] | None) -> pipeline.View:
    changes = read_settings(settings or [])
    pack = pipeline.load(folder)
    return pipeline.view(pack, adjust(pack.rule(rule), changes), known_on, progress=_with_progress)


def _with_progress(steps: Sequence[T]) -> Iterator[T]:
    """Show a bar on a terminal once the work has taken a second."""
    console = Console(stderr=True)
    begun = time.monotonic()
    progress = Progress(console=console, transient=True, disable=not console.is_terminal)
    task = progress.add_task("Weighing reports", total=len(steps))
    try:
        for number, step in enumerate(steps):
            if not progress.live.is_started and time.monotonic() - begun > 1:
                progress.start()
            yield step
            progress.update(task, completed=number + 1)
    finally:
        progress.stop()


def _console() -> Console:
    console = Console(highlight=False)
    # A pipe has no width of its own; 80 columns would cut every table short.
    return console if console.is_terminal else Console(highlight=False, width=220)


def _write(frame: pd.DataFrame, form: str, title: str) -> None:
    if form == Format.JSON:
        _write_json(records(frame))
    elif form == Format.CSV:
        text = harmless_cells(frame).map(_text)
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([list(text.columns), *text.to_numpy().tolist()])
    else:
        table = Table(*frame.columns, title=Text(title), title_justify="left")
        for row in frame.itertuples(index=False):
            table.add_row(*(Text(_text(cell)) for cell in row))
        _console().print(table)


def _write_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")


def _text(cell: Any) -> str:
    if isinstance(cell, (list, tuple)):
        return " ".join(map(str, cell))
    if pd.isna(cell):
        return ""
    if isinstance(cell, pd.Timestamp):
        return f"{cell:%Y-%m-%d}"
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def main() -> None:
    """Run the command line; errors that a user can mend are one message, not a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except ControlMapError as error:
        _complain(error)
        sys.exit(1 if isinstance(error, PackError) else _BAD_ARGUMENT)


def _complain(about: object) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(str(about)))
