"""Shapes are read from the bytes and texts of strangers: what nests too deep for the library is not given to it."""

import json
import struct
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

_DEEPEST = 32
"""Shapes inside shapes; GEOS calls itself for each level, and ends the process when its stack is full."""
_POINT, _LINE, _POLYGON = 1, 2, 3
_COLLECTIONS = {4, 5, 6, 7}
"""Kinds of shapes; those with curves, 8 to 12, are none that shapely has."""
_HAS_SRID, _HAS_Z, _HAS_M = 0x20000000, 0x80000000, 0x40000000
_ISO_Z, _ISO_M = {1, 3}, {2, 3}
"""Thousands of the number of a kind, by which ISO states that there are heights, and measures."""
_ORDERS = {0: ">", 1: "<"}
"""Of bytes. Given any other first byte, the library would read on in another order, or as hexadecimal digits."""


def read_wkb(values: Iterable[bytes | None]) -> npt.NDArray[np.object_]:
    """Return the shape of each well-known binary (ISO or extended), or None if it cannot be read."""
    readable = [value if value and _is_readable(value) else None for value in values]
    with np.errstate(invalid="ignore"):  # a coordinate may be NaN
        return np.asarray(shapely.from_wkb(np.array(readable, dtype=object), on_invalid="ignore"), dtype=object)


def read_geojson(geometries: Sequence[Any]) -> npt.NDArray[np.object_]:
    """Return the shape of each geometry of GeoJSON, as `json` reads it, or None if it cannot be read."""
    texts = [json.dumps(geometry) if isinstance(geometry, dict) else None for geometry in geometries]
    readable = [text if text and text.count('"geometries"') <= _DEEPEST else None for text in texts]
    return np.asarray(shapely.from_geojson(np.array(readable, dtype=object), on_invalid="ignore"), dtype=object)


def _is_readable(value: bytes) -> bool:
    """Whether GEOS reads a shape without many calls inside each other; it is walked through just as GEOS reads it."""
    open_parts, at = [1], 0
    try:
        while open_parts:
            if not open_parts[-1]:
                open_parts.pop()
                continue
            open_parts[-1] -= 1
            order = _ORDERS[value[at]]
            (code,) = struct.unpack_from(f"{order}I", value, at + 1)
            at += 9 if code & _HAS_SRID else 5
            thousands, kind = divmod(code & 0xFFFF, 1000)
            has_z, has_m = code & _HAS_Z or thousands in _ISO_Z, code & _HAS_M or thousands in _ISO_M
            size = 8 * (2 + bool(has_z) + bool(has_m))
            if kind == _POINT:
                at += size
                continue
            (count,) = struct.unpack_from(f"{order}I", value, at)
            at += 4
            if kind in _COLLECTIONS:
                open_parts.append(count)
                if len(open_parts) > _DEEPEST:
                    return False
            elif kind == _POLYGON:
                for _ in range(count):
                    (points,) = struct.unpack_from(f"{order}I", value, at)
                    at += 4 + points * size
            elif kind == _LINE:
                at += count * size
            else:
                return False
    except (struct.error, LookupError):  # it is cut off
        return False
    return True
