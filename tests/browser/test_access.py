"""Accessibility: axe-core finds no serious fault on the page, and on a phone the map comes first."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from control_map.ui.share.dialog import PARTS
from control_map.ui.tabs import registry
from tests.browser.driving import (
    MAP,
    behind_numbers,
    board,
    choose_in_popover,
    choose_origin,
    find,
    leave_to_country,
    map_frame,
    open_section,
    opened_popover,
    panel,
)

DESKTOP, PHONE = {"width": 1400, "height": 1000}, {"width": 390, "height": 844}
SECTION_NAMES = list(registry.SECTIONS)[1:]  # the first is open as the page opens


COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe-core that look at colours."""


@pytest.fixture(params=["light", "dark"], scope="module")
def visited(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A browser in one of the two themes."""
    context = browser.new_context(viewport=DESKTOP, color_scheme=request.param)
    yield context
    context.close()


@pytest.fixture
def page(kept_page: Page) -> Page:
    """The page that the tests in one theme share, with the latest changes beside the map, on a desk."""
    kept_page.set_viewport_size(DESKTOP)
    return kept_page


@pytest.fixture
def is_light(request: pytest.FixtureRequest) -> bool:
    return request.node.callspec.params["visited"] == "light"


@pytest.fixture
def sizes(is_light: bool) -> list[Any]:
    """The sizes to look at: in the light a phone's and a desk's, in the dark, where only colours are new, a desk's."""
    return [PHONE, DESKTOP] if is_light else [DESKTOP]


@pytest.fixture
def faults(page: Page, axe: str, sizes: list[Any], is_light: bool) -> Callable[..., list[str]]:
    """Return what gives the serious and critical faults of the page with the map's frame, or within what is named."""
    options = {"resultTypes": ["violations"]} | ({} if is_light else {"runOnly": COLOURS})

    def at(size: Any, within: str) -> list[str]:
        if page.viewport_size != size:
            page.set_viewport_size(size)
            page.wait_for_timeout(500)
        for frame in page.frames:
            if frame.evaluate("!window.axe"):
                frame.evaluate(f"{axe}; null")
        found = page.evaluate(
            "([within, options]) => axe.run(within, options).then(({violations}) => violations)", [within, options]
        )
        return [
            f"{size['width']} px, {fault['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
            for fault in found
            for node in fault["nodes"]
            if fault["impact"] in ("serious", "critical")
        ]

    def of_all_sizes(within: str = ":root") -> list[str]:
        as_it_is_first = sorted(sizes, key=lambda size: size != page.viewport_size)
        return [fault for size in as_it_is_first for fault in at(size, within)]

    return of_all_sizes


def test_a_fault_would_be_found_on_the_page_and_in_the_maps_frame(page: Page, faults, sizes: list[Any]):
    for frame in page.frames:
        frame.evaluate(
            "{ const faint = document.createElement('p'); faint.textContent = faint.className = 'faint';"
            " faint.style = 'position: fixed; inset: 0 auto auto 0; z-index: 99999999; color: #ddd; background: #fff';"
            " document.body.append(faint); }"
        )
    for within, frames in ((":root", len(page.frames)), (MAP, 1)):
        found = sum("color-contrast" in fault and ">faint<" in fault for fault in faults(within))
        assert found == frames * len(sizes), within
    for frame in page.frames:
        frame.evaluate("document.querySelector('.faint').remove()")


def test_the_page_as_it_opens_has_no_serious_fault(faults):
    assert faults() == []


def test_no_section_has_a_serious_fault(page: Page, faults):
    for tab in SECTION_NAMES:
        if tab == "Sources":
            choose_origin(page, 0).wait_for()
        else:
            open_section(page, tab)
        shown = page.get_by_role("tabpanel").filter(visible=True)
        shown.locator(".cm-wide").first.wait_for()
        for summary in shown.locator("summary").all():
            summary.click()
        assert faults("[role=tabpanel]") == [], tab  # the rest of the page is as it was


def test_no_part_of_the_share_dialogue_has_a_serious_fault(page: Page, faults):
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog")
    for part in PARTS:
        dialog.get_by_role("tab", name=part, exact=True).click()
        expect(dialog.get_by_role("tabpanel").filter(visible=True)).not_to_be_empty()
        assert faults("[role=dialog]") == [], part
    expect(page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_an_open_dossier_has_no_serious_fault(page: Page, faults):
    find(page, "Islam Qala")
    expect(panel(page).locator("h2")).to_contain_text("Islam Qala")
    expect(behind_numbers(page)).to_contain_text("Method: Assessed")
    assert faults(MAP) == []
    board(page).locator(".cm-numbers").evaluate("details => { details.open = false; }")
    leave_to_country(page)
    expect(panel(page).locator("h2")).to_have_text("Latest changes")


def test_the_map_with_its_table_and_a_comparison_has_no_serious_fault(page: Page, faults):
    choose_in_popover(page, "Compare", "7 days before")
    frame = map_frame(page)
    frame.get_by_role("columnheader", name="taken back").wait_for(state="attached")
    frame.get_by_role("button", name="Table").click()
    expect(frame.get_by_role("dialog")).to_be_visible()
    assert faults(MAP) == []
    frame.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(frame.get_by_role("dialog")).to_be_hidden()


def test_what_can_be_adjusted_and_compared_has_no_serious_fault(page: Page, faults):
    for name, text in {
        "Method": "Adjust the method",
        "Reports": "Only reports published by a day you choose",
        "Layers": "No recent news",
        "Compare": "A date",
    }.items():
        held = opened_popover(page, name)
        held.get_by_text(text, exact=True).click()
        held.get_by_role("group" if name in ("Reports", "Compare") else "spinbutton").first.wait_for()
        assert faults("[data-testid=stPopoverBody]") == [], name
        page.keyboard.press("Escape")
