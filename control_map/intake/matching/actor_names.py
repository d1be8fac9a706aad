"""The names of the parties to a conflict, as tables and articles write them, are matched to the theatre's actors."""

import re
from collections.abc import Iterable, Iterator, Mapping

from control_map.core.model import Actor
from control_map.geocoding.spelling import fold_name, normalise
from control_map.theatre.theatre import Theatre

STATE_FORCE_PREFIXES = tuple(
    f"{forces} of "
    for forces in ("military forces", "police forces", "armed forces", "security forces", "government", "state forces")
)
"""How the names of a state's forces begin: "Military Forces of Afghanistan (2004-2021)" at ACLED, "Government of
Afghanistan" at UCDP. Such a name is that of the actor called the government, or called after that state."""
GOVERNMENT_WORDS = frozenset({"government", "state", "regime"})
"""Words in the names of an actor that is the state of the theatre's country."""
_WORDS_OF_FORCES = frozenset("armed army force forces government military of regime security state the".split())
_FORCES = frozenset("the forces force fighters fighter troop troops militants insurgents army side".split())
"""Words that may stand beside the name of a party: "the Taliban fighters"."""
_ABBREVIATIONS = dict.fromkeys(("gov", "govt", "gvt"), "government")
_SHORTEST_STEM, _MOST_LETTERS_LEFT_OUT = 5, 2
"""Letters of a name in its short form, and letters that the short form leaves out: "Talibs" are the Taliban."""
_YEARS = re.compile(r"\((\d{4})\s*[-\u2013]\s*(?:\d{4})?\)")
# "Taliban (Afghanistan)", "Taliban - Red Unit": what follows is a country, a period or a part of the same party.
_BRACKET = re.compile(r"\s*[(\[]")
_DASH = re.compile(r"\s+[-\u2013]\s+")


ALL_OTHERS = "*"
"""Stands in a chosen name for any characters; alone, for all names that are not known otherwise."""


def fold_party(name: str) -> str:
    """Return the name of a party without differences in case, spaces and apostrophes."""
    return fold_name(name).replace("\u2019", "'")


def list_actor_names(actors: Iterable[Actor]) -> Iterator[tuple[str, str]]:
    """Yield the names of each actor with its id: its other names, its id and its label."""
    yield from ((name, actor.id) for actor in actors for name in (*actor.other_names, actor.id, actor.label))


_LONGEST_NAME = 200
"""Characters of the name of a party; a longer text is not one."""


