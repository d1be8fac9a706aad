"""The map beside its peers, in real Chromium, as a table: `python -m tests.bench.map [PART ...]`.

The parts are `steps`, `open`, `strip`, `dossiers` and `playback`; by default all. The peers are in `peers/`: the usual
way, a `folium.GeoJson` rebuilt at each rerun; the same in a dynamic feature group; an empty map. All take turns in the
same run, so that what else the machine does meets them alike. Steps of the strip are in CPU time of the page's thread,
the rest by the clock. What could not be measured is said, and is an error.
"""

import datetime as dt
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import folium
from playwright.sync_api import Browser, CDPSession, Frame, Page, expect, sync_playwright
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.map.board import Board, ShowCommand
from tests.bench.grid import Grid, make_grid
from tests.bench.opened import QUIET_MS, opened, opened_file
from tests.bench.places import Watched, changing
from tests.bench.shipped import OPENS_ON, PACK
from tests.bench.wire import Wire
from tests.browser.driving import spot
from tests.support.running import CHROMIUM, FLAGS, running_app

OURS, USUAL, GROUP, EMPTY = "ours", "usual way", "feature group", "empty map"
SCRIPTS = {
    OURS: "app.py",
    USUAL: "tests/bench/peers/usual.py",
    GROUP: "tests/bench/peers/feature_group.py",
    EMPTY: "tests/bench/peers/empty.py",
}
THERE_AND_BACK = (["ArrowRight"] * 5 + ["ArrowLeft"] * 5) * 2
"""From the day on which the map opens; on each of these days districts change colour."""
OPENINGS = 5
PLAYED_SECONDS = 60
DOSSIERS = 12


@dataclass
class Row:
    """A line of the table: figures by contender, what was asked, and whether it is so."""

    what: str
    figures: dict[str, float | str] = field(default_factory=dict)
    asked: str = ""
    held: bool | None = None

    def cells(self) -> list[str]:
        figures = [self.figures.get(name, "") for name in SCRIPTS]
        asked = {None: "{}", True: "[green]{}[/]", False: "[bold red]{} (missed)[/]"}[self.held].format(self.asked)
        return [self.what, *(figure if isinstance(figure, str) else f"{figure:,.1f}" for figure in figures), asked]


@dataclass
class Bench:
    """Chromium, and the running scripts with the wire before each."""

    chromium: Browser
    running: ExitStack

    def __post_init__(self) -> None:
        self._wires: dict[str, Wire] = {}

    def wire(self, name: str) -> Wire:
        """Run a contender's script, unless it runs already, and open its page once; return the wire to it."""
        if name not in self._wires:
            port, _ = self.running.enter_context(running_app(SCRIPTS[name]))
            self._wires[name] = Wire(port)
            with opened(self.chromium, self._wires[name]) as visit:
                visit.map_seen_ms()
        return self._wires[name]


@cache
def watched(before: dt.date, after: dt.date) -> Watched:
    pack = load_pack(PACK)
    return changing(apply_rule(pack, pack.rule()), before, after)


def on_opening() -> Watched:
    return watched(OPENS_ON - dt.timedelta(days=1), OPENS_ON)


def steps(bench: Bench) -> Iterator[Row]:
    """Measure a step of Streamlit's slider: from the key to the districts' new colours on the map."""
    seen: dict[str, list[dict[str, float]]] = {OURS: [], USUAL: [], GROUP: []}
    with ExitStack() as stack:
        pages = {name: stack.enter_context(opened(bench.chromium, bench.wire(name))) for name in seen}
        for page in pages.values():
            page.colours_seen_ms(on_opening())
            page.page.wait_for_timeout(2000)
        date = OPENS_ON
        for key in THERE_AND_BACK:
            before, date = date, date + dt.timedelta(days=1 if key == "ArrowRight" else -1)
            for name, page in pages.items():
                seen[name].append(page.step(key, watched(before, date)))

    def medians(what: str, unit: float = 1, names: Iterable[str] = tuple(seen)) -> dict[str, float]:
        return {name: statistics.median(step[what] for step in seen[name]) / unit for name in names}

    def ever(what: str) -> dict[str, float | str]:
        return {name: "yes" if any(step[what] for step in own) else "no" for name, own in seen.items()}

    yield from beside("A slider step to the map redrawn, ms", medians("ms"), {USUAL: 10, GROUP: 4})
    yield Row("  the server's command for it has come, ms", {OURS: medians("answered", names=[OURS])[OURS]})
    yield from beside("A slider step, messages, kB", medians("payload", 1000), {USUAL: 50})
    yield from beside("A slider step, compressed on the wire, kB", medians("wire", 1000), {USUAL: 50})
    yield Row("The map's frame is mounted again at a step", ever("remounted"))
    blank = ever("blank")
    yield Row("A frame with nothing on the map at a step", blank, "ours: no", blank[OURS] == "no")


