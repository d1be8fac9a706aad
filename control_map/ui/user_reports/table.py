"""Adding a table: a file, pasted rows or an address; the user checks how its columns were understood."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import streamlit as st

from control_map.core.errors import ControlMapError, Fault, PackError
from control_map.geocoding.gazetteer import StatedName
from control_map.intake.fetching.fetch import fetch_table, is_fetching_allowed
from control_map.intake.importers.base import Importer
from control_map.intake.importers.registry import recognise
from control_map.intake.matching.columns import ColumnMatching, match_table
from control_map.intake.tables.reader import read_pasted, read_table
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack
from control_map.theatre.theatre import Theatre
from control_map.ui import html
from control_map.ui.state import session
from control_map.ui.user_reports import columns, store
from control_map.ui.user_reports.store import MAX_ROWS_SHOWN

_STEP = 100
"""Names between two movements of the progress bar."""


@dataclass(frozen=True, eq=False)
class TableDraft:
    """A table that is about to be added: as it was read, or the faults that make it unreadable.

    `source` identifies it.
    """

    source: str
    raw: RawTable | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, eq=False)
class ConvertedTable:
    """What an importer made of a table; `unknown` are names it does not know, `actors` the user's choices for them."""

    source: str
    actors: Mapping[str, str]
    raw: RawTable
    unknown: tuple[str, ...]


def ask_for_table(pack: Pack, folder: Path) -> None:
    """Ask for a table, show how it was understood, and add it when the user confirms."""
    draft = _ask_source()
    if draft is None:
        return
    if draft.faults:
        html.show_template("user_faults.html", faults=draft.faults, whole=True)
    if draft.raw is None:
        return
    raw, source = draft.raw, draft.source
    importer = recognise(raw)
    if importer is not None and _confirm_format(importer, source):
        if importer.terms:
            html.show_note(importer.terms, strong="Terms:")
        raw, source = _convert_table(raw, source, importer, pack.theatre), f"{source} {importer.id}"
    dropped = [fault for fault in raw.faults if not fault.kept]
    if faulty := [fault for fault in dropped if fault.needs_fix]:
        html.show_template("user_faults.html", faults=faulty, whole=False)
    if fine := [fault for fault in dropped if not fault.needs_fix]:
        html.show_template("user_left_out.html", rows=fine[:MAX_ROWS_SHOWN], total=len(fine))
    if kept := [fault for fault in raw.faults if fault.kept]:
        html.show_template("user_notices.html", notices=kept)
    _ask_matching(raw, source, pack, folder)


def discard_draft() -> None:
    """Drop the table that is about to be added, and begin with empty inputs."""
    for key in (session.DRAFT_KEY, session.FETCHED_KEY, session.CONVERTED_KEY):
        st.session_state.pop(key, None)
    st.session_state[session.DRAFT_COUNT_KEY] = st.session_state.get(session.DRAFT_COUNT_KEY, 0) + 1


def draft_name() -> str:
    """Return the name of the table that was read and neither added nor cancelled yet, or an empty text."""
    draft: TableDraft | None = st.session_state.get(session.DRAFT_KEY)
    return draft.raw.name if draft is not None and draft.raw is not None else ""


def _drop_draft() -> None:
    st.session_state.pop(session.DRAFT_KEY, None)


def _ask_source() -> TableDraft | None:
    """Ask for a file, for pasted rows, or, where that is allowed, for an address; return what was read.

    A file that was read before the panel was closed is kept when it opens again, though its input is empty.
    """
    nth = st.session_state.setdefault(session.DRAFT_COUNT_KEY, 0)
    file, paste = st.columns(2)
    uploaded = file.file_uploader(
        "Drop a file: CSV, Excel, Parquet, GeoJSON", key=f"own file {nth}", on_change=_drop_draft
    )
    pasted = paste.text_area(
        "or paste rows, with their header",
        key=f"own pasted {nth}",
        height=96,
        placeholder="date, district, claim ...",
        on_change=_drop_draft,
        persist_state="session",
    )
    if is_fetching_allowed(os.environ):
        _ask_address(nth)
    if uploaded is not None:
        return _read_draft(uploaded.file_id, lambda: read_table(uploaded.name, uploaded.getvalue()))
    if pasted.strip():
        return _read_draft(f"pasted {hash(pasted)}", lambda: read_pasted(pasted))
    if fetched := st.session_state.get(session.FETCHED_KEY):
        return _read_draft(f"fetched {hash(fetched)}", lambda: read_table(*fetched))
    return st.session_state.get(session.DRAFT_KEY) if draft_name() else None


