"""The output of the commands: tables for people, CSV and JSON for programs, and a progress bar."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table
from rich.text import Text

from control_map.cli.options import OutputFormat
from control_map.core.arrays import to_plain_rows
from control_map.core.sanitize import sanitize_json, sanitize_line
from control_map.theatre.csv_writer import as_csv, cell_text

_T = TypeVar("_T")


def show_progress(steps: Sequence[_T], what: str = "Weighing reports") -> Iterator[_T]:
    """Yield the steps, and show a progress bar on a terminal once the work has taken a second."""
    console = Console(stderr=True)
    begun = time.monotonic()
    progress = Progress(console=console, transient=True, disable=not console.is_terminal)
    task = progress.add_task(what, total=len(steps))
    try:
        for number, step in enumerate(steps):
            if not progress.live.is_started and time.monotonic() - begun > 1:
                progress.start()
            yield step
            progress.update(task, completed=number + 1)
    finally:
        progress.stop()


def stdout_console() -> Console:
    """Return the console for tables and sentences for people."""
    console = Console(highlight=False)
    # A pipe has no width of its own, and the usual 80 columns are too narrow for the tables.
    return console if console.is_terminal else Console(highlight=False, width=220)


def write_table(frame: pd.DataFrame, form: str, title: str, shown: Sequence[str] = ()) -> None:
    """Write a table in one of the formats; in CSV no cell is a formula. `shown` are the columns that people see."""
    if form == OutputFormat.JSON:
        write_json(to_plain_rows(frame))
    elif form == OutputFormat.CSV:
        sys.stdout.write(as_csv(frame))
    else:
        seen = frame[list(shown)] if shown else frame
        table = Table(
            *(Column(Text(cell_text(name))) for name in seen), title=Text(sanitize_line(title)), title_justify="left"
        )
        for row in seen.itertuples(index=False):
            table.add_row(*(Text(cell_text(cell)) for cell in row))
        stdout_console().print(table)


def write_json(value: Any) -> None:
    """Write a value as JSON; values of other types are written as text, and invisible characters as escapes."""
    document = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write(f"{sanitize_json(document)}\n")


def write_text(text: str) -> None:
    """Write text without breaking its lines, for copying."""
    sys.stdout.write(sanitize_line(text))


def print_note(note: object) -> None:
    """Write a note or an error to stderr, beside the output."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(sanitize_line(str(note))))


def print_file_written(path: Path) -> None:
    """Say that a file is written, and its size."""
    print_text(f"{path} is written: {path.stat().st_size / 1000:,.0f} kB.")


def print_text(text: str, style: str = "", widest: int | None = None) -> None:
    """Write sentences for people, in lines of at most `widest` characters."""
    console = stdout_console()
    console.print(Text(sanitize_line(text), style), width=min(console.width, widest or console.width))
