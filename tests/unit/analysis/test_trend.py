"""The counts of every day are those that `as_of` gives, and a total stands beside the comparable count."""

import csv
import datetime as dt
import io
import itertools
import json
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from control_map.analysis import published_totals
from control_map.analysis.summary import count_by_status
from control_map.analysis.trend import (
    TrendQuantity,
    capital_and_crossing_changes,
    count_measure_daily,
    count_statuses_daily,
    last_known_day,
    measure_lines,
    published_marks,
)
from control_map.assessment.timeline import as_of, changes_between
from control_map.cli import main
from control_map.core.status_style import status_styles
from control_map.pipeline.view import View
from control_map.render.charts.axes import CLICK_FIELD, DAY_FIELD, DAY_SELECTION, ChartContext
from control_map.render.charts.trend import draw_stacked_areas, draw_totals_beside_counts
from control_map.theatre.config import Measure
from tests.laws.test_laws import LAWFUL, report_sets, weigh
from tests.laws.test_laws import PLACES as WORLDS
from tests.support.made_up import ACTORS, END, PLACES, START, day, judge, said

STATUSES = list(status_styles(ACTORS))


def days(start: dt.date, end: dt.date) -> list[dt.date]:
    return [start + dt.timedelta(days=number) for number in range((end - start).days + 1)]


def shipped_counts(view: View, **others) -> pd.DataFrame:
    theatre = view.pack.theatre
    return count_statuses_daily(
        view.timeline, theatre.places, view.pack.statuses, theatre.period_start, theatre.period_end, **others
    ).set_index("date")


@pytest.fixture(scope="session")
def compared(shipped_view: View) -> pd.DataFrame:
    theatre = shipped_view.pack.theatre
    return published_totals.compare_totals_with_map(
        theatre.totals,
        shipped_view.timeline,
        published_totals.scales_of(theatre),
        published_totals.measures_of(theatre),
    )


def marks(compared: pd.DataFrame, view: View) -> pd.DataFrame:
    return published_marks(compared, view.pack.theatre.period_start, view.pack.theatre.period_end)


# The counts of every day


@pytest.mark.slow
def test_every_day_has_the_counts_that_as_of_gives(shipped_view: View):
    for date, row in shipped_counts(shipped_view).iterrows():
        assert row.to_dict() == count_by_status(as_of(shipped_view.timeline, date.date()), shipped_view.pack.statuses)


@given(report_sets(), st.sampled_from(sorted(LAWFUL)))
@settings(max_examples=25)
def test_whatever_is_reported_every_day_has_the_counts_that_as_of_gives(reports, rule):
    timeline = weigh(reports, rule).timeline
    first, last = day(-8), day(50)
    table = count_statuses_daily(timeline, WORLDS, STATUSES, first, last).set_index("date")
    assert list(table.columns) == STATUSES
    assert [date.date() for date in table.index] == days(first, last)
    for date, row in table.iterrows():
        assert row.to_dict() == count_by_status(as_of(timeline, date.date()), STATUSES)


@pytest.mark.parametrize(("by", "size"), [(TrendQuantity.AREA, "area_km2"), (TrendQuantity.POPULATION, "population")])
def test_area_and_population_are_those_of_the_districts_with_the_status(shipped_view: View, by, size):
    sizes = shipped_view.pack.theatre.places.set_index("place_id")[size]
    for date, row in shipped_counts(shipped_view, by=by).iloc[::7].iterrows():
        now = as_of(shipped_view.timeline, date.date())
        sums = now[now["kind"] == "district"].groupby("status")["place_id"].agg(lambda ids: sizes[ids].sum(min_count=1))
        known = sums.fillna(0.0) if by == TrendQuantity.AREA else sums.dropna()
        assert row[sums.index].dropna().to_dict() == pytest.approx(known.to_dict(), abs=0.001)
        assert row.sum() == pytest.approx(sizes.sum(), abs=0.001)


