"""What a person sees and does on the page."""

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.driving import (
    MAP,
    await_day,
    board,
    by_status,
    choose_conflict,
    choose_in_popover,
    choose_origin,
    click,
    find,
    heading,
    headline,
    hover,
    is_as_it_was,
    leave_to_country,
    map_frame,
    move_date,
    open_section,
    opened_popover,
    panel,
    press,
    shown_day,
    spot,
    unfold,
)


@pytest.mark.same_page
def test_the_legend_counts_what_the_headline_says(page: Page, frame: Frame):
    assert headline(page) == by_status(frame) != []


@pytest.mark.same_page
def test_a_click_on_a_district_opens_its_reports_with_a_link_to_each_source(page: Page, frame: Frame):
    click(page, frame, "AF3211")
    expect(panel(page).locator("h2")).to_contain_text("Ghoryan")
    cards = panel(page).locator(".cm-card")
    cards.first.wait_for(state="attached")
    expect(cards.first).to_contain_text("decides", ignore_case=True)
    unfold(page)
    for card in cards.all():
        assert re.match(r"https?://", card.locator("a").get_attribute("href") or "")
    assert is_as_it_was(frame)


@pytest.mark.same_page
def test_a_dossier_begins_with_three_reports_and_a_report_that_another_names_is_gone_to(page: Page, frame: Frame):
    find(page, "Qala-e-Naw city")
    cards = panel(page).locator(".cm-dossier ol").first.locator(".cm-card")
    expect(cards).to_have_count(3)
    panel(page).locator("[data-report]").first.click()
    named = panel(page).locator("[data-report]").first.inner_text()
    expect(panel(page).locator(f"[data-id={named}]")).to_be_focused()
    assert cards.count() > 3
    assert is_as_it_was(frame)


@pytest.mark.same_page
def test_the_dossier_can_be_left(page: Page):
    find(page, "Torkham")
    expect(panel(page).locator("h2")).to_contain_text("Torkham")
    leave_to_country(page)
    expect(panel(page).locator("h2")).to_have_text("Latest changes")


@pytest.mark.same_page
def test_a_place_is_found_by_its_own_script(page: Page):
    find(page, "تورخم")
    expect(panel(page).locator("h2")).to_contain_text("Torkham")


@pytest.mark.same_page
def test_the_blind_spots_are_listed_under_their_tab(page: Page):
    open_section(page, "No recent news")
    expect(page.locator(".cm-silence")).to_contain_text("places have had no report")
    expect(page.locator(".cm-silence")).to_contain_text("Torkham (crossing)")


def set_aside(page: Page) -> None:
    open_section(page, "Reports")
    page.get_by_role("radio", name="Not located").click()


@pytest.mark.same_page
def test_the_reports_set_aside_are_two_clicks_away(page: Page):
    set_aside(page)
    expect(page.locator(".cm-wide")).to_contain_text("Ghakhi pass")


SIZES = [(320, 640), (390, 844), (720, 800), (768, 1024), (820, 1180), (1280, 720), (1400, 1000), (1920, 1080)]
FITS = """() => {
    const box = (selector, within = document) => within.querySelector(selector)?.getBoundingClientRect() ?? {};
    const {x, width, y} = box("iframe[title*='st_folium']"), toolbar = box(".st-key-toolbar");
    const foot = box(".cm-foot", document.querySelector("iframe[title*='st_folium']").contentDocument);
    return toolbar.top >= 0 && box(".st-key-slider").top >= toolbar.bottom - 3 && x < 30 &&
        width > innerWidth - 60 && y < 100
        && y + foot.bottom <= innerHeight && box("[role=tablist]").top < innerHeight - 20
        && toolbar.height < 60 && document.documentElement.scrollWidth <= innerWidth;
}"""


def test_toolbar_slider_map_and_strip_lie_within_the_first_screen_and_no_column_is_blank(page: Page):
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(FITS)


