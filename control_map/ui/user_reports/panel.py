"""The user's own reports: their summary in the toolbar, and the panel to add, correct and remove them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from control_map.core.errors import PackError
from control_map.core.model import LocationPrecision
from control_map.intake.importers.registry import collect_terms_of_use
from control_map.intake.matching.template import build_template_csv, build_template_xlsx
from control_map.intake.outcome import merge_reports
from control_map.intake.user_tables import UserReportsResult, UserTableResult, user_source_names
from control_map.intake.worker.job import start_workers
from control_map.pipeline.pack import Pack
from control_map.theatre.csv_writer import as_csv
from control_map.theatre.theatre import Theatre
from control_map.ui import html
from control_map.ui.auth import sign_in
from control_map.ui.failures import contain_failures
from control_map.ui.state import apart, session, theatres
from control_map.ui.state.held import Reference
from control_map.ui.user_reports import article as article_form
from control_map.ui.user_reports import outcome, store
from control_map.ui.user_reports import table as table_form
from control_map.ui.user_reports.store import Change

_SOURCES = ["A table", table_form.ARTICLE_LABEL, "A new map"]


def show_user_reports_button(user_reports: UserReportsResult) -> None:
    """Show in the toolbar a button that opens the panel, and how many of the user's reports are on the map."""
    placed, aside, waiting = user_reports.placed_count, user_reports.set_aside_count, table_form.unfinished_name()
    html.show_template(
        "user_summary.html", placed=placed, aside=aside, tables=len(user_reports.tables), waiting=waiting
    )
    label = f"Your reports ({placed + aside:,})" if user_reports.tables else "Add reports"
    if st.button("Finish adding" if waiting else label, key="own opener", type="primary", on_click=_open):
        st.rerun()


def _open() -> None:
    st.session_state[session.PANEL_OPEN_KEY] = True


def _close() -> None:
    """Close the panel; unfinished work in it is shown again when it opens."""
    st.session_state[session.PANEL_OPEN_KEY] = False
    store.drop_change()
    apart.end_work()
    session.drop_uploads()
    for key in (session.THEATRE_DRAFT_KEY, session.THEATRE_PROVINCES_KEY, session.THEATRE_PLAN_KEY):
        st.session_state.pop(key, None)
    article_form.keep_corrections()


def show_user_reports_panel(pack: Pack, folder: Path, user_reports: Reference[UserReportsResult]) -> None:
    """Show the panel, if it is open; `pack` is the published one, without the user's reports."""
    if st.session_state.get(session.PANEL_OPEN_KEY):
        _panel(pack, folder, user_reports)


@st.dialog("Your own reports", width="large", on_dismiss=_close)
def _panel(pack: Pack, folder: Path, user_reports: Reference[UserReportsResult]) -> None:
    sign_in.recheck_access()
    start_workers()
    if change := store.pending_change(folder):
        st.empty()  # takes the place of the forms at once; what they show could still be pressed while the page waits
        _make_change(pack, change, user_reports.get())
        return
    with st.container(key="own forms"):
        _show_forms(pack, folder, user_reports)


