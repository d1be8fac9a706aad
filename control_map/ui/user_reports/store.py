"""What a visitor brought to a theatre, and what became of it. It lives in their session and nowhere else."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import cast

import pandas as pd
import streamlit as st

from control_map.ui.state import session
from control_map.core.errors import Fault
from control_map.geocoding.gazetteer import NameProgress
from control_map.intake import outcome
from control_map.intake.likeness import describe_fuzzy_matches
from control_map.intake.matching.codebook import PlaceSpelling, convert_to_codebook
from control_map.intake.matching.columns import ColumnMatching
from control_map.intake.matching.word_meanings import replace_words
from control_map.intake.outcome import UnplacedSpelling
from control_map.intake.tables.read import RawTable
from control_map.pipeline.pack import Pack, add_reports
from control_map.ui.state import cache

session.USER_REPORTS_KEY = "own reports"
"""The key of what was brought, by the folder of its theatre."""
MAX_SPELLINGS = 20
"""Of the spellings to choose a place for, so many are asked for of each table at once."""
MAX_ROWS_SHOWN = 50
"""Of the rows that are left out, so many are shown of each table."""
session.USER_RESULT_KEY, session.REQUESTED_DATE_KEY = "own reports joined", "own reports turn"


@dataclass(frozen=True, eq=False)
class UserTable:
    """A table as it was brought, and which of its columns is which.

    `meanings` has what the visitor says that a word means, by the column of the codebook and the word.
    """

    raw: RawTable
    matching: ColumnMatching
    meanings: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called: no two tables of a theatre are called alike."""
        return self.raw.name

    @property
    def meant(self) -> RawTable:
        """The table with what is meant in place of the words that the codebook does not know."""
        return replace_words(self.raw, self.matching, self.meanings)


