"""How tests use the page and its map as a person does: point, click, press, choose, and read what is shown.

A `Frame` is the map's own: the one within the page, or the main frame of a saved page. Places go by their ids.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Frame, FrameLocator, Locator, Page, expect

from control_map.ui.tabs.registry import SECTIONS

MAP = "iframe[title*='st_folium']"
START = dt.date(2021, 5, 1)
"""The first day of the shipped theatre."""
BOARD = "const board = controlMap.boards[0], {map, theatre, drawing: {canvas}} = board;"
PLACE = f"{BOARD} const place = theatre.byId.get(id), {{x, y}} = map.latLngToContainerPoint([...place.at].reverse());"


def day(date: dt.date) -> int:
    """Return a date as the map counts it."""
    return (date - START).days


def date_of(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


# The page


def map_frame(page: Page) -> Frame:
    """Return the map's frame, marked so that a reload would show: see `is_as_it_was`."""
    page.frame_locator(MAP).locator(".cm-legend tr").first.wait_for(state="attached", timeout=60_000)
    expect(page.locator(MAP)).to_have_count(1)  # for a moment a theatre that is left and the next one have one each
    found = page.locator(MAP).element_handle().content_frame()
    assert found
    found.wait_for_function("controlMap.boards.at(-1)?.command")
    page.locator(".cm-credits").wait_for(state="attached")  # the last part of the page, which comes after the board
    found.evaluate("window.marked = true")
    return found


def is_as_it_was(frame: Frame) -> bool:
    return frame.evaluate("window.marked === true")


def board(page: Page) -> Page | FrameLocator:
    """Return the document that the board is in: the map's frame, or a saved page itself."""
    return page.frame_locator(MAP) if page.locator(MAP).count() else page


def heading(page: Page, date: dt.date) -> Locator:
    return board(page).get_by_role("heading", name=f"{date:%A}, {date.day} {date:%B %Y}")


def headline(page: Page) -> list[int]:
    """Return the counts of the board's head, in the order of the statuses; those of no district are left out."""
    counts = [int(text) for text in board(page).locator(".cm-counts li b").all_inner_texts()]
    return [count for count in counts if count]


def behind_numbers(page: Page) -> Locator:
    """Open what is behind the numbers of the head, and return it."""
    board(page).locator(".cm-numbers").evaluate("details => { details.open = true; }")
    return board(page).locator(".cm-numbers-text")


def panel(page: Page) -> Locator:
    """Return the panel beside the map: the latest changes, or a dossier."""
    return board(page).locator(".cm-panel")


def bring_back(page: Page, number: int = 69) -> None:
    """Bring the page back to what it shows first: its day and first section, all provinces, and nothing open."""
    frame = map_frame(page)
    open_section(page, next(iter(SECTIONS)))
    frame.evaluate("{ const [board] = controlMap.boards; while (board.close()); board.keepTo(''); }")
    page.wait_for_function("!new URLSearchParams(location.search).has('province')")
    expect(panel(page).locator("h2")).to_have_text("Latest changes")
    board(page).get_by_label("Find a place").fill("")
    move_date(page, number - shown_day(frame))
    await_day(frame, number)


def leave_to_country(page: Page) -> None:
    """Go up to the latest changes by the first of the panel's breadcrumbs."""
    panel(page).get_by_role("navigation").get_by_role("button").first.click()


def unfold(page: Page) -> None:
    """Have the open dossier list all its reports."""
    panel(page).locator(".cm-why").wait_for(state="attached")
    more = panel(page).get_by_role("button", name=re.compile("^Show "))
    if more.count():
        more.click()


def find(page: Page, text: str) -> None:
    """Open the place whose name is most like a text."""
    if page.locator(MAP).count():
        map_frame(page)
    box = board(page).get_by_label("Find a place")
    box.fill(text)
    box.press("Enter")


def move_date(page: Page, days: int) -> None:
    """Move Streamlit's slider."""
    page.get_by_role("slider").focus()
    for _ in range(abs(days)):
        page.keyboard.press("ArrowRight" if days > 0 else "ArrowLeft")


def toolbar(page: Page) -> Locator:
    return page.locator(".st-key-toolbar")


def chosen(page: Page, words: str) -> Locator:
    """Return the button of a popover, by its name and what is chosen in it, as it is read."""
    return toolbar(page).get_by_role("button", name=words, exact=True)