def _show_forms(pack: Pack, folder: Path, reference: Reference[UserReportsResult]) -> None:
    theatre, user_reports = pack.theatre, reference.get()
    html.show_template("user_intro.html", title=theatre.title, empty=not user_reports.tables)
    if theatres.is_own(folder):
        from control_map.ui.new_theatre import panel as theatre_panel  # noqa: PLC0415 - see below

        theatre_panel.show_own_theatre(reference)
    if user_reports.tables:
        outcome.show_user_tables(pack, folder, user_reports)
        with st.container(horizontal=True):
            if user_reports.placed_count and st.button("Show on the map", key="own see", type="primary"):
                _close()
                st.rerun()
            with st.popover("Remove all"):
                many = "the table" if len(user_reports.tables) == 1 else f"all {len(user_reports.tables)} tables"
                if st.button(f"Yes, remove {many} and your choices", key="own out"):
                    store.remove_user_tables(folder, *(table.name for table in user_reports.tables))
                    st.rerun()
            _offer(
                "Download all as one table",
                f"{pack.theatre.id}.merged.csv",
                lambda: as_csv(merge_reports(reference.get().pack)),
            )
        if terms := collect_terms_of_use(user_source_names(user_reports)):
            html.show_note(" ".join(terms), strong="Before you share this table:")
    unfinished = bool(table_form.unfinished_name())
    with st.expander("Add more", expanded=unfinished) if user_reports.tables else st.container(key="own adding"):
        # The panel is shown again after each step, and the choice of the tab would be lost.
        key = f"own sources {theatres.own_token()}"
        table, article, new_map = st.tabs(_SOURCES, default=_SOURCES[_open_tab()], key=key, on_change="rerun")
        with table, contain_failures("The form for a table"):
            table_form.ask_for_table(pack, folder)
            with st.container(horizontal=True, vertical_alignment="center", key="own templates"):
                html.show_note("No file yet? Get a template:")
                _offer("Excel", f"{theatre.id}.template.xlsx", lambda: build_template_xlsx(theatre))
                _offer("CSV", f"{theatre.id}.template.csv", lambda: build_template_csv(theatre))
        with article, contain_failures("The form for an article"):
            article_form.ask_for_article(pack, folder)
        if new_map.open:
            with new_map, contain_failures("The form for a new map"):
                # Few visitors make a map, and each start of the app would wait for its readers of boundaries.
                from control_map.ui.new_theatre import panel as theatre_panel  # noqa: PLC0415

                theatre_panel.ask_for_theatre()


def _open_tab() -> int:
    if session.THEATRE_DRAFT_KEY in st.session_state:
        return 2
    return int(session.ARTICLE_KEY in st.session_state or session.STATEMENTS_KEY in st.session_state)


def _make_change(pack: Pack, change: Change, before: UserReportsResult) -> None:
    """Compute a change of the user's reports, and show the page with it; if it fails, say why."""
    try:
        after = store.make_change(pack, change, partial(_finish_adding, before))
    except PackError as error:
        html.show_template("user_faults.html", faults=error.faults, whole=True)
        if st.button("Back", key="own back", on_click=store.drop_change):
            st.rerun()
        return
    if after is None:
        return
    if (added := _added_table(before, after)) and added.is_settled:
        _close()
    st.rerun()


def _finish_adding(before: UserReportsResult, after: UserReportsResult) -> None:
    """If a table is added, show its reports on the map, and begin with empty inputs for the next one."""
    if added := _added_table(before, after):
        _show_first_reports(added.placed, after.pack.theatre)
        table_form.discard_draft()


def _added_table(before: UserReportsResult, after: UserReportsResult) -> UserTableResult | None:
    known = {table.name for table in before.tables}
    return next((table for table in reversed(after.tables) if table.name not in known), None)


def _show_first_reports(placed: pd.DataFrame, theatre: Theatre) -> None:
    """Zoom to the places of reports; if all events are after the day shown, show a later day that has some of them."""
    on_place = placed.loc[placed["precision"] == LocationPrecision.PLACE, "place_id"]
    if len(on_place):
        session.zoom_to(_target_of(on_place.unique().tolist(), theatre))
    events = placed["event_date"].dt.date
    if len(events) and events.min() > st.session_state.get(session.DATE_KEY, theatre.opens_on):
        session.request_date(min(events.max(), theatre.period_end))


def _target_of(place_ids: list[str], theatre: Theatre) -> str:
    """Return where the map shows some places, as `session.zoom_to` takes it."""
    if len(place_ids) == 1:
        return place_ids[0]
    west, south, east, north = theatre.places[theatre.places["place_id"].isin(place_ids)].total_bounds
    return f"@{south:.4f},{west:.4f},{north:.4f},{east:.4f}"


def _offer(label: str, file_name: str, make: Callable[[], str | bytes]) -> None:
    sign_in.offer_download(label, file_name, None, make, key=f"own download {file_name}", icon=":material/download:")
