"""Phrases are found among the tokens of a sentence, the longest first.

In "the army fell back from Qadis" the phrases "fell" and "fell back from" give one match, the longer one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from control_map.intake.articles.text.sentences import Token

_MAX_GAP_WORDS = 6
"""Words that may stand where a phrase has "..."."""
_GAP = "..."

T = TypeVar("T")


@dataclass(frozen=True)
class PhraseMatch(Generic[T]):
    """A phrase found in a sentence: its tokens from `begin` to before `end`, and its meaning."""

    begin: int
    end: int
    value: T


class PhraseMatcher(Generic[T]):
    """Finds phrases in sentences and returns their meanings.

    A phrase is words in lower case; "/" separates the forms of a word, and "..." stands for up to six other words.
    """

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._by_first: defaultdict[str, list[tuple[tuple[frozenset[str], ...], T]]] = defaultdict(list)
        for phrase, value in phrases:
            parts = tuple(frozenset(part.split("/")) if part != _GAP else frozenset[str]() for part in phrase.split())
            for first in parts[0]:
                self._by_first[first].append((parts, value))

    def match_at(self, tokens: Sequence[Token], begin: int) -> PhraseMatch[T] | None:
        """Return the longest phrase that begins with the token at `begin`."""
        known = self._by_first.get(tokens[begin].lower, ())
        found = [PhraseMatch(begin, end, value) for parts, value in known if (end := _end_of(parts, tokens, begin))]
        return max(found, key=lambda match: match.end, default=None)

    def find_all(self, tokens: Sequence[Token]) -> list[PhraseMatch[T]]:
        """Return the phrases of a sentence in order; none overlaps another."""
        found: list[PhraseMatch[T]] = []
        begin = 0
        while begin < len(tokens):
            match = self.match_at(tokens, begin)
            if match:
                found.append(match)
            begin = match.end if match else begin + 1
        return found


def _end_of(parts: Sequence[frozenset[str]], tokens: Sequence[Token], begin: int) -> int:
    """Return the position after a phrase that begins at `begin`, or 0 if it does not stand there."""
    position, gap = begin, 0
    for part in parts:
        if not part:
            gap = _MAX_GAP_WORDS
            continue
        window = range(position, min(position + gap + 1, len(tokens)))
        found = next((at for at in window if tokens[at].lower in part), -1)
        if found < 0 or (gap and any(tokens[at].lower in ",.;:" for at in range(position, found))):
            return 0
        position, gap = found + 1, 0
    return position
