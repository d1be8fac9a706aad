"""The map within the page: how it follows what is chosen, and how the page follows it."""

import datetime as dt
import re
import time

import pytest
from playwright.sync_api import Browser, Frame, Page, Route, expect

from control_map.pipeline.view import View
from tests.browser.driving import (
    await_day,
    behind_numbers,
    board,
    choose_in_popover,
    chosen,
    click,
    click_ground,
    colour,
    count_calls,
    day,
    find,
    finder,
    heading,
    hover,
    is_as_it_was,
    legend,
    map_frame,
    move_date,
    opened_popover,
    panel,
    patch,
    spot,
)

ISLAM_QALA, TORKHAM = "AF-X-islam-qala", "AF-X-torkham"
KUNDUZ, HERAT, MAIDAN_SHAHR, SHELTAN = "AF-C-19", "AF-C-32", "AF-C-04", "AF-D-sheltan"
GHORYAN, CHAR_BURJAK, ZINDAJAN = "AF3211", "AF3404", "AF3205"
TALIBAN = re.compile(r"^Taliban")
COVERED = """controlMap.boards[0].theatre.places.filter(({at: [lon, lat]}) => {
    const {x, y} = map.latLngToContainerPoint([lat, lon]), box = map.getContainer().getBoundingClientRect();
    return document.elementFromPoint(box.x + x, box.y + y).closest(".leaflet-control, .cm-foot");
}).map(({name}) => name)"""
"""The places that lie under something."""


def test_moving_the_date_changes_the_colours_without_reloading_the_map(page: Page, frame: Frame):
    before, drawn = legend(frame), patch(frame, HERAT, "symbols")
    frame.evaluate("void map.setView([34, 66], 7, {animate: false})")
    move_date(page, 37)
    expect(heading(page, dt.date(2021, 8, 15))).to_be_visible()
    await_day(frame, day(dt.date(2021, 8, 15)))
    assert legend(frame)["Taliban"] > before["Taliban"]
    assert patch(frame, HERAT, "symbols") != drawn
    assert is_as_it_was(frame)
    assert frame.evaluate("map.getZoom()") == 7


@pytest.mark.same_page
def test_the_map_has_the_colours_of_the_assessment(page: Page, frame: Frame, shipped_view: View):
    styles = shipped_view.pack.styles
    for date in (dt.date(2021, 7, 9), dt.date(2021, 7, 14)):
        move_date(page, day(date) - 69)
        await_day(frame, day(date))
        status = shipped_view.status(date).set_index("place_id")
        for place in (GHORYAN, ZINDAJAN):
            assert colour(frame, place) in {styles[status.status[place]].colour, styles[status.status[place]].light}
        for place in (ISLAM_QALA, MAIDAN_SHAHR):
            assert colour(frame, place, "symbols") == styles[status.status[place]].colour


@pytest.mark.same_page
def test_every_further_click_opens_what_is_clicked(page: Page, frame: Frame):
    for place, name in ((GHORYAN, "Ghoryan"), ("AF3403", "Chakhansur"), (GHORYAN, "Ghoryan"), (KUNDUZ, "Kunduz")):
        click(page, frame, place)
        expect(panel(page).locator("h2")).to_contain_text(name)
    move_date(page, 5)
    expect(heading(page, dt.date(2021, 7, 14))).to_be_visible()
    click(page, frame, GHORYAN)
    expect(panel(page).locator("h2")).to_contain_text("Ghoryan")
    assert is_as_it_was(frame)


@pytest.mark.same_page
def test_a_click_on_a_capital_and_on_a_crossing_opens_them_and_one_on_the_ground_closes_them(page: Page, frame: Frame):
    click(page, frame, KUNDUZ)
    expect(panel(page).locator("h2")).to_contain_text("Kunduz")
    expect(panel(page)).to_contain_text("capital of Kunduz")
    click(page, frame, ISLAM_QALA)
    expect(panel(page).locator("h2")).to_contain_text("Islam Qala")
    expect(panel(page)).to_contain_text("disputed")
    expect(panel(page)).to_contain_text("denial by the losing side")
    click_ground(page, frame)
    expect(panel(page).locator("h2")).to_have_text("Latest changes")


@pytest.mark.same_page
def test_a_symbol_opens_by_keyboard(page: Page, frame: Frame):
    finder(frame).focus()
    finder(frame).select_option(HERAT)
    page.keyboard.press("Enter")
    expect(panel(page).locator("h2")).to_contain_text("Herat")