def test_a_day_on_which_no_population_of_a_status_is_known_has_none():
    timeline = judge([said(3, actor="blue"), said(5)]).timeline
    places = PLACES.assign(population=PLACES["population"].astype("float64").mask(PLACES["place_id"] == "H2"))
    table = count_statuses_daily(timeline, places, STATUSES, day(2), day(6), by=TrendQuantity.POPULATION)
    assert table["blue"].isna().tolist() == [False, True, True, False, False]
    assert table["red"].isna().tolist() == [False, False, False, True, True]
    assert table["blue"].dropna().tolist() == [0, 0, 0]
    assert table["no_report"].gt(0).all()
    nowhere = PLACES.assign(area_km2=float("nan"))
    table = count_statuses_daily(timeline, nowhere, STATUSES, day(2), day(6), by=TrendQuantity.AREA)
    assert table["no_report"].isna().all()


def test_a_province_has_only_its_own_districts_and_the_provinces_add_up_to_the_whole(shipped_view: View):
    provinces = shipped_view.timeline["province_id"].unique()
    parts = [shipped_counts(shipped_view, province_id=province) for province in provinces]
    assert sum(parts[1:], parts[0]).equals(shipped_counts(shipped_view))
    places = shipped_view.pack.theatre.places
    in_herat = ((places["province_id"] == "AF32") & (places["kind"] == "district")).sum()
    assert set(shipped_counts(shipped_view, province_id="AF32").sum(axis="columns")) == {in_herat}


def test_a_district_taken_on_a_day_counts_from_that_day_on():
    timeline = judge([said(3, actor="blue"), said(5)]).timeline
    table = count_statuses_daily(timeline, PLACES, STATUSES, day(2), day(6), by=TrendQuantity.AREA).set_index("date")
    assert list(table["blue"]) == [0, 100, 100, 0, 0]
    assert list(table["red"]) == [0, 0, 0, 100, 100]
    assert list(table["no_report"]) == [450, 350, 350, 350, 350]


def test_days_after_the_knowledge_date_are_not_shown():
    assert last_known_day(START, END, None) == END
    assert last_known_day(START, END, day(4)) == day(4)
    assert last_known_day(START, END, day(-4)) == START
    assert last_known_day(START, END, day(999)) == END


# Published totals


@pytest.mark.slow
def test_the_marks_are_the_totals_that_can_be_compared_with_all_that_compare_says(compared, shipped_view: View):
    shown = marks(compared, shipped_view)
    can = compared[compared["ours"].notna()].sort_values(["date", "measure", "value"], ignore_index=True)
    assert len(shown) == len(can) == 70
    pd.testing.assert_frame_equal(shown.drop(columns="at"), can[shown.columns.drop("at")])


def test_a_total_from_before_the_period_stands_at_its_edge(compared, shipped_view: View):
    shown = marks(compared, shipped_view)
    outside = shown[shown["at"] != shown["date"]]
    assert [(row.date.year, row.at) for row in outside.itertuples()] == [(2018, pd.Timestamp("2021-05-01"))]


@pytest.mark.slow
def test_the_line_beside_each_total_goes_through_the_count_that_compare_gives(compared, shipped_view: View):
    theatre = shipped_view.pack.theatre
    by_name, measures = published_totals.scales_of(theatre), published_totals.measures_of(theatre)
    inside = marks(compared, shipped_view).query("at == date")
    assert len(inside) == 69
    for row in inside.to_dict("records"):
        measure = measures[row["measure"]]
        scale = published_totals.scale_for(measure, row["scale"], by_name)
        line, of = count_measure_daily(shipped_view.timeline, measure, scale, theatre.period_start, theatre.period_end)
        ours = line[row["date"]]
        if measure.unit == "percent":
            ours = round(ours, None if row["value"] == round(row["value"]) else 1)
        assert (ours, of) == (row["ours"], row["ours_of"])


