"""What a sentence says of the places in it: the claim, on which of them, and which party it is about."""

from collections.abc import Iterator, Sequence

from control_map.core.model import AreaScope, Claim, PlaceKind
from control_map.intake.articles.mentions.actors import ActorFinder
from control_map.intake.articles.mentions.context import MentionContext
from control_map.intake.articles.mentions.places import Mention
from control_map.intake.articles.statements.discourse import ArticleContext, Statement
from control_map.intake.articles.statements.place_arguments import TRANSITIVE_FORMS, PlaceArgumentFinder
from control_map.intake.articles.statements.speakers import Speaker
from control_map.intake.articles.text.clauses import Clause
from control_map.intake.articles.text.modality import Modality, classify_modality
from control_map.intake.articles.text.phrase_matcher import PhraseMatch
from control_map.intake.articles.text.phrasebook import Phrasebook, PhraseForm, PhraseMeaning
from control_map.intake.articles.text.sentences import Sentence


class ClauseReader:
    """Reads the clauses of one sentence."""

    def __init__(
        self,
        sentence: Sentence,
        around: MentionContext,
        actors: list[PhraseMatch[str]],
        parties: ActorFinder,
        told: ArticleContext,
        book: Phrasebook,
    ) -> None:
        self.tokens = sentence.tokens
        self.actors, self.parties, self.told, self.book = actors, parties, told, book
        self.where = PlaceArgumentFinder(sentence, around, actors, told, book)
        self.subject = ""
        self._struck: set[int] = set()

    def read(
        self, clause: Clause, hits: Sequence[PhraseMatch[PhraseMeaning]], speaker: Speaker, denied: set[int]
    ) -> Iterator[Statement]:
        """Yield what a clause says; `denied` are the phrases (by their beginning) that the speaker denies."""
        after, mood = clause.begin, Modality.FACT
        hits = self._repelled(hits)
        for number, hit in enumerate(hits):
            until = hits[number + 1].begin if number + 1 < len(hits) else clause.end
            mood = classify_modality(self.tokens, clause, hit, after, mood, self.book)
            if mood != Modality.UNREAL:
                yield from self._statements(clause, hit, after, until, mood, speaker, hit.begin in denied)
            after = hit.end

    def _repelled(self, hits: Sequence[PhraseMatch[PhraseMeaning]]) -> list[PhraseMatch[PhraseMeaning]]:
        """Take "repulsed an attack on" and "the attack on A was repulsed" for one phrase each."""
        joined: list[PhraseMatch[PhraseMeaning]] = []
        for hit in hits:
            last = joined[-1] if joined else None
            forms = (last.value.form, hit.value.form) if last else ()
            if forms == (PhraseForm.ATTACKS, PhraseForm.REPELS):
                self._struck.add(last.begin if last else -1)
            if last and forms in ((PhraseForm.REPELS, PhraseForm.ATTACKS), (PhraseForm.ATTACKS, PhraseForm.REPELS)):
                value = last.value if last.value.form == PhraseForm.REPELS else hit.value
                joined[-1] = PhraseMatch(last.begin, hit.end, value)
            else:
                joined.append(hit)
        return joined

    def _statements(
        self,
        clause: Clause,
        hit: PhraseMatch[PhraseMeaning],
        after: int,
        until: int,
        mood: Modality,
        speaker: Speaker,
        denied: bool,
    ) -> Iterator[Statement]:
        form = hit.value.form
        passive = form in TRANSITIVE_FORMS and self._is_passive(clause, hit)
        acting = (
            ""
            if passive or form in (PhraseForm.FALLS, PhraseForm.STATE, PhraseForm.NOUNS, PhraseForm.CLASHES)
            else self._subject(clause, hit, speaker)
        )
        if acting is None or (not acting and not passive and form == PhraseForm.LEAVES):
            return
        if acting:
            self.subject = acting
        struck = hit.begin in self._struck
        group = self.where.recent(hit.begin) if struck and not self.where.inside(hit) else []
        group = group or self.where.places(clause, hit, after, until, passive)
        actor = self._actor(clause, hit, until, passive, acting, speaker)
        claim: str = hit.value.claim
        if mood == Modality.TRIED:
            if form not in (PhraseForm.TAKES, PhraseForm.FALLS, PhraseForm.ATTACKS, PhraseForm.NOUNS):
                return
            claim = Claim.FIGHTING
        if (mood == Modality.NOT) != denied:
            holder = self._holder(hit, actor, speaker if denied else None)
            if holder is None:
                return
            actor = holder
            claim = Claim.HELD
        elif form in (PhraseForm.TAKES, PhraseForm.ATTACKS) and group and acting:
            self.told.attackers[acting] += 1
        if group and actor and form != PhraseForm.LEAVES:
            self.told.actor = actor
        for mention in group:
            partly = mention.part and claim in (Claim.CAPTURED, Claim.HELD, Claim.RETAKEN)
            said = Claim.CONTESTED.value if partly else str(claim)
            yield Statement(mention, said, actor, self._scope(mention, form, said), hit.begin, clause, speaker)

    def _scope(self, mention: Mention, form: PhraseForm, claim: str) -> str:
        if mention.scope or mention.kind != PlaceKind.PROVINCE:
            return mention.scope
        partly = form in (PhraseForm.CLASHES, PhraseForm.ATTACKS, PhraseForm.REPELS) or claim in (
            Claim.FIGHTING,
            Claim.CONTESTED,
        )
        return AreaScope.PART if partly else AreaScope.WHOLE

    def _is_passive(self, clause: Clause, hit: PhraseMatch[PhraseMeaning]) -> bool:
        certainty, by = self.book.certainty, self.book.clauses.by
        back = clause.between(clause.begin, hit.begin)
        while back and (self.tokens[back[-1]].low in certainty.adverbs | certainty.negations):
            back.pop()
        before = self.tokens[back[-1]].low if back else ""
        if hit.begin in self._struck:
            return True
        running = self.tokens[hit.begin].low.endswith(certainty.progressive)
        if self.tokens[hit.begin].low in self.book.places.beside | certainty.adverbs:
            return False
        if before in certainty.be:
            return not running or before.endswith(certainty.progressive)
        return not running and hit.end < len(self.tokens) and self.tokens[hit.end].low in by

    def _subject(self, clause: Clause, hit: PhraseMatch[PhraseMeaning], speaker: Speaker) -> str | None:
        """Return the party that acts, or none; nothing at all if somebody acts who is no party."""
        speech, ends = self.book.speech, {actor.end: actor for actor in self.actors}
        for at in reversed(clause.between(clause.begin, hit.begin)):
            actor = ends.get(at + 1)
            if actor and not self._is_object(actor.begin):
                return actor.value
            low = self.tokens[at].low
            foreign = low in speech.outsiders and self.tokens[at].is_name_like
            if (foreign or low in speech.bystanders) and not actor:
                return None
            own = low in speech.own_forces and at > clause.begin and self.tokens[at - 1].low in speech.own
            group = low in speech.group and at > clause.begin and self.tokens[at - 1].low in self.book.clauses.the
            if own or group or low in speech.pronouns:
                side = speaker.side if self.parties.is_party(speaker.side) else ""
                if group:
                    return side or self.told.attacker or self.told.actor
                return (side or self.subject if own else self.subject or side) or self.told.actor
        return self._implied(clause, hit)

    def _implied(self, clause: Clause, hit: PhraseMatch[PhraseMeaning]) -> str:
        """Return who acts in a clause that names no party before what it says."""
        if clause.about >= 0:
            before = [actor for actor in self.actors if clause.about - 8 <= actor.end <= clause.about]
            if before:
                return before[-1].value
        opens = not [at for at in clause.between(clause.begin, hit.begin) if self.tokens[at].is_word]
        if opens and self.tokens[hit.begin].low.endswith(self.book.certainty.progressive):
            # "After losing it, the army ...": who acts follows.
            ahead = [actor.value for actor in self.actors if actor.begin >= hit.end]
            return (self.subject or (ahead[0] if ahead else "")) or self.told.actor
        # Anybody can leave a place.
        return self.subject or ("" if hit.value.form == PhraseForm.LEAVES else self.told.actor)

    def _is_object(self, begin: int) -> bool:
        """Whether a party stands after "by", "with", "from" or the like, and does not act."""
        at = begin - 1
        while at >= 0 and (self.tokens[at].low in self.book.places.before - self.book.places.of):
            at -= 1
        low = self.tokens[at].low if at >= 0 else ""
        return low in self.book.clauses.by | self.book.clauses.to | self.book.clauses.aimed_at

    def _actor(  # noqa: PLR0911 - one for each form
        self,
        clause: Clause,
        hit: PhraseMatch[PhraseMeaning],
        until: int,
        passive: bool,
        acting: str | None,
        speaker: Speaker,
    ) -> str:
        form, told = hit.value.form, self.told
        inside = next((a.value for a in self.actors if hit.begin <= a.begin < hit.end), "")
        if form == PhraseForm.STATE and hit.value.claim in (Claim.HELD, Claim.RETAKEN):
            after = self._actor_after(hit.end, until, frozenset())
            own = any(self.tokens[p].low in self.book.speech.own for p in range(hit.begin, hit.end))
            side = speaker.side if own and self.parties.is_party(speaker.side) else ""
            return inside or after or side or (told.actor if own else "")
        if form in (PhraseForm.CLASHES, PhraseForm.STATE):
            return self._by(hit.end, until) or told.attacker
        if form == PhraseForm.NOUNS:
            by = self._by(hit.end, until) or self._actor_after(hit.end, until, self.book.clauses.to)
            before = next((a.value for a in self.actors if 0 <= hit.begin - a.end <= 1), "")
            return by or before or told.attacker
        if form == PhraseForm.FALLS:
            return inside or self._actor_after(hit.end, until, self.book.clauses.to) or self.told.attacker
        loser = self._by(hit.end, until) if passive else acting or ""
        if form in (PhraseForm.LOSES, PhraseForm.GIVES):
            to = self._actor_after(hit.end, until, self.book.clauses.to)
            return to or (self.parties.opponent(loser, told.named) if loser else self.told.attacker)
        if passive and form == PhraseForm.EXPELS and not loser:
            gone = [actor.value for actor in self.actors if actor.end <= hit.begin and actor.begin in clause.positions]
            return self.parties.opponent(gone[-1], self.told.named) if gone else self._default(hit, until)
        if passive:
            return loser or self._default(hit, until)
        return acting or ""

    def _default(self, hit: PhraseMatch[PhraseMeaning], until: int) -> str:
        """Return who acts in a passive without "by": the opponent of who is named, or whom the text makes likely."""
        form = hit.value.form
        if form == PhraseForm.TAKES and (loser := self._actor_after(hit.end, until, self.book.clauses.away)):
            return self.parties.opponent(loser, self.told.named)
        if form in (PhraseForm.TAKES, PhraseForm.ATTACKS) and hit.value.claim != Claim.RETAKEN:
            return self.told.attacker
        if form in (PhraseForm.LEAVES, PhraseForm.REPELS) or hit.value.claim == Claim.RETAKEN:
            attacker = self.told.attacker
            return self.parties.opponent(attacker, self.told.named) if attacker else ""
        return ""

    def _holder(self, hit: PhraseMatch[PhraseMeaning], actor: str, denier: Speaker | None) -> str | None:
        """Return who holds a place of which it is denied that another took it; nothing if that does not follow."""
        form = hit.value.form
        if form == PhraseForm.LEAVES:
            return actor
        if form in (PhraseForm.REPELS, PhraseForm.CLASHES):
            return None
        if form in (PhraseForm.HOLDS, PhraseForm.STATE) and (denier is None or denier.side == actor):
            return None
        if denier and self.parties.is_party(denier.side):
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
