"""A table in the terms of the codebook: its columns and words, with what is supposed and what was corrected."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from control_map.core.errors import Fault, PackError, UnknownNameError
from control_map.core.model import PlaceKind
from control_map.core.sanitize import unescape_cell
from control_map.geocoding.spelling import normalise
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.columns import MATCHABLE_COLUMNS, ColumnMatching
from control_map.intake.matching.hxl import read_hashtags
from control_map.intake.matching.template import EXAMPLE_SUMMARY
from control_map.intake.matching.values import format_row_count, quote_cell, read_values
from control_map.intake.tables.read import RawTable
from control_map.theatre.reports import CODEBOOK_COLUMNS, LOCATION_COLUMNS, Reports, check_reports
from control_map.theatre.theatre import Theatre

_LONGEST_NAME = 60
_NOTHING = frozenset(("-", "--", "\u2013", "\u2014"))
"""What people write in a cell in which nothing stands; what programs write there is known to `cleaning`."""
_MOST_UNREAD = 12
"""Columns that are not read and are named."""
_MEANS = {
    "claimant_side": "such a report can set a status on its own",
    "reliability": "it cannot be judged",
    "credibility": "it cannot be judged",
}


class PlaceSpelling(NamedTuple):
    """How a table writes a place: what was wrong with one row is wrong with all that write it alike."""

    place_text: str
    province_text: str
    place_kind: str


def convert_to_codebook(
    raw: RawTable, matching: ColumnMatching, theatre: Theatre, meant: Mapping[PlaceSpelling, str] | None = None
) -> Reports:
    """Put a table into the terms of the codebook and check it, all faults at once.

    Parameters
    ----------
    raw
        The table. Not changed.
    matching
        Which of its columns is which.
    theatre
        Whose actors and places it is about.
    meant
        The `place_id` of the place that is meant, for each spelling that is not in the gazetteer.

    Returns
    -------
    Reports
        Each row has a `report_id`: its own, or one made of the name of the table, its contents, and the line. `notices`
        say what was taken otherwise than it is written, and what was supposed.

    Raises
    ------
    PackError
        If nothing is matched to a column that must be there.
    UnknownNameError
        If a place that is meant does not exist.
    """
    if matching.missing:
        fix = f"Choose one of the table's columns for it: {', '.join(raw.frame.columns)}"
        raise PackError([Fault(raw.name, 1, name, "no column is matched to it", fix) for name in matching.missing])
    table = raw.frame.iloc[1:] if read_hashtags(raw.frame) else raw.frame
    text = pd.DataFrame(
        {name: _cells(table, matching.columns.get(name), name) for name in MATCHABLE_COLUMNS},
        index=table.index,
        dtype="str",
    )
    examples = text["summary"] == EXAMPLE_SUMMARY
    text, notices, faults = read_values(text[~examples], raw.name, ActorNames(theatre), day_first=matching.day_first)
    notices = _unread(raw, matching) + notices
    if examples.any():
        notices.append(f"summary: the examples of the template were left out {format_row_count(int(examples.sum()))}")
    undated = set(text.index[text["reported_date"] == ""].tolist())
    text = _filled(text, raw.name, matching.constants, theatre, notices)
    text = _told(text, theatre, meant or {}, notices)
    own = f"{raw.name[-_LONGEST_NAME:]}-{_digest(raw.frame)}:"
    text["report_id"] = text["report_id"].mask(text["report_id"] == "", own + text.index.astype("str"))
    checked = check_reports(text[[*CODEBOOK_COLUMNS, *LOCATION_COLUMNS]], raw.faults, raw.name, theatre.actors, faults)
    aside = checked.set_aside
    if len(aside):
        nameless = own + aside["row"].astype("int64").astype("str")
        aside = aside.assign(report_id=aside["report_id"].mask(aside["report_id"] == "", nameless))
    # Of a date that stands in one cell alone one fault is told.
    told = [f for f in checked.faults if f.kept or f.column != "reported_date" or f.row not in undated]
    return replace(checked, set_aside=aside, faults=told, notices=notices, table=own)


def _unread(raw: RawTable, matching: ColumnMatching) -> list[str]:
    """Tell which columns of a table stand for nothing."""
    names = [str(column) for column in raw.frame.columns if column not in matching.columns.values()]
    more = f" and {len(names) - _MOST_UNREAD} more" if len(names) > _MOST_UNREAD else ""
    return [f"not read: {', '.join(names[:_MOST_UNREAD])}{more}"] if names else []


def _cells(table: pd.DataFrame, column: str | None, name: str) -> pd.Series | str:
    """Return the cells of a column as they are meant: without what only a spreadsheet needs."""
    if column is None:
        return ""
    cells = table[column].astype("str")
    meant = {cell: unescape_cell(cell) if cell.startswith("'") else cell for cell in cells.unique().tolist()}
    if name != "summary":
        meant |= dict.fromkeys(_NOTHING & meant.keys(), "")
    return cells.map(meant)


def _digest(frame: pd.DataFrame) -> str:
    """Return six letters that another table of the same name does not have."""
    digest = hashlib.sha256("\t".join(map(str, frame.columns)).encode())
    digest.update(pd.util.hash_pandas_object(frame).to_numpy().tobytes())
    return digest.hexdigest()[:6]


def _filled(
    text: pd.DataFrame, file: str, constants: Mapping[str, str], theatre: Theatre, notices: list[str]
) -> pd.DataFrame:
    """Suppose what the table does not say, and tell it."""
    kinds = _kinds_of_names(theatre)
    unstated = (text["place_kind"] == "") & (text["place_text"] != "")
    keys = {name: kinds.get(normalise(name), "") for name in text.loc[unstated, "place_text"].unique().tolist()}
    by_name = text["place_text"].where(unstated, "").map({**keys, "": ""}).astype("str")
    text = text.assign(place_kind=text["place_kind"].mask(by_name != "", by_name))
    notices += [
        f"place_kind: read as {kind} {format_row_count(count)}, as the name is that of a {kind.replace('_', ' ')} only"
        for kind, count in Counter(by_name[by_name != ""].tolist()).items()
    ]
    for name, constant in constants.items():
        empty = text[name] == ""
        if constant and empty.any():
            because = f": {_MEANS[name]}" if name in _MEANS else ""
            notices.append(
                f"{name}: supposed to be {quote_cell(constant)} {format_row_count(int(empty.sum()))}{because}"
            )
            text[name] = text[name].mask(empty, constant)
    for name, other, said, because in (
        ("reported_date", text["event_date"], "the day of the event", ""),
        ("origin", text["source_name"], "the source", ""),
        ("origin", file, "the table", ": they count as one story"),
    ):
        empty = text[name] == ""
        text[name] = text[name].mask(empty, other)
        supposed = empty & (text[name] != "")
        if supposed.any():
            notices.append(f"{name}: supposed to be {said} {format_row_count(int(supposed.sum()))}{because}")
    return text


def _kinds_of_names(theatre: Theatre) -> dict[str, str]:
    """Return the kind of each place whose name no place of another kind has, unless it is a district.

    What has the name of a province and of nothing else speaks of the province, and, as it says no more, of a part.
    """
    kinds: dict[str, set[str]] = {}
    for kind, *names in theatre.places[["kind", "name", "name_local", "alt_names"]].itertuples(index=False, name=None):
        for name in "|".join(names).split("|"):
            kinds.setdefault(normalise(name), set()).add(kind)
    named = theatre.provinces[["province", "name_local", "alt_names"]].agg("|".join, axis=1)
    for key in {normalise(name) for names in named for name in names.split("|")} - set(kinds):
        kinds[key] = {PlaceKind.PROVINCE}
    return {
        key: next(iter(those))
        for key, those in kinds.items()
        if key and len(those) == 1 and PlaceKind.DISTRICT not in those
    }


def _told(text: pd.DataFrame, theatre: Theatre, meant: Mapping[PlaceSpelling, str], notices: list[str]) -> pd.DataFrame:
    """Say which places are told: by an id in the table, or chosen for a spelling, which goes first."""
    places = theatre.places.set_index("place_id")[["name", "province", "kind"]]
    known = text["place_id"].isin(places.index)
    if known.any():
        notices.append(f"place_id: the place was taken by its id {format_row_count(int(known.sum()))}")
    for place_id in meant.values():
        if place_id not in places.index:
            raise UnknownNameError("place", place_id, [])  # noqa: EM101 - the error words it
    spelled = list(map(PlaceSpelling, *(text[name].tolist() for name in PlaceSpelling._fields)))
    rows = Counter(spelled)
    for spelling, place_id in meant.items():
        if rows[spelling]:
            name, province, _ = places.loc[place_id]
            notices.append(
                f"place_text: {quote_cell(spelling.place_text)} is {name}, {province} {format_row_count(rows[spelling])}"
            )
    chosen = pd.Series([meant.get(spelling, "") for spelling in spelled], index=text.index, dtype="str")
    told = chosen.mask(chosen == "", text["place_id"].where(known, ""))
    at = told != ""
    text = text.assign(meant=told, place_kind=text["place_kind"].mask(at, told.map(places["kind"])))
    text["area_scope"] = text["area_scope"].mask(at, "")
    nameless = text["place_text"] == ""
    pointed = nameless & (text["lon"] != "") & (text["lat"] != "")
    text["place_text"] = text["place_text"].mask(pointed, text["lon"] + ", " + text["lat"])
    text["place_text"] = text["place_text"].mask(nameless & at, told.map(places["name"]))
    return text
