"""How much fits on a page: counted for a wide typeface, so that another leaves room and none runs over."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class LineSize(NamedTuple):
    """A line of text: how many letters fit into it, and its height in mm."""

    letters: int
    height: float


def count_lines(letters: int, line: LineSize) -> int:
    """Return how many lines a text of so many letters takes at the most; words leave ends of lines empty."""
    return max(1, ceil(letters * 1.04 / line.letters))


def take_fitting(words: Sequence[T], lengths: Iterable[int], most: int) -> tuple[list[T], int]:
    """Return as many words from the first on as fit into a number of letters, and how many are left."""
    kept = []
    for word, length in zip(words, lengths, strict=True):
        most -= length
        if most < 0:
            break
        kept.append(word)
    return kept, len(words) - len(kept)
