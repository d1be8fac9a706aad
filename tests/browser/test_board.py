"""The live map by itself, on a saved page: what it draws, says and does without a server."""

import datetime as dt
import io
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Browser, Frame, Page, expect
from xyzservices import TileProvider

from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import View, apply_rule
from control_map.render.map.board import Board
from tests.browser.boards import TILE, Pages, board_with_tiles, save, tile_server
from tests.browser.driving import (
    START,
    changes,
    click,
    colour,
    count_calls,
    date_of,
    day,
    finder,
    hover,
    legend,
    look_at,
    patch,
    point_at_day,
    press,
    shown_day,
    spot,
    strip_day,
    table_rows,
)
from tests.browser.expected import changed, looks
from tests.support.syria import write_syria

OPENS_ON = dt.date(2021, 7, 9)
ISLAM_QALA, TORKHAM, KUNDUZ, MAIDAN_SHAHR = "AF-X-islam-qala", "AF-X-torkham", "AF-C-19", "AF-C-04"
GHORYAN, CHAR_BURJAK, QALA_E_NAW = "AF3211", "AF3404", "AF3101"
EMPTY = """sheet => controlMap.boards[0].drawing.canvas[sheet]
    .getImageData(0, 0, 1000, 700).data.every(part => part === 0)"""


@pytest.fixture
def pages(browser: Browser) -> Iterator[Pages]:
    """Fails if a page asked anything of a network, or had an error."""
    opened = Pages(browser)
    yield opened
    opened.close()
    assert opened.asked == []
    assert opened.errors == []


@pytest.fixture
def open_board(pages: Pages, tmp_path: Path, shipped_view: View) -> Callable[..., Page]:
    """Return a function that opens a saved page with the shipped theatre; it takes what `Show` does."""

    def open_board(date: dt.date = OPENS_ON, view: View = shipped_view, size=None, **shown) -> Page:
        board = Board.of(view, date, **shown)
        return pages.open(save(tmp_path / "map.html", (view, board)), **({"viewport": size} if size else {}))

    return open_board


@pytest.fixture
def page(open_board) -> Page:
    return open_board()


# What it draws


def test_each_place_has_the_colour_of_its_status_in_either_theme(open_board, shipped_view: View):
    styles, status = shipped_view.pack.styles, looks(shipped_view, day(OPENS_ON))
    for dark in (False, True):
        frame = open_board(dark=dark).main_frame
        for place, sheet in (
            (GHORYAN, "fills"),
            (CHAR_BURJAK, "fills"),
            (MAIDAN_SHAHR, "symbols"),
            (TORKHAM, "symbols"),
        ):
            style, light = styles[status["status"][place]], status["light"][place]
            expected = (style.dim if light else style.dark) if dark else (style.light if light else style.colour)
            assert colour(frame, place, sheet) == expected
        assert frame.evaluate("controlMap.boards[0].root.classList.contains('cm-dark')") is dark
        ground = "rgb(23, 24, 27)" if dark else "rgb(251, 250, 247)"
        expect(frame.locator(".leaflet-container")).to_have_css("background-color", ground)


def test_a_step_paints_the_polygons_whose_look_has_changed_and_no_other(page: Page, shipped_view: View):
    page.evaluate(
        "{ const {canvas} = controlMap.boards[0].drawing, {paint} = canvas; window.painted = [];"
        " canvas.paint = function (place, style) {"
        "  painted.push(place.id); paint.call(this, place, style); }; null; }"
    )
    filled = count_calls(page.main_frame, "controlMap.boards[0].drawing.canvas.fills", "fill")
    for number, key in ((70, "ArrowRight"), (71, "ArrowRight"), (70, "ArrowLeft"), (77, "PageUp")):
        before = looks(shipped_view, shown_day(page.main_frame))
        page.evaluate("painted.length = 0")
        press(page.main_frame, key)
        after = looks(shipped_view, number)
        drawn = shipped_view.pack.theatre.places.set_index("place_id").geometry.geom_type != "Point"
        drawn &= ~shipped_view.pack.theatre.places.set_index("place_id").index.str.startswith("AF-")
        changed = (before != after).any(axis=1) & drawn
        assert shown_day(page.main_frame) == number
        assert sorted(page.evaluate("painted")) == sorted(changed[changed].index)
    assert 0 < filled() < 60


def test_the_day_s_changes_are_ringed_for_a_moment_and_on_a_day_without_nothing_is(open_board):
    frame = open_board(dt.date(2021, 7, 8)).main_frame
    assert frame.evaluate(EMPTY, "pulse")
    press(frame, "ArrowRight")
    assert not frame.evaluate(EMPTY, "pulse")
    opacity = "getComputedStyle(document.querySelector('.cm-sheet-pulse')).opacity"
    frame.wait_for_function(f"{opacity} > 0")
    frame.wait_for_function(f"{opacity} == 0")
    press(frame, "PageDown")
    assert shown_day(frame) == 62
    assert frame.evaluate(EMPTY, "pulse")


