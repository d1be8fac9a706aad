"""The table of the provinces: the sums for each and for all of them, their past, and the rows within one."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.analysis.blind_spots import count_blind_districts
from control_map.analysis.summary import (
    ALL_PROVINCES,
    add_part_reports,
    count_by_status,
    headline,
    part_reports,
    rows_in_province,
    summarize_provinces,
)
from control_map.analysis.trend import count_provinces_over_time
from control_map.assessment.timeline import as_of
from control_map.pipeline.view import View
from tests.support.made_up import END, PLACES, START, day, judge, said

STATUSES = ["red", "contested", "blue", "green", "unknown", "no_report"]
WAR = judge(
    [
        said(0, "held", "blue"),
        said(2, place="H", area_scope="part", summary="Most of Harrow"),
        said(5),
        said(6, place="X-K"),
        said(7, place="H", area_scope="part", summary="", place_text="Harrow (two districts)"),
        said(9, place="", area_scope="part", summary="Half of the country"),
    ]
)


def table_on(number: int, **more: Any) -> pd.DataFrame:
    now, before = as_of(WAR.timeline, day(number)), as_of(WAR.timeline, day(number - 3))
    rows = part_reports(WAR.reports, day(number))
    table = summarize_provinces(now, before, PLACES, STATUSES, day(number), **more)
    return add_part_reports(table, rows).set_index("province_id")


def test_a_province_counts_the_reports_on_a_part_of_it_and_has_the_words_of_the_newest() -> None:
    harrow = table_on(6).loc["H"]
    assert (harrow["part_reports"], harrow["part_told"]) == (1, "Most of Harrow")
    assert harrow["part_reported"] == pd.Timestamp(day(2))


def test_a_report_without_a_summary_is_named_by_its_area() -> None:
    assert table_on(8).loc["H", ["part_reports", "part_told"]].tolist() == [2, "Harrow (two districts)"]


def test_a_province_of_whose_parts_nothing_is_said_has_no_words() -> None:
    velden = table_on(9).loc["V"]
    assert velden["part_reports"] == 0
    assert pd.isna(velden["part_told"])
    assert pd.isna(velden["part_reported"])


def test_the_crossings_of_a_province_are_counted_by_who_holds_them() -> None:
    held = [f"{status}_crossings" for status in STATUSES]
    assert table_on(5).loc["V", held].tolist() == [0, 0, 0, 0, 0, 1]
    assert table_on(6).loc["V", held].tolist() == [1, 0, 0, 0, 0, 0]
    assert table_on(6).loc["H", held].tolist() == [0] * 6


def test_the_whole_comes_first_and_changes_no_other_row() -> None:
    both, alone = table_on(9, whole=True), table_on(9)
    assert both.index.tolist() == [ALL_PROVINCES, "H", "V"]
    pd.testing.assert_frame_equal(both.iloc[1:], alone)


def test_the_whole_also_counts_reports_on_a_part_of_the_country() -> None:
    assert table_on(9, whole=True).loc[ALL_PROVINCES, ["part_reports", "part_told"]].tolist() == [
        3,
        "Half of the country",
    ]


@pytest.mark.parametrize("date", [dt.date(2021, 5, 1), dt.date(2021, 7, 9), dt.date(2021, 9, 6)])
def test_the_whole_is_the_sum_of_the_provinces(date: dt.date, shipped_view: View) -> None:
    pack = shipped_view.pack
    now, before = as_of(shipped_view.timeline, date), as_of(shipped_view.timeline, date - dt.timedelta(days=7))
    table = part_reports(shipped_view.located, date)
    rows = summarize_provinces(now, before, pack.theatre.places, pack.statuses, date, whole=True)
    rows = add_part_reports(rows, table)
    whole, each = rows.iloc[0], rows.iloc[1:]
    counts = ["districts", "crossings", "stale", "blind_spots", *pack.statuses]
    counts += [f"{status}_{what}" for status in pack.statuses for what in ("change", "crossings")]
    assert whole[counts].astype(int).to_dict() == each[counts].sum().to_dict()
    assert whole["last_reported"] == each["last_reported"].max()
    assert whole["blind_spots"] == count_blind_districts(now, date)
    assert whole[pack.statuses].tolist() == headline(now, before, pack.statuses)["districts"].tolist()
    assert whole["part_reports"] == len(table)
    areas = pack.theatre.places.groupby("province_id")["area_km2"].sum()
    weights = areas.reindex(each["province_id"]).to_numpy() / areas.sum()
    for status in pack.statuses:
        assert whole[f"{status}_area_share"] == pytest.approx((each[f"{status}_area_share"] * weights).sum(), abs=1e-3)


def test_the_columns_of_the_summary_are_there_as_they_are() -> None:
    now, before = as_of(WAR.timeline, day(6)), as_of(WAR.timeline, day(3))
    plain = summarize_provinces(now, before, PLACES, STATUSES, day(6)).set_index("province_id")
    pd.testing.assert_frame_equal(table_on(6)[plain.columns.tolist()], plain)


def counted(past: pd.DataFrame, province_id: str, date: dt.date) -> dict[str, int]:
    """Return a province's counts on a day from its past."""
    begun = past[(past["province_id"] == province_id) & (past["date"] <= pd.Timestamp(date))]
    return begun[STATUSES].iloc[-1].to_dict()


@given(
    st.lists(
        st.builds(
            said,
            st.integers(-5, 70),
            st.sampled_from(["captured", "held", "contested", "withdrew"]),
            st.sampled_from(["red", "blue", "green"]),
            place=st.sampled_from(["H1", "H2", "V1", "H", "V"]),
        ),
        min_size=1,
        max_size=12,
    ),
    st.integers(0, (END - START).days),
)
def test_the_past_of_a_province_is_on_each_day_what_the_timeline_says(reports: list[Any], number: int) -> None:
    timeline = judge(reports).timeline
    rows, now = count_provinces_over_time(timeline, STATUSES, START, END), as_of(timeline, day(number))
    assert counted(rows, ALL_PROVINCES, day(number)) == count_by_status(now, STATUSES)
    for province_id in ("H", "V"):
        assert counted(rows, province_id, day(number)) == count_by_status(
            rows_in_province(now, PLACES, province_id), STATUSES
        )


def test_the_past_has_a_row_only_for_days_on_which_a_count_changes(shipped_view: View) -> None:
    pack = shipped_view.pack
    rows = count_provinces_over_time(
        shipped_view.timeline, pack.statuses, pack.theatre.period_start, pack.theatre.period_end
    )
    for _, own in rows.groupby("province_id"):
        assert own["date"].iloc[0] == pd.Timestamp(pack.theatre.period_start)
        assert own["date"].is_monotonic_increasing
        assert (own[pack.statuses].diff().iloc[1:] != 0).any(axis="columns").all()
        assert len(set(own[pack.statuses].sum(axis="columns"))) == 1
    assert set(rows["province_id"]) == {ALL_PROVINCES, *pack.theatre.places["province_id"]}
    assert rows["date"].max() <= pd.Timestamp(pack.theatre.period_end)


def test_a_province_has_the_rows_on_its_places_and_on_itself() -> None:
    rows = pd.DataFrame({"place_id": ["H1", "X-K", "H", "V", "", "C-H"]})
    assert rows_in_province(rows, PLACES, "H")["place_id"].tolist() == ["H1", "H", "C-H"]
    assert rows_in_province(rows, PLACES, ALL_PROVINCES) is rows
    assert rows_in_province(rows, PLACES, "nowhere").empty
