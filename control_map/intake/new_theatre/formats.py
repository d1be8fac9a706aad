"""The formats of boundaries: each is recognised by its first bytes, and read from bytes that open nothing else.

GDAL looks into a file for the format that it has, whatever its name is: some formats refer to other files and to
addresses, or run what they hold. So the library sees no path, and only the content of a Shapefile or FlatGeobuf.
"""

import io
import json
import re
import sqlite3
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyogrio.errors
import pyproj
import pyproj.exceptions
import shapely
from pyproj import network

from control_map.core.limits import LIMITS
from control_map.core.model import CRS
from control_map.core.shapes import read_wkb
from control_map.intake.new_theatre.kml import is_kml, read_placemarks
from control_map.intake.new_theatre.shapefile_text import AS_BYTES, decode_shapefile
from control_map.intake.new_theatre.topojson import is_topojson, list_objects, read_object, read_topology
from control_map.intake.new_theatre.zipped_layers import (
    belongs_to,
    is_shapefile,
    name_layers,
    open_members,
)
from control_map.intake.tables.parquet_pages import PARQUET_DAMAGE, check_pages, count_rows, open_parquet
from control_map.intake.tables.table_builder import check_file_size, file_error
from control_map.intake.tables.zip_files import read_member
from control_map.theatre.geojson import Features, read_features

