"""JSON Feed 1.1; what it has no word for is in the member `_control_map` of each item."""

from typing import Any

from control_map.core.arrays import to_compact_json
from control_map.core.sanitize import safe_web_link, sanitize_json
from control_map.render.feeds.content import Feed, FeedItem, as_moment

_VERSION = "https://jsonfeed.org/version/1.1"


def write_json_feed(feed: Feed) -> bytes:
    """Return a feed as JSON Feed. It has only absolute addresses: relative ones would mean nothing there."""
    document = {
        "version": _VERSION,
        "title": feed.title,
        "home_page_url": safe_web_link(feed.page),
        "feed_url": safe_web_link(feed.itself),
        "next_url": safe_web_link(feed.others.get("next", "")),
        "description": feed.subtitle,
        "authors": [{"name": feed.author}],
        "language": "en",
        "_control_map": {"id": feed.id, "updated": as_moment(feed.updated), "licence": feed.rights},
        "items": [describe_item(item) for item in feed.items],
    }
    return sanitize_json(to_compact_json(_filled(document)).decode()).encode()


def describe_item(item: FeedItem) -> dict[str, Any]:
    """Return an entry as an item of a JSON Feed, as plain values; a link that is relative is left out."""
    entry, change = item.entry, item.entry.change
    facts = {name: change[name] for name in ("place_id", "kind", "name", "province_id", "province", "before", "after")}
    document = {
        "id": entry.id,
        "url": safe_web_link(item.link),
        "title": entry.title,
        "content_text": entry.text,
        "summary": entry.why,
        "date_published": as_moment(entry.published),
        "date_modified": as_moment(entry.updated),
        "tags": list(entry.categories),
        "_control_map": {
            "date": entry.day,
            **facts,
            "change": str(change["change"]),
            "disputed": bool(change["disputed"]),
            "rests_on": list(change["rests_on"]),
            "lon": entry.lon,
            "lat": entry.lat,
        },
    }
    return _filled(document)


def _filled(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value != ""}
