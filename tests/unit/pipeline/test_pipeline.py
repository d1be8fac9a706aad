"""From a folder to a map: the made-up pack as a whole, and the facts of the shipped one."""

import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from control_map.analysis.summary import part_reports
from control_map.assessment.timeline import as_of, changes_between
from control_map.core.errors import PackError, UnknownNameError
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import STATUS_COLUMNS, View, apply_rule, count_located
from control_map.theatre.theatre import fingerprint_files
from tests.support.made_up import status_history, written

MakePack = Callable[..., Path]
ISLAM_QALA, QALA_E_NAW, BAZARAK = "AF-X-islam-qala", "AF-C-31", "AF-C-08"


def districts_on(view: View, date: dt.date) -> pd.DataFrame:
    rows = view.status(date)
    return rows[rows["kind"] == "district"]


def status_of(view: View, place_id: str, date: dt.date) -> str:
    return str(view.status(date).set_index("place_id").loc[place_id, "status"])


@pytest.mark.slow
def test_a_pack_of_one_report_gives_a_map(make_pack: MakePack) -> None:
    pack = load_pack(make_pack())
    view = apply_rule(pack, pack.rule())
    assert (count_located(pack), pack.faults) == ((1, 1), [])
    rows = view.status(dt.date(2021, 5, 2))
    assert list(rows.columns) == STATUS_COLUMNS
    assert rows.set_index("place_id")["status"].to_dict() == {
        "H1": "no_report",
        "H2": "red",
        "V1": "no_report",
        "C-H": "no_report",
        "X-K": "no_report",
    }


@pytest.mark.slow
def test_a_report_without_a_place_is_set_aside_with_its_row_and_fix(make_pack: MakePack) -> None:
    pack = load_pack(
        make_pack([written(1), written(2, place_text="Atlantis"), written(3, claim="liberated"), written(4)])
    )
    assert pack.located["report_id"].tolist() == ["r1", "r4"]
    assert pack.set_aside[["report_id", "row"]].to_numpy().tolist() == [["r2", 3], ["r3", 4]]
    assert "Atlantis" in pack.set_aside["problem"].iloc[0]
    assert (pack.set_aside["fix"] != "").all()
    assert count_located(pack) == (2, 4)


@pytest.mark.slow
def test_a_pack_whose_reports_are_all_set_aside_is_silent_and_not_broken(make_pack: MakePack) -> None:
    pack = load_pack(make_pack([written(1, place_text="Atlantis")]))
    view = apply_rule(pack, pack.rule())
    assert set(view.status(dt.date(2021, 6, 1))["status"]) == {"no_report"}
    assert len(changes_between(view.timeline, dt.date(2021, 1, 1), dt.date(2022, 1, 1))) == 0


def test_all_that_is_wrong_with_a_pack_is_said_at_once(make_pack: MakePack) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(make_pack(files={"theatre.toml": "title", "reports.csv": None, "totals.csv": None}))
    assert [fault.file for fault in caught.value.faults] == ["theatre.toml", "totals.csv", "reports.csv"]


def test_the_fingerprint_is_that_of_the_contents(make_pack: MakePack) -> None:
    same, again = fingerprint_files(make_pack()), fingerprint_files(make_pack())
    other = fingerprint_files(make_pack([written(1, claim="held")]))
    assert same == again != other
    assert len(same) == 16


@pytest.mark.slow
def test_an_unknown_rule_or_place_is_an_error_that_names_what_there_is(make_pack: MakePack) -> None:
    pack = load_pack(make_pack())
    with pytest.raises(UnknownNameError, match="side:green"):
        pack.rule("side:martians")
    with pytest.raises(UnknownNameError, match="X-K"):
        apply_rule(pack, pack.rule()).explain("kestrel gate", dt.date(2021, 5, 2))


@pytest.mark.slow
def test_a_part_of_an_area_is_context(make_pack: MakePack) -> None:
    part = written(2, place_kind="province", place_text="two districts of Harrow", area_scope="part")
    pack = load_pack(make_pack([written(1), part]))
    assert pack.located["report_id"].tolist() == ["r1", "r2"]
    assert len(apply_rule(pack, pack.rule()).evidence) == 1


def test_every_report_of_the_shipped_file_is_located_or_set_aside_once(shipped: Pack, shipped_folder: Path) -> None:
    with (shipped_folder / "reports.csv").open(encoding="utf-8", newline="") as file:
        in_file = Counter(row["report_id"] for row in csv.DictReader(file))
    assert in_file == Counter([*shipped.located["report_id"], *shipped.set_aside["report_id"]])
    assert count_located(shipped) == (len(shipped.located), in_file.total())
    assert shipped.set_aside["problem"].str.len().gt(0).all()


