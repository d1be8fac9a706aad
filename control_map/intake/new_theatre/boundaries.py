"""A file of polygons, in any format that GeoPandas reads, becomes a frame, or is refused with advice."""

import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pyogrio
import pyogrio.errors
import pyproj.exceptions
import shapely

from control_map.core.errors import Fault, PackError, missing_file_fault
from control_map.core.limits import LIMITS
from control_map.core.model import CRS
from control_map.intake.tables.table_builder import check_file_size, file_error

_SIMPLIFY = "Simplify it first: mapshaper.org with -simplify 5% keep-shapes, or keep only the area you need"
_FORMATS = "Save it as GeoPackage, GeoJSON, Shapefile (zipped with its .dbf and .prj), FlatGeobuf or GeoParquet"
_MOST_FAULTS = 20
_PARQUET = (".parquet", ".geoparquet")
_POLYGONS = {"Polygon", "MultiPolygon", "GeometryCollection"}


def read_boundaries(path: Path, layer: str | None = None, crs: str | None = None) -> gpd.GeoDataFrame:
    """Read the polygons of a file.

    Parameters
    ----------
    path
        GeoPackage, GeoJSON, Shapefile (also zipped), FlatGeobuf, GeoParquet, or another format of GDAL.
    layer
        The layer to read, if the file has several.
    crs
        The reference system of its coordinates, as in "EPSG:4326", if the file does not state it.

    Returns
    -------
    GeoDataFrame
        In EPSG:4326 (lon, lat), with the columns of the file; each row has a shape.

    Raises
    ------
    PackError
        If the file cannot be read or is too large, has several layers and none is named, does not state its reference
        system, or has rows without a polygon.
    """
    if not path.exists():
        raise PackError([missing_file_fault(path)])
    _check_size(path)
    frame = _read(path, layer)
    if frame.empty:
        raise file_error(path.name, "the file has no polygons", "Name another file, or another layer with --layer")
    if len(frame) > LIMITS.polygons:
        problem = f"the file has {len(frame):,} polygons; {LIMITS.polygons:,} can be read"
        raise file_error(path.name, problem, "Use a coarser division, or only a part of the country")
    if (points := int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())) > LIMITS.boundary_points:
        problem = f"the lines have {points:,} points; {LIMITS.boundary_points:,} can be read"
        raise file_error(path.name, problem, _SIMPLIFY)
    _check_polygons(path, frame)
    return _to_lon_lat(path, frame, crs)


def _check_size(path: Path) -> None:
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                size = sum(member.file_size for member in archive.infolist())
        else:
            size = path.stat().st_size
    except (OSError, zipfile.BadZipFile) as error:
        raise file_error(path.name, f"the file cannot be read ({error})", "Download it again") from error
    check_file_size(path.name, size, LIMITS.boundary_bytes, _SIMPLIFY)


def _read(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    try:
        if path.suffix.lower() in _PARQUET:
            return gpd.read_parquet(path)
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind]
        if layer is None and len(layers) > 1:
            problem = f"the file has {len(layers)} layers: {', '.join(layers)}"
            raise file_error(path.name, problem, "Name one with --layer")
        if layer is not None and layer not in layers:
            fix = f"The file has: {', '.join(layers) or 'none with shapes'}"
            raise file_error(path.name, f"there is no layer '{layer}'", fix)
        frame = gpd.read_file(path, layer=layer or (layers[0] if layers else None))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError, ValueError, UnicodeError) as error:
        # GDAL's message about an unknown format is about GDAL, not about the file.
        is_unknown = "not recognized" in str(error)
        problem = "the file has an unknown format" if is_unknown else f"the file cannot be read ({error})"
        raise file_error(path.name, problem, _FORMATS) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise file_error(path.name, "the file has no shapes", _FORMATS)
    return frame


def _check_polygons(path: Path, frame: gpd.GeoDataFrame) -> None:
    shapes = frame.geometry
    faults = [
        Fault(path.name, row, "geometry", "the feature has no shape", "Give it one, or delete it")
        for row, is_missing in enumerate(shapes.isna() | shapes.is_empty, start=1)
        if is_missing
    ]
    kinds = shapes.geom_type.tolist()
    for kind in set(filter(None, kinds)) - _POLYGONS:
        more = kinds.count(kind) - 1
        problem = f"this is a {kind}, not a polygon" + (f", as are {more:,} more" if more else "")
        fix = "Delete it, or name another layer with --layer"
        faults.append(Fault(path.name, kinds.index(kind) + 1, "geometry", problem, fix))
    if faults:
        raise PackError(truncate_faults(sorted(faults)))


def _to_lon_lat(path: Path, frame: gpd.GeoDataFrame, crs: str | None) -> gpd.GeoDataFrame:
    if frame.crs is None and crs is None:
        fix = "State it with --crs, as in --crs EPSG:4326 if they are degrees, longitude first"
        raise file_error(path.name, "the file does not state the reference system of its coordinates", fix)
    try:
        located = (frame if crs is None else frame.set_crs(crs, allow_override=True)).to_crs(CRS)
    except (pyproj.exceptions.CRSError, ValueError) as error:
        problem = f"its reference system is not known ({error})"
        raise file_error(path.name, problem, "State it with --crs as a code, such as EPSG:32637") from error
    bounds = located.bounds
    # Longitudes may begin at 0 or continue past 180.
    off = ~(bounds["minx"].ge(-360) & bounds["maxx"].le(360) & bounds["miny"].ge(-90) & bounds["maxy"].le(90))
    if off.any():
        first = f"first that of feature {off.argmax() + 1}"
        problem = f"{off.sum():,} polygons lie outside the Earth's coordinates, {first}"
        raise file_error(path.name, problem, "State the right reference system with --crs, such as EPSG:32637")
    return located


def truncate_faults(faults: list[Fault]) -> list[Fault]:
    """Return the first faults, and one that counts the others."""
    listed, others = faults[:_MOST_FAULTS], faults[_MOST_FAULTS:]
    problem = f"this row and {len(others) - 1:,} more have a fault"
    return [*listed, *(replace(other, problem=problem, value="", kept=False) for other in others[:1])]