SIMPLIFY = "Simplify it first: mapshaper.org with -simplify 5% keep-shapes, or keep only the area you need"
FORMATS = (
    "Save it as GeoJSON, TopoJSON, KML, GeoPackage, Shapefile (zipped with its .dbf and .prj), FlatGeobuf or GeoParquet"
)
_GPKG, _FGB, _PARQUET, _ZIP, _SHP = b"SQLite format 3\0", b"fgb\x03fgb", b"PAR1", b"PK\x03\x04", b"\0\0\x27\x0a"
_SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".cst")
_OTHER_GRIDS = re.compile(r"grids?=|proj=pipeline|PROJ[- ]based|://[^\"']*\.(?:gsb|tif|gtx)", re.IGNORECASE)
"""Descriptions of a reference system that name files of corrections, on this machine or elsewhere."""
_UNDEFINED_SRS = {-1, 0}
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""The length of the envelope before a shape of a GeoPackage, by its kind."""
_ALLOWED_SQL = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_BATCH_ROWS = 256
"""Of Parquet at once; fewer if its texts are long."""
_GDAL_ERRORS = tuple(
    getattr(pyogrio.errors, f"{what}Error") for what in ("DataSource", "DataLayer", "Feature", "Geometry", "Field")
)


class Boundaries(NamedTuple):
    """The polygons of a file with its columns, and what the user should know of how it was read, in sentences."""

    name: str
    frame: gpd.GeoDataFrame
    notes: tuple[str, ...] = ()


def read_boundary_file(path: Path, layer: str | None, encoding: str | None = None) -> Boundaries:
    """Read the polygons of a file, and of no other but the parts of a Shapefile.

    Parameters
    ----------
    path
        A file of one of the formats that `FORMATS` names, or a ZIP file with one (KMZ is one).
    layer
        The layer to read, if the file has several.
    encoding
        The encoding of the texts of a Shapefile; other files are never in doubt.

    Returns
    -------
    Boundaries
        Its columns, and the shapes without heights; a shape that cannot be read is None. The reference system is the
        file's, or None if it states none.

    Raises
    ------
    PackError
        If the file has another format, is damaged or too large, has several layers and none is named, or cannot have
        the encoding that is named.
    """
    try:
        if not path.is_file():
            raise file_error(path.name, "this is not a file", f"Name a file. {FORMATS}")
        data = _read_limited(path)
        if data.startswith(_SHP):
            parts = {suffix: _read_part(path, suffix) for suffix in _SHAPE_PARTS[1:]}
            return _read_shapefile(path.name, {".shp": data, **parts}, layer, path.stem, encoding)
        return read_boundary_data(path.name, data, layer, encoding)
    except OSError as error:
        why = error.strerror or error
        raise file_error(path.name, f"the file cannot be read ({why})", FORMATS) from error


def list_layers(path: Path) -> list[str | None]:
    """Return the names of the layers in a file that can have several, or None as the only one.

    Raises
    ------
    PackError
        If the file cannot be read or is too large.
    """
    data = _read_limited(path)
    if data.startswith(_GPKG):
        with _geopackage(path.name, data) as database:
            return list(_layers_of(path.name, database)[0])
    if data.startswith(_ZIP):
        with open_members(path.name, data) as (_, paths):
            layers = name_layers(paths)
            whole = len(layers) == 1 and not all(is_shapefile(each) for each in layers.values())
            return [None] if whole or not layers else [*layers]
    return [None]


def read_boundary_data(name: str, data: bytes, layer: str | None, encoding: str | None = None) -> Boundaries:
    """Read the polygons in the contents of a file that is complete in itself, see `read_boundary_file`."""
    check_file_size(name, len(data), LIMITS.boundary_bytes, SIMPLIFY)
    if data.startswith(_SHP):
        raise file_error(name, "a .shp alone has no names", "Pack it into a ZIP file with its .dbf and .prj")
    if data.startswith(_ZIP):
        return _read_zip(name, data, layer, encoding)
    return _read_content(name, data, layer, PurePosixPath(name).stem, encoding)


def _read_limited(path: Path) -> bytes:
    check_file_size(path.name, path.stat().st_size, LIMITS.boundary_bytes, SIMPLIFY)
    with path.open("rb") as file:
        data = file.read(LIMITS.boundary_bytes + 1)
    check_file_size(path.name, len(data), LIMITS.boundary_bytes, SIMPLIFY)
    return data


def _read_part(path: Path, suffix: str) -> bytes:
    """Return the content of the part of a Shapefile that lies beside it, or nothing if there is none."""
    beside = [path.with_suffix(written) for written in (suffix, suffix.upper())]
    return next((_read_limited(part) for part in beside if part.is_file()), b"")


def _read_content(name: str, data: bytes, layer: str | None, stem: str, encoding: str | None) -> Boundaries:
    """Read the content of a file that is complete in itself; a layer without a name of its own is called `stem`."""
    if encoding is not None:
        raise file_error(name, "only the encoding of a Shapefile can be in doubt", "Leave out --boundaries-encoding")
    if data.startswith(_GPKG):
        return Boundaries(name, _read_geopackage(name, data, layer))
    if is_topojson(data):
        return Boundaries(name, _read_topojson(name, data, layer))
    read: Callable[[str, bytes], gpd.GeoDataFrame] | None = None
    if data.startswith(_FGB):
        read = _read_flatgeobuf
    elif data.startswith(_PARQUET):
        read = _read_geoparquet
    elif is_kml(data):
        read = _read_kml
    elif data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        read = _read_geojson
    if read is None:
        raise file_error(name, "the file has an unknown format", FORMATS)
    _choose_layer(name, [stem], stem if layer is None else layer)
    return Boundaries(name, read(name, data))


def _choose_layer(name: str, layers: list[str], wanted: str | None) -> str:
    if wanted is None and len(layers) > 1:
        listed = ", ".join(layers)
        raise file_error(name, f"the file has {len(layers)} layers: {listed}", "Name one with --layer")
    if wanted is None and layers:
        return layers[0]
    if wanted not in layers or wanted is None:
        fix = f"The file has: {', '.join(layers) or 'none with shapes'}"
        raise file_error(name, f"there is no layer '{wanted or ''}'", fix)
    return wanted


def _make_frame(
    name: str, columns: pd.DataFrame, shapes: npt.NDArray[np.object_], crs: pyproj.CRS | None
) -> gpd.GeoDataFrame:
    _check_counts(name, len(columns), len(columns.columns))
    return gpd.GeoDataFrame(columns, geometry=shapely.force_2d(shapes), crs=_local_crs(name, crs))


def _check_counts(name: str, rows: int, columns: int) -> None:
    if rows > LIMITS.features:
        problem = f"the file has {rows:,} shapes; {LIMITS.features:,} can be read"
        raise file_error(name, problem, "Use a coarser division, or only a part of the country")
    if columns > LIMITS.columns:
        problem = f"the file has {columns:,} columns; {LIMITS.columns:,} can be read"
        raise file_error(name, problem, "Delete columns that a map does not need")


def _local_crs(name: str, crs: pyproj.CRS | None) -> pyproj.CRS | None:
    """Return a reference system without the corrections that the file adds to it, which are other files."""
    network.set_network_enabled(active=False)  # type: ignore[attr-defined] # pyproj documents it, untyped
    while crs is not None and crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    if crs is not None and _OTHER_GRIDS.search(crs.to_wkt()):
        fix = f"Save it in {CRS}, or state it with --crs as a code, such as EPSG:32637"
        raise file_error(name, "its reference system refers to other files, which are not opened", fix)
    return crs


# GeoJSON and TopoJSON


def _read_geojson(name: str, data: bytes) -> gpd.GeoDataFrame:
    return _frame_features(name, read_features(name, data))


def _read_topojson(name: str, data: bytes, layer: str | None) -> gpd.GeoDataFrame:
    topology = read_topology(name, data)
    return _frame_features(name, read_object(name, topology, _choose_layer(name, list_objects(topology), layer)))


def _frame_features(name: str, features: Features) -> gpd.GeoDataFrame:
    columns = dict.fromkeys(key for properties in features.properties for key in properties)
    _check_counts(name, len(features.properties), len(columns))
    table = pd.DataFrame.from_records(features.properties, columns=list(columns))
    table.index = pd.RangeIndex(len(features.properties))
    return _make_frame(name, _without_geometry(table), features.shapes(name), features.crs)


def _without_geometry(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without a column that has the name of the shapes."""
    return table.drop(columns="geometry", errors="ignore")


