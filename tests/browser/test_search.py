"""One search on the board: places by any name, provinces, neighbours, and the reports that mention words."""

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from tests.browser.driving import board, date_of, heading, leave_to_country, messages, panel

pytestmark = pytest.mark.same_page


def box(page: Page) -> Locator:
    return board(page).get_by_role("combobox", name="Find a place")


def results(page: Page) -> Locator:
    return board(page).get_by_role("listbox", name="What was found").get_by_role("option")


def test_a_place_is_found_while_its_name_is_typed_in_another_spelling_and_opened_by_enter(page: Page, frame: Frame):
    sent = messages(page)
    box(page).press_sequentially("qala e na")
    expect(results(page).first).to_contain_text("Qala-e-Naw")
    expect(results(page).first).to_contain_text("capital \u00b7 Badghis")
    expect(results(page).last).to_contain_text("reports mention \u201cqala e na\u201d")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    assert sent() == 0, "the server is not asked"
    box(page).press("ArrowDown")
    expect(results(page).nth(1)).to_have_attribute("aria-selected", "true")
    box(page).press("Enter")
    expect(panel(page).locator("h2")).to_contain_text("Qala-e-Naw")
    assert frame.evaluate("controlMap.boards[0].place.kind") == "district"
    expect(results(page)).to_have_count(0)
    expect(box(page)).to_have_value("")


@pytest.mark.parametrize(
    ("text", "target", "name"),
    [("Nimruz", "province/AF34", "Nimroz"), ("\u067e\u0631\u0648\u0627\u0646", "province/AF03", "Parwan")],
)
def test_a_province_and_a_neighbour_are_gone_to_and_their_places_are_listed(
    page: Page, frame: Frame, text: str, target: str, name: str
):
    frame.evaluate(
        "{ const [board] = controlMap.boards, {go} = Object.getPrototypeOf(board); window.gone = [];"
        " board.go = function (target) { window.gone.push(target); return go.call(this, target); }; null; }"
    )
    for each, title in ((text, name), ("Tajikistan", "Border with Tajikistan")):
        box(page).fill(each)
        box(page).press("Enter")
        expect(box(page)).to_have_value("")
        expect(panel(page).locator("h2")).to_have_text(title)
    assert frame.evaluate("window.gone") == [target, "neighbour/Tajikistan"]
    crossing = panel(page).get_by_role("listitem").filter(has_text="Sher Khan Bandar")
    expect(crossing).to_contain_text("Taliban since 22 June")
    crossing.get_by_role("button").click()
    expect(panel(page).locator("h2")).to_contain_text("Sher Khan Bandar")
    panel(page).get_by_role("navigation").get_by_role("button", name="Kunduz", exact=True).click()
    expect(panel(page).locator("h2")).to_have_text("Kunduz")
    expect(panel(page)).to_contain_text("people on")
    leave_to_country(page)
    expect(panel(page).locator("h2")).to_have_text("Latest changes")


@pytest.mark.usefixtures("frame")
def test_reports_that_mention_a_person_are_listed_and_lead_to_their_place_and_day(page: Page):
    box(page).fill("Ismail Khan")
    box(page).press("Enter")
    expect(panel(page).locator("h2")).to_have_text("2 reports mention \u201cIsmail Khan\u201d")
    panel(page).get_by_role("button", name="Herat (capital)").first.click()
    expect(heading(page, date_of(98))).to_be_visible()
    expect(panel(page).locator("h2")).to_contain_text("Herat")
    panel(page).get_by_role("button", name="Reports that mention \u201cIsmail Khan\u201d").click()
    expect(panel(page).locator("h2")).to_have_text("2 reports mention \u201cIsmail Khan\u201d")
    # A place that is searched for next does not belong to that list.
    box(page).fill("Islam Qala")
    box(page).press("Enter")
    expect(panel(page).locator("h2")).to_contain_text("Islam Qala")
    expect(panel(page).get_by_role("button", name="Ismail Khan")).to_have_count(0)
    leave_to_country(page)
    expect(panel(page).locator("h2")).to_have_text("Latest changes")
    # A report on a part of a province leads to the province.
    box(page).fill("five districts of Herat")
    box(page).press("Enter")
    panel(page).get_by_role("button", name="five districts in Herat").click()
    expect(panel(page).locator("h2")).to_have_text("Herat")
    expect(panel(page).locator(".cm-crumbs")).to_contain_text("Herat")


@pytest.mark.usefixtures("frame")
def test_what_nothing_is_called_is_said_and_escape_closes_the_list(page: Page):
    box(page).fill("Brackwater")
    box(page).press("Enter")
    expect(board(page).get_by_text("Nothing is called or mentions \u201cBrackwater\u201d.")).to_be_visible()
    box(page).fill("herat")
    expect(results(page).first).to_be_visible()
    box(page).press("Escape")
    expect(results(page)).to_have_count(0)
    expect(box(page)).to_have_value("herat")


@pytest.mark.usefixtures("frame")
def test_people_and_land_stand_behind_the_numbers(page: Page):
    board(page).get_by_text("Behind these numbers").click()
    said = board(page).locator(".cm-numbers-text")
    expect(said).to_contain_text("People by the status of their district: Taliban 10.7 million on 387,000 km\u00b2")
    expect(said).to_contain_text("28.2 million in all (Central Statistics Organization of Afghanistan")
