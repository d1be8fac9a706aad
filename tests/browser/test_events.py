"""The marks of recent events: there once the map is coloured, off at one click, and no request of a step."""

from playwright.sync_api import Frame, Page, expect

from tests.browser.driving import board, choose_in_popover, press
from tests.browser.test_background import await_drawn, is_drawn

SHEET = "events"


def switch(page: Page):
    return board(page).get_by_role("button", name="Last 7 days")


def test_they_are_marked_after_the_colours_and_one_click_in_the_legend_takes_them_away(page: Page, frame: Frame):
    await_drawn(frame, SHEET)
    names = frame.evaluate("performance.getEntriesByType('resource').map(({name}) => name.split('/').at(-1))")
    kinds = [name.split("-")[0] for name in names if name.endswith(".json")]
    assert kinds.index("events") > max(kinds.index("geometry"), kinds.index("timeline"))
    switch(page).click()
    assert not is_drawn(frame, SHEET)
    expect(switch(page)).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[data-link*='show=capitals,crossings,terrain']")).to_have_count(1)
    switch(page).click()
    assert is_drawn(frame, SHEET)
    expect(page.locator("[data-link*='show=']")).to_have_count(0)


def test_they_can_be_hidden_among_the_layers(page: Page, frame: Frame):
    await_drawn(frame, SHEET)
    choose_in_popover(page, "Layers", "Recent events")
    await_drawn(frame, SHEET, drawn=False)
    expect(switch(page)).to_have_attribute("aria-pressed", "false")


def test_they_follow_the_day_without_a_request(page: Page, frame: Frame):
    await_drawn(frame, SHEET)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    picture = "controlMap.boards.at(-1).drawing.canvas.events.canvas.toDataURL()"
    before = frame.evaluate(picture)
    press(frame, "Home")
    frame.wait_for_timeout(500)
    assert frame.evaluate(picture) != before
    assert not [url for url in asked if "events" in url]


def test_a_capital_that_no_report_is_about_says_that_it_is_drawn_as_its_district(page: Page, frame: Frame):
    frame.evaluate("controlMap.boards[0].choose('AF-C-13', 0)")
    expect(board(page).locator(".cm-dossier")).to_contain_text("No report is about the town itself.")
    frame.evaluate("controlMap.boards[0].choose('AF-C-13', 69)")
    expect(board(page).locator(".cm-dossier")).not_to_contain_text("No report is about the town itself.")
