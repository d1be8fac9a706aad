"""The names of places in a sentence are found, with everything in the gazetteer that each name can stand for.

In "Qara Bagh fell" the mention "Qara Bagh" has a candidate for each district of that name. A name counts only if it is
written as one, with a capital or in a script without capitals. A name that fits two places stays ambiguous here.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from control_map.core.model import PlaceKind
from control_map.geocoding.gazetteer import names_of
from control_map.geocoding.spelling import JOINING_WORDS, PART_WORDS, fold_name, normalise
from control_map.intake.articles.text.phrasebook import Phrasebook
from control_map.intake.articles.text.sentences import Sentence, Token
from control_map.theatre.theatre import Theatre

_MAX_NAME_WORDS = 6
_MIN_VARIANT_KEY_LENGTH = 5
"""Characters of a key. A shorter name must be spelled as in the gazetteer; otherwise many words would be names."""


@dataclass(frozen=True, slots=True)
class NameCandidate:
    """One place or province for which a name can stand, with the ids of the provinces in which it lies."""

    place_id: str
    kind: str
    provinces: frozenset[str]


@dataclass(eq=False, slots=True)
class Mention:
    """A place that a sentence names with the tokens from `begin` to before `end`, the words for its kind included.

    `candidates` are what the name can stand for, and `span` the tokens of the name itself. `kind` is a `PlaceKind`,
    "town", or empty while it is unclear. `scope` and `number` state how much of an area is meant.

    `qualifier` is the mention of the province that qualifies it, `is_qualifier` states that it qualifies another, and
    `qualifier_end` is the end of a qualifying province that follows it, or 0. `belongs_to_office` states that it is
    part of an office ("the governor of Herat"), `is_partial` that only a part of the place is meant.

    `province_text` and `place_id` are empty until `resolve_mentions` sets them.
    """

    sentence: int
    begin: int
    end: int
    text: str
    candidates: tuple[NameCandidate, ...]
    kind: str = ""
    scope: str = ""
    number: float | None = None
    qualifier: "Mention | None" = None
    is_qualifier: bool = False
    belongs_to_office: bool = False
    is_partial: bool = False
    qualifier_end: int = 0
    province_text: str = ""
    place_id: str = ""
    span: tuple[int, int] = field(default=(0, 0))

    def can_be(self, kind: str) -> tuple[NameCandidate, ...]:
        """Return the candidates of a kind."""
        return tuple(candidate for candidate in self.candidates if candidate.kind == kind)

    def may_lie_in(self, province_id: str) -> bool:
        """Whether a candidate lies in a province; an unknown name may lie anywhere."""
        points = [PlaceKind.DISTRICT, PlaceKind.CAPITAL, PlaceKind.CROSSING]
        kinds = [self.kind] if self.kind in list(PlaceKind) else points
        return not self.candidates or any(
            province_id in candidate.provinces for candidate in self.candidates if candidate.kind in kinds
        )

    @property
    def end_with_qualifier(self) -> int:
        """The position after it and after the province that follows it."""
        return max(self.end, self.qualifier_end)

    @property
    def province(self) -> str:
        """The id of the province that it names, or nothing."""
        found = self.can_be(PlaceKind.PROVINCE) if self.kind in ("", PlaceKind.PROVINCE, PlaceKind.CAPITAL) else ()
        return found[0].place_id if found else ""


class PlaceNameLookup:
    """All names of a theatre's places and provinces, arranged by their words."""

    def __init__(self, theatre: Theatre) -> None:
        self._by_key: defaultdict[str, dict[tuple[str, str], NameCandidate]] = defaultdict(dict)
        self._spellings: set[str] = set()
        self.capitals: dict[str, tuple[str, str]] = {}
        """The name and id of each province's capital, by the id of the province."""
        for row in theatre.places.drop(columns="geometry", errors="ignore").to_dict("records"):
            provinces = frozenset([row["province_id"], *filter(None, row["also_in"].split("|"))])
            self._add(row, NameCandidate(row["place_id"], row["kind"], provinces))
            if row["kind"] == PlaceKind.CAPITAL:
                self.capitals[row["province_id"]] = (row["name"], row["place_id"])
        for row in theatre.provinces.rename(columns={"province": "name"}).to_dict("records"):
            provinces = frozenset([row["province_id"]])
            self._add(row, NameCandidate(row["province_id"], PlaceKind.PROVINCE, provinces))
        self._beginnings = {key[:end] for key in self._by_key for end in range(1, len(key) + 1)}

    def _add(self, row: dict[Hashable, str], candidate: NameCandidate) -> None:
        for name, _ in names_of(row):
            if key := normalise(name):
                self._by_key[key].setdefault((candidate.place_id, candidate.kind), candidate)
                self._spellings.add(_fold_spelling(name))

    def find_longest_at(self, tokens: Sequence[Token], begin: int) -> tuple[int, tuple[NameCandidate, ...]]:
        """Return the end of the longest name that begins at a token, and its candidates; 0 if there is none."""
        key, longest, candidates = "", 0, tuple[NameCandidate, ...]()
        for end in range(begin + 1, min(begin + _MAX_NAME_WORDS, len(tokens)) + 1):
            token = tokens[end - 1]
            if token.text == "/" and end - 1 > begin:
                continue
            if not token.is_word:
                break
            if token.lower in JOINING_WORDS and end - 1 > begin:
                continue
            key += normalise(token.lower)
            if key not in self._beginnings:
                break
            written_as_name = token.is_name_like or token.is_hyphenated or token.text[0].isdigit()
            if key in self._by_key and written_as_name and self._is_spelling(key, tokens[begin:end]):
                longest, candidates = end, tuple(self._by_key[key].values())
        return longest, candidates

    def _is_spelling(self, key: str, tokens: Sequence[Token]) -> bool:
        text = " ".join(token.text for token in tokens)
        return len(key) >= _MIN_VARIANT_KEY_LENGTH or _fold_spelling(text) in self._spellings


