"""The tables that a user adds to a theatre, and what becomes of them. They exist in the user's session alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import cast

import pandas as pd
import streamlit as st

from control_map.core.errors import Fault
from control_map.geocoding.gazetteer import NameProgress
from control_map.intake import outcome
from control_map.intake.matching.codebook import PlaceSpelling, convert_to_codebook
from control_map.intake.matching.columns import ColumnMatching
from control_map.intake.matching.vocabulary import replace_words
from control_map.intake.outcome import UnplacedSpelling, describe_fuzzy_matches
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack, add_reports
from control_map.theatre.reports import unify_origins
from control_map.ui.state import cache, session

MAX_SPELLINGS = 20
"""Spellings of each table for which a place is asked at once."""
MAX_ROWS_SHOWN = 50
"""Rows that are shown of each table among those left out."""


@dataclass(frozen=True, eq=False)
class UserTable:
    """A table as the user added it, with the matching of its columns.

    `meanings` has the user's choice of what a word means, by the column of the codebook and the word.
    """

    raw: RawTable
    matching: ColumnMatching
    meanings: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the table, which no other table of the theatre has."""
        return self.raw.name

    @property
    def translated(self) -> RawTable:
        """The table with the chosen meanings in place of words that the codebook does not have."""
        return replace_words(self.raw, self.matching, self.meanings)


