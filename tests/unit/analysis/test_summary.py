"""Counts add up, and the reports on parts of areas stand beside them."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from control_map.analysis.blind_spots import count_blind_districts
from control_map.analysis.summary import (
    add_map_counts,
    headline,
    part_reports,
    sizes_by_status,
    summarize_provinces,
)
from control_map.assessment.timeline import as_of, build_timeline
from control_map.core.wording import format_rounded
from control_map.pipeline.view import View
from tests.support.made_up import PLACES, START, day, judge, said

STATUSES = ["red", "contested", "blue", "green", "no_report"]
WAR = judge(
    [
        said(-9, "held", "blue", place="H1"),
        said(0, "held", "blue"),
        said(5),
        said(6, place="V"),
        said(6, place="C-H", actor="blue"),
    ]
)


def war_on(number: int) -> pd.DataFrame:
    return as_of(WAR.timeline, day(number))


def test_the_headline_counts_districts_and_what_they_rest_on() -> None:
    rows = headline(war_on(7), war_on(1), STATUSES).set_index("status")
    assert rows["districts"].to_dict() == {"red": 2, "contested": 0, "blue": 1, "green": 0, "no_report": 0}
    assert rows["change"].to_dict() == {"red": 2, "contested": 0, "blue": -1, "green": 0, "no_report": -1}
    assert rows.loc["red", "by_area"] == 1
    assert headline(war_on(1), war_on(1), STATUSES).set_index("status").loc["blue", "older"] == 1


def test_a_province_has_its_districts_shares_and_crossings() -> None:
    rows = summarize_provinces(war_on(5), war_on(0), PLACES, STATUSES, day(5)).set_index("province")
    harrow = rows.loc["Harrow"]
    assert (harrow["districts"], harrow["red"], harrow["blue"], harrow["red_change"], harrow["blue_change"]) == (
        2,
        1,
        1,
        1,
        -1,
    )
    assert (harrow["red_area_share"], harrow["red_population_share"]) == (0.25, 0.25)
    assert (harrow["red_area_share_change"], harrow["blue_population_share_change"]) == (0.25, -0.25)
    assert (harrow["red_population"], harrow["blue_population"]) == (2000, 6000)
    assert harrow["blue_area_km2"] == 3 * harrow["red_area_km2"] > 0
    assert (harrow["crossings"], rows.loc["Velden", "crossings"]) == (0, 1)
    assert harrow["last_reported"] == pd.Timestamp(day(5))
    assert pd.isna(rows.loc["Velden", "last_reported"])


def test_people_and_land_are_added_up_over_the_districts_of_a_status() -> None:
    sizes = sizes_by_status(war_on(5), PLACES, STATUSES).set_index("status")
    rows = summarize_provinces(war_on(5), war_on(0), PLACES, STATUSES, day(5))
    for status in STATUSES:
        assert sizes.loc[status, "population"] == rows[f"{status}_population"].sum(), status
        assert round(sizes.loc[status, "area_km2"]) == rows[f"{status}_area_km2"].sum(), status


def test_the_land_of_a_district_without_a_polygon_counts_with_the_one_around_it() -> None:
    places = PLACES.assign(area_km2=PLACES["area_km2"].mask(PLACES["place_id"] == "H2"))
    rows = summarize_provinces(war_on(5), war_on(0), places, STATUSES, day(5)).set_index("province")
    assert rows.loc["Harrow", "red_area_km2"] == 0
    assert sizes_by_status(war_on(5), places, STATUSES).set_index("status").loc["red", "area_km2"] == 0
    nowhere = summarize_provinces(war_on(5), war_on(0), PLACES.assign(area_km2=float("nan")), STATUSES, day(5))
    assert nowhere.loc[nowhere["blue"] > 0, "blue_area_km2"].isna().all()


def test_a_population_of_which_nothing_is_known_is_missing_and_not_none() -> None:
    size = "population"
    now, before = war_on(5), war_on(0)
    red = now.loc[(now["kind"] == "district") & (now["status"] == "red"), "place_id"]
    places = PLACES.assign(**{size: PLACES[size].astype("float64").mask(PLACES["place_id"].isin(red))})
    rows = summarize_provinces(now, before, places, STATUSES, day(5), whole=True).set_index("province")
    for province in ("Harrow", "All"):
        assert pd.isna(rows.loc[province, f"red_{size}"])
        assert rows.loc[province, f"blue_{size}"] > 0
    assert rows.loc["Velden", f"red_{size}"] == 0
    sizes = sizes_by_status(now, places, STATUSES).set_index("status")[size]
    assert pd.isna(sizes["red"])
    assert sizes["blue"] > 0
    nothing = summarize_provinces(now, before, PLACES.assign(**{size: float("nan")}), STATUSES, day(5))
    assert nothing.loc[nothing["blue"] > 0, f"blue_{size}"].isna().all()


def test_numbers_of_people_are_written_as_they_are_spoken_of() -> None:
    assert [format_rounded(number) for number in (0, 340, 9_999, 10_400, 412_345, 999_499, 999_500, 28_224_323)] == [
        *("0", "340", "9,999", "10,000", "412,000", "999,000", "1.0 million", "28.2 million")
    ]


def test_a_province_shows_how_long_it_has_been_silent() -> None:
    def silence(number: int, older_than: int) -> dict[str, list[int | None]]:
        rows = summarize_provinces(war_on(number), war_on(number), PLACES, STATUSES, day(number), older_than)
        rows = rows.set_index("province")[["no_report", "stale", "blind_spots", "days_since_report"]]
        return {str(name): [None if pd.isna(cell) else int(cell) for cell in row] for name, *row in rows.itertuples()}

    # On day 5 H1 was last reported on 14 days before, H2 that day, Velden never.
    assert silence(5, 13) == {"Harrow": [0, 1, 1, 0], "Velden": [1, 0, 1, None]}
    assert silence(5, 14) == {"Harrow": [0, 0, 0, 0], "Velden": [1, 0, 1, None]}
    # On day 6 the capital, in H1, and all of Velden are reported on.
    assert silence(20, 14) == {"Harrow": [0, 1, 1, 14], "Velden": [0, 0, 0, 14]}


def test_shares_of_an_unknown_size_are_unknown_and_not_nothing() -> None:
    rows = summarize_provinces(
        war_on(5), war_on(0), PLACES.assign(population=None, area_km2=float("nan")), STATUSES, day(5)
    )
    assert (
        rows[[f"{status}_{size}_share" for status in STATUSES for size in ("area", "population")]].isna().all(axis=None)
    )


@pytest.mark.parametrize("date", [dt.date(2021, 5, 1), dt.date(2021, 7, 9), dt.date(2021, 8, 14), dt.date(2021, 9, 6)])
def test_on_the_shipped_pack_everything_adds_up(date: dt.date, shipped_view: View) -> None:
    pack = shipped_view.pack
    now, before = as_of(shipped_view.timeline, date), as_of(shipped_view.timeline, date - dt.timedelta(days=7))
    head = headline(now, before, pack.statuses).set_index("status")
    table = summarize_provinces(now, before, pack.theatre.places, pack.statuses, date)
    then = summarize_provinces(before, before, pack.theatre.places, pack.statuses, date - dt.timedelta(days=7))
    assert head["districts"].sum() == (pack.theatre.places["kind"] == "district").sum()
    assert head["change"].sum() == 0
    assert ((head["older"] + head["by_area"]) <= head["districts"]).all()
    assert len(table) == 34
    assert (table[pack.statuses].sum(axis=1) == table["districts"]).all()
    for status in pack.statuses:
        assert table[status].sum() == head.loc[status, "districts"]
        assert table[f"{status}_change"].sum() == head.loc[status, "change"]
    for size in ("area", "population"):
        shares, changes = (
            table[[f"{status}_{size}_share{change}" for status in pack.statuses]] for change in ("", "_change")
        )
        earlier = then[list(shares)]
        assert np.allclose(shares.to_numpy() - changes.to_numpy(), earlier.to_numpy(), atol=0.0002)
        assert shares.ge(0).all(axis=None)
        assert shares.sum(axis=1).sub(1).abs().max() < 0.001
    assert table["blind_spots"].sum() == count_blind_districts(now, date)
    assert (table["stale"] <= table["blind_spots"]).all()
    assert table["crossings"].sum() == (pack.theatre.places["kind"] == "crossing").sum()


def test_a_province_without_a_district_has_a_row_with_its_crossings() -> None:
    places = PLACES.assign(province_id=PLACES["province_id"].where(PLACES["place_id"] != "X-K", "Z"))
    evidence = judge([said(3)]).evidence
    now = as_of(build_timeline(evidence, places, START, {}), day(5))
    row = summarize_provinces(now, now, places, ["red", "no_report"], day(5)).set_index("province_id").loc["Z"]
    assert (row["districts"], row["crossings"], row["red"], row["no_report"]) == (0, 1, 0, 0)


def test_a_report_on_a_part_of_an_area_is_held_against_the_count_of_its_day_and_area() -> None:
    part = {"area_scope": "part", "number": 2.0}
    counted, taken = said(5, "held", place="H", **part), said(6, place="H", **part)
    judged = judge([said(3), counted, taken, said(9, place="H1", origin="Wire"), said(12, "held", place="", **part)])
    rows = add_map_counts(part_reports(judged.reports, day(10)), judged.timeline)
    assert rows[["report_id", "status", "ours"]].to_numpy().tolist() == [["r2", "", 0], ["r1", "red", 1]]
    later = add_map_counts(part_reports(judged.reports, day(12)), judged.timeline)
    assert later[["report_id", "ours"]].to_numpy().tolist() == [["r4", 2], ["r2", 0], ["r1", 1]]
    assert later["ours_of"].tolist() == [len(PLACES[PLACES["kind"] == "district"]), 2, 2]
