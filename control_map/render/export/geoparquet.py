"""GeoParquet 1.0: the geometry as WKB, and the provenance in the metadata of the file."""

import io
import json
from pathlib import Path

import pyarrow.parquet as pq

from control_map.render.export.contents import ExportContents, with_date_types

METADATA_KEY = b"provenance"
"""The key of the provenance, which is JSON, in the metadata of the file."""


def write_geoparquet(contents: ExportContents, path: Path) -> None:
    """Write the only table; dates have the type DATE."""
    what, table = contents.single()
    geoparquet = io.BytesIO()
    with_date_types(table).to_parquet(geoparquet, index=False)
    columns = pq.read_table(geoparquet)
    metadata = {
        **(columns.schema.metadata or {}),
        METADATA_KEY: json.dumps(contents.facts_of(what), ensure_ascii=False).encode(),
    }
    pq.write_table(columns.replace_schema_metadata(metadata), path, compression="zstd")
