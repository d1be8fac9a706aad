"""A table in a known format becomes reports, and each row that becomes none is counted with the reason.

An ACLED table of four rows, three of them protests, becomes one report, and one line of `left_out`: "'Peaceful protest'
does not say who holds a place", 3 rows. The modules beside this one convert one format each.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import pandas as pd

from control_map.core.errors import NOTHING_TO_FIX, Fault
from control_map.core.model import INDEPENDENT
from control_map.core.wording import format_count, list_some
from control_map.intake.importers.places import OUTSIDE, FoundPlace, PlaceFinder
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.dates import (
    AS_SHOWN,
    FIX_DATE_FORMAT,
    DateForm,
    DateStyle,
    detect_date_order,
    explain_unread,
    read_distinct_dates,
)
from control_map.intake.matching.hxl import without_hashtags
from control_map.intake.matching.speakers import infer_sources_side
from control_map.intake.tables.table_builder import RawTable
from control_map.theatre.reports import CODEBOOK_COLUMNS, STATED_PLACE_COLUMNS
from control_map.theatre.theatre import Theatre

LEFT_OUT_COLUMNS = ["row", "column", "value", "problem", "fix"]
_NUMBER = re.compile(r"[+-]?\d+\.\d*(?:[eE][+-]?\d+)?|[+-]?\d+[eE][+-]?\d+|\d+,0{1,2}", re.ASCII)
"""A number as a program writes it that has whole ones only among its decimal ones; 461,000 is no such number."""
_EXACT_BELOW = 1e15
"""Below this, such a number holds every whole number exactly."""
_MOST_REMARKS, _MOST_NAMED = 10, 5
"""Remarks on points of an own wording, and rows that one names."""
CellMessage = str | Callable[[str], str]
"""A text about a row: always the same, or made from the value of its cell."""


@dataclass(frozen=True, eq=False)
class ImportResult:
    """The reports made from a table, and the rows that became none; each row of the table is in one of the two.

    `reports` has the codebook's columns, or the table's own where the importer knows only some of them; its index,
    `row`, is the line of the file. `left_out_rows` are the others, with `LEFT_OUT_COLUMNS`. `unknown_actors` are the
    names that the theatre does not know, those of most rows first. `remarks` are on rows that are reports.
    """

    reports: pd.DataFrame
    left_out_rows: pd.DataFrame
    unknown_actors: tuple[str, ...] = ()
    remarks: tuple[Fault, ...] = ()

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """The rows left out by kind, the commonest first: `row` is the line of the first, and `rows` their number."""
        kind = LEFT_OUT_COLUMNS[1:]
        counts = self.left_out_rows.groupby(kind, sort=False)["row"].agg(row="min", rows="size").reset_index()
        kinds = counts.astype({"row": "int64", "rows": "int64"})[["row", "rows", *kind]]
        return kinds.sort_values(["rows", "row"], ascending=[False, True], ignore_index=True)

    def faults(self, file: str) -> list[Fault]:
        """Return a fault for each kind of row that is left out, with the number of rows."""
        return [
            Fault(file, row, column, problem + _format_left_out(rows), fix, value, rows=rows)
            for row, rows, column, value, problem, fix in self.left_out.itertuples(index=False, name=None)
        ]

    def as_table(self, raw: RawTable) -> RawTable:
        """Return the reports as a table, with the faults of the original and one for each kind of row left out."""
        faults = sorted([*raw.faults, *self.faults(raw.name), *self.remarks])
        return RawTable(raw.name, self.reports, faults, left_out=self.left_out_rows)


class Converter(Protocol):
    """The function of one format that converts a table, see `Importer.import_reports`."""

    def __call__(self, raw: RawTable, actors: ActorNames, finder: PlaceFinder, dates: DateStyle) -> ImportResult:
        """Return the reports, and what was left out."""


@dataclass(frozen=True)
class Importer:
    """A format in which other projects publish data that can become reports.

    `documentation` names the description of its columns, with the edition; `terms` are the terms of use of its rows, in
    a line that is short enough to stand beside each. Its reports have `source_name` in the column of that name. A table
    is in this format if it has all columns of one of the sets in `required_columns`, in upper or lower case.
    """

    id: str
    label: str
    documentation: str
    terms: str
    source_name: str
    required_columns: tuple[frozenset[str], ...]
    converter: Converter

    def recognises(self, columns: Iterable[str]) -> bool:
        """Whether a table with these columns is in this format."""
        lower_case = {column.lower() for column in columns}
        return any(required <= lower_case for required in self.required_columns)

    def import_reports(
        self,
        raw: RawTable,
        theatre: Theatre,
        actors: Mapping[str, str] | None = None,
        dates: DateStyle = AS_SHOWN,
    ) -> ImportResult:
        """Convert the rows of a table to reports, and account for those that become none.

        Parameters
        ----------
        raw
            A table in this format. Not changed.
        theatre
            The theatre whose actors and places the table concerns.
        actors
            The ids of actors, by names that the theatre does not know, see `ActorNames`.
        dates
            How its dates are written.
        """
        raw = replace(raw, frame=without_hashtags(raw.frame))
        result = self.converter(raw, ActorNames(theatre, actors), PlaceFinder(theatre), dates)
        return replace(result, remarks=tuple(replace(remark, file=raw.name) for remark in result.remarks))


class RowFilter:
    """The rows of a table that can still become reports; a conversion leaves out the others step by step.

    `remaining` is a table with lower-case column names, and with each of `wanted` among them, empty if the original
    has no such column. Those of `codes` are without the decimals that other programs add, see `format_codes`.
    """

    def __init__(self, frame: pd.DataFrame, wanted: Sequence[str] = (), codes: Sequence[str] = ()) -> None:
        table = lower_case_columns(frame)
        columns = list(dict.fromkeys([*table.columns, *wanted]))
        self.remaining = table.reindex(columns=columns, fill_value="").astype("str")
        self.remaining = self.remaining.assign(**{name: format_codes(self.remaining[name]) for name in codes})
        self._unknown_actors: tuple[str, ...] = ()
        self._left_out: list[pd.DataFrame] = []
        self._contradictions: dict[int, tuple[str, str]] = {}

    def leave_out(self, which: pd.Series, column: str, problem: CellMessage, fix: CellMessage = NOTHING_TO_FIX) -> None:
        """Leave out some rows; `problem` and `fix` are about the value in `column`, by which they are counted."""
        values = self.remaining.loc[which, column]
        if len(values):
            said = {value: (_format_message(problem, value), _format_message(fix, value)) for value in values.unique()}
            problems, fixes = ([said[value][at] for value in values] for at in (0, 1))
            rows = {
                "row": values.index,
                "column": column,
                "value": values.to_numpy(),
                "problem": problems,
                "fix": fixes,
            }
            self._left_out.append(pd.DataFrame(rows))
        self.remaining = self.remaining[~which]

    def leave_out_unknown_actors(self, column: str, actors: ActorNames) -> None:
        """Leave out the rows with an empty `actor`, and ask which actor the name in `column` means."""
        nameless = (self.remaining["actor"] == "") & (self.remaining[column] == "")
        self.leave_out(nameless, column, "no party is named", f"Name it in the column {column}")
        which = self.remaining["actor"] == ""
        self._unknown_actors = tuple(name for name, _ in Counter(self.remaining.loc[which, column]).most_common())
        ids = ", ".join(actors.ids)
        self.leave_out(
            which,
            column,
            lambda value: f"'{value}' is none of the actors of {actors.theatre}",
            lambda value: f'State which actor it is: --actor "{value}=ID", with one of {ids}',
        )

    def read_dates(self, column: str, dates: DateStyle, fix: str = FIX_DATE_FORMAT) -> None:
        """Add the dates of a column as `day`; leave out the rows in which it has no date, or an ambiguous one."""
        text = self.remaining[column].str.strip()
        self.remaining = self.remaining.assign(day=parse_days(text, dates))
        shown = detect_date_order(text.unique().tolist())

        def explain(cell: str) -> tuple[str, str]:
            no_date = "this is not a date" if cell.strip() else "no date is stated"
            return explain_unread(cell.strip(), shown, dates) or (no_date, fix)

        undated = self.remaining["day"].isna()
        self.leave_out(undated, column, lambda cell: explain(cell)[0], lambda cell: explain(cell)[1])

    def leave_out_other_countries(self, finder: PlaceFinder, column: str, point: tuple[str, str]) -> None:
        """Leave out the rows of other countries than the theatre's, which the `column` names; see `are_abroad`."""
        abroad = finder.are_abroad(*(self.remaining[name] for name in (column, *point)))
        self.leave_out(abroad, column, lambda value: f"the row is of {value}, and the map of {finder.country}")

    def add_places(
        self,
        finder: PlaceFinder,
        point: tuple[str, str],
        columns: Sequence[str],
        find: Callable[..., FoundPlace],
        names: Sequence[str],
    ) -> None:
        """Add the columns of `FoundPlace`; leave out the rows whose point is outside the theatre.

        The point goes before the names; rows in which it lies elsewhere are remarked on.

        Parameters
        ----------
        finder
            Of the theatre.
        point
            The columns of longitude and latitude in EPSG:4326.
        columns, find
            `find` is called for each row with `finder`, the cells of these columns, and what is around the point.
        names
            The columns with the names of places, the largest first: the province, and areas and locations in it.
        """
        around = finder.look_around(*(self.remaining[name] for name in point))
        cells = cells_of(self.remaining, *columns)
        found = [find(finder, *row, where) for row, where in zip(cells, around, strict=True)]
        for row, (province, *others), where in zip(
            self.remaining.index, cells_of(self.remaining, *names), around, strict=True
        ):
            if (contradiction := finder.find_contradiction(tuple(others), province, where))[0]:
                self._contradictions[row] = contradiction
        hints = ["longitude and latitude look exchanged" if where.is_swapped else "" for where in around]
        self.remaining = assign_places(self.remaining, found).assign(outside=hints)
        is_outside = self.remaining["place_method"] == OUTSIDE.place_method
        problem = "the point is in none of the districts of the map"
        self.leave_out(
            is_outside,
            "outside",
            lambda hint: f"{problem}: {hint}" if hint else problem,
            lambda hint: "Exchange the two columns" if hint else NOTHING_TO_FIX,
        )

    def make_result(self, source_name: str, **columns: object) -> ImportResult:
        """Return a report for each remaining row: its claim, actor and place, and `columns` of the codebook."""
        taken = {
            name: self.remaining[name] for name in ("claim", "actor", *FoundPlace._fields) if name in self.remaining
        }
        fixed = {"claimant": source_name, "claimant_side": INDEPENDENT, "source_name": source_name}
        made = pd.DataFrame({**taken, **fixed, **columns}, index=self.remaining.index)
        columns_made = [*CODEBOOK_COLUMNS, *STATED_PLACE_COLUMNS]
        return self.to_result(made.reindex(columns=columns_made, fill_value="").astype("str"))

    def to_result(self, reports: pd.DataFrame) -> ImportResult:
        """Return finished reports, one for each remaining row, with what was left out."""
        rows = pd.concat(self._left_out or [pd.DataFrame(columns=LEFT_OUT_COLUMNS)], ignore_index=True)
        left_out = rows.sort_values("row", ignore_index=True)
        return ImportResult(reports, left_out, self._unknown_actors, tuple(self._remark_on_points(reports.index)))

    def _remark_on_points(self, kept: pd.Index) -> Iterator[Fault]:
        """Yield a remark for each pair of a point's and a name's place that contradict each other, the commonest first.

        The last one counts all that are beyond `_MOST_REMARKS`.
        """
        rows_of: dict[tuple[str, str], list[int]] = {}
        for row in sorted(self._contradictions.keys() & set(kept)):
            rows_of.setdefault(self._contradictions[row], []).append(row)
        pairs = sorted(rows_of.items(), key=lambda pair: -len(pair[1]))
        for (here, said), rows in pairs[:_MOST_REMARKS]:
            yield _point_remark(f"the point lies in {here}, while the row says {said}", rows)
        if rest := sorted(row for _, rows in pairs[_MOST_REMARKS:] for row in rows):
            yield _point_remark("the point lies elsewhere than the row says", rest)


