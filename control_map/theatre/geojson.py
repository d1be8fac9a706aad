"""GeoJSON is read without a library of formats, so that a file opens no other file and no address.

GDAL looks into a file for the format that it has, whatever its name is, and follows what some formats refer to.
"""

import json
import re
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyproj
import pyproj.exceptions

from control_map.core.errors import Fault, PackError
from control_map.core.limits import LIMITS
from control_map.core.model import CRS
from control_map.core.shapes import read_geojson

_MARKS_PER_POINT = 6
"""Brackets and commas for each point that can be read; a point with a height has four, and properties have the rest."""
_NAMED_CRS = re.compile(r"(?:urn:ogc:def:crs:)?(EPSG|ESRI|OGC|IAU_\d+)(?::[\d.]*)?:(\w{1,20})", re.IGNORECASE)
_AS_GEOJSON = "Save it as GeoJSON, a FeatureCollection"


class Features(NamedTuple):
    """The features of a file: the simple properties of each, its geometry as in the file, and the reference system."""

    properties: list[dict[str, str | int | float | bool]]
    geometries: list[Any]
    crs: pyproj.CRS

    def shapes(self, file: str) -> npt.NDArray[np.object_]:
        """Return the shape of each feature, None for those without a geometry.

        Raises
        ------
        PackError
            If one cannot be read; it names `file` and the number of the feature.
        """
        shapes = read_geojson(self.geometries)
        problem, fix = "the geometry cannot be read", "Give it closed rings of coordinates that are numbers"
        faults = [
            Fault(file, row, "geometry", problem, fix)
            for row, (given, shape) in enumerate(zip(self.geometries, shapes, strict=True), start=1)
            if given is not None and shape is None
        ]
        if faults:
            raise PackError(faults)
        return shapes


def read_features(file: str, data: bytes) -> Features:
    """Read the features of GeoJSON; lists and objects among their properties are left out.

    Coordinates are longitude and latitude (EPSG:4326), unless the file names another reference system.

    Parameters
    ----------
    file
        The name of the file, for messages.
    data
        Its content.

    Raises
    ------
    PackError
        If it is not GeoJSON, is too large, or has a reference system that is not known or is described elsewhere.
    """
    check_value_count(file, data)
    try:
        tree = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _error(file, f"the file cannot be read ({error})", _AS_GEOJSON) from error
    if isinstance(tree, dict) and tree.get("type") == "Feature":
        tree = {**tree, "features": [tree]}
    listed = tree.get("features") if isinstance(tree, dict) else None
    if not isinstance(listed, list):
        raise _error(file, "the file cannot be read (it is not a collection of features)", _AS_GEOJSON)
    wrong = [row for row, feature in enumerate(listed, start=1) if not isinstance(feature, dict)]
    if wrong:
        raise PackError([Fault(file, wrong[0], "", "this is not a feature", "Delete it, or make it one")])
    return Features(
        [simple_properties(feature) for feature in listed],
        [feature.get("geometry") for feature in listed],
        _read_crs(file, tree.get("crs")),
    )


def check_value_count(file: str, data: bytes) -> None:
    """Raise PackError if the text of a file has far more brackets and commas than the points that can be read."""
    most = _MARKS_PER_POINT * LIMITS.boundary_points
    if sum(data.count(mark) for mark in (b"[", b"{", b",")) > most:
        problem = f"the file has more than {most:,} values; that is about {LIMITS.boundary_points:,} points"
        raise _error(file, problem, "Simplify its lines, and leave out what the theatre is not about")


def _error(file: str, problem: str, fix: str) -> PackError:
    return PackError([Fault(file, 0, "", problem, fix)])


def _refuse_constant(constant: str) -> float:
    raise ValueError(f"{constant} is not a number of JSON")


def simple_properties(feature: dict[str, Any]) -> dict[str, str | int | float | bool]:
    """Return the id and the properties of a feature, without lists, objects and empty ones."""
    properties = feature.get("properties")
    given = {"id": feature.get("id"), **(properties if isinstance(properties, dict) else {})}
    return {name: value for name, value in given.items() if isinstance(value, str | int | float | bool)}


def _read_crs(file: str, member: Any) -> pyproj.CRS:
    """Return the reference system that the member `crs` names; a link to one is not followed."""
    if member is None:
        return pyproj.CRS(CRS)
    fix = f"Save it in {CRS} (longitude, latitude), as RFC 7946 says, without the member crs"
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    named = _NAMED_CRS.fullmatch(name.strip()) if isinstance(name, str) else None
    if named is None:
        raise _error(file, "its member crs does not name a reference system; links to one are not followed", fix)
    try:
        return pyproj.CRS.from_authority(*named.groups())
    except pyproj.exceptions.CRSError as error:
        raise _error(file, f"its reference system {named[0]} is not known", fix) from error
