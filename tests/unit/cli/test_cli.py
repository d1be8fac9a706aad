"""The command line: what it writes, where, and with which exit code."""

import csv
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from control_map.cli import main
from control_map.core.limits import LIMITS
from tests.support.made_up import THEATRE, written

STATUS = [
    "place_id",
    "kind",
    "name",
    "province",
    "status",
    "basis",
    "claimed_by",
    "disputed",
    "confidence",
    "since",
    "last_reported",
    "reports",
    "days_silent",
]
EVIDENCE = [
    "report_id",
    "role",
    "reason",
    "event_date",
    "reported_date",
    "claim",
    "actor",
    "claimant",
    "claimant_side",
    "origin",
    "source_url",
]
GEOCODED = ["place_id", "method", "score", "precision", "reason", "part"]
ISLAM_QALA = "AF-X-islam-qala"


class Answer(NamedTuple):
    """The output and the exit code of a command."""

    code: int
    out: str
    err: str

    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out)))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["control_map", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main.main()
        out, err = capsys.readouterr()
        return Answer(int(left.value.code or 0), out, err)

    return run


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "names.csv"
    path.write_text(
        "my_id,place_text,province_text,place_kind\n"
        "1,Nirkh,Wardak,district\n2,Kunduz airport,Kunduz,provincial_capital\n3,Atlantis,,district\n=4+4,@home,,\n",
        "utf-8",
    )
    return path


@pytest.mark.slow
def test_the_shipped_pack_passes_the_check(run: Callable[..., Answer]) -> None:
    answer = run("check")
    assert answer.code == 0
    assert "476 places" in answer.out
    assert "0 faults" in answer.out


@pytest.mark.slow
def test_the_check_names_row_and_column_of_each_fault_and_fails(
    run: Callable[..., Answer], make_pack: Callable[..., Path]
) -> None:
    answer = run("check", make_pack([written(1), written(2, claim="liberated"), written(3, event_date="2021-06-30")]))
    assert answer.code == 1
    assert "reports.csv, row 3, column claim: the value is not known. Use one of: captured" in answer.out
    assert "reports.csv, row 4, column reported_date" in answer.out
    assert "counts all the same" in answer.out
    assert "2 of 3 reports placed" in answer.out


@pytest.mark.slow
def test_the_check_names_what_it_cleaned_and_which_origins_it_read_as_others(
    run: Callable[..., Answer], make_pack: Callable[..., Path]
) -> None:
    answer = run("check", make_pack([written(1, place_text="Br\u0430ck\u200bwater"), written(2, origin="DAILY FEN")]))
    assert answer.code == 1
    assert "reports.csv, row 2, column place_text: invisible characters were removed" in answer.out
    assert "reports.csv, row 2, column place_text: characters of another script" in answer.out
    assert "reports.csv, row 3, column origin: this is read as 'Daily Fen'" in answer.out
    assert " ".join(answer.out.split()).count("(The row counts all the same.)") == 3
    assert "2 of 2 reports placed, 3 faults" in answer.out


@pytest.mark.slow
def test_the_check_names_reports_that_could_not_be_placed(
    run: Callable[..., Answer], make_pack: Callable[..., Path]
) -> None:
    answer = run("check", make_pack([written(1), written(2, place_text="Atlantis")]))
    assert answer.code == 0
    assert "reports.csv, row 3, column place_text: not placed: there is no 'Atlantis' in Harrow" in answer.out


@pytest.mark.slow
def test_the_check_names_what_a_report_leaves_out_and_is_not_found_with_its_fix(
    run: Callable[..., Answer], make_pack: Callable[..., Path]
) -> None:
    area = {"place_kind": "province", "place_text": "Harrow", "area_scope": "whole", "except_for": "Atlantis"}
    said = " ".join(run("check", make_pack([written(1), written(2, **area)])).out.split())
    assert "reports.csv, row 3, column except_for: not placed: there is no 'Atlantis' in Harrow; nearest:" in said
    assert "Write each name as in places.csv" in said


def test_the_check_of_an_unusable_pack_is_a_message_and_no_traceback(
    run: Callable[..., Answer], make_pack: Callable[..., Path]
) -> None:
    answer = run("check", make_pack(files={"reports.csv": "report_id\n", "totals.csv": None}))
    assert answer.code == 1
    assert "totals.csv: the file is missing" in answer.err
    assert "Traceback" not in answer.err


def test_the_check_of_a_folder_that_is_not_there_fails(run: Callable[..., Answer], tmp_path: Path) -> None:
    answer = run("check", tmp_path / "atlantis")
    assert answer.code == 1
    assert "there is no such folder" in answer.err


def test_the_check_finds_a_default_rule_that_does_not_exist(
    run: Callable[..., Answer], make_pack: Callable[..., Path]
) -> None:
    answer = run("check", make_pack(files={"theatre.toml": 'default_rule = "guess"\n' + THEATRE}))
    assert answer.code != 0
    assert "guess" in answer.out + answer.err


@pytest.mark.slow
def test_status_as_csv_has_its_columns_and_one_row_a_place(run: Callable[..., Answer]) -> None:
    answer = run("status", "--date", "2021-07-09", "--format", "csv")
    rows = answer.rows()
    assert answer.code == 0
    assert list(rows[0]) == STATUS
    assert len(rows) == len({row["place_id"] for row in rows}) == 476
    by_place = {row["place_id"]: row for row in rows}
    assert (by_place[ISLAM_QALA]["status"], by_place[ISLAM_QALA]["disputed"], by_place[ISLAM_QALA]["since"]) == (
        "taliban",
        "true",
        "2021-07-08",
    )


@pytest.mark.slow
def test_status_as_json_says_the_same_as_csv(run: Callable[..., Answer]) -> None:
    asked = ("status", "--date", "2021-07-09", "--format")
    result = json.loads(run(*asked, "json").out)
    assert list(result[0]) == STATUS
    assert [(row["place_id"], row["status"], row["since"] or "") for row in result] == [
        (row["place_id"], row["status"], row["since"]) for row in run(*asked, "csv").rows()
    ]
    assert {type(row["disputed"]) for row in result} == {bool}
    assert {type(row["reports"]) for row in result} == {int}


@pytest.mark.slow
def test_status_as_a_table_names_each_place(run: Callable[..., Answer]) -> None:
    answer = run("status", "--date", "2021-07-09")
    assert answer.code == 0
    assert "Islam Qala" in answer.out
    assert all(column in answer.out for column in STATUS)


@pytest.mark.slow
def test_rule_and_known_on_change_the_answer(run: Callable[..., Answer], make_pack: Callable[..., Path]) -> None:
    asked = ("status", "--date", "2021-05-20", "--format", "csv", "--pack", make_pack())

    def brackwater(*more: str) -> str:
        return next(row["status"] for row in run(*asked, *more).rows() if row["place_id"] == "H2")

    assert brackwater() == brackwater("--rule", "assessed") == brackwater("--known-on", "2021-05-03") == "red"
    assert brackwater("--rule", "side:blue") == brackwater("--known-on", "2021-05-02") == "no_report"


@pytest.mark.slow
def test_a_setting_of_the_rule_changes_the_answer_and_a_bad_one_is_named(
    run: Callable[..., Answer], make_pack: Callable[..., Path]
) -> None:
    asked = ("status", "--date", "2021-05-20", "--format", "csv", "--pack", make_pack())
    strict = run(*asked, "--set", "lowest_reliability=A", "--set", "baseline=false")
    assert {row["status"] for row in strict.rows()} == {"no_report"}
    bad = run(*asked, "--set", "lowest_reliability=Z")
    assert (bad.code, bad.out) == (2, "")
    assert "lowest_reliability cannot be 'Z'. Use one of: A, B, C, D, E" in bad.err


@pytest.mark.slow
def test_compare_lists_the_places_on_which_the_rules_differ(run: Callable[..., Answer]) -> None:
    rows = run("compare", "--date", "2021-07-09", "--format", "csv").rows()
    mirzaka = next(row for row in rows if row["name"] == "Mirzaka")
    assert (mirzaka["assessed"], mirzaka["two-sources"], mirzaka["answers"]) == ("government", "taliban", "2")


@pytest.mark.slow
def test_compare_as_a_table_gives_the_count_of_each_rule_and_their_range(run: Callable[..., Answer]) -> None:
    answer = run("compare", "--date", "2021-07-09", "--known-on", "2021-07-09")
    assert answer.code == 0
    assert "side:government" in answer.out
    assert "highest_rule" in answer.out


def test_explain_as_json_has_its_keys(run: Callable[..., Answer]) -> None:
    answer = run("explain", ISLAM_QALA, "--date", "2021-07-09", "--format", "json")
    result = json.loads(answer.out)
    assert answer.code == 0
    assert {"place_id", "date", "status", "since", "disputed", "evidence"} <= set(result)
    assert (result["place_id"], result["date"], result["status"], result["since"], result["disputed"]) == (
        ISLAM_QALA,
        "2021-07-09",
        "taliban",
        "2021-07-08",
        True,
    )
    assert all(set(EVIDENCE) <= set(entry) for entry in result["evidence"])
    assert {entry["report_id"] for entry in result["evidence"]} >= {"afg-1753", "afg-1754", "afg-1755"}
    assert all(entry["event_date"] <= "2021-07-09" for entry in result["evidence"])


@pytest.mark.slow
def test_explain_as_a_table_begins_with_the_status(run: Callable[..., Answer]) -> None:
    answer = run("explain", ISLAM_QALA, "--date", "2021-07-09")
    assert answer.out.startswith("Islam Qala, Herat (crossing): taliban since 8 July 2021, disputed")
    assert "afg-1754" in answer.out


@pytest.mark.slow
def test_explain_as_a_table_counts_the_reports_that_it_does_not_list(
    run: Callable[..., Answer], make_pack: Callable[..., Path]
) -> None:
    pack = make_pack([written(number, origin=f"Outlet {number}") for number in range(LIMITS.dossier_reports + 1234)])
    answer = run("explain", "H2", "--date", "2021-05-09", "--pack", str(pack))
    assert "newest first: 200, and 1,234 more with --format json" in " ".join(answer.out.split())


@pytest.mark.slow
def test_explain_prints_the_argument_before_the_table_in_readable_lines(run: Callable[..., Answer]) -> None:
    answer = run("explain", ISLAM_QALA, "--date", "2021-07-09")
    paragraph, table = answer.out.split("Reports of events up to 9 July 2021")
    assert "Set by an Afghan official via AP (against their own side's interest" in " ".join(paragraph.split())
    assert all(len(line.rstrip()) <= 100 for line in paragraph.splitlines())
    assert "the next day" in table


def test_explain_as_json_has_the_argument_and_each_lag(run: Callable[..., Answer]) -> None:
    result = json.loads(run("explain", ISLAM_QALA, "--date", "2021-07-09", "--format", "json").out)
    assert result["explanation"][0] == "Taliban since 8 July (sources differ: 8\u20139 July)."
    lags = {entry["report_id"]: (entry["lag_days"], entry["lag"]) for entry in result["evidence"]}
    assert lags["afg-1753"] == (1, "the next day")
    assert lags["afg-1738"] == (0, "the same day")


@pytest.mark.slow
def test_explain_of_a_silent_place_has_no_evidence(run: Callable[..., Answer], make_pack: Callable[..., Path]) -> None:
    result = json.loads(run("explain", "V1", "--date", "2021-05-09", "--pack", make_pack(), "--format", "json").out)
    assert (result["status"], result["since"], result["evidence"]) == ("no_report", None, [])


@pytest.mark.slow
def test_status_says_how_many_days_before_each_place_was_last_reported(
    run: Callable[..., Answer], make_pack: Callable[..., Path]
) -> None:
    asked = ("status", "--date", "2021-05-09", "--pack", make_pack(), "--format")
    assert {row["place_id"]: row["days_silent"] for row in run(*asked, "csv").rows()} == {
        "H1": "",
        "H2": "7",
        "V1": "",
        "C-H": "",
        "X-K": "",
    }
    result = {row["place_id"]: row["days_silent"] for row in json.loads(run(*asked, "json").out)}
    assert (result["H1"], result["H2"]) == (None, 7)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_silence_lists_the_blind_spots_with_the_longest_silent_first(form: str, run: Callable[..., Answer]) -> None:
    answer = run("silence", "--date", "2021-07-09", "--older-than", "60", "--format", form)
    assert answer.code == 0
    assert "Torkham" in answer.out
    if form == "table":
        assert "places without a report for more than 60 days on 9 July 2021" in answer.out
        return
    rows = answer.rows() if form == "csv" else json.loads(answer.out)
    assert list(rows[0]) == ["place_id", "kind", "name", "province", "status", "last_reported", "days_silent"]
    days = [int(row["days_silent"]) if row["days_silent"] else 10**6 for row in rows]
    assert days == sorted(days, reverse=True)
    assert min(days) > 60
    assert {row["status"] for row, silent in zip(rows, days, strict=True) if silent == 10**6} == {"no_report"}


@pytest.mark.slow
def test_silence_follows_its_days_and_what_was_known(
    run: Callable[..., Answer], make_pack: Callable[..., Path]
) -> None:
    def listed(*more: str) -> list[str]:
        asked = ("silence", "--date", "2021-05-09", "--pack", make_pack(), "--format", "csv", *more)
        return [row["place_id"] for row in run(*asked).rows()]

    never = ["C-H", "H1", "X-K", "V1"]
    assert listed() == listed("--older-than", "7") == listed("--rule", "side:blue") == never
    assert listed("--older-than", "6") == [*never, "H2"]
    assert sorted(listed("--known-on", "2021-05-02")) == sorted([*never, "H2"])


@pytest.mark.slow
def test_summary_counts_stale_statuses_by_the_days_asked_for(
    run: Callable[..., Answer], make_pack: Callable[..., Path]
) -> None:
    asked = ("summary", "--date", "2021-05-09", "--pack", make_pack(), "--format", "csv")

    def harrow(*more: str) -> list[str]:
        row = next(row for row in run(*asked, *more).rows() if row["province"] == "Harrow")
        return [row[name] for name in ("no_report", "stale", "blind_spots", "days_since_report")]

    assert harrow() == ["1", "0", "1", "7"]
    assert harrow("--older-than", "6") == ["1", "1", "2", "7"]


@pytest.mark.slow
def test_summary_counts_the_changes_since_the_day_that_is_named(run: Callable[..., Answer]) -> None:
    asked = ("summary", "--date", "2021-07-09", "--format", "csv")
    usual, named = (run(*asked, *since).rows() for since in ((), ("--since", "2021-05-01")))
    assert run(*asked, "--since", "2021-07-02").rows() == usual
    assert sum(int(row["taliban_change"]) for row in named) > sum(int(row["taliban_change"]) for row in usual)
    assert run("summary", "--date", "2021-07-09", "--since", "2021-07-10").code == 2


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_summary_is_written_in_each_form(form: str, run: Callable[..., Answer]) -> None:
    answer = run("summary", "--date", "2021-07-09", "--format", form)
    assert answer.code == 0
    assert "Badghis" in answer.out
    if form != "table":
        assert len(answer.rows() if form == "csv" else json.loads(answer.out)) == 34


@pytest.mark.slow
def test_status_on_a_scale_has_its_term_for_the_districts_that_the_scale_counts(run: Callable[..., Answer]) -> None:
    rows = run("status", "--date", "2021-07-09", "--scale", "lwj", "--format", "csv").rows()
    assert list(rows[0]) == [*STATUS, "term"]
    counted = [row for row in rows if row["term"]]
    assert len(rows) == 476
    assert len(counted) == 398
    assert {row["kind"] for row in counted} == {"district"}
    assert {row["status"] for row in counted if row["term"] == "Controlled"} == {"taliban"}


def test_scales_count_the_districts_in_the_terms_of_each(run: Callable[..., Answer]) -> None:
    rows = run("scales", "--date", "2021-07-09", "--format", "csv").rows()
    for row in rows:
        assert sum(int(other["districts"]) for other in rows if other["scale"] == row["scale"]) == int(row["of"])
    assert {row["scale"]: (row["of"], row["theirs"]) for row in rows if row["scale"] in ("all", "drawn", "lwj")} == {
        "all": ("422", ""),
        "drawn": ("398", ""),
        "lwj": ("398", "407"),
    }


@pytest.mark.parametrize("form", ["csv", "json"])
def test_difference_says_of_each_place_what_became_of_it(form: str, run: Callable[..., Answer]) -> None:
    answer = run("difference", "--since", "2021-07-02", "--date", "2021-07-09", "--format", form)
    rows = answer.rows() if form == "csv" else json.loads(answer.out)
    assert len(rows) == 476
    assert list(rows[0]) == ["place_id", "kind", "name", "province", "before", "after", "change", "last_changed_on"]
    changed = {row["last_changed_on"] or None for row in rows if row["change"] != "unchanged"}
    assert "2021-07-09" in changed
    assert min(changed) > "2021-07-02"
    assert {row["last_changed_on"] or None for row in rows if row["change"] == "unchanged"} == {None}
    (row,) = [row for row in rows if (row["name"], row["kind"]) == ("Qala-e-Naw", "district")]
    assert (row["before"], row["after"], row["change"]) == ("contested", "government", "taken_back")


@pytest.mark.slow
def test_difference_as_a_table_lists_the_changes_after_the_counts(run: Callable[..., Answer]) -> None:
    answer = run("difference", "--since", "2021-07-02", "--date", "2021-07-09", "--rule", "latest")
    assert answer.code == 0
    assert "Districts, from 2 July 2021 to 9 July 2021" in answer.out
    assert answer.out.index("gained") < answer.out.index("Places that changed") < answer.out.index("Qala-e-Naw")
    assert "unchanged" not in answer.out


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_totals_stand_beside_the_maps_own_count(form: str, run: Callable[..., Answer]) -> None:
    answer = run("totals", "--date", "2021-07-09", "--format", form)
    assert answer.code == 0
    assert "TRT World, Taliban claim" in answer.out
    if form != "table":
        first = (answer.rows() if form == "csv" else json.loads(answer.out))[0]
        assert (str(first["value"]), str(first["ours_of"]), str(first["fits"]).lower()) == ("100", "398", "true")
        assert int(first["difference"]) == int(first["ours"]) - 100


@pytest.mark.slow
def test_totals_without_a_date_are_all_and_can_be_those_of_one_scale(run: Callable[..., Answer]) -> None:
    assert len(run("totals", "--format", "csv").rows()) == 71
    assert {row["of"] for row in run("totals", "--scale", "aan", "--format", "csv").rows()} == {"421"}
    own = run("totals", "--scale", "all", "--format", "csv").rows()
    assert {row["measure"].split("_")[0] for row in own} == {"provincial", "provinces"}


@pytest.mark.slow
def test_totals_that_were_not_published_yet_are_not_listed(run: Callable[..., Answer]) -> None:
    def sources(*more: str) -> list[str]:
        return [row["source_name"] for row in run("totals", "--date", "2021-08-05", "--format", "csv", *more).rows()]

    assert "Amu TV look-back" in sources()
    assert "Amu TV look-back" not in sources("--known-on", "2023-08-04")


def test_geocode_adds_its_columns_to_those_of_the_file(names: Path, run: Callable[..., Answer]) -> None:
    answer = run("geocode", names, "--format", "csv")
    rows = answer.rows()
    assert answer.code == 0
    assert list(rows[0]) == ["my_id", "place_text", "province_text", "place_kind", *GEOCODED]
    assert [(row["place_id"], row["precision"]) for row in rows] == [
        ("AF0402", "place"),
        ("AF-C-19", "inside"),
        ("", ""),
        ("", ""),
    ]
    assert all(row["reason"] for row in rows)
    result = json.loads(run("geocode", names, "--format", "json").out)
    assert [row["place_id"] for row in result] == [row["place_id"] for row in rows]


@pytest.mark.slow
def test_formulas_are_harmless_in_csv(names: Path, run: Callable[..., Answer]) -> None:
    last = run("geocode", names, "--format", "csv").rows()[-1]
    assert (last["my_id"], last["place_text"]) == ("'=4+4", "'@home")
    cells = [cell for row in run("status", "--date", "2021-07-09", "--format", "csv").rows() for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_formula_in_a_header_is_harmless_too(tmp_path: Path, run: Callable[..., Answer]) -> None:
    path = tmp_path / "names.csv"
    path.write_text("=1+1,place_text,province_text,place_kind\nx,Nirkh,Wardak,district\n", "utf-8")
    assert not run("geocode", path, "--format", "csv").out.startswith("=")


def test_geocode_names_bad_rows_and_answers_the_others(tmp_path: Path, run: Callable[..., Answer]) -> None:
    path = tmp_path / "names.csv"
    path.write_text("place_text,province_text,place_kind\nNirkh,Wardak\nNirkh,Wardak,district\n", "utf-8")
    answer = run("geocode", path, "--format", "csv")
    assert [row["place_id"] for row in answer.rows()] == ["AF0402"]
    assert "names.csv, row 2" in answer.err


@pytest.mark.parametrize("content", ["place\nNirkh\n", None])
def test_geocode_of_an_unusable_file_is_a_message(
    content: str | None, tmp_path: Path, run: Callable[..., Answer]
) -> None:
    path = tmp_path / "names.csv"
    if content:
        path.write_text(content, "utf-8")
    answer = run("geocode", path)
    assert answer.code != 0
    assert "names.csv" in answer.err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["status", "--date", "9 July"], "2021-07-09"),
        (["status", "--date", "2021-02-30"], "2021-07-09"),
        (["status", "--date", "2021-07-09", "--known-on", "now"], "2021-07-09"),
        (["status", "--date", "2021-07-09", "--rule", "guess"], "assessed, latest, two-sources"),
        (["status", "--date", "2021-07-09", "--rule", "side:martians"], "side:taliban"),
        (["status", "--date", "2021-07-09", "--format", "yaml"], "json"),
        (["status"], "--date"),
        (["status", "--date", "2021-07-09", "--scale", "lw"], "lwj"),
        (["totals", "--scale", "guess"], "drawn, lwj"),
        (["explain", "Islam Kala", "--date", "2021-07-09"], ISLAM_QALA),
        (["explain", "AF-X-islam-kala", "--date", "2021-07-09"], ISLAM_QALA),
        (["summary", "--date", "0001-01-01"], "date"),
        (["silence", "--date", "2021-07-09", "--older-than", "0"], "--older-than"),
        (["difference", "--date", "2021-07-09"], "--since"),
        (["difference", "--date", "2021-07-09", "--since", "2021-07-10"], "is after"),
    ],
)
def test_a_wrong_argument_fails_with_a_hint(arguments: list[str], hint: str, run: Callable[..., Answer]) -> None:
    answer = run(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert hint in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.slow
def test_sources_shows_shares_with_their_totals(run: Callable[..., Answer], make_pack: Callable[..., Path]) -> None:
    pack = make_pack(
        [written(1), written(2), written(3, origin="Wire"), written(4, origin="=1+1", event_date="2021-05-30")]
    )
    rows = {row["origin"]: row for row in run("sources", "--pack", pack, "--format", "csv").rows()}
    assert list(rows) == ["Daily Fen", "'=1+1", "Wire"]
    fen = rows["Daily Fen"]
    assert [fen[name] for name in ("reports", "counted", "statements", "confirmed", "grades")] == [*"2111", "B 1"]
    assert (fen["confirmed_share"], fen["lag_days"], fen["first_published"]) == ("1.0", "1.0", "2021-05-03")
    table = run("sources", "--pack", pack)
    assert "published at any time" in table.out
    assert re.search(r"Wire\s+│ 1\s+│ 1\s+│ 1\s+│ 1 of 1 ", table.out)
    assert re.search(r"=1\+1\s.*0 of 1 .* \u221227 \(n 1\)", table.out)


@pytest.mark.slow
def test_sources_known_on_a_day_are_those_published_by_then(
    run: Callable[..., Answer], make_pack: Callable[..., Path]
) -> None:
    pack = make_pack([written(1, claim="fighting", date_precision="week"), written(2, reported_date="2021-05-09")])
    result = json.loads(run("sources", "--pack", pack, "--known-on", "2021-05-03", "--format", "json").out)
    assert [(row["reports"], row["statements"], row["confirmed_share"], row["lag_days"]) for row in result] == [
        (1, 0, None, None)
    ]
    assert run("sources", "--pack", pack, "--rule", "nobody").code == 2


@pytest.mark.slow
def test_sources_are_the_same_whatever_the_rule_accepts(run: Callable[..., Answer]) -> None:
    result = run("sources", "--format", "csv").rows()
    assert sum(int(row["counted"]) for row in result) == 2474
    assert run("sources", "--format", "csv", "--set", "lowest_reliability=B").rows() == result
    assert run("sources", "--format", "csv", "--rule", "side:taliban", "--set", "area_reports=false").rows() == result


@pytest.mark.slow
def test_a_report_cannot_command_the_terminal(run: Callable[..., Answer], make_pack: Callable[..., Path]) -> None:
    hostile = "\x1b[31mred\x1b]0;owned\x07"
    pack = make_pack([written(1, claimant=hostile), written(2, claimant=hostile, place_text=f"Atlantis{hostile}")])
    names = pack / "names.csv"
    names.write_text(f"place_text,province_text,place_kind\n{hostile}Brackwater,Harrow,district\n", "utf-8")
    for asked in (
        ("check", pack),
        ("explain", "H2", "--date", "2021-05-20", "--pack", pack),
        ("geocode", names, "--pack", pack),
        ("geocode", names, "--pack", pack, "--format", "csv"),
    ):
        answer = run(*asked)
        assert "owned" in answer.out
        assert "\x1b" not in answer.out + answer.err


def test_a_fault_of_the_program_is_one_sentence_unless_its_traceback_is_asked_for(
    run: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise LookupError("\x1b[31mno such thing\n" + "x" * 10_000)

    monkeypatch.setattr(main, "app", fail)
    with pytest.raises(LookupError):
        main.main()
    monkeypatch.delenv("CONTROL_MAP_TRACEBACK")
    answer = run("check")
    assert answer.code == 1
    assert answer.err.startswith("The program has failed (LookupError: ")
    assert "CONTROL_MAP_TRACEBACK=1" in answer.err
    assert "\x1b" not in answer.err
    assert len(answer.err) < 600
