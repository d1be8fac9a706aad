"""From a report to the map: its place and the day of its event, in one step; and what is asked stays open."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import date_of, heading, is_as_it_was, map_frame, open_section, panel


def search(page: Page, text: str) -> Locator:
    open_section(page, "Reports")
    box = page.get_by_label("Search the reports")
    box.fill(text)
    box.press("Enter")
    expect(page.locator(".cm-reports tbody tr")).to_have_count(1)
    return page.locator(".cm-reports")


def test_a_report_leads_map_and_page_to_its_place_and_day_at_once(page: Page):
    frame = map_frame(page)
    frame.evaluate(
        "{ const [board] = controlMap.boards; window.received = []; board.map.on('controlmap', received => {"
        " window.received.push([received.place_id ?? null, received.day ?? null]); }); null; }"
    )
    search(page, "afg-2199").get_by_role("button", name="Qala-e-Naw").click()
    expect(heading(page, date_of(103))).to_be_visible()
    expect(panel(page).locator("h2")).to_contain_text("Qala-e-Naw")
    assert frame.evaluate("window.received") == [["AF-C-31", 103]]
    assert frame.evaluate("[controlMap.boards[0].day, controlMap.boards[0].strip.day]") == [103, 103]
    expect(page.get_by_label("Search the reports")).to_have_value("afg-2199")
    assert is_as_it_was(frame)


def test_a_report_on_a_province_leads_there_on_its_day_and_lists_its_places(page: Page):
    frame = map_frame(page)
    search(page, "afg-2490").get_by_role("button", name="Panjshir").click()
    expect(heading(page, date_of(128))).to_be_visible()
    expect(panel(page).locator("h2")).to_have_text("Panjshir")
    assert is_as_it_was(frame)


def test_filters_stay_open_while_they_are_chosen(page: Page):
    open_section(page, "Reports")
    page.get_by_role("button", name="More filters").click()
    box = page.get_by_role("combobox", name="Side of the claimant")
    box.fill("Resistance")
    page.get_by_role("option", name="Resistance").click()
    expect(page.locator(".cm-found")).to_contain_text("13 of 2,518 reports")
    expect(box).to_be_visible()
    expect(page.get_by_role("button", name="More filters (1)")).to_be_visible()


def test_turning_the_page_leaves_the_reader_where_they_are(page: Page):
    open_section(page, "Reports")
    expect(page.locator(".cm-reports")).to_be_visible()  # the last of the tab
    older = page.get_by_role("button", name="Older")
    older.scroll_into_view_if_needed()
    before = older.bounding_box()
    older.click()
    expect(page.locator(".cm-found")).to_contain_text("751 to 800")
    assert older.bounding_box() == before
