"""Many visitors at once, each moving the date day by day: `python -m tests.bench.visitors`.

The app runs as it does for everybody. Beside it this process speaks Streamlit's own protocol over as many websockets as
there are visitors, all of them to 127.0.0.1; it shares the processors with the app, and says how much of them it took.
What a browser does besides is left out: no page is drawn, and the files that a browser keeps are not fetched.

A step counts from the moment at which it was due, so that one that had to wait for the one before it counts as slow.
"""

import asyncio
import datetime as dt
import os
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table
from websockets.exceptions import WebSocketException

from control_map.theatre.theatre import Theatre, read_theatre
from tests.bench.shipped import PACK
from tests.bench.visitor import Answer, Visitor
from tests.support.running import running_app

EVERY_S = 3.0
"""From one step of a visitor to the next."""
ARRIVAL_S = 0.3
"""From one visitor's coming to the next one's."""
PATIENCE_S = 30.0
"""After so long a visitor gives up on an answer."""
ASKED_S, ASKED_MB = 1.0, 20.0
_OTHER_RULES = ("rule=latest", "rule=two-sources", "rule=side:taliban", "rule=side:government", "baseline=false")
_STRIDE = 7
"""Days between the dates on which one visitor and the next begin."""
_GOLDEN = 0.618


def _ten_otherwise(number: int) -> str:
    return "known=that-day" if number < 5 else _OTHER_RULES[number - 5] if number < 10 else ""


def _ten_and_ten(number: int) -> str:
    return "known=that-day" if number < 10 else "tab=changes" if number < 20 else ""


SCENARIOS: dict[str, Callable[[int], str]] = {
    "all on the first tab": lambda _: "",
    "ten of them replaying, or under other rules": _ten_otherwise,
    "ten of them replaying, and ten with the changes open": _ten_and_ten,
    "all with the changes open": lambda _: "tab=changes",
}
"""What stands in the address of each visitor, by number."""


@dataclass
class Seen:
    """What the visitors saw; times are in seconds."""

    opened: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    finished: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    async def judge(self, coming: Awaitable[Answer]) -> Answer | None:
        """Wait for an answer and note what is wrong with it; None: there is none."""
        try:
            answer = await asyncio.wait_for(coming, PATIENCE_S)
        except TimeoutError:
            self.faults[f"no answer within {PATIENCE_S:.0f} s"] += 1
            return None
        except (OSError, WebSocketException) as error:
            self.faults[f"the connection was lost: {error}"] += 1
            return None
        self.faults.update(answer.faults)
        return answer


@dataclass(frozen=True)
class Used:
    """What the processes have used: seconds of a processor, by all of the machine, by the app, by this process."""

    at: float
    everybody: float
    app: float
    own: float
    app_mb: float

    @classmethod
    def so_far(cls, pid: int) -> "Used":
        """Read it from Linux; `pid` is the app's, and its memory is that of this moment."""
        tick = os.sysconf("SC_CLK_TCK")
        machine = [int(ticks) for ticks in Path("/proc/stat").read_text("utf-8").split("\n", 1)[0].split()[1:9]]
        idle = machine[3] + machine[4]
        app = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(") ", 1)[1].split()
        held = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
        assert held is not None
        return cls(
            at=time.perf_counter(),
            everybody=(sum(machine) - idle) / tick,
            app=(int(app[11]) + int(app[12])) / tick,
            own=time.process_time(),
            app_mb=int(held[1]) / 1024,
        )


class Visit:
    """A visitor, the day that they look at, and what they saw."""

    def __init__(self, port: int, number: int, query: str, theatre: Theatre, seen: Seen) -> None:
        self._start = theatre.period_start
        self._days = (theatre.period_end - theatre.period_start).days + 1
        self._number, self._day, self._seen = number, number * _STRIDE % self._days, seen
        self._visitor = Visitor(port, f"date={self._date}&{query}", self._start)
        self._stays = True

    @property
    def _date(self) -> dt.date:
        return self._start + dt.timedelta(days=self._day)

    async def come(self) -> None:
        """Open the page, in turn."""
        await asyncio.sleep(self._number * ARRIVAL_S)
        came = time.perf_counter()
        if answer := await self._seen.judge(self._visitor.open(self._date)):
            self._seen.opened.append(answer.finished - came)
        self._stays = bool(answer)

    async def look(self, seconds: float) -> None:
        """Look at day after day for so long, one every few seconds."""
        # All of them are spread evenly over these seconds, in no order.
        due = time.perf_counter() + EVERY_S * (self._number * _GOLDEN % 1)
        ends = time.perf_counter() + seconds
        while self._stays and due < ends:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self._day = (self._day + 1) % self._days
            if answer := await self._seen.judge(self._visitor.move(self._date)):
                self._seen.steps.append(answer.seen - due)
                self._seen.finished.append(answer.finished - due)
                self._seen.received.append(answer.received)
            self._stays = bool(answer)
            due += EVERY_S

    async def go(self) -> None:
        """Close the page."""
        await self._visitor.leave()