def beside(what: str, medians: dict[str, float], asked: dict[str, float]) -> Iterator[Row]:
    """Give the medians, and below them how many times ours the others' are."""
    yield Row(what, {**medians})
    times = {name: value / medians[OURS] for name, value in medians.items() if name != OURS}
    said = ", ".join(f"{name} \u2265 {least}" for name, least in asked.items())
    yield Row("  times ours", {**times}, said, all(times[name] >= least for name, least in asked.items()))


def openings(bench: Bench) -> Iterator[Row]:
    """Measure from a browser's request to the map, ours coloured, the peer's there: a new browser, and one that knows.

    A browser that knows the page has its files in its cache.
    """
    for what, again, most in (("First", False, 1.3), ("Second", True, 1.1)):
        taken: dict[str, list[float]] = {OURS: [], EMPTY: []}
        for _ in range(OPENINGS):
            with opened(bench.chromium, bench.wire(OURS), again=again) as ours:
                taken[OURS].append(ours.colours_seen_ms(on_opening()))
            with opened(bench.chromium, bench.wire(EMPTY), again=again) as empty:
                taken[EMPTY].append(empty.map_seen_ms())
        medians = {name: statistics.median(own) for name, own in taken.items()}
        yield Row(f"{what} open to the map, coloured, ms", {**medians})
        times = medians[OURS] / medians[EMPTY]
        yield Row("  times the empty map's", {OURS: times}, f"\u2264 {most}", times <= most)


def strip(bench: Bench) -> Iterator[Row]:
    """Measure a step of the strip, which happens in the browser alone, on the shipped pack and on a large grid."""
    with opened(bench.chromium, bench.wire(OURS)) as page:
        page.colours_seen_ms(on_opening())
        page.page.wait_for_timeout(2000)
        theatre = load_pack(PACK).theatre
        days = range((theatre.period_end - theatre.period_start).days + 1)
        yield from scrubbed("398 polygons", page.page, page.frame(), days, {"95th percentile": 4}, 16)
    for side, median in ((100, 4), (182, 16)):
        grid = make_grid(side)
        with tempfile.TemporaryDirectory() as folder:
            path = saved_page(grid, Path(folder) / "grid.html")
            with opened_file(bench.chromium, path) as page:
                page.wait_for_function("() => window.controlMap?.boards?.length", timeout=120_000)
                page.wait_for_timeout(5000)
                what = f"{side * side:,} polygons"
                yield from scrubbed(what, page, page.main_frame, range(grid.days), {"median": median})


def saved_page(grid: Grid, path: Path) -> Path:
    """Save a map of a grid that needs no server: the one place that knows how a board is given its data."""
    alone = folium.Map(tiles=None)
    files = {"geometry.json": grid.geometry, "timeline.json": grid.timeline}
    Board("geometry.json", ShowCommand("timeline.json", 0), files=files).add_to(alone)
    alone.save(path)
    return path


OPENABLE = """() => {
    const {theatre, map, drawing, timeline} = controlMap.boards[0];
    return theatre.polygons.filter(place => timeline.first[place.index + 1] - timeline.first[place.index] > 1
        && drawing.placeUnder(map.latLngToContainerPoint([...place.at].reverse())) === place).map(({id}) => id);
}"""
"""Districts that a click in their middle opens, and that have reports."""
WATCH_DOSSIER = """() => {
    window.opened = new Promise(done => addEventListener("click", () => {
        const begun = performance.now(), panel = document.querySelector(".cm-panel");
        const before = panel.querySelector(".cm-card");
        const seen = new MutationObserver(() => {
            const card = panel.querySelector(".cm-card");
            if (!card || card === before) return;
            seen.disconnect();
            done(performance.now() - begun);
        });
        seen.observe(panel, {subtree: true, childList: true});
    }, {capture: true, once: true}));
    null;
}"""


