"""Pages in Chromium, opened and looked at: one map with its page around it, or one saved to a file."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, CDPSession, Frame, Page, Route, expect

from tests.bench.places import Watched
from tests.bench.wire import Messages, Wire, counting

PROBE = Path(__file__).with_name("probe.js")
FRAME = "iframe[title*='st_folium']"
SIZE = {"width": 1400, "height": 1000}
QUIET_MS = 800
"""Nothing more comes after a step for so long: longer than st_folium waits before it reports (250 ms)."""
expect.set_options(timeout=10_000)


class Opened:
    """An open page of the dashboard or of a peer."""

    def __init__(self, context: BrowserContext, wire: Wire) -> None:
        context.add_init_script(path=PROBE)
        self.wire = wire
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.messages = Messages.of(self.page)
        self.page.goto(f"http://127.0.0.1:{wire.port}", wait_until="commit")

    def map_seen_ms(self) -> float:
        """Wait for a map, whatever is on it; return the time since the page was opened."""
        return float(self.page.evaluate("probe.when(() => probe.map())"))

    def colours_seen_ms(self, watched: Watched) -> float:
        """Wait until districts have their colours; return the time since the page was opened."""
        shown = "([points, colours]) => probe.when(() => probe.shows(points, colours))"
        return float(self.page.evaluate(shown, [watched.points, watched.colours]))

    def step(self, key: str, watched: Watched) -> dict[str, float]:
        """Press a key on Streamlit's slider; return what became of the map, and the bytes that it cost.

        Fails if the districts do not have the colours that they ought to have afterwards.
        """
        self.page.get_by_role("slider").first.focus()
        self.page.evaluate("points => probe.watch(points)", watched.points)
        with counting(self.wire, self.messages) as counted:
            self.page.keyboard.press(key)
            seen = self.page.evaluate("() => probe.stepped")
            self.page.wait_for_timeout(QUIET_MS)
        self.colours_seen_ms(watched)
        seen["answered"] = self.page.evaluate("() => probe.answered()")
        return {**seen, "wire": counted.wire, "payload": counted.payload}

    def frame(self) -> Frame:
        """Return the map's frame."""
        frame = self.page.locator(FRAME).element_handle().content_frame()
        assert frame is not None
        return frame

    def devtools(self) -> CDPSession:
        """Return a session of Chromium's own protocol with the page."""
        return self.page.context.new_cdp_session(self.page)


@contextmanager
def opened(chromium: Browser, wire: Wire, *, again: bool = False) -> Iterator[Opened]:
    """Open what is served behind a wire, in a browser that knows nothing yet; close it when the block ends.

    `again`: in a browser that has opened it once before, and has its files.
    """
    context = chromium.new_context(viewport=SIZE)
    try:
        if again:
            before = Opened(context, wire)
            before.map_seen_ms()
            before.page.wait_for_timeout(QUIET_MS)
            before.page.close()
        yield Opened(context, wire)
    finally:
        context.close()


@contextmanager
def opened_file(chromium: Browser, path: Path) -> Iterator[Page]:
    """Open a page that Folium saved; Leaflet comes from where the dashboard takes it, nothing else is handed out."""
    leaflet = files("xstatic.pkg.leaflet") / "data"

    def answer(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[-1]
        known = name in {"leaflet.js", "leaflet.css"}
        route.fulfill(
            body=(leaflet / name).read_bytes() if known else b"",
            content_type="text/css" if name.endswith(".css") else "text/javascript",
        )

    context = chromium.new_context(viewport=SIZE)
    try:
        page = context.new_page()
        page.route(re.compile("^https?://"), answer)
        page.goto(path.as_uri())
        yield page
    finally:
        context.close()
