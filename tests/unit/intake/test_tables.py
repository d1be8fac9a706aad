"""Tables of users are read: each file format and encoding, damaged files, and malicious ones."""

import csv
import datetime as dt
import io
import json
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from control_map.core.errors import PackError, UnknownNameError
from control_map.core.limits import LIMITS
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import match_columns
from control_map.intake.tables import cell_text, table_builder
from control_map.intake.tables.encoding import find_choice
from control_map.intake.tables.reader import PASTED_NAME, read_file, read_table
from control_map.intake.tables.table_builder import RawTable, Reading, ReadingChoice
from control_map.pipeline.pack import add_reports, load_pack
from tests.support import thrift
from tests.support.any_tables import ROWS, any_table, as_csv, as_parquet, as_xlsx, remade, with_sheet
from tests.support.made_up import as_csv as reports_csv
from tests.support.made_up import write_pack, written


def cells(raw: RawTable) -> list[list[str]]:
    return [list(raw.frame.columns), *raw.frame.to_numpy().tolist()]


def problem(data: bytes | str, name: str = "list.csv") -> str:
    """Return what is wrong with a table that is refused, and the fix."""
    with pytest.raises(PackError) as caught:
        read_table(name, data.encode() if isinstance(data, str) else data)
    assert all(fault.file == name and fault.problem and fault.fix for fault in caught.value.faults)
    return str(caught.value)


# Text


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_text_is_read_with_any_separator_in_any_unicode_encoding(separator: str, encoding: str) -> None:
    rows = [["date", "place", "said"], ["2021-05-01", "کابل", 'He said: "no, never; or | not"\nand left\t']]
    raw = read_table("list.csv", as_csv(rows * 3, separator).encode(encoding))
    assert cells(raw)[:2] == [rows[0], [cell.strip() for cell in rows[1]]]
    assert raw.faults == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["Herat", "Herat \U0001f6a9"])
def test_wide_encodings_without_a_mark_are_distinguished_even_where_all_text_is_latin(encoding: str, text: str) -> None:
    raw = read_table("list.csv", f"place,said\n{text},held\n".encode(encoding))
    assert cells(raw)[1] == [text, "held"]


def test_decimal_commas_are_no_separators_where_semicolons_are() -> None:
    raw = read_table("list.csv", b"name;lon;lat\nFen;34,5;69,1\nMoor;34,25;69,75\n")
    assert cells(raw)[1] == ["Fen", "34,5", "69,1"]


def test_lists_with_semicolons_in_a_column_do_not_make_them_separators() -> None:
    raw = read_table("list.csv", b"name,tags,size\nFen,a;b;c;d;e,1\nMoor,a;b;c;d;e,2\n")
    assert cells(raw)[1] == ["Fen", "a;b;c;d;e", "1"]


def test_the_line_that_tells_excel_the_separator_is_obeyed_and_counted() -> None:
    raw = read_table("list.csv", b"sep=;\r\nname;size\r\nFen;1\r\n")
    assert (cells(raw), raw.frame.index.tolist()) == (ROWS[:2], [3])


def test_titles_above_the_header_are_passed_over_and_the_rows_keep_their_lines() -> None:
    raw = read_table("list.csv", b"Reports of July,,\n\n,as of today,\ndate,place,claim\n2021-07-01,Fen,held\n")
    assert (cells(raw), raw.frame.index.tolist()) == ([["date", "place", "claim"], ["2021-07-01", "Fen", "held"]], [5])


def test_separators_at_the_ends_of_lines_are_no_fault() -> None:
    raw = read_table("list.csv", b"name,size,,\nFen,1,,\nMoor,2\n")
    assert (cells(raw), raw.faults) == (ROWS, [])


def test_a_column_without_a_name_that_holds_something_is_called_by_its_number() -> None:
    assert cells(read_table("list.csv", b"name,,size\nFen,x,1\n"))[0] == ["name", "column 2", "size"]


def test_a_repeated_column_name_is_changed_and_reported() -> None:
    raw = read_table("list.csv", b"name,name,name (2)\nFen,Moor,Dale\n")
    assert cells(raw) == [["name", "name (2)", "name (2) (2)"], ["Fen", "Moor", "Dale"]]
    assert [(fault.row, fault.column, fault.kept) for fault in raw.faults] == [
        (1, "name", True),
        (1, "name (2)", True),
    ]


def test_line_breaks_in_a_column_name_become_spaces() -> None:
    assert cells(read_table("list.csv", b'"event\n date",size\nFen,1\n'))[0] == ["event date", "size"]


@pytest.mark.parametrize("row", ["Fen", "Fen,1,2"])
def test_a_ragged_row_is_left_out_with_its_line(row: str) -> None:
    raw = read_table("list.csv", f"name,size\n{row}\nMoor,2\n".encode())
    assert raw.frame["name"].tolist() == ["Moor"]
    assert [(fault.row, fault.kept) for fault in raw.faults] == [(2, False)]
    assert f"has {row.count(',') + 1} cells, the header has 2" in raw.faults[0].problem


def test_a_quote_that_is_never_closed_costs_one_row_and_not_those_after_it() -> None:
    raw = read_table("list.csv", b'name,size\nFen,1\n"Moor,2\nDale,3\nHill,4\n')
    assert raw.frame["name"].to_dict() == {2: "Fen", 4: "Dale", 5: "Hill"}
    assert [fault.row for fault in raw.faults] == [3]


