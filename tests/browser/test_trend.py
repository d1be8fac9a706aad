"""What a click on the chart of the days does."""

import datetime as dt

from playwright.sync_api import Frame, Locator, Page, expect

from tests.browser.driving import day, heading, is_as_it_was, move_date, open_section, shown_day

LAST = dt.date(2021, 9, 7)


def open_trend(page: Page) -> Locator:
    open_section(page, "Trend")
    chart = page.get_by_test_id("stVegaLiteChart").locator("svg").first
    chart.wait_for()
    return chart


def click(page: Page, chart: Locator, date: dt.date) -> None:
    """Click on a day, low on the chart, where no mark stands."""
    chart.scroll_into_view_if_needed()
    # The strips of the days lie side by side over all the plot.
    strips = chart.locator(".mark-rect path")
    expect(strips).to_have_count(day(LAST) + 1)
    box = strips.nth(day(date)).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 0.93 * box["height"])


def test_a_click_on_a_day_moves_the_page_there_and_leaves_the_date_free(page: Page, frame: Frame):
    chart = open_trend(page)
    click(page, chart, dt.date(2021, 8, 9))
    expect(heading(page, dt.date(2021, 8, 9))).to_be_visible()
    frame.wait_for_function(f"controlMap.boards[0].shownDay === {day(dt.date(2021, 8, 9))}")
    move_date(page, 3)
    expect(heading(page, dt.date(2021, 8, 12))).to_be_visible()
    open_section(page, "Provinces")
    chart = open_trend(page)
    page.wait_for_timeout(800)  # time for a chart that comes back to report its old selection
    expect(heading(page, dt.date(2021, 8, 12))).to_be_visible()
    # The day of the last click, a second time.
    click(page, chart, dt.date(2021, 8, 9))
    expect(heading(page, dt.date(2021, 8, 9))).to_be_visible()
    assert shown_day(frame) == day(dt.date(2021, 8, 9))
    assert is_as_it_was(frame)
