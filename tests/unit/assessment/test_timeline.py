"""Evidence becomes intervals, and the timeline answers for any day."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from control_map.assessment.timeline import as_of, changes_between, drawn_statuses, status_histories
from tests.support.made_up import PLACES, RULES, day, judge, said, status_history

# H2: blue from day 0, red from day 5 (denied on day 7), blue again from day 20.
WAR = judge(
    [
        said(0, "held", "blue"),
        said(5),
        said(7, "held", "blue", "blue", origin="Wire"),
        said(20, "retaken", "blue", origin="Gazette"),
        said(5, place="X-K"),
        said(-9, place="V1"),
    ]
)


def test_on_every_day_each_place_has_one_row() -> None:
    for number in range(-40, 40):
        rows = as_of(WAR.timeline, day(number))
        assert sorted(rows["place_id"]) == sorted(PLACES["place_id"])


def test_a_status_holds_from_its_day_until_the_day_before_the_next() -> None:
    rows = [(number, WAR.status(number)) for number in (-1, 0, 4, 5, 19, 20, 500)]
    assert rows == [(-1, "no_report"), (0, "blue"), (4, "blue"), (5, "red"), (19, "red"), (20, "blue"), (500, "blue")]


def test_since_is_the_day_of_the_status_and_last_reported_that_of_the_last_event() -> None:
    row = WAR.on(8)
    assert (row["since"].date(), row["last_reported"].date(), row["reports"]) == (day(5), day(7), 3)
    assert row["rests_on"] == ("r1",)


def test_a_dispute_lasts_as_long_as_the_status() -> None:
    assert [bool(WAR.on(number)["disputed"]) for number in (6, 7, 19, 20)] == [False, True, True, False]


def test_a_place_without_reports_has_one_interval_without_end() -> None:
    rows = WAR.timeline[WAR.timeline["place_id"] == "H1"]
    assert rows["status"].tolist() == ["no_report"]
    assert rows[["valid_from", "valid_to", "since", "last_reported"]].isna().all(axis=None)


def test_the_timeline_keeps_geometry_and_reference_system() -> None:
    assert WAR.timeline.crs == PLACES.crs
    assert (
        as_of(WAR.timeline, day(3))
        .set_index("place_id")
        .geometry["X-K"]
        .equals(PLACES.set_index("place_id").geometry["X-K"])
    )


def test_the_timeline_keeps_what_is_known_of_a_place() -> None:
    known = ["place_id", "kind", "name", "province_id", "province"]
    assert as_of(WAR.timeline, day(3))[known].to_numpy().tolist() == PLACES[known].to_numpy().tolist()


def test_history_tells_each_status_once_with_the_day_after_its_last() -> None:
    rows = status_history(WAR.timeline, "H2")
    assert rows["status"].tolist() == ["no_report", "blue", "red", "blue"]
    assert rows["since"].tolist()[1:] == [pd.Timestamp(day(number)) for number in (0, 5, 20)]
    assert rows["until"].tolist()[:-1] == rows["since"].tolist()[1:]
    assert pd.isna(rows["until"].iloc[-1])
    assert rows["disputed"].tolist() == [False, False, True, False]


def test_history_begins_before_all_reports_and_goes_over_those_that_name_no_holder() -> None:
    judged = judge([said(2, "fighting", "blue"), said(9)])
    rows = status_history(judged.timeline, "H2")
    assert rows["status"].tolist() == ["no_report", "unknown", "red"]
    assert pd.isna(rows["since"].iloc[0])
    assert rows["until"].tolist()[:2] == rows["since"].tolist()[1:] == [pd.Timestamp(day(2)), pd.Timestamp(day(9))]
    assert pd.isna(judged.on(2, "H2")["since"])
    assert judged.on(2, "H2")["basis"] == judged.on(2, "H2")["confidence"] == ""


def test_the_first_report_that_names_no_holder_is_no_change() -> None:
    timeline = judge([said(2, "fighting", "blue"), said(9)]).timeline
    rows = changes_between(timeline, day(0), day(20))
    assert rows[["date", "before", "status"]].to_numpy().tolist() == [[pd.Timestamp(day(9)), "unknown", "red"]]


def test_a_report_on_the_area_or_on_a_part_alone_leaves_a_place_without_a_report() -> None:
    judged = judge([said(2, "fighting", place="H", area_scope="whole"), said(3, precision="inside", place="H2")])
    assert judged.status(5, "H1") == judged.status(5, "H2") == "no_report"


def test_the_histories_of_all_places_are_those_of_each() -> None:
    histories = status_histories(WAR.timeline)
    assert histories["place_id"].drop_duplicates().tolist() == PLACES["place_id"].tolist()
    for place_id, rows in histories.groupby("place_id"):
        pd.testing.assert_frame_equal(rows.reset_index(drop=True), status_history(WAR.timeline, str(place_id)))


def test_history_of_an_unknown_place_is_empty() -> None:
    assert len(status_history(WAR.timeline, "Z9")) == 0


def test_changes_are_those_after_the_first_day_up_to_the_second() -> None:
    rows = changes_between(WAR.timeline, day(0), day(5))
    assert rows[["date", "place_id", "before", "status"]].to_numpy().tolist() == [
        [pd.Timestamp(day(5)), "H2", "blue", "red"],
        [pd.Timestamp(day(5)), "X-K", "no_report", "red"],
    ]
    assert rows["rests_on"].tolist() == [("r1",), ("r4",)]


def test_changes_come_by_date_then_place_and_say_what_and_where_they_are() -> None:
    rows = changes_between(WAR.timeline, day(-1), day(30))
    assert rows["date"].tolist() == [pd.Timestamp(day(number)) for number in (0, 5, 5, 20)]
    assert rows["place_id"].tolist() == ["H2", "H2", "X-K", "H2"]
    assert rows.index.tolist() == [0, 1, 2, 3]
    assert rows.loc[2, ["kind", "name", "province", "basis"]].tolist() == ["crossing", "Kestrel Gate", "Velden", "own"]
    of_one_day = changes_between(judge([said(5, place="C-H"), said(5, place="V1")]).timeline, day(4), day(5))
    assert of_one_day["place_id"].tolist() == ["C-H", "H1", "V1"]


def test_a_dispute_alone_is_no_change_of_status() -> None:
    assert len(changes_between(WAR.timeline, day(5), day(19))) == 0


def test_from_the_baseline_to_the_end_changes_lead_from_one_map_to_the_other() -> None:
    early, late = as_of(WAR.timeline, day(-5)), as_of(WAR.timeline, day(30))
    shown = dict(zip(early["place_id"], early["status"], strict=True))
    for change in changes_between(WAR.timeline, day(-5), day(30)).itertuples():
        assert shown[change.place_id] == change.before
        shown[change.place_id] = change.status
    assert shown == dict(zip(late["place_id"], late["status"], strict=True))


def test_a_claim_over_a_status_is_shown_until_the_status_changes() -> None:
    counter = said(11, "held", "blue", "blue", origin="Gazette")
    judged = judge([said(0, "held", "blue"), said(10, by="red", origin="Wire"), counter, said(30)])
    assert [judged.on(number)["claimed_by"] for number in (9, 10, 29, 30)] == ["", "red", "red", ""]
    assert [judged.status(number) for number in (10, 29, 30)] == ["blue", "blue", "red"]


def test_a_withdrawal_that_names_no_winner_leaves_the_claim_that_is_shown() -> None:
    rule = replace(RULES["assessed"], hardening_days=0, corroboration_days=3)
    claim = said(5, "captured", "blue", "blue", origin="Wire")
    judged = judge([said(0), claim, said(15, "withdrew", "red", "green", origin="Gazette")], rule)
    assert judged.did("r2")[0] == "pending"
    assert [judged.on(number)["claimed_by"] for number in (4, 5, 15)] == ["", "blue", "blue"]


def test_a_claim_on_a_place_without_a_status_is_shown_until_a_status_is_set() -> None:
    judged = judge([said(0, by="red"), said(20, "held", "blue", origin="Wire")], known_on=day(6))
    assert [judged.on(number)["claimed_by"] for number in (-1, 0, 6)] == ["", "red", "red"]
    assert judged.status(6) == "unknown"


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([said(3)], "medium"),
        ([said(3), said(3, origin="Wire")], "high"),
        ([said(3, reliability="C"), said(3, origin="Wire", credibility=3)], "medium"),
        ([said(3, reliability="C", credibility=3)], "low"),
        ([said(3, reliability="F", credibility=6)], "low"),
        ([said(3), said(3, published=6)], "medium"),
        ([said(3), said(5)], "medium"),
        ([said(3), said(4, "held", "blue", "blue", origin="Wire")], "low"),
        ([said(3, place="H"), said(3, place="H", origin="Wire")], "medium"),
        ([said(-9), said(-9, origin="Wire")], "medium"),
        ([said(3), said(3, actor="blue", origin="Wire")], "medium"),
    ],
)
def test_confidence_grows_with_origins_and_grades_and_falls_with_doubt(
    reports: list[dict[str, object]], expected: str
) -> None:
    assert judge(reports).on(5)["confidence"] == expected


def test_a_days_own_report_makes_an_area_status_rest_on_the_place() -> None:
    judged = judge([said(3, place="H"), said(5, origin="Wire")])
    assert [judged.on(number)["basis"] for number in (3, 5)] == ["area", "own"]


def test_a_date_before_all_reports_is_answered_with_no_report() -> None:
    assert set(as_of(WAR.timeline, dt.date(1990, 1, 1))["status"]) == {"no_report"}


def test_a_capital_without_a_report_is_drawn_as_its_district_and_one_with_a_report_as_it_is() -> None:
    reports = [said(2, place="H1", by="blue"), said(5, "fighting", "blue", place="C-H")]
    timeline = judge(reports).timeline
    silent = drawn_statuses(as_of(timeline, day(3)), PLACES).set_index("place_id").loc["C-H"]
    assert (silent["status"], silent["basis"]) == ("red", "area")
    assert judge(reports).status(3, "C-H") == "no_report"
    reported = drawn_statuses(as_of(timeline, day(5)), PLACES).set_index("place_id").loc["C-H"]
    assert (reported["status"], reported["basis"]) == ("unknown", "")
