"""A first map in the browser: from polygons without ids to a map and its pack; and the legends of small theatres."""

import datetime as dt
import io
import json
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from control_map.intake.new_theatre.boundary_columns import ColumnHints
from control_map.intake.new_theatre.upload import BoundaryUpload, make_theatre
from control_map.pipeline.view import View, apply_rule
from control_map.render.map.board import Board
from tests.browser.boards import Pages, save
from tests.browser.driving import MAP, legend, map_frame
from tests.browser.test_board import UNDER_LEGEND, resize
from tests.browser.test_own_reports import serious
from tests.conftest import SHIPPED

NAMES = "Ashford Brook Cairn Dunmore Eastwick Fenby Glenholt Harrowgate Inver Jarrow Keld Lorne".split()
PARTIES = ("Red Army", "Northern Front", "Revolutionary United Front of the Hills and Lakes")
REPORTS = """date,place,claim,holder,source
2024-03-02,Ashford,captured,Red Army,Valley Post
2024-03-05,Brook,captured,Northern Front,Valley Post
2024-03-09,Cairn,held,Red Army,Radio Ten
2024-03-12,Dunmore,contested,Red Army,Radio Ten
2024-03-20,Ashford,retaken,Northern Front,Hill Times
"""
SIZES = [(1280, 720), (1400, 1000), (390, 844)]
MOST_CLICKS = 8
WORK = 60_000
"""Milliseconds for what a worker does, which begins by loading GeoPandas, beside other tests."""


def polygons(columns: int, rows: int, width: float, height: float) -> bytes:
    """Return a grid of districts as GeoJSON, with names and no ids."""
    corners = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    features = [
        {
            "type": "Feature",
            "properties": {"name": NAMES[row * columns + column]},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[(10 + (column + x) * width, 45 + (row + y) * height) for x, y in corners]],
            },
        }
        for row in range(rows)
        for column in range(columns)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def view_of(data: bytes) -> View:
    upload = BoundaryUpload("small.geojson", data)
    pack = make_theatre(upload, ColumnHints(name="name", parent=""), "Small war", PARTIES, dt.date(2024, 5, 1)).pack
    return apply_rule(pack, pack.rule())


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((3, 3, 0.3, 0.2), id="square"),
        pytest.param((6, 1, 0.3, 0.4), id="wide"),
        pytest.param((1, 6, 0.3, 0.2), id="tall"),
        pytest.param((4, 3, 0.3, 0.19), id="as the map"),
        pytest.param((3, 3, 0.01, 0.007), id="some villages"),
    ],
)
def test_a_small_theatre_fills_the_map_and_its_legend_covers_none_of_it(browser: Browser, tmp_path: Path, shape):
    view, pages = view_of(polygons(*shape)), Pages(browser)
    page = pages.open(save(tmp_path / "map.html", (view, Board.of(view, dt.date(2024, 5, 1)))))
    for width, height in SIZES:
        resize(page, width, height)
        assert page.evaluate(UNDER_LEGEND) == [], (width, height)
        share = page.evaluate(
            """() => {
                const {map, view: {bounds}} = controlMap.boards[0], {x, y} = map.getSize();
                const south = map.latLngToContainerPoint(bounds.getSouthWest());
                const north = map.latLngToContainerPoint(bounds.getNorthEast());
                return Math.max((north.x - south.x) / x, (south.y - north.y) / y);
            }"""
        )
        assert 0.4 < share < 1, (width, height)
    pages.close()
    assert pages.errors == []


def test_a_first_map_takes_few_clicks_and_no_other_browser_gets_it(
    page: Page, browser: Browser, address: str, axe: str, tmp_path: Path
):
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/files/" in request.url else None)
    clicks: list[str] = []

    def click(role: str, name: str) -> None:
        page.get_by_role(role, name=name).click()  # type: ignore[arg-type]
        clicks.append(name)

    def give(name: str, kind: str, data: bytes) -> None:
        page.locator("input[type=file]:visible, input[type=file]").last.set_input_files(
            {"name": name, "mimeType": kind, "buffer": data}
        )
        clicks.append(name)

    click("button", "Add reports")
    click("tab", "A new map")
    page.get_by_text("Polygons of your districts").wait_for()
    give("valley-war.geojson", "application/json", polygons(3, 3, 0.3, 0.2))
    parties = page.get_by_role("textbox", name="Parties to the conflict")
    expect(parties).to_be_visible(timeout=WORK)
    parties.fill("Red Army\nNorthern Front")
    assert serious(page, axe) == []
    click("button", "Make the map")
    expect(page.get_by_text("is your own map")).to_be_visible(timeout=WORK)
    expect(page.get_by_role("tab", name="A table")).to_have_attribute("aria-selected", "true")
    assert serious(page, axe) == []
    give("reports.csv", "text/csv", REPORTS.encode())
    expect(page.get_by_role("button", name="Show on the map")).to_be_enabled(timeout=WORK)
    click("button", "Show on the map")
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=WORK)
    # The map of the other period stays beside the new one for a moment.
    headline = page.frame_locator(MAP).last.locator(".cm-line")
    expect(headline).to_contain_text("Red Army holds 1 of 9 districts", timeout=WORK)
    expect(page.locator(MAP)).to_have_count(1, timeout=WORK)
    frame: Frame = map_frame(page)
    counts = legend(frame)
    assert [counts[name] for name in ("Red Army", "Contested", "Northern Front", "No report")] == [1, 1, 2, 5]
    assert "districts on added reports" not in counts
    click("button", "Your reports")
    with page.expect_download() as download:
        click("button", "Download this map")
    assert len(clicks) <= MOST_CLICKS, clicks

    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as packed:
        packed.extractall(tmp_path)
    for command in (["check", "."], ["summary", "--pack", ".", "--date", "2024-03-20"]):
        answer = subprocess.run(
            [sys.executable, "-m", "control_map", *command],
            cwd=tmp_path / "valley-war",
            env={"PYTHONPATH": str(SHIPPED.parents[1]), "PATH": ""},
            capture_output=True,
            check=False,
            text=True,
        )
        assert answer.returncode == 0, answer.stderr

    private = [url for url in fetched if "geometry-" in url or "timeline-" in url][-2:]
    for url in private:
        assert page.request.get(url).status == 200
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(url, timeout=60)
    other = browser.new_context().new_page()
    other.goto(address + "/?theatre=valley-war")
    expect(other.get_by_text("Part of this link could not be read")).to_be_visible()
    map_frame(other)
    assert "Valley war" not in other.content()
    other.context.close()
