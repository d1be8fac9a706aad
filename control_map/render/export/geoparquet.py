"""GeoParquet 1.0: the geometry as WKB; provenance in the file's metadata beside that of the geometry."""

import io
import json
from pathlib import Path

import pyarrow.parquet as pq

from control_map.render.export.contents import ExportContents, with_date_types

METADATA_KEY = b"provenance"
"""The key of the file's metadata under which the provenance stands, as JSON."""


def write_geoparquet(contents: ExportContents, path: Path) -> None:
    """Write the only table; dates are days (the type DATE)."""
    what, table = contents.single()
    geometric = io.BytesIO()
    with_date_types(table).to_parquet(geometric, index=False)
    columns = pq.read_table(geometric)
    metadata = {
        **(columns.schema.metadata or {}),
        METADATA_KEY: json.dumps(contents.facts_of(what), ensure_ascii=False).encode(),
    }
    pq.write_table(columns.replace_schema_metadata(metadata), path, compression="zstd")
