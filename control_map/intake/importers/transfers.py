"""Of a place that changed hands without a fight, the notes of an event say who gave it up and who got it.

"Blues withdrew, and Reds took control" becomes: the Blues gave, the Reds got. The columns of the event name the two
parties, and not which of them is which. What the notes do not say in plain words stays open.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from control_map.core.model import Claim
from control_map.intake.matching.vocabulary import find_claim

_GETS = frozenset(
    """
    walk walks walked move moves moved enter enters entered entering assume assumes assumed receive receives received
    gain gains gained taking establish establishes established deploy deploys deployed arrive arrives arrived reclaims
    accept accepts accepted inherit inherited secure secures secured seizing entrance takeover
    """.split()
)
"""Words for getting a place, beside those of the claims in the vocabulary."""
_GIVES = frozenset(
    """
    withdrawing leave leaving abandon abandons abandoning vacate vacates evacuate evacuates evacuating retreating
    surrendering give gives gave giving relinquish relinquishes relinquished cedes transfer transfers flee flees fleeing
    pulled pull pulls pullout handing handover
    """.split()
)
"""Words for giving a place up."""
_DENIALS = frozenset("not no never refused refuse refuses denied denies deny failed without unclear".split())
_NO_FIGHT = frozenset("fight fighting a any resistance clashes violence incident force".split())
"""Words after "without" or "no": a place that was taken without resistance was taken."""
_STATE_WORDS = frozenset({"government", "regime"})
_STATE_FORCES = frozenset({"army", "military", "soldiers", "police"})
"""Words for a state's forces where no other name stands before them: the Arakan Army is none."""
_BEFORE_FORCES = (
    r"(?:^|(?<=[.;:,] )|"
    + "|".join(
        rf"(?<=\b{word} )" for word in ("the", "government", "regime", "state", "and", "after", "as", "when", "while")
    )
    + ")"
)
_REBEL_WORDS = frozenset({"rebels", "rebel", "insurgents", "militants"})
_BREAK = re.compile(r"[.;:,]|\b(?:after|as|when|while|whilst|following|and|before|once|then|who|which|since)\b")
_BRACKET = re.compile(r"\s*[(\[].*")
_LONGEST_NOTES = 5_000
_SHORTEST_NAME = 3
_PARTIES = "\x01\x02"
_PASSIVE = frozenset("was were been being is are".split())
_WORDS = re.compile(rf"[{_PARTIES}]|\w+")


class Party(NamedTuple):
    """One of the two parties of an event: its name, what else it is called, and whether it is a state."""

    name: str
    other_names: tuple[str, ...] = ()
    is_state: bool = False


class Transfer(NamedTuple):
    """Which of two parties, 0 or 1, got a place, and which gave it up; None if it is not said."""

    got: int | None
    gave: int | None


def read_transfer(notes: str, parties: tuple[Party, Party]) -> Transfer:
    """Read who got a place and who gave it up; nothing is said if the notes are not clear, or contradict themselves."""
    got: set[str] = set()
    gave: set[str] = set()
    subject = ""
    named: list[str] = []
    for clause in _BREAK.split(_mark_parties(notes[:_LONGEST_NOTES].lower(), parties)):
        words = _WORDS.findall(clause)
        here = [word for word in words if word in _PARTIES]
        if not (any(map(_side_of_verb, words)) or "under" in words):
            named += here
            continue
        if len({*named, *here[:1]}) > 1:  # "Reds and Blues took the town"
            return Transfer(None, None)
        if not _is_denied(words):
            subject = _read_clause(words, named[-1] if named else subject, got, gave)
        named = []
    if got & gave or len(got) > 1 or len(gave) > 1:
        return Transfer(None, None)
    first, second = (next(map(_PARTIES.index, found), None) for found in (got, gave))
    return Transfer(first, second)


def _read_clause(words: Sequence[str], subject: str, got: set[str], gave: set[str]) -> str:
    """Add who gets and who gives in a clause, and return who acts in it, for the clause after it."""
    at = next((at for at, word in enumerate(words) if _side_of_verb(word)), len(words))
    before = [word for word in words[:at] if word in _PARTIES]
    if "under" in words[:at] and before:  # "under Reds control"
        got.add(before[-1])
        return before[-1]
    if at == len(words):
        return before[-1] if before else subject
    beside = {word: party for nth, word in enumerate(words) if nth >= at and (party := _party_after(words, nth))}
    got.update(beside[word] for word in ("to", "under") if word in beside)
    gave.update(beside[word] for word in ("from",) if word in beside)
    is_passive = not _PASSIVE.isdisjoint(words[max(at - 2, 0) : at])
    if "by" in beside or is_passive:
        actor = beside.get("by", "")
    else:
        # A verb without a subject has that of the clause before it, unless it stands far from its beginning.
        actor = before[-1] if before else beside.get("of", subject if at <= 1 else "")
    if actor:
        (gave if _side_of_verb(words[at]) == _GIVES else got).add(actor)
    return actor or subject


def _party_after(words: Sequence[str], at: int) -> str:
    """Return the party in the two words after a preposition, or nothing."""
    is_preposition = words[at] in ("to", "from", "by", "of", "under")
    return next((word for word in words[at + 1 : at + 3] if word in _PARTIES), "") if is_preposition else ""


def _side_of_verb(word: str) -> frozenset[str]:
    """Return `_GETS` or `_GIVES` for a word that means one of them, or nothing."""
    if word == "control":
        return frozenset()
    claim = find_claim(word)
    # "Held talks" says nothing of the place; "controls it" does.
    is_get = claim in (Claim.CAPTURED, Claim.RETAKEN) or (claim == Claim.HELD and word.startswith("control"))
    if word in _GETS or is_get:
        return _GETS
    return _GIVES if word in _GIVES or claim in (Claim.HANDED_OVER, Claim.WITHDREW) else frozenset()


def _is_denied(words: Sequence[str]) -> bool:
    """Whether a clause says that something did not happen."""
    following = zip(words, [*words[1:], ""], strict=False)
    return any(word in _DENIALS and after not in _NO_FIGHT for word, after in following)


def _mark_parties(notes: str, parties: tuple[Party, Party]) -> str:
    """Return notes in small letters with a mark in place of each name of a party; a name of both marks neither."""
    marks: dict[str, str] = {}
    for mark, party in zip(_PARTIES, parties, strict=True):
        for name in _names_of(party):
            marks[name] = "" if marks.get(name, mark) != mark else mark
    names = sorted(filter(None, marks), key=len, reverse=True)
    if not names:
        return notes
    found = re.compile(
        "|".join(rf"{_BEFORE_FORCES if name in _STATE_FORCES else ''}\b{re.escape(name)}(?:'s|s)?\b" for name in names)
    )
    return found.sub(lambda match: f" {marks.get(match[0]) or marks.get(_bare(match[0])) or 'both'} ", notes)


def _bare(name: str) -> str:
    return name.removesuffix("s").removesuffix("'")


def _names_of(party: Party) -> Iterator[str]:
    """Yield the names of a party in small letters, those without what stands in brackets after them, too."""
    for name in (party.name, *party.other_names):
        for form in (name, _BRACKET.sub("", name)):
            if len(form) >= _SHORTEST_NAME:
                yield form.lower()
    yield from (_STATE_WORDS | _STATE_FORCES) if party.is_state else _REBEL_WORDS
