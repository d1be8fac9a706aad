"""A playback, recorded frame by frame: headline, counts, legend, panel, strip and the map's colours are of one day."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from control_map.pipeline.view import View
from control_map.render.map.board import Board
from tests.browser.boards import Pages, save
from tests.browser.driving import date_of
from tests.browser.expected import looks

FIRST, LAST = 60, 90
RECORD = """([places, last]) => {
    window.recorded = [];
    const {map, theatre, strip, drawing: {canvas}} = controlMap.boards[0],
        text = selector => document.querySelector(selector).textContent;
    const box = canvas.fills.canvas.getBoundingClientRect(), frame = map.getContainer().getBoundingClientRect();
    const spots = places.map(id => map.latLngToContainerPoint([...theatre.byId.get(id).at].reverse()))
        .map(({x, y}) => [frame.x + x - box.x, frame.y + y - box.y]);
    const sample = () => recorded.push({
        size: map.getSize().toString(),
        day: Number(document.querySelector(".cm-strip-dial").getAttribute("aria-valuenow")),
        date: text(".cm-date"), line: text(".cm-line"), changes: text(".cm-panel .cm-fine"),
        counts: [...document.querySelectorAll(".cm-counts li")].map(item => item.textContent),
        legend: [...document.querySelectorAll(".cm-legend tr")].map(({cells: [, label,
            count]}) => [label.textContent, count.textContent]),
        colours: spots.map(([x, y]) => [...canvas.fills.getImageData(x, y, 1, 1).data.slice(0, 3)]),
    });
    // After each frame has been painted.
    const record = () => {
        setTimeout(sample);
        if (strip.day < last) requestAnimationFrame(record);
        else strip.pause();
    };
    record();
}"""


@pytest.fixture
def page(browser: Browser, tmp_path: Path, shipped_view: View) -> Iterator[Page]:
    pages = Pages(browser)
    yield pages.open(save(tmp_path / "map.html", (shipped_view, Board.of(shipped_view, date_of(FIRST)))))
    pages.close()
    assert pages.errors == []


def shown_on(view: View, places: list[str], number: int) -> dict[str, Any]:
    """Return what each part has to show on a day, as `RECORD` reads it."""
    styles, date, look = view.pack.styles, date_of(number), looks(view, number)
    counted = look[look["kind"] == "district"]["status"].value_counts()
    counts = {styles[status].label: int(counted.get(status, 0)) for status in styles}
    first = next(iter(counts))
    colours = [
        styles[status].light if light else styles[status].colour
        for status, light in look.loc[places, ["status", "light"]].itertuples(index=False)
    ]
    return {
        "date": f"{date:%A}, {date.day} {date:%B %Y}",
        "line": f"{first} hold {counts[first]} of {sum(counts.values())} districts",
        "changes": f"to {date.day} {date:%B};",
        "counts": {f"{count} {label}" for label, count in counts.items() if count},
        "legend": [[label, str(count)] for label, count in counts.items()],
        "colours": [list(bytes.fromhex(colour[1:])) for colour in colours],
    }


def disagreeing(sample: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """Return the parts of a frame that do not show what they have to."""
    shown = {
        "date": sample["date"] == expected["date"],
        "line": sample["line"].startswith(expected["line"]),
        "changes": expected["changes"] in sample["changes"],
        "counts": all(any(text.startswith(count) for text in sample["counts"]) for count in expected["counts"]),
        "legend": sample["legend"][: len(expected["legend"])] == expected["legend"],
        "colours": all(
            abs(part - other) <= 2  # beside a border
            for seen, colour in zip(sample["colours"], expected["colours"], strict=True)
            for part, other in zip(seen, colour, strict=True)
        ),
    }
    return [part for part, agrees in shown.items() if not agrees]


def steady(view: View) -> list[str]:
    """Return large districts that change in these days, and at no time have a mark of doubt over their colour."""
    days = [looks(view, number) for number in range(FIRST, LAST + 20)]
    marked = sum((look["claimed_by"] != "") | look["disputed"] | (look["basis"] == "claim") for look in days)
    plain = ~marked.astype(bool)
    moves = sum(days[at]["status"] != days[at + 1]["status"] for at in range(len(days) - 1)) > 0
    chosen = days[0].index[plain & moves & (days[0]["kind"] == "district") & (days[0].index.str.len() == 6)]
    # In a large one the point that is looked at lies far from the border.
    area = view.pack.theatre.places.set_index("place_id")["area_km2"]
    return list(area.reindex(chosen).sort_values(ascending=False).index[:20])


def test_in_no_frame_of_a_playback_do_headline_counts_panel_and_map_show_different_days(page: Page, shipped_view: View):
    places = steady(shipped_view)
    assert len(places) == 20
    page.get_by_label("Speed").select_option("16")
    page.evaluate(RECORD, [places, LAST])
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("last => recorded.at(-1)?.day >= last", arg=LAST)
    samples = page.evaluate("recorded")
    expected = {day: shown_on(shipped_view, places, day) for day in {sample["day"] for sample in samples}}
    assert len(expected) > 10
    assert len({sample["size"] for sample in samples}) == 1
    for before, sample in pairwise(samples):
        wrong = disagreeing(sample, expected[sample["day"]])
        assert [part for part in wrong if part in disagreeing(sample, expected[before["day"]])] == [], sample["date"]
