"""Settlements are found by their names: those of one name, among which a district or a province decides."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from control_map.core.model import MatchMethod
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
    """

    def __init__(self, settlements: pd.DataFrame) -> None:
        self._settlements = settlements

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

    def find(self, text: str) -> list[Settlement]:
        """Return the settlements of a name in any spelling, each once; words for its kind may stand beside it.

        Those whose name is spelled so come first.
        """
        if not len(self):
            return []
        bare = " ".join(word for word in text.split() if plain_word(word) not in _OF_SETTLEMENTS | FILLER_WORDS)
        return next(filter(None, map(self._same_key, dict.fromkeys((text, bare)))), [])

    def split(self, text: str) -> tuple[str, list[Settlement], list[str]]:
        """Split what a source writes into a name, the settlements that have it, and what they are said to lie in."""
        if whole := self.find(text):
            return text, whole, []
        name, *beside = [*filter(None, _BESIDE.split(text.strip()))] or [""]
        return name, self.find(name), beside

    def _same_key(self, text: str) -> list[Settlement]:
        (rows, names), spelled = self._named, fold_name(text)
        found: dict[int, Settlement] = {}
        for key in filter(None, spelling_keys(text)):
            positions = self._by_key.get(key, [])
            for position in [positions] if isinstance(positions, int) else positions:
                row, called = rows[position], names[position]
                settlement_id, name, district_id = self._settlements[_SHOWN].iloc[row]
                other = MatchMethod.EXACT if called == name else MatchMethod.ALTERNATIVE
                method = other if fold_name(called) == spelled else MatchMethod.NORMALISED
                if row not in found or found[row].method == MatchMethod.NORMALISED:
                    found[row] = Settlement(settlement_id, name, district_id, called, method)
        return sorted(found.values(), key=lambda one: one.method == MatchMethod.NORMALISED)


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
