"""The feeds of a view: their scopes, names and links, and what all entries share; `make_feed` writes one."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pandas as pd

from control_map.core.errors import UnknownNameError
from control_map.core.labels import label_place
from control_map.core.model import PlaceKind
from control_map.core.sanitize import sanitize_line
from control_map.pipeline.view import View
from control_map.render.answers import licence_of
from control_map.render.feeds.atom import write_atom
from control_map.render.feeds.content import Feed, FeedItem
from control_map.render.feeds.entries import FeedEntry, list_entries, make_id
from control_map.render.feeds.json_feed import write_json_feed
from control_map.render.provenance import SOFTWARE, Provenance
from control_map.theatre.theatre import Theatre

MOST_ENTRIES = 200
"""Entries of one part of a feed: readers ask for the first each time, and follow its links to the others once."""
THEATRE = "theatre"
"""The scope of a feed of all changes."""
_AREAS = ("province", "place", "crossing")
FEEDS_FOLDER = "feeds/"
"""Where the feeds of a part of the theatre lie, below the page."""
_PLAIN = re.compile(r"[\w-]{1,80}", re.ASCII)


@dataclass(frozen=True)
class FeedFormat:
    """A format of feeds: its IANA media type, and what writes it."""

    media_type: str
    write: Callable[[Feed], bytes]


FORMATS: Mapping[str, FeedFormat] = {
    "atom": FeedFormat("application/atom+xml", write_atom),
    "json": FeedFormat("application/feed+json", write_json_feed),
}
"""The formats by the endings of addresses and files."""


@dataclass(frozen=True)
class FeedLinks:
    """How the links of a feed are written.

    `address` is that of the page, with a slash at its end; empty: links are relative to the feed. `mark` stands before
    the view in the page's links: the app's page reads a query, the published page a fragment. `query` is what they say
    beside day and place, and `own_query` what the feed's own address says.
    """

    address: str = ""
    mark: str = "?"
    query: str = ""
    own_query: str = ""

    @property
    def is_site(self) -> bool:
        """Whether the feeds are files: the number of a part is then in its path, and otherwise in its query."""
        return self.mark == "#"

    def to_page(self, path: str, **shown: str) -> str:
        """Return the link to the page that shows something, from a feed with a path below the page."""
        view = "&".join(filter(None, [self.query, urlencode(shown, quote_via=quote)]))
        return f"{self._start(path) or './'}{self.mark if view else ''}{view}"

    def to_change(self, path: str, entry: FeedEntry) -> str:
        """Return the link to the page that shows a change, as `to_page` does."""
        return self.to_page(path, date=entry.day.isoformat(), place=entry.change["place_id"])

    def to_feed(self, scope: str, form: str, part: int, *, start: str = "") -> str:
        """Return the link to a part of a feed, from one with the path `start` below the page."""
        number = f"part={part}" if part > 1 and not self.is_site else ""
        query = "&".join(filter(None, [self.own_query, number]))
        path = feed_path(scope, form, part if self.is_site else 1)
        return f"{self._start(start)}{path}{'?' if query else ''}{query}"

    def _start(self, path: str) -> str:
        return self.address or "../" * path.count("/")


def make_feed(
    view: View,
    scope: str,
    form: str,
    links: FeedLinks = FeedLinks(),
    part: int = 1,
    entries: Sequence[FeedEntry] | None = None,
) -> bytes:
    """Return a feed of the changes of status under a rule, with what was known on a day; newest first.

    It has at most `MOST_ENTRIES` entries, and links to its other parts.

    Parameters
    ----------
    view
        The changes of its whole period. Not changed.
    scope
        `theatre`, `province/ID`, `place/ID` or `crossing/ID`.
    form
        One of `FORMATS`.
    links
        How its links are written.
    part
        Which part, counted from 1.
    entries
        What `list_entries` returns for the view; None: it is called. It takes longer than the rest.

    Raises
    ------
    UnknownNameError
        If the theatre has no such province, place or crossing, or the feed no such part.
    """
    return FORMATS[form].write(_collect(view, scope, form, links, part, entries))


def count_parts(view: View, scope: str, entries: Sequence[FeedEntry] | None = None) -> int:
    """Return how many parts the feed of a scope has: one at least; the parameters are those of `make_feed`."""
    return _count_parts_of(_entries_of(view, scope, entries))


def _count_parts_of(entries: Sequence[FeedEntry]) -> int:
    return max(1, -(-len(entries) // MOST_ENTRIES))


def _entries_of(view: View, scope: str, entries: Sequence[FeedEntry] | None) -> Sequence[FeedEntry]:
    area, _, name = scope.partition("/")
    column = "province_id" if area == "province" else "place_id"
    listed = list_entries(view) if entries is None else entries
    return [entry for entry in listed if area == THEATRE or entry.change[column] == name]


def _collect(
    view: View, scope: str, form: str, links: FeedLinks, part: int, listed: Sequence[FeedEntry] | None
) -> Feed:
    theatre = view.pack.theatre
    area, _, name = scope.partition("/")
    name, where = _find_area(theatre, area, name)
    scope = "/".join(filter(None, [area, name]))
    entries = _entries_of(view, scope, listed)
    parts = _count_parts_of(entries)
    if not 1 <= part <= parts:
        raise UnknownNameError("part", str(part), [str(number + 1) for number in range(parts)], complete=True)
    numbers = {"first": 1, "previous": part - 1, "next": part + 1, "last": parts}
    rests = Provenance.of(view, theatre.period_end)
    known = f"reports published by {view.known_on}" if view.known_on else "all reports"
    path = feed_path(scope, form, part if links.is_site else 1)
    shown = {"place": name} if area in ("place", "crossing") else {}
    return Feed(
        id=make_id(view, *filter(None, [area, name])),
        title=sanitize_line(": ".join(filter(None, [theatre.title, where, "changes of status"]))),
        subtitle=sanitize_line(f"Who came to hold what, when, according to whom. Rule: {rests.rule}; {known}."),
        updated=entries[0].updated if entries else _last_published(view),
        rights=sanitize_line(licence_of(theatre.credits)),
        author=SOFTWARE,
        itself=links.to_feed(scope, form, part, start=path),
        page=links.to_page(path, **shown),
        others={
            relation: links.to_feed(scope, form, number, start=path)
            for relation, number in numbers.items()
            if parts > 1 and 1 <= number <= parts
        },
        items=tuple(
            FeedItem(entry, links.to_change(path, entry))
            for entry in entries[(part - 1) * MOST_ENTRIES : part * MOST_ENTRIES]
        ),
    )


def _last_published(view: View) -> dt.date:
    last = view.located["reported_date"].max()
    return view.pack.theatre.period_start if pd.isna(last) else last.date()


def _find_area(theatre: Theatre, area: str, name: str) -> tuple[str, str]:
    """Return the id of what a feed is about, and its name; both are empty for the whole theatre."""
    if area == THEATRE and not name:
        return "", ""
    if area == "province":
        found = find_id(theatre.province_names, name)
        if found is None:
            raise UnknownNameError("province", name, list(theatre.province_names), complete=True)
        return found, theatre.province_names[found]
    if area not in _AREAS:
        raise UnknownNameError("feed", area, [THEATRE, *_AREAS], complete=True)
    is_meant = theatre.places["kind"] == PlaceKind.CROSSING if area == "crossing" else slice(None)
    found = find_id(theatre.places["place_id"][is_meant], name)
    if found is None:
        raise UnknownNameError(area, name, [])
    place = theatre.places.iloc[theatre.place_positions[found]]
    return found, label_place(place["name"], place["province"], place["kind"])


def find_id(ids: Iterable[str], name: str) -> str | None:
    """Return the one of several ids that a name means, which is the id or what `plain_name` makes of it."""
    return next((each for each in ids if name in (each, plain_name(each))), None)


def plain_name(name: str) -> str:
    """Return a name of which a file's name can be made: an id as it is if it is plain, else a hash of it."""
    return name if _PLAIN.fullmatch(name) else f"x{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def feed_path(scope: str, form: str, part: int = 1) -> str:
    """Return the path of a feed below the page, as in `feed.atom` and `feeds/province-AF19.json`.

    The further parts of a feed that is a file lie in folders of their own, as in `feeds/part-2/feed.atom`.
    """
    area, _, name = scope.partition("/")
    stem = "feed" if area == THEATRE else f"{area}-{plain_name(name)}"
    folder = f"{FEEDS_FOLDER}part-{part}/" if part > 1 else "" if area == THEATRE else FEEDS_FOLDER
    return f"{folder}{stem}.{form}"


def read_feed_name(name: str) -> tuple[str, str]:
    """Return the scope and the format that the last part of a path names, as in `province-AF19.json`.

    Raises
    ------
    UnknownNameError
        If it ends in no format.
    """
    stem, _, form = name.rpartition(".")
    if form not in FORMATS:
        raise UnknownNameError(
            "feed", name, [f"{area}-ID.{each}" for area in _AREAS for each in FORMATS], complete=True
        )
    return (THEATRE if stem == "feed" else stem.replace("-", "/", 1)), form


def list_scopes(view: View) -> list[str]:
    """Return the scopes of all feeds of a view: the theatre, its provinces, its places, and its crossings as such."""
    theatre = view.pack.theatre
    places = theatre.places[["place_id", "kind"]].to_dict("records")
    return [
        THEATRE,
        *(f"province/{each}" for each in theatre.province_names),
        *(f"place/{place['place_id']}" for place in places),
        *(f"crossing/{place['place_id']}" for place in places if place["kind"] == PlaceKind.CROSSING),
    ]
