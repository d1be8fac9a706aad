"""To which places a report refers: the place itself, the district around a capital, all of an area."""

from dataclasses import replace

import pytest

from tests.support.made_up import PLACES, RULES, judge, said


def test_a_report_on_a_capital_counts_for_its_district_too() -> None:
    judged = judge([said(3, place="C-H")])
    assert (judged.status(3, "C-H"), judged.status(3, "H1"), judged.status(3, "H2")) == ("red", "red", "no_report")
    via = judged.evidence.set_index("place_id")["via"]
    assert (via["C-H"], via["H1"]) == ("own", "capital")


def test_a_districts_own_report_goes_before_one_on_its_capital_and_leaves_the_capital_alone() -> None:
    judged = judge([said(3, place="C-H", published=9), said(3, actor="blue", place="H1", origin="Wire")])
    assert (judged.status(3, "C-H"), judged.status(3, "H1")) == ("red", "blue")
    assert judged.did("r0", "H1") == ("outweighed", "nearer_report")


def test_a_report_on_a_crossing_counts_for_the_crossing_alone() -> None:
    judged = judge([said(3, place="X-K")])
    assert judged.evidence["place_id"].tolist() == ["X-K"]
    assert judged.status(3, "V1") == "no_report"


@pytest.mark.parametrize(
    ("area", "scope", "reached"),
    [
        ("H", "whole", {"H1", "H2", "C-H"}),
        ("H", "whole_but_capital", {"H2"}),
        ("H", "all_crossings", set()),
        ("H", "part", set()),
        ("V", "all_crossings", {"X-K"}),
        ("V", "whole_but_capital", {"V1", "X-K"}),
        ("", "whole", {"H1", "H2", "C-H", "V1", "X-K"}),
        ("", "all_crossings", {"X-K"}),
        ("", "part", set()),
    ],
)
def test_a_report_on_an_area_reaches_the_places_that_its_scope_names(area: str, scope: str, reached: set[str]) -> None:
    judged = judge([said(3, place=area, area_scope=scope)])
    assert {place for place in PLACES["place_id"] if judged.status(3, place) == "red"} == reached
    assert {judged.on(3, place)["basis"] for place in reached} <= {"area"}


def test_an_area_report_gives_way_to_a_places_own_report_of_the_same_day() -> None:
    judged = judge([said(3, place="H", published=9), said(3, actor="blue", origin="Wire")])
    assert (judged.status(3, "H2"), judged.status(3, "H1")) == ("blue", "red")
    assert judged.did("r0") == ("outweighed", "nearer_report")


def test_an_area_report_takes_its_turn_in_date_order() -> None:
    judged = judge([said(3, actor="blue"), said(4, place="H", origin="Wire")])
    assert (judged.status(3), judged.status(4)) == ("blue", "red")


def test_area_reports_can_be_switched_off() -> None:
    judged = judge([said(3, place="H")], replace(RULES["assessed"], area_reports=False))
    assert judged.status(3) == "no_report"
    assert judged.did("r0") == ("outweighed", "switched_off")


def test_a_report_on_a_part_of_a_place_is_listed_with_it_and_colours_nothing() -> None:
    judged = judge([said(3, place="C-H", precision="inside")])
    assert (judged.did("r0", "C-H"), judged.did("r0", "H1")) == (("context", "part_of_place"),) * 2
    assert (judged.status(3, "C-H"), judged.status(3, "H1")) == ("no_report", "no_report")
