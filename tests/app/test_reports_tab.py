"""The tab Reports, run without a browser: it shows and saves the reports that match the filter."""

import csv
import datetime as dt
import io
import re
from html import unescape

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from control_map.analysis.search import ReportFilter, find_reports
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import View, apply_rule
from control_map.theatre.csv_writer import as_csv
from control_map.ui.state import session
from control_map.ui.tabs import reports
from tests.conftest import SHIPPED
from tests.support.made_up import places_csv, write_pack, written

APP = str(SHIPPED.parents[1] / "app.py")


@pytest.fixture
def app() -> AppTest:
    opened = AppTest.from_file(APP, default_timeout=60)
    opened.session_state["tab"] = "Reports"
    return shown(opened)


def shown(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def part(app: AppTest, of: str) -> str:
    return next(
        (element.body for element in app.get("html") if of in element.body and "<style" not in element.body), ""
    )


def rows(app: AppTest) -> list[str]:
    return part(app, "cm-reports").split("<tr>")[2:]


def count_line(app: AppTest) -> str:
    return re.sub(r"<[^>]+>", "", unescape(part(app, "cm-found")))


def ids(app: AppTest) -> list[str]:
    return [re.findall(r"afg-\d+", row)[0] for row in rows(app)]


def test_all_reports_are_there_fifty_at_a_time_the_newest_event_first(app: AppTest, shipped: Pack):
    app.session_state[session.REPORTS_PAGE_KEY] = 1
    assert "2,518 of 2,518 reports" in count_line(shown(app))
    assert ids(app) == shipped.search_index.reports["report_id"].head(50).tolist()
    app.button(key="reports older").click()
    assert ids(shown(app)) == shipped.search_index.reports["report_id"].iloc[50:100].tolist()
    assert "51 to 100" in count_line(app)
    app.button(key="reports newer").click()
    assert "1 to 50" in count_line(shown(app))


def test_the_list_begins_at_the_date_shown_says_so_and_follows_it_until_a_page_is_chosen(app: AppTest, shipped: Pack):
    events = shipped.search_index.reports["event_date"]
    for date, in_words in ((shipped.theatre.opens_on, "9 July 2021"), (dt.date(2021, 8, 14), "14 August 2021")):
        app.session_state["date"] = date
        begin = int((events > pd.Timestamp(date)).sum())
        assert begin > 0
        assert ids(shown(app)) == shipped.search_index.reports["report_id"].iloc[begin : begin + 50].tolist()
        assert f"{begin + 1:,} to {begin + 50:,}, from {in_words}, the day shown" in count_line(app)
    app.button(key="reports older").click()
    after = ids(shown(app))
    assert "the day shown" not in count_line(app)
    first = shipped.search_index.reports["report_id"].tolist().index(after[0])
    assert begin < first <= begin + 50  # no report is passed over
    app.session_state["date"] = shipped.theatre.opens_on
    assert ids(shown(app)) == after


def test_a_search_leaves_the_page_that_was_turned_to(app: AppTest, shipped: Pack):
    app.button(key="reports older").click()
    shown(app).text_input(key=session.REPORTS_TEXT_KEY).set_value("قلعه نو")
    assert ids(shown(app)) == find_reports(shipped.search_index, ReportFilter("قلعه نو"))["report_id"].tolist()
    assert "22 of 2,518" in count_line(app)


def test_the_page_is_the_last_there_is_if_a_link_asks_for_a_later_one(app: AppTest):
    app.session_state[session.REPORTS_PAGE_KEY] = 10_000
    assert "2,501 to 2,518" in count_line(shown(app))


def test_nothing_found_is_said_and_no_table_is_shown(app: AppTest):
    app.text_input(key=session.REPORTS_TEXT_KEY).set_value("xyzzyplugh")
    assert count_line(shown(app)).startswith("0 of 2,518")
    assert rows(app) == []


def test_every_filter_that_a_link_sets_is_kept_and_counted(app: AppTest, shipped: Pack):
    app.session_state[session.REPORTS_ORIGIN_KEY] = "FDD Long War Journal"
    app.session_state[session.REPORTS_SIDE_KEY] = "independent"
    app.session_state[session.REPORTS_CLAIMS_KEY] = ["captured", "held"]
    app.session_state[session.REPORTS_RELIABILITY_KEY] = "B"
    app.session_state[session.REPORTS_CREDIBILITY_KEY] = 2
    app.session_state[session.REPORTS_FROM_KEY] = dt.date(2021, 7, 1)
    app.session_state[session.REPORTS_TO_KEY] = dt.date(2021, 7, 9)
    wanted = ReportFilter(
        origin="FDD Long War Journal",
        side="independent",
        claims=("captured", "held"),
        lowest_reliability="B",
        lowest_credibility=2,
        begin=dt.date(2021, 7, 1),
        end=dt.date(2021, 7, 9),
    )
    expected = find_reports(shipped.search_index, wanted)["report_id"].tolist()
    assert expected
    assert ids(shown(app)) == expected[:50]
    app.button(key="reports clear").click()
    assert "2,518 of 2,518" in count_line(shown(app))


def test_what_a_link_asks_for_that_there_is_not_leaves_all_in():
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["tab"] = "Reports"
    app.session_state[session.REPORTS_ORIGIN_KEY] = "<b>nobody</b>"
    app.session_state[session.REPORTS_CLAIMS_KEY] = ["flown"]
    app.session_state[session.REPORTS_STATE_KEY] = "lost"
    app.session_state[session.REPORTS_FROM_KEY] = dt.date(1900, 1, 1)
    app.session_state[session.REPORTS_PAGE_KEY] = -3
    assert "2,518 of 2,518" in count_line(shown(app))


def test_the_reports_on_the_open_place_can_be_kept_to(app: AppTest, shipped: Pack):
    app.session_state["place"] = "AF3211"
    shown(app).toggle(key=session.REPORTS_PLACE_KEY).set_value(True)
    assert ids(shown(app)) == find_reports(shipped.search_index, ReportFilter(place_id="AF3211"))["report_id"].tolist()


def test_reports_that_could_not_be_located_are_listed_with_reason_and_fix(app: AppTest, shipped: Pack):
    app.segmented_control(key=session.REPORTS_STATE_KEY).set_value("set_aside")
    listed = unescape(part(shown(app), "cm-reports"))
    for row in shipped.set_aside.to_dict("records"):
        assert f"{row['problem']}. {row['fix']}." in listed
        assert row["report_id"] in listed


def test_a_page_that_is_turned_to_is_the_same_at_every_date(app: AppTest):
    app.button(key="reports older").click()
    before = part(shown(app), "cm-reports")
    app.slider(key="date").set_value(dt.date(2021, 5, 20))
    assert part(shown(app), "cm-reports") == before


def test_only_what_was_published_by_then_is_shown_and_the_page_says_so(app: AppTest):
    app.radio(key="known").set_value("Only reports published by the date shown")
    assert re.search(r"of [\d,]+ reports published by 9 July 2021", count_line(shown(app)))
    assert "August 2021" not in part(app, "cm-reports")
    app.segmented_control(key=session.REPORTS_STATE_KEY).set_value("set_aside")
    assert 0 < len(rows(shown(app))) < 15


def test_a_row_leads_to_its_place_and_to_the_day_of_its_event_if_that_lies_in_the_period(app: AppTest):
    app.text_input(key=session.REPORTS_TEXT_KEY).set_value("afg-2199")
    assert "data-go=AF-C-31 data-day=103>" in rows(shown(app))[0]
    app.text_input(key=session.REPORTS_TEXT_KEY).set_value("afg-0004")
    (old,) = rows(shown(app))
    assert "data-go=province/AF25>" in old.replace('"', "")
    assert "data-day" not in old


def test_the_role_is_that_in_the_view_that_is_shown(app: AppTest):
    app.text_input(key=session.REPORTS_TEXT_KEY).set_value("afg-2199")
    assert ">Decides<" in rows(shown(app))[0]
    app.radio(key="rule").set_value("side:government")
    assert ">Overruled<" in rows(shown(app))[0]


def test_what_was_found_can_be_saved_with_what_it_rests_on(shipped_view: View):
    wanted = ReportFilter("islam qala")
    saved = as_csv(*reports.reports_table(shipped_view, dt.date(2021, 7, 9), wanted))
    table = list(csv.DictReader(io.StringIO(saved)))
    assert [row["report_id"] for row in table] == find_reports(shipped_view.pack.search_index, wanted)[
        "report_id"
    ].tolist()
    assert all(row["rule"] == "Assessed" for row in table)
    assert {"sets", "confirms"} <= {row["role"] for row in table}


def test_hostile_text_stays_text_and_no_formula_is_saved(monkeypatch: pytest.MonkeyPatch, tmp_path):
    hostile = '<img src=x onerror="alert(1)"> {} {0.__class__}'
    name = "<b>Brackwater</b>"
    write_pack(
        tmp_path / "hostile",
        [
            written(1, place_text=name, summary=hostile, claimant="=1+1", origin="**bold** [x](javascript:1)"),
            written(2, claim=hostile, source_url="javascript:alert(1)", event_date="<i>soon</i>", place_text=hostile),
        ],
        {"places.csv": places_csv().replace("Brackwater", name)},
    )
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(tmp_path))
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["tab"] = "Reports"
    shown(app).selectbox(key="theatre").set_value(tmp_path / "hostile")
    page = part(shown(app), "cm-reports")
    assert "2 of 2" in count_line(app)
    assert "<img" not in page
    assert "<b>Brackwater" not in page
    assert "<i>soon" not in page
    assert "javascript:" not in re.sub(r">[^<]*<", "><", page)
    pack = load_pack(tmp_path / "hostile")
    saved = as_csv(*reports.reports_table(apply_rule(pack, pack.rule()), dt.date(2021, 5, 3), ReportFilter()))
    assert all(not cell.startswith("=") for row in csv.reader(io.StringIO(saved)) for cell in row)


@pytest.mark.parametrize("credibility", ["2.5", "inf", "-1", "x"])
def test_a_grade_that_is_none_is_shown_as_nothing(make_pack, credibility: str):
    pack = load_pack(make_pack([written(1), written(2, credibility=credibility)]))
    found = find_reports(pack.search_index, ReportFilter())
    assert found["credibility"].dropna().isin(range(1, 7)).all()
    assert ">2.5<" not in reports._write_table(apply_rule(pack, pack.rule()), found, {})
