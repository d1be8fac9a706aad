"""The commands for webhooks: programs of others that are sent what is new on the map."""

import datetime as dt
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import urlsplit

import pandas as pd
import typer

from control_map.alerts.delivery import check_address
from control_map.alerts.hooks import Hook, HookEvent, Scope, check_name, make_secret
from control_map.alerts.messages import Release, as_known
from control_map.alerts.sending import PackWatch, Sent, send_example, send_pack
from control_map.alerts.store import VARIABLE, AlertStore
from control_map.cli.app import app
from control_map.cli.options import (
    DEFAULT_PACK,
    OutputFormat,
    OutputFormatOption,
    PackOption,
    RuleOption,
    date_option,
    require_address,
)
from control_map.cli.output import print_note, print_text, show_progress, write_table, write_text
from control_map.core.errors import ControlMapError, UnknownNameError
from control_map.core.model import KINDS_WITH_STATUS
from control_map.core.wording import format_count
from control_map.explanation.argument import unknown_place
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.theatre.safe_write import explain_write_errors
from control_map.theatre.theatre import Theatre

_ADDRESS_VARIABLE = "CONTROL_MAP_ADDRESS"
_LIST_COLUMNS = ["name", "host", "event", "scope", "theatre", "rule", "added", "waiting", "state"]
_LOG_COLUMNS = ["at", "hook", "type", "message", "attempt", "outcome", "seconds"]
StoreOption = Annotated[
    Path, typer.Option("--alerts", metavar="FILE", envvar=VARIABLE, help="The file of the hooks; it holds secrets.")
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The hook, as the command alert list names it.")]
_group = typer.Typer(
    no_args_is_help=True,
    help="Send webhooks what is new: each change of status in chosen places, or each release of a pack.",
)
app.add_typer(_group, name="alert")


@_group.command(name="add")
def add_hook(
    url: Annotated[
        str,
        typer.Option("--url", metavar="URL", help="Where its receiver listens: https, on the public internet."),
    ],
    store: StoreOption,
    place: Annotated[
        list[str] | None, typer.Option("--place", metavar="ID", help="Changes of this place; repeatable.")
    ] = None,
    province: Annotated[
        list[str] | None, typer.Option("--province", metavar="ID", help="Changes in this province; repeatable.")
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help=f"Only of {', '.join(KINDS_WITH_STATUS)}; repeatable."),
    ] = None,
    release: Annotated[
        bool, typer.Option("--release", help="One message for each release of the pack, in place of its changes.")
    ] = False,
    name: Annotated[str, typer.Option("--name", help="What the hook is called.", show_default="its host")] = "",
    since: Annotated[
        dt.date | None,
        date_option("--since", "Also send the changes after this day.", show_default="those that come from now on"),
    ] = None,
    rule: RuleOption = None,
    secret_file: Annotated[
        Path | None,
        typer.Option("--secret-file", metavar="FILE", help="Write the secret to a new file, not to the output."),
    ] = None,
    pack: PackOption = DEFAULT_PACK,
) -> None:
    """Add a webhook, and write its secret to the output: it is shown this once.

    With no place and no province, it is sent the changes of all places. A receiver verifies each message with its
    secret, by any library for the specification Standard Webhooks. What is on the map now counts as known.
    """
    if release and (place or province or kind or since):
        raise typer.BadParameter("A release is of the whole pack. Leave out places and days, or leave out --release.")
    check_address(url)
    name = check_name(name or re.sub(r"[^\w.-]+", "-", urlsplit(url).hostname or "", flags=re.ASCII).strip("-"))
    scope = Scope(tuple(place or ()), tuple(province or ()), tuple(kind or ()))
    seen = load_pack(pack)
    _check_scope(scope, seen.theatre)
    view = apply_rule(seen, seen.rule(rule), progress=show_progress)
    items = Release.of(view).items_in(scope)
    known = [(str(item["id"]), as_known(item)) for item in items if not since or item["_control_map"]["date"] <= since]
    hook = Hook(
        name=name,
        url=url,
        secret=make_secret(),
        theatre=seen.theatre.id,
        rule=view.rule.id,
        event=HookEvent.RELEASE if release else HookEvent.CHANGES,
        scope=scope,
        fingerprint="" if since else seen.fingerprint,
        added=time.time(),
    )
    kept = AlertStore(store, create=True)
    with _written_secret(secret_file, hook.secret):
        kept.add(hook, known)
    if not secret_file:
        write_text(f"{hook.secret}\n")
    print_note(
        f"{hook.name} is added. {format_count(len(known), 'change counts', 'changes count')} as known, and "
        f"{len(items) - len(known):,} will be sent. The secret is not shown again. Try the hook with: "
        f"control-map alert test {hook.name}"
    )


@_group.command(name="list")
def list_hooks(store: StoreOption, format: OutputFormatOption = OutputFormat.TABLE) -> None:
    """List the hooks: where they are, what they are sent, what waits for them, and whether their receivers answer.

    Of an address only the host is shown, as the rest can be a secret, too.
    """
    kept = AlertStore(store)
    waiting = kept.count_waiting()
    rows = [
        {
            "name": hook.name,
            "host": hook.host,
            "event": hook.event.value,
            "scope": str(hook.scope),
            "theatre": hook.theatre,
            "rule": hook.rule,
            "added": _moment(hook.added),
            "waiting": waiting.get(hook.name, 0),
            "state": _describe_state(hook),
        }
        for hook in kept.hooks()
    ]
    write_table(pd.DataFrame(rows, columns=_LIST_COLUMNS), format, "Webhooks")


