"""The claims of a clause are read: what it states about which places, and which party it concerns.

"Qadis was retaken from the Taliban" gives one statement: the claim `retaken` about Qadis, by the Taliban's opponent.
"""

from collections.abc import Iterator, Sequence

from control_map.core.model import AreaScope, Claim, PlaceKind
from control_map.intake.articles.mentions.actors import ActorFinder
from control_map.intake.articles.mentions.places import Mention
from control_map.intake.articles.statements.place_arguments import TRANSITIVE_FORMS, PlaceArgumentFinder
from control_map.intake.articles.statements.reading import ArticleContext, SentenceReading, Speaker, Statement
from control_map.intake.articles.text.clauses import Clause, PhraseInClause
from control_map.intake.articles.text.modality import Modality, classify_modality
from control_map.intake.articles.text.phrase_matcher import PhraseMatch
from control_map.intake.articles.text.phrasebook import ClaimPhrase, Phrasebook, PhraseForm


class ClauseReader:
    """Reads the clauses of one sentence in order; it remembers the party that acted last in the sentence."""

    def __init__(
        self, reading: SentenceReading, parties: ActorFinder, article: ArticleContext, book: Phrasebook
    ) -> None:
        self.sentence, self.tokens = reading.sentence, reading.sentence.tokens
        self.actors, self.parties, self.article, self.book = reading.actors, parties, article, book
        self.place_finder = PlaceArgumentFinder(reading, article, book)
        self.subject = ""
        self._repelled: set[int] = set()
        """Where phrases begin that were joined from an attack and the word that it was repelled."""

    def read(
        self, clause: Clause, phrases: Sequence[ClaimPhrase], speaker: Speaker, denied: set[int]
    ) -> Iterator[Statement]:
        """Yield the statements of a clause.

        Parameters
        ----------
        clause
            The clause.
        phrases
            The claim phrases in it that one speaker says.
        speaker
            The speaker.
        denied
            The positions at which the phrases begin that the speaker denies.
        """
        stretch_begin, modality = clause.begin, Modality.FACT
        phrases = self._join_repelled_attacks(phrases)
        ends = [*(phrase.begin for phrase in phrases[1:]), clause.end]
        for phrase, stretch_end in zip(phrases, ends, strict=True):
            claim, form = phrase.value.claim, phrase.value.form
            use = PhraseInClause(clause, claim, form, phrase.begin, phrase.end, stretch_begin, stretch_end)
            modality = classify_modality(self.tokens, use, modality, self.book)
            if modality != Modality.HYPOTHETICAL:
                yield from self._read_phrase(use, modality, speaker, phrase.begin in denied)
            stretch_begin = phrase.end

    def _join_repelled_attacks(self, phrases: Sequence[ClaimPhrase]) -> list[ClaimPhrase]:
        """Join the phrases of "repulsed an attack on A" and of "the attack on A was repulsed" into one each."""
        joined: list[ClaimPhrase] = []
        attacks, repels = PhraseForm.ATTACKS, PhraseForm.REPELS
        for phrase in phrases:
            last = joined[-1] if joined else None
            if last is None or {last.value.form, phrase.value.form} != {attacks, repels}:
                joined.append(phrase)
                continue
            if last.value.form == attacks:
                self._repelled.add(last.begin)
            value = last.value if last.value.form == repels else phrase.value
            joined[-1] = PhraseMatch(last.begin, phrase.end, value)
        return joined

    def _read_phrase(
        self, use: PhraseInClause, modality: Modality, speaker: Speaker, denied: bool
    ) -> Iterator[Statement]:
        form = use.form
        passive = form in TRANSITIVE_FORMS and self._is_passive(use)
        has_subject = form in TRANSITIVE_FORMS and not passive
        acting = self._find_subject(use, speaker) if has_subject else ""
        if acting is None or (not acting and not passive and form == PhraseForm.LEAVES):
            return
        self.subject = acting or self.subject
        was_repelled = use.begin in self._repelled and not self.place_finder.find_inside(use)
        group = self.place_finder.find_recent(use.begin) if was_repelled else []
        group = group or self.place_finder.find_places(use, passive)
        actor = self._find_actor(use, passive, acting, speaker)
        claim: str = use.claim
        if modality == Modality.ATTEMPTED:
            if form not in (PhraseForm.TAKES, PhraseForm.FALLS, PhraseForm.ATTACKS, PhraseForm.NOUNS):
                return
            claim = Claim.FIGHTING
        if (modality == Modality.NEGATED) != denied:
            holder = self._find_holder(use, actor, speaker if denied else None)
            if holder is None:
                return
            actor, claim = holder, Claim.HELD
        elif form in (PhraseForm.TAKES, PhraseForm.ATTACKS) and group and acting:
            self.article.attackers[acting] += 1
        if group and actor and form != PhraseForm.LEAVES:
            self.article.last_actor = actor
        for mention in group:
            partly = mention.is_partial and claim in (Claim.CAPTURED, Claim.HELD, Claim.RETAKEN)
            stated = Claim.CONTESTED.value if partly else str(claim)
            yield Statement(mention, stated, actor, _scope(mention, form, stated), use.begin, use.clause, speaker)

    def _is_passive(self, use: PhraseInClause) -> bool:
        if use.begin in self._repelled:
            return True
        certainty, first = self.book.certainty, self.tokens[use.begin].lower
        if first in self.book.places.beside | certainty.adverbs:
            return False
        before = use.clause.between(use.clause.begin, use.begin)
        while before and self.tokens[before[-1]].lower in certainty.adverbs | certainty.negations:
            before.pop()
        auxiliary = self.tokens[before[-1]].lower if before else ""
        progressive = first.endswith(certainty.progressive)
        if auxiliary in certainty.be:
            return not progressive or auxiliary.endswith(certainty.progressive)
        return not progressive and self.sentence.lower_at(use.end) in self.book.clauses.by

    def _find_subject(self, use: PhraseInClause, speaker: Speaker) -> str | None:
        """Return the party that acts, or an empty text; None if the subject is not a party, so that nothing counts."""
        speech, ends = self.book.speech, {actor.end: actor for actor in self.actors}
        clause = use.clause
        for at in reversed(clause.between(clause.begin, use.begin)):
            actor = ends.get(at + 1)
            if actor and not self._is_object(actor.begin):
                return actor.value
            word = self.tokens[at].lower
            foreign = word in speech.outsiders and self.tokens[at].is_name_like
            if (foreign or word in speech.bystanders) and not actor:
                return None
            before = self.tokens[at - 1].lower if at > clause.begin else ""
            own = word in speech.own_forces and before in speech.own
            group = word in speech.group and before in self.book.clauses.the
            if own or group or word in speech.pronouns:
                side = speaker.side if self.parties.is_party(speaker.side) else ""
                if group:
                    return side or self.article.attacker or self.article.last_actor
                return (side or self.subject if own else self.subject or side) or self.article.last_actor
        return self._imply_subject(use)

    def _imply_subject(self, use: PhraseInClause) -> str:
        """Return the party that acts in a clause without a subject before its verb."""
        clause = use.clause
        if clause.antecedent >= 0:
            before = [actor for actor in self.actors if clause.antecedent - 8 <= actor.end <= clause.antecedent]
            if before:
                return before[-1].value
        opens_clause = not any(self.tokens[at].is_word for at in clause.between(clause.begin, use.begin))
        if opens_clause and self.tokens[use.begin].lower.endswith(self.book.certainty.progressive):
            # In "After losing it, the army ..." the subject follows.
            following = next((actor.value for actor in self.actors if actor.begin >= use.end), "")
            return self.subject or following or self.article.last_actor
        # Anybody can leave a place, so the article does not imply who did.
        return self.subject or ("" if use.form == PhraseForm.LEAVES else self.article.last_actor)

    def _is_object(self, begin: int) -> bool:
        """Whether a party stands after "by", "with", "from" or the like, and therefore does not act."""
        clauses, places = self.book.clauses, self.book.places
        before = self.sentence.lower_at(self.sentence.skip_back(begin - 1, places.before - places.of))
        return before in clauses.by | clauses.to | clauses.aimed_at

    def _find_actor(  # noqa: PLR0911 - one for each form
        self, use: PhraseInClause, passive: bool, acting: str, speaker: Speaker
    ) -> str:
        """Return the party that the codebook wants for a claim; `english.toml` lists it for each form."""
        form, article, to = use.form, self.article, self.book.clauses.to
        inside = next((actor.value for actor in self.actors if use.begin <= actor.begin < use.end), "")
        if form == PhraseForm.STATE and use.claim in (Claim.HELD, Claim.RETAKEN):
            own = any(self.tokens[at].lower in self.book.speech.own for at in range(use.begin, use.end))
            side = speaker.side if own and self.parties.is_party(speaker.side) else ""
            return inside or self._actor_after(use, frozenset()) or side or (article.last_actor if own else "")
        agent = self._actor_after(use, self.book.clauses.by)
        if form in (PhraseForm.CLASHES, PhraseForm.STATE):
            return agent or article.attacker
        if form == PhraseForm.NOUNS:
            before = next((actor.value for actor in self.actors if 0 <= use.begin - actor.end <= 1), "")
            return agent or self._actor_after(use, to) or before or article.attacker
        if form == PhraseForm.FALLS:
            return inside or self._actor_after(use, to) or article.attacker
        party = agent if passive else acting
        if form in (PhraseForm.LOSES, PhraseForm.GIVES):
            return self._actor_after(use, to) or (self._opponent(party) if party else article.attacker)
        if passive and form == PhraseForm.EXPELS and not party:
            expelled = [a.value for a in self.actors if a.end <= use.begin and a.begin in use.clause.inside]
            return self._opponent(expelled[-1]) if expelled else self._imply_agent(use)
        return party or (self._imply_agent(use) if passive else "")

    def _opponent(self, actor: str) -> str:
        return self.parties.opponent(actor, self.article.party_counts) if actor else ""

    def _imply_agent(self, use: PhraseInClause) -> str:
        """Return the party that acts in a passive without "by", from the party that is named or from the article."""
        form, retaken = use.form, use.claim == Claim.RETAKEN
        if form == PhraseForm.TAKES and (loser := self._actor_after(use, self.book.clauses.away)):
            return self._opponent(loser)
        if form in (PhraseForm.TAKES, PhraseForm.ATTACKS) and not retaken:
            return self.article.attacker
        return (
            self._opponent(self.article.attacker) if form in (PhraseForm.LEAVES, PhraseForm.REPELS) or retaken else ""
        )

    def _find_holder(self, use: PhraseInClause, actor: str, denier: Speaker | None) -> str | None:
        """Return the holder of a place if a claim about it is denied; None if the denial leaves the holder open."""
        form = use.form
        if form == PhraseForm.LEAVES:
            return actor
        if form in (PhraseForm.REPELS, PhraseForm.CLASHES):
            return None
        if form in (PhraseForm.HOLDS, PhraseForm.STATE) and (denier is None or denier.side == actor):
            return None
        return denier.side if denier and self.parties.is_party(denier.side) else self._opponent(actor)

    def _actor_after(self, use: PhraseInClause, prepositions: frozenset[str]) -> str:
        """Return the first party after a phrase, behind one of these prepositions or, if none are given, directly."""
        skipped = self.book.places.before | self.book.certainty.adverbs
        for actor in self.actors:
            if not use.end <= actor.begin < use.stretch_end:
                continue
            at = self.sentence.skip_back(actor.begin - 1, skipped, use.end)
            if self.tokens[at].lower in prepositions if prepositions else at < use.end:
                return actor.value
        return ""


def _scope(mention: Mention, form: PhraseForm, claim: str) -> str:
    """Return how much of a province a claim covers: a part for fighting, else the whole if the text sets no limit."""
    if mention.scope or mention.kind != PlaceKind.PROVINCE:
        return mention.scope
    forms = (PhraseForm.CLASHES, PhraseForm.ATTACKS, PhraseForm.REPELS)
    return AreaScope.PART if form in forms or claim in (Claim.FIGHTING, Claim.CONTESTED) else AreaScope.WHOLE
