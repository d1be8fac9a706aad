"""The cells of a table are read in the terms of the codebook; what cannot be read stays as it is written."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from control_map.core.errors import Fault
from control_map.core.model import DatePrecision
from control_map.core.sanitize import split_web_address
from control_map.geocoding.locate import parse_degrees
from control_map.geocoding.spelling import fold_name
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.dates import (
    ISO_PATTERN,
    DateForm,
    DateStyle,
    detect_date_order,
    explain_unread,
    may_be_another_day,
    read_in_order,
)
from control_map.intake.matching.vocabulary import (
    KIND_BY_WORD,
    PRECISION_BY_WORD,
    SCOPE_BY_WORD,
    find_claim,
    split_claim,
    to_latin_words,
)
from control_map.theatre.reports import LONGEST_SUMMARY, shorten_summary

_DATES = ("event_date", "reported_date")
_MOST_LISTED = 6
"""Spellings of one column that are listed one by one; the others are only counted."""
_LONGEST_QUOTE = 40
_LONGEST_TERM = 200
"""Characters of a cell that can mean a term of the codebook; a longer text is not searched for one."""
_WEB = r"https?://\S+"
_BOUNDS = {"lon": 180, "lat": 90}


class TableDates(NamedTuple):
    """How the dates of a table are written, see `DateStyle`.

    The years of the columns in `solar_hijri` are of that calendar. `longitude` is that of the places, in degrees: it
    says what their time is.
    """

    day_first: bool | None = None
    solar_hijri: frozenset[str] = frozenset()
    longitude: float = 0

    def of(self, column: str) -> DateStyle:
        """Return how the dates of a column are written."""
        return DateStyle(self.day_first, column in self.solar_hijri)


def read_values(
    text: pd.DataFrame, file: str, names: ActorNames, written: TableDates
) -> tuple[pd.DataFrame, list[str], list[Fault]]:
    """Read the cells of a table.

    Parameters
    ----------
    text
        The columns of the codebook, `lon` and `lat`, as text, empty where the table has nothing; the index is the row
        of the file. Not changed.
    written
        How its dates are written.

    Returns
    -------
    text
        The same columns in the terms of the codebook.
    notices
        What was read otherwise than it is written.
    faults
        Faults of cells for which the codebook's own checks have no better fix.
    """
    notices: list[str] = []
    text, faults = _read_dates(text.copy(), file, written, notices)
    _split_grades(text)
    _split_claims(text, names, notices)
    for name, translate in (
        ("claim", find_claim),
        ("actor", names.find),
        ("place_kind", lambda cell: KIND_BY_WORD.get(to_latin_words(cell), "")),
        ("area_scope", lambda cell: SCOPE_BY_WORD.get(to_latin_words(cell), "")),
        ("date_precision", lambda cell: PRECISION_BY_WORD.get(to_latin_words(cell), "")),
    ):
        text[name] = translate_cells(text[name], translate, notices)
    _separate_addresses(text, notices)
    long = text["summary"].str.len() > LONGEST_SUMMARY
    if long.any():
        text.loc[long, "summary"] = [shorten_summary(cell) for cell in text.loc[long, "summary"]]
        notices.append(f"summary: shortened to {LONGEST_SUMMARY} characters {format_row_count(int(long.sum()))}")
    text["number"] = text["number"].str.replace(r"^(\d{1,3}(?:,\d{3})+)$", lambda m: m[1].replace(",", ""), regex=True)
    return text, notices, [*faults, *_check_coordinates(text, file)]


def _split_claims(text: pd.DataFrame, names: ActorNames, notices: list[str]) -> None:
    """Split claims that name their party, where the actor is empty or the same: "fell to the Taliban".

    Where one column says both, a claim that names no party has none.
    """
    says_both = (text["actor"] == text["claim"]) & (text["claim"] != "")
    text["actor"] = text["actor"].mask(says_both & (text["actor"].map(names.find) == ""), "")
    counts = Counter(cell for cell in text["claim"].tolist() if 0 < len(cell) <= _LONGEST_TERM and not find_claim(cell))
    found = {cell: both for cell in counts if (both := split_claim(cell, names))[0]}
    if not found:
        return
    parties = text["claim"].map({cell: actor for cell, (_, actor) in found.items()}).fillna("")
    which = (parties != "") & ((text["actor"] == "") | (text["actor"].map(names.find) == parties))
    readings = {cell: f"was read as {claim} and {actor}" for cell, (claim, actor) in found.items()}
    rows = Counter(text.loc[which, "claim"].tolist())
    notices += list_readings("claim", {cell: readings[cell] for cell in rows}, rows, "claims were read")
    text["actor"] = text["actor"].mask(which, parties)
    text["claim"] = text["claim"].mask(which, text["claim"].map({cell: claim for cell, (claim, _) in found.items()}))


def quote_cell(cell: str) -> str:
    """Return the contents of a cell in quotes, shortened, to stand in a sentence."""
    return f"'{cell if len(cell) <= _LONGEST_QUOTE else cell[: _LONGEST_QUOTE - 1] + chr(0x2026)}'"


def format_row_count(count: int) -> str:
    """Write a number of rows as in "in 1 row"."""
    return f"in {count:,} row{'' if count == 1 else 's'}"


def translate_cells(column: pd.Series, translate: Callable[[str], str], notices: list[str]) -> pd.Series:
    """Translate the cells of a column into terms of the codebook; a cell without a translation stays."""
    counts = Counter(column.tolist())
    terms = {cell: term for cell in counts if 0 < len(cell) <= _LONGEST_TERM and (term := translate(cell))}
    changed = {cell: f"was read as {term}" for cell, term in terms.items() if fold_name(cell) != term}
    notices += list_readings(str(column.name), changed, counts, "spellings were read")
    return column.map({cell: terms.get(cell, cell) for cell in counts}).astype("str")


def list_readings(name: str, readings: Mapping[str, str], counts: Mapping[str, int], others: str) -> list[str]:
    """Return a notice of how each of the most frequent cells of a column was read, and one that counts the others."""
    cells = sorted(readings, key=lambda cell: -counts[cell])
    notices = [
        f"{name}: {quote_cell(cell)} {readings[cell]} {format_row_count(counts[cell])}" for cell in cells[:_MOST_LISTED]
    ]
    if rest := cells[_MOST_LISTED:]:
        rows = format_row_count(sum(counts[cell] for cell in rest))
        notices.append(f"{name}: {len(rest)} other {others} {rows}")
    return notices


def _read_dates(
    text: pd.DataFrame, file: str, written: TableDates, notices: list[str]
) -> tuple[pd.DataFrame, list[Fault]]:
    """Read the dates; one order of day and month holds for the whole table."""
    odd = {name: text.loc[(text[name] != "") & ~text[name].str.fullmatch(ISO_PATTERN), name] for name in _DATES}
    order = detect_date_order(cell for column in odd.values() for cell in column.unique().tolist())
    faults: list[Fault] = []
    for name, column in odd.items():
        style = written.of(name)
        read = read_in_order(column.unique().tolist(), order, style)
        why = {cell: explain_unread(cell, order, style) for cell, date in read.items() if not date}
        faults += [
            Fault(file, row, name, *problem, cell)
            for row, cell in zip(column.index.tolist(), column, strict=True)
            if (problem := why.get(cell))
        ]
        dates = column.map({cell: date.date if date else cell for cell, date in read.items()})
        text[name] = text[name].mask(text.index.isin(column.index), dates)
        forms = column.map({cell: str(date.form) if date else "" for cell, date in read.items()})
        for form, same in column.groupby(forms, sort=False):
            if form and form != DateForm.ISO:
                notices.append(f"{name}: dates such as {quote_cell(same.iloc[0])} {form} {format_row_count(len(same))}")
        moved = column.map({cell: may_be_another_day(cell, written.longitude) for cell in read}).astype("bool")
        if moved.any():
            example, rows = quote_cell(column[moved].iloc[0]), format_row_count(int(moved.sum()))
            notices.append(
                f"{name}: times such as {example} are of a time zone, whose day is taken; in the local time of the map "
                f"it may be another day {rows}"
            )
        if name == "event_date":
            months = text.index.isin(forms.index[forms == DateForm.MONTH])
            text["date_precision"] = text["date_precision"].mask(months, DatePrecision.MONTH)
    return text, faults


def _split_grades(text: pd.DataFrame) -> None:
    """Split grades that stand in one cell, as in B2, and write them as the codebook does."""
    grades = ("reliability", "credibility")
    for name in grades:
        text[name] = text[name].str.upper().str.replace(r"^([1-6])\.0$", r"\1", regex=True)
    for name in grades:
        parts = text[name].str.extract(r"^([A-F])[\s/-]*([1-6])$")
        both = parts[0].notna()
        for other, part in (("credibility", 1), ("reliability", 0)):
            text[other] = text[other].mask(both & ((text[other] == "") | (name == other)), parts[part])


def _separate_addresses(text: pd.DataFrame, notices: list[str]) -> None:
    """Separate the address of a source from its name, whichever column they stand in."""
    url, name = text["source_url"], text["source_name"]
    bare = url.str.match(r"www\.[^\s/]+\.")
    url = url.mask(bare, "https://" + url)
    several = url.str.match(rf"{_WEB}[\s;,|]+\S")
    url = url.mask(several, url.str.extract(r"^(https?://[^\s;|]+?)[,;|]?(?:[\s;|]|$)", expand=False).fillna(url))
    named = (url != "") & ~url.str.match(_WEB) & (name == "")
    name, url = name.mask(named, url), url.mask(named, "")
    linked = name.str.fullmatch(_WEB) & (url == "")
    url = url.mask(linked, name)
    hosts = {link: _host_of(link) for link in name[linked].unique().tolist()}
    text["source_name"], text["source_url"] = name.mask(linked, name.map(hosts)).astype("str"), url
    for rows, notice in (
        (bare, "source_url: https:// was added to the address"),
        (several, "source_url: of several addresses the first was used"),
        (named, "source_url: text that is not an address was used as source_name"),
        (linked, "source_name: an address was used as source_url"),
    ):
        if rows.any():
            notices.append(f"{notice} {format_row_count(int(rows.sum()))}")


def _host_of(address: str) -> str:
    """Return the host of an address, as a name of the source, or the whole text if it only begins like an address."""
    parts = split_web_address(address)
    return parts.netloc.removeprefix("www.") if parts else address


def _check_coordinates(text: pd.DataFrame, file: str) -> list[Fault]:
    """Report coordinates that are incomplete or not numbers of degrees."""
    faults = []
    for name, other in (("lon", "lat"), ("lat", "lon")):
        bound = _BOUNDS[name]
        half = (text[name] == "") & (text[other] != "")
        wrong = (text[name] != "") & ~parse_degrees(text[name]).between(-bound, bound)
        for rows, problem in (
            (half, f"the row has {other} but no {name}"),
            (wrong, f"this is not a number of degrees from -{bound} to {bound}"),
        ):
            faults += [
                Fault(file, row, name, problem, "Write both in decimal degrees, or leave both empty", cell)
                for row, cell in zip(text.index[rows].tolist(), text.loc[rows, name], strict=True)
            ]
    return faults
