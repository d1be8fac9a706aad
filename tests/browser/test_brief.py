"""A brief in Chromium: it prints on two pages, nothing overlaps or is cut, and it reads on a phone."""

import datetime as dt
import math
import re

import pytest
from playwright.sync_api import Browser, Page

from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.brief import contents, document
from tests.browser.axe import axe_script
from tests.support.made_up import written

QUIET, STORY, FALL, LAST = dt.date(2021, 5, 1), dt.date(2021, 7, 9), dt.date(2021, 8, 16), dt.date(2021, 9, 7)
PAGE_HEIGHT = 271 / 25.4 * 96
"""Of A4 within its margins, in CSS pixels."""
NARROW, WIDE = "DejaVu Sans Condensed", "DejaVu Sans"
FAULTS = """() => {
  const sheets = [...document.querySelectorAll(".page")].map(one => one.getBoundingClientRect());
  const visible = [...document.querySelectorAll(".page *")].filter(one =>
    one.getBoundingClientRect().width && !one.closest(".unseen, svg svg, defs"));
  const outside = visible.filter(one => {
    const box = one.getBoundingClientRect();
    return !sheets.some(sheet => box.left >= sheet.left - 1 && box.right <= sheet.right + 1 &&
      box.top >= sheet.top - 1 && box.bottom <= sheet.bottom + 1);
  });
  const cut = visible.filter(one => !one.closest("svg") && getComputedStyle(one).overflow !== "visible" &&
    (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1));
  const pieces = visible.filter(one => one.matches("h1, h2, p, li, td, th, dt, dd, .mast > *, .map"));
  // A paragraph that continues in the next column has a box in each.
  const boxes = pieces.flatMap(piece => [...piece.getClientRects()].map(box => ({ piece, box })));
  const over = boxes.filter(({ box }, i) => boxes.slice(0, i).some(({ box: other }) =>
    Math.min(box.right, other.right) - Math.max(box.left, other.left) > 1 &&
    Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 1)).map(({ piece }) => piece);
  const say = (what, found) => found.map(one => `${what}: ${one.tagName} ${one.textContent.slice(0, 60)}`);
  return [...say("outside", outside), ...say("cut", cut), ...say("overlaps", over)];
}"""
TYPEFACE = "name => { for (const one of document.querySelectorAll('*')) one.style.fontFamily = name; }"


@pytest.fixture
def sheet(browser: Browser):
    """An empty tab in print, as wide as a sheet within its margins."""
    opened = browser.new_page(viewport={"width": 703, "height": 1030})  # 186 mm
    opened.emulate_media(media="print")
    yield opened
    opened.close()


def pages_of(page: Page) -> int:
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    return len(re.findall(rb"/Type\s*/Page\b", printed))


@pytest.mark.parametrize("date", [QUIET, STORY, FALL, LAST], ids=str)
@pytest.mark.parametrize("typeface", [NARROW, WIDE])
def test_it_prints_on_two_pages_and_nothing_overlaps_or_is_cut(sheet, shipped_view, date, typeface):
    sheet.set_content(document.render_brief(shipped_view, date, link="https://example.org/?" + "view=1&" * 12))
    sheet.evaluate(TYPEFACE, typeface)
    assert sheet.evaluate(FAULTS) == []
    assert pages_of(sheet) == 2


def test_a_whole_period_to_compare_with_prints_on_two_pages(sheet, shipped_view):
    sheet.set_content(document.render_brief(shipped_view, LAST, QUIET))
    sheet.evaluate(TYPEFACE, WIDE)
    assert sheet.evaluate(FAULTS) == []
    assert pages_of(sheet) == 2


def test_a_small_theatre_prints_on_two_pages(sheet, make_pack):
    pack = load_pack(make_pack([written()]))
    sheet.set_content(document.render_brief(apply_rule(pack, pack.rule()), dt.date(2021, 5, 4)))
    assert sheet.evaluate(FAULTS) == []
    assert pages_of(sheet) == 2


def test_a_longer_brief_flows_onto_further_pages(sheet, shipped_view, monkeypatch):
    monkeypatch.setattr(contents, "MAX_EXPLAINED", 120)
    monkeypatch.setattr(contents, "MAX_NAMED", 300)
    sheet.set_content(document.render_brief(shipped_view, LAST, QUIET))
    assert sheet.evaluate(FAULTS) == []
    heights = sheet.evaluate("[...document.querySelectorAll('.page')].map(one => one.getBoundingClientRect().height)")
    assert heights[0] > 2 * PAGE_HEIGHT
    assert pages_of(sheet) == sum(math.ceil(height / PAGE_HEIGHT) for height in heights)


def test_it_reads_on_a_phone(browser, shipped_view):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.set_content(document.render_brief(shipped_view, STORY))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_people_with_assistive_technology_can_read_it(browser, shipped_view):
    page = browser.new_page(viewport={"width": 900, "height": 1200})
    page.set_content(document.render_brief(shipped_view, STORY).replace("default-src 'none'; ", ""))
    page.evaluate(axe_script())
    found = page.evaluate("axe.run()")
    assert [(rule["id"], len(rule["nodes"])) for rule in found["violations"]] == []
    page.close()
