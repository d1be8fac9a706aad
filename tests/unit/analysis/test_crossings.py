"""Who holds each border crossing, and who held it through the period."""

import dataclasses
import datetime as dt
import json

import pandas as pd
import pytest
from hypothesis import given, settings

from control_map.analysis.crossings import CROSSING_COLUMNS, SPAN_COLUMNS, crossing_spans, crossing_statuses
from control_map.assessment.timeline import as_of
from control_map.pipeline.view import View
from control_map.render.charts.axes import ChartContext
from control_map.render.charts.crossings import draw_crossing_chart
from control_map.ui.tabs import crossings as crossings_tab
from tests.laws.test_laws import PLACES as LAWFUL_PLACES
from tests.laws.test_laws import report_sets, weigh
from tests.support.made_up import END, PLACES, START, day, judge, said, status_history

ABROAD = PLACES.assign(neighbour="Ostland", other_side="Osthaven")


def test_a_crossing_has_its_country_its_holder_and_the_day_of_its_last_report():
    judged = judge([said(3, place="X-K"), said(5, "held", place="X-K", origin="Wire")])
    (row,) = crossing_statuses(judged.timeline, ABROAD, day(9)).to_dict("records")
    assert list(row) == CROSSING_COLUMNS
    assert (row["neighbour"], row["other_side"], row["name"]) == ("Ostland", "Osthaven", "Kestrel Gate")
    assert (row["status"], row["since"]) == ("red", pd.Timestamp(day(3)))
    assert (row["last_reported"], row["days_silent"]) == (pd.Timestamp(day(5)), 4)


def test_a_crossing_of_which_nothing_is_reported_has_no_holder():
    (row,) = crossing_statuses(judge([said(3)]).timeline, ABROAD, day(9)).to_dict("records")
    assert row["status"] == "no_report"
    assert pd.isna(row["since"])
    assert pd.isna(row["days_silent"])


def test_a_pack_that_does_not_say_what_lies_beyond_has_its_crossings_all_the_same():
    (row,) = crossing_statuses(judge([said(3)]).timeline, PLACES, day(9)).to_dict("records")
    assert (row["neighbour"], row["other_side"]) == ("", "")


def test_spans_are_cut_to_the_period_and_say_what_began_before_it():
    rows = crossing_spans(
        judge([said(-9, "held", "blue", place="X-K"), said(4, place="X-K")]).timeline, ABROAD, START, END
    )
    assert list(rows) == SPAN_COLUMNS
    after = pd.Timestamp(END) + pd.Timedelta(days=1)
    assert rows[["status", "begins", "ends", "begun_before"]].to_numpy().tolist() == [
        ["blue", pd.Timestamp(START), pd.Timestamp(day(4)), True],
        ["red", pd.Timestamp(day(4)), after, False],
    ]


def test_a_dispute_begins_a_span_of_its_own():
    denied = judge([said(2, place="X-K"), said(5, "held", "blue", "blue", place="X-K", origin="Wire")])
    rows = crossing_spans(denied.timeline, ABROAD, START, END)
    assert rows[["status", "disputed"]].to_numpy().tolist() == [["no_report", False], ["red", False], ["red", True]]


@pytest.mark.parametrize("rule", ["assessed", "latest"])
@settings(max_examples=6)
@given(reports=report_sets())
def test_spans_fill_the_period_and_are_what_holds_on_each_day(reports: pd.DataFrame, rule: str):
    timeline = weigh(reports, rule).timeline
    rows = crossing_spans(timeline, LAWFUL_PLACES, START, day(40))
    for place_id, own in rows.groupby("place_id"):
        assert own["begins"].tolist() == [pd.Timestamp(START), *own["ends"].tolist()[:-1]]
        assert own["ends"].iloc[-1] == pd.Timestamp(day(41))
        for number in range(0, 41, 5):
            at = pd.Timestamp(day(number))
            (row,) = own[(own["begins"] <= at) & (at < own["ends"])].to_dict("records")
            there = as_of(timeline, day(number)).set_index("place_id").loc[place_id]
            assert (row["status"], row["disputed"]) == (there["status"], there["disputed"])


