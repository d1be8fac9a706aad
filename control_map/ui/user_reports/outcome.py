"""What became of a visitor's tables: what is on the map, and what was set aside, to be mended where it can be."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from control_map.ui.state import session
from control_map.intake.importers.base import NOTHING_TO_FIX
from control_map.intake.matching.word_meanings import UnknownWord, list_unknown_words
from control_map.intake.outcome import UnplacedSpelling
from control_map.pipeline.pack import CHOOSE_PLACE, Pack
from control_map.ui import html
from control_map.ui.naming import escape_markdown
from control_map.ui.state import cached_results
from control_map.ui.user_reports import columns, store
from control_map.ui.user_reports.columns import is_matching_complete
from control_map.ui.user_reports.store import MAX_ROWS_SHOWN, MAX_SPELLINGS, UserReportsResult, UserTableResult

session.CHANGING_COLUMNS_KEY = "own changing"
"""The key of which table's columns are asked for again, and for the how-manieth time any are."""
_NO = {
    "claim": "is no claim that is known",
    "actor": "is no actor here",
    "claimant_side": "is no side that is known",
    "place_kind": "is no kind of place",
}
"""What a word is that a column does not know."""


def show_user_tables(pack: Pack, folder: Path, joined: UserReportsResult) -> None:
    """Show each table with what became of it; what is chosen holds at once.

    `pack` is the one without anything added.
    """
    for table in joined.tables:
        with st.container(border=True):
            _show_table(pack, folder, table)
    _show_meant(pack, folder)


def _show_table(pack: Pack, folder: Path, table: UserTableResult) -> None:
    told, buttons = st.columns([2.2, 1.4], vertical_alignment="center")
    events = table.placed["event_date"]
    with told:
        html.show_template(
            "own_outcome.html",
            name=table.name,
            sentences=table.sentences,
            first=events.min() if len(events) else None,
            last=events.max() if len(events) else None,
        )
    choices = buttons.container(horizontal=True, horizontal_alignment="right")
    choices.button("Change the columns", key=f"own change {table.name}", on_click=_begin_change, args=(table.name,))
    if choices.button("Take out", key=f"own out {table.name}"):
        store.remove_user_tables(folder, table.name)
        st.rerun()
    if st.session_state.get(session.CHANGING_COLUMNS_KEY, ("", 0))[0] == table.name:
        _ask_columns(pack, folder, table)
    if table.notices:
        html.show_template("own_notices.html", notices=table.notices)
    known = columns.vocabulary_labels(pack.theatre)
    unknown = list_unknown_words(table.faults, known)
    _ask_words(folder, table, unknown, known)
    if table.unplaced:
        _ask_places(pack, folder, table.name, table.unplaced)
    _list_others(table, unknown)


def _list_others(table: UserTableResult, unknown: Sequence[UnknownWord]) -> None:
    """List the rows that no choice here can mend, apart from those of which nothing has to be mended."""
    asked = {f"{row} {word.column}" for word in unknown for row in word.rows}
    others = table.aside[table.aside["fix"] != CHOOSE_PLACE]
    fault = others["row"].astype("str") + " " + others["problem"].astype("str").str.split(":").str[0]
    others = others[~fault.isin(asked)]
    rightly = others["fix"] == NOTHING_TO_FIX
    for template, rows in (("own_aside.html", others[~rightly]), ("own_left_out.html", others[rightly])):
        if len(rows):
            html.show_template(template, rows=rows.head(MAX_ROWS_SHOWN).to_dict("records"), total=len(rows))


def _begin_change(name: str) -> None:
    st.session_state[session.CHANGING_COLUMNS_KEY] = name, st.session_state.get(session.CHANGING_COLUMNS_KEY, ("", 0))[1] + 1


def _end_change() -> None:
    st.session_state[session.CHANGING_COLUMNS_KEY] = "", st.session_state[session.CHANGING_COLUMNS_KEY][1]


