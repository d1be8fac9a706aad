"""The encoding of the map's files: lines as differences of whole numbers."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

STEPS_PER_DEGREE = 10_000
"""A step is about ten metres, finer than any screen shows at the zooms of a theatre."""
_DECIMALS = 4


def round_degrees(*coordinates: float) -> list[float]:
    """Round coordinates, or lengths in degrees, to the precision of the points of a line."""
    return [round(float(coordinate), _DECIMALS) for coordinate in coordinates]


def delta_encode(
    lines: npt.NDArray[np.object_], *, closed: bool, steps_per_unit: int = STEPS_PER_DEGREE
) -> list[list[int]]:
    """Write lines as whole numbers, each point as its difference from the one before.

    Parameters
    ----------
    lines
        LineStrings or LinearRings, by default in EPSG:4326.
    closed
        Whether they are rings; then the last point, which repeats the first, is left out.
    steps_per_unit
        How many steps a unit of the coordinates has, which is a degree by default.

    Returns
    -------
    list of list of int
        For each line `lon, lat, lon, lat, ...` in steps: the first pair is absolute, each further pair a difference.
        Points that coincide with the one before are left out.
    """
    points, line = shapely.get_coordinates(lines, return_index=True)
    steps = np.rint(points * steps_per_unit).astype(np.int64)
    begins = np.diff(line, prepend=-1) != 0
    moved = np.diff(steps, axis=0, prepend=0)
    kept = begins | moved.any(axis=1)
    if closed:
        kept &= ~np.roll(begins, -1)
    values = np.where(begins[:, None], steps, moved)[kept]
    edges = np.searchsorted(line[kept], np.arange(len(lines) + 1)).tolist()
    return [values[begin:end].ravel().tolist() for begin, end in pairwise(edges)]
