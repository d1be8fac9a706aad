"""The section that shows how to cite a view, and offers the view as files for other programs."""

import datetime as dt

import streamlit as st

from control_map.render import citation
from control_map.render.brief import document
from control_map.render.export import formats, writing
from control_map.render.export.formats import FileFormat
from control_map.render.export.tables import ExportTable
from control_map.render.provenance import Provenance
from control_map.render.site import page
from control_map.ui import html
from control_map.ui.auth.sign_in import offer_download
from control_map.ui.state import session
from control_map.ui.state.selection import Selection

_LABELS = {ExportTable.STATUS: "Places", ExportTable.TIMELINE: "Intervals", ExportTable.EVIDENCE: "Reports"}
_ICON = ":material/download:"


def show_citation_and_exports(selection: Selection) -> None:
    """Show how to cite what is on screen, and offer it as files."""
    left, right = st.columns([1.2, 1], gap="large")
    with left, st.container(key="export citation"):
        _show_citation(selection)
    with right:
        _offer_files(selection)


def _show_citation(selection: Selection) -> None:
    link = selection.link()
    provenance = Provenance.of(selection.view, selection.date, selection.since, selection.province_id)
    html.show_template("cite.html", title="Cite this view")
    st.code(citation.format_citation(provenance, link), language=None, wrap_lines=True)
    html.show_template("cite.html", title="For a bibliography (BibTeX)")
    today = dt.datetime.now(dt.UTC).date()
    st.code(citation.format_bibtex(provenance, link, today), language="bibtex", wrap_lines=True)


def _offer_files(selection: Selection) -> None:
    html.show_template("cite.html", title="One table")
    st.session_state.setdefault(session.EXPORT_TABLE_KEY, ExportTable.STATUS.value)
    chosen = st.segmented_control(
        "Which table",
        [table.value for table in ExportTable],
        required=True,
        key=session.EXPORT_TABLE_KEY,
        format_func=lambda name: _LABELS[ExportTable(name)],
        label_visibility="collapsed",
    )
    table = ExportTable(chosen or ExportTable.STATUS)
    html.show_template("cite.html", note=table.sentence + ".")
    with st.container(horizontal=True):
        for file_format in formats.FORMATS.values():
            if not file_format.holds_all:
                _offer_table(selection, file_format, table)
    html.show_template("cite.html", title="All three tables in one file")
    with st.container(horizontal=True):
        for file_format in formats.FORMATS.values():
            if file_format.holds_all:
                _offer_table(selection, file_format, None)
    html.show_template("cite.html", title="To read and to print")
    with st.container(horizontal=True):
        _offer_pages(selection)
    html.show_template("cite.html", note="Every file states its date, rule, sources, licences and a hash of the data.")


def _offer_table(selection: Selection, file_format: FileFormat, table: ExportTable | None) -> None:
    """Offer a table in a format, or all tables (None)."""
    view, arguments = selection.view, (table, selection.since, selection.province_id)
    offer_download(
        file_format.label,
        writing.export_file_name(view, selection.date, file_format.suffix, *arguments),
        file_format.media_type,
        selection.later(lambda shown: writing.export_to_bytes(shown.view, shown.date, file_format, *arguments)),
        key=f"export {file_format.label}",
        icon=_ICON,
    )


def _offer_pages(selection: Selection) -> None:
    view, date, since = selection.view, selection.date, selection.since
    place_id, link = st.session_state.get(session.PLACE_KEY) or "", selection.link()
    offer_download(
        "The map as one page",
        writing.export_file_name(view, date, ".html", since=since),
        "text/html",
        selection.later(lambda shown: page.render_standalone_page(shown.view, date, place_id, since=since)),
        key="export The map as one page",
        icon=_ICON,
    )
    offer_download(
        "A brief of two pages",
        writing.export_file_name(view, date, ".brief.html", since=since),
        "text/html",
        selection.later(lambda shown: document.render_brief(shown.view, date, since, link, shown.comparison).encode()),
        key="export A brief of two pages",
        icon=_ICON,
    )
