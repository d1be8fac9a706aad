"""A file of polygons becomes a frame in longitude and latitude, or is refused with advice."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj.exceptions
import shapely

from control_map.core.errors import Fault, PackError, missing_file_fault
from control_map.core.limits import LIMITS
from control_map.core.model import CRS
from control_map.intake.new_theatre.attributes import tidy_attributes
from control_map.intake.new_theatre.formats import SIMPLIFY, Boundaries, read_boundary_data, read_boundary_file
from control_map.intake.tables.table_builder import file_error

_MOST_FAULTS = 20
_POLYGONS = {"Polygon", "MultiPolygon", "GeometryCollection"}


def read_boundaries(
    path: Path, layer: str | None = None, crs: str | None = None, encoding: str | None = None
) -> Boundaries:
    """Read the polygons of a file.

    Parameters
    ----------
    path
        GeoJSON, TopoJSON, KML, GeoPackage, Shapefile (also zipped), FlatGeobuf or GeoParquet, whatever its name is.
    layer
        The layer to read, if the file has several.
    crs
        The reference system of its coordinates, as in "EPSG:4326", if the file does not state it.
    encoding
        The encoding of the texts of a Shapefile, as in "cp1256", if the file does not state it.

    Returns
    -------
    Boundaries
        The polygons in EPSG:4326 (lon, lat), with the columns of the file; each row has a shape. Cells in which there
        is nothing are missing, however the file writes that.

    Raises
    ------
    PackError
        If the file cannot be read or is too large, has several layers and none is named, does not state its reference
        system, or has rows without a polygon.
    """
    if not path.exists():
        raise PackError([missing_file_fault(path)])
    return _check_boundaries(read_boundary_file(path, layer, encoding), crs)


def read_boundary_upload(
    name: str, data: bytes, layer: str | None, crs: str | None, encoding: str | None = None
) -> Boundaries:
    """Read the polygons in the contents of a file called `name`, as `read_boundaries` does; a Shapefile is zipped."""
    return _check_boundaries(read_boundary_data(name, data, layer, encoding), crs)


def _check_boundaries(read: Boundaries, crs: str | None) -> Boundaries:
    name, frame, read_notes = read
    if frame.empty:
        raise file_error(name, "the file has no polygons", "Name another file, or another layer with --layer")
    if len(frame) > LIMITS.polygons:
        problem = f"the file has {len(frame):,} polygons; {LIMITS.polygons:,} can be read"
        raise file_error(name, problem, "Use a coarser division, or only a part of the country")
    if (points := int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())) > LIMITS.boundary_points:
        problem = f"the lines have {points:,} points; {LIMITS.boundary_points:,} can be read"
        raise file_error(name, problem, SIMPLIFY)
    _check_polygons(name, frame)
    located = _to_lon_lat(name, frame, crs)
    table, notes = tidy_attributes(pd.DataFrame(located.drop(columns=located.geometry.name)))
    tidy = gpd.GeoDataFrame(table.reset_index(drop=True), geometry=located.geometry.to_numpy(), crs=CRS)
    return Boundaries(name, tidy, (*read_notes, *notes))


def _check_polygons(name: str, frame: gpd.GeoDataFrame) -> None:
    shapes = frame.geometry
    points, owner = shapely.get_coordinates(shapes.to_numpy(), return_index=True)
    finite = np.ones(len(shapes), dtype=bool)
    finite[owner[~np.isfinite(points).all(axis=1)]] = False
    wrong = {
        ("the feature has no shape that can be read", "Give it one, or delete it"): np.asarray(
            shapes.isna() | shapes.is_empty
        ),
        ("a coordinate is not a finite number", "Correct its coordinates, or delete it"): ~finite,
    }
    faults = [
        Fault(name, row, "geometry", problem, fix)
        for (problem, fix), is_wrong in wrong.items()
        for row in (np.flatnonzero(is_wrong) + 1).tolist()
    ]
    kinds = shapes.geom_type.tolist()
    for kind in set(filter(None, kinds)) - _POLYGONS:
        more = kinds.count(kind) - 1
        problem = f"this is a {kind}, not a polygon" + (f", as are {more:,} more" if more else "")
        fix = "Delete it, or name another layer with --layer"
        faults.append(Fault(name, kinds.index(kind) + 1, "geometry", problem, fix))
    if faults:
        raise PackError(truncate_faults(sorted(faults)))


def _to_lon_lat(name: str, frame: gpd.GeoDataFrame, crs: str | None) -> gpd.GeoDataFrame:
    if frame.crs is None and crs is None:
        fix = "State it with --crs, as in --crs EPSG:4326 if they are degrees, longitude first"
        raise file_error(name, "the file does not state the reference system of its coordinates", fix)
    try:
        located = (frame if crs is None else frame.set_crs(crs, allow_override=True)).to_crs(CRS)
    except (pyproj.exceptions.CRSError, ValueError) as error:
        problem = f"its reference system is not known ({error})"
        raise file_error(name, problem, "State it with --crs as a code, such as EPSG:32637") from error
    bounds = located.bounds
    # Longitudes may begin at 0 or continue past 180.
    off = ~(bounds["minx"].ge(-360) & bounds["maxx"].le(360) & bounds["miny"].ge(-90) & bounds["maxy"].le(90))
    if off.any():
        first = f"first that of feature {off.argmax() + 1}"
        problem = f"{off.sum():,} polygons lie outside the Earth's coordinates, {first}"
        raise file_error(name, problem, "State the right reference system with --crs, such as EPSG:32637")
    return located


def truncate_faults(faults: list[Fault]) -> list[Fault]:
    """Return the first faults, and one that counts the others."""
    listed, others = faults[:_MOST_FAULTS], faults[_MOST_FAULTS:]
    problem = f"this row and {len(others) - 1:,} more have a fault"
    return [*listed, *(replace(other, problem=problem, value="", kept=False) for other in others[:1])]
