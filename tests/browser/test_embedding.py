"""A page of another site contains the map, or the map alone, if the deployment names that site, and else not."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from control_map.ui.share.embed import RESIZING_SCRIPT, write_code
from tests.browser.driving import MAP
from tests.support.made_up import write_pack
from tests.support.running import running_app

ARTICLE = "iframe[title='article']"


class Sites(NamedTuple):
    """The addresses of a site that the deployment names and of one that it does not: another port, another origin."""

    named: str
    other: str


@contextmanager
def running_site(content: Callable[[str], str]) -> Iterator[str]:
    """Serve pages on this machine, by their paths, until the block ends; yield the address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(content(self.path).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def article(app: str, path: str) -> str:
    """Return a page with the whole map in it, or, at `/embed`, with the map alone, as the Share dialogue writes it."""
    if not path.startswith("/embed"):
        return f"<iframe title='article' src='{app}' width='1300' height='900'></iframe>"
    code = write_code(f"{app}/embed?theatre=marshland&date=2021-06-20", "article")
    return f"<!doctype html><meta name='viewport' content='width=device-width'><p>Text.</p>{code}{RESIZING_SCRIPT}"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Two sites whose page contains the map, of which the app names one."""
    folder: Path = tmp_path_factory.mktemp("embedded")
    write_pack(folder / "marshland")
    with ExitStack() as stack:
        named, other = (stack.enter_context(running_site(lambda path: article(app, path))) for _ in Sites._fields)
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


@pytest.mark.parametrize("width", [320, 1200])
def test_the_map_alone_fits_its_place_in_a_page_and_takes_the_height_that_suits_it(
    page: Page, sites: Sites, width: int
):
    page.set_viewport_size({"width": width + 16, "height": 900})
    page.goto(f"{sites.named}/embed")
    framed = page.frame_locator(ARTICLE)
    expect(framed.locator(".cm-date")).to_have_text("Sunday, 20 June 2021")
    expect(page.locator(ARTICLE)).to_have_attribute("style", re.compile(r"height: \d+px"))
    box = page.locator(ARTICLE).bounding_box()
    assert box
    assert box["width"] == width
    assert 400 < box["height"] < 800
    inside = framed.locator("html").evaluate("({scrollWidth, scrollHeight}) => [scrollWidth, scrollHeight]")
    assert inside == [width, round(box["height"])]
    assert framed.locator(".cm-map").bounding_box()["height"] > 280  # type: ignore[index]
    framed.get_by_role("button", name="Previous change").click()
    expect(framed.locator(".site-origin a")).not_to_have_attribute("href", re.compile("date=2021-06-20"))
    assert page.context.cookies() == []


def test_a_page_of_a_site_that_the_setting_does_not_name_contains_no_map_alone_either(page: Page, sites: Sites):
    with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        page.goto(f"{sites.other}/embed")
    assert page.frame_locator(ARTICLE).locator(".cm-board").count() == 0
