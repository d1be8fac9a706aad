"""The same reports under several rules: the range of the count, and the places on which the rules differ."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from control_map.assessment.assertions import assert_at_places
from control_map.assessment.rule_comparison import (
    assess_under_rules,
    count_by_rule_daily,
    count_statuses_by_rule,
    disagreements,
    status_count_range,
    statuses_by_rule,
)
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import apply_rule, compare_rules
from tests.support.made_up import ACTORS, PLACES, RULES, START, day, located, said

# H1: two origins agree. H2: one independent origin, then blue's denial. V1: red's claim alone, which hardens.
REPORTS = [
    said(1, place="H1"),
    said(1, place="H1", origin="Wire"),
    said(2),
    said(4, "held", "blue", "blue", origin="Wire"),
    said(3, by="red", place="V1"),
]
STATUSES = ["red", "contested", "blue", "green", "unknown", "no_report"]
CHOSEN = [RULES[name] for name in ("assessed", "latest", "two-sources", "side:blue")]


def each(number: int, known_on: int | None = None) -> pd.DataFrame:
    assertions = assert_at_places(located(REPORTS), PLACES, ACTORS, START)
    steps = assess_under_rules(assertions, ACTORS, CHOSEN, None if known_on is None else day(known_on))
    return statuses_by_rule(steps, PLACES, day(number))


def test_each_place_has_the_status_of_each_rule_on_the_day() -> None:
    rows = each(5).set_index("place_id")[[rule.id for rule in CHOSEN]]
    assert rows.loc["H1"].tolist() == ["red", "red", "red", "no_report"]
    assert rows.loc["H2"].tolist() == ["red", "blue", "unknown", "blue"]
    assert rows.loc["V1"].tolist() == ["red", "red", "unknown", "no_report"]
    assert rows.loc["C-H"].tolist() == ["no_report"] * 4


def test_before_anything_is_reported_every_rule_is_silent() -> None:
    assert set(each(-3)[[rule.id for rule in CHOSEN]].to_numpy().ravel()) == {"no_report"}


def test_what_was_not_published_yet_is_not_weighed() -> None:
    assert each(5, known_on=4).set_index("place_id").loc["H2", "latest"] == "red"
    assert each(5, known_on=5).set_index("place_id").loc["H2", "latest"] == "blue"


def test_the_count_is_given_for_each_rule_and_as_a_range_over_them() -> None:
    counts = count_statuses_by_rule(each(5), CHOSEN, STATUSES).set_index("rule")
    assert counts["red"].to_dict() == {"assessed": 3, "latest": 2, "two-sources": 1, "side:blue": 0}
    assert counts.sum(axis=1).eq(3).all()
    spread = status_count_range(count_statuses_by_rule(each(5), CHOSEN[:3], STATUSES)).set_index("status")
    assert spread.loc["red"].tolist() == [1, "two-sources", 3, "assessed"]
    assert spread.loc["green"].tolist()[::2] == [0, 0]


@pytest.mark.slow
@pytest.mark.parametrize("statuses", [STATUSES, STATUSES[:-1], ["blue"]])
def test_the_counts_of_all_days_are_those_of_each_day(statuses: list[str]) -> None:
    steps = assess_under_rules(assert_at_places(located(REPORTS), PLACES, ACTORS, START), ACTORS, CHOSEN)
    daily = count_by_rule_daily(steps, PLACES, CHOSEN, statuses)
    for number in range(-2, 8):
        pd.testing.assert_frame_equal(
            daily.table_on(day(number)), count_statuses_by_rule(each(number), CHOSEN, statuses)
        )


def test_the_places_on_which_the_rules_differ_are_listed_and_silence_is_no_answer() -> None:
    differing = disagreements(each(5), CHOSEN)
    assert differing["place_id"].tolist() == ["H2"]
    assert differing["answers"].tolist() == [2]


def test_the_places_with_most_answers_come_first_then_they_come_by_province_name_and_id() -> None:
    rows = [
        ("P1", "Velden", "Alpha", "red", "blue", "blue"),
        ("P3", "Harrow", "Beta", "blue", "red", "red"),
        ("P2", "Velden", "Beta", "red", "blue", "contested"),
        ("P5", "Harrow", "Alpha", "red", "no_report", "red"),
        ("P0", "Harrow", "Beta", "red", "red", "blue"),
        ("P6", "Harrow", "Alpha", "no_report", "no_report", "no_report"),
        ("P4", "Harrow", "Alpha", "no_report", "red", "blue"),
        ("P7", "Harrow", "Alpha", "no_report", "blue", "blue"),
    ]
    compared = pd.DataFrame(rows, columns=["place_id", "province", "name", *(rule.id for rule in CHOSEN[:3])])
    differing = disagreements(compared, CHOSEN[:3])
    assert differing["place_id"].to_dict() == dict(enumerate(["P2", "P4", "P0", "P3", "P1"]))
    assert differing["answers"].tolist() == [3, 2, 2, 2, 2]
    assert list(differing.columns) == [*compared.columns, "answers"]


@pytest.mark.parametrize("statuses", [STATUSES, ["blue", "no_report"], ["red"]])
def test_places_and_counts_of_each_day_are_those_of_a_walk_over_the_steps(statuses: list[str]) -> None:
    numbers, rules = np.random.default_rng(4), CHOSEN[:2]
    steps = [("C-H", 1), ("H1", -4), ("H1", 2), ("H1", 3), ("V1", 3), ("V1", 7), ("V1", 8), ("X-K", 0)]
    given = {rule.id: numbers.choice(STATUSES, len(steps)).tolist() for rule in rules}
    frame = pd.DataFrame(
        {
            "place_id": pd.Categorical([place for place, _ in steps], ["C-H", "H1", "V1", "X-K"]),
            "event_date": pd.to_datetime([day(on) for _, on in steps]).as_unit("us"),
            **{name: pd.Categorical(values, STATUSES) for name, values in given.items()},
        }
    )
    places = PLACES.iloc[::-1]
    daily = count_by_rule_daily(frame, places, rules, statuses)
    assert (daily.rules, daily.statuses) == (tuple(given), tuple(statuses))
    assert daily.counts.dtype == "int64"
    for number in range(-5, 10):
        held = {name: dict.fromkeys(places["place_id"], "no_report") for name in given}
        for row, (place, on) in enumerate(steps):
            for name, values in given.items():
                held[name][place] = values[row] if on <= number else held[name][place]
        compared = statuses_by_rule(frame, places, day(number))
        assert list(compared.columns) == ["place_id", "kind", "name", "province", *given]
        compared = compared.set_index("place_id")
        assert compared[list(given)].to_dict() == held
        assert compared["name"].to_dict() == dict(zip(places["place_id"], places["name"], strict=True))
        districts = [[[name, s] for p, s in of.items() if p in ("H1", "H2", "V1")] for name, of in held.items()]
        expected = [[sum(status == s for _, s in of) for status in statuses] for of in districts]
        assert daily.counts_on(day(number)).tolist() == expected
        table = daily.table_on(day(number))
        assert list(table.columns) == ["rule", *statuses]
        assert table.to_numpy().tolist() == [[rule.id, *row] for rule, row in zip(rules, expected, strict=True)]


def test_there_is_a_row_for_each_place_and_day_on_which_something_is_reported() -> None:
    reports = [said(1), said(1, origin="Wire", place="H1"), said(1, place="H1"), said(4), said(4, place="V1")]
    steps = assess_under_rules(assert_at_places(located(reports), PLACES, ACTORS, START), ACTORS, CHOSEN)
    rows = [(place, (on.date() - START).days) for place, on in zip(steps["place_id"], steps["event_date"], strict=True)]
    assert rows == [("H1", 1), ("H2", 1), ("H2", 4), ("V1", 4)]


def test_of_rules_that_give_the_same_count_the_first_is_named() -> None:
    counts = pd.DataFrame({"rule": ["a", "b", "c", "d"], "red": [2, 1, 1, 2], "blue": [0, 3, 3, 1]})
    rows = status_count_range(counts).to_numpy().tolist()
    assert rows == [["red", 1, "b", 2, "a"], ["blue", 0, "a", 3, "b"]]


def test_without_any_report_nothing_differs() -> None:
    steps = assess_under_rules(assert_at_places(located([]), PLACES, ACTORS, START), ACTORS, CHOSEN)
    silent = statuses_by_rule(steps, PLACES, day(3))
    assert len(silent) == len(PLACES)
    assert disagreements(silent, CHOSEN).empty


@pytest.mark.parametrize("names", [["assessed"], ["latest", "side:green"]])
def test_only_the_rules_asked_for_are_weighed(names: list[str]) -> None:
    steps = assess_under_rules(
        assert_at_places(located(REPORTS), PLACES, ACTORS, START), ACTORS, [RULES[name] for name in names]
    )
    assert list(steps.columns) == ["place_id", "event_date", *names]
    assert steps.index.tolist() == list(range(4))


@pytest.mark.slow
def test_the_range_of_the_counts_includes_the_rule_in_force_also_if_it_hears_one_side(shipped: Pack):
    date, compared = dt.date(2021, 7, 9), compare_rules(shipped)
    own = apply_rule(shipped, shipped.rule("side:taliban")).status(date)
    table, reported = compared.headline(own, own, date), compared.status_count_range(date)
    assert (table["lowest"] == table["districts"].combine(reported["lowest"], min)).all()
    assert (table["highest"] == table["districts"].combine(reported["highest"], max)).all()
    assert (table["highest"] > reported["highest"]).any()