RUSSIAN = "2022-03-01;Харьков;Харьковская область\n2022-03-02;Изюм;ЛНР"
UKRAINIAN = "2022-03-01;Ізюм;Харківська область\n2022-03-02;Єнакієве;Їжакове"
ARABIC, DARI = "حلب;إدلب\nدير الزور;الرقة", "چغچران;گرشك\nپكتيا;هرات"  # noqa: RUF001 - names in Arabic letters


@pytest.mark.parametrize(
    ("encoding", "text", "title"),
    [
        ("cp1252", "Köln;São Tomé", "Windows-1252"),
        ("mac_roman", "Köln;São Tomé", "Mac Roman"),
        ("mac_roman", "Medellín;Peñón", "Mac Roman"),
        ("cp850", "Köln;São Tomé", "DOS 850"),
        ("cp1250", "Příbram;Děčín", "Windows-1250"),
        ("cp1250", "Kraków;Łódź\nWrocław;Gdańsk", "Windows-1250"),
        ("cp1250", "Čačak;Niš\nUžice;Šabac", "Windows-1250"),
        ("cp1254", "İzmir;Şirnak", "Windows-1254"),
        ("cp1254", "Diyarbakır;Şanlıurfa\nMuğla;Gümüşhane", "Windows-1254"),  # noqa: RUF001 - Turkish
        ("cp1252", "Genève;Zürich\nNeuchâtel;Graubünden", "Windows-1252"),
        ("cp1253", "Αθήνα;Πάτρα", "Windows-1253"),
        ("cp1255", "ירושלים;חיפה", "Windows-1255"),
        ("gb18030", "北京市;上海市", "GB 18030"),
        ("cp1251", RUSSIAN, "Windows-1251"),
        ("cp1251", UKRAINIAN, "Windows-1251"),
        ("koi8_r", RUSSIAN, "KOI8"),
        ("koi8_u", UKRAINIAN, "KOI8-U"),
        ("mac_cyrillic", RUSSIAN, "Mac Cyrillic"),
        ("mac_cyrillic", UKRAINIAN, "Mac Cyrillic"),
        ("cp866", RUSSIAN, "DOS 866"),
        ("iso8859_5", RUSSIAN, "ISO 8859-5"),
        ("cp1256", ARABIC, "Windows-1256"),
        ("cp1256", DARI, "Windows-1256"),
    ],
)
def test_an_old_encoding_is_recognised_by_a_few_names_and_the_guess_is_reported(
    encoding: str, text: str, title: str
) -> None:
    raw = read_table("list.csv", f"name;note;more\n{text}\n".encode(encoding))
    assert "\n".join(";".join(filter(None, row)) for row in raw.frame.to_numpy()) == text
    assert [fault.kept for fault in raw.faults] == [True]
    assert title in str(raw.faults[0])
    assert "--encoding" in raw.faults[0].fix
    assert raw.reading.encoding


@pytest.mark.parametrize(
    ("encoding", "names", "said", "other"),
    [
        ("cp1250", ["Čačak"], "'Èaèak'; in Windows-1250 (Central European) it is 'Čačak'", "cp1250"),
        ("cp1250", ["Győr", "Pécs"], "'Gyõr'; in Windows-1250 (Central European) it is 'Győr'", "cp1250"),
        ("cp1252", ["São"], "'São'; in Windows-1250 (Central European) it is 'Săo'", "cp1250"),
        ("koi8_r", ["Харьков".upper(), "Изюм".upper()], "; in Windows-1251 (Cyrillic) it is 'ибтшлпч'", "cp1251"),
    ],
)
def test_where_encodings_are_as_likely_the_remark_says_how_a_name_reads_in_each_and_one_can_be_chosen(
    encoding: str, names: list[str], said: str, other: str
) -> None:
    data = "\n".join(["name", *names]).encode(encoding)
    raw = read_table("list.csv", data)
    assert said in raw.faults[0].problem
    assert f"--encoding {other}" in raw.faults[0].fix
    chosen = read_table("list.csv", data, ReadingChoice(encoding=find_choice(encoding)))
    assert (chosen.frame["name"].tolist(), chosen.faults) == (names, [])


def test_an_old_encoding_of_json_is_reported_too() -> None:
    raw = read_table(
        "list.json", json.dumps([{"name": "Харьков"}, {"name": "Изюм"}], ensure_ascii=False).encode("cp1251")
    )
    assert raw.frame["name"].tolist() == ["Харьков", "Изюм"]
    assert "Windows-1251" in raw.faults[0].problem


def test_an_encoding_is_chosen_by_any_of_its_names() -> None:
    assert [find_choice(name) for name in ("windows-1251", "mac-cyrillic", "KOI8-R", "macroman", "utf8")] == [
        *("cp1251", "mac_cyrillic", "koi8_r", "mac_roman", "utf_8")
    ]
    for name in ("klingon", "unicode_escape", "cp1258"):
        with pytest.raises(UnknownNameError, match="There is: utf-8, "):
            find_choice(name)


def test_a_row_with_a_character_that_cannot_be_read_stays_and_one_remark_names_the_rows() -> None:
    data = "name,size\n喀布尔,1\n坎大哈,2\nK".encode() + b"\xf6ln,3\nMoor,4\n"
    raw = read_table("list.csv", data)
    assert raw.frame.index.tolist() == [2, 3, 4, 5]
    assert raw.frame["name"].tolist()[2] == "K\ufffdln"
    assert [(fault.row, fault.kept) for fault in raw.faults] == [(4, True)]
    thirty = read_table("list.csv", ("name,size\n" + "Jama\ufffdat,1\n" * 30).encode())
    assert len(thirty.frame) == 30
    assert len(thirty.faults) == 1


