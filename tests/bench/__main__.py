"""The figures of the main path, as a table: `python -m tests.bench`.

Times are medians on whatever machine this is; bytes do not depend on it.
"""

import datetime as dt
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table
from streamlit.testing.v1 import AppTest

from control_map.assessment.timeline import as_of
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule, compare_rules
from control_map.ui.state import session
from tests.bench.shipped import OPENS_ON, PACK
from tests.bench.wire import Messages, Wire, counting
from tests.browser.driving import find, map_frame, panel
from tests.support.running import CHROMIUM, FLAGS, ROOT, running_app

STEPS = 10


def median_ms(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)


def cold_status_ms() -> float:
    command = [sys.executable, "-m", "control_map", "status", "--date", OPENS_ON.isoformat(), "--format", "csv"]
    return median_ms(lambda: subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL), 5)


def steps_ms() -> dict[str, float]:
    pack = load_pack(PACK)
    view = apply_rule(pack, pack.rule())
    return {
        "read the pack and place its reports": median_ms(lambda: load_pack(PACK), 5),
        "assess and fold under a rule": median_ms(lambda: apply_rule(pack, pack.rule()), 10),
        "weigh under all presets at once": median_ms(lambda: compare_rules(pack), 10),
        "as_of over all places": median_ms(lambda: as_of(view.timeline, OPENS_ON), 200),
    }


def peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else float("nan")


def step_through(page: Page, wire: Wire, messages: Messages) -> dict[str, float]:
    """Move the date day by day; return the median bytes of a step and the time until its heading stands."""
    payload, sent, taken = [], [], []
    frame = map_frame(page)
    page.get_by_role("slider").focus()
    for _ in range(STEPS):
        page.wait_for_timeout(800)
        heading = frame.locator("h1").inner_text()
        with counting(wire, messages) as counted:
            begun = time.perf_counter()
            page.keyboard.press("ArrowRight")
            frame.wait_for_function("old => document.querySelector('h1').innerText !== old", arg=heading)
            taken.append(1000 * (time.perf_counter() - begun))
            page.wait_for_timeout(800)
        payload.append(counted.payload)
        sent.append(counted.wire)
    return {
        "payload, kB": statistics.median(payload) / 1000,
        "on the wire, kB": statistics.median(sent) / 1000,
        "key to heading, ms": statistics.median(taken),
    }


def steps_of(what: str, page: Page, wire: Wire, messages: Messages) -> dict[str, float]:
    return {f"{what}: {name}": value for name, value in step_through(page, wire, messages).items()}


def redraws_ms() -> dict[str, float]:
    """Return the time of the whole script, nothing kept from before, after a change of what is weighed."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state[session.METHOD_POPOVER_KEY] = app.session_state[session.REPORTS_POPOVER_KEY] = True
    app.run()

    def took(change: Callable[[], AppTest]) -> float:
        begun = time.perf_counter()
        assert not change().exception
        return 1000 * (time.perf_counter() - begun)

    first, *others = (rule.id for rule in load_pack(PACK).rules)
    days = [OPENS_ON + dt.timedelta(days=number) for number in range(1, 15)]
    other_rule = [took(lambda name=name: app.radio(key="rule").set_value(name).run()) for name in [*others, first]]
    adjusted = [
        took(lambda n=n: app.number_input(key="assessed hardening_days").set_value(n).run()) for n in range(1, 6)
    ]
    app.radio(key="known").set_value("Only reports published by the date shown").run()
    replayed = [took(lambda day=day: app.slider(key="date").set_value(day).run()) for day in days[:7]]
    app.radio(key="known").set_value("Only reports published by a day you choose").run()
    known = [took(lambda day=day: app.date_input(key="known_on").set_value(day).run()) for day in days[7:]]
    return {
        "server, another rule": statistics.median(other_rule),
        "server, a parameter of the rule": statistics.median(adjusted),
        "server, another day of what was known": statistics.median(known),
        "server, a step of the replay": statistics.median(replayed),
    }


def in_browser() -> dict[str, float]:
    figures: dict[str, float] = {}
    with running_app() as (port, pid), sync_playwright() as playwright:
        wire = Wire(port)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1400, "height": 1000})
        messages = Messages.of(page)
        begun = time.perf_counter()
        page.goto(f"http://127.0.0.1:{wire.port}")
        page.frame_locator("iframe[title*='st_folium']").locator(".cm-legend").wait_for(timeout=60_000)
        figures["first open to coloured map, ms"] = 1000 * (time.perf_counter() - begun)
        figures |= steps_of("a date change", page, wire, messages)
        find(page, "Islam Qala")
        panel(page).locator("h2", has_text="Islam Qala").wait_for()
        figures |= steps_of("a date change with a place open", page, wire, messages)
        page.get_by_role("tab", name="Map only").click()
        figures |= steps_of("a date change with the tabs folded", page, wire, messages)
        figures["peak memory of the app with one visitor, MB"] = peak_mb(pid)
        chromium.close()
    return figures


def main() -> None:
    table = Table("what", "figure", "asked for", title="The main path on the shipped pack", title_justify="left")
    redraws = redraws_ms()
    asked = {
        "status from a cold start, ms": "4,000",
        "as_of over all places, ms": "5",
        "a date change: payload, kB": "10",
        "a date change with a place open: payload, kB": "10",
        "a date change with the tabs folded: payload, kB": "1",
        **dict.fromkeys([f"{name}, ms" for name in redraws], "300"),
        "peak memory of the app with one visitor, MB": "500",
    }
    figures = {"status from a cold start, ms": cold_status_ms()}
    figures |= {f"{name}, ms": value for name, value in {**steps_ms(), **redraws}.items()}
    figures |= in_browser()
    for name, value in figures.items():
        table.add_row(name, f"{value:,.2f}", f"under {asked[name]}" if name in asked else "")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
