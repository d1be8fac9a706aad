"""Place names, as sources spell them, are matched to places of the gazetteer, or set aside with a reason.

A name is tried as it stands, then as an alternative name, then in a normalised transliteration, each within its
province; then as a fuzzy match, and last by its consonants. Nothing is guessed: a name that resembles no known name, or
two of them equally, is set aside with the nearest names.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz.distance import OSA

from control_map.core.arrays import memoize
from control_map.core.errors import Fault
from control_map.core.labels import KIND_SUFFIX
from control_map.core.model import APPROXIMATE_METHODS, KINDS_WITH_STATUS, LocationPrecision, MatchMethod, PlaceKind
from control_map.geocoding.name_index import METHOD_SCORES, IndexedName, NameIndex, ScoredName, index_name
from control_map.geocoding.settlement_index import Settlement, SettlementIndex, part_of
from control_map.geocoding.spelling import FILLER_WORDS, PART_WORDS, normalise, plain_word, remove_words, spelling_keys
from control_map.geocoding.stated_name import LONGEST_NAME, PARENTHESIS, NameSplitter, PlaceWords, SplitName
from control_map.theatre.parts import PARTS_FILE, no_parts
from control_map.theatre.settlements import no_settlements
from control_map.theatre.theatre import Theatre

PART = "part"
"""What an indexed name stands for that is not of a place, but of a part of one."""
DEMONYM_PREFIX_LENGTH = 4
"""Characters by which a demonym is recognised: "Turkmen" and Turkmenistan."""
StatedName = tuple[str, str, str]
"""How a source spells a place and its province, and what kind of place it states."""
NameProgress = Callable[[Sequence[StatedName]], Iterable[StatedName]]
_STATED_PART = re.compile(r"(.+?)\s*[,;\u060c(\[]\s*(?:a )?part of (.+?)[)\]]?", re.IGNORECASE)
_MOST_NAMED = 3
"""Settlements that are named where it is not clear which of them is meant."""
_LARGEST_DIFFERENCE = 0.4
"""The part of an unknown name in which a parenthesis may differ and still be another spelling of it."""


class Match(NamedTuple):
    """The place that a name was matched to.

    `place_id` is the id of a place or a province, or empty if the name is set aside. `score` runs from 0 to 100.
    `reason` says in words what was matched, or why nothing was and which names are nearest. `part` names the part of
    the place that is meant, as in "Salma dam, part of Chishti Sharif", if it has a name.
    """

    place_id: str
    method: str
    score: float
    precision: str
    reason: str
    part: str = ""


class Gazetteer:
    """All names of all places of a theatre, in which names are looked up.

    Parameters
    ----------
    places
        Columns `place_id, kind, name, name_local, alt_names, province_id, province, also_in`; several names or
        provinces in one cell are separated by `|`.
    provinces
        Columns `province_id, province, name_local, alt_names`.
    country
        The name of the whole country.
    words
        The words for kinds of places.
    parts
        The named parts of places, as `read_parts` returns them; by default there are none.
    settlements
        The settlements, as `read_settlements` returns them; by default there are none.
    """

    def __init__(
        self,
        places: pd.DataFrame,
        provinces: pd.DataFrame,
        country: str,
        words: PlaceWords | None = None,
        parts: pd.DataFrame | None = None,
        settlements: pd.DataFrame | None = None,
    ) -> None:
        self.splitter = NameSplitter(provinces, country, words)
        self.words = self.splitter.words
        self._country = country
        kinds = places["kind"].map(KIND_SUFFIX)
        self._place_names = dict(zip(places["place_id"], places["name"] + kinds, strict=True))
        self._label = dict(zip(places["place_id"], places["name"] + ", " + places["province"], strict=True))
        self._provinces = dict(zip(provinces["province_id"], provinces["province"], strict=True))
        self._around = {
            province_id: {normalise(name), normalise(remove_words(self.words.province, name)), ""}
            for province_id, name in self._provinces.items()
        }
        self._province_names = NameIndex(
            (
                entry
                for row in provinces.rename(columns={"province": "name"}).to_dict("records")
                for name, method in _names_of_province(row, self.words.province)
                for entry in index_name(row["province_id"], PlaceKind.PROVINCE, row["province_id"], name, method)
            ),
            self.words.generic,
        )
        countries = [country, *places.get("neighbour", ())]
        self._neighbours = {name[:DEMONYM_PREFIX_LENGTH].lower() for name in countries if name}
        parts_of: dict[str, list[dict[Hashable, Any]]] = {}
        for part in (no_parts() if parts is None else parts).to_dict("records"):
            parts_of.setdefault(part["part_of"], []).append(part)
        self._parts: dict[tuple[str, str], str] = {}
        entries: list[IndexedName] = []
        for row in places.drop(columns="geometry", errors="ignore").to_dict("records"):
            for province_id in [row["province_id"], *filter(None, row["also_in"].split("|"))]:
                for name, method in names_of(row):
                    entries += index_name(row["place_id"], row["kind"], province_id, name, method)
                for part in parts_of.get(row["place_id"], ()):
                    keyed = (index_name(row["place_id"], PART, province_id, *each) for each in names_of(part))
                    named = list(chain.from_iterable(keyed))
                    whole = part_of(part["name"], self._place_names[row["place_id"]])
                    self._parts |= {(row["place_id"], entry.key): whole for entry in named}
                    entries += named
        entries += list(self._second_names(entries))
        self._all = NameIndex(entries, self.words.generic)
        self._kinds, self._province_ids = (
            np.asarray(column, dtype=object)
            for column in ([entry.kind for entry in entries], [entry.province_id for entry in entries])
        )
        self._indexes: dict[tuple[str, tuple[str, ...]], NameIndex] = {}
        self._settlements = SettlementIndex(
            no_settlements() if settlements is None else settlements, self.words.generic
        )
        is_district = places["kind"] == PlaceKind.DISTRICT
        districts = places["place_id"].where(is_district, places["parent_id"])
        self._district_of = dict(zip(places["place_id"], districts, strict=True))
        self._provinces_of = {
            district: {province_id, *filter(None, others.split("|"))}
            for district, province_id, others in places.loc[
                is_district, ["place_id", "province_id", "also_in"]
            ].itertuples(index=False, name=None)
        }

    def find(self, place_text: str, province_text: str, place_kind: str) -> Match:
        """Find the place that a name in a source means: a place or a part of it, or else the district of a settlement.

        Parameters
        ----------
        place_text, province_text
            As the source spells them; the province may be empty.
        place_kind
            A `PlaceKind`, or empty if the source leaves it open.
        """
        known = self._find_known(place_text, province_text, place_kind)
        is_sure = known.precision and known.method not in APPROXIMATE_METHODS
        if is_sure or place_kind not in ("", PlaceKind.DISTRICT) or not len(self._settlements):
            return known
        return self._find_settlement(place_text, province_text, known) or known

    def _find_known(self, place_text: str, province_text: str, place_kind: str) -> Match:  # noqa: PLR0911 - one for each reason
        if max(len(place_text), len(province_text)) > LONGEST_NAME:
            return _set_aside(f"the name has more than {LONGEST_NAME} characters; shorten it")
        if place_kind == PlaceKind.COUNTRY:
            how = f"{self._country} as a whole, or an area across provinces"
            return Match("", MatchMethod.EXACT, 100.0, LocationPrecision.COUNTRY, how)
        if place_kind == PlaceKind.PROVINCE:
            return self._find_area(place_text, province_text)
        if stated := self._find_stated_part(place_text, province_text, place_kind):
            return stated
        split = self.split(place_text)
        if "/" in split.name and not self._all.has_name(remove_words(self.words.of_any_kind, split.name)):
            return self._find_each(split, province_text, place_kind)
        found = [self._find_province(text) for text in dict.fromkeys((province_text, split.province)) if text]
        if unknown := next((province for province in found if not province.place_id), None):
            return unknown
        if not place_text:
            return _set_aside("the row names no place")
        if place_kind and place_kind not in KINDS_WITH_STATUS:
            return _set_aside(f"'{place_kind}' is not a kind of place")
        province_ids = dict.fromkeys(province.place_id for province in found) or [""]
        matches = [self._find_of_kind(split, province_id, place_kind) for province_id in province_ids]
        if len({match.place_id for match in matches}) > 1 or (len(matches) > 1 and not matches[0].place_id):
            return _set_aside(f"the place is called '{place_text}' and the province '{province_text}'; correct one")
        return matches[0]

    def _second_names(self, entries: list[IndexedName]) -> Iterator[IndexedName]:
        """Yield the names before and in the brackets of official names: "Kobani" for "Ain al-Arab (Kobani)".

        A name that another place or a province has is left to it, and a remark is no name.
        """
        places_by_key: dict[str, set[str]] = {}
        for entry in entries:
            places_by_key.setdefault(entry.key, set()).add(entry.place_id)
        for entry in (entry for entry in entries if "(" in entry.name):
            notes = PARENTHESIS.findall(entry.name)
            around = self._around.get(entry.province_id, {""})
            if any(self._is_remark(note, self.words.of_any_kind | PART_WORDS, around) for note in notes):
                continue
            for name in (PARENTHESIS.sub(" ", entry.name).strip(), *notes):
                taken = set[str]().union(*(places_by_key.get(key, ()) for key in spelling_keys(name)))
                if name[:1].islower() or self.splitter.provinces_called(name) or not taken <= {entry.place_id}:
                    continue
                yield from index_name(entry.place_id, entry.kind, entry.province_id, name, MatchMethod.ALTERNATIVE)

    def keys_by_place(self) -> dict[str, list[str]]:
        """Return the keys of the names of each place, see `spelling_keys`, without those of its parts."""
        return _keys_by_place(entry for entry in self._all.entries if entry.kind != PART)

    def keys_by_province(self) -> dict[str, list[str]]:
        """Return the keys of the names of each province."""
        return _keys_by_place(self._province_names.entries)

    def split(self, place_text: str) -> SplitName:
        """Split what a source writes for a place; a name of the gazetteer stands for itself, with all that is in it."""
        return SplitName(place_text) if self._all.has_name(place_text) else self.splitter.split(place_text)

    def only_kind(self, place_text: str) -> str:
        """Return the kind of place for a name that only places of one kind have, unless they are districts; or nothing.

        A name that only a province has means the province and, where no more is said, a part of it.
        """
        for name in dict.fromkeys((place_text, self.split(place_text).name)):
            hits = self._all.same_key(name) or self._province_names.same_key(name)
            kinds = {entry.kind for entry, _ in hits}
            if len(kinds) == 1 and PlaceKind.DISTRICT not in kinds:
                return kinds.pop()
        return ""

    def nearest_place_ids(self, place_text: str, province_text: str, place_kind: str, count: int = 5) -> list[str]:
        """Return the ids of the places whose names are nearest to an unknown one, the nearest first, see `find`.

        A place of exactly this name elsewhere, or of another kind, comes before all that only resemble it; of the
        others, those in the stated province come first, and of these, those of the stated kind.
        """
        split = self.split(place_text[:LONGEST_NAME])
        province_id = self._find_province(province_text or split.province).place_id
        key = normalise(PARENTHESIS.sub(" ", split.name))
        distances = self._all.edit_distances(key)
        other_kind = (self._kinds != place_kind) & bool(place_kind)
        other_province = self._province_ids != province_id
        order = np.lexsort((self._all.place_rank, distances, other_kind, other_province, distances > 0))
        return [entry.place_id for entry in self._all.first_places(order, count)]

    def _find_each(self, split: SplitName, province_text: str, place_kind: str) -> Match:
        """Find a place that is stated in several spellings, as in "Nirkh/Nerkh"."""
        beside = f", {split.province}" if split.province else ""
        found = [
            self.find(f"{piece.strip()}{beside}", province_text, place_kind)
            for piece in split.name.split("/")
            if piece.strip()
        ]
        if found and found[0].place_id and len({(match.place_id, match.precision) for match in found}) == 1:
            return found[0]
        return _set_aside(f"'{split.name}' names several places, or some that are unknown; give each a row of its own")

    def _find_stated_part(self, place_text: str, province_text: str, place_kind: str) -> Match | None:
        """Find the place in a text as "X, part of Y"; None if the text states no part of a known place."""
        stated = _STATED_PART.fullmatch(place_text)
        if not stated or self._all.has_name(place_text):
            return None
        name, place = stated.groups()
        match = self.find(place, province_text, place_kind)
        if match.place_id not in self._place_names:
            return None
        whole = part_of(name, self._place_names[match.place_id])
        return match._replace(precision=LocationPrecision.INSIDE, part=whole, reason=f"{match.reason}; {whole}")

    def _find_part(self, text: str, province_id: str) -> Match | None:
        """Find a part of a place by a name of its own; None if no part is called so, or if a place is.

        A name that parts of two places have is set aside.
        """
        names, of_places = self._index_of(province_id, [PART]), self._index_of(province_id, KINDS_WITH_STATUS)
        if not names.entries or any(map(of_places.has_name, (text, remove_words(self.words.of_any_kind, text)))):
            return None
        outer = PARENTHESIS.sub(" ", text)
        found = next(filter(None, map(names.same_key, (text, outer, remove_words(FILLER_WORDS, outer)))), [])
        if not found:
            return None
        parts = [self._parts[entry.place_id, entry.key] for entry, _ in found]
        if len(parts) > 1:
            how = f"write '{parts[0]}', or state the province"
            return _set_aside(f"'{text}' can be {' or '.join(parts)}; {how}")
        entry, score = found[0]
        how = f"'{text}' is {parts[0]}, {self._provinces[entry.province_id]}: {_HOW[entry.method]} '{entry.name}'"
        return Match(entry.place_id, entry.method, score, LocationPrecision.INSIDE, how, parts[0])

    def _find_settlement(self, text: str, province_text: str, known: Match) -> Match | None:
        """Find the district of a settlement by the name of that; None if no settlement is called so, or a place is.

        `known` is what the name means without settlements: nothing, or the place whose name it resembles.
        """
        name, called, beside = self._settlements.split(text[:LONGEST_NAME])
        if self.split(name).kind == PlaceKind.DISTRICT or (known.place_id and not called):
            return None
        allowed = self._districts_called([province_text, *beside])
        if not called:
            return self._find_similar_settlement(name, text, allowed, known)
        namesakes = {self._district_of[entry.place_id] for entry, _ in self._all.same_key(name)}
        taken = (namesakes or self._province_names.has_name(name)) if allowed is None else namesakes & allowed
        within = [each for each in called if allowed is None or each.district_id in allowed]
        if taken or (known.place_id and (not within or self._is_main_settlement(known.place_id, within))):
            return None
        if not within:
            return _set_aside(f"{known.reason}; elsewhere there is {self._list_settlements(called)}")
        spelled = [each for each in within if each.method != MatchMethod.NORMALISED] or within
        if len({each.district_id for each in spelled}) > 1:
            return _set_aside(f"'{name}' can be {self._list_settlements(spelled)}; write the district beside it")
        found = spelled[0]
        how = f"'{text}' is {self._list_settlements([found])}: {_HOW[found.method]} '{found.called}'"
        how += f"; {len(spelled)} settlements there are called so" if len(spelled) > 1 else ""
        part = part_of(found.name, self._place_names[found.district_id])
        return Match(found.district_id, found.method, METHOD_SCORES[found.method], LocationPrecision.INSIDE, how, part)

    def _find_similar_settlement(self, name: str, text: str, allowed: set[str] | None, known: Match) -> Match | None:
        """Find the district of a settlement that is called almost so; it has to be the only one where it is stated.

        Where no district or province is stated, a settlement with a similar name is only suggested.
        """
        if allowed is None:
            alike = self._settlements.find_resembling(name)
            return (
                _set_aside(f"{known.reason}; called much alike is {self._list_settlements(alike)}") if alike else None
            )
        similar = self._settlements.find_similar(name, frozenset(allowed))
        if not similar:
            return None
        found, score = similar[0]
        if len(similar) > 1:
            listed = self._list_settlements([each for each, _ in similar])
            return _set_aside(f"{known.reason}; called much alike is {listed}")
        how = f"'{text}' is {self._list_settlements([found])}: {_HOW[found.method]} '{found.called}'"
        part = part_of(found.name, self._place_names[found.district_id])
        return Match(found.district_id, found.method, score, LocationPrecision.INSIDE, how, part)

    def _list_settlements(self, settlements: Sequence[Settlement]) -> str:
        named = dict.fromkeys(f"{each.name} in {self._label[each.district_id]}" for each in settlements)
        some = " or ".join(list(named)[:_MOST_NAMED])
        return f"the settlement {some}" + (f" or {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else "")

    def _districts_called(self, names: Iterable[str]) -> set[str] | None:
        """Return the districts that have all these names, or lie in the provinces that have them; None: all districts.

        A name of a kind of place alone, or of the country, says nothing; a name that is not known leaves no district.
        """
        allowed: set[str] | None = None
        for name in names:
            bare = remove_words(self.words.of_any_kind | self.words.province | PART_WORDS, name)
            if not bare or normalise(name) == normalise(self._country):
                continue
            provinces = self.splitter.provinces_called(name)
            hits = self._all.same_key(name) or self._all.same_key(bare)
            districts = {self._district_of[entry.place_id] for entry, _ in hits if entry.kind != PART}
            districts |= {district for district, around in self._provinces_of.items() if provinces & around}
            allowed = districts if allowed is None else allowed & districts
        return allowed

    def _is_main_settlement(self, place_id: str, called: Sequence[Settlement]) -> bool:
        """Whether one of these settlements is that after which a place is named, though it is spelled otherwise."""
        district = self._district_of.get(place_id, "")
        inside = {each.settlement_id for each in called if each.district_id == district}
        names = {entry.name for entry in self._all.entries if entry.place_id == place_id} if inside else set()
        namesakes = {
            each.settlement_id
            for name in names
            for each in self._settlements.find(name)
            if each.district_id == district
        }
        return bool(inside) and (not namesakes or bool(inside & namesakes))

    def _find_area(self, place_text: str, province_text: str) -> Match:
        if "/" in place_text and not self._province_names.has_name(place_text):
            return self._find_each(SplitName(place_text), province_text, PlaceKind.PROVINCE)
        province = self._find_province(province_text or place_text)
        named = self._province_names.same_key(remove_words(self.words.province, place_text) or place_text)
        if named and province.place_id not in {entry.place_id for entry, _ in named}:
            return _set_aside(f"the place is called '{place_text}' and the province '{province_text}'; correct one")
        return province

    def _find_of_kind(self, split: SplitName, province_id: str, place_kind: str) -> Match:
        """Find a place by its name in a province; where the kind is left open, the words beside the name say it."""
        known = split.kind and self._index_of(province_id, KINDS_WITH_STATUS).has_name(split.name)
        stated = "" if known else split.kind
        if stated == PlaceKind.CAPITAL and (not place_kind or (split.is_city and place_kind == PlaceKind.DISTRICT)):
            capital = self._find_place(split.name, province_id, [PlaceKind.CAPITAL])
            if capital.place_id and capital.method not in APPROXIMATE_METHODS:
                return capital
        if stated == PlaceKind.DISTRICT and not place_kind:
            return self._find_place(split.name, province_id, [stated])
        return self._find_place(split.name, province_id, [place_kind] if place_kind else list(KINDS_WITH_STATUS))

    def _find_province(self, text: str) -> Match:
        if not text:
            return Match("", "", 0.0, "", "no province is stated")
        names = self._province_names
        found = names.same_key(text) or names.best_matches(remove_words(self.words.province, text) or text)
        if len(found) == 1 and found[0][1] > 0 and not self._is_part_of(text, found[0][0]):
            entry, score = found[0]
            how = f"the province {self._provinces[entry.place_id]}"
            return Match(entry.place_id, entry.method, score, LocationPrecision.PROVINCE, how)
        nearest = ", ".join(self._provinces[entry.place_id] for entry, _ in found[:3])
        return _set_aside(f"there is no province '{text}'; nearest: {nearest or 'none'}")

    def _find_place(self, text: str, province_id: str, kinds: list[str]) -> Match:
        if named_part := self._find_part(text, province_id):
            return named_part
        everywhere, here = self._index_of("", kinds), self._index_of(province_id, kinds)
        if not here.has_name(text) and (namesakes := everywhere.same_key(text)):
            return self._elsewhere(text, province_id, namesakes)
        nearest: list[ScoredName] = []
        for name, precision in self._readings(text, here, province_id, kinds):
            found = here.best_matches(name) if province_id else here.same_key(name)
            sure = [hit for hit in found if hit[1] > 0]
            is_known = bool(sure) and sure[0][0].method not in APPROXIMATE_METHODS
            elsewhere = [] if is_known else everywhere.same_key(name)
            if sure and elsewhere:
                return self._elsewhere(name, province_id, elsewhere)
            if len(sure) == 1:
                entry, score = sure[0]
                extent = LocationPrecision.INSIDE if self._is_part_of(name, entry) else precision
                part = " (a part of it)" if extent == LocationPrecision.INSIDE else ""
                how = f"'{name}' is {self._label[entry.place_id]}{part}: {_HOW[entry.method]} '{entry.name}'"
                return Match(entry.place_id, entry.method, score, extent, how)
            if len(sure) > 1:
                return _set_aside(f"'{name}' can be {self._list(sure)}; state the province, the kind or the full name")
            nearest = nearest or found or elsewhere
        return self._unknown(text, province_id, nearest)

    def _is_part_of(self, name: str, entry: IndexedName) -> bool:
        """Whether a name that has the consonants of another says more: the hills of a place are not the place."""
        generic = self.words.generic
        return entry.method == MatchMethod.CONSONANTS and not generic.features(name) <= generic.features(entry.name)

    def _index_of(self, province_id: str, kinds: Sequence[str]) -> NameIndex:
        """Return the index of the names of places of some kinds in a province, or in all provinces."""
        key = province_id, tuple(kinds)
        if key not in self._indexes:
            self._indexes[key] = NameIndex(
                (
                    entry
                    for entry in self._all.entries
                    if entry.kind in kinds and (not province_id or entry.province_id == province_id)
                ),
                self.words.generic,
            )
        return self._indexes[key]

    def _unknown(self, text: str, province_id: str, nearest: list[ScoredName]) -> Match:
        where = f" in {self._provinces[province_id]}" if province_id else ""
        others = self._index_of(province_id, KINDS_WITH_STATUS).same_key(text) if province_id else []
        if others:
            return _set_aside(f"there is no such '{text}'{where}, but there is {self._list(others)}; check the kind")
        return _set_aside(f"there is no '{text}'{where}; nearest: {self._list(nearest[:3]) or 'none'}")

    def _elsewhere(self, name: str, province_id: str, hits: list[ScoredName]) -> Match:
        where = f"'{name}' is not in {self._provinces[province_id]}, but there is {self._list(hits)}"
        return _set_aside(f"{where}; check the province")

    def _list(self, hits: list[ScoredName]) -> str:
        """List places with their province, and with their kind unless all are districts."""
        all_districts = all(entry.kind == PlaceKind.DISTRICT for entry, _ in hits)
        named = (self._label[entry.place_id] + ("" if all_districts else f" ({entry.kind})") for entry, _ in hits)
        return " or ".join(dict.fromkeys(named))

    def _readings(
        self, text: str, here: NameIndex, province_id: str, kinds: list[str]
    ) -> Iterator[tuple[str, LocationPrecision]]:
        """Yield the names that a text may contain, the likeliest first, with how much of the place each stands for."""
        whole = self.words.of_kinds(kinds)
        around = self._around.get(province_id, {""})
        notes = PARENTHESIS.findall(text)
        outer = PARENTHESIS.sub(" ", text).strip(" ,;-\u2013")
        if here.has_name(text):
            yield text, LocationPrecision.PLACE
        aliases = [remove_words(whole, note) for note in notes if here.has_name(remove_words(whole, note))]
        remarks = [note for note in notes if remove_words(whole, note) not in aliases]
        inside = not all(self._is_remark(note, whole, around) for note in remarks)
        precision = LocationPrecision.INSIDE if inside else LocationPrecision.PLACE
        if here.has_name(outer):
            # "Nirkh (Jalrez)" names two places, and it is unclear which is meant.
            named = {entry.place_id for entry, _ in here.same_key(outer)}
            conflict = any(named.isdisjoint(entry.place_id for entry, _ in here.same_key(alias)) for alias in aliases)
            yield (text if conflict else outer), precision
            return
        for alias in aliases:
            if _may_be_another_name(outer, alias):
                yield alias, precision
        words = [word for word in re.split(r"[\s,;\u060c]+", outer) if word]
        bare = [word for word in words if plain_word(word) not in whole]
        core = [word for word in bare if plain_word(word) not in PART_WORDS | FILLER_WORDS]
        if len(core) < len(bare):
            precision = LocationPrecision.INSIDE
        if outer:
            yield " ".join(core) or outer, precision

    def _is_remark(self, note: str, whole: frozenset[str], around: set[str]) -> bool:
        """Whether a parenthesis only states the kind of the place, its neighbour or its surroundings, or adds to it."""
        words = [word for word in map(plain_word, re.split(r"[^\w']+", note)) if word and word not in whole]
        return note.lower().startswith("and ") or all(
            word[:DEMONYM_PREFIX_LENGTH] in self._neighbours or normalise(word) in around for word in words
        )


_HOW = {
    MatchMethod.EXACT: "the name is",
    MatchMethod.ALTERNATIVE: "known also as",
    MatchMethod.NORMALISED: "spelled otherwise",
    MatchMethod.FUZZY: "spelled much like",
    MatchMethod.CONSONANTS: "with the consonants of",
}


def _may_be_another_name(outer: str, alias: str) -> bool:
    """Whether a parenthesis can be another spelling of an unknown name; if not, it may say what the name lies in."""
    one, other = normalise(outer), normalise(alias)
    return not outer.isascii() or OSA.distance(one, other) <= max(len(one), len(other)) * _LARGEST_DIFFERENCE


def _set_aside(reason: str) -> Match:
    return Match("", "", 0.0, "", reason)


def _keys_by_place(entries: Iterable[IndexedName]) -> dict[str, list[str]]:
    keys: dict[str, dict[str, None]] = {}
    for entry in entries:
        if entry.key:
            keys.setdefault(entry.place_id, {})[entry.key] = None
    return {place_id: list(those) for place_id, those in keys.items()}


def names_of(row: dict[Hashable, Any]) -> Iterator[tuple[str, MatchMethod]]:
    """Yield the names of a place, with both halves of one with a slash, and the way in which each is matched.

    `row` has `name, name_local, alt_names`.
    """
    yield row["name"], MatchMethod.EXACT
    others = [name for name in [row["name_local"], *row["alt_names"].split("|")] if name]
    halves = [half.strip() for name in (row["name"], *others) if "/" in name for half in name.split("/")]
    for name in (*others, *filter(None, halves)):
        yield name, MatchMethod.ALTERNATIVE


def _names_of_province(row: dict[Hashable, Any], province_words: frozenset[str]) -> Iterator[tuple[str, MatchMethod]]:
    """Yield the names of a province, then the same without words such as "province" in them."""
    names = list(names_of(row))
    yield from names
    known = {name for name, _ in names}
    for short in (remove_words(province_words, name) for name, _ in names):
        if short and short not in known:
            yield short, MatchMethod.ALTERNATIVE


@memoize
def theatre_gazetteer(theatre: Theatre) -> Gazetteer:
    """Return the gazetteer of a theatre, which is built once."""
    words = PlaceWords(theatre.place_words)
    return Gazetteer(theatre.places, theatre.provinces, theatre.country, words, theatre.parts, theatre.settlements)


def find_nameless_parts(theatre: Theatre, gazetteer: Gazetteer) -> list[Fault]:
    """Return a fault for each name in `parts.csv` that does not find its part: a place, or another part, has it too."""
    provinces = theatre.places.set_index("place_id")["province"]
    fix = "Take the name out, or give the part a longer one"
    return [
        Fault(PARTS_FILE, row, "name", f"the name does not find the part: {match.reason}", fix, name, kept=True)
        for row, part_of, *cells in theatre.parts[["row", "part_of", "name", "name_local", "alt_names"]].itertuples(
            index=False, name=None
        )
        for name in filter(None, "|".join(cells).split("|"))
        if (match := gazetteer.find(name, provinces[part_of], "")).place_id != part_of or not match.part
    ]


def geocode(names: pd.DataFrame, gazetteer: Gazetteer, progress: NameProgress = iter) -> pd.DataFrame:
    """Match the name in each row to a place; the input is not changed.

    `names` has the columns `place_text, province_text, place_kind`, as text; `progress` is given the distinct names,
    and yields them as they are looked up. The result is the input with the fields of `Match`. A row that is set aside
    has an empty `place_id` and `precision`.
    """
    stated = names[["place_text", "province_text", "place_kind"]].fillna("").astype("str")
    distinct = list(stated.drop_duplicates().itertuples(index=False, name=None))
    found = {key: gazetteer.find(*key) for key in progress(distinct)}
    matches = [found[key] for key in stated.itertuples(index=False, name=None)]
    # The types are given so that they are the same without any rows.
    kinds = {name: "float64" if name == "score" else "str" for name in Match._fields}
    return names.assign(**pd.DataFrame(matches, columns=Match._fields, index=names.index).astype(kinds))