@pytest.mark.slow
def test_on_the_shipped_pack_the_spans_tell_the_history_of_each_crossing(shipped_view: View):
    theatre = shipped_view.pack.theatre
    rows = crossing_spans(shipped_view.timeline, theatre.places, theatre.period_start, theatre.period_end)
    assert rows["place_id"].nunique() == 20
    for place_id, own in rows.groupby("place_id"):
        past = status_history(shipped_view.timeline, str(place_id))
        inside = past[past["until"].isna() | (past["until"] > pd.Timestamp(theatre.period_start))]
        inside = inside[~(inside["since"] > pd.Timestamp(theatre.period_end))]
        runs = own["status"][own["status"] != own["status"].shift()]
        assert runs.tolist() == inside["status"].tolist()


def test_crossings_stand_by_country(shipped_view: View):
    rows = crossing_statuses(shipped_view.timeline, shipped_view.pack.theatre.places, dt.date(2021, 7, 9))
    assert rows["neighbour"].is_monotonic_increasing
    row = rows.set_index("name").loc["Islam Qala"]
    assert (row["neighbour"], row["status"], row["disputed"]) == ("Iran", "taliban", True)


def drawn(view: View, date: dt.date) -> dict:
    theatre = view.pack.theatre
    rows = crossing_spans(view.timeline, theatre.places, theatre.period_start, theatre.period_end)
    ground = ChartContext(theatre.period_start, theatre.period_end, date)
    return json.loads(draw_crossing_chart(rows, view.pack.styles, ground, "").to_json())


@pytest.mark.slow
def test_of_the_chart_only_the_line_depends_on_the_date(shipped_view: View):
    early, late = (drawn(shipped_view, dt.date(2021, month, 9)) for month in (7, 8))
    *bars, line = early["layer"]
    *later_bars, later_line = late["layer"]
    assert bars == later_bars
    assert line != later_line
    different = early["datasets"].keys() ^ late["datasets"].keys()
    assert all(len((early["datasets"] | late["datasets"])[name]) == 1 for name in different)


def test_each_country_stands_above_its_crossings_in_the_chart(shipped_view: View):
    order = drawn(shipped_view, dt.date(2021, 7, 9))["layer"][0]["encoding"]["y"]["scale"]["domain"]
    iran = order.index("country/Iran")
    assert order[iran + 1 : iran + 4] == ["AF-X-abu-nasr-farahi", "AF-X-islam-qala", "AF-X-zaranj-milak"]
    assert order[iran + 4] == "country/Pakistan"


def test_disputed_spans_are_outlined(shipped_view: View):
    outline = drawn(shipped_view, dt.date(2021, 7, 9))["layer"][1]
    assert outline["transform"] == [{"filter": "datum.disputed"}]
    assert outline["mark"]["strokeDash"]


def test_a_tooltip_says_whether_a_span_is_disputed_in_one_word(shipped_view: View):
    chart = drawn(shipped_view, dt.date(2021, 7, 9))
    rows = chart["datasets"][chart["layer"][0]["data"]["name"]]
    assert {(row["disputed"], row["doubt"]) for row in rows} == {(True, "yes"), (False, "no")}


def test_two_crossings_of_one_name_are_both_listed(shipped_view: View):
    theatre = shipped_view.pack.theatre
    rows = crossing_spans(shipped_view.timeline, theatre.places, theatre.period_start, theatre.period_end)
    iran = rows[rows["neighbour"] == "Iran"].assign(name="Gate")
    assert (
        crossings_tab._write_history(iran, shipped_view).count("<dt>Gate, to Iran<dd>")
        == iran["place_id"].nunique()
        == 3
    )


def test_the_list_of_a_period_of_several_years_has_the_year(shipped_view: View):
    theatre = dataclasses.replace(shipped_view.pack.theatre, period_end=dt.date(2022, 1, 1))
    view = dataclasses.replace(shipped_view, pack=dataclasses.replace(shipped_view.pack, theatre=theatre))
    rows = crossing_spans(view.timeline, theatre.places, theatre.period_start, theatre.period_end)
    assert "from 8 July 2021" in crossings_tab._write_history(rows, view)
