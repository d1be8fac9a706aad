"""Details of the weighing that no other test checks."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.made_up import RULES, day, judge, said


def said_in_two_papers(on: int, claim: str, actor: str, by: str) -> list[dict[str, Any]]:
    return [said(on, claim, actor, by, origin=origin) for origin in ("Morning Reed", "Evening Reed")]


def test_two_voices_of_the_losing_side_do_not_undo_its_loss():
    lost = [
        said(0),
        said(3, "contested", "red", "blue", origin="Wire"),
        said(3, "contested", "red", "blue", origin="Post"),
    ]
    judged = judge(lost)
    assert (judged.status(3), judged.on(3)["disputed"]) == ("red", True)


def test_what_was_so_before_a_claim_does_not_contradict_it():
    said_twice = [said(3, by="red", origin="Red Radio"), said(3, by="red", origin="Wire")]
    judged = judge([said(0, "held", "blue"), *said_twice])
    assert (judged.status(3), judged.did("r1")) == ("red", ("sets", "hardened"))


def test_against_an_unverified_loss_the_word_of_the_loser_is_a_claim_like_another():
    judged = judge([said(0, by="red"), said(20, "held", "blue", "blue", origin="Wire")])
    assert (judged.status(10), judged.status(20)) == ("red", "blue")


def test_a_vague_report_is_held_against_exact_ones_of_the_present_status_only():
    judged = judge(
        [
            said(0, "held", "blue"),
            said(10, date_precision="week", origin="Wire"),
            said(12, "held", "blue", date_precision="month", origin="Gazette"),
        ]
    )
    assert (judged.status(10), judged.status(12)) == ("red", "blue")


@pytest.mark.parametrize(
    ("setting", "confirming"),
    [
        pytest.param(said(3, published=4), said(3, published=9, origin="Wire"), id="first published"),
        pytest.param(said(3, published=4), said(3, published=3, place="H", origin="Wire"), id="on the place"),
        pytest.param(
            said(3, published=9), said(3, published=4, date_precision="week", origin="Wire"), id="dated to the day"
        ),
        pytest.param(said(3, published=9), said(3, published=4, by="red", origin="Red Radio"), id="no claim"),
        pytest.param(
            said(3, published=4, credibility=4),
            said(3, published=9, reliability="A", origin="Wire"),
            id="not graded best",
        ),
    ],
)
def test_of_several_that_agree_the_one_that_goes_before_the_others_sets(
    setting: dict[str, Any], confirming: dict[str, Any]
):
    judged = judge([confirming, setting])
    assert (judged.did("r0")[0], judged.did("r1")[0]) == ("confirms", "sets")


def test_of_vague_reports_of_one_day_that_disagree_the_later_publication_prevails():
    vague = {"date_precision": "week"}
    judged = judge([said(3, published=4, **vague), said(3, actor="blue", published=9, origin="Wire", **vague)])
    assert (judged.status(3), judged.did("r0")) == ("blue", ("outweighed", "later_publication"))


def test_a_vague_report_gives_way_to_an_exact_one_of_its_own_day():
    judged = judge([said(3), said(3, "held", "blue", date_precision="week", published=3, origin="Wire")])
    assert (judged.status(3), judged.did("r1")) == ("red", ("outweighed", "inside_window"))


def test_a_vague_report_on_a_place_without_a_status_sets_it():
    assert judge([said(3, date_precision="month")]).did("r0") == ("sets", "independent")


def test_the_loser_denies_its_loss_on_the_day_of_the_loss_too():
    judged = judge([said(3), said(3, "held", "blue", "blue", origin="Blue Radio")])
    assert judged.did("r1") == ("contradicts", "denial")


def test_a_place_that_is_held_and_fought_for_on_one_day_is_contested():
    judged = judge([said(3, "held"), said(3, "contested", origin="Wire")])
    assert judged.status(3) == "contested"
    assert judged.did("r0") == judged.did("r1") == ("sets", "equal_strength")


def test_a_fight_for_a_place_that_two_sides_took_on_one_day_is_not_overtaken():
    judged = judge([said(3), said(3, actor="blue", origin="Wire"), said(3, "contested", origin="Gazette")])
    assert {judged.did(name) for name in ("r0", "r1", "r2")} == {("sets", "equal_strength")}


def test_one_report_that_a_place_changed_hands_is_enough_to_overtake_the_fight_for_it():
    judged = judge([said(3), said(3, "held", origin="Wire"), said(3, "contested", origin="Gazette")])
    assert judged.status(3) == "red"
    assert judged.did("r2") == ("outweighed", "overtaken")


def test_what_a_side_says_of_its_hold_on_a_contested_place_is_a_claim_like_another():
    judged = judge([said(0, "contested"), *said_in_two_papers(30, "held", "blue", "blue")])
    assert judged.did("r2") == ("sets", "hardened")


def test_a_claim_that_is_taken_at_its_word_is_accepted():
    assert judge([said(3, by="red")], "latest").did("r0") == ("sets", "accepted")


def test_who_held_a_place_until_others_hold_it_can_deny_its_loss():
    judged = judge([said(0, "held", "blue"), said(5, "held", origin="Wire"), said(8, "held", "blue", "blue")])
    assert judged.did("r2") == ("contradicts", "denial")


def test_who_lost_a_place_before_its_last_holder_did_denies_nothing():
    held = [said(0), said(10, "held", "blue"), said(20, "held", origin="Wire")]
    assert judge([*held, said(30, "held", "green", "green")]).did("r3") == ("pending", "awaits_corroboration")


def test_claims_far_apart_are_not_held_against_each_other():
    patient = replace(RULES["assessed"], hardening_days=0)
    judged = judge([said(0, by="red"), said(20, "captured", "blue", "blue", origin="Wire")], patient)
    assert judged.status(20) == "unknown"


def test_one_paper_that_quotes_both_sides_is_no_copy_of_itself():
    judged = judge([said(0, by="red"), said(0, actor="red", by="blue")])
    assert judged.did("r1") == ("sets", "against_interest")
    assert judged.did("r0")[1] != "same_origin"


def test_a_confirmation_by_others_ends_the_claim_against_a_status():
    judged = judge(
        [said(0, "held", "blue"), said(5, by="red", origin="Red Radio"), said(7, "held", "blue", origin="Gazette")]
    )
    assert (judged.on(5)["claimed_by"], judged.on(7)["claimed_by"]) == ("red", "")


def test_a_report_that_waits_for_a_second_origin_is_no_claim_of_a_side():
    assert judge([said(0)], "two-sources").on(0)["claimed_by"] == ""


PATIENT = replace(RULES["assessed"], hardening_days=0)
RED_SAYS = {"by": "red", "origin": "Red Radio"}
BLUE_SAYS = {"actor": "blue", "by": "blue", "origin": "Blue Radio"}
GREEN_SAYS = {"actor": "green", "by": "green", "origin": "Green Radio"}


@pytest.mark.slow
def test_claims_oppose_each_other_over_the_support_window_and_no_longer():
    near = judge([said(0, **RED_SAYS), said(7, **BLUE_SAYS)], PATIENT)
    far = judge([said(0, **RED_SAYS), said(8, **BLUE_SAYS)], PATIENT)
    assert (near.status(7), far.status(8)) == ("contested", "unknown")


def test_a_side_does_not_oppose_itself():
    judged = judge([said(0, **RED_SAYS), said(1, "contested", "red", "red")], PATIENT)
    assert judged.status(1) == "unknown"
    assert judged.did("r0") == judged.did("r1") == ("pending", "awaits_corroboration")


def test_a_side_does_not_contradict_itself():
    assert judge([said(0, **RED_SAYS), said(1, "contested", "red", "red")]).did("r0") == ("sets", "hardened")


def test_two_sides_that_claim_the_same_are_not_opposed():
    judged = judge([said(0, **BLUE_SAYS), said(1, actor="blue", by="green")], PATIENT)
    assert judged.status(1) == "unknown"


def test_a_stronger_report_of_the_same_day_ends_a_claim():
    judged = judge([said(3, "held", "green"), said(3, **RED_SAYS), said(5, **BLUE_SAYS)], PATIENT)
    assert (judged.status(5), judged.did("r2")) == ("green", ("pending", "contradicted"))


def test_a_claim_that_hardened_ends_no_other_claim():
    rule = replace(RULES["assessed"], hardening_days=2, corroboration_days=12)
    claims = [said(0, **BLUE_SAYS), said(1, **RED_SAYS)]
    hardened, later = said(5, **RED_SAYS), [said(8, **GREEN_SAYS), said(9, "held", "red", "red")]
    judged = judge([*claims, hardened, *later], rule)
    assert judged.did("r2") == ("sets", "hardened")
    assert [judged.status(number) for number in (1, 5, 8)] == ["contested", "red", "contested"]


def test_once_a_claim_changed_a_verified_status_the_new_one_is_not_verified():
    claims = said_in_two_papers(20, "captured", "blue", "blue")
    judged = judge([said(0), *claims, said(40, "held", "red", "red", origin="Red Radio")])
    assert [judged.status(number) for number in (0, 20, 40)] == ["red", "blue", "red"]


def test_opposed_claims_of_a_contested_place_wait():
    judged = judge([said(0, "contested"), said(20, **RED_SAYS), said(21, **BLUE_SAYS)], PATIENT)
    assert judged.did("r1") == ("pending", "contradicted")
    assert judged.did("r2") == ("pending", "opposed_claims")


def test_who_agrees_that_a_place_is_contested_goes_on_agreeing_when_claims_oppose_each_other():
    fight = said(20, "contested", "green", "green", origin="Green Radio")
    judged = judge([said(0, "contested"), said(20, **RED_SAYS), said(20, **BLUE_SAYS), fight], PATIENT)
    assert judged.did("r1") == judged.did("r2") == ("pending", "opposed_claims")
    assert judged.did("r3") == ("confirms", "agrees")


def test_opposed_claims_go_on_after_they_made_the_place_contested():
    judged = judge([said(0, **RED_SAYS), said(1, **BLUE_SAYS), said(3, **GREEN_SAYS)], PATIENT)
    assert judged.did("r2") == ("pending", "opposed_claims")
    assert judged.on(3)["since"].date() == day(1)


def test_what_the_holder_says_of_a_fight_for_its_place_is_not_shown_as_its_claim():
    judged = judge([said(0), said(20, "contested", "red", "red", origin="Red Radio")], PATIENT)
    assert judged.did("r1")[0] == "pending"
    assert judged.on(20)["claimed_by"] == ""


@pytest.mark.slow
def test_a_side_that_was_not_there_before_a_place_changed_hands_denies_nothing():
    judged = judge([said(0), said(30, "held", "blue", "blue", origin="Blue Radio")], PATIENT)
    assert judged.did("r1") == ("contradicts", "denial")
    never = judge([said(0, "held"), said(30, "held", "blue", "blue", origin="Blue Radio")], PATIENT)
    assert never.did("r1") == ("pending", "awaits_corroboration")


def test_a_confirmation_leaves_the_loser_its_denial():
    judged = judge([said(0), said(5, "held", origin="Wire"), said(8, "held", "blue", "blue", origin="Blue Radio")])
    assert judged.did("r2") == ("contradicts", "denial")


def test_a_vague_confirmation_leaves_the_exact_report_its_weight():
    vague = {"date_precision": "week"}
    late = said(10, "held", "blue", origin="Gazette", published=40, **vague)
    judged = judge([said(5), said(8, origin="Wire", **vague), late])
    assert judged.did("r1") == ("confirms", "independent")
    assert judged.did("r2") == ("outweighed", "inside_window")


def test_a_vague_report_of_the_same_day_leaves_the_exact_one_its_weight():
    vague = {"date_precision": "week"}
    late = said(12, "held", "blue", origin="Gazette", published=40, **vague)
    judged = judge([said(8), said(8, origin="Wire", **vague), late])
    assert judged.did("r2") == ("outweighed", "inside_window")


def test_a_claim_that_agrees_with_a_report_of_its_own_origin_leaves_the_status_verified():
    judged = judge([said(0), said(0, **RED_SAYS | {"origin": "Daily Fen"}), said(30, "held", "blue", "blue")])
    assert judged.did("r1") == ("confirms", "hardened")
    assert judged.did("r2") == ("contradicts", "denial")


@pytest.mark.slow
def test_once_others_confirm_a_claim_that_hardened_the_status_is_verified():
    claim, other = said(0, **RED_SAYS), said(40, "held", "blue", "blue", origin="Blue Radio")
    assert judge([claim, other]).status(40) == "blue"
    assert judge([claim, said(20, "held", origin="Wire"), other]).status(40) == "red"


def test_one_report_of_a_change_of_hands_is_enough_to_make_losers_of_the_opponents():
    judged = judge([said(0), said(0, "held", origin="Wire"), said(8, "held", "green", "green")])
    assert judged.did("r2") == ("contradicts", "denial")


def test_a_claim_of_the_holder_leaves_a_verified_status_verified():
    judged = judge([said(0), said(10, **RED_SAYS), said(30, "held", "blue", "blue", origin="Blue Radio")])
    assert judged.did("r1") == ("confirms", "hardened")
    assert judged.status(30) == "red"


def test_a_side_that_says_contested_is_opposed_by_the_claims_of_the_other_side():
    judged = judge([said(5, **RED_SAYS), said(5, "contested", "red", "red"), said(5, **BLUE_SAYS)], PATIENT)
    assert judged.did("r0") == judged.did("r1") == judged.did("r2") == ("sets", "opposed_claims")


def test_who_says_contested_and_is_opposed_by_nobody_agrees_once_opposed_claims_make_the_place_so():
    fights = [said(5, "contested", side, side, origin=f"{side} news") for side in ("green", "blue")]
    judged = judge([said(5, **BLUE_SAYS), *fights], PATIENT)
    assert judged.did("r0") == judged.did("r1") == ("sets", "opposed_claims")
    assert judged.did("r2") == ("confirms", "agrees")


def test_a_claim_of_what_is_already_so_confirms_it():
    assert judge([said(0), said(20, **RED_SAYS)], PATIENT).did("r1") == ("confirms", "agrees")


def test_who_claims_a_place_and_is_opposed_by_nobody_waits_on_when_opposed_claims_make_the_place_contested():
    ally = said(5, actor="blue", by="green", origin="Green Radio")
    judged = judge([ally, said(5, "contested", "blue", "blue", origin="Blue Post"), said(5, **BLUE_SAYS)], PATIENT)
    assert judged.did("r0") == judged.did("r1") == ("sets", "opposed_claims")
    assert judged.did("r2") == ("pending", "awaits_corroboration")


def test_an_outweighed_report_of_a_change_of_hands_makes_no_losers():
    outweighed = said(3, actor="blue", published=4)
    judged = judge([outweighed, said(3, "held", published=9, origin="Wire"), said(40, "held", "green", "green")])
    assert judged.did("r0") == ("outweighed", "later_publication")
    assert judged.did("r2") == ("pending", "awaits_corroboration")


def test_of_two_allies_who_took_a_place_the_one_whom_more_origins_name_has_it():
    blue = [said(3, "captured", "blue", origin=name, reliability="C") for name in ("Wire", "Post")]
    judged = judge([*blue, said(3, "captured", "green", origin="Gazette")])
    assert (judged.status(3), judged.did("r2")) == ("blue", ("outweighed", "fewer_origins"))


def test_of_as_many_origins_the_better_graded_decide():
    judged = judge([said(3, reliability="A"), said(3, actor="blue", origin="Wire")])
    assert (judged.status(3), judged.did("r1")) == ("red", ("outweighed", "lower_grade"))


def test_only_a_true_tie_makes_a_place_contested():
    judged = judge([said(3), said(3, actor="blue", origin="Wire")])
    assert (judged.status(3), judged.on(3)["disputed"]) == ("contested", True)


def test_a_claim_of_one_origin_does_not_undo_a_verified_status_however_long_it_waits():
    judged = judge([said(0, "held", "blue"), said(3, by="red", origin="Red Radio")])
    assert (judged.status(60), judged.on(60)["claimed_by"]) == ("blue", "red")
    assert judged.did("r1") == ("pending", "against_verified")


def test_a_claim_of_two_origins_that_nobody_contradicts_does():
    judged = judge([said(0, "held", "blue"), *said_in_two_papers(3, "captured", "red", "red")])
    assert (judged.status(3), judged.on(3)["basis"], judged.on(3)["confidence"]) == ("red", "claim", "low")


def test_a_status_that_rests_on_claims_does_so_until_others_confirm_it():
    judged = judge([said(3, by="red", origin="Red Radio"), said(20, "held", origin="Wire")])
    assert [judged.on(number)["basis"] for number in (3, 19, 20)] == ["claim", "claim", "own"]


def test_no_claim_on_an_event_before_the_period_hardens():
    judged = judge([said(-20, by="red", origin="Red Radio")])
    assert (judged.status(30), judged.on(30)["claimed_by"]) == ("unknown", "red")


@pytest.mark.parametrize("claim", ["held", "contested"])
def test_a_change_of_hands_overtakes_what_is_still_held_or_fought_for_that_day(claim: str):
    judged = judge([said(3), said(3, claim, "blue", origin="Wire")])
    assert (judged.status(3), judged.did("r1")) == ("red", ("outweighed", "overtaken"))


def test_a_later_publication_that_the_loser_still_holds_the_place_is_not_overtaken():
    assert judge([said(3), said(3, "held", "blue", origin="Wire", published=9)]).status(3) == "blue"


@pytest.mark.parametrize(("reliability", "holder"), [("A", "red"), ("B", "red"), ("C", "blue")])
def test_a_change_of_hands_of_the_area_overtakes_it_too_if_it_is_as_well_graded(reliability: str, holder: str):
    area = said(3, place="H", origin="Wire", reliability=reliability)
    assert judge([area, said(3, "held", "blue")]).status(3) == holder


@pytest.mark.slow
def test_one_weak_report_of_a_fight_does_not_undo_what_two_origins_say():
    two = [said(0), said(1, "held", origin="Wire")]
    weak = said(5, "contested", "blue", origin="Post", reliability="D")
    assert judge([*two, weak]).did("r2") == ("outweighed", "too_weak")
    assert judge([*two, weak]).status(5) == "red"


@pytest.mark.parametrize(
    "reports",
    [
        pytest.param([said(0), said(5, "contested", "blue", origin="Post", reliability="D")], id="one origin"),
        pytest.param(
            [said(0), said(1, "held", origin="Wire"), said(5, "contested", "blue", origin="Post", reliability="C")],
            id="not weak",
        ),
        pytest.param(
            [said(0), said(1, "held", origin="Wire")]
            + [said(5, "contested", "blue", origin=name, reliability="E") for name in ("Post", "Reed")],
            id="two weak ones",
        ),
    ],
)
def test_any_other_report_of_a_fight_does(reports: list[dict[str, Any]]):
    assert judge(reports).status(5) == "contested"


@pytest.mark.slow
def test_a_report_from_before_the_other_sides_claim_does_not_support_one_from_after_it():
    left_to_take = said(4, "held", "green", "red", origin="Red Radio")
    red_says, green_says = (
        said(5, by="red", origin="Red Radio"),
        said(6, "held", "green", "green", origin="Green Radio"),
    )
    assert judge([left_to_take, green_says]).did("r1") == ("confirms", "corroborated")
    assert judge([left_to_take, red_says, green_says]).did("r2")[1] != "corroborated"


def test_who_supports_a_claim_is_one_of_the_origins_of_the_status():
    supporting = said(2, origin="Wire", reliability="C")
    before = [supporting, said(2, "contested", "blue", origin="Post", published=9)]
    judged = judge([*before, said(3, by="red", origin="Red Radio")])
    assert (judged.did("r0"), judged.did("r2")) == (("outweighed", "later_publication"), ("sets", "corroborated"))
    assert (judged.on(3)["origins"], judged.on(3)["confidence"]) == (1, "low")


def test_under_a_rule_that_takes_any_source_the_newest_report_of_a_fight_decides():
    weak = said(5, "contested", "blue", origin="Post", reliability="D")
    assert judge([said(0), said(1, "held", origin="Wire"), weak], "latest").status(5) == "contested"


def test_weak_reports_of_a_fight_of_two_origins_count_on_different_days_too():
    two = [said(0), said(1, "held", origin="Wire")]
    weak = [said(day, "contested", "blue", origin=name, reliability="E") for day, name in ((5, "Post"), (6, "Reed"))]
    assert [judge([*two, *weak]).status(number) for number in (5, 6)] == ["red", "contested"]


def test_what_a_loser_concedes_is_no_denial():
    judged = judge([said(0), said(12, "held", "red", "blue", origin="Wire")])
    assert judged.did("r1") == ("confirms", "against_interest")


def test_a_report_on_the_area_does_not_keep_a_change_of_hands_from_overtaking():
    change = [said(10), said(10, "held", "blue", origin="Wire")]
    area = said(10, "captured", "green", place="H", origin="Post", reliability="E")
    assert judge(change).status(10) == judge([*change, area]).status(10) == "red"
