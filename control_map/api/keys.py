"""Keys to the API of a private deployment: what a file keeps of them, and how one is made, found and revoked.

A key is 256 random bits, and the file has its SHA-256 alone. Slow hashes protect what can be guessed, as passwords are;
nobody guesses such a key, however fast a guess is, and each request of the API would wait for a slow one.
"""

import datetime as dt
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import pydantic

from control_map.core.errors import Fault, PackError, UnknownNameError, WriteError
from control_map.core.sanitize import sanitize_line
from control_map.theatre.safe_write import explain_write_errors, locked_folder, replace_file

KEYS_VARIABLE = "CONTROL_MAP_API_KEYS"
"""The environment variable with the path of the file of keys."""
ALL: Literal["all"] = "all"
"""What a key opens that opens every theatre, also those that are added later."""
_MARK, _BYTES, _ID_LENGTH = "cmap_", 32, 8
"""What a key begins with, so that those who search for leaked secrets find it."""
_MEND = f"Restore the file from a copy, or delete this line: its key is then revoked. The setting is {KEYS_VARIABLE}"


class ApiKey(pydantic.BaseModel):
    """What is kept of a key.

    `id` is its last eight characters. `theatres` are the names of those that it opens, as addresses name them.
    `expires` is the last day on which it opens them, in UTC; None: there is none.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Annotated[str, pydantic.Field(pattern=rf"^[0-9a-f]{{{_ID_LENGTH}}}$")]
    name: Annotated[str, pydantic.Field(min_length=1)]
    sha256: Annotated[str, pydantic.Field(pattern=r"^[0-9a-f]{64}$")]
    theatres: Literal["all"] | Annotated[tuple[str, ...], pydantic.Field(min_length=1)]
    created: dt.date
    expires: dt.date | None

    def opens(self, theatre: str) -> bool:
        """Whether it opens a theatre, given its name."""
        return self.theatres == ALL or theatre in self.theatres

    def has_expired(self, today: dt.date) -> bool:
        """Whether its last day is over."""
        return self.expires is not None and today > self.expires


def utc_today() -> dt.date:
    """Return the day by which keys expire."""
    return dt.datetime.now(dt.UTC).date()


def find_key(text: str, keys: Iterable[ApiKey]) -> ApiKey | None:
    """Return the key that a text is, expired or not; None if it is none."""
    digest, found = _hash(text), None
    # The time that this takes says nothing of what is kept.
    for key in keys:
        if hmac.compare_digest(key.sha256, digest):
            found = key
    return found


def read_keys(path: Path) -> tuple[ApiKey, ...]:
    """Return the keys of a file, which has a line of JSON for each; there are none if there is no file.

    Raises
    ------
    PackError
        If the file cannot be read, or a line of it is damaged: then none of its keys counts.
    """
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    except OSError as error:
        fix = "The server and the command api-key have to run as the same user"
        raise PackError([Fault(str(path), 0, "", f"the file cannot be read ({error.strerror})", fix)]) from error
    keys, faults = list[ApiKey](), list[Fault]()
    for row, line in enumerate(lines, 1):
        try:
            keys.append(ApiKey.model_validate_json(line))
        except pydantic.ValidationError as error:
            faults.append(_fault_of(path, row, error))
    if len({key.id for key in keys}) < len(keys):
        faults.append(Fault(str(path), 0, "id", "two keys have the same id", _MEND))
    if faults:
        raise PackError(faults)
    return tuple(keys)


def _fault_of(path: Path, row: int, error: pydantic.ValidationError) -> Fault:
    where = error.errors(include_url=False, include_input=False, include_context=False)[0]["loc"]
    column = sanitize_line(str(where[0])) if where else ""
    return Fault(str(path), row, column, "this is not as the command api-key writes it", _MEND)


def add_key(
    path: Path, name: str, theatres: Sequence[str] | Literal["all"], expires: dt.date | None = None
) -> tuple[str, ApiKey]:
    """Make a key and keep its hash in a file; return the key itself, which is kept nowhere, and what is kept of it.

    `theatres` are the names of one or more theatres, or `ALL`.

    Raises
    ------
    PackError, WriteError
        If the file is damaged, cannot be written, or lies in a theatre pack.
    """
    made: list[tuple[str, ApiKey]] = []

    def add(keys: tuple[ApiKey, ...]) -> tuple[ApiKey, ...]:
        text, taken = _new_key(), {key.id for key in keys}
        while text[-_ID_LENGTH:] in taken:
            text = _new_key()
        key = ApiKey(
            id=text[-_ID_LENGTH:],
            name=sanitize_line(name),
            sha256=_hash(text),
            theatres=ALL if theatres == ALL else tuple(dict.fromkeys(theatres)),
            created=utc_today(),
            expires=expires,
        )
        made.append((text, key))
        return *keys, key

    _change(path, add)
    return made[0]


def revoke_key(path: Path, key_id: str) -> ApiKey:
    """Take a key out of a file; return what was kept of it.

    Raises
    ------
    UnknownNameError, PackError, WriteError
        If there is no such key, or the file is damaged or cannot be written.
    """
    revoked: list[ApiKey] = []

    def revoke(keys: tuple[ApiKey, ...]) -> tuple[ApiKey, ...]:
        revoked.extend(key for key in keys if key.id == key_id)
        if not revoked:
            raise UnknownNameError("key", key_id, [f"{key.id} ({key.name})" for key in keys], complete=True)
        return tuple(key for key in keys if key.id != key_id)

    _change(path, revoke)
    return revoked[0]


def _change(path: Path, change: Callable[[tuple[ApiKey, ...]], tuple[ApiKey, ...]]) -> None:
    """Change the keys of a file, as the only process that does so."""
    if (path.parent / "theatre.toml").exists():
        raise WriteError(f"{path} lies in a theatre pack, which others get to read. Name a file in another folder.")
    with explain_write_errors(path), locked_folder(path.parent):
        replace_file(path, partial(_write, keys=change(read_keys(path)), old=path))


def _write(unfinished: Path, keys: Iterable[ApiKey], old: Path) -> None:
    unfinished.touch(mode=0o600)
    unfinished.write_text("".join(f"{key.model_dump_json()}\n" for key in keys), "utf-8")
    with suppress(OSError, AttributeError):  # there is no old file, or no owners (Windows), or only root may name one
        owner = old.stat()
        os.chown(unfinished, owner.st_uid, owner.st_gid)  # the server goes on to read what an administrator changes


def _new_key() -> str:
    return f"{_MARK}{secrets.token_hex(_BYTES)}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
