"""The strip and the page: scrubbing stays in the browser until it ends; then all parts show the same day."""

import datetime as dt
import re

from playwright.sync_api import Frame, Page, expect

from control_map.pipeline.view import View
from tests.browser.driving import (
    await_day,
    behind_numbers,
    by_status,
    changes,
    choose_in_popover,
    chosen,
    click,
    colour,
    date_of,
    dial,
    heading,
    headline,
    is_as_it_was,
    legend,
    messages,
    move_date,
    opened_popover,
    panel,
    point_at_day,
    press,
    shown_day,
    strip_day,
)
from tests.browser.expected import changed

KUNDUZ = "AF-C-19"
GOVERNMENT, TALIBAN = "#2f78b7", "#d1603d"
OPENS_ON = 69
"""9 July 2021, as the strip counts it."""


def assert_all_agree(page: Page, frame: Frame, number: int) -> None:
    assert_on_day(page, frame, number)
    expect(heading(page, date_of(number))).to_be_visible()
    assert by_status(frame) == headline(page)


def assert_on_day(page: Page, frame: Frame, number: int) -> None:
    date = date_of(number)
    expect(page.get_by_test_id("stSlider")).to_contain_text(f"{date.day} {date:%B %Y}")
    await_day(frame, number)
    expect(dial(frame)).to_have_attribute("aria-valuetext", re.compile(f"^{date:%A}, {date.day} {date:%B %Y}, "))
    assert is_as_it_was(frame)


def test_a_drag_recolours_in_the_browser_alone_and_let_go_moves_the_page(page: Page, frame: Frame):
    click(page, frame, KUNDUZ)
    expect(panel(page).locator(".cm-badges")).to_contain_text("Government")
    expect(page.locator(f"[data-link*={KUNDUZ}]")).to_have_count(1)  # the server has answered
    before, sent = legend(frame), messages(page)
    point_at_day(page, frame, OPENS_ON)
    page.mouse.down()
    for number in (80, 99, 107):
        point_at_day(page, frame, number)
        assert shown_day(frame) == strip_day(frame) == number
    assert colour(frame, KUNDUZ, "symbols") == TALIBAN
    assert legend(frame)["Taliban"] > before["Taliban"]
    page.wait_for_timeout(700)  # longer than the strip, and st_folium, wait before they report
    assert sent() == 0
    expect(heading(page, date_of(107))).to_be_visible()
    assert by_status(frame) == headline(page)
    page.mouse.up()
    assert_all_agree(page, frame, 107)
    assert sent() > 0
    expect(panel(page).locator(".cm-badges b").first).to_have_text("Taliban")


def test_keys_recolour_in_the_browser_alone_and_let_go_move_the_page(page: Page, frame: Frame):
    before, sent = legend(frame), messages(page)
    counts = dial(frame).evaluate(
        """dial => {
            for (let times = 0; times < 5; times++) {
                dial.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true, cancelable: true}));
            }
            return [controlMap.boards[0].shownDay, document.querySelector(".cm-legend button").closest("tr").innerText];
        }"""
    )
    assert sent() == 0
    assert counts[0] == OPENS_ON + 5
    assert str(before["Taliban"]) not in counts[1]
    assert_all_agree(page, frame, OPENS_ON + 5)
    assert panel(page).locator(".cm-fine").first.inner_text().startswith("12 July to 14 July;")
    press(frame, "PageDown")
    assert_all_agree(page, frame, OPENS_ON - 2)
    frame.get_by_role("button", name="Next change").click()
    assert_all_agree(page, frame, OPENS_ON - 1)


def test_moving_streamlit_s_slider_moves_the_strip(page: Page, frame: Frame):
    move_date(page, 5)
    assert_all_agree(page, frame, OPENS_ON + 5)
    press(frame, "ArrowRight")
    assert_all_agree(page, frame, OPENS_ON + 6)
    move_date(page, -3)
    assert_all_agree(page, frame, OPENS_ON + 3)


SWALLOW = "{ window.swallowed = []; controlMap.show = command => swallowed.push(command); null; }"
"""What the server commands is noted, and not done."""


