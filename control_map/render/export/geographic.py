"""The formats of geographic information systems: GeoJSON as in RFC 7946, GeoPackage, and GeoParquet 1.0."""

import datetime as dt
import io
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import shapely

from control_map.core.arrays import to_compact_json, to_plain_rows
from control_map.render.export.contents import COORDINATE_DECIMALS, ExportContents
from control_map.render.export.tables import ExportTable

Frame = TypeVar("Frame", bound=pd.DataFrame)
PROVENANCE_LAYER = "provenance"
"""The layer of a GeoPackage that states the provenance."""
_POINT, _POLYGONS = "Point", "MultiPolygon"
METADATA_KEY = b"provenance"
"""The key of the provenance, which is JSON, in the metadata of a GeoParquet file."""


def write_geojson(contents: ExportContents, path: Path) -> None:
    """Write the only table as features, one per line, and the provenance as the member `metadata`.

    Coordinates are lon/lat in WGS 84, and outer rings run counterclockwise. Dates are text, as in 2021-07-09, and
    missing values are null.
    """
    what, table, facts = contents.single()
    path.write_bytes(table_as_geojson(table, {"name": what, "metadata": facts}))


def table_as_geojson(table: gpd.GeoDataFrame, members: Mapping[str, Any]) -> bytes:
    """Return a table as `write_geojson` writes it; `members` are those of the collection beside its features."""
    rounded = shapely.transform(table.geometry.to_numpy(), lambda points: points.round(COORDINATE_DECIMALS))
    shapes = shapely.to_geojson(shapely.orient_polygons(rounded))
    features = [
        f'{{"type":"Feature","properties":{_json(properties)},"geometry":{shape}}}'
        for properties, shape in zip(to_plain_rows(table.drop(columns="geometry")), shapes, strict=True)
    ]
    head = _json({"type": "FeatureCollection", **members}).removesuffix("}")
    return "\n".join([f'{head},"features":[', ",\n".join(features), "]}", ""]).encode()


def write_geopackage(contents: ExportContents, path: Path) -> None:
    """Write each table as a layer, and the provenance as a table and in the metadata of each layer.

    A layer has one kind of geometry, as geographic information systems expect: a table with polygons and points becomes
    two layers, as in `status` and `status_points`.
    """
    written = 0
    for what, table in contents.tables.items():
        for layer, kind, rows in _split_by_kind(what, table):
            pyogrio.write_dataframe(
                _with_date_types(rows),
                path,
                layer=layer,
                driver="GPKG",
                append=written > 0,
                use_arrow=True,
                geometry_type=kind,
                promote_to_multi=kind == _POLYGONS,
                dataset_metadata=dict(contents.facts) if not written else None,
                layer_metadata=contents.facts_of(what),
            )
            written += 1
    facts = pd.DataFrame(contents.facts.items(), columns=["name", "text"])
    pyogrio.write_dataframe(facts, path, layer=PROVENANCE_LAYER, driver="GPKG", append=True)
    _set_time(path, contents.time)


def _split_by_kind(what: ExportTable, table: gpd.GeoDataFrame) -> list[tuple[str, str, gpd.GeoDataFrame]]:
    """Return the name, the kind of geometry and the rows of each layer of a table."""
    is_point = table.geom_type == _POINT
    if is_point.all():
        return [(what.value, _POINT, table)]
    layers = [(what.value, _POLYGONS, table[~is_point])]
    return [*layers, (f"{what.value}_points", _POINT, table[is_point])] if is_point.any() else layers


def _set_time(path: Path, time: dt.datetime) -> None:
    """Replace the times of writing in a GeoPackage; GDAL's own option for that holds for all threads at once."""
    text = f"{time.isoformat(timespec='milliseconds')}Z"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_contents SET last_change = ?", [text])
        database.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", [text])


def write_geoparquet(contents: ExportContents, path: Path) -> None:
    """Write the only table with its geometry as WKB, and the provenance in the metadata of the file."""
    _, table, facts = contents.single()
    path.write_bytes(table_as_parquet(table, facts))


def table_as_parquet(table: pd.DataFrame, facts: Mapping[str, Any]) -> bytes:
    """Return a table as `write_geoparquet` writes it; without a geometry, it is plain Parquet."""
    parquet = io.BytesIO()
    _with_date_types(table).to_parquet(parquet, index=False)
    columns = pq.read_table(parquet)
    provenance = {METADATA_KEY: json.dumps(facts, ensure_ascii=False).encode()}
    metadata = {**(columns.schema.metadata or {}), **provenance}
    written = io.BytesIO()
    pq.write_table(columns.replace_schema_metadata(metadata), written, compression="zstd")
    return written.getvalue()


def _json(value: Any) -> str:
    return to_compact_json(value).decode()


def _with_date_types(table: Frame) -> Frame:
    """Return a table whose dates are days for Arrow too (type DATE), and not points in time."""
    days = dict.fromkeys(table.select_dtypes("datetime").columns, "date32[day][pyarrow]")
    return table.astype(days)
