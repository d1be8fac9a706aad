"""A brief in Chromium: it prints on two pages, nothing runs over, and it reads on a phone."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Browser, Page

from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.brief import document
from tests.browser.axe import axe_script
from tests.support.made_up import written

QUIET, STORY, FALL, LAST = dt.date(2021, 5, 1), dt.date(2021, 7, 9), dt.date(2021, 8, 16), dt.date(2021, 9, 7)
NARROW, WIDE = "DejaVu Sans Condensed", "DejaVu Sans"
OUTSIDE = """() => [...document.querySelectorAll(".page")].flatMap(page => {
  const sheet = page.getBoundingClientRect(), foot = page.querySelector("footer");
  const floor = foot.getBoundingClientRect().top;
  return [...page.querySelectorAll("*")].filter(one => {
    const box = one.getBoundingClientRect();
    if (!box.width || one === foot || foot.contains(one) || one.closest(".unseen, svg svg, defs")) return false;
    return box.left < sheet.left - 1 || box.right > sheet.right + 1 ||
      box.top < sheet.top - 1 || box.bottom > floor + 1;
  }).map(one => `${one.tagName} ${one.textContent.slice(0, 60)}`);
})"""
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
def test_it_prints_on_two_pages_and_nothing_runs_over(sheet, shipped_view, date, typeface):
    sheet.set_content(document.render_brief(shipped_view, date, link="https://example.org/?" + "view=1&" * 12))
    sheet.evaluate(TYPEFACE, typeface)
    assert sheet.evaluate(OUTSIDE) == []
    assert pages_of(sheet) == 2


def test_a_whole_period_to_compare_with_prints_on_two_pages(sheet, shipped_view):
    sheet.set_content(document.render_brief(shipped_view, LAST, QUIET))
    sheet.evaluate(TYPEFACE, WIDE)
    assert sheet.evaluate(OUTSIDE) == []
    assert pages_of(sheet) == 2


def test_a_small_theatre_prints_on_two_pages(sheet, make_pack):
    pack = load_pack(make_pack([written()]))
    sheet.set_content(document.render_brief(apply_rule(pack, pack.rule()), dt.date(2021, 5, 4)))
    assert sheet.evaluate(OUTSIDE) == []
    assert pages_of(sheet) == 2


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
