"""Reports as people write them: each bad row is set aside with file, row, column and fix; good rows still count."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.core.errors import PackError
from control_map.theatre.reports import (
    CODEBOOK_COLUMNS,
    OPTIONAL_COLUMNS,
    STATED_PROBLEM_COLUMN,
    Reports,
    read_reports,
)
from tests.support.made_up import ACTORS, as_csv, written


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Reports]:
    def write_and_read(rows: list[dict[str, str]] | str | bytes) -> Reports:
        text = as_csv(rows) if isinstance(rows, list) else rows
        path = tmp_path / "reports.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_reports(path, ACTORS)

    return write_and_read


def test_good_rows_are_typed_and_keep_their_line(read: Callable[..., Reports]) -> None:
    reports = read([written(1), written(2, number="12.5", area_scope="", place_kind="province")])
    assert reports.faults == []
    assert len(reports.set_aside) == 0
    first, second = reports.accepted.to_dict("records")
    assert (first["row"], second["row"]) == (2, 3)
    assert first["event_date"] == pd.Timestamp(2021, 5, 2)
    assert (first["credibility"], second["number"]) == (2, 12.5)
    assert pd.isna(first["number"])


def test_an_area_report_that_does_not_say_how_much_of_it_speaks_of_a_part(read: Callable[..., Reports]) -> None:
    accepted = read(
        [written(1, place_kind="province"), written(2), written(3, place_kind="country", area_scope="whole")]
    ).accepted
    assert accepted["area_scope"].tolist() == ["part", "", "whole"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "value", "hint"),
    [
        ("report_id", "", "Fill it in"),
        ("event_date", "09.07.2021", "2021-07-09"),
        ("event_date", "", "2021-07-09"),
        ("event_date", "2021-02-30", "2021-07-09"),
        ("reported_date", "9 July 2021", "2021-07-09"),
        ("date_precision", "hour", "day, week, month"),
        ("place_text", "", "Fill it in"),
        ("place_kind", "village", "district"),
        ("area_scope", "most", "whole_but_capital"),
        ("except_for", "Aldermoor", "write whole in area_scope"),
        ("claim", "liberated", "captured, retaken"),
        ("actor", "martians", "red, blue, green"),
        ("actor", "independent", "red, blue, green"),
        ("claimant", "", "Fill it in"),
        ("claimant_side", "neutral", "independent"),
        ("origin", "", "Fill it in"),
        ("reliability", "G", "A, B, C"),
        ("credibility", "7", "1, 2, 3"),
    ],
)
def test_a_bad_cell_is_named_with_its_fix_and_the_other_rows_count(
    column: str, value: str, hint: str, read: Callable[..., Reports]
) -> None:
    reports = read([written(1), written(2, **{column: value}), written(3)])
    assert reports.accepted["report_id"].tolist() == ["r1", "r3"]
    assert [(fault.file, fault.row, fault.column) for fault in reports.faults] == [("reports.csv", 3, column)]
    assert str(reports.faults[0]).startswith(f"reports.csv, row 3, column {column}: ")
    assert hint in reports.faults[0].fix
    aside = reports.set_aside.to_dict("records")
    assert [(row["row"], row[column]) for row in aside] == [(3, value)]
    assert column in aside[0]["problem"]
    assert aside[0]["fix"]


@pytest.mark.parametrize(
    ("column", "value", "hint", "read_as"),
    [
        ("source_url", "javascript:alert(1)", "http", ""),
        ("source_url", "www.example.org", "http", ""),
        ("source_url", "https://", "http", ""),
        ("summary", "word " * 41, "Shorten", "word " * 39 + "word\u2026"),
        ("number", "many", "leave it empty", None),
        ("number", "85 percent", "leave it empty", None),
        ("number", "-1", "leave it empty", None),
    ],
)
def test_a_bad_cell_that_says_nothing_of_who_holds_a_place_does_not_cost_the_report(
    column: str, value: str, hint: str, read_as: str | None, read: Callable[..., Reports]
) -> None:
    reports = read([written(1), written(2, **{column: value}), written(3, claim="liberated", **{column: value})])
    assert reports.accepted["report_id"].tolist() == ["r1", "r2"]
    cell = reports.accepted[column].iloc[1]
    assert pd.isna(cell) if read_as is None else cell == read_as
    spared, *others = sorted(reports.faults, key=lambda fault: fault.row)
    assert (spared.file, spared.row, spared.column, spared.kept) == ("reports.csv", 3, column, True)
    assert spared.value.strip() == value.strip()
    assert hint in spared.fix
    assert len(reports.notices) == 1
    assert reports.notices[0].startswith(f"{column}: ")
    assert {(fault.row, fault.column, fault.kept) for fault in others} == {(4, "claim", False), (4, column, False)}
    assert reports.set_aside[column].tolist() == [value.strip()]


def test_a_row_that_was_set_aside_for_an_optional_cell_stays_so_until_it_is_corrected(tmp_path: Path) -> None:
    path = tmp_path / "reports.csv"
    row = {**written(1, number="12"), STATED_PROBLEM_COLUMN: "number: this is not a number"}
    path.write_text(as_csv([row], [*CODEBOOK_COLUMNS, STATED_PROBLEM_COLUMN]), "utf-8")
    reports = read_reports(path, ACTORS)
    assert (len(reports.accepted), [fault.kept for fault in reports.faults]) == (0, [False])


def test_what_is_just_within_the_limits_is_accepted(read: Callable[..., Reports]) -> None:
    limits = [
        written(1, summary="x" * 200),
        written(2, source_url=""),
        written(3, number="0"),
        written(4, reported_date="2021-05-02"),
    ]
    assert read(limits).faults == []


def test_of_two_rows_with_one_id_the_first_counts(read: Callable[..., Reports]) -> None:
    reports = read([written(1), written(1, actor="blue", claim="held"), written(2)])
    assert reports.accepted[["row", "actor"]].to_numpy().tolist() == [[2, "red"], [4, "red"]]
    assert [(fault.row, fault.column, fault.value) for fault in reports.faults] == [(3, "report_id", "r1")]


def test_an_event_after_its_report_is_a_fault_and_counts_all_the_same(read: Callable[..., Reports]) -> None:
    reports = read([written(1, event_date="2021-05-04"), written(2)])
    assert len(reports.accepted) == 2
    assert len(reports.set_aside) == 0
    assert [(fault.row, fault.column, fault.kept) for fault in reports.faults] == [(2, "reported_date", True)]
    assert "2021-05-04" in str(reports.faults[0])


def test_several_faults_of_one_row_are_all_named_and_the_row_is_set_aside_once(read: Callable[..., Reports]) -> None:
    reports = read([written(1, claim="", actor="", summary="x" * 300)])
    assert [(fault.column, fault.kept) for fault in reports.faults] == [
        (name, False) for name in ("actor", "claim", "summary")
    ]
    assert len(reports.set_aside) == 1


def test_a_missing_file_column_or_content_is_an_error_that_says_what_to_do(
    read: Callable[..., Reports], tmp_path: Path
) -> None:
    with pytest.raises(PackError, match="missing"):
        read_reports(tmp_path / "none.csv", ACTORS)
    with pytest.raises(PackError, match="empty"):
        read("")
    without = [column for column in CODEBOOK_COLUMNS if column not in ("claim", "origin")]
    with pytest.raises(PackError) as caught:
        read(as_csv([], without))
    assert [fault.column for fault in caught.value.faults] == ["claim", "origin"]


def test_a_file_without_rows_has_no_reports_and_no_faults(read: Callable[..., Reports]) -> None:
    reports = read(as_csv([]))
    assert (len(reports.accepted), len(reports.set_aside), reports.faults) == (0, 0, [])


def test_unreadable_rows_are_set_aside_beside_wrong_ones(read: Callable[..., Reports]) -> None:
    good, wrong = as_csv([written(1)]), as_csv([written(4, claim="liberated")]).splitlines()[1]
    latin = as_csv([written(3, claimant="a señor")]).splitlines()[1]
    reports = read(f"{good.strip()}\none,two\n{latin}\n{wrong}".encode("latin-1"))
    assert reports.accepted["report_id"].tolist() == ["r1"]
    assert [(fault.row, fault.column) for fault in reports.faults] == [(3, ""), (4, "claimant"), (5, "claim")]
    assert sorted(reports.set_aside["row"]) == [3, 4, 5]
    assert (reports.set_aside["problem"] != "").all()
    assert (reports.set_aside["fix"] != "").all()


@pytest.mark.slow
def test_a_huge_cell_or_an_unclosed_quote_does_not_take_the_rows_before_it_along(read: Callable[..., Reports]) -> None:
    good = as_csv([written(1), written(2)])
    for bad in ('r3,2021-05-01,"' + "x" * 50, as_csv([written(3, summary="x" * 200_000)]).splitlines()[1]):
        reports = read(good + bad + "\n")
        assert reports.accepted["report_id"].tolist() == ["r1", "r2"]
        assert [fault.row for fault in reports.faults] == [4]
        assert reports.set_aside["row"].tolist() == [4]


def test_a_file_without_an_optional_column_is_read_as_if_its_cells_were_empty(read: Callable[..., Reports]) -> None:
    columns = [column for column in CODEBOOK_COLUMNS if column not in OPTIONAL_COLUMNS]
    rows = [{column: row[column] for column in columns} for row in (written(1), written(2))]
    reports = read(as_csv(rows, columns))
    assert (reports.faults, reports.accepted["except_for"].tolist()) == ([], ["", ""])


@pytest.mark.parametrize("scope", ["part", ""])
def test_only_a_report_on_a_whole_area_leaves_places_out(scope: str, read: Callable[..., Reports]) -> None:
    reports = read([written(1, place_kind="province", place_text="Harrow", area_scope=scope, except_for="Aldermoor")])
    assert [(fault.row, fault.column, fault.value) for fault in reports.faults] == [(2, "except_for", "Aldermoor")]
    assert len(reports.accepted) == 0


def test_further_columns_do_no_harm(read: Callable[..., Reports]) -> None:
    reports = read(as_csv([{**written(1), "my_note": "=1+1", "row": "99"}], [*CODEBOOK_COLUMNS, "my_note", "row"]))
    assert reports.faults == []
    assert reports.accepted["row"].tolist() == [2]


@given(
    st.dictionaries(
        st.sampled_from(CODEBOOK_COLUMNS),
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), max_size=30),
        max_size=4,
    )
)
def test_whatever_stands_in_a_cell_the_row_is_accepted_or_set_aside(
    tmp_path_factory: pytest.TempPathFactory, cells: dict[str, str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any_reports.csv"
    path.write_text(as_csv([written(1), written(2, **cells), written(3)]), "utf-8", newline="")
    reports = read_reports(path, ACTORS)
    assert len(reports.accepted) + len(reports.set_aside) == 3
    assert {"r1", "r3"} <= {*reports.accepted["report_id"], *reports.set_aside["report_id"]}
    assert len(reports.faults) >= len(reports.set_aside)
