"""The district in which a point lies: what a report with coordinates speaks of where its name does not say."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from control_map.core.arrays import NO_CODE, Ints
from control_map.core.model import PlaceKind
from control_map.theatre.boundaries import is_drawn

SWAPPED_COORDINATES = "lat and lon look swapped"


class DistrictOutlines:
    """The outlines of a theatre's districts, ready to be asked for a point.

    Parameters
    ----------
    places
        Columns `place_id, kind, geometry` in EPSG:4326. A district without a polygon of its own contains nothing.
    """

    def __init__(self, places: gpd.GeoDataFrame) -> None:
        drawn = places[(places["kind"] == PlaceKind.DISTRICT) & is_drawn(places)]
        self._ids = drawn["place_id"].tolist()
        self._tree = shapely.STRtree(drawn.geometry.to_numpy())

    def containing(self, lon: Sequence[float], lat: Sequence[float]) -> list[str]:
        """Return for each point the district that contains it, or nothing; of two that share it, the first.

        Parameters
        ----------
        lon, lat
            In degrees, EPSG:4326; what is not finite is in no district.
        """
        return ["" if number == NO_CODE else self._ids[number] for number in self._numbers(lon, lat).tolist()]

    def look_swapped(self, lon: Sequence[float], lat: Sequence[float]) -> list[bool]:
        """Say of each point whether it is in no district, and would be in one with its two numbers exchanged."""
        there, exchanged = self._numbers(lon, lat), self._numbers(lat, lon)
        return [bool(odd) for odd in (there == NO_CODE) & (exchanged != NO_CODE)]

    def _numbers(self, lon: Sequence[float], lat: Sequence[float]) -> Ints:
        points = shapely.points(np.column_stack([lon, lat]).astype(np.float64).reshape(-1, 2))
        point, district = self._tree.query(points, predicate="intersects")
        first = np.full(len(lon), NO_CODE, dtype=np.int64)
        order = np.lexsort((-district, point))
        first[point[order]] = district[order]
        return first


def parse_degrees(column: pd.Series) -> pd.Series:
    """Turn text into degrees, also with a decimal comma; what is no number becomes NaN."""
    return pd.to_numeric(column.str.replace(r"^(-?\d+),(\d+)$", r"\1.\2", regex=True), errors="coerce").astype(
        "float64"
    )
