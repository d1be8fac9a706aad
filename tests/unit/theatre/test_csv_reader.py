"""CSV files as people save them: what can be read is read, the rest is named with its row."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.core.errors import Fault, PackError
from control_map.core.limits import LIMITS
from control_map.theatre import csv_reader

ARABIC_DIGITS = "2021-07-09".translate({ord("0") + digit: 0x660 + digit for digit in range(10)})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


def read(
    path: Path, text: str | bytes, required: tuple[str, ...] = ("name", "size")
) -> tuple[pd.DataFrame, list[Fault]]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return csv_reader.read_csv(path, required)


def test_cells_are_trimmed_text_and_the_index_is_the_line(path: Path) -> None:
    frame, faults = read(path, "name,size\n Fen , 007\n\n,2\n")
    assert frame.to_dict("index") == {2: {"name": "Fen", "size": "007"}, 4: {"name": "", "size": "2"}}
    assert faults == []


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_line_ending_and_a_byte_order_mark_are_read(ends: str, path: Path) -> None:
    frame, faults = read(path, "\ufeff" + ends.join(["name,size", "Fen,1", "Moor,2"]))
    assert frame["name"].tolist() == ["Fen", "Moor"]
    assert faults == []


def test_a_row_after_a_cell_of_several_lines_keeps_its_line_number(path: Path) -> None:
    frame, faults = read(path, 'name,size\n"Fen\nand Moor",1\nDale,2,3\nHill,4\n')
    assert frame.index.tolist() == [2, 5]
    assert [fault.row for fault in faults] == [4]


def test_a_missing_file_says_where_to_put_it(path: Path) -> None:
    with pytest.raises(PackError) as caught:
        csv_reader.read_csv(path, ("name",))
    assert "list.csv: the file is missing" in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_folder_in_the_place_of_a_file_is_named(path: Path) -> None:
    path.mkdir()
    with pytest.raises(PackError, match=r"list\.csv: the file cannot be read"):
        csv_reader.read_csv(path, ("name",))


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", ",,\n1,2,3\n"])
def test_an_empty_file_says_which_header_it_needs(text: str, path: Path) -> None:
    with pytest.raises(PackError, match=r"list\.csv: the file is empty\. .*name,size"):
        read(path, text)


def test_a_file_with_a_header_alone_has_no_rows_and_no_faults(path: Path) -> None:
    frame, faults = read(path, "name,size\n")
    assert (list(frame.columns), len(frame), faults) == (["name", "size"], 0, [])


def test_all_missing_columns_are_named_at_once_with_those_that_are_there(path: Path) -> None:
    with pytest.raises(PackError) as caught:
        read(path, "nom,taille\n1,2\n")
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(1, "name"), (1, "size")]
    assert "nom, taille" in str(caught.value)


def test_a_column_that_comes_twice_is_named(path: Path) -> None:
    with pytest.raises(PackError, match=r"column name"):
        read(path, "name,size,name\nFen,1,Moor\n")


@pytest.mark.parametrize("row", ["Fen", "Fen,1,2"])
def test_a_ragged_row_is_left_out_with_both_numbers_of_cells(row: str, path: Path) -> None:
    frame, faults = read(path, f"name,size\n{row}\nMoor,2\n")
    assert frame["name"].tolist() == ["Moor"]
    assert [fault.row for fault in faults] == [2]
    assert str(faults[0]).startswith(f"list.csv, row 2: the row has {row.count(',') + 1} cells, the header has 2")


def test_bytes_that_are_not_utf_8_are_named_with_their_column(path: Path) -> None:
    frame, faults = read(path, "name,size\nFen,1\nKöln,2\nMoor,3\n".encode("latin-1"))
    assert frame["name"].tolist() == ["Fen", "Moor"]
    assert [(fault.row, fault.column, fault.problem) for fault in faults] == [(3, "name", "the text is not UTF-8")]
    assert "Latin-1" in faults[0].fix


def test_a_file_in_utf_8_may_have_the_sign_for_an_unreadable_letter(path: Path) -> None:
    frame, faults = read(path, "name,size\nK\ufffdln,2\n".encode())
    assert (frame["name"].tolist(), faults) == (["K\ufffdln"], [])


def test_an_unclosed_quote_is_named_with_its_row_and_the_rows_before_it_count(path: Path) -> None:
    frame, faults = read(path, 'name,size\nFen,1\n"Moor,2\nDale,3\nHill,4\n')
    assert frame["name"].tolist() == ["Fen"]
    assert [fault.row for fault in faults] == [3]
    assert "quote" in faults[0].fix


def test_an_unclosed_quote_in_the_last_column_is_named_too(path: Path) -> None:
    frame, faults = read(path, 'name,size\nFen,1\nMoor,"2\nDale,3\nHill,4\n')
    assert [fault.row for fault in faults] == [3]
    assert frame["name"].tolist() == ["Fen"]


def test_a_huge_cell_is_named_and_the_other_rows_count(path: Path) -> None:
    frame, faults = read(path, f"name,size\nFen,1\n{'x' * (LIMITS.cell_characters + 1)},2\nMoor,3\n")
    assert frame["name"].tolist() == ["Fen", "Moor"]
    assert [fault.row for fault in faults] == [3]


def test_a_huge_header_is_an_error_that_can_be_fixed(path: Path) -> None:
    with pytest.raises(PackError, match=r"list\.csv"):
        read(path, "name,size," + "x" * (LIMITS.cell_characters + 1) + "\nFen,1,2\n")


def test_a_null_byte_is_no_traceback(path: Path) -> None:
    frame, faults = read(path, b"name,size\nF\0en,1\nMoor,2\n")
    assert "Moor" in frame["name"].tolist()
    assert len(frame) + len(faults) == 2


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_never_break(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"name,size\n" + data)
    frame, faults = csv_reader.read_csv(path, ("name", "size"))
    assert frame.index.is_unique
    assert not set(frame.index) & {fault.row for fault in faults}


@pytest.mark.parametrize(
    "text", ["2021-02-30", "2021-7-9", "09/07/2021", "20210709", "2021-07-09T00:00", "", "today", ARABIC_DIGITS]
)
def test_what_is_no_iso_date_is_no_date(text: str) -> None:
    assert csv_reader.parse_dates(pd.Series([text], dtype="str")).isna().all()


def test_an_iso_date_is_one() -> None:
    assert csv_reader.parse_dates(pd.Series(["2024-02-29"], dtype="str"))[0] == pd.Timestamp(2024, 2, 29)


def test_failures_name_row_column_problem_fix_and_value_in_the_order_of_the_rows() -> None:
    frame = pd.DataFrame({"name": ["Fen", "", "Fen"], "size": ["3", "many", "11"]}, index=[2, 3, 4], dtype="str")
    schema = pa.DataFrameSchema(
        {
            "name": pa.Column(str, [csv_reader.is_filled(), csv_reader.is_unique()]),
            "size": pa.Column(str, csv_reader.is_number(0, 10)),
        }
    )
    found = csv_reader.validation_faults(schema, frame, "list.csv")
    assert [(fault.row, fault.column, fault.value) for fault in found] == [
        (3, "name", ""),
        (3, "size", "many"),
        (4, "name", "Fen"),
        (4, "size", "11"),
    ]
    assert (
        str(found[1])
        == "list.csv, row 3, column size: this is not a number from 0 to 10. Correct it or leave it empty."
    )


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "1e99", "0x10", "1,5"])
def test_what_is_no_plain_number_in_range_is_a_failure(text: str) -> None:
    frame = pd.DataFrame({"size": [text]}, index=[2], dtype="str")
    assert (
        len(
            csv_reader.validation_faults(
                pa.DataFrameSchema({"size": pa.Column(str, csv_reader.is_number(0, 10))}), frame, "list.csv"
            )
        )
        == 1
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04\x14\x00", "an Excel or ZIP file"),
        ("name,size\nFen,1\n".encode("utf-16"), "UTF-16"),
        (b"name;size;note\nFen;1;\n", "semicolons"),
        (b"name\tsize\tnote\nFen\t1\t\n", "tabs"),
    ],
)
def test_another_kind_of_file_is_named_once_with_the_fix(data: bytes, kind: str, path: Path) -> None:
    with pytest.raises(PackError) as caught:
        read(path, data)
    assert len(caught.value.faults) == 1
    assert kind in str(caught.value)
    assert "Save it as CSV" in str(caught.value)


def test_a_letter_that_another_program_lost_is_named_and_its_row_counts(path: Path) -> None:
    path.write_text("place_id,name\n1,Ash\n2,Ram\ufffdn\n", "utf-8")
    frame, [fault] = csv_reader.read_clean_csv(path, ["place_id", "name"])
    assert frame["name"].tolist() == ["Ash", "Ram\ufffdn"]
    assert (fault.row, fault.column, fault.kept) == (3, "name", True)
    path.write_bytes("place_id,name\n1,Ram\ufffdn\n2,Bogot\xe1\n".encode("latin-1", "ignore"))
    frame, [fault] = csv_reader.read_clean_csv(path, ["place_id", "name"])
    assert (fault.problem, fault.kept) == ("the text is not UTF-8", False)