@given(report_sets(), st.sampled_from(["held", "gained", "lost", "retaken"]), st.sampled_from(["district", "crossing"]))
@settings(max_examples=20)
def test_whatever_is_reported_the_line_of_a_measure_is_what_compare_gives_each_day(reports, change, kind):
    timeline = weigh(reports, "assessed").timeline
    measure = Measure(
        label="It",
        kind=kind,
        statuses=("red",),
        change=change,
        since=None if change == "held" else day(5),
        taken_from=("blue", "contested") if change == "retaken" else (),
    )
    own = {"all": published_totals.own_scale(ACTORS)}
    line, _ = count_measure_daily(timeline, measure, own["all"], START, day(40))
    some = line.iloc[::3]
    totals = pd.DataFrame({"date": some.index}).assign(measure="it", value=0.0, qualifier="exact", scale="")
    assert list(some) == list(published_totals.compare_totals_with_map(totals, timeline, own, {"it": measure})["ours"])
    assert line.index[0].date() == (START if change == "held" else day(5))


def test_there_is_a_line_for_each_number_of_districts_that_totals_are_compared_with(compared, shipped_view: View):
    theatre = shipped_view.pack.theatre
    shown = marks(compared, shipped_view)
    since_may = shown[shown["measure"] == "districts_captured_since_may1"]
    arguments = (shipped_view.timeline, published_totals.scales_of(theatre), published_totals.measures_of(theatre))
    table = measure_lines(since_may, *arguments, theatre.period_start, theatre.period_end)
    assert list(table.columns) == ["date", "of the 398 drawn", "of all 422"]
    july = shown[shown["measure"] == "districts_captured_in_july"]
    assert measure_lines(july, *arguments, theatre.period_start, theatre.period_end)["date"].iloc[0] == pd.Timestamp(
        "2021-06-30"
    )


# Capitals and crossings


def test_the_events_are_the_changes_of_capitals_and_crossings(shipped_view: View):
    theatre = shipped_view.pack.theatre
    found = capital_and_crossing_changes(shipped_view.timeline, theatre.period_start, theatre.period_end)
    every = changes_between(shipped_view.timeline, theatre.period_start - dt.timedelta(days=1), theatre.period_end)
    assert list(found["place_id"]) == list(every.loc[every["kind"] != "district", "place_id"])
    zaranj = found[(found["name"] == "Zaranj") & (found["date"] == pd.Timestamp("2021-08-06"))]
    assert list(zip(zaranj["kind"], zaranj["status"], strict=True)) == [
        ("provincial_capital", "taliban"),
        ("crossing", "taliban"),
    ]


def test_the_events_of_a_province_are_its_own(shipped_view: View):
    theatre = shipped_view.pack.theatre
    found = capital_and_crossing_changes(shipped_view.timeline, theatre.period_start, theatre.period_end, "AF32")
    assert set(found["province"]) == {"Herat"}


# The charts


def drawn(compared: pd.DataFrame, view: View, date: dt.date, clicks: int = 0) -> dict:
    theatre = view.pack.theatre
    ground = ChartContext(theatre.period_start, theatre.period_end, date, clicks)
    first = published_totals.totals_counting_status(
        marks(compared, view), published_totals.measures_of(theatre), view.pack.statuses[0]
    )
    happened = capital_and_crossing_changes(view.timeline, theatre.period_start, theatre.period_end)
    return draw_stacked_areas(
        shipped_counts(view).reset_index(), view.pack.styles, happened, first, ground, "Districts by status"
    ).to_dict()


def layer(chart: dict, mark: str, field: str) -> list[dict]:
    """Return the rows of the layer that draws marks of this type from this column."""
    (name,) = {
        each["data"]["name"]
        for each in chart["layer"]
        if each["mark"]["type"] == mark and field in chart["datasets"][each["data"]["name"]][0]
    }
    return chart["datasets"][name]


def test_the_chart_has_each_total_that_counts_what_the_first_area_shows(compared, shipped_view: View):
    chart = drawn(compared, shipped_view, dt.date(2021, 7, 9))
    points = layer(chart, "point", "Published")
    assert len(points) == len(compared[compared["measure"] == "districts_taliban"])
    reuters = next(row for row in points if row["Published"] == "100+")
    assert reuters["Ours"] == 203
    assert reuters["This map"] == "203: Taliban, of the 398 districts drawn"
    assert (reuters["Side"], reuters["Shape"]) == ("independent", "triangle-up")
    assert next(row for row in points if row["Published"] == "200+")["Side"] == "Taliban"
    assert next(row for row in points if row["Published"].startswith("~250"))["Published"] == "~250 of 398"


