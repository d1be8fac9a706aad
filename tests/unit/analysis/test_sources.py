"""What each origin reports, and how far other origins confirm it."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from control_map.analysis.sources import (
    ORIGIN_COLUMNS,
    SHARES,
    cross_check_reports,
    format_lag,
    format_origins,
    format_share,
    summarize_origins,
)
from control_map.assessment.assertions import CHANGES_OF_HANDS, assert_at_places
from control_map.assessment.evidence import known_by
from control_map.core.model import DatePrecision
from control_map.pipeline.pack import Pack
from tests.laws.test_laws import PLACES as MANY_PLACES
from tests.laws.test_laws import report_sets
from tests.support.made_up import ACTORS, PLACES, START, day, located, said

WEEK = 7


def for_all(**strategies: Any) -> Any:
    """Check a law on some sets of reports, each with many places."""
    few = settings(max_examples=max(8, settings().max_examples // 7))
    return lambda test: few(given(reports=report_sets(), **strategies)(test))


def borne(reports: pd.DataFrame) -> pd.DataFrame:
    return assert_at_places(reports, PLACES, ACTORS, START)


def appraised(*reports: dict[str, Any], days: int = WEEK, known_on: dt.date | None = None) -> pd.DataFrame:
    """Return the cross-check of the reports, by report."""
    frame = located(reports)
    return cross_check_reports(borne(frame), known_by(frame, known_on), days).set_index("report_id")


def origins(*reports: dict[str, Any], days: int = WEEK, known_on: dt.date | None = None) -> pd.DataFrame:
    return summarize_origins(appraised(*reports, days=days, known_on=known_on).reset_index()).set_index("origin")


def contradicted(*reports: dict[str, Any], **others: Any) -> list[bool]:
    return appraised(*reports, **others)["contradicted"].tolist()


def test_ten_copies_of_one_wire_story_count_once():
    copies = [said(1, origin="Wire", source_name=f"Paper {number}", published=2 + number) for number in range(10)]
    wire = origins(*copies).loc["Wire"]
    assert (wire["reports"], wire["counted"], wire["statements"]) == (10, 1, 1)
    assert wire["grades"] == "B 1"
    assert (wire["lag_days"], wire["lag_reports"]) == (1, 1)


@pytest.mark.slow
def test_a_wire_story_in_two_outlets_is_confirmed_by_a_third_origin_alone():
    wire = [said(1, origin="Wire", source_name="Gazette"), said(1, origin="Wire", source_name="Courier", published=3)]
    assert origins(*wire).loc["Wire", "confirmed"] == 0
    table = origins(*wire, said(1, origin="Daily Fen"))
    assert table["confirmed"].to_dict() == {"Wire": 1, "Daily Fen": 1}
    assert table["confirmed_share"].to_dict() == {"Wire": 1, "Daily Fen": 1}


def test_an_origin_that_says_the_same_again_on_another_day_does_not_confirm_itself():
    fen = origins(said(1), said(3)).loc["Daily Fen"]
    assert (fen["counted"], fen["statements"], fen["confirmed"]) == (2, 2, 0)


def test_copies_of_what_gives_no_place_a_status_count_once_too():
    fighting = [said(1, claim="fighting", origin="Wire", published=2 + number) for number in range(3)]
    inside = [said(5, origin="Wire", precision="inside", published=6 + number) for number in range(3)]
    counted = origins(*fighting, *inside).loc["Wire"]
    assert (counted["reports"], counted["counted"], counted["statements"]) == (6, 2, 0)


def test_a_copy_is_one_whatever_its_grade():
    copies = [said(1, reliability=letter, credibility=number) for letter, number in [("C", 3), ("E", 5), ("F", 6)]]
    assert appraised(*copies)["repeats"].tolist() == [False, True, True]


@pytest.mark.slow
def test_the_copy_that_counts_tells_a_change_of_hands_then_is_dated_best_then_was_published_first():
    held = said(1, "held", published=1)
    vague = said(1, date_precision="week", published=2)
    vaguer = said(1, date_precision="month", published=1)
    late, first = said(1, published=9), said(1, published=3)
    copies = [held, vague, vaguer, late, first]
    assert appraised(*copies)["repeats"].tolist() == [True, True, True, True, False]
    assert appraised(*copies[:3])["repeats"].tolist() == [True, False, True]
    parts = [said(1, place="H", area_scope="part", date_precision=each) for each in ("month", "week", "day")]
    assert appraised(*parts)["repeats"].tolist() == [True, True, False]


@pytest.mark.slow
def test_a_province_and_a_province_but_its_capital_are_two_stories():
    whole, rest = said(1, place="H"), said(1, place="H", area_scope="whole_but_capital")
    assert origins(whole, rest, {**whole, "published": 5}).loc["Daily Fen", ["reports", "counted"]].tolist() == [3, 2]


def test_two_parts_of_one_area_are_two_stories():
    part = {"place": "H", "area_scope": "part", "origin": "Wire"}
    texts = ["five districts", "the north", "the north"]
    assert origins(*[said(1, place_text=text, **part) for text in texts]).loc["Wire", "counted"] == 2


def test_reports_of_two_sides_in_one_origin_are_no_copies():
    assert origins(said(1, by="red"), said(1, by="blue")).loc["Daily Fen", "counted"] == 2


@pytest.mark.parametrize(("apart", "expected"), [(7, 1), (8, 0), (-7, 1), (-8, 0)])
def test_a_statement_is_confirmed_within_the_window_on_either_side(apart: int, expected: int):
    table = origins(said(10), said(10 + apart, "held", origin="Wire"))
    assert table["confirmed"].tolist() == [expected, expected]


@pytest.mark.slow
def test_the_window_is_the_one_that_is_given():
    pair = said(10), said(14, origin="Wire")
    assert origins(*pair, days=4)["confirmed"].sum() == 2
    assert origins(*pair, days=3)["confirmed"].sum() == 0


def test_a_report_on_another_place_confirms_nothing():
    assert origins(said(1), said(1, place="V1", origin="Wire"))["confirmed"].sum() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (said(1), said(1, actor="blue"), True),
        (said(1), said(1, "held", "blue"), True),
        (said(1, "held"), said(1, "held", "blue"), True),
        (said(1, "held"), said(1, "contested"), True),
        (said(1), said(2, actor="blue"), False),
        (said(1), said(1, "held"), False),
        (said(1), said(1, "contested"), False),
        (said(1), said(1, "retaken", "blue"), False),
        (said(1, "handed_over"), said(1, "withdrew", "blue"), False),
        (said(1), said(1, "fighting", "blue"), False),
        (said(1), said(1, actor="blue", place="H1"), False),
        (said(1), said(1, actor="blue", precision="inside"), False),
    ],
    ids=lambda value: value if isinstance(value, bool) else f"{value['actor']} {value['claim']}",
)
def test_statements_on_one_day_are_contradicted_if_they_can_hardly_both_be_true(
    one: dict[str, Any], other: dict[str, Any], expected: bool
):
    assert contradicted(one, {**other, "origin": "Wire"}) == [expected, expected]
    assert contradicted(one, other) == [False, False]  # an origin does not contradict itself


def test_a_place_that_changes_hands_twice_in_a_week_contradicts_no_origin():
    story = [
        said(1),
        said(3, "retaken", "blue", origin="Wire"),
        said(4, "held", "blue", "blue", origin="Courier"),
        said(6, origin="Gazette"),
    ]
    assert contradicted(*story) == [False] * 4


@pytest.mark.parametrize(("later", "expected"), [(1, True), (7, True), (8, False), (-1, False)])
def test_a_denial_within_the_window_contradicts_the_loss_and_is_contradicted_by_it(later: int, expected: bool):
    denial = said(10 + later, "held", "blue", "blue", origin="Wire")
    assert contradicted(said(10), denial) == [expected, expected]


@pytest.mark.slow
def test_a_party_that_says_it_is_still_attacked_denies_its_loss_and_one_that_attacks_does_not():
    assert contradicted(said(1), said(2, "contested", "red", "blue", origin="Wire")) == [True, True]
    assert contradicted(said(1), said(2, "contested", "blue", "blue", origin="Wire")) == [False, False]


def test_only_the_party_itself_denies_its_loss():
    assert contradicted(said(1), said(2, "held", "blue", origin="Wire")) == [False, False]


@pytest.mark.slow
def test_what_is_dated_to_a_month_is_not_contradicted_by_a_change_within_it():
    month = said(20, "held", "blue", date_precision="month")
    assert contradicted(month, said(10, origin="Wire")) == [False, False]
    assert contradicted(month, said(10, "held", origin="Wire"), said(8, origin="Courier")) == [False] * 3


@pytest.mark.slow
def test_two_who_name_different_holders_for_one_month_without_any_change_contradict_each_other():
    month = said(20, "held", "blue", date_precision="month")
    assert contradicted(month, said(18, "held", date_precision="week", origin="Wire")) == [True, True]
    assert contradicted(month, said(10, "held", origin="Wire")) == [True, True]
    assert contradicted(month, said(21, "held", origin="Wire")) == [False, False]


@pytest.mark.slow
def test_a_report_on_an_area_counts_once_and_by_most_of_its_places():
    area = said(1, place="H", origin="Wire")
    places = ["H1", "H2", "C-H"]

    def wire(actor: str, number: int) -> pd.Series:
        return origins(area, *[said(1, actor=actor, place=place) for place in places[:number]]).loc["Wire"]

    assert wire("red", 1)[["reports", "statements", "places"]].tolist() == [1, 1, 0]
    assert [wire("red", number)["confirmed"] for number in (1, 2, 3)] == [0, 1, 1]
    assert [wire("blue", number)["contradicted"] for number in (1, 2, 3)] == [0, 1, 1]


def test_a_report_on_a_capital_says_nothing_of_the_district_around():
    table = origins(said(1, place="C-H"), said(1, "held", "blue", place="H1", origin="Wire"))
    assert table[["contradicted", "confirmed"]].to_numpy().sum() == 0
    assert table["statements"].tolist() == [1, 1]


def test_the_lag_is_the_median_over_what_is_dated_to_the_day_and_can_be_negative():
    table = origins(
        said(1, published=2),
        said(5, published=8),
        said(9, published=7),
        said(20, published=50, date_precision="week"),
        said(9, origin="Wire", published=7),
        said(9, origin="Wire", published=8, place="H1"),
        said(9, origin="Courier", date_precision="month"),
    )
    assert table["lag_days"].round(2).fillna(-99).to_dict() == {"Daily Fen": 1, "Wire": -1.5, "Courier": -99}
    assert table["lag_reports"].to_dict() == {"Daily Fen": 3, "Wire": 2, "Courier": 0}


def test_shares_are_of_the_statements_and_tell_in_whose_interest_they_are():
    fen = origins(
        said(1, by="red"),
        said(11, by="red"),
        said(21, by="blue"),
        said(31),
        said(1, "fighting", by="red"),
        said(1, by="red", place="H", area_scope="part"),
    ).loc["Daily Fen"]
    assert fen[["reports", "counted", "statements"]].tolist() == [6, 6, 4]
    assert fen[["self_serving", "self_serving_share"]].tolist() == [2, 0.5]
    assert fen[["against_interest", "against_interest_share"]].tolist() == [1, 0.25]


def test_grades_are_counted_and_not_averaged():
    fen = origins(*[said(day, reliability=letter) for day, letter in enumerate("BFABDB")]).loc["Daily Fen"]
    assert fen["grades"] == "A 1 \u00b7 B 3 \u00b7 D 1 \u00b7 F 1"


def test_places_and_the_time_of_publication_are_given():
    fen = origins(
        said(1), said(9, published=30), said(5, place="C-H"), said(2, precision="inside", place="X-K", published=1)
    ).loc["Daily Fen"]
    assert fen["places"] == 3
    assert (fen["first_published"], fen["last_published"]) == (pd.Timestamp(day(1)), pd.Timestamp(day(30)))


def test_without_statements_a_share_is_unknown_and_shown_as_a_dash():
    table = origins(said(1, "fighting", date_precision="week"))
    assert table[[f"{name}_share" for name in SHARES]].isna().all(axis=None)
    words = format_origins(table)
    assert words.loc["Daily Fen", [*SHARES, "lag_days"]].tolist() == ["\u2013"] * 5


@pytest.mark.parametrize(
    ("number", "of", "words"),
    [
        (0, 0, "\u2013"),
        (0, 1, "0 of 1"),
        (2, 3, "2 of 3"),
        (4, 4, "4 of 4"),
        (2, 5, "40%"),
        (0, 5, "0%"),
        (5, 5, "100%"),
        (1, 500, "<1%"),
        (499, 500, ">99%"),
    ],
)
def test_small_numbers_do_not_look_like_rates(number: int, of: int, words: str):
    assert format_share(number, of) == words


def test_a_lag_says_of_how_many_reports():
    assert [format_lag(1.5, 2), format_lag(-3.0, 7)] == ["1.5 (n 2)", "\u22123 (n 7)"]


@pytest.mark.slow
def test_only_what_was_published_by_the_day_is_known():
    reports = said(1, published=2), said(1, origin="Wire", published=9)
    assert origins(*reports)["confirmed"].to_dict() == {"Daily Fen": 1, "Wire": 1}
    assert origins(*reports, known_on=day(8))["confirmed"].to_dict() == {"Daily Fen": 0}


def test_without_reports_there_are_no_origins():
    reports = located([said(9)])
    nothing = summarize_origins(cross_check_reports(borne(reports), known_by(reports, day(3)), WEEK))
    assert nothing.empty
    assert list(nothing.columns) == ORIGIN_COLUMNS


def test_what_is_given_is_not_changed():
    reports = located([said(1), said(1, actor="blue", origin="Wire")])
    assertions = borne(reports)
    before = reports.copy(deep=True), assertions.copy(deep=True)
    cross_check_reports(assertions, reports, WEEK)
    pd.testing.assert_frame_equal(reports, before[0])
    pd.testing.assert_frame_equal(assertions, before[1])


PARTIES = {actor.id for actor in ACTORS}


def _denies(denial: Any, loss: Any, changes: list[Any], days: int) -> bool:
    side = denial.claimant_side
    holds = denial.claim == "held" and denial.asserts == side
    attacked = denial.claim == "contested" and denial.actor != side
    returned = any(
        back.asserts == side and back.first <= denial.last and back.last >= loss.first
        for back in changes
        if back.place_id == loss.place_id
    )
    return (
        side in PARTIES
        and (holds or attacked)
        and (loss.asserts == f"not {side}" or loss.asserts in PARTIES - {side})
        and 1 <= denial.first - loss.last <= days
        and not returned
    )


def _contradict(one: Any, other: Any, changes: list[Any], days: int) -> bool:
    """Say whether two statements contradict each other by the written definition."""
    if one.place_id != other.place_id or one.asserts == other.asserts or one.origin == other.origin:
        return False
    pair = one, other
    if all(each.first == each.last for each in pair):
        captured = all(each.claim in ("captured", "handed_over") for each in pair)
        gone = [each for each in pair if each.claim == "withdrew"]
        held = [each for each in pair if each.claim == "held"]
        of_one = not gone or (len(gone) == len(held) == 1 and gone[0].asserts == f"not {held[0].asserts}")
        if one.last == other.last and of_one and (captured or held):
            return True
    elif all(each.claim == "held" for each in pair):
        explained = any(
            change.place_id == each.place_id and change.first <= each.last and change.last >= each.first
            for each in pair
            for change in changes
        )
        if one.first <= other.last and other.first <= one.last and not explained:
            return True
    return _denies(one, other, changes, days) or _denies(other, one, changes, days)


def _borne(reports: pd.DataFrame) -> pd.DataFrame:
    return assert_at_places(reports, MANY_PLACES, ACTORS, START)


@for_all(days=st.sampled_from((1, 3, WEEK, 12)))
def test_counting_by_place_and_day_finds_what_comparing_pair_by_pair_finds(reports: pd.DataFrame, days: int):
    assertions = _borne(reports)
    found = cross_check_reports(assertions, reports, days).set_index("report_id")
    rows = (
        assertions[
            assertions["via"].isin(["own", "area"])
            & (assertions["asserts"] != "")
            & ~assertions["report_id"].map(found["repeats"])
        ]
        .astype({"place_id": "str", "asserts": "str"})[["place_id", "report_id", "asserts"]]
        .merge(reports.drop(columns="place_id"), on="report_id")
    )
    rows["asserts"] = rows["asserts"].where(rows["claim"] != "withdrew", "not " + rows["actor"])
    last = (rows["event_date"] - pd.Timestamp(0)).dt.days
    windows = [DatePrecision(precision).window_days for precision in rows["date_precision"]]
    stated = list(rows.assign(last=last, first=last - windows).itertuples())
    changes = [each for each in stated if each.claim in CHANGES_OF_HANDS]
    confirms, denies = {}, {}
    for one in stated:
        others = [each for each in stated if each.place_id == one.place_id and each.origin != one.origin]
        agreeing = any(each.asserts == one.asserts and abs(each.last - one.last) <= days for each in others)
        confirms.setdefault(one.report_id, []).append(agreeing)
        denies.setdefault(one.report_id, []).append(any(_contradict(one, each, changes, days) for each in others))
    for report in found.itertuples():
        assert report.states == (report.Index in confirms)
        for table, by_hand in ((report.confirmed, confirms), (report.contradicted, denies)):
            places = by_hand.get(report.Index, [False])
            assert table == (sum(places) > len(places) / 2), report


def _table(reports: pd.DataFrame) -> pd.DataFrame:
    return summarize_origins(cross_check_reports(_borne(reports), reports, WEEK))


@for_all(on=st.integers(0, 30))
def test_assertions_of_unknown_reports_change_nothing(reports: pd.DataFrame, on: int):
    known = known_by(reports, day(on))
    expected = cross_check_reports(_borne(known), known, WEEK)
    pd.testing.assert_frame_equal(cross_check_reports(_borne(reports), known, WEEK), expected)


@for_all(seed=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_origin(reports: pd.DataFrame, seed: Any):
    order = list(range(len(reports)))
    seed.shuffle(order)
    pd.testing.assert_frame_equal(_table(reports), _table(reports.iloc[order]))


@for_all()
def test_each_report_is_in_the_count_of_one_origin(reports: pd.DataFrame):
    table = _table(reports).set_index("origin")
    assert table["reports"].to_dict() == reports["origin"].value_counts().to_dict()
    assert (table["reports"] >= table["counted"]).all()
    assert (table["counted"] >= table["statements"]).all()
    assert (table["counted"] >= 1).all()
    for name in SHARES:
        assert table[name].between(0, table["statements"]).all()
        assert table[f"{name}_share"].isna().tolist() == (table["statements"] == 0).tolist()


@for_all(choice=st.integers(0, 1000), sorts_first=st.booleans())
def test_a_duplicate_of_a_report_changes_nothing_but_the_reports_filed(
    reports: pd.DataFrame, choice: int, sorts_first: bool
):
    twice = reports.iloc[[choice % len(reports)]].assign(report_id="a copy" if sorts_first else "the copy")
    one = _table(reports).set_index("origin")
    other = _table(pd.concat([reports, twice], ignore_index=True)).set_index("origin").loc[one.index]
    assert other["reports"].sum() == one["reports"].sum() + 1
    pd.testing.assert_frame_equal(other.drop(columns="reports"), one.drop(columns="reports"))


@pytest.mark.slow
def test_a_hundred_thousand_reports_on_one_place_are_not_compared_pair_by_pair():
    number = 100_000
    few = located([said(0, "held", origin="Daily Fen"), said(0, "held", "blue", "blue", origin="Wire")])
    ids = [f"r{each}" for each in range(number)]
    # With an origin of its own, none is a copy of another.
    reports = few.loc[[0, 1] * (number // 2)].assign(report_id=ids, origin=ids)
    found = cross_check_reports(borne(reports), reports, WEEK)
    assert found["contradicted"].all()
    assert found["confirmed"].all()


def test_the_shipped_origins_are_those_of_the_placed_reports(shipped: Pack):
    table = summarize_origins(cross_check_reports(shipped.assertions, shipped.located, WEEK)).set_index("origin")
    assert table["reports"].to_dict() == shipped.located["origin"].value_counts().to_dict()
    xinhua = shipped.located[shipped.located["origin"] == "Xinhua"]
    dated = xinhua[xinhua["date_precision"] == "day"]
    rows = table.loc["Xinhua"]
    assert rows[["counted", "lag_reports", "places"]].tolist() == [
        len(xinhua),
        len(dated),
        xinhua.loc[~xinhua["place_kind"].isin(["province", "country"]), "place_id"].nunique(),
    ]
    assert rows["lag_days"] == (dated["reported_date"] - dated["event_date"]).dt.days.median()
    counts = xinhua["reliability"].value_counts()
    assert rows["grades"] == f"B {counts['B']} \u00b7 C {counts['C']}"


def test_in_the_shipped_pack_a_denial_is_a_contradiction_and_a_district_retaken_on_the_day_is_none(shipped: Pack):
    found = cross_check_reports(shipped.assertions, shipped.located, WEEK)
    at_islam_qala = found[(found["place_id"] == "AF-X-islam-qala") & (found["event_date"] == "2021-07-08")]
    denial = at_islam_qala[(at_islam_qala["claim"] == "held") & (at_islam_qala["claimant_side"] == "government")]
    assert denial["contradicted"].all()
    captured = at_islam_qala[(at_islam_qala["claim"] == "captured") & at_islam_qala["states"]]
    assert captured.loc[captured["origin"] != denial["origin"].iloc[0], "contradicted"].all()
    balkh = found[(found["place_id"] == "AF2106") & (found["event_date"] == "2021-06-21") & found["states"]]
    assert {"captured", "retaken"} <= set(balkh["claim"])
    assert len(set(balkh["origin"])) > 1
    assert not balkh["contradicted"].any()
