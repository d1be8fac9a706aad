"""Who may read from the API: those who may see the page, and who sends a key, of the theatres that it opens."""

import logging
import os
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple, cast

from starlette.requests import Request

from control_map.api.keys import KEYS_VARIABLE, ApiKey, find_key, read_keys, utc_today
from control_map.api.problems import Problem
from control_map.core.errors import PackError, UnknownNameError
from control_map.theatre.discovery import folders_by_name
from control_map.theatre.theatre import file_state
from control_map.ui.auth import sign_in

CALLER_KEY = "control_map_caller"
"""Where a request's scope has its caller."""
_SCHEME = "bearer"
_NO_KEY, _WRONG_KEY = "Bearer", 'Bearer error="invalid_token"'
_LOG = logging.getLogger(__name__)


class NamedFolder(NamedTuple):
    """A theatre by the id that addresses name, which differs from its folder's name if two folders share that."""

    id: str
    path: Path


@dataclass(frozen=True)
class Caller:
    """Who sends a request: whether they may see the page, and the key that they send, if it is one and valid.

    `problem` is what they are answered if they may not read anything.
    """

    is_admitted: bool = False
    key: ApiKey | None = None
    problem: Problem | None = None

    def opened(self) -> Mapping[str, Path]:
        """Return the folders of the theatres that they may read of, by name."""
        folders = folders_by_name()
        if self.is_admitted:
            return folders
        return {name: folder for name, folder in folders.items() if self.key and self.key.opens(name)}


def identify(request: Request) -> Caller:
    """Return who sends a request. A wrong key is a problem where none is needed, too: a script is to notice it."""
    is_admitted = sign_in.is_admitted(request.cookies)  # also finds out whether the deployment is private
    try:
        key = _key_of(request.headers.getlist("authorization"))
    except Problem as problem:
        return Caller(problem=problem)
    if key or is_admitted:
        return Caller(is_admitted, key)
    return Caller(problem=_refuse("This map is private: sign in on its page, or send a key.", _NO_KEY))


def caller_of(request: Request) -> Caller:
    """Return who sends a request, as it was found out when they were let in."""
    return cast("Caller", request.scope[CALLER_KEY])


def find_theatre(request: Request, theatre: str) -> NamedFolder:
    """Return the theatre of a name; empty: the first that the caller may read of.

    Raises
    ------
    Problem
        If the caller's key does not open it, whether it exists or not.
    UnknownNameError
        If there is none; the message lists those that there are.
    """
    caller = caller_of(request)
    if theatre and not caller.is_admitted and caller.key and not caller.key.opens(theatre):
        detail = f"The key does not open this theatre. It opens: {', '.join(caller.key.theatres)}."
        headers = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
        raise Problem(HTTPStatus.FORBIDDEN, detail, "theatre", headers)
    folders = caller.opened()
    name = theatre or next(iter(folders), "")
    if name not in folders:
        raise UnknownNameError("theatre", theatre, list(folders), complete=True)
    return NamedFolder(name, folders[name])


def _key_of(headers: Iterable[str]) -> ApiKey | None:
    """Return the valid key in the headers Authorization, None if they have none; those of other schemes are ignored."""
    parts = [header.strip().partition(" ") for header in headers]
    sent = [text.strip() for scheme, _, text in parts if scheme.casefold() == _SCHEME]
    if not sent:
        return None
    if len(sent) > 1:
        raise _refuse("There are several keys. Send one header Authorization.", _WRONG_KEY)
    key = find_key(sent[0], _current_keys())
    if key is None:
        raise _refuse("The key is not valid: it is mistyped, or was revoked.", _WRONG_KEY)
    if key.has_expired(utc_today()):
        raise _refuse(f"The key has expired: its last day was {key.expires}.", _WRONG_KEY)
    return key


def _refuse(detail: str, challenge: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})


def _current_keys() -> tuple[ApiKey, ...]:
    """Return the keys of the file that the environment names; it is read again when it was written again.

    Raises
    ------
    Problem
        If it is damaged: then no key is valid.
    """
    named = os.environ.get(KEYS_VARIABLE, "")
    if not named:
        return ()
    path = Path(named)
    try:
        return _read_once(path, file_state(path))
    except (PackError, OSError) as error:
        _log_fault(str(error))
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "The server cannot read its keys; its log says why.") from error


@lru_cache(maxsize=1)
def _read_once(path: Path, state: Hashable) -> tuple[ApiKey, ...]:  # noqa: ARG001 - part of the key
    return read_keys(path)


@lru_cache(maxsize=8)
def _log_fault(fault: str) -> None:
    """Write a fault to the log, once."""
    _LOG.error("keys to the API are refused: %s", fault)