def _read_kml(name: str, data: bytes) -> gpd.GeoDataFrame:
    try:
        table, shapes = read_placemarks(data)
    except (ValueError, shapely.errors.ShapelyError) as error:
        raise file_error(name, f"the file cannot be read ({error})", FORMATS) from error
    return _make_frame(name, _without_geometry(table), shapes, pyproj.CRS(CRS))


# Shapefiles and FlatGeobuf, by GDAL


def _read_zip(name: str, data: bytes, layer: str | None, encoding: str | None) -> Boundaries:
    """Read a ZIP file with Shapefiles or files of other formats, in whatever folders."""
    with open_members(name, data) as (archive, paths):
        layers = name_layers(paths)
        if not layers and any(part.suffix.lower() == ".gdb" for path in paths for part in path.parents):
            fix = "Export the layer as GeoPackage, for example with QGIS"
            raise file_error(name, "it holds a file geodatabase, which cannot be read", fix)
        if not layers:
            raise file_error(name, "it holds no Shapefile, and not one file alone", FORMATS)
        alone = len(layers) == 1
        chosen = next(iter(layers.values())) if alone else layers[_choose_layer(name, list(layers), layer)]
        inner = layer if alone else None
        if not is_shapefile(chosen):
            content = _unpack(name, archive, [paths[chosen]])[0]
            return _read_content(name, content, inner, chosen.stem, encoding)
        beside = {path.suffix.lower(): each for path, each in paths.items() if belongs_to(path, chosen)}
        suffixes = [suffix for suffix in _SHAPE_PARTS if suffix in beside]
        contents = _unpack(name, archive, [beside[suffix] for suffix in suffixes])
    return _read_shapefile(name, dict(zip(suffixes, contents, strict=True)), inner, chosen.stem, encoding)


