"""Which documents hold a word: exactly, as the beginning of one, or spelled much like one."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from control_map.core.arrays import Ints
from control_map.geocoding.name_index import max_edit_distance

Mask = npt.NDArray[np.bool_]
_LAST = chr(0x10FFFF)
_SHORTEST_BEGINNING = 2


class WordIndex:
    """The words of many documents, each with the documents that hold it.

    Parameters
    ----------
    documents
        The words of each document, normalised; documents go by their number.
    """

    def __init__(self, documents: Iterable[Collection[str]]) -> None:
        number: dict[str, int] = {}
        held: list[int] = []
        lengths: list[int] = []
        for words in documents:
            lengths.append(len(words))
            held.extend([number.setdefault(word, len(number)) for word in words])
        self._count = len(lengths)
        self._words = sorted(number)
        rank = np.empty(len(number), dtype=np.int64)
        rank[[number[word] for word in self._words]] = np.arange(len(number))
        ranks = rank[np.asarray(held, dtype=np.int64)]
        order = np.argsort(ranks, kind="stable")
        # The documents of all words in one array, in order of the words: those of a beginning lie side by side.
        self._documents: Ints = np.repeat(np.arange(self._count), lengths)[order]
        self._starts: Ints = np.searchsorted(ranks[order], np.arange(len(number) + 1))

    def holding(self, word: str) -> Mask:
        """Say which documents hold a word."""
        first = bisect_left(self._words, word)
        found = first < len(self._words) and self._words[first] == word
        return self._between(first, first + found)

    def beginning(self, word: str) -> Mask:
        """Say which documents hold a word that begins so, or is it; a single letter begins too many, it is itself."""
        if len(word) < _SHORTEST_BEGINNING:
            return self.holding(word)
        return self._between(bisect_left(self._words, word), bisect_left(self._words, word + _LAST))

    def like(self, word: str) -> Mask:
        """Say which documents hold a word that a few slips of the pen lead to, as many as a name may have.

        A number is like no other, and the first letter is no slip.
        """
        allowed = 0 if _has_digit(word) else max_edit_distance(word)
        if not allowed:
            return np.zeros(self._count, dtype=bool)
        found = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        near = [index for other, _, index in found if other[0] == word[0] and not _has_digit(other)]
        return any_of([self._between(index, index + 1) for index in near], self._count)

    def _between(self, first: int, end: int) -> Mask:
        mask = np.zeros(self._count, dtype=bool)
        mask[self._documents[self._starts[first] : self._starts[end]]] = True
        return mask


def any_of(masks: Sequence[Mask], count: int) -> Mask:
    """Say which of `count` documents at least one of the masks has."""
    together = np.zeros(count, dtype=bool)
    for mask in masks:
        together |= mask
    return together


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))
