"""What stands in the cells of a table, in the terms of the codebook; what cannot be read stays as it is written."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

import pandas as pd

from control_map.core.errors import Fault
from control_map.core.model import DatePrecision
from control_map.geocoding.points import parse_degrees
from control_map.geocoding.spelling import fold_name
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.dates import (
    ISO_PATTERN,
    DateForm,
    DateOrder,
    detect_date_order,
    is_ambiguous,
    read_date_leniently,
)
from control_map.intake.matching.vocabulary import (
    KIND_BY_WORD,
    PRECISION_BY_WORD,
    SCOPE_BY_WORD,
    find_claim,
    find_side,
    to_latin_words,
)
from control_map.theatre.reports import LONGEST_SUMMARY

_DATES = ("event_date", "reported_date")
_MOST_TOLD = 6
"""Spellings of one column that are told one by one; a reader looks no further."""
_LONGEST_TOLD = 40
_GRADE = r"([A-F])[\s/-]*([1-6])"
_WEB = r"https?://\S+"
_BOUNDS = {"lon": 180, "lat": 90}


class CodebookValues(NamedTuple):
    """A table in the terms of the codebook.

    `text` has the columns that it had; `notices` say what was taken otherwise than it is written; `faults` are of cells
    for which the codebook's own checks have no better mend.
    """

    text: pd.DataFrame
    notices: list[str]
    faults: list[Fault]


def read_values(text: pd.DataFrame, file: str, names: ActorNames, *, day_first: bool | None) -> CodebookValues:
    """Read the cells of a table.

    Parameters
    ----------
    text
        The columns of the codebook, `lon` and `lat`, as text, empty where there is nothing; the index is the row of the
        file. Not changed.
    file
        What the table is called.
    names
        Those of the parties of the theatre.
    day_first
        How dates such as 03/04/2021 are written; None: as the other dates show.
    """
    notices: list[str] = []
    text, faults = _dated(text.copy(), file, day_first, notices)
    _graded(text)
    for name, meaning in (
        ("claim", find_claim),
        ("actor", names.find),
        ("claimant_side", lambda cell: find_side(cell, names)),
        ("place_kind", lambda cell: KIND_BY_WORD.get(to_latin_words(cell), "")),
        ("area_scope", lambda cell: SCOPE_BY_WORD.get(to_latin_words(cell), "")),
        ("date_precision", lambda cell: PRECISION_BY_WORD.get(to_latin_words(cell), "")),
    ):
        text[name] = _translated(text[name], meaning, notices)
    _addressed(text, notices)
    _shortened(text, notices)
    text["number"] = text["number"].str.replace(r"^(\d{1,3}(?:,\d{3})+)$", lambda m: m[1].replace(",", ""), regex=True)
    return CodebookValues(text, notices, [*faults, *_astray(text, file)])


def quote_cell(cell: str) -> str:
    """Return what stands in a cell as it is told in a sentence."""
    return f"'{cell if len(cell) <= _LONGEST_TOLD else cell[: _LONGEST_TOLD - 1] + chr(0x2026)}'"


def format_row_count(count: int) -> str:
    """Say in how many rows."""
    return f"in {count:,} row{'' if count == 1 else 's'}"


def _translated(column: pd.Series, meaning: Callable[[str], str], notices: list[str]) -> pd.Series:
    """Return what the cells of a column mean; what means nothing stays."""
    counts = Counter(column.tolist())
    meant = {cell: term for cell in counts if cell and (term := meaning(cell))}
    other = {cell: (term, counts[cell]) for cell, term in meant.items() if fold_name(cell) != term}
    told = sorted(other.items(), key=lambda each: -each[1][1])
    notices += [
        f"{column.name}: {quote_cell(cell)} was read as {term} {format_row_count(count)}"
        for cell, (term, count) in told[:_MOST_TOLD]
    ]
    if len(told) > _MOST_TOLD:
        rest = sum(count for _, (_, count) in told[_MOST_TOLD:])
        notices.append(f"{column.name}: {len(told) - _MOST_TOLD} other spellings were read {format_row_count(rest)}")
    return column.map({cell: meant.get(cell, cell) for cell in counts}).astype("str")


def _dated(
    text: pd.DataFrame, file: str, day_first: bool | None, notices: list[str]
) -> tuple[pd.DataFrame, list[Fault]]:
    """Read the dates; one order of day and month holds for the whole table."""
    odd = {name: text.loc[(text[name] != "") & ~text[name].str.fullmatch(ISO_PATTERN), name] for name in _DATES}
    order = detect_date_order(cell for column in odd.values() for cell in column.unique().tolist())
    first = order.decided if day_first is None else day_first
    faults: list[Fault] = []
    for name, column in odd.items():
        read = {cell: read_date_leniently(cell, day_first=first) for cell in column.unique().tolist()}
        problems = column.map({cell: "" if found else _unread(cell, order, first) for cell, found in read.items()})
        fix = "Say whether the day or the month comes first, or write the date as 2021-07-09"
        faults += [
            Fault(file, row, name, problem, fix, cell)
            for row, problem, cell in zip(column.index.tolist(), problems, column, strict=True)
            if problem
        ]
        text[name] = text[name].mask(
            text.index.isin(column.index),
            column.map({cell: found.date if found else cell for cell, found in read.items()}),
        )
        forms = column.map({cell: str(found.form) if found else "" for cell, found in read.items()})
        for form, cells in column.groupby(forms, sort=False):
            if form and form != DateForm.ISO:
                notices.append(f"{name}: dates as {quote_cell(cells.iloc[0])} {form} {format_row_count(len(cells))}")
        if name == "event_date":
            months = text.index.isin(forms.index[forms == DateForm.MONTH])
            text["date_precision"] = text["date_precision"].mask(months, DatePrecision.MONTH)
    return text, faults


def _unread(cell: str, order: DateOrder, first: bool | None) -> str:
    """Say why a date in numbers cannot be read; nothing if it is none."""
    if read_date_leniently(cell, day_first=None):
        return f"this is no date with the {'day' if first else 'month'} first, as was said"
    if not is_ambiguous(cell):
        return ""
    problem = "nobody can say which number is the day and which the month"
    if order.day_first and order.month_first:
        problem += f"; other dates show both: {order.day_first} and {order.month_first}"
    return problem


def _graded(text: pd.DataFrame) -> None:
    """Part grades that stand in one cell, as in B2, and write them as the codebook does."""
    for name in ("reliability", "credibility"):
        text[name] = text[name].str.upper().str.replace(r"^([1-6])\.0$", r"\1", regex=True)
    for name in ("reliability", "credibility"):
        parts = text[name].str.extract(f"^{_GRADE}$")
        both = parts[0].notna()
        text["credibility"] = text["credibility"].mask(
            both & ((text["credibility"] == "") | (name == "credibility")), parts[1]
        )
        text["reliability"] = text["reliability"].mask(
            both & ((text["reliability"] == "") | (name == "reliability")), parts[0]
        )


def _addressed(text: pd.DataFrame, notices: list[str]) -> None:
    """Tell the address of a source from its name, whichever column they stand in."""
    url, name = text["source_url"], text["source_name"]
    bare = url.str.match(r"www\.[^\s/]+\.")
    url = url.mask(bare, "https://" + url)
    several = url.str.match(rf"{_WEB}[\s;,|]+\S")
    url = url.mask(several, url.str.extract(r"^(https?://[^\s;|]+?)[,;|]?(?:[\s;|]|$)", expand=False).fillna(url))
    named = (url != "") & ~url.str.match(_WEB) & (name == "")
    name, url = name.mask(named, url), url.mask(named, "")
    linked = name.str.fullmatch(_WEB) & (url == "")
    url = url.mask(linked, name)
    hosts = {each: urlsplit(each).netloc.removeprefix("www.") for each in name[linked].unique().tolist()}
    text["source_name"], text["source_url"] = name.mask(linked, name.map(hosts)).astype("str"), url
    for rows, what in (
        (bare, "source_url: https:// was put before an address"),
        (several, "source_url: of several addresses the first was taken"),
        (named, "source_url: what is no address was taken for the name of the source"),
        (linked, "source_name: an address was taken for source_url"),
    ):
        if rows.any():
            notices.append(f"{what} {format_row_count(int(rows.sum()))}")


def _shortened(text: pd.DataFrame, notices: list[str]) -> None:
    """Shorten summaries that are too long, at a word."""
    long = text["summary"].str.len() > LONGEST_SUMMARY
    if long.any():
        text.loc[long, "summary"] = [shorten_summary(cell) for cell in text.loc[long, "summary"]]
        notices.append(f"summary: shortened to {LONGEST_SUMMARY} characters {format_row_count(int(long.sum()))}")


def shorten_summary(summary: str) -> str:
    """Return a text cut at a word, so that it is no longer than a summary can be."""
    head = summary[:LONGEST_SUMMARY]
    cut = re.match(r"(.*\S)\s", head[: LONGEST_SUMMARY - 1] + summary[LONGEST_SUMMARY - 1], re.DOTALL)
    words = cut[1] if cut and len(cut[1]) > LONGEST_SUMMARY // 2 else head
    return words[: LONGEST_SUMMARY - 1].rstrip() + "\u2026"


def _astray(text: pd.DataFrame, file: str) -> list[Fault]:
    """Name the coordinates that are none."""
    other: Mapping[str, str] = {"lon": "lat", "lat": "lon"}
    faults = []
    for name, bound in _BOUNDS.items():
        half = (text[name] == "") & (text[other[name]] != "")
        wrong = (text[name] != "") & ~parse_degrees(text[name]).between(-bound, bound)
        for rows, problem in (
            (half, f"there is {other[name]} and no {name}"),
            (wrong, f"this is not a number of degrees from -{bound} to {bound}"),
        ):
            faults += [
                Fault(file, row, name, problem, "Write both in decimal degrees, or leave both empty", cell)
                for row, cell in zip(text.index[rows].tolist(), text.loc[rows, name], strict=True)
            ]
    return faults
