"""What the names in a text stand for, once all of it is read: kind, province, and the id that the gazetteer gives."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from control_map.core.model import KINDS_WITH_STATUS, PlaceKind
from control_map.geocoding.gazetteer import Gazetteer
from control_map.geocoding.spelling import normalise
from control_map.intake.articles.mentions.places import Mention, NameCandidate

_ONE_AND_ANOTHER = 2


def resolve_mentions(read: Sequence[tuple[int, Sequence[Mention]]], gazetteer: Gazetteer) -> None:
    """Settle kind, province and id of all mentions of a text, each in place.

    A name that fits several places is the one in the province that is named beside it, else in its sentence, else in
    its paragraph, else the one that it stands for elsewhere in the text; or it keeps no id. The bare name of a
    provincial capital is the capital, as news have it, not the district or the province of that name.

    Parameters
    ----------
    read
        For each sentence its paragraph and its mentions.
    gazetteer
        What finds a place as it would for a report that says the same.
    """
    find = lru_cache(maxsize=None)(gazetteer.find)
    paragraphs: dict[int, list[Mention]] = {}
    for paragraph, mentions in read:
        paragraphs.setdefault(paragraph, []).extend(mentions)
    wider = {paragraph: _naming_provinces(mentions) for paragraph, mentions in paragraphs.items()}
    settled: dict[str, set[tuple[str, str, str]]] = {}
    for paragraph, mentions in read:
        near = _naming_provinces(mentions)
        for mention in mentions:
            mention.kind = _kind(mention, _other_than(mention, near))
            if mention.kind == PlaceKind.COUNTRY:
                continue
            around = _other_than(mention, near), _other_than(mention, wider[paragraph])
            mention.province_text = _province_text(mention, around)
            mention.place_id = find(mention.text, mention.province_text, mention.kind).place_id if mention.kind else ""
            if mention.place_id:
                here = mention.place_id, mention.kind, mention.province_text
                settled.setdefault(normalise(mention.text), set()).add(here)
    for _, mentions in read:
        for mention in mentions:
            if not mention.place_id and mention.kind != PlaceKind.COUNTRY:
                _as_elsewhere(mention, settled.get(normalise(mention.text), set()))


def _as_elsewhere(mention: Mention, settled: set[tuple[str, str, str]]) -> None:
    fits = {known for known in settled if known[1] == mention.kind or not mention.kind}
    if len({place_id for place_id, *_ in fits}) == 1:
        mention.place_id, mention.kind, mention.province_text = max(fits, key=lambda known: len(known[2]))


def _kind(mention: Mention, near: dict[str, str]) -> str:
    """Return what kind of place it is; in a province that is named, what there is of that name in it."""
    if mention.kind in list(PlaceKind):
        return mention.kind
    around = {mention.beside.province} if mention.beside else near.keys()
    within = [name for name in mention.names if name.provinces & around and name.kind != PlaceKind.PROVINCE]
    kinds = {name.kind for name in within or mention.names}
    if mention.kind:
        kinds.discard(PlaceKind.PROVINCE)
    if PlaceKind.CAPITAL in kinds:
        return PlaceKind.CAPITAL
    return kinds.pop() if len(kinds) == 1 else ""


def _naming_provinces(mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions that name provinces, two of each: one and, for that one itself, another."""
    by_province: dict[str, list[Mention]] = {}
    for mention in mentions:
        known = by_province.setdefault(mention.province, [])
        if len(known) < _ONE_AND_ANOTHER:
            known.append(mention)
    return [mention for province, known in by_province.items() if province for mention in known]


def _other_than(mention: Mention, naming: Sequence[Mention]) -> dict[str, str]:
    """Return the provinces that others name, with their spelling."""
    return {other.province: other.text for other in naming if other is not mention and other.province}


def _province_text(mention: Mention, around: Sequence[dict[str, str]]) -> str:
    if mention.kind == PlaceKind.PROVINCE:
        return mention.text
    if mention.beside:
        return mention.beside.text
    meant = [
        name
        for name in mention.names
        if name.kind == mention.kind or (not mention.kind and name.kind in KINDS_WITH_STATUS)
    ]
    for named in around:
        near = [name for name in meant if name.provinces & named.keys()]
        if len({name.place_id for name in near}) == 1:
            return next(_spellings(near[0], named))
    return ""


def _spellings(name: NameCandidate, named: dict[str, str]) -> Iterator[str]:
    return (text for province, text in named.items() if province in name.provinces)
