"""Place names, as sources spell them, become places of the gazetteer, or are set aside with a reason.

A name is tried as it stands, then as an alternative name, then in a normalised transliteration, each within
its province, and last by likeness. Nothing is guessed: what is unlike every name, or equally like two, is set
aside with the nearest names.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import pandas as pd
from anyascii import anyascii
from rapidfuzz import fuzz

from control_map.model import POINT_OR_POLYGON, Method, PlaceKind, Precision

THRESHOLD = 85.0
"""The least likeness (0 to 100, normalised Indel similarity) of a fuzzy match. At 80 the first wrong matches appear
among the hand-labelled names of `tests/data/names_by_hand.csv` with letters changed at random."""
MARGIN = 6.0
"""By how much a fuzzy match must be better than the next place; nearer than that is a tie."""
SHORTEST_FUZZY = 4
"""Letters of a normalised name; below that one wrong letter makes another name."""

# What may stand beside a name without changing what is meant, for each kind of place.
_WHOLE = {
    PlaceKind.DISTRICT: "district districts districtof woluswali wuluswali center centre the of town region state".split(),
    PlaceKind.CAPITAL: "city town capital center centre the of municipality all districts in".split(),
    PlaceKind.CROSSING: (
        "crossing crossings border port bridge gate post posts point customs headquarters checkpoint checkpoints "
        "town and the of one two side afghan pass bcp мост порт بندر"
    ).split(),
}
# Words that say that a part of a place, or something in or near it, is meant.
_PART = frozenset(
    "air airport airfield airbase base bases camp corps brigade battalion army military police headquarters hq compound prison jail "
    "checkpoint checkpoints checkpost outpost outposts post posts position positions garrison barracks fort "
    "area areas part parts some several most many few half third quarter quarters sector "
    "suburb suburbs outskirts approaches surroundings around near outside limits edge edges neighbourhood neighborhood "
    "village villages bazaar market road highway bridge dam valley pass corridor north south east west northern southern eastern "
    "western centre's inside".split()
)
_FILLER = frozenset("the of in and at on to from".split())
_PARENTHESIS = re.compile(r"\s*[(\[]([^)\]]*)[)\]]?\s*")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_IZAFAT = re.compile(r"\b(e|i|o|u|ye|wa|va|aw|al|ul)\b")
_FOLDS = [
    (re.compile(pattern), to)
    for pattern, to in [
        (r"kh", "h"),
        (r"gh", "g"),
        (r"zh", "j"),
        (r"dzh", "j"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"ck", "k"),
        (r"q", "k"),
        (r"v", "w"),
        (r"ou|oo|o", "u"),
        (r"ee|ei|ai|ay|ey|e|y", "i"),
        (r"(.)\1+", r"\1"),
    ]
]


@dataclass(frozen=True)
class Match:
    """Where a name belongs.

    `place_id` is a place, or a province's id, or empty if the name is set aside. `score` runs from 0 to 100.
    `reason` says in words what was matched, or why nothing was and which names come nearest.
    """

    place_id: str
    method: str
    score: float
    precision: str
    reason: str


@dataclass(frozen=True)
class _Entry:
    """One name of one place."""

    place_id: str
    kind: str
    province_id: str
    name: str
    method: Method
    key: str


@lru_cache(maxsize=100_000)
def normalise(name: str) -> str:
    """Return a key that the usual spellings of one name share, in Latin letters without spaces."""
    latin = unicodedata.normalize("NFKD", anyascii(_INVISIBLE.sub("", name))).lower()
    words = re.sub(r"[^a-z0-9]+", " ", re.sub(r"['`’]", "", latin)).strip()
    key = _IZAFAT.sub(" ", words) if " " in words else words
    for pattern, to in _FOLDS:
        key = pattern.sub(to, key)
    return key.replace(" ", "")


def _plain(name: str) -> str:
    return " ".join(_INVISIBLE.sub("", name).casefold().split())


class Gazetteer:
    """All names of all places of a theatre, ready to be searched.

    Parameters
    ----------
    places
        Columns `place_id, kind, name, name_local, alt_names, province_id, province, also_in`; several names or
        provinces in one cell are separated by `|`.
    provinces
        Columns `province_id, province, name_local, alt_names`.
    country
        The name of the whole.
    """

    def __init__(self, places: pd.DataFrame, provinces: pd.DataFrame, country: str) -> None:
        self._country = country
        self._label = dict(zip(places["place_id"], places["name"] + ", " + places["province"], strict=True))
        self._provinces = dict(zip(provinces["province_id"], provinces["province"], strict=True))
        self._province_entries = [
            _Entry(row.province_id, PlaceKind.PROVINCE, row.province_id, name, method, normalise(name))
            for row in provinces.rename(columns={"province": "name"}).itertuples()
            for name, method in _names_of(row)
        ]
        self._by_place: dict[tuple[str, str], list[_Entry]] = {}
        for row in places.itertuples():
            for province_id in [row.province_id, *filter(None, row.also_in.split("|"))]:
                entries = [_Entry(row.place_id, row.kind, province_id, name, method, normalise(name)) for name, method in _names_of(row)]
                self._by_place.setdefault((row.kind, province_id), []).extend(entries)

    def find(self, place_text: str, province_text: str, place_kind: str) -> Match:
        """Find the place that a name in a source means.

        Parameters
        ----------
        place_text, province_text
            As the source spells them; the province may be empty.
        place_kind
            A `PlaceKind`, or empty if the source leaves it open.
        """
        if place_kind == PlaceKind.COUNTRY:
            return Match("", Method.EXACT, 100.0, Precision.COUNTRY, f"{self._country} as a whole or an area across provinces")
        if "/" in place_text:
            return self._find_each(place_text, province_text, place_kind)
        province = self._find_province(province_text or (place_text if place_kind == PlaceKind.PROVINCE else ""))
        if place_kind == PlaceKind.PROVINCE:
            return province
        if province_text and not province.place_id:
            return province
        kinds = [place_kind] if place_kind else list(POINT_OR_POLYGON)
        if not place_text or any(kind not in POINT_OR_POLYGON for kind in kinds):
            return _set_aside("the row names no place" if not place_text else f"'{place_kind}' is not a kind of place")
        return self._find_place(place_text, province.place_id, kinds)

    def _find_each(self, place_text: str, province_text: str, place_kind: str) -> Match:
        """Find a place whose spellings stand side by side, as in "Nirkh/Nerkh"."""
        found = [self.find(piece.strip(), province_text, place_kind) for piece in place_text.split("/") if piece.strip()]
        if found and len({(match.place_id, match.precision) for match in found}) == 1:
            return found[0]
        return _set_aside(f"'{place_text}' names several places, or some that are unknown; give each a row of its own")

    def _find_province(self, text: str) -> Match:
        if not text:
            return Match("", "", 0.0, "", "no province is stated")
        found = _best(text, self._province_entries)
        if len(found) == 1 and found[0][1] >= THRESHOLD:
            entry, score = found[0]
            return Match(entry.place_id, entry.method, score, Precision.PROVINCE, f"the province {self._provinces[entry.place_id]}")
        # "rest of Badghis", "Helmand (9 of 14 districts)": a province's own row names it in province_text.
        nearest = ", ".join(self._provinces[entry.place_id] for entry, _ in found[:3])
        return _set_aside(f"there is no province '{text}'; nearest: {nearest or 'none'}")

    def _find_place(self, text: str, province_id: str, kinds: list[str]) -> Match:
        everywhere = [entry for (kind, _), entries in self._by_place.items() if kind in kinds for entry in entries]
        entries = [entry for entry in everywhere if entry.province_id == province_id] if province_id else everywhere
        nearest: list[tuple[_Entry, float]] = []
        for name, precision in self._readings(text, entries, province_id, kinds):
            found = _best(name, entries) if province_id else _same_key(name, entries)
            elsewhere = _same_key(name, everywhere)
            sure = [hit for hit in found if hit[1] >= THRESHOLD]
            if sure and sure[0][0].method == Method.FUZZY and elsewhere:
                return _set_aside(f"there is no '{name}' in {self._provinces[province_id]}, but there is {self._list(elsewhere)}; check the province")
            if len(sure) == 1:
                entry, score = sure[0]
                part = " (a part of it)" if precision == Precision.INSIDE else ""
                how = f"'{name}' is {self._label[entry.place_id]}{part}: {_HOW[entry.method]} '{entry.name}'"
                return Match(entry.place_id, entry.method, score, precision, how)
            if len(sure) > 1:
                return _set_aside(f"'{name}' can be {self._list(sure)}; state the province, the kind or the full name")
            nearest = nearest or found or elsewhere
        where = f" in {self._provinces[province_id]}" if province_id else ""
        return _set_aside(f"there is no '{text}'{where}; nearest: {self._list(nearest[:3]) or 'none'}")

    def _list(self, hits: list[tuple[_Entry, float]]) -> str:
        kinds = {entry.kind for entry, _ in hits}
        return " or ".join(
            dict.fromkeys(self._label[entry.place_id] + (f" ({entry.kind})" if len(kinds) > 1 else "") for entry, _ in hits)
        )

    def _readings(self, text: str, entries: list[_Entry], province_id: str, kinds: list[str]) -> Iterator[tuple[str, Precision]]:
        """Yield the names that a text may contain, the likeliest first, with how much of the place each means."""
        keys = {entry.key for entry in entries}
        outer = _PARENTHESIS.sub(" ", text).strip(" ,;-–")
        notes = [note for note in _PARENTHESIS.findall(text) if note.strip()]
        province = normalise(self._provinces.get(province_id, ""))
        whole = {word for kind in kinds for word in _WHOLE[PlaceKind(kind)]}
        aliases = [note for note in notes if normalise(_without(whole, note)) in keys]
        inside = any(not self._is_remark(note, whole, province, kinds) for note in notes if note not in aliases)
        precision = Precision.INSIDE if inside else Precision.PLACE
        if normalise(text) in keys:
            yield text, Precision.PLACE
        yield from ((_without(whole, alias), precision) for alias in aliases)
        if normalise(outer) in keys:
            yield outer, precision
            return
        words = [word for word in re.split(r"[\s,;]+", outer) if word]
        bare = [word for word in words if word.lower() not in whole]
        core = [word for word in bare if word.lower() not in _PART | _FILLER]
        if len(core) < len(bare):
            precision = Precision.INSIDE
        if core and len(core) < len(words):
            yield " ".join(core), precision
        elif outer:
            yield outer, precision

    def _is_remark(self, note: str, whole: set[str], province: str, kinds: list[str]) -> bool:
        """Whether a parenthesis only repeats what kind of place it is, or where, or adds to it."""
        if note.lower().startswith("and "):
            return True
        words = [word for word in re.split(r"[^\w']+", note.lower()) if word and word not in whole]
        demonym = PlaceKind.CROSSING in kinds and len(kinds) == 1
        return all(normalise(word) == province or (demonym and word in _DEMONYMS) for word in words)


def _without(words: set[str], text: str) -> str:
    return " ".join(word for word in text.split() if word.lower() not in words)


_DEMONYMS = frozenset("turkmen iranian pakistani uzbek tajik chinese".split())
_SCORE = {Method.EXACT: 100.0, Method.ALTERNATIVE: 98.0, Method.NORMALISED: 95.0}
_HOW = {
    Method.EXACT: "the name is",
    Method.ALTERNATIVE: "known also as",
    Method.NORMALISED: "spelled otherwise",
    Method.FUZZY: "spelled much like",
}


def _set_aside(reason: str) -> Match:
    return Match("", "", 0.0, "", reason)


def _names_of(row: object) -> Iterator[tuple[str, Method]]:
    yield row.name, Method.EXACT  # type: ignore[attr-defined]
    for name in [row.name_local, *row.alt_names.split("|")]:  # type: ignore[attr-defined]
        if name:
            yield name, Method.ALTERNATIVE


def _best(name: str, entries: list[_Entry]) -> list[tuple[_Entry, float]]:
    """Return the best entry of each place that fits, best first.

    The first way of matching that fits any place decides: exact, alternative, normalised, fuzzy. Several places
    in the answer are equally good; with fuzzy, those below `THRESHOLD` come along as suggestions.
    """
    plain, key = _plain(name), normalise(name)
    for method in (Method.EXACT, Method.ALTERNATIVE):
        hits = [entry for entry in entries if entry.method == method and _plain(entry.name) == plain]
        if hits:
            return _one_each([(entry, _SCORE[method]) for entry in hits])
    return _same_key(name, entries) or _alike(key, entries)


def _same_key(name: str, entries: list[_Entry]) -> list[tuple[_Entry, float]]:
    """Return an entry of each place that has this name in any spelling."""
    plain, key = _plain(name), normalise(name)
    same = [entry for entry in entries if key and entry.key == key]
    as_found = [entry if _plain(entry.name) == plain else replace(entry, method=Method.NORMALISED) for entry in same]
    return _one_each(sorted(((entry, _SCORE[entry.method]) for entry in as_found), key=lambda hit: -hit[1]))


def _alike(key: str, entries: list[_Entry]) -> list[tuple[_Entry, float]]:
    if len(key) < SHORTEST_FUZZY:
        return []
    likely = [(replace(entry, method=Method.FUZZY), round(fuzz.ratio(key, entry.key), 1)) for entry in entries if _digits(entry.key) == _digits(key)]
    ranked = _one_each(sorted(likely, key=lambda hit: (-hit[1], hit[0].place_id)))
    if not ranked or ranked[0][1] < THRESHOLD:
        return ranked[:3]
    # "Dara-e-Suf" is the beginning of two districts, and is neither.
    beginning = {entry.place_id for entry in entries if entry.key.startswith(key)}
    equal = [hit for hit in ranked if hit[1] > ranked[0][1] - MARGIN]
    return equal if len(beginning) < 2 else [(entry, THRESHOLD) for entry, _ in ranked if entry.place_id in beginning]


def _digits(key: str) -> str:
    return "".join(filter(str.isdigit, key))


def _one_each(hits: list[tuple[_Entry, float]]) -> list[tuple[_Entry, float]]:
    first: dict[str, tuple[_Entry, float]] = {}
    for hit in hits:
        first.setdefault(hit[0].place_id, hit)
    return list(first.values())


def geocode(names: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Match each row's name; the input is not changed.

    Parameters
    ----------
    names
        Columns `place_text, province_text, place_kind`, as text.

    Returns
    -------
    DataFrame
        The input with `place_id, method, score, precision, reason`. A row that is set aside has an empty
        `place_id` and `precision`.
    """
    asked = names[["place_text", "province_text", "place_kind"]].fillna("").astype("str")
    found = {key: gazetteer.find(*key) for key in asked.drop_duplicates().itertuples(index=False, name=None)}
    matches = [found[key] for key in asked.itertuples(index=False, name=None)]
    columns = ("place_id", "method", "score", "precision", "reason")
    return names.assign(**{column: [getattr(match, column) for match in matches] for column in columns})
