"""What a speaker says of whom it is not known for whom they speak: it waits, and supports no other claim."""

from tests.support.made_up import RULES, judge, said

UNKNOWN = {"by": "unknown", "origin": "the shopkeeper"}


def test_a_claim_of_unknown_side_is_shown_as_claimed_and_sets_nothing():
    judged = judge([said(0, "held", "blue"), said(5, **UNKNOWN)])
    assert judged.did("r1") == ("pending", "awaits_side")
    assert (judged.status(5), judged.on(5)["claimed_by"]) == ("blue", "red")


def test_a_claim_of_unknown_side_does_not_harden_however_long_nobody_contradicts_it():
    assert judge([said(0, by="red")]).status(60) == "red"
    judged = judge([said(0, **UNKNOWN)])
    assert (judged.status(60), judged.on(60)["claimed_by"]) == ("unknown", "red")


def test_a_claim_of_unknown_side_counts_from_its_day_once_another_origin_backs_it():
    judged = judge([said(0, **UNKNOWN), said(3, "held", origin="Wire")])
    assert judged.status(0) == "red"
    assert judged.did("r0") == ("sets", "corroborated")


def test_a_speaker_of_unknown_side_backs_no_claim_of_a_party_and_no_other_unknown_speaker():
    party = judge([said(0, by="red", origin="Red Radio"), said(1, **UNKNOWN)])
    assert party.did("r0") == ("sets", "hardened")
    assert party.on(1)["origins"] == 0
    two = judge([said(0, **UNKNOWN), said(1, by="unknown", origin="the baker")])
    assert two.did("r0") == two.did("r1") == ("pending", "awaits_side")
    assert two.status(60) == "unknown"


def test_a_speaker_of_unknown_side_who_says_the_same_adds_nothing_to_a_status():
    alone, both = judge([said(0)]), judge([said(0), said(2, "held", **UNKNOWN)])
    assert both.did("r1") == ("confirms", "corroborated")
    columns = ["status", "origins", "well_graded", "confidence", "disputed"]
    assert both.on(2)[columns].tolist() == alone.on(2)[columns].tolist()


def test_a_speaker_of_unknown_side_makes_no_place_contested_but_a_partys_claim_waits_with_theirs():
    judged = judge([said(0, by="red", origin="Red Radio"), said(1, "held", "blue", **UNKNOWN)])
    assert [judged.did(report)[0] for report in ("r0", "r1")] == ["pending", "pending"]
    assert judged.status(60) == "unknown"


def test_a_denial_of_unknown_side_disputes_nothing():
    judged = judge([said(0), said(3, "held", "blue", **UNKNOWN)])
    assert judged.did("r1") == ("pending", "awaits_side")
    assert not judged.on(3)["disputed"]


def test_who_agrees_from_an_unknown_side_takes_no_part_when_claims_make_the_place_contested():
    holds = [said(0, "held", "blue", "blue", origin="Blue Radio"), said(20, "held", "blue", **UNKNOWN)]
    claims = [said(20, actor=side, by=side, origin=f"{side} radio") for side in ("red", "green")]
    judged = judge([*holds, *claims])
    assert judged.status(20) == "contested"
    assert judged.did("r1") == ("pending", "awaits_side")


def test_the_latest_report_decides_whoever_says_it():
    assert judge([said(0, **UNKNOWN)], RULES["latest"]).status(0) == "red"
    assert judge([said(0, **UNKNOWN)], RULES["side:red"]).status(0) == "no_report"
