"""Hooks are sent what is new: first what waits, then what a pack says that their receivers do not know.

While something waits for a hook, its receiver is compared with no newer pack: one that is away for a week is sent what
waited, and then what is new since, not every state in between.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from control_map.alerts.delivery import Deliver, Outcome, deliver
from control_map.alerts.hooks import Hook
from control_map.alerts.messages import Release, as_known, compare, write_example, write_messages
from control_map.alerts.store import AlertStore, WaitingMessage, new_message_id
from control_map.core.errors import AlertError
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.theatre.theatre import fingerprint_files

MOST_AT_ONCE = 8
"""Hooks that are sent something at the same time: one whose receiver is slow does not keep the others waiting."""
Clock = Callable[[], float]


@dataclass(frozen=True)
class Sent:
    """What one run did for a hook.

    `hook` is as it is after the run. `delivered` counts the messages that its receiver has accepted. `problem` is empty
    if nothing failed; `waits` says that nothing was tried, because it is too early after a failure or because another
    process sends to it.
    """

    hook: Hook
    delivered: int = 0
    problem: str = ""
    waits: bool = False


def send_pack(store: AlertStore, folder: Path, address: str = "", fingerprint: str | None = None) -> list[Sent]:
    """Send the hooks of a theatre what is new in its pack, and return what was done for each.

    Parameters
    ----------
    store
        The hooks.
    folder
        The theatre's pack.
    address
        The address of the page, to which messages link; empty: they have no links.
    fingerprint
        The hash of the files that are to be sent; None: as they are; empty: none are, only what waits.

    Raises
    ------
    PackError
        If the pack cannot be read.
    AlertError
        If it has changed meanwhile.
    """
    fingerprint = find_fingerprint(folder) if fingerprint is None else fingerprint
    return send(store, folder.resolve().name, fingerprint, partial(read_releases, folder, fingerprint, address))


def send(
    store: AlertStore,
    theatre: str,
    fingerprint: str,
    read: Callable[[Iterable[str]], Mapping[str, Release | None]],
    *,
    deliver: Deliver = deliver,
    clock: Clock = time.time,
) -> list[Sent]:
    """Send the hooks of a theatre what is new, and return what was done for each.

    The pack is read only if its files are not those up to which the hooks have been sent messages: the same files give
    the same map.

    Parameters
    ----------
    store, theatre, fingerprint
        The hooks, the id of the theatre, and the hash of its files; empty: only what waits is sent.
    read
        Returns what the pack says under some rules, by their ids, as `read_releases` does.
    deliver, clock
        What delivers a message, and says what time it is; tests replace them.
    """
    hooks = [hook for hook in store.hooks() if hook.theatre == theatre and not hook.ended]
    rules = {hook.rule for hook in hooks if fingerprint and hook.fingerprint != fingerprint}
    releases = read(rules) if rules else {}
    serve = partial(_serve, store, releases, deliver=deliver, clock=clock)
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        return list(pool.map(serve, hooks))


def find_fingerprint(folder: Path) -> str:
    """Return the hash of a pack's files.

    Raises
    ------
    PackError
        If one is missing.
    """
    try:
        return fingerprint_files(folder)
    except OSError:
        return load_pack(folder).fingerprint


def read_releases(folder: Path, fingerprint: str, address: str, rules: Iterable[str]) -> dict[str, Release | None]:
    """Return what a pack says under some rules; None for those that the theatre does not have.

    Raises
    ------
    PackError
        If the pack cannot be read.
    AlertError
        If its files are not those of the hash.
    """
    pack = load_pack(folder)
    if pack.fingerprint != fingerprint:
        raise AlertError(f"{folder} has changed while it was read. Send again.")
    known = {rule.id: rule for rule in pack.rules}
    return {rule: Release.of(apply_rule(pack, known[rule]), address) if rule in known else None for rule in rules}


class PackWatch:
    """Looks at a pack's files again and again; what is still being written is left until it stays the same."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._last = folder, ""

    def settled(self) -> str:
        """Return the hash of the files if it is the one of the last look, else an empty text.

        Raises
        ------
        PackError
            If a file is missing.
        """
        last, self._last = self._last, ""
        self._last = find_fingerprint(self._folder)
        return self._last if self._last == last else ""


def send_example(store: AlertStore, hook: Hook, *, deliver: Deliver = deliver, clock: Clock = time.time) -> Outcome:
    """Send an example to a hook, and write the outcome into the log; if it is delivered, the hook no longer waits."""
    now = clock()
    waiting = WaitingMessage(0, new_message_id(), write_example(hook.name, _moment(now)))
    outcome = deliver(hook, waiting.id, waiting.message.body)
    store.note_example(hook, waiting, outcome, clock())
    return outcome


@dataclass
class _Run:
    """A run of one sender for one hook."""

    store: AlertStore
    hook: Hook
    ticket: str
    deliver: Deliver
    clock: Clock
    delivered: int = field(default=0, init=False)

    def deliver_waiting(self) -> bool:
        """Deliver what waits, in order, up to the first failure; say whether nothing waits any more."""
        while waiting := self.store.next_waiting(self.hook.name):
            outcome = self.deliver(self.hook, waiting.id, waiting.message.body)
            self.hook = self.store.note(self.hook, waiting, outcome, self.clock())
            if not outcome.is_delivered:
                return False
            self.delivered += 1
        return True

    def queue(self, release: Release) -> None:
        """Let what a release has wait that the receiver does not know."""
        items = release.items_in(self.hook.scope)
        rows = compare(self.store.known(self.hook.name), items)
        made = _moment(self.clock())
        messages = write_messages(self.hook.event, release, self.hook.fingerprint, rows, made)
        known = [(str(item["id"]), as_known(item)) for item in items]
        self.store.queue(self.hook, release.fingerprint, messages, known, self.ticket)


def _serve(
    store: AlertStore, releases: Mapping[str, Release | None], hook: Hook, *, deliver: Deliver, clock: Clock
) -> Sent:
    with store.hold(hook.name, clock()) as ticket:
        if not ticket:
            return Sent(hook, waits=True)
        before, hook = hook.fingerprint, store.find(hook.name)
        if hook.next_try > clock():
            return Sent(hook, waits=True)
        run = _Run(store, hook, ticket, deliver, clock)
        is_done, release = run.deliver_waiting(), releases.get(hook.rule)
        if is_done and hook.rule in releases and release is None:
            return Sent(run.hook, run.delivered, f"the theatre has no rule '{hook.rule}' any more")
        # Another sender that was there meanwhile has read the pack later: what it sent is not taken back.
        if is_done and release and run.hook.fingerprint == before != release.fingerprint:
            run.queue(release)
            is_done = run.deliver_waiting()
        return Sent(run.hook, run.delivered, "" if is_done else run.hook.problem)


def _moment(now: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(now, dt.UTC)
