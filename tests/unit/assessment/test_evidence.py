"""Worked examples of what each report does, and why; the rule is `assessed` unless another is named."""

from dataclasses import replace

import pytest

from control_map.assessment.assertions import classify_interest
from control_map.assessment.evidence import known_by
from tests.support.made_up import RULES, day, judge, located, said

PATIENT = replace(RULES["assessed"], hardening_days=0)
"""The rule without hardening, for examples about something else."""


def test_a_report_against_its_own_sides_interest_sets_the_status() -> None:
    judged = judge([said(3, by="blue")])
    assert judged.status(2) == "no_report"
    assert judged.status(3) == "red"
    assert judged.did("r0") == ("sets", "against_interest")


@pytest.mark.parametrize("claim", ["captured", "retaken", "handed_over", "held"])
def test_every_way_of_holding_a_place_is_a_statement_of_control(claim: str) -> None:
    assert judge([said(3, claim)]).status(3) == "red"


def test_a_self_serving_claim_alone_is_shown_and_sets_nothing() -> None:
    judged = judge([said(3, by="red")], PATIENT)
    assert judged.did("r0") == ("pending", "awaits_corroboration")
    assert judged.status(4) == "unknown"
    assert judged.on(4)["claimed_by"] == "red"
    assert judged.on(4)["rests_on"] == ()


def test_a_claim_that_another_origin_supports_counts_from_the_day_of_the_event() -> None:
    judged = judge([said(0, by="red"), said(4, origin="Wire")], PATIENT)
    assert judged.did("r0") == ("sets", "corroborated")
    assert judged.did("r1") == ("confirms", "independent")
    assert judged.status(0) == "red"
    assert judged.on(5)["since"].date() == day(0)


@pytest.mark.parametrize("apart", [7, -7])
def test_corroboration_reaches_seven_days_either_way_and_no_further(apart: int) -> None:
    near = judge([said(10, by="red"), said(10 + apart, origin="Wire")], PATIENT)
    far = judge([said(10, by="red"), said(10 + apart + (1 if apart > 0 else -1), origin="Wire")], PATIENT)
    assert near.did("r0")[1] == "corroborated"
    assert far.did("r0")[1] != "corroborated"


def test_the_same_origin_does_not_corroborate_itself() -> None:
    judged = judge([said(0, by="red"), said(4)], PATIENT)
    assert judged.did("r0") == ("pending", "awaits_corroboration")
    assert judged.status(3) == "unknown"
    assert judged.status(4) == "red"


def test_another_claim_of_the_winning_side_does_not_corroborate() -> None:
    judged = judge([said(0, by="red"), said(1, by="red", origin="Wire")], PATIENT)
    assert judged.did("r0") == ("pending", "awaits_corroboration")
    assert judged.status(9) == "unknown"


def test_a_claim_without_contradiction_hardens_and_counts_from_the_event() -> None:
    judged = judge([said(0, by="red")])
    assert judged.did("r0") == ("sets", "hardened")
    assert judged.on(20)["since"].date() == day(0)
    assert judged.on(20)["confidence"] == "low"


def test_a_claim_hardens_only_once_it_was_known_for_seven_days() -> None:
    claim = [said(0, by="red", published=2)]
    assert judge(claim, known_on=day(8)).status(8) == "unknown"
    assert judge(claim, known_on=day(9)).status(9) == "red"


@pytest.mark.slow
def test_a_contradicted_claim_does_not_harden() -> None:
    judged = judge([said(0, by="red"), said(3, "held", "blue", "blue", origin="Wire")])
    assert judged.did("r0")[0] == "pending"
    assert "red" not in {judged.status(number) for number in range(30)}


def test_without_hardening_a_contradicted_claim_differs_from_one_that_has_no_answer() -> None:
    answered = judge([said(0, by="red"), said(3, "held", "blue", origin="Wire")], PATIENT)
    assert answered.did("r0") == ("pending", "contradicted")
    assert judge([said(0, by="red")], PATIENT).did("r0") == ("pending", "awaits_corroboration")


