"""The places of other tables are spelled as the gazetteer reads them, by name, or by coordinates if a name is unknown.

Location "Eel Ferry" in the district "Brackwater" becomes "Brackwater (Eel Ferry)", which the gazetteer reads as a part
of that district.
"""

import re

import pandas as pd

from control_map.core.model import APPROXIMATE_METHODS, LocationPrecision, PlaceKind
from control_map.geocoding.gazetteer import theatre_gazetteer
from control_map.geocoding.locate import DistrictOutlines, parse_degrees
from control_map.geocoding.spelling import normalise
from control_map.intake.matching.codebook import PlaceSpelling
from control_map.theatre.theatre import Theatre

NO_PLACE = PlaceSpelling("", "", "")
# A parenthesis or a slash has a meaning for the gazetteer.
_MARKS = re.compile(r"[()\[\]/,;]+")


class DistrictNamer:
    """Spells the places of tables that state a location, its district and its province.

    A location with the district's name is its centre, whose holder holds the district. Any other location lies inside
    the district and is spelled "District (Location)". A provincial capital stands for itself.
    """

    def __init__(self, theatre: Theatre) -> None:
        self._gazetteer = theatre_gazetteer(theatre)
        places = theatre.places
        self._keys = {
            kind: {
                normalise(name)
                for row in places[places["kind"] == kind][["name", "name_local", "alt_names"]].itertuples(index=False)
                for name in (row[0], row[1], *row[2].split("|"))
                if name
            }
            for kind in (PlaceKind.DISTRICT, PlaceKind.CAPITAL)
        }
        columns = places[["place_id", "name", "province", "kind"]]
        self.spellings = {row[0]: PlaceSpelling(*row[1:]) for row in columns.itertuples(index=False)}
        """The spelling of each place, by its id."""
        self._outlines = DistrictOutlines(places)
        self._found: dict[tuple[str, str, PlaceKind], str] = {}

    def spell_place(
        self, location: str, district: str, province: str, district_id: str = "", *, near: bool = False
    ) -> PlaceSpelling:
        """Spell a place as the gazetteer reads it.

        Parameters
        ----------
        location, district, province
            The names as the table spells them; each may be empty.
        district_id
            The district around the point of the location, see `find_districts`; it decides if `district` is unknown.
        near
            Whether the place is only near the location.

        Returns
        -------
        PlaceSpelling
            `place_text` is empty if the table names neither a place nor a known point.
        """
        location, district = _strip_marks(location), _strip_marks(district)
        is_capital = normalise(location) in self._keys[PlaceKind.CAPITAL]
        if not near and is_capital and self._find(location, province, PlaceKind.CAPITAL):
            return PlaceSpelling(location, province, PlaceKind.CAPITAL)
        place_id = self._find(district, province, PlaceKind.DISTRICT)
        if not place_id and district_id:
            place_id, (district, province, _) = district_id, self.spellings[district_id]
        if not district:
            return PlaceSpelling(location, province, PlaceKind.DISTRICT) if location else self.spell_province(province)
        key = normalise(location)
        same = key == normalise(district)
        if place_id and not same and key in self._keys[PlaceKind.DISTRICT]:
            same = self._find(location, province, PlaceKind.DISTRICT) == place_id
        if near and location:
            return PlaceSpelling(f"{district} (near {location})", province, PlaceKind.DISTRICT)
        text = district if same or not location else f"{district} ({location})"
        return PlaceSpelling(text, province, PlaceKind.DISTRICT)

    def find_districts(self, lon: pd.Series, lat: pd.Series) -> list[str]:
        """Return the ids of the districts around points in EPSG:4326, written as text; empty if there is none."""
        return self._outlines.district_ids_at(parse_degrees(lon).tolist(), parse_degrees(lat).tolist())

    def spell_province(self, province: str) -> PlaceSpelling:
        """Spell a province as a whole, or nothing if none is stated."""
        return PlaceSpelling(province, province, PlaceKind.PROVINCE) if province else NO_PLACE

    def _find(self, name: str, province: str, kind: PlaceKind) -> str:
        """Return the id of the place with a name, in any of its spellings; an approximate match does not count."""
        if (name, province, kind) not in self._found:
            match = self._gazetteer.find(name, province, kind)
            exact = match.precision == LocationPrecision.PLACE and match.method not in APPROXIMATE_METHODS
            self._found[name, province, kind] = match.place_id if exact else ""
        return self._found[name, province, kind]


def _strip_marks(name: str) -> str:
    return " ".join(_MARKS.sub(" ", name).split())
