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
_POINT, _LINE, _POLYGON, _CIRCULAR = 1, 2, 3, 8
_COLLECTIONS = {4, 5, 6, 7, 9, 10, 11, 12}
_HAS_SRID, _HAS_Z, _HAS_M = 0x20000000, 0x80000000, 0x40000000


def read_wkb(values: Iterable[bytes | None]) -> npt.NDArray[np.object_]:
    """Return the shape of each well-known binary (ISO or extended), or None if it cannot be read."""
    readable = [value if value and not _nests_too_deep(value) else None for value in values]
    with np.errstate(invalid="ignore"):  # a coordinate may be NaN
        return np.asarray(shapely.from_wkb(np.array(readable, dtype=object), on_invalid="ignore"), dtype=object)


def read_geojson(geometries: Sequence[Any]) -> npt.NDArray[np.object_]:
    """Return the shape of each geometry of GeoJSON, as `json` reads it, or None if it cannot be read."""
    texts = [json.dumps(geometry) if isinstance(geometry, dict) else None for geometry in geometries]
    readable = [text if text and text.count('"geometries"') <= _DEEPEST else None for text in texts]
    return np.asarray(shapely.from_geojson(np.array(readable, dtype=object), on_invalid="ignore"), dtype=object)


def _nests_too_deep(value: bytes) -> bool:
    """Walk over the shapes inside a shape without calling itself; what is cut off is left to GEOS, which refuses it."""
    open_parts, at = [1], 0
    try:
        while open_parts:
            if not open_parts[-1]:
                open_parts.pop()
                continue
            open_parts[-1] -= 1
            order = "<" if value[at] else ">"
            (code,) = struct.unpack_from(f"{order}I", value, at + 1)
            at += 9 if code & _HAS_SRID else 5
            thousands, kind = divmod(code & 0x0FFFFFFF, 1000)
            extra = bool(code & _HAS_Z) + bool(code & _HAS_M) if code >= _HAS_SRID else (0, 1, 1, 2)[min(thousands, 3)]
            size = 8 * (2 + extra)
            if kind == _POINT:
                at += size
                continue
            if kind not in {_LINE, _POLYGON, _CIRCULAR, *_COLLECTIONS}:
                return False
            (count,) = struct.unpack_from(f"{order}I", value, at)
            at += 4
            if kind in _COLLECTIONS:
                open_parts.append(count)
                if len(open_parts) > _DEEPEST:
                    return True
            elif kind == _POLYGON:
                for _ in range(count):
                    (points,) = struct.unpack_from(f"{order}I", value, at)
                    at += 4 + points * size
            else:
                at += count * size
    except (struct.error, IndexError):
        return False
    return False
