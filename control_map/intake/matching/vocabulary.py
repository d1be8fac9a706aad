"""The words that people use for what the codebook has a term for."""

import re
from collections.abc import Mapping
from typing import Any

from anyascii import anyascii

from control_map.core.model import INDEPENDENT, AreaScope, Claim, DatePrecision, PlaceKind
from control_map.intake.matching.actor_names import ActorNames

_BETWEEN = re.compile(r"[\W_]+")
_CLAIMS: Mapping[Claim, str] = {
    Claim.CAPTURED: """
        captured capture captures seized seize seizes seizure taken take takes took fell fallen overran overrun
        conquered occupied occupies occupation gained gains liberated liberation
        """,
    Claim.RETAKEN: "retaken retake retakes retook recaptured recapture recaptures regained recovered reclaimed",
    Claim.HANDED_OVER: """
        hand handed hands handover surrendered surrender surrenders ceded cede cession transferred transfer yielded
        """,
    Claim.HELD: """
        held hold holds holding control controls controlled controlling keeps kept retains retained
        """,
    Claim.CONTESTED: "contested contest disputed divided split",
    Claim.WITHDREW: """
        withdrew withdraw withdraws withdrawn withdrawal left leaves retreated retreat evacuated abandoned vacated fled
        """,
    Claim.FIGHTING: """
        fighting fights fight clash clashes clashed attack attacks attacked battle battles combat offensive assault
        skirmish besieged siege surrounded encircled shelling shelled
        """,
}
"""A siege is fought from outside: it says nothing of who is inside."""
_BESIDE = frozenset("of the a an was were is are has have been by in from to over under out with full armed".split())
"""Words that change nothing of what is claimed."""
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
    AreaScope.ALL_CROSSINGS: "all crossings|crossings|all border crossings",
    AreaScope.PART: "part|parts|partial|some|most|several",
}
_PRECISIONS: Mapping[DatePrecision, str] = {
    DatePrecision.DAY: "day|exact|daily|d",
    DatePrecision.WEEK: "week|weekly|w",
    DatePrecision.MONTH: "month|monthly|m",
}
_OF_NO_SIDE = frozenset("independent|neutral|none|no side|nobody|third party|unaffiliated|non aligned".split("|"))


def to_latin_words(text: str) -> str:
    """Return the words of a text in Latin letters, small, with a space between."""
    return _BETWEEN.sub(" ", anyascii(text)).strip().lower()


def _table(terms: Mapping[Any, str]) -> dict[str, str]:
    return {
        word: str(term.value) for term, words in terms.items() for word in [to_latin_words(term), *words.split("|")]
    }


KIND_BY_WORD, SCOPE_BY_WORD, PRECISION_BY_WORD = _table(_KINDS), _table(_SCOPES), _table(_PRECISIONS)
_CLAIM_OF = {word: claim for claim, words in _CLAIMS.items() for word in words.split()}


def find_claim(text: str) -> str:
    """Return the claim that a few words make, or nothing: if they make none, several, or one that they may deny."""
    if "?" in anyascii(text):
        return ""
    words = {word for word in to_latin_words(text).split() if word not in _BESIDE}
    if len(words - {"back"}) > 1:
        words -= {"control"}  # "Took control" says what "took" says.
    claims = {_CLAIM_OF.get(word, "") for word in words - {"back"}}
    if len(claims) != 1:
        return ""
    claim = claims.pop()
    if "back" in words:
        claim = Claim.RETAKEN if claim == Claim.CAPTURED else ""
    return str(claim)


def find_side(text: str, names: ActorNames) -> str:
    """Return the side that a claimant is on: a party, or none."""
    return names.find(text) or (INDEPENDENT if to_latin_words(text) in _OF_NO_SIDE else "")
