"""Details of the weighing that no other test checks."""

from dataclasses import replace

from tests.support.made_up import RULES, judge, said


def test_two_voices_of_the_losing_side_do_not_undo_its_loss():
    lost = [
        said(0),
        said(3, "contested", "red", "blue", origin="Wire"),
        said(3, "contested", "red", "blue", origin="Post"),
    ]
    judged = judge(lost)
    assert (judged.status(3), judged.on(3)["disputed"]) == ("red", True)


def test_what_was_so_before_a_claim_does_not_contradict_it():
    judged = judge([said(0, "held", "blue"), said(3, by="red", origin="Red Radio")])
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


def test_of_several_that_agree_the_first_published_sets():
    judged = judge([said(3, published=9, origin="Wire"), said(3, published=4)])
    assert (judged.did("r0")[0], judged.did("r1")[0]) == ("confirms", "sets")


def test_the_report_on_the_place_sets_before_an_earlier_one_on_the_area():
    judged = judge([said(3, place="H", published=3, origin="Wire"), said(3, published=4)])
    assert judged.did("r1")[0] == "sets"


def test_claims_far_apart_are_not_held_against_each_other():
    patient = replace(RULES["assessed"], hardening_days=0)
    judged = judge([said(0, by="red"), said(20, "captured", "blue", "blue", origin="Wire")], patient)
    assert judged.status(20) == "no_report"


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
