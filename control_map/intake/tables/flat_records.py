"""JSON, GeoJSON, Parquet and GeoParquet are read as tables: flat columns as text, points as longitude and latitude."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as kinds
import shapely

from control_map.core.errors import Fault
from control_map.core.limits import LIMITS
from control_map.core.shapes import read_wkb
from control_map.core.wording import list_some
from control_map.intake.tables.cell_text import format_value, strip_invisible
from control_map.intake.tables.encoding import choose_encoding
from control_map.intake.tables.parquet_pages import PARQUET_DAMAGE, check_pages, count_rows, open_parquet
from control_map.intake.tables.table_builder import (
    NumberedRow,
    RawTable,
    build_table,
    check_file_size,
    check_table_size,
    clean_column_name,
    file_error,
)

_PAGE_LISTS, _PAGE_COUNTS = {"data", "Result", "results"}, {"count", "TotalCount", "status", "success"}
"""The names that the interfaces of ACLED, UCDP and KoboToolbox have for their records, and for what is beside them."""
_FIX_JSON = "Save it as CSV (UTF-8), or as a list of records with the same names in each"
_BATCH_ROWS = 4_000
"""Few, as each of them can hold texts of the greatest length."""
_SHOWN_CHARACTERS = 50
"""Characters of a name that a message shows."""
_INDEX = "__index_level_"
"""How pandas names the column of an index without a name."""
_TEXTS = (kinds.is_string, kinds.is_large_string, kinds.is_string_view)
_BYTES = (kinds.is_binary, kinds.is_large_binary, kinds.is_binary_view)
_OTHER_FLAT = (
    *(kinds.is_integer, kinds.is_floating, kinds.is_boolean, kinds.is_decimal),
    *(kinds.is_date, kinds.is_timestamp, kinds.is_time, kinds.is_null),
)
_POINTS = {"Point", "MultiPoint", "GeometryCollection"}
"""Types of shapes that can be one point."""
_FIRST_COLLECTION = 4
"""The number of the first type of shapes that hold others."""
_LON_LAT = ({"authority": "OGC", "code": "CRS84"}, {"authority": "EPSG", "code": 4326})
_NEXT_PAGE = ("next", "NextPageUrl", "next_page_url", "nextPage")
"""Where answers of interfaces have the address of their next page, if there is one."""
_MOST_NUMBERS = 4
"""Of a position: longitude, latitude, height and accuracy."""
_WHOLE_NUMBER = re.compile(r"-?\d{1,9}")
_MOST_NAMED = 5
"""Rows that a message lists."""
_MOST_BYTES = 4
"""Of one character in UTF-8."""


def read_json(name: str, data: bytes, chosen: str = "") -> RawTable:
    """Read a list of flat records, or the features of GeoJSON; the first is row 1.

    The list may be the only one of an object, as the interfaces of ACLED ("data"), UCDP ("Result") and KoboToolbox
    ("results") answer. `chosen` is the encoding that the user chose, if any.

    Raises
    ------
    PackError
        If it is not valid JSON, has no list of records or several, or is larger than the limits.
    """
    fix = "Save it as CSV or Parquet, or split it by year"
    check_file_size(name, len(data), LIMITS.records_bytes, fix, kind="JSON")
    encoding = choose_encoding(data, chosen)
    text = data.decode(encoding.name, errors="replace")
    values = sum(map(text.count, "{[,"))
    if values > LIMITS.values:
        raise file_error(name, f"the file has {values:,} values; {LIMITS.values:,} of JSON can be read", fix)
    try:
        # Whole numbers stay as they are written: Python would not read one of thousands of digits.
        tree = json.loads(text, parse_int=str, object_pairs_hook=_to_record)
    except _RepeatedNameError as error:
        fix = "Give each value in a record its own name"
        raise file_error(name, f"a record has two values with the name '{error}'", fix) from error
    except (ValueError, RecursionError) as error:
        problem = f"the file begins like JSON but is not valid ({getattr(error, 'msg', 'it is nested too deeply')})"
        raise file_error(name, problem, _FIX_JSON, getattr(error, "lineno", 0)) from error
    records, remarks = _find_records(name, tree)
    filled = [record for record in records if record is not None]
    header = list(dict.fromkeys(key for record in filled for key in record))
    if not header:
        raise file_error(name, "the file has no records", _FIX_JSON)
    nested = {key for record in filled for key, value in record.items() if isinstance(value, (dict, list))}
    kept = [key for key in header if key not in nested]
    check_table_size(name, len(records), len(kept))
    rows = (
        Fault(name, number, "", "the record is null", "Take it out, or write the record")
        if record is None
        else (number, [format_value(record.get(key)) for key in kept])
        for number, record in enumerate(records, 1)
    )
    table = build_table(name, rows, header=kept)
    return encoding.remark_on(table).with_faults(*remarks, *_unread_columns(name, sorted(nested), "nested"))


def _find_records(name: str, tree: Any) -> tuple[list[dict[str, Any] | None], list[Fault]]:
    """Return the records of a file, and remarks: on shapes that are no points, and if more follow on another page.

    A record may be null.
    """
    listed: Any = tree
    if isinstance(tree, list) and tree and all(map(_is_page, tree)):
        pages = [_find_records(name, page) for page in tree]
        return [record for records, _ in pages for record in records], pages[-1][1]
    remarks: list[Fault] = []
    if isinstance(tree, dict) and isinstance(tree.get("features"), list):
        listed = [_flatten_feature(feature) if isinstance(feature, dict) else feature for feature in tree["features"]]
        shapes = [feature.get("geometry") if isinstance(feature, dict) else None for feature in tree["features"]]
        remarks = _no_points(name, [row for row, shape in enumerate(shapes, 1) if shape and not _find_position(shape)])
    elif isinstance(tree, dict):
        inner = (part for part in tree.values() if isinstance(part, dict))
        lists = _lists_of_records(tree) or {
            key: value for part in inner for key, value in _lists_of_records(part).items()
        }
        if _is_page(tree) and len(records := _PAGE_LISTS & lists.keys()) == 1:
            lists = {key: lists[key] for key in records}  # an answer may have messages beside its records
        if len(lists) > 1:
            named = ", ".join(f"'{clean_column_name(key)}'" for key in lists)
            problem = f"the file has {len(lists)} lists of records: {named}"
            raise file_error(name, problem, "Save the one with the reports in a file of its own")
        listed = next(iter(lists.values()), [] if any(value == [] for value in tree.values()) else None)
    if not isinstance(listed, list) or not all(record is None or isinstance(record, dict) for record in listed):
        raise file_error(name, "the file is JSON, but not a list of records or features", _FIX_JSON)
    following = next((str(tree[key]) for key in _NEXT_PAGE if tree.get(key)), "") if isinstance(tree, dict) else ""
    if following:
        problem, fix = "the file is one page of several, and more records follow", "Add the other pages, too"
        remarks.append(Fault(name, 0, "", problem, fix, kept=True))
    return [record if record is None else _join_numbers(record) for record in listed], remarks


def _is_page(value: object) -> bool:
    """Whether this is an answer of an interface: several are joined in one list."""
    return isinstance(value, dict) and bool(_PAGE_LISTS & value.keys()) and bool(_PAGE_COUNTS & value.keys())


def _lists_of_records(tree: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {key: value for key, value in tree.items() if _is_list_of_records(value)}


def _is_list_of_records(value: object) -> bool:
    return (
        isinstance(value, list)
        and any(isinstance(record, dict) for record in value)
        and all(record is None or isinstance(record, dict) for record in value)
    )


def _join_numbers(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with short lists of numbers as text: KoboToolbox writes a position as [34.1, 62.2]."""
    return {
        key: ", ".join(map(format_value, value)) if _is_short_list_of_numbers(value) else value
        for key, value in record.items()
    }