def opened_popover(page: Page, name: str) -> Locator:
    """Open a popover of the toolbar, once the server has answered all that was said before; return what it holds."""
    page.wait_for_function(
        """map => {
            const board = document.querySelector(map)?.contentWindow.controlMap?.boards.at(-1);
            const answered = Number(document.querySelector("[data-answers]")?.dataset.answers ?? 0);
            return !board || answered >= board.messages.last.nth;
        }""",
        arg=MAP,
    )
    toolbar(page).get_by_role("button", name=re.compile(f"^{name}")).click()
    return page.get_by_test_id("stPopoverBody")


def choose_in_popover(page: Page, name: str, text: str) -> None:
    """Choose one of the options in a popover of the toolbar, and close it."""
    opened_popover(page, name).get_by_text(text, exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def choose(page: Page, label: str, text: str) -> None:
    """Choose in a box for one of many: in an open popover of the toolbar, or on the page."""
    box = page.get_by_role("combobox", name=label)
    box.fill(text)
    page.get_by_role("option", name=re.compile(re.escape(text))).first.click()


def choose_conflict(page: Page, title: str) -> None:
    """Choose another theatre, and wait for its board."""
    before = map_frame(page).evaluate("controlMap.boards.at(-1).geometryName")
    opened_popover(page, "Conflict")
    choose(page, "Conflict", title)
    page.wait_for_function(
        """([map, before]) => {
            const frames = document.querySelectorAll(map), board = frames[0]?.contentWindow.controlMap?.boards.at(-1);
            return frames.length === 1 && board?.command && board.geometryName !== before;
        }""",
        arg=[MAP, before],
    )


def open_section(page: Page, name: str) -> None:
    """Open the tab of a section, and there the section; wait until it is there."""
    tab = SECTIONS[name].tab
    page.get_by_role("tab", name=tab, exact=True).click()
    if sum(section.tab == tab for section in SECTIONS.values()) > 1:  # the only section of a tab has no name of its own
        section_name(page, name).click()
    page.wait_for_function(
        "slug => new URLSearchParams(location.search).get('tab') === slug",
        arg=SECTIONS[name].slug if name != next(iter(SECTIONS)) else None,
    )
    expect(page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning")


def section_name(page: Page, name: str) -> Locator:
    """Return the name of a section, which its tab shows while it is open."""
    return page.get_by_role("radio", name=name, exact=True)


def choose_origin(page: Page, row: int) -> Locator:
    open_section(page, "Sources")
    table = page.get_by_test_id("stDataFrame")
    table.locator("canvas").first.wait_for()
    table.scroll_into_view_if_needed()
    table.locator(".dvn-scroller").click(position={"x": 18, "y": 35 * (row + 1) + 17})  # the box before its name
    return page.locator(".cm-origin")


def messages(page: Page) -> Callable[[], int]:
    """Return a function that counts how many messages the page has sent to the server since."""
    page.evaluate(
        "{ const {send} = WebSocket.prototype; window.sent = 0;"
        " WebSocket.prototype.send = function (...data) { window.sent++; return send.apply(this, data); }; null; }"
    )
    return lambda: page.evaluate("window.sent")


# The map


def spot(frame: Frame, place: str) -> tuple[float, float]:
    """Return where a place stands on the page; the page is scrolled so that the map is seen."""
    left = top = 0.0
    if frame.parent_frame:
        frame.frame_element().scroll_into_view_if_needed()
        box = frame.frame_element().bounding_box()
        assert box
        left, top = box["x"], box["y"]
    x, y = frame.evaluate(
        f"id => {{ {PLACE} const box = map.getContainer().getBoundingClientRect(); return [box.x + x, box.y + y]; }}",
        place,
    )
    return left + x, top + y


def look_at(frame: Frame, place: str, zoom: float) -> None:
    frame.evaluate(
        f"([id, zoom]) => {{ {PLACE} map.setView([...place.at].reverse(), zoom, {{animate: false}}); }}", [place, zoom]
    )


def hover(page: Page, frame: Frame, place: str) -> Locator:
    """Put the pointer on a place; return the card about it."""
    page.mouse.move(*spot(frame, place))
    return frame.locator(".cm-hover")


def click(page: Page, frame: Frame, place: str) -> None:
    page.mouse.click(*spot(frame, place))


def click_ground(page: Page, frame: Frame) -> None:
    """Click beside the theatre: above its westernmost place."""
    x, _ = spot(frame, "AF3213")
    _, y = spot(frame, "AF1710")
    page.mouse.click(x, y)


def patch(frame: Frame, place: str, sheet: str = "fills", half: int = 5) -> list[int]:
    """Return the pixels around a place on one of the map's sheets."""
    return frame.evaluate(
        f"""([id, sheet, half]) => {{
            {PLACE}
            const host = map.getContainer(), {{canvas: drawn}} = canvas[sheet];
            const around = host.getBoundingClientRect(), box = drawn.getBoundingClientRect();
            const pixels = drawn.width / box.width;
            const [left, top] = [around.x + x - box.x, around.y + y - box.y].map(at => at * pixels - half);
            return [...canvas[sheet].getImageData(left, top, 2 * half, 2 * half).data];
        }}""",
        [place, sheet, half],
    )


def colour(frame: Frame, place: str, sheet: str = "fills", half: int = 2) -> str:
    """Return the most frequent colour around a place as `#rrggbb`, or nothing if nothing is drawn there."""
    data = patch(frame, place, sheet, half)
    (found, _), *_ = Counter(tuple(data[at : at + 4]) for at in range(0, len(data), 4)).most_common()
    return "#" + bytes(found[:3]).hex() if found[3] else ""


def legend(frame: Frame) -> dict[str, int]:
    """Return the legend's counts by label."""
    frame.locator(".cm-legend tr").first.wait_for(state="attached")
    return frame.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.cm-legend tr')]"
        ".map(({cells: [, label, count]}) => [label.textContent, Number(count.textContent)]))"
    )


def changes(frame: Frame) -> dict[str, int]:
    """Return the counts of the legend of changes, by label or as in `Taliban, gained`."""
    return frame.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.cm-changes tr')].flatMap(({cells: [, label, ...counts]}) =>"
        " counts.length > 1 ? counts.flatMap(cell => [...cell.querySelectorAll('button')])"
        "   .map(button => [button.dataset.name, Number(button.textContent)])"
        " : counts.map(count => [label.textContent, Number(count.textContent)])))"
    )


