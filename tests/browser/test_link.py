"""A link copied from one window opens the same view in another."""

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from control_map.pipeline.pack import Pack
from control_map.ui import url_schema
from control_map.ui.state import query
from control_map.ui.state.query import (
    ChoiceFormat,
    DayFormat,
    MultipleChoiceFormat,
    PositionFormat,
    QueryEntry,
    TextFormat,
    WholeNumberFormat,
)
from tests.browser.driving import map_frame, move_date

VIEWS = 5
_SEEN = """() => {
    const text = selector => [...document.querySelectorAll(selector)].map(each => each.innerText).join(" | ");
    const inputs = [...document.querySelectorAll("input")].filter(each => each.type !== "radio" || each.checked);
    return {
        address: location.search,
        inputs: inputs.map(each => each.value).join(" | "),
        shown: text("[aria-pressed=true], [aria-checked=true]"),
        tab: text("[role=tab][aria-selected=true]"),
        page: text("[data-testid=stHtml]"),
    };
}"""
_MAP = """() => {
    const {map, drawing: {selected}, shownDay, compared, command} = controlMap.boards.at(-1);
    const {lat, lng} = map.getCenter();
    const at = [lat.toFixed(4), lng.toFixed(4), map.getZoom()], {hidden} = command;
    return {at, selected, shownDay, compared, hidden, legend: document.querySelector(".cm-legend").innerText};
}"""


def chosen(entry: QueryEntry, luck: random.Random) -> object:
    match entry.format:
        case ChoiceFormat(words):
            return luck.choice(list(words.values()))
        case MultipleChoiceFormat(words):
            return [value for value in words.values() if luck.random() < 0.5]
        case DayFormat(first, last):
            return first + (last - first) * luck.random()
        case WholeNumberFormat(least, most):
            return luck.randint(least, most)
        case PositionFormat():
            return (luck.uniform(32, 36), luck.uniform(62, 70), luck.randrange(24, 36) / 4)
        case TextFormat():
            return luck.choice(["Herat", "\u0642\u0644\u0639\u0647 \u0646\u0648", "a&b=c #1"])
    message = f"no value for {entry.format}"
    raise AssertionError(message)


def generated(pack: Pack, number: int) -> str:
    """Return the query of a view in which about half of all that can be chosen is chosen."""
    luck = random.Random(number)
    table = url_schema.view_entries(pack, luck.choice(pack.rules))
    state = {entry.key: entry.default for entry in table} | {
        entry.key: chosen(entry, luck) for entry in table if luck.random() < 0.5
    }
    return query.write_query({key: value for key, value in state.items() if value is not None}, table)


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[tuple[Page, Page]]:
    contexts = [browser.new_context(viewport={"width": 1400, "height": 1000}) for _ in range(2)]
    yield tuple(context.new_page() for context in contexts)  # type: ignore[misc]
    for context in contexts:
        context.close()


def seen(page: Page) -> dict[str, object]:
    """Return what a window shows once it has stopped changing."""
    frame = map_frame(page)
    last = None
    for _ in range(60):
        now = page.evaluate(_SEEN) | frame.evaluate(_MAP)
        if now == last:
            return now
        last = now
        page.wait_for_timeout(300)
    message = f"{page.url} never comes to rest"
    raise AssertionError(message)


@pytest.mark.parametrize("number", range(VIEWS))
def test_a_link_from_one_window_opens_the_same_view_in_another(windows, address: str, shipped, number: int):
    one, other = windows
    one.goto(f"{address}/?{generated(shipped, number)}")
    seen(one)
    if number % 2:
        move_date(one, -1)
    map_frame(one).evaluate("controlMap.boards.at(-1).map.panBy([40, -25], {animate: false})")
    copied = seen(one)
    other.goto(one.url)
    assert seen(other) == copied
    assert "cm-notices" not in other.content().split("</style>")[-1]
