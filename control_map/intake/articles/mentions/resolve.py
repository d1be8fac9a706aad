"""The mentions of a whole text are resolved: each gets its kind, its province, and its id in the gazetteer.

After "There was fear in Ghazni. Qara Bagh fell", the mention "Qara Bagh" has the id of the district in Ghazni.
"""

from collections.abc import Sequence
from functools import lru_cache

from control_map.core.model import KINDS_WITH_STATUS, PlaceKind
from control_map.geocoding.gazetteer import Gazetteer
from control_map.geocoding.spelling import normalise
from control_map.intake.articles.mentions.places import Mention

_TWO_MENTIONS = 2


def resolve_mentions(sentences: Sequence[tuple[int, Sequence[Mention]]], gazetteer: Gazetteer) -> None:
    """Set kind, province and id of all mentions of a text, in place.

    A name that fits several places is the one in the province that qualifies it, else in a province that its sentence
    names, else its paragraph, else the one that it stands for elsewhere in the text; otherwise it gets no id. The bare
    name of a provincial capital is the capital, as is usual in news, not the district or the province of that name.

    Parameters
    ----------
    sentences
        The number of the paragraph, and the mentions, of each sentence.
    gazetteer
        It finds a place as it would for a report with the same texts.
    """
    find = lru_cache(maxsize=None)(gazetteer.find)
    paragraphs: dict[int, list[Mention]] = {}
    for paragraph, mentions in sentences:
        paragraphs.setdefault(paragraph, []).extend(mentions)
    in_paragraph = {paragraph: _naming_provinces(mentions) for paragraph, mentions in paragraphs.items()}
    resolved: dict[str, set[tuple[str, str, str]]] = {}
    for paragraph, mentions in sentences:
        in_sentence = _naming_provinces(mentions)
        for mention in mentions:
            nearby = _provinces_of_others(mention, in_sentence)
            mention.kind = _resolve_kind(mention, nearby)
            if mention.kind == PlaceKind.COUNTRY:
                continue
            provinces = nearby, _provinces_of_others(mention, in_paragraph[paragraph])
            mention.province_text = _resolve_province(mention, provinces)
            mention.place_id = find(mention.text, mention.province_text, mention.kind).place_id if mention.kind else ""
            if mention.place_id:
                known = mention.place_id, mention.kind, mention.province_text
                resolved.setdefault(normalise(mention.text), set()).add(known)
    for _, mentions in sentences:
        for mention in mentions:
            if not mention.place_id and mention.kind != PlaceKind.COUNTRY:
                _resolve_as_elsewhere(mention, resolved.get(normalise(mention.text), set()))


def _resolve_as_elsewhere(mention: Mention, resolved: set[tuple[str, str, str]]) -> None:
    fits = {known for known in resolved if known[1] == mention.kind or not mention.kind}
    if len({place_id for place_id, *_ in fits}) == 1:
        mention.place_id, mention.kind, mention.province_text = max(fits, key=lambda known: len(known[2]))


def _resolve_kind(mention: Mention, nearby: dict[str, str]) -> str:
    """Return the kind of a place; candidates in a province that is named nearby go before others."""
    if mention.kind in list(PlaceKind):
        return mention.kind
    provinces = {mention.qualifier.province} if mention.qualifier else nearby.keys()
    within = [c for c in mention.candidates if c.provinces & provinces and c.kind != PlaceKind.PROVINCE]
    kinds = {candidate.kind for candidate in within or mention.candidates}
    if mention.kind:
        kinds.discard(PlaceKind.PROVINCE)
    if PlaceKind.CAPITAL in kinds:
        return PlaceKind.CAPITAL
    return kinds.pop() if len(kinds) == 1 else ""


def _naming_provinces(mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions that name provinces, at most two of each: the second serves where the first is itself."""
    by_province: dict[str, list[Mention]] = {}
    for mention in mentions:
        known = by_province.setdefault(mention.province, [])
        if len(known) < _TWO_MENTIONS:
            known.append(mention)
    return [mention for province, known in by_province.items() if province for mention in known]


def _provinces_of_others(mention: Mention, naming: Sequence[Mention]) -> dict[str, str]:
    """Return the ids of the provinces that other mentions name, with their spelling."""
    return {other.province: other.text for other in naming if other is not mention and other.province}


def _resolve_province(mention: Mention, provinces: Sequence[dict[str, str]]) -> str:
    """Return the spelling of a place's province; `provinces` are those of its sentence, then of its paragraph."""
    if mention.kind == PlaceKind.PROVINCE:
        return mention.text
    if mention.qualifier:
        return mention.qualifier.text
    kinds = [mention.kind] if mention.kind else KINDS_WITH_STATUS
    candidates = [candidate for candidate in mention.candidates if candidate.kind in kinds]
    for named in provinces:
        fits = [candidate for candidate in candidates if candidate.provinces & named.keys()]
        if len({candidate.place_id for candidate in fits}) == 1:
            return next(text for province, text in named.items() if province in fits[0].provinces)
    return ""
