"""The commands for webhooks: a hook is added, tried, sent what is new, looked at, and removed."""

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from control_map.alerts.delivery import LOOPBACK_VARIABLE
from control_map.alerts.store import VARIABLE
from control_map.cli import main
from control_map.cli.commands import alert
from tests.support.made_up import as_csv, written
from tests.unit.alerts.support import Receiver, make_hook

Run = Callable[..., tuple[int, str, str]]
LATER = written(2, event_date="2021-05-20", reported_date="2021-05-21", actor="blue")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "hooks.db"))
    monkeypatch.setenv(LOOPBACK_VARIABLE, "1")

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["control_map", "alert", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main.main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return run


def test_a_hook_is_added_tried_sent_what_is_new_and_removed(run: Run, receiver: Receiver, make_pack):
    folder, url = make_pack([written(1)]), f"{receiver.url}/T0KEN"
    code, secret, note = run("add", "--url", url, "--name", "desk", "--province", "H", "--pack", folder)
    assert code == 0
    assert "desk is added. 1 change counts as known, and 0 will be sent." in note
    receiver.secret = secret.strip()
    assert run("test", "desk")[0] == 0
    assert run("send", "--pack", folder)[1] == "desk: nothing new.\n"
    (folder / "reports.csv").write_text(as_csv([written(1), LATER]), "utf-8")
    receiver.answers = [500]
    code, out, _ = run("send", "--pack", folder, "--address", "https://map.example")
    assert (code, "desk: it failed: it answers 500. It is tried again at 20" in out) == (1, True)
    listed = run("list", "--format", "json")[1]
    (row,) = json.loads(listed)
    assert (row["name"], row["scope"], row["waiting"]) == ("desk", "province H", 1)
    assert row["state"].startswith("waits: 1 failed attempt since 20")
    assert "waits: 1 failed attempt" in run("send", "--pack", folder)[1]
    assert run("test", "desk")[0] == 0
    assert run("send", "--pack", folder)[1] == "desk: 1 message delivered.\n"
    assert receiver.rows[-1]["url"] == "https://map.example/?theatre=marshland&date=2021-05-20&place=H2"
    log = run("log", "--format", "json")[1]
    assert [each["outcome"] for each in json.loads(log)] == [
        *("delivered (204)", "delivered (204)", "it answers 500", "delivered (204)"),
    ]
    assert not any(word in listed + log for word in (secret.strip(), "T0KEN"))
    assert run("remove", "desk")[0] == 0
    assert "There is no hook for marshland" in run("send", "--pack", folder)[2]


@pytest.mark.slow
def test_what_is_known_already_can_be_sent_from_a_day_and_a_secret_can_go_to_a_file(
    run: Run, receiver: Receiver, make_pack, tmp_path: Path
):
    folder, secret = make_pack([written(1), LATER]), tmp_path / "secret"
    given = ("--url", receiver.url, "--pack", folder, "--secret-file", secret)
    code, out, note = run("add", *given, "--since", "2021-05-02")
    assert (code, out) == (0, "")
    assert "127.0.0.1 is added. 1 change counts as known, and 1 will be sent." in note
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    receiver.secret = secret.read_text().strip()
    run("send", "--pack", folder)
    assert [row["_control_map"]["date"] for row in receiver.rows] == ["2021-05-20"]
    code, _, note = run("add", *given, "--name", "other")
    assert (code, "secret cannot be written" in note) == (2, True)
    assert len(json.loads(run("list", "--format", "json")[1])) == 1
    secret.unlink()
    assert "a hook '127.0.0.1' already" in run("add", *given)[2]
    assert not secret.exists()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--url", "https://10.0.0.1/"), "not on the public internet"),
        (("--url", "http://hooks.example/"), "begins with https"),
        (("--url", "https://hooks.example/", "--release", "--place", "H1"), "A release is of the whole pack"),
        (("--url", "https://hooks.example/", "--place", "H9"), "There is no place 'H9'"),
        (
            ("--url", "https://hooks.example/", "--province", "Q"),
            "There is no province 'Q'. There is: H (Harrow), V (Velden).",
        ),
        (("--url", "https://hooks.example/", "--kind", "country"), "There is no kind 'country'"),
        (("--url", "https://hooks.example/", "--rule", "best"), "There is no rule 'best'"),
        (("--url", "https://hooks.example/", "--name", "a/b"), "cannot be the name of a hook"),
    ],
)
def test_a_hook_that_cannot_be_is_refused_with_the_reason(run: Run, make_pack, arguments, problem: str, tmp_path: Path):
    code, _, err = run("add", *arguments, "--pack", make_pack())
    assert code == 2
    assert problem in " ".join(err.replace("│", " ").split())
    assert not (tmp_path / "hooks.db").exists()


def test_a_command_without_a_file_of_hooks_says_how_to_name_one(run: Run, monkeypatch: pytest.MonkeyPatch):
    assert "alert add makes it" in run("list")[2]
    monkeypatch.delenv(VARIABLE)
    assert "CONTROL_MAP_ALERTS" in run("list")[2]


def test_a_watch_goes_on_when_the_pack_cannot_be_read_and_says_so_once(
    run: Run, receiver: Receiver, make_pack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    folder = make_pack([written(1)])
    alert.AlertStore(tmp_path / "hooks.db", create=True).add(make_hook(receiver.url), [])
    looks = iter([(folder / "totals.csv").unlink, lambda: None, make_pack, lambda: None])

    def sleep(_: float) -> None:
        if (step := next(looks, None)) is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr(alert.time, "sleep", sleep)
    code, out, err = run("send", "--pack", folder, "--watch", "5")
    assert (code, out) == (0, "desk: 1 message delivered.\n")
    assert err.count("totals.csv: the file is missing") == 1
