"""From the day on which a party ends, nobody is said to hold what it held, unless a later report says who does."""

from dataclasses import replace
from typing import Any

import pytest

from control_map.assessment.assertions import assert_at_places
from control_map.assessment.replay import assess_day_by_day
from control_map.assessment.weighing import AssertionArrays, Weigher
from tests.support.made_up import ACTORS, END, PLACES, RULES, START, Judged, day, judge, located, said

MORTAL = tuple(replace(actor, until=day(10)) if actor.id == "blue" else actor for actor in ACTORS)
BLUE_HOLDS = said(2, "held", "blue")


def judge_mortal(*reports: dict[str, Any]) -> Judged:
    return judge(reports, actors=MORTAL)


def test_what_it_held_is_of_unknown_control_from_that_day_on():
    judged = judge_mortal(BLUE_HOLDS)
    assert [judged.status(number) for number in (1, 2, 9, 10, 40)] == [
        "no_report",
        "blue",
        "blue",
        "unknown",
        "unknown",
    ]
    row = judged.on(30)
    assert (row["since"].date(), row["valid_from"].date(), row["rests_on"]) == (day(10), day(10), ("r0",))
    assert (row["disputed"], row["claimed_by"], row["origins"], row["confidence"]) == (False, "", 0, "low")


def test_what_others_hold_stays_theirs():
    judged = judge_mortal(BLUE_HOLDS, said(5, origin="Wire"), said(3, "held", "green", place="V1"))
    assert (judged.status(20), judged.status(20, "V1"), judged.status(20, "H1")) == ("red", "green", "no_report")


def test_a_later_report_says_who_holds_it():
    judged = judge_mortal(BLUE_HOLDS, said(14, origin="Wire"), said(12, "fighting", "red"))
    assert [judged.status(number) for number in (9, 10, 12, 13, 14)] == ["blue", "unknown", "unknown", "unknown", "red"]
    assert judged.on(13)["reports"] == 2


@pytest.mark.slow
def test_nothing_gives_it_a_place_any_more():
    judged = judge_mortal(said(10, "retaken", "blue"), said(20, "held", "blue", "blue", origin="Wire"))
    assert {judged.status(number) for number in range(9, 40)} == {"no_report"}
    assert judged.did("r0") == judged.did("r1") == ("outweighed", "party_ended")


def test_a_claim_against_it_needs_no_second_origin_any_more():
    judged = judge_mortal(BLUE_HOLDS, said(12, "captured", "green", "green", origin="Green Radio"))
    assert (judged.status(11), judged.status(12)) == ("unknown", "green")


def test_a_replay_shows_the_end_on_its_day():
    assertions = assert_at_places(located([BLUE_HOLDS]), PLACES, MORTAL, START)
    weigher = Weigher(AssertionArrays.of(assertions), MORTAL, RULES["assessed"])
    states, _ = assess_day_by_day(weigher, START, END)
    own = states[states["place_id"] == "H2"]
    shown = list(zip(own["valid_from"].dt.date, own["status"], strict=True))
    assert shown[-2:] == [(day(3), "blue"), (day(10), "unknown")]


@pytest.mark.slow
def test_a_report_from_before_its_end_that_is_heard_only_after_it_gives_it_no_place():
    vague = said(8, "held", "blue", date_precision="week", origin="Wire", published=12)
    judged = judge_mortal(said(7, origin="Gazette"), vague)
    assert {judged.status(number) for number in range(7, 40)} == {"red"}
    assert judged.did("r1") == ("outweighed", "party_ended")


@pytest.mark.slow
def test_nobody_leaves_a_place_to_it_any_more():
    fight, left = said(12, "contested", "blue"), said(13, "withdrew", "red", origin="Wire")
    assert judge_mortal(fight, left).status(13) == "unknown"
    assert (
        judge_mortal(said(9, "contested", "green"), said(9, "held", "blue", origin="Post"), left).status(13) != "blue"
    )


def test_who_took_a_place_just_before_its_end_is_no_successor_after_it():
    assert (
        judge_mortal(said(0), said(9, "captured", "blue"), said(11, "withdrew", "red", "red")).status(11) == "unknown"
    )


def test_a_party_that_has_ended_hides_no_successor():
    taken = said(9, "captured", "blue", "blue", origin="Blue Radio")
    came = said(12, origin="Wire")
    assert judge_mortal(taken, said(11, "withdrew", "green", origin="Post"), came).status(12) == "red"


def test_the_evidence_says_of_a_later_day_that_control_is_unknown():
    judged = judge_mortal(BLUE_HOLDS, said(12, "fighting"))
    assert judged.evidence.set_index("report_id")["status"].to_dict() == {"r0": "blue", "r1": "unknown"}
