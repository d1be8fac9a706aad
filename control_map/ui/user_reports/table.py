"""Adding a table: a file, pasted rows or an address; the user checks how its columns were understood."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from control_map.core.errors import ControlMapError, Fault, PackError
from control_map.core.wording import list_some
from control_map.intake.fetching.fetch import fetch_table, is_fetching_allowed
from control_map.intake.importers.base import Importer
from control_map.intake.importers.registry import recognise
from control_map.intake.matching.actor_names import ALL_OTHERS
from control_map.intake.matching.codebook import preview_unknown_speakers
from control_map.intake.matching.columns import Calendar, ColumnMatching
from control_map.intake.matching.dates import (
    AS_SHOWN,
    DateStyle,
    find_other_calendar,
    is_ambiguous,
    list_ambiguous_dates,
)
from control_map.intake.matching.shared_words import find_shared_words
from control_map.intake.tables.encoding import CHOICES as ENCODINGS
from control_map.intake.tables.reader import PASTED_NAME, clean_file_name
from control_map.intake.tables.table_builder import BEST_FIT, RawTable, Reading, ReadingChoice
from control_map.intake.user_tables import MAX_ROWS_LISTED, MAX_SPELLINGS, convert_and_match, read_and_match
from control_map.intake.worker.job import Job
from control_map.pipeline.pack import Pack
from control_map.theatre.theatre import Theatre
from control_map.ui import html
from control_map.ui.state import apart, session
from control_map.ui.user_reports import columns, store, words

ARTICLE_LABEL = "From an article"
"""What the form beside the one for a table is called."""
_MOST_COLUMNS_LISTED = 12


@dataclass(frozen=True, eq=False)
class TableDraft:
    """A table that is about to be added: as it was read, with its columns matched, or why it cannot be read.

    `source` identifies it, with what of the file was chosen; `file` identifies the file, as long as it is there.
    """

    source: str
    table: tuple[RawTable, ColumnMatching] | None
    faults: tuple[Fault, ...] = ()
    file: str = ""


@dataclass(frozen=True, eq=False)
class ConvertedTable:
    """What an importer made of a table; `unknown` are names it does not know, `actors` the user's choices for them.

    `dates` is the user's choice of how its dates are written; `ambiguous` are dates that need the order, and `foreign`
    those that need the calendar.
    """

    source: str
    actors: Mapping[str, str]
    dates: DateStyle
    ambiguous: tuple[str, ...]
    foreign: tuple[str, ...]
    raw: RawTable
    matching: ColumnMatching
    unknown: tuple[str, ...]


def ask_for_table(pack: Pack, folder: Path) -> None:
    """Ask for a table, show how it was understood, and add it when the user confirms."""
    draft = _ask_source()
    if draft is None:
        return
    if draft.faults:
        html.show_template("user_faults.html", faults=draft.faults, whole=True)
    if draft.table is None:
        return
    (raw, matching), source = draft.table, draft.source
    _ask_reading(raw.reading, draft.file)
    importer = recognise(raw)
    if importer is not None and _confirm_format(importer, source):
        if importer.terms:
            html.show_note(importer.terms, strong="Terms:")
        source = f"{source} {importer.id}"
        converted = _convert_table(raw, source, importer, pack.theatre)
        if converted is None:
            return
        raw, matching = converted.raw, converted.matching
    dropped = [fault for fault in raw.faults if not fault.kept]
    if faulty := [fault for fault in dropped if fault.needs_fix]:
        html.show_template("user_faults.html", faults=faulty, whole=False)
    if fine := [fault for fault in dropped if not fault.needs_fix]:
        rows, rest = fine[:MAX_ROWS_LISTED], fine[MAX_ROWS_LISTED:]
        total, more = (sum(fault.rows for fault in faults) for faults in (fine, rest))
        html.show_template("user_left_out.html", rows=rows, total=total, more=more)
    if kept := [fault for fault in raw.faults if fault.kept]:
        html.show_template("user_notices.html", notices=kept)
    _ask_matching(raw, matching, source, pack, folder)


def discard_draft() -> None:
    """Drop the table that is about to be added, and begin with empty inputs."""
    for key in (session.DRAFT_KEY, session.UNREAD_KEY, session.FETCHED_KEY, session.CONVERTED_KEY):
        st.session_state.pop(key, None)
    st.session_state[session.DRAFT_COUNT_KEY] = st.session_state.get(session.DRAFT_COUNT_KEY, 0) + 1
    session.drop_uploads()


def draft_name() -> str:
    """Return the name of the table that was read and neither added nor cancelled yet, or an empty text."""
    draft: TableDraft | None = st.session_state.get(session.DRAFT_KEY)
    return draft.table[0].name if draft is not None and draft.table is not None else ""


def unfinished_name() -> str:
    """Return the name of the table that is neither added nor cancelled yet, read or not, or an empty text."""
    unread: UploadedFile | None = st.session_state.get(session.UNREAD_KEY)
    return draft_name() or ("" if unread is None else clean_file_name(unread.name))


def _drop_draft() -> None:
    for key in (session.DRAFT_KEY, session.UNREAD_KEY):
        st.session_state.pop(key, None)
    apart.end_work()


def _ask_source() -> TableDraft | None:
    """Ask for a file, for pasted rows, or, where that is allowed, for an address; return what was read.

    A file that was given before the panel was closed is kept when it opens again, though its input is empty.
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
    if uploaded is None:
        uploaded = st.session_state.get(session.UNREAD_KEY)
    if uploaded is not None:
        if pasted.strip():
            html.show_note("The pasted rows are not; remove the file to have them read.", strong="The file is read.")
        return _read_draft(uploaded.file_id, uploaded.name, uploaded.getvalue, uploaded)
    if pasted.strip():
        return _read_draft(f"pasted {hash(pasted)}", PASTED_NAME, lambda: pasted.encode("utf-8", "replace"))
    if pasted:
        html.show_note("Paste the line with the names of the columns, and the rows below it.", strong="Only blanks.")
    if fetched := st.session_state.get(session.FETCHED_KEY):
        name, data = fetched
        return _read_draft(f"fetched {hash(fetched)}", name, lambda: data)
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


