"""The board on paper, and in colours that the user has chosen for everything."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from control_map.pipeline.view import View
from control_map.render.map.board import Board
from tests.browser.boards import Pages, save
from tests.browser.driving import date_of

GHORYAN = "AF3211"
PLACES_OUT_OF_SIGHT = """() => {
    const {map, theatre, view} = controlMap.boards[0], {x, y} = map.getSize(), foot = view.foot.offsetHeight;
    return theatre.places.filter(({at: [lon, lat]}) => {
        const point = map.latLngToContainerPoint([lat, lon]);
        return point.x < 0 || point.y < 0 || point.x > x || point.y > y - foot;
    }).map(({id}) => id);
}"""
LOOK = "(({map}) => [map.getZoom(), map.getCenter().lat, map.getCenter().lng])(controlMap.boards[0])"


@pytest.fixture
def pages(browser: Browser) -> Iterator[Pages]:
    opened = Pages(browser)
    yield opened
    opened.close()
    assert opened.errors == []


@pytest.fixture
def saved(tmp_path: Path, shipped_view: View) -> Path:
    board = Board.of(shipped_view, date_of(69), selected=GHORYAN, dark=True)
    return save(tmp_path / "map.html", (shipped_view, board))


def test_printed_the_board_is_light_as_wide_as_a_page_and_whole_and_afterwards_as_it_was(pages: Pages, saved: Path):
    page = pages.open(saved)
    page.evaluate("controlMap.boards[0].map.setView([34, 66], 8, {animate: false})")
    before, seen = page.evaluate(LOOK), page.evaluate("controlMap.boards[0].map.getBounds().toBBoxString()")
    page.evaluate(
        """addEventListener("beforeprint", () => {
            const {map, root} = controlMap.boards[0], sheet = controlMap.boards[0].drawing.canvas.fills;
            window.printed = {
                width: root.scrollWidth, dark: root.classList.contains("cm-dark"),
                    shown: map.getBounds().toBBoxString(),
                panel: (({scrollHeight, clientHeight}) => scrollHeight - clientHeight)(
                    document.querySelector(".cm-panel-body")),
                pixels: sheet.canvas.width / sheet.canvas.getBoundingClientRect().width,
            };
        })"""
    )
    assert page.pdf(format="A4").startswith(b"%PDF")
    printed = page.evaluate("printed")
    west, south, east, north = map(float, seen.split(","))
    corners = list(map(float, printed["shown"].split(",")))
    slack = 0.01  # of a degree, which is less than a pixel
    assert corners[0] <= west + slack
    assert corners[1] <= south + slack
    assert corners[2] >= east - slack
    assert corners[3] >= north - slack
    assert (printed["width"], printed["dark"], printed["panel"]) == (680, False, 0)
    assert printed["pixels"] == pytest.approx(2, abs=0.01)
    assert page.evaluate(LOOK) == pytest.approx(before, abs=1e-9)
    expect(page.locator(".cm-board")).to_have_class("cm-board cm-dark")
    page.evaluate("controlMap.boards[0].view.overview()")
    page.evaluate(f"addEventListener('beforeprint', () => {{ window.cut = ({PLACES_OUT_OF_SIGHT})(); }})")
    page.pdf(format="Letter", landscape=True)
    assert page.evaluate("cut") == []


def colour_of(page: Page, selector: str, what: str = "background-color") -> str:
    return page.locator(selector).first.evaluate("(element, what) => getComputedStyle(element)[what]", what)


def test_in_forced_colours_legend_bar_and_strip_keep_theirs_and_what_is_chosen_is_told(pages: Pages, saved: Path):
    page = pages.open(saved, forced_colors="active")
    kept = ".cm-legend .cm-swatch", ".cm-counts .cm-dot", ".cm-bar i", ".cm-past span, .cm-past i"
    taliban = colour_of(page, kept[0])
    assert taliban not in {"rgb(0, 0, 0)", "rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    assert [colour_of(page, selector) for selector in kept[1:3]] == [taliban, taliban]
    assert page.locator(".cm-past > *").last.evaluate("piece => getComputedStyle(piece).forcedColorAdjust") == "none"
    assert colour_of(page, ".cm-strip-changes", "fill") != colour_of(page, ".cm-strip-reports", "fill")
    assert colour_of(page, ".cm-strip-swatch-changes") == colour_of(page, ".cm-strip-changes", "fill")
    button = page.get_by_role("button", name="Taliban", exact=True)
    plain = button.evaluate("button => getComputedStyle(button).backgroundColor")
    button.click()
    assert button.evaluate("button => getComputedStyle(button).backgroundColor") != plain
