"""How much of a province or the country a sentence speaks of: "most of Badakhshan", "more than 200 districts"."""

from control_map.core.model import AreaScope, PlaceKind
from control_map.intake.articles.mentions.places import Mention
from control_map.intake.articles.text.phrasebook import Phrasebook
from control_map.intake.articles.text.sentences import POSSESSIVE, Sentence

MIN_DISTRICTS_OF_COUNTRY = 10
"""Districts: "captured three districts" without a province speaks of places that are named elsewhere."""
_INDEED = 6
"""Words back to the number in "five of the districts in the west of Herat"."""


class QuantityReader:
    """Reads how much of an area is meant by the mentions of a sentence."""

    def __init__(self, sentence: Sentence, mentions: list[Mention], book: Phrasebook) -> None:
        self.sentence, self.mentions, self.book = sentence, mentions, book
        self.tokens = sentence.tokens

    def _low(self, position: int) -> str:
        return self.tokens[position].low if 0 <= position < len(self.tokens) else ""

    def measure(self) -> None:
        """Read how much of it is meant: "most of Badakhshan", "five districts of Herat", "the rest of Badghis"."""
        places, rest = self.book.places, self.book.listed(self.book.places.rest)
        for mention in self.mentions:
            mention.part = mention.part or self._owns_a_part(mention)
            start = next(
                (
                    b
                    for b in range(max(0, mention.begin - 7), mention.begin)
                    if (h := rest.at(self.tokens, b))
                    and h.end <= mention.begin
                    and all(self._low(p) in places.before for p in range(h.end, mention.begin))
                ),
                None,
            )
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

    def _owns_a_part(self, mention: Mention) -> bool:
        """Whether only a part is meant, as in "Lashkar Gah's fifth district"."""
        if self._low(mention.end) != POSSESSIVE or any(m.begin == mention.end + 1 for m in self.mentions):
            return False
        return any(self._low(mention.end + step) in self.book.places.district for step in range(2, 5))

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
            elif (
                token.low
                not in places.about
                | places.all
                | places.parts
                | places.of
                | places.definite
                | places.before
                | places.country
                | {POSSESSIVE}
            ):
                break
            begin -= 1
        return begin, number

    def counted(self) -> list[Mention]:
        """Find what is said of districts or crossings by number: "more than 200 districts", "all border crossings"."""
        places, found = self.book.places, []
        for at, token in enumerate(self.tokens):
            counted = places.district | places.crossing | places.provincial_capital
            if token.low not in counted or token.low not in places.several:
                continue
            if any(m.begin <= at < m.end for m in self.mentions):
                continue
            first = at - 1 if self._low(at - 1) in places.border | places.before else at
            begin, number = self._number_before(first)
            words = {self._low(p) for p in range(begin, first)}
            after = self._low(at + 1)
            everything = bool(words & places.all)
            if number is None and not everything:
                continue
            crossings = token.low in places.crossing
            if everything and not crossings and number is None:
                continue
            every = crossings and everything and after not in places.limits
            scope = AreaScope.ALL_CROSSINGS if every else AreaScope.PART
            text = self.sentence.words(begin, at + 1)
            mention = Mention(self.sentence.number, begin, at + 1, text, (), PlaceKind.COUNTRY, scope, number)
            mention.span = (begin, at + 1)
            found.append(mention)
        return found
