"""The page on security states what the code does: its limits, its headers, and tests that exist."""

import re
from pathlib import Path

import control_map
from control_map.core.limits import LIMITS
from control_map.ui import server

ROOT = Path(control_map.__file__).parents[1]
PAGE = (ROOT / ".github" / "SECURITY.md").read_text("utf-8")
_BYTES = {"MB": 1_000_000, "": 1}


def test_each_limit_is_the_one_of_the_code():
    rows = re.findall(r"^\| [^|]+ \| ([\d,; MB]+) \| ([`\w, ]+) \|$", PAGE, re.MULTILINE)
    assert len(rows) > 8
    for stated, names in rows:
        numbers = [re.fullmatch(r"([\d,]+) ?(MB)?", part.strip()) for part in stated.split(";")]
        values = [int(number[1].replace(",", "")) * _BYTES[number[2] or ""] for number in numbers if number]
        assert values == [getattr(LIMITS, name) for name in re.findall(r"`(\w+)`", names)], names


def test_each_test_that_it_names_exists():
    named = set(re.findall(r"`((?:unit|app|browser)/[\w/.]+)`", PAGE))
    assert len(named) > 20
    assert [name for name in named if not (ROOT / "tests" / name).is_file()] == []


def test_each_header_of_an_answer_is_named():
    for middleware in server.make_middleware():
        for headers in middleware.kwargs.values():
            assert [name for name in headers if f"`{name}`" not in PAGE] == []
