"""The board within a page that scrolls: what wheel, fingers and keys do to it and to the page, and what is spoken."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from control_map.pipeline.view import View
from control_map.render.map.board import Board
from tests.browser.boards import save
from tests.browser.driving import hover, look_at, spot

OPENS_ON = dt.date(2021, 7, 9)
GHORYAN, ISLAM_QALA, MIDDLE, EASTERN = "AF3211", "AF-X-islam-qala", "AF1007", "AF1723"
ARTICLE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Article</title>
<body style="margin: 0"><p style="height: 200px; margin: 0">Above</p>
<iframe src="map.html" title="Map" style="width: 100%; height: 560px; border: 0"></iframe>
<p style="height: 3000px">Below</p></body></html>"""
LOOK = "(({map}) => [map.getZoom(), map.getCenter().lat, map.getCenter().lng])(controlMap.boards[0])"
Point = tuple[float, float]


@pytest.fixture
def article(browser: Browser, tmp_path: Path, shipped_view: View) -> Iterator[Callable[..., tuple[Page, Frame]]]:
    """Open a page that scrolls, and has the map in a frame. Fails if it had an error."""
    opened, errors = [], []

    def open_article(**options: Any) -> tuple[Page, Frame]:
        save(tmp_path / "map.html", (shipped_view, Board.of(shipped_view, OPENS_ON)))
        (tmp_path / "article.html").write_text(ARTICLE)
        opened.append(browser.new_context(**{"viewport": {"width": 1000, "height": 700}, **options}))
        page = opened[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto((tmp_path / "article.html").as_uri())
        frame = page.frames[1]
        frame.wait_for_function("window.controlMap?.boards[0]?.shownDay !== undefined")
        return page, frame

    yield open_article
    for context in opened:
        context.close()
    assert errors == []


def wheel(page: Page, frame: Frame) -> str:
    """Turn the wheel over the map; return what took it: the page, which then scrolled, or the map, which zoomed."""
    page.evaluate("window.from = scrollY")
    frame.evaluate(
        """{
            const {map} = controlMap.boards[0], from = map.getZoom();
            window.taken = new Promise(done => addEventListener("wheel", event => setTimeout(() => {
                if (!event.defaultPrevented) done("page");
                else map.once("zoomend", () => done(map.getZoom() > from ? "map" : "nothing"));
            }), {once: true, capture: true}));
            null;
        }"""
    )
    page.mouse.wheel(0, -60)
    taken = frame.evaluate("taken")
    if taken == "page":
        page.wait_for_function("scrollY < from")
    assert (page.evaluate("scrollY < from"), taken) in {(True, "page"), (False, "map")}
    return taken


def touch(page: Page) -> Callable[..., None]:
    """Return a function that says where fingers are when they touch, move or leave."""
    session = page.context.new_cdp_session(page)

    def send(kind: str, *points: Point) -> None:
        fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": fingers})

    return send


def test_the_wheel_scrolls_the_page_unless_ctrl_is_held_or_the_map_was_clicked(article):
    page, frame = article()
    page.evaluate("scrollTo(0, 150)")
    hint = frame.locator(".cm-hint")
    x, y = spot(frame, GHORYAN)
    page.mouse.move(x, y)
    expect(hint).to_have_css("opacity", "0")
    assert wheel(page, frame) == "page"
    expect(hint).to_have_text("Hold Ctrl to zoom the map")
    expect(hint).to_have_class("cm-hint cm-shown")
    page.keyboard.down("Control")
    assert wheel(page, frame) == "map"
    page.keyboard.up("Control")
    assert wheel(page, frame) == "page"
    page.mouse.click(x, y)
    assert wheel(page, frame) == "map"
    page.mouse.click(10, 20)  # on the page
    page.mouse.move(x, y)
    assert wheel(page, frame) == "page"


def test_one_finger_scrolls_the_page_two_move_and_zoom_the_map_and_a_tap_leaves_nothing_behind(article):
    page, frame = article(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    fingers, (x, y) = touch(page), spot(frame, MIDDLE)
    before, scrolled = frame.evaluate(LOOK), page.evaluate("scrollY")
    fingers("Start", (x - 50, y))
    fingers("Start", (x - 50, y), (x + 50, y))
    for moved in range(0, 60, 10):
        fingers("Move", (x - 50 - moved, y + moved), (x + 50 + moved, y + moved))
    fingers("End")
    frame.wait_for_function(f"before => {LOOK}[0] > before[0] && {LOOK}[1] > before[1]", arg=before)
    assert page.evaluate("scrollY") == scrolled
    frame.evaluate("controlMap.boards[0].view.overview()")
    frame.wait_for_function(f"before => {LOOK}[0] === before[0]", arg=before)
    page.touchscreen.tap(x, y)
    frame.wait_for_function("id => controlMap.boards[0].messages.last.place_id === id", arg=MIDDLE)
    expect(frame.locator(".cm-hover")).to_be_hidden()
    expect(frame.locator(".cm-over, .cm-shown")).to_have_count(0)
    frame.get_by_role("button", name="Close", exact=True).tap()
    (x, y), scrolled = spot(frame, MIDDLE), page.evaluate("scrollY")
    before = frame.evaluate(LOOK)
    fingers("Start", (x, y))
    for moved in range(0, 120, 10):
        fingers("Move", (x, y - moved))
    fingers("End")
    page.wait_for_function("from => scrollY > from + 50", arg=scrolled)
    assert frame.evaluate(LOOK) == before
    expect(frame.locator(".cm-hint")).to_have_text("Use two fingers to move the map")


def test_the_card_is_never_over_what_lies_on_the_map_nor_under_it(article):
    page, frame = article(viewport={"width": 700, "height": 700})
    overlaps = """card => [...document.querySelectorAll(".leaflet-control, .cm-foot")].filter(element => {
        const a = card.getBoundingClientRect(), b = element.getBoundingClientRect();
        return b.width && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    }).map(({className}) => className)"""
    for place, zoom in ((EASTERN, 6), (EASTERN, 7), (GHORYAN, 6), (ISLAM_QALA, 8)):
        look_at(frame, place, zoom)
        for x, y in ((0, 0), (150, 60), (-200, -100)):
            frame.evaluate("([x, y]) => void controlMap.boards[0].map.panBy([x, y], {animate: false})", [x, y])
            card = hover(page, frame, place)
            expect(card).to_be_visible()
            assert card.evaluate(overlaps) == []
    box = frame.locator(".cm-legend").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    expect(card).to_be_hidden()


def test_the_keys_work_wherever_the_focus_is_but_in_boxes_and_escape_closes_one_thing_after_the_other(article):
    page, frame = article()
    day = "controlMap.boards[0].shownDay"
    for focused in (".cm-map", ".cm-legend summary", ".cm-panel-body", ".cm-numbers summary"):
        frame.locator(focused).focus()
        before = frame.evaluate(day)
        page.keyboard.press("ArrowRight")
        assert frame.evaluate(day) == before + 1, focused
        page.keyboard.press("p")
        page.keyboard.press("ArrowLeft")
        assert frame.evaluate(day) < before + 1, focused
    look = frame.evaluate(LOOK)
    frame.locator(".cm-map").focus()
    page.keyboard.press("Space")
    assert frame.evaluate("controlMap.boards[0].strip.playback.running")
    page.keyboard.press("k")
    assert not frame.evaluate("controlMap.boards[0].strip.playback.running")
    assert frame.evaluate(LOOK) == look
    before = frame.evaluate(day)
    frame.get_by_label("Find a place").focus()
    for key in ("ArrowRight", "n", "t", "?", "Space"):
        page.keyboard.press(key)
    assert frame.evaluate(day) == before
    assert frame.get_by_role("dialog").count() == 0
    frame.evaluate("id => controlMap.boards[0].open(id)", GHORYAN)
    frame.locator(".cm-map").focus()
    page.keyboard.press("t")
    frame.locator(".cm-map").evaluate("map => map.focus()")
    page.keyboard.press("?")
    keys = frame.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Play, pause")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("Escape")
    expect(frame.get_by_role("dialog")).to_have_count(0)
    assert frame.evaluate("controlMap.boards[0].place?.id") == GHORYAN
    page.keyboard.press("Escape")
    assert frame.evaluate("controlMap.boards[0].place") is None


def test_the_headline_is_spoken_once_it_has_settled_and_not_at_each_step(article):
    _, frame = article()
    frame.evaluate(
        """window.spoken = [];
        new MutationObserver(() => spoken.push(controlMap.boards[0].announcer.element.textContent))
            .observe(controlMap.boards[0].announcer.element, {childList: true, characterData: true, subtree: true});
                null"""
    )
    frame.evaluate("for (const day of [70, 71, 72]) controlMap.boards[0].preview(day)")
    frame.wait_for_function("spoken.length > 0")
    line = frame.locator(".cm-line").text_content()
    assert frame.evaluate("spoken") == [f"Monday, 12 July 2021: {line}. 3 changes."]
