"""The background of the map: drawn once the map is coloured, off at one click, and no part of a step."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from control_map.pipeline.view import View
from control_map.render.site.page import render_standalone_page
from tests.browser.driving import board, choose_in_popover, count_calls, map_frame, press
from tests.browser.test_standalone import OPENS_ON

INKED = """sheet => {
    const {canvas} = controlMap.boards.at(-1).drawing.canvas[sheet];
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value, at) => at % 4 === 3 && value);
}"""


def is_drawn(frame: Frame | Page, sheet: str = "background") -> bool:
    return frame.evaluate(INKED, sheet)


def await_drawn(frame: Frame | Page, sheet: str = "background", *, drawn: bool = True) -> None:
    for _ in range(100):
        if is_drawn(frame, sheet) is drawn:
            return
        frame.wait_for_timeout(50)
    pytest.fail(f"the sheet of the {sheet} is {'not ' if drawn else ''}drawn")


def switch(page: Page):
    return board(page).get_by_role("button", name="Terrain")


def test_it_is_fetched_after_the_colours_and_one_click_takes_it_away(page: Page, frame: Frame):
    await_drawn(frame)
    names = frame.evaluate("performance.getEntriesByType('resource').map(({name}) => name.split('/').at(-1))")
    kinds = [name.split("-")[0] for name in names if name.endswith(".json")]
    assert kinds.index("background") > max(kinds.index("geometry"), kinds.index("timeline"))
    expect(switch(page)).to_have_attribute("aria-pressed", "true")
    switch(page).click()
    assert not is_drawn(frame)
    expect(page.locator("[data-link*='show=capitals,crossings,events']")).to_have_count(1)
    expect(switch(page)).to_have_attribute("aria-pressed", "false")
    switch(page).click()
    assert is_drawn(frame)
    expect(page.locator("[data-link*='show=']")).to_have_count(0)


def test_a_step_neither_asks_for_it_nor_draws_it_again(page: Page, frame: Frame):
    await_drawn(frame)
    drawn = count_calls(frame, "controlMap.boards[0].drawing.background", "draw")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for _ in range(3):
        press(frame, "ArrowRight")
    frame.wait_for_timeout(500)
    assert drawn() == 0
    assert not [url for url in asked if "background" in url]
    frame.evaluate("void controlMap.boards[0].map.setView([34, 66], 7, {animate: false})")
    assert drawn() > 0


def test_it_can_be_chosen_among_the_layers_and_a_link_without_it_opens_without_it(page: Page, frame: Frame, address):
    await_drawn(frame)
    choose_in_popover(page, "Layers", "Terrain")
    await_drawn(frame, drawn=False)
    expect(switch(page)).to_have_attribute("aria-pressed", "false")
    page.goto(f"{address}/?show=capitals,crossings")
    opened = map_frame(page)
    opened.wait_for_timeout(500)
    assert not is_drawn(opened)
    names = opened.evaluate("performance.getEntriesByType('resource').map(({name}) => name)")
    assert not [name for name in names if "background" in name]


@pytest.fixture
def saved(browser: Browser, shipped_view: View, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open the shipped map as a single file, without a network."""
    file = tmp_path / "map.html"
    file.write_bytes(render_standalone_page(shipped_view, OPENS_ON))
    contexts, errors = [], []

    def opened(hash_: str = "", **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, "offline": True, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(file.as_uri() + hash_)
        expect(page.locator(".cm-head")).to_contain_text(re.compile("hold"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def test_a_saved_page_has_it_and_its_address_remembers_that_it_is_off(saved: Callable[..., Page]):
    page = saved()
    await_drawn(page)
    switch(page).click()
    assert not is_drawn(page)
    expect(page).to_have_url(re.compile("#date=2021-07-09&terrain=off$"))
    other = saved("#date=2021-07-09&terrain=off")
    other.wait_for_timeout(300)
    assert not is_drawn(other)
    switch(other).click()
    await_drawn(other)
    expect(other).to_have_url(re.compile("#date=2021-07-09$"))


def test_it_is_hidden_where_the_user_has_chosen_all_colours_and_follows_the_theme(saved: Callable[..., Page]):
    page = saved(forced_colors="active")
    expect(page.locator(".cm-sheet-background")).to_be_hidden()
    expect(page.get_by_role("button", name="Terrain")).to_be_hidden()
    page = saved()
    await_drawn(page)
    sheet = "controlMap.boards[0].drawing.canvas.background.canvas.toDataURL()"
    light = page.evaluate(sheet)
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".cm-dark")).to_have_count(1)
    assert page.evaluate(sheet) != light


def test_a_theatre_without_a_background_has_no_switch(browser: Browser, herat_view: View, tmp_path: Path):
    file = tmp_path / "map.html"
    file.write_bytes(render_standalone_page(herat_view, OPENS_ON))
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    expect(page.locator(".cm-head")).to_contain_text(re.compile("hold"))
    expect(switch(page)).to_have_count(0)
    context.close()