def test_a_contradiction_after_seven_days_comes_too_late_to_stop_hardening() -> None:
    judged = judge([said(0, by="red"), said(8, "held", "blue", "blue", origin="Wire")])
    assert judged.did("r0") == ("sets", "hardened")


def test_a_denial_disputes_and_does_not_undo() -> None:
    judged = judge([said(0), said(2, "held", "blue", "blue", origin="Wire")])
    assert judged.did("r1") == ("contradicts", "denial")
    assert (judged.status(2), judged.on(1)["disputed"], judged.on(2)["disputed"]) == ("red", False, True)


def test_a_denial_does_not_harden_with_time() -> None:
    assert judge([said(0), said(2, "held", "blue", "blue", origin="Wire")]).status(40) == "red"


def test_a_denial_that_an_outsider_supports_is_none() -> None:
    judged = judge([said(0), said(2, "held", "blue", "blue", origin="Wire"), said(3, "held", "blue", origin="Gazette")])
    assert judged.did("r1")[0] == "sets"
    assert judged.status(2) == "blue"


def test_claims_against_each_other_with_nothing_stronger_are_contested_and_disputed() -> None:
    judged = judge([said(0, by="red"), said(2, "captured", "blue", "blue", origin="Wire")])
    assert judged.status(1) == "unknown"
    assert judged.status(2) == "contested"
    assert judged.on(2)["disputed"]
    assert judged.did("r0") == ("pending", "contradicted")
    assert judged.did("r1") == ("sets", "opposed_claims")


@pytest.mark.slow
def test_claims_against_each_other_of_one_day_set_contested_together_and_neither_is_shown_as_the_claim() -> None:
    for ids in (("a", "b"), ("b", "a")):
        red, blue = (
            said(0, by="red", report_id=ids[0]),
            said(0, "captured", "blue", "blue", origin="Wire", report_id=ids[1]),
        )
        judged = judge([red, blue])
        assert (judged.status(0), judged.on(0)["claimed_by"]) == ("contested", "")
        assert judged.did("a") == judged.did("b") == ("sets", "opposed_claims")
        assert set(judged.on(0)["rests_on"]) == {"a", "b"}


def test_a_stronger_report_settles_claims_against_each_other() -> None:
    claims = [said(0, by="red"), said(2, "captured", "blue", "blue", origin="Wire")]
    judged = judge([*claims, said(5, "held", "green", origin="Gazette")])
    assert (judged.status(5), judged.on(5)["disputed"]) == ("green", False)


def test_two_equal_reports_of_one_day_published_the_same_day_are_contested() -> None:
    judged = judge([said(3), said(3, actor="blue", origin="Wire")])
    assert judged.status(3) == "contested"
    assert judged.on(3)["disputed"]
    assert {judged.did("r0"), judged.did("r1")} == {("sets", "equal_strength")}


def test_a_place_fought_for_on_the_day_on_which_it_fell_has_fallen() -> None:
    judged = judge([said(3, "contested"), said(3, origin="Wire")])
    assert (judged.status(3), judged.on(3)["disputed"]) == ("red", False)
    assert judged.did("r0") == ("outweighed", "overtaken")


def test_on_one_event_day_the_later_publication_prevails() -> None:
    judged = judge([said(3, published=6), said(3, actor="blue", origin="Wire", published=4)])
    assert judged.status(3) == "red"
    assert judged.did("r1") == ("outweighed", "later_publication")


def test_a_later_event_prevails_over_an_earlier_one_published_later() -> None:
    judged = judge([said(3, published=20), said(5, actor="blue", origin="Wire", published=6)])
    assert (judged.status(4), judged.status(5)) == ("red", "blue")


@pytest.mark.slow
@pytest.mark.parametrize(("precision", "window"), [("week", 6), ("month", 30)])
def test_a_report_dated_to_a_window_does_not_undo_one_dated_to_a_day_in_it(precision: str, window: int) -> None:
    vague = {"actor": "blue", "origin": "Wire", "date_precision": precision, "published": 100}
    inside, outside = judge([said(5), said(5 + window, **vague)]), judge([said(5), said(6 + window, **vague)])
    assert inside.did("r1") == ("outweighed", "inside_window")
    assert inside.status(60) == "red"
    assert outside.status(6 + window) == "blue"


