"""Programs that read the API while visitors use the page: `python -m tests.bench.api`.

The visitors are those of `visitors.py`, once alone and once beside programs that ask the API, each from its own
connection and in a process of its own. What they ask has been asked before, as by many who read the same map. A call
counts from the moment at which it was due.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Annotated

import httpx
import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from control_map.theatre.theatre import Theatre, read_theatre
from control_map.ui.server import rate_limit
from tests.bench.shipped import OPENS_ON, PACK
from tests.bench.visitors import EVERY_S, Seen, Used, Visit
from tests.support.running import running_app

ASKED_MS, ASKED_GROWTH = 50, 0.1
_GOLDEN = 0.618
_DAY = OPENS_ON.isoformat()
ADDRESSES = [
    f"/status?date={_DAY}&kind=district",
    f"/status.csv?date={_DAY}",
    f"/status.geojson?date={_DAY}&province=AF32",
    f"/changes?date={_DAY}",
    f"/summary?date={_DAY}",
    f"/places/AF3201/explain?date={_DAY}",
    "/trend.csv?province=AF32",
    "/reports?text=herat&limit=50",
    "/theatres",
]


async def _visit(
    port: int, theatre: Theatre, visitors: int, seconds: float, when_there: Callable[[], None] = lambda: None
) -> Seen:
    """Let visitors come and look; `when_there` is called when all have come."""
    seen = Seen()
    visits = [Visit(port, number, "", theatre, seen) for number in range(visitors)]
    await asyncio.gather(*(visit.come() for visit in visits))
    when_there()
    await asyncio.gather(*(visit.look(seconds) for visit in visits))
    await asyncio.gather(*(visit.go() for visit in visits))
    return seen


def ask(port: int, clients: int, every_s: float, seconds: float) -> list[float]:
    """Ask as so many clients for so long; return the seconds that each call took."""
    return asyncio.run(_ask(port, clients, every_s, seconds))


async def _ask(port: int, clients: int, every_s: float, seconds: float) -> list[float]:
    taken: list[float] = []

    async def be_client(number: int, client: httpx.AsyncClient) -> None:
        due = time.perf_counter() + every_s * (number * _GOLDEN % 1)
        ends = time.perf_counter() + seconds
        asked = number
        while due < ends:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            got = await client.get(ADDRESSES[asked % len(ADDRESSES)])
            assert got.status_code == 200, got.text
            taken.append(time.perf_counter() - due)
            due, asked = due + every_s, asked + 1

    # Certificates, of which plain HTTP needs none, would take the first seconds.
    address = f"http://127.0.0.1:{port}/api/v1"
    asking = [httpx.AsyncClient(base_url=address, timeout=60, verify=False) for _ in range(clients)]
    await asyncio.gather(*(be_client(number, client) for number, client in enumerate(asking)))
    await asyncio.gather(*(client.aclose() for client in asking))
    return taken


def main(
    clients: Annotated[int, typer.Option(min=1, help="How many programs at once.")] = 50,
    visitors: Annotated[int, typer.Option(min=1, help="How many visitors of the page.")] = 20,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds from one call of a program to its next.")] = 1.0,
    seconds: Annotated[float, typer.Option(min=EVERY_S, help="How long.")] = 60,
) -> None:
    """Print how long calls of the API take beside visitors, and what they do to the steps of the page."""
    theatre = read_theatre(PACK)
    # All programs have one address here; their requests are counted, and none is too many.
    rate = {rate_limit.RATE_VARIABLE: "1000000/minute"}
    with running_app(**rate) as (port, pid), ProcessPoolExecutor(1) as other:
        for address in ADDRESSES:
            httpx.get(f"http://127.0.0.1:{port}/api/v1{address}", timeout=60).raise_for_status()
        used: list[float] = []
        coming: list[Future[list[float]]] = []

        def note_use() -> None:
            used.append(Used.so_far(pid).app)

        def begin_to_ask() -> None:
            note_use()
            coming.append(other.submit(ask, port, clients, every, seconds))

        alone = asyncio.run(_visit(port, theatre, visitors, seconds, note_use))
        note_use()
        beside = asyncio.run(_visit(port, theatre, visitors, seconds, begin_to_ask))
        taken = np.array(coming[0].result())
        note_use()
    page, shared = (1000 * np.percentile(seen.finished, [50, 95]) for seen in (alone, beside))
    calls = 1000 * np.percentile(taken, [50, 95, 99])
    title = f"{clients} programs, a call every {every:g} s each, beside {visitors} visitors, for {seconds:g} s"
    table = Table("what", "figure", "asked for", title=title, title_justify="left")
    table.add_row("calls", f"{len(taken):,}", "")
    table.add_row("a call: median, ms", f"{calls[0]:.1f}", "")
    table.add_row("95th percentile, ms", f"{calls[1]:.1f}", f"under {ASKED_MS}")
    table.add_row("99th percentile, ms", f"{calls[2]:.1f}", "")
    more = (used[3] - used[2]) - (used[1] - used[0])
    table.add_row("processor time of the app, for each call, ms", f"{1000 * more / len(taken):.1f}", "")
    table.add_row("a step of the page alone: median, 95th percentile, ms", f"{page[0]:.0f}, {page[1]:.0f}", "")
    table.add_row("beside the programs, ms", f"{shared[0]:.0f}, {shared[1]:.0f}", "")
    growth = shared[1] / page[1] - 1
    table.add_row("growth of the 95th percentile", f"{growth:+.0%}", f"under {ASKED_GROWTH:+.0%}")
    table.add_row("faults of the page", f"{alone.faults.total()}, {beside.faults.total()}", "none")
    Console(width=110).print(table)


if __name__ == "__main__":
    typer.run(main)