def test_a_place_is_pulsed_only_if_its_status_changed_on_that_day(open_board):
    frame = open_board(dt.date(2021, 7, 8)).main_frame
    ringed = count_calls(frame, "controlMap.boards[0].drawing.canvas", "strokePath")
    circled = count_calls(frame, "controlMap.boards[0].drawing.canvas", "strokeCircle")
    press(frame, "ArrowRight")
    assert ringed() + circled() == int(frame.evaluate("controlMap.boards[0].strip.changes[69]")) == 31


LAID_OUT = """() => {
    const {drawing: {labels, symbols, canvas}, theatre} = controlMap.boards[0], inPixels = (x,
        y) => canvas.placeAt(L.point(x, y));
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const names = labels.drawn.map(({lines, box, ...name}) => ({text: lines.join(" "), ...box, ...name}));
    const drawn = symbols.boxes.map(({place, x, y, half}) => (
        {text: `symbol of ${place.name}`, left: x - half, right: x + half, top: y - half, bottom: y + half}));
    const all = [...names, ...drawn];
    const spots = ({left, right, top, bottom}) => Array.from({length: 21}, (_, across) => [top, (top + bottom) / 2,
        bottom]
        .map(y => [left + (right - left) * across / 20, y])).flat();
    const isOutside = ({place, province, lead, ...box}) => !lead && spots({...box, left: box.left + 2,
        right: box.right - 2})
        .some(([x, y]) => (place ? inPixels(x, y) !== place : inPixels(x, y)?.provinceId !== province.id));
    const isLedAstray = ({place, province, lead}) => lead && !canvas.placeAt(L.point(lead[0].x, lead[0].y)) &&
        (province || place.path);
    const isLedInland = ({place, lead, ...box}) => lead && place?.kind === "crossing" && spots(box).some(([x,
        y]) => inPixels(x, y));
    const ofAreas = names.filter(({place, province}) => province || place?.path),
        ofCountries = names.filter(({place, province}) => !place && !province);
    return {
        names: names.map(({text}) => text),
        cities: theatre.cities.filter(city => names.some(({place}) => place === city)).length,
        met: all.flatMap((one, at) => all.slice(at + 1).filter(other => meet(one, other)).map(other => [one.text,
            other.text])),
        outside: [...ofAreas.filter(isOutside), ...names.filter(name => isLedAstray(name) || isLedInland(name))]
            .map(({text}) => text),
        overGround: ofCountries.filter(box => spots(box).some(([x, y]) => inPixels(x, y))).map(({text}) => text),
        unnamed: controlMap.boards[0].drawing.asked.filter(asked => !names.some(({place}) => place === asked))
            .map(({name}) => name),
        provinces: ofAreas.filter(({province}) => province).length,
    };
}"""
"""What names are drawn, which of them or of the symbols meet, and which names stand outside of their polygons."""
UNDER_LEGEND = """() => {
    const {map, drawing: {canvas, symbols}, legend} = controlMap.boards[0];
    const frame = map.getContainer().getBoundingClientRect(), {x, y, width,
        height} = legend.box.getBoundingClientRect();
    const found = [];
    for (let right = 0; right <= width; right += 4) for (let down = 0; down <= height; down += 4) {
        const point = canvas.fromContainer([x - frame.x + right, y - frame.y + down]);
        const place = symbols.placeAt(point) ?? canvas.placeAt(point);
        if (place) found.push(place.name);
    }
    return [...new Set(found)];
}"""
SIZES = [(1280, 720), (1400, 1000), (880, 500), (620, 560), (390, 640)]
LOOK = "([zoom, at]) => void controlMap.boards[0].map.setView(at, zoom, {animate: false})"


@pytest.fixture(scope="session")
def syria_view(tmp_path_factory: pytest.TempPathFactory) -> View:
    pack = load_pack(write_syria(tmp_path_factory.mktemp("packs") / "syria-2024"))
    return apply_rule(pack, pack.rule())


