"""A message is delivered to a hook once: signed as the specification Standard Webhooks says, and to a public host only.

A receiver verifies it with any library for that specification: the headers `webhook-id`, `webhook-timestamp` and
`webhook-signature`, an HMAC-SHA256 of both and the body under the hook's secret. Of the answer, the status alone is
read.
"""

import base64
import hashlib
import hmac
import ipaddress
import os
import random
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from control_map.alerts.hooks import Hook, read_secret
from control_map.core.errors import AlertError, FetchError
from control_map.core.sanitize import sanitize_line, split_web_address
from control_map.intake.fetching.addresses import WebAddress, is_public, read_address
from control_map.intake.fetching.connection import Network, Request, open_request

LOOPBACK_VARIABLE = "CONTROL_MAP_ALERTS_LOOPBACK"
"""With 1, hooks may be on this machine, also without HTTPS and on any port: to try a receiver."""
TIMEOUT_SECONDS = 20.0
"""The specification asks for 15 to 30 seconds."""
_FIRST_WAIT, _WAIT_FACTOR, _LONGEST_WAIT = 10.0, 4.0, 86_400.0
_MOST_STEPS = 10
_JITTER = 0.2
_MOST_SHOWN = 300
_GONE = 410
_ADVICE = "Check the address of the hook"
_LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt to deliver a message.

    `status` is that of the answer, 0 without one; `problem` is empty if the message was delivered. `retry_after` are
    the seconds for which the receiver wants to be left alone, `seconds` those that the attempt took.
    """

    status: int = 0
    problem: str = ""
    retry_after: float = 0
    seconds: float = 0

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has the message."""
        return not self.problem

    @property
    def wants_no_more(self) -> bool:
        """Whether the receiver asks for no further messages."""
        return self.status == _GONE


Deliver = Callable[[Hook, str, bytes], Outcome]
"""Delivers a message with an id to a hook, as `deliver` does."""


def check_address(url: str, environment: Mapping[str, str] = os.environ) -> None:
    """Refuse the address of a hook to which nothing may be sent, as far as can be said without asking for its name.

    Raises
    ------
    AlertError
        If it is no address on the public internet with HTTPS.
    """
    try:
        address, network = _find_target(url, environment)
    except FetchError as error:
        raise AlertError(str(error)) from error
    with suppress(OSError, UnicodeError):  # a name: each delivery looks it up, and checks what it finds
        found = socket.getaddrinfo(address.host, address.port, flags=socket.AI_NUMERICHOST)
        if not all(network.is_allowed(str(each[4][0])) for each in found):
            raise AlertError(f"'{address.host}' is not on the public internet. Hooks can only be there.")


def deliver(
    hook: Hook,
    message_id: str,
    body: bytes,
    *,
    network: Network | None = None,
    environment: Mapping[str, str] = os.environ,
    timeout: float = TIMEOUT_SECONDS,
) -> Outcome:
    """Send a message to a hook, once; whatever goes wrong is in the outcome. Redirects are not followed."""
    begun = time.monotonic()
    try:
        address, own_network = _find_target(hook.url, environment)
        headers = {"Content-Type": "application/json", **sign(hook.secret, message_id, int(time.time()), body)}
        request = Request(headers, "POST", body)
        with open_request(address, request, begun + timeout, timeout, _ADVICE, network or own_network) as answer:
            outcome = Outcome(
                answer.status,
                "" if 200 <= answer.status < 300 else f"it answers {answer.status}",
                _read_retry_after(answer.getheader("Retry-After", "")),
            )
    except FetchError as error:
        outcome = Outcome(problem=sanitize_line(str(error))[:_MOST_SHOWN])
    return replace(outcome, seconds=time.monotonic() - begun)


def sign(secret: str, message_id: str, moment: int, body: bytes) -> dict[str, str]:
    """Return the headers that sign a message, sent at a moment in seconds since 1970."""
    signed = f"{message_id}.{moment}.".encode() + body
    signature = base64.b64encode(hmac.new(read_secret(secret), signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{signature}",
    }


def wait_after(failures: int, retry_after: float = 0, chance: Callable[[], float] = random.random) -> float:
    """Return the seconds to wait after so many failed attempts: ten seconds, then four times as long, up to a day.

    A random part keeps the hooks of one receiver from coming back all at once. The receiver can ask for a longer wait.
    """
    wait = min(_FIRST_WAIT * _WAIT_FACTOR ** min(failures - 1, _MOST_STEPS), _LONGEST_WAIT)
    return min(max(wait * (1 + _JITTER * (2 * chance() - 1)), retry_after), _LONGEST_WAIT)


def _find_target(url: str, environment: Mapping[str, str]) -> tuple[WebAddress, Network]:
    """Return the address of a hook, and the network in which it must be."""
    parts = split_web_address(url)
    if parts and environment.get(LOOPBACK_VARIABLE) == "1" and parts.hostname in _LOOPBACK_HOSTS:
        plain = read_address(parts._replace(netloc=parts.hostname if ":" not in parts.hostname else "[::1]").geturl())
        return replace(plain, port=parts.port or plain.port), Network(is_allowed=_is_loopback)
    address = read_address(url)
    if address.scheme != "https":
        raise FetchError(f"The address of a hook begins with https, and not with {address.scheme}.")
    return address, Network(is_allowed=is_public)


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def _read_retry_after(value: str) -> float:
    """Return the seconds that a header asks for, as a number or as a point in time; 0 if it cannot be read."""
    if value.strip().isdecimal():
        return float(value[:12])
    with suppress(ValueError, TypeError):
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max((moment - datetime.now(UTC)).total_seconds(), 0)
    return 0