@_group.command(name="remove")
def remove_hook(name: NameArgument, store: StoreOption) -> None:
    """Remove a hook: it is sent nothing any more, also not what waits for it. The log keeps its deliveries."""
    AlertStore(store).remove(name)
    print_note(f"{name} is removed.")


@_group.command(name="test")
def try_hook(name: NameArgument, store: StoreOption) -> None:
    """Send a hook a signed example now. If its receiver accepts it, what waits is sent with the next send."""
    kept = AlertStore(store)
    outcome = send_example(kept, kept.find(name))
    if not outcome.is_delivered:
        print_note(f"{name} did not accept the example: {outcome.problem}")
        raise typer.Exit(1)
    print_text(f"{name} has accepted the example (it answers {outcome.status}).")


@_group.command(name="send")
def send_news(
    store: StoreOption,
    pack: PackOption = DEFAULT_PACK,
    address: Annotated[
        str,
        typer.Option(
            "--address",
            metavar="URL",
            envvar=_ADDRESS_VARIABLE,
            help="The address of the page, for links; of a published one, with # at its end.",
        ),
    ] = "",
    watch: Annotated[
        int | None,
        typer.Option("--watch", min=1, metavar="SECONDS", help="Go on, and look at the pack this often."),
    ] = None,
) -> None:
    """Send the hooks of a pack what is new in it, and what waits after failures. Exit code 1 if a delivery failed.

    Run it after each change of the pack, and every few minutes for what waits; or with --watch beside the server.
    """
    require_address(address, "--address")
    if address and not address.endswith("#"):
        address = f"{address.rstrip('/')}/"
    kept = AlertStore(store)
    if watch is not None:
        with suppress(KeyboardInterrupt):
            _watch(kept, pack, address, watch)
        return
    sent = send_pack(kept, pack, address)
    _print_sent(sent)
    if not sent:
        print_note(f"There is no hook for {pack.resolve().name}.")
    if any(each.problem for each in sent):
        raise typer.Exit(1)


@_group.command(name="log")
def print_log(
    store: StoreOption,
    hook: Annotated[str, typer.Option("--hook", metavar="NAME", help="Only of this hook.")] = "",
    last: Annotated[int, typer.Option("--last", min=1, help="So many attempts.")] = 100,
    format: OutputFormatOption = OutputFormat.TABLE,
) -> None:
    """List the last attempts to deliver a message, the newest first: when, to which hook, and with which outcome."""
    rows = [
        {
            **{name: row[name] for name in ("hook", "type", "message", "attempt")},
            "at": _moment(row["at"]),
            "outcome": row["problem"] or f"delivered ({row['status']})",
            "seconds": round(row["seconds"], 2),
        }
        for row in AlertStore(store).log(hook, last)
    ]
    write_table(pd.DataFrame(rows, columns=_LOG_COLUMNS), format, "Deliveries, the newest first")


def _watch(store: AlertStore, pack: Path, address: str, seconds: int) -> NoReturn:
    """Send for ever; what goes wrong with the pack is said, and what waits is sent all the same."""
    looked = PackWatch(pack)
    said = ""
    while True:
        problem = fingerprint = ""
        try:
            fingerprint = looked.settled()
            _print_sent(send_pack(store, pack, address, fingerprint=fingerprint), all_of_them=False)
        except ControlMapError as error:
            problem = str(error)
            with suppress(ControlMapError):
                _print_sent(send_pack(store, pack, address, fingerprint=""), all_of_them=False)
        if problem and problem != said:
            print_note(problem)
        said = problem
        time.sleep(seconds)


def _print_sent(sent: Iterable[Sent], *, all_of_them: bool = True) -> None:
    for each in sent:
        if all_of_them or each.delivered or each.problem:
            print_text(f"{each.hook.name}: {_describe_sent(each)}")
    sys.stdout.flush()  # a watch is read while it goes on


def _describe_sent(sent: Sent) -> str:
    hook = sent.hook
    delivered = f"{format_count(sent.delivered, 'message', 'messages')} delivered" if sent.delivered else ""
    if sent.problem:
        failed = f"{f'{delivered}, then it' if delivered else 'it'} failed: {sent.problem.rstrip('.')}."
        return failed if hook.ended or not hook.next_try else f"{failed} It is tried again at {_moment(hook.next_try)}."
    if sent.waits:
        return _describe_state(hook) if hook.failures else "another process is sending to it."
    return f"{delivered or 'nothing new'}."


def _describe_state(hook: Hook) -> str:
    if hook.ended:
        return "ended: its receiver is gone (410)"
    if not hook.failures:
        return "ok"
    failed = f"{format_count(hook.failures, 'failed attempt', 'failed attempts')} since {_moment(hook.failing_since)}"
    word = "failing" if hook.is_failing else "waits"
    return f"{word}: {failed}; next at {_moment(hook.next_try)}; {hook.problem}"


def _moment(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_scope(scope: Scope, theatre: Theatre) -> None:
    for place in scope.places:
        if place not in theatre.place_positions:
            raise unknown_place(place, theatre.places)
    for province in scope.provinces:
        if province not in theatre.province_names:
            named = [f"{each} ({name})" for each, name in theatre.province_names.items()]
            raise UnknownNameError("province", province, named, complete=True)
    for kind in scope.kinds:
        if kind not in KINDS_WITH_STATUS:
            raise UnknownNameError("kind", kind, list(KINDS_WITH_STATUS), complete=True)


@contextmanager
def _written_secret(path: Path | None, secret: str) -> Iterator[None]:
    """Write a secret to a new file that its owner alone can read, if one is named; it goes if what follows fails."""
    if path is None:
        yield
        return
    with explain_write_errors(path), os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(f"{secret}\n")
    try:
        yield
    except ControlMapError:
        path.unlink()
        raise
