"""A table is converted to the terms of the codebook, with a notice of everything that was assumed or corrected."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from control_map.core.errors import Fault, PackError, UnknownNameError
from control_map.core.model import INDEPENDENT, LocationPrecision, PlaceKind
from control_map.core.sanitize import unescape_cell
from control_map.core.wording import list_some
from control_map.geocoding.gazetteer import Gazetteer, theatre_gazetteer
from control_map.geocoding.locate import are_abroad
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.column_names import column_key
from control_map.intake.matching.columns import MATCHABLE_COLUMNS, NOT_STATED, ColumnMatching
from control_map.intake.matching.hxl import without_hashtags
from control_map.intake.matching.speakers import list_unknown_speakers, read_speakers
from control_map.intake.matching.template import EXAMPLE_SUMMARY
from control_map.intake.matching.totals import leave_out_totals
from control_map.intake.matching.values import TableDates, format_row_count, list_readings, quote_cell, read_values
from control_map.intake.matching.vocabulary import UnknownWord
from control_map.intake.tables.table_builder import RawTable
from control_map.theatre.outlines import DistrictOutlines
from control_map.theatre.reports import (
    CODEBOOK_COLUMNS,
    LOCATION_COLUMNS,
    PART_OF_COLUMN,
    STATED_PART,
    STATED_PLACE_COLUMNS,
    STATED_PROBLEM_COLUMN,
    Reports,
    check_reports,
    state_parts,
)
from control_map.theatre.theatre import Theatre

_LONGEST_NAME = 60
_DASHES = frozenset(("-", "--", "\u2013", "\u2014"))
"""What people write in an empty cell; `cell_text` knows what programs write."""
_MOST_PREVIEWED = 2_000
"""Different speakers that are looked at before a table is added."""
_MOST_UNREAD = 12
"""Unread columns that are named."""
_COUNTRY_COLUMNS = frozenset(("country", "countryname", "adm0name", "adm0en", "admin0", "admin0name", "countryen"))
"""Keys of columns that name the country of a row, see `column_key`."""
_FIX_COUNTRY = "Take the row out, or correct its country"
_CONSEQUENCES = {
    "reliability": "it cannot be judged",
    "credibility": "it cannot be judged",
}
"""What follows from the default value of a column."""


class PlaceSpelling(NamedTuple):
    """How a table writes a place: a place chosen for one row holds for all rows that write it the same way."""

    place_text: str
    province_text: str
    place_kind: str


def missing_column_faults(raw: RawTable, matching: ColumnMatching) -> list[Fault]:
    """Return a fault for each required column that a table lacks, with the option that names or replaces it."""
    free = [str(column) for column in raw.frame.columns if column not in matching.columns.values()]
    if len(raw.frame.columns) == 0:
        fix = (
            "The table has no columns: write their names into the first row, and the reports below, or name another "
            "file"
        )
    elif free:
        listed = list_some(free, _MOST_UNREAD)
        fix = f"Give --column {{0}}=COLUMN; the columns that stand for nothing yet are: {listed}"
    else:
        fix = "Add such a column to the table, as each that it has stands for another, or give --suppose {0}=VALUE"
    return [
        Fault(raw.name, 0, "", f"no column is taken for {name}", fix.replace("{0}", name)) for name in matching.missing
    ]


def convert_to_codebook(
    raw: RawTable,
    matching: ColumnMatching,
    theatre: Theatre,
    chosen: Mapping[PlaceSpelling, str] | None = None,
    sides: Mapping[str, str] | None = None,
    actors: Mapping[str, str] | None = None,
) -> Reports:
    """Convert a table to the terms of the codebook and check it; all faults are reported at once.

    `raw` is not changed. `theatre` has the table's actors and places, `chosen` the `place_id` of the place that the
    user chose for a spelling, `sides` the side that the user chose for a speaker, as the table writes it, and `actors`
    the party that the user chose for a name, see `ActorNames`.

    Returns
    -------
    Reports
        Each row has a `report_id`: its own, or one made of the table's name and contents and the line. `notices` say
        what was read otherwise than it is written, and what was assumed.

    Raises
    ------
    PackError
        If nothing is matched to a required column.
    UnknownNameError
        If a chosen place does not exist.
    """
    if matching.missing:
        raise PackError(missing_column_faults(raw, matching))
    raw = leave_out_totals(raw)
    table = without_hashtags(raw.frame)
    text = pd.DataFrame(
        {name: _column_cells(table, matching.columns.get(name), name) for name in MATCHABLE_COLUMNS},
        index=table.index,
        dtype="str",
    )
    # Only beside a place_id are these what their names say.
    settled = STATED_PLACE_COLUMNS[1:] if matching.columns.get("place_id") == "place_id" else ()
    text = text.assign(
        **{name: table[name] if name in settled and name in table else "" for name in STATED_PLACE_COLUMNS[1:]}
    )
    examples = text["summary"] == EXAMPLE_SUMMARY
    parts = text[PART_OF_COLUMN] != ""
    text = state_parts(text)
    names = ActorNames(theatre, actors)
    west, _, east, _ = theatre.places.total_bounds
    written = TableDates(matching.day_first, matching.solar_hijri, (west + east) / 2)
    text, notices, faults = read_values(text[~examples], raw.name, names, written)
    text = read_speakers(text, names, sides or {}, matching.defaults, notices)
    read = {*matching.columns.values(), *settled, STATED_PROBLEM_COLUMN}
    if unread := [column for column in raw.frame.columns if column not in read]:
        notices.insert(0, f"not read: {list_some(unread, _MOST_UNREAD)}")
    if parts.any():
        notices.append(f"part_of: read as parts of the places that it names {format_row_count(int(parts.sum()))}")
    if examples.any():
        notices.append(f"summary: the examples of the template were left out {format_row_count(int(examples.sum()))}")
    undated = set(text.index[text["reported_date"] == ""].tolist())
    text = _assume_missing(text, (raw.as_given or raw).name, matching.defaults, theatre, notices)
    text = _add_chosen_places(text, theatre, chosen or {}, notices)
    faults += _find_rows_abroad(text, table, matching, theatre, raw.name)
    faults += _find_unnamed_parties(text, names.ids, raw.name)
    given = raw.as_given or raw
    digest = hashlib.sha256("\t".join(map(str, given.frame.columns)).encode())
    digest.update(pd.util.hash_pandas_object(given.frame).to_numpy().tobytes())
    prefix = f"{given.name[-_LONGEST_NAME:]}-{digest.hexdigest()[:6]}:"  # distinguishes tables of the same name
    text["report_id"] = text["report_id"].mask(text["report_id"] == "", prefix + text.index.astype("str"))
    rows = _keep_set_aside(text[[*CODEBOOK_COLUMNS, *LOCATION_COLUMNS]], table, matching)
    checked = check_reports(rows, raw.faults, raw.name, theatre.actors, faults)
    aside = checked.set_aside
    made = prefix + aside["row"].astype("int64").astype("str")
    aside = aside.assign(report_id=aside["report_id"].mask(aside["report_id"] == "", made))
    # A wrong event date that was also used as the date of publication is reported once.
    faults = [f for f in checked.faults if f.kept or f.column != "reported_date" or f.row not in undated]
    return replace(checked, set_aside=aside, faults=faults, notices=notices + checked.notices, id_prefix=prefix)


def preview_unknown_speakers(raw: RawTable, matching: ColumnMatching, theatre: Theatre) -> list[UnknownWord]:
    """Return the speakers of a table whose side will not be known, before it is converted, those of most rows first."""
    spoken = _preview_speakers(raw, matching, theatre)
    return list_unknown_speakers(spoken.itertuples(name=None))


def preview_speaking_sources(raw: RawTable, matching: ColumnMatching, theatre: Theatre) -> Mapping[str, int]:
    """Return the sources of a table that are not independent, with their rows: parties, and speakers of any side."""
    spoken = _preview_speakers(raw, matching, theatre)
    return Counter(spoken.loc[spoken["claimant_side"] != INDEPENDENT, "claimant"].tolist())


def _preview_speakers(raw: RawTable, matching: ColumnMatching, theatre: Theatre) -> pd.DataFrame:
    """Return the speaker and the side of each row, in `claimant` and `claimant_side`, before a table is converted.

    Of a table with very many speakers only the first are looked at, as this is done each time the page runs.
    """
    table = without_hashtags(raw.frame)
    names = ["claimant", "claimant_side", "source_name"]
    text = pd.DataFrame(
        {name: _column_cells(table, matching.columns.get(name), name) for name in names}, index=table.index, dtype="str"
    )
    # Many rows share a few combinations of these.
    kinds = text.groupby(names, sort=False).ngroup()
    read = read_speakers(text.drop_duplicates().head(_MOST_PREVIEWED), ActorNames(theatre), {}, matching.defaults, [])
    kinds = kinds[kinds < len(read)]
    return read[["claimant", "claimant_side"]].take(kinds.to_numpy()).set_axis(kinds.index)


def find_unknown_speakers(reports: Reports) -> list[UnknownWord]:
    """Return the speakers in converted reports whose side is not known, those of the most rows first."""
    frames = [frame for frame in (reports.accepted, reports.set_aside) if "claimant" in frame]
    columns = ["row", "claimant", "claimant_side"]
    return list_unknown_speakers(row for frame in frames for row in frame[columns].itertuples(index=False, name=None))


def _find_rows_abroad(
    text: pd.DataFrame, table: pd.DataFrame, matching: ColumnMatching, theatre: Theatre, file: str
) -> list[Fault]:
    """Return a fault for each row of another country, which must not count for a place of a like name."""
    free = [column for column in table.columns if column not in matching.columns.values()]
    column = next((column for column in free if column_key(column) in _COUNTRY_COLUMNS), "")
    if not column:
        return []
    country = table.loc[text.index, column].astype("str")
    # A place that is stated by its id is no like name.
    country = country.where(text["chosen_place_id"] == "", "")
    abroad = are_abroad(country, text["lon"], text["lat"], theatre.country, DistrictOutlines(theatre.places))
    return [
        Fault(file, int(row), "country", f"the row is of {name}, and the map of {theatre.country}", _FIX_COUNTRY, name)
        for row, name in country[abroad].items()
    ]


def _find_unnamed_parties(text: pd.DataFrame, ids: Sequence[str], file: str) -> list[Fault]:
    """Return a fault for each row that names no party."""
    fix = (
        f"Name one of {', '.join(ids)} in the row, or one for all rows without (--suppose actor=ID, or on the page the "
        "value that holds if the cell is empty)"
    )
    rows = text.index[text["actor"] == ""].tolist()
    return [Fault(file, row, "actor", "no party is named", fix) for row in rows]


def _keep_set_aside(text: pd.DataFrame, table: pd.DataFrame, matching: ColumnMatching) -> pd.DataFrame:
    """Return the rows with `STATED_PROBLEM_COLUMN` if the table has it; rows that it fills stay as they are written."""
    if STATED_PROBLEM_COLUMN not in table or STATED_PROBLEM_COLUMN in matching.columns.values():
        return text
    stated = table.loc[text.index, STATED_PROBLEM_COLUMN].map(unescape_cell)
    is_stated, kept = stated != "", text.assign(**{STATED_PROBLEM_COLUMN: stated})
    for name in set(CODEBOOK_COLUMNS) & matching.columns.keys() - {"report_id"}:
        kept[name] = kept[name].mask(is_stated, table.loc[text.index, matching.columns[name]].map(unescape_cell))
    return kept


def _column_cells(table: pd.DataFrame, column: str | None, name: str) -> pd.Series | str:
    """Return the cells of a column without dashes for "empty" and quotes that only protect from spreadsheets."""
    if column is None:
        return ""
    cells = table[column].astype("str")
    values = {cell: unescape_cell(cell) if cell.startswith("'") else cell for cell in cells.unique().tolist()}
    if name != "summary":
        values |= dict.fromkeys(_DASHES & values.keys(), "")
    return cells.map(values)


def _assume_missing(
    text: pd.DataFrame, file: str, defaults: Mapping[str, str], theatre: Theatre, notices: list[str]
) -> pd.DataFrame:
    """Fill empty cells with what can be assumed, and give notice of it."""
    gazetteer = theatre_gazetteer(theatre)
    unstated = (text["place_kind"] == "") & (text["place_text"] != "")
    kind_by_text = {name: gazetteer.only_kind(name) for name in text.loc[unstated, "place_text"].unique().tolist()}
    by_name = text["place_text"].where(unstated, "").map({**kind_by_text, "": ""}).astype("str")
    text = text.assign(place_kind=text["place_kind"].mask(by_name != "", by_name))
    is_capital = _is_stated_capital(text, theatre, gazetteer)
    if is_capital.any():
        capital = PlaceKind.CAPITAL.value.replace("_", " ")
        notices.append(f"place_kind: read as {capital} {format_row_count(int(is_capital.sum()))}, as the name says")
    text = text.assign(place_kind=text["place_kind"].mask(is_capital, PlaceKind.CAPITAL.value))
    notices += [
        f"place_kind: read as {kind} {format_row_count(count)}, as only a {kind.replace('_', ' ')} has this name"
        for kind, count in Counter(by_name[by_name != ""].tolist()).items()
    ]

    def assume(name: str, value: str | pd.Series, words: str, consequence: str = "") -> None:
        filled = text[name].mask(text[name] == "", value)
        if assumed := int((filled != text[name]).sum()):
            notices.append(f"{name}: assumed to be {words} {format_row_count(assumed)}{consequence}")
        text[name] = filled

    speakers = text["claimant"].mask(text["claimant"] == NOT_STATED, "")
    assume("claimant", text["source_name"], "the source")
    for name, default in defaults.items():
        assume(name, default, quote_cell(default), f": {_CONSEQUENCES[name]}" if name in _CONSEQUENCES else "")
    assume("reported_date", text["event_date"], "the event date")
    assume("origin", text["source_name"], "the source")
    assume("origin", speakers, "the speaker")
    assume("origin", file, "the table", ": they count as one story")
    return text


def _is_stated_capital(text: pd.DataFrame, theatre: Theatre, gazetteer: Gazetteer) -> pd.Series:
    """Say for which rows without a kind the name says that a town is meant, and is that of a capital."""
    ids = set(theatre.places.loc[theatre.places["kind"] == PlaceKind.CAPITAL, "place_id"])
    names = list(zip(text["place_text"], text["province_text"], text["place_kind"], strict=True))
    capitals = {
        name
        for name in dict.fromkeys(names)
        if not name[-1] and gazetteer.split(name[0]).kind == PlaceKind.CAPITAL and gazetteer.find(*name).place_id in ids
    }
    return pd.Series([name in capitals for name in names], text.index, dtype="bool")


def _add_chosen_places(
    text: pd.DataFrame, theatre: Theatre, chosen: Mapping[PlaceSpelling, str], notices: list[str]
) -> pd.DataFrame:
    """Add `chosen_place_id`: the place that the user chose for a spelling, or else the id that the table states."""
    places = theatre.places.set_index("place_id")[["name", "province", "kind"]]
    names = dict(zip(places.index, places["name"], strict=True)) | theatre.province_names
    kinds = dict.fromkeys(theatre.province_names, PlaceKind.PROVINCE.value)
    kinds |= dict(zip(places.index, places["kind"], strict=True))
    known = text["place_id"].isin(names.keys())
    if known.any():
        notices.append(f"place_id: the place was found by its id {format_row_count(int(known.sum()))}")
    unknown = Counter(text.loc[~known & (text["place_id"] != ""), "place_id"].tolist())
    readings = dict.fromkeys(unknown, "is no id of this map, so that the name counts")
    notices += list_readings("place_id", readings, unknown, "ids are none of this map")
    for place_id in chosen.values():
        if place_id not in places.index:
            raise UnknownNameError("place", place_id, [])
    spellings = list(map(PlaceSpelling, *(text[name].tolist() for name in PlaceSpelling._fields)))
    rows = Counter(spellings)
    for spelling, place_id in chosen.items():
        if rows[spelling]:
            name, province, _ = places.loc[place_id]
            written = quote_cell(spelling.place_text)
            notices.append(f"place_text: {written} is {name}, {province} {format_row_count(rows[spelling])}")
    by_spelling = pd.Series([chosen.get(spelling, "") for spelling in spellings], index=text.index, dtype="str")
    is_chosen = by_spelling != ""
    ids = by_spelling.where(is_chosen, text["place_id"].where(known, ""))
    has_id = ids != ""
    for name in STATED_PLACE_COLUMNS[1:]:
        text[name] = text[name].mask(is_chosen | ~has_id, "")
    is_part = is_chosen & text["place_text"].str.contains(STATED_PART, regex=False)
    text["place_precision"] = text["place_precision"].mask(is_part, LocationPrecision.INSIDE.value)
    # A row that states how it was located has a kind already: that of its name, which may be a part of the place.
    is_open = has_id & ((text["place_method"] == "") | (text["place_kind"] == ""))
    text = text.assign(chosen_place_id=ids, place_kind=text["place_kind"].mask(is_open, ids.map(kinds)))
    is_area = text["place_kind"].isin([PlaceKind.PROVINCE, PlaceKind.COUNTRY])
    for name in ("area_scope", "except_for"):  # A chosen place is no area.
        text[name] = text[name].mask(has_id & ~is_area, "")
    nameless = text["place_text"] == ""
    has_point = nameless & (text["lon"] != "") & (text["lat"] != "")
    text["place_text"] = text["place_text"].mask(has_point, text["lon"] + ", " + text["lat"])
    text["place_text"] = text["place_text"].mask(nameless & has_id, ids.map(names))
    return text
