"""The places of events are found: the district around the point decides, and names say whether its centre is meant.

Location "Eel Ferry", whose point lies in the district Brackwater, becomes a part of Brackwater, whatever else the row
names. Location "Brackwater" on the same point is its centre, whose holder holds the district. What is found is handed
over as an id with a precision and a method, see `STATED_PLACE_COLUMNS`, and is not looked for by name again.
"""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from control_map.core.model import (
    APPROXIMATE_METHODS,
    KINDS_WITH_STATUS,
    LocationPrecision,
    MatchMethod,
    PlaceKind,
)
from control_map.geocoding.gazetteer import theatre_gazetteer
from control_map.geocoding.locate import are_abroad, parse_degrees
from control_map.geocoding.spelling import normalise, remove_words, spelling_keys
from control_map.theatre.outlines import DistrictOutlines
from control_map.theatre.reports import STATED_PART
from control_map.theatre.theatre import Theatre

_LON, _LAT = 180, 90
_DIGITS_OF_TWO_LEVELS = 4
"""Digits that a P-code has for two levels; for one it has two or three."""
# A parenthesis or a slash has a meaning for the gazetteer.
_MARKS = re.compile(r"[()\[\]/,;]+")


class FoundPlace(NamedTuple):
    """Where an event is said to be, in the columns of a table of reports.

    The first three are as the source writes them. Without a `place_id` the name is looked for when the report is read.
    """

    place_text: str
    province_text: str
    place_kind: str
    place_id: str = ""
    place_precision: str = ""
    place_method: str = ""


NO_PLACE = FoundPlace("", "", "")
OUTSIDE = NO_PLACE._replace(place_method="outside")
"""The place of an event whose point is in none of the districts."""


class Around(NamedTuple):
    """What is around the point of an event: its district, and those near it; nothing if the event has no point.

    `is_swapped` says that it is in no district, and would be in one with longitude and latitude exchanged.
    """

    district_id: str = ""
    near_ids: frozenset[str] = frozenset()
    has_point: bool = False
    is_swapped: bool = False


