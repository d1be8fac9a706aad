"""The places to which a phrase refers are found in its clause, or before it in the article.

In "Qadis and Jawand fell" the phrase "fell" refers to the two names before it; in "the Taliban took the city" the
phrase "took" refers to the city that the article named last.
"""

from collections.abc import Sequence

from control_map.core.model import AreaScope, Claim, PlaceKind
from control_map.intake.articles.mentions.places import Mention
from control_map.intake.articles.mentions.quantities import MIN_DISTRICTS_OF_COUNTRY
from control_map.intake.articles.statements.reading import ArticleContext, SentenceReading
from control_map.intake.articles.text.clauses import Clause, PhraseInClause
from control_map.intake.articles.text.phrasebook import Phrasebook, PhraseForm
from control_map.intake.articles.text.sentences import POSSESSIVE

TRANSITIVE_FORMS = frozenset(PhraseForm) - {PhraseForm.FALLS, PhraseForm.STATE, PhraseForm.NOUNS, PhraseForm.CLASHES}
"""Forms of verbs with a party as the subject of the active voice and a place as the object."""
_MAX_GAP = 14
"""Words between a phrase and its place."""


class PlaceArgumentFinder:
    """Finds the places to which the phrases of one sentence refer."""

    def __init__(self, reading: SentenceReading, article: ArticleContext, book: Phrasebook) -> None:
        self.sentence, self.tokens, self.actors = reading.sentence, reading.sentence.tokens, reading.actors
        self.context, self.article, self.book = reading.context, article, book
        self.mentions = reading.places

    def find_places(self, use: PhraseInClause, passive: bool) -> list[Mention]:
        """Return the places to which a phrase refers; `passive` states that its verb is in the passive voice."""
        inside = self.find_inside(use)
        if inside and use.form in TRANSITIVE_FORMS:
            return inside
        if use.form in (PhraseForm.FALLS, PhraseForm.STATE) or (passive and use.form != PhraseForm.EXPELS):
            return self._settle_areas(self._find_subject(use), use)
        if use.form == PhraseForm.CLASHES:
            return self._find_battlefield(use)
        if use.claim == Claim.FIGHTING and use.form == PhraseForm.ATTACKS and (found := self._find_near(use)):
            return found
        found = self._find_object(use)
        if not found and use.clause.antecedent >= 0:
            found = self._antecedent_of_relative(use.clause)
        return self._settle_areas(found, use)

    def find_inside(self, use: PhraseInClause) -> list[Mention]:
        """Return the places inside a phrase, as in "cleared A of"."""
        return [m for m in self.mentions if use.begin < m.begin < use.end]

    def _between(self, clause: Clause, begin: int, end: int) -> list[Mention]:
        return [m for m in self.mentions if begin <= m.begin < end and m.begin in clause.inside]

    def _settle_areas(self, group: list[Mention], use: PhraseInClause) -> list[Mention]:
        """Turn "13 districts fell in Badakhshan" into a part of the province; leave out a few districts of no area."""
        kept = []
        for mention in group:
            if mention.kind != PlaceKind.COUNTRY:
                kept.append(mention)
                continue
            provinces = [
                m
                for m in self.mentions
                if use.end <= m.begin < use.stretch_end and m.can_be(PlaceKind.PROVINCE) and self._is_within(m, use.end)
            ]
            for province in provinces:
                province.kind, province.scope = PlaceKind.PROVINCE, AreaScope.PART
                province.number = mention.number if len(provinces) == 1 else None
            are_many = (mention.number or MIN_DISTRICTS_OF_COUNTRY) >= MIN_DISTRICTS_OF_COUNTRY
            kept += provinces or [mention] * (mention.scope == AreaScope.ALL_CROSSINGS or are_many)
        return kept

    def _is_within(self, mention: Mention, begin: int) -> bool:
        """Whether a word such as "in" stands, after a position, before the list to which a mention belongs."""
        first = self.context.list_up_to_last([m for m in self.mentions if begin <= m.begin <= mention.begin])[0]
        places = self.book.places
        at = self.sentence.skip_back(first.begin - 1, places.before - places.of, begin)
        return self.tokens[at].lower in places.within

    def _find_object(self, use: PhraseInClause) -> list[Mention]:
        """Return the places after a phrase: "captured Qadis", "captured the district: Qadis", "captured it"."""
        after = self._between(use.clause, use.end, use.stretch_end)
        if after:
            gap = range(use.end, after[0].begin)
            words = {self.tokens[p].lower for p in gap}
            names_kind = words & self.book.places.kinds and not words & self.book.places.things
            is_apposed = names_kind and self.tokens[after[0].begin - 1].lower == ","
            if self._is_object_gap(gap, after[0], use.form) or is_apposed:
                return self.context.list_from_first(after)
        return self._antecedent(use.clause.between(use.end, min(use.stretch_end, use.end + 6)))

    def _is_object_gap(self, gap: range, mention: Mention, form: PhraseForm) -> bool:
        """Whether a name is a verb's object despite the words between them: "captured the strategic Qadis"."""
        owner = {p for m in self.context.mentions if m.is_qualifier for p in range(m.begin, m.end)}
        gap_words = [self.tokens[p] for p in gap if p not in owner and self.tokens[p].lower != POSSESSIVE]
        places, words = self.book.places, [token.lower for token in gap_words]
        plain = places.before | places.kinds | places.of | self.book.speech.own | self.book.certainty.adverbs
        plain |= {token.lower for token in gap_words if token.text in "\"'\u201c\u2018"}
        if set(words) <= plain:
            return True
        names_kind = bool(words) and words[-1] in places.of and any(word in places.kinds for word in words)
        kind_follows = self.tokens[mention.end - 1].lower in places.kinds and form != PhraseForm.HOLDS
        barred = [word for word in words if word in places.beside | places.things or not word[0].isalnum()]
        return not barred and len(words) <= 6 and (names_kind or kind_follows)

    def _find_subject(self, use: PhraseInClause) -> list[Mention]:
        """Return the places before a phrase: "Qadis fell", "Qadis, which fell", "it fell"."""
        before = self._between(use.clause, use.stretch_begin, use.begin)
        if not before and use.clause.antecedent >= 0:
            return self._antecedent_of_relative(use.clause)
        gap = use.clause.between(before[-1].end_with_qualifier, use.begin) if before else []
        if not before or not self._can_be_subject(before[-1], gap, use.stretch_begin):
            window = use.clause.between(max(use.stretch_begin, use.begin - 8), use.begin)
            return self._antecedent(window[::-1], backwards=True)
        group = self.context.list_up_to_last(before)
        return group if not self._is_beside(group[0], use.stretch_begin) else []

    def _can_be_subject(self, mention: Mention, gap: list[int], begin: int) -> bool:
        words = [self.tokens[p].lower for p in gap]
        if len(words) > _MAX_GAP or self._is_beside(mention, begin):
            return False
        certainty, places, clauses = self.book.certainty, self.book.places, self.book.clauses
        plain = certainty.be | certainty.have | certainty.adverbs | certainty.negations | places.before | places.kinds
        plain |= (
            clauses.articles | clauses.relative | clauses.that | clauses.joins | clauses.to | {POSSESSIVE, "(", ")"}
        )
        plain |= certainty.unreal | certainty.tries | certainty.succeeds | self.book.speech.says
        return words[:1] == [","] or all(self.tokens[p].lower in plain or self._is_in_date(p) for p in gap)

    def _is_in_date(self, position: int) -> bool:
        token, days = self.tokens[position], self.book.days
        names = (*days.weekdays, *days.month_names)
        return token.text[0].isdigit() or token.lower in days.times or any(token.lower in known for known in names)

    def _is_beside(self, mention: Mention, begin: int) -> bool:
        """Whether something only happens near a place, or comes from it: "near Qadis", "from Qadis"."""
        places = self.book.places
        at = self.sentence.skip_back(mention.begin - 1, places.before - places.of, begin)
        if at < begin or self.tokens[at].lower not in places.beside:
            return False
        return mention.kind != PlaceKind.COUNTRY and not mention.scope

    def _find_battlefield(self, use: PhraseInClause) -> list[Mention]:
        """Return the place of a fight: "clashes in Gardez", "in Gardez there were clashes"."""
        if found := self._find_near(use):
            return found
        clause = use.clause
        before = self._between(clause, use.stretch_begin, use.begin)
        if before and before[0].begin - clause.begin <= 3 and self._is_beside(before[0], clause.begin):
            return before[:1]
        if any(use.end <= m.begin < use.stretch_end for m in self.mentions):
            return []
        return self._antecedent(clause.between(use.end, min(use.stretch_end, use.end + 8)), backwards=True, owned=True)

    def _find_near(self, use: PhraseInClause) -> list[Mention]:
        """Return the places after a phrase for a fight, in or near which it takes place."""
        places, certainty = self.book.places, self.book.certainty
        after = self._between(use.clause, use.end, use.stretch_end)
        if not after:
            return []
        allowed = places.of_fighting | places.before | places.kinds | places.parts | places.things | certainty.be
        allowed |= certainty.adverbs | self.book.clauses.joins | {","}
        actors = {p for actor in self.actors for p in range(actor.begin, actor.end)}
        gap = use.clause.between(use.end, after[0].begin)
        fits = all(
            p in actors
            or self._is_in_date(p)
            or self.tokens[p].lower in allowed
            or self.book.read_number(self.tokens[p])
            for p in gap
        )
        is_placed = any(self.tokens[p].lower in places.beside for p in gap) or use.end - use.begin > 1
        return self.context.list_from_first(after) if fits and is_placed and len(gap) <= _MAX_GAP else []

    def _antecedent_of_relative(self, clause: Clause) -> list[Mention]:
        """Return the places to which ", which ..." refers."""
        before = [m for m in self.mentions if m.end_with_qualifier <= clause.antecedent]
        if not before or clause.antecedent - before[-1].end_with_qualifier > 8:
            return []
        group = self.context.list_up_to_last(before)
        return group if clause.antecedent == group[-1].end_with_qualifier else group[-1:]

    def _antecedent(self, positions: Sequence[int], *, backwards: bool = False, owned: bool = False) -> list[Mention]:
        """Return the places, named before, that "it", "the city" or "both towns" at some positions means.

        `backwards` states that the positions run back from a phrase, `owned` that "its outskirts" counts as well.
        """
        places, own, numbers = self.book.places, self.book.speech.own, self.book.numbers.keys()
        plain = places.definite | places.before | places.there | places.kinds | places.all | own | numbers
        plain |= self.book.certainty.adverbs
        for at in positions:
            word = self.tokens[at].lower
            before = self.tokens[at - 1].lower if at else ""
            if not backwards and word not in plain:
                return []
            if owned and word in own:
                return self.find_recent(at)
            if word in places.there and not (backwards and before in places.beside):
                return self.find_recent(at)
            if word in places.kinds and before in places.definite | places.before | numbers:
                start = self.sentence.skip_back(at - 2, places.definite | places.before) + 1
                is_inside = start - 1 in positions and not owned
                is_beside = is_inside and self.tokens[start - 1].lower in places.beside
                is_definite = self.tokens[start].lower in places.definite | numbers
                if before in self.book.clauses.some or is_beside or not is_definite:
                    return []
                return self.find_recent(at, word)
        return []

    def find_recent(self, position: int, word: str = "") -> list[Mention]:
        """Return the place named last before a position, of the kind for which a word stands; several for a plural."""
        places = self.book.places
        here = [m for m in self.mentions if m.end <= position and m.kind != PlaceKind.COUNTRY]
        if word in places.several:
            groups = [*self.article.places, here] if here else self.article.places
            return next((group for group in reversed(groups) if len(group) > 1), [])[-4:]
        words_by_kind = {
            PlaceKind.DISTRICT: places.district | places.area,
            PlaceKind.CAPITAL: places.provincial_capital,
            PlaceKind.CROSSING: places.crossing | places.border,
            PlaceKind.PROVINCE: places.province | places.area,
        }
        kinds = {kind for kind, words in words_by_kind.items() if word in words}
        recent = [m for group in self.article.places for m in group] + here
        fits = [m for m in recent[-8:] if not kinds or m.kind in kinds or (not m.kind and m.candidates)]
        if not fits and word in places.provincial_capital:
            fits = [m for m in recent[-3:] if m.kind == PlaceKind.DISTRICT]
        return fits[-1:]
