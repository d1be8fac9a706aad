"""Wherever text becomes an address, a number, a date, a colour or a name, any text does or is refused in words.

The two tables below name all these places. Each is a function of a text, or of a column of texts, which returns or
raises an error that says to the user what is wrong; nothing else may come out of it, whatever the text.
"""

import csv
import datetime as dt
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from control_map.analysis.search import ReportFilter, find_reports
from control_map.cli.options import parse_date_option, parse_pairs
from control_map.core import characters, sanitize
from control_map.core.errors import ControlMapError
from control_map.core.rules import presets, read_settings, rule_named
from control_map.geocoding import spelling
from control_map.geocoding.gazetteer import theatre_gazetteer
from control_map.geocoding.locate import parse_degrees
from control_map.intake.articles.statements.extraction import extract_statements
from control_map.intake.fetching import addresses
from control_map.intake.importers.base import format_codes, parse_days
from control_map.intake.importers.registry import recognise
from control_map.intake.importers.transfers import Party, read_transfer
from control_map.intake.matching import actor_names, column_names, dates, hxl, vocabulary
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import match_columns, match_table
from control_map.intake.new_theatre.parties import make_id, parse_parties
from control_map.intake.tables import excel, table_builder
from control_map.intake.tables.reader import PASTED_NAME, read_table
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack, add_reports, load_pack
from control_map.render.map.tiles import parse_providers
from control_map.theatre import csv_reader, file_time
from control_map.theatre.config import read_config
from control_map.theatre.geojson import read_features
from control_map.theatre.theatre import read_theatre
from control_map.ui.auth import access
from control_map.ui.state.query import read_query
from control_map.ui.url_schema import rule_parameter_entries, tab_entries, theatre_entry, view_entries
from tests.support.any_tables import as_csv
from tests.support.bombs import EVENTS
from tests.support.made_up import ACTORS, THEATRE, places_csv, write_pack, written

Reader = Callable[[str], object]


@cache
def pack() -> Pack:
    with tempfile.TemporaryDirectory() as folder:
        return load_pack(write_pack(Path(folder) / "pack"))


@cache
def names() -> actor_names.ActorNames:
    return actor_names.ActorNames(pack().theatre)


def read_pasted(text: str) -> RawTable:
    return read_table(PASTED_NAME, text.encode("utf-8", "replace"))


def in_toml(text: str, old: str) -> object:
    """Read the description of a theatre in which a value is replaced by a text."""
    assert old in THEATRE
    return in_description(THEATRE.replace(old, json.dumps(text), 1))


def in_description(text: str) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "theatre.toml"
        path.write_bytes(text.encode("utf-8", "replace"))
        return read_config(path)


def in_reports(texts: list[str]) -> object:
    """Add a table of good reports, in each of which one cell is replaced by a text."""
    good = {**written(7), "lon": "", "lat": ""}
    rows = [{**good, column: text} for column in good for text in texts]
    rows = [{**row, "report_id": f"{row['report_id'][:9]}{number}"} for number, row in enumerate(rows)]
    raw = read_pasted(as_csv([list(good), *(list(row.values()) for row in rows)]))
    converted = convert_to_codebook(raw, match_columns(list(raw.frame.columns)), pack().theatre)
    added = add_reports(pack(), converted)
    before = len(pack().located) + len(pack().set_aside)
    assert len(added.located) + len(added.set_aside) - before == len(rows)
    return added


def in_format(texts: list[str], columns: str) -> object:
    """Convert a table of another project, of which each cell of a row is a text."""
    heads = columns.split()
    raw = read_pasted(as_csv([heads, *([text] * len(heads) for text in texts), ["1"] * len(heads)]))
    importer = recognise(raw)
    assert importer
    return importer.import_reports(raw, pack().theatre).as_table(raw)


def in_pack(texts: list[str], file: str, good: Mapping[str, str], column: str, others: str = "") -> object:
    """Read a pack of which one file has a row for each text."""
    rows = [list(good), *(list({**good, column: text}.values()) for text in texts)]
    contents = as_csv(rows) + others
    with tempfile.TemporaryDirectory() as folder:
        files = {file: contents.encode("utf-8", "replace")}
        return read_theatre(write_pack(Path(folder) / "pack", files=files))


def in_totals(texts: list[str], column: str) -> object:
    good = dict.fromkeys("date published series value low high origin source_name source_url note".split(), "1")
    return in_pack(texts, "totals.csv", good, column)


def in_places(texts: list[str], column: str) -> object:
    head, first, *others = csv.reader(places_csv().splitlines())
    return in_pack(texts, "places.csv", dict(zip(head, first, strict=True)), column, as_csv(others))


