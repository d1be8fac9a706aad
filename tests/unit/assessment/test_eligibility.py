"""Which reports a rule refuses, and which of the copies of a story counts."""

from dataclasses import replace

import numpy as np
import pytest

from control_map.assessment.assertions import assert_at_places
from control_map.assessment.eligibility import find_originals, ineligibility_reasons, number_stories
from control_map.core.arrays import REASONS, category_codes, day_numbers, decode_names
from control_map.core.model import Interest
from control_map.core.rules import Rule
from tests.support.made_up import ACTORS, PLACES, RULES, START, located, said

PARTICULAR = replace(RULES["side:red"], area_reports=False, baseline=False)
REPORTS = [
    (said(5, by="red"), "", ""),
    (said(5, by="blue"), "", "other_side"),
    (said(-1, by="red"), "", "switched_off"),
    (said(0, by="red"), "", ""),
    (said(-1, by="red", credibility=5), "below_grade", "below_grade"),
    (said(5, by="blue", credibility=5), "below_grade", "other_side"),
    (said(5, "fighting", by="blue", credibility=5), "fighting", "fighting"),
    (said(5, "fighting", by="red"), "fighting", "fighting"),
    (said(5, "fighting", precision="inside"), "part_of_place", "part_of_place"),
    (said(5, precision="inside", by="red"), "part_of_place", "part_of_place"),
    (said(5, place="V", by="red"), "", "switched_off"),
    (said(-1, "fighting", place="V"), "fighting", "switched_off"),
]


@pytest.mark.parametrize(
    ("rule", "expected"), [(RULES["assessed"], 1), (PARTICULAR, 2)], ids=["assessed", "particular"]
)
def test_of_several_reasons_to_refuse_a_report_the_last_is_given(rule: Rule, expected: int):
    assertions = assert_at_places(located(row[0] for row in REPORTS), PLACES, ACTORS, START)
    reasons = decode_names(ineligibility_reasons(assertions, ACTORS, rule), REASONS)
    given = dict(zip(assertions["report_id"], reasons, strict=True))
    assert given == {f"r{number}": row[expected] for number, row in enumerate(REPORTS)}


def test_of_each_story_that_copy_counts_that_a_comparison_of_all_reports_finds():
    numbers = np.random.default_rng(3)

    def one_of(*values: str) -> str:
        return str(numbers.choice(values))

    reports = [
        said(
            int(numbers.integers(4, 6)),
            one_of("captured", "held", "retaken", "contested"),
            one_of("red", "blue"),
            one_of("independent", "red", "blue"),
            place=one_of("H2", "H2", "H1", "C-H", "H"),
            published=int(numbers.integers(6, 8)),
            origin=one_of("Wire", "Gazette"),
            date_precision=one_of("day", "week"),
            reliability=one_of("A", "B"),
            credibility=int(numbers.integers(1, 3)),
        )
        for _ in range(400)
    ]
    assertions = assert_at_places(located(reports), PLACES, ACTORS, START)
    place, day = category_codes(assertions["place_id"]), day_numbers(assertions["event_date"])
    told = list(assertions.itertuples())
    stories = [(row.place_id, row.event_date, row.via, row.origin, row.side, row.asserts) for row in told]
    keys = [
        (
            not row.changes_hands,
            row.window,
            row.reported_date,
            list(Interest).index(row.interest),
            row.reliability,
            row.credibility,
        )
        for row in told
    ]
    rows = np.flatnonzero(numbers.random(len(told)) < 0.8)
    best: dict[object, int] = {}
    for position, number in enumerate(rows.tolist()):
        if stories[number] not in best or keys[number] < keys[rows[best[stories[number]]]]:
            best[stories[number]] = position
    originals = find_originals(number_stories(assertions, day), rows, place[rows])
    assert originals.tolist() == [best[stories[number]] for number in rows.tolist()]
    assert 1 < len(best) < len(rows) / 2


def test_reports_of_different_moments_are_no_copies_of_each_other():
    assertions = assert_at_places(located([said(5), said(5)]), PLACES, ACTORS, START)
    stories = number_stories(assertions, day_numbers(assertions["event_date"]))
    rows = np.array([0, 1, 0, 1])
    assert find_originals(stories, rows, np.array([0, 0, 1, 1])).tolist() == [0, 0, 2, 2]
    assert find_originals(stories, rows[:0], rows[:0]).tolist() == []