def test_pasted_rows_of_a_sheet_are_read() -> None:
    raw = read_table(PASTED_NAME, b"name\tsize\r\nFen\t1\r\nMoor\t2\r\n\r\n")
    assert (cells(raw), raw.name) == (ROWS, "pasted rows")


def test_pasted_halves_of_characters_are_no_traceback() -> None:
    assert cells(read_table(PASTED_NAME, "name,size\nFe\ud800n,1\n".encode("utf-8", "replace")))[1][1] == "1"


# Cleaning


def test_invisible_characters_are_removed_and_reported() -> None:
    raw = read_table("list.csv", "name,size\nF\0e\u200bn\u202e,1\nMo\ufeffor\x1b[31m,2\nDale,3\n".encode())
    assert raw.frame["name"].tolist() == ["Fen", "Moor[31m", "Dale"]
    assert [(fault.row, fault.kept) for fault in raw.faults] == [(2, True)]
    assert "rows 2, 3" in raw.faults[0].problem


def test_right_to_left_characters_and_the_joiners_in_persian_words_stay() -> None:
    words = ["کابل", "\u0645\u06cc\u200c\u0634\u0648\u062f", "ירושלים"]
    raw = read_table("list.csv", "name\n{}\n{}\n{}\n".format(*words).encode())
    assert (raw.frame["name"].tolist(), raw.faults) == (words, [])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("K\u0430bul", "Kabul"),
        ("\u0420aghman", "Paghman"),
        ("\u039aabul", "Kabul"),
        ("\u041a\u0430\u0431\u0443\u043b", "\u041a\u0430\u0431\u0443\u043b"),
        ("T-72\u0411", "T-72\u0411"),
    ],
)
def test_characters_that_look_latin_are_replaced_and_words_of_another_script_stay(written: str, meant: str) -> None:
    raw = read_table("list.csv", f"name,size\n{written},1\n".encode())
    assert raw.frame["name"].tolist() == [meant]
    assert [fault.kept for fault in raw.faults] == ([True] if written != meant else [])


@pytest.mark.slow
def test_a_name_in_look_alike_characters_is_found_and_one_that_could_be_several_is_set_aside(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path / "pack"))
    rows = [written(11, place_text="\u0412rackw\u0430ter"), written(12, place_text="\u0412\u0440\u0430\u0441\u043a")]
    raw = read_table("mine.csv", reports_csv(rows).encode())
    added = add_reports(pack, convert_to_codebook(raw, match_columns(list(raw.frame.columns)), pack.theatre))
    assert added.located.set_index("report_id")["place_text"].get("r11") == "Brackwater"
    assert "nearest" in added.set_aside.set_index("report_id")["problem"]["r12"]


@pytest.mark.parametrize("nothing", ["nan", "NaN", "NULL", "N/A", "NA", "<NA>", "inf", "-inf", r"\N", "None"])
def test_what_programs_write_for_nothing_is_empty(nothing: str) -> None:
    raw = read_table("list.csv", f"name,size\nFen,{nothing}\nNan,2\n".encode())
    assert (cells(raw)[1:], raw.faults) == ([["Fen", ""], ["Nan", "2"]], [])


def test_spreadsheet_errors_are_read_as_empty_and_reported() -> None:
    raw = read_table("list.csv", b"name,size\nFen,#N/A\nMoor,#DIV/0!\n")
    assert raw.frame["size"].tolist() == ["", ""]
    assert "a spreadsheet error" in raw.faults[0].problem


# Excel


def test_a_workbook_is_read_as_it_is_shown() -> None:
    rows = [
        ["date", "moment", "whole", "part", "huge", "yes", "text"],
        [dt.date(2021, 7, 9), dt.datetime.fromisoformat("2021-07-09T14:30"), 7, 0.1 + 0.2, 1e308, True, " 007 "],
    ]
    raw = read_table("list.xlsx", as_xlsx(rows))
    assert cells(raw)[1] == ["2021-07-09", "2021-07-09T14:30:00", "7", "0.3", "1e+308", "true", "007"]
    assert raw.faults == []


def test_the_rows_of_a_sheet_keep_their_numbers_and_a_title_is_passed_over() -> None:
    raw = read_table(
        "list.xlsx", as_xlsx([["Reports of July"], [], ["name", None, "size"], [], ["Fen", None, 1], ["Moor"]])
    )
    assert (cells(raw), raw.frame.index.tolist()) == ([["name", "size"], ["Fen", "1"], ["Moor", ""]], [5, 6])