def resize(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("width => innerWidth === width", arg=width)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.mark.parametrize("theatre", ["shipped", "syria"])
def test_at_every_size_names_stand_in_their_polygons_and_nothing_lies_on_another_nor_ground_under_the_legend(
    open_board, shipped_view: View, syria_view: View, theatre: str
):
    """A name that does not fit into its polygon is led to it by a line, or not drawn.

    On a small map a crossing has no name if that has no room beside the theatre.
    """
    date, view, centre = {
        "shipped": (OPENS_ON, shipped_view, [34.5, 69.2]),
        "syria": (dt.date(2024, 12, 10), syria_view, [35.2, 37]),
    }[theatre]
    page = open_board(date, view)
    for width, height in SIZES:
        resize(page, width, height)
        laid = page.evaluate(LAID_OUT)
        assert laid["met"] == laid["outside"] == laid["overGround"] == []
        assert laid["unnamed"] == [] or width < 1000, (width, laid["unnamed"])
        assert 5 <= laid["cities"] <= 7
        assert laid["provinces"] >= 2
        assert page.evaluate(UNDER_LEGEND) == []
    growth = "controlMap.boards[0].drawing.labels.growth"
    resize(page, 1920, 1080)
    assert page.evaluate(growth) == pytest.approx(1.2), "names grow with a large map"
    resize(page, 1280, 720)
    assert page.evaluate(growth) == 1
    for zoom, at in ((7, [34, 66]), (7.5, centre), (9, centre)):
        page.evaluate(LOOK, [zoom, at])
        laid = page.evaluate(LAID_OUT)
        assert laid["met"] == laid["outside"] == laid["overGround"] == []
        assert len(laid["names"]) > 12 or theatre == "syria"


def test_the_countries_beside_the_theatre_are_all_named(page: Page):
    countries = {"CHINA", "IRAN", "PAKISTAN", "TAJIKISTAN", "TURKMENISTAN", "UZBEKISTAN"}
    assert countries <= set(page.evaluate(LAID_OUT)["names"])


def test_names_make_way_for_a_box_over_the_map_that_gets_larger(open_board):
    page = open_board(size={"width": 1280, "height": 720})
    met = """(() => {
        const {drawing} = controlMap.boards[0];
        return drawing.labels.drawn.filter(({box: a}) => drawing.controls().some(b =>
            a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length;
    })()"""
    assert page.evaluate(met) == 0
    larger = "const {style} = document.querySelector('.cm-tool button'); style.width = '600px'; style.height = '90px'"
    assert page.evaluate(f"(() => {{ {larger}; return {met}; }})()") > 0
    page.wait_for_function(f"{met} === 0")


def test_crossings_that_changed_within_a_week_are_named_while_other_names_stay_where_they_are(open_board):
    frame = open_board(dt.date(2021, 7, 3), size={"width": 1280, "height": 720}).main_frame
    laid_out = count_calls(frame, "controlMap.boards[0].drawing.labels", "findGround")
    before, crossings = frame.evaluate(LAID_OUT)["names"], {"Islam Qala", "Torghundi", "Abu Nasr Farahi"}
    assert not crossings & set(before)
    for _ in range(6):
        press(frame, "ArrowRight")
    assert crossings <= set(frame.evaluate(LAID_OUT)["names"])
    press(frame, "PageUp")
    press(frame, "ArrowRight")
    assert not crossings & set(frame.evaluate(LAID_OUT)["names"])
    assert laid_out() == 0


def test_a_long_list_of_changes_shows_twelve_and_then_twelve_more(open_board):
    page = open_board(dt.date(2021, 8, 15))
    rows, more = page.locator(".cm-recent li"), page.get_by_role("button", name=re.compile(r"^Show .*more$"))
    expect(rows).to_have_count(12)
    more.press("Enter")
    expect(rows).to_have_count(24)
    expect(rows.nth(12).locator("button")).to_be_focused()
    page.evaluate("controlMap.boards[0].update(true)")
    expect(rows).to_have_count(24)
    page.evaluate("controlMap.boards[0].preview(106, 0)")
    expect(rows).to_have_count(12)
    more.click()
    expect(rows).to_have_count(24)


def test_the_name_of_a_selected_symbol_at_the_edge_of_the_map_is_written_and_not_cut_off(open_board):
    page = open_board(size={"width": 390, "height": 640}, selected=ISLAM_QALA)
    edges = page.evaluate(
        "(({visible: {min, max}, drawn}) => [min.x, max.x, drawn.find(({place}) => place?.name === 'Islam Qala').box])"
        "(controlMap.boards[0].drawing.labels)"
    )
    assert edges[0] <= edges[2]["left"] < edges[2]["right"] <= edges[1]


def test_a_place_that_the_map_goes_to_is_not_behind_the_sheet_with_its_dossier(open_board):
    page = open_board(size={"width": 390, "height": 760})
    for place in (ISLAM_QALA, GHORYAN):
        page.evaluate("id => controlMap.boards[0].choose(id)", place)
        expect(page.locator(".cm-card").first).to_be_visible()
        page.wait_for_function("!controlMap.boards[0].view.zooming && !controlMap.boards[0].view.next")
        at = """id => {
            const {map, theatre, panel: {element}} = controlMap.boards[0];
            const [lon, lat] = theatre.byId.get(id).at, {y} = map.latLngToContainerPoint([lat, lon]);
            return [y, element.parentElement.clientHeight - element.offsetHeight, map.getSize().y];
        }"""
        y, sheet, height = page.evaluate(at, place)
        assert 30 < y < sheet < height


def test_a_tap_moves_the_map_just_so_far_that_its_place_is_seen_above_the_sheet_and_a_click_beside_the_panel_not(
    open_board,
):
    page = open_board(size={"width": 390, "height": 760})
    page.emulate_media(reduced_motion="reduce")
    frame, middle = page.main_frame, "JSON.stringify(controlMap.boards[0].map.getCenter())"

    def moves(place: str) -> bool:
        before = page.evaluate(middle)
        click(page, frame, place)
        expect(page.locator(".cm-card").first).to_be_visible()
        assert page.evaluate("controlMap.boards[0].place.id") == place
        return page.evaluate(middle) != before

    assert moves(CHAR_BURJAK)
    x, y = spot(frame, CHAR_BURJAK)
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('.cm-map') !== null", [x, y])
    sheet = page.locator(".cm-panel").evaluate(
        "panel => panel.parentElement.getBoundingClientRect().bottom - panel.parentElement.clientHeight * .72"
    )
    assert sheet - 60 < y < sheet
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 720})
    assert not moves(CHAR_BURJAK)


