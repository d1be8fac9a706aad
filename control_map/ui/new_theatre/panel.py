"""A theatre of the visitor's own: a file of polygons, a few names, and the map is there, for them alone.

It is made as the command `init` makes it. Reports are then added as to any other theatre, and its period follows them.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace
from uuid import uuid4

import streamlit as st

from control_map.core.errors import ControlMapError, Fault, PackError
from control_map.intake.new_theatre.boundary_columns import ColumnHints
from control_map.intake.new_theatre.upload import BoundaryFacts, BoundaryUpload, describe_boundaries, make_theatre
from control_map.intake.new_theatre.writer import readable_name
from control_map.intake.tables.reader import clean_file_name
from control_map.intake.user_tables import UserReportsResult
from control_map.intake.worker.job import Job
from control_map.theatre.config import LONGEST_TITLE
from control_map.ui import html, url_schema
from control_map.ui.auth import sign_in
from control_map.ui.state import apart, session, theatres
from control_map.ui.state.held import Reference
from control_map.ui.user_reports import table as table_form

_INPUT_OF_OPTION = {
    "--actor": "Parties",
    "--crs": "Reference system",
    "--boundaries-encoding": "Encoding",
    "--layer": "Layer",
    "--provinces": "Provinces",
}
"""The inputs of this form, by the options of the command `init` that errors name."""
_LEFT_OPEN = ("--layer", "--crs", "--boundaries-encoding")
"""What a file may leave open: the inputs for it are shown once an error or a note names them."""
_WORDS = {
    '--parent ""': "\u201cnone\u201d as the provinces",
    "--provinces-layer": "the option --provinces-layer of the command init",
    "--parent-id": "the option --parent-id of the command init",
    "--parent": "the option --parent of the command init",
    "--id": "the option --id of the command init",
    "--name": "\u201cNames of the districts\u201d",
    **{option: f"\u201c{name}\u201d" for option, name in _INPUT_OF_OPTION.items()},
}
_OPTION = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_NO_COLUMN = ""
_SAYS_NOTHING = re.compile(
    r"(?:(?:geo)?boundar(?:y|ies)|adm(?:in)?(?:bnda)?\s*\d*|level|districts?|provinces?|polygons?|areas?|regions?|map"
    r"|shapes?|layers?|data|export|download|file|new|final|untitled|geojson|topojson|\(?\d+\)?|\s)+",
    re.IGNORECASE,
)
"""Words of a file's name that say nothing of the conflict."""
_FEWEST_PARTIES = 2
_LONGEST_PARTIES = 1_000


@dataclass(frozen=True, eq=False)
class TheatreDraft:
    """A file of polygons with what is in it, or why it cannot be used; `source` tells it from others."""

    source: str
    facts: BoundaryFacts | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, eq=False)
class WantedTheatre:
    """A theatre that is being made; `token` tells it from others."""

    upload: BoundaryUpload
    hints: ColumnHints
    title: str
    parties: tuple[str, ...]
    provinces: BoundaryUpload | None
    token: str


def ask_for_theatre() -> None:
    """Ask for polygons and what they do not state, and make a theatre of them."""
    if name := table_form.unfinished_name():
        html.show_note("Add it or cancel it first.", strong=f"{name} is not added yet.")
        return
    html.show_template("new_theatre_intro.html", own=theatres.own_theatre())
    uploaded = st.file_uploader(
        "Polygons of your districts: GeoJSON, TopoJSON, KML, GeoPackage, or a zipped Shapefile",
        key=f"own theatre file {theatres.own_token()}",
        on_change=_forget_draft,
    )
    if uploaded is None:
        return
    keys = {option: f"own theatre {uploaded.file_id} {option}" for option in _LEFT_OPEN}
    left_open = [st.session_state.get(key, "").strip() or None for key in keys.values()]
    upload = BoundaryUpload(clean_file_name(uploaded.name), uploaded.getvalue(), *left_open)
    draft = _read_draft(upload, session.THEATRE_DRAFT_KEY)
    if draft is None:
        return
    if draft.faults:
        _show_faults(draft.faults)
    notes = draft.facts.notes if draft.facts else ()
    for note in notes:
        html.show_note(_in_words_of_the_form(note))
    for option, key in keys.items():
        if st.session_state.get(key) or any(
            option in text for text in (*(fault.fix for fault in draft.faults), *notes)
        ):
            st.text_input(_INPUT_OF_OPTION[option], key=key, persist_state=session.PERSISTS)
    if draft.facts is None:
        return
    _ask_plan(upload, draft.facts, draft.source)
    wanted: WantedTheatre | None = st.session_state.get(session.THEATRE_PLAN_KEY)
    if wanted is not None:
        _make(wanted)


