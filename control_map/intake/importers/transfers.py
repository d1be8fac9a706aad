"""Of a place that changed hands without a fight, the notes of an event say who gave it up and who got it.

"Blues withdrew, and Reds took control" becomes: the Blues gave, the Reds got. The columns of the event name the two
parties, and not which of them is which.

What is read is a small grammar of plain statements of what was done: a party took control of a place, a place was
handed over to a party, it is under a party's control, after the withdrawal of a party; beside them only times, places,
talks, and that there was no fight. All of the notes must be of this grammar. One other word, such as "denied", "would",
"if", "claimed", "ordered" or "not", leaves open who holds the place.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from control_map.intake.matching.actor_names import STATE_FORCE_PREFIXES

_WORDS_BY_CLASS: Mapping[str, str] = {
    # What was done, and not planned or under way: getting a place, moving into one, giving one up, and leaving one.
    "G": """
        took taken seized captured entered gained regained retook retaken recaptured reclaimed assumed received
        inherited secured occupied established controls
        """,
    "M": "walked moved arrived deployed",
    "V": """
        left abandoned vacated evacuated surrendered handed ceded transferred gave given relinquished yielded fled lost
        """,
    "W": "withdrew withdrawn pulled retreated",
    "H": "taking seizing capturing entering gaining regaining retaking assuming securing occupying establishing",
    "I": "leaving abandoning vacating evacuating surrendering handing ceding transferring relinquishing withdrawing",
    "X": "withdrawal retreat departure evacuation surrender pullout handover transfer",
    "Y": "takeover capture seizure entry entrance arrival",
    "h": "has have had",
    "w": "was were been",
    "r": "is are",
    "y": "fell came passed",
    "c": "control",
    "d": "the a an its their his all any",
    "f": """
        forces force fighters fighter troops militants insurgents soldiers units members group side army military police
        """,
    "k": """
        town towns city village villages district districts subdistrict sub-district area areas township county province
        governorate state region center centre headquarters base bases post posts outpost outposts checkpoint
        checkpoints position positions territory territories building buildings compound valley neighborhood
        neighbourhood crossing border airport administrative whole entire
        """,
    "s": "it them",
    "l": "al el ez az ad ar ash es de la le du bin ibn ul",
    "e": "on in at of near around inside during",
    "t": "to into",
    "m": "from",
    "b": "by",
    "u": "under",
    "j": "with between",
    "o": "over back peacefully now then also fully completely quickly again there today yesterday",
    "p": "out away up",
    "q": "day night morning afternoon evening dawn noon midday midnight same hours days weeks early late",
    "z": "without",
    "N": "no",
    "J": "facing firing meeting",
    "F": """
        fight fighting resistance clash clashes violence incident incidents bloodshed shot casualties fatalities
        injuries
        """,
    "R": "reported recorded",
    "?": "nothing none nobody neither nor few little much something everything anything if unless only",
    "C": "talks negotiations mediation agreement deal ceasefire siege elders tribal local peace",
}
_CLASS_OF_WORD = {word: letter for letter, words in _WORDS_BY_CLASS.items() for word in words.split()}
_NAME, _NUMBER, _OTHER = "n", "9", "?"
_MARKS, _PARTIES = "\x01\x02", "AB"
_PARTY = "d?(?:A[Af]*|B[Bf]*)"
_PLACE = "[dskcn]"
_REST = "[dkncesqlo9]"
"""Places, times, and words such as "over" and "peacefully", which do not change what was done."""
_LEAD = "(?:e[dknqle9]+)?"
_NO_FIGHT = "z[dJ]*F"
_CONTROL = f"u(?:(?P<holder>{_PARTY})c|d?ce(?P<controller>{_PARTY}))"
_GETTING = rf"G(?!9)(?:{_REST}|m(?!{_PARTY})|m(?P<loser>{_PARTY}))*|M(?=o?[et])[dkncesqlot9]*"
_GIVING = rf"(?:V(?!9)|W(?:df)?)(?:{_REST}|p|[tm](?!{_PARTY})|t(?P<heir>{_PARTY}))*"
_ACTIVE = re.compile(
    rf"{_LEAD}(?P<subject>{_PARTY})?o*h?o*(?:(?P<got>{_GETTING})|(?P<gave>{_GIVING}))(?:{_NO_FIGHT}{_REST}*)?"
)
_GOING_ON = re.compile(
    rf"o*(?:(?P<got>H(?:{_REST}|m(?P<loser>{_PARTY}))*)|(?P<gave>I(?:{_REST}|p|m|t(?P<heir>{_PARTY}))*))"
    rf"(?:{_NO_FIGHT})?"
)
_ROLES = rf"m(?P<loser>{_PARTY})|t(?P<heir>{_PARTY})|b(?P<agent>{_PARTY})"
_PASSIVE = re.compile(
    rf"{_LEAD}{_PLACE}{_REST}*?(?:h?w|r)o*(?:(?P<got>G)|(?P<gave>[VW]))"
    rf"(?:{_REST}|p|m(?!{_PARTY})|{_ROLES})*(?:{_NO_FIGHT})?"
)
_FALLEN = re.compile(rf"{_LEAD}{_PLACE}{_REST}*?h?y(?:t(?P<heir>{_PARTY})|{_CONTROL}){_REST}*(?:{_NO_FIGHT})?")
_UNDER = re.compile(rf"{_LEAD}{_PLACE}{_REST}*?r(?:{_CONTROL}){_REST}*")
_IN_CONTROL = re.compile(rf"{_LEAD}(?P<heir>{_PARTY})ro*ed?c{_REST}*")
_NOUN = re.compile(
    rf"(?:(?P<owner>{_PARTY})|d?)(?:(?P<gave>X)|(?P<got>Y))"
    rf"(?:{_REST}|m(?!{_PARTY})|e(?P<possessor>{_PARTY})|{_ROLES})*"
)
_STATEMENTS = (_ACTIVE, _GOING_ON, _PASSIVE, _FALLEN, _UNDER, _IN_CONTROL)
_OTHERS = re.compile(rf"{_LEAD}d?n[nl]*f*o*h?o*(?:G(?!9)|M|V(?!9)|W)(?:{_REST}|[ptm])*(?:{_NO_FIGHT})?")
"""A statement on a third party, which says nothing on the two."""
_SETTING = re.compile(rf"e[dknqle9]+|o|{_NO_FIGHT}|(?:ow)?NF(?:w?R)?")
"""The time and place of it, and that nobody fought or was hurt."""
_GETTERS, _GIVERS = ("heir", "holder", "controller"), ("loser",)
_DOERS = ("subject", "owner", "agent", "possessor")
_AWAY = re.compile(rf"[^m]*t(?!{_PARTY}).*")
"""Who retreats to a place, and from none that is named, may have gone into the place of the event."""
_BEHIND = frozenset(("after", "following"))
_LIST_GOES_ON = re.compile("[dskcnl]*[skcn]|9")
_TALKS = re.compile(rf"[dCeknq9F]+(?:j(?:{_PARTY}|[dCkn]+))?")
_BREAK = re.compile(
    r"([.;:,()]|\b(?:after|as|when|while|whilst|following|and|before|who|which|since)\b)", re.IGNORECASE
)
_ENDS = frozenset(".;:")
_TOKEN = re.compile(rf"[{_MARKS}]|[^\W_]+(?:[-'\u2019`][^\W_]+)*|\S")
_NUMERAL = re.compile(r"\d+(?:st|nd|rd|th)?")
_MONTHS = frozenset("january february march april may june july august september october november december".split())
_BRACKET = re.compile(r"\s*[(\[].*")
_STATE = re.compile(rf"(?:{'|'.join(STATE_FORCE_PREFIXES)})([^\W\d_]+)\s*(?:\(|$)", re.IGNORECASE)
_FORCES_OF_STATE = "(?:army|military|police|soldiers|troops|government|regime|authorities|(?:security )?forces)"
_STATE_WORDS = tuple("government regime army military soldiers police security".split())
_REBEL_WORDS = tuple("rebels rebel insurgents militants".split())
_STEM_LETTERS = 4
"""Letters that the name of a state and the word for what is of it have in common: Syria, Syrian."""
_LONGEST_NOTES, _LONGEST_CLAUSE = 5_000, 60
_SHORTEST_NAME = 3


class Party(NamedTuple):
    """One of the two parties of an event: its name, what else it is called, and whether it is the country's state.

    Notes call the state "the government", and another party of the country "the rebels". A foreign one, which
    `is_foreign` says, has only its names.
    """

    name: str
    other_names: tuple[str, ...] = ()
    is_state: bool = False
    is_foreign: bool = False


class Transfer(NamedTuple):
    """Which of two parties, 0 or 1, got a place, and which gave it up; None if it is not said."""

    got: int | None
    gave: int | None


_OPEN = Transfer(None, None)


def read_transfer(notes: str, parties: tuple[Party, Party]) -> Transfer:
    """Read who got a place and who gave it up; nothing is said if the notes are not plain, or contradict themselves."""
    if len(notes) > _LONGEST_NOTES:
        return _OPEN
    got: set[str] = set()
    gave: set[str] = set()
    subject = last = ""
    joins = {"."}
    first, *others = _BREAK.split(_mark_parties(notes, parties))
    for join, clause in [(".", first), *zip(others[::2], others[1::2], strict=True)]:
        joins.add(join.lower())
        classes = _classify(clause)
        if not classes:
            continue
        actor = last if joins & {"who", "which"} else "" if joins & _ENDS else subject
        read = _read_clause(classes, joins, actor)
        if read is None:
            return _OPEN
        got |= read.got
        gave |= read.gave
        subject = read.subject
        last = next((each for each in reversed(classes) if each in _PARTIES), last)
        joins = set()
    if got & gave or len(got) > 1 or len(gave) > 1:
        return _OPEN
    return Transfer(*(next(map(_PARTIES.index, found), None) for found in (got, gave)))


class _Clause(NamedTuple):
    """Who gets and who gives in a clause, and who acts in the clause after it if that names nobody."""

    got: set[str]
    gave: set[str]
    subject: str


def _read_clause(classes: str, joins: set[str], actor: str) -> _Clause | None:
    """Read a clause, or return None if it is not of the grammar; `joins` stand before it, and `actor` may act in it."""
    is_behind = bool(joins & _BEHIND)
    patterns = (*_STATEMENTS, _NOUN) if is_behind else _STATEMENTS
    found = next((match for pattern in patterns if (match := pattern.fullmatch(classes))), None)
    if found is None:
        if _OTHERS.fullmatch(classes):
            return _Clause(set(), set(), "")
        goes_on = not joins & _ENDS and _LIST_GOES_ON.fullmatch(classes)
        is_setting = goes_on or _SETTING.fullmatch(classes) or (is_behind and _TALKS.fullmatch(classes))
        return _Clause(set(), set(), actor) if is_setting else None
    parts = found.groupdict("")
    got, gave = ({_party_in(parts[role]) for role in roles if parts.get(role)} for roles in (_GETTERS, _GIVERS))
    doer = next((_party_in(parts[role]) for role in _DOERS if parts.get(role)), "")
    if found.re in (_ACTIVE, _GOING_ON):
        doer = doer or actor
        if not doer or _AWAY.fullmatch(parts["gave"]) or (found.re is _GOING_ON and "before" in joins):
            return None
    if doer:
        (got if parts.get("got") else gave).add(doer)
    return _Clause(got, gave, doer if found.re in (_ACTIVE, _GOING_ON) else "")


def _party_in(classes: str) -> str:
    return next(each for each in classes if each in _PARTIES)


def _classify(clause: str) -> str:
    """Return a letter for the class of each word of a clause, see `_WORDS_BY_CLASS`; a party is one of `_PARTIES`."""
    classes = "".join(map(_class_of, _TOKEN.findall(clause)))
    return classes if len(classes) <= _LONGEST_CLAUSE else _OTHER


def _class_of(token: str) -> str:
    if token in _MARKS:
        return _PARTIES[_MARKS.index(token)]
    if known := _CLASS_OF_WORD.get(token.lower()):
        return known
    if _NUMERAL.fullmatch(token):
        return _NUMBER
    return _NAME if any(part[:1].isupper() for part in re.split("[-'\u2019`]", token)) else _OTHER


def _mark_parties(notes: str, parties: tuple[Party, Party]) -> str:
    """Return notes with a mark in place of each name of a party; a name of both becomes a word that is not read.

    A name behind another one is part of that: the Arakan Army is not the army.
    """
    marks: dict[str, str] = {}
    stems: dict[str, str] = {}
    for mark, party in zip(_MARKS, parties, strict=True):
        for name in _names_of(party):
            marks[name] = mark if marks.get(name, mark) == mark else ""
        if state := _STATE.match(party.name):
            stem = state[1][:_STEM_LETTERS].lower()
            stems[stem] = mark if stem not in stems else ""
    names = "|".join(re.escape(name) for name in sorted(marks, key=len, reverse=True))
    of_states = "|".join(rf"{re.escape(stem)}\w* {_FORCES_OF_STATE}" for stem in stems)
    named = rf"(?P<of_state>{of_states or '(?!)'})|(?P<name>{names or '(?!)'})"
    pattern = rf"(?<![\w-])(?:(?P<before>[^\W\d_][\w'\u2019-]*) )??(?:{named})(?:['\u2019]s?|s)?(?![\w-])"

    def replace(found: re.Match[str]) -> str:
        before, name = found["before"] or "", (found["name"] or found["of_state"]).lower()
        mark = marks[name] if found["name"] else stems[name[:_STEM_LETTERS]]
        is_name = before[:1].isupper() and before.lower() not in _CLASS_OF_WORD.keys() | _MONTHS
        if is_name and not any(stems[stem] == mark and before.lower().startswith(stem) for stem in stems):
            is_first = notes[: found.start()].rstrip()[-1:] in ("", *_ENDS)
            return found[0] if name in (*_STATE_WORDS, *_REBEL_WORDS) and not is_first else f" {_OTHER} "
        return f"{'' if is_name else before} {mark or _OTHER} "

    return re.sub(pattern, replace, notes, flags=re.IGNORECASE)


def _names_of(party: Party) -> Iterator[str]:
    """Yield the names of a party in small letters, also those before and behind a colon and without a bracket."""
    for name in (party.name, *party.other_names):
        bare = _BRACKET.sub("", name)
        for form in (name, bare, *bare.split(":")):
            if len(form.strip()) >= _SHORTEST_NAME:
                yield form.strip().lower()
    yield from () if party.is_foreign else _STATE_WORDS if party.is_state else _REBEL_WORDS