def by_status(frame: Frame) -> list[int]:
    """Return the legend's counts of the statuses, as `headline` does those of the page."""
    statuses = frame.evaluate("controlMap.boards[0].theatre.statuses.length")
    return [count for count in list(legend(frame).values())[:statuses] if count]


def shown_day(frame: Frame) -> int:
    """Return the day whose colours the map has."""
    return frame.evaluate("controlMap.boards[0].shownDay")


def finder(frame: Frame) -> Locator:
    return frame.get_by_label("Place on the map")


# The strip


def dial(frame: Frame) -> Locator:
    return frame.get_by_role("slider", name="Date on the map")


def strip_day(frame: Frame) -> int:
    return int(dial(frame).get_attribute("aria-valuenow") or -1)


def press(frame: Frame, *keys: str) -> None:
    """Press keys on the strip."""
    dial(frame).focus()
    for key in keys:
        frame.page.keyboard.press(key)


def point_at_day(page: Page, frame: Frame, number: int, days: int = 130) -> None:
    """Put the pointer on a day of the strip."""
    dial(frame).scroll_into_view_if_needed()
    box = dial(frame).bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * (number + 0.5) / days, box["y"] + box["height"] - 6)


def await_day(frame: Frame, number: int) -> None:
    """Wait until the map and its strip show a day."""
    frame.wait_for_function("number => controlMap.boards[0].shownDay === number", arg=number)
    expect(dial(frame)).to_have_attribute("aria-valuenow", str(number))


# What a test counts


def count_calls(frame: Frame, of: str, method: str) -> Callable[[], int]:
    """Return a function that counts the calls since then of a method of the object that `of` names."""
    frame.evaluate(
        """([of, method]) => {
            const owner = eval(of), plain = owner[method];
            (window.calls ??= {})[method] = 0;
            owner[method] = function (...given) { window.calls[method]++; return plain.apply(this, given); };
        }""",
        [of, method],
    )
    return lambda: frame.evaluate("method => window.calls[method]", method)


def table_rows(frame: Frame) -> list[list[str]]:
    """Return the cells of the open table's rows."""
    rows: Any = frame.locator(".cm-table tbody").evaluate(
        "body => [...body.rows].map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return rows