def test_the_first_sheet_that_is_shown_and_has_a_table_is_read_and_the_others_are_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([["x", "y"]], [], ROWS, ROWS, titles=("Hidden", "A", "B", "C"))))
    book["Hidden"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    raw = read_table("list.xlsx", out.getvalue())
    assert cells(raw) == ROWS
    assert "only the sheet 'B' was read, and not 'Hidden' (hidden), 'A', 'C'" in str(raw.faults[0])


def hide(book: bytes, *sheets: str) -> bytes:
    opened = openpyxl.load_workbook(io.BytesIO(book))
    for sheet in sheets:
        opened[sheet].sheet_state = "veryHidden"
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def test_a_hidden_sheet_is_named_and_read_if_it_is_chosen() -> None:
    july = [ROWS[0], ["Dale", "3"]]
    book = hide(as_xlsx(ROWS, july, titles=("Data", "July")), "July")
    raw = read_table("list.xlsx", book, rate=len)
    assert cells(raw) == ROWS
    assert "not 'July' (hidden); the columns of 'July' (hidden) fit as well" in str(raw.faults[0])
    assert raw.reading == Reading("Data", ("Data", "July"), hidden=frozenset({"July"}))
    chosen = read_table("list.xlsx", book, ReadingChoice(sheet="July"))
    assert cells(chosen) == july
    assert "only the sheet 'July', which is hidden, was read, and not 'Data'" in str(chosen.faults[0])


def test_a_hidden_sheet_is_read_with_a_remark_if_only_it_has_a_table() -> None:
    raw = read_table("list.xlsx", hide(as_xlsx([], ROWS, titles=("Cover", "Data")), "Data"))
    assert cells(raw) == ROWS
    assert "only the sheet 'Data', which is hidden, was read" in str(raw.faults[0])


def test_formulas_have_the_value_that_was_kept_and_errors_are_empty() -> None:
    rows = (
        '<sheetData><row r="1"><c r="A1" t="str"><v>name</v></c><c r="B1" t="str"><v>size</v></c></row>'
        '<row r="2"><c r="A2" t="str"><f>CONCAT("a";"b")</f><v>Fen</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>B2</f></c><c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="4"><c r="B4"><v>5</v></c></row></sheetData>'
    )
    raw = read_table("list.xlsx", with_sheet(rows))
    assert raw.frame.to_dict("index") == {2: {"name": "Fen", "size": "2"}, 4: {"name": "", "size": "5"}} | {
        3: {"name": "", "size": ""}
    }
    assert "a spreadsheet error" in raw.faults[0].problem


@pytest.mark.parametrize("serial", ["2958466", "-1e9", "1e308"])
def test_a_serial_number_that_is_no_day_stays_a_number(serial: str) -> None:
    book = as_xlsx([["date", "size"], [dt.date(2021, 7, 9), 1]])
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    far = sheet.replace("<v>44386</v>", f"<v>{serial}</v>")
    assert far != sheet
    raw = read_table("list.xlsx", remade(book, {"xl/worksheets/sheet1.xml": far.encode()}))
    assert raw.frame["date"].tolist() == [serial]


def test_two_cells_far_apart_cost_no_memory() -> None:
    rows = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    tracemalloc.start()
    assert "columns; 300 can be read" in problem(with_sheet(f"{rows}</sheetData>"))
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_numbers_of_rows_that_fall_or_are_out_of_bounds_are_those_that_come_next() -> None:
    cell = "<c><v>{}</v></c><c><v>7</v></c>"
    numbers = ["1", "5", "5", "2", "99999999999999999999", "x"]
    rows = "".join(f'<row r="{number}">{cell.format(place)}</row>' for place, number in enumerate(numbers))
    raw = read_table("list.xlsx", with_sheet(f"<sheetData>{rows}</sheetData>"))
    assert raw.frame.index.tolist() == [5, 6, 7, 8, 9]


def test_a_cell_without_a_place_is_the_next_one_even_if_it_is_empty() -> None:
    rows = (
        '<row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c/><c t="b"/><c t="d"><v>2021-07-09T00:00:00</v></c></row>'
    )
    assert cells(read_table("list.xlsx", with_sheet(f"<sheetData>{rows}</sheetData>"))) == [
        ["1", "3"],
        ["", "2021-07-09"],
    ]


def test_entities_that_grow_are_refused() -> None:
    bomb = (
        b'<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><worksheet><sheetData>'
        b"<row><c t='str'><v>&b;</v></c></row></sheetData></worksheet>"
    )
    assert "damaged" in problem(remade(as_xlsx(ROWS), {"xl/worksheets/sheet1.xml": bomb}))


@pytest.mark.slow
def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = remade(as_xlsx(ROWS), {"xl/media/x.bin": b"\0" * 50_000_000})
    assert len(bomb) < 100_000
    assert "unpacks to 50 MB" in problem(bomb)


@pytest.mark.slow
def test_a_parquet_file_that_unpacks_to_too_much_for_its_size_says_that_the_limit_is_of_its_size() -> None:
    bomb = io.BytesIO()
    pq.write_table(pa.table({"a": ["x" * 1_000_000] * 40}), bomb, compression="zstd", use_dictionary=False)
    assert "34 MB, the most that a file of 0.0 MB may unpack to" in problem(bomb.getvalue())


def test_a_long_text_that_cells_share_is_not_written_out_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_builder, "LIMITS", replace(LIMITS, characters=1_000_000))
    rows = "".join(["<row>" + "<c t='s'><v>0</v></c>" * 2 + "</row>"] * 200)
    text = f"<sst><si><t>{'x' * 5_000}</t></si></sst>".encode()
    book = with_sheet(f"<sheetData>{rows}</sheetData>", **{"xl/sharedStrings.xml": text})
    assert "1,000,000 characters or more" in problem(book)


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"xl/workbook.bin": b"x"}, "binary Excel file"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({"a.csv": b"name,size", "b.csv": b"name,size"}, "a ZIP file with 2 tables; it holds a.csv, b.csv"),
        ({"notes.pdf": b"%PDF"}, "a ZIP file with no tables; it holds notes.pdf"),
        ({"areas/x.shp": b"x", "areas/x.dbf": b"x"}, "this is a shapefile, which holds areas"),
        ({"list.csv": b"PK\x03\x04"}, "the ZIP file holds another one, list.csv"),
        ({}, "it holds nothing"),
        ({"a.csv": b"x", "b.csv": b"x"}, "it holds a.csv, b.csv. Unpack it and add its tables one at a time"),
        ({"../../x.csv": b"name"}, "it holds a file whose path leads out of the folder: ../../x.csv. Unpack it"),
        ({"/etc/x.csv": b"name"}, "whose path leads out of the folder: /etc/x.csv"),
        ({"..\\x.csv": b"name"}, "whose path leads out of the folder"),
    ],
)
def test_another_packed_file_is_named_with_the_fix(parts: dict[str, bytes], kind: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert kind in problem(out.getvalue())


def test_the_one_table_of_a_zip_file_is_read_with_a_remark() -> None:
    for name, data in (
        ("ged.csv", as_csv(ROWS).encode()),
        ("ged.xlsx", as_xlsx(ROWS)),
        ("g.json", b'[{"name": "Fen"}]'),
    ):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for other, content in ((f"data/{name}", data), ("data/README.md", b"x"), ("__MACOSX/._ged.csv", b"x")):
                archive.writestr(other, content)
        raw = read_table("ged.zip", out.getvalue())
        assert raw.name == name
        assert raw.frame["name"].tolist()[0] == "Fen"
        assert [str(fault.problem) for fault in raw.faults] == ["it is the only table in ged.zip"]


@pytest.mark.parametrize(
    "others", [["README.txt"], ["docs/codebook.pdf", "docs/terms.TXT", "notes.txt"], ["__MACOSX/._list.csv"]]
)
def test_a_text_beside_the_one_table_of_a_zip_file_is_no_second_table(others: list[str]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("data/list.csv", "name,size\nFen,1\n")
        for other in others:
            archive.writestr(other, "About these data")
    assert cells(read_table("list.zip", out.getvalue())) == [["name", "size"], ["Fen", "1"]]


def test_a_damaged_zip_file_says_so() -> None:
    assert "the file is damaged" in problem(b"PK\x03\x04 and no more", "ged.zip")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.dbf", b"\x03\x7a\x01\x01" + bytes(4) + (65).to_bytes(2, "little") + bytes(54) + b"\r"),
        ("x.bin", b"\x03\x7a\x01\x01" + bytes(4) + (65).to_bytes(2, "little") + bytes(54) + b"\r"),
        ("x.shx", b"\x00\x00\x27\x0a" + bytes(96)),
        ("x.shp", b"\x00\x00\x27\x0a" + bytes(96)),
        ("x.prj", b'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984"]]'),
        ("x.cpg", b"UTF-8"),
    ],
)
def test_a_part_of_a_shapefile_is_named_with_what_to_bring(name: str, data: bytes) -> None:
    said = problem(data, name)
    assert "this is a part of a shapefile (." in said
    assert "bring its .shp, .shx, .dbf and .prj together" in said


