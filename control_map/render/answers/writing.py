"""An answer in the formats of programs: JSON, GeoJSON, CSV and GeoParquet, each with its provenance inside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from control_map.core.arrays import to_compact_json
from control_map.core.errors import NoGeometryError
from control_map.core.sanitize import sanitize_json, sanitize_line
from control_map.render.answers.answer import Answer
from control_map.render.export import geographic
from control_map.theatre.csv_writer import as_csv, cell_text


@dataclass(frozen=True)
class AnswerFormat:
    """A format of answers: its IANA media type, and what writes it."""

    media_type: str
    write: Callable[[Answer], bytes]


def write_answer(answer: Answer, format: str) -> bytes:  # noqa: A002 - the parameter's name in addresses
    """Return an answer in one of `FORMATS`; the same answer gives the same bytes.

    Raises
    ------
    NoGeometryError
        If it has no geometry, and the format needs one.
    """
    return FORMATS[format].write(answer)


def _write_json(answer: Answer) -> bytes:
    return _escape_hidden(to_compact_json(answer.envelope()))


def _write_geojson(answer: Answer) -> bytes:
    if not isinstance(answer.rows, gpd.GeoDataFrame):
        raise NoGeometryError
    return _escape_hidden(geographic.table_as_geojson(answer.rows, answer.head()))


def _escape_hidden(document: bytes) -> bytes:
    return sanitize_json(document.decode()).encode()


def _write_csv(answer: Answer) -> bytes:
    return as_csv(answer.flat_rows(), answer.facts()).encode()


def _write_parquet(answer: Answer) -> bytes:
    texts = {str(name): answer.rows[name].map(_plain_text) for name in answer.rows.select_dtypes(["object", "str"])}
    facts = {name: sanitize_line(text) for name, text in answer.facts().items()}
    return geographic.table_as_parquet(answer.rows.assign(**texts), facts)


def _plain_text(cell: Any) -> Any:
    return cell_text(cell) if isinstance(cell, (str, list, tuple)) else cell


FORMATS: Mapping[str, AnswerFormat] = {
    "json": AnswerFormat("application/json", _write_json),
    "geojson": AnswerFormat("application/geo+json", _write_geojson),
    "csv": AnswerFormat("text/csv", _write_csv),
    "parquet": AnswerFormat("application/vnd.apache.parquet", _write_parquet),
}
"""The formats by the endings of addresses and files, the first by default."""
