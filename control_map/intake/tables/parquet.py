"""Parquet and GeoParquet: flat columns as text, and points as longitude and latitude."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as kinds
import shapely

from control_map.core.errors import Fault, PackError
from control_map.core.limits import LIMITS
from control_map.intake.tables.cell_text import format_value
from control_map.intake.tables.cleaning import strip_invisible
from control_map.intake.tables.table_builder import (
    NumberedRow,
    ParsedTable,
    build_table,
    check_table_size,
    clean_column_name,
)

_AT_ONCE = 10_000
_INDEX = "__index_level_"
"""How pandas names what it keeps of rows without a name."""
_TEXTS = (kinds.is_string, kinds.is_large_string, kinds.is_string_view)
_BYTES = (kinds.is_binary, kinds.is_large_binary, kinds.is_binary_view)
_OTHERS = (
    *(kinds.is_integer, kinds.is_floating, kinds.is_boolean, kinds.is_decimal),
    *(kinds.is_date, kinds.is_timestamp, kinds.is_time, kinds.is_null),
)
_DEGREES = ({"authority": "OGC", "code": "CRS84"}, {"authority": "EPSG", "code": 4326})
_DAMAGE = (
    *(pa.ArrowException, OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, MemoryError),
    RecursionError,
)
"""What a damaged file raises in what reads it."""
_METADATA_BYTES = 1 << 24
"""More than any honest file says about itself."""


def read_parquet(name: str, data: bytes) -> ParsedTable:
    """Read the flat columns of a Parquet file; its first row is row 1.

    Raises
    ------
    PackError
        If it is damaged, has no flat column, or is larger than the limits.
    """
    try:
        return _read(name, data)
    except _DAMAGE as error:
        problem = f"the Parquet file cannot be read ({strip_invisible(str(error))[:100] or 'damaged'})"
        raise PackError([Fault(name, 0, "", problem, "Save it anew, or as CSV (UTF-8)")]) from error


def _read(name: str, data: bytes) -> ParsedTable:
    file = _opened(data, [])
    _refuse_large(name, file.metadata)
    fields = [field for field in file.schema_arrow if not field.name.startswith(_INDEX)]
    flat = [field.name for field in fields if _is(field, (*_TEXTS, *_OTHERS))]
    points = _points(file.metadata.metadata or {}, [field.name for field in fields if _is(field, _BYTES)])
    if not flat:
        fix = "Write its values into columns of their own, or save the table as CSV"
        raise PackError([Fault(name, 0, "", "the file has no column of text, numbers or dates", fix)])
    # Texts that repeat stand once in the file: written out they could be a million times as large.
    repeating = [field.name for field in fields if _is(field, (*_TEXTS, *_BYTES))]
    rows = _rows(_opened(data, repeating), flat, points)
    grid = build_table(name, rows, header=[*flat, "lon", "lat"] if points else flat)
    fix = "Write what is needed of it into columns of text, numbers or dates"
    lost = [
        Fault(
            name,
            0,
            clean_column_name(field.name),
            "the column was not read, as it is nested or binary",
            fix,
            kept=True,
        )
        for field in fields
        if field.name not in {*flat, points}
    ]
    return ParsedTable(grid.frame, sorted([*lost, *grid.faults]))


def _opened(data: bytes, repeating: list[str]) -> pq.ParquetFile:
    return pq.ParquetFile(
        pa.BufferReader(data),
        read_dictionary=repeating,
        thrift_string_size_limit=_METADATA_BYTES,
        thrift_container_size_limit=_METADATA_BYTES,
    )


def _refuse_large(name: str, metadata: pq.FileMetaData) -> None:
    check_table_size(name, metadata.num_rows, metadata.num_columns)
    unpacked = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
    if unpacked > LIMITS.unpacked_bytes:
        problem = f"the file unpacks to {unpacked / 1e6:,.0f} MB; {LIMITS.unpacked_bytes / 1e6:,.0f} MB can be read"
        raise PackError([Fault(name, 0, "", problem, "Take out the columns with long texts, or split it by year")])


def _is(field: pa.Field, of: tuple[Callable[[pa.DataType], bool], ...]) -> bool:
    """Whether a column, or what its codes stand for, is of one of these kinds."""
    kind = field.type.value_type if kinds.is_dictionary(field.type) else field.type
    return any(test(kind) for test in of)


def _points(metadata: dict[bytes, bytes], candidates: list[str]) -> str:
    """Return the column of GeoParquet with the points of the rows, in longitude and latitude, if there is one."""
    geo = json.loads(metadata.get(b"geo", b"{}"))
    column = str(geo.get("primary_column", ""))
    told = geo.get("columns", {}).get(column, {})
    degrees = "crs" not in told or (told["crs"] or {}).get("id") in _DEGREES
    fits = told.get("encoding") == "WKB" and told.get("geometry_types") == ["Point"] and degrees
    return column if fits and column in candidates else ""


def _rows(file: pq.ParquetFile, flat: list[str], points: str) -> Iterator[NumberedRow]:
    number = 0
    for batch in file.iter_batches(batch_size=_AT_ONCE, columns=[*flat, points] if points else flat):
        columns = [_texts(batch.column(column)) for column in flat]
        if points:
            where = shapely.from_wkb(_values(batch.column(points)), on_invalid="ignore")
            columns += [[format_value(float(end)) for end in ends(where)] for ends in (shapely.get_x, shapely.get_y)]
        for cells in zip(*columns, strict=True):
            number += 1
            yield number, list(cells)


def _texts(column: pa.Array) -> list[str]:
    if isinstance(column, pa.DictionaryArray):
        texts = [*_texts(column.dictionary), ""]
        return [texts[-1 if index is None else index] for index in column.indices.to_pylist()]
    return list(map(format_value, _values(column)))


def _values(column: pa.Array) -> list[Any]:
    """Return the values of a column, moments as the clock showed them there, or as numbers if no calendar has them."""
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    if kinds.is_timestamp(column.type):
        there = pc.local_timestamp(column) if column.type.tz else column
        column = there.cast(pa.timestamp("us"), safe=False)
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError):
        return [_value(scalar) for scalar in column]


def _value(scalar: pa.Scalar) -> Any:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return str(scalar.value)