def test_of_several_sheets_the_first_that_fits_best_is_read_and_another_can_be_chosen() -> None:
    august = [ROWS[0], ["Dale", "3"]]
    book = as_xlsx([["Terms"], ["CC BY"]], ROWS, august, titles=("Licence", "Reports", "August"))
    raw = read_table("list.xlsx", book, rate=lambda header: header.count("size"))
    assert (cells(raw), raw.reading) == (ROWS, Reading("Reports", ("Licence", "Reports", "August")))
    assert "only the sheet 'Reports' was read, and not 'Licence', 'August'; the columns of 'August' fit as well" in str(
        raw.faults[0]
    )
    assert raw.faults[0].fix.endswith("(--sheet August)")
    assert cells(read_table("list.xlsx", book, ReadingChoice(sheet="August"))) == august
    with pytest.raises(UnknownNameError, match=r"There is no sheet with a table in list\.xlsx 'July'.*August"):
        read_table("list.xlsx", book, ReadingChoice(sheet="July"))


def test_a_sheet_without_a_reference_to_its_part_is_passed_over() -> None:
    book = b'<workbook><sheets><sheet name="a"/></sheets></workbook>'
    assert "no sheet of the workbook has a table" in problem(remade(as_xlsx(ROWS), {"xl/workbook.xml": book}))


# Parquet and JSON


@pytest.mark.parametrize(
    "header",
    {
        "the size again, with 64 bits": thrift.small(20)[1] + b"\x06" + thrift.varint(4) + thrift.varint(9),
        "the size again, with 32 bits": thrift.small(20)[1] + b"\x05" + thrift.varint(4) + thrift.varint(9),
        "a number of 33 bits": thrift.varint(1 << 32 | 40),
        "the size again, as field 65538": thrift.small(20)[1] + b"\x05" + thrift.varint(65538 << 1) + thrift.varint(9),
    }.values(),
)
def test_a_page_that_states_its_size_in_two_ways_is_refused(header: bytes) -> None:
    page = thrift.data_page(2, b"\1\0\0\0x" * 2)
    stated = b"\x15" + thrift.small(10)[1]
    assert page[2:4] == stated
    chunk = thrift.Chunk(page.replace(stated, b"\x15" + header, 1), 2)
    assert "a page is damaged" in problem(thrift.parquet(chunk))


@pytest.mark.filterwarnings("ignore:Series.values")  # pyarrow below 25 takes the moments of pandas so
def test_parquet_is_read_as_text_with_categories_and_moments() -> None:
    frame = pd.DataFrame(
        {
            "name": pd.Categorical(["Fen", "Moor", None]),
            "day": pd.to_datetime(["2021-07-09", "2021-07-09 14:30", None], format="ISO8601"),
            "there": pd.to_datetime(["2021-07-09", "2021-07-09", None]).tz_localize("Asia/Kabul"),
            "size": [1.0, 2.0, None],
            "part": [0.5, float("inf"), 2.0],
            "yes": [True, False, True],
        }
    )
    raw = read_table("list.parquet", as_parquet(frame))
    assert cells(raw)[1:] == [
        ["Fen", "2021-07-09", "2021-07-09", "1", "0.5", "true"],
        ["Moor", "2021-07-09T14:30:00", "2021-07-09", "2", "", "false"],
        ["", "", "", "", "2", "true"],
    ]
    assert raw.frame.index.tolist() == [1, 2, 3]