def select(frame: Frame, place: str, *hidden: str) -> None:
    frame.evaluate(
        "([selected, hidden]) => { const board = controlMap.boards[0];"
        " return board.show({...board.command, selected, hidden}); }",
        [place, hidden],
    )


RINGED = """id => {
    const {theatre, drawing: {canvas}} = controlMap.boards[0], {path} = theatre.byId.get(id), pen = canvas.symbols;
    const {data, width} = pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height), count = {inside: 0, outside: 0};
    for (let at = 0; at < data.length; at += 4) {
        const x = (at / 4 % width / canvas.pixels - canvas.offset.x) / canvas.scale;
        const y = (Math.floor(at / 4 / width) / canvas.pixels - canvas.offset.y) / canvas.scale;
        if (data[at + 3] > 200) count[pen.isPointInPath(path, x, y, "evenodd") ? "inside" : "outside"]++;
    }
    return count;
}"""
"""The pixels of the sheet of symbols that lie in a polygon, and of those around it; the sheet is reset for it."""


def test_the_ring_of_the_selected_place_leaves_its_marks_of_doubt_to_be_seen(open_board):
    frame = open_board().main_frame
    disputed, claimed = "AF2715", "AF2005"
    for place in (disputed, claimed):
        look_at(frame, place, 8)
        select(frame, "", "crossing", "district", "provincial_capital")
        drawn = patch(frame, place, "fills", 60)
        select(frame, place, "crossing", "district", "provincial_capital")
        assert patch(frame, place, "fills", 60) == drawn
        frame.evaluate("controlMap.boards[0].drawing.canvas.symbols.resetTransform()")
        pixels = frame.evaluate(RINGED, place)
        assert pixels["outside"] > 300
        assert pixels["inside"] < pixels["outside"] / 10  # the edge of the polygon itself
    look_at(frame, ISLAM_QALA, 8)
    select(frame, "")
    plain = patch(frame, ISLAM_QALA, "symbols", 24)
    select(frame, ISLAM_QALA)
    ringed = patch(frame, ISLAM_QALA, "symbols", 24)
    pixels = [(plain[at : at + 4], ringed[at : at + 4]) for at in range(0, len(plain), 4)]
    assert all(now == before for before, now in pixels if before[3] == 255)
    assert sum(before[3] < 255 and now[3] == 255 for before, now in pixels) > 100


# What it says


def test_hovering_names_the_place_in_both_scripts_with_its_status_and_why(page: Page):
    card = hover(page, page.main_frame, ISLAM_QALA)
    expect(card).to_contain_text("Islam Qala اسلام قلعه")
    expect(card).to_contain_text("crossing to Iran · Herat")
    expect(card).to_contain_text("Taliban since 8 July · disputed")
    expect(card).to_contain_text("last report 9 July, the same day")
    press(page.main_frame, "ArrowRight")
    expect(card).to_be_hidden()


def test_the_line_of_why_is_that_of_the_view(page: Page, shipped_view: View):
    rows = shipped_view.timeline.assign(why=shipped_view.why_lines())
    for place in (GHORYAN, ISLAM_QALA, KUNDUZ):
        begun = rows[(rows["place_id"] == place) & ~(rows["valid_from"] > pd.Timestamp(OPENS_ON))]
        why = begun["why"].iloc[-1]
        assert why.startswith(("Set by", "By a report on"))
        expect(hover(page, page.main_frame, place)).to_contain_text(why)


def test_hovering_says_how_long_ago_a_place_was_last_reported(page: Page):
    expect(hover(page, page.main_frame, CHAR_BURJAK)).to_contain_text("Char Burjak")
    expect(page.locator(".cm-hover")).to_contain_text("last report 1 July 2020, 373 days before")
    expect(hover(page, page.main_frame, TORKHAM)).to_contain_text("Torkham")
    expect(page.locator(".cm-hover div").last).to_have_text("No report")