def _point_remark(problem: str, rows: list[int]) -> Fault:
    named = f"{format_count(len(rows), 'row', 'rows')} ({list_some(rows, _MOST_NAMED)})"
    fix = "The point counts; correct it if the name is right"
    return Fault("", rows[0], "", f"{problem}: {named}", fix, kept=True, rows=len(rows))


def assign_places(frame: pd.DataFrame, places: Sequence[FoundPlace]) -> pd.DataFrame:
    """Return a table with the columns of `FoundPlace`, from one for each row."""
    columns = {name: [place[at] for place in places] for at, name in enumerate(FoundPlace._fields)}
    return frame.assign(**columns)


def parse_days(column: pd.Series, style: DateStyle) -> pd.Series:
    """Return the days of a column of dates or times; what is not a date, or is ambiguous, becomes NaT."""
    text = column.str.strip()
    dates = read_distinct_dates(text, style)
    # A month alone is no day: these formats state the precision of a date in a column of its own.
    days = {cell: found.date for cell, found in dates.items() if found and found.form != DateForm.MONTH}
    return pd.to_datetime(text.map(days), format="%Y-%m-%d", errors="coerce")


def format_codes(column: pd.Series) -> pd.Series:
    """Write whole numbers without the decimals that other programs add ("2.0", "2,0", "461727.0", "2e+05")."""
    written = {}
    for cell in column.unique().tolist():
        number = float(cell.replace(",", ".")) if _NUMBER.fullmatch(cell) else math.nan
        written[cell] = f"{number:.0f}" if abs(number) < _EXACT_BELOW and number.is_integer() else cell
    return column.map(written).astype("str")