def test_a_moment_that_no_calendar_has_is_no_traceback() -> None:
    far = pa.table({"day": pa.array([2**62, 0, None], pa.timestamp("us")), "name": ["a", "b", "c"]})
    assert cells(read_table("list.parquet", as_parquet(far)))[1:] == [[str(2**62), "a"], ["1970-01-01", "b"], ["", "c"]]


def test_nested_columns_of_parquet_are_left_out_and_reported() -> None:
    raw = read_table("list.parquet", as_parquet(pa.table({"name": ["Fen"], "box": [{"x": 1}], "tags": [["a", "b"]]})))
    assert cells(raw) == [["name"], ["Fen"]]
    assert [(fault.column, fault.kept) for fault in raw.faults] == [("box", True), ("tags", True)]


def test_an_answer_of_an_interface_that_is_one_page_says_that_more_follow() -> None:
    page = {"TotalPages": 3, "NextPageUrl": "https://example.org/?page=1", "Result": [{"name": "Fen"}]}
    raw = read_table("list.json", json.dumps(page).encode())
    assert "the file is one page of several" in str(raw.faults[0])
    assert problem(json.dumps({"a": [{"x": 1}], "b": [{"x": 1}]}), "list.json").startswith(
        "list.json: the file has 2 lists of records: 'a', 'b'."
    )
    assert "has no records" in problem(json.dumps({"status": 200, "data": []}), "list.json")
    assert "not a list of records" in problem(json.dumps({"error": "no access"}), "list.json")


@pytest.mark.parametrize(
    "tree",
    [
        {"status": 200, "data": {"rows": [{"name": "Fen"}, {"name": "Moor"}]}},
        [{"TotalCount": 2, "Result": [{"name": "Fen"}]}, {"TotalCount": 2, "Result": [{"name": "Moor"}]}],
        {"success": True, "messages": [], "data": [{"name": "Fen"}, {"name": "Moor"}]},
    ],
)
def test_records_deeper_in_an_answer_and_on_joined_pages_are_read(tree: object) -> None:
    raw = read_table("list.json", json.dumps(tree).encode())
    assert cells(raw) == [["name"], ["Fen"], ["Moor"]]
    assert raw.faults == []


def test_records_that_have_lists_of_their_own_are_no_pages() -> None:
    tree = [{"name": "Fen", "results": [{"x": 1}]}, {"name": "Moor", "results": [{"x": 2}]}]
    assert cells(read_table("list.json", json.dumps(tree).encode()))[0] == ["name"]


def test_a_position_that_is_a_list_of_numbers_is_kept_as_text() -> None:
    raw = read_table("kobo.json", json.dumps({"results": [{"_id": 1, "_geolocation": [34.5, 62]}]}).encode())
    assert cells(raw)[1] == ["1", "34.5, 62"]


def test_times_of_a_zone_keep_it_so_that_the_day_can_be_checked() -> None:
    times = pd.to_datetime(["2021-07-08T19:30:00Z", "2021-07-09T12:00:00Z", None])
    frame = pd.DataFrame({"there": times.tz_convert("Asia/Kabul"), "utc": times})
    assert read_table("x.parquet", as_parquet(frame)).frame.to_numpy().tolist() == [
        ["2021-07-09", "2021-07-08T19:30:00+00:00"],
        ["2021-07-09T16:30:00+04:30", "2021-07-09T12:00:00+00:00"],
    ]


def test_the_points_of_geoparquet_become_longitude_and_latitude(tmp_path: Path) -> None:
    points = gpd.GeoDataFrame({"name": ["Fen", "Moor"]}, geometry=[shapely.Point(69.5, 34.25), None], crs="EPSG:4326")
    points.to_parquet(tmp_path / "x.parquet")
    assert cells(read_file(tmp_path / "x.parquet")) == [
        ["name", "longitude", "latitude"],
        ["Fen", "69.5", "34.25"],
        ["Moor", "", ""],
    ]


def test_points_in_other_coordinates_are_left_out_and_reported(tmp_path: Path) -> None:
    points = gpd.GeoDataFrame({"name": ["Fen"]}, geometry=[shapely.Point(1, 2)], crs="EPSG:3857")
    points.to_parquet(tmp_path / "x.parquet")
    raw = read_file(tmp_path / "x.parquet")
    assert (cells(raw), [fault.column for fault in raw.faults]) == ([["name"], ["Fen"]], ["geometry"])


@pytest.mark.slow
def test_a_text_that_stands_once_in_parquet_is_not_written_out_without_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table_builder, "LIMITS", replace(LIMITS, characters=50_000_000))
    data = as_parquet(
        pa.table({"name": pa.DictionaryArray.from_arrays(pa.array([0] * 100_000), pa.array(["x" * 90_000]))})
    )
    assert len(data) < 500_000
    assert "50,000,000 characters" in problem(data)


