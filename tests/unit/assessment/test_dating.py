"""A report that is dated to a week or a month counts from a day that the other reports on the place leave open."""

import datetime as dt
from typing import Any

import pytest

from tests.support.made_up import Judged, day, judge, said

WEEK = {"date_precision": "week"}


def counts_from(judged: Judged, report_id: str) -> dt.date:
    evidence = judged.evidence.set_index("report_id")
    return evidence.loc[report_id, "counts_from"].date()


def test_that_a_place_was_lost_again_is_heard_from_the_publication_on():
    retaken = said(8, "retaken", "blue", origin="Gazette")
    judged = judge([said(0), retaken, said(10, published=12, origin="Wire", **WEEK)])
    assert [judged.status(number) for number in (7, 8, 10, 11, 12)] == ["red", "blue", "blue", "blue", "red"]
    assert (judged.did("r2"), counts_from(judged, "r2")) == (("sets", "independent"), day(12))


def test_a_stronger_report_counts_from_its_own_day():
    retaken = said(8, "retaken", "blue", origin="Gazette", reliability="C")
    judged = judge([said(0), retaken, said(10, published=12, origin="Wire", **WEEK)])
    assert [judged.status(number) for number in (8, 10)] == ["blue", "red"]


def test_a_proven_report_is_stronger_than_a_claim_that_hardened():
    claims = [said(8, "retaken", "blue", "blue", origin=name, reliability="A") for name in ("Reed", "Fen")]
    judged = judge([said(0, by="red"), *claims, said(9, by="blue", origin="Wire", date_precision="month")])
    assert [judged.status(number) for number in (8, 9)] == ["blue", "red"]


def test_what_looks_back_from_long_after_gives_way_for_good():
    retaken = said(8, "retaken", "blue", origin="Gazette")
    judged = judge([said(0), retaken, said(10, published=60, origin="Wire", **WEEK)])
    assert (judged.status(70), judged.did("r2")) == ("blue", ("outweighed", "inside_window"))


def test_a_day_dated_report_from_after_the_week_is_the_newer_one():
    retaken = [said(8, "retaken", "blue", origin="Gazette"), said(11, "held", "blue", origin="Post")]
    judged = judge([said(0), *retaken, said(10, published=12, origin="Wire", **WEEK)])
    assert [judged.status(number) for number in (10, 11, 12)] == ["blue", "blue", "blue"]


@pytest.mark.slow
@pytest.mark.parametrize(("vague", "exact"), [(WEEK, 9), ({"date_precision": "month"}, 33)])
def test_a_vague_report_sets_no_earlier_day_than_one_dated_to_the_day_gives(vague: dict[str, Any], exact: int):
    reports = [said(-9, "held", "blue"), said(3, origin="Wire", **vague), said(exact, origin="Gazette")]
    judged = judge(reports)
    assert [judged.status(number) for number in (3, exact - 1, exact)] == ["blue", "blue", "red"]
    assert counts_from(judged, "r1") == day(exact)
    later = judge([*reports[:2], said(exact + 1, origin="Gazette")])
    assert later.status(4) == "red"


def test_a_report_that_it_was_so_before_leaves_the_day_as_it_is():
    reports = [said(2, "held", origin="Post"), said(3, origin="Wire", **WEEK), said(6, origin="Gazette")]
    assert counts_from(judge(reports), "r1") == day(3)


def test_a_report_on_the_area_gives_a_place_no_day():
    reports = [said(3, origin="Wire", **WEEK), said(6, place="H", origin="Gazette")]
    assert judge(reports).status(3) == "red"


def test_what_others_say_in_between_makes_two_changes_of_it():
    reports = [said(3, origin="Wire", **WEEK), said(4, "retaken", "blue", origin="Post"), said(6, origin="Gazette")]
    judged = judge(reports)
    assert [judged.status(number) for number in (3, 4, 6)] == ["red", "blue", "red"]


VAGUE = said(6, origin="Wire", published=10, **WEEK)
BLUE_HELD = [said(-20, "held", "blue"), said(4, "held", "blue", origin="Gazette")]


@pytest.mark.slow
def test_one_more_report_for_a_side_never_gives_the_place_to_the_other():
    assert [judge([*BLUE_HELD, VAGUE]).status(number) for number in (6, 9, 10)] == ["blue", "blue", "red"]
    after = said(8, "held", "blue", origin="Post")
    assert {judge([*BLUE_HELD, after, VAGUE]).status(number) for number in (6, 7, 8, 20)} == {"blue"}
    weak = said(5, "held", "blue", origin="Post", reliability="E", published=6)
    assert [judge([*BLUE_HELD, weak, VAGUE]).status(number) for number in (6, 9, 10)] == ["blue", "blue", "red"]
