"""Atom 1.0 (RFC 4287), with the point of each place as GeoRSS Simple and the day of the change as Dublin Core.

A long feed is in parts, which are linked as RFC 5005 says.
"""

from xml.etree import ElementTree as ET

from control_map.render.feeds.content import Feed, FeedItem, as_moment

_NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:georss": "http://www.georss.org/georss",
    "xmlns:dcterms": "http://purl.org/dc/terms/",
    "xml:lang": "en",
}
_MEDIA_TYPE = "application/atom+xml"
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


def write_atom(feed: Feed) -> bytes:
    """Return a feed as Atom."""
    root = ET.Element("feed", _NAMESPACES)
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.subtitle)
    _add(root, "updated", as_moment(feed.updated))
    _add(ET.SubElement(root, "author"), "name", feed.author)
    _add(root, "link", rel="self", type=_MEDIA_TYPE, href=feed.itself)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    for relation, link in feed.others.items():
        _add(root, "link", rel=relation, type=_MEDIA_TYPE, href=link)
    if feed.rights:
        _add(root, "rights", feed.rights)
    _add(root, "generator", feed.author)
    for item in feed.items:
        _add_item(root, item)
    return (_DECLARATION + ET.tostring(root, encoding="unicode")).encode()


def _add_item(root: ET.Element, item: FeedItem) -> None:
    entry, element = item.entry, ET.SubElement(root, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "published", as_moment(entry.published))
    _add(element, "updated", as_moment(entry.updated))
    _add(element, "link", rel="alternate", type="text/html", href=item.link)
    _add(element, "summary", entry.why)
    _add(element, "content", entry.text, type="text")
    for term, label in entry.categories.items():
        _add(element, "category", term=term, label=label)
    _add(element, "georss:point", f"{entry.lat} {entry.lon}")
    _add(element, "dcterms:temporal", entry.day.isoformat())


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = text or None