def test_records_of_json_and_features_of_geojson_are_read() -> None:
    records = [{"name": "Fen", "size": 1}, {"name": "Moor", "size": None, "tags": ["a"]}]
    raw = read_table("list.json", json.dumps(records).encode())
    assert cells(raw) == [["name", "size"], ["Fen", "1"], ["Moor", ""]]
    assert [fault.column for fault in raw.faults] == ["tags"]
    point = {"type": "Feature", "properties": records[0], "geometry": {"type": "Point", "coordinates": [69.5, 34]}}
    features = json.dumps({"type": "FeatureCollection", "features": [point]})
    for many in ({"data": records[:1]}, {"count": 1, "next": None, "results": records[:1]}, {"Result": records[:1]}):
        assert cells(read_table("list.json", json.dumps({"status": 200, **many}).encode())) == [
            *(["name", "size"], ["Fen", "1"])
        ]
    assert cells(read_table("list.geojson", features.encode())) == [
        ["name", "size", "longitude", "latitude"],
        ["Fen", "1", "69.5", "34"],
    ]


_POINT = {"type": "Point", "coordinates": [69.5, 34]}


def _collect(*shapes: object) -> dict[str, object]:
    return {"type": "GeometryCollection", "geometries": [*shapes]}


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "MultiPoint", "coordinates": [[69.5, 34]]},
        {"type": "MultiPoint", "coordinates": [[69.5, 34, 1200.5]]},
        _collect(_POINT),
        _collect(_collect({"type": "MultiPoint", "coordinates": [[69.5, 34]]})),
    ],
)
def test_a_collection_of_one_point_is_this_point(shape: dict[str, object], tmp_path: Path) -> None:
    feature = {"type": "Feature", "properties": {"name": "Fen"}, "geometry": shape}
    raw = read_table("list.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())
    assert (cells(raw)[1], raw.faults) == (["Fen", "69.5", "34"], [])
    points = gpd.GeoDataFrame({"name": ["Fen"]}, geometry=[shapely.geometry.shape(shape)], crs="EPSG:4326")
    points.to_parquet(tmp_path / "x.parquet")
    raw = read_file(tmp_path / "x.parquet")
    assert (cells(raw)[1], raw.faults) == (["Fen", "69.5", "34"], [])


_SHAPES_WITHOUT_A_POINT = [
    {"type": "MultiPoint", "coordinates": [[69.5, 34], [69.6, 34]]},
    {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
    {"type": "LineString", "coordinates": [[0, 0], [1, 0]]},
    _collect(_POINT, _POINT),
    _collect({"type": "LineString", "coordinates": [[0, 0], [1, 0]]}),
    {"type": "Point", "coordinates": [[69.5, 34]]},
    {"type": "Point", "coordinates": [69.5]},
    {"type": "Point", "coordinates": {"lon": 1}},
    {"type": "GeometryCollection"},
    {"type": ["Point"], "coordinates": [1, 2]},
    "POINT(1 2)",
]


def test_a_shape_that_is_not_one_point_leaves_its_row_without_coordinates_and_is_named() -> None:
    shapes = [_POINT, *_SHAPES_WITHOUT_A_POINT, None]
    features = [{"type": "Feature", "properties": {"name": "Fen"}, "geometry": shape} for shape in shapes]
    raw = read_table("list.geojson", json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert cells(raw)[1:] == [["Fen", "69.5", "34"], *[["Fen", "", ""]] * (len(shapes) - 1)]
    assert [(fault.row, fault.column, fault.rows, fault.kept) for fault in raw.faults] == [(2, "geometry", 11, True)]
    assert "no coordinates are read from it (rows 2, 3, 4, 5, 6 and 6 more)" in str(raw.faults[0])


def test_several_points_in_a_row_of_geoparquet_leave_it_without_coordinates_and_are_named(tmp_path: Path) -> None:
    shapes = [shapely.MultiPoint([[1, 2], [3, 4]]), shapely.MultiPoint([[1, 2]]), None]
    gpd.GeoDataFrame({"name": [*"abc"]}, geometry=shapes, crs="EPSG:4326").to_parquet(tmp_path / "x.parquet")
    raw = read_file(tmp_path / "x.parquet")
    assert cells(raw)[1:] == [["a", "", ""], ["b", "1", "2"], ["c", "", ""]]
    assert [(fault.row, fault.rows) for fault in raw.faults] == [(1, 1)]


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "[1, 2]", "{}", "[]", '{"features": 3}', '[{"a": 1e999}, 2]'])
def test_json_that_is_no_table_is_refused(text: str) -> None:
    assert "list of records" in problem(text)


# Limits


@pytest.mark.slow
@pytest.mark.parametrize(("row", "rows"), [("x\n", 10_000_000), ('"x\ny"\n', 1_500_000), ("x\r", 1_500_000)])
def test_millions_of_rows_are_refused_before_they_are_read(row: str, rows: int) -> None:
    data = row.encode() * rows
    tracemalloc.start()
    assert "1,000,000 can be read. Split it by year" in problem(data)
    assert tracemalloc.get_traced_memory()[1] < 400_000_000
    tracemalloc.stop()


@pytest.mark.slow
def test_line_breaks_in_cells_are_no_rows() -> None:
    cell = '"' + "\n" * 50 + '"'
    assert len(read_table("list.csv", f"name,note\n{f'x,{cell}{chr(10)}' * 21_000}".encode()).frame) == 21_000


def test_a_file_that_is_too_large_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with path.open("wb") as file:
        file.truncate(LIMITS.file_bytes + 1)
    with pytest.raises(
        PackError, match=r"list\.csv: the file has a little more than 200 MB; 200 MB can be read\. Split it"
    ):
        read_file(path)


def test_too_many_columns_cells_and_faults_are_refused_with_what_can_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "301 columns; 300 can be read. Remove the columns" in problem(",".join(f"c{n}" for n in range(301)))
    monkeypatch.setattr(table_builder, "LIMITS", replace(LIMITS, cells=10))
    assert "12 cells or more; 10 can be read" in problem("a,b\n" + "1,2\n" * 6)
    monkeypatch.setattr(table_builder, "LIMITS", replace(LIMITS, faults=10))
    assert "more than 10 rows cannot be read" in problem("a,b\n" + "1,2,3\n" * 11 + "1,2\n" * 30)


def test_a_huge_cell_is_at_fault_alone() -> None:
    huge = "x" * (LIMITS.cell_characters + 1)
    for data in (
        f"name,size\nFen,1\n{huge},2\nMoor,3\n".encode(),
        as_parquet(pa.table({"name": ["Fen", huge, "Moor"], "size": [1, 2, 3]})),
    ):
        raw = read_table("list.csv", data)
        assert raw.frame["name"].tolist() == ["Fen", "Moor"]
        assert [fault.kept for fault in raw.faults] == [False]


@pytest.mark.slow
def test_ten_megabytes_without_a_line_or_a_closed_quote_are_read_or_refused() -> None:
    for data in (b"x" * 10_000_000, b'name,size\n"' + b"x" * 10_000_000, b'name,size\n"' + b"x\n" * 900_000):
        any_table(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"SQLite format 3\0", "GeoPackage"),
        (b"  <html><table><tr><td>name", "web page"),
        (b"\x89PNG\r\n", "picture"),
        (b"PAR1nothing", "Parquet file cannot be read"),
        (b"PK\x03\x04nothing", "damaged"),
        (bytes(range(256)) * 4, "neither text nor a table"),
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\r\n", "the file is empty"),
        (b",,\n,,", "the file is empty"),
    ],
)
def test_a_file_that_is_not_a_table_is_named_with_the_fix(data: bytes, kind: str) -> None:
    assert kind in problem(data)


