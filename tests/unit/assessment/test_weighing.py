"""A weigher that has weighed one day gives for another what a new one gives, and weighs only what is new."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import strategies as st

from control_map.assessment import weighing
from control_map.assessment.adjudication import PlaceAdjudication
from control_map.assessment.assertions import assert_at_places
from control_map.assessment.evidence import assess, evidence_known_on
from control_map.assessment.rule_comparison import assess_under_rules, steps_known_on
from control_map.assessment.weighing import AssertionArrays, Weigher
from control_map.core.rules import Rule
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import apply_rule, apply_weigher, compare_rules, compare_weighers, weigher_of
from control_map.render.map.timeline_file import make_replay_file
from tests.laws.test_laws import LAWFUL, law_with
from tests.laws.test_laws import PLACES as LAW_PLACES
from tests.support.made_up import ACTORS, PLACES, RULES, START, day, located, said

KNOWN_ON = st.lists(st.one_of(st.none(), st.integers(-10, 60)), min_size=2, max_size=4)


def asserted(reports: pd.DataFrame, places: pd.DataFrame = PLACES) -> pd.DataFrame:
    return assert_at_places(reports, places, ACTORS, START)


def as_date(number: int | None) -> dt.date | None:
    return None if number is None else day(number)


@pytest.fixture
def weighed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the reports on each place that is weighed."""
    settle, counts = PlaceAdjudication.settle_all, list[int]()

    def counting(self: PlaceAdjudication, votes: list[weighing.Vote]) -> list[str]:
        counts.append(len(votes))
        return settle(self, votes)

    monkeypatch.setattr(PlaceAdjudication, "settle_all", counting)
    return counts


@law_with(numbers=KNOWN_ON)
def test_a_weigher_gives_for_each_of_several_days_what_is_assessed_for_that_day_alone(
    reports: pd.DataFrame, rule: str, numbers: list[int | None]
) -> None:
    assertions, by = asserted(reports, LAW_PLACES), LAWFUL[rule]
    weigher = Weigher(AssertionArrays.of(assertions), ACTORS, by)
    for number in numbers:
        expected = assess(assertions, ACTORS, by, as_date(number))
        pd.testing.assert_frame_equal(evidence_known_on(weigher, as_date(number)), expected)


@law_with(numbers=KNOWN_ON)
def test_rules_are_compared_by_weighers_as_for_each_day_alone(
    reports: pd.DataFrame, rule: str, numbers: list[int | None]
) -> None:
    assertions, rules = asserted(reports, LAW_PLACES), [LAWFUL[rule], LAWFUL["two-sources"]]
    arrays = AssertionArrays.of(assertions)
    weighers = {by.id: Weigher(arrays, ACTORS, by, lists_reports=False) for by in rules}
    for number in numbers:
        expected = assess_under_rules(assertions, ACTORS, rules, as_date(number))
        pd.testing.assert_frame_equal(steps_known_on(arrays, weighers, as_date(number)), expected)


def test_only_the_places_of_which_more_is_known_are_weighed_again(weighed: list[int]) -> None:
    reports = [said(3, place="H1"), said(4, place="H2"), said(5, place="V1", published=9)]
    weigher = Weigher(AssertionArrays.of(asserted(located(reports))), ACTORS, RULES["assessed"])
    weigher.weigh_known_on(day(8))
    assert weighed == [1, 1]
    weigher.weigh_known_on(day(9))
    assert weighed == [1, 1, 1]
    for known_on in (day(8), day(9), day(30), None):
        weigher.weigh_known_on(known_on)
    assert weighed == [1, 1, 1]


def test_a_place_is_weighed_again_on_the_day_on_which_a_claim_has_waited_long_enough(weighed: list[int]) -> None:
    weigher = Weigher(
        AssertionArrays.of(asserted(located([said(3, by="red", published=3)]))), ACTORS, RULES["assessed"]
    )
    roles = [weigher.weigh_known_on(day(number)).role.tolist() for number in (3, 9, 10, 11)]
    assert len(weighed) == 2
    assert roles[0] == roles[1] != roles[2] == roles[3]


def test_a_report_that_does_not_vote_is_known_from_its_publication_on() -> None:
    reports = [said(3, published=3), said(4, "fighting", published=6)]
    weigher = Weigher(AssertionArrays.of(asserted(located(reports))), ACTORS, RULES["assessed"])
    assert [len(weigher.weigh_known_on(day(number)).row) for number in (2, 3, 5, 6)] == [0, 1, 1, 2]


def test_verdicts_are_dropped_when_too_many_are_kept_and_come_out_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "_MAX_KEPT_ROWS", 3)
    assertions = asserted(located([said(number, by="red", origin=f"Wire {number}") for number in range(12)]))
    weigher = Weigher(AssertionArrays.of(assertions), ACTORS, RULES["assessed"])
    for known_on in (day(2), day(9), day(5), day(11), day(2), None):
        expected = assess(assertions, ACTORS, RULES["assessed"], known_on)
        pd.testing.assert_frame_equal(evidence_known_on(weigher, known_on), expected)


def test_reports_on_nothing_are_weighed_as_nothing() -> None:
    weigher = Weigher(AssertionArrays.of(asserted(located([]))), ACTORS, RULES["assessed"])
    assert evidence_known_on(weigher, None).empty
    assert evidence_known_on(weigher, START).empty


@pytest.mark.parametrize("rule", ["assessed", "two-sources"])
def test_views_comparisons_and_replays_of_a_pack_are_the_same_from_weighers(herat: Pack, rule: str) -> None:
    by: Rule = herat.rule(rule)
    weigher = weigher_of(herat, by)
    weighers = [weigher_of(herat, each, lists_reports=False) for each in herat.rules]
    for known_on in (dt.date(2021, 7, 9), dt.date(2021, 7, 10), None):
        view, expected = apply_weigher(herat, weigher, known_on), apply_rule(herat, by, known_on)
        assert (view.rule, view.known_on) == (expected.rule, expected.known_on)
        pd.testing.assert_frame_equal(view.evidence, expected.evidence)
        pd.testing.assert_frame_equal(view.timeline, expected.timeline)
        comparison = compare_weighers(herat, weighers, known_on)
        assert comparison.rules == herat.rules
        pd.testing.assert_frame_equal(comparison.steps, compare_rules(herat, known_on=known_on).steps)
    assert make_replay_file(herat, by, weigher) == make_replay_file(herat, by)
