"""The sentences of an article are read one by one, and what the article has stated so far is kept.

"Qadis fell on Tuesday" becomes a reading with one mention (Qadis), one phrase ("fell") and one date.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from control_map.core.model import INDEPENDENT, Claim
from control_map.intake.articles.mentions.actors import ActorFinder
from control_map.intake.articles.mentions.context import MentionContext
from control_map.intake.articles.mentions.places import Mention, PlaceNameLookup, find_mentions
from control_map.intake.articles.text.clauses import Clause
from control_map.intake.articles.text.dates import DateMention, find_dates
from control_map.intake.articles.text.phrase_matcher import PhraseMatch
from control_map.intake.articles.text.phrasebook import ClaimPhrase, Phrasebook, PhraseForm
from control_map.intake.articles.text.sentences import Sentence, split_into_sentences

_WORDS_TO_VERB = 2
"""Words between a party and its verb: "have", "have now"."""
_REMEMBERED_GROUPS = 30
"""Groups of places. A place named further above is not what "the city" means."""


@dataclass(frozen=True)
class SentenceReading:
    """A sentence with the places, parties, claim phrases and dates that were found in it."""

    sentence: Sentence
    context: MentionContext
    actors: list[PhraseMatch[str]]
    phrases: list[ClaimPhrase]
    dates: list[DateMention]

    @property
    def places(self) -> list[Mention]:
        """The mentions that can have a status: neither part of an office, nor the province that qualifies another."""
        return [m for m in self.context.mentions if not m.is_qualifier and not m.belongs_to_office]


@dataclass(frozen=True)
class Speaker:
    """A claimant by the words of the text, with the side that the claimant is on; `name` is without the `article`."""

    name: str
    side: str
    article: str = ""

    @property
    def claimant(self) -> str:
        """The claimant as it reads within a sentence: "a trader", "the Taliban"."""
        return f"{self.article} {self.name}" if self.article else self.name


NO_SPEAKER = Speaker("", INDEPENDENT)


@dataclass(frozen=True)
class Statement:
    """One claim about one place, with its speaker; `position` is that of the phrase that makes the claim."""

    mention: Mention
    claim: str
    actor: str
    scope: str
    position: int
    clause: Clause
    speaker: Speaker


@dataclass
class ArticleContext:
    """What an article has stated up to a sentence.

    `party_counts` and `attackers` count how often each party is named, and attacks. `places` are the groups of places
    in order, `last_actor` is the party that acted last, and `last_statements` are those of the last sentence with any.
    """

    party_counts: Counter[str]
    attackers: Counter[str] = field(default_factory=Counter)
    places: list[list[Mention]] = field(default_factory=list)
    last_actor: str = ""
    last_statements: list[Statement] = field(default_factory=list)

    def add_sentence(self, places: Sequence[Mention], statements: list[Statement]) -> None:
        """Remember the places of a sentence: each without a statement alone, the others grouped by phrase."""
        stated = [statement.mention for statement in statements]
        self.places += [[mention] for mention in places if mention not in stated]
        groups: dict[tuple[Clause, int], list[Mention]] = {}
        for statement in statements:
            groups.setdefault((statement.clause, statement.position), []).append(statement.mention)
        self.places += groups.values()
        del self.places[:-_REMEMBERED_GROUPS]
        self.last_statements = statements or self.last_statements

    @property
    def attacker(self) -> str:
        """The likely attacker where a sentence names none: the most frequent one, or the only party of the article."""
        counts = self.attackers or (self.party_counts if len(self.party_counts) == 1 else Counter())
        return counts.most_common(1)[0][0] if counts else ""


def read_sentences(
    text: str, published: dt.date, names: PlaceNameLookup, parties: ActorFinder, book: Phrasebook
) -> Iterator[SentenceReading]:
    """Read the sentences of a text in order; "a day earlier" counts from the last date named in the paragraph."""
    paragraph, reference = -1, published
    for sentence in split_into_sentences(text, book.clauses.abbreviations):
        if sentence.paragraph != paragraph:
            paragraph, reference = sentence.paragraph, published
        tokens = sentence.tokens
        context = MentionContext(sentence, find_mentions(sentence, names, book), names, book)
        context.annotate()
        in_names = {position for mention in context.mentions for position in range(*mention.span)}
        phrases = [phrase for phrase in book.claim_phrases.find_all(tokens) if phrase.begin not in in_names]
        dates = [date for date in find_dates(tokens, published, reference, book) if date.begin >= sentence.body_begin]
        reference = dates[-1].date if dates else reference
        yield SentenceReading(sentence, context, parties.find_in(tokens), phrases, dates)


def count_attackers(readings: Sequence[SentenceReading]) -> Counter[str]:
    """Count how often each party stands right before a phrase for an attack or for taking a place."""
    forms = (PhraseForm.TAKES, PhraseForm.ATTACKS)
    return Counter(
        actor.value
        for reading in readings
        for phrase in reading.phrases
        for actor in reading.actors
        if phrase.value.form in forms
        and phrase.value.claim != Claim.RETAKEN
        and 0 <= phrase.begin - actor.end <= _WORDS_TO_VERB
    )