def test_while_reports_are_on_their_way_panel_and_head_follow_the_day_and_ask_for_none_that_passes_by(page: Page):
    page.evaluate(
        """place => {
        const [board] = controlMap.boards, {head, panel} = board;
        window.asked = [];
        panel.getDossier = head.getRanges = day => { asked.push(day); return new Promise(() => {}); };
        board.open(place);
        board.preview(106);
    }""",
        KUNDUZ,
    )
    expect(page.locator(".cm-panel .cm-badges b").first).to_have_text("Taliban")
    page.evaluate(
        """() => {
        const {head} = controlMap.boards[0];
        asked.length = 0;
        head.facts = {...head.facts, replays: true};
        head.numbers.open = true;
        for (const day of [70, 71, 72]) head.show(day, {compared: null, asked: null, staleAfter: 0});
    }"""
    )
    page.wait_for_function("asked.length")
    assert page.evaluate("[...new Set(asked)]") == [72]
    large = page.evaluate(
        "(head => { head.total = 12345; return head.sentence([4201], [2990]); })(controlMap.boards[0].head)"
    )
    assert large == "Taliban hold 4,201 of 12,345 districts, 1,211 more than a week ago"


def test_the_legend_counts_the_districts_of_each_status_on_every_day_shown(page: Page, shipped_view: View):
    labels = {name: style.label for name, style in shipped_view.pack.styles.items()}
    for key in ("ArrowRight", "PageUp", "Home", "End"):
        press(page.main_frame, key)
        looked = looks(shipped_view, shown_day(page.main_frame))
        districts = looked[looked["kind"] == "district"]
        counted = districts["status"].map(labels).value_counts().to_dict()
        said = legend(page.main_frame)
        assert {label: said[label] for label in labels.values() if said[label]} == counted
        assert said["older or area report"] == districts["light"].sum()
        assert said["claimed, not verified"] == (districts["claimed_by"] != "").sum()
        assert said["disputed"] == districts["disputed"].sum()


def test_the_legend_filters_by_click_and_by_keyboard_and_counts_as_before(page: Page):
    frame = page.main_frame
    counts, taliban, contested = legend(frame), colour(frame, GHORYAN), colour(frame, CHAR_BURJAK)
    symbol = colour(frame, MAIDAN_SHAHR, "symbols")
    button = page.get_by_role("button", name="Taliban", exact=True)
    button.click()
    assert colour(frame, GHORYAN) == taliban
    for place, sheet, full in ((CHAR_BURJAK, "fills", contested), (MAIDAN_SHAHR, "symbols", symbol)):
        pale = colour(frame, place, sheet)
        assert min(bytes.fromhex(pale[1:])) > min(bytes.fromhex(full[1:]))
    assert legend(frame) == counts
    page.keyboard.press("Enter")
    assert colour(frame, CHAR_BURJAK) == contested
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Contested", exact=True)).to_have_attribute("aria-pressed", "true")
    assert colour(frame, CHAR_BURJAK) == contested
    assert colour(frame, GHORYAN) != taliban
    button.click()
    assert (colour(frame, GHORYAN), colour(frame, CHAR_BURJAK)) == (taliban, contested)


def test_a_filter_holds_while_the_days_go_by(page: Page):
    frame = page.main_frame
    page.get_by_role("button", name="Government", exact=True).click()
    assert colour(frame, QALA_E_NAW) == "#2f78b7"
    press(frame, "PageDown")
    taken = colour(frame, QALA_E_NAW)
    assert shown_day(frame) == 62
    page.get_by_role("button", name="Government", exact=True).click()
    assert colour(frame, QALA_E_NAW) != taken


# Comparing


@pytest.mark.parametrize("compared", [-7, -30, 0, 62])
def test_what_changed_is_counted_as_by_the_assessment_on_each_day_that_is_scrubbed_to(
    open_board, shipped_view: View, compared: int
):
    frame = open_board(compared=compared).main_frame
    for key in ("ArrowRight", "PageUp", "PageUp", "End", "PageDown", "Home"):
        press(frame, key)
        shown = shown_day(frame)
        since = max(0, shown + compared) if compared < 0 else min(compared, shown)
        assert changes(frame) == changed(shipped_view, since, shown)
        assert frame.evaluate("controlMap.boards[0].strip.range.since") == since
        expect(frame.locator(".cm-legend summary")).to_have_text(f"Since {date_of(since):%-d %B}")


def test_a_place_taken_back_is_hatched_in_its_holder_s_colour_and_the_unchanged_are_pale(open_board):
    page = open_board(compared=62)
    frame = page.main_frame
    seen = bytes(patch(frame, QALA_E_NAW, half=8))
    pixels = {seen[at : at + 3].hex() for at in range(0, len(seen), 4)}
    assert {"2f78b7", "fbfaf7"} <= pixels
    assert colour(frame, CHAR_BURJAK) == "#e9e7e2"
    look_at(frame, QALA_E_NAW, 9)
    expect(hover(page, frame, QALA_E_NAW)).to_contain_text("taken back: Contested on 2 July, now Government")
    page.get_by_role("button", name="Government, taken back: 1").click()
    assert colour(frame, QALA_E_NAW, half=8) == "#2f78b7"


# Without a pointer


