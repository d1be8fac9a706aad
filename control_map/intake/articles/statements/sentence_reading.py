"""The sentences of a text, each with the places, parties, days and phrases that were found in it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from control_map.core.model import Claim
from control_map.intake.articles.mentions.actors import ActorFinder
from control_map.intake.articles.mentions.context import MentionContext
from control_map.intake.articles.mentions.places import PlaceNameLookup, find_mentions
from control_map.intake.articles.text.dates import DateMention, find_dates
from control_map.intake.articles.text.phrase_matcher import PhraseMatch
from control_map.intake.articles.text.phrasebook import Phrasebook, PhraseForm, PhraseMeaning
from control_map.intake.articles.text.sentences import Sentence, split_into_sentences

_CLOSE = 2
"""Words between a party and what it does: "have", "have now"."""


@dataclass(frozen=True)
class SentenceReading:
    """A sentence with what was found in it."""

    sentence: Sentence
    around: MentionContext
    actors: list[PhraseMatch[str]]
    hits: list[PhraseMatch[PhraseMeaning]]
    days: list[DateMention]


def read_sentences(
    text: str, published: dt.date, names: PlaceNameLookup, parties: ActorFinder, book: Phrasebook
) -> Iterator[SentenceReading]:
    """Read the sentences of a text one by one; "a day earlier" counts from the day named last in the paragraph."""
    paragraph, reference = -1, published
    for sentence in split_into_sentences(text, book.clauses.abbreviations):
        if sentence.paragraph != paragraph:
            paragraph, reference = sentence.paragraph, published
        tokens = sentence.tokens
        around = MentionContext(sentence, find_mentions(sentence, names, book), names, book)
        around.read()
        taken = {position for mention in around.mentions for position in range(*mention.span)}
        hits = [hit for hit in book.meanings.all_in(tokens) if hit.begin not in taken]
        days = [day for day in find_dates(tokens, published, reference, book) if day.begin >= sentence.opening]
        reference = days[-1].date if days else reference
        yield SentenceReading(sentence, around, parties.named_in(tokens), hits, days)


def count_attackers(read: Sequence[SentenceReading]) -> Counter[str]:
    """Count who stands right before what is said of an attack or of the taking of a place."""
    taking = (PhraseForm.TAKES, PhraseForm.ATTACKS)
    return Counter(
        actor.value
        for one in read
        for hit in one.hits
        for actor in one.actors
        if hit.value.form in taking and hit.value.claim != Claim.RETAKEN and 0 <= hit.begin - actor.end <= _CLOSE
    )