class ActorNames:
    """The actors of a theatre, to be found by the names that others give them.

    A name is an actor's if the user said so, or if it is the actor's id, label or other name in any spelling, also as
    "the ... forces", in the plural (also in a short one: "Talibs"), and followed by a country, years or a part of the
    party; or if it is the name of a state's forces, see `STATE_FORCE_PREFIXES`. A name that several actors share counts
    for none, unless one writes it exactly so. Names are not guessed: that one name contains another proves nothing
    ("Tehreek-i-Taliban Pakistan" are not the Taliban of Afghanistan), and the forces of a government that came to power
    within the period may be another party's. `chosen` has the ids of actors by the names that the user assigned to
    them; a star in such a name stands for any characters, as in "People's Defense Force*", and "*" for all names that
    are not known otherwise.
    """

    def __init__(self, theatre: Theatre, chosen: Mapping[str, str] | None = None) -> None:
        self.theatre = theatre.title
        self.ids = [actor.id for actor in theatre.actors]
        self._country = normalise(theatre.country)
        self._period_starts = theatre.period_start.year
        given = chosen or {}
        self._chosen = {fold_name(name): actor_id for name, actor_id in given.items() if ALL_OTHERS not in name}
        self._patterns = [
            (re.compile(".*".join(map(re.escape, fold_party(name).split(ALL_OTHERS)))), given[name])
            for name in sorted(given, key=len, reverse=True)
            if ALL_OTHERS in name
        ]
        self._by_writing: dict[str, set[str]] = {}
        self._by_key: dict[str, set[str]] = {}
        self._governments: set[str] = set()
        for name, actor_id in list_actor_names(theatre.actors):
            words = fold_name(name).split()
            self._by_writing.setdefault(fold_name(name), set()).add(actor_id)
            self._by_key.setdefault(normalise(name), set()).add(actor_id)
            if state := normalise(" ".join(word for word in words if word not in _WORDS_OF_FORCES)):
                self._by_key.setdefault(state, set()).add(actor_id)
            if GOVERNMENT_WORDS & set(words):
                self._governments.add(actor_id)
        self._found: dict[str, str] = {}
        self._matched: dict[str, str] = {}

    def find(self, name: str) -> str:
        """Return the id of the party with this name, or an empty text if none is known by it.

        A name that is known in no other way is looked for among the chosen ones with a star: only names of parties may
        be given, as "*" stands for any text.
        """
        return self.find_known(name) or self._find_by_pattern(name)

    def find_known(self, name: str) -> str:
        """Return the id of the party that a text names, or an empty text; chosen names with a star do not count."""
        if name not in self._found:
            # Most letters that exports cannot read are apostrophes: Jama'at.
            self._found[name] = self._find(name.replace("\ufffd", "")) if len(name) <= _LONGEST_NAME else ""
        return self._found[name]

    def names_of(self, actor_id: str) -> tuple[str, ...]:
        """Return the names of an actor that no other has, without differences in case."""
        return tuple(name for name, ids in self._by_writing.items() if ids == {actor_id})

    def first(self, *names: str) -> str:
        """Return the id of the first of several parties that is known, or an empty text."""
        ways = (self.find_known, self._find_by_pattern)
        return next((actor_id for find in ways for name in names if (actor_id := find(name))), "")

    def _find_by_pattern(self, name: str) -> str:
        if not self._patterns or not name or len(name) > _LONGEST_NAME:
            return ""
        if name not in self._matched:
            found = (actor_id for pattern, actor_id in self._patterns if pattern.fullmatch(fold_party(name)))
            self._matched[name] = next(found, "")
        return self._matched[name]

    def _find(self, name: str) -> str:
        if chosen := self._chosen.get(fold_name(name)):
            return chosen
        core, *parts = _DASH.split(_BRACKET.split(name.strip())[0])
        words = (word for word in fold_name(core).split() if word not in _FORCES)
        bare = " ".join(_ABBREVIATIONS.get(word.replace("'", "").rstrip("."), word) for word in words)
        # "NRF: National Resistance Front" is an abbreviation and its meaning.
        for spelling in (name, core, *core.split(":"), bare, self._shortened(bare)):
            ids = self._ids_of(spelling)
            if len(ids) == 1 and not any(self._ids_of(part) - ids for part in parts):  # "Reds - Blues" are two
                return next(iter(ids))
        return self._find_state(name, core)

    def _shortened(self, name: str) -> str:
        """Return the only one-word name of which a word is the plural, shortened by two letters at most: "Talibs"."""
        stem = name.removesuffix("s")
        if stem == name or len(stem) < _SHORTEST_STEM or not stem.isalpha():
            return ""
        longer = [
            known
            for known in self._by_writing
            if known.startswith(stem) and known.isalpha() and len(known) <= len(stem) + _MOST_LETTERS_LEFT_OUT
        ]
        ids = {actor_id for known in longer for actor_id in self._by_writing[known]}
        return longer[0] if len(ids) == 1 else ""

    def _ids_of(self, name: str) -> set[str]:
        """Return the ids of the actors with this name, written exactly so or else in another spelling."""
        exact = self._by_writing.get(fold_name(name), set())
        return exact if len(exact) == 1 else self._by_key.get(normalise(name), set())

    def _find_state(self, name: str, core: str) -> str:
        prefix = next((prefix for prefix in STATE_FORCE_PREFIXES if fold_name(core).startswith(prefix)), "")
        state = normalise(re.sub(r"^the\s+", "", fold_name(core)[len(prefix) :]))
        if not prefix or not state:
            return ""
        ids = self._by_key.get(state, set())
        years = _YEARS.search(name)
        if not ids and state == self._country and not (years and int(years[1]) >= self._period_starts):
            ids = self._governments
        return next(iter(ids)) if len(ids) == 1 else ""