def test_islam_qala_is_taliban_and_disputed_on_9_july(shipped_view: View) -> None:
    rows = shipped_view.explain(ISLAM_QALA, dt.date(2021, 7, 9))
    assert (rows["status"], rows["disputed"], rows["since"]) == ("taliban", True, dt.date(2021, 7, 8))
    roles = {entry["report_id"]: (entry["role"], entry["reason"]) for entry in rows["evidence"]}
    assert roles["afg-1753"][0] in ("sets", "confirms")
    assert roles["afg-1753"][1] == "against_interest"
    assert roles["afg-1754"] == ("contradicts", "denial")
    assert roles["afg-1755"] == ("confirms", "independent")


def test_qala_e_naw_is_contested_on_7_july_and_the_governments_from_the_8th_to_august(
    shipped_view: View,
) -> None:
    rows = {day: status_of(shipped_view, QALA_E_NAW, dt.date(2021, 7, day)) for day in (7, 8, 31)}
    assert rows == {7: "contested", 8: "government", 31: "government"}
    assert status_of(shipped_view, QALA_E_NAW, dt.date(2021, 8, 13)) == "taliban"


@pytest.mark.parametrize(
    ("date", "least", "most"),
    [
        (dt.date(2021, 5, 1), 60, 80),
        (dt.date(2021, 6, 30), 145, 165),
        (dt.date(2021, 7, 5), 180, 200),
        (dt.date(2021, 7, 14), 200, 220),
    ],
)
def test_the_taliban_hold_about_as_many_districts_as_was_published(
    date: dt.date, least: int, most: int, shipped_view: View
) -> None:
    assert least <= (districts_on(shipped_view, date)["status"] == "taliban").sum() <= most


def test_on_1_may_nearly_all_that_the_taliban_hold_is_baseline(shipped_view: View) -> None:
    rows = districts_on(shipped_view, dt.date(2021, 5, 1))
    assert (rows.loc[rows["status"] == "taliban", "basis"] == "baseline").mean() >= 0.85


@pytest.mark.slow
def test_bazarak_is_the_last_capital_to_turn(shipped_view: View) -> None:
    end = shipped_view.pack.theatre.period_end
    final = as_of(shipped_view.timeline, end)
    capitals = final[final["kind"] == "provincial_capital"]
    assert len(capitals) == 34
    assert set(capitals["status"]) == {"taliban"}
    turned = {place: status_history(shipped_view.timeline, place)["since"].iloc[-1] for place in capitals["place_id"]}
    last = max(turned.values())
    assert [place for place, date in turned.items() if date == last] == [BAZARAK]


def test_on_25_august_only_panjshir_and_little_else_is_not_taliban(shipped_view: View) -> None:
    date = dt.date(2021, 8, 25)
    rows = districts_on(shipped_view, date)
    panjshir = rows["province"] == "Panjshir"
    assert panjshir.sum() == 8
    assert set(rows.loc[panjshir, "status"]) == {"resistance"}
    assert (rows.loc[~panjshir, "status"] != "taliban").sum() <= 8


@pytest.mark.parametrize("date", [dt.date(2021, 7, 9), dt.date(2021, 8, 16), dt.date(2021, 8, 24)])
def test_with_what_was_known_on_the_day_the_taliban_hold_no_more(date: dt.date, shipped_view: View) -> None:
    known_then = districts_on(apply_rule(shipped_view.pack, shipped_view.rule, date), date)
    known_now = districts_on(shipped_view, date)
    assert (known_then["status"] == "taliban").sum() <= (known_now["status"] == "taliban").sum()
    assert known_then["reports"].sum() < known_now["reports"].sum()


def test_on_25_august_fewer_statuses_rest_on_the_places_own_reports_with_what_was_known_then(
    shipped_view: View,
) -> None:
    date = dt.date(2021, 8, 25)
    known_then = districts_on(apply_rule(shipped_view.pack, shipped_view.rule, date), date)
    assert (known_then["basis"] == "own").sum() < (districts_on(shipped_view, date)["basis"] == "own").sum()


@pytest.mark.slow
def test_under_each_sides_account_that_side_holds_more(shipped: Pack) -> None:
    date = dt.date(2021, 7, 9)
    views = {
        side: districts_on(apply_rule(shipped, shipped.rule(f"side:{side}")), date)["status"].value_counts()
        for side in ("taliban", "government")
    }
    shares = {
        side: counts.get(side, 0) / counts.drop(["no_report", "unknown"], errors="ignore").sum()
        for side, counts in views.items()
    }
    assert shares["taliban"] > 0.8
    assert shares["government"] > 1 - shares["taliban"]


