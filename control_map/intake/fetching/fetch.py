"""A table behind a web address, fetched so that whoever names the address cannot reach what only this machine can.

It is off unless `CONTROL_MAP_ALLOW_URLS` is 1. A name is resolved once, each address that it has must be public, and
the connection goes to one of these very addresses: asking again could give another. So does each redirect. No proxy of
the environment is asked, as it would resolve the name itself. Time and size are limited as a whole, not for each piece.
"""

import http.client
import os
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from urllib.parse import unquote, urljoin, urlsplit

from control_map.core.errors import FetchError
from control_map.core.limits import LIMITS
from control_map.intake.fetching.addresses import WebAddress, find_download_url, is_public, read_address

ALLOW_URLS_VARIABLE = "CONTROL_MAP_ALLOW_URLS"
MAX_SECONDS = 30.0
"""All that a table may take, with its redirects."""
MAX_REDIRECTS = 5
_MOVED = frozenset({301, 302, 303, 307, 308})
_PIECE = 1 << 16
_UNNAMED = "table"
_UNPACKING = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
_REFUSALS = {
    401: "It is not shared with everybody who has the address. Share it so, or download it and give the file",
    403: "It is not shared with everybody who has the address. Share it so, or download it and give the file",
    404: "There is nothing at this address. Copy it once more from where you see the table",
    410: "There is nothing at this address any more",
    429: "It was asked too often. Wait, or download it and give the file",
}


