"""Settlements on the map: a dot for each that reports name, and all of them in the search."""

import datetime as dt
from pathlib import Path

from playwright.sync_api import Browser, expect

from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.map.board import Board
from tests.browser.boards import Pages, save
from tests.browser.driving import board, panel
from tests.support.made_up import write_pack, written

SETTLEMENTS = "settlement_id,name,name_local,lon,lat\n1,Salma,سلمى,1.2,50.4\n2,<b>Crake</b> Hill,,2.4,50.6\n"
DOT = """(() => {
  const [{drawing: {settlements: {dots}, canvas}, map}] = controlMap.boards, [{x, y}] = dots;
  const at = map.layerPointToContainerPoint(canvas._bounds.min.add([x, y]));
  const box = map.getContainer().getBoundingClientRect();
  return [at.x + box.x, at.y + box.y];
})()"""


def test_a_dot_leads_to_the_reports_and_the_search_to_any_settlement(browser: Browser, tmp_path: Path):
    rows = [written(1, place_text="Salma", event_date="2021-05-04", reported_date="2021-05-05")]
    pack = load_pack(write_pack(tmp_path / "marshland", rows, {"settlements.csv": SETTLEMENTS}))
    view = apply_rule(pack, pack.rule())
    pages = Pages(browser)
    try:
        page = pages.open(save(tmp_path / "map.html", (view, Board.of(view, dt.date(2021, 5, 9)))))
        legend = board(page).get_by_text("settlement in a report")
        expect(legend).to_be_visible()
        page.mouse.move(*page.evaluate(DOT))
        expect(board(page).get_by_role("tooltip")).to_contain_text("settlement in Brackwater")
        expect(board(page).get_by_role("tooltip")).to_contain_text("named in 1 report")
        page.mouse.click(*page.evaluate(DOT))
        expect(panel(page).locator("h2")).to_contain_text("Brackwater")
        expect(panel(page)).to_contain_text("Salma, part of Brackwater")
        page.evaluate("controlMap.boards[0].choose('', 2)")
        assert page.evaluate("controlMap.boards[0].drawing.settlements.dots.length") == 0, "not named yet"
        page.get_by_role("combobox", name="Find a place").fill("crake")
        option = page.get_by_role("option").first
        expect(option).to_contain_text("<b>Crake</b> Hill")
        option.click()
        expect(panel(page).locator("h2")).to_contain_text("Stonefen")
        page.wait_for_function("controlMap.boards[0].map.getCenter().distanceTo([50.6, 2.4]) < 1000")
        hidden = "({...controlMap.boards[0].lastCommand, hidden: ['settlements']})"
        page.evaluate(f"controlMap.show({hidden})")
        expect(legend).to_have_count(0)
        assert pages.errors == []
    finally:
        pages.close()