def test_own_withdrawal_is_against_interest_and_the_opponents_word_for_it_is_a_claim() -> None:
    assert judge([said(3, "withdrew", "blue", "blue")]).did("r0") == ("sets", "against_interest")
    assert judge([said(3, "withdrew", "blue", "red")], PATIENT).did("r0") == ("pending", "awaits_corroboration")


def test_fighting_says_nothing_of_control_and_keeps_a_status_from_going_stale() -> None:
    judged = judge([said(0), said(5, "fighting", "blue", origin="Wire")])
    assert judged.did("r1") == ("context", "fighting")
    assert judged.on(6)["last_reported"].date() == day(5)
    assert (judged.status(6), judged.on(6)["since"].date()) == ("red", day(0))


@pytest.mark.parametrize(
    ("reliability", "credibility", "counts"), [("E", 4, True), ("A", 5, False), ("F", 6, True), ("F", 5, False)]
)
def test_a_report_below_the_lowest_grade_does_not_count(reliability: str, credibility: int, counts: bool) -> None:
    judged = judge([said(3, reliability=reliability, credibility=credibility)])
    assert (judged.status(3) == "red") is counts
    assert (judged.did("r0") == ("outweighed", "below_grade")) is not counts


def test_what_was_reported_of_events_before_the_period_is_baseline_until_confirmed() -> None:
    judged = judge([said(-20), said(5, origin="Wire")])
    assert (judged.on(0)["basis"], judged.on(5)["basis"]) == ("baseline", "own")
    assert judged.on(5)["since"].date() == day(-20)


def test_the_baseline_can_be_switched_off() -> None:
    judged = judge([said(-1), said(0, place="H1")], replace(RULES["assessed"], baseline=False))
    assert (judged.status(3, "H2"), judged.status(3, "H1")) == ("no_report", "red")


@pytest.mark.slow
def test_a_copy_of_a_wire_story_counts_once() -> None:
    one, two = judge([said(3)]), judge([said(3), said(3, published=6)])
    assert two.did("r1") == ("confirms", "same_origin")
    assert one.on(9)["confidence"] == two.on(9)["confidence"]


@pytest.mark.slow
def test_under_two_sources_one_origin_is_not_enough() -> None:
    alone = judge([said(3), said(4, published=6)], "two-sources")
    both = judge([said(3), said(4, origin="Wire")], "two-sources")
    assert alone.did("r0") == ("pending", "awaits_origins")
    assert alone.status(9) == "unknown"
    assert both.status(3) == "red"


def test_under_one_sides_account_only_reports_of_that_side_count() -> None:
    judged = judge([said(3), said(4, "held", "blue", "blue", origin="Wire")], "side:blue")
    assert judged.did("r0") == ("outweighed", "other_side")
    assert (judged.status(3), judged.status(4)) == ("no_report", "blue")


def test_the_latest_report_counts_from_any_source() -> None:
    judged = judge([said(3), said(4, "held", "blue", "blue", origin="Wire")], "latest")
    assert (judged.status(3), judged.status(4)) == ("red", "blue")


def test_the_reports_handed_in_are_not_changed() -> None:
    reports = located([said(3), said(2, place="H", by="red"), said(2, place="C-H")])
    before = reports.copy(deep=True)
    judge(reports, known_on=day(20))
    assert reports.equals(before)


OPPONENTS = {
    name: frozenset(against)
    for name, against in {"red": ["blue", "green"], "blue": ["red"], "green": ["red"], "white": []}.items()
}


@pytest.mark.parametrize(
    ("side", "gainer", "left", "expected"),
    [
        ("independent", "red", "", "independent"),
        ("red", "red", "", "self_serving"),
        ("blue", "red", "", "against_interest"),
        ("red", "blue", "", "against_interest"),
        ("green", "blue", "", "self_serving"),  # blue and green share an opponent
        ("green", "red", "", "against_interest"),
        ("white", "red", "", "independent"),
        ("white", "white", "", "self_serving"),
        ("red", "white", "", "independent"),
        ("red", "", "", "independent"),
        ("blue", "", "blue", "against_interest"),
        ("red", "", "blue", "self_serving"),
        ("green", "", "blue", "against_interest"),
        ("red", "", "red", "against_interest"),
        ("blue", "", "red", "self_serving"),
        ("white", "", "red", "independent"),
        ("independent", "", "red", "independent"),
        ("unknown", "red", "", "unknown"),
        ("unknown", "", "blue", "unknown"),
    ],
)
def test_whose_interest_a_statement_serves(side: str, gainer: str, left: str, expected: str) -> None:
    assert classify_interest(side, gainer, left, OPPONENTS) == expected


