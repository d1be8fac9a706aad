"""The days between which sources put a change of hands: in the dossier, and as columns of the exported tables."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from control_map.core.wording import format_days
from control_map.pipeline.view import View, apply_rule
from control_map.render.export.tables import make_status_table, make_timeline_table
from tests.support.made_up import day, pack_of, said


def view_of(*reports: dict[str, Any]) -> View:
    pack = pack_of([{"report_id": f"r{number}", **report} for number, report in enumerate(reports)])
    return apply_rule(pack, pack.rule())


def days(view: View, number: int) -> tuple[dt.date, dt.date] | None:
    return view.explain("H2", day(number))["change_days"]


def headline(view: View, number: int) -> str:
    return view.explain("H2", day(number))["explanation"][0]


def test_where_sources_differ_on_the_day_the_headline_has_the_first_and_the_last():
    view = view_of(said(5, origin="Wire"), said(6, origin="Post"), said(8, origin="Mail"))
    assert days(view, 20) == (day(5), day(8))
    assert headline(view, 20) == "Reds since 6 May (sources differ: 6\u20139 May)."
    assert days(view, 5) == (day(5), day(8)), "later ones count too"


def test_where_sources_agree_the_headline_has_the_day():
    view = view_of(said(5, origin="Wire"), said(5, origin="Post"))
    assert days(view, 20) == (day(5), day(5))
    assert headline(view, 20) == "Reds since 6 May."


@pytest.mark.parametrize(
    "other",
    [
        said(6, "held", origin="Post"),
        said(6, origin="Post", date_precision="week"),
        said(6, origin="Wire"),
        said(6, origin="Post", precision="inside"),
        said(40, origin="Post"),
    ],
)
def test_what_is_no_dated_report_of_the_change_by_another_origin_makes_no_span(other: dict[str, Any]):
    assert days(view_of(said(5, origin="Wire"), other), 50) == (day(5), day(5))


def test_a_report_dated_after_the_place_was_lost_again_is_on_another_change():
    view = view_of(said(5, origin="Wire"), said(7, "retaken", "blue", origin="Mail"), said(9, origin="Post"))
    assert [days(view, number) for number in (6, 8, 10)] == [(day(each), day(each)) for each in (5, 7, 9)]


def test_the_day_is_also_that_of_a_report_that_confirms_a_status_which_another_of_the_day_sets():
    view = view_of(said(5, "held", origin="Wire", reliability="A"), said(5, origin="Post"), said(6, origin="Mail"))
    assert days(view, 20) == (day(5), day(6))


@pytest.mark.slow
def test_a_status_that_no_report_of_a_change_sets_has_no_days():
    assert days(view_of(said(5, "held")), 20) is None
    assert days(view_of(said(5, "contested")), 20) is None
    assert days(view_of(said(5, date_precision="month")), 20) is None
    assert days(view_of(said(5, place="H1")), 20) is None


def test_the_exported_tables_have_the_days_as_dates_or_none():
    view = view_of(said(5, origin="Wire"), said(6, origin="Post"), said(9, "held", "blue", place="V1"))
    status = make_status_table(view, day(20)).set_index("place_id")
    assert status.loc["H2", ["changed_from", "changed_to"]].tolist() == [pd.Timestamp(day(5)), pd.Timestamp(day(6))]
    assert status.loc[["H1", "V1"], ["changed_from", "changed_to"]].isna().all(axis=None)
    timeline = make_timeline_table(view)
    within = timeline[timeline["since"] == pd.Timestamp(day(5))]
    assert len(within) == 2
    assert (within["changed_to"] == pd.Timestamp(day(6))).all()
    assert timeline["changed_from"].isna().equals(timeline["changed_to"].isna())


def test_a_span_of_days_writes_a_month_and_a_year_that_its_ends_share_once():
    first, last = dt.date(2021, 8, 10), dt.date(2021, 8, 11)
    assert format_days(first, last) == "10\u201311 August"
    assert format_days(first, last, year=True) == "10\u201311 August 2021"
    assert format_days(dt.date(2021, 7, 31), last, year=True) == "31 July \u2013 11 August 2021"
    assert (
        format_days(dt.date(2020, 12, 31), dt.date(2021, 1, 1), year=True) == "31 December 2020 \u2013 1 January 2021"
    )