def test_the_table_says_of_every_place_what_the_assessment_says(page: Page, shipped_view: View):
    page.locator(".leaflet-container").press("t")
    expect(page.get_by_role("dialog")).to_be_focused()
    expect(page.get_by_role("dialog", name="All places on Friday, 9 July 2021")).to_be_visible()
    kinds = {"provincial_capital": " (capital)", "crossing": " (crossing)", "district": ""}
    labels = {name: style.label for name, style in shipped_view.pack.styles.items()}

    def expected(date: dt.date) -> list[tuple[str, ...]]:
        return sorted(
            (row["name"] + kinds[row["kind"]], row["province"], labels[row["status"]])
            for row in shipped_view.status(date).to_dict("records")
        )

    assert sorted(tuple(row[:3]) for row in table_rows(page.main_frame)) == expected(OPENS_ON)
    press(page.main_frame, "PageUp")
    assert sorted(tuple(row[:3]) for row in table_rows(page.main_frame)) == expected(date_of(76))


def test_the_table_tells_since_when_and_of_every_doubt(page: Page, shipped_view: View):
    page.get_by_role("button", name="Table").click()
    rows = {(row[0], row[1]): row[3:] for row in table_rows(page.main_frame)}
    assert rows["Islam Qala (crossing)", "Herat"] == ["8 July", "disputed"]
    assert rows["Char Burjak", "Nimroz"] == ["24 September 2018", "older or area report"]
    assert rows["Torkham (crossing)", "Nangarhar"] == ["", ""]
    claimed = shipped_view.status(OPENS_ON).query("claimed_by == 'government'")
    assert len(claimed)
    for row in claimed.to_dict("records"):
        assert any("claimed by Government" in cells[1] for key, cells in rows.items() if key[0].startswith(row["name"]))


def test_the_table_sorts_by_each_column_both_ways(page: Page, shipped_view: View):
    page.locator(".leaflet-container").press("t")
    order = [style.label for style in shipped_view.pack.styles.values()]
    for name, number, key in (("Place", 0, str), ("Status", 2, order.index)):
        head = page.get_by_role("columnheader", name=name)
        for way in ("ascending", "descending"):
            head.get_by_role("button").click()
            expect(head).to_have_attribute("aria-sort", way)
            keys = [key(row[number]) for row in table_rows(page.main_frame)]
            if key is str:
                keys = page.evaluate("keys => keys.map(key => key.localeCompare(keys[0]))", keys)
                assert (min(keys) == 0) if way == "ascending" else (max(keys) == 0)
            else:
                assert keys == sorted(keys, reverse=way == "descending")
    page.get_by_role("columnheader", name="Since").get_by_role("button").click()
    since = [row[3] for row in table_rows(page.main_frame)]
    known = [text for text in since if text]
    assert since[: len(known)] == known  # those that nobody holds come last
    assert known[-1] == "9 July"


def test_what_is_closed_by_keyboard_gives_the_focus_back(page: Page):
    opener = page.get_by_role("button", name="Table")
    opener.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("t")
    page.keyboard.press("t")
    expect(page.get_by_role("dialog")).to_have_count(0)
    body = page.locator(".cm-panel-body")
    body.get_by_role("button", name=re.compile("^Compare")).press("Enter")
    expect(body).to_contain_text("Changes since")
    expect(body.locator("h2")).to_be_focused()
    body.locator("[data-go]").first.press("Enter")
    expect(body.locator("h2")).to_be_focused()
    page.get_by_role("navigation").get_by_role("button").first.press("Enter")
    expect(body).to_contain_text("Changes since")
    expect(body.locator("h2")).to_be_focused()


def test_a_name_in_the_table_is_opened_and_zoomed_to(page: Page):
    zoom = page.evaluate("controlMap.boards[0].map.getZoom()")
    page.locator(".leaflet-container").press("t")
    page.get_by_role("dialog").get_by_role("button", name="Ghoryan", exact=True).press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert [event["place_id"] for event in page.evaluate("events")] == [GHORYAN]
    page.wait_for_function("zoom => controlMap.boards[0].map.getZoom() > zoom", arg=zoom)
    assert page.evaluate("controlMap.boards[0].map.getBounds().contains([34.3, 61.4])")


def test_the_list_of_places_is_reached_by_tab_described_by_arrows_and_opened_by_enter(page: Page):
    box = finder(page.main_frame)
    expect(box).to_have_css("opacity", "0")
    for _ in range(30):
        page.keyboard.press("Tab")
        if box.evaluate("box => box === document.activeElement"):
            break
    expect(box).to_be_focused()
    expect(box).to_have_css("opacity", "1")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
        place = box.input_value()
        name = page.evaluate("id => controlMap.boards[0].theatre.places.find(place => place.id === id).name", place)
        expect(page.locator(".cm-hover b")).to_have_text(name)
    assert page.evaluate("events") == []
    page.keyboard.press("Enter")
    assert [event["place_id"] for event in page.evaluate("events")] == [place]


