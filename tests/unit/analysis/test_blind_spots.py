"""How long a place has had no report, and when that makes it a blind spot."""

import pandas as pd
import pytest

from control_map.analysis.blind_spots import (
    BLIND_SPOT_COLUMNS,
    BLIND_SPOT_DAYS,
    count_blind_districts,
    days_silent,
    is_blind_spot,
    list_blind_spots,
)
from control_map.assessment.timeline import as_of
from control_map.core.model import DatePrecision
from tests.support.made_up import RULES, day, judge, located, said

# Reports cover H1 through its capital, V1 only before the period, X-K through its whole province; H2 by fighting last.
REPORTS = located(
    [
        said(0, "held", "blue"),
        said(4, "fighting"),
        said(2, place="C-H"),
        said(-300, place="V1"),
        said(6, place="V", area_scope="all_crossings"),
    ]
)


def on(number: int, rule: str = "assessed") -> pd.DataFrame:
    return as_of(judge(REPORTS, rule).timeline, day(number))


def silent_on(number: int, rule: str = "assessed") -> dict[str, int | None]:
    rows = on(number, rule)
    days = days_silent(rows, day(number))
    return {
        place: None if pd.isna(silent) else int(silent) for place, silent in zip(rows["place_id"], days, strict=True)
    }


def test_silence_is_counted_from_the_last_event_reported_of_the_place_its_capital_or_its_whole_area() -> None:
    assert silent_on(10) == {"H1": 8, "H2": 6, "V1": 310, "C-H": 8, "X-K": 4}


def test_on_the_day_of_an_event_a_place_is_silent_for_no_day_and_before_its_first_for_no_number_of_days() -> None:
    assert silent_on(2) == {"H1": 0, "H2": 2, "V1": 302, "C-H": 0, "X-K": None}


@pytest.mark.slow
def test_whose_word_a_rule_takes_makes_nothing_more_or_less_silent() -> None:
    rows = silent_on(10)
    assert all(silent_on(10, rule) == rows for rule in RULES)


@pytest.mark.slow
def test_a_place_is_a_blind_spot_from_the_day_after_the_last_that_is_recent_enough() -> None:
    def is_blind_on(number: int, place: str = "H2") -> bool:
        rows = on(number).set_index("place_id")
        return bool(is_blind_spot(rows, day(number), 20)[place])

    assert [is_blind_on(number) for number in (-1, 0, 4, 24, 25)] == [True, False, False, False, True]
    assert is_blind_on(5, "X-K")


def test_a_report_dated_to_a_month_leaves_no_blind_spot_within_its_month() -> None:
    assert max(precision.window_days for precision in DatePrecision) <= BLIND_SPOT_DAYS


def test_blind_spots_are_listed_with_those_never_reported_first_then_the_longest_silent() -> None:
    rows = list_blind_spots(on(5), day(5), 1)
    assert list(rows) == BLIND_SPOT_COLUMNS
    assert rows["place_id"].tolist() == ["X-K", "V1", "C-H", "H1"]
    assert rows["days_silent"].tolist()[1:] == [305, 3, 3]
    assert rows["status"].tolist() == ["no_report", "red", "red", "red"]


@pytest.mark.slow
def test_of_the_blind_spots_only_districts_are_counted_for_the_whole_map() -> None:
    assert [count_blind_districts(on(5), day(5), older_than) for older_than in (1, 3, 400)] == [2, 1, 0]


def test_without_any_report_every_place_is_a_blind_spot() -> None:
    rows = as_of(judge(REPORTS, known_on=day(-400)).timeline, day(5))
    assert is_blind_spot(rows, day(5)).all()
    assert len(list_blind_spots(rows, day(5))) == len(rows)


def test_the_rows_are_not_changed() -> None:
    rows = on(5)
    before = rows.copy()
    list_blind_spots(rows, day(5))
    pd.testing.assert_frame_equal(pd.DataFrame(rows), pd.DataFrame(before))
