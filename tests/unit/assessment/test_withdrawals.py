"""That a party left a place says only that it is not there: who came after follows from the other reports."""

from typing import Any

import pytest

from tests.support.made_up import judge, said

BLUE_HOLDS = said(-1, "held", "blue", published=0)
BLUE_LEFT = said(10, "withdrew", "blue", "blue", origin="Blue Radio")


def test_if_nobody_is_said_to_have_come_it_is_not_known_who_holds_the_place():
    judged = judge([BLUE_HOLDS, BLUE_LEFT])
    assert (judged.status(9), judged.status(10)) == ("blue", "unknown")
    assert judged.did("r1") == ("sets", "against_interest")
    assert judged.on(10)["rests_on"] == ("r1",)


@pytest.mark.parametrize(("came", "holder"), [(6, "green"), (7, "red"), (10, "red"), (17, "red"), (18, "unknown")])
def test_who_is_said_to_have_taken_the_place_from_three_days_before_to_seven_after_holds_it(came: int, holder: str):
    taken = said(came, origin="Wire")
    green = said(came, "captured", "green", origin="Wire") if came == 6 else taken
    assert judge([BLUE_HOLDS, BLUE_LEFT, green]).status(10) == holder


def test_the_report_of_a_withdrawal_supports_the_claim_of_who_came():
    claim = said(12, by="red", origin="Red Radio")
    judged = judge([BLUE_HOLDS, BLUE_LEFT, claim])
    assert [judged.status(number) for number in (9, 10, 12)] == ["blue", "red", "red"]
    assert judged.did("r2") == ("confirms", "corroborated")


def test_of_two_who_came_the_one_nearest_in_time_is_the_successor():
    came = [said(11, origin="Wire"), said(15, "captured", "green", origin="Post")]
    judged = judge([BLUE_HOLDS, BLUE_LEFT, *came])
    assert [judged.status(number) for number in (10, 11, 15)] == ["red", "red", "green"]


def test_of_two_who_came_on_days_equally_near_neither_is():
    came = [said(9, origin="Wire"), said(11, "captured", "green", origin="Post")]
    judged = judge([BLUE_HOLDS, BLUE_LEFT, *came])
    assert [judged.status(number) for number in (9, 10, 11)] == ["red", "red", "green"]
    assert judged.did("r1")[0] == "confirms"


def test_a_withdrawal_takes_no_sides_between_two_who_took_the_place_that_day():
    came = [said(10, origin="Wire"), said(10, "captured", "green", origin="Post")]
    judged = judge([BLUE_HOLDS, BLUE_LEFT, *came])
    assert judged.status(10) == "contested"


def test_that_a_party_left_that_was_not_there_any_more_contradicts_nobody():
    judged = judge([said(0), said(20, "withdrew", "blue", origin="Wire")])
    assert judged.status(20) == "red"
    assert judged.did("r1") == ("confirms", "independent")


@pytest.mark.slow
def test_of_a_contested_place_the_side_that_is_left_has_it():
    fight = said(0, "contested", "red")
    assert judge([fight, BLUE_LEFT]).status(10) == "red"
    assert judge([fight, said(1, "contested", "green", origin="Wire"), BLUE_LEFT]).status(10) == "unknown"
    assert judge([fight, said(10, "withdrew", "red", "red", origin="Red Radio")]).status(10) == "unknown"


@pytest.mark.parametrize("before", [[], [said(0, "contested")], [said(0)], [BLUE_HOLDS]])
def test_a_withdrawal_alone_never_makes_a_place_contested(before: list[dict[str, Any]]):
    judged = judge([*before, said(10, "withdrew", "blue", origin="Wire"), said(30, "withdrew", "red", origin="Post")])
    assert (judged.status(10), judged.status(30)) == (judged.status(10), "unknown")
    assert judged.status(10) in {"unknown", "red"}


def test_who_left_according_to_others_can_deny_it():
    judged = judge([BLUE_HOLDS, said(10, "withdrew", "blue", origin="Wire"), said(11, "held", "blue", "blue")])
    assert judged.did("r2") == ("contradicts", "denial")
    assert (judged.status(11), judged.on(11)["disputed"]) == ("unknown", True)


def test_the_opponents_word_that_a_party_left_waits_like_any_claim():
    judged = judge([BLUE_HOLDS, said(10, "withdrew", "blue", "red", origin="Red Radio")])
    assert (judged.status(30), judged.did("r1")) == ("blue", ("pending", "against_verified"))


def test_a_withdrawal_dated_to_a_month_looks_for_who_came_in_all_of_it():
    left = said(30, "withdrew", "blue", origin="Wire", date_precision="month")
    assert judge([BLUE_HOLDS, said(8, by="red"), left]).status(30) == "red"


def test_who_held_a_place_before_it_was_fought_for_is_one_of_its_sides():
    fight = [said(0), said(5, "contested", "blue", origin="Wire")]
    assert judge([*fight, said(10, "withdrew", "blue", origin="Post")]).status(10) == "red"
    assert judge([*fight, said(10, "withdrew", "red", origin="Post")]).status(10) == "blue"


def test_a_party_that_took_a_place_and_left_it_on_one_day_makes_it_neither_its_own_nor_contested():
    assert judge([said(10, "withdrew", "blue"), said(10, "captured", "blue", origin="Wire")]).status(10) == "unknown"


def test_that_a_third_party_left_is_no_word_on_a_fight():
    reports = [
        said(0, "held"),
        said(10, "contested", "blue", origin="Wire"),
        said(10, "withdrew", "green", origin="Post"),
    ]
    assert judge(reports).status(10) == "contested"


def test_a_contested_place_that_both_sides_left_on_one_day_is_nobodys():
    fight = [said(0), said(0, "captured", "blue", origin="Wire")]
    left = [said(10, "withdrew", actor, origin=actor) for actor in ("red", "blue")]
    assert judge([*fight, *left]).status(10) == "unknown"


def test_who_holds_a_place_verified_keeps_it_when_another_left():
    claim = said(16, "captured", "green", "green", origin="Green Radio", reliability="E")
    judged = judge([said(0, "held"), said(10, "withdrew", "blue", origin="Wire"), claim])
    assert judged.status(15) == "red"


def test_that_a_third_party_left_parts_no_two_reports_that_agree():
    claim, other = said(0, by="red", origin="Red Radio"), said(2, "held", "blue", "blue", origin="Blue Radio")
    left, later = said(4, "withdrew", "green", origin="Wire"), said(6, "held", origin="Post")
    assert judge([claim, other, left, later]).status(0) == judge([claim, other, later]).status(0) == "red"