def test_the_list_has_every_place_by_name(page: Page, shipped_view: View):
    finder(page.main_frame).focus()
    options = finder(page.main_frame).locator("option").evaluate_all("all => all.map(({value}) => value)")
    assert sorted(options[1:]) == sorted(shipped_view.pack.theatre.places["place_id"])


# By itself


def test_a_saved_page_asks_nothing_of_the_network_scrubs_and_tells_what_the_reader_does(page: Page, pages: Pages):
    frame = page.main_frame
    before = legend(frame)
    point_at_day(page, frame, 69)
    page.mouse.down()
    for number in (75, 90, 106):
        point_at_day(page, frame, number)
        assert shown_day(frame) == strip_day(frame) == number
    assert page.evaluate("events") == []
    assert legend(frame)["Taliban"] > before["Taliban"]
    page.mouse.up()
    click(page, frame, KUNDUZ)
    click(page, frame, GHORYAN)
    page.mouse.click(40, 300)
    received = page.evaluate("events")
    assert [(event.get("day"), event.get("place_id")) for event in received] == [
        (106, None),
        (None, KUNDUZ),
        (None, GHORYAN),
        (None, ""),
    ]
    numbers = [event["nth"] for event in received]
    assert numbers == sorted(set(numbers))
    assert pages.asked == []


@pytest.mark.parametrize("pause", [0, 60])
def test_a_map_that_is_sent_elsewhere_while_it_still_zooms_gets_there(page: Page, pause: int):
    """Milliseconds later, Leaflet is about to zoom, or in the midst of it."""
    overview = page.evaluate("controlMap.boards[0].map.getZoom()")
    page.evaluate("controlMap.boards[0].go('province/AF32')")
    page.wait_for_timeout(pause)
    page.evaluate("for (const target of ['province/AF01', '']) controlMap.boards[0].go(target)")
    page.wait_for_function("zoom => controlMap.boards[0].map.getZoom() === zoom", arg=overview)
    page.evaluate("controlMap.boards[0].go('province/AF32')")
    page.wait_for_timeout(pause)
    page.evaluate("controlMap.boards[0].go('province/AF01')")
    page.wait_for_function(
        "zoom => { const {map} = controlMap.boards[0];"
        " return map.getZoom() > zoom && map.getBounds().contains([34.5, 69.2]); }",
        arg=overview,
    )


def test_the_middle_that_the_user_chose_stays_in_the_middle_when_the_frame_changes_its_size(page: Page):
    page.evaluate("controlMap.boards[0].map.setView([34, 66], 8.75, {animate: false})")
    page.evaluate("controlMap.boards[0].map.panBy([40, -25], {animate: false})")
    middle = "(({lat, lng}) => [lat, lng])(controlMap.boards[0].map.getCenter())"
    chosen = page.evaluate(middle)
    for width, height in [(999, 760), (986, 743), (1000, 760)]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(
            "width => { const {map} = controlMap.boards[0];"
            " return innerWidth === width && map.getSize().x === map.getContainer().clientWidth; }",
            arg=width,
        )
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate(middle) == pytest.approx(chosen, abs=1e-9)


def test_a_day_outside_of_the_period_opens_the_nearest_day_in_it(open_board, shipped_view: View):
    last = (shipped_view.pack.theatre.period_end - START).days
    assert shown_day(open_board(dt.date(2020, 1, 1)).main_frame) == 0
    assert shown_day(open_board(dt.date(2030, 1, 1)).main_frame) == last


def test_two_boards_on_one_page_do_not_disturb_each_other(
    pages: Pages, tmp_path: Path, shipped_view: View, packs: Path
):
    made_up = apply_rule(pack := load_pack(packs / "hostile"), pack.rule())
    one, other = Board.of(shipped_view, OPENS_ON), Board.of(made_up, dt.date(2021, 5, 10))
    page = pages.open(save(tmp_path / "two.html", (shipped_view, one), (made_up, other)))
    days = "controlMap.boards.map(board => board.shownDay)"
    counts = (
        "[...document.querySelectorAll('.leaflet-container')].map(box => box.querySelector('.cm-legend').innerText)"
    )
    assert page.evaluate(days) == [69, 9]
    first, second = page.evaluate(counts)
    assert "Taliban" in first
    assert "Reds" in second
    dials = page.get_by_role("slider", name="Date on the map")
    dials.nth(0).press("End")
    assert page.evaluate(days) == [129, 9]
    assert page.evaluate(counts)[0] != first
    assert page.evaluate(counts)[1] == second
    first = page.evaluate(counts)[0]
    dials.nth(1).press("Home")
    assert page.evaluate(days) == [129, 0]
    assert page.evaluate(counts)[0] == first
    page.locator(".leaflet-container").nth(1).press("t")
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.locator(".leaflet-container").nth(1).get_by_role("dialog")).to_be_visible()
    page.wait_for_function("events.length === 2")
    assert [(event["number"], event["day"]) for event in page.evaluate("events")] == [(0, 129), (1, 0)]


