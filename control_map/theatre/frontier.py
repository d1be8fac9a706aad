"""The outer border of a theatre, its frontier: how many kilometres of it each district has with each neighbour."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod

from control_map.core.arrays import Flags
from control_map.core.errors import Fault, PackError
from control_map.core.model import PlaceKind
from control_map.theatre.boundaries import is_drawn
from control_map.theatre.config import FrontierStart

FRONTIER_COLUMNS = ["place_id", "neighbour", "km"]
MOST_KM_AWAY = 25
"""How far a point of the frontier may be from the outline: maps of one border differ by a few kilometres."""
_Numbers = npt.NDArray[np.float64]
_EARTH = Geod(ellps="WGS84")
_ON_LINE = 1e-9
"""Degrees by which the middle of an edge may be off it, as its coordinates are rounded."""


def measure_frontier(places: gpd.GeoDataFrame, starts: Sequence[FrontierStart], file: str) -> pd.DataFrame:
    """Measure along the outline of all districts how much of it each has with each neighbour.

    Lengths are geodesic, on WGS 84, and follow the polygons as they are drawn: a border that is drawn in more detail is
    longer. Holes in the theatre are no part of its frontier; nor is an island or exclave on which no stretch starts.

    Parameters
    ----------
    places
        In EPSG:4326 (lon/lat), with `place_id, kind, neighbour, geometry`. Not changed.
    starts
        Where the stretch with each neighbour starts. It runs clockwise, as on a map, up to the next one's start.
    file
        The name of the file that states them, for errors.

    Returns
    -------
    DataFrame
        `FRONTIER_COLUMNS`, by neighbour and place: a row for each pair that shares some of the frontier. `neighbour`
        is never empty. Empty without starts or polygons.

    Raises
    ------
    PackError
        If a start is further than `MOST_KM_AWAY` from the outline, or a crossing leads to a neighbour of which there is
        no stretch.
    """
    drawn = places[is_drawn(places)]
    if not starts or drawn.empty:
        return pd.DataFrame({"place_id": [], "neighbour": [], "km": []}).astype({"place_id": "str", "neighbour": "str"})
    rings = _clockwise_rings(drawn.geometry.to_numpy())
    points = shapely.points([start.begins for start in starts])
    ring_of = shapely.distance(points[:, None], rings).argmin(axis=1)
    _check(starts, points, rings[ring_of], places, file)
    names = np.array([start.neighbour for start in starts], dtype=object)
    found = [_measure_ring(ring, points[ring_of == at], names[ring_of == at]) for at, ring in enumerate(rings)]
    middles, neighbours, km = (np.concatenate(column) for column in zip(*found, strict=True))
    # An edge of the outline lies on the district that it belongs to, and its middle on no other.
    outlines = shapely.STRtree(shapely.boundary(drawn.geometry.to_numpy()))
    edge, owner = outlines.query(shapely.points(middles), predicate="dwithin", distance=_ON_LINE)
    edges = pd.DataFrame(
        {"place_id": drawn["place_id"].to_numpy()[owner], "neighbour": neighbours[edge], "km": km[edge]}
    )
    edges = edges[edges["neighbour"] != ""]
    return edges.groupby(["neighbour", "place_id"])[["km"]].sum().reset_index()[FRONTIER_COLUMNS]


def _clockwise_rings(shapes: np.ndarray) -> np.ndarray:
    """Return the outer rings of the theatre, in the direction in which a clock's hands go on a map."""
    rings = shapely.get_exterior_ring(shapely.get_parts(shapely.coverage_union_all(shapes)))
    return np.where(shapely.is_ccw(rings), shapely.reverse(rings), rings)


def _measure_ring(
    ring: shapely.LineString, starts: np.ndarray, names: np.ndarray
) -> tuple[_Numbers, np.ndarray, _Numbers]:
    """Return the middle of each edge of a ring, the neighbour beyond it, empty if there is none, and its kilometres."""
    corners = shapely.get_coordinates(ring)
    before, after = corners[:-1], corners[1:]
    _, _, metres = _EARTH.inv(*before.T, *after.T)
    lengths = np.hypot(*(after - before).T)
    if not len(starts):
        names, starts = np.array([""], dtype=object), np.array([shapely.Point(corners[0])])
    begun = shapely.line_locate_point(ring, starts)
    order = np.argsort(begun)
    # Before the first start the stretch still runs that began last: position -1.
    stretch = np.searchsorted(begun[order], lengths.cumsum() - lengths / 2) - 1
    return (before + after) / 2, names[order][stretch], np.asarray(metres) / 1000


def _check(
    starts: Sequence[FrontierStart], points: np.ndarray, rings: np.ndarray, places: gpd.GeoDataFrame, file: str
) -> None:
    nearest = shapely.line_interpolate_point(rings, shapely.line_locate_point(rings, points))
    _, _, metres = _EARTH.inv(*shapely.get_coordinates(points).T, *shapely.get_coordinates(nearest).T)
    far: Flags = np.asarray(metres) > 1000 * MOST_KM_AWAY
    faults = [
        Fault(
            *(file, 0, f"frontier.{at}.begins", f"the point is {metres[at] / 1000:,.0f} km from the outer border"),
            "Give longitude, latitude of the point on the border at which the frontier with this neighbour begins",
            start.neighbour,
        )
        for at, start in enumerate(starts)
        if far[at]
    ]
    crossings = places[(places["kind"] == PlaceKind.CROSSING) & (places["neighbour"] != "")]
    stated = {start.neighbour for start in starts}
    spelt = ", ".join(sorted(stated - {""}))
    faults += [
        Fault(
            *(file, 0, "frontier", f"{name} leads to {neighbour}, with which no frontier is stated"),
            f"Add [[frontier]] with neighbour = {neighbour!r}, or spell it as there: {spelt}",
            neighbour,
        )
        for neighbour, name in crossings.drop_duplicates("neighbour")[["neighbour", "name"]].to_numpy()
        if neighbour not in stated
    ]
    if faults:
        raise PackError(faults)
