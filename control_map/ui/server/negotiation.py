"""What the headers of a request say that its client takes (RFC 9110): media types, compressed answers, what it has."""

import re
from collections.abc import Mapping

from starlette.datastructures import Headers

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def liking_for(headers: Headers, media_type: str) -> float:
    """Return how much the header Accept likes a media type, from 0 to 1: the range that names it most exactly counts.

    Without the header, or if it is empty, all are liked.
    """
    likings = _read_likings(headers, "accept") or {"*/*": 1.0}
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((likings[name] for name in ranges if name in likings), 0.0)


def takes_gzip(headers: Headers) -> bool:
    """Return whether an answer may be compressed with gzip."""
    likings = _read_likings(headers, "accept-encoding")
    return next((likings[name] for name in ("gzip", "x-gzip", "*") if name in likings), 0.0) > 0


def is_known(headers: Headers, tag: str) -> bool:
    """Return whether the client has the answer with this entity tag, which is in quotes."""
    known = ",".join(headers.getlist("if-none-match"))
    return known.strip() == "*" or tag in _TAG.findall(known)


def _read_likings(headers: Headers, name: str) -> Mapping[str, float]:
    """Return the quality of each name in a header, which can have several lines."""
    likings = {}
    for part in ",".join(headers.getlist(name)).lower().split(","):
        liked, *parameters = (piece.strip() for piece in part.split(";"))
        if liked:
            likings[liked] = _as_quality(next((each[2:] for each in parameters if each.startswith("q=")), "1"))
    return likings


def _as_quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
