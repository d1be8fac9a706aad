"""What a sentence says of the places in it: the claim, on which of them, and which party it is about."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from control_map.extract.actors import Parties
from control_map.extract.certainty import Mood, mood_of
from control_map.extract.clauses import Clause
from control_map.extract.phrasebook import Form, Hit, Meaning, Phrasebook
from control_map.extract.places import FEWEST_OF_A_COUNTRY, Mention, Surroundings
from control_map.extract.sentences import Sentence
from control_map.extract.speakers import Speaker
from control_map.model import AreaScope, Claim, PlaceKind

_TAKEN = (Form.TAKES, Form.FALLS, Form.LOSES, Form.NOUNS, Form.GIVES)
_WITH_OBJECT = (Form.TAKES, Form.LOSES, Form.GIVES, Form.LEAVES, Form.HOLDS, Form.ATTACKS, Form.REPELS)
_LONGEST_GAP = 14


@dataclass(frozen=True)
class Statement:
    """One claim on one place, by whoever accounts for the clause."""

    mention: Mention
    claim: str
    actor: str
    scope: str
    at: int
    clause: Clause
    speaker: Speaker


@dataclass
class Told:
    """What a text has told so far: the places in order, who acted last, and who mostly attacks."""

    named: Counter[str]
    attackers: Counter[str] = field(default_factory=Counter)
    places: list[list[Mention]] = field(default_factory=list)
    actor: str = ""
    last: list[Statement] = field(default_factory=list)

    @property
    def attacker(self) -> str:
        """Who attacks where a text does not say so: whoever mostly does in it, or the only party that it names."""
        counted = self.attackers or (self.named if len(self.named) == 1 else Counter())
        return counted.most_common(1)[0][0] if counted else ""


class ClauseReader:
    """Reads the clauses of one sentence."""

    def __init__(
        self,
        sentence: Sentence,
        around: Surroundings,
        actors: list[Hit[str]],
        parties: Parties,
        told: Told,
        book: Phrasebook,
    ) -> None:
        self.tokens = sentence.tokens
        self.around, self.actors, self.parties, self.told, self.book = around, actors, parties, told, book
        self.mentions = [m for m in around.mentions if not m.qualifies and not m.spoken_for]
        self.subject = ""

    def read(self, clause: Clause, hits: Sequence[Hit[Meaning]], speaker: Speaker, denied: set[int]) -> Iterator[Statement]:
        """Yield what a clause says; `denied` are the phrases (by their beginning) that the speaker denies."""
        after, mood = clause.begin, Mood.FACT
        hits = self._repelled(hits)
        for number, hit in enumerate(hits):
            until = hits[number + 1].begin if number + 1 < len(hits) else clause.end
            mood = mood_of(self.tokens, clause, hit, after, mood, self.book)
            if mood != Mood.UNREAL:
                yield from self._statements(clause, hit, after, until, mood, speaker, hit.begin in denied)
            after = hit.end

    def _repelled(self, hits: Sequence[Hit[Meaning]]) -> list[Hit[Meaning]]:
        """Take "repulsed an attack on" and "the attack on A was repulsed" for one phrase each."""
        joined: list[Hit[Meaning]] = []
        for hit in hits:
            last = joined[-1] if joined else None
            forms = (last.value.form, hit.value.form) if last else ()
            if last and forms in ((Form.REPELS, Form.ATTACKS), (Form.ATTACKS, Form.REPELS)):
                value = last.value if last.value.form == Form.REPELS else hit.value
                joined[-1] = Hit(last.begin, hit.end, value)
            else:
                joined.append(hit)
        return joined

    def _statements(
        self, clause: Clause, hit: Hit[Meaning], after: int, until: int, mood: Mood, speaker: Speaker, denied: bool
    ) -> Iterator[Statement]:
        form = hit.value.form
        passive = form in _WITH_OBJECT and self._is_passive(clause, hit)
        acting = "" if passive or form in (Form.FALLS, Form.STATE, Form.NOUNS, Form.CLASHES) else self._subject(clause, hit, speaker)
        if acting is None:
            return
        if acting:
            self.subject = acting
        group = self._places(clause, hit, after, until, passive)
        actor = self._actor(clause, hit, until, passive, acting, speaker)
        claim: str = hit.value.claim
        if mood == Mood.TRIED:
            if form not in (Form.TAKES, Form.FALLS, Form.ATTACKS, Form.NOUNS):
                return
            claim = Claim.FIGHTING
        if (mood == Mood.NOT) != denied:
            actor = self._holder(hit, actor, speaker if denied else None)
            if not actor:
                return
            claim = Claim.HELD
        elif form in (Form.TAKES, Form.ATTACKS) and group and acting:
            self.told.attackers[acting] += 1
        if group and actor:
            self.told.actor = actor if form not in (Form.LEAVES,) else self.told.actor
        for mention in group:
            partly = mention.part and claim in (Claim.CAPTURED, Claim.HELD, Claim.RETAKEN)
            said = Claim.CONTESTED.value if partly else str(claim)
            yield Statement(mention, said, actor, self._scope(mention, form, said), hit.begin, clause, speaker)

    def _scope(self, mention: Mention, form: Form, claim: str) -> str:
        if mention.scope or mention.kind != PlaceKind.PROVINCE:
            return mention.scope
        partly = form in (Form.CLASHES, Form.ATTACKS, Form.REPELS) or claim in (Claim.FIGHTING, Claim.CONTESTED)
        return AreaScope.PART if partly else AreaScope.WHOLE

    # --- Who -------------------------------------------------------------------------------------------------------

    def _is_passive(self, clause: Clause, hit: Hit[Meaning]) -> bool:
        certainty, by = self.book.certainty, self.book.clauses.by
        back = [p for p in clause.between(clause.begin, hit.begin)]
        while back and (self.tokens[back[-1]].low in certainty.adverbs | certainty.negations):
            back.pop()
        before = self.tokens[back[-1]].low if back else ""
        if hit.value.form == Form.REPELS and any(hit.begin < m.begin < hit.end for m in self.mentions):
            return True
        running = self.tokens[hit.begin].low.endswith(certainty.progressive)
        if self.tokens[hit.begin].low in self.book.places.beside | certainty.adverbs:
            return False
        if before in certainty.be:
            return not running or before.endswith(certainty.progressive)
        return not running and hit.end < len(self.tokens) and self.tokens[hit.end].low in by

    def _subject(self, clause: Clause, hit: Hit[Meaning], speaker: Speaker) -> str | None:
        """Return the party that acts, or none; nothing at all if somebody acts who is no party."""
        speech, ends = self.book.speech, {actor.end: actor for actor in self.actors}
        for at in reversed(clause.between(clause.begin, hit.begin)):
            actor = ends.get(at + 1)
            if actor and not self._is_object(actor.begin):
                return actor.value
            low = self.tokens[at].low
            if low in speech.outsiders and self.tokens[at].is_name_like and not actor:
                return None
            own = low in speech.own_forces and at > clause.begin and self.tokens[at - 1].low in speech.own
            group = low in speech.group and at > clause.begin and self.tokens[at - 1].low == "the"
            if own or group or low in speech.pronouns:
                side = speaker.side if self._is_party(speaker.side) else ""
                return (side or self.subject if own or group else self.subject or side) or self.told.actor
        if clause.about >= 0:
            before = [actor for actor in self.actors if clause.about - 8 <= actor.end <= clause.about]
            if before:
                return before[-1].value
        return self.subject or self.told.actor

    def _is_party(self, side: str) -> bool:
        return self.parties.is_party(side)

    def _is_object(self, begin: int) -> bool:
        """Whether a party stands after "by", "with", "from" or the like, and does not act."""
        at = begin - 1
        while at >= 0 and (self.tokens[at].low in self.book.places.before and self.tokens[at].low != "of"):
            at -= 1
        low = self.tokens[at].low if at >= 0 else ""
        return low in self.book.clauses.by | self.book.clauses.to | {"with", "against", "from", "between"}

    def _actor(
        self, clause: Clause, hit: Hit[Meaning], until: int, passive: bool, acting: str | None, speaker: Speaker
    ) -> str:
        form, told = hit.value.form, self.told
        inside = next((a.value for a in self.actors if hit.begin <= a.begin < hit.end), "")
        if form == Form.STATE and hit.value.claim in (Claim.HELD, Claim.RETAKEN):
            after = self._actor_after(hit.end, until, frozenset())
            own = any(self.tokens[p].low in self.book.speech.own for p in range(hit.begin, hit.end))
            side = speaker.side if own and self._is_party(speaker.side) else ""
            return inside or after or side or (told.actor if own else "")
        if form in (Form.CLASHES, Form.STATE):
            return self._by(hit.end, until) or told.attacker
        if form == Form.NOUNS:
            by = self._by(hit.end, until) or self._actor_after(hit.end, until, self.book.clauses.to)
            before = next((a.value for a in self.actors if 0 <= hit.begin - a.end <= 1), "")
            return by or before or told.attacker
        if form == Form.FALLS:
            return inside or self._actor_after(hit.end, until, self.book.clauses.to) or self._winner()
        loser = self._by(hit.end, until) if passive else acting or ""
        if form in (Form.LOSES, Form.GIVES):
            to = self._actor_after(hit.end, until, self.book.clauses.to)
            return to or (self.parties.opponent(loser, told.named) if loser else self._winner())
        if passive:
            return loser or (self._default(form))
        return acting or ""

    def _default(self, form: Form) -> str:
        if form in (Form.TAKES, Form.ATTACKS):
            return self._winner()
        if form in (Form.LEAVES, Form.REPELS):
            attacker = self.told.attacker
            return self.parties.opponent(attacker, self.told.named) if attacker else ""
        return ""

    def _winner(self) -> str:
        return self.told.attacker

    def _holder(self, hit: Hit[Meaning], actor: str, denier: Speaker | None) -> str:
        """Return who holds a place of which it is denied that another took it, or nothing."""
        form = hit.value.form
        if form == Form.LEAVES:
            return actor
        if form == Form.REPELS:
            return ""
        if form in (Form.HOLDS, Form.STATE) and (denier is None or denier.side == actor):
            return ""
        if denier and self._is_party(denier.side):
            return denier.side
        return self.parties.opponent(actor, self.told.named) if actor else ""

    def _by(self, begin: int, until: int) -> str:
        return self._actor_after(begin, until, self.book.clauses.by)

    def _actor_after(self, begin: int, until: int, preposition: frozenset[str]) -> str:
        """Return the party that follows, right after one of the prepositions if there are any."""
        for actor in self.actors:
            if not begin <= actor.begin < until:
                continue
            at = actor.begin - 1
            while at >= begin and self.tokens[at].low in self.book.places.before | self.book.certainty.adverbs:
                at -= 1
            if not preposition and at < begin:
                return actor.value
            if preposition and at >= begin - 1 and self.tokens[at].low in preposition:
                return actor.value
        return ""

    # --- Where -----------------------------------------------------------------------------------------------------

    def _places(self, clause: Clause, hit: Hit[Meaning], after: int, until: int, passive: bool) -> list[Mention]:
        form = hit.value.form
        inside = [m for m in self.mentions if hit.begin < m.begin < hit.end]
        if inside and form in _WITH_OBJECT:
            return inside
        if form in (Form.FALLS, Form.STATE) or passive:
            return self._areas(self._before(clause, hit, after), hit, until)
        if form == Form.CLASHES:
            return self._of_fighting(clause, hit, after, until)
        if hit.value.claim == Claim.FIGHTING and form == Form.ATTACKS and (found := self._near(clause, hit, until)):
            return found
        found = self._after(clause, hit, until, form)
        if not found and clause.about >= 0:
            found = self._antecedent_of_relative(clause)
        return self._areas(found, hit, until)

    def _areas(self, group: list[Mention], hit: Hit[Meaning], until: int) -> list[Mention]:
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
                mention.scope == AreaScope.ALL_CROSSINGS or (mention.number or FEWEST_OF_A_COUNTRY) >= FEWEST_OF_A_COUNTRY
            )
        return kept

    def _follows_within(self, mention: Mention, begin: int) -> bool:
        run = [m for m in self.mentions if begin <= m.begin <= mention.begin]
        first = run[0]
        for one, other in zip(run, run[1:], strict=False):
            if not self.around.follows(one, other):
                first = other
        at = first.begin - 1
        while at >= begin and self.tokens[at].low in self.book.places.before - self.book.places.of:
            at -= 1
        return self.tokens[at].low in self.book.places.within

    def _after(self, clause: Clause, hit: Hit[Meaning], until: int, form: Form) -> list[Mention]:
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

    def _is_object_gap(self, gap: range, mention: Mention, form: Form) -> bool:
        places, words = self.book.places, [self.tokens[p].low for p in gap]
        own = self.book.speech.own | self.book.certainty.adverbs | self.book.places.kinds | self.book.places.of
        plain = places.before | own | {token.low for p in gap if (token := self.tokens[p]).text in "\"'\u201c\u2018"}
        if set(words) <= plain:
            return True
        named = bool(words) and (words[-1] in places.of | {"-"}) and any(word in places.kinds for word in words)
        kind_follows = self.tokens[mention.end - 1].low in places.kinds
        strange = [w for w in words if w in places.beside | places.things or not w[0].isalnum()]
        return not strange and len(words) <= 6 and (named or (kind_follows and form != Form.HOLDS))

    def _names_kind(self, gap: range) -> bool:
        return any(self.tokens[p].low in self.book.places.kinds for p in gap) and not any(
            self.tokens[p].low in self.book.places.things for p in gap
        )

    def _before(self, clause: Clause, hit: Hit[Meaning], after: int) -> list[Mention]:
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
        plain |= self.book.clauses.articles | {"'s", "(", ")", "and", "which", "who", "that", "said", "reported"}
        plain |= certainty.unreal | certainty.tries | certainty.succeeds | self.book.clauses.to
        return words[:1] == [","] or all(w in plain or self._is_day(p) for w, p in zip(words, gap, strict=True))

    def _is_day(self, position: int) -> bool:
        token = self.tokens[position]
        return token.text[0].isdigit() or token.low in {"on", "in", "early", "late", "evening", "morning", "night"} or any(
            token.low in names for names in (*self.book.days.weekdays, *self.book.days.month_names)
        )

    def _is_beside(self, mention: Mention, after: int) -> bool:
        at = mention.begin - 1
        while at >= after and self.tokens[at].low in self.book.places.before - self.book.places.of:
            at -= 1
        if at < after or self.tokens[at].low not in self.book.places.beside:
            return False
        return mention.kind != PlaceKind.COUNTRY and not mention.scope

    def _of_fighting(self, clause: Clause, hit: Hit[Meaning], after: int, until: int) -> list[Mention]:
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

    def _near(self, clause: Clause, hit: Hit[Meaning], until: int) -> list[Mention]:
        """Return the places in or near which something is fought over."""
        places = self.book.places
        allowed = places.of_fighting | places.before | places.kinds | places.parts | places.things | self.book.certainty.be
        allowed |= self.book.certainty.adverbs | {"and", ","}
        actors = {p for actor in self.actors for p in range(actor.begin, actor.end)}
        run = [m for m in self.mentions if hit.end <= m.begin < until and m.begin in set(clause.positions)]
        if run:
            gap = clause.between(hit.end, run[0].begin)
            fits = all(p in actors or self._is_day(p) or self.tokens[p].low in allowed or self.book.number(self.tokens[p]) for p in gap)
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

    def _antecedent(self, positions: Sequence[int], *, backwards: bool = False, owned: bool = False) -> list[Mention]:
        """Return what "it", "the city" or "both towns" among these words means, from what was named before."""
        places = self.book.places
        for at in positions:
            low = self.tokens[at].low
            before = self.tokens[at - 1].low if at else ""
            if low in places.beside and not backwards:
                return []
            if owned and low in self.book.speech.own:
                return self._recent(at, "")
            if low in places.there and not (backwards and before in places.beside):
                return self._recent(at, "")
            if low in places.kinds and before in places.definite | places.before | self.book.numbers.keys():
                start = at - 1
                while start > 0 and self.tokens[start - 1].low in places.definite | places.before:
                    start -= 1
                if before in {"a", "an"} or (start and not owned and self.tokens[start - 1].low in places.beside):
                    return []
                if self.tokens[start].low not in places.definite | self.book.numbers.keys():
                    return []
                return self._recent(at, low)
        return []

    def _recent(self, at: int, word: str) -> list[Mention]:
        places = self.book.places
        here = [m for m in self.mentions if m.end <= at and m.kind != PlaceKind.COUNTRY]
        recent = [m for group in self.told.places for m in group] + here
        if word.endswith("s") and word not in places.town - {"towns", "centres", "centers"}:
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
