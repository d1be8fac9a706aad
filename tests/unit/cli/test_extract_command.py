"""The command `extract`: drafts on the screen, as CSV and JSON, and as a file of reports to correct."""

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from control_map.cli import main
from control_map.core.limits import LIMITS
from control_map.theatre.reports import CODEBOOK_COLUMNS
from tests.support.made_up import write_pack

Run = Callable[..., tuple[int, str, str]]
TEXT = "Brackwater fell to the Reds on Tuesday, a traveller said. The Reds could take Stonefen."


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    pack = write_pack(tmp_path / "marshland")

    def run(data: bytes, *arguments: str, file: str = "") -> tuple[int, str, str]:
        path = tmp_path / "article.txt"
        path.write_bytes(data)
        asked = [file or str(path), "--published", "2021-05-07", "--pack", str(pack), *arguments]
        monkeypatch.setattr(sys, "argv", ["control_map", "extract", *asked])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        with pytest.raises(SystemExit) as left:
            main.main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return run


@pytest.mark.slow
def test_the_same_statements_are_written_as_a_table_csv_and_json(run: Run):
    code, table, _ = run(TEXT.encode())
    assert code == 0
    assert "1 statement, for you to read against the text" in table
    assert "Brackwater" in table
    [row] = csv.DictReader(io.StringIO(run(TEXT.encode(), "--format", "csv")[1]))
    [same] = json.loads(run(TEXT.encode(), "--format", "json")[1])
    for name, value in {"place_id": "H2", "claim": "captured", "actor": "red", "event_date": "2021-05-04"}.items():
        assert row[name] == value
        assert same[name].startswith(value)


@pytest.mark.slow
def test_a_text_can_be_piped_in(run: Run):
    assert "H2" in run(TEXT.encode(), "--format", "csv", file="-")[1]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "cp1251"])
def test_a_text_is_read_in_the_usual_encodings(run: Run, encoding: str):
    words = (
        "\u041e\u043d \u0441\u043a\u0430\u0437\u0430\u043b." if encoding == "cp1251" else "\u201cYes\u201d, he said."
    )
    code, out, err = run(f"{words} {TEXT}".encode(encoding), "--format", "csv")
    assert code == 0
    assert "H2" in out
    assert ("was read as" in err) == encoding.startswith("cp")
    assert encoding.replace("cp", "Windows-") in err or not err


@pytest.mark.slow
def test_reports_to_correct_have_the_columns_of_the_codebook_and_no_formula(run: Run, tmp_path: Path):
    to = tmp_path / "drafts.csv"
    code, out, _ = run(TEXT.encode(), "--to", str(to), "--outlet", "=Daily Fen", "--url", "https://example.org/1")
    assert code == 0
    assert "to read against the text" in out
    rows = list(csv.DictReader(io.StringIO(to.read_text("utf-8"))))
    assert list(rows[0]) == list(CODEBOOK_COLUMNS)
    assert rows[0]["origin"] == "'=Daily Fen"
    assert (rows[0]["report_id"], rows[0]["reported_date"], rows[0]["source_url"]) == (
        "",
        "2021-05-07",
        "https://example.org/1",
    )


@pytest.mark.parametrize(
    ("arguments", "file", "hint"),
    [
        (("--to", "x.csv"), "", "--outlet"),
        ((), "no-such.txt", "Name a text file"),
        (("--published", "someday"), "", "2021-07-09"),
    ],
)
def test_what_cannot_be_done_is_an_error_that_says_how_to_fix_it(
    run: Run, arguments: tuple[str, ...], file: str, hint: str
):
    code, out, err = run(TEXT.encode(), *arguments, file=file)
    assert (code, out) == (2, "")
    assert hint in err


@pytest.mark.slow
def test_a_book_is_refused_with_advice(run: Run):
    longest = LIMITS.article_characters
    for text in (b"x" * (longest + 1), ("\u0416" * (longest + 1)).encode("utf-32"), b"x" * 10 * longest):
        code, _, err = run(text)
        assert code == 2
        assert "longer than 100,000 characters. Give one article at a time" in err
    assert run(("\u0416" * longest).encode("utf-32"))[0] == 0


@pytest.mark.slow
def test_bytes_of_any_kind_are_no_text_if_zeros_are_among_them_else_one_without_statements(run: Run):
    code, _, err = run(bytes(range(256)) * 4)
    assert code == 2
    assert "zero bytes" in err
    code, _, _ = run(bytes(range(1, 256)) * 4)
    assert code == 0


@pytest.mark.slow
def test_a_draft_without_a_side_asks_for_it(run: Run, tmp_path: Path):
    text = "The navy of the junta said that the Reds captured Brackwater."
    code, out, _ = run(text.encode(), "--to", str(tmp_path / "draft.csv"), "--outlet", "Reuters")
    assert code == 0
    assert "1 row does not say on whose side" in " ".join(out.split())