@dataclass(frozen=True, eq=False)
class UserReports:
    """All tables that a user added to a theatre, and the places that the user chose for spellings."""

    tables: tuple[UserTable, ...] = ()
    places_by_spelling: Mapping[PlaceSpelling, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class UserTableResult:
    """What became of a table.

    `pack` has all reports, of which only those of this table count as user-supplied; `assumptions` are sentences on
    values that were assumed, or read differently from how they are written; `faults` are those of its cells.
    """

    table: UserTable
    pack: Pack
    assumptions: Sequence[str]
    faults: Sequence[Fault]

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.table.name

    @cached_property
    def notices(self) -> list[str]:
        """What the user should check: places found by a fuzzy match, and assumptions."""
        return [*describe_fuzzy_matches(self.pack), *self.assumptions]

    @cached_property
    def placed(self) -> pd.DataFrame:
        """Its located reports."""
        return self.pack.user_supplied_located

    @cached_property
    def set_aside(self) -> pd.DataFrame:
        """Its reports that could not be located or read."""
        return self.pack.user_supplied_set_aside

    @cached_property
    def unplaced(self) -> list[UnplacedSpelling]:
        """The spellings that are no name of any place, as many as are asked for at once."""
        return outcome.list_unplaced_spellings(self.pack, MAX_SPELLINGS)

    @cached_property
    def sentences(self) -> list[str]:
        """How many of its reports were located, in sentences."""
        return outcome.count_outcome(self.pack).sentences

    @property
    def source_rows(self) -> dict[str, str]:
        """The table and row of each of its reports, by the report's id."""
        rows = pd.concat([frame[["report_id", "row"]] for frame in (self.placed, self.set_aside)])
        return {report_id: f"{self.name}, row {row}" for report_id, row in rows.itertuples(index=False)}


@dataclass(frozen=True, eq=False)
class UserReportsResult:
    """A pack with the user's reports beside its own, and what became of each table."""

    pack: Pack
    tables: tuple[UserTableResult, ...] = ()

    @property
    def placed_count(self) -> int:
        """How many of the user's reports were located."""
        return sum(len(table.placed) for table in self.tables)

    @property
    def set_aside_count(self) -> int:
        """How many of them could not be located or read."""
        return sum(len(table.set_aside) for table in self.tables)

    @cached_property
    def source_rows(self) -> dict[str, str]:
        """The table and row of each of the user's reports, by the report's id."""
        return {report_id: row for table in self.tables for report_id, row in table.source_rows.items()}


def add_user_reports(pack: Pack, user_reports: UserReports, progress: NameProgress = iter) -> UserReportsResult:
    """Put a user's reports beside a pack's own; neither is changed. `progress` is that of `add_reports`.

    A choice of a place that the theatre no longer has is ignored.
    """
    added, place_ids = [], set(pack.theatre.places["place_id"])
    chosen = {spelling: place for spelling, place in user_reports.places_by_spelling.items() if place in place_ids}
    for table in user_reports.tables:
        converted = convert_to_codebook(table.translated, table.matching, pack.theatre, chosen)
        reports = unify_origins(converted, pack.origins)
        before, pack = pack.user_supplied_ids, add_reports(pack, reports, progress)
        added.append((table, pack.user_supplied_ids - before, reports))
    return UserReportsResult(
        pack,
        tuple(
            UserTableResult(table, replace(pack, user_supplied_ids=report_ids), reports.notices, reports.faults)
            for table, report_ids, reports in added
        ),
    )


def user_source_names(result: UserReportsResult) -> set[str]:
    """Return the sources that the user's reports name."""
    pack = result.pack
    return {*pack.user_supplied_located["source_name"], *pack.user_supplied_set_aside["source_name"]}


def session_user_reports(folder: Path) -> UserReports:
    """Return what this session's user added to a theatre."""
    return cast("dict[Path, UserReports]", st.session_state.get(session.USER_REPORTS_KEY, {})).get(
        folder, UserReports()
    )


def cached_user_reports(pack: Pack, folder: Path, progress: NameProgress = iter) -> UserReportsResult:
    """Return a pack with the reports that this session's user added to it; it is computed once for each change.

    `progress` is that of `add_reports`.
    """
    user_reports = session_user_reports(folder)
    if not user_reports.tables:
        return UserReportsResult(pack)
    key = pack.fingerprint, user_reports
    if st.session_state.get(session.USER_RESULT_KEY, (None,))[0] != key:
        st.session_state[session.USER_RESULT_KEY] = key, add_user_reports(pack, user_reports, progress)
    return cast("UserReportsResult", st.session_state[session.USER_RESULT_KEY][1])


def add_user_table(folder: Path, raw: RawTable, matching: ColumnMatching) -> str:
    """Add a table; return the name under which it is kept."""
    user_reports = session_user_reports(folder)
    name = _free_name(raw.name, {table.name for table in user_reports.tables})
    _keep(
        folder,
        replace(
            user_reports, tables=(*user_reports.tables, UserTable(replace(raw, name=name, as_given=raw), matching))
        ),
    )
    return name


def rematch_columns(folder: Path, name: str, matching: ColumnMatching) -> None:
    """Change the matching of a table's columns."""
    _change(folder, name, lambda table: replace(table, matching=matching))


def set_word_meaning(folder: Path, name: str, column: str, word: str, meaning: str | None) -> None:
    """Set what a word in a column of a table means; None takes the choice back."""

    def set_meaning(table: UserTable) -> UserTable:
        others = {key: other for key, other in table.meanings.items() if key != (column, word)}
        return replace(table, meanings=others | ({(column, word): meaning} if meaning else {}))

    _change(folder, name, set_meaning)


def _change(folder: Path, name: str, change: Callable[[UserTable], UserTable]) -> None:
    user_reports = session_user_reports(folder)
    tables = tuple(change(table) if table.name == name else table for table in user_reports.tables)
    _keep(folder, replace(user_reports, tables=tables))


def remove_user_tables(folder: Path, *names: str) -> None:
    """Remove tables; with the last one, also the choices of places for spellings."""
    user_reports = session_user_reports(folder)
    left = tuple(table for table in user_reports.tables if table.name not in names)
    _keep(folder, replace(user_reports, tables=left) if left else UserReports())


def set_spelling_place(folder: Path, spelling: PlaceSpelling, place_id: str | None) -> None:
    """Set which place a spelling stands for in all tables; None takes the choice back."""
    user_reports = session_user_reports(folder)
    others = {other: place for other, place in user_reports.places_by_spelling.items() if other != spelling}
    _keep(folder, replace(user_reports, places_by_spelling=others | ({spelling: place_id} if place_id else {})))


def _keep(folder: Path, user_reports: UserReports) -> None:
    st.session_state[session.USER_REPORTS_KEY] = {
        **st.session_state.get(session.USER_REPORTS_KEY, {}),
        folder: user_reports,
    }
    st.session_state.pop(session.USER_RESULT_KEY, None)
    cache.clear_user_caches()


def _free_name(name: str, taken: set[str]) -> str:
    """Return a name that is not taken: `reports.csv`, `reports (2).csv` ..."""
    path, number, free = Path(name), 1, name
    while free in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    return free
