"""A visitor's own reports: the sidebar's word on them, and the panel to bring them, mend them and take them out."""

from pathlib import Path

import streamlit as st

from control_map.pipeline import Pack
from control_map.ui import html, own_article, own_outcome, own_state, own_table
from control_map.ui.own_state import Joined

OPEN = "own open"
"""The key of whether the panel is open."""


def offer(joined: Joined) -> None:
    """Say in the sidebar what is on the map of the visitor's own, and offer to bring more."""
    html.show("own_summary.html", placed=joined.placed, aside=joined.aside, tables=len(joined.outcomes))
    st.button(
        "Open, mend, add more" if joined.outcomes else "Add reports \u2026",
        key="own opener",
        on_click=_open,
        width="stretch",
    )


def _open() -> None:
    st.session_state[OPEN] = True


def _close() -> None:
    st.session_state[OPEN] = False
    own_table.forget()


def show_panel(pack: Pack, folder: Path, joined: Joined) -> None:
    """Show the panel, if it is open; `pack` is the one without anything added."""
    if st.session_state.get(OPEN):
        _panel(pack, folder, joined)


@st.dialog("Your own reports", width="large", on_dismiss=_close)
def _panel(pack: Pack, folder: Path, joined: Joined) -> None:
    html.show("own_intro.html", title=pack.theatre.title, empty=not joined.outcomes)
    if joined.outcomes:
        own_outcome.show(pack, folder, joined)
        with st.container(horizontal=True):
            if st.button("See them on the map", key="own see", type="primary"):
                _close()
                st.rerun()
            if st.button("Take out all", key="own out"):
                own_state.take_out(folder, *(outcome.name for outcome in joined.outcomes))
                st.rerun()
    with st.expander("Add more") if joined.outcomes else st.container(key="own adding"):
        table, article = st.tabs(["A table", "From an article"])
        with table:
            own_table.ask(pack, folder)
        with article:
            own_article.ask(pack, folder)
