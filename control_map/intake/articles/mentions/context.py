"""What the words around the names of places say of them: their kind, their province, whose office they belong to."""

from itertools import pairwise

from control_map.core.model import PlaceKind
from control_map.geocoding.spelling import PART_WORDS
from control_map.intake.articles.mentions.places import Mention, NameCandidate, PlaceNameLookup, may_lie_in
from control_map.intake.articles.mentions.quantities import QuantityReader
from control_map.intake.articles.text.phrasebook import Phrasebook
from control_map.intake.articles.text.sentences import POSSESSIVE, Sentence


class MentionContext:
    """What the words around the names of a sentence say of them."""

    def __init__(self, sentence: Sentence, mentions: list[Mention], names: PlaceNameLookup, book: Phrasebook) -> None:
        self.tokens, self.mentions, self.names, self.book = sentence.tokens, mentions, names, book
        self.sentence = sentence

    def read(self) -> list[Mention]:
        """Give each mention its kind, province and scope; add areas, and capitals named by their province."""
        for mention in self.mentions:
            self._kind_after(mention)
            self._kind_before(mention)
        self._share_kinds()
        self._capitals()
        self._offices()
        self._provinces()
        areas = QuantityReader(self.sentence, self.mentions, self.book)
        areas.measure()
        self.mentions += areas.counted()
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
        while (
            part < len(self.tokens) and self.tokens[part].low in PART_WORDS - places.kinds and self.tokens[part].is_word
        ):
            if self.tokens[part].low not in places.things | places.things_of:
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
        if not mention.kind and self._low(at) == ",":
            self._kind_in_apposition(mention, at + 1)

    def _kind_in_apposition(self, mention: Mention, at: int) -> None:
        """Read "Spin Boldak, a key crossing point with Pakistan"."""
        places, articles = self.book.places, self.book.clauses.articles
        if self._low(at) not in articles:
            return
        while self._low(at) in places.before | places.border:
            at += 1
        kind = self._kind_of(self._low(at), mention)
        if kind in (PlaceKind.DISTRICT, PlaceKind.CROSSING) and mention.can_be(kind):
            mention.kind = kind

    def _kind_before(self, mention: Mention) -> None:
        places = self.book.places
        at = mention.begin - 1
        while self._low(at) in places.of | {","} | places.before and at > mention.begin - 4:
            at -= 1
        word = self._low(at)
        close = at == mention.begin - 1 or any(self._low(p) in places.of | {","} for p in range(at + 1, mention.begin))
        if word not in places.kinds or not close or mention.kind:
            return
        if word in places.district & places.several and mention.can_be(PlaceKind.PROVINCE):
            return
        if self._low(at + 1) == "," and (at + 2 != mention.begin or word not in places.provincial_capital):
            return
        capital_of = self.book.listed(places.capital_of)
        if any(
            (hit := capital_of.at(self.tokens, start)) and hit.end <= mention.begin
            for start in (at, at - 1)
            if start >= 0
        ):
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
        if kind and plural in self.book.places.several:
            for mention in run:
                if not mention.kind and (mention.can_be(kind) or kind == "town"):
                    mention.kind = kind

    def _capitals(self) -> None:
        """Read "Qala-e-Naw, the capital of Badghis", and "the capital of Badghis" alone."""
        phrases = self.book.listed(self.book.places.capital_of)
        for hit in phrases.all_in(self.tokens):
            province = next((m for m in self.mentions if m.begin >= hit.end), None)
            if not province or any(
                token.low not in self.book.places.before for token in self.tokens[hit.end : province.begin]
            ):
                continue
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
        gap = [token.low for token in self.tokens[before[-1].end : begin]] if before else []
        after_end = province.end if province else end
        after = next((m for m in self.mentions if after_end <= m.begin <= after_end + 1), None)
        if (
            before
            and gap[:1] == [","]
            and set(gap) <= {","} | self.book.places.before
            and before[-1].can_be(PlaceKind.CAPITAL)
        ):
            capital = before[-1]
            capital.end = max(capital.end, after_end)
        elif after and after.can_be(PlaceKind.CAPITAL):
            capital = after
            capital.begin = begin
        elif province and (called := self.names.capital_of(province.province)):
            name = NameCandidate(called[1], PlaceKind.CAPITAL, frozenset([province.province]))
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
            while self._low(at) in places.before | {POSSESSIVE} | PART_WORDS - places.things:
                if self._low(at) in speech.offices:
                    break
                at += 1
            role = self._low(at) in speech.offices and at <= mention.end + 2
            begin = mention.begin - 1
            while self._low(begin) in places.before - places.of and begin > mention.begin - 4:
                begin -= 1
            from_there = self._low(begin) in places.within | places.beside and self._low(begin - 1) in speech.office_of
            if role or from_there:
                mention.spoken_for = True

    def _provinces(self) -> None:
        """Let a province qualify what it stands beside: "Qadis in Badghis", "Qadis, Badghis", "Badghis's Qadis"."""
        places = self.book.places
        for one, other in pairwise(self.mentions):
            gap = [token.low for token in self.tokens[one.end : other.begin]]
            inner = [word for word in gap if word not in places.before]
            if inner[:1] == [","]:  # "Kohsan and Ghoryan, districts of Herat"
                inner = [word for word in inner if word not in places.district]
            owner = one.province and gap == [POSSESSIVE]
            if owner and may_lie_in(other, one.province):
                other.beside, one.qualifies = one, True
            joined = len(gap) <= 5 and (inner == [","] or (inner and set(inner) <= places.within | {","}))
            joined = (
                joined
                or (not gap and other.kind == PlaceKind.PROVINCE)
                or bool(gap and not inner and places.of & set(gap))
            )
            if joined and other.province and not one.qualifies and may_lie_in(one, other.province):
                other.qualifies, one.until = True, other.end
                self._qualify_list(one, other)
            first = inner == [","] and (one.kind == PlaceKind.PROVINCE or self._low(one.begin - 1) in places.within)
            if first and one.province and not one.until and may_lie_in(other, one.province):
                one.qualifies = True
                other.beside = other.beside or one

    def _qualify_list(self, last: Mention, province: Mention) -> None:
        run = [last]
        for mention in reversed(self.mentions[: self.mentions.index(last)]):
            if not self.follows(mention, run[0]):
                break
            run.insert(0, mention)
        for mention in run:
            if may_lie_in(mention, province.province):
                mention.beside = mention.beside or province