def resolve_host(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def open_connection(address: str, port: int, timeout: float) -> socket.socket:
    """Open a connection to an IP address."""
    return socket.create_connection((address, port), timeout)


@dataclass(frozen=True)
class Network:
    """How hosts are resolved and connections opened."""

    resolve: Callable[[str, int], list[str]] = resolve_host
    connect: Callable[[str, int, float], socket.socket] = open_connection


def is_fetching_allowed(environment: Mapping[str, str]) -> bool:
    """Whether tables may be fetched from the web."""
    return environment.get(ALLOW_URLS_VARIABLE) == "1"


def fetch_table(
    url: str, *, largest: int = LIMITS.fetched_bytes, seconds: float = MAX_SECONDS, network: Network | None = None
) -> tuple[str, bytes]:
    """Fetch a table.

    Parameters
    ----------
    url
        Its address, or that of the page of a spreadsheet, see `download_of`.
    largest
        Bytes that it may have, also once it is unpacked.
    seconds
        That it may take as a whole.

    Returns
    -------
    tuple
        What the file is called, and what is in it.

    Raises
    ------
    FetchError
        If it cannot be fetched, or must not; the message says why and what would help.
    """
    if not is_fetching_allowed(os.environ):
        message = (
            f"Tables are not fetched from the web here. Download it and give the file, or set {ALLOW_URLS_VARIABLE}=1."
        )
        raise FetchError(message)
    until = time.monotonic() + seconds
    place = find_download_url(url)
    for _ in range(MAX_REDIRECTS + 1):
        address = read_address(place)
        with _asked(address, network or Network(), until, seconds) as answer:
            if answer.status not in _MOVED:
                _refuse(answer)
                data = _body(answer, largest)
                _refuse_page(answer, data)
                return _name(answer, place), data
            target = urljoin(place, answer.getheader("Location", ""))
        if address.scheme == "https" and urlsplit(target).scheme != "https":
            message = f"{address.host} leads on to an address that is not encrypted. Give an address with https."
            raise FetchError(message)
        place = target
    message = f"The address leads on to others more than {MAX_REDIRECTS} times. Give the one at the end."
    raise FetchError(message)


class _Opened(http.client.HTTPConnection):
    """A connection that is open already, to the address that was checked."""

    def __init__(self, address: WebAddress, opened: socket.socket) -> None:
        super().__init__(address.host, address.port)
        self._opened = opened
        self.default_port = address.port

    def connect(self) -> None:
        """Take the connection that there is; no name is resolved again."""
        self.sock = self._opened


@contextmanager
def _asked(address: WebAddress, network: Network, until: float, seconds: float) -> Iterator[http.client.HTTPResponse]:
    """Ask for an address and give the answer, its body not yet read; at the deadline the connection is cut."""
    late = f"{address.host} did not answer in full within {seconds:g} seconds. Download the table and give the file."
    numbers = _public_addresses(address, network, until, late)
    opened: list[socket.socket] = []
    # A host that sends a byte now and then keeps each single wait short, and none of them would ever run out.
    watch = threading.Timer(max(until - time.monotonic(), 0), _cut, [opened])
    watch.daemon = True
    watch.start()
    try:
        opened.append(_connected(numbers, address.port, network, until))
        _check(until)
        if address.scheme == "https":
            context = ssl.create_default_context()
            secure = context.wrap_socket(opened[0], server_hostname=address.host, do_handshake_on_connect=False)
            opened.append(secure)
            _check(until)
            secure.do_handshake()
        connection = _Opened(address, opened[-1])
        headers = {"User-Agent": "Control-Map", "Accept": "text/csv, */*", "Accept-Encoding": "identity"}
        connection.request("GET", address.path, headers=headers)
        yield connection.getresponse()
        if time.monotonic() >= until:  # what was cut can look as if it were at its end
            raise FetchError(late)
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        message = f"{address.host} cannot be reached ({error}). Try later, or download the table and give the file."
        raise FetchError(late if time.monotonic() >= until else message) from error
    finally:
        watch.cancel()
        for one in opened:
            one.close()


def _check(until: float) -> None:
    """Stop at the deadline: what was opened at that very moment was not cut."""
    if time.monotonic() >= until:
        raise TimeoutError


def _cut(opened: list[socket.socket]) -> None:
    """End what is being read from a connection, encrypted or not."""
    for one in opened:
        with suppress(OSError):  # the encrypted one took over from the other
            socket.socket.shutdown(one, socket.SHUT_RDWR)


def _connected(numbers: Sequence[str], port: int, network: Network, until: float) -> socket.socket:
    """Connect to the first address that answers; each has its share of the time that is left."""
    for number, address in enumerate(numbers):
        _check(until)
        share = (until - time.monotonic()) / (len(numbers) - number)
        try:
            return network.connect(address, port, max(share, 0.001))
        except OSError as error:
            failed = error
    raise failed


def _public_addresses(address: WebAddress, network: Network, until: float, late: str) -> list[str]:
    found: list[list[str]] = []
    failed: list[Exception] = []

    def resolve() -> None:
        try:
            found.append(network.resolve(address.host, address.port))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    # The system's resolver cannot be told how long it may take.
    asking = threading.Thread(target=resolve, daemon=True)
    asking.start()
    asking.join(max(until - time.monotonic(), 0))
    if failed:
        message = f"There is no host '{address.host}'. Check the address."
        raise FetchError(message) from failed[0]
    if not found:
        raise FetchError(late)
    numbers = found[0]
    # One that is not public among others that are is a trick, not a mistake.
    if not numbers or not all(is_public(number) for number in numbers):
        message = f"'{address.host}' is not on the public internet. Download the table and give the file."
        raise FetchError(message)
    return numbers


def _refuse(answer: http.client.HTTPResponse) -> None:
    if answer.status != 200:
        fix = _REFUSALS.get(answer.status, "Try later, or download it and give the file")
        message = f"The address answers {answer.status} instead of a table. {fix}."
        raise FetchError(message)


def _body(answer: http.client.HTTPResponse, largest: int) -> bytes:
    """Read and unpack what an answer holds, and stop as soon as it is too much."""
    packing = answer.getheader("Content-Encoding", "identity").strip().lower()
    if packing not in ("identity", "", *_UNPACKING):
        message = f"The table comes packed as '{packing}'. Download it and give the file."
        raise FetchError(message)
    unpack = zlib.decompressobj(_UNPACKING[packing]) if packing in _UNPACKING else None
    pieces: list[bytes] = []
    read = size = 0
    while piece := answer.read1(_PIECE):
        read += len(piece)
        # One byte more than there may be is enough to know that it is too much, however far it would unpack.
        while piece and size <= largest:
            if unpack and unpack.eof:  # packed in several parts, one behind the other
                unpack = zlib.decompressobj(_UNPACKING[packing])
            plain = unpack.decompress(piece, largest - size + 1) if unpack else piece
            piece = unpack.unused_data if unpack else b""
            size += len(plain)
            pieces.append(plain)
        if max(size, read) > largest:
            message = f"The table is larger than {largest / 1e6:g} MB. Give a part of it."
            raise FetchError(message)
    told = answer.getheader("Content-Length", "")
    if (told.isdigit() and read < int(told)) or (unpack and not unpack.eof):
        problem = "the answer ends too early"
        raise ConnectionError(problem)
    return b"".join(pieces)


def _refuse_page(answer: http.client.HTTPResponse, data: bytes) -> None:
    begins = data[:200].lstrip().lower()
    if answer.headers.get_content_type() == "text/html" or begins.startswith((b"<!doctype html", b"<html")):
        message = (
            "This is a web page, not a table. Share the table as CSV, or with everybody who has the address, and give "
            "the address of that."
        )
        raise FetchError(message)


def _name(answer: http.client.HTTPResponse, place: str) -> str:
    """Call the file what the host calls it, or by the end of its address, without what could be a path."""
    told: Message = answer.headers
    name = told.get_filename() or unquote(urlsplit(place).path.rsplit("/", 1)[-1])
    clean = re.sub(r"[^\w .()-]+", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")[-100:] or _UNNAMED
    if told.get_content_type() == "text/csv" and not clean.lower().endswith(".csv"):
        return f"{clean}.csv"
    return clean
