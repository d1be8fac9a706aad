"""What a person says that a word of their table means, where the codebook has no such word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from control_map.core.errors import Fault
from control_map.core.sanitize import unescape_cell
from control_map.intake.matching.columns import ColumnMatching
from control_map.intake.tables.read import RawTable

VOCABULARY_COLUMNS = ("claim", "actor", "claimant_side", "place_kind")
"""The columns in which a word stands that everybody writes otherwise."""


@dataclass(frozen=True)
class UnknownWord:
    """A word that a column of the codebook does not know, and the rows of the table that have it."""

    column: str
    word: str
    rows: tuple[int, ...]


def list_unknown_words(faults: Iterable[Fault], known: Mapping[str, Iterable[str]]) -> list[UnknownWord]:
    """Return the words of a table that are not known, those of the most rows first.

    Parameters
    ----------
    faults
        Those of its cells, as `Reports` has them.
    known
        The words that there are for each column of `WORDED`.
    """
    rows: dict[tuple[str, str], list[int]] = {}
    for fault in faults:
        if fault.column in VOCABULARY_COLUMNS and fault.value and fault.value not in known[fault.column]:
            rows.setdefault((fault.column, fault.value), []).append(fault.row)
    words = [UnknownWord(column, word, tuple(those)) for (column, word), those in rows.items()]
    return sorted(words, key=lambda word: -len(word.rows))


def replace_words(raw: RawTable, matching: ColumnMatching, meanings: Mapping[tuple[str, str], str]) -> RawTable:
    """Return a table with what is meant in place of what is written; it is not changed itself.

    `meanings` has what is meant by the column of the codebook and the word in it.
    """
    frame = raw.frame
    for (name, word), meaning in meanings.items():
        if column := matching.columns.get(name):
            frame = frame.assign(**{column: frame[column].mask(frame[column].map(unescape_cell) == word, meaning)})
    return replace(raw, frame=frame)
