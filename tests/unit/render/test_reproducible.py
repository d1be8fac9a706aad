"""Equal contents are equal bytes: each written file is the same in another process, folder and hour."""

import datetime as dt
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from control_map.core.errors import WriteError
from control_map.theatre.file_time import EPOCH_VARIABLE, file_time
from control_map.theatre.theatre import Theatre, read_theatre
from tests.conftest import HERAT
from tests.support import writing_commands
from tests.support.writing_commands import WRITING

REPOSITORY = Path(__file__).parents[3]


def run_here(inputs: Path, targets: Path) -> str:
    """Run every command that writes."""
    writing_commands.main(inputs, targets)
    return ""


def run_elsewhere(inputs: Path, targets: Path) -> str:
    """Run every command that writes in another process, whose sets have another order, and in another zone."""
    command = [sys.executable, "-m", "tests.support.writing_commands", str(inputs), str(targets)]
    environment = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Kabul"}
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def write_all(folder: Path, name: str, run: Callable[[Path, Path], str]) -> dict[str, bytes]:
    """Run every command that writes, and return the files by their names."""
    inputs, targets = folder / f"inputs-{name}", folder / f"targets-{name}"
    inputs.mkdir()
    targets.mkdir()
    said = run(inputs, targets)
    codes = json.loads((targets / "codes.json").read_text())
    assert set(codes.values()) == {0}, (codes, said)
    files = sorted(path for path in targets.rglob("*") if path.is_file())
    return {str(path.relative_to(targets)): path.read_bytes() for path in files}


@pytest.mark.slow
def test_files_written_at_another_time_in_another_folder_are_equal(tmp_path, monkeypatch):
    monkeypatch.delenv(EPOCH_VARIABLE, raising=False)
    monkeypatch.setattr(sys, "argv", sys.argv)
    first = write_all(tmp_path, "1", run_here)
    second = write_all(tmp_path, "2", run_elsewhere)  # which takes seconds to begin: the clock has moved on
    assert {name.split("/")[0] for name in first} == {*WRITING, "codes.json"}
    assert [*first] == [*second]
    assert [name for name in first if first[name] != second[name]] == []
    for name in ("map.xlsx", "reports.xlsx", "form.xlsx"):
        with zipfile.ZipFile(tmp_path / "targets-1" / name) as book:
            assert {member.date_time for member in book.infolist()} == {(2021, 7, 1, 0, 0, 0)}
            assert book.read("docProps/core.xml").count(b"2021-07-01T00:00:00Z") == 2
    assert b"2021-07-01T00:00:00.000Z" in first["map.gpkg"]


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return read_theatre(HERAT)


def test_a_file_carries_the_last_day_of_the_period_or_the_time_that_the_environment_names(theatre, monkeypatch):
    monkeypatch.delenv(EPOCH_VARIABLE, raising=False)
    assert file_time(theatre).date() == theatre.period_end
    for seconds, expected in (("1625788800", dt.date(2021, 7, 9)), ("0", dt.date(1980, 1, 1))):
        monkeypatch.setenv(EPOCH_VARIABLE, seconds)
        assert file_time(theatre).date() == expected


@pytest.mark.parametrize("seconds", ["yesterday", "1e9", "9" * 30, "-" + "9" * 30])
def test_a_time_that_cannot_be_read_says_how_to_write_it(seconds, theatre, monkeypatch):
    monkeypatch.setenv(EPOCH_VARIABLE, seconds)
    with pytest.raises(WriteError, match="seconds since 1970"):
        file_time(theatre)
