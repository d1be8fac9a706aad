"""Small inputs that could cost much: every reader, with each of its elements repeated, nested or long.

    python -m tests.support.bombs               measures all of them, a line of JSON each
    python -m tests.support.bombs excel         those whose names begin so
    THOROUGH=1 python -m tests.support.bombs    with longer articles and each cell in each column

They are read one after the other by one process, which the system ends if it takes too much.
"""

import datetime as dt
import io
import json
import os
import random
import resource
import struct
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from control_map.core.errors import ControlMapError
from control_map.intake.articles.statements.extraction import extract_statements
from control_map.intake.importers.registry import recognise
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import match_table
from control_map.intake.tables.reader import read_table
from control_map.pipeline.pack import Pack, add_reports, load_pack
from tests.support import thrift
from tests.support.any_tables import ROWS, as_csv, as_parquet, as_xlsx
from tests.support.made_up import write_pack, written

MEMORY, SECONDS = 3 << 30, 120
"""At which the system ends the process: far more than all of them may take."""
THOROUGH = "THOROUGH" in os.environ
LONG = 99_000
Make = Callable[[], bytes]


class Cost(NamedTuple):
    """What reading something took: seconds of the processor, megabytes above all before it, and how it ended."""

    name: str
    size: int
    seconds: float
    megabytes: float
    ended: str


# Workbooks

SHEET, STRINGS, STYLES, BOOK, RELATIONS = (
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
)
ELEMENTS = {
    SHEET: ("worksheet", "<row/>", '<row r="1"/>', "<c/>", '<row><c r="KN1"><v>1</v></c></row>', "<v>1</v>", "<x/>"),
    STRINGS: ("sst", "<si/>", "<si><t>a</t></si>", "<rPh><t/></rPh>", "<t/>"),
    STYLES: ("styleSheet", "<xf/>", "<cellXfs/>", '<numFmt numFmtId="1" formatCode="[[[[[["/>'),
    BOOK: ("workbook", '<sheet name="a" x:id="rId1"/>', "<workbookPr/>"),
    RELATIONS: ("Relationships", '<Relationship Id="rId1" Type="/worksheet" Target="worksheets/sheet1.xml"/>'),
}


@cache
def ballast() -> bytes:
    return random.Random(1).randbytes(100_000)


@cache
def good_book() -> bytes:
    return as_xlsx(ROWS)