def _is_short_list_of_numbers(value: Any) -> bool:
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_NUMBERS:
        return False
    return all(
        isinstance(each, float) or (isinstance(each, str) and _WHOLE_NUMBER.fullmatch(each) is not None)
        for each in value
    )


def read_parquet(name: str, data: bytes) -> RawTable:
    """Read the flat columns of a Parquet file; its first row is row 1.

    Raises
    ------
    PackError
        If it is damaged, has no flat column, or is larger than the limits.
    """
    try:
        return _read_parquet(name, data)
    except PARQUET_DAMAGE as error:
        problem = f"the Parquet file cannot be read ({strip_invisible(str(error))[:100] or 'damaged'})"
        raise file_error(name, problem, "Save it again, or as CSV (UTF-8)") from error


class _RepeatedNameError(ValueError):
    """Two values of one record have the same name, so that it is not certain which of them is meant."""


def _to_record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for at, name in enumerate(names) if name in names[:at])
        raise _RepeatedNameError(strip_invisible(repeated)[:_SHOWN_CHARACTERS])
    return record


def _unread_columns(name: str, columns: Iterable[str], kind: str) -> list[Fault]:
    """Report the columns that were left out."""
    problem, fix = f"the column was not read, as it is {kind}", "Copy what you need into columns of text or numbers"
    return [Fault(name, 0, clean_column_name(column), problem, fix, kept=True) for column in columns]