def test_hostile_names_stay_text_wherever_the_map_says_them(open_board, packs: Path):
    view = apply_rule(pack := load_pack(packs / "hostile"), pack.rule())
    page = open_board(dt.date(2021, 5, 10), view)
    name = "<img src=x onerror='window.hacked=5'>Brackwater"
    card = hover(page, page.main_frame, "H2")
    expect(card.locator("b")).to_have_text(name)
    expect(card).to_contain_text("<script>window.hacked = 1</script>")
    finder(page.main_frame).focus()
    expect(finder(page.main_frame).locator("option[value=H2]")).to_have_text(f"{name}, Harrow")
    page.locator(".leaflet-container").press("t")
    expect(page.get_by_role("dialog").get_by_role("button", name=name)).to_be_visible()
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src='x'], svg[onload], [onclick*=hacked]").count() == 0


def test_on_a_phone_the_legend_is_folded_the_strip_fits_and_a_finger_opens_a_place(
    pages: Pages, tmp_path: Path, shipped_view: View
):
    path = save(tmp_path / "map.html", (shipped_view, Board.of(shipped_view, OPENS_ON)))
    page = pages.open(path, viewport={"width": 390, "height": 640}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".cm-legend table")).to_be_hidden()
    foot = page.locator(".cm-foot").bounding_box()
    assert foot
    assert (foot["x"], foot["width"]) == (1, 388)
    assert foot["y"] + foot["height"] <= page.evaluate("innerHeight") + 1
    for place in ("AF1710", ISLAM_QALA, "AF-X-bahramcha", "AF-X-wakhjir"):
        x, y = spot(page.main_frame, place)
        assert 0 < x < 390
        assert 0 < y < foot["y"]
    page.locator(".cm-legend summary").tap()
    expect(page.locator(".cm-legend table")).to_be_visible()
    page.locator(".cm-legend summary").tap()
    page.touchscreen.tap(*spot(page.main_frame, GHORYAN))
    page.wait_for_function("events.length === 1")
    assert page.evaluate("events")[0]["place_id"] == GHORYAN


# Over a base map


def test_a_base_map_is_shown_below_with_its_attribution_and_can_be_left(
    browser: Browser, tmp_path: Path, shipped_view: View
):
    with tile_server() as (address, asked):
        provider = TileProvider(
            name="Made.Up",
            url=f"{address}/{{z}}/{{x}}/{{y}}.png",
            attribution="(C) Nobody",
            html_attribution="&copy; <a href='https://example.org'>Nobody</a>",
        )
        pages = Pages(browser)
        path = save(tmp_path / "map.html", (shipped_view, board_with_tiles(shipped_view, OPENS_ON, provider)))
        page = pages.open(path, offline=False)
        assert asked == pages.asked == []
        choice = page.get_by_label("Base map")
        assert choice.locator("option").all_inner_texts() == ["No base map", "Made Up"]
        choice.select_option("Made Up")
        page.locator(".leaflet-tile-loaded").first.wait_for()
        expect(page.locator(".leaflet-control-attribution")).to_have_text("© Nobody")
        expect(page.locator(".cm-sheet-fills")).to_have_css("opacity", "0.72")
        page.wait_for_function("!document.querySelector('.leaflet-tile:not(.leaflet-tile-loaded)')")
        page.wait_for_timeout(400)  # in which tiles fade in
        assert seen(page, 40, 300) == TILE
        assert asked
        choice.select_option("No base map")
        expect(page.locator(".leaflet-tile, .leaflet-control-attribution")).to_have_count(0)
        expect(page.locator(".cm-sheet-fills")).to_have_css("opacity", "1")
        assert seen(page, 40, 300) == "#fbfaf7"
        pages.close()
        assert all(url.startswith(address) for url in pages.asked)
        assert pages.errors == []


def test_a_base_map_out_of_reach_goes_away_with_a_note(browser: Browser, tmp_path: Path, shipped_view: View):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    provider = TileProvider(
        name="Far.Away", url=f"http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png", attribution="", html_attribution=""
    )
    pages = Pages(browser)
    path = save(tmp_path / "map.html", (shipped_view, board_with_tiles(shipped_view, OPENS_ON, provider)))
    page = pages.open(path, offline=False)
    page.get_by_label("Base map").select_option("Far Away")
    expect(page.locator(".cm-base-note")).to_have_text("Far Away cannot be reached")
    expect(page.get_by_label("Base map")).to_have_value("")
    expect(page.locator(".cm-sheet-fills")).to_have_css("opacity", "1")
    assert colour(page.main_frame, GHORYAN) == "#d1603d"
    pages.close()
    assert pages.errors == []


def seen(page: Page, x: int, y: int) -> str:
    """Return the colour of the page at a point, as it is seen."""
    picture = Image.open(io.BytesIO(page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1}))).convert("RGB")
    return "#" + bytes(picture.getpixel((0, 0))).hex()
