"""Polygons are repaired into a coverage: valid, without overlaps and slivers, with shared and simplified edges."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from control_map.core.wording import list_some
from control_map.intake.new_theatre.partition import (
    Partition,
    ShapeArray,
    make_partition,
    refuse_piled_polygons,
    refuse_tangled_lines,
)

SLIVER_WIDTH_SHARE = 1 / 50_000
"""Gaps narrower than this share of the theatre's diagonal are slivers: some 30 metres in a country of medium size."""
DEFAULT_TOLERANCE_SHARE = 1 / 4_000
"""The default tolerance of simplification, as a share of the diagonal."""
_DECIMALS = 1e-6
"""Degrees to which coordinates are rounded: a decimetre."""
_GRIDS = (None, 1e-6, 1e-5)
"""Degrees to which corners are rounded where edges cross: not at all, then a decimetre, then a metre."""
_EMPTY_SEA = 20
"""Degrees of longitude without a polygon that are wide enough to cut the world there, opposite to 180 degrees."""
_NEGLIGIBLE_KM2 = 1e-4
_SQUARE_DEGREE_KM2 = 12_364
"""At the equator, on a sphere: enough to say which overlaps matter."""
_NAMED = 3
"""Polygons that a sentence names one by one."""
_EARTH = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True)
class RepairedCoverage:
    """Polygons as a coverage, with the area of each before its lines were simplified.

    `repairs` says in sentences what was done, and `remaining_faults` what could not be repaired; `collapsed` has the
    numbers of the polygons of which nothing is left.
    """

    shapes: ShapeArray
    area_km2: npt.NDArray[np.float64]
    repairs: list[str]
    remaining_faults: list[str]
    collapsed: list[int]


def repair_coverage(
    shapes: ShapeArray, names: Sequence[str], tolerance: float | None = None, file: str = "boundaries"
) -> RepairedCoverage:
    """Repair polygons into a coverage, in which neighbours share their edges.

    Parameters
    ----------
    shapes
        Shapes in EPSG:4326 (lon, lat). Not changed.
    names
        The name of each, for the sentences about it.
    tolerance
        How much the lines are simplified, in degrees: about the square root of the area of the triangles that are left
        out; 0 for not at all, None for a share of the theatre's size.
    file
        The name of their file, for errors.

    Raises
    ------
    PackError
        If the polygons overlap, or their lines cross, so often that they are not a set of districts.

    Notes
    -----
    An overlap goes to the smaller of the two polygons: most often a town was drawn over its surroundings.
    """
    refuse_tangled_lines(shapes, names, file)
    refuse_piled_polygons(shapes, names, file)
    repairs: list[str] = []
    pieces, moved = unwrap_antimeridian(shapes)
    if moved:
        repairs.append("The theatre lies on both sides of 180 degrees: longitudes continue past 180.")
    valid = extract_polygons(pieces, dissolve=moved)
    broken = [name for name, before in zip(names, shapes, strict=True) if not shapely.is_valid(before)]
    if broken:
        themselves = "itself" if len(broken) == 1 else "themselves"
        repairs.append(f"{list_some(broken, _NAMED)} crossed {themselves}: repaired.")
    west, south, east, north = shapely.total_bounds(valid)
    diagonal = float(np.hypot(east - west, north - south))
    clean, gap = valid, SLIVER_WIDTH_SHARE * diagonal
    if not shapely.coverage_is_valid(valid, gap_width=gap):
        partition = _clean_coverage(valid, gap, names, file)
        clean = partition.shapes
        repairs += _list_overlaps(partition, names)
        repairs.append(
            "Edges that neighbours draw a little differently are now one, and slivers between them are closed."
        )
    collapsed = np.flatnonzero(shapely.is_empty(clean)).tolist()
    area = measure_areas_km2(clean)
    remaining = _list_faults(clean, names)
    if not remaining and not collapsed:
        clean, lighter = _simplify(clean, DEFAULT_TOLERANCE_SHARE * diagonal if tolerance is None else tolerance)
        repairs += lighter
        remaining = [*_list_faults(clean, names), *_list_holes(clean, names)]
    return RepairedCoverage(clean, area, repairs, remaining, collapsed)


def unwrap_antimeridian(shapes: ShapeArray) -> tuple[ShapeArray, bool]:
    """Join shapes (lon, lat) that are torn apart where longitudes jump from 180 to -180; also return whether any was.

    Longitudes may begin at -180 or at 0. The world is cut in the widest stretch of longitudes without a polygon.
    """
    points, line = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shapes)), return_index=True)
    lon = points[:, 0]
    if not len(lon) or (lon.min() >= -180 and np.ptp(lon) < 180 and lon.max() <= 180):
        return shapes, False
    before, after = np.mod(lon[:-1], 360), np.mod(lon[1:], 360)
    same = line[:-1] == line[1:]
    low, high = np.minimum(before, after)[same], np.maximum(before, after)[same]
    # An edge goes the short way round, and so may cross the longitude at which the count begins.
    crosses = high - low > 180
    begins = np.concatenate([low[~crosses], high[crosses], np.zeros(crosses.sum())])
    ends = np.concatenate([high[~crosses], np.full(crosses.sum(), 360.0), low[crosses]])
    order = np.argsort(begins)
    begins, ends = begins[order], np.maximum.accumulate(ends[order])
    empty = np.append(begins[1:], begins[0] + 360) - ends
    widest = int(empty.argmax())
    if empty[widest] < _EMPTY_SEA:
        return shapes, False
    west = (begins[(widest + 1) % len(begins)] + 180) % 360 - 180
    turns = np.floor((lon - west + 1e-9) / 360)
    if not turns.any():
        return shapes, False
    moved = shapely.transform(shapes, lambda xy: xy - np.outer(np.floor((xy[:, 0] - west + 1e-9) / 360) * 360, [1, 0]))
    return moved, bool(shapely.total_bounds(moved)[2] > 180)


