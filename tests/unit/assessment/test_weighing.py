"""A weigher that has weighed one day gives for another what a new one gives, and weighs only what is new."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from control_map.assessment import weighing
from control_map.assessment.adjudication import PlaceAdjudication
from control_map.assessment.assertions import assert_at_places
from control_map.assessment.evidence import assess, evidence_known_on
from control_map.assessment.rule_comparison import assess_under_rules, steps_known_on
from control_map.assessment.weighing import AssertionArrays, Weigher
from control_map.core.arrays import day_number
from control_map.core.rules import Rule
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import apply_rule, apply_weigher, compare_rules, compare_weighers, weigher_of
from control_map.render.map.timeline_file import make_replay_file
from tests.laws.test_laws import LAWFUL, law_with
from tests.laws.test_laws import PLACES as LAW_PLACES
from tests.support.made_up import ACTORS, PLACES, RULES, START, day, judge, located, said

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


@pytest.mark.slow
def test_verdicts_are_dropped_when_too_many_are_kept_and_come_out_the_same(
    monkeypatch: pytest.MonkeyPatch, weighed: list[int]
) -> None:
    monkeypatch.setattr(weighing, "_MAX_KEPT_ROWS", 3)
    assertions = asserted(located([said(number, by="red", origin=f"Wire {number}") for number in range(12)]))
    weigher = Weigher(AssertionArrays.of(assertions), ACTORS, RULES["assessed"])
    for known_on in (day(2), day(9), day(5), day(11), day(2), None):
        expected = assess(assertions, ACTORS, RULES["assessed"], known_on)
        pd.testing.assert_frame_equal(evidence_known_on(weigher, known_on), expected)
    weighed.clear()
    weigher.weigh_known_on(day(9))
    assert weighed == [9]


def test_reports_on_nothing_are_weighed_as_nothing() -> None:
    weigher = Weigher(AssertionArrays.of(asserted(located([]))), ACTORS, RULES["assessed"])
    assert evidence_known_on(weigher, None).empty
    assert evidence_known_on(weigher, START).empty


MIXED = [
    said(3, by="red", published=3),
    said(4, "held", "blue", published=9, origin="Wire"),
    said(13, "held", "red", "red", published=11, origin="Red Radio"),
    said(2, "fighting", published=5, place="H1"),
    said(6, place="H1", published=6),
    said(7, place="H1", published=6),
    said(8, "fighting", published=8, place="H1"),
    said(9, "contested", by="blue", published=9, place="H1"),
    said(5, by="blue", actor="blue", place="X-K", published=14),
    said(6, "fighting", place="V1", published=4),
    said(6, by="red", place="V1", credibility=5),
]


@pytest.mark.slow
def test_several_days_of_a_place_are_weighed_at_once_each_with_what_was_known_then() -> None:
    arrays = AssertionArrays.of(asserted(located(MIXED)))
    assert arrays.place_count == len(PLACES)
    places, numbers = range(len(PLACES)), range(1, 25)
    asked = [(place, day_number(day(number))) for place in places for number in numbers]
    place, days = np.array(asked).T
    found = Weigher(arrays, ACTORS, RULES["assessed"]).weigh(place, days)
    known = [np.flatnonzero((arrays.place == where) & (arrays.published <= on)) for where, on in asked]
    assert found.row.tolist() == np.concatenate(known).tolist()
    assert found.at.tolist() == np.repeat(np.arange(len(asked)), [len(rows) for rows in known]).tolist()
    for at in range(0, len(asked), 5):
        alone = Weigher(arrays, ACTORS, RULES["assessed"]).weigh(place[at : at + 1], days[at : at + 1])
        for together, expected in zip(found[1:], alone[1:], strict=True):
            assert together[found.at == at].tolist() == expected.tolist()


def test_each_report_has_the_status_of_its_place_at_the_end_of_its_day_also_if_it_is_of_1939() -> None:
    # H1 has the last day of all, and H2 after it the first.
    judged = judge([*MIXED, said(30, place="H1", origin="Wire"), said(-30_000), said(-29_990, "fighting")])
    assert set(judged.evidence["status"]) > {"unknown", "red"}
    for row in judged.evidence.itertuples():
        number = (row.event_date.date() - START).days
        assert (row.status or "no_report") == judged.status(number, row.place_id)


def test_claims_that_the_rule_admits_can_harden_if_it_lets_claims_wait() -> None:
    arrays = AssertionArrays.of(asserted(located(MIXED)))

    def hardening(rule: Rule) -> list[str]:
        return sorted(arrays.report_ids[Weigher(arrays, ACTORS, rule).hardening_claims].tolist())

    assert hardening(RULES["assessed"]) == ["r0", "r2", "r8"]
    assert hardening(replace(RULES["assessed"], hardening_days=1)) == ["r0", "r2", "r8"]
    assert hardening(replace(RULES["assessed"], hardening_days=0)) == hardening(RULES["latest"]) == []


def test_a_weigher_that_lists_no_reports_gives_the_same_verdicts_without_them() -> None:
    arrays = AssertionArrays.of(asserted(located([*MIXED, said(4, origin="Gazette")])))
    full = Weigher(arrays, ACTORS, RULES["assessed"]).weigh_known_on(None)
    short = Weigher(arrays, ACTORS, RULES["assessed"], lists_reports=False).weigh_known_on(None)
    assert (full.reason.tolist(), full.status.tolist()) == (short.reason.tolist(), short.status.tolist())
    assert sum(full.because_of_count) > 0
    assert set(short.because_of) == {()}
    assert not any(short.because_of_count)


@pytest.mark.slow
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
