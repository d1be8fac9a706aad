"""Who is meant by the names that tables give the parties to a conflict."""

import re
from collections.abc import Mapping

from control_map.geocoding.spelling import fold_name, normalise
from control_map.theatre.theatre import Theatre

STATE_FORCE_PREFIXES = tuple(
    f"{forces} of "
    for forces in ("military forces", "police forces", "armed forces", "security forces", "government", "state forces")
)
"""How the names of a state's forces begin: "Military Forces of Afghanistan (2004-2021)" at ACLED, "Government of
Afghanistan" at UCDP. They are the actor who is called the government, or who is called after that state."""
GOVERNMENT_WORDS = frozenset({"government", "state", "regime"})
"""What an actor is called who is the state of the theatre's country."""
_WORDS_OF_FORCES = frozenset("armed army force forces government military of regime security state the".split())
_FORCES = frozenset("the forces force fighters fighter troops troop militants insurgents army side".split())
"""Words that may stand beside the name of a party: "the Taliban fighters"."""
_SHORT = dict.fromkeys(("gov", "govt", "gvt"), "government")
_SPAN = re.compile(r"\((\d{4})\s*[-\u2013]\s*(?:\d{4})?\)")
# "Taliban (Afghanistan)", "Taliban - Red Unit": what follows is a country, a time or a part of the same party.
_ADDED = re.compile(r"\s*[(\[]")
_PARTS = re.compile(r"\s+[-\u2013]\s+")


class ActorNames:
    """The actors of a theatre by the names that they have elsewhere.

    A name is an actor's if it was told to be, or is its id, its label or one of its other names in any spelling, also
    as "the ... forces", and with a country, years or a part of the party behind it; or if it is that of a state's
    forces, see `STATE_FORCES`. What several actors are called is nobody's name, unless it is written as one's own.
    Nothing is guessed: that one name contains the other says nothing ("Tehreek-i-Taliban Pakistan" are not the Taliban
    of Afghanistan), and the forces of a government that came to power within the period may be another party's.

    Parameters
    ----------
    theatre
        Whose actors they are.
    told
        Their ids, by the name that means them.
    """

    def __init__(self, theatre: Theatre, told: Mapping[str, str] | None = None) -> None:
        self.theatre = theatre.title
        self.ids = [actor.id for actor in theatre.actors]
        self._country = normalise(theatre.country)
        self._since = theatre.period_start.year
        self._told = {fold_name(name): actor_id for name, actor_id in (told or {}).items()}
        self._written: dict[str, set[str]] = {}
        self._ids: dict[str, set[str]] = {}
        self._governments: set[str] = set()
        for actor in theatre.actors:
            for name in (actor.id, actor.label, *actor.also):
                self._written.setdefault(fold_name(name), set()).add(actor.id)
                self._ids.setdefault(normalise(name), set()).add(actor.id)
                words = fold_name(name).split()
                if after := normalise(" ".join(word for word in words if word not in _WORDS_OF_FORCES)):
                    self._ids.setdefault(after, set()).add(actor.id)
                if GOVERNMENT_WORDS & set(words):
                    self._governments.add(actor.id)
        self._found: dict[str, str] = {}

    def find(self, name: str) -> str:
        """Return the id of the actor who is meant, or nothing if nobody is known by that name."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def first(self, *names: str) -> str:
        """Return the id of the first of several names that is known, or nothing."""
        return next((actor_id for name in names if (actor_id := self.find(name))), "")

    def _find(self, name: str) -> str:
        if told := self._told.get(fold_name(name)):
            return told
        core, *parts = _PARTS.split(_ADDED.split(name.strip())[0])
        bare = " ".join(_SHORT.get(word.rstrip("."), word) for word in fold_name(core).split() if word not in _FORCES)
        # "NRF: National Resistance Front" is an abbreviation and what it stands for.
        for spelling in (name, core, *core.split(":"), bare):
            ids = self._called(spelling)
            if len(ids) == 1 and not any(self._called(part) - ids for part in parts):  # "Reds - Blues" are two
                return next(iter(ids))
        return self._state(name, core)

    def _called(self, name: str) -> set[str]:
        """Return the ids of those who are called so, letter by letter or else in another spelling."""
        written = self._written.get(fold_name(name), set())
        return written if len(written) == 1 else self._ids.get(normalise(name), set())

    def _state(self, name: str, core: str) -> str:
        begun = next((prefix for prefix in STATE_FORCE_PREFIXES if fold_name(core).startswith(prefix)), "")
        state = normalise(re.sub(r"^the\s+", "", fold_name(core)[len(begun) :]))
        if not begun or not state:
            return ""
        ids = self._ids.get(state, set())
        span = _SPAN.search(name)
        if not ids and state == self._country and not (span and int(span[1]) >= self._since):
            ids = self._governments
        return next(iter(ids)) if len(ids) == 1 else ""
