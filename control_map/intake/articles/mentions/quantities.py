"""How much of a province or of the country a sentence means: "most of Badakhshan", "more than 200 districts".

"five districts of Herat" makes the mention of Herat a province with the scope `part` and the number 5.
"""

from control_map.core.model import AreaScope, PlaceKind
from control_map.intake.articles.mentions.places import Mention
from control_map.intake.articles.text.phrasebook import Phrasebook, compile_phrases
from control_map.intake.articles.text.sentences import POSSESSIVE, Sentence

MIN_DISTRICTS_OF_COUNTRY = 10
"""Districts. "captured three districts" without a province means places that are named elsewhere in the text."""
_WORDS_BACK_TO_NUMBER = 6
"""Words, as in "five of the districts in the west of Herat"."""
_WORDS_BACK_TO_REST = 7


def read_extents(sentence: Sentence, mentions: list[Mention], book: Phrasebook) -> None:
    """Set how much of each mentioned area is meant: "most of Badakhshan", "the rest of Badghis"."""
    places, tokens = book.places, sentence.tokens
    rest = compile_phrases(places.rest)
    for mention in mentions:
        mention.is_partial = mention.is_partial or _owns_a_part(sentence, mention, mentions, book)
        starts = (
            start
            for start in range(max(0, mention.begin - _WORDS_BACK_TO_REST), mention.begin)
            if (match := rest.match_at(tokens, start))
            and match.end <= mention.begin
            and all(tokens[at].lower in places.before for at in range(match.end, mention.begin))
        )
        start = next(starts, None)
        if start is not None and mention.can_be(PlaceKind.PROVINCE):
            _set_area(mention, start, AreaScope.WHOLE_BUT_CAPITAL)
            continue
        at = sentence.skip_back(mention.begin - 1, places.within | places.before, max(mention.begin - 4, 0))
        if at == mention.begin - 1:
            continue
        word = sentence.lower_at(at)
        if word in places.parts or (word in places.things and mention.province):
            if mention.can_be(PlaceKind.PROVINCE) and mention.kind in ("", PlaceKind.PROVINCE):
                _set_area(mention, at, AreaScope.PART)
            else:
                mention.is_partial, mention.begin = True, at
        elif word in places.district and mention.can_be(PlaceKind.PROVINCE) and mention.kind != PlaceKind.CAPITAL:
            begin, number = _number_before(sentence, at, book)
            if number is not None or begin < at:
                _set_area(mention, begin, AreaScope.PART, number)
        elif word in places.all and mention.province:
            _set_area(mention, at, AreaScope.WHOLE)


def _owns_a_part(sentence: Sentence, mention: Mention, mentions: list[Mention], book: Phrasebook) -> bool:
    """Whether only a part is meant, as in "Lashkar Gah's fifth district"."""
    if sentence.lower_at(mention.end) != POSSESSIVE or any(m.begin == mention.end + 1 for m in mentions):
        return False
    return any(sentence.lower_at(mention.end + step) in book.places.district for step in range(2, 5))


def _set_area(mention: Mention, begin: int, scope: str, number: float | None = None) -> None:
    mention.kind, mention.scope, mention.number, mention.begin = PlaceKind.PROVINCE, scope, number, begin
    mention.is_qualifier = False


def _number_before(sentence: Sentence, end: int, book: Phrasebook) -> tuple[int, float | None]:
    """Return the begin of the number of districts that ends before a token, and the number, or None."""
    places = book.places
    between = places.about | places.all | places.parts | places.of | places.definite | places.before | places.country
    begin, number = end, None
    while begin > 0 and begin > end - _WORDS_BACK_TO_NUMBER:
        token = sentence.tokens[begin - 1]
        value = book.read_number(token)
        if value is not None:
            number = value if number is None or token.text[0].isdigit() or value < number else number * value
        elif token.lower not in between | {POSSESSIVE}:
            break
        begin -= 1
    return begin, number


def find_counted_areas(sentence: Sentence, mentions: list[Mention], book: Phrasebook) -> list[Mention]:
    """Find counted districts or crossings without a name: "more than 200 districts", "all border crossings"."""
    places, found = book.places, []
    scopes = [(places.crossing, AreaScope.ALL_CROSSINGS), (places.provincial_capital, AreaScope.ALL_CAPITALS)]
    counted = (places.district | places.crossing | places.provincial_capital) & places.several
    for at, token in enumerate(sentence.tokens):
        if token.lower not in counted or any(m.begin <= at < m.end for m in mentions):
            continue
        first = at - 1 if sentence.lower_at(at - 1) in places.border | places.before else at
        begin, number = _number_before(sentence, first, book)
        is_all = any(sentence.lower_at(position) in places.all for position in range(begin, first))
        whole = next((scope for words, scope in scopes if token.lower in words), None) if is_all else None
        if number is None and whole is None:
            continue
        limited = sentence.lower_at(at + 1) in places.limits
        scope = whole if whole and not limited else AreaScope.PART
        text, span = sentence.text_between(begin, at + 1), (begin, at + 1)
        found.append(Mention(sentence.number, *span, text, (), PlaceKind.COUNTRY, scope, number, span=span))
    return found
