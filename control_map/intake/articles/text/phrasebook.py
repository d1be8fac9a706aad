"""The phrases of one language's news: what is said of a place, who says it, where and when. Read from a file beside."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib import resources
from typing import Annotated

import pydantic

from control_map.core.errors import Fault, PackError, UnknownNameError
from control_map.core.model import Claim
from control_map.intake.articles.text.phrase_matcher import PhraseMatcher
from control_map.intake.articles.text.sentences import Token


class PhraseForm(StrEnum):
    """Where the place and the one who has or takes it stand beside a phrase; the file says it by examples."""

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
    """What a phrase says of a place."""

    claim: Claim
    form: PhraseForm


def _split(value: object) -> object:
    return value.split() if isinstance(value, str) else value


WordSet = Annotated[frozenset[str], pydantic.BeforeValidator(_split)]


class _Part(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class _Claims(_Part):
    claim: Claim
    form: PhraseForm
    phrases: tuple[str, ...]


class SpeechWords(_Part):
    """Who says so, and how it is said that they do."""

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


class PlaceWords(_Part):
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
        return (
            self.district
            | self.provincial_capital
            | self.crossing
            | self.province
            | self.town
            | self.area
            | self.border
        )


class ModalityWords(_Part):
    """What makes of a statement a denial, an attempt, a fear or a plan."""

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


class ClauseWords(_Part):
    """How a sentence falls apart."""

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


class DateWords(_Part):
    """How days are called."""

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


class Phrasebook(_Part):
    """All that is known of one language. Two are the same only if they are one."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__

    claims: tuple[_Claims, ...]
    speech: SpeechWords
    places: PlaceWords
    certainty: ModalityWords
    clauses: ClauseWords
    days: DateWords
    numbers: Mapping[str, int]

    @cached_property
    def meanings(self) -> PhraseMatcher[PhraseMeaning]:
        """The phrases that say something of a place."""
        return PhraseMatcher(
            (phrase, PhraseMeaning(entry.claim, entry.form)) for entry in self.claims for phrase in entry.phrases
        )

    def listed(self, phrases: tuple[str, ...]) -> PhraseMatcher[str]:
        """Make phrases of the book ready to be looked up."""
        return _listed(phrases)

    def number(self, token: Token) -> float | None:
        """Read a number in digits or in a word."""
        digits = token.text.replace(",", "")
        if digits.isdecimal() and len(digits) < 10:
            return float(digits)
        return float(self.numbers[token.low]) if token.low in self.numbers else None

    @cached_property
    def ordinary(self) -> frozenset[str]:
        """Words of the book, which alone are no name of a place even with a capital."""
        speech, clauses, places = self.speech, self.clauses, self.places
        said = speech.pronouns | speech.own | speech.says | speech.speakers | speech.outsiders
        joining = clauses.breaks | clauses.openers | clauses.articles | self.certainty.adverbs
        around = places.before | places.kinds | places.things | places.lists | places.beside
        days = {name for names in (*self.days.weekdays, *self.days.month_names) for name in names}
        return said | joining | around | days


@lru_cache(maxsize=64)
def _listed(phrases: tuple[str, ...]) -> PhraseMatcher[str]:
    return PhraseMatcher((phrase, phrase) for phrase in phrases)


@lru_cache(maxsize=8)
def load_phrasebook(language: str = "english") -> Phrasebook:
    """Read the phrases of a language.

    Raises
    ------
    UnknownNameError
        If there is no such file.
    PackError
        If it says something that it may not.
    """
    files = resources.files(__package__)
    known = sorted(file.name.removesuffix(".toml") for file in files.iterdir() if file.name.endswith(".toml"))
    if language not in known:
        raise UnknownNameError("phrasebook", language, known, complete=True)
    name = f"{language}.toml"
    try:
        return Phrasebook.model_validate(tomllib.loads(files.joinpath(name).read_text("utf-8")))
    except (pydantic.ValidationError, tomllib.TOMLDecodeError) as error:
        fix = "Compare it with english.toml, which has all that there can be"
        raise PackError([Fault(name, 0, "", str(error), fix)]) from error
