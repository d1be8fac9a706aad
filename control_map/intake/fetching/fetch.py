"""A table is fetched from a web address, in a way that protects the hosts that only this machine can reach.

`fetch_table("https://example.org/reports.csv")` returns the name "reports.csv" and the bytes of the file. Fetching is
off unless `CONTROL_MAP_ALLOW_URLS` is 1. The name of a host is resolved once, all its IP addresses must be public, and
the connection goes to one of these addresses, because a second look-up could give another one. The same holds for each
redirect. Proxies of the environment are not used, as they would resolve the name themselves. Time and size are limited
as a whole, not for each piece.
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
from control_map.core.sanitize import split_web_address
from control_map.intake.fetching.addresses import WebAddress, find_download_url, is_public, read_address

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


def resolve_host(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def open_connection(address: str, port: int, timeout: float) -> socket.socket:
    """Open a connection to an IP address."""
    return socket.create_connection((address, port), timeout)


@dataclass(frozen=True)
class Network:
    """The functions that resolve hosts and open connections; tests replace them."""

    resolve: Callable[[str, int], list[str]] = resolve_host
    connect: Callable[[str, int, float], socket.socket] = open_connection


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
        with _request(address, network or Network(), deadline, seconds) as answer:
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


class _OpenConnection(http.client.HTTPConnection):
    """An HTTP connection over a socket that is already open, to an IP address that was checked."""

    def __init__(self, address: WebAddress, opened: socket.socket) -> None:
        super().__init__(address.host, address.port)
        self._opened = opened
        self.default_port = address.port

    def connect(self) -> None:
        """Use the open socket; the name of the host is not resolved again."""
        self.sock = self._opened


@contextmanager
def _request(
    address: WebAddress, network: Network, deadline: float, seconds: float
) -> Iterator[http.client.HTTPResponse]:
    """Request an address and yield the answer with its body unread; at the deadline the connection is cut."""
    late = f"{address.host} did not answer in full within {seconds:g} seconds. Download the table and give the file."
    numbers = _public_addresses(address, network, deadline, late)
    opened: list[socket.socket] = []
    # A host that sends a byte now and then keeps each single wait short, so that no time-out of a socket would end it.
    timer = threading.Timer(max(deadline - time.monotonic(), 0), _cut, [opened])
    timer.daemon = True
    timer.start()
    try:
        opened.append(_connect_to_any(numbers, address.port, network, deadline))
        _check_deadline(deadline)
        if address.scheme == "https":
            context = ssl.create_default_context()
            secure = context.wrap_socket(opened[0], server_hostname=address.host, do_handshake_on_connect=False)
            opened.append(secure)
            _check_deadline(deadline)
            secure.do_handshake()
        connection = _OpenConnection(address, opened[-1])
        headers = {"User-Agent": "Control-Map", "Accept": "text/csv, */*", "Accept-Encoding": "identity"}
        connection.request("GET", address.path, headers=headers)
        yield connection.getresponse()
        if time.monotonic() >= deadline:  # an answer that was cut can look complete
            raise FetchError(late)
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        message = f"{address.host} cannot be reached ({error}). Try later, or download the table and give the file."
        raise FetchError(late if time.monotonic() >= deadline else message) from error
    finally:
        timer.cancel()
        for connection_socket in opened:
            connection_socket.close()


def _check_deadline(deadline: float) -> None:
    """Raise at the deadline, because a socket that was opened at that moment has not been cut."""
    if time.monotonic() >= deadline:
        raise TimeoutError


def _cut(opened: list[socket.socket]) -> None:
    """Shut sockets down, encrypted or not, so that reading from them ends."""
    for connection_socket in opened:
        with suppress(OSError):  # the encrypted socket took over from the plain one
            socket.socket.shutdown(connection_socket, socket.SHUT_RDWR)


def _connect_to_any(numbers: Sequence[str], port: int, network: Network, deadline: float) -> socket.socket:
    """Connect to the first address that answers; each gets an equal share of the remaining time."""
    for number, address in enumerate(numbers):
        _check_deadline(deadline)
        share = (deadline - time.monotonic()) / (len(numbers) - number)
        try:
            return network.connect(address, port, max(share, 0.001))
        except OSError as error:
            failed = error
    raise failed


def _public_addresses(address: WebAddress, network: Network, deadline: float, late: str) -> list[str]:
    found: list[list[str]] = []
    failed: list[Exception] = []

    def resolve() -> None:
        try:
            found.append(network.resolve(address.host, address.port))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    # The system's resolver has no time limit, so it runs in a thread.
    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(max(deadline - time.monotonic(), 0))
    if failed:
        raise FetchError(f"There is no host '{address.host}'. Check the address.") from failed[0]
    if not found:
        raise FetchError(late)
    numbers = found[0]
    # A private address among public ones is an attack, not a mistake.
    if not numbers or not all(is_public(number) for number in numbers):
        raise FetchError(f"'{address.host}' is not on the public internet. Download the table and give the file.")
    return numbers


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
