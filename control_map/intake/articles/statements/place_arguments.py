"""Which of the places in and before a clause a phrase is said of."""

from collections.abc import Sequence
from itertools import pairwise

from control_map.core.model import AreaScope, Claim, PlaceKind
from control_map.intake.articles.mentions.context import MentionContext
from control_map.intake.articles.mentions.places import Mention
from control_map.intake.articles.mentions.quantities import MIN_DISTRICTS_OF_COUNTRY
from control_map.intake.articles.statements.discourse import ArticleContext
from control_map.intake.articles.text.clauses import Clause
from control_map.intake.articles.text.phrase_matcher import PhraseMatch
from control_map.intake.articles.text.phrasebook import Phrasebook, PhraseForm, PhraseMeaning
from control_map.intake.articles.text.sentences import POSSESSIVE, Sentence

TRANSITIVE_FORMS = (
    PhraseForm.TAKES,
    PhraseForm.EXPELS,
    PhraseForm.LOSES,
    PhraseForm.GIVES,
    PhraseForm.LEAVES,
    PhraseForm.HOLDS,
    PhraseForm.ATTACKS,
    PhraseForm.REPELS,
)
"""Forms of verbs that somebody does, or that are done to a place."""
_LONGEST_GAP = 14


class PlaceArgumentFinder:
    """Finds the places in the clauses of one sentence."""

    def __init__(
        self,
        sentence: Sentence,
        around: MentionContext,
        actors: Sequence[PhraseMatch[str]],
        told: ArticleContext,
        book: Phrasebook,
    ) -> None:
        self.tokens = sentence.tokens
        self.around, self.actors, self.told, self.book = around, actors, told, book
        self.mentions = [m for m in around.mentions if not m.qualifies and not m.spoken_for]

    def places(
        self, clause: Clause, hit: PhraseMatch[PhraseMeaning], after: int, until: int, passive: bool
    ) -> list[Mention]:
        """Return the places that a phrase between two others in a clause is said of."""
        form = hit.value.form
        inside = self.inside(hit)
        if inside and form in TRANSITIVE_FORMS:
            return inside
        if form in (PhraseForm.FALLS, PhraseForm.STATE) or (passive and form != PhraseForm.EXPELS):
            return self._areas(self._before(clause, hit, after), hit, until)
        if form == PhraseForm.CLASHES:
            return self._of_fighting(clause, hit, after, until)
        if (
            hit.value.claim == Claim.FIGHTING
            and form == PhraseForm.ATTACKS
            and (found := self._near(clause, hit, until))
        ):
            return found
        found = self._after(clause, hit, until, form)
        if not found and clause.about >= 0:
            found = self._antecedent_of_relative(clause)
        return self._areas(found, hit, until)

    def inside(self, hit: PhraseMatch[PhraseMeaning]) -> list[Mention]:
        """Return the places within a phrase, as in "cleared A of"."""
        return [m for m in self.mentions if hit.begin < m.begin < hit.end]

    def _areas(self, group: list[Mention], hit: PhraseMatch[PhraseMeaning], until: int) -> list[Mention]:
        """Put "13 districts fell in Badakhshan" on the province; leave out a few districts that are nowhere."""
        kept = []
        for mention in group:
            if mention.kind != PlaceKind.COUNTRY:
                kept.append(mention)
                continue
            inside = [m for m in self.mentions if hit.end <= m.begin < until and m.can_be(PlaceKind.PROVINCE)]
            inside = [m for m in inside if self._follows_within(m, hit.end)]
            for province in inside:
                province.kind, province.scope = PlaceKind.PROVINCE, AreaScope.PART
                province.number = mention.number if len(inside) == 1 else None
            kept += inside or [mention] * (
                mention.scope == AreaScope.ALL_CROSSINGS
                or (mention.number or MIN_DISTRICTS_OF_COUNTRY) >= MIN_DISTRICTS_OF_COUNTRY
            )
        return kept

    def _follows_within(self, mention: Mention, begin: int) -> bool:
        run = [m for m in self.mentions if begin <= m.begin <= mention.begin]
        first = run[0]
        for one, other in pairwise(run):
            if not self.around.follows(one, other):
                first = other
        at = first.begin - 1
        while at >= begin and self.tokens[at].low in self.book.places.before - self.book.places.of:
            at -= 1
        return self.tokens[at].low in self.book.places.within

    def _after(self, clause: Clause, hit: PhraseMatch[PhraseMeaning], until: int, form: PhraseForm) -> list[Mention]:
        run = [m for m in self.mentions if hit.end <= m.begin < until and m.begin in set(clause.positions)]
        if run and self._is_object_gap(range(hit.end, run[0].begin), run[0], form):
            return self._list_from(run)
        if run and self._names_kind(range(hit.end, run[0].begin)) and self.tokens[run[0].begin - 1].low == ",":
            return self._list_from(run)
        return self._antecedent(clause.between(hit.end, min(until, hit.end + 6)))

    def _list_from(self, run: list[Mention]) -> list[Mention]:
        group = run[:1]
        for mention in run[1:]:
            if not self.around.follows(group[-1], mention):
                break
            group.append(mention)
        return group

    def _is_object_gap(self, gap: range, mention: Mention, form: PhraseForm) -> bool:
        owner = {p for m in self.around.mentions if m.qualifies for p in range(m.begin, m.end)}
        gap_words = [self.tokens[p] for p in gap if p not in owner and self.tokens[p].low != POSSESSIVE]
        places, words = self.book.places, [token.low for token in gap_words]
        own = self.book.speech.own | self.book.certainty.adverbs | self.book.places.kinds | self.book.places.of
        plain = places.before | own | {token.low for token in gap_words if token.text in "\"'\u201c\u2018"}
        if set(words) <= plain:
            return True
        named = bool(words) and words[-1] in places.of and any(word in places.kinds for word in words)
        kind_follows = self.tokens[mention.end - 1].low in places.kinds
        strange = [w for w in words if w in places.beside | places.things or not w[0].isalnum()]
        return not strange and len(words) <= 6 and (named or (kind_follows and form != PhraseForm.HOLDS))

    def _names_kind(self, gap: range) -> bool:
        return any(self.tokens[p].low in self.book.places.kinds for p in gap) and not any(
            self.tokens[p].low in self.book.places.things for p in gap
        )

    def _before(self, clause: Clause, hit: PhraseMatch[PhraseMeaning], after: int) -> list[Mention]:
        run = [m for m in self.mentions if after <= m.begin < hit.begin and m.begin in set(clause.positions)]
        if not run and clause.about >= 0:
            return self._antecedent_of_relative(clause)
        gap = clause.between(run[-1].reach, hit.begin) if run else []
        if not run or not self._can_be_subject(run[-1], gap, after):
            return self._antecedent(clause.between(max(after, hit.begin - 8), hit.begin)[::-1], backwards=True)
        group = run[-1:]
        for mention in reversed(run[:-1]):
            if not self.around.follows(mention, group[0]):
                break
            group.insert(0, mention)
        return group if not self._is_beside(group[0], after) else []

    def _can_be_subject(self, mention: Mention, gap: list[int], after: int) -> bool:
        words = [self.tokens[p].low for p in gap]
        if len(words) > _LONGEST_GAP or self._is_beside(mention, after):
            return False
        certainty, places = self.book.certainty, self.book.places
        plain = certainty.be | certainty.have | certainty.adverbs | certainty.negations | places.before | places.kinds
        plain |= self.book.clauses.articles | self.book.clauses.relative | self.book.clauses.that
        plain |= {POSSESSIVE, "(", ")"} | self.book.clauses.joins | self.book.speech.says
        plain |= certainty.unreal | certainty.tries | certainty.succeeds | self.book.clauses.to
        return words[:1] == [","] or all(w in plain or self._is_day(p) for w, p in zip(words, gap, strict=True))

    def _is_day(self, position: int) -> bool:
        token = self.tokens[position]
        return (
            token.text[0].isdigit()
            or token.low in self.book.days.times
            or any(token.low in names for names in (*self.book.days.weekdays, *self.book.days.month_names))
        )

    def _is_beside(self, mention: Mention, after: int) -> bool:
        at = mention.begin - 1
        while at >= after and self.tokens[at].low in self.book.places.before - self.book.places.of:
            at -= 1
        if at < after or self.tokens[at].low not in self.book.places.beside:
            return False
        return mention.kind != PlaceKind.COUNTRY and not mention.scope

    def _of_fighting(self, clause: Clause, hit: PhraseMatch[PhraseMeaning], after: int, until: int) -> list[Mention]:
        """Find the place of a fight: "clashes in Gardez", "in Gardez there were clashes"."""
        if found := self._near(clause, hit, until):
            return found
        first = [m for m in self.mentions if after <= m.begin < hit.begin and m.begin in set(clause.positions)]
        if first and first[0].begin - clause.begin <= 3 and self._is_beside(first[0], clause.begin):
            return first[:1]
        if any(hit.end <= m.begin < until for m in self.mentions):
            return []
        ahead = clause.between(hit.end, min(until, hit.end + 8))
        return self._antecedent(ahead, backwards=True, owned=True)

    def _near(self, clause: Clause, hit: PhraseMatch[PhraseMeaning], until: int) -> list[Mention]:
        """Return the places in or near which something is fought over."""
        places = self.book.places
        allowed = (
            places.of_fighting | places.before | places.kinds | places.parts | places.things | self.book.certainty.be
        )
        allowed |= self.book.certainty.adverbs | self.book.clauses.joins | {","}
        actors = {p for actor in self.actors for p in range(actor.begin, actor.end)}
        run = [m for m in self.mentions if hit.end <= m.begin < until and m.begin in set(clause.positions)]
        if run:
            gap = clause.between(hit.end, run[0].begin)
            fits = all(
                p in actors or self._is_day(p) or self.tokens[p].low in allowed or self.book.number(self.tokens[p])
                for p in gap
            )
            placed = any(self.tokens[p].low in places.beside for p in gap) or hit.end - hit.begin > 1
            if fits and placed and len(gap) <= _LONGEST_GAP:
                return self._list_from(run)
        return []

    def _antecedent_of_relative(self, clause: Clause) -> list[Mention]:
        """Return the places that ", which ..." tells of."""
        run = [m for m in self.mentions if m.reach <= clause.about]
        if not run or clause.about - run[-1].reach > 8:
            return []
        group = run[-1:]
        for mention in reversed(run[:-1]):
            if not self.around.follows(mention, group[0]):
                break
            group.insert(0, mention)
        return group if clause.about == group[-1].reach else group[-1:]

    def _antecedent(  # noqa: PLR0911 - the first word that can mean a place decides
        self, positions: Sequence[int], *, backwards: bool = False, owned: bool = False
    ) -> list[Mention]:
        """Return what "it", "the city" or "both towns" among these words means, from what was named before."""
        places = self.book.places
        plain = places.definite | places.before | places.there | places.kinds | self.book.speech.own | places.all
        plain |= self.book.certainty.adverbs | self.book.numbers.keys()
        for at in positions:
            low = self.tokens[at].low
            before = self.tokens[at - 1].low if at else ""
            if not backwards and low not in plain:
                return []
            if owned and low in self.book.speech.own:
                return self.recent(at, "")
            if low in places.there and not (backwards and before in places.beside):
                return self.recent(at, "")
            if low in places.kinds and before in places.definite | places.before | self.book.numbers.keys():
                start = at - 1
                while start > 0 and self.tokens[start - 1].low in places.definite | places.before:
                    start -= 1
                outside = start - 1 not in positions or owned
                if before in self.book.clauses.some or (not outside and self.tokens[start - 1].low in places.beside):
                    return []
                if self.tokens[start].low not in places.definite | self.book.numbers.keys():
                    return []
                return self.recent(at, low)
        return []

    def recent(self, at: int, word: str = "") -> list[Mention]:
        """Return what was named last, of the kind that a word says."""
        places = self.book.places
        here = [m for m in self.mentions if m.end <= at and m.kind != PlaceKind.COUNTRY]
        recent = [m for group in self.told.places for m in group] + here
        if word in places.several:
            groups = [*self.told.places, here] if here else self.told.places
            return next((group for group in reversed(groups) if len(group) > 1), [])[-4:]
        wanted = {
            PlaceKind.DISTRICT: word in places.district,
            PlaceKind.CAPITAL: word in places.provincial_capital,
            PlaceKind.CROSSING: word in places.crossing | places.border,
            PlaceKind.PROVINCE: word in places.province,
        }
        kinds = {kind for kind, is_wanted in wanted.items() if is_wanted}
        if word in places.area:
            kinds = {PlaceKind.PROVINCE, PlaceKind.DISTRICT}
        fits = [m for m in recent[-8:] if not kinds or m.kind in kinds or (not m.kind and m.names)]
        if not fits and word in places.provincial_capital:
            fits = [m for m in recent[-3:] if m.kind == PlaceKind.DISTRICT]
        return fits[-1:]
