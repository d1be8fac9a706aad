"""What hooks are sent: what the entries of the feed say now, compared with what a receiver has been sent of them.

Applied in order to what a receiver knew when its hook was added, the messages give the entries of the feed.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

import pandas as pd

from control_map.alerts.hooks import HookEvent, Scope
from control_map.core.arrays import to_compact_json
from control_map.core.sanitize import sanitize_json
from control_map.pipeline.view import View
from control_map.render.answers import Answer
from control_map.render.feeds import FeedItem, FeedLinks, describe_item, list_entries
from control_map.render.provenance import Provenance

MOST_ROWS = 20
"""Changes in one message: the specification asks for messages of some 20 kB."""
_STATUS_FACTS = ("before", "after", "disputed")

Item = Mapping[str, Any]
"""An item of a JSON Feed, as plain values."""


class RowState(StrEnum):
    """What became of a change since the receiver was sent it: how the rows of a message are to be taken."""

    ADDED = "added"
    CORRECTED = "corrected"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Message:
    """What a receiver is sent: the type of the message, and its body as JSON in UTF-8."""

    type: str
    body: bytes


@dataclass(frozen=True, eq=False)
class Release:
    """What a pack says under a rule: all there is to tell hooks of it.

    `head` is what every message states, see `Answer.head`, with the `headline` of its day. `items` are the entries of
    the feed, those that were published or corrected last at the end.
    """

    theatre: str
    rule: str
    fingerprint: str
    head: Mapping[str, Any]
    items: tuple[Item, ...]

    @classmethod
    def of(cls, view: View, address: str = "") -> "Release":
        """Return what a view says, headed by the day on which its map opens.

        `address` is that of the page, with a slash at its end, or, of a published page, a `#` behind it.
        """
        pack, links = view.pack, _links_to(view, address)
        day = pack.theatre.opens_on
        head = Answer(pd.DataFrame(), Provenance.of(view, day), {"headline": view.write_headline(day)}).head()
        items = [describe_item(FeedItem(entry, links.to_change("", entry))) for entry in reversed(list_entries(view))]
        return cls(pack.theatre.id, view.rule.id, pack.fingerprint, head, tuple(items))

    def items_in(self, scope: Scope) -> list[Item]:
        """Return the items on the places of a scope."""
        return [item for item in self.items if scope.covers(item)]


def _links_to(view: View, address: str) -> FeedLinks:
    if address.endswith("#"):
        return FeedLinks(address.removesuffix("#"), "#")
    rule = {} if view.rule == view.pack.rule() else {"rule": view.rule.id}
    return FeedLinks(address, query=urlencode({"theatre": view.pack.theatre.id, **rule}, quote_via=quote))


def compare(known: Mapping[str, str], items: Iterable[Item]) -> list[Item]:
    """Return a row for each item that is not as a receiver knows it, with its `state`; those withdrawn come first.

    `known` has what it was sent, as `as_known` writes it, by id. A change is `corrected` if it is now from or to
    another status, or disputed, or no longer so, which `was` says; it is `updated` if all else is said of it, such as
    further reports. One that the map no longer has is `withdrawn`: its row is what was last said of it.
    """
    now = {str(item["id"]): item for item in items}
    gone = [{"state": RowState.WITHDRAWN, **_read(text)} for entry, text in known.items() if entry not in now]
    changed = (
        _compare_item(known.get(entry), item) for entry, item in now.items() if known.get(entry) != as_known(item)
    )
    return [*gone, *changed]


def _compare_item(known: str | None, item: Item) -> Item:
    if known is None:
        return {"state": RowState.ADDED, **item}
    was, now = (each["_control_map"] for each in (_read(known), item))
    if all(was[name] == now[name] for name in _STATUS_FACTS):
        return {"state": RowState.UPDATED, **item}
    return {"state": RowState.CORRECTED, "was": {name: was[name] for name in _STATUS_FACTS}, **item}


def as_known(item: Item) -> str:
    """Return what a receiver knows of an item once it was sent it: all but the link, as text."""
    return to_compact_json({name: value for name, value in item.items() if name != "url"}).decode()


def _read(known: str) -> dict[str, Any]:
    return dict(json.loads(known))


def write_messages(
    event: HookEvent, release: Release, previous: str, rows: Sequence[Item], made: dt.datetime
) -> Iterator[Message]:
    """Yield the messages of a release that has these rows, for a hook of an event; `previous` is the hash before it.

    A hook of releases gets one, also if no row is there; a hook of changes gets one for each `MOST_ROWS` rows.
    """
    counts = Counter(row["state"] for row in rows)
    data = {**release.head, "previous_hash": previous, "counts": {state: counts[state] for state in RowState}}
    if event == HookEvent.RELEASE:
        yield _write("map.released", made, data)
        return
    parts = [rows[first : first + MOST_ROWS] for first in range(0, len(rows), MOST_ROWS)]
    for number, part in enumerate(parts, start=1):
        yield _write("map.changed", made, {**data, "part": number, "parts": len(parts), "rows": part})


def write_example(name: str, made: dt.datetime) -> Message:
    """Return a message with which a receiver can be tried; it says nothing of any map."""
    return _write("map.test", made, {"hook": name})


def _write(kind: str, made: dt.datetime, data: Mapping[str, Any]) -> Message:
    document = {"type": kind, "timestamp": made.isoformat(timespec="seconds"), "data": data}
    return Message(kind, sanitize_json(to_compact_json(document).decode()).encode())
