"""An index of names of places, searched as written, in another spelling, by a fuzzy match, or by consonants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from control_map.core.arrays import Ints
from control_map.core.model import MatchMethod
from control_map.geocoding.consonants import GenericWords, NameForm
from control_map.geocoding.spelling import fold_name, spelling_keys

MIN_FUZZY_CHARACTERS = 5
"""Characters of a normalised name; in a shorter one, one wrong character makes another name."""
CHARACTERS_PER_EDIT = 5
"""Per so many characters one may be wrong, missing, added or swapped with its neighbour, and two at the most."""
METHOD_SCORES = {
    MatchMethod.EXACT: 100.0,
    MatchMethod.ALTERNATIVE: 98.0,
    MatchMethod.NORMALISED: 95.0,
    MatchMethod.CONSONANTS: 75.0,  # below all fuzzy matches
}


@dataclass(frozen=True)
class IndexedName:
    """One name of one place: `plain` is `fold_name` of it, `key` one of its `spelling_keys`."""

    place_id: str
    kind: str
    province_id: str
    name: str
    method: MatchMethod
    plain: str
    key: str


def index_name(place_id: str, kind: str, province_id: str, name: str, method: MatchMethod) -> list[IndexedName]:
    """Return the entries by which a name is found: one for each of its keys."""
    return [IndexedName(place_id, kind, province_id, name, method, fold_name(name), key) for key in spelling_keys(name)]


ScoredName = tuple[IndexedName, float]
"""A name with its score from 0 to 100."""


class NameIndex:
    """Names of places, indexed for quick search.

    Parameters
    ----------
    entries
        The names of the places, in the order in which equally good ones are returned.
    generic
        The generic words of names.
    """

    def __init__(self, entries: Iterable[IndexedName], generic: GenericWords | None = None) -> None:
        self.entries = list(entries)
        self._generic = generic or GenericWords()
        self._by_name: dict[str, list[IndexedName]] = {}
        self._by_key: dict[str, list[IndexedName]] = {}
        for entry in self.entries:
            self._by_name.setdefault(entry.plain, []).append(entry)
            self._by_key.setdefault(entry.key, []).append(entry)

    @cached_property
    def keys(self) -> list[str]:
        """The normalised name of each entry."""
        return [entry.key for entry in self.entries]

    @cached_property
    def _by_digits(self) -> dict[str, Ints]:
        """The positions of the entries by the digits in the name: a name with other digits is another place."""
        numbers: dict[str, list[int]] = {}
        for number, key in enumerate(self.keys):
            numbers.setdefault(digits(key), []).append(number)
        return {own: np.asarray(those, dtype=np.int64) for own, those in numbers.items()}

    @cached_property
    def _fuzzy(self) -> list[IndexedName]:
        return [replace(entry, method=MatchMethod.FUZZY) for entry in self.entries]

    @cached_property
    def _by_own_key(self) -> dict[str, list[IndexedName]]:
        """The entries by their names without generic words."""
        by_key: dict[str, list[IndexedName]] = {}
        for entry in self._fuzzy:
            for key in self._generic.own_keys(entry.name):
                by_key.setdefault(key, []).append(entry)
        return by_key

    @cached_property
    def _by_consonants(self) -> dict[str, list[tuple[NameForm, IndexedName]]]:
        forms: dict[str, list[tuple[NameForm, IndexedName]]] = {}
        for entry in self.entries:
            for form in self._generic.forms(entry.name):
                forms.setdefault(form.consonants, []).append((form, entry))
        return forms

    @cached_property
    def place_rank(self) -> Ints:
        """The position of each entry's place among all places, in the order of their ids."""
        ids = np.asarray([entry.place_id for entry in self.entries], dtype=object)
        return np.unique(ids, return_inverse=True)[1] if len(ids) else np.zeros(0, dtype=np.int64)

    def best_matches(self, name: str) -> list[ScoredName]:
        """Return the best name of each place that matches, best first.

        The first method that matches any place decides: exact, alternative, normalised, fuzzy, and last by consonants
        alone. Several places in the result are equally good; those with a score of 0 do not match and are only the
        nearest.
        """
        exactly = self._by_name.get(fold_name(name), [])
        for method in (MatchMethod.EXACT, MatchMethod.ALTERNATIVE):
            hits = [(entry, METHOD_SCORES[method]) for entry in exactly if entry.method == method]
            if hits:
                return first_per_place(hits)
        if same := self.same_key(name):
            return same
        nearest = [hit for key in spelling_keys(name) for hit in self._fuzzy_matches(key)]
        best = max((score for _, score in nearest), default=0.0)
        likely = [(entry, score) for entry, score in nearest if score == best > 0]
        likely = [hit for hit in likely if self._is_slip(name, hit[0].name)]
        likely = likely or self._same_consonants(name)
        if likely:
            # "Yangi" is one slip from Bangi, and can as well be short for Yangi Qala.
            rivals = [entry for key in self._generic.own_keys(name) for entry in self._by_own_key.get(key, ())]
            likely += [(entry, likely[0][1]) for entry in rivals]
        return first_per_place(likely or [(entry, 0.0) for entry, _ in nearest])

    def has_name(self, name: str) -> bool:
        """Whether a place has this name in any spelling."""
        return any(key and key in self._by_key for key in spelling_keys(name))

    def same_key(self, name: str) -> list[ScoredName]:
        """Return a name of each place that has this name in any spelling."""
        keys = [key for key in spelling_keys(name) if key and key in self._by_key]
        if not keys:
            return []
        same = [entry for key in keys for entry in self._by_key[key]]
        exactly = fold_name(name)
        as_found = [
            entry if entry.plain == exactly else replace(entry, method=MatchMethod.NORMALISED) for entry in same
        ]
        return first_per_place(
            sorted(((entry, METHOD_SCORES[entry.method]) for entry in as_found), key=lambda hit: -hit[1])
        )

    def edit_distances(self, key: str) -> Ints:
        """Return the optimal string alignment distance between a normalised name and each entry's."""
        distances: Ints = process.cdist([key], self.keys, scorer=OSA.distance, dtype=np.int64)[0]
        return distances

    def _same_consonants(self, name: str) -> list[ScoredName]:
        """Return a name of each place that has the same consonants and can be this one."""
        score = METHOD_SCORES[MatchMethod.CONSONANTS]
        return [
            (replace(entry, method=MatchMethod.CONSONANTS), score)
            for form in self._generic.forms(name)
            for other, entry in self._by_consonants.get(form.consonants, ())
            if form.is_like(other)
        ]

    def _is_slip(self, name: str, other: str) -> bool:
        """Whether two names that are near to each other differ by slips in what is their own.

        "Nahiyat Banan" is no slip in "Nahiyat Madan": words that both have make the names longer, not more alike.
        """
        own, others = self._generic.own_parts(name, other)
        distance = OSA.distance(own, others)
        return distance <= max_edit_distance(own) and not self._generic.contradict(name, other)

    def _fuzzy_matches(self, key: str) -> list[ScoredName]:
        """Return the names within a small edit distance, or with a score of 0 those that are only the nearest.

        Places at the same distance are equally good.
        """
        alike = self._by_digits.get(digits(key))
        if alike is None:
            return []
        distances = self.edit_distances(key)[alike]
        order = np.lexsort((self.place_rank[alike], distances))
        if distances[order[0]] > max_edit_distance(key):
            return [(entry, 0.0) for entry in self.first_places(alike[order], 3)]
        fewest = distances[order[0]]
        score = round(100 * (1 - int(fewest) / len(key)), 1)
        best = first_per_place([(self._fuzzy[number], score) for number in alike[order[distances[order] == fewest]]])
        # "Dara-e-Suf" is the beginning of two districts, and is neither.
        beginning = first_per_place([(self._fuzzy[n], best[0][1]) for n in alike if self.keys[n].startswith(key)])
        return beginning if len(beginning) > 1 else best

    def first_places(self, numbers: Ints, count: int) -> list[IndexedName]:
        """Return the first of these entries, one of each place, as fuzzy matches."""
        found: dict[str, IndexedName] = {}
        for number in numbers:
            found.setdefault(self.entries[number].place_id, self._fuzzy[number])
            if len(found) == count:
                break
        return list(found.values())


def max_edit_distance(key: str) -> int:
    """Return the largest edit distance at which a normalised name still matches another."""
    return min(2, len(key) // CHARACTERS_PER_EDIT) if len(key) >= MIN_FUZZY_CHARACTERS else 0


def digits(key: str) -> str:
    """Return the digits of a name: names with different digits never match."""
    return "".join(filter(str.isdigit, key))


def first_per_place(hits: Sequence[ScoredName]) -> list[ScoredName]:
    """Return the first hit of each place."""
    first: dict[str, ScoredName] = {}
    for hit in hits:
        first.setdefault(hit[0].place_id, hit)
    return list(first.values())
