"""What a source writes for a place is split into the name, the province beside it, and the kind that it states.

"Obe district (Herat)", "Obe, Herat" and "Obe district of Herat" all state the name Obe and the province Herat. What
stands beside a name is its province only if a province is called so; all else stays with the name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from control_map.core.model import PlaceKind
from control_map.geocoding.consonants import GenericWords
from control_map.geocoding.spelling import FILLER_WORDS, KIND_WORDS, PART_WORDS, PROVINCE_WORDS, normalise, plain_word
from control_map.geocoding.spelling import remove_words as without

# Spaces are matched from the first of them and not given back, as a long run of them would take time by its square.
PARENTHESIS = re.compile(r"(?:(?<!\s)\s++)?[(\[]([^)\]]*)[)\]]?\s*")
LONGEST_NAME = 500
"""Characters of a name as a source writes it, with what stands beside it; a longer one is not split."""
_LONGEST_PROVINCE = 8
"""Words of what can be a province beside a name."""
_COMMAS = re.compile(r"[,;\u060c\u061b]")
_OF = frozenset(map(plain_word, ("of", "د")))
_IN = frozenset(map(plain_word, ("in", "within", "در", "په")))
# "Town" and "centre" can also be those of a district; "city" never is.
_CITY_WORDS = frozenset(map(plain_word, "city ciudad ville город مدينة شهر ښار".split()))
_TOWN_WORDS = _CITY_WORDS | frozenset(map(plain_word, "town center centre capital مرکز".split()))
_DISTRICT_WORDS = frozenset(
    map(
        plain_word,
        "district subdistrict sub-district county woluswali wuluswali nahiya nahiyah ناحية منطقة район ولسوالی".split(),
    )
)


class SplitName(NamedTuple):
    """The parts of what a source writes for a place.

    `name` keeps the words for its kind. `province` is empty unless one stands beside the name. `kind` is
    "district" or "provincial_capital" if the words say so, else empty; `is_city` says that they can mean nothing else.
    """

    name: str
    province: str = ""
    kind: str = ""
    is_city: bool = False


class PlaceWords:
    """The words for kinds of places: those that are known everywhere, and those that a theatre adds.

    Parameters
    ----------
    added
        Further words by the kind of place, and generic words by what they say.
    """

    def __init__(self, added: Mapping[str, Iterable[str]] | None = None) -> None:
        own = {kind: frozenset(map(plain_word, words)) for kind, words in (added or {}).items()}
        nothing = frozenset[str]()
        self.province = PROVINCE_WORDS | own.get(PlaceKind.PROVINCE, nothing)
        self.district = _DISTRICT_WORDS | own.get(PlaceKind.DISTRICT, nothing)
        self.city = _CITY_WORDS | own.get(PlaceKind.CAPITAL, nothing)
        self.town = _TOWN_WORDS | self.city
        self._by_kind = {kind: words | own.get(kind, nothing) for kind, words in KIND_WORDS.items()}
        self.crossing = self._by_kind[PlaceKind.CROSSING] - FILLER_WORDS - self.town
        self._by_kinds: dict[tuple[str, ...], frozenset[str]] = {}
        self.generic = GenericWords(added)
        self.of_any_kind = self.of_kinds(self._by_kind)

    def of_kinds(self, kinds: Iterable[str]) -> frozenset[str]:
        """Return the words that may stand beside the name of a place of one of these kinds."""
        key = tuple(kinds)
        if key not in self._by_kinds:
            self._by_kinds[key] = frozenset[str]().union(*(self._by_kind[PlaceKind(kind)] for kind in key))
        return self._by_kinds[key]


class NameSplitter:
    """Splits what sources write for places of one theatre.

    Parameters
    ----------
    provinces
        Columns `province_id, province, name_local, alt_names`.
    country
        The name of the whole country, which may follow the province.
    words
        The words for kinds of places.
    """

    def __init__(self, provinces: pd.DataFrame, country: str = "", words: PlaceWords | None = None) -> None:
        self.words = words or PlaceWords()
        self._country = normalise(country)
        self._provinces: dict[str, set[str]] = {}
        for province_id, *names in provinces[["province_id", "province", "name_local", "alt_names"]].itertuples(
            index=False, name=None
        ):
            for name in "|".join(names).split("|"):
                for key in {normalise(name), normalise(without(self.words.province, name))} - {""}:
                    self._provinces.setdefault(key, set()).add(province_id)
        self._beside_names = self.words.of_any_kind | PART_WORDS | FILLER_WORDS | self.words.province | _OF | _IN

    def provinces_called(self, text: str) -> set[str]:
        """Return the ids of the provinces with this name in any spelling, also with a word such as "province"."""
        whole = self._provinces.get(normalise(text), set())
        return whole or self._provinces.get(normalise(without(self.words.province, text)), set())

    def split(self, text: str) -> SplitName:
        """Split what a source writes for a place."""
        if len(text) > LONGEST_NAME:
            return SplitName(text)
        head, comma, tail = _rpartition_at_comma(text)
        if comma and self._country and normalise(tail) == self._country:
            text = head
        name, province = next(
            (
                (name.strip(" ,;\u060c"), beside.strip(" ,;\u060c"))
                for name, beside in self._cuts(text)
                if self.provinces_called(beside) and self._is_name(name)
            ),
            (text, ""),
        )
        words = set(self._words_outside_remarks(name))
        is_district, is_town = bool(words & self.words.district), bool(words & self.words.town)
        kind = "" if is_district == is_town else PlaceKind.DISTRICT if is_district else PlaceKind.CAPITAL
        return SplitName(name, province, kind, kind == PlaceKind.CAPITAL and bool(words & self.words.city))

    def _cuts(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the ways to cut a text into a name and what can be its province, the surest first."""
        for note in PARENTHESIS.finditer(text) if "(" in text or "[" in text else ():
            yield f"{text[: note.start()]} {text[note.end() :]}", note[1].partition(",")[0]
        head, comma, tail = _rpartition_at_comma(text)
        if comma:
            yield head, tail
            first, _, rest = _partition_at_comma(text)
            if self._has_province_word(first):
                yield rest, first
        written = text.split()
        plain = [plain_word(word.strip("()[],;\u060c")) for word in written]
        has_province_word = not self.words.province.isdisjoint(set(plain) - FILLER_WORDS)
        for at in range(1, len(written)):
            joins = plain[at] in _IN or (plain[at] in _OF and plain[at - 1] in self.words.of_any_kind - FILLER_WORDS)
            if joins and len(written) - at - 1 <= _LONGEST_PROVINCE:
                yield " ".join(written[:at]), " ".join(written[at + 1 :])
        if has_province_word and not self.provinces_called(text):
            for at in range(1, len(written)):
                for name, beside in ((written[:at], written[at:]), (written[at:], written[:at])):
                    if len(beside) <= _LONGEST_PROVINCE and self._has_province_word(" ".join(beside)):
                        yield " ".join(name), " ".join(word for word in beside if plain_word(word) not in _OF)

    def _has_province_word(self, text: str) -> bool:
        return any(plain_word(word) in self.words.province - FILLER_WORDS for word in text.split())

    def _is_name(self, text: str) -> bool:
        """Whether a text has more than words that stand beside names."""
        return any(
            plain_word(word) not in self._beside_names and normalise(word)
            for word in PARENTHESIS.sub(" ", text).split()
        )

    def _words_outside_remarks(self, text: str) -> Iterator[str]:
        """Yield the words of a text, and of a parenthesis that only states the kind."""
        yield from map(plain_word, re.split(r"[\s,;\u060c]+", PARENTHESIS.sub(" ", text)))
        for note in PARENTHESIS.findall(text):
            words = list(map(plain_word, note.split()))
            if words and self.words.of_any_kind.issuperset(words):
                yield from words


def _rpartition_at_comma(text: str) -> tuple[str, bool, str]:
    at = max((comma.start() for comma in _COMMAS.finditer(text)), default=-1)
    return (text[:at], True, text[at + 1 :]) if at >= 0 else (text, False, "")


def _partition_at_comma(text: str) -> tuple[str, bool, str]:
    comma = _COMMAS.search(text)
    return (text[: comma.start()], True, text[comma.end() :]) if comma else (text, False, "")