@pytest.mark.same_page
def test_a_place_is_found_by_name_and_ringed_on_the_map(page: Page, frame: Frame):
    find(page, "Torkham")
    expect(panel(page).locator("h2")).to_contain_text("Torkham")
    frame.wait_for_function(
        "(({theatre, drawing}) => theatre.places[drawing.selected]?.name === 'Torkham')(controlMap.boards[0])"
    )
    page.wait_for_timeout(600)  # in which the map moves there
    ringed = patch(frame, TORKHAM, "symbols", 16)
    frame.evaluate("controlMap.boards[0].goUp(), null")
    frame.wait_for_function("controlMap.boards[0].drawing.selected === -1")
    plain = patch(frame, TORKHAM, "symbols", 16)
    assert sum(1 for at in range(3, len(ringed), 4) if ringed[at]) > sum(
        1 for at in range(3, len(plain), 4) if plain[at]
    )


def test_blind_spots_are_drawn_on_the_same_map_with_their_own_row_in_the_legend(page: Page, frame: Frame):
    drawn, symbol, counts = patch(frame, CHAR_BURJAK), patch(frame, SHELTAN, "symbols"), legend(frame)
    painted = count_calls(frame, "controlMap.boards[0].drawing.canvas", "paint")
    show_blind_spots = opened_popover(page, "Layers").get_by_role("button", name="No recent news")
    show_blind_spots.click()
    row = frame.locator(".cm-legend tr", has_text="silent for over")
    expect(row).to_contain_text("silent for over 30 days")
    with_layer = legend(frame)
    blind = with_layer.pop("silent for over 30 days")
    assert with_layer == counts
    expect(behind_numbers(page)).to_contain_text(f"{blind} districts with no report for more than 30 days")
    expect(behind_numbers(page)).to_contain_text(re.compile(r"this map(?: then)?: \d+ of 398"))
    board(page).locator(".cm-numbers").evaluate("details => { details.open = false; }")
    assert 0 < painted() <= blind
    assert patch(frame, CHAR_BURJAK) != drawn
    assert patch(frame, SHELTAN, "symbols") != symbol
    page.get_by_role("spinbutton", name="No news for more than").fill("365")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("silent for over 365 days")
    expect(row).not_to_contain_text(str(blind))
    show_blind_spots.click()
    expect(row).to_have_count(0)
    assert patch(frame, CHAR_BURJAK) == drawn
    assert patch(frame, SHELTAN, "symbols") == symbol
    assert is_as_it_was(frame)


def test_symbols_can_be_hidden_and_are_then_not_there_to_be_clicked(page: Page, frame: Frame):
    assert colour(frame, ISLAM_QALA, "symbols")
    expect(hover(page, frame, ISLAM_QALA)).to_contain_text("Islam Qala")
    choose_in_popover(page, "Layers", "Crossings")
    frame.wait_for_function("controlMap.boards[0].drawing.symbols.hidden.includes('crossing')")
    assert colour(frame, ISLAM_QALA, "symbols") == ""
    assert colour(frame, KUNDUZ, "symbols") != ""
    expect(hover(page, frame, ISLAM_QALA)).to_be_hidden()


def test_another_rule_recolours_the_same_map(page: Page, frame: Frame):
    before = legend(frame)
    choose_in_popover(page, "Method", "Taliban's account")
    expect(chosen(page, "Method: Taliban's account")).to_be_visible()
    expect(frame.locator(".cm-legend tr").first).not_to_contain_text(str(before["Taliban"]))
    assert is_as_it_was(frame)


def test_the_replay_of_what_was_known_recolours_the_same_map_at_each_date(page: Page, frame: Frame):
    with_hindsight = legend(frame)["Taliban"]
    choose_in_popover(page, "Reports", "Only reports published by the date shown")
    expect(chosen(page, "Reports: by this date")).to_be_visible()
    expect(frame.locator(".cm-legend tr").first).not_to_contain_text(str(with_hindsight))
    assert legend(frame)["Taliban"] < with_hindsight
    move_date(page, 1)
    await_day(frame, 70)
    assert is_as_it_was(frame)


def test_an_adjusted_rule_recolours_the_same_map_and_can_be_set_back(page: Page, frame: Frame):
    as_written = legend(frame)
    opened_popover(page, "Method").get_by_text("Adjust the method").click()
    page.get_by_role("spinbutton", name="Claims harden after, days").fill("0")
    page.keyboard.press("Enter")
    expect(chosen(page, "Method: Assessed, adjusted")).to_be_visible()
    expect(frame.locator(".cm-legend tr").first).not_to_contain_text(str(as_written["Taliban"]))
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(chosen(page, "Method: Assessed")).to_be_visible()
    expect(frame.locator(".cm-legend tr").first).to_contain_text(str(as_written["Taliban"]))
    assert is_as_it_was(frame)


