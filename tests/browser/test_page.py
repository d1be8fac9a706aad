"""What a person sees and does on the page."""

import re

import pytest
from playwright.sync_api import Frame, Locator, Page, expect


@pytest.fixture
def frame(page: Page) -> Frame:
    """The map's frame, marked so that a reload would show."""
    found = next(frame for frame in page.frames if "st_folium" in frame.url)
    found.evaluate("window.marked = true")
    return found


def legend(frame: Frame) -> dict[str, int]:
    expect(frame.locator(".cm-legend tr").first).not_to_have_text("Taliban")
    rows = frame.locator(".cm-legend tr").all()
    return {row.locator("td").nth(1).inner_text(): int(row.locator("td").nth(2).inner_text()) for row in rows}


def dossier(page: Page) -> Locator:
    return page.locator(".cm-dossier")


def move_date(page: Page, days: int) -> None:
    page.get_by_role("slider").focus()
    for _ in range(abs(days)):
        page.keyboard.press("ArrowRight" if days > 0 else "ArrowLeft")


def choose(page: Page, label: str, text: str) -> None:
    box = page.get_by_role("combobox", name=label)
    box.fill(text)
    page.get_by_role("option", name=re.compile(re.escape(text))).first.click()


def point_at(page: Page, frame: Frame, lat: float, lon: float) -> None:
    x, y = frame.evaluate(f"(() => {{ const p = map.latLngToContainerPoint([{lat}, {lon}]); return [p.x, p.y]; }})()")
    box = page.locator("iframe[title*='st_folium']").bounding_box()
    assert box
    page.mouse.move(box["x"] + x, box["y"] + y)


def patch(frame: Frame, lat: float, lon: float) -> list[int]:
    """Return the colours of what is drawn around a point of the map."""
    return frame.evaluate(
        f"""(() => {{
            const canvas = document.querySelector("canvas"), box = canvas.getBoundingClientRect();
            const point = map.latLngToContainerPoint([{lat}, {lon}]);
            const [x, y] = [point.x - box.x - 5, point.y - box.y - 5];
            return [...canvas.getContext("2d").getImageData(x, y, 10, 10).data];
        }})()"""
    )


def click_at(page: Page, frame: Frame, lat: float, lon: float) -> None:
    point_at(page, frame, lat, lon)
    page.mouse.down()
    page.mouse.up()


def test_moving_the_date_changes_the_colours_without_reloading_the_map(page: Page, frame: Frame):
    before = legend(frame)
    pixels = "document.querySelector('canvas').toDataURL()"
    drawn = frame.evaluate(pixels)
    frame.evaluate("void map.setView([34, 66], 7, {animate: false})")
    move_date(page, 37)
    expect(page.get_by_role("heading", name="Sunday, 15 August 2021")).to_be_visible()
    expect(frame.locator(".cm-legend tr").first).not_to_contain_text(str(before["Taliban"]))
    after = legend(frame)
    assert after["Taliban"] > before["Taliban"]
    assert frame.evaluate(pixels) != drawn
    assert frame.evaluate("window.marked") is True
    assert frame.evaluate("map.getZoom()") == 7


def test_the_legend_counts_what_the_headline_says(page: Page, frame: Frame):
    said = [line.inner_text().split() for line in page.locator(".cm-counts li b").all()]
    counted = list(legend(frame).values())[:5]
    assert [int(number) for (number,) in said] == [number for number in counted if number]


def test_a_click_on_a_district_opens_its_reports_with_a_link_to_each_source(page: Page, frame: Frame):
    click_at(page, frame, 33.25, 62.9)
    expect(dossier(page).locator("h2")).to_contain_text("Shindand")
    expect(page.get_by_role("combobox", name="Find a place")).to_have_value("Shindand, Herat · شیندند")
    cards = dossier(page).locator(".cm-card")
    assert cards.count() > 0
    for card in cards.all():
        assert re.match(r"https?://", card.locator("a").get_attribute("href") or "")
    assert frame.evaluate("window.marked") is True


def test_every_further_click_opens_what_is_clicked(page: Page, frame: Frame):
    for lat, lon, name in ((33.25, 62.9, "Shindand"), (33.76, 66.07, "Nili"), (33.25, 62.9, "Shindand")):
        click_at(page, frame, lat, lon)
        expect(dossier(page).locator("h2")).to_contain_text(name)
    frame.get_by_label("Kunduz, provincial capital").click()
    expect(dossier(page).locator("h2")).to_contain_text("Kunduz")
    move_date(page, 5)
    expect(page.get_by_role("heading", name="Wednesday, 14 July 2021")).to_be_visible()
    click_at(page, frame, 33.76, 66.07)
    expect(dossier(page).locator("h2")).to_contain_text("Nili")


def test_the_dossier_can_be_left(page: Page):
    choose(page, "Find a place", "Torkham")
    expect(dossier(page).locator("h2")).to_contain_text("Torkham")
    page.get_by_role("button", name="What just changed").click()
    expect(dossier(page).locator("h2")).to_have_text("What just changed")
    expect(page.get_by_role("combobox", name="Find a place")).to_have_value("")


