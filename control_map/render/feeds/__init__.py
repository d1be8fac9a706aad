"""Feeds of the changes of status, as Atom and as JSON Feed: for the theatre, a province, a place, a crossing."""

from control_map.render.feeds.content import FeedItem
from control_map.render.feeds.entries import FeedEntry, list_entries
from control_map.render.feeds.feed import (
    FORMATS,
    MOST_ENTRIES,
    THEATRE,
    FeedLinks,
    count_parts,
    feed_path,
    find_id,
    list_scopes,
    make_feed,
    plain_name,
    read_feed_name,
)
from control_map.render.feeds.json_feed import describe_item

__all__ = [
    "FORMATS",
    "MOST_ENTRIES",
    "THEATRE",
    "FeedEntry",
    "FeedItem",
    "FeedLinks",
    "count_parts",
    "describe_item",
    "feed_path",
    "find_id",
    "list_entries",
    "list_scopes",
    "make_feed",
    "plain_name",
    "read_feed_name",
]
