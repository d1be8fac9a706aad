"""A visitor's own reports: the sidebar's word on them, and the panel to bring them, mend them and take them out."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from control_map.ui.state import session
from control_map.intake.importers.registry import collect_terms_of_use
from control_map.intake.matching.template import build_template_csv, build_template_xlsx
from control_map.intake.outcome import merge_reports
from control_map.pipeline.pack import Pack
from control_map.theatre.csv_writer import as_csv
from control_map.ui import html
from control_map.ui.auth import sign_in
from control_map.ui.user_reports import article as article_form
from control_map.ui.user_reports import outcome, store
from control_map.ui.user_reports import table as table_form
from control_map.ui.user_reports.store import UserReportsResult

session.PANEL_OPEN_KEY = "own open"
"""The key of whether the panel is open."""


def show_user_reports_summary(joined: UserReportsResult) -> None:
    """Say in the sidebar what is on the map of the visitor's own, and offer to bring more."""
    html.show_template(
        "own_summary.html",
        placed=joined.placed,
        aside=joined.aside,
        tables=len(joined.tables),
        waiting=table_form.draft_name(),
    )
    st.button(
        "Open, mend, add more" if joined.tables else "Add reports \u2026",
        key="own opener",
        on_click=_open,
        width="stretch",
    )


def _open() -> None:
    st.session_state[session.PANEL_OPEN_KEY] = True


def _close() -> None:
    """Close the panel; what is unfinished in it is there again when it opens."""
    st.session_state[session.PANEL_OPEN_KEY] = False
    article_form.keep_corrections()


def show_user_reports_panel(pack: Pack, folder: Path, joined: UserReportsResult) -> None:
    """Show the panel, if it is open; `pack` is the one without anything added."""
    if st.session_state.get(session.PANEL_OPEN_KEY):
        _panel(pack, folder, joined)


@st.dialog("Your own reports", width="large", on_dismiss=_close)
def _panel(pack: Pack, folder: Path, joined: UserReportsResult) -> None:
    sign_in.recheck_access()
    theatre = pack.theatre
    html.show_template("own_intro.html", title=theatre.title, empty=not joined.tables)
    if joined.tables:
        outcome.show_user_tables(pack, folder, joined)
        with st.container(horizontal=True):
            if st.button("See them on the map", key="own see", type="primary"):
                _close()
                st.rerun()
            with st.popover("Take out all"):
                many = "the table" if len(joined.tables) == 1 else f"all {len(joined.tables)} tables"
                if st.button(f"Yes, take out {many} and what was settled", key="own out"):
                    store.remove_user_tables(folder, *(table.name for table in joined.tables))
                    st.rerun()
            _offer(
                "Download all as one table", f"{pack.theatre.id}.merged.csv", lambda: as_csv(merge_reports(joined.pack))
            )
        if bound := collect_terms_of_use(store.user_source_names(joined)):
            html.show_template("own_note.html", strong="Before you pass the table on:", text=" ".join(bound))
    unfinished = bool(table_form.draft_name())
    with st.expander("Add more", expanded=unfinished) if joined.tables else st.container(key="own adding"):
        table, article = st.tabs(["A table", "From an article"])
        with table:
            table_form.ask_for_table(pack, folder)
            with st.container(horizontal=True, vertical_alignment="center", key="own templates"):
                html.show_template("own_note.html", strong="", text="None yet? A table to fill in:")
                _offer("Excel", f"{theatre.id}.template.xlsx", lambda: build_template_xlsx(theatre))
                _offer("CSV", f"{theatre.id}.template.csv", lambda: build_template_csv(theatre))
        with article:
            article_form.ask_for_article(pack, folder)


def _offer(label: str, file_name: str, make: Callable[[], str | bytes]) -> None:
    """Offer a file, which is made after the click."""
    st.download_button(
        label,
        sign_in.guard_download(lambda: made if isinstance(made := make(), bytes) else made.encode()),
        file_name,
        key=f"own download {file_name}",
        icon=":material/download:",
        on_click="ignore",
    )
