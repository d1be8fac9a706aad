"""TopoJSON: polygons whose borders are arcs, each written once for both neighbours, are read as those of GeoJSON."""

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj

from control_map.core.limits import LIMITS
from control_map.core.model import CRS
from control_map.intake.tables.table_builder import file_error
from control_map.theatre.geojson import Features, check_value_count, simple_properties

_TOPOLOGY = re.compile(rb'"type"\s*:\s*"Topology"')
_HEAD = 4_000
_AS_GEOJSON = "Save it as GeoJSON, a FeatureCollection"


def is_topojson(data: bytes) -> bool:
    """Whether the contents of a file are TopoJSON: its type stands at the beginning or at the end."""
    return data.lstrip()[:4].lstrip(b"\xef\xbb\xbf").startswith(b"{") and any(
        _TOPOLOGY.search(part) for part in (data[:_HEAD], data[-_HEAD:])
    )


def read_topology(file: str, data: bytes) -> dict[str, Any]:
    """Read a file of TopoJSON as it is.

    Raises
    ------
    PackError
        If it is not TopoJSON, or is too large.
    """
    check_value_count(file, data)
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise file_error(file, f"the file cannot be read ({error})", _AS_GEOJSON) from error
    if not isinstance(tree, dict) or not isinstance(tree.get("objects"), dict):
        raise file_error(file, "the file cannot be read (it has no objects)", _AS_GEOJSON)
    return tree


def list_objects(topology: dict[str, Any]) -> list[str]:
    """Return the names of the layers of a topology: of those with polygons, or of all if none has any."""
    layers = {name: each for name, each in topology["objects"].items() if isinstance(each, dict)}
    return [name for name, each in layers.items() if _has_polygons(each)] or list(layers)


def _has_polygons(layer: dict[str, Any]) -> bool:
    listed = layer.get("geometries", [])
    parts = [layer, *(listed if isinstance(listed, list) else [])]
    return any(isinstance(each, dict) and each.get("type") in ("Polygon", "MultiPolygon") for each in parts)


def read_object(file: str, topology: dict[str, Any], name: str) -> Features:
    """Read the features of the layer with this name; a geometry that cannot be read is an empty one.

    Raises
    ------
    PackError
        If its arcs cannot be read, or are far more points than the limit when they are joined.
    """
    layer = topology["objects"][name]
    listed = layer.get("geometries", []) if layer.get("type") == "GeometryCollection" else [layer]
    features = [each for each in listed if isinstance(each, dict)]
    try:
        arcs = _read_arcs(topology)
        used = sum(len(arcs[number]) for each in features for number in _arc_numbers(each.get("arcs")))
        if used <= 2 * LIMITS.boundary_points:  # each border is that of two districts
            geometries = [_join_arcs(each, arcs) for each in features]
            return Features([simple_properties(each) for each in features], geometries, pyproj.CRS(CRS))
    except (ValueError, TypeError, IndexError, AttributeError, KeyError, OverflowError, RecursionError) as error:
        raise file_error(file, f"its arcs cannot be read ({error})", _AS_GEOJSON) from error
    problem = f"the lines have {used:,} points; {LIMITS.boundary_points:,} can be read"
    raise file_error(file, problem, "Simplify its lines, and leave out what the theatre is not about")


def _read_arcs(topology: dict[str, Any]) -> list[npt.NDArray[np.float64]]:
    """Return the points of each arc; with a transform they are steps on a grid, of which the first is from its corner.

    See the TopoJSON specification, 2.1.1 to 2.1.4.
    """
    arcs = [np.array([point[:2] for point in arc], dtype=float).reshape(-1, 2) for arc in topology["arcs"]]
    transform = topology.get("transform")
    if transform is None:
        return arcs
    scale, corner = (np.array(transform[part][:2], dtype=float) for part in ("scale", "translate"))
    return [arc.cumsum(axis=0) * scale + corner for arc in arcs]


def _arc_numbers(arcs: Any) -> Iterator[int]:
    """Yield the numbers of arcs, in whatever lists; a complement stands for the arc in reverse."""
    if isinstance(arcs, list):
        for each in arcs:
            yield from _arc_numbers(each)
    elif arcs is not None:
        yield arcs if arcs >= 0 else ~arcs


def _join_arcs(feature: dict[str, Any], arcs: list[npt.NDArray[np.float64]]) -> dict[str, Any] | None:
    """Return the geometry of a feature as GeoJSON, or None if it has none."""

    def ring(numbers: list[int]) -> list[list[float]]:
        lines = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
        points: list[list[float]] = np.concatenate([lines[0][:1], *(line[1:] for line in lines)]).tolist()
        return points

    kind, given = feature.get("type"), feature.get("arcs")
    if kind == "Polygon" and given:
        return {"type": kind, "coordinates": [ring(numbers) for numbers in given]}
    if kind == "MultiPolygon" and given:
        return {"type": kind, "coordinates": [[ring(numbers) for numbers in rings] for rings in given]}
    if kind in ("Point", "MultiPoint"):
        return {"type": kind, "coordinates": feature.get("coordinates")}
    return {"type": kind, "coordinates": []} if kind in ("LineString", "MultiLineString") else None