def _ask_address(nth: int) -> None:
    address, button = st.columns([4, 1], vertical_alignment="bottom")
    url = address.text_input(
        "or give the web address of a table, such as a shared sheet", key=f"own address {nth}", placeholder="https://"
    )
    if button.button("Fetch", key=f"own fetch {nth}", width="stretch", disabled=not url.strip()):
        try:
            with st.spinner("Fetching the table \u2026"):
                st.session_state[session.FETCHED_KEY] = fetch_table(url.strip())
        except ControlMapError as error:
            st.session_state.pop(session.FETCHED_KEY, None)
            html.show_template("user_faults.html", faults=[error], whole=True)


def _read_draft(source: str, read: Callable[[], RawTable]) -> TableDraft:
    """Read a source once, however often the page is run."""
    known: TableDraft | None = st.session_state.get(session.DRAFT_KEY)
    if known is not None and known.source == source:
        return known
    try:
        with st.spinner("Reading the table \u2026"):
            draft = TableDraft(source, read())
    except PackError as error:
        draft = TableDraft(source, None, tuple(error.faults))
    st.session_state[session.DRAFT_KEY] = draft
    return draft


def _confirm_format(importer: Importer, source: str) -> bool:
    """Ask whether a table is in the format that it seems to be in."""
    return st.toggle(
        f"This looks like {html.escape_markdown(importer.label)}: read it as such",
        value=True,
        key=f"own {source} importer",
        persist_state="session",
    )


def _convert_table(raw: RawTable, source: str, importer: Importer, theatre: Theatre) -> RawTable:
    """Return what an importer makes of a table, after asking for the actors that it does not know."""
    known: ConvertedTable | None = st.session_state.get(session.CONVERTED_KEY)
    if known is None or known.source != source:
        known = _convert(raw, source, importer, theatre, {})
    if (actors := _ask_actors(known.unknown, theatre, source)) != known.actors:
        # The same names are asked for, so that the choices can be corrected.
        known = replace(_convert(raw, source, importer, theatre, actors), unknown=known.unknown)
    st.session_state[session.CONVERTED_KEY] = known
    return known.raw


def _convert(
    raw: RawTable, source: str, importer: Importer, theatre: Theatre, actors: Mapping[str, str]
) -> ConvertedTable:
    result = importer.import_reports(raw, theatre, actors)
    unknown = result.unknown_actors
    faults = [
        replace(fault, fix="Choose the actor before the table is added") if fault.value in unknown else fault
        for fault in result.faults(raw.name)
    ]
    return ConvertedTable(source, actors, RawTable(raw.name, result.reports, sorted([*raw.faults, *faults])), unknown)


def _ask_actors(names: Sequence[str], theatre: Theatre, source: str) -> dict[str, str]:
    if not names:
        return {}
    labels = theatre.actor_labels
    names_are = "1 name is" if len(names) == 1 else f"{len(names)} names are"
    with st.expander(f"Who is it? {names_are} not an actor of {html.escape_markdown(theatre.title)}"):
        chosen = {
            name: st.selectbox(
                html.escape_markdown(name),
                list(labels),
                None,
                format_func=labels.__getitem__,
                key=f"own {source} actor {name}",
                placeholder="None of these: leave its rows out",
                persist_state="session",
            )
            for name in names
        }
    return {name: actor for name, actor in chosen.items() if actor}


def _ask_matching(raw: RawTable, source: str, pack: Pack, folder: Path) -> None:
    """Show how a table was understood, and add it when the user confirms."""
    matching = columns.ask_for_columns(raw, match_table(raw), pack, source)
    with st.container(horizontal=True):
        ready = columns.is_matching_complete(raw, matching) and not raw.frame.empty
        if st.button("Show on the map", key="own take", type="primary", disabled=not ready):
            add_and_show_table(raw, matching, pack, folder)
        if st.button("Cancel", key="own leave"):
            discard_draft()
            st.rerun()


def add_and_show_table(raw: RawTable, matching: ColumnMatching, pack: Pack, folder: Path) -> None:
    """Add a table to the user's reports, and show the page with it."""
    bar = st.progress(0.0, f"Reading {len(raw.frame):,} rows \u2026")

    def report_progress(names: Sequence[StatedName]) -> Iterator[StatedName]:
        for number, name in enumerate(names):
            if number % _STEP == 0:
                bar.progress(number / len(names), f"Finding {len(names):,} different places \u2026")
            yield name

    name = store.add_user_table(folder, raw, matching)
    user_reports = store.cached_user_reports(pack, folder, report_progress)
    placed = next(table.placed for table in user_reports.tables if table.name == name)
    _show_first_reports(placed, pack.theatre)
    discard_draft()
    st.rerun()


def _show_first_reports(placed: pd.DataFrame, theatre: Theatre) -> None:
    """If all events are after the day shown, show a later day on which the map has some of them."""
    events = placed["event_date"].dt.date
    if len(events) and events.min() > st.session_state.get(session.DATE_KEY, theatre.opens_on):
        session.request_date(min(events.max(), theatre.period_end))
