"""Uploads that attack, and what other visitors feel of them: `python -m tests.bench.attacks`.

First each attack by itself: it is read, placed and weighed as on the page, in a worker, which the limits end. Then some
visitors move the date while as many others upload such files, one after the other, and take what can be taken.
`python -m tests.support.bombs` measures the readers alone, with many more and smaller inputs.
"""

import asyncio
import itertools
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np
import typer
from rich.console import Console
from rich.table import Table
from websockets.exceptions import WebSocketException

from control_map.assessment.evidence import assess
from control_map.core.errors import ControlMapError
from control_map.intake.user_tables import UserReports, UserTable, prepare_user_reports, read_and_match
from control_map.intake.worker.job import READING, WEIGHING, Job, Line
from control_map.pipeline.pack import Pack, load_pack
from control_map.theatre.theatre import Theatre, read_theatre
from tests.bench.shipped import PACK
from tests.bench.visitor import Visitor
from tests.bench.visitors import PATIENCE_S, Seen, Used, Visit
from tests.support import bombs
from tests.support.running import running_app

T = TypeVar("T")
HEAD = "date,district,province,claim,party,said by,side,outlet\n"


def corroborating(rows: int) -> bytes:
    """Rows on one place and day, each of which corroborates all others."""
    said = itertools.cycle(("a,independent", "b,taliban"))
    return (
        HEAD + "".join(f"2021-07-08,Obe,Herat,captured,taliban,{next(said)},o{row}\n" for row in range(rows))
    ).encode()


def unknown(column: int, rows: int) -> bytes:
    """Rows none of which is understood, each for a reason of its own."""
    cells = ["2021-07-08", "Obe", "Herat", "captured", "Taliban", "a", "independent", "o"]
    lines = (",".join([*cells[:column], f"x{row} y", *cells[column + 1 :]]) for row in range(rows))
    return (HEAD + "\n".join(lines)).encode()


def named_bombs(*beginnings: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    for make_all in itertools.chain(*bombs.ALL.values()):
        yield from ((name, make) for name, make in make_all() if name.startswith(beginnings))


def attacks() -> dict[str, Callable[[], bytes]]:
    """What is uploaded, by name."""
    return {
        "16,000 rows that corroborate each other": lambda: corroborating(16_000),
        "50,000 unknown dates": lambda: unknown(0, 50_000),
        "50,000 unknown places": lambda: unknown(1, 50_000),
        "50,000 unknown parties": lambda: unknown(4, 50_000),
        "JSON, 48 MB of empty objects": lambda: b"[" + b"{}," * 16_000_000 + b"{}]",
        "CSV, one cell of 40 MB": lambda: HEAD.encode() + b'"' + b"x" * 40_000_000,
        **dict(named_bombs("excel", "parquet")),
    }


class Worker:
    """Runs jobs, and keeps the most memory that the process of one of them had."""

    def __init__(self) -> None:
        self.peak_mb = 0.0

    def run(self, work: Callable[..., T], *given: object, line: Line = READING) -> T:
        job = Job("attack", work, *given, line=line)
        while not job.wait(0.02):
            if job._worker:
                self.peak_mb = max(self.peak_mb, _peak_mb(job._worker))
        return job.result()


def _peak_mb(pid: int) -> float:
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def attack(pack: Pack, data: bytes) -> tuple[float, float, str]:
    """Read, place and weigh a file; return the seconds, the megabytes of the largest worker, and how it ended."""
    worker, begun = Worker(), time.perf_counter()
    try:
        raw, matching = worker.run(read_and_match, "attack", data)
        if matching.missing:
            ended = f"read, lacks {', '.join(matching.missing)}"
        else:
            result = worker.run(prepare_user_reports, pack, UserReports((UserTable(raw, matching),)))
            given = result.pack.assertions, pack.theatre.actors, pack.rule()
            worker.run(assess, *given, line=WEIGHING)
            ended = f"{result.placed_count:,} on the map, {result.set_aside_count:,} set aside"
    except ControlMapError as error:
        ended = str(error).removeprefix("attack: ")
    return time.perf_counter() - begun, worker.peak_mb, ended


async def upload_on_and_on(port: int, number: int, theatre: Theatre, files: list[bytes], seen: Counter[str]) -> None:
    """Come with one file after the other, take what can be taken, and go."""
    for turn in itertools.count(number):
        visitor = Visitor(port, f"date={theatre.opens_on}", theatre.period_start)
        try:
            await visitor.open(theatre.opens_on)
            await visitor.press("-own opener")
            seen["uploads"] += 1
            await visitor.add_table(f"attack {turn}.csv", files[turn % len(files)], PATIENCE_S)
            seen["on the map"] += 1
        except (OSError, WebSocketException, TimeoutError, LookupError) as error:
            seen[f"ended: {type(error).__name__}"] += 1
        finally:
            await visitor.leave()


async def look_meanwhile(
    port: int, theatre: Theatre, visitors: int, attackers: int, seconds: float, files: list[bytes]
) -> tuple[Seen, Counter[str]]:
    """Let visitors move the date while attackers upload."""
    seen, uploads = Seen(), Counter[str]()
    visits = [Visit(port, number, "", theatre, seen) for number in range(visitors)]
    await asyncio.gather(*(visit.come() for visit in visits))
    attacking = [
        asyncio.create_task(upload_on_and_on(port, number, theatre, files, uploads)) for number in range(attackers)
    ]
    await asyncio.gather(*(visit.look(seconds) for visit in visits))
    for task in attacking:
        task.cancel()
    await asyncio.gather(*attacking, return_exceptions=True)
    await asyncio.gather(*(visit.go() for visit in visits))
    return seen, uploads


def main(
    visitors: Annotated[int, typer.Option(min=1, help="How many move the date.")] = 10,
    attackers: Annotated[int, typer.Option(min=0, help="How many upload meanwhile.")] = 10,
    seconds: Annotated[float, typer.Option(help="For how long.")] = 60,
    alone: Annotated[bool, typer.Option(help="Also measure each attack by itself.")] = True,
) -> None:
    """Print what each attack costs, and how long a step of the others takes without and with attackers."""
    pack, console = load_pack(PACK), Console(width=150)
    if alone:
        table = Table("attack", "kB", "seconds", "MB", "ended", title="Each by itself", title_justify="left")
        for name, make in attacks().items():
            data = make()
            taken, peak, ended = attack(pack, data)
            table.add_row(name, f"{len(data) / 1000:,.1f}", f"{taken:.1f}", f"{peak:.0f}", ended[:80])
        console.print(table)
    theatre = read_theatre(PACK)
    heavy = [corroborating(16_000), unknown(4, 50_000), unknown(1, 50_000)]
    table = Table(
        "uploading at once", "steps", "median", "95th percentile", "slowest", "processor", "memory", "faults", "uploads"
    )
    for number in dict.fromkeys((0, attackers)):
        with running_app() as (port, pid):
            seen, uploads = asyncio.run(look_meanwhile(port, theatre, visitors, number, seconds, heavy))
            used = Used.so_far(pid)
        middle, high, most = np.percentile(seen.steps, [50, 95, 100])
        table.add_row(
            f"{number}",
            f"{len(seen.steps)}",
            *(f"{each:.2f} s" for each in (middle, high, most)),
            f"{used.app:.0f} s",
            f"{used.app_mb:.0f} MB",
            f"{seen.faults.total()}",
            ", ".join(f"{count} {what}" for what, count in uploads.items()),
        )
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
