"""The section of the provinces, and the province that all tabs keep to."""

import csv
import datetime as dt
import io
import re
from html import unescape

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from control_map.analysis.blind_spots import list_blind_spots
from control_map.analysis.summary import rows_in_province, summarize_provinces
from control_map.analysis.trend import count_provinces_over_time
from control_map.assessment.rule_comparison import disagreements
from control_map.assessment.timeline import as_of
from control_map.core.wording import format_rounded
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import View, apply_rule, compare_rules
from control_map.theatre.csv_writer import as_csv
from control_map.ui.state.selection import Selection
from control_map.ui.tabs.provinces import provinces_table
from tests.conftest import SHIPPED
from tests.support.made_up import places_csv, written

APP = str(SHIPPED.parents[1] / "app.py")
OPENS_ON = dt.date(2021, 7, 9)
HERAT = "AF32"


@pytest.fixture
def app() -> AppTest:
    opened = AppTest.from_file(APP, default_timeout=60).run()
    assert not opened.exception
    return opened


def bodies(app: AppTest) -> list[str]:
    return [element.body for element in app.get("html")]


def table(app: AppTest) -> str:
    return next(body for body in bodies(app) if 'class="cm-provinces' in body)


def past(app: AppTest) -> str:
    return next(body for body in bodies(app) if "data:image/svg" in body)


def cells(app: AppTest, province: str) -> list[str]:
    """Return the cells of a province's row, in order, without their elements."""
    row = next(row for row in table(app).split("<tr") if f">{province}<" in row)
    return [unescape(re.sub("<[^>]*>", " ", cell)).strip() for cell in re.split("<t[hd][^>]*>", row)[1:]]


def opened_tab(app: AppTest, tab: str) -> str:
    app.session_state["tab"] = tab
    app.run()
    assert not app.exception
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", body) for body in bodies(app)))


def choose(app: AppTest, province_id: str) -> None:
    app.session_state["province"] = province_id
    app.run()
    assert not app.exception


def test_each_status_of_a_province_has_its_count_and_its_change(app, shipped_view: View):
    now, before = (
        rows_in_province(as_of(shipped_view.timeline, date), shipped_view.pack.theatre.places, HERAT)
        for date in (
            OPENS_ON,
            OPENS_ON - dt.timedelta(days=7),
        )
    )
    for number, status in enumerate(shipped_view.pack.statuses):
        counts = [int(((rows["kind"] == "district") & (rows["status"] == status)).sum()) for rows in (now, before)]
        shown = cells(app, "Herat")[4 + number].replace("\u2212", "-").split()
        change = counts[0] - counts[1]
        expected = [str(counts[0])] if counts[0] or change else []
        assert shown == expected + ([f"{change:+d}"] if change else [])


@pytest.mark.parametrize("measure", ["area", "population"])
def test_the_numbers_are_shares_of_area_or_population_when_that_is_chosen(app, measure: str):
    app.segmented_control(key="provinces measure").set_value(measure).run()
    assert not app.exception
    assert f"Share of the {measure} by status on 9 July" in table(app)
    shares = [float(cell.partition("%")[0]) for cell in cells(app, "Herat")[4:10] if cell]
    assert sum(shares) == pytest.approx(100, abs=2)
    form = re.compile(r"(\d+(\.\d)?%( [+\u2212]\d+(\.\d)?)?( +[\d,]+(\.\d million)?)?)?")
    assert all(form.fullmatch(cell) for row in ("All", "Kabul") for cell in cells(app, row)[4:10])


@pytest.mark.parametrize("measure", ["area", "population"])
def test_a_share_has_its_change_in_percentage_points_and_its_people_or_land(app, shipped_view: View, measure: str):
    app.radio(key="compare").set_value("The start of the period")
    app.segmented_control(key="provinces measure").set_value(measure).run()
    assert "small figures: change since 1 May, in percentage points" in table(app)
    places, statuses = shipped_view.pack.theatre.places, shipped_view.pack.statuses
    then, now = (
        summarize_provinces(rows, rows, places, statuses, date).set_index("province").loc["Herat"]
        for date in (dt.date(2021, 5, 1), OPENS_ON)
        for rows in [as_of(shipped_view.timeline, date)]
    )
    share, earlier = now[f"taliban_{measure}_share"], then[f"taliban_{measure}_share"]
    size = format_rounded(now["taliban_area_km2" if measure == "area" else "taliban_population"])
    assert cells(app, "Herat")[4].split() == [f"{100 * share:.0f}%", f"+{100 * (share - earlier):.0f}", *size.split()]