async def _crowd(
    port: int, pid: int, theatre: Theatre, query: Callable[[int], str], visitors: int, seconds: float
) -> tuple[Seen, list[Used]]:
    """Let visitors come to an app that one has opened before; return what they saw, and what was used when.

    Use is measured before they come, when all have come, and when the last has made the last step.
    """
    first = Visit(port, 0, "", theatre, Seen())
    await first.come()
    await first.go()
    seen = Seen()
    visits = [Visit(port, number, query(number), theatre, seen) for number in range(visitors)]
    used = [Used.so_far(pid)]
    await asyncio.gather(*(visit.come() for visit in visits))
    used.append(Used.so_far(pid))
    await asyncio.gather(*(visit.look(seconds) for visit in visits))
    used.append(Used.so_far(pid))
    await asyncio.gather(*(visit.go() for visit in visits))
    return seen, used


def _result_rows(seen: Seen, used: list[Used], visitors: int) -> list[tuple[str, str, str]]:
    """Return the rows of the table: what was measured, the figure, the limit."""
    empty, begun, ended = used
    took, app, own = ended.at - begun.at, ended.app - begun.app, ended.own - begun.own
    others = ended.everybody - begun.everybody - app - own
    growth = (ended.app_mb - empty.app_mb) / visitors

    def at(times: list[float], percent: float) -> str:
        return f"{np.percentile(times, percent):.2f} s" if times else "none"

    return [
        ("first open, 95th percentile", at(seen.opened, 95), ""),
        ("steps", f"{len(seen.steps)}", ""),
        ("a step until map and provinces are there: median", at(seen.steps, 50), ""),
        ("95th percentile", at(seen.steps, 95), f"under {ASKED_S:g} s"),
        ("99th percentile", at(seen.steps, 99), ""),
        ("until the page is whole: median", at(seen.finished, 50), ""),
        ("95th percentile", at(seen.finished, 95), f"under {ASKED_S:g} s"),
        ("99th percentile", at(seen.finished, 99), ""),
        ("faults", f"{seen.faults.total()}", "none"),
        ("memory of the app, one visitor gone", f"{empty.app_mb:.0f} MB", ""),
        ("grown by the last step, for each visitor", f"{growth:.1f} MB", f"under {ASKED_MB:g} MB"),
        ("processor time of the app, for each step", f"{1000 * app / max(1, len(seen.steps)):.0f} ms", ""),
        ("received for each step, before compression", f"{np.mean(seen.received or [0]) / 1000:.1f} kB", ""),
        (
            f"of {os.cpu_count()} processors: app, these visitors, others",
            ", ".join(f"{each / took:.2f}" for each in (app, own, others)),
            "",
        ),
    ]


def main(
    visitors: Annotated[int, typer.Option(min=1, help="How many at once.")] = 50,
    seconds: Annotated[float, typer.Option(min=EVERY_S, help="How long they move the date, in each scenario.")] = 60,
    only: Annotated[str, typer.Option(help="Scenarios whose name has this in it.")] = "",
) -> None:
    """Print what so many visitors see and what they cost, scenario by scenario, each on an app started for it."""
    theatre = read_theatre(PACK)
    title = f"{visitors} visitors at once, each a step every {EVERY_S:g} s, for {seconds:g} s"
    console = Console(width=110)
    for name, query in SCENARIOS.items():
        if only not in name:
            continue
        with running_app() as (port, pid):
            seen, used = asyncio.run(_crowd(port, pid, theatre, query, visitors, seconds))
        table = Table(name, "figure", "asked for", title=title, title_justify="left")
        for row in _result_rows(seen, used, visitors):
            table.add_row(*row)
        console.print(table)
        for fault, times in seen.faults.most_common(10):
            console.print(f"{times} x {fault}", markup=False)


if __name__ == "__main__":
    typer.run(main)
