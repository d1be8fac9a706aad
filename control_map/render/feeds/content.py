"""What a feed says, whatever its format."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from control_map.render.feeds.entries import FeedEntry


@dataclass(frozen=True)
class FeedItem:
    """An entry of a feed, with the link to the page that shows it."""

    entry: FeedEntry
    link: str


@dataclass(frozen=True)
class Feed:
    """A part of a feed: all texts are lines without control characters.

    `itself` and `page` are its own link and the page's. `others` are the links to other parts by their relations, of
    `first`, `previous`, `next` and `last` (RFC 5005); there are none if the feed has one part.
    """

    id: str
    title: str
    subtitle: str
    updated: dt.date
    rights: str
    author: str
    itself: str
    page: str
    others: Mapping[str, str]
    items: tuple[FeedItem, ...]


def as_moment(day: dt.date) -> str:
    """Write a day as a point in time as in RFC 3339: its beginning in UTC."""
    return f"{day.isoformat()}T00:00:00Z"
