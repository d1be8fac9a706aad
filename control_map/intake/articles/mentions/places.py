"""The places that a sentence names: the longest names of the gazetteer in it, and what the words around them add.

A name counts where it is written as one, with a capital or in a script without capitals. What the text leaves open,
because the name fits two places, stays open.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from control_map.core.model import PlaceKind
from control_map.geocoding.spelling import JOINING_WORDS, PART_WORDS, fold_name, normalise
from control_map.intake.articles.text.phrasebook import Phrasebook
from control_map.intake.articles.text.sentences import Sentence, Token
from control_map.theatre.theatre import Theatre

MAX_NAME_WORDS = 6
"""Words."""
MIN_VARIANT_KEY_LENGTH = 5
"""Letters of a key; a shorter name must be spelled as the gazetteer has it, or any word would be one."""


@dataclass(frozen=True, slots=True)
class NameCandidate:
    """One thing that a name can stand for."""

    place_id: str
    kind: str
    provinces: frozenset[str]


@dataclass(eq=False, slots=True)
class Mention:
    """A place that is named by the tokens of a sentence from `begin` to before `end`.

    `names` is what it can stand for. `kind` is a `PlaceKind`, or empty as long as the text leaves it open. `name` is
    the tokens of the name itself. `beside` is a mention of the province that qualifies it. `spoken_for` says that it
    belongs to somebody's office, `part` that only a part of it is meant, `inside` that it is something in it.
    """

    sentence: int
    begin: int
    end: int
    text: str
    names: tuple[NameCandidate, ...]
    kind: str = ""
    scope: str = ""
    number: float | None = None
    beside: "Mention | None" = None
    qualifies: bool = False
    spoken_for: bool = False
    part: bool = False
    until: int = 0
    inside: bool = False
    province_text: str = ""
    place_id: str = ""
    span: tuple[int, int] = field(default=(0, 0))

    def can_be(self, kind: str) -> tuple[NameCandidate, ...]:
        """Return what of this kind it can stand for."""
        return tuple(name for name in self.names if name.kind == kind)

    @property
    def reach(self) -> int:
        """Where it ends, with the province that follows it."""
        return max(self.end, self.until)

    @property
    def province(self) -> str:
        """The province that it names, or nothing."""
        found = self.can_be(PlaceKind.PROVINCE) if self.kind in ("", PlaceKind.PROVINCE, PlaceKind.CAPITAL) else ()
        return found[0].place_id if found else ""


class PlaceNameLookup:
    """All names of a theatre by their words, so that each word of a text is looked up once."""

    def __init__(self, theatre: Theatre) -> None:
        self._by_key: defaultdict[str, dict[tuple[str, str], NameCandidate]] = defaultdict(dict)
        self._spelled: set[str] = set()
        self._called = {}
        for row in theatre.places.drop(columns="geometry", errors="ignore").to_dict("records"):
            provinces = frozenset([row["province_id"], *filter(None, row["also_in"].split("|"))])
            self._enter(row, NameCandidate(row["place_id"], row["kind"], provinces))
            if row["kind"] == PlaceKind.CAPITAL:
                self._called[row["province_id"]] = (row["name"], row["place_id"])
        for row in theatre.provinces.rename(columns={"province": "name"}).to_dict("records"):
            provinces = frozenset([row["province_id"]])
            self._enter(row, NameCandidate(row["province_id"], PlaceKind.PROVINCE, provinces))
        self._beginnings = {key[:end] for key in self._by_key for end in range(1, len(key) + 1)}

    def _enter(self, row: dict[object, str], name: NameCandidate) -> None:
        for called in [row["name"], row["name_local"], *row["alt_names"].split("|")]:
            if key := normalise(called):
                self._by_key[key].setdefault((name.place_id, name.kind), name)
                self._spelled.add(_spelled(called))

    def capital_of(self, province_id: str) -> tuple[str, str] | None:
        """Return name and id of the capital of a province, if it has one."""
        return self._called.get(province_id)

    def longest_at(self, tokens: Sequence[Token], begin: int) -> tuple[int, tuple[NameCandidate, ...]]:
        """Return where the longest name that begins with this token ends, and what it can stand for."""
        key, best, names = "", 0, tuple[NameCandidate, ...]()
        for end in range(begin + 1, min(begin + MAX_NAME_WORDS, len(tokens)) + 1):
            token = tokens[end - 1]
            if not token.is_word:
                break
            if token.low in JOINING_WORDS and end - 1 > begin:
                continue
            key += normalise(token.low)
            if key not in self._beginnings:
                break
            written = token.is_name_like or token.glued or token.text[0].isdigit()
            if key in self._by_key and written and self._is_spelled(key, tokens[begin:end]):
                best, names = end, tuple(self._by_key[key].values())
        return best, names

    def _is_spelled(self, key: str, tokens: Sequence[Token]) -> bool:
        return len(key) >= MIN_VARIANT_KEY_LENGTH or _spelled(" ".join(token.text for token in tokens)) in self._spelled


def _spelled(name: str) -> str:
    return fold_name(name.replace("-", " "))


def find_mentions(sentence: Sentence, names: PlaceNameLookup, book: Phrasebook) -> list[Mention]:
    """Find the names of places in a sentence, the longest first; ordinary words and parts of other names are none."""
    found: list[Mention] = []
    tokens, position = sentence.tokens, sentence.opening
    while position < len(tokens):
        token = tokens[position]
        end, meant = (
            names.longest_at(tokens, position) if token.is_name_like and not _tied(tokens, position) else (0, ())
        )
        if not end and (end := _unknown_district(tokens, position, book)):
            meant = ()
        elif not end or (end == position + 1 and token.low in book.ordinary):
            position += 1
            continue
        if meant and _is_part_of_a_name(tokens, position, end, book):
            position = end
            continue
        found.append(
            Mention(sentence.number, position, end, sentence.words(position, end), meant, span=(position, end))
        )
        position = end
    return found


def _tied(tokens: Sequence[Token], position: int) -> bool:
    return tokens[position].glued and tokens[position - 1].is_name_like


def _unknown_district(tokens: Sequence[Token], begin: int, book: Phrasebook) -> int:
    """Return where a name ends that no gazetteer has, but that the text calls a district."""
    end = begin
    while (end < len(tokens) and end < begin + MAX_NAME_WORDS and tokens[end].is_name_like) or (
        begin < end < len(tokens) and tokens[end].glued
    ):
        if tokens[end].low in book.ordinary or (begin == 0 and end == begin and tokens[begin].low in book.places.about):
            return 0
        end += 1
    named = begin < end < len(tokens) and tokens[end].low in book.places.district
    return end if named and tokens[begin].is_name_like and tokens[begin].text[0].isascii() else 0


def _is_part_of_a_name(tokens: Sequence[Token], begin: int, end: int, book: Phrasebook) -> bool:
    """Whether the name of a place is only a part of somebody's or something's, as in "Kabul University"."""
    after = tokens[end] if end < len(tokens) else None
    if after and after.is_name_like and after.is_word and not after.glued:
        known = after.low in book.ordinary | PART_WORDS | book.speech.offices
        if not known and after.text[0].isascii():
            return True
    if begin == 0:
        return False
    before = tokens[begin - 1]
    if not (before.is_name_like and before.is_word and before.text[0].isascii()) or before.text.isupper():
        return False
    first = begin == 1 or not tokens[begin - 2].is_word
    return before.low not in book.ordinary | PART_WORDS | book.places.within and not (
        first and before.low in book.places.beside
    )


def may_lie_in(mention: Mention, province_id: str) -> bool:
    """Whether something that a mention can stand for lies in a province; of an unknown name nobody knows."""
    kinds = (
        [mention.kind]
        if mention.kind in list(PlaceKind)
        else [PlaceKind.DISTRICT, PlaceKind.CAPITAL, PlaceKind.CROSSING]
    )
    places = [name for name in mention.names if name.kind in kinds]
    return not mention.names or any(province_id in name.provinces for name in places)
