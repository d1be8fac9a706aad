"""What changed between two dates, place by place and for each party."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from control_map.analysis.changes import DATE_COMPARISON_COLUMNS, compare_dates, count_changes
from control_map.assessment.timeline import as_of, named_statuses
from control_map.core.model import Change
from control_map.pipeline.view import View
from tests.laws.test_laws import report_sets, weigh
from tests.support.made_up import day, judge, said

STATUSES = ["red", "contested", "blue", "green", "no_report"]
BEGINNING = -45  # no made-up report of the laws is of an earlier event
NUMBERS = st.integers(-8, 45)


def between(since: int, until: int, *reports: dict[str, Any], place: str = "H2") -> tuple[str, str, str]:
    rows = compare_dates(judge(reports).timeline, day(since), day(until)).set_index("place_id").loc[place]
    return rows["before"], rows["after"], rows["change"]


@pytest.mark.slow
def test_who_holds_a_place_for_the_first_time_has_gained_it_from_whomever():
    assert between(2, 9, said(5)) == ("no_report", "red", "gained")
    assert between(2, 9, said(0, "held", "blue"), said(5)) == ("blue", "red", "gained")
    assert between(2, 9, said(0, "contested"), said(5)) == ("contested", "red", "gained")


@pytest.mark.slow
def test_a_place_whose_holder_left_for_nobody_known_is_lost_and_is_counted_as_unknown():
    left = [said(0, "held", "blue"), said(5, "withdrew", "blue")]
    assert between(2, 9, *left) == ("blue", "unknown", "lost")
    assert between(6, 9, *left) == ("unknown", "unknown", "unchanged")
    assert between(6, 19, *left, said(15, origin="Wire")) == ("unknown", "red", "gained")
    counts = count_changes(compare_dates(judge(left).timeline, day(2), day(9)), [*STATUSES, "unknown"])
    assert counts.set_index("status").loc[["unknown", "blue"], ["gained", "lost"]].to_numpy().tolist() == [
        [1, 0],
        [0, 1],
    ]


@pytest.mark.slow
def test_who_held_a_place_before_has_taken_it_back_also_if_that_was_before_the_period():
    again = [said(0, actor="red"), said(5, "retaken", "blue")]
    assert between(2, 9, said(-200, "held", "blue"), *again) == ("red", "blue", "taken_back")
    assert between(2, 9, *again) == ("red", "blue", "gained")


@pytest.mark.slow
def test_a_place_that_was_lost_and_regained_in_between_is_taken_back():
    reports = [said(0, "held", "blue"), said(4), said(6, "retaken", "blue")]
    assert between(2, 9, *reports) == ("blue", "blue", "taken_back")
    assert between(2, 5, *reports) == ("blue", "red", "gained")


@pytest.mark.parametrize(
    ("known", "later", "change"),
    [
        ([said(0, "held", "blue")], [said(0, "held", "blue"), said(1)], ("blue", "red", "gained")),
        ([said(1)], [said(0, "held", "blue"), said(4)], ("red", "red", "unchanged")),
        ([said(0)], [said(0), said(3, "withdrew", "red"), said(6)], ("red", "red", "taken_back")),
        ([said(0)], [said(0), said(1, "withdrew", "red")], ("red", "unknown", "lost")),
    ],
)
def test_a_day_can_be_compared_with_what_was_known_on_the_earlier_one(known, later, change):
    rows = compare_dates(judge(later).timeline, day(2), day(9), judge(known).timeline).set_index("place_id")
    assert tuple(rows.loc["H2", ["before", "after", "change"]]) == change


def test_a_place_held_through_a_fight_is_taken_back_after_it():
    assert between(2, 9, said(0, "held", "blue"), said(4, "contested"), said(6, "retaken", "blue"))[2] == "taken_back"


@pytest.mark.slow
def test_a_place_is_newly_contested_only_if_it_was_not_on_the_earlier_date():
    assert between(2, 9, said(0, "held", "blue"), said(5, "contested")) == ("blue", "contested", "contested")
    assert between(2, 9, said(0, "contested"), said(4), said(6, "contested")) == ("contested", "contested", "unchanged")


def test_a_place_that_no_longer_has_a_reported_holder_is_lost():
    # Red has two opponents: who takes over is not said, and a place that all have left has no holder.
    rows = compare_dates(_left_alone(), day(2), day(9)).iloc[0]
    assert (rows["before"], rows["after"], rows["change"]) == ("red", "no_report", "lost")


def _left_alone() -> Any:
    timeline = judge([said(0), said(5, "held", "blue")]).timeline
    return timeline[timeline["place_id"] == "H2"].assign(
        status=lambda rows: rows["status"].where(rows["status"] != "blue", "no_report")
    )


@pytest.mark.slow
def test_the_earlier_date_is_left_out_and_the_later_counts():
    assert between(4, 5, said(5))[2] == "gained"
    assert between(5, 9, said(5))[2] == "unchanged"


def test_a_confirmation_begins_no_new_hold():
    assert between(2, 9, said(0), said(5, origin="Wire"))[2] == "unchanged"


@pytest.mark.slow
def test_from_a_date_to_itself_or_to_an_earlier_one_nothing_changes():
    assert between(5, 5, said(5))[2] == "unchanged"
    assert between(9, 2, said(5))[2] == "unchanged"


def test_there_is_one_row_for_each_place_and_the_timeline_is_not_changed():
    timeline = judge([said(3)]).timeline
    before = timeline.copy()
    rows = compare_dates(timeline, day(1), day(5))
    assert list(rows) == DATE_COMPARISON_COLUMNS
    assert rows["place_id"].tolist() == timeline["place_id"].drop_duplicates().tolist()
    pd.testing.assert_frame_equal(pd.DataFrame(timeline), pd.DataFrame(before))


def test_the_tally_says_what_each_side_gained_took_back_and_lost():
    reports = [
        *[said(0, "held", "blue", place="H1"), said(4, place="H1"), said(6, "retaken", "blue", place="H1")],
        *[said(0, "held", "blue"), said(5)],
        *[said(0, "held", "blue", place="V1"), said(5, "contested", place="V1")],
    ]
    table = compare_dates(judge(reports).timeline, day(2), day(9))
    rows = count_changes(table[table["kind"] == "district"], STATUSES).set_index("status")
    assert rows.index.tolist() == STATUSES[:-1]
    assert rows.loc["red"].tolist() == [1, 0, 0]
    assert rows.loc["blue"].tolist() == [0, 1, 2]
    assert rows.loc["contested"].tolist() == [1, 0, 0]
    assert rows.loc["green"].tolist() == [0, 0, 0]


def expected(story: list[str], since: int, until: int) -> str:
    """Say by the written rule what became of a place; `story` has its status on each day from `BEGINNING` on."""
    rows = story[: until - BEGINNING + 1]
    before, after = story[since - BEGINNING], rows[-1]
    if after in ("unknown", "no_report"):
        return "lost" if before != after else "unchanged"
    if after == "contested":
        return "contested" if before != "contested" else "unchanged"
    begun = len(rows)
    while begun and rows[begun - 1] == after:
        begun -= 1
    if begun + BEGINNING <= since:
        return "unchanged"
    return "taken_back" if after in rows[:begun] else "gained"


@pytest.mark.parametrize("rule", ["assessed", "latest", "two-sources", "side:blue"])
@settings(max_examples=8)
@given(reports=report_sets(), dates=st.lists(st.tuples(NUMBERS, NUMBERS).map(sorted), min_size=8, max_size=8))
def test_each_change_is_the_one_that_following_the_place_day_by_day_gives(
    reports: pd.DataFrame, dates: list[list[int]], rule: str
):
    timeline = weigh(reports, rule).timeline
    stories = pd.concat(
        [named_statuses(as_of(timeline, day(number)).set_index("place_id")) for number in range(BEGINNING, 46)], axis=1
    )
    for since, until in dates:
        rows = compare_dates(timeline, day(since), day(until)).set_index("place_id")["change"].to_dict()
        assert rows == {
            place: expected(list(story), since, until) if since < until else "unchanged"
            for place, *story in stories.itertuples()
        }


@pytest.mark.slow
def test_the_report_sets_reach_every_change_that_reports_can_make():
    reached: set[str] = set()

    @settings(max_examples=12, derandomize=True, database=None)
    @given(reports=report_sets(sizes=(150,)))
    def gather(reports: pd.DataFrame) -> None:
        for since, until in ((0, 20), (10, 13), (5, 30)):
            reached.update(compare_dates(weigh(reports, "latest").timeline, day(since), day(until))["change"])

    gather()
    assert reached >= {Change.UNCHANGED, Change.GAINED, Change.TAKEN_BACK, Change.CONTESTED}


@pytest.mark.slow
def test_in_the_week_to_9_july_2021_the_government_took_qala_e_naw_back(shipped_view: View):
    rows = compare_dates(shipped_view.timeline, dt.date(2021, 7, 2), dt.date(2021, 7, 9))
    row = rows[(rows["name"] == "Qala-e-Naw") & (rows["kind"] == "district")].iloc[0]
    assert (row["before"], row["after"], row["change"]) == ("contested", "government", "taken_back")


@pytest.mark.slow
def test_on_the_shipped_pack_gains_less_losses_are_the_change_of_the_count(shipped_view: View):
    since, until = dt.date(2021, 7, 2), dt.date(2021, 8, 14)
    rows = compare_dates(shipped_view.timeline, since, until)
    then, now = (named_statuses(as_of(shipped_view.timeline, date)).value_counts() for date in (since, until))
    stayed = rows[(rows["before"] == rows["after"]) & (rows["change"] == Change.TAKEN_BACK)]["after"].value_counts()
    for row in count_changes(rows, shipped_view.pack.statuses).itertuples():
        change = now.get(row.status, 0) - then.get(row.status, 0)
        assert row.gained + row.taken_back - stayed.get(row.status, 0) - row.lost == change, row.status
