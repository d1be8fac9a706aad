"""The section with the trend, run without a browser."""

import csv
import datetime as dt
import io
import json
import re
from html import unescape

import pandas as pd
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from control_map.analysis.summary import count_by_status
from control_map.assessment.timeline import as_of
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View
from control_map.theatre.csv_writer import as_csv
from control_map.ui.tabs import trend
from tests.conftest import SHIPPED
from tests.support.made_up import write_pack

APP = str(SHIPPED.parents[1] / "app.py")
OF_HERAT = """
import datetime as dt
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.ui.state.selection import Selection
from control_map.ui.tabs import trend
from tests.conftest import SHIPPED

pack = load_pack(SHIPPED)
view = apply_rule(pack, pack.rule())
trend.show_trend(Selection(view, dt.date(2021, 7, 9), None, view, "AF32"))
"""


def test_the_file_says_what_it_counts_and_of_which_province(shipped_view: View):
    counts = pd.DataFrame({"date": pd.to_datetime(["2021-07-08", "2021-07-09"]), "taliban": [3, 4]})
    head, *lines = csv.reader(
        io.StringIO(as_csv(*trend.counts_table(shipped_view, counts, "Area (km²) by status", "AF32")))
    )
    for line in lines:
        row = dict(zip(head, line, strict=True))
        assert row["counts"] == "Area (km²) by status"
        assert row["province"] == "Herat (AF32)"


@pytest.fixture
def app() -> AppTest:
    opened = AppTest.from_file(APP, default_timeout=60)
    opened.session_state["tab"] = "Trend"
    opened.run()
    assert not opened.exception
    return opened


def chart(app: AppTest):
    (found,) = app.get("vega_lite_chart")
    return found.proto


def key_text(app: AppTest) -> str:
    return next(unescape(re.sub(r"<[^>]+>", " ", each.body)) for each in app.get("html") if "cm-key" in each.body)


def table_row(app: AppTest, day: str) -> list[str]:
    table = next(each.body for each in app.get("html") if "cm-trend" in each.body and "<table>" in each.body)
    row = next(row for row in table.split("<tr>") if f'row">{day}<' in row)
    return [unescape(cell) for cell in re.findall(r"<td[^>]*>([^<\n]*)", row)]


def choose(app: AppTest, **values: str) -> None:
    for name, value in values.items():
        app.session_state[f"trend {name}"] = value
    app.run()
    assert not app.exception


def pick(app: AppTest, *picked: dict[str, int]) -> None:
    """Send the event that the browser sends for a click on the chart."""
    states = app._tree.get_widget_states()
    states.widgets.append(
        WidgetState(id=chart(app).id, string_value=json.dumps({"selection": {"picked": list(picked)}}))
    )
    app._run(states)
    assert not app.exception


def test_the_second_tab_is_the_trend_and_tells_in_words_what_the_chart_shows(app, shipped_view: View):
    described = json.loads(chart(app).spec)["description"]
    start = count_by_status(as_of(shipped_view.timeline, dt.date(2021, 5, 1)), shipped_view.pack.statuses)
    assert described.startswith("Districts by status, from 1 May 2021 to 7 September 2021: Taliban from")
    assert f"Taliban from {start['taliban']} to" in described
    assert "published, exact" in key_text(app)


def test_the_table_below_has_the_counts_of_each_day_and_the_capitals_that_fell(app, shipped_view: View):
    now = count_by_status(as_of(shipped_view.timeline, dt.date(2021, 8, 6)), shipped_view.pack.statuses)
    *counts, happened = table_row(app, "6 August")
    assert counts == [f"{number:,}" for number in now.values()]
    assert happened.startswith("Zaranj (capital): Government \u2192 Taliban; Zaranj (crossing): ")