def _unpack(name: str, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> list[bytes]:
    check_file_size(name, sum(member.file_size for member in members), LIMITS.boundary_bytes, SIMPLIFY)
    return [read_member(archive, member) for member in members]


def _read_shapefile(
    name: str, parts: Mapping[str, bytes], layer: str | None, stem: str, encoding: str | None
) -> Boundaries:
    _choose_layer(name, [stem], stem if layer is None else layer)
    if not parts[".shp"].startswith(_SHP):
        raise file_error(name, "its .shp is not a Shapefile", FORMATS)
    stated = parts.get(".cpg") or parts.get(".cst", b"")  # GeoServer writes the second
    if max(len(parts.get(".prj", b"")), len(stated)) > LIMITS.cell_characters:
        raise file_error(name, "the description of its reference system or encoding is too long", FORMATS)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for suffix, content in parts.items():
            if content and suffix not in (".cpg", ".cst"):
                archive.writestr(f"boundaries{suffix}", content)
    frame = _read_with_gdal(name, packed.getvalue(), "ESRI Shapefile", AS_BYTES)
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    decoded, notes = decode_shapefile(name, table, stated, parts.get(".dbf", b""), encoding)
    return Boundaries(name, _make_frame(name, _without_geometry(decoded), frame.geometry.to_numpy(), frame.crs), notes)


def _read_flatgeobuf(name: str, data: bytes) -> gpd.GeoDataFrame:
    # With a header of 16 MB the first bytes could be text, in which GDAL finds formats that refer to other files.
    if b"\0" not in data[8:12]:
        raise file_error(name, "the file cannot be read (its header is too large)", FORMATS)
    return _read_with_gdal(name, data, "FlatGeobuf")


def _read_with_gdal(name: str, data: bytes, driver: str, encoding: str | None = None) -> gpd.GeoDataFrame:
    """Read bytes with GDAL, which sees neither the path of the file nor what lies beside it."""
    try:
        with warnings.catch_warnings(action="ignore"):  # they are about GDAL; what matters is checked here
            facts = pyogrio.read_info(data)
            if facts["driver"] != driver:
                raise file_error(name, "the file has an unknown format", FORMATS)
            _check_counts(name, facts["features"], len(facts["fields"]))
            most = LIMITS.features + 1
            frame = pyogrio.read_dataframe(data, max_features=most, on_invalid="ignore", encoding=encoding)
    except (UnboundLocalError, pyproj.exceptions.CRSError) as error:  # the first is pyogrio's own fault
        fix = "Delete it (of a Shapefile, the .prj), and state it with --crs as a code, such as EPSG:32637"
        raise file_error(name, "its reference system is not known", fix) from error
    except (*_GDAL_ERRORS, ValueError, LookupError) as error:
        raise file_error(name, f"the file cannot be read ({_without_paths(error)})", FORMATS) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise file_error(name, "the file has no shapes", FORMATS)
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return _make_frame(name, table, frame.geometry.to_numpy(), frame.crs)


def _without_paths(error: Exception) -> str:
    """Return GDAL's message without the names that the bytes have in its memory."""
    return re.sub(r"/vsi\S*?/(?=\w+\.\w+\b|\s|'|$)", "", str(error))


# GeoPackage


def _read_geopackage(name: str, data: bytes, layer: str | None) -> gpd.GeoDataFrame:
    """Read a layer that is a plain table: a view or a virtual table can compute anything, and for any time."""
    with _geopackage(name, data) as database:
        return _read_layer(name, database, layer)


@contextmanager
def _geopackage(name: str, data: bytes) -> Iterator[sqlite3.Connection]:
    """Open a GeoPackage in memory."""
    # A database with a log beside it is read as it is without the log.
    content = data[:18] + b"\x01\x01" + data[20:]
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(content)
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(len(data), LIMITS.boundary_bytes))
            database.execute("PRAGMA trusted_schema = OFF")
            database.text_factory = lambda text: text.decode("utf-8", "replace")
            yield database
    except (sqlite3.Error, ValueError, OverflowError, MemoryError) as error:
        raise file_error(name, f"the file cannot be read ({error})", FORMATS) from error


_NO_AREAS = ("POINT", "LINESTRING", "CURVE")
"""How the types of shapes end that are no areas."""


def _layers_of(name: str, database: sqlite3.Connection) -> tuple[dict[str, tuple[str, Any]], set[str]]:
    """Return the column of shapes and the reference system of each layer, and the names of plain tables.

    Layers of lines and points are not among them, unless there are no others.
    """
    stored = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")
    plain = {str(table) for (table,) in stored.fetchmany(LIMITS.members)}
    if not {"gpkg_geometry_columns", "gpkg_spatial_ref_sys"} <= plain:
        raise file_error(name, "it is a database, but not a GeoPackage", FORMATS)
    listed = database.execute("SELECT table_name, column_name, srs_id, geometry_type_name FROM gpkg_geometry_columns")
    rows = listed.fetchmany(LIMITS.members)
    areas = [row for row in rows if not str(row[-1]).upper().endswith(_NO_AREAS)]
    return {str(table): (str(column), srs) for table, column, srs, _ in areas or rows}, plain


def _read_layer(name: str, database: sqlite3.Connection, wanted: str | None) -> gpd.GeoDataFrame:
    layers, plain = _layers_of(name, database)
    layer = _choose_layer(name, list(layers), wanted)
    if layer not in plain:
        fix = "Save the layer as a table of its own, for example with ogr2ogr"
        raise file_error(name, f"the layer '{layer}' is not a table, but computed when it is read", fix)
    column, srs_id = layers[layer]
    quoted = '"' + layer.replace('"', '""') + '"'
    keys = {str(row[1]) for row in database.execute(f"PRAGMA table_info({quoted})") if row[5]}
    database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED_SQL else sqlite3.SQLITE_DENY)
    rows = database.execute(f"SELECT * FROM {quoted}")  # noqa: S608 - a quoted name; there is no parameter for one
    names = [str(described[0]) for described in rows.description]
    if column not in names:
        raise file_error(name, f"the layer '{layer}' has no column '{column}' of shapes", FORMATS)
    _check_counts(name, 0, len(names))
    table = pd.DataFrame.from_records(list(_limit_rows(name, rows)), columns=names)
    shapes = read_wkb(_strip_header(blob) for blob in table.pop(column))
    columns = _without_geometry(table.drop(columns=[key for key in keys if key in table]))
    return _make_frame(name, columns, shapes, _read_srs(name, database, srs_id))


