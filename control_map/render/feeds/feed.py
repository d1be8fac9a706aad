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
"""Entries of one feed: readers ask for all of them each time. `changes` of the API has all there are."""
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

    def to_page(self, path: str, **shown: str) -> str:
        """Return the link to the page that shows something, from a feed with a path below the page."""
        view = "&".join(filter(None, [self.query, urlencode(shown, quote_via=quote)]))
        return f"{self._start(path) or './'}{self.mark if view else ''}{view}"

    def to_itself(self, path: str) -> str:
        """Return the link to a feed with a path below the page."""
        return f"{self._start(path)}{path}{'?' if self.own_query else ''}{self.own_query}"

    def _start(self, path: str) -> str:
        return self.address or "../" * path.count("/")


def make_feed(
    view: View,
    scope: str,
    form: str,
    links: FeedLinks = FeedLinks(),
    entries: Sequence[FeedEntry] | None = None,
) -> bytes:
    """Return a feed of the changes of status under a rule, with what was known on a day; newest first.

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
    entries
        What `list_entries` returns for the view; None: it is called. It takes longer than the rest.

    Raises
    ------
    UnknownNameError
        If the theatre has no such province, place or crossing.
    """
    return FORMATS[form].write(_collect(view, scope, form, links, list_entries(view) if entries is None else entries))


def _collect(view: View, scope: str, form: str, links: FeedLinks, listed: Sequence[FeedEntry]) -> Feed:
    theatre = view.pack.theatre
    area, _, name = scope.partition("/")
    name, where = _find_area(theatre, area, name)
    column = "province_id" if area == "province" else "place_id"
    entries = [entry for entry in listed if area == THEATRE or entry.change[column] == name]
    rests = Provenance.of(view, theatre.period_end)
    known = f"reports published by {view.known_on}" if view.known_on else "all reports"
    path = feed_path(scope, form)
    shown = {"place": name} if area in ("place", "crossing") else {}
    return Feed(
        id=make_id(view, *filter(None, [area, name])),
        title=sanitize_line(": ".join(filter(None, [theatre.title, where, "changes of status"]))),
        subtitle=sanitize_line(f"Who came to hold what, when, according to whom. Rule: {rests.rule}; {known}."),
        updated=entries[0].updated if entries else _last_published(view),
        rights=sanitize_line(licence_of(theatre.credits)),
        author=SOFTWARE,
        itself=links.to_itself(path),
        page=links.to_page(path, **shown),
        items=tuple(
            FeedItem(entry, links.to_page(path, date=entry.day.isoformat(), place=entry.change["place_id"]))
            for entry in entries[:MOST_ENTRIES]
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
        found = _find_id(theatre.province_names, name)
        if found is None:
            raise UnknownNameError("province", name, list(theatre.province_names), complete=True)
        return found, theatre.province_names[found]
    if area not in _AREAS:
        raise UnknownNameError("feed", area, [THEATRE, *_AREAS], complete=True)
    is_meant = theatre.places["kind"] == PlaceKind.CROSSING if area == "crossing" else slice(None)
    found = _find_id(theatre.places["place_id"][is_meant], name)
    if found is None:
        raise UnknownNameError(area, name, [])
    place = theatre.places.iloc[theatre.place_positions[found]]
    return found, label_place(place["name"], place["province"], place["kind"])


def _find_id(ids: Iterable[str], name: str) -> str | None:
    return next((each for each in ids if name in (each, plain_name(each))), None)


def plain_name(name: str) -> str:
    """Return a name of which a file's name can be made: an id as it is if it is plain, else a hash of it."""
    return name if _PLAIN.fullmatch(name) else f"x{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def feed_path(scope: str, form: str) -> str:
    """Return the path of a feed below the page, as in `feed.atom` and `feeds/province-AF19.json`."""
    area, _, name = scope.partition("/")
    return f"feed.{form}" if area == THEATRE else f"{FEEDS_FOLDER}{area}-{plain_name(name)}.{form}"


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