def _ask_columns(pack: Pack, folder: Path, added: UserTableResult) -> None:
    """Ask again which column of a table is which."""
    raw = added.table.raw
    # The inputs of one matching are not those of the next.
    matching = columns.ask_for_columns(raw, added.table.matching, pack.theatre, f"change {st.session_state[session.CHANGING_COLUMNS_KEY]}")
    with st.container(horizontal=True):
        if st.button(
            "Use these columns", key="own rematch", type="primary", disabled=not is_matching_complete(raw, matching)
        ):
            store.rematch_columns(folder, added.name, matching)
            _end_change()
            st.rerun()
        if st.button("Leave them as they were", key="own keep", on_click=_end_change):
            st.rerun()


def _ask_words(
    folder: Path, added: UserTableResult, unknown: Sequence[UnknownWord], known: Mapping[str, Mapping[str, str]]
) -> None:
    """Ask what each word means that is not known; what was told stays there, to be corrected."""
    meanings = added.table.meanings
    asked = [*meanings, *((word.column, word.word) for word in unknown[:MAX_SPELLINGS])]
    if not asked:
        return
    rows = {(word.column, word.word): word.rows for word in unknown}
    html.show_template("own_note.html", strong="What does it mean?", text="A choice holds for all rows that say so.")
    for column, word in asked:
        told, choice = st.columns([1.2, 1], vertical_alignment="center")
        with told:
            html.show_template("own_word.html", word=word, rows=rows.get((column, word), ()), what=_NO[column])
        meaning = meanings.get((column, word))
        key = f"own word {added.name} {column} {word}"
        # Not as the index: a choice that the box begins with cannot be taken back.
        st.session_state.setdefault(key, meaning)
        chosen = choice.selectbox(
            f"{escape_markdown(word)} means",
            list(known[column]),
            None,
            format_func=known[column].__getitem__,
            key=key,
            placeholder="Choose what it means, or leave its rows out",
            label_visibility="collapsed",
        )
        if chosen != meaning:
            store.set_word_meaning(folder, added.name, column, word, chosen)
            st.rerun()


def _ask_places(pack: Pack, folder: Path, name: str, groups: Sequence[UnplacedSpelling]) -> None:
    """Ask for the place of each spelling that is not known; one choice is good for all rows that are spelled so."""
    labels = cached_results.place_search_labels(pack)
    html.show_template(
        "own_note.html", strong="Which place is it?", text="A choice holds for all rows that are spelled alike."
    )
    for group in groups:
        spelling = group.spelling
        told, choice = st.columns([1.2, 1], vertical_alignment="center")
        with told:
            html.show_template("own_spelling.html", spelling=spelling, rows=group.rows, problem=group.reason)
        chosen = choice.selectbox(
            f"The place of {escape_markdown(spelling.place_text)}",
            list(dict.fromkeys([*(place_id for place_id, _ in group.candidates), *labels])),
            None,
            format_func=labels.__getitem__,
            key=f"own meant {name} {'|'.join(spelling)}",
            placeholder="Choose the place",
            label_visibility="collapsed",
        )
        if chosen:
            store.set_spelling_place(folder, spelling, chosen)
            st.rerun()
    if len(groups) == MAX_SPELLINGS:
        html.show_template("own_note.html", strong="", text="Further spellings, if there are any, come up after these.")


def _show_meant(pack: Pack, folder: Path) -> None:
    """List what was chosen, each to be taken back; say of which of them the theatre has the place no more."""
    chosen, labels = store.session_user_reports(folder).meant, cached_results.place_search_labels(pack)
    meant = {spelling: labels[place_id] for spelling, place_id in chosen.items() if place_id in labels}
    if gone := [spelling.place_text for spelling in chosen if spelling not in meant]:
        html.show_template(
            "own_note.html", strong="Choose anew:", text=f"what {', '.join(gone)} was is no place here any more."
        )
    if not meant:
        return
    with st.expander(f"Names that you settled ({len(meant)})"):
        for spelling, label in meant.items():
            told, back = st.columns([3, 1], vertical_alignment="center")
            with told:
                html.show_template("own_note.html", strong=spelling.place_text, text=f"is {label}")
            if back.button("Undo", key=f"own undo {'|'.join(spelling)}", width="stretch"):
                store.set_spelling_place(folder, spelling, None)
                st.rerun()
