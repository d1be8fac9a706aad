"""What is counted by sorting is what a comparison of each pair of reports finds."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from control_map.assessment.corroboration import Findings, Relation, Votes, find_corroboration
from control_map.core.arrays import NO_CODE
from control_map.core.rules import Rule
from tests.support.made_up import RULES

NEVER_HARDENS = replace(RULES["assessed"], hardening_days=0, corroboration_days=3)
TWO_ORIGINS = replace(RULES["assessed"], minimum_origins=2, corroboration_days=2, hardening_days=4)
THREE_ORIGINS = replace(RULES["assessed"], minimum_origins=3, corroboration_days=1)
SAME_DAY = replace(RULES["assessed"], minimum_origins=2, corroboration_days=0, hardening_days=1)


def random_votes(seed: int, count: int) -> Votes:
    """Make votes on two places in some weeks, with few names, so that many of them relate to each other."""
    numbers = np.random.default_rng(seed)
    place, day = numbers.integers(0, 2, count), numbers.integers(-6, 20 if seed % 2 else 7, count)
    published = day + numbers.integers(-1, 6, count)
    order = np.lexsort((published, day, place))
    asserts, side, origin = (numbers.integers(0, most, count) for most in (2 + seed % 2, 3, 3))
    strong, changes, baseline, leaves = (numbers.random(count) < share for share in (0.4, 0.2, 0.2, 0.1))
    return Votes(
        place=place[order],
        day=day[order],
        published=published[order],
        window=np.zeros(count, dtype=np.int64),
        asserts=asserts,
        left=np.where(leaves, 1, NO_CODE),
        side=side,
        origin=origin,
        changes_hands=changes,
        baseline=baseline,
        strong=strong,
        can_be_corroborated=numbers.random(count) < 0.7,
        can_harden=numbers.random(count) < 0.7,
    )


def compare_pairs(votes: Votes, rule: Rule, horizon: np.ndarray) -> dict[str, list[object]]:
    """Find by the definitions, pair by pair, what `find_corroboration` finds; the others of a vote as lists."""
    every = range(len(votes.day))
    near, days = rule.corroboration_days, rule.hardening_days or rule.corroboration_days

    def find(separating: list[int]) -> tuple[list[int], list[list[int]]]:
        def one_story(i: int, j: int) -> bool:
            """Whether both say the same of a place, and nothing that separates them is dated between them."""
            first, last = sorted((votes.day[i], votes.day[j]))
            return (votes.place[i], votes.asserts[i]) == (votes.place[j], votes.asserts[j]) and not any(
                votes.place[k] == votes.place[i]
                and votes.asserts[k] != votes.asserts[i]
                and first < votes.day[k] <= last
                for k in separating
            )

        close = [[j for j in every if abs(votes.day[j] - votes.day[i]) <= near and one_story(i, j)] for i in every]
        origins = [len({int(votes.origin[j]) for j in close[i]}) for i in every]
        corroborators = [
            [
                j
                for j in close[i]
                if votes.strong[j] and votes.side[j] != votes.side[i] and votes.origin[j] != votes.origin[i]
            ]
            if votes.can_be_corroborated[i]
            else []
            for i in every
        ]
        return origins, corroborators

    def is_supported(i: int) -> bool:
        return rule.minimum_origins <= 1 or origins[i] >= rule.minimum_origins

    origins, corroborators = find([])
    weighty = [i for i in every if is_supported(i) and (votes.strong[i] or corroborators[i])]
    origins, _ = find(weighty)
    separating = [i for i in every if (i in weighty or votes.changes_hands[i]) and votes.left[i] == NO_CODE]
    origins_of_story, corroborators = find(separating)
    proven = [bool(votes.strong[i] or corroborators[i]) for i in every]
    contradictors = [
        [
            j
            for j in every
            if votes.place[j] == votes.place[i]
            and votes.side[j] != votes.side[i]
            and votes.asserts[j] != votes.asserts[i]
            and votes.left[j] == NO_CODE
            if (0 if proven[j] else -days) <= votes.day[j] - votes.day[i] <= days
        ]
        if not proven[i]
        else []
        for i in every
    ]
    hardened = [
        votes.can_harden[i]
        and not proven[i]
        and not contradictors[i]
        and not votes.baseline[i]
        and 0 < rule.hardening_days <= horizon[i] - max(votes.day[i], votes.published[i])
        for i in every
    ]
    return {
        "supported": [is_supported(i) for i in every],
        "repeated": [origins_of_story[i] >= 2 for i in every],
        "corroborated": [bool(others) for others in corroborators],
        "contradicted": [bool(others) for others in contradictors],
        "hardened": list(hardened),
        "corroborators": list(corroborators),
        "contradictors": list(contradictors),
    }


def others_of(relation: Relation, most: int) -> list[list[int]]:
    """List the first others of each second vote."""
    found: list[list[int]] = [[] for _ in relation.group]
    for alike, others in relation.list_first(np.arange(len(found)) % 2 == 0, most):
        for vote in alike.tolist():
            assert not found[vote]
            found[vote] = others.tolist()
    return found


@pytest.mark.parametrize("rule", [RULES["assessed"], NEVER_HARDENS, TWO_ORIGINS, THREE_ORIGINS, SAME_DAY])
def test_what_supports_and_contradicts_a_report_is_what_a_comparison_of_all_pairs_finds(rule: Rule):
    for seed, count in itertools.product(range(6), (1, 6, 40)):
        votes, horizon = random_votes(seed, count), np.full(count, 20)
        found: Findings = find_corroboration(votes, rule, horizon)
        expected = compare_pairs(votes, rule, horizon)
        for name in ("supported", "repeated", "corroborated", "contradicted", "hardened"):
            assert getattr(found, name).tolist() == expected[name], (seed, name)
        for name in ("corroborators", "contradictors"):
            relation: Relation = getattr(found, name)
            assert relation.count().tolist() == [len(others) for others in expected[name]], (seed, name)
            for most in (2, count):
                assert others_of(relation, most) == [
                    [] if number % 2 else others[:most] for number, others in enumerate(expected[name])
                ], (seed, name, most)


def test_of_no_reports_none_relate():
    nothing = random_votes(0, 0)
    found = find_corroboration(nothing, TWO_ORIGINS, np.zeros(0, dtype=np.int64))
    assert len(found.supported) == len(found.hardened) == 0
    assert others_of(found.contradictors, 5) == []