def test_the_map_follows_streamlit_s_slider_before_the_server_knows_of_it(page: Page, frame: Frame):
    government = legend(frame)["Government"]
    frame.evaluate(f"window.plain = controlMap.show; {SWALLOW}")
    move_date(page, 5)
    await_day(frame, OPENS_ON + 5)
    assert legend(frame)["Government"] != government
    frame.wait_for_function("swallowed.at(-1)?.day === 74")
    frame.evaluate("plain({...swallowed.at(-1), day: 71})")
    await_day(frame, OPENS_ON + 5)
    frame.evaluate("plain(swallowed.at(-1))")
    frame.evaluate("plain({...swallowed.at(-1), day: 71})")
    await_day(frame, OPENS_ON + 2)


def test_a_place_clicked_right_after_the_strip_was_let_go_loses_neither(page: Page, frame: Frame):
    point_at_day(page, frame, 90)
    page.mouse.down()
    page.mouse.up()
    click(page, frame, KUNDUZ)
    expect(panel(page).locator("h2")).to_contain_text("Kunduz")
    assert_all_agree(page, frame, 90)


def test_a_reader_who_scrubs_on_before_the_page_has_answered_is_not_set_back(page: Page, frame: Frame):
    frame.evaluate(
        "{ const {show} = controlMap; Object.assign(window, {plain: show, late: []});"
        " controlMap.show = command => late.push(command); null; }"
    )
    press(frame, "PageUp")
    expect(heading(page, date_of(76))).to_be_visible()
    frame.wait_for_function("late.some(({day}) => day === 76)")
    frame.evaluate("window.answer = late.find(({day}) => day === 76)")
    point_at_day(page, frame, 90)
    page.mouse.down()
    frame.evaluate("plain(answer)")
    assert (shown_day(frame), strip_day(frame)) == (90, 90)
    point_at_day(page, frame, 95)
    page.mouse.up()
    frame.evaluate("plain(answer)")
    assert (shown_day(frame), strip_day(frame)) == (95, 95)
    frame.wait_for_function("late.at(-1).day === 95")
    frame.evaluate("controlMap.show = plain; plain(late.at(-1))")
    assert_all_agree(page, frame, 95)
    move_date(page, -1)
    assert_all_agree(page, frame, 94)


def test_playback_tells_the_page_nothing_until_it_is_paused(page: Page, frame: Frame):
    sent = messages(page)
    frame.get_by_label("Speed").select_option("16")
    frame.get_by_role("button", name="Play", exact=True).click()
    frame.wait_for_function("controlMap.boards[0].shownDay > 80")
    assert sent() == 0
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "9 July 2021")
    frame.get_by_role("button", name="Pause", exact=True).click()
    paused = strip_day(frame)
    assert paused > 80
    assert_all_agree(page, frame, paused)


def test_a_loop_stays_within_its_days_and_tells_the_page_nothing(page: Page, frame: Frame):
    frame.evaluate(
        "{ const board = controlMap.boards[0], {preview} = board; window.previewed = [];"
        " board.preview = day => { previewed.push(day); preview.call(board, day); }; null; }"
    )
    sent = messages(page)
    frame.get_by_role("button", name="Loop", exact=True).click()
    frame.get_by_label("Speed").select_option("16")
    frame.get_by_role("button", name="Play", exact=True).click()
    frame.wait_for_function("previewed.filter((day, at) => day < previewed[at - 1]).length >= 2")
    assert sent() == 0
    seen = frame.evaluate("previewed")
    assert min(seen) >= OPENS_ON - 13
    assert max(seen) <= OPENS_ON
    frame.get_by_role("button", name="Pause", exact=True).click()
    assert_all_agree(page, frame, strip_day(frame))


