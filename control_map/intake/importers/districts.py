"""How the places of other tables are written for the gazetteer: by name, and by coordinates where a name is unknown."""

import re

import pandas as pd

from control_map.core.model import LocationPrecision, MatchMethod, PlaceKind
from control_map.geocoding.gazetteer import theatre_gazetteer
from control_map.geocoding.locate import DistrictOutlines, parse_degrees
from control_map.geocoding.spelling import normalise
from control_map.intake.matching.codebook import PlaceSpelling
from control_map.theatre.theatre import Theatre

# A parenthesis or a slash means something to the gazetteer.
_MARKS = re.compile(r"[()\[\]/,;]+")


class DistrictNamer:
    """The districts and capitals of a theatre, for tables that state a location, its district and its province.

    A location that has the district's name is its centre, and who holds it holds the district. Any other lies inside:
    it is written as "District (Location)", which the gazetteer reads as a part. A provincial capital is itself.
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
        named = places[["place_id", "name", "province", "kind"]]
        self._ids = {row[0]: PlaceSpelling(row[1], row[2], row[3]) for row in named.itertuples(index=False)}
        self._outlines = DistrictOutlines(places)
        self._found: dict[tuple[str, str, PlaceKind], str] = {}

    def place(
        self,
        location: str,
        district: str,
        province: str,
        around: str = "",
        *,
        near: bool = False,
    ) -> PlaceSpelling:
        """Write a place as the gazetteer reads it.

        Parameters
        ----------
        location, district, province
            As the table spells them; each may be empty.
        around
            The id of the district in which it lies, see `around`. It decides where there is no such district.
        near
            Whether the location is only near the place that is meant.

        Returns
        -------
        Spelling
            Its `place_text` is empty if there is nothing to go by.
        """
        location, district = _bare(location), _bare(district)
        is_capital = normalise(location) in self._keys[PlaceKind.CAPITAL]
        if not near and is_capital and self._find(location, province, PlaceKind.CAPITAL):
            return PlaceSpelling(location, province, PlaceKind.CAPITAL)
        place_id = self._find(district, province, PlaceKind.DISTRICT)
        if not place_id and around:
            place_id, (district, province, _) = around, self._ids[around]
        if not district:
            return self.province(province) if not location else PlaceSpelling(location, province, PlaceKind.DISTRICT)
        key = normalise(location)
        same = key == normalise(district)
        if place_id and not same and key in self._keys[PlaceKind.DISTRICT]:
            same = self._find(location, province, PlaceKind.DISTRICT) == place_id
        if near and location:
            return PlaceSpelling(f"{district} (near {location})", province, PlaceKind.DISTRICT)
        text = district if same or not location else f"{district} ({location})"
        return PlaceSpelling(text, province, PlaceKind.DISTRICT)

    def around(self, lon: pd.Series, lat: pd.Series) -> list[str]:
        """Return the ids of the districts in which points lie, as text in EPSG:4326; what is no point is in none."""
        return self._outlines.district_ids_at(parse_degrees(lon).tolist(), parse_degrees(lat).tolist())

    def of_id(self, place_id: str) -> PlaceSpelling | None:
        """Write a place by its id, or nothing if it is the id of none."""
        return self._ids.get(place_id)

    def province(self, province: str) -> PlaceSpelling:
        """Write a province as a whole, or nothing if none is stated."""
        return PlaceSpelling(province, province, PlaceKind.PROVINCE) if province else PlaceSpelling("", "", "")

    def _find(self, name: str, province: str, kind: PlaceKind) -> str:
        """Return the id of the place of that name, in any spelling of it; what is only much like one is none."""
        if (name, province, kind) not in self._found:
            match = self._gazetteer.find(name, province, kind)
            sure = match.precision == LocationPrecision.PLACE and match.method != MatchMethod.FUZZY
            self._found[name, province, kind] = match.place_id if sure else ""
        return self._found[name, province, kind]


def _bare(name: str) -> str:
    return " ".join(_MARKS.sub(" ", name).split())
