"""Place names, as sources spell them, become places of the gazetteer, or are set aside with a reason.

A name is tried as it stands, then as an alternative name, then in a normalised transliteration, each within
its province, and last by likeness. Nothing is guessed: what is unlike every name, or equally like two, is set
aside with the nearest names.
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from rapidfuzz.distance import OSA

from control_map.model import POINT_OR_POLYGON, Method, PlaceKind, Precision
from control_map.names import FILLER, PART, PROVINCE, WHOLE, normalise, plain, without

SHORTEST_FUZZY = 5
"""Letters of a normalised name; in a shorter one a wrong letter makes another name."""
LETTERS_PER_SLIP = 5
"""For so many letters one may be wrong, missing, superfluous or swapped with its neighbour, and two at the most."""

LETTERS_OF_COUNTRY = 4
"""By which a demonym is known: "Turkmen" and Turkmenistan."""
_PARENTHESIS = re.compile(r"\s*[(\[]([^)\]]*)[)\]]?\s*")


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
    plain: str
    key: str


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
            _Entry(
                row["province_id"], PlaceKind.PROVINCE, row["province_id"], name, method, plain(name), normalise(name)
            )
            for row in provinces.rename(columns={"province": "name"}).to_dict("records")
            for name, method in _names_of_province(row)
        ]
        countries = [country, *places.get("neighbour", ())]
        self._neighbours = {name[:LETTERS_OF_COUNTRY].lower() for name in countries if name}
        self._entries: list[_Entry] = []
        for row in places.drop(columns="geometry", errors="ignore").to_dict("records"):
            for province_id in [row["province_id"], *filter(None, row["also_in"].split("|"))]:
                self._entries += [
                    _Entry(row["place_id"], row["kind"], province_id, name, method, plain(name), normalise(name))
                    for name, method in _names_of(row)
                ]

    def find(self, place_text: str, province_text: str, place_kind: str) -> Match:  # noqa: PLR0911 - one for each kind
        """Find the place that a name in a source means.

        Parameters
        ----------
        place_text, province_text
            As the source spells them; the province may be empty.
        place_kind
            A `PlaceKind`, or empty if the source leaves it open.
        """
        if place_kind == PlaceKind.COUNTRY:
            how = f"{self._country} as a whole, or an area across provinces"
            return Match("", Method.EXACT, 100.0, Precision.COUNTRY, how)
        if "/" in place_text:
            return self._find_each(place_text, province_text, place_kind)
        province = self._find_province(province_text or (place_text if place_kind == PlaceKind.PROVINCE else ""))
        if place_kind == PlaceKind.PROVINCE:
            named = _same_key(without(PROVINCE, place_text) or place_text, self._province_entries)
            if named and province.place_id not in {entry.place_id for entry, _ in named}:
                return _set_aside(f"the place is called '{place_text}' and the province '{province_text}'; correct one")
            return province
        if province_text and not province.place_id:
            return province
        kinds: list[str] = [place_kind] if place_kind else list(POINT_OR_POLYGON)
        if not place_text or any(kind not in POINT_OR_POLYGON for kind in kinds):
            return _set_aside("the row names no place" if not place_text else f"'{place_kind}' is not a kind of place")
        return self._find_place(place_text, province.place_id, kinds)

    def nearest(self, place_text: str, province_text: str, place_kind: str, count: int = 5) -> list[str]:
        """Return the places whose names come nearest to one that is unknown, the nearest first, see `find`.

        Those of the stated province go before all others, and those of the stated kind before other kinds.
        """
        province_id = self._find_province(province_text).place_id
        key = normalise(_PARENTHESIS.sub(" ", place_text))
        slips = sorted(
            (
                entry.province_id != province_id,
                bool(place_kind) and entry.kind != place_kind,
                OSA.distance(key, entry.key) / max(len(key), len(entry.key), 1),
                entry.place_id,
            )
            for entry in self._entries
        )
        return list(dict.fromkeys(place_id for *_, place_id in slips))[:count]

    def _find_each(self, place_text: str, province_text: str, place_kind: str) -> Match:
        """Find a place whose spellings stand side by side, as in "Nirkh/Nerkh"."""
        found = [
            self.find(piece.strip(), province_text, place_kind) for piece in place_text.split("/") if piece.strip()
        ]
        if found and found[0].place_id and len({(match.place_id, match.precision) for match in found}) == 1:
            return found[0]
        return _set_aside(f"'{place_text}' names several places, or some that are unknown; give each a row of its own")

    def _find_province(self, text: str) -> Match:
        if not text:
            return Match("", "", 0.0, "", "no province is stated")
        found = _same_key(text, self._province_entries) or _best(
            without(PROVINCE, text) or text, self._province_entries
        )
        if len(found) == 1 and found[0][1] > 0:
            entry, score = found[0]
            how = f"the province {self._provinces[entry.place_id]}"
            return Match(entry.place_id, entry.method, score, Precision.PROVINCE, how)
        nearest = ", ".join(self._provinces[entry.place_id] for entry, _ in found[:3])
        return _set_aside(f"there is no province '{text}'; nearest: {nearest or 'none'}")

    def _find_place(self, text: str, province_id: str, kinds: list[str]) -> Match:
        everywhere = [entry for entry in self._entries if entry.kind in kinds]
        entries = [entry for entry in everywhere if entry.province_id == province_id] if province_id else everywhere
        if (namesakes := _same_key(text, everywhere)) and not _same_key(text, entries):
            return self._elsewhere(text, province_id, namesakes)
        nearest: list[tuple[_Entry, float]] = []
        for name, precision in self._readings(text, entries, province_id, kinds):
            found = _best(name, entries) if province_id else _same_key(name, entries)
            elsewhere = _same_key(name, everywhere)
            sure = [hit for hit in found if hit[1] > 0]
            if sure and sure[0][0].method == Method.FUZZY and elsewhere:
                return self._elsewhere(name, province_id, elsewhere)
            if len(sure) == 1:
                entry, score = sure[0]
                part = " (a part of it)" if precision == Precision.INSIDE else ""
                how = f"'{name}' is {self._label[entry.place_id]}{part}: {_HOW[entry.method]} '{entry.name}'"
                return Match(entry.place_id, entry.method, score, precision, how)
            if len(sure) > 1:
                return _set_aside(f"'{name}' can be {self._list(sure)}; state the province, the kind or the full name")
            nearest = nearest or found or elsewhere
        return self._unknown(text, province_id, nearest)

    def _unknown(self, text: str, province_id: str, nearest: list[tuple[_Entry, float]]) -> Match:
        where = f" in {self._provinces[province_id]}" if province_id else ""
        others = _same_key(text, [entry for entry in self._entries if entry.province_id == province_id])
        if others:
            return _set_aside(f"there is no such '{text}'{where}, but there is {self._list(others)}; check the kind")
        return _set_aside(f"there is no '{text}'{where}; nearest: {self._list(nearest[:3]) or 'none'}")

    def _elsewhere(self, name: str, province_id: str, hits: list[tuple[_Entry, float]]) -> Match:
        where = f"'{name}' is not in {self._provinces[province_id]}, but there is {self._list(hits)}"
        return _set_aside(f"{where}; check the province")

    def _list(self, hits: list[tuple[_Entry, float]]) -> str:
        """Name places with their province, and their kind unless all are districts."""
        plainly = all(entry.kind == PlaceKind.DISTRICT for entry, _ in hits)
        named = (self._label[entry.place_id] + ("" if plainly else f" ({entry.kind})") for entry, _ in hits)
        return " or ".join(dict.fromkeys(named))

    def _readings(
        self, text: str, entries: list[_Entry], province_id: str, kinds: list[str]
    ) -> Iterator[tuple[str, Precision]]:
        """Yield the names that a text may contain, the likeliest first, with how much of the place each means."""
        keys = {entry.key for entry in entries}
        whole = frozenset[str]().union(*(WHOLE[PlaceKind(kind)] for kind in kinds))
        called = self._provinces.get(province_id, "")
        around = {normalise(called), normalise(without(PROVINCE, called)), ""}
        head, _, tail = text.rpartition(",")
        if head and normalise(without(PROVINCE, tail)) in around:
            text = head
        text = _PARENTHESIS.sub(lambda note: " " if normalise(without(PROVINCE, note[1])) in around else note[0], text)
        notes = _PARENTHESIS.findall(text)
        outer = _PARENTHESIS.sub(" ", text).strip(" ,;-\u2013")
        if normalise(text) in keys:
            yield text, Precision.PLACE
        aliases = [without(whole, note) for note in notes if normalise(without(whole, note)) in keys]
        remarks = [note for note in notes if without(whole, note) not in aliases]
        inside = not all(self._is_remark(note, whole, around) for note in remarks)
        precision = Precision.INSIDE if inside else Precision.PLACE
        if normalise(outer) in keys:
            # "Nirkh (Jalrez)" names two places, and nobody can say which is meant.
            conflict = any(not _same_place(outer, alias, entries) for alias in aliases)
            yield (text if conflict else outer), precision
            return
        for alias in aliases:
            yield alias, precision
        words = [word for word in re.split(r"[\s,;]+", outer) if word]
        bare = [word for word in words if word.lower() not in whole]
        core = [word for word in bare if word.lower() not in PART | FILLER]
        if len(core) < len(bare):
            precision = Precision.INSIDE
        if outer:
            yield " ".join(core) or outer, precision

    def _is_remark(self, note: str, whole: frozenset[str], around: set[str]) -> bool:
        """Whether a parenthesis only repeats what kind of place it is, or whose border it is on, or adds to it."""
        words = [word for word in re.split(r"[^\w']+", note.lower()) if word and word not in whole]
        return note.lower().startswith("and ") or all(
            word[:LETTERS_OF_COUNTRY] in self._neighbours or normalise(word) in around for word in words
        )


def _same_place(one: str, other: str, entries: list[_Entry]) -> bool:
    ids = [{entry.place_id for entry, _ in _same_key(name, entries)} for name in (one, other)]
    return bool(ids[0] & ids[1])


_SCORE = {Method.EXACT: 100.0, Method.ALTERNATIVE: 98.0, Method.NORMALISED: 95.0}
_HOW = {
    Method.EXACT: "the name is",
    Method.ALTERNATIVE: "known also as",
    Method.NORMALISED: "spelled otherwise",
    Method.FUZZY: "spelled much like",
}


def _set_aside(reason: str) -> Match:
    return Match("", "", 0.0, "", reason)


def _names_of(row: dict[Hashable, Any]) -> Iterator[tuple[str, Method]]:
    yield row["name"], Method.EXACT
    for name in [row["name_local"], *row["alt_names"].split("|")]:
        if name:
            yield name, Method.ALTERNATIVE


def _names_of_province(row: dict[Hashable, Any]) -> Iterator[tuple[str, Method]]:
    """Yield the names of a province, then those that say what kind of division it is without that word."""
    names = list(_names_of(row))
    yield from names
    known = {name for name, _ in names}
    for short in (without(PROVINCE, name) for name, _ in names):
        if short and short not in known:
            yield short, Method.ALTERNATIVE


def _best(name: str, entries: list[_Entry]) -> list[tuple[_Entry, float]]:
    """Return the best entry of each place that fits, best first.

    The first way of matching that fits any place decides: exact, alternative, normalised, fuzzy. Several places
    in the answer are equally good; those with a score of 0 only come near.
    """
    exactly = plain(name)
    for method in (Method.EXACT, Method.ALTERNATIVE):
        hits = [entry for entry in entries if entry.method == method and entry.plain == exactly]
        if hits:
            return _one_each([(entry, _SCORE[method]) for entry in hits])
    return _same_key(name, entries) or _alike(normalise(name), entries)


def _same_key(name: str, entries: list[_Entry]) -> list[tuple[_Entry, float]]:
    """Return an entry of each place that has this name in any spelling."""
    exactly, key = plain(name), normalise(name)
    same = [entry for entry in entries if key and entry.key == key]
    as_found = [entry if entry.plain == exactly else replace(entry, method=Method.NORMALISED) for entry in same]
    return _one_each(sorted(((entry, _SCORE[entry.method]) for entry in as_found), key=lambda hit: -hit[1]))


def slips_allowed(key: str) -> int:
    """Return how many slips of the pen may lie between a normalised name and what it is taken for."""
    return min(2, len(key) // LETTERS_PER_SLIP) if len(key) >= SHORTEST_FUZZY else 0


def _alike(key: str, entries: list[_Entry]) -> list[tuple[_Entry, float]]:
    """Return the entries that a few slips of the pen lead to; with a likeness of 0 those that only come near.

    The number of slips is the optimal string alignment distance. Places that as few slips lead to are equal.
    """
    allowed = slips_allowed(key)
    alike = [replace(entry, method=Method.FUZZY) for entry in entries if _digits(entry.key) == _digits(key)]
    slips = sorted(
        ((OSA.distance(key, entry.key), entry) for entry in alike), key=lambda hit: (hit[0], hit[1].place_id)
    )
    if not slips or slips[0][0] > allowed:
        return _one_each([(entry, 0.0) for _, entry in slips])[:3]
    best = _one_each([(entry, round(100 * (1 - n / len(key)), 1)) for n, entry in slips if n == slips[0][0]])
    # "Dara-e-Suf" is the beginning of two districts, and is neither.
    beginning = _one_each([(entry, best[0][1]) for entry in alike if entry.key.startswith(key)])
    return beginning if len(beginning) > 1 else best


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
    # Of no names at all, the columns still are text and numbers.
    kinds = {"place_id": "str", "method": "str", "score": "float64", "precision": "str", "reason": "str"}
    columns = {
        column: pd.Series([getattr(match, column) for match in matches], index=names.index, dtype=kind)
        for column, kind in kinds.items()
    }
    return names.assign(**columns)
