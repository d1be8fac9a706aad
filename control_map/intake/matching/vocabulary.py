"""The words of tables are read as the terms of the codebook: known words by themselves, others as the user says."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from anyascii import anyascii

from control_map.core.errors import Fault
from control_map.core.model import INDEPENDENT, UNKNOWN_SIDE, AreaScope, Claim, DatePrecision, PlaceKind
from control_map.core.sanitize import unescape_cell
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.columns import ColumnMatching
from control_map.intake.tables.table_builder import RawTable

VOCABULARY_COLUMNS = ("claim", "actor", "claimant_side", "place_kind")
"""The columns of the codebook for whose terms everyone has other words."""
_CLAIMS: Mapping[Claim, str] = {
    Claim.CAPTURED: """
        captured capture captures seized seize seizes seizure taken take takes took won fell fallen overran overrun
        conquered occupied occupies occupation gained gains liberated liberation
        """,
    Claim.RETAKEN: "retaken retake retakes retook recaptured recapture recaptures regained recovered reclaimed",
    Claim.HANDED_OVER: """
        hand handed hands handover surrendered surrender surrenders ceded cede cession transferred transfer yielded
        """,
    Claim.HELD: "held hold holds holding control controls controlled controlling keeps kept retains retained",
    Claim.CONTESTED: """
        contested contest disputed divided split entered enter enters stormed storm storms
        """,
    Claim.WITHDREW: """
        withdrew withdraw withdraws withdrawn withdrawal left leaves retreated retreat evacuated abandoned vacated fled
        lost loses loss
        """,
    Claim.FIGHTING: """
        fighting fights fight clash clashes clashed attack attacks attacked battle battles combat offensive assault
        skirmish besieged siege surrounded encircled shelling shelled
        """,
}
"""A siege is fought from outside: it does not say who is inside. Who enters a place is inside, which does not say that
the others left; who lost it is gone, which does not say who came."""
_FILLERS = frozenset(
    """
    of the a an was were is are has have been by in from to over under out with full armed still heavy fierce it them
    city town village district area place centre center
    """.split()
)
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
_INDEPENDENT_WORDS = "independent|neutral|none|no side|nobody|third party|unaffiliated|non aligned".split("|")
_UNKNOWN_SIDE_WORDS = "unknown|not known|unclear|unsure|not sure|unidentified|do not know|don t know".split("|")


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
    """Return the claim that a few words make of a party, or an empty text if they make none or several, or may deny it.

    "Lost to" and "left to" speak of who came. "Captured from" speaks of who was driven out, and is no claim.
    """
    if "?" in anyascii(text):
        return ""
    all_words = to_latin_words(text).split()
    words = {word for word in all_words if word not in _FILLERS}
    if len(words - {"back"}) > 1:
        words -= {"control"}  # "Took control" means what "took" means.
    claims = {_CLAIM_BY_WORD.get(word, "") for word in words - {"back"}}
    if len(claims) != 1:
        return ""
    claim = claims.pop()
    if "back" in words:
        claim = Claim.RETAKEN if claim == Claim.CAPTURED else ""
    if claim == Claim.WITHDREW and all_words[-1] == "to":
        claim = Claim.CAPTURED
    return "" if all_words[-1] == "from" and claim != Claim.WITHDREW else str(claim)


def split_claim(text: str, names: ActorNames) -> tuple[str, str]:
    """Return the claim and the party of words that name both, as in "fell to the Talibs"; else two empty texts."""
    words = text.split()
    for at in range(1, len(words)):
        before, after = " ".join(words[:at]), " ".join(words[at:])
        if to_latin_words(words[at - 1]) in ("by", "to") and (claim := find_claim(before)):
            party = after
        elif to_latin_words(words[-1]) not in ("by", "to", "from") and (claim := find_claim(after)):
            party = re.sub(r"\s+still$", "", before, flags=re.IGNORECASE)
        else:
            continue
        if actor := names.find_known(party):
            return claim, actor
    return "", ""


def find_side(text: str, names: ActorNames) -> str:
    """Return the side of a claimant: an actor's id, `independent` or `unknown`; empty if it is not recognised."""
    if side := names.find_known(text):
        return side
    words = to_latin_words(text)
    if words in _UNKNOWN_SIDE_WORDS or (text and not text.strip("? ")):
        return UNKNOWN_SIDE
    return INDEPENDENT if words in _INDEPENDENT_WORDS else ""


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

    `meanings` has a term by the column of the codebook and the word in it. The side of a speaker replaces no word.
    """
    frame = raw.frame
    for (name, word), meaning in meanings.items():
        if name in VOCABULARY_COLUMNS and (column := matching.columns.get(name)):
            frame = frame.assign(**{column: frame[column].mask(frame[column].map(unescape_cell) == word, meaning)})
    return replace(raw, frame=frame, as_given=raw.as_given or raw)
