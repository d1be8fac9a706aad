"""The sentences of a text, each with the places, parties, days and phrases that were found in it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from control_map.core.model import Claim
from control_map.intake.articles.mentions.actors import Parties
from control_map.intake.articles.mentions.context import Surroundings
from control_map.intake.articles.mentions.places import Names, names_in
from control_map.intake.articles.text.dates import Day, days_in
from control_map.intake.articles.text.phrase_matcher import Hit
from control_map.intake.articles.text.phrasebook import Form, Meaning, Phrasebook
from control_map.intake.articles.text.sentences import Sentence, sentences

_CLOSE = 2
"""Words between a party and what it does: "have", "have now"."""


@dataclass(frozen=True)
class Reading:
    """A sentence with what was found in it."""

    sentence: Sentence
    around: Surroundings
    actors: list[Hit[str]]
    hits: list[Hit[Meaning]]
    days: list[Day]


def read_text(text: str, published: dt.date, names: Names, parties: Parties, book: Phrasebook) -> Iterator[Reading]:
    """Read the sentences of a text one by one; "a day earlier" counts from the day named last in the paragraph."""
    paragraph, reference = -1, published
    for sentence in sentences(text, book.clauses.abbreviations):
        if sentence.paragraph != paragraph:
            paragraph, reference = sentence.paragraph, published
        tokens = sentence.tokens
        around = Surroundings(sentence, names_in(sentence, names, book), names, book)
        around.read()
        taken = {position for mention in around.mentions for position in range(*mention.span)}
        hits = [hit for hit in book.meanings.all_in(tokens) if hit.begin not in taken]
        days = [day for day in days_in(tokens, published, reference, book) if day.begin >= sentence.opening]
        reference = days[-1].date if days else reference
        yield Reading(sentence, around, parties.named_in(tokens), hits, days)


def attackers(read: Sequence[Reading]) -> Counter[str]:
    """Count who stands right before what is said of an attack or of the taking of a place."""
    taking = (Form.TAKES, Form.ATTACKS)
    return Counter(
        actor.value
        for one in read
        for hit in one.hits
        for actor in one.actors
        if hit.value.form in taking and hit.value.claim != Claim.RETAKEN and 0 <= hit.begin - actor.end <= _CLOSE
    )