@pytest.mark.slow
def test_the_areas_stand_in_the_order_of_the_styles_and_in_their_colours(compared, shipped_view: View):
    area = drawn(compared, shipped_view, dt.date(2021, 7, 9))["layer"][0]
    scale = area["encoding"]["color"]["scale"]
    assert scale["domain"] == shipped_view.pack.statuses
    assert scale["range"] == [style.colour for style in shipped_view.pack.styles.values()]
    assert json.dumps(shipped_view.pack.statuses) in area["transform"][1]["calculate"]


@pytest.mark.slow
def test_of_the_chart_only_the_line_at_the_date_depends_on_the_date(compared, shipped_view: View):
    one, other = (drawn(compared, shipped_view, dt.date(2021, month, 9)) for month in (7, 8))
    names = [{each["data"]["name"] for each in chart["layer"]} for chart in (one, other)]
    (only_one,) = names[0] - names[1]
    assert len(one["datasets"][only_one]) == 1
    assert one["datasets"][only_one][0]["date"].startswith("2021-07-09")


@pytest.mark.slow
def test_every_row_that_can_be_clicked_knows_its_day(compared, shipped_view: View):
    chart = drawn(compared, shipped_view, dt.date(2021, 7, 9), clicks=3)
    (picked,) = (param for param in chart["params"] if param["name"] == DAY_SELECTION)
    assert picked["select"]["fields"] == [DAY_FIELD, CLICK_FIELD]
    for row in itertools.chain(*chart["datasets"].values()):
        on = dt.date.fromisoformat((row.get("At") or row["date"])[:10])
        assert (row[DAY_FIELD], row[CLICK_FIELD]) == ((on - dt.date(2021, 5, 1)).days, 3)


def test_a_capital_that_fell_is_named_with_what_it_was_before(compared, shipped_view: View):
    points = layer(drawn(compared, shipped_view, dt.date(2021, 7, 9)), "point", "Places")
    assert any(row["date"].startswith("2021-08-06") and "Zaranj (from" in row["Places"] for row in points)


def test_an_unlucky_name_of_a_scale_stays_text_in_the_chart():
    name = "of 3, as '];alert(1)//\" counts"
    counts = pd.DataFrame({"date": pd.date_range(START, periods=3), name: [1, 2, 3], "of 4": [1, 1, 1]})
    totals = pd.DataFrame(columns=["unit"])
    chart = draw_totals_beside_counts(
        counts, totals, status_styles(ACTORS), ChartContext(START, day(2), START), ""
    ).to_dict()
    words, rest = chart["layer"][0]["encoding"]["strokeDash"]["legend"]["labelExpr"].rsplit("[", 1)
    assert json.loads(words)["Count0"] == f"This map, {name}"
    assert rest == "datum.value]"


# The command line


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setattr(sys, "argv", ["control_map", "trend", *arguments])
    with pytest.raises(SystemExit) as left:
        main.main()
    assert not left.value.code
    return capsys.readouterr().out


@pytest.mark.slow
def test_the_command_writes_one_row_a_day_with_a_column_for_each_status(capsys, monkeypatch, shipped_view: View):
    rows = list(csv.DictReader(io.StringIO(run(capsys, monkeypatch, "--format", "csv"))))
    assert len(rows) == 130
    asked = next(row for row in rows if row["date"] == "2021-07-09")
    counted = count_by_status(as_of(shipped_view.timeline, dt.date(2021, 7, 9)), shipped_view.pack.statuses)
    assert {name: int(value) for name, value in asked.items() if name != "date"} == counted


@pytest.mark.slow
def test_the_command_adds_up_people_and_stops_at_the_day_up_to_which_is_known(capsys, monkeypatch):
    rows = json.loads(run(capsys, monkeypatch, "--by", "population", "--known-on", "2021-05-20", "--format", "json"))
    assert len(rows) == 20
    assert {sum(value for name, value in row.items() if name != "date") for row in rows} == {28224323}
