"""The query of an address: a typed table says which parameter stands for which value of the page's state.

Default values are left out. A value that cannot be read falls back to the default, with a notice: an address can come
from anywhere.
"""

import datetime as dt
import math
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from control_map.core.errors import LinkError

_READABLE = ":,/@"
"""Characters that are not percent-encoded."""
_MAX_LENGTH = 2_000
"""Characters of a value: more than any value has that this page writes."""
_MAX_SHOWN = 40
_MAX_NAMED = 12
SETTINGS = "set"
"""The parameter that changes a parameter of the rule, as NAME=VALUE; it can be repeated, or have several of these."""


class ValueFormat(Protocol):
    """How a value is written in an address."""

    def read(self, text: str) -> Any:
        """Return the value that a text stands for.

        Raises
        ------
        LinkError
            If it stands for no value; the error says what can be written.
        """

    def write(self, value: Any) -> str:
        """Return the text that stands for a value."""


@dataclass(frozen=True)
class ChoiceFormat:
    """One of several values, each written as a word."""

    words: Mapping[str, Any]

    def read(self, text: str) -> Any:
        """Return the value of a word, in upper or lower case."""
        if text in self.words:
            return self.words[text]
        found = {word.casefold(): value for word, value in self.words.items()}
        if text.casefold() not in found:
            raise LinkError(_one_of(self.words))
        return found[text.casefold()]

    def write(self, value: Any) -> str:
        """Return the word of a value.

        Raises
        ------
        LinkError
            If it has no word.
        """
        for word, worded in self.words.items():
            if worded == value:
                return word
        raise LinkError(_one_of(self.words))


@dataclass(frozen=True)
class MultipleChoiceFormat:
    """Any number of several values, as a list in their order."""

    words: Mapping[str, Any]

    def read(self, text: str) -> list[Any]:
        """Return the values of words separated by commas."""
        chosen = {ChoiceFormat(self.words).read(word) for word in text.split(",") if word}
        return [value for value in self.words.values() if value in chosen]

    def write(self, value: Iterable[Any]) -> str:
        """Return the words of the values."""
        chosen = set(value)
        return ",".join(word for word, worded in self.words.items() if worded in chosen)


@dataclass(frozen=True)
class DayFormat:
    """A day within a period, both ends included, as in 2021-07-09."""

    first: dt.date
    last: dt.date

    def read(self, text: str) -> dt.date:
        """Read a date in ISO 8601."""
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or not self.first <= day <= self.last:
            message = f"a day from {self.first} to {self.last}"
            raise LinkError(message)
        return day

    def write(self, value: dt.date) -> str:
        """Write a date in ISO 8601."""
        return value.isoformat()


@dataclass(frozen=True)
class WholeNumberFormat:
    """A whole number within bounds, both included."""

    minimum: int
    maximum: int

    def read(self, text: str) -> int:
        """Read a number in digits."""
        if not (text.isascii() and text.isdigit() and len(text) < 10 and self.minimum <= int(text) <= self.maximum):
            message = f"a whole number from {self.minimum} to {self.maximum}"
            raise LinkError(message)
        return int(text)

    def write(self, value: int) -> str:
        """Write a number in digits."""
        return str(value)


@dataclass(frozen=True)
class TextFormat:
    """Any text up to a length."""

    max_length: int

    def read(self, text: str) -> str:
        """Return the text as it is."""
        if len(text) > self.max_length or not text.isprintable():
            message = f"a line of text of at most {self.max_length} characters"
            raise LinkError(message)
        return text

    def write(self, value: str) -> str:
        """Return the text as it is."""
        return value


@dataclass(frozen=True)
class PositionFormat:
    """The centre of a map and its zoom: `(lat, lon, zoom)`, in Leaflet's order, as in 34.35,62.2,7.5."""

    def read(self, text: str) -> tuple[float, float, float]:
        """Read three numbers separated by commas."""
        try:
            lat, lon, zoom = (float(part) for part in text.split(","))
        except ValueError:
            lat = lon = zoom = math.nan
        if not (abs(lat) <= 90 and abs(lon) <= 180 and 0 <= zoom <= 20):
            message = "latitude, longitude and zoom, as in 34.35,62.2,7.5"
            raise LinkError(message)
        return lat, lon, zoom

    def write(self, value: tuple[float, float, float]) -> str:
        """Write a position to 0.0001 degrees, about 10 m."""
        lat, lon, zoom = value
        return f"{lat:.4f},{lon:.4f},{zoom:g}"


@dataclass(frozen=True)
class QueryEntry:
    """One parameter of the address.

    `name` is its name in the query, `key` that of the value in the page's state, `default` the value that is left
    out. `condition` names another value of the state that this one depends on: its key, and what it must be or contain
    for this one to apply.
    """

    name: str
    key: str
    format: ValueFormat
    default: Any
    condition: tuple[str, Any] | None = None

    def applies(self, state: Mapping[str, Any]) -> bool:
        """Whether the rest of the state meets the condition."""
        if self.condition is None:
            return True
        key, required = self.condition
        value = state.get(key)
        return required in value if isinstance(value, list) else bool(value == required)


def merge_values(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the parameters of an address, each once: its last value, or all values of `SETTINGS`, parted by commas."""
    merged: dict[str, str] = {}
    for name, text in items:
        merged[name] = f"{merged[name]},{text}" if name == SETTINGS and name in merged else text
    return merged


def read_query(query: Mapping[str, str], entries: Sequence[QueryEntry]) -> tuple[dict[str, Any], list[str]]:
    """Read the values of some entries from a query.

    Returns
    -------
    values
        The values that could be read, by their keys.
    notices
        One sentence for each value that could not be read.
    """
    values, notices = {}, []
    for entry in entries:
        if entry.name not in query:
            continue
        text = query[entry.name]
        if len(text) > _MAX_LENGTH:
            notices.append(f"{entry.name}: \u201c{_short(text)}\u201d is longer than {_MAX_LENGTH:,} characters.")
            continue
        try:
            values[entry.key] = entry.format.read(text)
        except LinkError as error:
            notices.append(f"{entry.name}: \u201c{_short(text)}\u201d should be {error}.")
    return values, notices


def unknown_query_notices(query: Iterable[str], entries: Sequence[QueryEntry]) -> list[str]:
    """Return one sentence for each parameter of a query that no entry has, and one for those beyond the first few."""
    known = {entry.name for entry in entries}
    unknown = [name for name in query if name not in known]
    notices = [f"\u201c{_short(name)}\u201d is not a known setting." for name in unknown[:_MAX_NAMED]]
    more = len(unknown) - len(notices)
    return [*notices, f"Nor are {more:,} more."] if more else notices


def write_query(state: Mapping[str, Any], entries: Sequence[QueryEntry], always: Container[str] = ()) -> str:
    """Write the values that differ from their defaults as a query, in the order of the entries.

    The entries named in `always` are written in any case. A value that cannot be written is left out.
    """
    parts = []
    for entry in entries:
        value = state.get(entry.key, entry.default)
        if (value != entry.default or entry.name in always) and entry.applies(state):
            with suppress(LinkError):
                parts.append((entry.name, entry.format.write(value)))
    return urlencode(parts, quote_via=quote, safe=_READABLE)


def _one_of(words: Iterable[str]) -> str:
    options = list(words)
    return f"one of: {', '.join(options)}" if len(options) <= _MAX_NAMED else "one that this conflict has"


def _short(text: str) -> str:
    # Shortened first: the text may be huge.
    line = "".join(character if character.isprintable() else " " for character in text[:_MAX_SHOWN])
    return line if len(text) <= _MAX_SHOWN else f"{line}\u2026"
