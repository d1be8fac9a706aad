"""The commands `api-key add`, `list` and `revoke`."""

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from control_map.api import keys
from control_map.theatre import discovery
from tests.support.far import run_to_end
from tests.support.made_up import write_pack

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "keys.jsonl"


@pytest.fixture
def run(monkeypatch, capsys, tmp_path, file) -> Run:
    for name in ("marsh", "moor"):
        (tmp_path / "packs" / name).mkdir(parents=True)
        (tmp_path / "packs" / name / "theatre.toml").write_text("", "utf-8")
    monkeypatch.setattr(discovery, "DATA_FOLDER", tmp_path / "packs")
    monkeypatch.setenv(keys.KEYS_VARIABLE, str(file))

    def run_command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["control-map", "api-key", *map(str, arguments)])
        code = run_to_end()
        output = capsys.readouterr()
        return code, output.out, output.err

    return run_command


def test_a_key_is_shown_once_and_listed_without_itself(run, file):
    code, out, err = run("add", "the desk", "--theatre", "marsh", "--theatre", "moor", "--expires", "2199-12-31")
    text = out.strip()
    assert (code, len(text)) == (0, 69)
    assert f"It opens marsh, moor until 2199-12-31; its id is {text[-8:]}." in err
    assert text not in err + file.read_text("utf-8")
    code, out, _ = run("list", "--format", "json")
    today = dt.datetime.now(dt.UTC).date().isoformat()
    assert json.loads(out) == [
        {
            "id": text[-8:],
            "name": "the desk",
            "theatres": "marsh, moor",
            "created": today,
            "expires": "2199-12-31",
            "is_valid": True,
        }
    ]
    assert text[:-8] not in run("list")[1]


def test_a_revoked_key_is_gone_and_others_stay(run, file):
    first, second = (run("add", name, "--all")[1].strip() for name in ("one", "two"))
    code, out, _ = run("revoke", first[-8:])
    assert (code, out) == (0, f"The key {first[-8:]} (one) is revoked.\n")
    assert [key.id for key in keys.read_keys(file)] == [second[-8:]]
    code, _, err = run("revoke", first[-8:])
    assert (code, err) == (2, f"There is no key '{first[-8:]}'. There is: {second[-8:]} (two).\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("x",), "with --theatre, repeatable, or all with --all"),
        (("x", "--all", "--theatre", "marsh"), "with --theatre, repeatable, or all with --all"),
        (("x", "--theatre", "marhs"), "There is no theatre 'marhs'. There is: marsh, moor."),
        ((" ", "--all"), "Name who or what gets the key."),
        (("x", "--all", "--expires", "2020-01-01"), "2020-01-01 is over. Give today or a later day."),
        (("x", "--all", "--expires", "soon"), "Write it as 2021-07-09"),
    ],
)
def test_what_cannot_be_a_key_is_refused_and_nothing_is_written(run, file, arguments, says):
    code, out, err = run("add", *arguments)
    assert (code, out) == (2, "")
    assert says in " ".join(err.replace("│", " ").split())
    assert not file.exists()


def test_the_file_has_to_be_named_and_lies_outside_of_packs(run, monkeypatch, tmp_path):
    code, _, err = run("add", "x", "--all", "--keys", write_pack(tmp_path / "fen") / "keys.jsonl")
    assert code == 2
    assert "lies in a theatre pack" in err
    monkeypatch.delenv(keys.KEYS_VARIABLE)
    code, _, err = run("list")
    assert code == 2
    assert "CONTROL_MAP_API_KEYS" in err


def test_a_damaged_file_is_named_with_its_line(run, file):
    run("add", "x", "--all")
    file.write_text(file.read_text("utf-8").replace('"all"', '"everything"'), "utf-8")
    for arguments in (("list",), ("add", "y", "--all"), ("revoke", "00000000")):
        code, out, err = run(*arguments)
        assert (code, out) == (1, "")
        assert err.startswith(f"{file}, row 1, column theatres: this is not as the command api-key writes it.")
