"""What must hold of each reader, whatever bytes it is given, and good bytes to begin with."""

import datetime as dt
import json
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd

from control_map.core.errors import PackError
from control_map.intake.articles.statements.extraction import extract_statements
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import match_columns
from control_map.intake.tables.reader import read_table
from control_map.pipeline.pack import Pack, add_reports, load_pack
from control_map.theatre.theatre import read_theatre
from tests.support.any_tables import any_table, as_parquet, as_xlsx, remade
from tests.support.made_up import THEATRE, as_csv, districts_geojson, places_csv, write_pack, written

FOUND = Path(__file__).parent / "found"
PARTS = (
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
    "xl/_rels/workbook.xml.rels",
)
FILES = ("theatre.toml", "places.csv", "districts.geojson", "totals.csv", "background.geojson")
RIVER = {"type": "LineString", "coordinates": [[0, 50], [3, 51]]}
SHEET = b"""<worksheet><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>
<row><c s="1"><v>44386</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row></sheetData></worksheet>"""


def text(data: bytes) -> None:
    any_table(data)


def excel(data: bytes) -> None:
    """The first byte says which part of a workbook is made up; past the parts, the file as a whole is."""
    part = data[0] if data else len(PARTS)
    any_table(remade(as_book(), {PARTS[part]: data[1:] or b" "}) if part < len(PARTS) else data)


def json_records(data: bytes) -> None:
    any_table(data)


def parquet(data: bytes) -> None:
    any_table(data)


def article(data: bytes) -> None:
    extract_statements(data.decode("utf-8", "replace"), dt.date(2021, 5, 9), marshland())


def theatre(data: bytes) -> None:
    """The first byte says which file of a pack is made up."""
    name = FILES[(data[0] if data else 0) % len(FILES)]
    with tempfile.TemporaryDirectory() as folder:
        try:
            read_theatre(write_pack(Path(folder) / "pack", files={name: data[1:]}))
        except PackError as error:
            refused = error.faults
        else:
            return
    assert refused


def reports(data: bytes) -> None:
    """All the way: each row of a table that is read is located or set aside, and is so once."""
    try:
        raw = read_table("any", data)
        converted = convert_to_codebook(raw, match_columns(list(raw.frame.columns)), marshland().theatre)
    except PackError:
        return
    pack = add_reports(marshland(), converted)
    before, after = (len(one.located) + len(one.set_aside) for one in (marshland(), pack))
    lost = sum(not fault.kept for fault in raw.faults)
    assert after - before == len(raw.frame) + lost


def as_river() -> dict[str, object]:
    return {"type": "FeatureCollection", "features": [{"properties": {"kind": "river"}, "geometry": RIVER}]}


@cache
def as_book() -> bytes:
    return as_xlsx([["name", "size"], ["Fen", 1]])


@cache
def marshland() -> Pack:
    with tempfile.TemporaryDirectory() as folder:
        return load_pack(write_pack(Path(folder) / "pack"))


READERS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (text, excel, json_records, parquet, theatre, reports, article)
}


def seeds(reader: str) -> list[bytes]:
    rows = as_csv([written(1), written(2, place_text="K\u0430bul", claim="held")]).encode()
    whole = {
        "text": [rows, rows.replace(b",", b";"), rows.decode().encode("utf-16"), b'sep=;\n"a";b\n1,5;"x"\n'],
        "excel": [b"\0" + SHEET, b"\3<sst><si><t>a</t><rPh><t>b</t></rPh></si></sst>", b"\xff" + as_book()],
        "json_records": [
            json.dumps([written(), {"a": None, "b": [1e9, True], "c": {"d": "\ud800"}}]).encode(),
            b'{"features":[{"properties":{"a":1},"geometry":{"type":"Point","coordinates":[1,2.5]}}]}',
        ],
        "article": [
            "On 1 May the Reds captured Brackwater in Harrow, the police chief said. “No,” Blues say.".encode()
        ],
        "parquet": [
            as_parquet(pd.DataFrame({"a": ["x", "y"], "b": [1.5, None], "c": pd.to_datetime(["2021-07-09"] * 2)}))
        ],
        "theatre": [
            bytes([place]) + (contents if isinstance(contents, bytes) else contents.encode())
            for place, contents in enumerate(
                (THEATRE, places_csv(), districts_geojson(), "date,series\n", json.dumps(as_river()))
            )
        ],
        "reports": [rows, json.dumps([written()]).encode(), as_xlsx([list(written()), list(written().values())])],
    }
    return whole[reader]