def _fold_spelling(name: str) -> str:
    return fold_name(name.replace("-", " "))


def find_mentions(sentence: Sentence, names: PlaceNameLookup, book: Phrasebook) -> list[Mention]:
    """Find the names of places in a sentence, the longest first; common words and parts of other names are left out."""
    found: list[Mention] = []
    tokens, position = sentence.tokens, sentence.body_begin
    while position < len(tokens):
        token = tokens[position]
        within_name = token.is_hyphenated and tokens[position - 1].is_name_like
        end, candidates = names.find_longest_at(tokens, position) if token.is_name_like and not within_name else (0, ())
        if not end and (end := _find_unknown_district(tokens, position, book)):
            candidates = ()
        elif not end or (end == position + 1 and token.lower in book.common_words):
            position += 1
            continue
        if not candidates or not _is_part_of_a_name(tokens, position, end, book):
            text, span = sentence.text_between(position, end), (position, end)
            found.append(Mention(sentence.number, position, end, text, candidates, span=span))
        position = end
    return found


def _find_unknown_district(tokens: Sequence[Token], begin: int, book: Phrasebook) -> int:
    """Return the end of a name that is not in the gazetteer, but that the text calls a district; 0 if none is here."""
    end = begin
    while (end < len(tokens) and end < begin + _MAX_NAME_WORDS and tokens[end].is_name_like) or (
        begin < end < len(tokens) and tokens[end].is_hyphenated
    ):
        if tokens[end].lower in book.common_words or (begin == end == 0 and tokens[begin].lower in book.places.about):
            return 0
        end += 1
    is_named = begin < end < len(tokens) and tokens[end].lower in book.places.district
    return end if is_named and tokens[begin].is_name_like and tokens[begin].text[0].isascii() else 0


def _is_part_of_a_name(tokens: Sequence[Token], begin: int, end: int, book: Phrasebook) -> bool:
    """Whether the name of a place is part of a person's or an institution's name, as in "Kabul University"."""
    after = tokens[end] if end < len(tokens) else None
    if after and after.is_name_like and after.is_word and not after.is_hyphenated and after.text[0].isascii():
        belongs_to_after = after.lower not in book.common_words | PART_WORDS | book.speech.offices
    else:
        belongs_to_after = False
    if belongs_to_after or begin == 0:
        return belongs_to_after
    before = tokens[begin - 1]
    if not (before.is_name_like and before.is_word and before.text[0].isascii()) or before.text.isupper():
        return False
    opens_phrase = begin == 1 or not tokens[begin - 2].is_word
    return before.lower not in book.common_words | PART_WORDS | book.places.within and not (
        opens_phrase and before.lower in book.places.beside
    )
