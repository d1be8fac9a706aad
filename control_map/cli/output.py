"""What the command line writes: tables for people, CSV and JSON for programs, a bar while it works."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import pandas as pd
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from control_map.cli.options import OutputFormat
from control_map.core.sanitize import sanitize_line
from control_map.explanation.argument import to_plain_rows
from control_map.theatre.csv_writer import as_csv, cell_text

T = TypeVar("T")


def show_progress(steps: Sequence[T], what: str = "Weighing reports") -> Iterator[T]:
    """Show a bar on a terminal once the work has taken a second."""
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
    """Return where tables and sentences for people are written."""
    console = Console(highlight=False)
    # A pipe has no width of its own; 80 columns would cut every table short.
    return console if console.is_terminal else Console(highlight=False, width=220)


def write_table(frame: pd.DataFrame, form: str, title: str) -> None:
    """Write a table in one of the formats; in CSV no cell is a formula."""
    if form == OutputFormat.JSON:
        write_json(to_plain_rows(frame))
    elif form == OutputFormat.CSV:
        sys.stdout.write(as_csv(frame))
    else:
        table = Table(*frame.columns, title=Text(title), title_justify="left")
        for row in frame.itertuples(index=False):
            table.add_row(*(Text(cell_text(cell)) for cell in row))
        stdout_console().print(table)


def write_json(value: Any) -> None:
    """Write a value as JSON; what JSON has no form for is written as text."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")


def write_text(text: str) -> None:
    """Write text to be pasted: its lines are not broken."""
    sys.stdout.write(sanitize_line(text))


def print_note(about: object) -> None:
    """Write what is wrong beside the output."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(sanitize_line(str(about))))


def print_text(text: str, style: str = "", widest: int | None = None) -> None:
    """Write sentences for people, in lines no longer than `widest` characters."""
    console = stdout_console()
    console.print(Text(sanitize_line(text), style), width=min(console.width, widest or console.width))
