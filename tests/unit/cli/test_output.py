"""What the commands print controls no terminal, and JSON reads back as the values that were written."""

import json
import re
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from control_map.cli import main, output
from control_map.cli.options import OutputFormat
from control_map.core.characters import HIDDEN_CLASS

HIDDEN = re.compile(f"[{HIDDEN_CLASS}]")
HOSTILE = "held\x1b[2J \u202eder\u202c\x9b\u200f\u2066x\U000e0041\u2028"


def test_json_has_what_cannot_be_seen_as_escapes_and_reads_back_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    value = {HOSTILE: [HOSTILE, "\u0642\u0644\u0639\u0647\u200c\u0646\u0648", 1.5, None]}
    output.write_json(value)
    written = capsys.readouterr().out
    assert not HIDDEN.search(written)
    assert "\\u202e" in written
    assert "\u0642\u0644\u0639\u0647\u200c\u0646\u0648" in written
    assert json.loads(written) == value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=20))
def test_any_text_is_the_same_after_json(capsys: pytest.CaptureFixture[str], text: str) -> None:
    output.write_json([text])
    written = capsys.readouterr().out
    assert not HIDDEN.search(written)
    assert json.loads(written) == [text]


@pytest.mark.parametrize("form", [OutputFormat.TABLE, OutputFormat.CSV])
def test_a_table_shows_no_character_that_controls_a_terminal(
    capsys: pytest.CaptureFixture[str], form: OutputFormat
) -> None:
    output.write_table(pd.DataFrame({HOSTILE: [HOSTILE], "list": [[HOSTILE]]}), form, HOSTILE)
    written = capsys.readouterr().out
    assert not HIDDEN.search(written)
    assert written.count("held[2J derx") == (4 if form == OutputFormat.TABLE else 3)


def test_the_name_of_a_column_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    output.write_table(pd.DataFrame({"[bold]a[/]": ["1"], "[/b]": ["2"]}), OutputFormat.TABLE, "[red]title")
    written = capsys.readouterr().out
    assert "[bold]a[/]" in written
    assert "[/b]" in written
    assert "[red]title" in written


@pytest.mark.parametrize("write", [output.write_text, output.print_text, output.print_note])
def test_sentences_control_no_terminal(capsys: pytest.CaptureFixture[str], write: Callable[[str], None]) -> None:
    write(f"{HOSTILE}\r[/bold]")
    written = "".join(capsys.readouterr())
    assert "held[2J derx[/bold]" in written
    assert not HIDDEN.search(written)
    assert "\r" not in written


@pytest.mark.parametrize("arguments", [["status", "--date", HOSTILE], ["status", f"--{HOSTILE}"], [f"--{HOSTILE}"]])
def test_an_error_about_an_argument_controls_no_terminal(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["control_map", *arguments])
    with pytest.raises(SystemExit):
        main.main()
    written = "".join(capsys.readouterr())
    assert "held" in written
    assert not HIDDEN.search(written)
