"""The words around a place's name determine its kind, its province, and whether it belongs to an office.

In "the districts of Qadis and Jawand in Badghis" both names become districts, qualified by the province Badghis; in
"the governor of Herat" the name Herat belongs to an office.
"""

from itertools import pairwise

from control_map.core.model import PlaceKind
from control_map.geocoding.spelling import PART_WORDS
from control_map.intake.articles.mentions.places import Mention, NameCandidate, PlaceNameLookup
from control_map.intake.articles.mentions.quantities import find_counted_areas, read_extents
from control_map.intake.articles.text.phrasebook import Phrasebook, compile_phrases
from control_map.intake.articles.text.sentences import POSSESSIVE, Sentence


class MentionContext:
    """The mentions of a sentence, and what the words around them state about them."""

    def __init__(self, sentence: Sentence, mentions: list[Mention], names: PlaceNameLookup, book: Phrasebook) -> None:
        self.sentence, self.mentions, self.names, self.book = sentence, mentions, names, book
        self.tokens = sentence.tokens

    def annotate(self) -> None:
        """Set kind, province and scope of each mention; add counted areas, and capitals named by their province."""
        for mention in self.mentions:
            self._read_kind_after(mention)
            self._read_kind_before(mention)
        self._share_kinds()
        self._read_capitals()
        self._mark_offices()
        self._qualify_by_provinces()
        read_extents(self.sentence, self.mentions, self.book)
        self.mentions += find_counted_areas(self.sentence, self.mentions, self.book)
        self.mentions.sort(key=lambda mention: mention.begin)

    def continues_list(self, one: Mention, other: Mention) -> bool:
        """Whether a mention follows another in a list, as in "A and B"."""
        gap = self.tokens[one.end_with_qualifier : other.begin]
        fits = self.book.places.lists | self.book.places.before
        return (
            0 < len(gap) <= 5 and all(token.lower in fits for token in gap) and gap[0].lower in self.book.places.lists
        )

    def list_from_first(self, mentions: list[Mention]) -> list[Mention]:
        """Return the first of some mentions with those after it in the same list."""
        ends = (at for at, pair in enumerate(pairwise(mentions), 1) if not self.continues_list(*pair))
        return mentions[: next(ends, len(mentions))]

    def list_up_to_last(self, mentions: list[Mention]) -> list[Mention]:
        """Return the last of some mentions with those before it in the same list."""
        begin = len(mentions) - 1
        while begin > 0 and self.continues_list(mentions[begin - 1], mentions[begin]):
            begin -= 1
        return mentions[max(begin, 0) :]

    def _kind_of(self, word: str, mention: Mention) -> str:
        places = self.book.places
        if word in places.district:
            return PlaceKind.DISTRICT
        if word in places.province and (mention.can_be(PlaceKind.PROVINCE) or not mention.candidates):
            return PlaceKind.PROVINCE
        if word in places.provincial_capital and mention.can_be(PlaceKind.CAPITAL):
            return PlaceKind.CAPITAL
        if word in places.crossing | places.border and mention.can_be(PlaceKind.CROSSING):
            return PlaceKind.CROSSING
        return "town" if word in places.town | places.provincial_capital else ""

    def _read_kind_after(self, mention: Mention) -> None:
        """Read "Qadis district", "Spin Boldak border crossing", and "Herat air base", which is a thing in Herat."""
        at = end_of_thing = mention.end
        places, lower_at = self.book.places, self.sentence.lower_at
        while lower_at(end_of_thing) in (PART_WORDS - places.kinds) & (places.things | places.things_of):
            end_of_thing += 1
        if end_of_thing > at and lower_at(end_of_thing - 1) in places.things:
            mention.end = end_of_thing
            mention.text = self.sentence.text_between(mention.begin, end_of_thing)
            return
        while lower_at(at) in places.kinds and at < mention.end + 3:
            kind = self._kind_of(lower_at(at), mention)
            if kind and not mention.kind:
                mention.kind = kind
            elif not kind and not mention.kind:
                break
            at += 1
        mention.end = at
        if not mention.kind and lower_at(at) == ",":
            self._read_kind_in_apposition(mention, at + 1)

    def _read_kind_in_apposition(self, mention: Mention, at: int) -> None:
        """Read "Spin Boldak, a key crossing point with Pakistan"."""
        places, lower_at = self.book.places, self.sentence.lower_at
        if lower_at(at) not in self.book.clauses.articles:
            return
        while lower_at(at) in places.before | places.border:
            at += 1
        kind = self._kind_of(lower_at(at), mention)
        if kind in (PlaceKind.DISTRICT, PlaceKind.CROSSING) and mention.can_be(kind):
            mention.kind = kind

    def _read_kind_before(self, mention: Mention) -> None:
        """Read "the district of Qadis" and "the provincial capital, Qala-e-Naw"."""
        places, lower_at, begin = self.book.places, self.sentence.lower_at, mention.begin
        at = self.sentence.skip_back(begin - 1, places.of | {","} | places.before, max(begin - 3, 0))
        word = lower_at(at)
        is_joined = at == begin - 1 or any(lower_at(p) in places.of | {","} for p in range(at + 1, begin))
        if word not in places.kinds or not is_joined or mention.kind:
            return
        if any(other.begin <= at < other.end for other in self.mentions if other is not mention):
            return  # "Qadis district of Badghis": the word belongs to Qadis
        if word in places.district & places.several and mention.can_be(PlaceKind.PROVINCE):
            return
        if lower_at(at + 1) == "," and (at + 2 != begin or word not in places.provincial_capital):
            return
        capital_of = compile_phrases(places.capital_of)
        for start in (at, at - 1):
            if start >= 0 and (match := capital_of.match_at(self.tokens, start)) and match.end <= begin:
                return
        kind = self._kind_of(word, mention)
        if kind == PlaceKind.PROVINCE and not mention.can_be(PlaceKind.PROVINCE):
            return
        mention.kind = kind
        mention.begin = at if kind else begin

    def _share_kinds(self) -> None:
        """Give all mentions of a list its kind, as in "A, B and C districts" and "the districts of A, B and C"."""
        rest = self.mentions
        while rest:
            group = self.list_from_first(rest)
            rest = rest[len(group) :]
            if len(group) > 1:
                self._share_kind(group, group[-1].kind, group[-1].end - 1)
                self._share_kind(group, group[0].kind, group[0].begin)

    def _share_kind(self, group: list[Mention], kind: str, position: int) -> None:
        """Give a list the kind of one of its mentions if the word for it is in the plural."""
        if kind and self.sentence.lower_at(position) in self.book.places.several:
            for mention in group:
                if not mention.kind and (mention.can_be(kind) or kind == "town"):
                    mention.kind = kind

    def _read_capitals(self) -> None:
        """Read "Qala-e-Naw, the capital of Badghis", and "the capital of Badghis" alone."""
        before = self.book.places.before
        capital_of = compile_phrases(self.book.places.capital_of)
        for match in capital_of.find_all(self.tokens):
            province = next((m for m in self.mentions if m.begin >= match.end), None)
            if not province or any(token.lower not in before for token in self.tokens[match.end : province.begin]):
                continue
            if province.can_be(PlaceKind.PROVINCE):
                province.kind, province.is_qualifier = PlaceKind.PROVINCE, True
                self._set_capital(match.begin, province.end, province)
        for match in compile_phrases(self.book.places.capital_alone).find_all(self.tokens):
            if not capital_of.match_at(self.tokens, match.begin):
                self._set_capital(match.begin, match.end, None)

    def _set_capital(self, begin: int, end: int, province: Mention | None) -> None:
        """Make the name before or after "the capital of ..." a capital; without a name, add the province's capital."""
        earlier = [m for m in self.mentions if m.end <= begin and m is not province]
        gap = [token.lower for token in self.tokens[earlier[-1].end : begin]] if earlier else []
        after = next((m for m in self.mentions if end <= m.begin <= end + 1), None)
        is_apposed = gap[:1] == [","] and set(gap) <= {","} | self.book.places.before
        if is_apposed and earlier[-1].can_be(PlaceKind.CAPITAL):
            capital = earlier[-1]
            capital.end = max(capital.end, end)
        elif after and after.can_be(PlaceKind.CAPITAL):
            capital = after
            capital.begin = begin
        elif province and (known := self.names.capitals.get(province.province)):
            name, place_id = known
            candidate = NameCandidate(place_id, PlaceKind.CAPITAL, frozenset([province.province]))
            capital = Mention(province.sentence, begin, end, name, (candidate,), span=(begin, end))
            self.mentions.append(capital)
            self.mentions.sort(key=lambda mention: mention.begin)
        else:
            return
        capital.kind = PlaceKind.CAPITAL
        if province:
            capital.qualifier = province

    def _mark_offices(self) -> None:
        """Mark names that belong to an office: "Herat governor", "the governor of Herat", "a lawmaker from Herat"."""
        speech, places, lower_at = self.book.speech, self.book.places, self.sentence.lower_at
        between = places.before | {POSSESSIVE} | PART_WORDS - places.things
        for mention in self.mentions:
            at = mention.end
            while lower_at(at) in between - speech.offices:
                at += 1
            has_office = lower_at(at) in speech.offices and at <= mention.end + 2
            begin = self.sentence.skip_back(mention.begin - 1, places.before - places.of, max(mention.begin - 3, 0))
            is_from_there = lower_at(begin) in places.within | places.beside
            if has_office or (is_from_there and lower_at(begin - 1) in speech.office_of):
                mention.belongs_to_office = True

    def _qualify_by_provinces(self) -> None:
        """Let a province qualify the name beside it: "Qadis in Badghis", "Qadis (Badghis)", "Badghis's Qadis"."""
        places = self.book.places
        for one, other in pairwise(self.mentions):
            gap = [token.lower for token in self.tokens[one.end : other.begin]]
            inner = [word for word in gap if word not in places.before]
            if inner[:1] == [","]:  # "Kohsan and Ghoryan, districts of Herat"
                inner = [word for word in inner if word not in places.district]
            if one.province and gap == [POSSESSIVE] and other.may_lie_in(one.province):
                other.qualifier, one.is_qualifier = one, True
            in_brackets = gap == ["("] and self.sentence.lower_at(other.end) == ")"
            is_joined = (
                in_brackets
                or (len(gap) <= 5 and (inner == [","] or (inner and set(inner) <= places.within | {","})))
                or (not gap and other.kind == PlaceKind.PROVINCE)
                or (gap and not inner and places.of & set(gap))
            )
            if is_joined and other.province and not one.is_qualifier and one.may_lie_in(other.province):
                other.is_qualifier, one.qualifier_end = True, other.end + in_brackets
                for mention in self.list_up_to_last(self.mentions[: self.mentions.index(one) + 1]):
                    if mention.may_lie_in(other.province):
                        mention.qualifier = mention.qualifier or other
            comes_first = inner == [","] and (
                one.kind == PlaceKind.PROVINCE or self.sentence.lower_at(one.begin - 1) in places.within
            )
            if comes_first and one.province and not one.qualifier_end and other.may_lie_in(one.province):
                one.is_qualifier = True
                other.qualifier = other.qualifier or one
