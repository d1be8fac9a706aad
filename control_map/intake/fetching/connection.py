"""A request to the public internet, in a way that protects the hosts that only this machine can reach.

The name of a host is resolved once, all its IP addresses must be public, and the connection goes to one of these
addresses, because a second look-up could give another one. Proxies of the environment are not used, as they would
resolve the name themselves. Time is limited as a whole, not for each piece.
"""

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from control_map.core.errors import FetchError
from control_map.intake.fetching.addresses import WebAddress, is_public


def resolve_host(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def open_connection(address: str, port: int, timeout: float) -> socket.socket:
    """Open a connection to an IP address."""
    return socket.create_connection((address, port), timeout)


@dataclass(frozen=True)
class Network:
    """The functions that resolve hosts, open connections, and say to which IP addresses; tests replace them."""

    resolve: Callable[[str, int], list[str]] = resolve_host
    connect: Callable[[str, int, float], socket.socket] = open_connection
    is_allowed: Callable[[str], bool] = is_public


@dataclass(frozen=True)
class Request:
    """What is asked of an address: the method, the headers, and the body, if it has one."""

    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes | None = None


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
def open_request(
    address: WebAddress, request: Request, deadline: float, seconds: float, advice: str, network: Network
) -> Iterator[http.client.HTTPResponse]:
    """Request an address and yield the answer with its body unread; at the deadline the connection is cut.

    `deadline` is a moment of `time.monotonic`, so many `seconds` after the beginning.

    Raises
    ------
    FetchError
        If the address cannot or must not be reached; the message states the reason, and the `advice`.
    """
    late = f"{address.host} did not answer in full within {seconds:g} seconds. {advice}."
    numbers = _resolve_allowed(address, network, deadline, late, advice)
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
        headers = {"User-Agent": "Control-Map", **request.headers}
        connection.request(request.method, address.path, request.body, headers)
        yield connection.getresponse()
        if time.monotonic() >= deadline:  # an answer that was cut can look complete
            raise FetchError(late)
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        or_else = f"{advice[:1].lower()}{advice[1:]}"
        message = f"{address.host} cannot be reached ({error}). Try later, or {or_else}."
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


def _resolve_allowed(address: WebAddress, network: Network, deadline: float, late: str, advice: str) -> list[str]:
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
    if not numbers or not all(network.is_allowed(number) for number in numbers):
        raise FetchError(f"'{address.host}' is not on the public internet. {advice}.")
    return numbers
