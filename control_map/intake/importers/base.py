"""What every importer does: a table of some known format in, reports out, and an account of each row that is none."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from control_map.core.errors import Fault
from control_map.intake.importers.districts import DistrictNamer
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.dates import DateForm, is_ambiguous, read_distinct_dates
from control_map.intake.tables.table_builder import RawTable
from control_map.theatre.reports import CODEBOOK_COLUMNS
from control_map.theatre.theatre import Theatre

LEFT_OUT_COLUMNS = ["row", "rows", "column", "value", "problem", "fix"]
NOTHING_TO_FIX = "There is nothing to mend"
FIX_DATE_FORMAT = "Write it as 2021-07-09, year first"
FIX_DATE_ORDER = "Say whether the day or the month comes first, or write it as 2021-07-09"
CellMessage = str | Callable[[str], str]
"""What is said of a row: always the same, or of what stands in its cell."""


@dataclass(frozen=True, eq=False)
class ImportResult:
    """What became of the rows of a table.

    `reports` is in the codebook's columns, or in the table's own where the importer knows only some of them; its index,
    `row`, is the line of the file. `left_out` counts all others: `row`, the line of the first of its kind, and `rows`,
    how many there are; `column` and `value`, `problem` and `fix`. Each row of the table is in one of the two.
    `strangers` are the names of those whom the theatre does not know, those of most rows first.
    """

    reports: pd.DataFrame
    left_out: pd.DataFrame
    strangers: tuple[str, ...] = ()

    def faults(self, file: str) -> list[Fault]:
        """Say of each kind of row that is left out why, and how many there are."""
        return [
            Fault(file, row, column, problem + _and_others(rows), fix, value)
            for row, rows, column, value, problem, fix in self.left_out.itertuples(index=False, name=None)
        ]


class Converter(Protocol):
    """Turns the rows of a table of one format into reports, see `Importer.account`."""

    def __call__(
        self, raw: RawTable, actors: ActorNames, districts: DistrictNamer, *, day_first: bool | None
    ) -> ImportResult:
        """Return the reports and what was left out."""


@dataclass(frozen=True)
class Importer:
    """A format in which others publish what can be a report.

    `documented` says where its columns are described, and in which edition; `terms` under which terms its rows may be
    used, in a line that is short enough to stand beside each. Its reports have `source_name` in the column of that
    name. A table is of this format if it has all columns of one of `told_by`, in any case of letters.
    """

    id: str
    label: str
    documented: str
    terms: str
    source_name: str
    told_by: tuple[frozenset[str], ...]
    take: Converter

    def recognises(self, raw: RawTable) -> bool:
        """Whether a table is of this format, by its columns."""
        columns = {column.lower() for column in raw.frame.columns}
        return any(told <= columns for told in self.told_by)

    def account(
        self, raw: RawTable, theatre: Theatre, actors: Mapping[str, str] | None = None, *, day_first: bool | None = None
    ) -> ImportResult:
        """Turn the rows of a table into reports, and account for those that are none.

        Parameters
        ----------
        raw
            A table of this format. Not changed.
        theatre
            Whose actors and places it is about.
        actors
            The id of the actor who is meant, for names that are not told by themselves, see `ActorNames`.
        day_first
            How dates such as 03/04/2021 are written; None: as the other dates of their column show.
        """
        return self.take(raw, ActorNames(theatre, actors), DistrictNamer(theatre), day_first=day_first)

    def convert(
        self, raw: RawTable, theatre: Theatre, actors: Mapping[str, str] | None = None, *, day_first: bool | None = None
    ) -> RawTable:
        """Turn a table into one in the codebook's columns; a fault says of each kind of row left out how many."""
        account = self.account(raw, theatre, actors, day_first=day_first)
        return RawTable(raw.name, account.reports, sorted([*raw.faults, *account.faults(raw.name)]))


