"""The commands `import` and `form`: what they write, and what they say about rows that are not reports."""

import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from control_map.cli import main
from control_map.intake.importers.registry import IMPORTERS
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import match_table
from control_map.intake.matching.template import EXAMPLE_SUMMARY
from control_map.intake.tables.reader import read_file
from control_map.pipeline.pack import add_reports, load_pack
from control_map.theatre.reports import CODEBOOK_COLUMNS, STATED_PLACE_COLUMNS
from tests.support.made_up import as_csv, write_pack, written
from tests.unit.intake.test_importers import ACLED_EVENT, control

pytestmark = pytest.mark.slow

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command on the made-up pack, in a folder of its own."""
    folder = write_pack(tmp_path / "marshland", [])
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["control_map", *arguments, "--pack", str(folder)])
        with pytest.raises(SystemExit) as left:
            main.main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), " ".join(out.split()), err

    return run


def acled(path: Path, *rows: dict[str, str]) -> str:
    path.write_text(as_csv([{**ACLED_EVENT, **row} for row in rows], ACLED_EVENT), "utf-8")
    return str(path)


def test_a_form_is_written_as_nothing_else_than_a_workbook(run: Run, tmp_path: Path):
    code, _, err = run("form", "--to", "form.csv")
    assert code == 2
    assert "does not end in .xlsx" in err
    assert not (tmp_path / "form.csv").exists()


def test_a_table_of_acled_becomes_reports_and_each_other_row_is_counted(run: Run, tmp_path: Path):
    table = acled(
        tmp_path / "acled.csv",
        {},
        {"event_id_cnty": "MAR2", "location": "Eel Ferry"},
        {"event_id_cnty": "MAR3", "admin2": "Unheard-of", "location": "Eel Ferry", "latitude": ""},
        {"event_id_cnty": "MAR4", "actor1": "Greys"},
        *[{"sub_event_type": "Peaceful protest"}] * 5,
    )
    code, out, err = run("import", table, "--to", "reports.csv")
    assert (code, err) == (0, "")
    assert "acled.csv is read as ACLED: 9 rows. 3 of 9 rows are reports: 3 captured. 6 rows are left out." in out
    assert "'Peaceful protest' does not say who holds a place" in out
    assert 'State which actor it is: --actor "Greys=ID", with one of red, blue, green' in out
    assert "In A made-up war 2 of them are placed: 1 on a place, 1 on a part of one. Not placed: 1" in out
    assert "there is no 'Eel Ferry, part of Unheard-of' in Harrow" in out
    assert "its terms forbid passing rows on" in out
    rows = list(csv.DictReader(io.StringIO((tmp_path / "reports.csv").read_text("utf-8"))))
    assert [row["report_id"] for row in rows] == ["acled:MAR1", "acled:MAR2", "acled:MAR3"]
    assert list(rows[0]) == [*CODEBOOK_COLUMNS, *STATED_PLACE_COLUMNS, "terms"]
    assert {row["terms"][:5] for row in rows} == {"ACLED"}


def test_one_file_has_all_rows_that_are_not_placed_and_why(run: Run, tmp_path: Path):
    unknown = {"event_id_cnty": "MAR3", "admin2": "Unheard-of", "location": "Eel Ferry", "latitude": ""}
    table = acled(tmp_path / "acled.csv", {}, unknown, *[{"sub_event_type": "Peaceful protest"}] * 2)
    assert "left.csv is written" in run("import", table, "--to", "r.csv", "--left-out", "left.csv")[1]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "left.csv").read_text("utf-8"))))
    assert [(row["row"], row["fate"]) for row in rows] == [("3", "set aside"), ("4", "left out"), ("5", "left out")]
    assert all(row["problem"] and row["fix"] for row in rows)


def test_what_it_writes_is_the_reports_of_a_pack(run: Run, tmp_path: Path):
    run("import", acled(tmp_path / "acled.csv", {}), "--to", "mine.csv")
    (tmp_path / "mine.csv").replace(tmp_path / "marshland" / "reports.csv")
    pack = load_pack(tmp_path / "marshland")
    assert (pack.located["report_id"].tolist(), len(pack.set_aside), pack.faults) == (["acled:MAR1"], 0, [])


def test_an_option_says_which_actor_a_name_stands_for(run: Run, tmp_path: Path):
    table = acled(tmp_path / "acled.csv", {"actor1": "A=B: Greys"})
    assert "1 of 1 row is a report" in run("import", table, "--to", "r.csv", "--actor", "A=B: Greys=green")[1]
    assert (tmp_path / "r.csv").read_text("utf-8").count("green") == 1
    assert run("import", table, "--to", "r.csv", "--actor", "Greys=grey")[::2] == (
        2,
        "There is no actor 'grey'. There is: red, blue, green.\n",
    )
    assert run("import", table, "--to", "r.csv", "--actor", "Greys")[0] == 2


def test_options_are_used_for_a_table_that_is_much_like_the_codebook(run: Run, tmp_path: Path):
    rows = "date,district,claim,who\n2021-05-08,Stonefen,held,Talibs\n2021-05-08,Stonefen,held,Zorks\n"
    (tmp_path / "mine.csv").write_text(rows)
    code, _, err = run("import", "mine.csv", "--to", "r.csv", "--column", "actor=when")
    assert (code, "There is no column of the table 'when'" in err) == (2, True)
    code, out, _ = run("import", "mine.csv", "--to", "r.csv", "--column", "actor=who", "--actor", "Talibs=red")
    assert code == 0
    assert "2 rows. 1 of 2 rows is a report: 1 held. 1 row is left out." in out
    assert "1 name is none of the parties: 'Zorks'. Say which party it is, as --actor Zorks=ID, with one of red" in out
    assert "actor: 'Talibs' was read as red in 1 row" in out


def test_a_column_of_acled_with_another_name_is_given_by_an_option(run: Run, tmp_path: Path):
    acled(tmp_path / "acled.csv", {}, {"event_id_cnty": "MAR2", "actor1": "Zorks", "event_date": "05/09/21"})
    table = (tmp_path / "acled.csv").read_text().replace(",location,", ",place_name_of_it,")
    (tmp_path / "acled.csv").write_text(table)
    code, _, err = run("import", "acled.csv", "--to", "r.csv", "--from", "acled")
    assert code == 2
    assert "--column location=COLUMN" in err
    given = ["--column", "location=place_name_of_it", "--actor", "*=green", "--month-first"]
    code, out, _ = run("import", "acled.csv", "--to", "r.csv", *given)
    assert code == 0
    assert "read as ACLED: 2 rows. 2 of 2 rows are reports" in out
    rows = list(csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text("utf-8"))))
    assert [(row["event_date"], row["actor"]) for row in rows] == [("2021-05-09", "red"), ("2021-05-09", "green")]


def test_a_table_without_a_report_writes_nothing(run: Run, tmp_path: Path):
    table = acled(tmp_path / "acled.csv", {"sub_event_type": "Peaceful protest"})
    code, out, err = run("import", table, "--to", "r.csv")
    assert code == 2
    assert "1 row. 0 of 1 row is a report. 1 row is left out." in out
    assert "no report is written" in err
    assert not (tmp_path / "r.csv").exists()


def test_a_control_file_is_read_with_the_file_of_its_places(run: Run, tmp_path: Path):
    rows = control("UURRRC")
    (tmp_path / "control_latest_2022.csv").write_text(as_csv(rows, rows[0]))
    (tmp_path / "places.csv").write_text("geonameid,asciiname,ADM1_NAME\n1,Brackwater,Harrow\n")
    result = ["--actor", "UA=blue", "--actor", "RU=red", "--places", "places.csv"]
    code, out, _ = run("import", "control_latest_2022.csv", "--to", "r.csv", *result)
    assert code == 0
    assert "VIINA 2.0: 6 rows. 3 of 6 rows are reports: 1 held, 1 captured, 1 contested. 3 rows are left out." in out
    assert "ODbL" in out


def test_a_table_much_like_the_codebook_is_taken_as_it_is(run: Run, tmp_path: Path):
    columns = [name for name in CODEBOOK_COLUMNS if name not in ("reliability", "origin")]
    rows = [{name: cell for name, cell in written(number).items() if name in columns} for number in (7, 8)]
    rows[1]["claim"] = "sold"
    (tmp_path / "mine.csv").write_text(as_csv(rows, columns))
    code, out, _ = run("import", "mine.csv", "--to", "r.csv")
    assert code == 0
    assert "2 rows. 1 of 2 rows is a report: 1 captured. 1 row is left out." in out


def test_a_remark_on_a_row_that_counts_is_no_row_left_out_and_an_example_is_one(run: Run, tmp_path: Path):
    rows = [written(7, summary="held \u202eby"), written(8, summary=EXAMPLE_SUMMARY), written(9)]
    (tmp_path / "mine.csv").write_text(as_csv(rows))
    out = run("import", "mine.csv", "--to", "r.csv")[1]
    assert "3 rows. 2 of 3 rows are reports: 2 captured. 1 row is left out." in out
    assert "the row is an example of the template" in out


def test_a_row_that_was_set_aside_in_a_merged_table_is_not_imported(run: Run, tmp_path: Path):
    rows = [{**written(7), "set_aside": ""}, {**written(8), "set_aside": "lon: the row has lat but no lon"}]
    (tmp_path / "mine.csv").write_text(as_csv(rows, rows[0]))
    out = run("import", "mine.csv", "--to", "r.csv")[1]
    assert "2 rows. 1 of 2 rows is a report: 1 captured. 1 row is left out." in out
    assert [line.partition(",")[0] for line in (tmp_path / "r.csv").read_text().splitlines()] == ["report_id", "r7"]


def test_places_given_by_id_or_point_read_back_as_they_were(run: Run, tmp_path: Path):
    rows = [
        {**written(7), "place_text": "the mill", "place_id": "H2", "lon": "", "lat": ""},
        {**written(8), "place_text": "the weir", "place_id": "", "lon": "2.5", "lat": "50.5"},
    ]
    (tmp_path / "mine.csv").write_text(as_csv(rows, rows[0]))
    out = run("import", "mine.csv", "--to", "r.csv")[1]
    assert "2 of them are placed" in out
    assert "Beside the codebook it has place_id, lon, lat" in out
    back = read_file(tmp_path / "r.csv")
    pack = load_pack(tmp_path / "marshland")
    added = add_reports(pack, convert_to_codebook(back, match_table(back), pack.theatre))
    found = added.user_supplied_located
    assert found["place_id"].tolist() == ["H2", "V1"]


def test_an_option_says_how_dates_are_written(run: Run, tmp_path: Path):
    table = acled(tmp_path / "acled.csv", {"event_date": "05/09/2021"})
    assert "either number can be the day" in run("import", table, "--to", "r.csv")[1]
    assert run("import", table, "--to", "r.csv", "--month-first")[0] == 0
    assert "2021-05-09" in (tmp_path / "r.csv").read_text("utf-8")


def test_its_help_says_where_each_format_is_described(run: Run):
    assert "UCDP GED Codebook" in run("import", "--help")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mine.csv", "--from", "luck"], f"There is no format 'luck'. There is: auto, {', '.join(IMPORTERS)}."),
        (["mine.csv", "--from", "ucdp"], "is not of UCDP GED, which has the columns date_end"),
        (["nowhere.csv"], "the file is missing"),
        (["https://table.example/r.csv"], "set CONTROL_MAP_ALLOW_URLS=1"),
    ],
)
def test_what_cannot_be_read_is_one_message(run: Run, tmp_path: Path, arguments: list[str], message: str):
    (tmp_path / "mine.csv").write_text("date,place\n2021-05-09,Brackwater\n")
    code, _, err = run("import", *arguments, "--to", "r.csv")
    assert code != 0
    assert message in " ".join(err.replace("│", " ").split())


def test_the_form_is_written_for_the_theatre(run: Run, tmp_path: Path):
    code, out, _ = run("form", "--to", "form.xlsx")
    assert (code, out) == (0, f"form.xlsx is written: {(tmp_path / 'form.xlsx').stat().st_size / 1000:,.0f} kB.")


@pytest.mark.parametrize(
    "given",
    [
        ["import", "a.csv", "--to", "a.csv"],
        ["import", "a.csv", "--to", "sub/../a.csv"],
        ["import", "a.csv", "--to", "link.csv"],
        ["import", "link.csv", "--to", "a.csv"],
        ["import", "a.csv", "--to", "r.csv", "--left-out", "a.csv"],
        ["import", "a.csv", "--to", "r.csv", "--left-out", "sub/../r.csv"],
        ["import", "a.csv", "--to", "b.csv", "--places", "b.csv"],
        ["add", "a.csv", "b.csv", "--to", "./b.csv"],
        ["export", "--date", "2021-05-09", "--reports", "a.csv", "--to", "a.csv"],
        ["picture", "--date", "2021-05-09", "--reports", "a.svg", "--to", "sub/../a.svg"],
        ["film", "--reports", "a.csv", "--reports", "f.gif", "--to", "f.gif"],
        ["publish", "--reports", "m.html", "--to", "m.html"],
        ["brief", "--date", "2021-05-09", "--reports", "m.html", "--to", "m.html"],
        ["extract", "a.csv", "--published", "2021-05-09", "--outlet", "Fen", "--to", "link.csv"],
    ],
)
def test_no_file_that_is_read_is_written_over(run: Run, tmp_path: Path, given: list[str]):
    acled(tmp_path / "a.csv", {})
    acled(tmp_path / "b.csv", {})
    for name in ("a.svg", "f.gif", "m.html"):
        acled(tmp_path / name, {})
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.csv").symlink_to("a.csv")
    before = (tmp_path / "a.csv").read_bytes()
    code, _, err = run(*given)
    assert code == 2
    assert "would be overwritten. Name another." in " ".join(err.replace("│", " ").split())
    assert all((tmp_path / name).read_bytes() == before for name in ("a.csv", "b.csv", "a.svg", "f.gif", "m.html"))
    assert (tmp_path / "link.csv").is_symlink()
    assert not (tmp_path / "r.csv").exists()