def _read_draft(
    source: str, name: str, load: Callable[[], bytes], uploaded: UploadedFile | None = None
) -> TableDraft | None:
    """Read a source once, however often the page is run; None: it is still being read.

    `uploaded` is kept meanwhile, so that it is read when the panel opens again if it was closed too early.
    """
    file, choice = source, _chosen_reading(source)
    source = file if choice == BEST_FIT else f"{file} {choice}"
    known: TableDraft | None = st.session_state.get(session.DRAFT_KEY)
    if known is not None and known.source == source:
        return replace(known, file=file)
    if session.ARTICLE_KEY in st.session_state:
        return None  # an article is being read, and a session does one work at a time
    name = clean_file_name(name)
    if uploaded is not None:
        st.session_state[session.UNREAD_KEY] = uploaded
    try:
        apart.result_of(
            source,
            "Reading the table",
            lambda: Job(name, read_and_match, name, load(), choice),
            discard_draft,
            lambda table: _keep_draft(TableDraft(source, table)),
        )
    except PackError as error:
        _keep_draft(TableDraft(source, None, tuple(error.faults)))
    draft: TableDraft | None = st.session_state.get(session.DRAFT_KEY)
    return replace(draft, file=file) if draft is not None and draft.source == source else None


def _chosen_reading(file: str) -> ReadingChoice:
    """Return what the user chose of a file so far."""
    return ReadingChoice(*(st.session_state.get(f"own {file} {what}") or "" for what in ReadingChoice._fields))


def _ask_reading(reading: Reading, file: str) -> None:
    """Ask which sheet of a workbook is read, or in which encoding a text; not of a file that is no longer there."""
    if file and len(reading.sheets) > 1:
        st.selectbox(
            "The sheet that is read",
            list(reading.sheets),
            None,
            format_func=lambda sheet: f"{sheet} (hidden)" if sheet in reading.hidden else sheet,
            key=f"own {file} sheet",
            placeholder=f"{reading.sheet}, the first whose columns fit best",
            persist_state="session",
        )
    if file and (reading.encoding or _chosen_reading(file).encoding):
        st.selectbox(
            "The encoding of the text, if names are wrong",
            list(ENCODINGS),
            None,
            format_func=ENCODINGS.__getitem__,
            key=f"own {file} encoding",
            placeholder=f"{ENCODINGS.get(reading.encoding, 'as recognised')}, which is a guess",
            persist_state="session",
        )


def _keep_draft(draft: TableDraft) -> None:
    st.session_state[session.DRAFT_KEY] = draft
    st.session_state.pop(session.UNREAD_KEY, None)


def _confirm_format(importer: Importer, source: str) -> bool:
    """Ask whether a table is in the format that it seems to be in."""
    return st.toggle(
        f"This looks like {html.escape_markdown(importer.label)}: read it as such",
        value=True,
        key=f"own {source} importer",
        persist_state="session",
    )


def _convert_table(raw: RawTable, source: str, importer: Importer, theatre: Theatre) -> ConvertedTable | None:
    """Return what an importer makes of a table, after asking for the actors that it does not know.

    None: it is still being converted, or the page says why it cannot be.
    """
    known: ConvertedTable | None = st.session_state.get(session.CONVERTED_KEY)
    if known is None or known.source != source:
        known = _convert(raw, source, importer, theatre, {}, AS_SHOWN)
    if known is None:
        return None
    # The same dates and names are asked for once they are answered, so that the choices can be corrected.
    dates = _ask_dates(known, f"{source} format")
    if dates != known.dates:
        known = _convert(raw, source, importer, theatre, known.actors, dates, known)
    if known is not None and (actors := _ask_actors(known.unknown, theatre, source)) != known.actors:
        known = _convert(raw, source, importer, theatre, actors, dates, known)
    return known