def extract_polygons(shapes: ShapeArray, *, dissolve: bool = False) -> ShapeArray:
    """Return each shape as a valid polygon or multipolygon in two dimensions; points and lines are left out.

    `dissolve` joins parts of one shape that touch.
    """
    flat = shapely.set_precision(shapely.force_2d(shapes), _DECIMALS, mode="pointwise")
    valid = shapely.make_valid(flat, method="structure", keep_collapsed=False)
    parts, owner = shapely.get_parts(valid, return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, owner = parts[areal], owner[areal]
    return np.array(
        [
            own[0] if len(own) == 1 else shapely.union_all(own) if dissolve and len(own) else shapely.MultiPolygon(own)
            for own in (list(parts[owner == number]) for number in range(len(shapes)))
        ],
        dtype=object,
    )


def measure_areas_km2(shapes: ShapeArray) -> npt.NDArray[np.float64]:
    """Return the area of each polygon (lon, lat) on the ellipsoid, in square kilometres."""
    turned = shapely.orient_polygons(shapes)
    return np.array([abs(_EARTH.geometry_area_perimeter(shape)[0]) / 1e6 for shape in turned])


def _clean_coverage(shapes: ShapeArray, gap: float, names: Sequence[str], file: str) -> Partition:
    """Make a coverage of polygons, moving corners as little as possible."""
    for grid in _GRIDS:
        partition = make_partition(shapes, gap, names, file, grid=grid)
        if shapely.is_valid(partition.shapes).all() and shapely.coverage_is_valid(partition.shapes):
            break
    return partition


def _list_overlaps(partition: Partition, names: Sequence[str]) -> list[str]:
    """Say which polygons gave ground to another, by more than an edge drawn twice."""
    lat = shapely.get_y(shapely.centroid(partition.overlaps))
    km2 = shapely.area(partition.overlaps) * _SQUARE_DEGREE_KM2 * np.cos(np.radians(lat))
    pieces = pd.DataFrame({"giver": partition.givers, "taker": partition.takers, "km2": km2})
    pairs = pieces.groupby(["giver", "taker"])["km2"]
    shared = pairs.sum()
    shared = shared[shared > _NEGLIGIBLE_KM2]
    if shared.empty:
        return []
    giver, taker = shared.index[int(shared.to_numpy().argmax())]
    size = measure_areas_km2(partition.overlaps[pairs.indices[giver, taker]]).sum()
    count = "1 pair of polygons overlaps" if len(shared) == 1 else f"{len(shared):,} pairs of polygons overlap"
    worst = f"{names[min(giver, taker)]} and {names[max(giver, taker)]} ({size:,.4g} km2)"
    return [f"{count}, most of all {worst}: the overlap goes to the smaller one."]


def _list_faults(shapes: ShapeArray, names: Sequence[str]) -> list[str]:
    """Say which polygons do not form a coverage."""
    invalid = [name for name, shape in zip(names, shapes, strict=True) if not shapely.is_valid(shape)]
    edges = shapely.coverage_invalid_edges(shapes)
    bad = invalid or [name for name, edge in zip(names, edges, strict=True) if not shapely.is_empty(edge)]
    if not bad:
        return []
    return [f"The edges of {list_some(bad, _NAMED)} still do not fit; repair them in QGIS, or with mapshaper -clean."]


def _list_holes(shapes: ShapeArray, names: Sequence[str]) -> list[str]:
    """Say how much of the theatre lies in no polygon; a polygon within a hole, such as an island, is not counted."""
    whole = shapely.coverage_union_all(shapes)
    rings = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    if not rings:
        return []
    empty = shapely.difference(shapely.union_all(rings), whole)
    holes = shapely.get_parts(extract_polygons(np.array([empty], dtype=object)))
    if not len(holes):
        return []
    km2 = measure_areas_km2(holes)
    worst = holes[km2.argmax()]
    beside = names[shapely.STRtree(shapes).query_nearest(worst)[0]]
    point = shapely.point_on_surface(worst)
    count = "1 area inside lies" if len(holes) == 1 else f"{len(holes):,} areas inside lie"
    where = f"beside {beside} (longitude {point.x:.3f}, latitude {point.y:.3f})"
    largest = f"the largest of {km2.max():,.4g} km2, {where}"
    return [f"{count} in no polygon, {largest}: a lake, or a polygon is missing."]


def _simplify(shapes: ShapeArray, tolerance: float) -> tuple[ShapeArray, list[str]]:
    if tolerance <= 0:
        return shapes, []
    light = shapely.coverage_simplify(shapes, tolerance)
    before, after = (int(shapely.get_num_coordinates(polygons).sum()) for polygons in (shapes, light))
    if not shapely.is_valid(light).all() or shapely.is_empty(light).any() or not shapely.coverage_is_valid(light):
        return shapes, ["The lines were not simplified, as that would have damaged the polygons."]
    if after == before:
        return shapes, []
    return light, [
        f"Lines are simplified, edges stay shared: {after:,} of {before:,} points (tolerance {tolerance:.2g} degrees)."
    ]