def dossiers(bench: Bench) -> Iterator[Row]:
    """Measure from a click on a district to its reports in the panel."""
    with opened(bench.chromium, bench.wire(OURS)) as page:
        page.colours_seen_ms(on_opening())
        page.page.wait_for_timeout(2000)
        frame = page.frame()
        places = random.Random(1).sample(frame.evaluate(OPENABLE), 2 * DOSSIERS)
        for what, rests_ms, limit, chosen in (
            ("Click to reports", 0, 100, places[:DOSSIERS]),
            ("  the pointer had rested there", 500, 20, places[DOSSIERS:]),
        ):
            taken = []
            for place in chosen:
                at = spot(frame, place)
                if rests_ms:
                    page.page.mouse.move(*at)
                    page.page.wait_for_timeout(rests_ms)
                frame.evaluate(WATCH_DOSSIER)
                page.page.mouse.click(*at)
                taken.append(frame.evaluate("opened"))
                page.page.wait_for_timeout(QUIET_MS)
            value = statistics.median(taken)
            yield Row(f"{what}, ms", {OURS: value}, f"< {limit}", value < limit)


PREVIEW = """
    day => new Promise((resolve, reject) => requestAnimationFrame(() => {
      try { controlMap.boards[0].preview(day); } catch (error) { reject(error); }
      requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
    }))
"""


def scrubbed(
    what: str,
    page: Page,
    board: Frame,
    days: Iterable[int],
    asked: dict[str, float],
    frame_ms: float | None = None,
) -> Iterator[Row]:
    """Go through the days as the strip does; fails if that leaves the picture as it was."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})  # what other programs take is not counted
    board.evaluate(PREVIEW, 0)
    at_first, script, task = page.screenshot(), [], []
    for day in days:
        before = metrics(devtools)
        board.evaluate(PREVIEW, day)
        after = metrics(devtools)
        script.append(1000 * (after["ScriptDuration"] - before["ScriptDuration"]))
        task.append(1000 * (after["TaskDuration"] - before["TaskDuration"]))
    assert page.screenshot() != at_first, "the steps of the strip left the picture as it was"
    for name, value in spread(script).items():
        limit = asked.get(name)
        yield Row(
            f"A strip step at {what}, script, {name}, ms",
            {OURS: value},
            f"< {limit}" if limit else "",
            value < limit if limit else None,
        )
    for name, value in spread(task).items():
        limit = frame_ms if name == "95th percentile" else None
        yield Row(
            f"  all that the page's thread does, {name}, ms",
            {OURS: value},
            f"< {limit}" if limit else "",
            value < limit if limit else None,
        )


def metrics(devtools: CDPSession) -> dict[str, float]:
    return {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}


def spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "95th percentile": statistics.quantiles(values, n=20)[-1]}


def playback(bench: Bench) -> Iterator[Row]:
    """Let the strip play in a loop; measure what the page keeps of it, and what it says to the server."""
    with opened(bench.chromium, bench.wire(OURS)) as page:
        page.colours_seen_ms(on_opening())
        frame, devtools = page.frame(), page.devtools()
        frame.get_by_role("button", name="Loop").click()
        page.page.wait_for_timeout(2000)
        before, said = heap_mb(devtools), len(page.messages.sent)
        frame.get_by_role("button", name="Play", exact=True).click()
        page.page.wait_for_timeout(1000 * PLAYED_SECONDS)
        still_playing(frame)
        after, sent = heap_mb(devtools), len(page.messages.sent) - said
    grown = 100 * (after / before - 1)
    yield Row("Heap before playback, MB", {OURS: before})
    yield Row(f"Heap after {PLAYED_SECONDS} s of playback, MB", {OURS: after})
    yield Row("  growth, %", {OURS: grown}, "\u2264 10", grown <= 10)
    yield Row("Messages to the server during playback", {OURS: sent}, "0", sent == 0)


def still_playing(frame: Frame) -> None:
    """Fail unless the strip's day goes on."""
    handle = frame.get_by_role("slider", name="Date on the map")
    day = handle.get_attribute("aria-valuenow")
    assert day is not None
    expect(handle).not_to_have_attribute("aria-valuenow", day)


def heap_mb(devtools: CDPSession) -> float:
    devtools.send("HeapProfiler.collectGarbage")
    return float(devtools.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


PARTS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "steps": steps,
    "open": openings,
    "strip": strip,
    "dossiers": dossiers,
    "playback": playback,
}


def main() -> None:
    table = Table("what", *SCRIPTS, "asked", title="The map beside its peers, medians", title_justify="left")
    missing = False
    with ExitStack() as running, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        bench = Bench(chromium, running)
        for name in sys.argv[1:] or PARTS:
            try:
                for row in PARTS[name](bench):
                    table.add_row(*row.cells())
            except Exception as error:  # noqa: BLE001 - the table says it, and the other parts are still measured
                missing = True
                why = f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
                table.add_row(f"[bold red]not measured: the rest of {name!r}[/] ({escape(why)})")
            table.add_section()
        chromium.close()
    Console(width=130).print(table)
    sys.exit(missing)


if __name__ == "__main__":
    main()