@dataclass(frozen=True, eq=False)
class UserReports:
    """All that was brought to a theatre; `meant` says which place a spelling stands for, by the visitor's choice."""

    tables: tuple[UserTable, ...] = ()
    meant: Mapping[PlaceSpelling, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class UserTableResult:
    """What became of a table.

    `pack` is the whole, of which only the reports of this table count as brought; `supposed` say what was supposed, or
    taken otherwise than it is written; `faults` are those of its cells.
    """

    table: UserTable
    pack: Pack
    supposed: Sequence[str]
    faults: Sequence[Fault]

    @property
    def name(self) -> str:
        """What the table is called."""
        return self.table.name

    @cached_property
    def notices(self) -> list[str]:
        """What a reader should check: which places were found by the likeness of a name, and what was supposed."""
        return [*describe_fuzzy_matches(self.pack), *self.supposed]

    @cached_property
    def placed(self) -> pd.DataFrame:
        """Its located reports."""
        return self.pack.located[self.pack.located["report_id"].isin(self.pack.brought)]

    @cached_property
    def aside(self) -> pd.DataFrame:
        """Those that were set aside."""
        return outcome.select_set_aside(self.pack)

    @cached_property
    def unplaced(self) -> list[UnplacedSpelling]:
        """The spellings that no place has for its name, as many as are asked for at once."""
        return outcome.list_unplaced_spellings(self.pack, MAX_SPELLINGS)

    @cached_property
    def sentences(self) -> list[str]:
        """What became of it, in words."""
        return outcome.count_outcome(self.pack).sentences

    @property
    def whence(self) -> dict[str, str]:
        """From where each of its reports is, by its id: the table, and the row in it."""
        rows = pd.concat([frame[["report_id", "row"]] for frame in (self.placed, self.aside)])
        return {report_id: f"{self.name}, row {row}" for report_id, row in rows.itertuples(index=False)}


@dataclass(frozen=True, eq=False)
class UserReportsResult:
    """A pack with what was brought beside its own, and what became of each table."""

    pack: Pack
    tables: tuple[UserTableResult, ...] = ()

    @property
    def placed(self) -> int:
        """How many of the reports that were brought could be placed."""
        return sum(len(table.placed) for table in self.tables)

    @property
    def aside(self) -> int:
        """How many of them were set aside."""
        return sum(len(table.aside) for table in self.tables)

    @cached_property
    def whence(self) -> dict[str, str]:
        """From which table and row each of the reports is that were brought, by its id."""
        return {report_id: place for table in self.tables for report_id, place in table.whence.items()}


def add_user_reports(pack: Pack, own: UserReports, progress: NameProgress = iter) -> UserReportsResult:
    """Put what was brought beside a pack's own reports; neither is changed. `progress` is that of `pipeline.add`.

    A choice of a place that the theatre has no more holds no longer.
    """
    told, there = [], set(pack.theatre.places["place_id"])
    meant = {spelling: place_id for spelling, place_id in own.meant.items() if place_id in there}
    for table in own.tables:
        reports = convert_to_codebook(table.meant, table.matching, pack.theatre, meant)
        before, pack = pack.brought, add_reports(pack, reports, progress)
        told.append((table, pack.brought - before, reports))
    return UserReportsResult(
        pack,
        tuple(
            UserTableResult(table, replace(pack, brought=mine), reports.notices, reports.faults)
            for table, mine, reports in told
        ),
    )


def user_source_names(joined: UserReportsResult) -> set[str]:
    """Return where the reports that were brought were read, as they say."""
    frames = [joined.pack.located, joined.pack.set_aside]
    return {name for frame in frames for name in frame["source_name"][frame["report_id"].isin(joined.pack.brought)]}


def session_user_reports(folder: Path) -> UserReports:
    """Return what this session brought to a theatre."""
    return cast("dict[Path, UserReports]", st.session_state.get(session.USER_REPORTS_KEY, {})).get(folder, UserReports())


def cached_user_reports(pack: Pack, folder: Path, progress: NameProgress = iter) -> UserReportsResult:
    """Return a pack with what this session brought to it; it is worked out once for each change.

    `progress` is that of `pipeline.add`.
    """
    own = session_user_reports(folder)
    if not own.tables:
        return UserReportsResult(pack)
    key = pack.fingerprint, own
    if st.session_state.get(session.USER_RESULT_KEY, (None,))[0] != key:
        st.session_state[session.USER_RESULT_KEY] = key, add_user_reports(pack, own, progress)
    return cast("UserReportsResult", st.session_state[session.USER_RESULT_KEY][1])


def add_user_table(folder: Path, raw: RawTable, matching: ColumnMatching) -> str:
    """Add a table; return the name that it has from then on."""
    own = session_user_reports(folder)
    name = _free(raw.name, {table.name for table in own.tables})
    _keep(folder, replace(own, tables=(*own.tables, UserTable(replace(raw, name=name), matching))))
    return name


def rematch_columns(folder: Path, name: str, matching: ColumnMatching) -> None:
    """Say anew which column of a table is which."""
    _change(folder, name, lambda table: replace(table, matching=matching))


def set_word_meaning(folder: Path, name: str, column: str, word: str, meaning: str | None) -> None:
    """Say what a word in a column of a table means; None: nobody knows."""

    def told(table: UserTable) -> UserTable:
        others = {key: other for key, other in table.meanings.items() if key != (column, word)}
        return replace(table, meanings=others | ({(column, word): meaning} if meaning else {}))

    _change(folder, name, told)


def _change(folder: Path, name: str, change: Callable[[UserTable], UserTable]) -> None:
    own = session_user_reports(folder)
    _keep(folder, replace(own, tables=tuple(change(table) if table.name == name else table for table in own.tables)))


def remove_user_tables(folder: Path, *names: str) -> None:
    """Take tables out again, and without any also what was said about their names."""
    own = session_user_reports(folder)
    left = tuple(table for table in own.tables if table.name not in names)
    _keep(folder, replace(own, tables=left) if left else UserReports())


def set_spelling_place(folder: Path, spelling: PlaceSpelling, place_id: str | None) -> None:
    """Say which place a spelling stands for in all tables; None: nobody knows."""
    own = session_user_reports(folder)
    meant = {other: place for other, place in own.meant.items() if other != spelling}
    _keep(folder, replace(own, meant=meant | ({spelling: place_id} if place_id else {})))


def _keep(folder: Path, own: UserReports) -> None:
    st.session_state[session.USER_REPORTS_KEY] = {**st.session_state.get(session.USER_REPORTS_KEY, {}), folder: own}
    st.session_state.pop(session.USER_RESULT_KEY, None)
    cache.clear_user_caches()


def _free(name: str, taken: set[str]) -> str:
    """Return a name that is not taken: `reports.csv`, `reports (2).csv` ..."""
    path, number, free = Path(name), 1, name
    while free in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    return free


def request_date(date: dt.date) -> None:
    """Have the page show a day from its next run on."""
    st.session_state[session.REQUESTED_DATE_KEY] = date


def apply_requested_date(key: str) -> None:
    """Show the day that `turn_to` was told, before the slider that has this key is shown."""
    if session.REQUESTED_DATE_KEY in st.session_state:
        st.session_state[key] = st.session_state.pop(session.REQUESTED_DATE_KEY)