def format_iso_dates(days: pd.Series) -> pd.Series:
    """Write days as 2021-07-09; a missing day becomes an empty cell."""
    written: pd.Series = days.dt.strftime("%Y-%m-%d").fillna("").astype("str")
    return written


def format_report_ids(prefix: str, ids: pd.Series) -> pd.Series:
    """Return ids of reports, such as "acled:MAR1"; an empty id stays empty."""
    return (f"{prefix}:" + ids).mask(ids == "", "")


def lower_case_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with lower-case column names; of two columns that are then the same, the first counts."""
    table = frame.rename(columns=str.lower)
    return table.loc[:, ~table.columns.duplicated()]


def first_filled(frame: pd.DataFrame, *columns: str) -> pd.Series:
    """Return for each row the first of some cells that is not empty."""
    filled = frame[columns[0]]
    for column in columns[1:]:
        filled = filled.mask(filled == "", frame[column])
    return filled


def cells_of(frame: pd.DataFrame, *columns: str) -> list[tuple[str, ...]]:
    """Return the cells of some columns, a tuple for each row."""
    return list(frame[list(columns)].itertuples(index=False, name=None))


def find_party_speakers(sources: pd.Series, actors: ActorNames, otherwise: str) -> dict[str, list[str]]:
    """Return `claimant` and `claimant_side` of rows: the party that all of the semicolon-separated sources speak for.

    What rests on a party's ministry alone is that party's own word. A row that has another source as well, or none that
    names a party, is independent: `otherwise` says so.
    """
    speakers: dict[str, tuple[str, str]] = {}
    for cell in sources.unique().tolist():
        side = infer_sources_side([name for part in cell.split(";") if (name := part.strip(' "'))], actors)
        speakers[cell] = (otherwise if side == INDEPENDENT else first_name_in(cell), side)
    found = [speakers[cell] for cell in sources]
    return {"claimant": [speaker for speaker, _ in found], "claimant_side": [side for _, side in found]}


def first_name_in(text: str) -> str:
    """Return the first of several names that semicolons separate."""
    return next((name for part in text.split(";") if (name := part.strip(' "'))), "")


def _format_message(message: CellMessage, value: str) -> str:
    return message if isinstance(message, str) else message(value)


def _format_left_out(rows: int) -> str:
    return "; the row is left out" if rows == 1 else f"; {rows:,} such rows are left out, this is the first"
