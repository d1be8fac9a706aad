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
from control_map.ui.state import cache, session

MAX_SPELLINGS = 20
"""Spellings of each table for which a place is asked at once."""
MAX_ROWS_SHOWN = 50
"""Rows that are shown of each table among those left out."""


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
    _keep(folder, replace(user_reports, tables=(*user_reports.tables, UserTable(replace(raw, name=name), matching))))
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
