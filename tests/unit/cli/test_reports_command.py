"""The command `reports`: the same search as on the page."""

import csv
import io
import sys
from collections.abc import Callable

import pytest

from control_map.analysis.search import ReportFilter, ReportState, find_reports
from control_map.cli import main
from control_map.pipeline.pack import Pack

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["control_map", "reports", *arguments])
        with pytest.raises(SystemExit) as left:
            main.main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return run


def found(answer: tuple[int, str, str]) -> list[str]:
    code, out, _ = answer
    assert code == 0
    return [row["report_id"] for row in csv.DictReader(io.StringIO(out))]


@pytest.mark.slow
def test_it_finds_what_the_page_finds(run: Run, shipped: Pack):
    answer = run("قلعه نو", "--claim", "captured", "--claim", "held", "--from", "2021-07-01", "--format", "csv")
    expected = find_reports(shipped.search_index, ReportFilter("قلعه نو", claims=("captured", "held")))
    assert found(answer) == expected.loc[expected["event_date"] >= "2021-07-01", "report_id"].tolist() != []
    assert "sets" in answer[1]


@pytest.mark.slow
def test_it_lists_those_set_aside_with_their_reasons(run: Run, shipped: Pack):
    answer = run("--set-aside", "--format", "csv")
    assert (
        found(answer)
        == find_reports(shipped.search_index, ReportFilter(state=ReportState.SET_ASIDE))["report_id"].tolist()
    )
    assert "there is no 'Dara Boom'" in answer[1]
    assert {"mend", "own"} <= set(answer[1].split("\n", 1)[0].split(",")), "columns that programs read keep their names"


def test_a_table_says_how_many_of_how_many(run: Run):
    code, out, _ = run("islam qala", "--known-on", "2021-07-09", "--place", "AF-X-islam-qala")
    assert code == 0
    assert "reports, the newest event first" in out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "hint"), [("--place", "AF-X-islam-qala"), ("--province", "AF32"), ("--side", "independent")]
)
def test_an_id_that_there_is_not_is_an_error_that_names_those_there_are(run: Run, option: str, hint: str):
    code, out, err = run(option, "AF-X-islam-kala")
    assert (code, out) == (2, "")
    assert hint in err


@pytest.mark.slow
def test_an_origin_is_found_in_any_spelling(run: Run):
    assert (
        found(run("--origin", "reuters.", "--format", "csv"))
        == found(run("--origin", "Reuters", "--format", "csv"))
        != []
    )
