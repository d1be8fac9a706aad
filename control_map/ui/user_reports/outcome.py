"""What became of the user's tables: what is on the map, what is not, and choices that correct some of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from control_map.intake.outcome import UnplacedSpelling
from control_map.intake.user_tables import MAX_SPELLINGS, UserReportsResult, UserTableResult
from control_map.pipeline.pack import Pack
from control_map.theatre.csv_writer import as_csv
from control_map.ui import html
from control_map.ui.auth import sign_in
from control_map.ui.failures import contain_failures
from control_map.ui.state import cached_results, session
from control_map.ui.user_reports import columns, store, words
from control_map.ui.user_reports.columns import is_matching_complete


def show_user_tables(pack: Pack, folder: Path, user_reports: UserReportsResult) -> None:
    """Show each table with what became of it; each choice takes effect at once.

    `pack` is the one without the user's reports.
    """
    for table in user_reports.tables:
        with st.container(border=True), contain_failures(f"The table \u201c{table.name}\u201d"):
            _show_table(pack, folder, table)
    with contain_failures("The list of places that you chose"):
        _show_chosen_places(pack, folder)


def _show_table(pack: Pack, folder: Path, table: UserTableResult) -> None:
    summary, buttons = st.columns([2.2, 1.4], vertical_alignment="center")
    events = table.placed["event_date"]
    with summary:
        html.show_template(
            "user_outcome.html",
            name=table.name,
            sentences=table.sentences,
            first=events.min() if len(events) else None,
            last=events.max() if len(events) else None,
        )
    choices = buttons.container(horizontal=True, horizontal_alignment="right")
    choices.button("Change the columns", key=f"own change {table.name}", on_click=_begin_change, args=(table.name,))
    if choices.button("Remove", key=f"own out {table.name}"):
        store.remove_user_tables(folder, table.name)
        st.rerun()
    if st.session_state.get(session.CHANGING_COLUMNS_KEY, ("", 0))[0] == table.name:
        _ask_columns(pack, folder, table)
    if table.notices:
        html.show_template("user_notices.html", notices=table.notices)
    labels = columns.vocabulary_labels(pack)
    _ask_words(folder, table, labels)
    if table.unplaced:
        _ask_places(pack, folder, table.name, table.unplaced)
    for template, rows in (("user_aside.html", table.rows_to_correct), ("user_left_out.html", table.rows_left_out)):
        if rows.total:
            html.show_template(template, rows=rows.first, total=rows.total, more=rows.more)
    if len(table.set_aside):
        sign_in.offer_download(
            "What is not on the map, and why (CSV)",
            "not shown.csv",
            None,
            lambda: as_csv(table.not_shown),
            key=f"own not shown {table.name}",
            icon=":material/download:",
        )


def _begin_change(name: str) -> None:
    st.session_state[session.CHANGING_COLUMNS_KEY] = (
        name,
        st.session_state.get(session.CHANGING_COLUMNS_KEY, ("", 0))[1] + 1,
    )


def _end_change() -> None:
    st.session_state[session.CHANGING_COLUMNS_KEY] = "", st.session_state[session.CHANGING_COLUMNS_KEY][1]


def _ask_columns(pack: Pack, folder: Path, result: UserTableResult) -> None:
    """Ask again which column of a table is which."""
    raw = result.table.raw
    # Each change of the columns has inputs of its own.
    matching = columns.ask_for_columns(
        raw, result.table.matching, pack, f"change {st.session_state[session.CHANGING_COLUMNS_KEY]}"
    )
    with st.container(horizontal=True):
        if st.button(
            "Use these columns", key="own rematch", type="primary", disabled=not is_matching_complete(raw, matching)
        ):
            store.rematch_columns(folder, result.name, matching)
            _end_change()
            st.rerun()
        if st.button("Cancel", key="own keep", on_click=_end_change):
            st.rerun()


def _ask_words(folder: Path, result: UserTableResult, labels: Mapping[str, Mapping[str, str]]) -> None:
    """Ask about words that are not understood and speakers of unknown side; the choices stay, to be corrected."""
    meanings = result.table.meanings
    answers = words.ask_meanings(result.unknown_words[:MAX_SPELLINGS], meanings, labels, result.name)
    for column, word in [*meanings, *answers]:
        if (answer := answers.get((column, word))) != meanings.get((column, word)):
            store.set_word_meaning(folder, result.name, column, word, answer)
            st.rerun()


def _ask_places(pack: Pack, folder: Path, name: str, groups: Sequence[UnplacedSpelling]) -> None:
    """Ask for the place of each spelling that was not found; a choice applies to all rows with the spelling."""
    labels = cached_results.place_search_labels(pack)
    html.show_note("A choice applies to all rows with this spelling.", strong="Which place is it?")
    for group in groups:
        spelling = group.spelling
        label, choice = st.columns([1.2, 1], vertical_alignment="center")
        with label:
            html.show_template("user_spelling.html", spelling=spelling, rows=group.rows, problem=group.reason)
        chosen = choice.selectbox(
            f"The place of {html.escape_markdown(spelling.place_text)}",
            list(dict.fromkeys([*(place_id for place_id, _ in group.candidates), *labels])),
            None,
            format_func=labels.__getitem__,
            key=f"own meant {(name, *spelling)}",
            placeholder="Choose the place",
            label_visibility="collapsed",
        )
        if chosen:
            store.set_spelling_place(folder, spelling, chosen)
            st.rerun()
    if len(groups) == MAX_SPELLINGS:
        html.show_note("More spellings may follow after these.")


def _show_chosen_places(pack: Pack, folder: Path) -> None:
    """List the places chosen for spellings, each with an undo button, and those that the theatre no longer has."""
    labels = cached_results.place_search_labels(pack)
    chosen = store.session_user_reports(folder).places_by_spelling
    found = {spelling: labels[place_id] for spelling, place_id in chosen.items() if place_id in labels}
    if gone := [spelling.place_text for spelling in chosen if spelling not in found]:
        html.show_note(f"the places chosen for {', '.join(gone)} are no longer on this map.", strong="Choose again:")
    if not found:
        return
    with st.expander(f"Places you chose ({len(found)})"):
        for spelling, label in found.items():
            name, undo = st.columns([3, 1], vertical_alignment="center")
            with name:
                html.show_note(f"is {label}", strong=spelling.place_text)
            if undo.button("Undo", key=f"own undo {tuple(spelling)}", width="stretch"):
                store.set_spelling_place(folder, spelling, None)
                st.rerun()
