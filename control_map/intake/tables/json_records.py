"""JSON: a list of flat records, or the features of GeoJSON with their points as longitude and latitude."""

import json
from collections.abc import Iterator

from control_map.core.errors import Fault, PackError
from control_map.core.limits import LIMITS
from control_map.intake.tables.cell_text import format_value
from control_map.intake.tables.encoding import detect_encoding
from control_map.intake.tables.table_builder import (
    NumberedRow,
    ParsedTable,
    build_table,
    check_table_size,
    clean_column_name,
)

_MEND = "Save it as CSV (UTF-8), or as a list of records with the same names in each"


def read_json(name: str, data: bytes) -> ParsedTable:
    """Read records; the first is row 1.

    Raises
    ------
    PackError
        If it is no JSON, no list of records, or larger than the limits.
    """
    if len(data) > LIMITS.records_bytes:
        problem = f"the file has {len(data) / 1e6:,.0f} MB; {LIMITS.records_bytes / 1e6:,.0f} MB of JSON can be read"
        raise PackError([Fault(name, 0, "", problem, "Save it as CSV or Parquet, or split it by year")])
    try:
        tree = json.loads(data.decode(detect_encoding(data).name, errors="replace"))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        problem = f"the file begins like JSON and is none ({getattr(error, 'msg', 'it is nested too deeply')})"
        raise PackError([Fault(name, line, "", problem, _MEND)]) from error
    listed = tree.get("features") if isinstance(tree, dict) else tree
    if not isinstance(listed, list) or not all(isinstance(record, dict) for record in listed):
        raise PackError([Fault(name, 0, "", "the file is JSON, and not a list of records or features", _MEND)])
    records = [_flat(record) if isinstance(tree, dict) else record for record in listed]
    header = list(dict.fromkeys(key for record in records for key in record))
    if not header:
        raise PackError([Fault(name, 0, "", "the file has no records", _MEND)])
    nested = {key for record in records for key, value in record.items() if isinstance(value, (dict, list))}
    kept = [key for key in header if key not in nested]
    check_table_size(name, len(records), len(kept))
    grid = build_table(name, _rows(records, kept), header=kept)
    fix = "Write what is needed of it into columns of text, numbers or dates"
    problem = "the column was not read, as it is nested"
    lost = [Fault(name, 0, clean_column_name(key), problem, fix, kept=True) for key in sorted(nested)]
    return ParsedTable(grid.frame, sorted([*lost, *grid.faults]))


def _flat(feature: dict[str, object]) -> dict[str, object]:
    """Return the properties of a feature, and where its point is."""
    properties, shape = feature.get("properties"), feature.get("geometry")
    record = dict(properties) if isinstance(properties, dict) else {}
    if isinstance(shape, dict) and shape.get("type") == "Point" and isinstance(shape.get("coordinates"), list):
        record |= dict(zip(("lon", "lat"), shape["coordinates"], strict=False))
    return record


def _rows(records: list[dict[str, object]], header: list[str]) -> Iterator[NumberedRow]:
    for number, record in enumerate(records, 1):
        yield number, [format_value(record.get(key)) for key in header]
