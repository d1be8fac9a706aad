"""The activity strip alone on a page: what a user drags, presses and is read, and what the page learns of it."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from control_map.render.map.assets import LAYER_FOLDER, join_modules

NOON = dt.datetime(2021, 7, 9, 12, tzinfo=dt.UTC)
DAYS = 130
LAST = DAYS - 1
CHANGES = {10: 1, 40: 5, 69: 12, 100: 34, 106: 30}
REPORTS = {69: 40, 10: 1}
COLOURS = re.findall(
    r"^\.cm-board(\.cm-dark)? (\{[^}]*\})", (LAYER_FOLDER / "board.css").read_text("utf-8"), re.MULTILINE
)
LOOKS = "\n".join(f"{theme or ':root'} {colours}" for theme, colours in COLOURS)
STYLES = (LAYER_FOLDER / "strip.css").read_text("utf-8")
SCRIPT = join_modules(Path(__file__).with_name("strip_page.js")).decode()
PAGE = f"""<!doctype html><html lang="en">
<meta name="viewport" content="width=device-width"><title>Strip</title>
<style>{LOOKS} {STYLES} body {{ margin: 0; }}</style>
<body><p style="height: 60px; margin: 0">Above</p><div id="strip"></div></body></html>"""
MAKE = """([start, days, counts, day]) => {
    Object.assign(window, {previews: [], commits: [], ranges: []});
    window.strip = new Strip(document.querySelector("#strip"), {
        period: new Period(start, days),
        onPreview: (day, since) => { previews.push(day); if (since !== undefined) ranges.push([since, day]); },
        onCommit: day => commits.push(day),
    });
    strip.load(counts);
    strip.show(day);
}"""
Opener = Callable[..., Page]


def counts(days: int = DAYS) -> dict[str, list[int]]:
    each = range(days)
    return {"changes": [CHANGES.get(day, 0) for day in each], "reports": [REPORTS.get(day, 2) for day in each]}


@pytest.fixture
def strip_page(browser: Browser) -> Iterator[Opener]:
    """Open a page with a strip on it, its clock in our hands. Fails if it had an error."""
    opened, errors = [], []

    def strip_page(
        width: int = 900, start: str = "2021-05-01", days: int = DAYS, day: int = 69, **context: Any
    ) -> Page:
        opened.append(browser.new_context(viewport={"width": width, "height": 200}, **context))
        page = opened[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.clock.install(time=NOON)
        page.set_content(PAGE)
        page.add_script_tag(content=SCRIPT)
        page.evaluate(MAKE, [start, days, counts(days), day])
        expect(page.locator(".cm-strip-axis span")).not_to_have_count(0)  # drawn when the strip's width is known
        page.clock.pause_at(NOON + dt.timedelta(hours=1))
        return page

    yield strip_page
    for context in opened:
        context.close()
    assert errors == []


@pytest.fixture
def page(strip_page: Opener) -> Page:
    return strip_page()


def previews(page: Page) -> list[int]:
    return page.evaluate("previews")


def commits(page: Page) -> list[int]:
    return page.evaluate("commits")


def dial(page: Page) -> Locator:
    return page.get_by_role("slider", name="Date on the map")


def press(page: Page, *keys: str) -> None:
    dial(page).focus()
    for key in keys:
        page.keyboard.press(key)


def day_now(page: Page) -> int:
    return int(dial(page).get_attribute("aria-valuenow") or -1)


def point(page: Page, day: int, days: int = DAYS) -> tuple[float, float]:
    box = dial(page).bounding_box()
    assert box
    return box["x"] + box["width"] * (day + 0.5) / days, box["y"] + box["height"] - 6


def drag(page: Page, handle: Locator, pixels: float) -> None:
    """Take a handle beside its middle and move it."""
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 5 + pixels, box["y"] + 5, steps=4)
    page.mouse.up()


def window(page: Page) -> tuple[int, int]:
    first, last = (
        page.get_by_role("slider", name=f"Loop {end}").get_attribute("aria-valuenow") for end in ("from", "to")
    )
    return int(first or -1), int(last or -1)


def click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_dragging_previews_each_day_passed_and_commits_once_where_it_is_let_go(page: Page):
    page.mouse.move(*point(page, 69))
    page.mouse.down()
    for day in (70, 71, 72, 71):
        page.mouse.move(*point(page, day))
    assert page.evaluate("strip.moving")
    assert commits(page) == []
    page.mouse.up()
    assert previews(page) == [70, 71, 72, 71]
    assert commits(page) == [71]
    assert not page.evaluate("strip.moving")


def test_dragging_goes_on_outside_of_the_strip_and_ends_at_the_period_s_ends(page: Page):
    page.mouse.move(*point(page, 100))
    page.mouse.down()
    page.mouse.move(895, 10)
    page.mouse.move(2, 10)
    page.mouse.up()
    assert previews(page) == [100, LAST, 0]
    assert commits(page) == [0]


def test_a_click_on_the_track_goes_to_that_day_and_the_keys_go_on_from_there(page: Page):
    page.mouse.click(*point(page, 30))
    page.keyboard.press("ArrowRight")
    page.clock.run_for(500)
    assert previews(page) == [30, 31]
    assert commits(page) == [30, 31]


def test_a_finger_drags_like_a_mouse(strip_page: Opener):
    page = strip_page(width=390, has_touch=True)
    page.touchscreen.tap(*point(page, 20))
    assert previews(page) == [20]
    assert commits(page) == [20]
    assert page.locator(".cm-strip-track").evaluate("track => getComputedStyle(track).touchAction") == "none"
    finger = page.context.new_cdp_session(page)
    for kind, days in (("touchStart", [40]), ("touchMove", [42]), ("touchMove", [90]), ("touchEnd", [])):
        points = [dict(zip("xy", point(page, day), strict=True)) for day in days]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert previews(page) == [20, 40, 42, 90]
    assert commits(page) == [20, 90]


def test_only_the_main_button_of_a_mouse_moves_the_date(page: Page):
    page.mouse.click(*point(page, 30), button="right")
    assert previews(page) == commits(page) == []


def test_keys_step_at_once_and_commit_once_after_the_last(page: Page):
    press(page, "ArrowRight", "ArrowUp", "ArrowLeft")
    page.clock.run_for(300)
    press(page, "ArrowDown", "PageUp", "PageDown", "PageDown")
    assert previews(page) == [70, 71, 70, 69, 76, 69, 62]
    page.clock.run_for(440)
    assert commits(page) == []
    assert page.evaluate("strip.moving")
    page.clock.run_for(20)
    assert commits(page) == [62]
    assert not page.evaluate("strip.moving")


def test_home_and_end_and_weeks_stay_inside_of_the_period(page: Page):
    press(page, "Home", "PageDown", "ArrowLeft", "End", "PageUp", "ArrowRight")
    page.clock.run_for(500)
    assert previews(page) == [0, LAST]
    assert commits(page) == [LAST]


def test_a_key_with_nowhere_to_go_commits_nothing(strip_page: Opener):
    page = strip_page(day=0)
    press(page, "ArrowLeft", "p", "Control+ArrowRight", "x")
    page.clock.run_for(1000)
    assert previews(page) == commits(page) == []


def test_a_key_does_one_thing_also_on_a_button_and_leaves_the_speed_to_be_chosen(page: Page):
    page.get_by_role("button", name="Play", exact=True).focus()
    page.keyboard.press("Space")
    page.clock.run_for(300)
    assert previews(page) == [70]
    page.keyboard.press("Enter")
    assert commits(page) == [70]
    page.keyboard.press("ArrowRight")
    page.clock.run_for(500)
    assert commits(page) == [70, 71]
    page.get_by_role("button", name="Next change").press("Space")
    page.clock.run_for(500)
    assert previews(page) == commits(page) == [70, 71, 100]
    for key in ("n", "p", "k", "Home"):
        page.get_by_label("Speed").press(key)
    page.clock.run_for(500)
    assert previews(page) == commits(page) == [70, 71, 100]
    expect(page.get_by_label("Speed")).to_have_value("1")


def test_a_loop_changed_while_it_plays_goes_on_playing(page: Page):
    click(page, "Loop")
    click(page, "Play")
    page.get_by_role("slider", name="Loop to").press("PageDown")
    assert window(page) == (56, 62)
    page.clock.run_for(3000)
    assert set(previews(page)) == set(range(56, 63))
    assert page.evaluate("strip.moving")


def test_what_the_page_says_fires_nothing(page: Page):
    page.evaluate("strip.show(12); strip.page(3); strip.compare(5); strip.stop()")
    page.evaluate("strip.show(9999); strip.show(-4); strip.load({reports: [1], changes: [2]})")
    page.clock.run_for(1000)
    assert day_now(page) == 0
    assert previews(page) == commits(page) == []


def test_playing_steps_by_the_speed_chosen_and_commits_when_paused(page: Page):
    click(page, "Play")
    page.clock.run_for(1100)
    assert previews(page) == [70, 71, 72, 73]
    page.get_by_label("Speed").select_option("16 days/s")
    page.clock.run_for(1000)
    assert previews(page) == list(range(70, day_now(page) + 1))
    assert 88 <= day_now(page) <= 90
    assert page.evaluate("strip.moving")
    assert commits(page) == []
    click(page, "Pause")
    assert commits(page) == [day_now(page)]
    page.clock.run_for(2000)
    assert len(commits(page)) == 1
    assert page.get_by_role("button", name="Play", exact=True).is_visible()


def test_playing_late_skips_days_rather_than_lag(page: Page):
    page.get_by_label("Speed").select_option("16")
    click(page, "Play")
    page.clock.run_for(50)
    page.clock.fast_forward(500)
    page.clock.run_for(50)
    seen = previews(page)
    assert day_now(page) >= 69 + 7
    assert len(seen) < day_now(page) - 69


def test_playing_makes_up_for_no_days_of_a_long_stillness(page: Page):
    click(page, "Play")
    page.clock.run_for(50)
    page.clock.fast_forward(60_000)
    page.clock.run_for(50)
    assert day_now(page) <= 69 + 5


def test_playing_ends_with_the_period_commits_there_and_starts_over_when_played_again(strip_page: Opener):
    page = strip_page(day=LAST - 2)
    press(page, "Space")
    page.clock.run_for(3000)
    assert previews(page) == [LAST - 1, LAST]
    assert commits(page) == [LAST]
    press(page, "k")
    page.clock.run_for(300)
    assert previews(page)[2:] == [0, 1]
    press(page, "k")
    assert commits(page) == [LAST, 1]


def test_playback_stops_without_a_commit_when_the_page_says_so(page: Page):
    click(page, "Play")
    page.clock.run_for(600)
    page.evaluate("strip.stop()")
    page.clock.run_for(2000)
    assert previews(page) == [70, 71]
    assert commits(page) == []
    assert page.get_by_role("button", name="Play", exact=True).is_visible()


def test_playback_stops_when_the_page_is_out_of_sight(page: Page):
    click(page, "Play")
    page.clock.run_for(600)
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.run_for(2000)
    assert commits(page) == [71]
    assert day_now(page) == 71


def test_a_drag_ends_playback_and_commits_but_once(page: Page):
    click(page, "Play")
    page.clock.run_for(300)
    page.mouse.click(*point(page, 20))
    page.clock.run_for(2000)
    assert previews(page) == [70, 20]
    assert commits(page) == [20]


def test_the_next_and_the_previous_change_are_a_press_or_a_key_away(page: Page):
    click(page, "Next change")
    assert commits(page) == [100]
    click(page, "Previous change")
    click(page, "Previous change")
    assert previews(page) == commits(page) == [100, 69, 40]
    press(page, "n", "n", "n", "p")
    page.clock.run_for(500)
    assert previews(page)[3:] == [69, 100, 106, 100]
    assert commits(page)[3:] == [100]


def test_a_button_without_a_change_to_go_to_says_so_and_does_nothing(strip_page: Opener):
    page = strip_page(day=106)
    button = page.get_by_role("button", name="Next change")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_role("button", name="Previous change")).to_have_attribute("aria-disabled", "false")
    button.click(force=True)
    assert previews(page) == commits(page) == []


def test_a_loop_keeps_playback_in_the_fortnight_up_to_the_day_shown(page: Page):
    click(page, "Loop")
    expect(page.get_by_role("button", name="Loop", exact=True)).to_have_attribute("aria-pressed", "true")
    assert window(page) == (56, 69)
    click(page, "Play")
    page.clock.run_for(4000)
    assert previews(page)[:3] == [56, 57, 58]
    assert set(previews(page)) == set(range(56, 70))
    assert commits(page) == []
    click(page, "Pause")
    click(page, "Loop")
    assert page.get_by_role("slider").count() == 1
    assert commits(page) == [day_now(page)]


def test_a_loop_over_a_short_period_is_all_of_it(strip_page: Opener):
    page = strip_page(days=7, day=2)
    click(page, "Loop")
    assert window(page) == (0, 6)
    click(page, "Play")
    page.clock.run_for(3000)
    assert set(previews(page)) == set(range(7))


def test_the_brackets_of_a_loop_are_dragged_and_moved_by_keys_and_never_cross(page: Page):
    click(page, "Loop")
    grip = page.get_by_role("slider", name="Loop from")
    day = (900 - 28) / DAYS
    drag(page, grip, 0)
    assert window(page) == (56, 69)
    drag(page, grip, -10 * day)
    assert window(page) == (46, 69)
    drag(page, page.get_by_role("slider", name="Loop to"), 10 * day)
    assert window(page) == (46, 79)
    drag(page, page.get_by_role("slider", name="Loop to"), -10 * day)
    grip.focus()
    for key in ("ArrowRight", "PageUp", "ArrowLeft"):
        page.keyboard.press(key)
    assert window(page) == (53, 69)
    expect(grip).to_have_attribute("aria-valuetext", "23 June 2021")
    page.keyboard.press("End")
    assert window(page) == (68, 69)
    page.get_by_role("slider", name="Loop to").press("Home")
    assert window(page) == (68, 69)
    page.get_by_role("slider", name="Loop to").press("End")
    assert window(page) == (68, LAST)
    page.clock.run_for(1000)
    assert previews(page) == commits(page) == []


def test_playback_at_the_end_of_a_loop_begins_at_its_start(page: Page):
    click(page, "Loop")
    page.evaluate("strip.show(10)")
    click(page, "Play")
    page.clock.run_for(300)
    assert previews(page) == [56, 57]


def test_the_slider_says_the_date_and_its_changes(page: Page):
    expect(dial(page)).to_have_attribute("aria-valuetext", "Friday, 9 July 2021, 12 changes")
    expect(dial(page)).to_have_attribute("aria-valuemin", "0")
    expect(dial(page)).to_have_attribute("aria-valuemax", str(LAST))
    page.evaluate("strip.show(10)")
    expect(dial(page)).to_have_attribute("aria-valuetext", "Tuesday, 11 May 2021, 1 change")
    page.evaluate("strip.show(0)")
    expect(dial(page)).to_have_attribute("aria-valuetext", "Saturday, 1 May 2021, no changes")


def test_hovering_tells_the_day_and_its_counts_within_the_strip(page: Page):
    hover = page.locator(".cm-strip-hover span")
    page.mouse.move(*point(page, 69))
    expect(hover).to_have_text("9 July \u00b7 12 changes, 40 reports")
    page.mouse.move(*point(page, 10))
    expect(hover).to_have_text("11 May \u00b7 1 change, 1 report")
    for day in (0, LAST):
        page.mouse.move(*point(page, day))
        box, track = hover.bounding_box(), dial(page).bounding_box()
        assert box
        assert track
        assert box["x"] >= track["x"] - 1
        assert box["x"] + box["width"] <= track["x"] + track["width"] + 1
    page.mouse.move(450, 5)
    expect(hover).to_be_hidden()
    assert previews(page) == []


def test_the_page_s_day_is_marked_only_where_another_is_shown(page: Page):
    mark = page.locator(".cm-strip-paged")
    page.evaluate("strip.page(69)")
    expect(mark).to_be_hidden()
    page.evaluate("strip.show(80)")
    expect(mark).to_be_visible()
    page.evaluate("strip.page(80)")
    expect(mark).to_be_hidden()


def ranges(page: Page) -> list[list[int | None]]:
    """Return the ranges that were previewed: the day compared with, and the day shown."""
    return page.evaluate("ranges")


def drag_range(page: Page, *days: int) -> None:
    page.keyboard.down("Shift")
    page.mouse.move(*point(page, days[0]))
    page.mouse.down()
    for day in days[1:]:
        page.mouse.move(*point(page, day))
    page.mouse.up()
    page.keyboard.up("Shift")


def grip(page: Page) -> Locator:
    return page.get_by_role("slider", name="Compared with")


def test_with_shift_a_drag_spans_the_days_from_the_one_compared_with_to_the_one_shown(page: Page):
    drag_range(page, 40, 41, 45)
    assert ranges(page) == [[40, 69], [40, 41], [40, 45]]
    assert commits(page) == [45]
    drag_range(page, 100, 99, 80)
    assert ranges(page)[3:] == [[45, 100], [99, 100], [80, 100]]
    assert commits(page) == [45, 100]
    expect(page.locator(".cm-strip-count")).to_have_text("since 20 July")


def test_with_shift_a_press_compares_with_that_day_and_a_drag_back_to_its_start_ends_it(page: Page):
    drag_range(page, 40)
    assert ranges(page) == [[40, 69]]
    assert commits(page) == [69]
    drag_range(page, 50, 60, 50)
    assert ranges(page)[1:] == [[50, 69], [50, 60], [None, 50]]
    expect(grip(page)).to_be_hidden()
    drag(page, dial(page), 0)
    assert len(ranges(page)) == 4, "without Shift, what is compared stays as it is"


def test_with_shift_keys_move_the_day_compared_with_which_never_comes_after_the_day_shown(page: Page):
    press(page, "Shift+ArrowLeft", "Shift+PageDown", "Shift+ArrowRight")
    page.clock.run_for(500)
    assert ranges(page) == [[68, 69], [61, 69], [62, 69]]
    assert commits(page) == [69]
    expect(dial(page)).to_have_attribute("aria-valuetext", "Friday, 9 July 2021, 12 changes, compared with 2 July")
    press(page, "Shift+Home", "Shift+End", "Shift+ArrowRight")
    page.clock.run_for(500)
    assert ranges(page)[3:] == [[0, 69], [None, 69]]
    assert commits(page) == [69, 69]


def test_the_day_compared_with_has_a_grip_to_drag_and_to_move_by_keys(page: Page):
    page.evaluate("strip.compare(40)")
    expect(grip(page)).to_have_attribute("aria-valuetext", "10 June 2021")
    drag(page, grip(page), -5 * (900 - 28) / DAYS)
    assert ranges(page)[-1] == [35, 69]
    drag(page, grip(page), 600)
    assert ranges(page)[-1] == [68, 69], "it stays before the day shown"
    assert commits(page) == [69, 69]
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    page.clock.run_for(500)
    assert ranges(page)[-1] == [0, 69]
    assert commits(page) == [69] * 3
    expect(grip(page)).to_be_focused()


def test_a_loop_begins_over_the_days_compared_and_its_brackets_leave_them_as_they_are(page: Page):
    page.evaluate("strip.compare(40)")
    click(page, "Loop")
    assert window(page) == (40, 69)
    page.get_by_role("slider", name="Loop from").press("ArrowRight")
    assert window(page) == (41, 69)
    assert page.evaluate("strip.range.since") == 40
    assert ranges(page) == commits(page) == []


def test_the_days_compared_are_shaded_from_one_day_to_the_other(page: Page):
    span = page.locator(".cm-strip-span")
    expect(span).to_be_hidden()
    page.evaluate("strip.compare(62)")
    box = span.bounding_box()
    assert box
    assert box["x"] == pytest.approx(point(page, 62)[0], abs=0.5)
    assert box["width"] == pytest.approx(7 * (900 - 28) / DAYS, abs=0.5)
    for nothing in ("69", "null"):
        page.evaluate(f"strip.compare(62); strip.compare({nothing})")
        expect(span).to_be_hidden()


def test_before_any_counts_came_it_claims_none(strip_page: Opener):
    page = strip_page()
    page.evaluate("strip.load({reports: [], changes: []})")
    expect(dial(page)).to_have_attribute("aria-valuetext", "Friday, 9 July 2021")
    page.mouse.move(*point(page, 69))
    expect(page.locator(".cm-strip-hover span")).to_have_text("9 July")


@pytest.mark.parametrize(("start", "days"), [("2021-05-01", 1), ("2021-05-12", 7), ("2012-03-01", 3650)])
def test_a_period_of_any_length_is_gone_through_by_day(strip_page: Opener, start: str, days: int):
    page = strip_page(start=start, days=days, day=0)
    press(page, "End", "Home", "End", "ArrowLeft")
    page.clock.run_for(500)
    assert commits(page) == ([] if days == 1 else [days - 2])
    page.mouse.click(*point(page, days // 2, days))
    assert day_now(page) == pytest.approx(days // 2, abs=days / 800)
    labels = [label for label in page.locator(".cm-strip-axis span").all_inner_texts() if label]
    assert labels
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("width", [320, 700, 1200])
@pytest.mark.parametrize("days", [7, 40, 130, 800, 3650])
def test_the_labels_of_the_axis_neither_touch_nor_leave_it(strip_page: Opener, days: int, width: int):
    page = strip_page(width=width, start="2021-05-12", days=days, day=0)
    expect(page.locator(".cm-strip-axis span").filter(has_text=re.compile(r"\S"))).not_to_have_count(0)
    ends = page.evaluate("""() => [...document.querySelectorAll(".cm-strip-axis span")]
        .filter(label => label.textContent)
        .map(label => label.getBoundingClientRect()).flatMap(({left, right}) => [left, right])""")
    assert ends == sorted(ends)
    assert len(ends) >= 4
    assert ends[-1] <= width - 13


def test_in_ten_years_of_quiet_the_one_day_of_many_changes_is_as_high_as_the_strip(strip_page: Opener):
    page = strip_page(start="2012-03-01", days=3650, day=0)
    high = page.locator(".cm-strip-changes").bounding_box()
    stage = page.locator(".cm-strip-stage").bounding_box()
    assert high
    assert stage
    assert high["height"] == pytest.approx(stage["height"], abs=1.5)


def test_a_step_adds_nothing_to_the_page_and_redraws_no_bar(page: Page):
    page.evaluate("""() => {
        window.drawn = 0;
        new MutationObserver(seen => { drawn += seen.length; }).observe(document.querySelector(".cm-strip-bars"),
            {subtree: true, attributes: true, childList: true});
        window.nodes = document.querySelectorAll("*").length;
    }""")
    page.evaluate("for (let day = 0; day < 130; day++) strip.show(day)")
    click(page, "Play")
    page.clock.run_for(2000)
    assert page.evaluate("document.querySelectorAll('*').length - nodes") == 0
    assert page.evaluate("drawn") == 0


@pytest.mark.parametrize("touch", [False, True])
@pytest.mark.parametrize("width", [320, 390, 560, 700, 820, 1200])
def test_all_controls_fit_and_can_be_hit_at_any_width(strip_page: Opener, width: int, touch: bool):
    page = strip_page(width=width, is_mobile=touch, has_touch=touch)
    page.evaluate("strip.compare(40)")
    click(page, "Loop")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("strip.root.offsetHeight") < (84 if width < 560 else 92)
    for control in page.locator("button, select, .cm-strip-grip").all():
        box = control.bounding_box()
        assert box
        assert round(min(box["width"], box["height"]), 3) >= 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        assert control.evaluate("(control, at) => control.contains(document.elementFromPoint(...at))", middle)
    ends = "text => [text, text.parentElement].map(element => element.getBoundingClientRect().right)"
    for words in (".cm-strip-date", ".cm-strip-count"):
        end, room = page.locator(words).evaluate(ends)
        assert end <= room


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(page: Page, dark: bool):
    page.evaluate("dark => document.body.classList.toggle('cm-dark', dark)", dark)
    page.emulate_media(reduced_motion="reduce")
    page.mouse.move(*point(page, 30))
    ratios = page.evaluate("""() => {
        const channels = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
        const light = colour => channels(colour).map(value => value / 255)
            .map(value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
            .reduce((sum, value, nth) => sum + value * [0.2126, 0.7152, 0.0722][nth], 0);
        const ground = element => {
            const colour = getComputedStyle(element).backgroundColor;
            return colour === "rgba(0, 0, 0, 0)" ? ground(element.parentElement) : colour;
        };
        const kinds = ["date", "count", "key", "speed", "word", "axis span", "hover span"];
        const texts = kinds.map(kind => `.cm-strip-${kind}`);
        return [...document.querySelectorAll(texts)].map(element => {
            const [low, high] = [getComputedStyle(element).color, ground(element)].map(light).sort((a, b) => a - b);
            return (high + 0.05) / (low + 0.05);
        });
    }""")
    assert len(ratios) > 8
    assert min(ratios) >= 4.5
