"""A file of polygons on disk, of any kind that GeoPandas reads, becomes a frame, or is refused with advice."""

import zipfile
from pathlib import Path

import geopandas as gpd
import pyogrio
import pyogrio.errors
import pyproj.exceptions
import shapely

from control_map.core.errors import Fault, PackError, missing_file_fault
from control_map.core.limits import LIMITS
from control_map.core.model import CRS

_LIGHTER = "Make it lighter first: mapshaper.org with -simplify 5% keep-shapes, or keep only the area you need"
_PARQUET = (".parquet", ".geoparquet")


def read_boundaries(path: Path, layer: str | None = None, crs: str | None = None) -> gpd.GeoDataFrame:
    """Read the polygons of a file.

    Parameters
    ----------
    path
        GeoPackage, GeoJSON, Shapefile (also zipped), FlatGeobuf, GeoParquet, or what else GDAL reads.
    layer
        Which of its layers, if it has several.
    crs
        The reference system of its coordinates, as in "EPSG:4326", if the file does not say it.

    Returns
    -------
    GeoDataFrame
        In EPSG:4326 (lon, lat), with the columns of the file; each row has a shape.

    Raises
    ------
    PackError
        If it cannot be read or is too large, has several layers and none is named, does not say where on earth its
        polygons are, or has rows without one.
    """
    if not path.exists():
        raise PackError([missing_file_fault(path)])
    _not_too_large(path)
    frame = _read(path, layer)
    if frame.empty:
        raise _refusal(path, "there is no polygon in it", "Name another file, or another layer with --layer")
    if len(frame) > LIMITS.polygons:
        problem = f"there are {len(frame):,} polygons, more than {LIMITS.polygons:,}"
        raise _refusal(path, problem, "Take a coarser division, or only a part of the country")
    if (points := int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())) > LIMITS.boundary_points:
        raise _refusal(path, f"the lines have {points:,} points, more than {LIMITS.boundary_points:,}", _LIGHTER)
    _all_polygons(path, frame)
    return _on_earth(path, frame, crs)


def _refusal(path: Path, problem: str, fix: str) -> PackError:
    return PackError([Fault(path.name, 0, "", problem, fix)])


def _not_too_large(path: Path) -> None:
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                size = sum(each.file_size for each in packed.infolist())
        else:
            size = path.stat().st_size
    except (OSError, zipfile.BadZipFile) as error:
        raise _refusal(path, f"the file cannot be read ({error})", "Download it again") from error
    if size > LIMITS.boundary_bytes:
        raise _refusal(path, f"it has {size / 1e6:,.0f} MB, more than {LIMITS.boundary_bytes / 1e6:,.0f}", _LIGHTER)


def _read(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    kinds = "Save it as GeoPackage, GeoJSON, Shapefile (zipped with its .dbf and .prj), FlatGeobuf or GeoParquet"
    try:
        if path.suffix.lower() in _PARQUET:
            return gpd.read_parquet(path)
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind]
        if layer is None and len(layers) > 1:
            problem = f"there are {len(layers)} layers in it: {', '.join(layers)}"
            raise _refusal(path, problem, "Name one with --layer")
        if layer is not None and layer not in layers:
            raise _refusal(path, f"there is no layer '{layer}'", f"There is: {', '.join(layers) or 'none with shapes'}")
        frame = gpd.read_file(path, layer=layer or (layers[0] if layers else None))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError, ValueError, UnicodeError) as error:
        # Of what GDAL cannot tell, it says more about itself than about the file.
        unknown = "not recognized" in str(error)
        problem = "it is of no kind that is known" if unknown else f"the file cannot be read ({error})"
        raise _refusal(path, problem, kinds) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise _refusal(path, "there are no shapes in it", kinds)
    return frame


def _all_polygons(path: Path, frame: gpd.GeoDataFrame) -> None:
    shapes = frame.geometry
    faults = [
        Fault(path.name, row, "geometry", "the feature has no shape", "Give it one, or delete it")
        for row, missing in enumerate(shapes.isna() | shapes.is_empty, start=1)
        if missing
    ]
    others: dict[str, list[int]] = {}
    for row, kind in enumerate(shapes.geom_type, start=1):
        if kind and kind not in ("Polygon", "MultiPolygon", "GeometryCollection"):
            others.setdefault(kind, []).append(row)
    for kind, rows in others.items():
        problem = f"this is a {kind}, not a polygon" + (f", as are {len(rows) - 1:,} more" if len(rows) > 1 else "")
        faults.append(Fault(path.name, rows[0], "geometry", problem, "Delete what is none, or name another layer"))
    if faults:
        raise PackError(truncate_faults(sorted(faults)))


def _on_earth(path: Path, frame: gpd.GeoDataFrame, crs: str | None) -> gpd.GeoDataFrame:
    if frame.crs is None and crs is None:
        fix = "Say it with --crs, as in --crs EPSG:4326 if they are degrees, longitude first"
        raise _refusal(path, "it does not say in which reference system its coordinates are", fix)
    try:
        placed = (frame if crs is None else frame.set_crs(crs, allow_override=True)).to_crs(CRS)
    except (pyproj.exceptions.CRSError, ValueError) as error:
        fix = "Give it with --crs as a code, such as EPSG:32637"
        raise _refusal(path, f"its reference system is not known ({error})", fix) from error
    bounds = placed.bounds
    # Longitudes may begin at 0 or run on past 180.
    off = ~(bounds["minx"].ge(-360) & bounds["maxx"].le(360) & bounds["miny"].ge(-90) & bounds["maxy"].le(90))
    if off.any():
        problem = f"{off.sum():,} polygons lie outside of the earth, the first is that of feature {off.argmax() + 1}"
        raise _refusal(path, problem, "Its reference system is another: name it with --crs, such as EPSG:32637")
    return placed


def truncate_faults(faults: list[Fault], most: int = 20) -> list[Fault]:
    """Return the first faults, and how many more there are."""
    if len(faults) <= most:
        return faults
    last = faults[most]
    more = Fault(
        last.file, last.row, last.column, f"this row and {len(faults) - most - 1:,} more have a fault", last.fix
    )
    return [*faults[:most], more]