def test_the_bar_ends_where_the_shares_do(app):
    app.segmented_control(key="provinces measure").set_value("area").run()
    first = float(cells(app, "Herat")[4].partition("%")[0])
    assert f"--a:{first:.0f};" in next(row for row in table(app).split("<tr") if ">Herat<" in row)


def test_a_size_that_is_unknown_is_shown_as_such_and_has_no_bar(make_pack, monkeypatch):
    places = re.sub(r",(6000|2000)\b", ",", places_csv())
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(make_pack([written()], {"places.csv": places}).parent))
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.selectbox(key="theatre").select("A made-up war").run()
    app.segmented_control(key="provinces measure").set_value("population").run()
    assert not app.exception
    assert cells(app, "Harrow")[4:9] == ["\u2013"] * 5
    assert re.search(r"<tr class=cm-unknown><th><button data-province=H>Harrow", table(app))
    assert "\u2013" not in cells(app, "Velden")


def test_crossings_are_gates_in_the_colour_of_who_holds_them_with_their_names(app, shipped_view: View):
    row = next(row for row in table(app).split("<tr") if ">Herat<" in row)
    status = shipped_view.status(OPENS_ON).set_index("name")["status"]
    styles = shipped_view.pack.styles
    for name in ("Islam Qala", "Torghundi"):
        assert f'<i class={status[name]} title="{name}: {styles[status[name]].label}"></i>' in row
    assert cells(app, "Herat")[10] == "2"


def test_the_day_of_the_newest_report_on_a_part_is_in_a_title(app):
    row = next(row for row in table(app).split("<tr") if ">Badakhshan<" in row)
    assert re.search(r'<td title="newest: 5 July">13', row)


def test_the_whole_comes_first_in_a_body_of_its_own(app):
    whole, *others = table(app).split("<tbody>")[1:]
    assert whole.count("<tr") == 1
    assert ">All<" in whole
    (rest,) = others
    assert rest.count("<tr") == 34


def test_the_table_stays_small_on_every_date(app):
    for date in (OPENS_ON, dt.date(2021, 5, 1), dt.date(2021, 8, 5), dt.date(2021, 9, 7)):
        app.slider(key="date").set_value(date).run()
        assert len(table(app).encode()) < 9500


def test_the_past_is_the_same_text_at_every_date_and_the_day_is_marked_in_it(app):
    before, marked = past(app), re.search(r"--t:([\d.]+)", table(app))
    app.slider(key="date").set_value(dt.date(2021, 8, 15)).run()
    assert past(app) == before
    later = re.search(r"--t:([\d.]+)", table(app))
    assert marked
    assert later
    assert 0 < float(marked[1]) < float(later[1]) < 1


def test_the_past_of_a_province_is_drawn_as_high_as_its_districts(app, shipped_view: View):
    pack = shipped_view.pack
    rows = count_provinces_over_time(
        shipped_view.timeline, pack.statuses, pack.theatre.period_start, pack.theatre.period_end
    )
    kabul = rows[rows["province_id"] == "AF01"]
    drawn = re.search(r'data-province="AF01"\]\).*?url\("(.*?)"\)', past(app))
    assert drawn
    assert f"viewBox='0 0 130 {kabul[pack.statuses].iloc[0].sum()}'" in drawn[1]
    days = {int(day) for day in re.findall(r"H(\d+)", drawn[1])}
    assert days == {(date - pd.Timestamp(pack.theatre.period_start)).days for date in kabul["date"]} | {130}


def test_hostile_ids_and_words_stay_within_the_style_sheet_and_the_titles(make_pack, monkeypatch):
    hostile = '"]}</style><img src=x onerror=alert(1)>\\'

    places = places_csv().replace(",H,Harrow,", f',"{hostile.replace(chr(34), chr(34) * 2)}",Harrow,')
    part = written(
        place_text="Harrow", place_kind="province", area_scope="part", summary='"><img src=x onerror=alert(2)>'
    )
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(make_pack([part], {"places.csv": places}).parent))
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.selectbox(key="theatre").select("A made-up war").run()
    assert not app.exception
    assert "<img" not in table(app)
    assert past(app).count("<") == 4  # a paragraph and a style sheet


# The province that the tabs keep to


