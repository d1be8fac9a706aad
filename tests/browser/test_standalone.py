"""The published map as its readers have it: a file opened from a memory stick, and a site on any web host."""

import contextlib
import datetime as dt
import functools
import re
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from control_map.analysis import summary
from control_map.assessment.timeline import as_of
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import View, apply_rule
from control_map.render.site import publish
from control_map.render.site.page import render_standalone_page
from tests.browser.axe import axe_script
from tests.browser.driving import (
    await_day,
    behind_numbers,
    click,
    day,
    heading,
    headline,
    panel,
    point_at_day,
    press,
    unfold,
)
from tests.browser.expected import dossier, latest_changes

OPENS_ON = dt.date(2021, 7, 9)
ISLAM_QALA, GHORYAN, KUNDUZ = "AF-X-islam-qala", "AF3211", "AF-C-19"
DESK, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(shipped_view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published site, one level below what is served."""
    folder = tmp_path_factory.mktemp("host") / "maps"
    publish.publish_site(shipped_view, OPENS_ON, folder)
    return folder


@pytest.fixture
def opened(browser: Browser, folder: Path) -> Iterator[Opener]:
    """Open the file, without a network, or another page. Fails if anything was asked of a network or went wrong."""
    contexts, problems = [], []

    def open_page(hash_: str = "", address: str = (folder / publish.STANDALONE_NAME).as_uri(), **options: Any) -> Page:
        local = address.startswith("file:")
        context = browser.new_context(**{"viewport": DESK, "offline": local, "reduced_motion": "reduce", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if line.type in ("error", "warning") else None)
        origin = re.match(r"file:|http://[^/]+", address)
        assert origin
        allowed = (origin[0], "data:")
        page.on("request", lambda asked: None if asked.url.startswith(allowed) else problems.append(asked.url))
        page.goto(address + hash_)
        page.locator(".cm-counts li").first.wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def without_blanks(text: str) -> str:
    """Return text without its blanks, which elements part differently."""
    return "".join(text.split())


def tells(shown: str, texts: list[str]) -> None:
    """Check that what is shown has all texts, in their order."""
    at = 0
    for text in map(without_blanks, texts):
        assert text in shown[at:], text
        at = shown.index(text, at)


def go_to(page: Page, date: dt.date, place_id: str) -> str:
    """Change the page's address; return the text of the panel."""
    page.evaluate("hash => { location.hash = hash; }", f"date={date}&place={place_id}")
    expect(heading(page, date)).to_be_visible()
    page.wait_for_function("place => (controlMap.boards[0].place?.id ?? '') === place", arg=place_id)
    expect(panel(page)).not_to_contain_text("Reading the reports")
    if place_id:
        unfold(page)
    return without_blanks(panel(page).text_content() or "")


def test_without_a_network_the_strip_moves_the_map_and_a_click_shows_the_sources(opened: Opener, shipped_view: View):
    page = opened()
    expect(heading(page, OPENS_ON)).to_be_visible()
    expect(panel(page)).to_contain_text("Latest changes")
    date = dt.date(2021, 8, 13)
    point_at_day(page, page.main_frame, day(date))
    page.mouse.down()
    page.mouse.up()
    await_day(page.main_frame, day(date))
    expect(heading(page, date)).to_be_visible()
    click(page, page.main_frame, GHORYAN)
    expect(panel(page).get_by_role("heading", name="Ghoryan")).to_be_visible()
    links = panel(page).locator("a").evaluate_all("links => links.map(link => link.href)")
    evidence = shipped_view.explain(GHORYAN, date)["evidence"]
    assert sorted(links) == sorted(report["source_url"] for report in evidence)
    assert len(links) > 1
    assert page.url.endswith(f"#date={date}&place={GHORYAN}")


def test_a_link_opens_the_same_day_comparison_and_place_again_and_back_closes_them(opened: Opener):
    first = opened()
    press(first.main_frame, "ArrowRight", "ArrowRight")
    expect(first).to_have_url(re.compile("date=2021-07-11$"))
    press(first.main_frame, "Shift+PageDown")
    expect(heading(first, dt.date(2021, 7, 11))).to_be_visible()
    expect(panel(first)).to_contain_text("Changes since 4 July")
    expect(first).to_have_url(re.compile("compare=2021-07-04$"))
    first.get_by_label("Find a place").fill("kunduz city")
    first.get_by_label("Find a place").press("Enter")
    expect(panel(first).get_by_role("heading", name="Kunduz")).to_be_visible()
    _, _, link = first.url.partition("#")
    assert link == f"date=2021-07-11&compare=2021-07-04&place={KUNDUZ}"
    again = opened(f"#{link}")
    expect(heading(again, dt.date(2021, 7, 11))).to_be_visible()
    body = ".cm-panel-body"
    expect(panel(again).locator(body)).to_have_text(
        panel(first).locator(body).text_content() or "", use_inner_text=False
    )
    expect(again.locator(".cm-legend summary")).to_have_text("Since 4 July")
    first.go_back()
    expect(panel(first)).to_contain_text("Changes since 4 July")
    expect(heading(first, dt.date(2021, 7, 11))).to_be_visible()
    first.go_back()
    expect(panel(first)).to_contain_text("Latest changes")
    expect(heading(first, dt.date(2021, 7, 11))).to_be_visible()
    first.go_forward()
    expect(panel(first)).to_contain_text("Changes since 4 July")


def test_it_finds_places_and_reports_without_a_server(opened: Opener):
    page = opened()
    box = page.get_by_label("Find a place")
    box.fill("alishing")
    box.press("Enter")
    expect(panel(page).locator("h2")).to_contain_text("Alishang")
    box.fill("Ismail Khan")
    found = page.get_by_role("listbox", name="What was found").get_by_role("option")
    expect(found).to_have_text(["2 reports mention \u201cIsmail Khan\u201d"])


def test_a_link_opens_the_same_border_and_report_and_back_leaves_them(opened: Opener):
    page = opened("#date=2021-07-09&area=neighbour/Iran")
    expect(panel(page).locator("h2")).to_have_text("Border with Iran")
    panel(page).get_by_role("button", name="Islam Qala").click()
    panel(page).locator("[data-go^='report/']").first.click()
    expect(panel(page).locator("h2")).to_contain_text("Report afg-")
    _, _, link = page.url.partition("#")
    assert re.fullmatch(r"date=2021-07-09&place=AF-X-islam-qala&area=neighbour%2FIran&report=afg-\d+", link)
    again = opened(f"#{link}")
    expect(panel(again).locator(".cm-card")).to_have_count(1)
    for title in ("Islam Qala", "Border with Iran"):
        page.go_back()
        expect(panel(page).locator("h2")).to_contain_text(title)


def test_a_link_that_names_nothing_here_opens_the_map_and_says_so(opened: Opener):
    page = opened("#date=2031-01-01&place=%3Cb%3Eatlantis")
    expect(heading(page, OPENS_ON)).to_be_visible()
    expect(page.locator("#notice")).to_have_text(
        "There is no day \u201c2031-01-01\u201d on this map. There is no place \u201c<b>atlantis\u201d on this map."
    )


@pytest.mark.parametrize("date", [dt.date(2021, 5, 1), dt.date(2021, 7, 9), dt.date(2021, 8, 15), dt.date(2021, 9, 7)])
def test_the_panel_tells_what_the_view_explains(opened: Opener, shipped_view: View, date: dt.date):
    page = opened()
    shown = go_to(page, date, "")
    assert all(without_blanks(name) in shown for name in latest_changes(shipped_view, date))
    for place_id in (ISLAM_QALA, GHORYAN, KUNDUZ, "AF-C-08", "AF0805", "AF1502", "AF2305"):
        tells(go_to(page, date, place_id), dossier(shipped_view, place_id, date))


def test_the_head_counts_the_districts_of_the_view(opened: Opener, shipped_view: View):
    page, statuses = opened(), shipped_view.pack.statuses
    for date in (dt.date(2021, 5, 1), OPENS_ON, dt.date(2021, 8, 14)):
        go_to(page, date, "")
        before = as_of(shipped_view.timeline, date - dt.timedelta(days=7))
        shown = summary.headline(as_of(shipped_view.timeline, date), before, statuses)
        first = shown.iloc[0]
        assert headline(page) == [number for number in shown["districts"] if number]
        more = f", {first['change']} more than a week ago" if date > dt.date(2021, 5, 7) else ""
        expect(page.locator(".cm-line")).to_have_text(f"Taliban hold {first['districts']} of 422 districts{more}")
        rests = [f"{first['older']} not updated since before 1 May"] * bool(first["older"])
        rests += [f"{first['by_area']} inferred from reports on a whole area"] * bool(first["by_area"])
        rests += [f"{first['on_claims']} on claims that nobody contradicted"] * bool(first["on_claims"])
        expect(behind_numbers(page)).to_contain_text("; ".join(rests))


def test_on_a_phone_the_map_comes_first_and_a_place_brings_its_dossier_into_sight(opened: Opener):
    page = opened(viewport=PHONE, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    box = page.locator(".cm-foot").bounding_box()
    assert box
    assert box["y"] + box["height"] <= PHONE["height"]
    click(page, page.main_frame, GHORYAN)
    title = panel(page).get_by_role("heading", name="Ghoryan")
    expect(title).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve a folder; yield the address of the site `maps` in it, and the list of what was asked for."""
    asked: list[str] = []

    class Quiet(SimpleHTTPRequestHandler):
        def log_request(self, *_: object) -> None:
            asked.append(self.path)

        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/maps/", asked
        server.shutdown()
        thread.join()


@pytest.fixture
def host(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve the site under a path; yield its address, and the list of what was asked for."""
    with serve(folder.parent) as served:
        yield served


def test_the_site_works_under_any_path_and_fetches_reports_when_a_place_is_opened(
    opened: Opener, host: tuple[str, list[str]], shipped_view: View
):
    address, asked = host
    page = opened(address=address)
    assert not any("dossier" in path for path in asked)
    click(page, page.main_frame, GHORYAN)
    expect(panel(page)).to_contain_text("on the present status")
    unfold(page)
    tells(without_blanks(panel(page).text_content() or ""), dossier(shipped_view, GHORYAN, OPENS_ON))
    assert len({path for path in asked if "dossier" in path}) == 1
    assert page.get_by_role("link", name="The whole map as one file").get_attribute("href") == publish.STANDALONE_NAME


def test_hostile_reports_are_text_on_the_page(opened: Opener, packs: Path, tmp_path: Path):
    pack = load_pack(packs / "hostile")
    (tmp_path / "map.html").write_bytes(
        render_standalone_page(apply_rule(pack, pack.rule()), dt.date(2021, 5, 9), "H2")
    )
    page = opened(address=(tmp_path / "map.html").as_uri())
    expect(panel(page)).to_contain_text("<script>window.hacked = 1</script>")
    expect(panel(page)).to_contain_text("<img src=x onerror='window.hacked=5'>Brackwater")
    assert page.evaluate("window.hacked") is None
    assert panel(page).locator("img, script, svg").count() == 0
    assert all(
        link.startswith("https://") for link in panel(page).locator("a").evaluate_all("all => all.map(a => a.href)")
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_serious_accessibility_fault(opened: Opener, scheme: str):
    try:
        axe = axe_script()
    except OSError as error:
        pytest.skip(f"axe-core could not be fetched: {error}")
    page = opened(f"#date=2021-07-09&place={ISLAM_QALA}", color_scheme=scheme, bypass_csp=True)
    page.locator(".site-method > summary").click()
    page.evaluate(f"{axe}; null")
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations)")
        assert [
            f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
            for fault in found
            for node in fault["nodes"]
            if fault["impact"] in ("serious", "critical")
        ] == []


COME_AND_GO = """async () => {
    const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    for (const [from, to] of [["07-08", "07-07"], ["07-07", "07-08"]]) {
        location.hash = location.hash.replace(from, to);
        await drawn();
    }
    return document.querySelector(".cm-panel").textContent;
}"""
"""Go to another day and back by the address, before the page is loaded again; return the dossier."""


def test_a_page_that_is_older_than_its_site_says_so_and_gives_way_to_the_new_one(
    browser: Browser, herat_view: View, tmp_path: Path
):
    site, later = tmp_path / "maps", apply_rule(herat_view.pack, herat_view.pack.rule("latest"))
    publish.publish_site(herat_view, OPENS_ON, site)
    with serve(tmp_path) as (address, _):
        page = browser.new_page()
        page.goto(f"{address}#date=2021-07-08&place=")
        page.locator(".cm-counts li").first.wait_for()
        for file in (site / "files").glob("dossier-*"):  # as a host does that keeps nothing of before
            file.unlink()
        publish.publish_site(later, OPENS_ON, site)
        new = re.search(r'"timeline-(\w+)\.json"', (site / "index.html").read_text("utf-8"))
        assert new
        for file in (site / "files").glob("dossier-*"):
            if new[1] not in file.name:
                file.unlink()
        click(page, page.main_frame, GHORYAN)
        expect(panel(page)).to_contain_text("published again")
        assert "published again" in page.evaluate(COME_AND_GO), "it leaves, and fetches no more"
        expect(page.locator("#notice")).to_have_text(re.compile("This is the new version"), timeout=20_000)
        expect(panel(page)).to_contain_text("on the present status")
        assert "2021-07-08" in page.url
        assert "Latest report" in (page.text_content(".site-facts") or "")
        page.close()
