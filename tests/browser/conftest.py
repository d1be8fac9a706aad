"""The running app and a real Chromium, for tests that see what a person sees."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Request, expect, sync_playwright

from tests.browser.axe import axe_script
from tests.browser.driving import bring_back, map_frame
from tests.support.made_up import THEATRE, places_csv, write_pack, written
from tests.support.running import FLAGS, HEADLESS_CHROMIUM, running_app

# What a free machine does at once takes seconds on a busy one, above all work in a worker, which comes last.
expect.set_options(timeout=20_000)

# Each of these, shown as anything but text, would leave a trace: `window.hacked`, or a link that runs.
HOSTILE = {
    "claimant": "<script>window.hacked = 1</script>",
    "summary": '<img src=x onerror="window.hacked = 2"> "quoted" \'text\' =HYPERLINK("http://evil.test")',
    "origin": "**bold** [link](javascript:window.hacked=3) ![i](http://evil.test/i.png)",
    "source_name": "'><svg onload=window.hacked=4>",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in Path(item.fspath).parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a made-up pack whose reports and names are hostile."""
    folder = tmp_path_factory.mktemp("packs")
    name = "<img src=x onerror='window.hacked=5'>Brackwater"
    write_pack(
        folder / "hostile",
        [
            written(1, place_text=name, **HOSTILE),
            written(2, place_text="<b>Nowhere</b>", **HOSTILE),
            written(3, place_text=name, source_url="javascript:window.hacked=6"),
            written(4, place_text=name, source_url='https://example.org/" onclick="window.hacked=7'),
        ],
        {
            "places.csv": places_csv().replace("Brackwater", name),
            # So long after the reports that the place is a blind spot.
            "theatre.toml": THEATRE.replace("end = 2021-07-01", "end = 2021-07-01\nopens_on = 2021-07-01").replace(
                '"Greens"', f'"Greens {HOSTILE["origin"]}"'
            ),
        },
    )
    return folder


@pytest.fixture(scope="session")
def address(packs: Path) -> Iterator[str]:
    """The address of the running app."""
    with running_app(CONTROL_MAP_PACKS=str(packs)) as (port, _):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if HEADLESS_CHROMIUM is None:
        if os.environ.get("CONTROL_MAP_REQUIRE_BROWSER"):
            pytest.fail("Chromium is required, and there is none")
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=HEADLESS_CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def visited(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has been on the page before: what was fetched once is not fetched again."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    yield context
    context.close()


@contextmanager
def open_page(visited: BrowserContext, address: str) -> Iterator[Page]:
    """Open the page, its map coloured. Fails if anything was asked of another host, or if the page had an error."""
    visited.clear_cookies()  # the server takes it for another visitor
    before = visited.pages
    opened = visited.new_page()
    foreign: list[str] = []
    errors: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((address, address.replace("http", "ws", 1), "data:", "blob:")):
            foreign.append(request.url)

    visited.on("request", note)
    opened.on("websocket", lambda socket: None if "127.0.0.1" in socket.url else foreign.append(socket.url))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(address)
    map_frame(opened)
    yield opened
    for each in visited.pages:
        if each not in before:
            each.close()
    visited.remove_listener("request", note)
    assert foreign == []
    assert errors == []


@pytest.fixture
def page(request: pytest.FixtureRequest, visited: BrowserContext, address: str) -> Iterator[Page]:
    """The open page of one test, see `open_page`; of a test marked `same_page` the kept one, as it was opened."""
    if request.node.get_closest_marker("same_page"):
        kept = request.getfixturevalue("kept_page")
        bring_back(kept)
        yield kept
    else:
        with open_page(visited, address) as opened:
            yield opened


@pytest.fixture(scope="module")
def kept_page(visited: BrowserContext, address: str) -> Iterator[Page]:
    """An open page for those tests of a file that leave it as the others can use it: to open one takes seconds."""
    with open_page(visited, address) as opened:
        yield opened


@pytest.fixture
def frame(page: Page) -> Frame:
    """The map's frame within the open page."""
    return map_frame(page)


@pytest.fixture(scope="session")
def axe() -> str:
    try:
        return axe_script()
    except OSError as error:
        if os.environ.get("CONTROL_MAP_REQUIRE_BROWSER"):
            pytest.fail(f"axe-core is required, and could not be fetched: {error}")
        pytest.skip(f"axe-core could not be fetched: {error}")
