"""What became of a visitor's tables: what is on the map, and what was set aside, to be mended where it can be."""

from pathlib import Path

import pandas as pd
import streamlit as st

from control_map.intake import Spelling
from control_map.pipeline import Pack
from control_map.ui import html, own_state, store
from control_map.ui.naming import unmarked
from control_map.ui.own_state import Joined, Outcome

MOST_NAMES, MOST_ROWS = 20, 50
"""Of the spellings to choose a place for, and of the rows set aside, so many are shown of each table at once."""
_NEAREST = 5


def show(pack: Pack, folder: Path, joined: Joined) -> None:
    """Show each table with what became of it; what is chosen holds at once.

    `pack` is the one without anything added.
    """
    for outcome in joined.outcomes:
        with st.container(border=True):
            _show_table(pack, folder, outcome)
    _show_meant(pack, folder)


def _show_table(pack: Pack, folder: Path, outcome: Outcome) -> None:
    told, taking = st.columns([3, 1], vertical_alignment="center")
    with told:
        html.show(
            "own_outcome.html",
            name=outcome.name,
            placed=len(outcome.placed),
            aside=len(outcome.aside),
            uncoloured=int((outcome.placed["precision"] != "place").sum()),
            first=outcome.placed["event_date"].min() if len(outcome.placed) else None,
            last=outcome.placed["event_date"].max() if len(outcome.placed) else None,
        )
    if taking.button("Take out", key=f"own out {outcome.name}", width="stretch"):
        own_state.take_out(folder, outcome.name)
        st.rerun()
    if outcome.notices:
        html.show("own_notices.html", notices=outcome.notices)
    unplaced = outcome.aside[outcome.unplaced]
    if len(unplaced):
        _ask_places(pack, folder, outcome.name, unplaced)
    others = outcome.aside[~outcome.unplaced]
    if len(others):
        html.show("own_aside.html", rows=others.head(MOST_ROWS).to_dict("records"), total=len(others))


def _ask_places(pack: Pack, folder: Path, name: str, unplaced: pd.DataFrame) -> None:
    """Ask for the place of each spelling that is not known; one choice is good for all rows that are spelled so."""
    labels = store.place_names(pack)
    groups = list(unplaced.groupby(list(Spelling._fields), sort=False))
    html.show("own_note.html", strong="Which place is it?", text="A choice holds for all rows that are spelled alike.")
    for key, rows in groups[:MOST_NAMES]:
        spelling = Spelling(*map(str, key))
        told, choice = st.columns([1.2, 1], vertical_alignment="center")
        with told:
            html.show(
                "own_spelling.html", spelling=spelling, rows=rows["row"].tolist(), problem=rows["problem"].iloc[0]
            )
        nearest = pack.gazetteer.nearest(*spelling, _NEAREST)
        chosen = choice.selectbox(
            f"The place of {unmarked(spelling.place_text)}",
            list(dict.fromkeys([*nearest, *labels])),
            None,
            format_func=labels.__getitem__,
            key=f"own meant {name} {'|'.join(spelling)}",
            placeholder="Choose the place",
            label_visibility="collapsed",
        )
        if chosen:
            own_state.mean(folder, spelling, chosen)
            st.rerun()
    if len(groups) > MOST_NAMES:
        html.show("own_note.html", strong="", text=f"and {len(groups) - MOST_NAMES} more spellings, after these")


def _show_meant(pack: Pack, folder: Path) -> None:
    """List what was chosen, each to be taken back."""
    meant, labels = own_state.of(folder).meant, store.place_names(pack)
    if not meant:
        return
    with st.expander(f"Names that you settled ({len(meant)})"):
        for spelling, place_id in meant.items():
            told, back = st.columns([3, 1], vertical_alignment="center")
            with told:
                html.show("own_note.html", strong=spelling.place_text, text=f"is {labels[place_id]}")
            if back.button("Undo", key=f"own undo {'|'.join(spelling)}", width="stretch"):
                own_state.mean(folder, spelling, None)
                st.rerun()
