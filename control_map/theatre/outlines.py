"""Points are looked up in the outlines of a theatre's districts."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from control_map.core.arrays import NO_CODE, Flags, Ints
from control_map.core.model import PlaceKind
from control_map.theatre.boundaries import is_drawn

NEAR_DEGREES = 0.1
"""How far from a border a point may be on the other side of it: maps differ by a few kilometres, 0.1 degrees are 11."""
_COAST_DEGREES = 0.02
"""How far outside of all districts a point may be and still be in the one that is stated: outlines are simplified."""


class DistrictOutlines:
    """The outlines of a theatre's districts, in which points are looked up.

    All points are in degrees, EPSG:4326; one that is not finite is nowhere.

    Parameters
    ----------
    places
        Columns `place_id, kind, geometry` in EPSG:4326. A district without a polygon of its own contains nothing.
    """

    def __init__(self, places: gpd.GeoDataFrame) -> None:
        drawn = places[(places["kind"] == PlaceKind.DISTRICT) & is_drawn(places)]
        self._ids = drawn["place_id"].tolist()
        self._number_of = {place_id: number for number, place_id in enumerate(self._ids)}
        self._shapes = drawn.geometry.to_numpy()

    def district_ids_at(
        self, lon: Sequence[float], lat: Sequence[float], stated: Sequence[str] | None = None
    ) -> list[str]:
        """Return for each point the district that contains it, or an empty text.

        Of several that contain it, as on a shared border, it is the one that is stated, else the first of the places.

        Parameters
        ----------
        stated
            The district that each point is said to lie in, empty if that is not known. It counts up to `_COAST_DEGREES`
            outside of all districts, too, and never for a point that only others contain.
        """
        points = _points(lon, lat)
        found = self._numbers(points, [self._number_of.get(place_id, NO_CODE) for place_id in stated or ()])
        return ["" if number == NO_CODE else self._ids[number] for number in found.tolist()]

    def are_swapped(self, lon: Sequence[float], lat: Sequence[float]) -> list[bool]:
        """Return for each point whether it is in no district, and would be in one with lon and lat exchanged."""
        given, exchanged = self._numbers(_points(lon, lat)), self._numbers(_points(lat, lon))
        return [bool(swapped) for swapped in (given == NO_CODE) & (exchanged != NO_CODE)]

    def are_far(self, lon: Sequence[float], lat: Sequence[float]) -> list[bool]:
        """Return for each point whether it is more than `NEAR_DEGREES` from all districts; 0, 0 is no point."""
        points = np.column_stack([lon, lat]).astype(np.float64).reshape(-1, 2)
        far = np.isfinite(points).all(axis=1) & (points != 0).any(axis=1)
        _, near = _pairs(self._shapes, _points(lon, lat), NEAR_DEGREES)
        far[near] = False
        return [bool(each) for each in far]

    def ids_near(self, lon: Sequence[float], lat: Sequence[float]) -> list[list[str]]:
        """Return for each point the districts that are at most `NEAR_DEGREES` away."""
        near: list[list[str]] = [[] for _ in lon]
        for district, point in _pairs(self._shapes, _points(lon, lat), NEAR_DEGREES).T.tolist():
            near[point].append(self._ids[district])
        return near

    def are_well_inside(self, lon: Sequence[float], lat: Sequence[float]) -> list[bool]:
        """Return for each point whether it is in a district and more than `NEAR_DEGREES` from the outer border."""
        points = _points(lon, lat)
        inside: Flags = self._numbers(points) != NO_CODE
        if inside.any():
            border = shapely.get_exterior_ring(shapely.get_parts(shapely.union_all(self._shapes)))
            _, by_border = _pairs(border, points, NEAR_DEGREES)
            inside[by_border] = False
        return [bool(each) for each in inside]

    def _numbers(self, points: np.ndarray, stated: Sequence[int] = ()) -> Ints:
        known = np.array(stated or [NO_CODE] * len(points), dtype=np.int64)
        found = np.full(len(points), NO_CODE, dtype=np.int64)
        district, point = _pairs(self._shapes, points)
        found[point[::-1]] = district[::-1]
        agrees = known[point] == district
        found[point[agrees]] = district[agrees]
        rows = np.flatnonzero((found == NO_CODE) & (known != NO_CODE))
        rows = rows[shapely.dwithin(self._shapes[known[rows]], points[rows], _COAST_DEGREES)]
        found[rows] = known[rows]
        return found


def _pairs(shapes: np.ndarray, points: np.ndarray, distance: float = 0.0) -> Ints:
    """Return the numbers of the shapes and of the points at most so far from them, in the order of the shapes.

    The tree is of the points, as shapely prepares the shapes that it is asked about, and not those in the tree.
    """
    tree = shapely.STRtree(points)
    pairs: Ints = (
        tree.query(shapes, predicate="dwithin", distance=distance)
        if distance
        else tree.query(shapes, predicate="intersects")
    )
    return pairs


def _points(lon: Sequence[float], lat: Sequence[float]) -> np.ndarray:
    """Return points, with None, which is found nowhere, for those that are not finite."""
    degrees = np.column_stack([lon, lat]).astype(np.float64).reshape(-1, 2)
    points = np.array(shapely.points(degrees), dtype=object)
    points[~np.isfinite(degrees).all(axis=1)] = None
    return points