def test_a_place_is_found_by_its_own_script(page: Page):
    choose(page, "Find a place", "تورخم")
    expect(dossier(page).locator("h2")).to_contain_text("Torkham")


def test_a_click_on_a_capital_and_on_a_crossing_opens_them_and_one_on_the_ground_closes_them(page: Page, frame: Frame):
    frame.get_by_label("Kunduz, provincial capital").click()
    expect(dossier(page).locator("h2")).to_contain_text("Kunduz")
    expect(dossier(page)).to_contain_text("capital of Kunduz")
    frame.get_by_label("Islam Qala, crossing").click()
    expect(dossier(page).locator("h2")).to_contain_text("Islam Qala")
    expect(dossier(page)).to_contain_text("disputed")
    expect(dossier(page)).to_contain_text("a denial by the side that a stronger report says has lost the place")
    click_at(page, frame, 37.9, 62.5)
    expect(dossier(page).locator("h2")).to_have_text("What just changed")


def test_a_symbol_opens_by_keyboard(page: Page, frame: Frame):
    frame.get_by_label("Herat, provincial capital").focus()
    page.keyboard.press("Enter")
    expect(dossier(page).locator("h2")).to_contain_text("Herat")


def test_a_place_is_found_by_name_and_ringed_on_the_map(page: Page, frame: Frame):
    choose(page, "Find a place", "Torkham")
    expect(dossier(page).locator("h2")).to_contain_text("Torkham")
    expect(frame.get_by_label("Torkham, crossing")).to_have_class(re.compile("cm-selected"))


def test_hovering_names_the_place_in_both_scripts_with_its_status(frame: Frame):
    frame.get_by_label("Islam Qala, crossing").hover()
    hover = frame.locator(".cm-hover")
    expect(hover).to_contain_text("Islam Qala اسلام قلعه")
    expect(hover).to_contain_text("Taliban since 8 July · disputed")
    expect(hover).to_contain_text("last report 9 July, the same day")


def test_hovering_says_how_long_ago_a_place_was_last_reported(page: Page, frame: Frame):
    point_at(page, frame, 30.3, 62.6)
    hover = frame.locator(".cm-hover")
    expect(hover).to_contain_text("Char Burjak")
    expect(hover).to_contain_text("last report 1 July 2020, 373 days before")
    frame.get_by_label("Torkham, crossing").hover()
    expect(hover.filter(has_text="Torkham")).to_contain_text(re.compile("No report$"))


def test_blind_spots_are_drawn_on_the_same_map_with_their_own_row_in_the_legend(page: Page, frame: Frame):
    char_burjak = (30.3, 62.6)
    drawn, counts = patch(frame, *char_burjak), legend(frame)
    capital = frame.get_by_label("Pul-e-Khumri, provincial capital")
    frame.evaluate(
        "{ const style = L.Path.prototype.setStyle; window.restyled = 0;"
        " L.Path.prototype.setStyle = function (look) { window.restyled++; return style.call(this, look); }; }"
    )
    show_blind_spots = page.get_by_role("button", name="Blind spots")
    show_blind_spots.click()
    row = frame.locator(".cm-legend tr", has_text="blind spot")
    expect(row).to_contain_text("blind spot: silent for more than 30 days")
    with_layer = legend(frame)
    blind = with_layer.pop("blind spot: silent for more than 30 days")
    assert with_layer == counts
    expect(page.locator(".cm-head")).to_contain_text(f"{blind} districts with no report for more than 30 days")
    assert 0 < frame.evaluate("window.restyled") <= blind
    assert patch(frame, *char_burjak) != drawn
    expect(capital).to_have_class(re.compile("cm-blind"))
    page.get_by_role("spinbutton", name="Silent for more than").fill("365")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("silent for more than 365 days")
    expect(row).not_to_contain_text(str(blind))
    show_blind_spots.click()
    expect(row).to_have_count(0)
    expect(capital).not_to_have_class(re.compile("cm-blind"))
    assert patch(frame, *char_burjak) == drawn
    assert frame.evaluate("window.marked") is True


def test_the_blind_spots_are_listed_under_their_tab(page: Page):
    page.get_by_role("tab", name="Blind spots").click()
    expect(page.locator(".cm-silence")).to_contain_text("places are blind spots on 9 July")
    expect(page.locator(".cm-silence")).to_contain_text("Torkham (crossing)")


def test_symbols_can_be_hidden(page: Page, frame: Frame):
    page.get_by_role("button", name="Crossings").click()
    expect(frame.get_by_label("Islam Qala, crossing")).to_be_hidden()
    expect(frame.get_by_label("Kunduz, provincial capital")).to_be_visible()


def test_another_rule_colours_the_same_map_anew(page: Page, frame: Frame):
    before = legend(frame)
    choose(page, "Rule", "Taliban's account")
    expect(page.locator(".cm-side")).to_contain_text("Taliban's account")
    expect(frame.locator(".cm-legend tr").first).not_to_contain_text(str(before["Taliban"]))
    assert frame.evaluate("window.marked") is True