def _limit_rows(name: str, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield rows up to the limits; in a damaged database many rows can share one long cell."""
    total = 0
    for number, row in enumerate(rows, start=1):
        total += sum(len(cell) for cell in row if isinstance(cell, str | bytes))
        check_file_size(name, total, LIMITS.boundary_bytes, SIMPLIFY)
        _check_counts(name, number, 0)
        yield row


def _strip_header(blob: object) -> bytes | None:
    """Return the well-known binary of a shape in a GeoPackage (OGC 12-128r19, 2.1.3)."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return None
    envelope = _ENVELOPE_BYTES.get(blob[3] >> 1 & 0b111)
    return None if envelope is None else blob[8 + envelope :]


def _read_srs(name: str, database: sqlite3.Connection, srs_id: object) -> pyproj.CRS | None:
    if not isinstance(srs_id, int) or srs_id in _UNDEFINED_SRS:
        return None
    query = "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?"
    row = database.execute(query, [srs_id]).fetchone()
    if row is None:
        return None
    authority, code, text = map(str, row)
    try:
        return pyproj.CRS.from_authority(authority, code)
    except pyproj.exceptions.CRSError:
        return _parse_wkt(name, text)


def _parse_wkt(name: str, text: str) -> pyproj.CRS | None:
    if text.strip().lower() in ("", "undefined"):
        return None
    fix = "State it with --crs as a code, such as EPSG:32637"
    try:
        if len(text) <= LIMITS.cell_characters:
            return pyproj.CRS.from_wkt(text)
    except pyproj.exceptions.CRSError as error:
        raise file_error(name, "its reference system is not known", fix) from error
    raise file_error(name, "the description of its reference system is too long", fix)


# GeoParquet


def _read_geoparquet(name: str, data: bytes) -> gpd.GeoDataFrame:
    try:
        file = open_parquet(name, data)
        described = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
        column = str(described.get("primary_column", ""))
        about = described.get("columns", {}).get(column, {})
        if about.get("encoding") != "WKB":
            raise file_error(name, "the file has no shapes as GeoParquet stores them (WKB)", FORMATS)
        _check_counts(name, count_rows(file.metadata), file.metadata.num_columns)
        kept = [field.name for field in file.schema_arrow if field.name == column or not pa.types.is_nested(field.type)]
        unpacked = check_pages(data, file.metadata, kept, LIMITS.boundary_bytes)
        rows = max(1, min(_BATCH_ROWS, LIMITS.boundary_bytes // max(1, unpacked)))  # each can hold the longest text
        table = _read_batches(name, file, kept, rows)
        shapes = read_wkb(table.column(column).cast(pa.large_binary()).to_pylist())
        columns = table.drop_columns(column).to_pandas(ignore_metadata=True)
    except PARQUET_DAMAGE as error:
        raise file_error(name, f"the file cannot be read ({error})", FORMATS) from error
    return _make_frame(name, _without_geometry(columns), shapes, _read_projjson(name, about))


def _read_batches(name: str, file: pq.ParquetFile, columns: list[str], rows: int) -> pa.Table:
    """Read columns piece by piece, up to the limit: a small file can repeat one long text in each row."""
    total, batches = 0, []
    for batch in file.iter_batches(batch_size=rows, columns=columns):
        total += batch.nbytes
        check_file_size(name, total, LIMITS.boundary_bytes, SIMPLIFY)
        batches.append(batch)
    kept = pa.schema([file.schema_arrow.field(column) for column in columns])
    return pa.Table.from_batches(batches, schema=batches[0].schema if batches else kept)


def _read_projjson(name: str, about: Mapping[str, Any]) -> pyproj.CRS | None:
    """Return the reference system of a column: without one, coordinates are longitude and latitude."""
    if "crs" not in about:
        return pyproj.CRS(CRS)
    given, fix = about["crs"], "State it with --crs as a code, such as EPSG:32637"
    if given is None:
        return None
    try:
        return pyproj.CRS.from_json_dict(given)
    except (pyproj.exceptions.CRSError, TypeError, ValueError, RecursionError, AttributeError) as error:
        raise file_error(name, "its reference system is not known", fix) from error
