"""What this session's user added to each theatre; a change is kept once a worker has computed it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast
from uuid import uuid4

import streamlit as st

from control_map.core.errors import PackError
from control_map.intake.matching.codebook import PlaceSpelling
from control_map.intake.matching.columns import ColumnMatching
from control_map.intake.tables.table_builder import RawTable
from control_map.intake.user_tables import UserReports, UserReportsResult, UserTable, free_name, prepare_user_reports
from control_map.intake.worker.job import Job
from control_map.pipeline.pack import Pack
from control_map.ui import html
from control_map.ui.state import apart, cache, held, session, theatres
from control_map.ui.state.held import Reference


@dataclass(frozen=True, eq=False)
class Change:
    """A change of the user's reports of a theatre that is not made yet; `token` tells it from others."""

    folder: Path
    user_reports: UserReports
    token: str


def session_user_reports(folder: Path) -> UserReports:
    """Return what this session's user added to a theatre."""
    return cast("dict[Path, UserReports]", st.session_state.get(session.USER_REPORTS_KEY, {})).get(
        folder, UserReports()
    )


def cached_user_reports(pack: Pack, folder: Path) -> UserReportsResult:
    """Return a pack with the reports that this session's user added to it.

    They are computed when the user changes them, see `make_change`, and here if the files of the pack have changed. If
    that fails, the page says so and shows the pack alone.
    """
    user_reports = session_user_reports(folder)
    if not user_reports.tables:
        return UserReportsResult(pack)
    values, made_from = held.held_values(), (pack.fingerprint, user_reports)
    known, result = values.get(held.USER_RESULT, (None, None))
    if known != made_from:
        try:
            result = join_user_reports(pack, user_reports)
        except PackError as error:
            result = error.faults  # to try again at each run would take as long each time
        values[held.USER_RESULT] = made_from, result
    if not isinstance(result, UserReportsResult):
        html.show_template("user_faults.html", faults=result, whole=True)
        return UserReportsResult(pack)
    return result


def refer_to(result: UserReportsResult, folder: Path) -> Reference[UserReportsResult]:
    """Return a reference to what `cached_user_reports` has returned, which is held until the next call."""
    held.held_values()[held.USER_REPORTS] = result
    return Reference(result, partial(_find_again, folder, theatres.pack_source(folder), session_user_reports(folder)))


def _find_again(folder: Path, find_pack: Callable[[], Pack], user_reports: UserReports) -> UserReportsResult:
    pack = find_pack()
    return cached_user_reports(pack, folder) if held.is_page_run() else join_user_reports(pack, user_reports)


def join_user_reports(pack: Pack, user_reports: UserReports) -> UserReportsResult:
    """Return a pack with a user's reports, joined in a worker.

    Raises
    ------
    PackError
        If a limit ended it.
    """
    if not user_reports.tables:
        return UserReportsResult(pack)
    return apart.run_weighing(prepare_user_reports, pack, user_reports, known=_known_objects(pack, user_reports))


def add_user_table(
    folder: Path, raw: RawTable, matching: ColumnMatching, meanings: Mapping[tuple[str, str], str] | None = None
) -> None:
    """Add a table with the chosen `meanings` of its words, under a name that none of the others has."""
    user_reports = session_user_reports(folder)
    name = free_name(raw.name, {table.name for table in user_reports.tables})
    table = UserTable(replace(raw, name=name, as_given=raw.as_given or raw), matching, meanings or {})
    _propose(folder, replace(user_reports, tables=(*user_reports.tables, table)))


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
    _propose(folder, replace(user_reports, tables=tables))


def remove_user_tables(folder: Path, *names: str) -> None:
    """Remove tables; with the last one, also the choices of places for spellings."""
    user_reports = session_user_reports(folder)
    left = tuple(table for table in user_reports.tables if table.name not in names)
    _propose(folder, replace(user_reports, tables=left) if left else UserReports())


def set_spelling_place(folder: Path, spelling: PlaceSpelling, place_id: str | None) -> None:
    """Set which place a spelling stands for in all tables; None takes the choice back."""
    user_reports = session_user_reports(folder)
    others = {other: place for other, place in user_reports.places_by_spelling.items() if other != spelling}
    _propose(folder, replace(user_reports, places_by_spelling=others | ({spelling: place_id} if place_id else {})))


def _propose(folder: Path, user_reports: UserReports) -> None:
    if user_reports.tables:
        st.session_state[session.CHANGE_KEY] = Change(folder, user_reports, uuid4().hex)
    else:
        held.held_values().pop(held.USER_RESULT, None)
        _keep(folder, user_reports)


def pending_change(folder: Path) -> Change | None:
    """Return the change of a theatre's reports that is not made yet, if there is one."""
    change: Change | None = st.session_state.get(session.CHANGE_KEY)
    return change if change is not None and change.folder == folder else None


def drop_change() -> None:
    """Leave the user's reports as they are, and end the work on the change, if there is one."""
    if st.session_state.pop(session.CHANGE_KEY, None) is not None:
        apart.end_work()


def make_change(pack: Pack, change: Change, finish: Callable[[UserReportsResult], object]) -> UserReportsResult | None:
    """Compute a change and keep it; return what became of the reports, or None while the work goes on.

    `finish` is called with what became of them before the change is kept.

    Raises
    ------
    ControlMapError
        If it cannot be computed; the reports stay as they were.
    """

    def keep(result: UserReportsResult) -> None:
        # A run can be ended at each of these steps, and the next one then takes all of them: the change goes last.
        finish(result)
        values = held.held_values()
        values[held.USER_RESULT] = (pack.fingerprint, change.user_reports), result
        _keep(change.folder, change.user_reports)
        drop_change()

    known = _known_objects(pack, change.user_reports)
    return apart.result_of(
        change.token,
        "Reading and placing your reports",
        lambda: Job(apart.SUBJECT, prepare_user_reports, pack, change.user_reports, known=known),
        drop_change,
        keep,
    )


def _known_objects(pack: Pack, user_reports: UserReports) -> list[object]:
    """Return what is large and in the result, too."""
    return [pack.theatre, pack.gazetteer, *user_reports.tables]


def _keep(folder: Path, user_reports: UserReports) -> None:
    st.session_state[session.USER_REPORTS_KEY] = {
        **st.session_state.get(session.USER_REPORTS_KEY, {}),
        folder: user_reports,
    }
    cache.clear_user_caches()
