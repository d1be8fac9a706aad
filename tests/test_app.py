"""The script, run without a browser: no exception, and what it shows follows what is chosen."""

import datetime as dt
import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from control_map import pipeline
from control_map.summary import count
from tests.conftest import SHIPPED
from tests.made_up import written

APP = str(SHIPPED.parents[1] / "app.py")


@pytest.fixture
def app() -> AppTest:
    opened = AppTest.from_file(APP, default_timeout=60).run()
    assert not opened.exception
    return opened


def page_text(app: AppTest) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", element.body) for element in app.get("html")))


def test_the_page_opens_on_the_day_of_the_reuters_story_with_the_published_totals_beside_the_count(app):
    text = page_text(app)
    assert "Friday, 9 July 2021" in text
    assert re.search(r"100\+\s+Al Jazeera / Reuters, western officials", text)
    assert re.search(r"200\+\s+Al Jazeera / Reuters, Taliban claim", text)


def test_the_headline_counts_follow_the_slider(app, shipped_view: pipeline.View):
    for date in (dt.date(2021, 5, 1), dt.date(2021, 8, 15)):
        app.slider(key="date").set_value(date).run()
        assert not app.exception
        counted = count(shipped_view.status(date), ["taliban", "contested", "government"])
        shown = next(element.body for element in app.get("html") if "cm-counts" in element.body)
        for status, number in counted.items():
            assert re.search(rf'<i class="{status}"></i>{number}</b>', shown), (date, status)


def test_the_summary_of_the_provinces_follows_the_slider(app):
    def panjshir() -> str:
        table = next(element.body for element in app.get("html") if "cm-provinces" in element.body)
        return next(line for line in table.splitlines() if ">Panjshir<" in line)

    before = panjshir()
    app.slider(key="date").set_value(dt.date(2021, 8, 25)).run()
    assert panjshir() != before


def test_a_place_picked_by_name_shows_its_status_and_its_reports_with_their_sources(app):
    app.selectbox(key="place").set_value("AF-X-islam-qala").run()
    assert not app.exception
    dossier = next(element.body for element in app.get("html") if "cm-dossier" in element.body)
    assert "Islam Qala" in dossier
    assert "disputed" in dossier
    assert re.search("<b>sets</b> said against the claimant&#39;s own side&#39;s interest", dossier)
    assert "<b>contradicts</b> a denial by the side" in dossier
    assert 'href="https://www.aljazeera.com/' in dossier


def test_an_undrawn_district_says_inside_which_it_is_drawn(app):
    app.selectbox(key="place").set_value("AF-D-marja").run()
    assert "drawn inside Nad-e-Ali" in page_text(app)


def test_every_rule_can_be_chosen(app):
    for rule in app.selectbox(key="rule").options:
        app.selectbox(key="rule").select(rule).run()
        assert not app.exception, rule
        assert re.search(rf"Rule:\s+{re.escape(rule)}", page_text(app))


def test_what_was_not_known_yet_is_not_shown(app):
    def districts() -> int:
        shown = next(element.body for element in app.get("html") if "cm-counts" in element.body)
        return int(re.search(r'<i class="taliban"></i>(\d+)', shown)[1])

    app.slider(key="date").set_value(dt.date(2021, 7, 9)).run()
    with_hindsight = districts()
    app.date_input(key="known_on").set_value(dt.date(2021, 7, 9)).run()
    assert not app.exception
    assert "by 9 July 2021" in page_text(app)
    assert districts() < with_hindsight
    assert "10 July" not in page_text(app)


def test_the_reports_set_aside_are_listed_with_their_reasons(app, shipped: pipeline.Pack):
    app.session_state["tab"] = f"Set aside ({len(shipped.set_aside)})"
    app.run()
    table = next(element.body for element in app.get("html") if "cm-wide" in element.body)
    for report_id in shipped.set_aside["report_id"]:
        assert report_id in table


def test_what_is_said_of_a_part_of_an_area_stands_beside_the_maps_own_count(app):
    app.session_state["tab"] = "Said of areas"
    app.run()
    assert not app.exception
    table = next(element.body for element in app.get("html") if "Districts on this map" in element.body)
    line = next(row for row in table.split("<tr>") if "five districts in Herat" in row)
    assert "<td>5</td>" in line
    assert re.search(r"<td>\d+ Taliban</td>", line)
    assert "10 July" not in table


def test_the_origins_are_those_known_and_do_not_follow_the_date(app, shipped: pipeline.Pack):
    def reports() -> dict[str, int]:
        assert not app.exception
        return app.dataframe[0].value.set_index("origin")["reports"].to_dict()

    app.session_state["tab"] = "Sources"
    app.run()
    assert reports() == shipped.located["origin"].value_counts().to_dict()
    assert "published at any time" in page_text(app)
    sent = app.dataframe[0].proto.SerializeToString()
    app.slider(key="date").set_value(dt.date(2021, 8, 25)).run()
    assert not app.exception
    assert app.dataframe[0].proto.SerializeToString() == sent  # what is the same goes over the wire once
    app.date_input(key="known_on").set_value(dt.date(2021, 7, 9)).run()
    known = shipped.located[shipped.located["reported_date"] <= "2021-07-09"]
    assert reports() == known["origin"].value_counts().to_dict()
    assert f"{len(known):,} reports" in page_text(app)
    assert "published by 9 July 2021" in page_text(app)


def test_no_origin_is_a_formula_in_what_the_table_lets_people_download(make_pack, monkeypatch):
    folder = make_pack([written(1, origin='=HYPERLINK("http://evil.test")'), written(2, origin="@SUM(A1)")])
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(folder.parent))
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["tab"] = "Sources"
    app.run()
    app.selectbox(key="theatre").select("Marshland").run()
    assert not app.exception
    assert sorted(app.dataframe[0].value["origin"]) == ['\'=HYPERLINK("http://evil.test")', "'@SUM(A1)"]


def test_the_credits_and_licences_are_on_the_page(app, shipped: pipeline.Pack):
    footer = next(element.body for element in app.get("html") if "cm-credits" in element.body)
    for credit in shipped.theatre.credits:
        assert credit.url in footer
    assert "CC BY 4.0" in footer


def test_a_broken_pack_is_named_with_its_faults_and_no_traceback(make_pack, monkeypatch):
    folder = make_pack([], {"places.csv": "nonsense\n1\n"})
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(folder.parent))
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.selectbox(key="theatre").select("Marshland").run()
    assert not app.exception
    assert "places.csv" in page_text(app)
    assert "the column is missing" in page_text(app)
