"""Hooks and their receivers over time: nothing is lost, nothing comes twice, all comes in order."""

import itertools
import json
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.alerts import store as stores
from control_map.alerts.delivery import LOOPBACK_VARIABLE, Outcome
from control_map.alerts.hooks import FAILING_AFTER, Hook, HookEvent, Scope
from control_map.alerts.messages import Release, as_known
from control_map.alerts.sending import PackWatch, Sent, send, send_example, send_pack
from control_map.alerts.store import AlertStore
from control_map.core.errors import AlertError, PackError, UnknownNameError
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.feeds import make_feed
from tests.support.made_up import written
from tests.unit.alerts.support import SECRET, Receiver, apply_messages, deliver_here, item, make_hook, release_of

FIRST, LATER, BEYOND = item("a"), item("b", "blue"), item("c", place_id="V1", province_id="V")


class Desk:
    """What a map says, which a test edits, a hook to a receiver, and a clock that the test sets."""

    def __init__(self, folder: Path, receiver: Receiver) -> None:
        self.receiver, self.now = receiver, time.time()
        self.store = AlertStore(folder / "hooks.db", create=True)
        self.versions, self.release = itertools.count(1), release_of([])
        self.write(FIRST)

    def write(self, *items: dict[str, Any]) -> None:
        self.release = release_of(list(items), f"hash{next(self.versions)}")

    def add(self, *, known: bool = True, **others: Any) -> Hook:
        hook = make_hook(self.receiver.url, fingerprint=self.release.fingerprint if known else "", **others)
        items = self.release.items_in(hook.scope) if known else []
        self.store.add(hook, [(str(item["id"]), as_known(item)) for item in items])
        return hook

    def read(self, rules: Iterable[str]) -> dict[str, Release | None]:
        return {rule: self.release if rule == "assessed" else None for rule in rules}

    def send(self, *, after: float = 0, deliver: Any = deliver_here) -> list[Sent]:
        self.now += after
        hash_now = self.release.fingerprint
        return send(self.store, "marshland", hash_now, self.read, deliver=deliver, clock=lambda: self.now)

    @property
    def items(self) -> dict[str, Any]:
        return {str(each["id"]): each for each in self.release.items}


@pytest.fixture
def desk(tmp_path: Path, receiver: Receiver) -> Desk:
    return Desk(tmp_path, receiver)


def test_what_is_on_the_map_when_a_hook_is_added_is_not_sent(desk: Desk):
    desk.add()
    (sent,) = desk.send()
    assert (sent.delivered, sent.problem, sent.waits) == (0, "", False)
    assert desk.receiver.came == []


def test_added_corrected_and_withdrawn_changes_come_in_order(desk: Desk):
    desk.add(known=False)
    desk.send()
    corrected = item("b", "green")
    for items in ([FIRST, LATER], [FIRST, corrected], [FIRST, corrected, BEYOND], [BEYOND]):
        desk.write(*items)
        desk.send()
        assert desk.receiver.applied() == desk.items
    states = [row["state"] for row in desk.receiver.rows]
    assert states == ["added", "added", "corrected", "added", "withdrawn", "withdrawn"]
    hashes = [(each["data"]["previous_hash"], each["data"]["hash"]) for _, each in desk.receiver.came]
    assert [before for before, _ in hashes] == ["", *(after for _, after in hashes[:-1])]


