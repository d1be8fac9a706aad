"""How a sentence falls apart: into units that one speaker can account for, and these into clauses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from control_map.intake.articles.text.phrasebook import Phrasebook
from control_map.intake.articles.text.sentences import Token


@dataclass(frozen=True)
class SpeakerUnit:
    """A part of a sentence from `begin` to before `end`; `opposed` to the one before by a word such as "but"."""

    begin: int
    end: int
    opposed: bool


@dataclass(frozen=True)
class Clause:
    """The tokens of a clause by their positions; one within commas is not in the one around it.

    `about` is the position before which the word stands that a relative clause tells of, or -1.
    """

    positions: tuple[int, ...]
    about: int = -1

    @cached_property
    def begin(self) -> int:
        """Its first token."""
        return self.positions[0]

    @cached_property
    def end(self) -> int:
        """What follows its last token."""
        return self.positions[-1] + 1

    def between(self, begin: int, end: int) -> list[int]:
        """Return its positions from one to before another."""
        return [position for position in self.positions if begin <= position < end]


def split_into_units(tokens: Sequence[Token], opening: int, book: Phrasebook) -> list[SpeakerUnit]:
    """Split a sentence, after its dateline, at semicolons, dashes, and where it says but, while or although."""
    found, begin, opposed = [], opening, False
    for at, token in enumerate(tokens):
        if at <= begin or token.low not in {";", "\u2014"} | book.clauses.opposed:
            continue
        found.append(SpeakerUnit(begin, at, opposed))
        begin, opposed = at + 1, token.low in book.clauses.opposed
    if begin < len(tokens):
        found.append(SpeakerUnit(begin, len(tokens), opposed))
    return found


def split_into_clauses(
    tokens: Sequence[Token], unit: SpeakerUnit, apart: Sequence[tuple[int, int]], book: Phrasebook
) -> Iterator[Clause]:
    """Split a unit where another clause begins.

    Parameters
    ----------
    tokens, unit
        Of the sentence, and which part of it.
    apart
        What belongs to no clause: who says so, and that they do.
    book
        The words at which a clause begins.
    """
    outside = {position for span in apart for position in range(*span)}
    not_breaks = {at for hit in book.listed(book.clauses.not_breaks).all_in(tokens) for at in range(hit.begin, hit.end)}
    main: list[int] = []
    inner: list[int] = []
    about = -1
    for at in range(unit.begin, unit.end):
        token = tokens[at]
        relative = token.low in book.clauses.relative and at > unit.begin and tokens[at - 1].low == ","
        breaks = (token.low in book.clauses.breaks and at not in not_breaks) or token.low == ":"
        if at in outside or breaks:
            yield from _ended(inner, about)
            yield from _ended(main, -1)
            main, inner, about = [], [], -1
        elif relative:
            yield from _ended(inner, about)
            inner, about = [at], at - 1
        elif about >= 0 and token.low == ",":
            yield from _ended(inner, about)
            inner, about = [], -1
            main.append(at)
        elif about >= 0:
            inner.append(at)
        else:
            main.append(at)
    yield from _ended(inner, about)
    yield from _ended(main, -1)


def _ended(positions: list[int], about: int) -> Iterator[Clause]:
    if positions:
        yield Clause(tuple(positions), about)