def test_the_replay_of_what_was_known_colours_the_same_map_anew_at_each_date(page: Page, frame: Frame):
    with_hindsight = legend(frame)["Taliban"]
    page.get_by_text("As known that day", exact=True).click()
    expect(page.locator(".cm-side")).to_contain_text("by 9 July 2021")
    expect(frame.locator(".cm-legend tr").first).not_to_contain_text(str(with_hindsight))
    assert legend(frame)["Taliban"] < with_hindsight
    move_date(page, 1)
    expect(page.locator(".cm-side")).to_contain_text("by 10 July 2021")
    assert frame.evaluate("window.marked") is True


def test_an_adjusted_rule_colours_the_same_map_anew_and_can_be_set_back(page: Page, frame: Frame):
    as_written = legend(frame)
    page.get_by_text("Adjust the rule").click()
    page.get_by_role("spinbutton", name="Claims harden after, days").fill("0")
    page.keyboard.press("Enter")
    expect(page.locator(".cm-side")).to_contain_text("Assessed, adjusted")
    expect(frame.locator(".cm-legend tr").first).not_to_contain_text(str(as_written["Taliban"]))
    page.get_by_role("button", name="As written").click()
    expect(page.locator(".cm-side")).not_to_contain_text("adjusted")
    expect(frame.locator(".cm-legend tr").first).to_contain_text(str(as_written["Taliban"]))
    assert frame.evaluate("window.marked") is True


def test_the_reports_set_aside_are_one_click_away(page: Page):
    page.get_by_role("tab", name="Set aside").click()
    expect(page.locator(".cm-wide")).to_contain_text("Ghakhi pass")


def test_the_page_fits_a_phone(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("heading", name="Friday, 9 July 2021")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_on_a_phone_each_symbol_stands_at_its_place(page: Page, frame: Frame):
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("iframe[title*='st_folium']")).to_have_css("height", "480px")
    mark = frame.get_by_label("Islam Qala, crossing")
    page.wait_for_timeout(500)
    x, y = frame.evaluate(
        "(() => { const p = map.latLngToContainerPoint([34.70804, 61.00285]); return [p.x, p.y]; })()"
    )
    at = mark.evaluate("e => { const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }")
    assert abs(at[0] - x) < 3
    assert abs(at[1] - y) < 3


def test_on_a_tablet_the_dossier_stands_below_the_map(page: Page):
    page.set_viewport_size({"width": 820, "height": 1180})
    box, below = page.locator("iframe[title*='st_folium']").bounding_box(), dossier(page).bounding_box()
    assert box
    assert below
    assert below["y"] >= box["y"] + box["height"] - 1


def choose_origin(page: Page, row: int) -> Locator:
    page.get_by_role("tab", name="Sources", exact=True).click()
    table = page.get_by_test_id("stDataFrame")
    table.locator("canvas").first.wait_for()
    table.scroll_into_view_if_needed()
    table.locator(".dvn-scroller").click(position={"x": 18, "y": 35 * (row + 1) + 17})  # the box before its name
    return page.locator(".cm-origin")


def test_an_origin_opens_its_reports_with_their_links_and_the_map_stays(page: Page, frame: Frame):
    opened = choose_origin(page, 0)
    expect(opened.locator("h3")).to_contain_text("FDD Long War Journal: 642 reports")
    expect(opened.locator("tbody tr")).to_have_count(100)
    expect(opened).to_contain_text("and 542 earlier ones")
    first = opened.locator("tbody tr").first
    expect(first).to_contain_text("contradicted")
    assert re.match(r"https?://", first.locator("a").get_attribute("href") or "")
    assert frame.evaluate("window.marked") is True


def test_hostile_text_comes_out_as_text(page: Page, frame: Frame):
    choose(page, "Theatre", "Hostile")
    choose(page, "Find a place", "Brackwater")
    card = dossier(page).locator(".cm-card").first
    expect(dossier(page).locator("h2")).to_have_text("<img src=x onerror='window.hacked=5'>Brackwater")
    expect(card).to_contain_text("<script>window.hacked = 1</script>")
    expect(card).to_contain_text("**bold** [link](javascript:window.hacked=3) ![i](http://evil.test/i.png)")
    page.get_by_role("tab", name="Set aside").click()
    expect(page.locator(".cm-wide")).to_contain_text("<b>Nowhere</b>, Harrow")
    expect(page.locator(".cm-wide")).to_contain_text("source_url: this is not a web address")
    opened = choose_origin(page, 0)
    expect(opened.locator("h3")).to_contain_text("**bold** [link](javascript:window.hacked=3)")
    expect(opened).to_contain_text("<script>window.hacked = 1</script>")
    hostile = next(each for each in page.frames if "st_folium" in each.url and each != frame)
    hostile.get_by_label(re.compile("Kestrel")).hover()
    click_at(page, hostile, 50.5, 1.5)
    for each in page.frames:
        assert each.evaluate("window.hacked") is None
    for link in page.locator("a").all():
        assert not (link.get_attribute("href") or "").lower().startswith("javascript")
    assert page.locator("img[src='x'], svg[onload], [onclick*=hacked]").count() == 0
