"""Taking a view along: how to cite it, and as files for other programs."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from control_map.ui.state import session
from control_map.render import citation
from control_map.render.brief import document
from control_map.render.export import formats, writing
from control_map.render.export.formats import FileFormat
from control_map.render.export.tables import ExportTable
from control_map.render.provenance import Provenance
from control_map.render.site import page
from control_map.ui import html
from control_map.ui.auth import sign_in
from control_map.ui.state.selection import Selection

session.EXPORT_TABLE_KEY = "export what"
"""Which table, the value of a `What`."""

_LABELS = {ExportTable.STATUS: "Places", ExportTable.TIMELINE: "Intervals", ExportTable.EVIDENCE: "Reports"}
_RESTS = (
    "Each file says on what it rests: the day, the rule, what was known, the hash of the data, and whose work it is."
)


@dataclass(frozen=True)
class Download:
    """A file that is offered. `make` makes it after the click, apart from the page: it may ask nothing of Streamlit."""

    label: str
    file_name: str
    media_type: str
    make: Callable[[], bytes]


def show_citation_and_exports(seen: Selection) -> None:
    """Show how to cite what is on screen, and the files in which it can be taken along."""
    cite, take = st.columns([1.2, 1], gap="large")
    with cite, st.container(key="export citation"):
        _cite(seen)
    with take:
        _offer_tables(seen)


def _cite(seen: Selection) -> None:
    provenance, link = Provenance.of(seen.view, seen.date, seen.since, seen.province_id), seen.address()
    today = dt.datetime.now(dt.UTC).date()
    _head("Cite this view")
    st.code(citation.format_citation(provenance, link), language=None, wrap_lines=True)
    _head("For a bibliography (BibTeX)")
    st.code(citation.format_bibtex(provenance, link, today), language="bibtex", wrap_lines=True)


def _offer_tables(seen: Selection) -> None:
    forms = formats.FORMATS.values()
    _head("One table")
    st.session_state.setdefault(session.EXPORT_TABLE_KEY, ExportTable.STATUS.value)
    chosen = st.segmented_control(
        "Which table",
        [what.value for what in ExportTable],
        required=True,
        key=session.EXPORT_TABLE_KEY,
        format_func=lambda name: _LABELS[ExportTable(name)],
        label_visibility="collapsed",
    )
    what = ExportTable(chosen or ExportTable.STATUS)
    _note(what.sentence + ".")
    _offer([_table(seen, form, what) for form in forms if not form.holds_all])
    _head("All three tables in one file")
    _offer([_table(seen, form, None) for form in forms if form.holds_all])
    _head("To read and to print")
    _offer([_standalone(seen), _brief(seen)])
    _note(_RESTS)


def _head(title: str) -> None:
    html.show_html(html.render_template("cite.html", title=title, note=""))


def _note(note: str) -> None:
    html.show_html(html.render_template("cite.html", title="", note=note))


def _table(seen: Selection, form: FileFormat, what: ExportTable | None) -> Download:
    """Offer one table in a format, or all of them (None)."""
    view, date, since, province_id = seen.view, seen.date, seen.since, seen.province_id
    return Download(
        form.label,
        writing.export_file_name(view, date, form.suffix, what, since, province_id),
        form.media_type,
        lambda: writing.export_to_bytes(view, date, form, what, since, province_id),
    )


def _offer(downloads: list[Download]) -> None:
    with st.container(horizontal=True):
        for download in downloads:
            st.download_button(
                download.label,
                sign_in.guard_download(download.make),
                download.file_name,
                download.media_type,
                key=f"export {download.label}",
                icon=":material/download:",
                on_click="ignore",
            )


def _standalone(seen: Selection) -> Download:
    view, date, place_id = seen.view, seen.date, st.session_state.get(session.PLACE_KEY) or ""
    return Download(
        "The map as one page",
        writing.export_file_name(view, date, ".html"),
        "text/html",
        lambda: page.render_standalone_page(view, date, place_id),
    )


def _brief(seen: Selection) -> Download:
    view, date, since, link, comparison = seen.view, seen.date, seen.since, seen.address(), seen.comparison
    return Download(
        "A brief of two pages",
        writing.export_file_name(view, date, ".brief.html"),
        "text/html",
        lambda: document.render_brief(view, date, since, link, comparison).encode(),
    )
