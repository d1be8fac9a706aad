"""Feeds of the changes of status, as Atom and as JSON Feed: for the theatre, a province, a place, a crossing."""

from control_map.render.feeds.entries import FeedEntry, list_entries
from control_map.render.feeds.feed import (
    FORMATS,
    MOST_ENTRIES,
    THEATRE,
    FeedLinks,
    feed_path,
    list_scopes,
    make_feed,
    plain_name,
    read_feed_name,
)

__all__ = [
    "FORMATS",
    "MOST_ENTRIES",
    "THEATRE",
    "FeedEntry",
    "FeedLinks",
    "feed_path",
    "list_entries",
    "list_scopes",
    "make_feed",
    "plain_name",
    "read_feed_name",
]
