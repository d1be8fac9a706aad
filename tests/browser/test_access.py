"""Accessibility: axe-core finds no serious fault on the page, and on a phone the map comes first."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from control_map.ui.tabs import registry
from tests.browser.driving import (
    MAP,
    behind_numbers,
    choose_in_popover,
    choose_origin,
    find,
    map_frame,
    opened_popover,
    panel,
)

DESKTOP, PHONE = {"width": 1400, "height": 1000}, {"width": 390, "height": 844}
TABS = list(registry.TABS)[1:]  # the first is open as the page opens


@pytest.fixture(params=["light", "dark"])
def opened(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """The open page in one of the two themes, its map coloured."""
    context = browser.new_context(viewport=DESKTOP, color_scheme=request.param)
    page = context.new_page()
    page.goto(address)
    map_frame(page)
    yield page
    context.close()


@pytest.fixture
def sizes(request: pytest.FixtureRequest) -> list[Any]:
    """The sizes to look at: in the light a phone's and a desk's, in the dark, where only colours are new, a desk's."""
    return [PHONE, DESKTOP] if request.node.callspec.params["opened"] == "light" else [DESKTOP]


@pytest.fixture
def faults(opened: Page, axe: str, sizes: list[Any]) -> Callable[..., list[str]]:
    """Return what gives the serious and critical faults of the page with the map's frame, or within what is named."""

    def at(size: Any, within: str) -> list[str]:
        opened.set_viewport_size(size)
        opened.wait_for_timeout(500)
        for frame in opened.frames:
            if frame.evaluate("!window.axe"):
                frame.evaluate(f"{axe}; null")
        found = opened.evaluate(
            "within => axe.run(within, {resultTypes: ['violations']}).then(({violations}) => violations)", within
        )
        return [
            f"{size['width']} px, {fault['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
            for fault in found
            for node in fault["nodes"]
            if fault["impact"] in ("serious", "critical")
        ]

    return lambda within=":root": [fault for size in sizes for fault in at(size, within)]


def test_a_fault_would_be_found_on_the_page_and_in_the_maps_frame(opened: Page, faults, sizes: list[Any]):
    for frame in opened.frames:
        frame.evaluate(
            "{ const faint = document.createElement('p'); faint.textContent = 'faint';"
            " faint.style = 'position: fixed; inset: 0 auto auto 0; z-index: 99999999; color: #ddd; background: #fff';"
            " document.body.append(faint); }"
        )
    for within, frames in ((":root", len(opened.frames)), (MAP, 1)):
        found = sum("color-contrast" in fault and ">faint<" in fault for fault in faults(within))
        assert found == frames * len(sizes), within


def test_the_page_as_it_opens_has_no_serious_fault(faults):
    assert faults() == []


def test_no_tab_has_a_serious_fault(opened: Page, faults):
    for tab in TABS:
        if tab == "Sources":
            choose_origin(opened, 0).wait_for()
        else:
            opened.get_by_role("tab", name=tab, exact=True).click()
        shown = opened.get_by_role("tabpanel").filter(visible=True)
        if tab == "Cite and export":
            expect(opened.get_by_role("button", name="GeoPackage")).to_be_visible()
        else:
            shown.locator(".cm-wide").first.wait_for()
        for summary in shown.locator("summary").all():
            summary.click()
        assert faults("[role=tabpanel]") == [], tab  # the rest of the page is as it was


def test_an_open_dossier_has_no_serious_fault(opened: Page, faults):
    find(opened, "Islam Qala")
    expect(panel(opened).locator("h2")).to_contain_text("Islam Qala")
    expect(behind_numbers(opened)).to_contain_text("Method: Assessed")
    assert faults(MAP) == []


def test_the_map_with_its_table_and_a_comparison_has_no_serious_fault(opened: Page, faults):
    choose_in_popover(opened, "Compare", "7 days before")
    frame = map_frame(opened)
    frame.get_by_role("columnheader", name="taken back").wait_for(state="attached")
    frame.get_by_role("button", name="Table").click()
    expect(frame.get_by_role("dialog")).to_be_visible()
    assert faults(MAP) == []


def test_what_can_be_adjusted_and_compared_has_no_serious_fault(opened: Page, faults):
    for name, text in {
        "Method": "Adjust the method",
        "Reports": "Only reports published by a day you choose",
        "Layers": "No recent news",
        "Compare": "A date",
    }.items():
        held = opened_popover(opened, name)
        held.get_by_text(text, exact=True).click()
        held.get_by_role("group" if name in ("Reports", "Compare") else "spinbutton").first.wait_for()
        assert faults("[data-testid=stPopoverBody]") == [], name
        opened.keyboard.press("Escape")