def workbook(parts: dict[str, bytes], **more: bytes) -> bytes:
    """A workbook with some parts replaced, and ballast, or it would be refused for how small it is packed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good_book())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in {**dict.fromkeys(old.namelist()), **parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
        new.writestr("ballast", ballast())
        for name, data in more.items():
            new.writestr(name, data)
    return out.getvalue()


def long_forms(root: str, size: int) -> dict[str, str]:
    """An XML part with one element that is long in some way."""
    x, quotes = "x" * size, '""'
    return {
        "attribute": f'<{root}><a b="{x}"/></{root}>',
        "attributes": f"<{root}><a {' '.join(f'a{n}=' + quotes for n in range(size // 10))}/></{root}>",
        "names of attributes": f"<{root}>{''.join(f'<a a{n}={quotes}/>' for n in range(size // 14))}</{root}>",
        "names": f"<{root}>{''.join(f'<a{n}/>' for n in range(size // 10))}</{root}>",
        "name": f"<{root}><{x}/></{root}>",
        "text": f"<{root}>{x}</{root}>",
        "references": f"<{root}>{'&#65;' * (size // 5)}</{root}>",
        "comment": f"<{root}><!--{x}--></{root}>",
        "comments": f"<{root}>{'<!---->' * (size // 7)}</{root}>",
        "instruction": f"<{root}><?a {x}?></{root}>",
        "CDATA": f"<{root}><![CDATA[{x}]]></{root}>",
        "depth": f"<{root}>{'<a>' * (size // 3)}",
        "end of nothing": f"<{root}>" + "</" + x,
        "declaration": f'<?xml version="1.0" encoding="{x}"?><{root}/>',
    }


def workbooks() -> Iterator[tuple[str, Make]]:
    for part, (root, *elements) in ELEMENTS.items():
        for element in elements:
            xml = f"<{root}>{element * (300_000 // len(element))}</{root}>".encode()
            yield f"excel: {element} again and again", partial(workbook, {part: xml})
        for form in long_forms(root, 1) if part in {SHEET, STRINGS} else ():
            yield (
                f"excel: a long {form} in {root}",
                lambda p=part, r=root, f=form: workbook(
                    {
                        p: long_forms(r, 10_000_000 if f in {"attribute", "name", "text", "comment"} else 300_000)[
                            f
                        ].encode()
                    }
                ),
            )
    for form in ("[", '"', "\\", "_", "[h", '"[', "0;", "d", "[$-", "[h]"):
        styles = f'<styleSheet><numFmt numFmtId="164" formatCode="{form.replace(chr(34), "&quot;") * 100_000}"/>'
        xml = f'{styles}<cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>'.encode()
        yield f"excel: a number format of {form}", partial(workbook, {STYLES: xml})
    cell = f"<sheetData><row><c t='str'><v>{'x' * 20_000_000}</v></c></row></sheetData>"
    yield "excel: a long text in a cell", partial(workbook, {SHEET: f"<worksheet>{cell}</worksheet>".encode()})
    for number in ("9" * 100_000, "\u0669" * 1_000, "1e400", "-1e-400", "nan", "inf", "0x10", "1_000", "\u00b2"):
        row = f'<row r="{number}"><c r="{number}" s="{number}"><v>{number}</v></c><c t="s"><v>0{number}</v></c></row>'
        xml = f"<worksheet>{row}</worksheet>".encode()
        yield f"excel: the number {number[:10]} everywhere", partial(workbook, {SHEET: xml})
    yield (
        "excel: a letter that names no column",
        partial(workbook, {SHEET: f"<worksheet><row><c r='{'A' * 500_000}1'><v>1</v></c></row></worksheet>".encode()}),
    )
    yield "excel: many parts", lambda: workbook({}, **{f"x{number}": b"" for number in range(2_100)})
    yield "excel: an unknown encoding", partial(workbook, {SHEET: b'<?xml version="1.0" encoding="zlib"?><worksheet/>'})
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield f"excel: packed with method {method}, and larger than stated", partial(packed_otherwise, method)


def packed_otherwise(method: int) -> bytes:
    """A workbook whose sheet is packed in another way than workbooks are, and is larger than its directory states."""
    size = 20_000_000
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good_book())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) if name != SHEET else b" " * size, method if name == SHEET else None)
    return out.getvalue().replace(struct.pack("<L", size), struct.pack("<L", 500_000))


# JSON


def jsons() -> Iterator[tuple[str, Make]]:
    columns = ",".join(f'"c{number}":1' for number in range(299))
    for name, text in {
        "lists in lists": "[" * LONG,
        "records in records": '[{"a":' * 10_000,
        "empty records": f"[{'{},' * (LONG // 3)}{{}}]",
        "empty lists": f"[{'[],' * (LONG // 3)}[]]",
        "small records": "[" + ",".join('{"":1}' for _ in range(LONG // 7)) + "]",
        "many names": "[{" + ",".join(f'"{number}":1' for number in range(LONG // 10)) + "}]",
        "other names in each record": "[" + ",".join(f'{{"{number}":1}}' for number in range(LONG // 12)) + "]",
        "many columns and empty records": "[{" + columns + "}" + ",{}" * 10_000 + "]",
        "the last of many columns": "[{" + columns + "}" + ',{"c298":1}' * 3_000 + "]",
        "one name again and again": "[{" + '"a":1,' * 15_000 + '"a":2}]',
        "a whole number": f'[{{"a":{"9" * LONG}}}]',
        "a decimal number": f'[{{"a":0.{"9" * LONG}}}]',
        "an exponent": f'[{{"a":1e{"9" * LONG}}}]',
        "no number": '[{"a":NaN,"b":-Infinity,"c":-0,"d":1e400}]',
        "a name": f'[{{"{"n" * LONG}":1}}]',
        "a text": f'[{{"a":"{"n" * LONG}"}}]',
        "half characters": '[{"\\ud800":"\\udfff\\ud800"}]',
        "escapes": '[{"a":"' + "\\u0000" * 15_000 + '"}]',
        "coordinates": '{"features":[{"geometry":{"type":"Point","coordinates":['
        + "1," * 40_000
        + '1]},"properties":{"a":1}}]}',
        "features in features": '{"features":' * 5_000,
        "space": "[" + " " * LONG + "]",
    }.items():
        yield f"json: {name}", text.encode
    yield "json: empty records in UTF-16", partial(("[" + "{}," * 15_000 + "{}]").encode, "utf-16")


# Parquet


def parquets() -> Iterator[tuple[str, Make]]:
    one = struct.pack("<L", 1) + b"x"
    yield (
        "parquet: a page that states two gigabytes",
        lambda: thrift.parquet(thrift.Chunk(thrift.data_page(20, one * 20, unpacked=2**31 - 1), 20)),
    )
    yield (
        "parquet: a page of 200 megabytes",
        lambda: thrift.parquet(thrift.Chunk(thrift.data_page(20, b"\0" * 200_000_000), 20)),
    )
    yield (
        "parquet: a page of less than nothing",
        lambda: thrift.parquet(thrift.Chunk(thrift.data_page(20, one * 20, unpacked=-1), 20)),
    )
    yield "parquet: pages of nothing", lambda: thrift.parquet(thrift.Chunk(thrift.data_page(0, b"") * 3_000, 20))
    for values in (2**31 - 1, 500_000_000):
        pages = thrift.dictionary_page(values, one) + thrift.data_page(9, b"\0\x12", thrift.RLE_DICTIONARY)
        yield (
            f"parquet: a dictionary that states {values:,} texts",
            partial(thrift.parquet, thrift.Chunk(pages, 9, has_dictionary=True)),
        )
    for values in (50_000, 10**9):
        run = b"\x01" + thrift.varint(values << 1) + b"\0"
        pages = thrift.dictionary_page(1, one) + thrift.data_page(min(values, 2**31 - 1), run, thrift.RLE_DICTIONARY)
        chunk = thrift.Chunk(pages, values, has_dictionary=True)
        yield f"parquet: one text {values:,} times", partial(thrift.parquet, chunk)
        yield (
            f"parquet: one text {values:,} times, but a footer that states ten",
            partial(thrift.parquet, chunk, stated=10),
        )
    run = b"\x01" + thrift.varint(300_000 << 1) + b"\0"
    pages = thrift.dictionary_page(500_000, b"\0" * 2_000_000) + thrift.data_page(300_000, run, thrift.RLE_DICTIONARY)
    yield (
        "parquet: a large dictionary for many rows",
        partial(thrift.parquet, thrift.Chunk(pages, 300_000, has_dictionary=True)),
    )
    pages = thrift.dictionary_page(1, struct.pack("<L", 30_000_000) + b"x" * 30_000_000)
    pages += thrift.data_page(300_000, run, thrift.RLE_DICTIONARY)
    yield (
        "parquet: a text of 30 megabytes in each row",
        partial(thrift.parquet, thrift.Chunk(pages, 300_000, has_dictionary=True)),
    )
    rows = 300_000 if THOROUGH else 3_000  # of the first, what can be read are 10,000
    run = b"\x01" + thrift.varint(rows << 1) + b"\0"
    long = struct.pack("<L", 20_000) + b"x" * 20_000
    pages = thrift.dictionary_page(1, long) + thrift.data_page(rows, run, thrift.RLE_DICTIONARY)
    yield "parquet: a long text in each row", partial(thrift.parquet, thrift.Chunk(pages, rows, has_dictionary=True))
    pages = thrift.data_page(1_000, b"\x80\x01\x04\xe8\x07\0" * 2 + one, thrift.DELTA_BYTE_ARRAY)
    yield "parquet: texts written as differences", partial(thrift.parquet, thrift.Chunk(pages, 1_000))
    group = thrift.struct({1: thrift.many([]), 2: thrift.integer(0), 3: thrift.integer(0)})
    schema = [thrift.column("schema", children=1), thrift.column("t")]
    for name, footer in {
        "states a billion columns": {2: thrift.many(schema, stated=10**9)},
        "states a million columns": {2: thrift.many(schema, stated=10**6)},
        "states a billion groups": {2: thrift.many(schema), 3: thrift.integer(0), 4: thrift.many([group], 10**9)},
        "has many groups": {2: thrift.many(schema), 3: thrift.integer(0), 4: thrift.many([group] * 15_000)},
        "has many columns": {
            2: thrift.many([thrift.column("schema", children=9_000), *[thrift.column("t")] * 9_000]),
            3: thrift.integer(0),
            4: thrift.many([]),
        },
        "has columns in columns": {
            2: thrift.many([*[thrift.column("s", children=1)] * 1_900, thrift.column("t")]),
            3: thrift.integer(0),
            4: thrift.many([]),
        },
        "states a text of a gigabyte": {2: (9, b"\x1c\x48" + thrift.varint(10**9))},
    }.items():
        yield (
            f"parquet: a footer that {name}",
            partial(thrift.footer_only, thrift.struct({1: thrift.small(2), **footer})[1]),
        )
    yield "parquet: shapes in shapes instead of points", shapes_in_shapes


def shapes_in_shapes() -> bytes:
    shape = b"\x01\x07\0\0\0\x01\0\0\0" * 200_000
    geo = {"primary_column": "g", "columns": {"g": {"encoding": "WKB", "geometry_types": ["Point"]}}}
    table = pa.table({"name": ["a"], "g": pa.array([shape], pa.binary())})
    return as_parquet(table.replace_schema_metadata({"geo": json.dumps(geo)}))


# Separated text


def texts() -> Iterator[tuple[str, Make]]:
    for name, text in {
        "one line": "x" * LONG,
        "commas": "," * LONG,
        "quotes": '"' * LONG,
        "odd quotes": '"""\n' * (LONG // 4),
        "open quotes": '"a\n' * (LONG // 3),
        "quotes in a cell": 'a,"b""\n' * (LONG // 7),
        "line breaks in cells": '"\n",' * (LONG // 4),
        "empty lines": "a,b\n" + "\n" * LONG,
        "old line ends": "a,b\n" + "\r" * LONG,
        "mixed line ends": "a,b\r\n" + "\r\r\n" * (LONG // 3),
        "one name": ",".join(["a"] * 300) + "\n",
        "long names": ",".join(["a" * 330] * 300) + "\n",
        "short rows": ",".join("abc") + "\n" + "x\n" * (LONG // 2),
        "long rows": "a,b\n" + "1,2,3\n" * 9_000,
        "sep=": "sep=;\n" * (LONG // 6),
        "joiners": "a\nب" + "\u200c" * 30_000 + "ب",
        "marks": "a\n" + "\u202e" * 30_000,
        "two scripts": "a\n" + "K\u0430" * 30_000,
        "separators": ",;\t|" * (LONG // 4),
        "accents": "a\nx" + "\u0301" * 40_000,
        "zeros": "a,b\n" + "\0" * 5_000 + "x" * 20_000,
        "hashtags": "a,b\n#" + "+a" * 40_000 + "!,#x",
    }.items():
        yield f"text: {name}", text.encode
    yield "text: any bytes", ballast
    high = bytes(byte | 0x80 for byte in ballast()[:60_000])
    yield "text: letters of an unknown encoding", lambda: high
    words = b"\n".join(high[at : at + 7].replace(b"\n", b"") + b",a" for at in range(0, 60_000, 7))
    yield "text: words of an unknown encoding", lambda: b"name,b\n" + words
    yield "text: nearly UTF-8", lambda: "喀布尔\n".encode() * 9_000 + b"\xff"
    for encoding in ("utf-16", "utf-32"):
        yield f"text: one line in {encoding}", partial(("x" * 24_000).encode, encoding)


# What stands in cells

CELL_CHARACTERS = 10_000
CELLS = {
    name: begin + piece * (CELL_CHARACTERS // len(piece)) + end
    for name, (begin, piece, end) in {
        "spaces": ("a", " ", "b"),
        "lines": ("a", "\n", "b"),
        "brackets": ("", "(", ""),
        "years": ("", "(2000 - ", ""),
        "dashes": ("", "a - ", "x"),
        "letters": ("", "e", ""),
        "words": ("the ", "Kabul of ", ""),
        "digits": ("", "9", ""),
        "decimals": ("1.", "0", "1"),
        "thousands": ("1", ",000", "x"),
        "dates": ("", "1 January 2021 ", ""),
        "a date": ("2021-07-09", " ", "x"),
        "addresses": ("https://a.b/", ";,", " x"),
        "dots": ("www.", ".", ""),
        "brackets of hosts": ("http://[", ":", ""),
        "percents": ("https://a.b/", "%", ""),
        "names": ("", "Brackwater, ", ""),
        "slashes": ("", "Brackwater/", ""),
        "long letters": ("", "\ufdfa", ""),
        "joiners": ("\u0628", "\u200c", "\u0628"),
        "accents": ("a", "\u0301", ""),
        "points": ("1", " 1", ""),
        "semicolons": ("", ";", ""),
        "colons": ("", "a:", ""),
        "parentheses": ("Brackwater", " (", ""),
        "quotes": ("", "'", ""),
    }.items()
}


@cache
def marshland() -> Pack:
    with tempfile.TemporaryDirectory() as folder:
        return load_pack(write_pack(Path(folder) / "pack"))


EVENTS = {
    "acled": "event_id_cnty event_date time_precision event_type sub_event_type actor1 inter1 actor2 inter2 admin1"
    " admin2 location latitude longitude geo_precision source notes",
    "ucdp": "id relid date_prec date_start date_end side_a side_b where_prec where_coordinates adm_1 adm_2 latitude"
    " longitude source_headline source_article type_of_violence best country dyad_name conflict_name event_clarity",
    "viina": "geonameid date status asciiname adm2_name adm1_name longitude latitude",
    "kobo": "_uuid _submission_time event_date place_text claim actor _geolocation _validation_status source_url",
}


def cells() -> Iterator[tuple[str, Make]]:
    good = {**written(1), "lon": "", "lat": ""}
    pairs = [pair for number, pair in enumerate(product(good, CELLS.values())) if THOROUGH or number % 3 == 0]
    rows = [{**good, column: cell} for column, cell in pairs]
    rows = [{**row, "report_id": row["report_id"][:9] + str(number)} for number, row in enumerate(rows)]
    yield "cells: anything in a table of reports", as_csv([list(good), *([*row.values()] for row in rows)]).encode
    for format_name, columns in EVENTS.items():
        cells_of_row = [[cell[: 5_000 if THOROUGH else 2_000]] * len(columns.split()) for cell in CELLS.values()]
        yield f"cells: anything in a table of {format_name}", as_csv([columns.split(), *cells_of_row]).encode
    words = [
        [f"place {number:x}" * 3, "2021-05-02", "held", f"actor {number:x}"]
        for number in range(2_500 if THOROUGH else 1_500)
    ]
    yield "cells: thousands of names", as_csv([["place_text", "event_date", "claim", "actor"], *words]).encode


def convert(data: bytes) -> str:
    """All the way from the file to located reports."""
    raw = read_table("any", data)
    theatre = marshland().theatre
    if importer := recognise(raw):
        raw = importer.import_reports(raw, theatre).as_table(raw)
    matching = match_table(raw)
    if missing := matching.missing:
        matching = matching.with_chosen(dict.fromkeys(missing, raw.frame.columns[0]), list(raw.frame.columns))
    added = add_reports(marshland(), convert_to_codebook(raw, matching, theatre))
    return f"{len(added.located)} located, {len(added.set_aside)} set aside"


# Articles

ARTICLES = {
    "spaces": " ",
    "lines": "\n",
    "dots": ".",
    "initials": "A.",
    "quotes": "\u201c",
    "brackets": "(",
    "apostrophes": "a'",
    "letters": "a",
    "digits": "1,",
    "capitals": "Brackwater ",
    "names": "Brackwater and ",
    "sentences": "The Reds captured Brackwater. ",
    "one sentence": "the Reds captured Brackwater and ",
    "speakers": "the governor said that ",
    "dates": "1 May 2021 ",
    "numbers": "two hundred ",
    "joiners": "\u200c",
    "accents": "a\u0301",
    "provinces": "Harrow province, ",
    "denials": "not ",
    "clauses": "which, who, after, before, ",
    "hyphens": "a-",
    "ends": '."',
}


def articles() -> Iterator[tuple[str, Make]]:
    for name, piece in ARTICLES.items():
        yield f"article: {name}", (piece * ((15_000 if THOROUGH else 8_000) // len(piece.encode()))).encode


def read_article(data: bytes) -> str:
    table = extract_statements(data.decode(), dt.date(2021, 5, 9), marshland())
    return f"{len(table)} statements"


def read(data: bytes) -> str:
    return f"a table of {read_table('any', data).frame.shape}"


ALL: dict[Callable[[bytes], str], tuple[Callable[[], Iterator[tuple[str, Make]]], ...]] = {
    read: (workbooks, jsons, parquets, texts),
    convert: (cells,),
    read_article: (articles,),
}


def measure(name: str, work: Callable[[bytes], str], data: bytes) -> Cost:
    """Do the work, and return what it took."""
    memory, seconds = _peak(), time.process_time()
    try:
        ended = work(data)
    except ControlMapError as error:
        ended = f"refused: {error}"
    except (Exception, MemoryError) as error:  # noqa: BLE001
        ended = f"failed: {type(error).__name__}: {error}"
    return Cost(name, len(data), round(time.process_time() - seconds, 2), round(_peak() - memory, 1), ended[:300])


def _peak() -> float:
    """The most memory that this process had so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def measure_all(beginning: str = "") -> Iterator[Cost]:
    convert(as_csv([list(written()), list(written().values())]).encode())
    read_article(b"The Reds captured Brackwater.")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    for work, makers in ALL.items():
        for make_all in makers:
            for name, make in make_all():
                if name.startswith(beginning):
                    yield measure(name, work, make())


if __name__ == "__main__":
    for cost in measure_all(*sys.argv[1:]):
        print(json.dumps(cost), flush=True)