def test_what_a_pack_says_comes_under_the_ids_and_in_the_words_of_its_feed(
    make_pack: Callable[..., Path], receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(LOOPBACK_VARIABLE, "1")
    store = AlertStore(tmp_path / "hooks.db", create=True)
    store.add(make_hook(receiver.url), [])
    late = {"event_date": "2021-05-20", "reported_date": "2021-05-21"}
    further = written(2, actor="green", origin="Weekly Fen", source_name="Weekly Fen", reported_date="2021-06-20")
    for reports in ([written(1), written(3, **late, actor="blue")], [written(1, actor="green"), further]):
        folder = make_pack(reports)
        assert [sent.problem for sent in send_pack(store, folder)] == [""]
        pack = load_pack(folder)
        feed = json.loads(make_feed(apply_rule(pack, pack.rule()), "theatre", "json"))["items"]
        assert receiver.applied() == {each["id"]: each for each in feed}
    assert [row["state"] for row in receiver.rows] == ["added", "added", "withdrawn", "corrected"]
    assert receiver.rows[0]["id"] == receiver.rows[3]["id"]


def test_a_hook_for_some_places_is_sent_their_changes_alone(desk: Desk):
    desk.add(scope=Scope(provinces=("V",)))
    desk.write(FIRST, LATER)
    assert desk.send()[0].delivered == 0
    desk.write(FIRST, LATER, BEYOND)
    desk.send()
    assert [row["_control_map"]["place_id"] for row in desk.receiver.rows] == ["V1"]


def test_a_hook_for_releases_is_sent_one_message_for_each_also_if_no_change_of_status_is_new(desk: Desk):
    desk.add(event=HookEvent.RELEASE)
    desk.write(FIRST, LATER, BEYOND)
    desk.send()
    desk.write(FIRST, LATER, BEYOND)
    desk.send()
    desk.send()
    first, second = (document["data"] for _, document in desk.receiver.came)
    assert (first["previous_hash"], first["hash"], first["counts"]["added"]) == ("hash1", "hash2", 2)
    assert (second["previous_hash"], second["hash"]) == ("hash2", "hash3")
    assert not any(second["counts"].values())


def test_a_pack_that_is_as_it_was_is_not_even_read(desk: Desk):
    desk.add()
    desk.read = lambda _: pytest.fail("read")  # type: ignore[method-assign, assignment]
    assert [sent.problem for sent in desk.send()] == [""]


def test_a_message_is_tried_again_under_the_same_id_after_longer_and_longer_waits(desk: Desk):
    desk.add()
    desk.write(FIRST, LATER)
    desk.receiver.answers = [500, lambda _: time.sleep(0.3), 302]
    slow = lambda hook, message_id, body: deliver_here(hook, message_id, body, timeout=0.1)  # noqa: E731
    assert desk.send()[0].problem == "it answers 500"
    assert desk.send(after=1)[0].waits
    assert "did not answer" in desk.send(after=13, deliver=slow)[0].problem
    assert desk.send(after=13)[0].waits, "the second wait is longer"
    assert desk.send(after=50)[0].problem == "it answers 302"
    assert desk.send(after=200)[0].delivered == 1
    assert len(desk.receiver.came) == 4
    assert len(set(desk.receiver.ids)) == 1
    assert desk.receiver.applied() == {"b": LATER}
    attempts = [(row["attempt"], row["status"], row["type"]) for row in desk.store.log()]
    assert attempts == [(number, status, "map.changed") for number, status in ((4, 204), (3, 302), (2, 0), (1, 500))]
    assert desk.store.find("desk").failures == 0


def test_a_receiver_that_asks_to_be_left_alone_is(desk: Desk):
    desk.add()
    desk.write(FIRST, LATER)
    desk.receiver.answers = [lambda handler: handler.send(429, Retry_After="1000")]
    desk.send()
    assert desk.send(after=990)[0].waits
    assert desk.send(after=20)[0].delivered == 1


def test_what_follows_a_failure_waits_for_it(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("control_map.alerts.messages.MOST_ROWS", 1)
    desk.add()
    desk.write(FIRST, LATER, BEYOND)
    desk.receiver.answers = [204, 503]
    (sent,) = desk.send()
    assert (sent.delivered, sent.problem) == (1, "it answers 503")
    desk.write(FIRST)
    assert desk.send(after=30)[0].delivered == 3
    parts = [document["data"]["part"] for _, document in desk.receiver.came]
    assert parts == [1, 2, 2, 1, 2], "what waited comes first, then what is new since"
    assert desk.receiver.applied() == {}


def test_while_a_receiver_is_away_what_waits_does_not_grow(desk: Desk):
    desk.add()
    desk.receiver.answers = [500] * 3
    for reports in ([FIRST, LATER], [FIRST, BEYOND], [FIRST, LATER, BEYOND]):
        desk.write(*reports)
        desk.send(after=100_000)
        assert desk.store.count_waiting() == {"desk": 1}
    assert desk.send(after=100_000)[0].delivered == 2
    assert [row["state"] for row in desk.receiver.rows[3:]] == ["added", "added"]


def test_a_hook_that_fails_for_days_is_called_failing_and_still_gets_all_in_the_end(desk: Desk):
    desk.add()
    desk.write(FIRST, LATER)
    desk.receiver.answers = [500] * FAILING_AFTER
    for number in range(FAILING_AFTER):
        assert desk.store.find("desk").is_failing is False, number
        desk.send(after=100_000)
    failing = desk.store.find("desk")
    assert failing.is_failing
    assert failing.next_try - desk.now < 86_401
    assert desk.send(after=100_000)[0].delivered == 1
    assert not desk.store.find("desk").is_failing


def test_a_receiver_that_is_gone_is_sent_nothing_any_more(desk: Desk):
    desk.add()
    desk.write(FIRST, LATER)
    desk.receiver.answers = [410]
    assert desk.send()[0].hook.ended
    assert desk.store.count_waiting() == {}
    desk.write(FIRST)
    assert desk.send(after=1e6) == []
    assert len(desk.receiver.came) == 1


def test_one_hook_that_fails_keeps_no_other_waiting(desk: Desk):
    desk.add()
    desk.add(name="slow")
    desk.write(FIRST, LATER)
    begun = threading.Barrier(2, timeout=5)

    def deliver(hook: Hook, message_id: str, body: bytes) -> Outcome:
        begun.wait()  # both are under way at once
        return Outcome(problem="away") if hook.name == "slow" else deliver_here(hook, message_id, body)

    assert [(sent.hook.name, sent.delivered) for sent in desk.send(deliver=deliver)] == [("desk", 1), ("slow", 0)]


def test_two_senders_at_once_deliver_each_message_once(desk: Desk):
    desk.add()
    desk.write(FIRST, LATER)
    other: list[Sent] = []

    def deliver(hook: Hook, message_id: str, body: bytes) -> Outcome:
        other.extend(send(AlertStore(desk.store.path), "marshland", "hash2", desk.read, deliver=deliver_here))
        return deliver_here(hook, message_id, body)

    assert desk.send(deliver=deliver)[0].delivered == 1
    assert [sent.waits for sent in other] == [True]
    assert len(desk.receiver.came) == 1
    assert desk.send()[0].delivered == 0


def test_a_sender_that_has_read_an_older_pack_does_not_take_back_what_a_newer_one_sent(desk: Desk):
    desk.add()
    desk.write(FIRST, LATER)
    older = desk.release

    def read(_: Iterable[str]) -> dict[str, Release]:
        desk.write(FIRST, LATER, BEYOND)
        assert desk.send()[0].delivered == 1
        return {"assessed": older}

    send(desk.store, "marshland", older.fingerprint, read, deliver=deliver_here)
    assert desk.receiver.applied() == {"b": LATER, "c": BEYOND}


@given(
    st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from("abc"), st.sampled_from(["red", "blue"])),
            st.lists(st.sampled_from(["accepted", "lost", "answer lost"]), max_size=3),
        ),
        max_size=4,
    )
)
def test_whatever_fails_on_the_way_a_receiver_has_in_the_end_what_the_map_says(steps):
    script: list[str] = []
    came: list[tuple[str, dict[str, Any]]] = []

    def deliver(_: Hook, message_id: str, body: bytes) -> Outcome:
        event = script.pop(0) if script else "accepted"
        if event != "lost":
            came.append((message_id, json.loads(body)))
        return Outcome(204) if event == "accepted" else Outcome(problem=event)

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("control_map.alerts.messages.MOST_ROWS", 1)
        desk = Desk(Path(folder), Receiver())
        desk.add(known=False)
        for version, events in steps:
            desk.write(*(item(entry, after) for entry, after in version.items()))
            script[:] = events
            desk.send(after=100_000, deliver=deliver)
        script.clear()
        desk.send(after=100_000, deliver=deliver)
        assert desk.store.count_waiting() == {}
    again = [earlier[0] == later[0] for earlier, later in itertools.pairwise(came)]
    assert len(came) - sum(again) == len(dict(came)), "only the last message comes again"
    assert apply_messages(dict(came).values()) == desk.items


