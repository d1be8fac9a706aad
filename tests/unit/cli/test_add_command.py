"""The user's reports on the command line: the commands `add` and `template`, and `--reports` on all that weigh."""

import csv
import hashlib
import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import typer

from control_map.cli import main
from control_map.cli.app import app
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import match_table
from control_map.intake.matching.template import EXAMPLE_SUMMARY
from control_map.intake.tables.reader import read_file
from control_map.pipeline.pack import Pack, add_reports
from control_map.theatre.reports import CODEBOOK_COLUMNS
from tests.support.any_tables import as_xlsx
from tests.support.made_up import written

pytestmark = pytest.mark.slow

Run = Callable[..., tuple[int, str, str]]
TABLE = """When,Town,District,What,Party
2021-05-04,Stonefen,Brackwater,seized,the Blues
2021-05-05,Stonefen,Nowhere,seized,Blues
2021-05-05,Stonefen,Brackwater,seized,Yellows
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["control_map", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main.main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return run


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, "utf-8")
    return path


@pytest.fixture
def pack(make_pack: Callable[..., Path]) -> Path:
    return make_pack([written(1)])


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_what_is_set_aside_is_listed_with_the_nearest_names_and_what_was_read_stands_beside(
    run: Run, mine: Path, pack: Path
) -> None:
    before = digests(pack)
    code, out, err = run("add", mine, "--pack", pack, "--format", "csv")
    result = rows(out)
    assert code == 1
    assert [row["row"] for row in result] == ["3", "4"]
    assert "H2 Brackwater, Harrow" in result[0]["nearest"]
    assert "--meant Nowhere=ID, with an id such as" in result[0]["mend"]
    assert result[1]["mend"] == "Use one of: red, blue, green"
    assert "mine.csv: event_date is the column When: its name means the same" in err
    assert "claimant_side: assumed to be 'independent'" in err
    assert "mine.csv: 1 of 3 reports located: 1 on a place." in err
    assert digests(pack) == before


def test_what_was_not_placed_is_fixed_by_options(run: Run, mine: Path, pack: Path, tmp_path: Path) -> None:
    to = tmp_path / "out.csv"
    result = ["--meant", "nowhere=V1", "--suppose", "claimant_side=blue", "--to", to, "--alone"]
    _, _, err = run("add", mine, "--pack", pack, *result)
    written_rows = rows(to.read_text("utf-8"))
    assert "'Nowhere' is Stonefen, Velden in 1 row" in err
    assert [(row["place_text"], row["place_id"]) for row in written_rows][1] == ("Nowhere", "V1")
    assert {row["claimant_side"] for row in written_rows} == {"blue"}
    code, _, _ = run("add", mine, "--pack", pack, "--column", "place_text=Town", "--format", "json")
    assert code == 1


def test_speakers_whose_side_is_not_known_are_named_and_an_option_gives_their_side(
    run: Run, pack: Path, tmp_path: Path
) -> None:
    table, to = tmp_path / "speakers.csv", tmp_path / "out.csv"
    head = "date,district,province,status,party,said by\n"
    table.write_text(head + "2021-05-08,Stonefen,Velden,captured,red,a heron\n", "utf-8")
    code, _, err = run("add", table, "--pack", pack)
    assert code == 0
    assert "It is not known for whom 'a heron' speaks: their claims wait." in err
    assert "--side 'a heron=SIDE', with one of red, blue" in err
    _, _, err = run("status", "--date", "2021-05-09", "--reports", table, "--pack", pack)
    assert "It is not known for whom 'a heron' speaks: their claims wait. Give the side in a column" in err
    _, _, err = run("add", table, "--pack", pack, "--side", "a heron=independent", "--to", to, "--alone")
    assert "It is not known" not in err
    assert [row["claimant_side"] for row in rows(to.read_text("utf-8"))] == ["independent"]


def test_a_sheet_a_calendar_and_parties_are_given_by_options(run: Run, pack: Path, tmp_path: Path) -> None:
    head = ["date", "district", "province", "status", "party"]
    guards = [["1400/02/18", "Stonefen", "Velden", "held", f"Home Fen Guard ({town})"] for town in ("A", "B", "C")]
    book, to = tmp_path / "book.xlsx", tmp_path / "out.csv"
    sheets = [["Terms"]], [head, ["2021-05-08", "Stonefen", "Velden", "held", "red"]], [head, *guards]
    book.write_bytes(as_xlsx(*sheets, titles=("About", "July", "August")))
    _, _, err = run("add", book, "--pack", pack)
    assert "only the sheet 'July' was read, and not 'About', 'August'; the columns of 'August' fit as well" in err
    code, _, err = run("add", book, "--pack", pack, "--sheet", "August")
    assert code == 1
    assert "3 names are none of the parties: 'Home Fen Guard (A)'" in err
    assert "3 of these names are answered at once by --actor 'Home Fen Guard*=ID'" in err
    assert "All names that are not answered otherwise are answered by --actor '*=ID'" in err
    given = ["--sheet", "August", "--actor", "Home Fen Guard*=blue", "--to", to, "--alone"]
    code, out, _ = run("add", book, "--pack", pack, *given, "--format", "csv")
    assert code == 1
    assert "the Solar Hijri calendar, in which this is 2021-05-08" in rows(out)[0]["problem"]
    assert run("add", book, "--pack", pack, *given, "--calendar", "solar-hijri")[0] == 0
    assert {(row["event_date"], row["actor"]) for row in rows(to.read_text("utf-8"))} == {("2021-05-08", "blue")}


def test_a_table_in_an_old_encoding_is_read_with_a_notice_or_as_an_option_says(
    run: Run, pack: Path, tmp_path: Path
) -> None:
    table = tmp_path / "old.csv"
    name = "Известия, Русская служба"
    table.write_bytes(
        f'date,district,status,party,source\n2021-05-08,Stonefen,held,red,"{name}"\n'.encode("mac_cyrillic")
    )
    _, _, err = run("add", table, "--pack", pack)
    assert "its encoding is a guess: it was read as Mac Cyrillic" in err
    _, _, err = run("add", table, "--pack", pack, "--encoding", "mac-cyrillic")
    assert "not UTF-8" not in err
    code, _, err = run("add", table, "--pack", pack, "--encoding", "klingon")
    assert (code, "There is no encoding 'klingon'" in err) == (2, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--meant", "Springfield=V1"], "There is no place in the table 'Springfield'"),
        (["--meant", "Nowhere=V9"], "There is no place 'V9'"),
        (["--side", "a heron=yellow"], "There is no side 'yellow'. There is: red, blue, green"),
        (["--side", "a heron=red"], "There is no speaker in the table 'a heron'"),
        (["--meant", "Nowhere"], "not of the form SPELLING=ID"),
        (["--column", "place_text=Stadt"], "There is no column of the table 'Stadt'"),
        (["--suppose", "colour=red"], "There is no column 'colour' in the codebook"),
    ],
)
def test_an_option_that_cannot_be_used_is_a_message_that_says_why(
    run: Run, mine: Path, pack: Path, given: list[str], said: str
) -> None:
    code, _, err = run("add", mine, "--pack", pack, *given)
    assert code == 2
    assert said in " ".join(err.replace("\u2502", " ").split())


def test_a_missing_column_is_a_message_with_the_option_that_names_it(run: Run, mine: Path, pack: Path) -> None:
    code, _, err = run("add", mine, "--pack", pack, "--column", "actor=")
    assert code == 1
    assert "mine.csv: no column is taken for actor. Give --column actor=COLUMN; the columns" in " ".join(err.split())
    assert "Party" in err


def test_where_every_column_stands_for_another_none_is_to_be_named(run: Run, pack: Path, tmp_path: Path) -> None:
    table = tmp_path / "short.csv"
    table.write_text("date,district\n2021-05-08,Stonefen\n", "utf-8")
    code, _, err = run("add", table, "--pack", pack)
    assert code == 1
    said = " ".join(err.split())
    assert "no column is taken for actor. Add such a column to the table" in said
    assert "--suppose actor=VALUE" in said
    assert "none" not in said


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("add mine.csv", "reports.csv"),
        ("template", "places.csv"),
        ("import mine.csv", "Reports.csv"),
        ("extract mine.csv --published 2021-05-07 --outlet Fen", "totals.csv"),
        ("export --date 2021-06-01", "districts.geojson"),
    ],
)
def test_no_command_writes_a_file_of_a_pack_be_it_the_one_that_is_read_or_another(
    run: Run, mine: Path, pack: Path, monkeypatch: pytest.MonkeyPatch, command: str, file: str
) -> None:
    monkeypatch.chdir(mine.parent)
    other = mine.parent / "other"
    shutil.copytree(pack, other)
    before = digests(pack)
    for folder in (pack, other):
        code, _, err = run(*command.split(), "--pack", pack, "--to", folder / file)
        assert code == 2
        assert "a file of a theatre pack, which is never changed" in err
        assert digests(folder) == before
    assert run("template", "--pack", pack, "--to", mine.parent / "reports.csv")[0] == 0


def test_what_is_written_is_counted_and_added_again_adds_nothing(
    run: Run, mine: Path, pack: Path, tmp_path: Path
) -> None:
    merged, alone = tmp_path / "merged.csv", tmp_path / "alone.csv"
    _, _, err = run("add", mine, mine, "--pack", pack, "--to", merged)
    assert "1 of 3 reports located" in err
    assert "3 of those are there already: a merged table has them once." in err
    assert (
        "It has 4 rows: 1 of the theatre and 3 of yours. 1 stays set aside until its cell set_aside is emptied." in err
    )
    run("add", mine, "--pack", pack, "--alone", "--to", alone)
    assert rows(merged.read_text("utf-8"))[1:] == rows(alone.read_text("utf-8"))
    _, out, err = run("add", mine, merged, "--pack", pack, "--format", "json", "--to", tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text("utf-8") == merged.read_text("utf-8")
    assert "0 of 4 reports located" in err
    assert len(json.loads(out)) == 2 + 4


def test_the_users_reports_are_weighed_beside_the_packs_and_a_note_says_so(run: Run, mine: Path, pack: Path) -> None:
    asked = ("status", "--date", "2021-06-01", "--pack", pack, "--format", "csv")
    alone = {row["place_id"]: row["status"] for row in rows(run(*asked)[1])}
    code, out, err = run(*asked, "--reports", mine)
    beside = {row["place_id"]: row["status"] for row in rows(out)}
    assert code == 0
    assert (alone["H2"], beside["H2"]) == ("red", "blue")
    assert "mine.csv: 1 of 3 reports located: 1 on a place. 2 set aside, each with its reason." in err


def test_every_command_with_known_on_also_takes_reports() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    options = {name: {each.name for each in command.params} for name, command in commands.items()}
    weighing = {name for name, names in options.items() if "known_on" in names}
    assert len(weighing) >= 14
    assert {name for name, names in options.items() if "reports" in names} == {*weighing, "init"}


def test_the_template_is_true_to_the_theatre_and_offers_what_can_stand_in_each_column(
    run: Run, pack: Path, tmp_path: Path
) -> None:
    book_path, csv_path = tmp_path / "t.xlsx", tmp_path / "t.csv"
    assert (
        run("template", "--to", book_path, "--pack", pack)[0]
        == run("template", "--to", csv_path, "--pack", pack)[0]
        == 0
    )
    book = openpyxl.load_workbook(book_path)
    assert book.sheetnames == ["reports", "codebook", "places", "lists"]
    table = [[cell or "" for cell in row] for row in book["reports"].iter_rows(values_only=True, max_row=5)]
    assert table == [list(CODEBOOK_COLUMNS), *(list(row.values()) for row in rows(csv_path.read_text("utf-8")))]
    offered = {str(each.sqref).split(":")[0]: each.formula1 for each in book["reports"].data_validations.dataValidation}
    assert len(offered) == 8
    parties = [cell.value for cell in next(col for col in book["lists"].iter_cols() if col[0].value == "actor")]
    assert parties[:4] == ["actor", "red", "blue", "green"]


def test_the_examples_of_the_template_can_all_be_placed_and_the_shipped_files_stay_as_they_are(
    run: Run, tmp_path: Path, shipped: Pack, shipped_folder: Path
) -> None:
    before, path = digests(shipped_folder), tmp_path / "t.csv"
    run("template", "--to", path)
    path.write_text(path.read_text("utf-8").replace(EXAMPLE_SUMMARY, "mine now"), "utf-8")
    raw = read_file(path)
    added = add_reports(shipped, convert_to_codebook(raw, match_table(raw), shipped.theatre))
    assert len(added.located) == len(shipped.located) + 4
    assert run("template", "--to", tmp_path / "t.pdf")[0] == 2
    assert digests(shipped_folder) == before