def _forget_draft() -> None:
    for key in (session.THEATRE_DRAFT_KEY, session.THEATRE_PROVINCES_KEY, session.THEATRE_PLAN_KEY):
        st.session_state.pop(key, None)
    apart.end_work()


def _read_draft(upload: BoundaryUpload, key: str) -> TheatreDraft | None:
    """Read a file once, however often the page is run, and keep it under a key; None: it is still being read."""
    source = f"polygons {hash((upload.name, upload.data, upload.layer, upload.crs, upload.encoding))}"
    known: TheatreDraft | None = st.session_state.get(key)
    if known is not None and known.source == source:
        return known
    if session.ARTICLE_KEY in st.session_state:
        html.show_note("Wait until the article is read, or cancel it.")  # a session does one work at a time
        return None
    try:
        apart.result_of(
            source,
            "Reading the polygons",
            lambda: Job(upload.name, describe_boundaries, upload),
            session.drop_uploads,
            lambda facts: _keep(key, TheatreDraft(source, facts)),
        )
    except PackError as error:
        _keep(key, TheatreDraft(source, None, tuple(error.faults)))
    draft: TheatreDraft | None = st.session_state.get(key)
    return draft if draft is not None and draft.source == source else None


def _keep(key: str, draft: TheatreDraft) -> None:
    st.session_state[key] = draft


def _suggest_title(name: str) -> str:
    """Return a title made of the name of a file, or nothing if that says only what kind of file it is: "adm2"."""
    title = readable_name(name)
    return "" if _SAYS_NOTHING.fullmatch(title) else title


def _ask_provinces(facts: BoundaryFacts, source: str) -> tuple[bool, BoundaryUpload | None]:
    """Ask for a file with the provinces, unless the districts name theirs; say what it has, and whether it is ready."""
    if facts.parent:
        return True, None
    given = st.file_uploader(
        "Provinces in another file, if yours has none of their names",
        key=f"provinces file {source}",
        help="Polygons of the level above. Each district is put into the one in which most of it lies.",
    )
    if given is None:
        return True, None
    above = BoundaryUpload(clean_file_name(given.name), given.getvalue())
    draft = _read_draft(above, session.THEATRE_PROVINCES_KEY)
    if draft is None:
        return False, None
    if draft.facts is None:
        _show_faults(draft.faults)
        return False, None
    html.show_note(f"{draft.facts.count:,}, from {above.name}.", strong="Provinces:")
    return True, above