def test_the_format_of_a_file_is_detected_from_its_contents_and_not_its_name() -> None:
    assert cells(read_table("list.csv", as_xlsx(ROWS))) == cells(read_table("list.xlsx", as_csv(ROWS).encode())) == ROWS


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="the file is missing"):
        read_file(tmp_path / "none.csv")
    with pytest.raises(PackError, match="the file cannot be read"):
        read_file(tmp_path)


def test_the_name_of_a_file_cannot_turn_a_message_around() -> None:
    with pytest.raises(PackError, match=r"^xslx\.csv: the file is empty"):
        read_table("\u202exslx.csv", b"")


# Laws


HEADS = [b"", b"name,size\n", b"PAR1", b"[", b"{", b"\xff\xfe", b"\xff\xfe\0\0", b"sep=;\n"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(HEADS), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_never_break(head: bytes, data: bytes) -> None:
    any_table(head + data)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([as_xlsx(ROWS), as_parquet(pd.DataFrame({"name": ["Fen"], "size": [1.5]}))]), st.data())
def test_a_damaged_file_is_read_or_refused_and_never_breaks(whole: bytes, data: st.DataObject) -> None:
    damaged = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=8)):
        damaged[place] = data.draw(st.integers(0, 255))
    any_table(bytes(damaged[: data.draw(st.integers(len(whole) // 2, len(whole)))]))


CELL = (
    st.text(st.characters(codec="utf-8"), max_size=12)
    .map(cell_text.strip_invisible)
    .filter(lambda text: text == read_back(text))
)
TABLES = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6)


def read_back(text: str) -> str:
    """Return a cell as it is read from a text with a single column."""
    return str(cell_text.clean_cells([" ".join(text.split())])[0][0].as_py()).replace("\ufffd", "")


@settings(max_examples=25, deadline=None)
@given(TABLES, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_a_table_reads_back_the_same_from_every_kind_of_file(
    table: list[tuple[str, str, str]], separator: str, encoding: str
) -> None:
    rows = [["first", "second", "third"], *map(list, table)]
    kept = [row for row in rows if any(row)]
    assert cells(read_table("x", as_csv(rows, separator, quoting=csv.QUOTE_ALL).encode(encoding))) == kept
    assert cells(read_table("x", as_xlsx(rows))) == kept
    assert cells(read_table("x", as_parquet(pd.DataFrame(rows[1:], columns=rows[0], dtype="str")))) == kept


def test_a_byte_order_mark_is_no_part_of_the_first_name_where_utf_8_is_chosen() -> None:
    chosen = ReadingChoice(encoding=find_choice("utf-8"))
    raw = read_table("list.csv", b'\xef\xbb\xbf"date, of event",name\n2021-07-09,Fen\n', chosen)
    assert list(raw.frame.columns) == ["date, of event", "name"]


@pytest.mark.parametrize(
    ("tree", "rows", "nulls"),
    [
        ({"status": 200, "data": [{"a": "1"}, None, {"a": "2"}], "messages": [{"b": "1"}]}, [1, 3], [2]),
        ({"count": 2, "results": [None, {"a": "1"}]}, [2], [1]),
        ([{"a": "1"}, None, None], [1], [2, 3]),
        ([{"TotalCount": 2, "Result": [{"a": "1"}, None]}, {"TotalCount": 2, "Result": [{"a": "2"}]}], [1, 3], [2]),
        ({"type": "FeatureCollection", "features": [None, {"type": "Feature", "properties": {"a": "1"}}]}, [2], [1]),
    ],
)
def test_a_null_among_records_is_one_unreadable_row(tree: object, rows: list[int], nulls: list[int]):
    table = read_table("answer.json", json.dumps(tree).encode())
    assert (list(table.frame.columns), table.frame.index.tolist()) == (["a"], rows)
    assert [(fault.row, fault.problem, fault.kept) for fault in table.faults] == [
        (row, "the record is null", False) for row in nulls
    ]
