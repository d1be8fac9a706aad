"""How many requests a client may send to the routes that programs ask: a bucket for each, that fills again steadily.

The bucket is a single number for each client, the time at which it will be full again (GCRA, as in ATM Forum's Traffic
Management Specification 4.0). Libraries for this keep the time of each request, of as many clients as come.
"""

import ipaddress
import logging
import math
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request

RATE_VARIABLE = "CONTROL_MAP_API_RATE"
"""The environment variable with the rate, such as 600/minute, or off."""
DEFAULT_RATE = "1200/minute"
"""A notebook that asks about each day of three years does not notice it. In the long run one client's calls, of some
milliseconds each, take less than a tenth of one processor, and all people of one office share one address."""
OFF = "off"
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_RATE = re.compile(rf"([1-9]\d{{0,8}})/({'|'.join(_SECONDS)})", re.ASCII)
MOST_CLIENTS = 10_000
"""Clients that are remembered, 2 MB of them; then those are forgotten that did not ask for longest."""
_NETWORK_BITS = 64
"""Of an IPv6 address: each client has at least all addresses of one such network."""
_LOG = logging.getLogger(__name__)
_proxy_is_noted = threading.Event()


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds."""

    requests: int
    seconds: int


@dataclass(frozen=True)
class Count:
    """What a request left a client: requests that it may send at once, and seconds until it may send all again.

    `wait` is how many seconds it has to wait because it has sent too many, 0 if it has not.
    """

    rate: Rate
    left: int
    full_in: int
    wait: int = 0

    @property
    def refusal(self) -> str:
        """Why the request is refused, in a sentence; empty if it is not."""
        rate = f"{self.rate.requests:,} requests in {self.rate.seconds:,} seconds"
        return f"Too many requests: the limit is {rate}. Ask again in {self.wait:,} s." if self.wait else ""

    @property
    def headers(self) -> dict[str, str]:
        """The headers that say so (draft-ietf-httpapi-ratelimit-headers)."""
        headers = {
            "RateLimit-Policy": f'"client";q={self.rate.requests};w={self.rate.seconds}',
            "RateLimit": f'"client";r={self.left};t={self.wait or self.full_in}',
        }
        return headers | ({"Retry-After": str(self.wait)} if self.wait else {})


class RateLimiter:
    """Counts the requests of clients."""

    def __init__(self, most_clients: int = MOST_CLIENTS) -> None:
        """Take how many clients to remember."""
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()
        self._most = most_clients

    def __len__(self) -> int:
        """Return how many clients are remembered."""
        return len(self._full_at)

    def count(self, client: Hashable, rate: Rate, now: float) -> Count:
        """Count a request at a time in seconds; one that is refused does not count."""
        each = rate.seconds / rate.requests
        full_in = max(self._full_at.get(client, now) - now, 0.0) + each
        over = full_in - rate.seconds
        if over > each / 1_000:  # what is left by rounding is no request
            return Count(rate, 0, math.ceil(full_in - each), max(1, math.ceil(over)))
        self._full_at[client] = now + full_in
        self._full_at.move_to_end(client)
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return Count(rate, max(0, int(-over / each + 0.001)), math.ceil(full_in))


_limiter = RateLimiter()


def count_request(client: Hashable) -> Count | None:
    """Count a request of a client under the rate of the setting; None if there is no limit."""
    rate = read_rate(os.environ.get(RATE_VARIABLE, ""))
    return _limiter.count(client, rate, time.monotonic()) if rate else None


@lru_cache(maxsize=8)
def read_rate(text: str) -> Rate | None:
    """Return a rate as the setting states it, None if it is off; instead of what is no rate, the usual holds."""
    text = text.strip()
    if text == OFF:
        return None
    found = _RATE.fullmatch(text or DEFAULT_RATE)
    if found is None:
        fix = f"Write a number, a slash and one of {', '.join(_SECONDS)}, as in {DEFAULT_RATE}; or {OFF}"
        _LOG.error("%s: '%.40s' is not a rate, so that %s holds. %s.", RATE_VARIABLE, text, DEFAULT_RATE, fix)
        return read_rate("")
    return Rate(int(found[1]), _SECONDS[found[2]])


def client_address(request: Request) -> str:
    """Return the network address by which a client is known.

    Behind a proxy it is the one that the proxy names, if uvicorn trusts that proxy: see its variable
    `FORWARDED_ALLOW_IPS`.
    """
    host = request.client.host if request.client else ""
    if (named := request.headers.get("x-forwarded-for")) and host not in named:
        _note_proxy(host)
    return _network_of(host)


def _network_of(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), _NETWORK_BITS), strict=False))


def _note_proxy(host: str) -> None:
    """Note once that all who come through a proxy are counted as one client."""
    if _proxy_is_noted.is_set():
        return
    _proxy_is_noted.set()
    _LOG.warning(
        "Requests from %.60s name other clients (X-Forwarded-For), which is not trusted: all that come from it are "
        "counted as one. If it is your proxy, set FORWARDED_ALLOW_IPS to this address as it is written here.",
        host,
    )