class RowFilter:
    """The rows of a table that are still to become reports, less those that are left out on the way.

    `rest` has the table's columns in small letters, each of `wanted` among them, empty if the table has no such one.
    """

    def __init__(self, frame: pd.DataFrame, wanted: tuple[str, ...] = ()) -> None:
        table = lower_case_columns(frame)
        self.rest = table.reindex(columns=list(dict.fromkeys([*table.columns, *wanted])), fill_value="").astype("str")
        self.strangers: tuple[str, ...] = ()
        self._left: list[pd.DataFrame] = []

    def leave_out(self, which: pd.Series, column: str, problem: CellMessage, fix: CellMessage = NOTHING_TO_FIX) -> None:
        """Leave out rows; `problem` and `fix` are said of what stands in `column`."""
        out = self.rest[which]
        if not out.empty:
            first = pd.DataFrame({"row": out.index, "value": out[column].to_numpy()})
            told = first.groupby("value", sort=False)["row"].agg(row="min", rows="size").reset_index()
            self._left.append(
                told.assign(
                    column=column,
                    problem=[_said(problem, value) for value in told["value"]],
                    fix=[_said(fix, value) for value in told["value"]],
                )[LEFT_OUT_COLUMNS]
            )
        self.rest = self.rest[~which]

    def read_days(self, column: str, fix: str, day_first: bool | None) -> None:
        """Read the dates of a column as `day`, and leave out the rows in which it is none, or could be two."""
        self.rest = self.rest.assign(day=parse_days(self.rest[column], day_first=day_first))
        undated = self.rest["day"].isna()
        unsure = undated & self.rest[column].str.strip().map(is_ambiguous).astype("bool")
        self.leave_out(unsure, column, "nobody can say which number is the day and which the month", FIX_DATE_ORDER)
        order = "" if day_first is None else f" with the {'day' if day_first else 'month'} first"
        self.leave_out(self.rest["day"].isna(), column, lambda value: f"'{value}' is not a date{order}", fix)

    def account(self, reports: pd.DataFrame) -> ImportResult:
        """Return the reports, which are one for each row of the rest, with what was left out."""
        left = pd.concat(self._left, ignore_index=True) if self._left else pd.DataFrame(columns=LEFT_OUT_COLUMNS)
        left = left.sort_values(["rows", "row"], ascending=[False, True], ignore_index=True)
        return ImportResult(reports, left, self.strangers)


def parse_days(column: pd.Series, *, day_first: bool | None) -> pd.Series:
    """Read days; of a moment the day counts, and what is no date, or could be two, becomes NaT."""
    text = column.str.strip()
    read = read_distinct_dates(text, day_first=day_first)
    # A month is no day, and these formats say by themselves how exact a date is.
    days = {cell: found.date for cell, found in read.items() if found and found.form != DateForm.MONTH}
    return pd.to_datetime(text.map(days), format="%Y-%m-%d", errors="coerce")


def format_iso_dates(days: pd.Series) -> pd.Series:
    """Write days as 2021-07-09; none is an empty cell."""
    written: pd.Series = days.dt.strftime("%Y-%m-%d").fillna("").astype("str")
    return written


def lower_case_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its columns called in small letters; of two that are then the same, the first counts."""
    table = frame.rename(columns=str.lower)
    return table.loc[:, ~table.columns.duplicated()]


def build_codebook_rows(rest: pd.DataFrame, **columns: object) -> pd.DataFrame:
    """Make reports in the codebook's columns, as text, of what is known of each row; all else stays empty."""
    made = pd.DataFrame(columns, index=rest.index)
    return made.reindex(columns=list(CODEBOOK_COLUMNS), fill_value="").astype("str")


def first_name_in(text: str) -> str:
    """Return the first of several names that a semicolon separates."""
    return next((name for part in text.split(";") if (name := part.strip(' "'))), "")


def leave_out_unknown_actors(sieve: RowFilter, column: str, actors: ActorNames, which: pd.Series) -> None:
    """Leave out the rows that name nobody whom the theatre knows, and say how to tell who is meant."""
    sieve.strangers = tuple(name for name, _ in Counter(sieve.rest.loc[which, column]).most_common())
    ids = ", ".join(actors.ids)
    sieve.leave_out(
        which,
        column,
        lambda value: f"'{value}' is none of the actors of {actors.theatre}",
        lambda value: f'Say who is meant: --actor "{value}=ID", with one of {ids}',
    )


def _said(what: CellMessage, value: str) -> str:
    return what if isinstance(what, str) else what(value)


def _and_others(rows: int) -> str:
    if rows == 1:
        return "; the row is left out"
    return f"; {rows:,} rows that say so are left out, this is the first"