def test_opponents_of_each_other_are_no_allies_even_with_an_enemy_in_common() -> None:
    all_against_all = {
        "red": frozenset({"blue", "green"}),
        "blue": frozenset({"red", "green"}),
        "green": frozenset({"red", "blue"}),
    }
    assert classify_interest("green", "blue", "", all_against_all) == "against_interest"


def test_a_side_that_never_held_a_place_claims_it_and_denies_nothing() -> None:
    judged = judge([said(0, "held", "blue"), said(20, "held", "red", "red", origin="Red Radio")])
    assert judged.did("r1")[0] == "pending"
    assert (judged.status(40), judged.on(40)["disputed"], judged.on(40)["claimed_by"]) == ("blue", False, "red")


@pytest.mark.slow
def test_an_origin_that_says_the_same_twice_in_a_day_in_other_words_counts_once() -> None:
    rows = [said(4, published=4), said(4, actor="blue", origin="Wire", published=6)]
    again = said(4, "held", published=9)
    assert judge(rows).status(4) == judge([*rows, again]).status(4) == "blue"


def test_one_lone_contrary_report_does_not_part_two_origins_that_agree() -> None:
    rows = [said(0), said(1, actor="blue", origin="Gazette"), said(2, origin="Wire")]
    assert judge(rows, "two-sources").status(2) == "red"


def test_a_report_from_before_a_place_changed_hands_does_not_support_a_claim_from_after() -> None:
    rows = [
        said(0),
        said(2, "retaken", "blue", origin="Gazette"),
        said(4, by="red", origin="Red Radio"),
        said(6, "held", "blue", origin="Wire"),
    ]
    assert judge(rows).status(4) == "blue"


def test_a_report_dated_to_the_day_goes_before_one_on_the_place_dated_to_the_month() -> None:
    vague = said(20, "held", "blue", date_precision="month")
    assert judge([vague, said(20, place="H", origin="Wire")]).status(20) == "red"


def test_a_claim_names_the_reports_that_support_it() -> None:
    judged = judge([said(0, by="red"), said(3, origin="Wire")])
    rows = judged.evidence[judged.evidence["report_id"] == "r0"]
    assert rows["because_of"].tolist() == [("r1",)]


def test_evidence_has_a_row_for_each_known_report_with_names_as_text() -> None:
    evidence = judge([said(3, published=9, place="H1"), said(4)], known_on=day(5)).evidence
    assert evidence.index.tolist() == [0]
    names = "place_id report_id via asserts gainer interest role reason status".split()
    assert evidence.loc[0, names].tolist() == "H2 r1 own red red independent sets independent red".split()
    assert evidence.loc[0, "origin"] == "Daily Fen"
    names += ["origin"]
    assert set(evidence[names].dtypes.astype("str")) == {"str"}
    assert set(evidence[["claim", "date_precision"]].dtypes.astype("str")) == {"category"}
    others = "counts_from disputed because_of because_of_count event_date reported_date".split()
    others += "reliability credibility claim date_precision".split()
    assert set(evidence.columns) == {*names, *others}


def test_of_any_rows_those_are_known_that_were_published_by_the_day() -> None:
    rows = located([said(1, published=4), said(1, published=3), said(1, published=2)])
    assert known_by(rows, None) is rows
    assert known_by(rows, day(3))["report_id"].to_dict() == {0: "r1", 1: "r2"}
    assert known_by(rows, day(3)).columns.equals(rows.columns)
    other = rows.rename(columns={"reported_date": "seen"})
    assert known_by(other, day(2), "seen")["report_id"].to_dict() == {0: "r2"}