def test_a_chosen_province_is_marked_in_the_table(app):
    assert "aria-current" not in table(app)
    choose(app, HERAT)
    assert re.findall(r"<tr[^>]* aria-current=true><th><button data-province=(\w+)", table(app)) == [HERAT]
    choose(app, "")
    assert "aria-current" not in table(app)


def test_a_province_is_chosen_within_a_tab_and_the_map_is_led_to_it(app):
    opened_tab(app, "Changes")
    app.selectbox(key="province").set_value(HERAT).run()
    assert app.session_state["go"] == ("province/AF32", 1)
    app.selectbox(key="province").set_value("").run()
    assert app.session_state["go"] == ("", 2)


def test_the_blind_spots_keep_to_the_province(app, shipped_view: View):
    choose(app, HERAT)
    now = rows_in_province(as_of(shipped_view.timeline, OPENS_ON), shipped_view.pack.theatre.places, HERAT)
    expected = f"{len(list_blind_spots(now, OPENS_ON))} of {len(now)} places have had no report"
    assert expected in opened_tab(app, "No recent news")
    listed = next(body for body in bodies(app) if "cm-silence" in body)
    assert re.findall(r"data-go=province/(\w+)", listed) == [HERAT]


def test_area_claims_keep_to_the_province(app):
    everything = opened_tab(app, "Area claims")
    choose(app, HERAT)
    rows = opened_tab(app, "Area claims")
    assert "on a part of Herat." in rows
    listed = next(body for body in bodies(app) if "Number</th>" in body)
    assert set(re.findall(r"data-go=([\w/]+)", listed)) == {"province/AF32"}
    assert len(rows) < len(everything)


def test_the_rules_are_compared_within_the_province(app, shipped: Pack):
    choose(app, HERAT)
    text = opened_tab(app, "Other ways to count")
    compared = compare_rules(shipped)
    each = rows_in_province(compared.statuses_on(OPENS_ON), shipped.theatre.places, HERAT)
    held = int(((each["kind"] == "district") & (each["latest"] == "taliban")).sum())
    assert re.search(rf"Latest report\D*\b{held}\s", text)  # what the rule means stands between
    differing = rows_in_province(
        disagreements(compared.statuses_on(OPENS_ON), compared.rules), shipped.theatre.places, HERAT
    )
    assert f"{len(differing)} places on which they differ" in text


def test_another_theatre_forgets_the_province(make_pack, monkeypatch):
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(make_pack([written()]).parent))
    app = AppTest.from_file(APP, default_timeout=60).run()
    choose(app, HERAT)
    app.selectbox(key="theatre").select("A made-up war").run()
    assert not app.exception
    assert "aria-current" not in table(app)


# The file


@pytest.fixture
def rows(shipped_view: View) -> list[dict[str, str]]:
    text = as_csv(*provinces_table(Selection(shipped_view, OPENS_ON, None, shipped_view), 30))
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_has_one_row_a_province_with_every_column_and_what_it_rests_on(rows, shipped: Pack):
    assert len(rows) == 34
    herat = next(row for row in rows if row["province_id"] == HERAT)
    columns = {
        f"{status}{what}"
        for status in shipped.statuses
        for what in (
            "",
            "_change",
            "_area_share",
            "_population_share",
            "_area_share_change",
            "_population_share_change",
            "_crossings",
        )
    }
    assert columns <= set(herat)
    assert herat["last_reported"] == "2021-07-09"
    assert (herat["date"], herat["compared_with"]) == ("2021-07-09", "2021-07-02")
    assert (herat["theatre"], herat["rule"]) == ("Afghanistan 2021", "Assessed")
    assert herat["content_hash"] == shipped.fingerprint
    assert "CC BY" in rows[0]["credits"]
    assert {None} & set(herat) == set()


def test_no_cell_of_the_file_is_a_formula(make_pack):
    part = written(place_text="Harrow", place_kind="province", area_scope="part", summary="=HYPERLINK(1)")
    pack = load_pack(make_pack([part]))
    view = apply_rule(pack, pack.rule())
    text = as_csv(*provinces_table(Selection(view, dt.date(2021, 6, 30), None, view), 30))
    rows = {row["province"]: row["part_told"] for row in csv.DictReader(io.StringIO(text))}
    assert rows == {"Harrow": "'=HYPERLINK(1)", "Velden": ""}


def test_the_files_are_made_only_when_they_are_asked_for(app):
    buttons = app.get("download_button")
    assert [button.proto.label for button in buttons] == ["Download CSV", "Download Excel"]
    assert all(button.proto.deferred_file_id and not button.proto.url for button in buttons)