@pytest.mark.slow
def test_a_sender_that_is_killed_after_a_delivery_repeats_it_under_the_same_id(desk: Desk):
    desk.add()
    desk.write(FIRST, LATER, BEYOND)
    script = f"""
import os, signal
from pathlib import Path
from control_map.alerts.delivery import deliver
from control_map.alerts.sending import send
from control_map.alerts.store import AlertStore
from tests.unit.alerts.support import LOOPBACK, item, release_of
def die(*given):
    assert deliver(*given, environment=LOOPBACK).is_delivered
    os.kill(os.getpid(), signal.SIGKILL)
release = release_of([item("a"), item("b", "blue"), item("c", place_id="V1", province_id="V")], "hash2")
store = AlertStore(Path({str(desk.store.path)!r}))
send(store, "marshland", "hash2", lambda _: dict(assessed=release), deliver=die)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    assert len(desk.receiver.came) == 1
    assert desk.send()[0].waits, "the dead sender could still be at work"
    assert desk.send(after=200)[0].delivered == 1
    assert len(desk.receiver.ids) == 2
    assert len(set(desk.receiver.ids)) == 1
    assert desk.receiver.applied() == {"b": LATER, "c": BEYOND}


def test_an_example_can_be_tried_and_ends_the_wait_when_it_is_accepted(desk: Desk):
    hook = desk.add()
    desk.write(FIRST, LATER)
    desk.receiver.answers = [500, 500]
    desk.send()
    assert not send_example(desk.store, hook, deliver=deliver_here).is_delivered
    assert desk.send()[0].waits
    assert send_example(desk.store, hook, deliver=deliver_here).is_delivered
    assert desk.send()[0].delivered == 1
    assert [document["type"] for _, document in desk.receiver.came] == [
        *("map.changed", "map.test", "map.test", "map.changed"),
    ]


def test_a_pack_that_cannot_be_read_or_changes_meanwhile_is_an_error_and_nothing_is_sent(
    make_pack: Callable[..., Path], receiver: Receiver, tmp_path: Path
):
    folder, store = make_pack(), AlertStore(tmp_path / "hooks.db", create=True)
    store.add(make_hook(receiver.url), [])
    with pytest.raises(AlertError, match="has changed while it was read"):
        send_pack(store, folder, fingerprint="0123456789abcdef")
    (folder / "reports.csv").unlink()
    with pytest.raises(PackError, match=r"reports\.csv: the file is missing"):
        send_pack(store, folder)
    assert store.find("desk").fingerprint == ""
    assert [sent.delivered for sent in send_pack(store, folder, fingerprint="")] == [0]


def test_a_pack_that_is_being_written_is_left_until_it_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    looks = iter(["a", "a", "b", PackError([]), "b", "b"])

    def look(_: Path) -> str:
        if isinstance(found := next(looks), PackError):
            raise found
        return found

    monkeypatch.setattr("control_map.alerts.sending.find_fingerprint", look)
    watch = PackWatch(tmp_path)
    assert [watch.settled() for _ in range(3)] == ["", "a", ""]
    with pytest.raises(PackError):
        watch.settled()
    assert [watch.settled() for _ in range(2)] == ["", "b"]


def test_a_hook_whose_rule_the_theatre_has_no_more_says_so(desk: Desk):
    desk.add(rule="side:nobody")
    desk.write(FIRST, LATER)
    assert desk.send()[0].problem == "the theatre has no rule 'side:nobody' any more"


def test_a_hook_of_another_theatre_is_left_alone(desk: Desk):
    desk.add(theatre="elsewhere")
    assert desk.send() == []


def test_the_file_is_for_its_owner_alone_and_is_mended_if_it_is_not(desk: Desk):
    path = desk.store.path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    AlertStore(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_hooks_are_found_by_name_and_removed_with_what_waits_for_them(desk: Desk):
    hook = desk.add()
    desk.write(FIRST, LATER)
    desk.receiver.answers = [500]
    desk.send()
    kept = AlertStore(desk.store.path).find("desk")
    assert replace(kept, failures=0, failing_since=0, next_try=0, problem="", fingerprint=hook.fingerprint) == hook
    with pytest.raises(AlertError, match="a hook 'desk' already"):
        desk.add()
    with pytest.raises(UnknownNameError, match=r"There is no hook 'news'\. There is: desk\."):
        desk.store.find("news")
    desk.store.remove("desk")
    assert desk.store.hooks() == []
    assert desk.store.count_waiting() == {}
    assert desk.store.known("desk") == {}
    assert len(desk.store.log()) == 1


def test_the_log_has_the_last_attempts_and_no_secret(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stores, "MOST_LOGGED", 3)
    hook = desk.add()
    for _ in range(5):
        send_example(desk.store, hook, deliver=deliver_here)
    assert len(desk.store.log()) == 3
    assert SECRET not in str(desk.store.log())
    assert desk.store.log("other") == []


@pytest.mark.parametrize("content", [b"not a database, but a text that is long enough", None])
def test_another_file_is_refused_and_not_changed(tmp_path: Path, content: bytes | None):
    path = tmp_path / "other.db"
    if content is None:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE mine (x)")
        other.close()
    else:
        path.write_bytes(content)
    before, mode = path.read_bytes(), path.stat().st_mode
    for create in (False, True):
        with pytest.raises(AlertError, match="Name another"):
            AlertStore(path, create=create)
    assert (path.read_bytes(), path.stat().st_mode) == (before, mode)


def test_a_file_that_is_taken_away_is_not_made_again(desk: Desk):
    desk.store.path.unlink()
    with pytest.raises(AlertError, match="cannot be used as the file of the hooks"):
        desk.send()
    assert not desk.store.path.exists()


def test_a_file_that_is_not_there_is_made_only_to_add_a_hook(tmp_path: Path):
    with pytest.raises(AlertError, match="alert add makes it"):
        AlertStore(tmp_path / "hooks.db")
    assert AlertStore(tmp_path / "hooks.db", create=True).hooks() == []