def test_on_a_phone_the_toolbar_points_to_what_is_beside_it_and_lies_over_no_button_at_its_end(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    ask = """end => {
        const bar = document.querySelector(".st-key-toolbar");
        bar.scrollLeft = end ? bar.scrollWidth : 0;
        const {content, color, width} = getComputedStyle(bar, "::after");
        const button = [...bar.querySelectorAll("button")].at(-1).getBoundingClientRect();
        const room = bar.getBoundingClientRect().right - button.right - parseFloat(width);
        return {content, pointing: color.startsWith("rgb("), room};
    }"""
    page.wait_for_function(f"() => ({ask})(false).pointing")
    begin = page.evaluate(ask, False)
    assert "\u203a" in begin["content"]
    assert begin["room"] < 0
    page.wait_for_function(f"() => !({ask})(true).pointing")
    assert page.evaluate(ask, True)["room"] > -5


def test_on_paper_the_board_begins_the_page_and_the_reports_below_it_are_parts_of_the_page_not_of_a_frame(page: Page):
    find(page, "Islam Qala")
    expect(panel(page).locator(".cm-card").first).to_be_attached()
    assert "Show " in panel(page).locator(".cm-dossier").inner_text()
    page.evaluate(
        """addEventListener("beforeprint", () => {
            const frame = document.querySelector("iframe[title*='st_folium']"), copy = frame.nextElementSibling;
            const panel = frame.contentDocument.querySelector(".cm-panel");
            window.printed = {text: copy.shadowRoot.querySelector(".cm-dossier").innerText, inFrame: panel.offsetHeight,
                height: frame.offsetHeight - frame.contentDocument.querySelector(".cm-board").offsetHeight};
        })"""
    )
    page.pdf(format="A4")
    unfold(page)  # on paper all reports are listed
    shown = panel(page).locator(".cm-dossier").inner_text()
    assert page.evaluate("printed") == {"text": shown, "inFrame": 0, "height": 0}
    expect(panel(page).locator(".cm-dossier")).to_be_visible()
    assert page.evaluate("document.querySelector('iframe[title*=st_folium]').nextElementSibling") is None
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('iframe[title*=st_folium]').getBoundingClientRect().top") == 0
    page.emulate_media(media="screen")


def test_where_the_browsers_language_runs_from_right_to_left_the_slider_runs_as_the_page_does(
    browser: Browser, address: str
):
    context = browser.new_context(locale="fa-AF")
    page = context.new_page()
    page.goto(f"{address}/?date=2021-05-20")
    map_frame(page)
    slider = page.get_by_test_id("stSlider")
    page.wait_for_function(
        """() => {
            const all = document.querySelector("[data-testid=stSlider]"), thumb = all?.querySelector("input");
            if (!thumb) return false;  // the page is being drawn again, in the other direction
            const {x, width} = all.getBoundingClientRect();
            return (thumb.getBoundingClientRect().x - x) / width < 0.3;
        }"""
    )
    box = slider.bounding_box()
    assert box
    slider.click(position={"x": 0.8 * box["width"], "y": box["height"] / 2})
    expect(heading(page, dt.date(2021, 8, 13))).to_be_visible()
    move_date(page, 1)
    expect(heading(page, dt.date(2021, 8, 14))).to_be_visible()
    context.close()


def test_back_undoes_steps_of_the_day_and_then_closes_what_was_opened_and_forward_opens_it_again(
    page: Page, frame: Frame
):
    click(page, frame, "AF3211")
    expect(panel(page).locator("h2")).to_contain_text("Ghoryan")
    move_date(page, 1)
    page.wait_for_url("**/?date=2021-07-10&place=AF3211")
    move_date(page, 1)
    page.wait_for_url("**/?date=2021-07-11&place=AF3211")
    page.get_by_role("tab", name="Changes").click()
    page.wait_for_url("**/?date=2021-07-11&place=AF3211&tab=changes")
    page.go_back()
    expect(page.get_by_role("tab", name="Provinces")).to_have_attribute("aria-selected", "true")
    expect(panel(page).locator("h2")).to_contain_text("Ghoryan")
    page.go_back()
    expect(heading(page, dt.date(2021, 7, 9))).to_be_visible()
    expect(panel(page).locator("h2")).to_contain_text("Ghoryan")
    page.go_back()
    expect(panel(page).locator("h2")).to_have_text("Latest changes")
    expect(heading(page, dt.date(2021, 7, 9))).to_be_visible()
    page.go_forward()
    expect(panel(page).locator("h2")).to_contain_text("Ghoryan")
    page.go_forward()
    expect(heading(page, dt.date(2021, 7, 11))).to_be_visible()
    assert is_as_it_was(frame)


def test_what_does_not_come_is_named_while_the_day_goes_on_and_comes_on_the_next_try(page: Page, frame: Frame):
    def answer(files: str, **given: Any) -> None:
        page.context.route(f"**/files/{files}*", lambda route: route.fulfill(**given))

    note = page.frame_locator(MAP).locator(".cm-note")
    answer("dossier", body='{"error": "log in"}')
    find(page, "Obe")
    expect(panel(page)).to_contain_text("The reports could not be loaded (what came is not a file of this map).")
    press(frame, "ArrowRight")
    expect(panel(page).locator(".cm-ends")).to_contain_text("10 July")
    page.context.unroute("**/files/dossier*")
    find(page, "Obe")
    expect(panel(page)).to_contain_text("on the present status")
    answer("timeline", status=502)
    before = headline(page)
    choose_in_popover(page, "Method", "Latest report")
    expect(note).to_contain_text("still shows what it showed before (the server answered 502).")
    assert headline(page) == before
    page.context.unroute("**/files/timeline*")
    note.get_by_role("button", name="Try again").click()
    expect(note).to_be_hidden()
    assert headline(page) != before
    answer("geometry", status=503)
    page.reload()
    expect(note).to_contain_text("The map could not be loaded (the server answered 503).")
    page.context.unroute("**/files/geometry*")
    note.get_by_role("button", name="Try again").click()
    map_frame(page)
    expect(note).to_be_hidden()


def test_on_a_phone_a_dossier_is_a_sheet_from_below_that_can_be_closed(page: Page, frame: Frame):
    page.set_viewport_size({"width": 390, "height": 844})
    expect(panel(page)).to_be_hidden()
    board(page).get_by_role("button", name="Latest changes").click()
    expect(panel(page).locator("h2")).to_have_text("Latest changes")
    panel(page).get_by_role("listitem").get_by_role("button").first.click()
    expect(panel(page).locator("h2")).not_to_have_text("Latest changes")
    panel(page).get_by_role("button", name="Close").click()
    expect(panel(page)).to_be_hidden()
    find(page, "Torkham")
    expect(panel(page).locator("h2")).to_contain_text("Torkham")
    panel(page).get_by_role("button", name="Close").click()
    expect(panel(page)).to_be_hidden()
    frame.wait_for_function("controlMap.boards[0].drawing.selected === -1")


def test_an_origin_opens_its_reports_with_their_links_and_the_map_stays(page: Page, frame: Frame):
    opened = choose_origin(page, 0)
    expect(opened.locator("h3")).to_contain_text("FDD Long War Journal: 642 reports")
    expect(opened.locator("tbody tr")).to_have_count(100)
    expect(opened).to_contain_text("and 542 earlier ones")
    first = opened.locator("tbody tr").first
    expect(first).to_contain_text("contradicted")
    assert re.match(r"https?://", first.locator("a").get_attribute("href") or "")
    assert is_as_it_was(frame)


def test_hostile_text_comes_out_as_text(page: Page):
    choose_conflict(page, "A made-up war")
    find(page, "Brackwater")
    rules = opened_popover(page, "Method")
    expect(rules).to_contain_text(
        "**bold** [link](javascript:\u2060window.hacked=3) ![i](http:\u2060//evil.test/i.png)"
    )
    assert rules.locator("img, a").count() == 0
    page.keyboard.press("Escape")
    card = panel(page).locator(".cm-card").first
    expect(panel(page).locator("h2")).to_have_text("<img src=x onerror='window.hacked=5'>Brackwater")
    expect(card).to_contain_text("<script>window.hacked = 1</script>")
    expect(card).to_contain_text("**bold** [link](javascript:window.hacked=3) ![i](http://evil.test/i.png)")
    set_aside(page)
    expect(page.locator(".cm-wide")).to_contain_text("<b>Nowhere</b>, Harrow")
    opened = choose_origin(page, 1)
    expect(opened.locator("h3")).to_contain_text("**bold** [link](javascript:window.hacked=3)")
    expect(opened).to_contain_text("<script>window.hacked = 1</script>")
    hostile = map_frame(page)
    expect(hover(page, hostile, "H2")).to_contain_text("<img src=x onerror='window.hacked=5'>Brackwater")
    expect(hostile.locator(".cm-hover")).to_contain_text("<script>window.hacked = 1</script>")
    hostile.locator(".leaflet-container").press("t")
    expect(hostile.get_by_role("dialog")).to_contain_text("<img src=x onerror='window.hacked=5'>Brackwater")
    for each in page.frames:
        assert each.evaluate("window.hacked") is None
    for link in page.locator("a").all():
        assert not (link.get_attribute("href") or "").lower().startswith("javascript")
    assert page.locator("img[src='x'], svg[onload], [onclick*=hacked]").count() == 0


def test_keys_reach_the_board_from_the_page_around_it_and_the_wheel_over_it_scrolls_the_page(page: Page, frame: Frame):
    await_day(frame, 69)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    assert shown_day(frame) == 70
    slider = page.get_by_role("slider", name="Date")
    expect(slider).to_have_attribute("aria-valuetext", "10 July 2021")
    slider.focus()
    page.keyboard.press("ArrowRight")
    frame.wait_for_function("controlMap.boards[0].shownDay === 71")
    page.keyboard.press("Space")
    frame.wait_for_function("controlMap.boards[0].strip.playback.running")
    page.keyboard.press("k")
    before = shown_day(frame)
    page.get_by_role("button", name="Layers").click()
    # Streamlit takes no Escape while what it holds is still to come.
    expect(page.get_by_test_id("stPopoverBody")).to_contain_text("Crossings")
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    assert shown_day(frame) == before
    zoom = frame.evaluate("controlMap.boards[0].map.getZoom()")
    page.mouse.move(*spot(frame, "AF3211"))
    page.mouse.wheel(0, 200)
    page.wait_for_function("() => document.querySelector('.stMain').scrollTop > 0")
    assert frame.evaluate("controlMap.boards[0].map.getZoom()") == zoom
