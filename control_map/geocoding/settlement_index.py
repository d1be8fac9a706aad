"""Settlements are found by their names: those of one name, among which a district or a province decides."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from control_map.core.model import MatchMethod
from control_map.geocoding.consonants import GenericWords
from control_map.geocoding.name_index import IndexedName, NameIndex, digits, index_name, max_edit_distance
from control_map.geocoding.spelling import FILLER_WORDS, fold_name, plain_word, spelling_keys, spelling_keys_of
from control_map.geocoding.stated_name import PARENTHESIS
from control_map.theatre.settlements import SETTLEMENT_COLUMNS
from control_map.theatre.theatre import Theatre

_OF_SETTLEMENTS = frozenset(
    map(
        plain_word,
        """
        town towns city village villages hamlet settlement locality area areas part parts some most all several few
        inside bazaar market quarter quarters neighbourhood neighborhood مدينة بلدة قرية شهر قریه کلی село город
        """.split(),
    )
)
"""Words that may stand beside the name of a settlement: its kind, or that a part of it is meant."""
_BESIDE = re.compile(r"\s*[,;\u060c\u061b()\[\]]\s*|\s+(?:in|within|در|په)\s+", re.IGNORECASE)
"""What parts the name of a settlement from what it lies in."""
_SHOWN = ["settlement_id", "name", "district_id"]


def part_of(name: str, place: str) -> str:
    """Return how a part of a place is named: "Salma dam, part of Chishti Sharif"."""
    return f"{name}, part of {place}"


def named_settlements(reports: pd.DataFrame, theatre: Theatre) -> pd.DataFrame:
    """Return the settlement that each report names, see `read_settlements`, with the index of the reports.

    Reports that name none have no row, and neither have those that name one of several namesakes in a district. Of the
    reports `place_id` and `part` are read, as `geocode` adds them. The inputs are not changed.
    """
    settlements, stated = theatre.settlements, reports.loc[reports["part"] != "", ["place_id", "part"]]
    there = settlements[settlements["district_id"].isin(stated["place_id"])]
    if there.empty:
        return settlements.iloc[:0]
    places = dict(zip(theatre.places["place_id"], theatre.places["name"], strict=True))
    parts = [part_of(name, places[each]) for name, each in zip(there["name"], there["district_id"], strict=True)]
    there = there.assign(part=pd.Series(parts, there.index, dtype="str")).rename(columns={"district_id": "place_id"})
    there = there.drop_duplicates(["place_id", "part"], keep=False)
    found = stated.reset_index(names="report").merge(there, on=["place_id", "part"]).set_index("report")
    return found.rename(columns={"place_id": "district_id"})[list(SETTLEMENT_COLUMNS)]


class Settlement(NamedTuple):
    """One name of one settlement, and the way in which a text matches it."""

    settlement_id: str
    name: str
    district_id: str
    called: str
    method: MatchMethod


class SettlementIndex:
    """The settlements of a theatre, by their names; the index is built when it is first searched.

    Parameters
    ----------
    settlements
        As `read_settlements` returns them. Not changed.
    generic
        The generic words of names.
    """

    def __init__(self, settlements: pd.DataFrame, generic: GenericWords | None = None) -> None:
        self._settlements = settlements
        self._generic = generic
        self._indexes: dict[frozenset[str], NameIndex] = {}

    def __len__(self) -> int:
        return len(self._settlements)

    @cached_property
    def _named(self) -> tuple[Sequence[int], Sequence[str]]:
        """The rows of the settlements, once for each of their names, and these names."""
        rows, names = zip(*_names_by_row(self._settlements), strict=True)
        return rows, names

    @cached_property
    def _by_key(self) -> Mapping[str, int | list[int]]:
        """The positions of the names that have each key, see `spelling_keys`; most have one."""
        found: dict[str, int | list[int]] = {}
        for position, keys in enumerate(spelling_keys_of(self._named[1])):
            for key in keys:
                first = found.setdefault(key, position)
                if isinstance(first, list):
                    first.append(position)
                elif first != position:
                    found[key] = [first, position]
        return found

    @cached_property
    def _keys(self) -> Sequence[str]:
        return list(self._by_key)

    def find(self, text: str) -> list[Settlement]:
        """Return the settlements of a name in any spelling, each once; words for its kind may stand beside it.

        Those whose name is spelled so come first.
        """
        if not len(self):
            return []
        return next(filter(None, map(self._same_key, dict.fromkeys((text, _without_kind(text))))), [])

    def split(self, text: str) -> tuple[str, list[Settlement], list[str]]:
        """Split what a source writes into a name, the settlements that have it, and what they are said to lie in."""
        if whole := self.find(text):
            return text, whole, []
        name, *beside = [*filter(None, _BESIDE.split(text.strip()))] or [""]
        return name, self.find(name), beside

    def find_similar(self, text: str, districts: frozenset[str]) -> list[tuple[Settlement, float]]:
        """Return the settlements of some districts whose names are most like one that none has, with their scores."""
        if districts not in self._indexes:
            (rows, names), there = self._named, self._settlements["district_id"].isin(districts).tolist()
            entries = (self._index(row, name) for row, name in zip(rows, names, strict=True) if there[row])
            self._indexes[districts] = NameIndex((entry for each in entries for entry in each), self._generic)
        found = self._indexes[districts].best_matches(_without_kind(text)) if self._indexes[districts].entries else []
        return [(self._at(int(entry.place_id), entry.name, entry.method), score) for entry, score in found if score]

    def find_resembling(self, text: str) -> list[Settlement]:
        """Return the settlements anywhere whose names are some slips from one that none has, the fewest slips first.

        These are suggestions: in a long list most names have others beside them that differ in a letter.
        """
        rows, names = self._named
        found: dict[int, Settlement] = {}
        for key in spelling_keys(_without_kind(text)):
            most = max_edit_distance(key)
            slips = process.cdist([key], self._keys, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0]
            near = sorted(np.flatnonzero(slips <= most).tolist() if most else [], key=lambda number: slips[number])
            for other in (self._keys[number] for number in near):
                positions = self._by_key[other] if digits(other) == digits(key) else []
                for position in [positions] if isinstance(positions, int) else positions:
                    found.setdefault(rows[position], self._at(rows[position], names[position], MatchMethod.FUZZY))
        return list(found.values())

    def _index(self, row: int, name: str) -> list[IndexedName]:
        return index_name(str(row), "", "", name, MatchMethod.ALTERNATIVE)

    def _at(self, row: int, called: str, method: MatchMethod) -> Settlement:
        settlement_id, name, district_id = self._settlements[_SHOWN].iloc[row]
        return Settlement(settlement_id, name, district_id, called, method)

    def _same_key(self, text: str) -> list[Settlement]:
        (rows, names), spelled = self._named, fold_name(text)
        found: dict[int, Settlement] = {}
        for key in filter(None, spelling_keys(text)):
            positions = self._by_key.get(key, [])
            for position in [positions] if isinstance(positions, int) else positions:
                row, called = rows[position], names[position]
                one = self._at(row, called, MatchMethod.NORMALISED)
                if fold_name(called) == spelled:
                    one = one._replace(method=MatchMethod.EXACT if called == one.name else MatchMethod.ALTERNATIVE)
                if row not in found or found[row].method == MatchMethod.NORMALISED:
                    found[row] = one
        return sorted(found.values(), key=lambda one: one.method == MatchMethod.NORMALISED)


def _without_kind(text: str) -> str:
    return " ".join(word for word in text.split() if plain_word(word) not in _OF_SETTLEMENTS | FILLER_WORDS)


def _names_by_row(settlements: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """Yield each name of each row; of "Yarmuk (Damascus)" and "Sart/Sert" also what stands before and beside."""
    # Lists are iterated many times faster than columns are.
    columns = (settlements[column].tolist() for column in ("name", "name_local", "alt_names"))
    for row, (name, local, others) in enumerate(zip(*columns, strict=True)):
        for each in (name, local, *others.split("|")) if others else (name, local):
            if each:
                yield row, each
            if "(" in each:
                yield row, PARENTHESIS.sub(" ", each).strip()
            if "/" in each:
                yield from ((row, half.strip()) for half in each.split("/"))
