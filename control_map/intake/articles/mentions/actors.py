"""The parties that a text speaks of: their labels, and how else the theatre says that they are called."""

from collections import Counter
from collections.abc import Iterable, Sequence

from control_map.core.model import INDEPENDENT, Actor
from control_map.intake.articles.text.phrase_matcher import PhraseMatch, PhraseMatcher
from control_map.intake.articles.text.phrasebook import Phrasebook
from control_map.intake.articles.text.sentences import POSSESSIVE, Token, tokenise

_COUNTRY = 4
"""Letters by which a country's own people are known: "Afghan" and Afghanistan."""
_BACK = 3


class ActorFinder:
    """The parties of a theatre, to be found in sentences."""

    def __init__(self, actors: Iterable[Actor], country: str, book: Phrasebook) -> None:
        self._actors = {actor.id: actor for actor in actors}
        self._book = book
        called = {
            " ".join(token.low for token in tokenise(name)): actor.id
            for actor in self._actors.values()
            for name in (*actor.other_names, actor.id.replace("_", " "), actor.label)
        }
        self._phrases = PhraseMatcher((phrase, id_) for phrase, id_ in called.items() if phrase)
        own = country[:_COUNTRY].lower()
        self._outsiders = frozenset(word for word in book.speech.outsiders if not (own and word.startswith(own)))

    def named_in(self, words: Sequence[Token]) -> list[PhraseMatch[str]]:
        """Find the parties in a sentence; "American soldiers" and "anti-Taliban" are none."""
        return [hit for hit in self._phrases.all_in(words) if not self._is_foreign(words, hit.begin)]

    def _is_foreign(self, words: Sequence[Token], begin: int) -> bool:
        if words[begin].glued:
            return True
        for back in range(begin - 1, max(begin - 1 - _BACK, -1), -1):
            if words[back].low in self._outsiders:
                return True
            if (
                not (words[back].is_word or words[back].low == POSSESSIVE)
                or words[back].low in self._book.clauses.articles
            ):
                return False
        return False

    def side_of(self, claimant: Sequence[Token]) -> str:
        """Return on whose side somebody is: the one party that the words name, or none; empty if that is to be said.

        A ministry or an army is of a party, also where the theatre does not know it by that name; a foreign one is not.
        """
        words = {token.low for token in claimant}
        sides = {hit.value for hit in self.named_in(claimant)}
        if words & self._book.speech.independent or len(sides) > 1:
            return INDEPENDENT
        if sides:
            return sides.pop()
        return "" if words & self._book.speech.belligerents and not words & self._outsiders else INDEPENDENT

    def is_party(self, side: str) -> bool:
        """Whether this is a party of the theatre, and not the side of who is on none."""
        return side in self._actors

    def opponent(self, actor: str, named: Counter[str]) -> str:
        """Return whom a party fights here: the opponent that the text names most, or the only one that it has."""
        opponents = self._actors[actor].opponents if actor in self._actors else ()
        if len(opponents) == 1:
            return opponents[0]
        known = [other for other in opponents if named[other]]
        return max(known, key=lambda other: named[other], default="")
