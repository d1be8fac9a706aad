"""Text from reports is made harmless wherever it leaves the program."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.core.sanitize import safe_web_link, sanitize_cell, sanitize_cells, sanitize_line, unescape_cell
from control_map.theatre.csv_writer import as_csv


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", '=HYPERLINK("https://example.org")'])
def test_a_formula_becomes_text(text: str) -> None:
    assert sanitize_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["\x01=1+1", "\r=1+1", " \x7f=1+1", "\ufffe\x1b=1+1", "=1\x00+1"])
def test_a_control_character_hides_no_formula(text: str) -> None:
    cell = sanitize_cell(text)
    assert cell.startswith("'")
    assert cell.endswith("=1+1")
    assert as_csv(pd.DataFrame({"text": [text]})) == f"text\n{cell}\n"


def test_a_table_without_rows_has_none_of_what_it_rests_on_either() -> None:
    facts = {"rule": "Assessed", "credits": "long " * 20}
    assert as_csv(pd.DataFrame({"text": []}), facts) == "text,rule,credits\n"


def test_a_mark_that_turns_text_around_hides_nothing() -> None:
    assert sanitize_line("held by \u202eder\u202c, not \u2067blue\u2069") == "held by der, not blue"


@pytest.mark.parametrize("text", ["", "Qala-e-Naw", "1+1", "a=b", "7 July", "قلعه نو"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert sanitize_cell(text) == text


@given(st.text(max_size=20))
def test_no_text_is_a_formula_afterwards_and_none_is_lost(text: str) -> None:
    kept = sanitize_line(text)
    assert not sanitize_cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert sanitize_cell(text) in (kept, f"'{kept}")
    assert sanitize_line(sanitize_cell(text)) == sanitize_cell(text)


@given(st.text(alphabet="'=+-@ \t\nab", max_size=8))
def test_a_sanitized_cell_is_read_back_as_it_was(text: str) -> None:
    assert unescape_cell(sanitize_cell(text)) == text


def test_numbers_and_dates_of_a_frame_stay_what_they_are() -> None:
    frame = pd.DataFrame({"text": ["=1", "fine"], "number": [-1.5, 2.0], "date": pd.Timestamp(2021, 7, 9)})
    result = sanitize_cells(frame)
    assert result["text"].tolist() == ["'=1", "fine"]
    assert result["number"].tolist() == [-1.5, 2.0]
    assert frame["text"].tolist() == ["=1", "fine"]


@pytest.mark.parametrize(
    "url", ["", "ftp://example.org", "//example.org", "www.example.org", "https://", "data:text/html,x"]
)
def test_what_is_no_address_of_the_web_is_no_link(url: str) -> None:
    assert safe_web_link(url) == ""


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)"]
)
def test_a_script_is_no_link(url: str) -> None:
    assert safe_web_link(url) == ""


@pytest.mark.parametrize("more", ['" onclick="x', "'", "<script>", "a b", "\\", "\n", "\n<script>", "`"])
def test_an_address_that_could_end_its_attribute_is_no_link(more: str) -> None:
    assert safe_web_link(f"https://example.org/{more}") == ""


def test_a_line_for_a_terminal_has_none_of_its_commands_and_all_of_its_text():
    assert sanitize_line("\x1b[31mred\x1b]0;owned\x07 \x9bQala\u200cnaw\n") == "[31mred]0;owned Qala\u200cnaw\n"
