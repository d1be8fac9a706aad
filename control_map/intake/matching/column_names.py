"""Columns are recognised by their names: exactly, by a synonym or a pattern, or despite a few typing slips.

`matching.columns` has the vocabulary for tables of reports, `new_theatre.boundary_columns` that for boundaries.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from anyascii import anyascii
from rapidfuzz.distance import OSA

from control_map.geocoding.name_index import digits, max_edit_distance

Vocabulary = Mapping[str, Sequence[str]]
"""What the columns with each meaning may be called, as keys: first the proper name, then synonyms, the surest first."""


def column_key(name: str) -> str:
    """Return the part of a column's name that is compared: its Latin letters and digits, in lower case."""
    return re.sub(r"[^a-z0-9]", "", anyascii(name).lower())


def match_exactly(vocabulary: Vocabulary, columns: Sequence[str], which: slice) -> Iterator[tuple[str, str]]:
    """Yield the meaning and the name of each column that has one of these names; of columns with one key the first."""
    by_key = {column_key(column): column for column in reversed(columns)}
    yield from ((meaning, by_key[key]) for meaning, keys in vocabulary.items() for key in keys[which] if key in by_key)


def match_similar(vocabulary: Vocabulary, columns: Iterable[str]) -> list[tuple[str, str]]:
    """Return the meaning and the name of each column that is a few slips from a known name, the fewest slips first.

    A column that is as similar to the names of two meanings has neither.
    """
    found: list[tuple[int, str, str]] = []
    for column in columns:
        key = column_key(column)
        slips = {meaning: min(_count_slips(key, name) for name in names) for meaning, names in vocabulary.items()}
        fewest = min(slips.values())
        meanings = [meaning for meaning, count in slips.items() if count == fewest]
        if fewest <= max_edit_distance(key) and len(meanings) == 1:
            found.append((fewest, meanings[0], column))
    return [(meaning, column) for _, meaning, column in sorted(found, key=lambda match: match[0])]


def match_patterns(patterns: Sequence[str], columns: Iterable[str]) -> list[str]:
    """Return the columns whose key fits a regular expression, those of the first expression first."""
    keys = {column: column_key(column) for column in columns}
    return list(dict.fromkeys(column for pattern in patterns for column in keys if re.fullmatch(pattern, keys[column])))


def _count_slips(key: str, name: str) -> int:
    """Count the typing slips from one key to another; another number is never a slip: "actor 2" is not "actor"."""
    return OSA.distance(key, name) if digits(key) == digits(name) else len(key)
