"""A phrase in a clause is classified as a fact, a denial, an attempt, or something that has not happened.

"captured" is a fact in "they captured Qadis", attempted in "they tried to capture Qadis", hypothetical in "they could
capture Qadis", and negated in "they failed to capture Qadis".
"""

from collections.abc import Sequence
from enum import Enum, auto

from control_map.intake.articles.text.clauses import PhraseInClause
from control_map.intake.articles.text.phrasebook import ModalityWords, Phrasebook, compile_phrases
from control_map.intake.articles.text.sentences import Token

_WORDS_BACK = 9
"""Words before a phrase that can change its modality."""


class Modality(Enum):
    """Whether a text states something as a fact, denies it, calls it an attempt, or only expects it."""

    FACT = auto()
    NEGATED = auto()
    ATTEMPTED = auto()
    HYPOTHETICAL = auto()


def classify_modality(  # noqa: PLR0911 - the first sign that is found decides
    tokens: Sequence[Token], use: PhraseInClause, previous: Modality, book: Phrasebook
) -> Modality:
    """Return the modality of a phrase.

    `previous` is the modality of the phrase before it in the clause: in "could capture A and take B" both phrases are
    hypothetical.
    """
    words = book.certainty
    window = use.clause.between(max(use.stretch_begin, use.begin - _WORDS_BACK), use.begin)
    lowers = [tokens[position].lower for position in window]

    def has_phrase(phrases: tuple[str, ...]) -> bool:
        matcher = compile_phrases(phrases)
        return any((match := matcher.match_at(tokens, at)) and match.end <= window[-1] + 2 for at in window)

    if has_phrase(words.no_longer):
        return Modality.HYPOTHETICAL
    if has_phrase(words.fails):
        return Modality.NEGATED
    if has_phrase(words.nearly):
        return Modality.ATTEMPTED
    # "May" is a month, or part of a name, where it has a capital within a sentence.
    if any(tokens[at].lower in words.unreal and not (at and tokens[at].is_name_like) for at in window):
        return Modality.HYPOTHETICAL
    negated = any(lower in words.negations or lower.endswith(words.contracted) for lower in lowers)
    if lowers and lowers[-1] in book.clauses.to:
        return _classify_infinitive(lowers[-4:-1], words, negated)
    if any(lower in words.tries for lower in lowers[-2:]):
        return Modality.ATTEMPTED
    if negated or (lowers and lowers[-1] in words.none):
        return Modality.NEGATED
    joined = lowers and lowers[-1] in book.places.lists and use.stretch_begin > use.clause.begin
    return previous if joined else Modality.FACT


def _classify_infinitive(before: Sequence[str], words: ModalityWords, negated: bool) -> Modality:
    """Classify "to capture" by the words before "to": "tried to", "managed to", "vowed to"."""
    if any(word in words.tries for word in before):
        return Modality.ATTEMPTED
    if any(word in words.succeeds for word in before):
        return Modality.NEGATED if negated else Modality.FACT
    return Modality.HYPOTHETICAL
