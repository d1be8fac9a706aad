"""A connection that is lost and comes back: each page shows the view of its address, or says what it has lost."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driving import (
    MAP,
    await_day,
    choose_in_popover,
    chosen,
    click,
    date_of,
    heading,
    map_frame,
    move_date,
    open_section,
    panel,
    press,
    toolbar,
)
from tests.support.running import running_app

OBE = "AF3212"
TABLE = "date,district,province,status,party,claimant\n2021-07-03,Nirkh,Wardak,captured,taliban,a heron newspaper\n"


class Restart:
    """The app on one port, stopped and started again."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack, self._running = stack, ExitStack()
        self.port, _ = self._running.enter_context(running_app())

    def stop(self) -> None:
        self._running.close()

    def start(self) -> None:
        self._stack.enter_context(running_app(port=self.port))


@pytest.fixture
def pages(browser: Browser) -> Iterator[tuple[Restart, list[Page]]]:
    """The app, and three visitors who have opened it by the same link."""
    with ExitStack() as stack:
        server, contexts = (
            Restart(stack),
            [browser.new_context(viewport={"width": 1400, "height": 1000}) for _ in range(3)],
        )
        opened = [context.new_page() for context in contexts]
        for page in opened:
            page.goto(f"http://127.0.0.1:{server.port}/?date=2021-07-01&tab=trend")
        for page in opened:
            map_frame(page)
        yield server, opened
        for context in contexts:
            context.close()


def word_of_reading(page: Page) -> str:
    """Return the word that the page has for the last time that its address was read."""
    return page.locator("[data-link]").get_attribute("data-read") or ""


def assert_on_day(page: Page, number: int) -> None:
    """Check that address, slider, head and map have one day."""
    date = date_of(number)
    expect(heading(page, date)).to_be_visible()
    page.wait_for_function("date => location.search.includes(`date=${date}`)", arg=date.isoformat())
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", f"{date.day} {date:%B %Y}")
    await_day(map_frame(page), number)


def test_a_restarted_server_brings_each_page_back_to_its_address_or_says_what_is_lost(pages):
    server, (places, methods, own) = pages
    move_date(places, 4)
    click(places, map_frame(places), OBE)
    choose_in_popover(methods, "Method", "Taliban's account")
    open_section(methods, "Changes")
    press(map_frame(methods), "ArrowRight")
    own.get_by_role("button", name="Add reports").click()
    own.locator("input[type=file]").set_input_files(
        {"name": "herons.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    own.get_by_role("button", name="Show on the map").click()
    expect(toolbar(own)).to_contain_text("Your reports (1)")
    assert_on_day(places, 65)
    assert_on_day(methods, 62)
    assert_on_day(own, 63)
    before = [word_of_reading(page) for page in (places, methods, own)]
    server.stop()
    expect(places.locator(".stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    press(map_frame(methods), "ArrowRight")
    server.start()
    for page, word in zip((places, methods, own), before, strict=True):
        expect(page.locator("[data-link]")).not_to_have_attribute("data-read", word, timeout=60_000)
        expect(page.locator(MAP)).to_have_count(1)
    expect(panel(places).locator("h2")).to_contain_text("Obe")
    for page, number in ((places, 65), (methods, 63), (own, 63)):
        assert_on_day(page, number)
        move_date(page, 1)
        assert_on_day(page, number + 1)
    expect(chosen(methods, "Method: Taliban's account")).to_be_visible()
    expect(methods.get_by_role("tab", name="Changes")).to_have_attribute("aria-selected", "true")
    expect(own.get_by_role("alert").filter(has_text="the reports that you had added")).to_be_visible()
    expect(places.get_by_role("alert")).to_have_count(0)
