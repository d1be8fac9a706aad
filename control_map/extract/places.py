"""The places that a sentence names: the longest names of the gazetteer in it, and what the words around them add.

A name counts where it is written as one, with a capital or in a script without capitals. What the text leaves open,
because the name fits two places, stays open.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from control_map.extract.phrasebook import Phrasebook
from control_map.extract.sentences import Sentence, Token
from control_map.model import AreaScope, PlaceKind
from control_map.names import JOINING, PART, normalise, plain
from control_map.theatre import Theatre

LONGEST_NAME = 6
"""Words."""
SHORTEST_IN_ANY_SPELLING = 5
"""Letters of a key; a shorter name must be spelled as the gazetteer has it, or any word would be one."""
FEWEST_OF_A_COUNTRY = 10
"""Districts: "captured three districts" without a province speaks of places that are named elsewhere."""
_INDEED = 6
"""Words back to the number in "five of the districts in the west of Herat"."""


@dataclass(frozen=True, slots=True)
class Name:
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
    names: tuple[Name, ...]
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

    def can_be(self, kind: str) -> tuple[Name, ...]:
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


class Names:
    """All names of a theatre by their words, so that each word of a text is looked up once."""

    def __init__(self, theatre: Theatre) -> None:
        self._by_key: defaultdict[str, dict[tuple[str, str], Name]] = defaultdict(dict)
        self._spelled: set[str] = set()
        self._called = {}
        for row in theatre.places.drop(columns="geometry", errors="ignore").to_dict("records"):
            provinces = frozenset([row["province_id"], *filter(None, row["also_in"].split("|"))])
            self._enter(row, Name(row["place_id"], row["kind"], provinces))
            if row["kind"] == PlaceKind.CAPITAL:
                self._called[row["province_id"]] = (row["name"], row["place_id"])
        for row in theatre.provinces.rename(columns={"province": "name"}).to_dict("records"):
            provinces = frozenset([row["province_id"]])
            self._enter(row, Name(row["province_id"], PlaceKind.PROVINCE, provinces))
        self._beginnings = {key[:end] for key in self._by_key for end in range(1, len(key) + 1)}

    def _enter(self, row: dict[object, str], name: Name) -> None:
        for called in [row["name"], row["name_local"], *row["alt_names"].split("|")]:
            if key := normalise(called):
                self._by_key[key].setdefault((name.place_id, name.kind), name)
                self._spelled.add(_spelled(called))

    def capital_of(self, province_id: str) -> tuple[str, str] | None:
        """Return name and id of the capital of a province, if it has one."""
        return self._called.get(province_id)

    def longest_at(self, tokens: Sequence[Token], begin: int) -> tuple[int, tuple[Name, ...]]:
        """Return where the longest name that begins with this token ends, and what it can stand for."""
        key, best, names = "", 0, tuple[Name, ...]()
        for end in range(begin + 1, min(begin + LONGEST_NAME, len(tokens)) + 1):
            token = tokens[end - 1]
            if not token.is_word:
                break
            if token.low in JOINING and end - 1 > begin:
                continue
            key += normalise(token.low)
            if key not in self._beginnings:
                break
            written = token.is_name_like or token.glued or token.text[0].isdigit()
            if key in self._by_key and written and self._is_spelled(key, tokens[begin:end]):
                best, names = end, tuple(self._by_key[key].values())
        return best, names

    def _is_spelled(self, key: str, tokens: Sequence[Token]) -> bool:
        return len(key) >= SHORTEST_IN_ANY_SPELLING or _spelled(" ".join(token.text for token in tokens)) in self._spelled


def _spelled(name: str) -> str:
    return plain(name.replace("-", " "))


def names_in(sentence: Sentence, names: Names, book: Phrasebook) -> list[Mention]:
    """Find the names of places in a sentence, the longest first; ordinary words and parts of other names are none."""
    found: list[Mention] = []
    tokens, position = sentence.tokens, sentence.opening
    while position < len(tokens):
        token = tokens[position]
        end, meant = names.longest_at(tokens, position) if token.is_name_like and not _tied(tokens, position) else (0, ())
        if not end and (end := _unknown_district(tokens, position, book)):
            meant = ()
        elif not end or (end == position + 1 and token.low in book.ordinary):
            position += 1
            continue
        if meant and _is_part_of_a_name(tokens, position, end, book):
            position = end
            continue
        found.append(Mention(sentence.number, position, end, sentence.words(position, end), meant, span=(position, end)))
        position = end
    return found


def _tied(tokens: Sequence[Token], position: int) -> bool:
    return tokens[position].glued and tokens[position - 1].is_name_like


def _unknown_district(tokens: Sequence[Token], begin: int, book: Phrasebook) -> int:
    """Return where a name ends that no gazetteer has, but that the text calls a district."""
    end = begin
    while end < len(tokens) and end < begin + LONGEST_NAME and tokens[end].is_name_like or (
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
        known = after.low in book.ordinary | PART | book.speech.offices
        if not known and after.text[0].isascii():
            return True
    if begin == 0:
        return False
    before = tokens[begin - 1]
    if not (before.is_name_like and before.is_word and before.text[0].isascii()) or before.text.isupper():
        return False
    first = begin == 1 or not tokens[begin - 2].is_word
    return before.low not in book.ordinary | PART | book.places.within and not (first and before.low in book.places.beside)


class Surroundings:
    """What the words around the names of a sentence say of them."""

    def __init__(self, sentence: Sentence, mentions: list[Mention], names: Names, book: Phrasebook) -> None:
        self.tokens, self.mentions, self.names, self.book = sentence.tokens, mentions, names, book
        self.sentence = sentence

    def read(self) -> list[Mention]:
        """Give each mention its kind, province and scope, and add areas and capitals that are named by their province."""
        for mention in self.mentions:
            self._kind_after(mention)
            self._kind_before(mention)
        self._share_kinds()
        self._capitals()
        self._offices()
        self._provinces()
        self._parts()
        self.mentions += self._quantities()
        self.mentions.sort(key=lambda mention: mention.begin)
        return self.mentions

    def _low(self, position: int) -> str:
        return self.tokens[position].low if 0 <= position < len(self.tokens) else ""

    def _kind_of(self, word: str, mention: Mention) -> str:
        places = self.book.places
        if word in places.district:
            return PlaceKind.DISTRICT
        if word in places.province and (mention.can_be(PlaceKind.PROVINCE) or not mention.names):
            return PlaceKind.PROVINCE
        if word in places.provincial_capital and mention.can_be(PlaceKind.CAPITAL):
            return PlaceKind.CAPITAL
        if word in places.crossing | places.border and mention.can_be(PlaceKind.CROSSING):
            return PlaceKind.CROSSING
        if word in places.town | places.provincial_capital:
            return "town"
        return ""

    def _kind_after(self, mention: Mention) -> None:
        at, places = mention.end, self.book.places
        part = at
        while part < len(self.tokens) and self.tokens[part].low in PART - places.kinds and self.tokens[part].is_word:
            if self.tokens[part].low not in places.things | {"air", "military", "army", "police"}:
                break
            part += 1
        if part > at and self._low(part - 1) in places.things:
            mention.end, mention.inside = part, True
            mention.text = self.sentence.words(mention.begin, part)
            return
        while self._low(at) in places.kinds and at < mention.end + 3:
            kind = self._kind_of(self._low(at), mention)
            if kind and not mention.kind:
                mention.kind = kind
            elif not kind and not mention.kind:
                break
            at += 1
        mention.end = at

    def _kind_before(self, mention: Mention) -> None:
        places = self.book.places
        at = mention.begin - 1
        while self._low(at) in places.of | {","} | places.before and at > mention.begin - 4:
            at -= 1
        word = self._low(at)
        close = at == mention.begin - 1 or any(self._low(p) in places.of | {","} for p in range(at + 1, mention.begin))
        if word not in places.kinds or not close or mention.kind:
            return
        if word in places.district and word.endswith("s") and mention.can_be(PlaceKind.PROVINCE):
            return
        if self._low(at + 1) == "," and (at + 2 != mention.begin or word not in places.provincial_capital):
            return
        capital_of = self.book.listed(places.capital_of)
        if any((hit := capital_of.at(self.tokens, start)) and hit.end <= mention.begin for start in (at, at - 1) if start >= 0):
            return
        kind = self._kind_of(word, mention)
        if kind == PlaceKind.PROVINCE and not mention.can_be(PlaceKind.PROVINCE):
            return
        mention.kind = kind
        mention.begin = at if kind else mention.begin

    def follows(self, one: Mention, other: Mention) -> bool:
        """Whether two mentions stand in one list."""
        gap = self.tokens[one.reach : other.begin]
        fits = self.book.places.lists | self.book.places.before
        return 0 < len(gap) <= 5 and all(token.low in fits for token in gap) and gap[0].low in self.book.places.lists

    def _share_kinds(self) -> None:
        """In "A, B and C districts" and "the districts of A, B and C" the word holds for all."""
        run: list[Mention] = []
        for mention in [*self.mentions, None]:
            if mention and run and self.follows(run[-1], mention):
                run.append(mention)
                continue
            for after, before in [(run, -1), (run, 0)]:
                if len(after) > 1:
                    self._share(after, before)
            run = [mention] if mention else []

    def _share(self, run: list[Mention], source: int) -> None:
        kind = run[source].kind
        plural = self._low(run[-1].end - 1 if source else run[0].begin)
        if kind and plural.endswith("s") or (kind and plural in {"cities"}):
            for mention in run:
                if not mention.kind and (mention.can_be(kind) or kind == "town"):
                    mention.kind = kind

    def _capitals(self) -> None:
        """Read "Qala-e-Naw, the capital of Badghis", and "the capital of Badghis" alone."""
        phrases = self.book.listed(self.book.places.capital_of)
        for hit in phrases.all_in(self.tokens):
            province = next((m for m in self.mentions if m.begin <= hit.end + 1 and m.begin >= hit.end and m.names), None)
            if not province or not province.can_be(PlaceKind.PROVINCE):
                continue
            province.kind, province.qualifies = PlaceKind.PROVINCE, True
            self._appose(hit.begin, province)
        alone = self.book.listed(self.book.places.capital_alone)
        for hit in alone.all_in(self.tokens):
            if not phrases.at(self.tokens, hit.begin):
                self._appose(hit.begin, None, hit.end)

    def _appose(self, begin: int, province: Mention | None, end: int = 0) -> None:
        before = [m for m in self.mentions if m.end <= begin and m is not province]
        gap = [token.low for token in self.tokens[before[-1].end : begin]] if before else ["x"]
        after_end = province.end if province else end
        after = next((m for m in self.mentions if after_end <= m.begin <= after_end + 1), None)
        if before and gap[:1] == [","] and set(gap) <= {","} | self.book.places.before and before[-1].can_be(PlaceKind.CAPITAL):
            capital = before[-1]
            capital.end = max(capital.end, after_end)
        elif after and after.can_be(PlaceKind.CAPITAL):
            capital = after
            capital.begin = begin
        elif province and (called := self.names.capital_of(province.province)):
            name = Name(called[1], PlaceKind.CAPITAL, frozenset([province.province]))
            capital = Mention(province.sentence, begin, province.end, called[0], (name,), span=(begin, province.end))
            self.mentions.append(capital)
            self.mentions.sort(key=lambda mention: mention.begin)
        else:
            return
        capital.kind = PlaceKind.CAPITAL
        if province:
            capital.beside = province

    def _offices(self) -> None:
        """Mark what belongs to an office: "Herat governor", "the governor of Herat", "a lawmaker from Herat"."""
        speech, places = self.book.speech, self.book.places
        for mention in self.mentions:
            at = mention.end
            while self._low(at) in places.before | {"'s"} | PART - places.things:
                if self._low(at) in speech.offices:
                    break
                at += 1
            role = self._low(at) in speech.offices and at <= mention.end + 2
            begin = mention.begin - 1
            while self._low(begin) in places.before - places.of and begin > mention.begin - 4:
                begin -= 1
            from_there = self._low(begin) in places.within | {"from", "for"} and self._low(begin - 1) in speech.office_of
            if role or from_there:
                mention.spoken_for = True

    def _provinces(self) -> None:
        """Let a province qualify the places it stands beside: "Qadis in Badghis", "Qadis, Badghis", "Badghis's Qadis"."""
        places = self.book.places
        for one, other in zip(self.mentions, self.mentions[1:], strict=False):
            gap = [token.low for token in self.tokens[one.end : other.begin]]
            inner = [word for word in gap if word not in places.before]
            owner = one.province and gap == ["'s"]
            if owner and _lies_in(other, one.province):
                other.beside, one.qualifies = one, True
            joined = len(gap) <= 5 and (inner in ([","], [",", "in"]) or (inner and set(inner) <= places.within))
            joined = joined or (not gap and other.kind == PlaceKind.PROVINCE) or bool(gap and not inner and "of" in gap)
            if joined and other.province and not one.qualifies and _lies_in(one, other.province):
                other.qualifies, one.until = True, other.end
                self._qualify_list(one, other)
            first = inner == [","] and (one.kind == PlaceKind.PROVINCE or self._low(one.begin - 1) in places.within)
            if first and one.province and not one.until and _lies_in(other, one.province):
                one.qualifies = True
                other.beside = other.beside or one

    def _qualify_list(self, last: Mention, province: Mention) -> None:
        run = [last]
        for mention in reversed(self.mentions[: self.mentions.index(last)]):
            if not self.follows(mention, run[0]):
                break
            run.insert(0, mention)
        for mention in run:
            if _lies_in(mention, province.province):
                mention.beside = mention.beside or province

    def _parts(self) -> None:
        """Read how much of it is meant: "most of Badakhshan", "five districts of Herat", "the rest of Badghis"."""
        places, rest = self.book.places, self.book.listed(self.book.places.rest)
        for mention in self.mentions:
            start = next(
                (b for b in range(max(0, mention.begin - 7), mention.begin) if (h := rest.at(self.tokens, b)) and h.end <= mention.begin
                 and all(self._low(p) in places.before for p in range(h.end, mention.begin))), None)
            if start is not None and mention.can_be(PlaceKind.PROVINCE):
                self._area(mention, start, AreaScope.WHOLE_BUT_CAPITAL)
                continue
            at = mention.begin - 1
            while self._low(at) in places.within | places.before and at > mention.begin - 5:
                at -= 1
            if at == mention.begin - 1:
                continue
            word = self._low(at)
            if word in places.parts or (word in places.things and mention.province):
                if mention.can_be(PlaceKind.PROVINCE) and mention.kind in ("", PlaceKind.PROVINCE):
                    self._area(mention, at, AreaScope.PART)
                else:
                    mention.part, mention.begin = True, at
            elif word in places.district and mention.can_be(PlaceKind.PROVINCE) and mention.kind != PlaceKind.CAPITAL:
                begin, number = self._number_before(at)
                if number is not None or begin < at:
                    self._area(mention, begin, AreaScope.PART, number)
            elif word in places.all and mention.province:
                self._area(mention, at, AreaScope.WHOLE)

    def _area(self, mention: Mention, begin: int, scope: str, number: float | None = None) -> None:
        mention.kind, mention.scope, mention.number, mention.begin = PlaceKind.PROVINCE, scope, number, begin
        mention.qualifies = False

    def _number_before(self, at: int) -> tuple[int, float | None]:
        """Return where the number of districts begins that ends before this token, and the number."""
        places = self.book.places
        begin, number = at, None
        while begin > 0 and begin > at - _INDEED:
            token = self.tokens[begin - 1]
            value = self.book.number(token)
            if value is not None:
                number = value if number is None or token.text[0].isdigit() or value < number else number * value
            elif token.low not in places.about | places.all | places.parts | places.of | places.definite | places.before | places.country | {"'s"}:
                break
            begin -= 1
        return begin, number

    def _quantities(self) -> list[Mention]:
        """Find what is said of districts or crossings by number: "more than 200 districts", "all border crossings"."""
        places, found = self.book.places, []
        for at, token in enumerate(self.tokens):
            if token.low not in places.district | places.crossing or not token.low.endswith("s"):
                continue
            if any(m.begin <= at < m.end for m in self.mentions):
                continue
            first = at - 1 if self._low(at - 1) in places.border else at
            begin, number = self._number_before(first)
            words = {self._low(p) for p in range(begin, first)}
            after = self._low(at + 1)
            everything = bool(words & places.all)
            if number is None and not everything:
                continue
            crossings = token.low in places.crossing
            if everything and not crossings and number is None:
                continue
            if crossings and everything and after not in {"with"}:
                scope = AreaScope.ALL_CROSSINGS
            else:
                scope = AreaScope.PART
            text = self.sentence.words(begin, at + 1)
            mention = Mention(self.sentence.number, begin, at + 1, text, (), PlaceKind.COUNTRY, scope, number)
            mention.span = (begin, at + 1)
            found.append(mention)
        return found


def _lies_in(mention: Mention, province_id: str) -> bool:
    kinds = [mention.kind] if mention.kind in iter(PlaceKind) else [PlaceKind.DISTRICT, PlaceKind.CAPITAL, PlaceKind.CROSSING]
    places = [name for name in mention.names if name.kind in kinds]
    return not mention.names or any(province_id in name.provinces for name in places)


def groups(mentions: list[Mention], around: Surroundings) -> Iterator[list[Mention]]:
    """Yield the lists in which places stand: those that are joined by commas and "and"."""
    run: list[Mention] = []
    for mention in mentions:
        if run and not around.follows(run[-1], mention):
            yield run
            run = []
        run.append(mention)
    if run:
        yield run
