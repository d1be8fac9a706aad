"""A webhook: where it is, what it is sent, and how its deliveries go."""

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from control_map.core.errors import AlertError
from control_map.core.sanitize import split_web_address

FAILING_AFTER = 10
"""Failed attempts in a row after which a hook is said to be failing: in some two days, see `delivery.wait_after`."""
_SECRET_BYTES = 32
_SECRET_PREFIX = "whsec_"  # noqa: S105 - what the specification puts before each secret
_NAME = re.compile(r"[\w.-]{1,80}", re.ASCII)


class HookEvent(StrEnum):
    """What a hook is sent a message for."""

    CHANGES = "changes"
    RELEASE = "release"


@dataclass(frozen=True)
class Scope:
    """The changes that concern a hook: of these places or in these provinces, and of these kinds; empty: of all."""

    places: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def covers(self, item: Mapping[str, Any]) -> bool:
        """Whether an item of a feed is about a place that is meant."""
        facts = item["_control_map"]
        is_anywhere = not (self.places or self.provinces)
        is_there = facts["place_id"] in self.places or facts["province_id"] in self.provinces
        return (is_anywhere or is_there) and (not self.kinds or facts["kind"] in self.kinds)

    def __str__(self) -> str:
        """Return the scope in words."""
        parts = {"place": self.places, "province": self.provinces, "kind": self.kinds}
        return "; ".join(f"{name} {', '.join(ids)}" for name, ids in parts.items() if ids) or "everything"


@dataclass(frozen=True)
class Hook:
    """A webhook.

    `theatre` and `rule` are ids. `fingerprint` is the hash of the pack's files up to which messages were made. `added`,
    `next_try` and `failing_since` are moments in seconds since 1970; `failing_since` is that of the first failed
    attempt after the last successful one, of which there were `failures`, and `problem` is what the last one was.
    `ended` says that the receiver wants no more. The secret and the path of the address, which can be as secret, are
    for deliveries alone.
    """

    name: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    theatre: str
    rule: str
    event: HookEvent = HookEvent.CHANGES
    scope: Scope = Scope()
    fingerprint: str = ""
    added: float = 0
    failures: int = 0
    failing_since: float = 0
    next_try: float = 0
    problem: str = ""
    ended: bool = False

    @property
    def host(self) -> str:
        """The part of its address that may be shown."""
        parts = split_web_address(self.url)
        return f"{parts.scheme}://{parts.netloc}" if parts else ""

    @property
    def is_failing(self) -> bool:
        """Whether its receiver has not answered for long."""
        return self.failures >= FAILING_AFTER


def make_secret() -> str:
    """Return a new secret, as the specification writes it."""
    return _SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def read_secret(secret: str) -> bytes:
    """Return the key that a secret stands for."""
    return base64.b64decode(secret.removeprefix(_SECRET_PREFIX))


def check_name(name: str) -> str:
    """Return the name of a hook if it can be one.

    Raises
    ------
    AlertError
        If it has other characters than names may have.
    """
    if not _NAME.fullmatch(name):
        raise AlertError(f"'{name}' cannot be the name of a hook. Use up to 80 Latin letters, digits and . - _")
    return name
