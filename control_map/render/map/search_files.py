"""The files behind the board's search: the names of all places, and the words of the reports."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd
from anyascii import anyascii

from control_map.assessment.evidence import known_by
from control_map.core.arrays import to_compact_json
from control_map.core.model import PlaceKind
from control_map.core.sanitize import safe_web_link
from control_map.geocoding.gazetteer import names_of, theatre_gazetteer
from control_map.geocoding.spelling import JOINING_WORDS, LETTER_FOLDS, MARKED_LETTERS, latin_words, spelling_keys
from control_map.geocoding.stated_name import PlaceWords
from control_map.pipeline.pack import Pack
from control_map.theatre.theatre import Theatre

_SETTLEMENT_STEPS = 1_000
"""Steps of a degree in which settlements are written: a hundred metres, near enough to find one on the map."""
_BLOCK = 128
"""Characters of which Unicode's tables have as many in a row; a script has one or more of these blocks."""
_NAMES = ("name", "name_local", "alt_names")
_USUAL_BLOCKS = (*range(1, 14), 60, 61)
"""Those of the Latin, Greek, Cyrillic, Hebrew and Arabic scripts, in which readers look for names of any theatre."""


def make_names_file(theatre: Theatre) -> bytes:
    """Return the JSON by which the board finds places by any name, script and spelling that the gazetteer knows.

    A key is what the spellings of a name share, see `spelling.normalise`, which the board does itself with

    - `letters`: Latin letters, and all characters that stand for them, in the theatre's scripts and the usual ones;
    - `joining`, `folds`: the words that are left out, and the pairs of letters that become one, in this order;
    - `marked`: a regular expression of marked letters, and for each of its groups the letters that it stands for;
    - `words`: words, in Latin letters, that may stand beside a name: `any` of them, those for a `province`, and those
      that state a `district`, a `provincial_capital` or a `crossing`;
    - `places`, `parts`: the keys of each, in the order of the geometry's file;
    - `provinces`: the keys of each, by its id, and its `local` name; `neighbours`: the keys of each, by its name;
    - `also_in`: the ids of further provinces in which a place is looked for, by its position;
    - `settlements`, if there are any: their `names` and `locals`, the further names of some, with `|` between, by their
      positions in `others`, the position of the district of each in `places`, and `lon` and `lat` in thousandths of a
      degree; of these three each is written as its difference from the one before. The board makes their keys itself.
    """
    gazetteer = theatre_gazetteer(theatre)
    places = theatre.places
    keys = gazetteer.keys_by_place()
    tables = (places, theatre.settlements)
    named = [name for table in tables for column in _NAMES for name in table[column].tolist()]
    named += theatre.provinces["name_local"].tolist()
    neighbours = sorted(set(places.loc[places["kind"] == PlaceKind.CROSSING, "neighbour"]) - {""})
    return to_compact_json(
        {
            "letters": _letters_of(named),
            "joining": JOINING_WORDS,
            "folds": LETTER_FOLDS,
            "marked": MARKED_LETTERS,
            "words": _words(gazetteer.words),
            "places": [keys.get(place_id, []) for place_id in places["place_id"]],
            "parts": [_keys(name for name, _ in names_of(part)) for part in theatre.parts.to_dict("records")],
            "provinces": gazetteer.keys_by_province(),
            "local": dict(zip(theatre.provinces["province_id"], theatre.provinces["name_local"], strict=True)),
            "neighbours": {name: _keys([name]) for name in neighbours},
            "also_in": {number: others.split("|") for number, others in enumerate(places["also_in"]) if others},
            **({"settlements": _encode_settlements(theatre)} if len(theatre.settlements) else {}),
        }
    )


def _encode_settlements(theatre: Theatre) -> dict[str, Any]:
    """Return the settlements, see `make_names_file`, of one district after the other: so they compress to a third."""
    position = pd.Series(range(len(theatre.places)), theatre.places["place_id"])
    places = theatre.settlements["district_id"].map(position)
    sorted_ = theatre.settlements.assign(places=places).sort_values(["places", "lon", "lat"], ignore_index=True)
    steps = {axis: (sorted_[axis] * _SETTLEMENT_STEPS).round() for axis in ("lon", "lat")}
    numbers = sorted_.assign(**steps)[["places", *steps]].diff().fillna(sorted_.assign(**steps)).astype("int64")
    return {
        "names": sorted_["name"].tolist(),
        "locals": sorted_["name_local"].tolist(),
        "others": {row: others for row, others in enumerate(sorted_["alt_names"].tolist()) if others},
        **{name: numbers[name].tolist() for name in ("places", *steps)},
    }


def _keys(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(key for name in names for key in spelling_keys(name) if key))


def _letters_of(names: Iterable[str]) -> dict[str, str]:
    """Return all characters that stand for Latin letters, by these, in the usual blocks and in those of the names."""
    blocks = {ord(character) // _BLOCK for character in {*"".join(names)}} | {*_USUAL_BLOCKS}
    by_latin: dict[str, str] = {}
    for number in (number for block in sorted(blocks - {0}) for number in range(block * _BLOCK, (block + 1) * _BLOCK)):
        if latin := anyascii(chr(number)).lower():
            by_latin[latin] = by_latin.get(latin, "") + chr(number)
    return by_latin


def _words(words: PlaceWords) -> dict[str, list[str]]:
    known = {
        "any": words.of_any_kind,
        "province": words.province,
        PlaceKind.DISTRICT.value: words.district,
        PlaceKind.CAPITAL.value: words.town,
        PlaceKind.CROSSING.value: words.crossing,
    }
    return {kind: sorted({latin_words(word) for word in those} - {""}) for kind, those in known.items()}


def make_mentions_file(pack: Pack, known_on: dt.date | None) -> bytes:
    """Return the JSON of what all located reports say that were published by a day (None: all), the newest event first.

    `mentions` has for each `[day, day of publication, position of its place or id of its province, the place as the
    source names it, who says so, source, web address or "", summary]`; days are counted from the first of the period,
    the area of a report on the country is empty, and the four before the summary are positions among `texts`.
    """
    theatre = pack.theatre
    position = theatre.place_positions
    known = known_by(pack.located, known_on)
    newest = known.sort_values(["event_date", "reported_date", "report_id"], ascending=[False, False, True])
    start = pd.Timestamp(theatre.period_start)
    repeated = newest[["place_text", "claimant", "source_name", "source_url"]].copy()
    repeated["source_url"] = repeated["source_url"].map(safe_web_link)
    codes, texts = pd.factorize(repeated.to_numpy(dtype=object).ravel())
    rows = zip(
        *((newest[name] - start).dt.days for name in ("event_date", "reported_date")),
        (position.get(place_id, place_id) for place_id in newest["place_id"]),
        *codes.reshape(-1, repeated.shape[1]).T.tolist(),
        newest["summary"],
        strict=True,
    )
    return to_compact_json({"texts": texts.tolist(), "mentions": [*map(list, rows)]})
