"""A visitor's own reports: the sidebar's word on them, and the panel to bring them, mend them and take them out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from control_map.errors import Fault, PackError
from control_map.escape import harmless_cells
from control_map.intake import Matching, Raw, match, read, read_pasted
from control_map.pipeline import Pack
from control_map.theatre import Theatre
from control_map.ui import html, own_columns, own_outcome, own_state
from control_map.ui.own_state import Joined

OPEN = "own open"
"""The key of whether the panel is open."""
_FILES, _DRAFT, _NTH = "own file", "own draft", "own nth"
_PREVIEW = 5
"""Rows of a table that are shown before it is taken."""
KINDS = ("csv", "tsv", "txt", "xlsx", "parquet")
"""The endings of files that can be chosen; what they hold is found out from their content."""


@dataclass(frozen=True, eq=False)
class Draft:
    """A table that is about to be brought: as it was read, or what keeps it from being read."""

    source: str
    raw: Raw | None
    faults: tuple[Fault, ...] = ()


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
    st.session_state.pop(_DRAFT, None)


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
    with st.container(key="own adding") if not joined.outcomes else st.expander("Add another table"):
        _ask_table(pack, folder)


def _ask_table(pack: Pack, folder: Path) -> None:
    draft = _ask_source()
    if draft is None:
        return
    faults = [*draft.faults, *(draft.raw.faults if draft.raw else ())]
    if faults:
        html.show("own_faults.html", faults=faults, whole=draft.raw is None)
    if draft.raw is not None:
        _ask_matching(draft.raw, draft.source, pack, folder)


def _ask_source() -> Draft | None:
    """Ask for a file or pasted rows; return what was read."""
    nth = st.session_state.setdefault(_NTH, 0)
    file, paste = st.columns(2)
    uploaded = file.file_uploader("Drop a file: CSV, Excel, Parquet", KINDS, key=f"{_FILES} {nth}")
    pasted = paste.text_area(
        "or paste rows, with their header", key=f"own pasted {nth}", height=96, placeholder="date, district, claim ..."
    )
    if uploaded is not None:
        return _draft(uploaded.file_id, lambda: read(uploaded.name, uploaded.getvalue()))
    return _draft(f"pasted {hash(pasted)}", lambda: read_pasted(pasted)) if pasted.strip() else None


def _draft(source: str, reads: Callable[[], Raw]) -> Draft:
    """Read a source once, however often the page is run."""
    known: Draft | None = st.session_state.get(_DRAFT)
    if known is not None and known.source == source:
        return known
    try:
        with st.spinner("Reading the table \u2026"):
            draft = Draft(source, reads())
    except PackError as error:
        draft = Draft(source, None, tuple(error.faults))
    st.session_state[_DRAFT] = draft
    return draft


def _ask_matching(raw: Raw, source: str, pack: Pack, folder: Path) -> None:
    """Show how a table was understood, and take it once that is right."""
    html.show("own_read.html", name=raw.name, rows=len(raw.frame), columns=len(raw.frame.columns))
    st.dataframe(
        harmless_cells(raw.frame.head(_PREVIEW).reset_index()),
        key=f"own {source} preview",
        hide_index=True,
        height="content",
        alt="The first rows of the table, as they were read",
    )
    matching = own_columns.ask(raw, match(list(raw.frame.columns)), pack.theatre, source)
    if st.button(
        "Show them on the map", key="own take", type="primary", disabled=bool(matching.missing) or raw.frame.empty
    ):
        _take(raw, matching, pack, folder)


def _take(raw: Raw, matching: Matching, pack: Pack, folder: Path) -> None:
    """Add a table to what the session has, and show the page with it."""
    with st.status(f"Finding the places of {len(raw.frame):,} rows \u2026"):
        name = own_state.add(folder, raw, matching)
        joined = own_state.joined(pack, folder)
    placed = next(outcome.placed for outcome in joined.outcomes if outcome.name == name)
    _turn_to_sight(placed, pack.theatre)
    st.session_state.pop(_DRAFT, None)
    st.session_state[_NTH] += 1
    st.rerun()


def _turn_to_sight(placed: pd.DataFrame, theatre: Theatre) -> None:
    """Have a day shown on which reports are in sight, if all of them are of later ones."""
    events = placed["event_date"].dt.date
    if len(events) and events.min() > st.session_state.get("date", theatre.opens_on):
        own_state.turn_to(min(events.max(), theatre.period_end))
