"""Thousands of reports on one place cost no more than as many on many places.

Each bound is many times what the work takes, and far below what it took while reports were compared pair by pair.
"""

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from control_map.assessment.assertions import assert_at_places
from control_map.assessment.evidence import assess
from control_map.core.errors import PackError
from control_map.core.limits import LIMITS
from control_map.core.rules import Rule
from control_map.pipeline.view import apply_rule
from tests.support.made_up import ACTORS, PLACES, RULES, START, day, judge, many, pack_of, said

MANY, SOME = 16_000, 6_000
SECONDS = 5
"""Of processor time; each step takes well under one."""
NUMBERS = np.arange(MANY)
ODD = NUMBERS % 2 == 1
ORIGINS = [f"Outlet {number}" for number in NUMBERS]
PARTIES = np.where(ODD, "red", "blue")
EACH_DAY = pd.Timestamp(START) - pd.to_timedelta(NUMBERS[::-1], "D").as_unit("us")
ONE_DAY = said(5)

SHAPES: dict[str, Callable[[], pd.DataFrame]] = {
    "claims that others support": lambda: many(
        MANY, ONE_DAY, origin=ORIGINS, claimant_side=np.where(ODD, "red", "independent")
    ),
    "claims of two sides": lambda: many(MANY, ONE_DAY, origin=ORIGINS, actor=PARTIES, claimant_side=PARTIES),
    "equally strong reports": lambda: many(MANY, ONE_DAY, origin=ORIGINS, actor=PARTIES),
    "copies": lambda: many(MANY, ONE_DAY),
    "a confirmation each day": lambda: many(MANY, ONE_DAY, origin=ORIGINS, event_date=EACH_DAY),
    "a change each day": lambda: many(MANY, ONE_DAY, actor=PARTIES, event_date=EACH_DAY),
    "claims of two sides each day": lambda: many(
        MANY, ONE_DAY, actor=PARTIES, claimant_side=PARTIES, event_date=EACH_DAY
    ),
    "a denial each day": lambda: many(
        MANY,
        ONE_DAY,
        event_date=EACH_DAY,
        claim=np.where(NUMBERS == 0, "captured", "held"),
        actor=np.where(NUMBERS == 0, "red", "blue"),
        claimant_side=np.where(NUMBERS == 0, "independent", "blue"),
    ),
    "equally strong reports, then a confirmation each day": lambda: many(
        MANY,
        ONE_DAY,
        origin=ORIGINS,
        event_date=EACH_DAY.where(NUMBERS > MANY // 2, EACH_DAY[0]),
        claim=np.where(NUMBERS > MANY // 2, "contested", "held"),
        actor=PARTIES,
    ),
}
TWO_ORIGINS = replace(RULES["assessed"], minimum_origins=2)


def seconds(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_the_time_grows_with_the_number_of_reports_on_a_place_and_not_with_its_square(shape: str):
    pack = pack_of(SHAPES[shape]())
    rule = TWO_ORIGINS if "strong" in shape else RULES["assessed"]

    def weigh_and_say_why() -> None:
        view = apply_rule(pack, rule)
        assert len(view.why_lines()) == len(view.timeline)

    assert seconds(weigh_and_say_why) < SECONDS


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "days", "actors"),
    [(RULES["assessed"], 6, ["red"] * SOME), (TWO_ORIGINS, 1, PARTIES[:SOME])],
    ids=["other days", "equally strong under two origins"],
)
def test_the_time_of_an_argument_grows_with_the_number_of_reports_too(rule: Rule, days: int, actors: list[str]):
    later = pd.Timestamp(day(5)) + pd.to_timedelta(NUMBERS[:SOME] % days, "D").as_unit("us")
    view = apply_rule(pack_of(many(SOME, ONE_DAY, origin=ORIGINS[:SOME], event_date=later, actor=actors)), rule)
    assert seconds(lambda: view.explain("H2", day(20))) < SECONDS


@pytest.mark.slow
def test_the_memory_grows_with_the_number_of_reports_on_a_place_and_not_with_its_square():
    reports = SHAPES["claims that others support"]().head(SOME)
    assertions = assert_at_places(reports, PLACES, ACTORS, START)
    tracemalloc.start()
    assess(assertions, ACTORS, RULES["assessed"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000


def test_of_many_reports_that_support_a_claim_some_are_listed_and_all_are_counted():
    sides = ["red", *["independent"] * 200]
    evidence = judge(many(201, ONE_DAY, origin=ORIGINS[:201], claimant_side=sides)).evidence.set_index("report_id")
    assert len(evidence.loc["r0", "because_of"]) == LIMITS.listed_reports
    assert evidence.loc["r0", "because_of_count"] == 200


def test_of_many_reports_that_contradict_a_claim_some_are_listed_and_all_are_counted():
    sides = ["red", *["blue"] * 200]
    rule = replace(RULES["assessed"], corroboration_days=0, hardening_days=2)
    reports = many(201, ONE_DAY, origin=ORIGINS[:201], claimant_side=sides, actor=sides)
    reports["event_date"] += pd.to_timedelta([0, *[1] * 200], "D").as_unit("us")
    evidence = judge(reports, rule).evidence.set_index("report_id")
    assert evidence.loc["r0", "reason"] == "contradicted"
    assert len(evidence.loc["r0", "because_of"]) == LIMITS.listed_reports
    assert evidence.loc["r0", "because_of_count"] == 200


def test_of_many_reports_on_which_a_status_rests_the_setting_one_is_listed_first_and_all_are_counted():
    published = [pd.Timestamp(day(9)), *[pd.Timestamp(day(8))] * 200]
    judged = judge(many(201, ONE_DAY, origin=ORIGINS[:201], reported_date=published, area_scope=""))
    row = judged.on(5)
    (setter,) = judged.evidence.loc[judged.evidence["role"] == "sets", "report_id"]
    assert (row["rests_on"][0], len(row["rests_on"]), row["rests_on_count"]) == (setter, LIMITS.listed_reports, 201)


@pytest.mark.slow
def test_reports_on_whole_areas_that_count_for_too_many_places_are_refused_before_they_are_weighed():
    count = LIMITS.area_pairs // len(PLACES) + 1
    with pytest.raises(
        PackError, match=r"column area_scope: 200,001 reports on whole .* 1,000,005 or more, and 1,000,000 can"
    ):
        judge(many(count, said(5, place="")))


def test_reports_on_a_province_count_for_the_places_in_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("control_map.assessment.assertions.LIMITS", replace(LIMITS, area_pairs=6))
    assert len(judge(many(2, said(5, place="H"))).evidence) == 6
    with pytest.raises(PackError, match="3 reports on whole provinces or countries"):
        judge(many(3, said(5, place="H")))
