"""A view in an address: a typed table says which part of the query stands for which value of the page's state.

What is as it is by default is left out. What cannot be read falls back to the default with a notice: an address comes
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
"""What may stand in a query as it is."""
_LONGEST_SHOWN = 40
_MOST_NAMED = 12


class ValueFormat(Protocol):
    """How a value is written in an address."""

    def read(self, text: str) -> Any:
        """Return the value that a text stands for.

        Raises
        ------
        LinkError
            If it stands for none; the error says what can be written.
        """

    def write(self, value: Any) -> str:
        """Return the text that stands for a value."""


@dataclass(frozen=True)
class ChoiceFormat:
    """One of several values, each with its word."""

    words: Mapping[str, Any]

    def read(self, text: str) -> Any:
        """Return the value of a word, whatever its case."""
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
            If it has none.
        """
        for word, meant in self.words.items():
            if meant == value:
                return word
        raise LinkError(_one_of(self.words))


@dataclass(frozen=True)
class MultipleChoiceFormat:
    """Some of several values, or none of them, as a list in their order."""

    words: Mapping[str, Any]

    def read(self, text: str) -> list[Any]:
        """Return the values of words with commas between."""
        chosen = {ChoiceFormat(self.words).read(word) for word in text.split(",") if word}
        return [value for value in self.words.values() if value in chosen]

    def write(self, value: Iterable[Any]) -> str:
        """Return the words of the values."""
        chosen = set(value)
        return ",".join(word for word, meant in self.words.items() if meant in chosen)


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

    least: int
    most: int

    def read(self, text: str) -> int:
        """Read a number in digits."""
        if not (text.isascii() and text.isdigit() and len(text) < 10 and self.least <= int(text) <= self.most):
            message = f"a whole number from {self.least} to {self.most}"
            raise LinkError(message)
        return int(text)

    def write(self, value: int) -> str:
        """Write a number in digits."""
        return str(value)


@dataclass(frozen=True)
class TextFormat:
    """Any text of a length."""

    longest: int = 200

    def read(self, text: str) -> str:
        """Return the text as it is."""
        if len(text) > self.longest or not text.isprintable():
            message = f"a line of text of at most {self.longest} characters"
            raise LinkError(message)
        return text

    def write(self, value: str) -> str:
        """Return the text as it is."""
        return value


@dataclass(frozen=True)
class PositionFormat:
    """The middle of a map and its zoom: `(lat, lon, zoom)`, in Leaflet's order, as in 34.35,62.2,7.5."""

    def read(self, text: str) -> tuple[float, float, float]:
        """Read three numbers with commas between."""
        try:
            lat, lon, zoom = (float(part) for part in text.split(","))
        except ValueError:
            lat = lon = zoom = math.nan
        if not (abs(lat) <= 90 and abs(lon) <= 180 and 0 <= zoom <= 20):
            message = "latitude, longitude and zoom, as in 34.35,62.2,7.5"
            raise LinkError(message)
        return lat, lon, zoom

    def write(self, value: tuple[float, float, float]) -> str:
        """Write a position as exactly as a map shows it."""
        lat, lon, zoom = value
        return f"{lat:.4f},{lon:.4f},{zoom:g}"


@dataclass(frozen=True)
class QueryEntry:
    """One part of a view.

    `name` is its name in the address, `key` that of the value in the page's state, `default` the value that is left
    out. `only` names another value of the state without which this one means nothing: its key, and what it must be or
    contain.
    """

    name: str
    key: str
    form: ValueFormat
    default: Any
    only: tuple[str, Any] | None = None

    def means_something(self, state: Mapping[str, Any]) -> bool:
        """Say whether the value counts for anything, as the rest of the state is."""
        if self.only is None:
            return True
        key, wanted = self.only
        there = state.get(key)
        return wanted in there if isinstance(there, list) else bool(there == wanted)


def read_query(query: Mapping[str, str], entries: Sequence[QueryEntry]) -> tuple[dict[str, Any], list[str]]:
    """Read what a query says of some entries.

    Returns
    -------
    values
        The values that could be read, by their keys.
    notices
        One sentence for each that could not.
    """
    values, notices = {}, []
    for entry in entries:
        if entry.name not in query:
            continue
        try:
            values[entry.key] = entry.form.read(query[entry.name])
        except LinkError as error:
            notices.append(f"{entry.name}: \u201c{_short(query[entry.name])}\u201d should be {error}.")
    return values, notices


def unknown_query_notices(query: Iterable[str], entries: Sequence[QueryEntry]) -> list[str]:
    """Return one sentence for each part of a query that no entry knows."""
    known = {entry.name for entry in entries}
    return [f"\u201c{_short(name)}\u201d is no part of a view." for name in query if name not in known]


def write_query(state: Mapping[str, Any], entries: Sequence[QueryEntry], always: Container[str] = ()) -> str:
    """Write the query of a view: what differs from the default, in the order of the entries; empty if nothing does.

    What is named in `always` is written in any case. A value that cannot be written is left out.
    """
    parts = []
    for entry in entries:
        value = state.get(entry.key, entry.default)
        if (value != entry.default or entry.name in always) and entry.means_something(state):
            with suppress(LinkError):
                parts.append((entry.name, entry.form.write(value)))
    return urlencode(parts, quote_via=quote, safe=_READABLE)


def _one_of(words: Iterable[str]) -> str:
    named = list(words)
    return f"one of: {', '.join(named)}" if len(named) <= _MOST_NAMED else "one of those that this theatre has"


def _short(text: str) -> str:
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}\u2026"
