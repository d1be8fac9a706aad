"""What decides between equal reports is what they say, never how they are called or in which order they come."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from tests.support.made_up import RULES, Judged, judge, located, said

Report = dict[str, Any]
TWO_ORIGINS = replace(RULES["assessed"], minimum_origins=2)
NEVER_HARDENS = replace(RULES["assessed"], hardening_days=0)


def under_other_names(reports: list[Report], rule: Any) -> Judged:
    """Judge reports under several orders of their ids, which must make no difference."""
    names = "abcdef"[: len(reports)]
    results, first = [], None
    for ids in (names, names[::-1], names[2:] + names[:2]):
        judged = judge(located([{**report, "report_id": id_} for report, id_ in zip(reports, ids, strict=True)]), rule)
        roles = judged.evidence.assign(report=judged.evidence["report_id"].map(ids.index))
        timeline = judged.timeline.drop(columns=["geometry", "rests_on"]).astype("str")
        results.append(
            (timeline.to_csv(), roles[["report", "role", "reason"]].sort_values("report").to_csv(index=False))
        )
        first = first or judged
    assert len(set(results)) == 1, "\n".join(map(str, set(results)))
    assert first
    return first


@pytest.mark.slow
def test_under_two_sources_opposed_claims_of_one_day_are_nobodys_claim_alone():
    claims = [said(5, by="red"), said(5, actor="blue", by="blue", origin="Wire")]
    shown = under_other_names(claims, "two-sources").on(6)
    assert (shown["status"], shown["claimed_by"]) == ("unknown", "")


@pytest.mark.slow
def test_of_opposed_claims_of_one_day_the_better_graded_is_shown():
    claims = [said(5, by="red", credibility=3), said(5, actor="blue", by="blue", origin="Wire")]
    assert under_other_names(claims, "two-sources").on(6)["claimed_by"] == "blue"


@pytest.mark.slow
def test_of_opposed_claims_of_one_day_the_one_published_last_is_shown():
    claims = [said(5, by="red", published=9, credibility=3), said(5, actor="blue", by="blue", origin="Wire")]
    assert under_other_names(claims, "two-sources").on(6)["claimed_by"] == "red"


@pytest.mark.slow
def test_two_claims_of_one_party_are_shown_as_its_claim():
    claims = [said(5, by="red"), said(5, "held", by="red", origin="Wire")]
    assert under_other_names(claims, NEVER_HARDENS).on(6)["claimed_by"] == "red"


@pytest.mark.slow
def test_a_claim_that_too_few_origins_share_opposes_nothing():
    reports = [
        said(2, "held", "blue", "blue", published=3, date_precision="week", origin="B"),
        said(1, "contested", "red", "red", published=3, date_precision="week", origin="B"),
        said(4, "captured", "red", "red", published=4, origin="C"),
        said(1, "captured", "blue", "green", published=3, origin="A"),
        said(8, "contested", "green", "green", published=13, date_precision="month", origin="A", reliability="F"),
    ]
    under_other_names(reports, TWO_ORIGINS)


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["assessed", NEVER_HARDENS, TWO_ORIGINS, "two-sources", "latest"])
def test_claims_and_agreement_of_one_day_are_settled_together(rule: Any):
    day_of_claims = [
        said(5, by="red"),
        said(5, "contested", "red", "red", origin="Wire"),
        said(5, actor="blue", by="blue", origin="Gazette"),
        said(5, "held", "green", "green", origin="Post"),
    ]
    under_other_names([said(-20, "held", "blue"), *day_of_claims], rule)


def test_what_the_holder_says_of_its_hold_is_one_of_the_claims_once_others_make_the_place_contested():
    claims = [said(30, actor="blue", by="blue", origin="Wire"), said(30, actor="green", by="green", origin="Post")]
    rule = replace(NEVER_HARDENS, corroboration_days=2)
    judged = judge([said(0), said(30, "held", "red", "red", origin="Red Radio"), *claims], rule)
    assert judged.status(30) == "contested"
    assert judged.did("r1") == judged.did("r2") == judged.did("r3") == ("sets", "opposed_claims")


@pytest.mark.slow
def test_of_reports_that_agree_the_better_graded_sets_the_status():
    reports = [said(3, credibility=4), said(3, origin="Wire", reliability="A"), said(3, origin="Post")]
    for order in permutations(reports):
        judged = judge(located([{**report, "report_id": f"{n}"} for n, report in enumerate(order)]))
        (setter,) = judged.evidence.loc[judged.evidence["role"] == "sets", "origin"]
        assert setter == "Wire"


@pytest.mark.slow
def test_of_equally_graded_reports_that_agree_the_independent_one_sets_the_status():
    judged = under_other_names([said(3, by="blue"), said(3, origin="Wire")], "assessed")
    assert judged.did("b") == ("sets", "independent")


@pytest.mark.slow
def test_of_the_copies_of_a_story_the_best_graded_counts():
    copies = [said(3, credibility=4), said(3, "captured"), said(3, "retaken", reliability="C")]
    assert under_other_names(copies, "assessed").on(6)["confidence"] == "medium"


@pytest.mark.slow
def test_of_the_copies_of_a_story_the_one_that_serves_its_side_least_counts():
    copies = [said(3, "contested", "blue", "blue"), said(3, "contested", "red", "blue")]
    assert under_other_names(copies, "assessed").status(6) == "contested"
