"""The table of the provinces in the browser: it sorts, and a row leads the map and the other tabs to a province."""

import datetime as dt

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import choose, heading, map_frame, messages, move_date, open_section, panel

HERAT = "AF32"
NUMBERS = {"Districts": 1, "Taliban": 4, "Crossings": 10, "Last report": 11, "Area claims": 13}
"""Columns by what stands at their heads."""


def table_of(page: Page) -> Locator:
    found = page.locator(".cm-provinces")
    found.wait_for()
    return found


@pytest.fixture
def table(page: Page) -> Locator:
    return table_of(page)


@pytest.fixture
def kept_table(kept_page: Page) -> Locator:
    """The table of a page that tests share; another may have sorted it."""
    return table_of(kept_page)


def names(table: Locator) -> list[str]:
    return table.locator("tbody tr > th").all_inner_texts()


def numbers(table: Locator, column: str) -> list[float | None]:
    """Return what a column has, without the row of all provinces; None: nothing."""
    return table.evaluate(
        "(table, column) => [...table.tBodies[1].rows].map(({cells}) => parseFloat(cells[column]?.textContent))"
        ".map(number => Number.isNaN(number) ? null : number)",
        NUMBERS[column],
    )


def head(table: Locator, column: str) -> Locator:
    return table.get_by_role("columnheader", name=column)


def sort(table: Locator, column: str) -> None:
    head(table, column).get_by_role("button").click()


@pytest.mark.parametrize("column", NUMBERS)
def test_a_click_on_a_head_puts_the_largest_first_then_the_smallest_and_blanks_last(kept_table: Locator, column: str):
    table = kept_table
    every = numbers(table, column)
    known = sorted(number for number in every if number is not None)
    blanks = [None] * (len(every) - len(known))
    sort(table, column)
    expect(head(table, column)).to_have_attribute("aria-sort", "descending")
    assert numbers(table, column) == known[::-1] + blanks
    sort(table, column)
    expect(head(table, column)).to_have_attribute("aria-sort", "ascending")
    assert numbers(table, column) == known + blanks
    assert names(table)[0] == "All"


def test_provinces_sort_by_name_and_only_one_column_is_marked(table: Locator):
    before = names(table)
    sort(table, "Taliban")
    assert names(table) != before
    sort(table, "Province")
    assert names(table) == before
    sort(table, "Province")
    assert names(table) == ["All", *before[:0:-1]]
    assert table.locator("[aria-sort]").count() == 1


def test_to_sort_asks_nothing_of_the_server_and_can_be_done_by_keyboard(kept_page: Page, kept_table: Locator):
    sort(kept_table, "Province")
    sent = messages(kept_page)
    head(kept_table, "Districts").get_by_role("button").focus()
    kept_page.keyboard.press("Enter")
    expect(head(kept_table, "Districts")).to_have_attribute("aria-sort", "descending")
    assert sent() == 0


def test_the_order_is_kept_when_the_date_moves(page: Page, table: Locator):
    sort(table, "Taliban")
    before = numbers(table, "Taliban")
    move_date(page, 30)
    expect(heading(page, dt.date(2021, 8, 8))).to_be_visible()
    expect(table.locator("caption")).to_contain_text("8 August")
    expect(head(table, "Taliban")).to_have_attribute("aria-sort", "descending")
    numbers_after = numbers(table, "Taliban")
    assert numbers_after != before
    held = [number for number in numbers_after if number is not None]
    assert held == sorted(held, reverse=True)


def test_a_chosen_row_zooms_the_map_and_the_blind_spots_keep_to_it_until_it_is_undone(page: Page, table: Locator):
    frame = map_frame(page)
    overview = frame.evaluate("controlMap.boards[0].map.getZoom()")
    table.get_by_role("button", name="Herat", exact=True).click()
    row = table.locator("tr[aria-current=true] > th")
    expect(row).to_have_text("Herat")
    expect(row.get_by_role("button")).to_be_focused()
    frame.wait_for_function("zoom => controlMap.boards[0].map.getZoom() > zoom", arg=overview)
    expect(panel(page).locator("h2")).to_have_text("Latest changes in Herat")
    open_section(page, "No recent news")
    expect(page.get_by_role("combobox", name="Province")).to_have_value("Herat")
    groups = page.locator(".cm-silence tbody th [data-go]")
    expect(groups).to_have_text(["Herat"])
    choose(page, "Province", "Kabul")
    expect(groups).to_have_text(["Kabul"])
    frame.wait_for_function("() => controlMap.boards[0].map.getBounds().contains([34.5, 69.2])")
    choose(page, "Province", "All provinces")
    expect(groups).not_to_have_count(1)
    frame.wait_for_function("zoom => controlMap.boards[0].map.getZoom() === zoom", arg=overview)


def test_the_row_of_all_provinces_undoes_the_choice(page: Page, table: Locator):
    frame = map_frame(page)
    overview = frame.evaluate("controlMap.boards[0].map.getZoom()")
    table.get_by_role("button", name="Herat", exact=True).click()
    expect(table.locator("tr[aria-current=true]")).to_have_count(1)
    table.get_by_role("button", name="All", exact=True).click()
    expect(table.locator("tr[aria-current=true]")).to_have_count(0)
    frame.wait_for_function("zoom => controlMap.boards[0].map.getZoom() === zoom", arg=overview)


def test_the_file_of_the_provinces_can_be_downloaded(page: Page):
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "afghanistan-2021_2021-07-09_assessed_provinces_since-2021-07-02.csv"
    assert download.value.path().read_text().startswith("province_id,province,districts,")