def _flatten_feature(feature: dict[str, object]) -> dict[str, object]:
    """Return the properties of a feature, with its point as `longitude` and `latitude`."""
    properties, shape = feature.get("properties"), feature.get("geometry")
    record = dict(properties) if isinstance(properties, dict) else {}
    return record | dict(zip(("longitude", "latitude"), _find_position(shape), strict=False))


def _find_position(shape: Any) -> list[Any]:
    """Return the coordinates of a point, or of a collection that holds one point; of any other shape none.

    A point that stands for a polygon, or for several points, would be one that nobody stated.
    """
    while isinstance(shape, dict):
        kind = str(shape.get("type"))
        coordinates: Any = shape.get("coordinates")
        if kind == "Point":
            return list(coordinates) if _is_short_list_of_numbers(coordinates) and len(coordinates) > 1 else []
        parts = {"MultiPoint": coordinates, "GeometryCollection": shape.get("geometries")}.get(kind)
        if not isinstance(parts, list) or len(parts) != 1:
            break
        shape = parts[0] if kind == "GeometryCollection" else {"type": "Point", "coordinates": parts[0]}
    return []


def _no_points(name: str, rows: list[int]) -> list[Fault]:
    """Report the rows whose shapes give no coordinates."""
    if not rows:
        return []
    problem = "the shape is not one point, so that no coordinates are read from it"
    problem += f" (row{'s' if len(rows) > 1 else ''} {list_some(rows, _MOST_NAMED)})"
    fix = "Give each row one point, or columns with its longitude and latitude"
    return [Fault(name, rows[0], "geometry", problem, fix, kept=True, rows=len(rows))]


def _read_parquet(name: str, data: bytes) -> RawTable:
    file = open_parquet(name, data)
    metadata = file.metadata
    check_table_size(name, count_rows(metadata), metadata.num_columns)
    fix = "Remove the columns with long texts, or split it by year"
    unpacked = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    check_file_size(name, unpacked, LIMITS.unpacked_bytes, fix, verb="unpacks to")
    fields = [field for field in file.schema_arrow if not field.name.startswith(_INDEX)]
    flat = [field.name for field in fields if _is_one_of(field, (*_TEXTS, *_OTHER_FLAT))]
    points = _find_point_column(metadata.metadata or {}, [f.name for f in fields if _is_one_of(f, _BYTES)])
    if {"longitude", "latitude"} <= {column.lower() for column in flat}:
        points = ""
    if not flat:
        fix = "Write its values into columns of their own, or save the table as CSV"
        raise file_error(name, "the file has no column of text, numbers or dates", fix)
    wanted = {*flat, points}
    check_pages(data, metadata, wanted, LIMITS.unpacked_bytes)
    # A repeated text is stored once in the file: written out, all texts could be a million times as large.
    repeating = [field.name for field in fields if _is_one_of(field, (*_TEXTS, *_BYTES))]
    pointless = list[int]()
    records = _parquet_rows(open_parquet(name, data, repeating), flat, points, pointless)
    table = build_table(name, records, header=[*flat, "longitude", "latitude"] if points else flat)
    unread = [field.name for field in fields if field.name not in wanted]
    return table.with_faults(*_no_points(name, pointless), *_unread_columns(name, unread, "nested or binary"))