class PlaceFinder:
    """Finds the places of events in a theatre by their points, and by the areas that they name where they have none."""

    def __init__(self, theatre: Theatre) -> None:
        self.country = theatre.country
        self._gazetteer = theatre_gazetteer(theatre)
        self._keys = {place_id: frozenset(keys) for place_id, keys in self._gazetteer.keys_by_place().items()}
        self._all_keys = frozenset[str]().union(*self._keys.values())
        columns = ["place_id", "name", "kind", "parent_id", "polygon_id", "province_id", "province"]
        rows = list(theatre.places[columns].itertuples(index=False, name=None))
        self._names = {row[0]: row[1] for row in rows}
        self.kinds = {row[0]: row[2] for row in rows}
        """The kind of each place, by its id."""
        self._capitals: dict[str, list[str]] = {}
        for place_id, _, kind, parent_id, *_ in rows:
            if kind == PlaceKind.CAPITAL:
                self._capitals.setdefault(parent_id, []).append(place_id)
        self._polygons = {row[0]: row[4] for row in rows}
        self._province_ids = {row[0]: row[5] for row in rows}
        self._provinces = {row[5]: row[6] for row in rows}
        districts = [row for row in rows if row[2] == PlaceKind.DISTRICT]
        self.is_finer = any(is_of_third_level(place_id, province_id) for place_id, *_, province_id, _ in districts)
        """Whether the districts are of the third level, and smaller than those that sources call so."""
        self._kind_words = self._gazetteer.words.of_kinds([*KINDS_WITH_STATUS])
        self._outlines = DistrictOutlines(theatre.places)
        self._found: dict[tuple[str, str, str], str] = {}
        self._spellings: dict[str, frozenset[str]] = {}

    def look_around(self, lon: pd.Series, lat: pd.Series) -> list[Around]:
        """Return what is around each point, in EPSG:4326 and written as text.

        A point that is missing, no number of degrees, or 0, 0 without a district there, counts as none.
        """
        stated = pd.DataFrame({"lon": lon, "lat": lat})
        distinct = stated.drop_duplicates()
        x, y = (parse_degrees(distinct[name]) for name in ("lon", "lat"))
        is_point = x.between(-_LON, _LON) & y.between(-_LAT, _LAT)
        ids = self._outlines.district_ids_at(x.tolist(), y.tolist())
        swapped = self._outlines.are_swapped(x.tolist(), y.tolist())
        is_point &= (x != 0) | (y != 0) | (np.array(ids) != "")
        near = dict(
            zip(
                distinct.index[is_point],
                self._outlines.ids_near(x[is_point].tolist(), y[is_point].tolist()),
                strict=True,
            )
        )
        found = {
            point: Around(district_id, frozenset(near.get(row, ())), has_point, odd)
            for row, point, district_id, has_point, odd in zip(
                distinct.index, distinct.itertuples(index=False, name=None), ids, is_point, swapped, strict=True
            )
        }
        return [found[point] for point in stated.itertuples(index=False, name=None)]

    def are_abroad(self, country: pd.Series, lon: pd.Series, lat: pd.Series) -> pd.Series:
        """Say of each row whether it is of another country than the theatre's, see `locate.are_abroad`."""
        return are_abroad(country, lon, lat, self.country, self._outlines)

    def find_place(  # noqa: PLR0911 - one for each way to know a place
        self, location: str, areas: tuple[str, ...], province: str, around: Around, *, near: bool = False
    ) -> FoundPlace:
        """Find the place of an event that is known to the location.

        Parameters
        ----------
        location, areas, province
            The names as the table spells them: the location, the areas around it, the smallest first, and their
            province; each may be empty. The areas count only for a point that lies in no district, or is missing.
        around
            What is around the point of the location.
        near
            Whether the event is only near the location.

        Returns
        -------
        FoundPlace
            `OUTSIDE` if the point is in no district and no district near it is named; `NO_PLACE` if the table names
            neither a place nor a point.
        """
        location = _strip_marks(location)
        areas = tuple(area for name in areas if (area := _strip_marks(name)))
        found = {area: self._find(area, province, PlaceKind.DISTRICT) for area in areas}
        named = next(filter(None, found.values()), "")
        if around.district_id:
            # Districts without an outline of their own lie in that of another: there only the name tells them apart.
            shares = named and self._polygons[named] == self._polygons[around.district_id]
            district_id = named if shares else around.district_id
            return self._find_within(district_id, location, province, MatchMethod.POINT, near=near)
        if around.has_point and named not in around.near_ids:
            return OUTSIDE
        if not around.has_point and not near and (capital := self._find(location, province, PlaceKind.CAPITAL)):
            return self._settle(capital, location, province, MatchMethod.STATED)
        if named and not location and found[areas[0]]:
            return self._settle(named, areas[0], province, MatchMethod.STATED)
        if named:
            return self._find_within(named, location or areas[0], province, MatchMethod.STATED, near=near)
        if not areas and not location:
            return self.find_province(province, around)
        # The reader of the report says that this is not known, and which names are nearest.
        is_same = not areas or normalise(location) in ("", normalise(areas[0]))
        text = (areas[0] if areas else location) if is_same else f"{location}{STATED_PART}{areas[0]}"
        return FoundPlace(text, province, PlaceKind.DISTRICT)

    def find_area(self, area: str, province: str, around: Around) -> FoundPlace:
        """Find the place of an event that is known to an area of the second level, not to a location in it.

        If the theatre has other districts than the table, or smaller ones, the event is in a part of the province.
        """
        area = _strip_marks(area)
        if self.is_finer:
            return self.find_province(province, around)
        if around.district_id and self._is_called(area, around.district_id):
            return self._settle(around.district_id, area, province, MatchMethod.POINT)
        if around.has_point or not area:
            return self.find_province(province, around)
        named = self._find(area, province, PlaceKind.DISTRICT)
        return (
            self._settle(named, area, province, MatchMethod.STATED)
            if named
            else FoundPlace(area, province, PlaceKind.DISTRICT)
        )

    def find_province(self, province: str, around: Around) -> FoundPlace:
        """Find the province around a point, or the one that is named where there is no point."""
        method = MatchMethod.POINT if around.district_id else MatchMethod.STATED
        if around.district_id:
            province_id = self._province_ids[around.district_id]
        else:
            province_id = self._find(province, "", PlaceKind.PROVINCE)
            if around.has_point and province_id not in {self._province_ids[near] for near in around.near_ids}:
                return OUTSIDE
        if province_id:
            text = self._name_province(province, province_id)
            precision = LocationPrecision.PROVINCE
            return FoundPlace(text, text, PlaceKind.PROVINCE, province_id, precision, method)
        return FoundPlace(province, province, PlaceKind.PROVINCE) if province else NO_PLACE

    def find_contradiction(self, names: tuple[str, ...], province: str, around: Around) -> tuple[str, str]:
        """Return where the point lies, and the name of the row that surely means a place away from it; else empty.

        `names` are those of the areas around the event, and of its location, in a `province`. Maps differ by some
        kilometres, so that a place near the point does not contradict it.
        """
        here = around.district_id
        if not here:
            return "", ""
        near = {here, *around.near_ids}
        stated = self._find(province, "", PlaceKind.PROVINCE)
        if stated and stated not in {self._province_ids[place_id] for place_id in near}:
            return self._provinces[self._province_ids[here]], province
        outlines = {self._polygons[place_id] for place_id in near}
        for name in names:
            named = self._find_called(_strip_marks(name), province, PlaceKind.DISTRICT)
            if named and self._polygons[named] not in outlines:
                return self.name_district(here), name
        return "", ""

    def whole_place(self, place_id: str) -> FoundPlace:
        """Return a place that was chosen by its id, as a whole."""
        return self._settle(place_id, "", "", MatchMethod.CHOSEN)

    def name_district(self, place_id: str) -> str:
        """Return the name of a place with its province."""
        return f"{self._names[place_id]}, {self._provinces[self._province_ids[place_id]]}"

    def lies_elsewhere(self, written: FoundPlace, around: Around) -> bool:
        """Whether a name surely means a place that does not lie in the district around the point."""
        match = self._gazetteer.find(*written[:3])
        if not around.district_id or match.place_id not in self.kinds or match.method in APPROXIMATE_METHODS:
            return False
        here = (around.district_id, *self._capitals.get(around.district_id, ()))
        shares = self._polygons[match.place_id] == self._polygons[around.district_id]
        return match.place_id not in here and not shares

    def _find_within(
        self, district_id: str, location: str, province: str, method: MatchMethod, *, near: bool
    ) -> FoundPlace:
        """Find what a location in a district stands for: its capital, the district whose centre it is, or a part."""
        if location and not near:
            for place_id in (*self._capitals.get(district_id, ()), district_id):
                if self._is_called(location, place_id):
                    return self._settle(place_id, location, province, method)
        kinds = (PlaceKind.DISTRICT, PlaceKind.CAPITAL)
        named = next(filter(None, (self._find_called(location, province, kind) for kind in kinds)), "")
        is_other = named and self._polygons.get(named) != self._polygons[district_id]
        whole = self._settle(district_id, "" if is_other else location, province, method)
        return whole._replace(place_precision=LocationPrecision.INSIDE)

    def _settle(self, place_id: str, text: str, province: str, method: MatchMethod) -> FoundPlace:
        """Return a place as a whole, with the names of the theatre where the table has none, or those of others."""
        return FoundPlace(
            text or self._names[place_id],
            self._name_province(province, self._province_ids[place_id]),
            self.kinds[place_id],
            place_id,
            LocationPrecision.PLACE,
            method,
        )

    def _name_province(self, stated: str, province_id: str) -> str:
        """Return the name of a province as the table spells it, or the theatre's if that is none or another's."""
        is_other = self._find(stated, "", PlaceKind.PROVINCE) not in ("", province_id)
        return self._provinces[province_id] if is_other or not stated else stated

    def _is_called(self, name: str, place_id: str) -> bool:
        """Whether a place has this name, in any spelling and with or without a word such as "town"."""
        return not self._spell(name).isdisjoint(self._keys.get(place_id, ()))

    def _spell(self, name: str) -> frozenset[str]:
        if name not in self._spellings:
            forms = (name, remove_words(self._kind_words, name))
            self._spellings[name] = frozenset(key for form in forms for key in spelling_keys(form) if key)
        return self._spellings[name]

    def _find_called(self, name: str, province: str, kind: PlaceKind) -> str:
        """Return what `_find` does; most names are of no place, and nothing that is like them is looked for."""
        return "" if self._spell(name).isdisjoint(self._all_keys) else self._find(name, province, kind)

    def _find(self, name: str, province: str, kind: PlaceKind) -> str:
        """Return the id of the place with a name, in any of its spellings; an approximate match does not count."""
        if not name:
            return ""
        if (name, province, kind) not in self._found:
            match = self._gazetteer.find(name, province, kind)
            sure = match.precision in (LocationPrecision.PLACE, LocationPrecision.PROVINCE)
            exact = sure and match.method not in APPROXIMATE_METHODS
            self._found[name, province, kind] = match.place_id if exact else ""
        return self._found[name, province, kind]


def is_of_third_level(place_id: str, province_id: str) -> bool:
    """Whether an id is of a level below the second: a P-code, as SY040100 in SY04, or of GADM, as SYR.1.2.3_1."""
    if "." in place_id:
        return place_id.count(".") - province_id.count(".") > 1
    rest = place_id.removeprefix(province_id)
    return rest != place_id and rest.isdigit() and len(rest) >= _DIGITS_OF_TWO_LEVELS


def _strip_marks(name: str) -> str:
    return " ".join(_MARKS.sub(" ", name).split())