def in_query(text: str) -> object:
    rule = presets(ACTORS)["assessed"]
    entries = [theatre_entry(), *view_entries(pack(), rule), *tab_entries(pack()), *rule_parameter_entries(rule)]
    return read_query({entry.name: text for entry in entries}, entries)


def in_environment(text: str) -> object:
    with patch.dict(os.environ, {file_time.EPOCH_VARIABLE: text.replace("\0", "").encode("utf-8", "replace").decode()}):
        return file_time.environment_time()


def in_column_name(text: str) -> object:
    raw = read_pasted(as_csv([[text, f"{text} name", "date", "claim"], ["a", "b", "2021-05-02", "held"]]))
    return match_table(raw)


def in_series(texts: list[str], read: Callable[[pd.Series], object]) -> object:
    return read(pd.Series([text.encode("utf-8", "replace").decode() for text in texts], dtype="str"))


READERS: Mapping[str, Reader] = {
    # Addresses
    "the parts of an address": sanitize.split_web_address,
    "a link": sanitize.safe_web_link,
    "an address to fetch": addresses.read_address,
    "a host to fetch from": lambda text: addresses.read_address(f"https://{text}"),
    "an address to download": addresses.find_download_url,
    "the page of a spreadsheet": lambda text: addresses.find_download_url(
        f"https://docs.google.com/spreadsheets/{text}"
    ),
    "a number of a machine": addresses.is_public,
    "the address of a sign-in": access._is_safe,
    "base maps": parse_providers,
    # Numbers
    "a setting that is a number": lambda text: read_settings([f"hardening_days={text}"]),
    "the time of files": in_environment,
    "a format of numbers in Excel": excel._shows_date,
    "a column of Excel": excel._column_number,
    # Dates
    "a date, however written": partial(dates.read_date_leniently, day_first=True),
    "a date, of unknown order": partial(dates.read_date_leniently, day_first=None),
    "the order of dates": lambda text: (dates.detect_date_order([text]), dates.is_ambiguous(text)),
    "an option that is a date": parse_date_option,
    "the start of a period": partial(in_toml, old="2021-05-01"),
    "a date in an article": lambda text: extract_statements(
        f"The Reds took Fen on {text}.", dt.date(2021, 5, 9), pack()
    ),
    # Colours
    "the colour of an actor": partial(in_toml, old='"#d1603d"'),
    "the colour of a party": lambda text: parse_parties([f"red:Reds:{text}"]),
    "the colour of a party, after its mark": lambda text: parse_parties([f"red:Reds:#{text}"]),
    # Names
    "normalise": spelling.normalise,
    "fold_name": spelling.fold_name,
    "split_words": spelling.split_words,
    "name_key": characters.name_key,
    "look_key": characters.look_key,
    "clean_text": characters.clean_text,
    "sanitize": lambda text: (sanitize.sanitize_cell(text), sanitize.sanitize_json(json.dumps(text))),
    "a key of a column": column_names.column_key,
    "the name of a column": table_builder.clean_column_name,
    "a column of a table": in_column_name,
    "the name of a file": lambda text: read_table(text, b"a,b\n1,2\n"),
    "a hashtag": lambda text: hxl.read_hashtags(read_pasted(f"a\n#{text}").frame),
    "an actor": lambda text: names().find(text),
    "a claim": vocabulary.find_claim,
    "a side": lambda text: vocabulary.find_side(text, names()),
    "a place": lambda text: theatre_gazetteer(pack().theatre).find(text, text, "district"),
    "the nearest places": lambda text: theatre_gazetteer(pack().theatre).nearest_place_ids(text, text, ""),
    "a search": lambda text: find_reports(pack().search_index, ReportFilter(text)),
    "a rule": lambda text: rule_named(text, ACTORS),
    "a setting": lambda text: read_settings([text]),
    "an option in pairs": lambda text: parse_pairs([text], "--actor"),
    "a party": lambda text: parse_parties([text]),
    "an id": lambda text: make_id(text, "-"),
    "the address of the page": in_query,
    "the title of a theatre": partial(in_toml, old='"A made-up war"'),
    "the id of an actor": partial(in_toml, old='"red"'),
    # Whole documents
    "pasted rows": read_pasted,
    "JSON": lambda text: read_table("x", f"[{text}]".encode("utf-8", "replace")),
    "a text in JSON": lambda text: read_table("x", json.dumps([{"a": text, f"{text}b": 1}]).encode()),
    "notes on who left": lambda text: read_transfer(text, (Party(text), Party("Reds", (text,), is_state=True))),
    "GeoJSON": lambda text: read_features("x", text.encode("utf-8", "replace")),
    "the reference system of GeoJSON": lambda text: read_features("x", json.dumps({"crs": text}).encode()),
    "the description of a theatre": in_description,
}
"""What becomes of one text."""
TABLE_READERS: Mapping[str, Callable[[list[str]], object]] = {
    "degrees": partial(in_series, read=parse_degrees),
    "codes": partial(in_series, read=format_codes),
    "dates": partial(in_series, read=csv_reader.parse_dates),
    "days of other projects": partial(in_series, read=partial(parse_days, style=dates.AS_SHOWN)),
    "reports": in_reports,
    **{f"a table of {name}": partial(in_format, columns=columns) for name, columns in EVENTS.items()},
    **{f"{name} of totals": partial(in_totals, column=name) for name in ("value", "low", "date", "source_url")},
    **{f"{name} of a place": partial(in_places, column=name) for name in ("place_id", "name", "lon", "population")},
}
"""What becomes of a column of texts."""


