"""How phrases are found in a sentence, the longest first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from control_map.intake.articles.text.sentences import Token

MAX_GAP_WORDS = 6
"""Words that may stand where a phrase has "..."."""
_GAP = "..."

T = TypeVar("T")


@dataclass(frozen=True)
class PhraseMatch(Generic[T]):
    """A phrase that stands in a sentence: its tokens from `begin` to before `end`, and what it means."""

    begin: int
    end: int
    value: T


class PhraseMatcher(Generic[T]):
    """Phrases with what they mean, to be looked up in a sentence."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._by_first: defaultdict[str, list[tuple[tuple[frozenset[str], ...], T]]] = defaultdict(list)
        for phrase, value in phrases:
            parts = tuple(frozenset(part.split("/")) if part != _GAP else frozenset[str]() for part in phrase.split())
            for first in parts[0]:
                self._by_first[first].append((parts, value))

    def at(self, tokens: Sequence[Token], begin: int) -> PhraseMatch[T] | None:
        """Return the longest phrase that begins with this token."""
        known = self._by_first.get(tokens[begin].low)
        if not known:
            return None
        hits = [PhraseMatch(begin, end, value) for parts, value in known if (end := _end_of(parts, tokens, begin))]
        return max(hits, key=lambda hit: hit.end, default=None)

    def all_in(self, tokens: Sequence[Token]) -> list[PhraseMatch[T]]:
        """Return the phrases of a sentence, none inside another."""
        return list(self._walk(tokens))

    def _walk(self, tokens: Sequence[Token]) -> Iterator[PhraseMatch[T]]:
        begin = 0
        while begin < len(tokens):
            hit = self.at(tokens, begin)
            if hit:
                yield hit
            begin = hit.end if hit else begin + 1


def _end_of(parts: Sequence[frozenset[str]], tokens: Sequence[Token], begin: int) -> int:
    """Return where a phrase that begins here ends, or 0."""
    position, gap = begin, 0
    for part in parts:
        if not part:
            gap = MAX_GAP_WORDS
            continue
        window = range(position, min(position + gap + 1, len(tokens)))
        found = next((at for at in window if tokens[at].low in part), -1)
        if found < 0 or (gap and any(tokens[at].low in ",.;:" for at in range(position, found))):
            return 0
        position, gap = found + 1, 0
    return position
