"""Visitors come, look, try other rules, upload and go: does memory come back? `python -m tests.bench.churn`.

The app runs as it does for everybody. So many visitors are there at once; each stays for some seconds, and then another
one comes in their place. Each minute the table says what the server holds: its memory, its open files, and the files in
the folder for temporary ones; and how long of a hundred openings, steps and uploads the slowest five took at least. At
the end all leave, and it goes on for the quiet minutes.
"""

import asyncio
import datetime as dt
import itertools
import os
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from websockets.exceptions import WebSocketException

from control_map.theatre.theatre import Theatre, read_theatre
from tests.bench.shipped import PACK
from tests.bench.visitor import Visitor
from tests.bench.visitors import Used
from tests.support.running import running_app

UPLOAD_S = 120.0
"""After so long a visitor gives up on what becomes of a table: others may wait for the same workers."""
_HEAD = "date,district,province,claim,party,said by,side\n"


@dataclass(frozen=True)
class Stay:
    """What each visitor does: so many steps of the date, a wait in seconds before each, a table of so many rows."""

    steps: int
    pause: float
    rows: int


@dataclass
class Seen:
    """What the visitors did, how often and how long each time in seconds, and what went wrong, how often."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def timing(self, what: str) -> Iterator[None]:
        """Note how long something takes that comes to its end."""
        begun = time.perf_counter()
        yield
        self.seconds[what].append(time.perf_counter() - begun)

    def describe(self) -> str:
        """Return what was done so far, with the 95th percentile of its seconds."""
        return ", ".join(f"{len(took)} {what} ({np.percentile(took, 95):.2f} s)" for what, took in self.seconds.items())


def table_of(number: int, theatre: Theatre, rows: int) -> bytes:
    """Return a table of reports that no other visitor has, on districts of the theatre."""
    chance = random.Random(number)
    districts = theatre.places[theatre.places["kind"] == "district"]
    lines = [_HEAD]
    for _ in range(rows):
        place = districts.iloc[chance.randrange(len(districts))]
        day = theatre.period_start + dt.timedelta(days=chance.randrange(120))
        lines.append(f"{day},{place['name']},{place['province']},captured,Taliban,council {number},government\n")
    return "".join(lines).encode()


async def visit(port: int, number: int, theatre: Theatre, stay: Stay, seen: Seen) -> None:
    """Come, look at some days under a rule of one's own, add reports, look again, and go."""
    chance = random.Random(number)
    rule = f"hardening-days={chance.randrange(91)}"
    visitor = Visitor(port, f"date={theatre.opens_on}&{rule}", theatre.period_start)
    try:
        with seen.timing("openings"):
            answer = await visitor.open(theatre.opens_on)
        seen.faults.update(answer.faults)
        for step in range(stay.steps):
            await asyncio.sleep(stay.pause)
            with seen.timing("steps"):
                answer = await visitor.move(theatre.period_start + dt.timedelta(days=chance.randrange(130)))
            seen.faults.update(answer.faults)
            if step == stay.steps // 2 and number % 2:
                await visitor.press("-own opener")
                with seen.timing("uploads"):
                    await visitor.add_table(f"reports {number}.csv", table_of(number, theatre, stay.rows), UPLOAD_S)
    except (OSError, WebSocketException, TimeoutError, LookupError) as error:
        seen.faults[f"{type(error).__name__}: {error}"] += 1
    finally:
        await visitor.leave()


async def _churn(port: int, theatre: Theatre, stay: Stay, at_once: int, seconds: float, seen: Seen) -> None:
    numbers, ends = itertools.count(), time.monotonic() + seconds

    async def one_after_the_other() -> None:
        while time.monotonic() < ends:
            await visit(port, next(numbers), theatre, stay, seen)

    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))


async def _watch(pid: int, console: Console, seen: Seen, every: float) -> None:
    begun = time.monotonic()
    while True:
        await asyncio.sleep(every)
        used = Used.so_far(pid)
        files = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - shorter
        left = sum(name.startswith("control-map") for name in os.listdir(tempfile.gettempdir()))  # noqa: PTH208
        console.print(
            f"{(time.monotonic() - begun) / 60:5.1f} min: {used.app_mb:4.0f} MB, {files} open files, {left} folders, "
            f"{used.app:.0f} s of a processor; {seen.describe()}"
        )


def main(
    visitors: Annotated[int, typer.Option(min=1, help="How many at once.")] = 10,
    minutes: Annotated[float, typer.Option(help="How long they come and go.")] = 5,
    quiet: Annotated[float, typer.Option(help="How long nobody is there afterwards, in minutes.")] = 5,
    steps: Annotated[int, typer.Option(min=1, help="Steps of the date that each takes.")] = 6,
    pause: Annotated[float, typer.Option(help="Seconds before each step.")] = 1.5,
    rows: Annotated[int, typer.Option(help="Rows of each table that is uploaded.")] = 300,
    every: Annotated[float, typer.Option(help="Seconds between two lines of the table.")] = 60,
) -> None:
    """Print what the server holds, minute by minute."""
    theatre, console, seen = read_theatre(PACK), Console(width=140), Seen()
    stay = Stay(steps, pause, rows)

    async def run(port: int, pid: int) -> None:
        await visit(port, 0, theatre, stay, Seen())
        console.print(f"one visitor has left: {Used.so_far(pid).app_mb:.0f} MB")
        watching = asyncio.create_task(_watch(pid, console, seen, every))
        await _churn(port, theatre, stay, visitors, 60 * minutes, seen)
        console.print("all have left")
        await asyncio.sleep(60 * quiet + every / 2)
        watching.cancel()

    with running_app() as (port, pid):
        asyncio.run(run(port, pid))
    for what, times in seen.faults.items():
        console.print(f"{times} x {what}", markup=False)


if __name__ == "__main__":
    typer.run(main)