def expected_reports(pack: Pack, place_id: str, date: dt.date) -> list[str]:
    """Return the reports that refer to a place by the codebook, of events up to a day."""
    places = pack.theatre.places.set_index("place_id")
    capitals = places[places["kind"] == "provincial_capital"]
    inside = set(capitals.index[capitals["parent_id"] == place_id])
    of_capital = place_id in {*capitals.index, *capitals["parent_id"]}
    kind, province_id = places.loc[place_id, ["kind", "province_id"]]
    found = []
    for row in pack.located[pack.located["event_date"] <= pd.Timestamp(date)].itertuples():
        if row.precision in ("place", "inside"):
            refers = row.place_id == place_id or row.place_id in inside
        else:
            reaches = {
                "whole": True,
                "whole_but_capital": not of_capital,
                "all_capitals": kind == "provincial_capital",
                "all_crossings": kind == "crossing",
            }.get(row.area_scope, False)
            excepted = {*row.excepted_ids.split("|")}
            left_out = {place_id, province_id, places.loc[place_id, "parent_id"], *inside} - {""} & excepted
            refers = reaches and not left_out and (row.precision == "country" or row.place_id == province_id)
        if refers:
            found.append(row.report_id)
    return sorted(found)


@settings(max_examples=30)
@given(st.data())
def test_the_explanation_has_each_report_up_to_the_day_once(shipped_view: View, data: st.DataObject) -> None:
    places = shipped_view.pack.theatre.places["place_id"].tolist()
    place_id = data.draw(st.sampled_from(places))
    date = data.draw(st.dates(dt.date(2021, 4, 1), dt.date(2021, 9, 7)))
    rows = shipped_view.explain(place_id, date)
    assert sorted(entry["report_id"] for entry in rows["evidence"]) == expected_reports(
        shipped_view.pack, place_id, date
    )
    assert all(entry["role"] and entry["sentence"] for entry in rows["evidence"])
    days = [entry["event_date"] for entry in rows["evidence"]]
    assert days == sorted(days, reverse=True)
    assert rows["status"] == status_of(shipped_view, place_id, date)
    assert rows["history"][-1]["status"] == rows["status"]
    rests = {entry["report_id"] for entry in rows["evidence"] if entry["role"] in ("sets", "confirms")}
    assert set(rows["rests_on"]) <= rests


@pytest.mark.slow
def test_every_place_has_each_of_its_reports_once_with_role_and_reason_and_each_status_one_that_sets_it(
    shipped_view: View,
) -> None:
    places = shipped_view.pack.theatre.places["place_id"].tolist()
    days = [dt.date(2021, 5, 1), dt.date(2021, 7, 9), dt.date(2021, 8, 16), dt.date(2021, 9, 7)]
    expected = {place_id: expected_reports(shipped_view.pack, place_id, days[-1]) for place_id in places[::40]}
    evidence = shipped_view.evidence
    assert len(places) == 476
    assert not evidence.duplicated(["place_id", "report_id"]).any()
    assert (evidence[["role", "reason"]] != "").all(axis=None)
    set_on = set(
        evidence.loc[evidence["role"] == "sets", ["place_id", "counts_from"]].itertuples(index=False, name=None)
    )
    for date in days:
        up_to = evidence[evidence["counts_from"] <= pd.Timestamp(date)].groupby("place_id")["report_id"].agg(set)
        rows = as_of(shipped_view.timeline, date)
        for row in rows.itertuples():
            assert row.reports == len(up_to.get(row.place_id, ()))
            assert pd.isna(row.since) == (row.basis == "")
            assert row.status in ("no_report", "unknown") if pd.isna(row.since) else (row.place_id, row.since) in set_on
        for place_id in places[days.index(date) :: 24]:
            table = shipped_view.explain(place_id, date)
            assert Counter(entry["report_id"] for entry in table["evidence"]) == Counter(up_to.get(place_id, ()))
            assert all(entry["role"] and entry["sentence"] and entry["lag"] for entry in table["evidence"])
            setters = [entry for entry in table["evidence"] if entry["role"] == "sets" and entry["current"]]
            assert table["status"] == "no_report" or setters
    for place_id, reports in expected.items():
        assert sorted(evidence.loc[evidence["place_id"] == place_id, "report_id"]) == reports


@pytest.mark.parametrize(
    ("after", "until"), [("2021-04-30", "2021-05-01"), ("2021-08-01", "2021-08-15"), ("2021-08-15", "2021-08-01")]
)
def test_a_view_tells_the_changes_and_the_reports_on_parts_as_its_timeline_and_its_reports_do(
    shipped_view: View, after: str, until: str
):
    first, last = dt.date.fromisoformat(after), dt.date.fromisoformat(until)
    rows = changes_between(shipped_view.timeline, first, last)
    pd.testing.assert_frame_equal(shipped_view.changes_between(first, last), rows)
    pd.testing.assert_frame_equal(shipped_view.part_reports(last), part_reports(shipped_view.located, last))
