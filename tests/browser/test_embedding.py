"""A page of another site contains the map if the deployment names that site, and else not."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.driving import MAP
from tests.support.made_up import write_pack
from tests.support.running import running_app

ARTICLE = "iframe[title='article']"


class Sites(NamedTuple):
    """The addresses of a site that the deployment names and of one that it does not: another port, another origin."""

    named: str
    other: str


@contextmanager
def running_site(content: Callable[[], str]) -> Iterator[str]:
    """Serve a page on this machine until the block ends; yield its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(content().encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Two sites whose page contains the map, of which the app names one."""
    folder: Path = tmp_path_factory.mktemp("embedded")
    write_pack(folder / "marshland")
    with ExitStack() as stack:
        named, other = (
            stack.enter_context(
                running_site(lambda: f"<iframe title='article' src='{app}' width='1300' height='900'></iframe>")
            )
            for _ in Sites._fields
        )
        environment = {"CONTROL_MAP_PACKS": str(folder), "CONTROL_MAP_EMBEDDED_IN": named}
        port, _ = stack.enter_context(running_app(**environment))
        app = f"http://127.0.0.1:{port}"
        yield Sites(named, other)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1400, "height": 1000}) as context:
        yield context.new_page()


def test_the_map_within_a_page_of_a_site_that_may_contain_it_is_drawn(page: Page, sites: Sites):
    page.goto(sites.named)
    legend = page.frame_locator(ARTICLE).frame_locator(MAP).locator(".cm-legend tr")
    legend.first.wait_for(state="attached", timeout=60_000)


def test_a_page_of_another_site_contains_nothing_of_the_map(page: Page, sites: Sites):
    with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        page.goto(sites.other)
    assert page.frame_locator(ARTICLE).get_by_text("Control Map").count() == 0