def test_to_open_and_close_the_methods_again_and_again_changes_none_of_it(page: Page, frame: Frame):
    before = legend(frame)
    choose_in_popover(page, "Method", "Two sources")
    expect(chosen(page, "Method: Two sources")).to_be_visible()
    opened = opened_popover(page, "Method")
    opened.get_by_text("Adjust the method").click()
    opened.get_by_role("spinbutton", name="Claims harden after, days").fill("5")
    page.keyboard.press("Enter")
    expect(chosen(page, "Method: Two sources, adjusted")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
        opened_popover(page, "Method").get_by_text("Adjust the method").click()
        expect(opened.get_by_role("radio", name="Two sources")).to_be_checked()
        expect(opened.get_by_role("spinbutton", name="Claims harden after, days")).to_have_value("5")
        expect(opened.get_by_role("spinbutton").first).not_to_have_value("0")
    move_date(page, 1)
    await_day(frame, 70)
    link = "rule=two-sources&hardening-days=5"
    page.wait_for_function("link => location.search.includes(link) && !location.search.includes('false')", arg=link)
    assert legend(frame) != before


def test_where_the_reader_looks_an_open_table_and_a_filter_outlast_all_that_is_chosen(page: Page, frame: Frame):
    frame.get_by_role("button", name=TALIBAN).click()
    frame.evaluate("void map.setView([34.5, 63], 8, {animate: false})")
    frame.get_by_role("button", name="Table").click()
    table = frame.get_by_role("dialog")

    def assert_as_it_was() -> None:
        assert is_as_it_was(frame)
        assert frame.evaluate("[map.getZoom(), map.getCenter().lat, map.getCenter().lng]") == [8, 34.5, 63]
        expect(table).to_be_visible()
        expect(frame.get_by_role("button", name=TALIBAN)).to_have_attribute("aria-pressed", "true")

    move_date(page, 1)
    await_day(frame, 70)
    expect(table.get_by_role("heading")).to_have_text("All places on Saturday, 10 July 2021")
    assert_as_it_was()
    before = legend(frame)["Taliban"]
    choose_in_popover(page, "Method", "Taliban's account")
    expect(frame.locator(".cm-legend tr").first).not_to_contain_text(str(before))
    assert_as_it_was()
    choose_in_popover(page, "Layers", "No recent news")
    expect(frame.locator(".cm-legend tr", has_text="silent for over")).to_have_count(1)
    assert_as_it_was()
    frame.get_by_role("button", name="Close").click()
    click(page, frame, "AF3212")
    expect(panel(page).locator("h2")).to_contain_text("Obe")
    frame.wait_for_function("controlMap.boards[0].drawing.selected >= 0")
    assert frame.evaluate("[map.getZoom(), map.getCenter().lat, map.getCenter().lng]") == [8, 34.5, 63]


@pytest.mark.same_page
def test_a_name_in_the_table_opens_its_dossier_and_is_zoomed_to(page: Page, frame: Frame):
    zoom = frame.evaluate("map.getZoom()")
    frame.locator(".leaflet-container").press("t")
    frame.get_by_role("dialog").get_by_role("button", name="Ghoryan", exact=True).click()
    expect(frame.get_by_role("dialog")).to_have_count(0)
    expect(panel(page).locator("h2")).to_contain_text("Ghoryan")
    frame.wait_for_function("zoom => map.getZoom() > zoom && map.getBounds().contains([34.3, 61.4])", arg=zoom)


def test_on_a_phone_each_symbol_stands_at_its_place_and_a_finger_opens_it(browser: Browser, address: str):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address)
    frame = map_frame(page)
    frame.wait_for_function("innerWidth < 400")
    page.wait_for_timeout(500)
    assert frame.evaluate(COVERED) == []
    for place, expected in ((ISLAM_QALA, "#d1603d"), (HERAT, "#8db5d7")):
        assert colour(frame, place, "symbols", 1) == expected
    page.touchscreen.tap(*spot(frame, ISLAM_QALA))
    expect(panel(page).locator("h2")).to_contain_text("Islam Qala")
    panel(page).get_by_role("button", name="Close").click()
    page.touchscreen.tap(*spot(frame, GHORYAN))
    expect(panel(page).locator("h2")).to_contain_text("Ghoryan")
    context.close()


def test_the_map_waits_for_its_style_sheet(browser: Browser, address: str):
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()

    def late(route: Route) -> None:
        time.sleep(1.5)
        route.continue_()

    page.route(re.compile(r"map-\w+\.css"), late)
    page.goto(address)
    frame = map_frame(page)
    assert frame.evaluate("Object.values(controlMap.boards[0].drawing.colours).every(Boolean)")
    context.close()
