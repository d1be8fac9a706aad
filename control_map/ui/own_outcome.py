"""What became of a visitor's tables: what is on the map, and what was set aside, to be mended where it can be."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from control_map.outcome import Unplaced
from control_map.pipeline import CHOOSE, Pack
from control_map.ui import html, own_state, store
from control_map.ui.naming import unmarked
from control_map.ui.own_state import MOST_NAMES, Added, Joined

MOST_ROWS = 50
"""Of the rows to correct in the file, so many are shown of each table."""


def show(pack: Pack, folder: Path, joined: Joined) -> None:
    """Show each table with what became of it; what is chosen holds at once.

    `pack` is the one without anything added.
    """
    for table in joined.tables:
        with st.container(border=True):
            _show_table(pack, folder, table)
    _show_meant(pack, folder)


def _show_table(pack: Pack, folder: Path, table: Added) -> None:
    told, taking = st.columns([3, 1], vertical_alignment="center")
    events = table.placed["event_date"]
    with told:
        html.show(
            "own_outcome.html",
            name=table.name,
            sentences=table.sentences,
            first=events.min() if len(events) else None,
            last=events.max() if len(events) else None,
        )
    if taking.button("Take out", key=f"own out {table.name}", width="stretch"):
        own_state.take_out(folder, table.name)
        st.rerun()
    if table.notices:
        html.show("own_notices.html", notices=table.notices)
    if table.unplaced:
        _ask_places(pack, folder, table.name, table.unplaced)
    others = table.aside[table.aside["mend"] != CHOOSE]
    if len(others):
        html.show("own_aside.html", rows=others.head(MOST_ROWS).to_dict("records"), total=len(others))


def _ask_places(pack: Pack, folder: Path, name: str, groups: Sequence[Unplaced]) -> None:
    """Ask for the place of each spelling that is not known; one choice is good for all rows that are spelled so."""
    labels = store.place_names(pack)
    html.show("own_note.html", strong="Which place is it?", text="A choice holds for all rows that are spelled alike.")
    for group in groups:
        spelling = group.spelling
        told, choice = st.columns([1.2, 1], vertical_alignment="center")
        with told:
            html.show("own_spelling.html", spelling=spelling, rows=group.rows, problem=group.reason)
        chosen = choice.selectbox(
            f"The place of {unmarked(spelling.place_text)}",
            list(dict.fromkeys([*(place_id for place_id, _ in group.candidates), *labels])),
            None,
            format_func=labels.__getitem__,
            key=f"own meant {name} {'|'.join(spelling)}",
            placeholder="Choose the place",
            label_visibility="collapsed",
        )
        if chosen:
            own_state.mean(folder, spelling, chosen)
            st.rerun()
    if len(groups) == MOST_NAMES:
        html.show("own_note.html", strong="", text="Further spellings, if there are any, come up after these.")


def _show_meant(pack: Pack, folder: Path) -> None:
    """List what was chosen, each to be taken back; say of which of them the theatre has the place no more."""
    chosen, labels = own_state.of(folder).meant, store.place_names(pack)
    meant = {spelling: labels[place_id] for spelling, place_id in chosen.items() if place_id in labels}
    if gone := [spelling.place_text for spelling in chosen if spelling not in meant]:
        html.show("own_note.html", strong="Choose anew:", text=f"what {', '.join(gone)} was is no place here any more.")
    if not meant:
        return
    with st.expander(f"Names that you settled ({len(meant)})"):
        for spelling, label in meant.items():
            told, back = st.columns([3, 1], vertical_alignment="center")
            with told:
                html.show("own_note.html", strong=spelling.place_text, text=f"is {label}")
            if back.button("Undo", key=f"own undo {'|'.join(spelling)}", width="stretch"):
                own_state.mean(folder, spelling, None)
                st.rerun()