def _ask_plan(upload: BoundaryUpload, facts: BoundaryFacts, source: str) -> None:
    """Ask for what the polygons do not state; once it is all there, keep it as the theatre to be made."""
    columns = list(facts.columns)
    is_ready, above = _ask_provinces(facts, source)
    if not is_ready:
        return
    with st.form(f"own theatre form {source}", border=False):
        title = st.text_input(
            "Title of the map",
            facts.country or _suggest_title(upload.name),
            placeholder="the conflict, or the area and the year",
            max_chars=LONGEST_TITLE,
            key=f"title {source}",
        )
        names, provinces = st.columns(2)
        name = names.selectbox(
            "Names of the districts",
            columns,
            index=columns.index(facts.name) if facts.name else None,
            format_func=lambda column: f"{column} ({facts.columns[column]})",
            placeholder="Choose the column",
            key=f"names {source}",
        )
        none = f"those of {above.name}" if above else "none: they are one region"
        parent = provinces.selectbox(
            "Their provinces or regions",
            [_NO_COLUMN, *([] if above else columns)],
            index=columns.index(facts.parent) + 1 if facts.parent else 0,
            format_func=lambda column: f"{column} ({facts.columns[column]})" if column else none,
            key=f"provinces {source} {none}",
        )
        parties = st.text_area(
            "Parties to the conflict, one in each line",
            max_chars=_LONGEST_PARTIES,
            height=96,
            placeholder="Red Army\nNorthern Front",
            help="Each gets a colour that all readers can tell from the others. All oppose each other. The headline is "
            "about the first one.",
            key=f"parties {source}",
        )
        pressed = st.form_submit_button("Make the map", type="primary")
    if not pressed:
        return
    labels = tuple(line.strip() for line in parties.splitlines() if line.strip())
    missing = [
        *([] if title.strip() else ["Title: give the map one."]),
        *([] if name else ["Names: choose the column with the names of the districts."]),
        *([] if len(labels) >= _FEWEST_PARTIES else ["Parties: name at least two, one in each line."]),
    ]
    if missing:
        html.show_template("new_theatre_faults.html", faults=missing)
        return
    hints = ColumnHints(name=name, parent=None if above else parent)
    st.session_state[session.THEATRE_PLAN_KEY] = WantedTheatre(upload, hints, title, labels, above, uuid4().hex)


def _make(wanted: WantedTheatre) -> None:
    """Make a theatre, and show it once it is there; if that fails, say why."""
    today = dt.datetime.now(tz=dt.UTC).date()
    given = wanted.upload, wanted.hints, wanted.title, wanted.parties, today, wanted.provinces
    try:
        made = apart.result_of(
            wanted.token,
            "Making the map",
            lambda: Job(wanted.upload.name, make_theatre, *given),
            _forget_plan,
            theatres.keep_theatre,
        )
    except PackError as error:
        _forget_plan()
        _show_faults(error.faults)
        return
    except ControlMapError as error:
        _forget_plan()
        html.show_template("new_theatre_faults.html", faults=[_in_words_of_the_form(str(error))])
        return
    if made is not None:
        session.drop_uploads()
        _forget_draft()
        st.rerun()


def _forget_plan() -> None:
    st.session_state.pop(session.THEATRE_PLAN_KEY, None)


def _show_faults(faults: tuple[Fault, ...] | list[Fault]) -> None:
    shown = [replace(fault, fix=_in_words_of_the_form(fault.fix)) for fault in faults]
    html.show_template("new_theatre_faults.html", faults=shown)


def _in_words_of_the_form(text: str) -> str:
    """Name the inputs of this form where an error names options of the command line."""
    return _OPTION.sub(lambda match: _WORDS[match[0]], text)


def show_own_theatre(reference: Reference[UserReportsResult]) -> None:
    """Show what the user can do with the theatre that they have made: download it, or remove it."""
    own = theatres.own_theatre()
    if own is None:
        return
    html.show_template("new_theatre_own.html", title=own.title, notes=map(_in_words_of_the_form, own.notes))
    with st.container(horizontal=True):
        files = own.files

        def make_zip() -> bytes:
            pack = reference.get().pack
            return files.with_reports(pack).zip(pack.theatre)

        sign_in.offer_download(
            "Download this map",
            f"{own.folder.name}.zip",
            "application/zip",
            make_zip,
            key="own theatre download",
            icon=":material/download:",
        )
        with st.popover("Remove this map"):
            if st.button("Yes, remove the map and my reports on it", key="own theatre out"):
                theatres.remove_theatre()
                url_schema.clear_theatre_state()
                st.rerun()
