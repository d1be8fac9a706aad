"""The parties of a theatre are found in sentences by their labels and other names, and claimants are put on a side.

In "Taliban fighters fled" the match is the party `taliban`; "a Taliban spokesman" is on the side of `taliban`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from control_map.core.model import INDEPENDENT, UNKNOWN_SIDE, Actor
from control_map.intake.articles.text.phrase_matcher import PhraseMatch, PhraseMatcher
from control_map.intake.articles.text.phrasebook import Phrasebook
from control_map.intake.articles.text.sentences import POSSESSIVE, Token, tokenise
from control_map.intake.matching.actor_names import list_actor_names
from control_map.intake.matching.voices import is_outlet

_COUNTRY_STEM = 4
"""Characters that the name of a country shares with that of its people: "Afghan" and "Afghanistan"."""
_WORDS_BACK = 3


class ActorFinder:
    """Finds the parties of a theatre in sentences."""

    def __init__(self, actors: Iterable[Actor], country: str, book: Phrasebook) -> None:
        self._actors = {actor.id: actor for actor in actors}
        self._book = book
        ids_by_name = {
            " ".join(token.lower for token in tokenise(name.replace("_", " "))): actor_id
            for name, actor_id in list_actor_names(self._actors.values())
        }
        self._phrases = PhraseMatcher((name, actor_id) for name, actor_id in ids_by_name.items() if name)
        stem = country[:_COUNTRY_STEM].lower()
        self._outsiders = frozenset(word for word in book.speech.outsiders if not (stem and word.startswith(stem)))

    def find_in(self, words: Sequence[Token]) -> list[PhraseMatch[str]]:
        """Find the parties among words; "American soldiers" and "anti-Taliban" are not parties."""
        return [match for match in self._phrases.find_all(words) if not self._is_foreign(words, match.begin)]

    def _is_foreign(self, words: Sequence[Token], begin: int) -> bool:
        """Whether a name belongs to another word, or a foreign people or power stands right before it."""
        if words[begin].is_hyphenated:
            return True
        for at in range(begin - 1, max(begin - 1 - _WORDS_BACK, -1), -1):
            word = words[at]
            if word.lower in self._outsiders:
                return True
            if not (word.is_word or word.lower == POSSESSIVE) or word.lower in self._book.clauses.articles:
                return False
        return False

    def side_of(self, claimant: Sequence[Token]) -> str:
        """Return the side of a claimant: the one party that its words name, or independent; empty if it is unclear.

        It is unclear for a ministry or an army by a name that the theatre does not know: it belongs to a party, unless
        it is a foreign one. Independent are outlets, foreigners, and those whose words say so, as "residents"; of any
        other claimant the side is not known.
        """
        words = {token.lower for token in claimant}
        sides = {match.value for match in self.find_in(claimant)}
        if words & self._book.speech.independent or len(sides) > 1:
            return INDEPENDENT
        if sides:
            return sides.pop()
        if words & self._outsiders or is_outlet(" ".join(words)):
            return INDEPENDENT
        return "" if words & self._book.speech.belligerents else UNKNOWN_SIDE

    def is_party(self, side: str) -> bool:
        """Whether a side is a party of the theatre, and not "independent" or unclear."""
        return side in self._actors

    def opponent(self, actor: str, party_counts: Counter[str]) -> str:
        """Return the opponent of a party: its only one, or else the one that the text names most often."""
        opponents = self._actors[actor].opponents if actor in self._actors else ()
        if len(opponents) == 1:
            return opponents[0]
        named = [other for other in opponents if party_counts[other]]
        return max(named, key=lambda other: party_counts[other], default="")