def _convert(
    raw: RawTable,
    source: str,
    importer: Importer,
    theatre: Theatre,
    actors: Mapping[str, str],
    dates: DateStyle,
    before: ConvertedTable | None = None,
) -> ConvertedTable | None:
    """Convert a table and keep what comes of it, and what was asked for `before`."""
    made: list[ConvertedTable] = []

    def keep(result: tuple[RawTable, ColumnMatching, tuple[str, ...]]) -> None:
        converted, matching, unknown = result
        faults = [
            replace(fault, fix="Choose the actor before the table is added") if fault.value in unknown else fault
            for fault in converted.faults
        ]
        names = tuple(dict.fromkeys((*(before.unknown if before else ()), *unknown)))
        values = [fault.value for fault in faults]
        # Those that show the order are read and no faults, so that the ambiguous ones may look certain alone.
        open_dates = dict.fromkeys([*list_ambiguous_dates(values), *filter(is_ambiguous, values)])
        ambiguous = before.ambiguous if before else tuple(open_dates)
        foreign = before.foreign if before else tuple(filter(find_other_calendar, values))
        as_table = replace(converted, faults=faults)
        made.append(ConvertedTable(source, actors, dates, ambiguous, foreign, as_table, matching, names))
        st.session_state[session.CONVERTED_KEY] = made[-1]

    if session.ARTICLE_KEY in st.session_state:
        return None
    try:
        apart.result_of(
            f"{source} {sorted(actors.items())} {dates}",
            f"Reading it as {importer.label}",
            lambda: Job(raw.name, convert_and_match, raw, importer.id, theatre, actors, dates, known=[theatre]),
            discard_draft,
            keep,
        )
    except PackError as error:
        html.show_template("user_faults.html", faults=error.faults, whole=True)
    return made[-1] if made else None


def _ask_dates(known: ConvertedTable, token: str) -> DateStyle:
    """Ask how the dates of a table are written, as far as some of them need it."""
    day_first = columns.ask_day_first(None, known.ambiguous, token) if known.ambiguous else None
    calendar = columns.ask_calendar(None, known.foreign, token) if known.foreign else None
    return DateStyle(day_first, calendar == Calendar.SOLAR_HIJRI)


def _ask_actors(names: Sequence[str], theatre: Theatre, source: str) -> dict[str, str]:
    if not names:
        return {}
    labels = theatre.actor_labels
    # Some words stand for several names, and a star for all: an answer for one name goes before these.
    patterns = {shared.pattern: f"{shared.pattern}: {len(shared.names)} names" for shared in find_shared_words(names)}
    singles = {name: name for name in names[:MAX_SPELLINGS]}
    others = {ALL_OTHERS: "All other names"} if len(names) > 1 else {}
    names_are = "1 name is" if len(names) == 1 else f"{len(names)} names are"
    with st.expander(f"Who is it? {names_are} not an actor of {html.escape_markdown(theatre.title)}"):
        chosen = {
            name: st.selectbox(
                html.escape_markdown(label),
                list(labels),
                None,
                format_func=labels.__getitem__,
                key=f"own {source} actor {name}",
                placeholder="None of these: leave its rows out",
                persist_state="session",
            )
            for name, label in {**patterns, **singles, **others}.items()
        }
    return {name: actor for name, actor in chosen.items() if actor}


def _ask_matching(raw: RawTable, found: ColumnMatching, source: str, pack: Pack, folder: Path) -> None:
    """Show how a table was understood, and add it when the user confirms."""
    if raw.frame.empty and not raw.faults:
        _show_no_rows(raw)
        return
    matching = columns.ask_for_columns(raw, found, pack, source)
    speakers = preview_unknown_speakers(raw, matching, pack.theatre)[:MAX_SPELLINGS]
    sides = words.ask_meanings(speakers, {}, columns.vocabulary_labels(pack), source, persist=True)
    with st.container(horizontal=True):
        ready = columns.is_matching_complete(raw, matching) and not raw.frame.empty
        if st.button("Show on the map", key="own take", type="primary", disabled=not ready):
            store.add_user_table(folder, raw, matching, sides)
            st.rerun()
        _offer_cancel()


def _show_no_rows(raw: RawTable) -> None:
    """Say what a table without a row has, and what to do."""
    names = list_some([f"\u201c{name}\u201d" for name in raw.frame.columns], _MOST_COLUMNS_LISTED)
    html.show_note(
        f"Its first line was read as the names of columns: {names}. Write a row for each report below it. The text of "
        f"an article goes under {ARTICLE_LABEL}.",
        strong=f"{raw.name} has no reports yet.",
    )
    _offer_cancel()


def _offer_cancel() -> None:
    if st.button("Cancel", key="own leave"):
        discard_draft()
        st.rerun()
