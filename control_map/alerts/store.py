"""The file of the hooks: what each was sent, what waits for it, and the log of deliveries.

It is an SQLite database, because these change together: a message waits from the moment from which its receiver counts
as having it, whenever the process ends. It holds secrets, so only its owner can read it.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from control_map.alerts.delivery import Outcome, wait_after
from control_map.alerts.hooks import Hook, HookEvent, Scope
from control_map.alerts.messages import Message
from control_map.core.errors import AlertError, UnknownNameError
from control_map.theatre.safe_write import explain_write_errors

VARIABLE = "CONTROL_MAP_ALERTS"
"""The environment variable with the path of the file."""
MOST_LOGGED = 10_000
_LEASE_SECONDS = 120.0
"""How long a sender has a hook to itself after each sign of life: longer than any attempt takes."""
_WAIT_SECONDS = 10.0
_FORMAT = 1
_SCHEMA = """
CREATE TABLE hooks (
    name TEXT PRIMARY KEY, url TEXT NOT NULL, secret TEXT NOT NULL, theatre TEXT NOT NULL, rule TEXT NOT NULL,
    event TEXT NOT NULL, scope TEXT NOT NULL, fingerprint TEXT NOT NULL, added REAL NOT NULL, failures INTEGER NOT NULL,
    failing_since REAL NOT NULL, next_try REAL NOT NULL, problem TEXT NOT NULL, ended INTEGER NOT NULL,
    holder TEXT NOT NULL DEFAULT '', held_until REAL NOT NULL DEFAULT 0
);
CREATE TABLE known (
    hook TEXT NOT NULL REFERENCES hooks (name) ON DELETE CASCADE, entry TEXT NOT NULL, item TEXT NOT NULL,
    PRIMARY KEY (hook, entry)
);
CREATE TABLE messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL,
    hook TEXT NOT NULL REFERENCES hooks (name) ON DELETE CASCADE
);
CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, hook TEXT NOT NULL, type TEXT NOT NULL,
    message TEXT NOT NULL, attempt INTEGER NOT NULL, status INTEGER NOT NULL, problem TEXT NOT NULL,
    seconds REAL NOT NULL
);
"""
_HOOK_COLUMNS = (
    "name, url, secret, theatre, rule, event, scope, fingerprint, added, failures, failing_since, next_try, problem, "
    "ended"
)


@dataclass(frozen=True)
class WaitingMessage:
    """A message that waits for its delivery; its id stays the same however often that is tried."""

    number: int
    id: str
    message: Message


def new_message_id() -> str:
    """Return an id for a message, without a full stop, as the specification asks."""
    return f"msg_{uuid4().hex}"


class AlertStore:
    """The hooks, what they were sent, and the log, in a file; it can be used by many processes at once.

    Raises
    ------
    AlertError
        If there is no such file, or it is another one. `create` makes it.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        if create:
            with explain_write_errors(path):
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        if not path.is_file():
            raise AlertError(f"There is no file {path}. The command alert add makes it.")
        with self._change() as change:
            if not path.stat().st_size and not change.execute("PRAGMA user_version").fetchone()[0]:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    change.execute(statement)
                change.execute(f"PRAGMA user_version = {_FORMAT}")
            elif change.execute("PRAGMA user_version").fetchone()[0] != _FORMAT:
                raise AlertError(f"{path} is no file of hooks that this version can read. Name another.")
        with explain_write_errors(path):
            path.chmod(0o600)

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection for changes that are made together, or not at all."""
        there = f"{self.path.absolute().as_uri()}?mode=rw"  # SQLite would make a file, which others could read
        try:
            connection = sqlite3.connect(there, timeout=_WAIT_SECONDS, isolation_level=None, uri=True)
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from error
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from error
        finally:
            connection.close()  # what was not committed is undone

    def _unusable(self, error: sqlite3.DatabaseError) -> AlertError:
        return AlertError(f"{self.path} cannot be used as the file of the hooks ({error}). Name another.")

    def add(self, hook: Hook, known: Iterable[tuple[str, str]]) -> None:
        """Add a hook; `known` are the ids and texts of what its receiver is not sent, as if it had it already.

        Raises
        ------
        AlertError
            If there is one of this name.
        """
        with self._change() as change:
            if change.execute("SELECT 1 FROM hooks WHERE name = ?", [hook.name]).fetchone():
                raise AlertError(f"There is a hook '{hook.name}' already. Give another name with --name.")
            row = {**asdict(hook), "scope": json.dumps(asdict(hook.scope))}
            marks = _HOOK_COLUMNS.replace(", ", ", :")
            change.execute(f"INSERT INTO hooks ({_HOOK_COLUMNS}) VALUES (:{marks})", row)  # noqa: S608 - its own names
            _write_known(change, hook.name, known)

    def remove(self, name: str) -> None:
        """Remove a hook, with all that waits for it; what was delivered stays in the log."""
        self.find(name)
        with self._change() as change:
            change.execute("DELETE FROM hooks WHERE name = ?", [name])

    def hooks(self) -> list[Hook]:
        """Return the hooks, in the order of their names."""
        with self._change() as change:
            rows = change.execute(f"SELECT {_HOOK_COLUMNS} FROM hooks ORDER BY name")  # noqa: S608 - its own names
            return [_read_hook(dict(zip(_HOOK_COLUMNS.split(", "), row, strict=True))) for row in rows]

    def find(self, name: str) -> Hook:
        """Return the hook of a name.

        Raises
        ------
        UnknownNameError
            If there is none; the message lists those that there are.
        """
        hooks = {hook.name: hook for hook in self.hooks()}
        if name not in hooks:
            raise UnknownNameError("hook", name, list(hooks), complete=True)
        return hooks[name]

    @contextmanager
    def hold(self, name: str, now: float) -> Iterator[str]:
        """Yield the ticket with which this sender alone may deliver to a hook; empty if another one does, or none may.

        It ends by itself some time after the sender last noted a delivery: a sender that was killed blocks no other.
        """
        ticket = uuid4().hex
        with self._change() as change:
            held = change.execute(
                "UPDATE hooks SET holder = ?, held_until = ? WHERE name = ? AND held_until <= ? AND NOT ended",
                [ticket, now + _LEASE_SECONDS, name, now],
            ).rowcount
        try:
            yield ticket if held else ""
        finally:
            with self._change() as change:
                change.execute(
                    "UPDATE hooks SET holder = '', held_until = 0 WHERE name = ? AND holder = ?", [name, ticket]
                )

    def known(self, name: str) -> dict[str, str]:
        """Return what the receiver of a hook has been sent, or will have been once no message waits: texts by id."""
        with self._change() as change:
            return dict(change.execute("SELECT entry, item FROM known WHERE hook = ? ORDER BY rowid", [name]))

    def queue(
        self, hook: Hook, fingerprint: str, messages: Iterable[Message], known: Iterable[tuple[str, str]], ticket: str
    ) -> None:
        """Let the messages of a release wait, and note what the receiver will know by them, in one step."""
        with self._change() as change:
            mine = change.execute(
                "UPDATE hooks SET fingerprint = ? WHERE name = ? AND holder = ?", [fingerprint, hook.name, ticket]
            ).rowcount
            if not mine:
                return
            change.execute("DELETE FROM known WHERE hook = ?", [hook.name])
            _write_known(change, hook.name, known)
            rows = [[new_message_id(), each.type, each.body, hook.name] for each in messages]
            change.executemany("INSERT INTO messages (id, type, body, hook) VALUES (?, ?, ?, ?)", rows)

    def next_waiting(self, name: str) -> WaitingMessage | None:
        """Return the message of a hook that is to be delivered next, if one waits."""
        with self._change() as change:
            row = change.execute(
                "SELECT number, id, type, body FROM messages WHERE hook = ? ORDER BY number LIMIT 1", [name]
            ).fetchone()
        return WaitingMessage(row[0], row[1], Message(row[2], row[3])) if row else None

    def count_waiting(self) -> dict[str, int]:
        """Return how many messages wait for each hook that has one."""
        with self._change() as change:
            return dict(change.execute("SELECT hook, count(*) FROM messages GROUP BY hook"))

    def note(self, hook: Hook, waiting: WaitingMessage, outcome: Outcome, now: float) -> Hook:
        """Write the outcome of an attempt into the log, with what it means for the hook, and return the hook as it is.

        What is delivered waits no longer. After a failure, the hook waits for longer each time; one that is gone is
        sent nothing any more.
        """
        with self._change() as change:
            row = change.execute("SELECT failures, failing_since FROM hooks WHERE name = ?", [hook.name]).fetchone()
            failures, since = row or (0, 0)
            _write_log(change, hook, waiting, outcome, failures + 1, now)
            if outcome.is_delivered:
                change.execute("DELETE FROM messages WHERE number = ?", [waiting.number])
                state: list[Any] = [0, 0, 0, ""]
            else:
                wait = wait_after(failures + 1, outcome.retry_after)
                state = [failures + 1, since or now, now + wait, outcome.problem]
            if outcome.wants_no_more:
                change.execute("DELETE FROM messages WHERE hook = ?", [hook.name])
            change.execute(
                "UPDATE hooks SET failures = ?, failing_since = ?, next_try = ?, problem = ?, ended = ?, "
                "held_until = CASE WHEN holder = '' THEN 0 ELSE ? END WHERE name = ?",
                [*state, outcome.wants_no_more, now + _LEASE_SECONDS, hook.name],
            )
        return next((each for each in self.hooks() if each.name == hook.name), hook)

    def note_example(self, hook: Hook, waiting: WaitingMessage, outcome: Outcome, now: float) -> None:
        """Write the outcome of an example into the log; if it was delivered, the hook waits no longer."""
        with self._change() as change:
            _write_log(change, hook, waiting, outcome, 1, now)
            if outcome.is_delivered:
                change.execute("UPDATE hooks SET next_try = 0 WHERE name = ?", [hook.name])

    def log(self, name: str = "", most: int = MOST_LOGGED) -> list[dict[str, Any]]:
        """Return the last attempts to deliver, to all hooks or to one; the newest first."""
        columns = "at, hook, type, message, attempt, status, problem, seconds"
        with self._change() as change:
            rows = change.execute(
                f"SELECT {columns} FROM deliveries WHERE ? IN ('', hook) ORDER BY number DESC LIMIT ?",  # noqa: S608 - its own names
                [name, most],
            )
            return [dict(zip(columns.split(", "), row, strict=True)) for row in rows]


def _write_log(
    change: sqlite3.Connection, hook: Hook, waiting: WaitingMessage, outcome: Outcome, attempt: int, now: float
) -> None:
    change.execute(
        "INSERT INTO deliveries (at, hook, type, message, attempt, status, problem, seconds) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(now, hook.name, waiting.message.type, waiting.id, attempt),
            *(outcome.status, outcome.problem, outcome.seconds),
        ],
    )
    change.execute("DELETE FROM deliveries WHERE number <= (SELECT max(number) FROM deliveries) - ?", [MOST_LOGGED])


def _write_known(change: sqlite3.Connection, name: str, known: Iterable[tuple[str, str]]) -> None:
    rows = [[name, entry, item] for entry, item in known]
    change.executemany("INSERT INTO known (hook, entry, item) VALUES (?, ?, ?)", rows)


def _read_hook(row: Mapping[str, Any]) -> Hook:
    scope = Scope(**{name: tuple(ids) for name, ids in json.loads(row["scope"]).items()})
    return Hook(**{**row, "event": HookEvent(row["event"]), "scope": scope, "ended": bool(row["ended"])})
