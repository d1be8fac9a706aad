"""How long the server takes for the content of each tab: `python -m tests.bench.tabs`.

The page is run without a browser. A tab is *cold* when it is opened for the first time on a date that no user opened
before, *again* when another user opens it there; in both the view itself is known.
"""

import datetime as dt
import logging
import statistics
import time
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from control_map.ui.state import session
from control_map.ui.state.selection import Selection
from control_map.ui.tabs import registry
from tests.conftest import SHIPPED

APP = str(SHIPPED.parents[1] / "app.py")
DATES = [dt.date(2021, 5, 3) + dt.timedelta(days=17 * number) for number in range(7)]
LIMIT_MS = 300


def timed(content: Callable[[Selection], None], taken: list[float]) -> Callable[[Selection], None]:
    def show(seen: Selection) -> None:
        begun = time.perf_counter()
        content(seen)
        taken.append(1000 * (time.perf_counter() - begun))

    return show


def main() -> None:
    logging.disable(logging.WARNING)
    taken: dict[str, list[float]] = {name: [] for name in registry.SECTIONS}
    registry.SECTIONS = {name: timed(content, taken[name]) for name, content in registry.SECTIONS.items()}
    app = AppTest.from_file(APP, default_timeout=120).run()
    for spent in taken.values():
        spent.clear()
    print(f"{'tab':<22}{'first':>8}{'cold':>8}{'worst':>8}{'again':>8}   ms; asked: under {LIMIT_MS}")
    for name, spent in taken.items():
        app.session_state[session.SECTION_KEY] = name
        for date in [*DATES, DATES[0]]:
            app.slider(key="date").set_value(date).run()
            assert not app.exception, (name, app.exception)
        first, *cold, again = spent
        figures = (first, statistics.median(cold), max(cold), again)
        print(f"{name:<22}" + "".join(f"{figure:8.0f}" for figure in figures))


if __name__ == "__main__":
    main()
