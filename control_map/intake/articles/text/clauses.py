"""A sentence is split into units, each with one speaker, and each unit into clauses.

"Qadis fell, but the army said it held Jawand" has two units, split at "but". "Qadis, which fell on Monday, was retaken"
is one unit with two clauses: "which fell on Monday", and the words around it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from control_map.core.model import Claim
from control_map.intake.articles.text.phrasebook import Phrasebook, PhraseForm, compile_phrases
from control_map.intake.articles.text.sentences import Token


@dataclass(frozen=True)
class SpeakerUnit:
    """A part of a sentence with one speaker, from token `begin` to before `end`.

    `is_contrasted` states that a word such as "but" separates it from the unit before.
    """

    begin: int
    end: int
    is_contrasted: bool


@dataclass(frozen=True)
class Clause:
    """The positions of a clause's tokens; a clause between commas is not part of the clause around it.

    In a relative clause `antecedent` is the position after the word to which "which" refers, otherwise -1.
    """

    positions: tuple[int, ...]
    antecedent: int = -1

    @cached_property
    def begin(self) -> int:
        """The position of its first token."""
        return self.positions[0]

    @cached_property
    def end(self) -> int:
        """The position after its last token."""
        return self.positions[-1] + 1

    @cached_property
    def inside(self) -> frozenset[int]:
        """The positions of its tokens, as a set."""
        return frozenset(self.positions)

    def between(self, begin: int, end: int) -> list[int]:
        """Return its positions from `begin` to before `end`."""
        return [position for position in self.positions if begin <= position < end]


@dataclass(frozen=True)
class PhraseInClause:
    """The use of a claim phrase in a clause, at the tokens from `begin` to before `end`.

    The stretch of the clause that belongs to it runs from the phrase before it to the phrase after it.
    """

    clause: Clause
    claim: Claim
    form: PhraseForm
    begin: int
    end: int
    stretch_begin: int
    stretch_end: int


def split_into_units(tokens: Sequence[Token], body_begin: int, book: Phrasebook) -> list[SpeakerUnit]:
    """Split a sentence, after its dateline, at semicolons, dashes, and words such as "but", "while" or "although"."""
    units, begin, is_contrasted = [], body_begin, False
    for at, token in enumerate(tokens):
        if at > begin and token.lower in {";", "\u2014"} | book.clauses.opposed:
            units.append(SpeakerUnit(begin, at, is_contrasted))
            begin, is_contrasted = at + 1, token.lower in book.clauses.opposed
    if begin < len(tokens):
        units.append(SpeakerUnit(begin, len(tokens), is_contrasted))
    return units


def split_into_clauses(
    tokens: Sequence[Token], unit: SpeakerUnit, speech_spans: Sequence[tuple[int, int]], book: Phrasebook
) -> Iterator[Clause]:
    """Split a unit wherever another clause begins.

    Parameters
    ----------
    tokens, unit
        The tokens of the sentence, and the part of it to split.
    speech_spans
        The words that name a speaker and state that they speak; they belong to no clause.
    book
        The words at which a clause begins.
    """
    outside = {position for span in speech_spans for position in range(*span)}
    unbroken = compile_phrases(book.clauses.not_breaks).find_all(tokens)
    not_breaks = {at for phrase in unbroken for at in range(phrase.begin, phrase.end)}
    main: list[int] = []
    relative: list[int] = []
    antecedent = -1
    for at in range(unit.begin, unit.end):
        word = tokens[at].lower
        opens_relative = word in book.clauses.relative and at > unit.begin and tokens[at - 1].lower == ","
        if at in outside or (word in book.clauses.breaks and at not in not_breaks) or word == ":":
            yield from _make_clause(relative, antecedent)
            yield from _make_clause(main, -1)
            main, relative, antecedent = [], [], -1
        elif opens_relative:
            yield from _make_clause(relative, antecedent)
            relative, antecedent = [at], at - 1
        elif antecedent >= 0 and word == ",":
            yield from _make_clause(relative, antecedent)
            relative, antecedent = [], -1
            main.append(at)
        else:
            (relative if antecedent >= 0 else main).append(at)
    yield from _make_clause(relative, antecedent)
    yield from _make_clause(main, -1)


def _make_clause(positions: list[int], antecedent: int) -> Iterator[Clause]:
    if positions:
        yield Clause(tuple(positions), antecedent)
