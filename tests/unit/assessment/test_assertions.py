"""What a report asserts, and of which places: the place itself, the district around a capital, all of an area."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from control_map.assessment.assertions import assert_at_places, places_referred_to
from control_map.core.errors import PackError
from control_map.core.limits import LIMITS
from control_map.core.model import Actor
from tests.support.made_up import ACTORS, PLACES, RULES, START, day, judge, located, said


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
        ("H", "all_capitals", {"C-H"}),
        ("V", "all_capitals", set()),
        ("H", "part", set()),
        ("V", "all_crossings", {"X-K"}),
        ("V", "whole_but_capital", {"V1", "X-K"}),
        ("", "whole", {"H1", "H2", "C-H", "V1", "X-K"}),
        ("", "all_crossings", {"X-K"}),
        ("", "all_capitals", {"C-H"}),
        ("", "part", set()),
    ],
)
def test_a_report_on_an_area_reaches_the_places_that_its_scope_names(area: str, scope: str, reached: set[str]) -> None:
    judged = judge([said(3, place=area, area_scope=scope)])
    assert {place for place in PLACES["place_id"] if judged.status(3, place) == "red"} == reached
    assert {judged.on(3, place)["basis"] for place in reached} <= {"area"}


@pytest.mark.parametrize(
    ("area", "scope", "excepted", "reached"),
    [
        ("H", "whole", "H2", {"H1", "C-H"}),
        ("H", "whole", "H1", {"H2"}),  # The capital lies in it.
        ("H", "whole", "C-H", {"H2"}),  # A report on the capital would count for its district, too.
        ("H", "whole_but_capital", "H2", set()),
        ("V", "whole", "X-K", {"V1"}),
        ("", "whole", "V", {"H1", "H2", "C-H"}),
        ("", "whole", "V1|H2", {"H1", "C-H"}),
        ("", "whole_but_capital", "H", {"V1", "X-K"}),
        ("", "all_crossings", "X-K", set()),
        ("", "all_crossings", "H", {"X-K"}),
    ],
)
def test_a_report_on_an_area_does_not_reach_what_it_leaves_out(
    area: str, scope: str, excepted: str, reached: set[str]
) -> None:
    reports = [said(3, place=area, area_scope=scope, excepted_ids=excepted)]
    assert set(places_referred_to(located(reports), PLACES)["place_id"]) == reached


def test_the_exceptions_of_one_report_are_not_those_of_another() -> None:
    reports = [said(3, place="H", excepted_ids="H2"), said(4, place="H"), said(4, place="H", excepted_ids="H1")]
    pairs = places_referred_to(located(reports), PLACES)
    assert sorted(zip(pairs["report"].tolist(), pairs["place_id"], strict=True)) == [
        *((0, "C-H"), (0, "H1")),
        *((1, "C-H"), (1, "H1"), (1, "H2")),
        (2, "H2"),
    ]


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


def test_each_report_is_listed_once_with_each_place_to_which_it_refers() -> None:
    reports = [
        said(3, place="C-H"),
        said(3, place="C-H", precision="inside"),
        said(3, place="H2", precision="inside"),
        said(3, place="V", area_scope="part"),
        said(3, place="V", area_scope="whole_but_capital"),
        said(3, place="", area_scope="all_crossings"),
        said(3, place="V1", area_scope="whole"),
    ]
    pairs = places_referred_to(located(reports), PLACES)
    assert sorted(pairs[["report", "place_id", "via"]].itertuples(index=False, name=None)) == [
        (0, "C-H", "own"),
        (0, "H1", "capital"),
        (1, "C-H", "inside"),
        (1, "H1", "inside"),
        (2, "H2", "inside"),
        (4, "V1", "area"),
        (4, "X-K", "area"),
        (5, "X-K", "area"),
        (6, "V1", "own"),
    ]


def test_a_capital_whose_district_is_not_on_the_map_stands_alone() -> None:
    places = PLACES[PLACES["place_id"] != "H1"]
    assert places_referred_to(located([said(3, place="C-H")]), places)["place_id"].tolist() == ["C-H"]


def test_all_reports_on_areas_are_counted_together_before_they_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    areas = [
        said(3, place="H"),
        said(3, place=""),
        said(3, place="V", area_scope="whole_but_capital"),
        said(3, place="", area_scope="all_crossings"),
        said(3, place="H", area_scope="all_crossings"),
    ]
    monkeypatch.setattr("control_map.assessment.assertions.LIMITS", replace(LIMITS, area_pairs=11))
    assert len(judge([*areas, said(3)]).evidence) == 12
    monkeypatch.setattr("control_map.assessment.assertions.LIMITS", replace(LIMITS, area_pairs=10))
    with pytest.raises(PackError, match=r"5 reports on whole provinces or countries .* to 11 or more, and 10 can"):
        judge([*areas, said(3)])


# claim, actor, by: asserts, gainer, interest, changes hands, a party holds on
ASSERTED = {
    ("captured", "red", "independent"): ("red", "red", "independent", True, False),
    ("retaken", "blue", "blue"): ("blue", "blue", "self_serving", True, False),
    ("handed_over", "blue", "red"): ("blue", "blue", "against_interest", True, False),
    ("held", "blue", "blue"): ("blue", "blue", "self_serving", False, True),
    ("held", "blue", "independent"): ("blue", "blue", "independent", False, False),
    ("held", "white", "white"): ("white", "white", "self_serving", False, True),
    ("held", "white", "red"): ("white", "white", "independent", False, True),
    ("contested", "blue", "blue"): ("contested", "blue", "self_serving", False, True),
    ("contested", "red", "blue"): ("contested", "red", "against_interest", False, True),
    ("contested", "red", "independent"): ("contested", "red", "independent", False, False),
    ("fighting", "red", "red"): ("", "", "independent", False, False),
    ("fighting", "blue", "red"): ("", "", "independent", False, False),
    ("withdrew", "blue", "independent"): ("unknown", "", "independent", True, False),
    ("withdrew", "blue", "blue"): ("unknown", "", "against_interest", True, False),
    ("withdrew", "blue", "red"): ("unknown", "", "self_serving", True, False),
    ("withdrew", "red", "green"): ("unknown", "", "self_serving", True, False),
    ("withdrew", "white", "red"): ("unknown", "", "independent", True, False),
}


def test_a_claim_says_who_holds_the_place_who_gains_by_it_and_whom_it_serves() -> None:
    reports = located(said(3, *key, origin=f"Wire {number}") for number, key in enumerate(ASSERTED))
    actors = (*ACTORS, Actor("white", "Whites", "#eeeeee", ()))
    rows = assert_at_places(reports.set_index(reports.index + 7), PLACES, actors, START).set_index("report_id")
    for number, (claim, actor, by) in enumerate(ASSERTED):
        row = rows.loc[f"r{number}"]
        expected = ASSERTED[claim, actor, by]
        assert tuple(row[["asserts", "gainer", "interest", "changes_hands", "party_holds_on"]]) == expected
        assert (row["claim"], row["side"], row["origin"]) == (claim, by, f"Wire {number}")
        assert row["fighting"] == (claim == "fighting")
        assert row["left"] == actor if claim == "withdrew" else pd.isna(row["left"])


def test_an_assertion_says_by_how_many_days_the_event_may_be_older_and_whether_it_is_from_before_the_period() -> None:
    reports = [said(-1), said(0, date_precision="week"), said(0, date_precision="month", origin="Wire")]
    rows = assert_at_places(located(reports), PLACES, ACTORS, START).set_index("report_id").loc[["r0", "r1", "r2"]]
    assert rows["baseline"].tolist() == [True, False, False]
    assert rows["window"].tolist() == [0, 6, 30]
    assert rows["date_precision"].tolist() == ["day", "week", "month"]


def test_assertions_come_by_place_event_publication_and_grade_then_by_what_they_say_and_by_their_sources() -> None:
    base = said(3, actor="blue", by="blue", published=5, place="H1") | {"claimant": "A", "origin": "A"}
    base |= {"source_name": "A", "source_url": "A", "summary": "A"}
    # Each is like the first one but in one respect. What is compared first parts those that come last.
    others: list[dict[str, Any]] = [
        {"source_url": "Z"},
        {"source_name": "Z"},
        {"origin": "Z"},
        {"claimant": "Z"},
        {"summary": "Z"},
        {"claimant_side": "red"},
        {"actor": "red"},
        {"claim": "held"},
        {"area_scope": "part"},
        {"date_precision": "week"},
        {"credibility": 1},
        {"reliability": "A"},
        {"reported_date": pd.Timestamp(day(6))},
        {"event_date": pd.Timestamp(day(4))},
        {"place_id": "H2"},
    ]
    # By their ids they would come the other way round, but for the two that are alike.
    ids = ["y", "z", *"onmlkjihgfedcba"]
    reports = [{"report_id": id_} | base | other for id_, other in zip(ids, [{}, {}, *others], strict=True)]
    rows = assert_at_places(pd.DataFrame(reports[::-1], index=range(7, 24)), PLACES.iloc[::-1], ACTORS, START)
    assert rows["report_id"].tolist() == ids
    assert rows.index.tolist() == list(range(len(ids)))
    assert rows.columns.is_unique
    assert "index" not in rows
