"""Polygons that overlap, or leave slivers between them, become a partition: each piece of ground has one owner.

Their lines are cut where they cross. This gives faces, and each face goes to one polygon. The work grows with the
lines, their crossings, and how many polygons lie upon each other; far too many of them are refused before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from control_map.core.errors import Fault, PackError
from control_map.core.limits import LIMITS

ShapeArray = npt.NDArray[np.object_]
_Numbers = npt.NDArray[np.intp]
_Points = npt.NDArray[np.float64]

_SAMPLE = 200
"""Segments that stand for all when it is estimated how often lines meet."""
_OUTLIERS = 4
"""Segments of the sample that meet the most others and are left out: a single long one does not stand for many."""
_BY_ITSELF = 0.9
"""Share of these meetings from which a polygon is named alone."""
_AT_ONCE = 200
"""Polygons that are laid upon the faces at once, so that far too many are noticed early."""
_LARGEST = 100
"""Polygons among which the two that overlap most are searched, to name them."""
_FIX = "Keep one level of division and one polygon for each district, or clean the file with mapshaper -clean"
_ENDS = ["west", "south", "east", "north"]


@dataclass(frozen=True)
class Partition:
    """Polygons without overlaps, and the overlaps that some of them gave away.

    `shapes` has as many polygons as came in; one of which nothing is left is empty. For each piece of ground that was
    given away, `overlaps` has its shape, and `givers` and `takers` the numbers of the two polygons.
    """

    shapes: ShapeArray
    overlaps: ShapeArray
    givers: _Numbers
    takers: _Numbers


def refuse_tangled_lines(shapes: ShapeArray, names: Sequence[str], file: str) -> None:
    """Refuse lines that cross, or run close to each other, so often that all work on them would take minutes.

    How often is estimated from a sample of segments, in a time that grows with the number of points.

    Raises
    ------
    PackError
        With the names of the two polygons whose lines meet most often.
    """
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    lines, part_of_line = shapely.get_rings(parts, return_index=True)
    points, line = shapely.get_coordinates(lines, return_index=True)
    inner = line[:-1] == line[1:]
    start, end, owner = points[:-1][inner], points[1:][inner], shape_of_part[part_of_line[line[:-1][inner]]]
    count = len(start)
    west, south = np.minimum(start, end).T.copy()
    east, north = np.maximum(start, end).T.copy()
    sample = np.unique(np.linspace(0, max(count - 1, 0), _SAMPLE).astype(int))[:count]
    near, crossed, met = [], [], np.zeros(len(shapes), dtype=np.int64)
    for one in sample.tolist():
        others = np.flatnonzero(
            (west <= east[one]) & (east >= west[one]) & (south <= north[one]) & (north >= south[one])
        )
        near.append(len(others))
        crossed.append(int(_cross(start[one], end[one], start[others], end[others]).sum()))
        met += np.bincount(owner[others], minlength=len(shapes))
    for found, most, problem in (
        (
            near,
            LIMITS.near_segments + 20 * count,
            "the lines are tangled: some {:,} pairs of segments lie close together",
        ),
        (crossed, LIMITS.crossings, "the lines cross each other some {:,} times"),
    ):
        usual = np.sort(found)[:-_OUTLIERS]
        pairs = round(float(usual.mean()) * count / 2) if len(usual) else 0
        if pairs > most:
            first, second = np.argsort(-met, kind="stable")[[0, min(1, len(met) - 1)]].tolist()
            by_itself = met[first] > _BY_ITSELF * met.sum()
            raise _too_much(file, names, (first, first if by_itself else second), problem.format(pairs))


def refuse_piled_polygons(shapes: ShapeArray, names: Sequence[str], file: str) -> None:
    """Refuse polygons of which far too many lie within the bounds of others; GEOS compares each pair, point by point.

    Raises
    ------
    PackError
        With the names of the two polygons that take most of that work.
    """
    tree = shapely.STRtree(shapes)
    work_of_one = shapely.get_num_coordinates(shapes) + 10
    work, total = np.zeros(len(shapes), dtype=np.int64), 0
    for first in range(0, len(shapes), _AT_ONCE):
        near = tree.query(shapes[first : first + _AT_ONCE])[1]
        work += np.bincount(near, minlength=len(shapes)) * work_of_one
        if (total := int(work.sum())) > LIMITS.compared_points:
            worst = np.argsort(-work, kind="stable")[:2]
            problem = f"too many polygons lie within the bounds of others: some {total:,} points are to be compared"
            raise _too_much(file, names, (int(worst[0]), int(worst[-1])), problem)


def _cross(one: _Points, other: _Points, starts: _Points, ends: _Points) -> npt.NDArray[np.bool_]:
    """Say which segments cross the one from `one` to `other`, with their insides."""

    def turn(a: _Points, b: _Points, c: _Points) -> _Points:
        cross: _Points = (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (
            c[..., 0] - a[..., 0]
        )
        return np.sign(cross)

    apart = turn(one, other, starts) * turn(one, other, ends) < 0
    return np.asarray(apart & (turn(starts, ends, one) * turn(starts, ends, other) < 0))


def make_partition(
    shapes: ShapeArray, gap: float, names: Sequence[str], file: str, *, grid: float | None = None
) -> Partition:
    """Cut polygons where they overlap, and close the slivers between them.

    Parameters
    ----------
    shapes
        Valid polygons or multipolygons (lon, lat). Not changed.
    gap
        Width in degrees below which ground that is enclosed and in no polygon goes to the neighbour with the longest
        common border.
    names, file
        The name of each polygon and that of the file, for errors.
    grid
        Degrees to which the corners are rounded, so that lines which nearly touch are one; None for not at all.

    Notes
    -----
    An overlap goes to the smallest of its polygons. GEOS has this as `coverage_clean`, whose time grows with the square
    of the pieces that a polygon is cut into.

    Raises
    ------
    PackError
        If the polygons cover the same ground so often that they are not a set of districts.
    """
    lines = shapely.union_all(shapely.get_rings(shapely.get_parts(shapes)), grid_size=grid)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    areas = shapely.area(shapes)
    layers = areas.sum() / shapely.area(faces).sum()
    if layers > LIMITS.layers:
        problem = f"the polygons cover the same ground {layers:,.0f} times over"
        raise _too_much(file, names, _find_largest_overlap(shapes), problem)
    shape, face = _lay_upon(shapes, faces, names, file)
    owner = np.full(len(faces), -1)
    by_size = np.argsort(-areas[shape], kind="stable")
    owner[face[by_size]] = shape[by_size]  # of several, the last stays: the smallest
    given = shape != owner[face]
    _close_slivers(faces, owner, gap)
    kept = np.argsort(owner, kind="stable")[(owner < 0).sum() :]
    starts = np.searchsorted(owner[kept], np.arange(1, len(shapes)))
    clean = np.array([shapely.coverage_union_all(faces[own]) for own in np.split(kept, starts)], dtype=object)
    return Partition(clean, faces[face[given]], shape[given], owner[face[given]])


def _lay_upon(shapes: ShapeArray, faces: ShapeArray, names: Sequence[str], file: str) -> tuple[_Numbers, _Numbers]:
    """Return the numbers of polygons and of the faces within them, pair by pair."""
    tree = shapely.STRtree(shapely.point_on_surface(faces))
    found, total = [], 0
    for first in range(0, len(shapes), _AT_ONCE):
        shape, face = tree.query(shapes[first : first + _AT_ONCE], predicate="contains")
        found.append((shape + first, face))
        total += len(face)
        if total > LIMITS.layered_faces:
            problem = f"the polygons cut each other into more than {LIMITS.layered_faces:,} pieces"
            raise _too_much(file, names, _find_largest_overlap(shapes), problem)
    return np.concatenate([shape for shape, _ in found]), np.concatenate([face for _, face in found])


def _close_slivers(faces: ShapeArray, owner: _Numbers, gap: float) -> None:
    """Give each face without owner that is narrower than `gap` to the neighbour with the longest common border."""
    empty = np.flatnonzero(owner < 0)
    # The circle within a shape is at least as wide as twice its area by its length.
    maybe = empty[2 * shapely.area(faces[empty]) <= gap * shapely.length(faces[empty])]
    narrow = maybe[shapely.is_empty(shapely.buffer(faces[maybe], -gap / 2, quad_segs=1))]
    if not len(narrow):
        return
    owned = np.flatnonzero(owner >= 0)
    border = _list_segments(faces, narrow).merge(_list_segments(faces, owned), on=_ENDS, suffixes=("", "_beside"))
    border["owner"] = owner[border["face_beside"]]
    border["length"] = np.hypot(border["east"] - border["west"], border["north"] - border["south"])
    shared = border.groupby(["face", "owner"])["length"].sum().reset_index()
    longest = shared.sort_values("length", kind="stable").drop_duplicates("face", keep="last")
    owner[longest["face"].to_numpy()] = longest["owner"].to_numpy()


def _list_segments(faces: ShapeArray, numbers: _Numbers) -> pd.DataFrame:
    """Return the segments of some faces: the number of the face, and the two ends, the western one first."""
    rings, face = shapely.get_rings(faces[numbers], return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    inner = ring[:-1] == ring[1:]
    start, end = points[:-1][inner], points[1:][inner]
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[turned], end[turned] = end[turned], start[turned]
    segments = pd.DataFrame(np.hstack([start, end]), columns=_ENDS)
    return segments.assign(face=numbers[face[ring[:-1][inner]]])


def _find_largest_overlap(shapes: ShapeArray) -> tuple[int, int]:
    """Return the numbers of the two polygons, among the largest, that share the most ground."""
    largest = np.argsort(-shapely.area(shapes), kind="stable")[:_LARGEST]
    first, second = largest[np.array(np.triu_indices(len(largest), 1))]
    first, second = first[:_LARGEST], second[:_LARGEST]
    worst = int(shapely.area(shapely.intersection(shapes[first], shapes[second])).argmax())
    return int(first[worst]), int(second[worst])


def _too_much(file: str, names: Sequence[str], worst: tuple[int, int], problem: str) -> PackError:
    one, other = worst
    named = names[one] if one == other else f"{names[one]} and {names[other]} (row {other + 1})"
    return PackError([Fault(file, one + 1, "geometry", f"{problem}, most of all {named}", _FIX, names[one])])
