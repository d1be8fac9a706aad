"""The panel at each of its levels (country, province, border, place, report): the way between them, and their links."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from control_map.pipeline.view import View
from control_map.render.map.board import Board
from tests.browser.boards import Pages, save
from tests.browser.driving import board, map_frame, panel

OPENS_ON = dt.date(2021, 7, 9)
ISLAM_QALA, KOHSAN = "AF-X-islam-qala", "AF3213"
FOCUS = """() => { const {drawing: {canvas: {focus}}} = controlMap.boards[0], {width, height} = focus.canvas;
    return focus.getImageData(0, 0, width, height).data.filter((_, at) => at % 4 === 3 && _ > 0).length; }"""
"""How many pixels of the map the veil of the open area covers."""


@pytest.fixture
def pages(browser: Browser) -> Iterator[Pages]:
    opened = Pages(browser)
    yield opened
    opened.close()
    assert opened.errors == []


@pytest.fixture
def open_board(pages: Pages, tmp_path: Path, shipped_view: View) -> Callable[..., Page]:
    def open_board(**shown) -> Page:
        return pages.open(
            save(tmp_path / "map.html", (shipped_view, Board.of(shipped_view, OPENS_ON, **shown))),
            viewport={"width": 1400, "height": 1000},
        )

    return open_board


def crumbs(page: Page) -> Locator:
    return panel(page).get_by_role("navigation", name="Breadcrumbs")


def title(page: Page) -> Locator:
    return panel(page).locator("h2")


def test_the_way_down_is_shown_at_every_level_and_each_step_leads_to_its_level(open_board):
    page = open_board()
    expect(crumbs(page)).to_have_text("Afghanistan")
    page.evaluate(f"controlMap.boards[0].choose('{ISLAM_QALA}')")
    expect(crumbs(page).get_by_role("listitem")).to_have_text(["Afghanistan", "Herat", "Kohsan", "Islam Qala"])
    expect(crumbs(page).locator("[aria-current=page]")).to_have_text("Islam Qala")
    for name, heading in (("Kohsan", "Kohsan"), ("Herat", "Herat"), ("Afghanistan", "Latest changes")):
        crumbs(page).get_by_role("button", name=name).press("Enter")
        expect(title(page)).to_contain_text(heading)
        expect(title(page)).to_be_focused()
        expect(crumbs(page).locator("[aria-current=page]")).to_have_text(name)


def test_a_crossing_leads_to_its_district_and_its_neighbour_and_they_lead_to_it(open_board):
    page = open_board(selected=ISLAM_QALA)
    body = panel(page).locator(".cm-dossier")
    expect(body).to_contain_text("crossing to Iran \u00b7 Herat \u00b7 in the district of Kohsan")
    body.get_by_role("button", name="Kohsan").click()
    expect(title(page)).to_contain_text("Kohsan")
    body.get_by_role("button", name="Islam Qala (crossing)").click()
    body.get_by_role("button", name="Iran", exact=True).click()
    expect(title(page)).to_have_text("Border with Iran")
    expect(panel(page).locator(".cm-gains")).to_contain_text(re.compile(r"6\d\d km, 2 crossings Taliban"))
    panel(page).get_by_role("button", name="Islam Qala").click()
    panel(page).get_by_role("button", name="Border with Iran").click()
    expect(title(page)).to_have_text("Border with Iran")


def test_a_province_is_outlined_while_its_panel_is_open_and_a_step_draws_no_outline(open_board):
    page = open_board()
    assert page.evaluate(FOCUS) == 0
    page.evaluate("controlMap.boards[0].choose('province/AF32')")
    expect(title(page)).to_have_text("Herat")
    page.wait_for_function(f"({FOCUS})() > 100_000")
    expect(panel(page).locator("h3")).to_contain_text(["Capital", "Crossings", "Taliban", "Government", "No report"])
    expect(panel(page)).to_contain_text("Claims about whole areas")
    page.evaluate(
        "{ const {canvas} = controlMap.boards[0].drawing, {focusOn} = canvas; window.outlined = 0;"
        " canvas.focusOn = function (...given) { outlined++; focusOn.apply(this, given); }; null; }"
    )
    page.evaluate("controlMap.boards[0].preview(75)")
    assert page.evaluate("outlined") == 0
    panel(page).get_by_role("button", name="Kohsan").click()
    assert page.evaluate(FOCUS) == 0
    page.keyboard.press("Escape")
    expect(title(page)).to_have_text("Herat")
    page.keyboard.press("Escape")
    expect(title(page)).to_have_text("Latest changes")
    assert page.evaluate(FOCUS) == 0


def test_a_report_opens_alone_with_the_other_places_of_its_story(open_board):
    page = open_board(selected=KOHSAN)
    panel(page).get_by_role("button", name=re.compile("other places? in this story")).first.click()
    expect(title(page)).to_contain_text("Report afg-")
    expect(crumbs(page).get_by_role("listitem")).to_have_text(["Afghanistan", "Herat", "Kohsan", re.compile("^afg-")])
    expect(panel(page).locator(".cm-card")).to_have_count(1)
    story = panel(page).locator("[data-list=story] button")
    expect(story.first).to_be_visible()
    assert "Kohsan" not in story.all_inner_texts()
    page.keyboard.press("Escape")
    expect(title(page)).to_contain_text("Kohsan")
    panel(page).get_by_role("button", name=re.compile("other places? in this story")).first.click()
    name = story.first.inner_text()
    story.first.click()
    expect(title(page)).to_contain_text(name.split(" (")[0])


def test_what_is_open_is_in_the_address_and_back_returns_to_it(page: Page):
    frame = map_frame(page)
    frame.evaluate("controlMap.boards[0].choose('province/AF32')")
    expect(page).to_have_url(re.compile(r"area=province/AF32"))
    panel(page).get_by_role("button", name="Islam Qala").click()
    expect(title(page)).to_contain_text("Islam Qala")
    panel(page).locator("[data-go^='report/']").first.click()
    expect(title(page)).to_contain_text("Report afg-")
    expect(page).to_have_url(re.compile(rf"place={ISLAM_QALA}.*report=afg-"))
    frame.wait_for_function("controlMap.boards[0].command.report")  # the server knows of it
    address, report = page.url, title(page).inner_text()
    for text in ("Islam Qala", "Herat", "Latest changes"):
        page.go_back()
        expect(title(page)).to_contain_text(text)
    page.goto(address)
    map_frame(page)
    expect(title(page)).to_have_text(report)
    expect(crumbs(page).get_by_role("listitem")).to_have_count(5)
    page.goto(re.sub(r"\?.*", "?area=neighbour/Iran", address))
    map_frame(page)
    expect(title(page)).to_have_text("Border with Iran")
    expect(board(page).get_by_role("heading", name="Districts on the border")).to_be_visible()