def _is_one_of(field: pa.Field, tests: tuple[Callable[[pa.DataType], bool], ...]) -> bool:
    """Whether a column, or the values of its dictionary, is of one of these types."""
    kind = field.type.value_type if kinds.is_dictionary(field.type) else field.type
    return any(test(kind) for test in tests)


def _find_point_column(metadata: dict[bytes, bytes], candidates: list[str]) -> str:
    """Return the GeoParquet column of points in longitude and latitude, or an empty text."""
    geo = json.loads(metadata.get(b"geo", b"{}"))
    column = str(geo.get("primary_column", ""))
    described = geo.get("columns", {}).get(column, {})
    in_degrees = "crs" not in described or (described["crs"] or {}).get("id") in _LON_LAT
    types = {str(kind).partition(" ")[0] for kind in described.get("geometry_types") or ["any"]}
    fits = described.get("encoding") == "WKB" and types <= _POINTS and in_degrees
    return column if fits and column in candidates else ""


def _parquet_rows(file: pq.ParquetFile, flat: list[str], points: str, pointless: list[int]) -> Iterator[NumberedRow]:
    """Yield the rows of a file; the numbers of those whose shape is not one point are added to `pointless`."""
    number = 0
    for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=[*flat, points] if points else flat):
        columns = [_convert_distinct(batch.column(column), _format_values) for column in flat]
        if points:
            shapes = batch.column(points)
            columns += [_convert_distinct(shapes, convert) for convert in (_longitudes, _latitudes)]
            unread = zip(columns[-1], shapes.is_valid().to_pylist(), strict=True)
            pointless += [number + at for at, (cell, is_there) in enumerate(unread, 1) if is_there and not cell]
        for cells in zip(*columns, strict=True):
            number += 1
            yield number, list(cells)


def _convert_distinct(column: pa.Array, convert: Callable[[pa.Array], list[str]]) -> list[str]:
    """Convert the values of a column to text; of a repeated one, only those that this part of the table has."""
    if not isinstance(column, pa.DictionaryArray):
        return convert(column)
    used = pc.unique(column.indices.drop_null())
    texts = dict(zip(used.to_pylist(), convert(column.dictionary.take(used)), strict=True))
    return [texts.get(index, "") for index in column.indices.to_pylist()]


def _format_values(values: pa.Array) -> list[str]:
    """Write values as text: times with their zone, or as raw numbers if Python's calendar cannot hold them."""
    if values.null_count == len(values):
        return [""] * len(values)
    if kinds.is_timestamp(values.type):
        values = values.cast(pa.timestamp("us", values.type.tz), safe=False)
    elif any(test(values.type) for test in _TEXTS):
        # A text that is too long stays so, and is not copied.
        values = values.cast(pa.large_string())
        too_long = pc.greater(pc.binary_length(values), _MOST_BYTES * LIMITS.cell_characters)
        if pc.any(too_long).as_py():
            values = pc.if_else(too_long, " " * LIMITS.cell_characters + "x", values)
    try:
        return list(map(format_value, values.to_pylist()))
    except (ValueError, OverflowError):
        return [format_value(_value_or_number(scalar)) for scalar in values]


def _longitudes(shapes: pa.Array) -> list[str]:
    return _coordinates(shapes, shapely.get_x)


def _latitudes(shapes: pa.Array) -> list[str]:
    return _coordinates(shapes, shapely.get_y)


def _coordinates(shapes: pa.Array, get: Callable[[Any], Any]) -> list[str]:
    """Return one coordinate of shapes that are one point, or hold nothing but one; it is empty for any other."""
    points = read_wkb(shapes.to_pylist())
    while (
        holds_one := (shapely.get_type_id(points) >= _FIRST_COLLECTION) & (shapely.get_num_geometries(points) == 1)
    ).any():
        points = np.where(holds_one, shapely.get_geometry(points, 0), points)
    return [format_value(float(number)) for number in get(points)]


def _value_or_number(scalar: pa.Scalar) -> Any:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return str(scalar.value)