def test_area_is_counted_with_a_word_on_why_no_total_stands_beside_it(app, shipped_view: View):
    choose(app, by="area")
    areas = shipped_view.pack.theatre.places.set_index("place_id")["area_km2"]
    now = as_of(shipped_view.timeline, dt.date(2021, 7, 9))
    held = areas[now.loc[(now["kind"] == "district") & (now["status"] == "taliban"), "place_id"]].sum()
    assert float(table_row(app, "9 July")[0].replace(",", "")) == pytest.approx(held)
    assert "Others' counts are of districts" in key_text(app)
    assert "published, exact" not in key_text(app)


def test_any_measure_that_can_be_compared_can_be_chosen_and_has_its_count_beside_it(app, shipped_view: View):
    offered = app.selectbox(key="trend totals").options
    assert "Provincial capitals held by the Taliban (11)" in offered
    assert not any(option.startswith("Provinces not held") for option in offered)
    assert sum(int(option.rsplit("(", 1)[1][:-1]) for option in offered[1:]) == 70
    choose(app, totals="provincial_capitals_taliban")
    assert "this map, of all 34" in key_text(app)
    now = as_of(shipped_view.timeline, dt.date(2021, 8, 13))
    assert table_row(app, "13 August") == [
        str(sum((now["kind"] == "provincial_capital") & (now["status"] == "taliban")))
    ]


def test_every_measure_can_be_drawn(app, shipped: Pack):
    for name in sorted(set(shipped.theatre.totals["measure"]) - {"provinces_outside_taliban"}):
        choose(app, totals=name)
        assert app.selectbox(key="trend totals").value == name
        assert json.loads(chart(app).spec)["description"].startswith(shipped.theatre.measures[name].label)


def test_a_total_from_before_the_period_is_said_to_stand_at_its_edge(app):
    choose(app, totals="districts_government_percent")
    assert "1 of the published totals is for a day outside the period and drawn at its edge" in key_text(app)


def test_a_click_goes_to_the_day_and_the_slider_can_leave_it(app):
    pick(app, {"Day": 100, "Click": 0})
    assert app.session_state["date"] == dt.date(2021, 8, 9)
    app.slider(key="date").set_value(dt.date(2021, 6, 1)).run()
    app.run()
    assert app.session_state["date"] == dt.date(2021, 6, 1)


@pytest.mark.parametrize("picked", [[], [{"Day": 4000, "Click": 0}], [{"Day": -1, "Click": 0}], [{"Click": 0}]])
def test_a_click_on_no_day_of_the_period_changes_nothing(app, picked):
    pick(app, *picked)
    assert app.session_state["date"] == dt.date(2021, 7, 9)


def test_a_choice_that_is_not_offered_is_the_areas():
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["tab"] = "Trend"
    choose(app, totals="provinces_outside_taliban")
    assert app.session_state["trend totals"] == ""


def test_in_a_replay_the_chart_ends_with_the_day_shown(app):
    app.radio(key="known").set_value(app.radio(key="known").options[1]).run()
    assert not app.exception
    assert "Nothing after 9 July was known that day." in key_text(app)
    assert "to 9 July 2021: " in json.loads(chart(app).spec)["description"]


def test_a_theatre_without_comparable_totals_has_the_areas_alone(tmp_path, monkeypatch):
    write_pack(
        tmp_path / "fens", [], {"totals.csv": "date,measure,value,qualifier,claimed_by,source_name,source_url,note\n"}
    )
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(tmp_path))
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["tab"] = "Trend"
    app.run()
    app.selectbox(key="theatre").select(tmp_path / "fens").run()
    assert not app.exception
    assert app.selectbox(key="trend totals").disabled
    assert table_row(app, "3 May")[0] == "1"


def test_a_province_has_its_own_districts_and_no_totals():
    app = AppTest.from_string(OF_HERAT, default_timeout=60).run()
    assert not app.exception
    assert "Others' counts are of the whole country" in key_text(app)
    assert app.selectbox(key="trend totals").disabled
    assert sum(int(cell) for cell in table_row(app, "9 July")[:-1]) == 20
