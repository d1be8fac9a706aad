"""A table is fetched from a web address, in a way that protects the hosts that only this machine can reach.

`fetch_table("https://example.org/reports.csv")` returns the name "reports.csv" and the bytes of the file. Fetching is
off unless `CONTROL_MAP_ALLOW_URLS` is 1. What `connection` checks holds for each redirect, too. Time and size are
limited as a whole, not for each piece.
"""

import http.client
import os
import re
import time
import zlib
from collections.abc import Mapping
from email.message import Message
from urllib.parse import unquote, urljoin, urlsplit

from control_map.core.errors import FetchError
from control_map.core.limits import LIMITS
from control_map.core.sanitize import split_web_address
from control_map.intake.fetching.addresses import find_download_url, read_address
from control_map.intake.fetching.connection import Network, Request, open_request

ALLOW_URLS_VARIABLE = "CONTROL_MAP_ALLOW_URLS"
_MAX_SECONDS = 30.0
"""The time limit for a table, redirects included."""
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE_BYTES = 1 << 16
_DEFAULT_NAME = "table"
_WINDOW_BITS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
_NOT_SHARED = "The table is not public. Share it with everyone who has the address, or download it and give the file"
_REFUSALS = {
    401: _NOT_SHARED,
    403: _NOT_SHARED,
    404: "There is nothing at this address. Copy it again from the page that shows the table",
    410: "There is nothing at this address any more",
    429: "The host had too many requests. Wait, or download the table and give the file",
}
"""The advice for the status code of a refusal."""
_REQUEST = Request({"Accept": "text/csv, */*", "Accept-Encoding": "identity"})
_ADVICE = "Download the table and give the file"


def is_fetching_allowed(environment: Mapping[str, str]) -> bool:
    """Whether tables may be fetched from the web."""
    return environment.get(ALLOW_URLS_VARIABLE) == "1"


def fetch_table(
    url: str, *, largest: int = LIMITS.fetched_bytes, seconds: float = _MAX_SECONDS, network: Network | None = None
) -> tuple[str, bytes]:
    """Fetch a table from the web.

    Parameters
    ----------
    url
        The address of the table, or of the page of a spreadsheet, see `find_download_url`.
    largest
        The limit of its size in bytes, before and after unpacking.
    seconds
        The time limit.
    network
        The functions that resolve hosts and open connections; None: those of the system.

    Returns
    -------
    tuple
        The name of the file, and its content.

    Raises
    ------
    FetchError
        If the table cannot or must not be fetched; the message states the reason, and what would help.
    """
    if not is_fetching_allowed(os.environ):
        raise FetchError(
            f"Fetching from the web is off. Download the table and give the file, or set {ALLOW_URLS_VARIABLE}=1."
        )
    deadline = time.monotonic() + seconds
    url = find_download_url(url)
    for _ in range(MAX_REDIRECTS + 1):
        address = read_address(url)
        with open_request(address, _REQUEST, deadline, seconds, _ADVICE, network or Network()) as answer:
            if answer.status not in _REDIRECTS:
                _check_status(answer)
                data = _read_body(answer, largest)
                _check_not_page(answer, data)
                return _file_name(answer, url), data
            target = urljoin(url, answer.getheader("Location", ""))
        to = split_web_address(target)
        if address.scheme == "https" and not (to and to.scheme == "https"):
            raise FetchError(
                f"{address.host} redirects to an address that is not encrypted. Give an address with https."
            )
        url = target
    raise FetchError(f"The address redirects more than {MAX_REDIRECTS} times. Give the final address.")


def _check_status(answer: http.client.HTTPResponse) -> None:
    if answer.status != 200:
        fix = _REFUSALS.get(answer.status, "Try later, or download it and give the file")
        raise FetchError(f"The address answers {answer.status} instead of a table. {fix}.")


def _read_body(answer: http.client.HTTPResponse, largest: int) -> bytes:
    """Read and unpack the body of an answer, and stop as soon as it is too large."""
    encoding = answer.getheader("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "", *_WINDOW_BITS):
        raise FetchError(f"The table comes packed as '{encoding}'. Download it and give the file.")
    unpack = zlib.decompressobj(_WINDOW_BITS[encoding]) if encoding in _WINDOW_BITS else None
    pieces: list[bytes] = []
    read = size = 0
    while piece := answer.read1(_PIECE_BYTES):
        read += len(piece)
        # One byte over the limit is enough to refuse it, however large it would become.
        while piece and size <= largest:
            if unpack and unpack.eof:  # packed in several parts, one after the other
                unpack = zlib.decompressobj(_WINDOW_BITS[encoding])
            plain = unpack.decompress(piece, largest - size + 1) if unpack else piece
            piece = unpack.unused_data if unpack else b""
            size += len(plain)
            pieces.append(plain)
        if max(size, read) > largest:
            raise FetchError(f"The table is larger than {largest / 1e6:g} MB. Give a part of it.")
    length = answer.getheader("Content-Length", "")
    if (length.isdigit() and read < int(length)) or (unpack and not unpack.eof):
        raise ConnectionError("the answer ends too early")
    return b"".join(pieces)


def _check_not_page(answer: http.client.HTTPResponse, data: bytes) -> None:
    begins = data[:200].lstrip().lower()
    if answer.headers.get_content_type() == "text/html" or begins.startswith((b"<!doctype html", b"<html")):
        raise FetchError(
            "This is a web page, not a table. Share the table as CSV, or with everyone who has the address, and give "
            "the address of the table."
        )


def _file_name(answer: http.client.HTTPResponse, url: str) -> str:
    """Return the name of a file from the host or the end of the address, without anything that could be a path."""
    headers: Message = answer.headers
    name = headers.get_filename() or unquote(urlsplit(url).path.rsplit("/", 1)[-1])
    clean = re.sub(r"[^\w .()-]+", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")[-100:] or _DEFAULT_NAME
    if headers.get_content_type() == "text/csv" and not clean.lower().endswith(".csv"):
        return f"{clean}.csv"
    return clean
