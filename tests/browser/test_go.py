"""From a table to the map: a click on a name zooms to it, and opens the dossier of a place."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import (
    choose_conflict,
    choose_origin,
    click,
    find,
    heading,
    map_frame,
    move_date,
    open_section,
    panel,
    section_name,
)

ISLAM_QALA = "AF-X-islam-qala"

pytestmark = pytest.mark.same_page


@pytest.fixture
def gone(page: Page) -> Callable[[], list[str]]:
    """The targets that the map was sent to since, in order."""
    frame = map_frame(page)
    frame.evaluate(
        "{ const {view} = controlMap.boards[0], {go} = Object.getPrototypeOf(view); window.gone = [];"
        " view.go = function (target, ...others) { if (this.theatre.bounds(target)) window.gone.push(target);"
        " return go.call(this, target, ...others); }; null; }"
    )
    return lambda: frame.evaluate("window.gone")


def await_gone(page: Page, gone: Callable[[], list[str]], targets: list[str]) -> None:
    for _ in range(40):
        if gone() == targets:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(400)  # in which a click that counts twice would show
    assert gone() == targets


def open_tab(page: Page, name: str) -> Locator:
    open_section(page, name)
    return page.get_by_role("tabpanel").filter(visible=True)


def test_a_province_of_the_table_is_zoomed_to_and_its_districts_are_counted_until_all_are_wanted(page: Page, gone):
    page.get_by_role("button", name="Herat", exact=True).click()
    await_gone(page, gone, ["province/AF32"])
    expect(panel(page).locator("h2")).to_have_text("Latest changes in Herat")
    headline = map_frame(page).locator(".cm-line")
    expect(headline).to_contain_text("of 20 districts of Herat")
    panel(page).get_by_role("navigation").get_by_role("button", name="Afghanistan").click()
    expect(panel(page).locator("h2")).to_have_text("Latest changes")
    expect(headline).to_contain_text("of 422 districts,")
    expect(page.locator(".cm-provinces tr[aria-current]")).to_have_count(0)


def test_a_place_that_just_changed_is_opened_and_zoomed_to_by_keyboard(page: Page, gone):
    button = panel(page).locator("[data-go]").first
    name, target = button.inner_text(), button.get_attribute("data-go")
    button.focus()
    page.keyboard.press("Enter")
    expect(panel(page).locator("h2")).to_contain_text(name)
    await_gone(page, gone, [target or ""])


def test_what_is_found_by_name_is_zoomed_to(page: Page, gone):
    find(page, "Torkham")
    expect(panel(page).locator("h2")).to_contain_text("Torkham")
    await_gone(page, gone, ["AF-X-torkham"])


def test_a_click_on_the_map_opens_a_place_and_leaves_the_map_where_it_is(page: Page, gone):
    click(page, map_frame(page), "AF-X-torkham")
    expect(panel(page).locator("h2")).to_contain_text("Torkham")
    move_date(page, 1)
    expect(heading(page, dt.date(2021, 7, 10))).to_be_visible()
    await_gone(page, gone, [])


def test_each_click_counts_once_also_the_same_again_and_after_the_date_has_moved(page: Page, gone):
    kabul, herat = (page.get_by_role("button", name=name, exact=True) for name in ("Kabul", "Herat"))
    kabul.click()
    await_gone(page, gone, ["province/AF01"])
    herat.click()
    await_gone(page, gone, ["province/AF01", "province/AF32"])
    herat.click()
    await_gone(page, gone, ["province/AF01", "province/AF32", "province/AF32"])
    move_date(page, 2)
    expect(heading(page, dt.date(2021, 7, 11))).to_be_visible()
    kabul.click()
    await_gone(page, gone, ["province/AF01", "province/AF32", "province/AF32", "province/AF01"])


def test_a_click_while_the_page_still_works_on_the_last_is_not_lost(page: Page, gone):
    move_date(page, 3)
    page.get_by_role("button", name="Kabul", exact=True).click()
    expect(heading(page, dt.date(2021, 7, 12))).to_be_visible()
    await_gone(page, gone, ["province/AF01"])


@pytest.mark.parametrize("tab", ["No recent news", "Other ways to count"])
def test_a_place_in_a_table_below_the_map_is_opened_and_zoomed_to(page: Page, gone, tab: str):
    button = open_tab(page, tab).locator("[data-go]:not([data-go^=province])").first
    name, target = button.inner_text(), button.get_attribute("data-go")
    button.click()
    expect(panel(page).locator("h2")).to_contain_text(name)
    await_gone(page, gone, [target or ""])
    expect(section_name(page, tab)).to_be_checked()


def test_an_area_that_is_spoken_of_is_zoomed_to(page: Page, gone):
    button = open_tab(page, "Area claims").locator("[data-go]").first
    target = button.get_attribute("data-go") or ""
    button.click()
    await_gone(page, gone, [target])
    assert target.startswith("province/AF")


def test_the_place_of_an_origins_report_is_opened(page: Page, gone):
    button = choose_origin(page, 0).locator("[data-go]:not([data-go^=province])").first
    target = button.get_attribute("data-go") or ""
    button.click()
    await_gone(page, gone, [target])
    expect(panel(page).get_by_role("navigation").get_by_role("button").first).to_be_visible()


def test_a_target_that_the_theatre_does_not_have_does_nothing(page: Page, gone):
    page.evaluate(
        "for (const target of ['AF-X-nowhere', 'province/', '\"><img src=x onerror=window.hacked=1>', 'constructor']) {"
        " const button = document.createElement('button'); button.dataset.go = target;"
        " document.querySelector('.stApp').append(button); button.click(); button.remove(); }"
    )
    page.get_by_role("button", name="Kabul", exact=True).click()
    await_gone(page, gone, ["province/AF01"])
    expect(panel(page).locator("h2")).to_have_text("Latest changes in Kabul")
    assert page.evaluate("window.hacked") is None
    assert page.get_by_test_id("stException").count() == 0


def test_hostile_names_stay_text_in_the_buttons_and_zoom_all_the_same(page: Page):
    # The last test of the page, as it leaves the theatre.
    choose_conflict(page, "A made-up war")
    button = open_tab(page, "No recent news").locator("[data-go]", has_text="Brackwater")
    expect(button).to_have_text("<img src=x onerror='window.hacked=5'>Brackwater")
    button.click()
    expect(panel(page).locator("h2")).to_have_text("<img src=x onerror='window.hacked=5'>Brackwater")
    assert all(frame.evaluate("window.hacked") is None for frame in page.frames)