def test_in_the_replay_the_strip_shows_what_each_day_knew(page: Page, frame: Frame):
    with_hindsight = legend(frame)
    choose_in_popover(page, "Reports", "Only reports published by the date shown")
    expect(chosen(page, "Reports: by this date")).to_be_visible()
    frame.wait_for_function("controlMap.boards[0].command.timeline.startsWith('replay')")
    expect(frame.locator(".cm-legend tr").first).not_to_contain_text(str(with_hindsight["Taliban"]))
    assert_all_agree(page, frame, OPENS_ON)
    for number in (56, 90, 106):
        point_at_day(page, frame, shown_day(frame))
        page.mouse.down()
        point_at_day(page, frame, number)
        scrubbed = by_status(frame)
        page.mouse.up()
        assert_all_agree(page, frame, number)
        assert headline(page) == scrubbed
        date = date_of(number)
        expect(behind_numbers(page)).to_contain_text(f"by {date.day} {date:%B %Y}")


def test_what_is_compared_with_moves_along_with_the_strip(page: Page, frame: Frame, shipped_view: View):
    choose_in_popover(page, "Compare", "7 days before")
    expect(frame.locator(".cm-legend summary")).to_have_text("Since 2 July")
    assert changes(frame) == changed(shipped_view, OPENS_ON - 7, OPENS_ON)
    sent = messages(page)
    point_at_day(page, frame, OPENS_ON)
    page.mouse.down()
    for number in (74, 95, 106):
        point_at_day(page, frame, number)
        assert changes(frame) == changed(shipped_view, number - 7, number)
    assert sent() == 0
    page.mouse.up()
    expect(heading(page, dt.date(2021, 8, 15))).to_be_visible()
    expect(frame.locator(".cm-legend summary")).to_have_text("Since 8 August")
    assert changes(frame) == changed(shipped_view, 99, 106)
    choose_in_popover(page, "Compare", "The start of the period")
    expect(frame.locator(".cm-legend summary")).to_have_text("Since 1 May")
    press(frame, "PageDown")
    assert changes(frame) == changed(shipped_view, 0, 99)
    choose_in_popover(page, "Compare", "Nothing")
    expect(frame.locator(".cm-legend summary")).to_have_text("Districts")
    assert is_as_it_was(frame)


def test_a_range_dragged_on_the_strip_compares_in_the_browser_alone_and_let_go_on_the_page_too(
    page: Page, frame: Frame, shipped_view: View
):
    expect(page.locator(".cm-provinces caption")).to_be_visible()  # nothing below the strip is still to come
    sent = messages(page)
    page.keyboard.down("Shift")
    point_at_day(page, frame, 50)
    page.mouse.down()
    for number in (48, 30):
        point_at_day(page, frame, number)
        assert changes(frame) == changed(shipped_view, number, 50)
    assert sent() == 0
    page.mouse.up()
    page.keyboard.up("Shift")
    assert_on_day(page, frame, 50)
    expect(chosen(page, "Compare: with 31 May 2021")).to_be_visible()
    opened_popover(page, "Compare")
    box = page.get_by_role("group", name="Compare with the day")
    expect(box).to_have_text("2021-05-31")
    expect(frame.locator(".cm-legend summary")).to_have_text("Since 31 May")
    press(frame, "ArrowRight")
    assert_on_day(page, frame, 51)
    assert changes(frame) == changed(shipped_view, 30, 51), "the day compared with stays"
    box.get_by_role("spinbutton").first.click()
    page.keyboard.type("20210601")
    page.keyboard.press("Enter")
    expect(frame.locator(".cm-legend summary")).to_have_text("Since 1 June")
    expect(box).to_have_text("2021-06-01")
    page.keyboard.press("Escape")
    frame.get_by_role("button", name="Stop comparing").click()
    expect(chosen(page, "Compare: nothing")).to_be_visible()
    expect(frame.locator(".cm-legend summary")).to_have_text("Districts")
    assert_on_day(page, frame, 51)


def test_a_click_on_the_map_while_it_plays_opens_the_place_on_the_day_that_is_shown(page: Page, frame: Frame):
    frame.get_by_role("button", name="Play", exact=True).click()
    frame.wait_for_function("controlMap.boards[0].shownDay > 72")
    click(page, frame, KUNDUZ)
    number = shown_day(frame)
    assert number > 72
    expect(panel(page).locator("h2")).to_contain_text("Kunduz")
    assert_all_agree(page, frame, number)
