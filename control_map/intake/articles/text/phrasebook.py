"""The phrases of one language's news, read from a TOML file in this folder: claims, speakers, places, dates.

`load_phrasebook("english").claim_phrases` finds "retook" in a sentence and returns its meaning: the claim `retaken` in
the form `takes`. The comments in `english.toml` explain each list of words.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib import resources
from typing import Annotated

import pydantic

from control_map.core.errors import Fault, PackError, UnknownNameError
from control_map.core.model import Claim
from control_map.intake.articles.text.phrase_matcher import PhraseMatch, PhraseMatcher
from control_map.intake.articles.text.sentences import Token


class PhraseForm(StrEnum):
    """Where a phrase has its place and its party; `english.toml` gives an example of each form."""

    TAKES = "takes"
    FALLS = "falls"
    LOSES = "loses"
    GIVES = "gives"
    EXPELS = "expels"
    LEAVES = "leaves"
    HOLDS = "holds"
    STATE = "state"
    NOUNS = "nouns"
    ATTACKS = "attacks"
    CLASHES = "clashes"
    REPELS = "repels"


@dataclass(frozen=True)
class PhraseMeaning:
    """What a phrase states about a place."""

    claim: Claim
    form: PhraseForm


ClaimPhrase = PhraseMatch[PhraseMeaning]
"""A phrase found in a sentence that states something about a place."""
WordSet = Annotated[
    frozenset[str], pydantic.BeforeValidator(lambda value: value.split() if isinstance(value, str) else value)
]


class _Section(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class _ClaimPhrases(_Section):
    claim: Claim
    form: PhraseForm
    phrases: tuple[str, ...]


class SpeechWords(_Section):
    """The words for speaking and for speakers."""

    says: WordSet
    never_before_says: WordSet
    denies: WordSet
    according: tuple[str, ...]
    what_was_said: WordSet
    pronouns: WordSet
    group: WordSet
    own: WordSet
    own_forces: WordSet
    speakers: WordSet
    independent: WordSet
    belligerents: WordSet
    bystanders: WordSet
    outsiders: WordSet
    offices: WordSet
    office_of: WordSet


class PlaceWords(_Section):
    """The words around the names of places."""

    district: WordSet
    provincial_capital: WordSet
    crossing: WordSet
    province: WordSet
    town: WordSet
    area: WordSet
    border: WordSet
    several: WordSet
    before: WordSet
    of: WordSet
    within: WordSet
    capital_of: tuple[str, ...]
    capital_alone: tuple[str, ...]
    lists: WordSet
    beside: WordSet
    of_fighting: WordSet
    things: WordSet
    things_of: WordSet
    limits: WordSet
    parts: WordSet
    rest: tuple[str, ...]
    all: WordSet
    about: WordSet
    there: WordSet
    definite: WordSet
    country: WordSet

    @cached_property
    def kinds(self) -> frozenset[str]:
        """All words for a kind of place."""
        points = self.district | self.provincial_capital | self.crossing | self.town
        return points | self.province | self.area | self.border


class ModalityWords(_Section):
    """The words that make a statement a denial, an attempt, a fear or a plan."""

    negations: WordSet
    none: WordSet
    fails: tuple[str, ...]
    succeeds: WordSet
    unreal: WordSet
    tries: WordSet
    nearly: tuple[str, ...]
    no_longer: tuple[str, ...]
    be: WordSet
    have: WordSet
    adverbs: WordSet
    progressive: str
    contracted: str


class ClauseWords(_Section):
    """The words that separate or join the clauses of a sentence."""

    opposed: WordSet
    breaks: WordSet
    openers: WordSet
    not_breaks: tuple[str, ...]
    relative: WordSet
    joins: WordSet
    aimed_at: WordSet
    away: WordSet
    that: WordSet
    the: WordSet
    some: WordSet
    by: WordSet
    to: WordSet
    followed: tuple[str, ...]
    abbreviations: WordSet
    articles: WordSet


class DateWords(_Section):
    """The words for days, weeks and months."""

    weekdays: tuple[tuple[str, ...], ...] = pydantic.Field(min_length=7, max_length=7)
    month_names: tuple[tuple[str, ...], ...] = pydantic.Field(min_length=12, max_length=12)
    month_alone_after: WordSet
    ordinals: WordSet
    last: WordSet
    deadline: WordSet
    times: WordSet
    ago: Mapping[str, int]
    earlier: Mapping[str, int]
    counted: Mapping[str, tuple[str, ...]]
    weeks: Mapping[str, int]
    months: Mapping[str, int]
    weekend: tuple[str, ...]


class Phrasebook(_Section):
    """All words and phrases of one language. It is compared by identity, so that it can be the key of a cache."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__

    claims: tuple[_ClaimPhrases, ...]
    speech: SpeechWords
    places: PlaceWords
    certainty: ModalityWords
    clauses: ClauseWords
    days: DateWords
    numbers: Mapping[str, int]

    @cached_property
    def claim_phrases(self) -> PhraseMatcher[PhraseMeaning]:
        """The phrases that state something about a place."""
        return PhraseMatcher(
            (phrase, PhraseMeaning(entry.claim, entry.form)) for entry in self.claims for phrase in entry.phrases
        )

    def with_place_words(self, words: Mapping[str, Iterable[str]]) -> "Phrasebook":
        """Return the book with further words for kinds of places; `words` has them by the name of a list of places."""
        places = {name: getattr(self.places, name) for name in PlaceWords.model_fields}
        places |= {name: places[name] | frozenset(more) for name, more in words.items()}
        sections = {name: getattr(self, name) for name in Phrasebook.model_fields}
        return Phrasebook.model_construct(**{**sections, "places": PlaceWords.model_construct(**places)})

    def read_number(self, token: Token) -> float | None:
        """Return the number that a token writes in digits or as a word, or None."""
        digits = token.text.replace(",", "")
        if digits.isdecimal() and len(digits) < 10:
            return float(digits)
        return float(self.numbers[token.lower]) if token.lower in self.numbers else None

    @cached_property
    def common_words(self) -> frozenset[str]:
        """The words that are not the name of a place on their own, not even with a capital."""
        speech, clauses, places = self.speech, self.clauses, self.places
        speaking = speech.pronouns | speech.own | speech.says | speech.speakers | speech.outsiders
        joining = clauses.breaks | clauses.openers | clauses.articles | self.certainty.adverbs
        beside_places = places.before | places.kinds | places.things | places.lists | places.beside
        days = {name for names in (*self.days.weekdays, *self.days.month_names) for name in names}
        return speaking | joining | beside_places | days


@lru_cache(maxsize=64)
def compile_phrases(phrases: tuple[str, ...]) -> PhraseMatcher[str]:
    """Prepare a list of phrases from the book so that it can be looked up in sentences."""
    return PhraseMatcher((phrase, phrase) for phrase in phrases)


@lru_cache(maxsize=8)
def load_phrasebook(language: str = "english") -> Phrasebook:
    """Read the phrases of a language.

    Raises
    ------
    UnknownNameError
        If there is no file for the language.
    PackError
        If the file has an unknown entry, or lacks one.
    """
    files = resources.files(__package__)
    known = sorted(file.name.removesuffix(".toml") for file in files.iterdir() if file.name.endswith(".toml"))
    if language not in known:
        raise UnknownNameError("phrasebook", language, known, complete=True)
    name = f"{language}.toml"
    try:
        return Phrasebook.model_validate(tomllib.loads(files.joinpath(name).read_text("utf-8")))
    except (pydantic.ValidationError, tomllib.TOMLDecodeError) as error:
        fix = "Compare it with english.toml, which has all entries that are allowed"
        raise PackError([Fault(name, 0, "", str(error), fix)]) from error
