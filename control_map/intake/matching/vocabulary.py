"""The words of tables are read as the terms of the codebook: known words by themselves, others as the user says."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from anyascii import anyascii

from control_map.core.errors import Fault
from control_map.core.model import INDEPENDENT, AreaScope, Claim, DatePrecision, PlaceKind
from control_map.core.sanitize import unescape_cell
from control_map.geocoding.spelling import fold_name
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.columns import ColumnMatching
from control_map.intake.tables.table_builder import RawTable

VOCABULARY_COLUMNS = ("claim", "actor", "claimant_side", "place_kind")
"""The columns of the codebook for whose terms everyone has other words."""
_CLAIMS: Mapping[Claim, str] = {
    Claim.CAPTURED: """
        captured capture captures seized seize seizes seizure taken take takes took fell fallen overran overrun
        conquered occupied occupies occupation gained gains liberated liberation
        """,
    Claim.RETAKEN: "retaken retake retakes retook recaptured recapture recaptures regained recovered reclaimed",
    Claim.HANDED_OVER: """
        hand handed hands handover surrendered surrender surrenders ceded cede cession transferred transfer yielded
        """,
    Claim.HELD: "held hold holds holding control controls controlled controlling keeps kept retains retained",
    Claim.CONTESTED: "contested contest disputed divided split",
    Claim.WITHDREW: """
        withdrew withdraw withdraws withdrawn withdrawal left leaves retreated retreat evacuated abandoned vacated fled
        """,
    Claim.FIGHTING: """
        fighting fights fight clash clashes clashed attack attacks attacked battle battles combat offensive assault
        skirmish besieged siege surrounded encircled shelling shelled
        """,
}
"""A siege is fought from outside: it does not say who is inside."""
_FILLERS = frozenset("of the a an was were is are has have been by in from to over under out with full armed".split())
"""Words that do not change what is claimed."""
_KINDS: Mapping[PlaceKind, str] = {
    PlaceKind.DISTRICT: "district|adm2|admin2|county|raion|woluswali|rural district",
    PlaceKind.CAPITAL: "provincial capital|capital|city|provincial centre|provincial center|centre|center",
    PlaceKind.CROSSING: "crossing|border crossing|border post|border gate|border point|crossing point|port of entry",
    PlaceKind.PROVINCE: "province|adm1|admin1|governorate|oblast|state",
    PlaceKind.COUNTRY: "country|adm0|admin0|national|nation|nationwide",
}
_SCOPES: Mapping[AreaScope, str] = {
    AreaScope.WHOLE: "whole|all|entire|total|full",
    AreaScope.WHOLE_BUT_CAPITAL: "whole but capital|all but capital|all but the capital",
    AreaScope.ALL_CAPITALS: "all capitals|capitals|all provincial capitals|main cities|major cities|all cities",
    AreaScope.ALL_CROSSINGS: "all crossings|crossings|all border crossings",
    AreaScope.PART: "part|parts|partial|some|most|several",
}
_PRECISIONS: Mapping[DatePrecision, str] = {
    DatePrecision.DAY: "day|exact|daily|d",
    DatePrecision.WEEK: "week|weekly|w",
    DatePrecision.MONTH: "month|monthly|m",
}
_SPEAKERS = frozenset(
    """
    a an the of for by local senior spokesman spokesmen spokeswoman spokesperson spokespersons official officials
    commander commanders leader leaders leadership representative representatives statement statements source sources
    press media office account communique
    """.split()
)
"""Words that may stand beside the name of the party for which a claimant speaks."""
_MINISTRY = re.compile(r"(?:the )?minist(?:ry|er) of (?:the )?(?:defen[cs]e|interior|internal affairs) of (.+)")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]?")
_INDEPENDENT_WORDS = "independent|neutral|none|no side|nobody|third party|unaffiliated|non aligned".split("|")


@dataclass(frozen=True)
class UnknownWord:
    """A word in a column of the codebook that is not recognised, and the rows of the table that have it."""

    column: str
    word: str
    rows: tuple[int, ...]


def to_latin_words(text: str) -> str:
    """Return the words of a text in Latin letters and lower case, with one space between them."""
    return re.sub(r"[\W_]+", " ", anyascii(text)).strip().lower()


def _term_by_word(terms: Mapping[Any, str]) -> dict[str, str]:
    return {
        word: str(term.value) for term, words in terms.items() for word in [to_latin_words(term), *words.split("|")]
    }


KIND_BY_WORD, SCOPE_BY_WORD = _term_by_word(_KINDS), _term_by_word(_SCOPES)
PRECISION_BY_WORD = _term_by_word(_PRECISIONS)
_CLAIM_BY_WORD = {word: claim for claim, words in _CLAIMS.items() for word in words.split()}


def find_claim(text: str) -> str:
    """Return the claim that a few words make, or an empty text if they make none or several, or may deny it."""
    if "?" in anyascii(text):
        return ""
    words = {word for word in to_latin_words(text).split() if word not in _FILLERS}
    if len(words - {"back"}) > 1:
        words -= {"control"}  # "Took control" means what "took" means.
    claims = {_CLAIM_BY_WORD.get(word, "") for word in words - {"back"}}
    if len(claims) != 1:
        return ""
    claim = claims.pop()
    if "back" in words:
        claim = Claim.RETAKEN if claim == Claim.CAPTURED else ""
    return str(claim)


def find_side(text: str, names: ActorNames) -> str:
    """Return the side of a claimant: an actor's id, `independent`, or an empty text if it is not recognised."""
    return names.find(text) or (INDEPENDENT if to_latin_words(text) in _INDEPENDENT_WORDS else "")


def infer_side(claimant: str, names: ActorNames) -> str:
    """Return the party for which a claimant speaks, or an empty text if the words do not say so.

    "Taliban spokesman", "a Taliban commander" and "Ministry of Defence of Landia" name a party; all words but those for
    speakers must be its name, so that "Taliban analyst" and "UN official" name none.
    """
    if side := names.find(claimant):
        return side
    if ministry := _MINISTRY.fullmatch(fold_name(claimant)):
        return names.find(f"Government of {ministry[1]}")
    bare = " ".join(word for word in _BRACKETS.sub(" ", claimant).split() if fold_name(word) not in _SPEAKERS)
    return names.find(bare) if bare else ""


def list_unknown_words(faults: Iterable[Fault], known: Mapping[str, Iterable[str]]) -> list[UnknownWord]:
    """Return the words of a table that are not recognised, those of the most rows first.

    `faults` are those of its cells, as `Reports` has them; `known` has the terms of each of `VOCABULARY_COLUMNS`.
    """
    rows: dict[tuple[str, str], list[int]] = {}
    for fault in faults:
        if fault.column in VOCABULARY_COLUMNS and fault.value and fault.value not in known[fault.column]:
            rows.setdefault((fault.column, fault.value), []).append(fault.row)
    words = [UnknownWord(column, word, tuple(numbers)) for (column, word), numbers in rows.items()]
    return sorted(words, key=lambda word: -len(word.rows))


def replace_words(raw: RawTable, matching: ColumnMatching, meanings: Mapping[tuple[str, str], str]) -> RawTable:
    """Return a table with some words replaced by the terms that the user chose for them; the table is not changed.

    `meanings` has a term by the column of the codebook and the word in it.
    """
    frame = raw.frame
    for (name, word), meaning in meanings.items():
        if column := matching.columns.get(name):
            frame = frame.assign(**{column: frame[column].mask(frame[column].map(unescape_cell) == word, meaning)})
    return replace(raw, frame=frame, as_given=raw.as_given or raw)
