"""Whether something is said to be so: denied, tried, feared and planned is not."""

from collections.abc import Sequence
from enum import Enum, auto

from control_map.intake.articles.text.clauses import Clause
from control_map.intake.articles.text.phrase_matcher import PhraseMatch
from control_map.intake.articles.text.phrasebook import Phrasebook, PhraseMeaning
from control_map.intake.articles.text.sentences import Token

_BACK = 9
"""Words before a phrase that can bear on it."""


class Modality(Enum):
    """How something is said."""

    FACT = auto()
    NOT = auto()
    TRIED = auto()
    UNREAL = auto()


def classify_modality(  # noqa: PLR0911 - the first sign that is found decides
    tokens: Sequence[Token],
    clause: Clause,
    hit: PhraseMatch[PhraseMeaning],
    after: int,
    before: Modality,
    book: Phrasebook,
) -> Modality:
    """Return how a phrase is said.

    Parameters
    ----------
    tokens, clause, hit
        The sentence, the clause, and the phrase in it.
    after
        Where the phrase before it in the clause ends, or the clause begins.
    before
        How that one is said: in "could capture A and take B" both are.
    book
        The words for it.
    """
    certainty = book.certainty
    window = clause.between(max(after, hit.begin - _BACK), hit.begin)
    lows = [tokens[position].low for position in window]
    joined = lows and lows[-1] in book.places.lists and after > clause.begin
    if _phrase(certainty.no_longer, tokens, window, book):
        return Modality.UNREAL
    if _phrase(certainty.fails, tokens, window, book):
        return Modality.NOT
    negated = any(low in certainty.negations or low.endswith(certainty.contracted) for low in lows)
    if _phrase(certainty.nearly, tokens, window, book):
        return Modality.TRIED
    if any(
        low in certainty.unreal and not (at and tokens[at].is_name_like) for at, low in zip(window, lows, strict=True)
    ):
        return Modality.UNREAL
    if lows and lows[-1] in book.clauses.to:
        return _infinitive(lows[:-1], certainty.tries, certainty.succeeds, negated)
    if lows and any(low in certainty.tries for low in lows[-2:]):
        return Modality.TRIED
    if negated or (lows and lows[-1] in certainty.none):
        return Modality.NOT
    return before if joined else Modality.FACT


def _infinitive(lows: list[str], tries: frozenset[str], succeeds: frozenset[str], negated: bool) -> Modality:
    near = lows[-3:]
    if any(low in tries for low in near):
        return Modality.TRIED
    if any(low in succeeds for low in near):
        return Modality.NOT if negated else Modality.FACT
    return Modality.UNREAL


def _phrase(phrases: tuple[str, ...], tokens: Sequence[Token], window: list[int], book: Phrasebook) -> bool:
    known = book.listed(phrases)
    return any((found := known.at(tokens, at)) and found.end <= window[-1] + 2 for at in window)