ODD = [
    *(
        "http://[foo",
        "http://[::1",
        "http://a:b",
        "https://\u2100.c",
        "http://a:99999999",
        "https://%zz",
        "//",
        "http://",
    ),
    *(
        "https://docs.google.com/spreadsheets/d/e/0123456789a/pub#gid=\u00b2",
        "www.[.",
        "http://\ud800",
        "http://a\u202eb",
    ),
    *(
        "1e400",
        "-1e400",
        "nan",
        "-0",
        "inf",
        "1_000",
        "0x10",
        "9" * 5_000,
        f"-{'9' * 400}.{'9' * 400}",
        "1e-400",
        "\u00b2",
    ),
    *(
        "\u0661\u0662",
        "1e9999999999",
        "1,000",
        "1.5.2",
        "+",
        "--1",
        "9007199254740993",
        "2e308",
        "1e18",
        "-9223372036854775809",
    ),
    *(
        "0000-01-01",
        "2021-02-30",
        "10000-01-01",
        "9999-12-31",
        "0001-01-01",
        "2021-13-01",
        "\u0662\u0660\u0662\u0661-01-01",
    ),
    *(
        "00/00/0000",
        "29/02/1900",
        "31.04.2021",
        "May 0000",
        "0000-00",
        "\u00b2\u00b2/01/2021",
        "99999",
        "2021-07-09T99:99",
    ),
    *("30 December 9999", "a hundred years ago", "1 May 0001", "32 May 2021", "1262304000000000000000"),
    *("#", "#\uff26\uff26\uff26", "#ggg", "#12345", "#\u0661\u0661\u0661", "red;}", "rgb(0,0,0)"),
    *(
        "\ud800",
        "\udfff\ud800",
        "\0",
        "\ufffd",
        "\u202e",
        "\ufeff",
        "\u200c",
        "\U0010ffff",
        "\x85",
        "\u2028",
        "e\u0301" * 50,
    ),
    *(
        "",
        " ",
        "\n",
        '"',
        "'",
        "\\",
        "=1+1",
        "@",
        "|",
        "(",
        "[",
        "/",
        "//",
        "a/",
        "*",
        "{",
        "}",
        "%",
        "\u0130",
        "\u1e9e",
        "\ufdfa",
    ),
    *(
        "- x -",
        "a - b (2000-)",
        "the",
        "forces of",
        "NULL",
        ":",
        "a:b:c:d",
        "a=b=c",
        "=",
        "#date +x",
        "-inf",
        "[" * 2_000,
    ),
]
THOROUGH = settings.default is not None and settings.default.max_examples > 100
"""Whether to take the time for more texts, and for each odd one with each reader."""
TEXTS = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(), max_size=30),
    st.lists(st.one_of(st.sampled_from(ODD), st.text(st.characters(), max_size=5)), max_size=3).map("".join),
)


def read_or_refuse(read: Callable[[Any], object], given_texts: object) -> None:
    try:
        read(given_texts)
    except (ControlMapError, typer.BadParameter) as error:
        assert str(error)  # noqa: PT017 - a text may also be read


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=200 if THOROUGH else 4)
@given(TEXTS)
def test_any_text_is_read_or_refused_in_words(reader: str, text: str) -> None:
    read_or_refuse(READERS[reader], text)


@pytest.mark.parametrize("reader", READERS)
def test_odd_texts_are_read_or_refused_in_words(reader: str) -> None:
    first = list(READERS).index(reader) % 2
    for text in ODD if THOROUGH else ODD[first::2]:
        read_or_refuse(READERS[reader], text)


@pytest.mark.parametrize("reader", TABLE_READERS)
@settings(max_examples=50 if THOROUGH else 1)
@given(st.lists(TEXTS, min_size=1, max_size=30))
def test_any_texts_in_a_table_are_read_or_refused_in_words(reader: str, texts: list[str]) -> None:
    read_or_refuse(TABLE_READERS[reader], texts)


@pytest.mark.parametrize("reader", TABLE_READERS)
def test_odd_texts_in_a_table_are_read_or_refused_in_words(reader: str) -> None:
    read_or_refuse(TABLE_READERS[reader], ODD)
