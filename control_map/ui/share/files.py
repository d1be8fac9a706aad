"""What the Share dialogue offers as files: pictures, tables, the map as one page, and the brief."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from control_map.core.model import PlaceKind
from control_map.render import feeds
from control_map.render.brief import document
from control_map.render.export import formats, writing
from control_map.render.export.formats import FileFormat
from control_map.render.export.tables import ExportTable
from control_map.render.picture.shapes import SHAPES, ShapeName
from control_map.render.site import page
from control_map.ui import html, url_schema
from control_map.ui.auth.sign_in import offer_download
from control_map.ui.server.base_path import base_path
from control_map.ui.share import stated_address
from control_map.ui.state import session
from control_map.ui.state.cache import is_private_theatre
from control_map.ui.state.selection import Selection

_TABLES = {ExportTable.STATUS: "Places", ExportTable.TIMELINE: "Intervals", ExportTable.EVIDENCE: "Reports"}
_SHAPES = {
    ShapeName.WIDE: "Wide, 16:9",
    ShapeName.SQUARE: "Square",
    ShapeName.TALL: "Tall, 9:16",
    ShapeName.A4: "Page, A4",
}
_PICTURES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
"""The media types of pictures, by the endings of their files."""
API = "api/v1/"
"""The path of the API below the page."""
_ICON = ":material/download:"


def ask_for_shape(names: Sequence[ShapeName], key: str) -> ShapeName:
    """Ask for one of these shapes of a picture or a film; `key` is that of the input."""
    chosen = st.segmented_control(
        "Shape", names, default=names[0], required=True, key=key, format_func=lambda name: _SHAPES[ShapeName(name)]
    )
    return ShapeName(chosen or names[0])


def offer_pictures(selection: Selection) -> None:
    """Offer the map as a picture, in the shape that is chosen."""
    shape = ask_for_shape(list(_SHAPES), session.PICTURE_SHAPE_KEY)
    headline = st.checkbox("With the headline", value=True, key=session.PICTURE_HEADLINE_KEY)
    view, date, since, province_id = selection.view, selection.date, selection.since, selection.province_id
    with st.container(horizontal=True):
        for ending, media_type in _PICTURES.items():
            offer_download(
                ending.upper(),
                writing.export_file_name(view, date, f".{shape}.{ending}", None, since, province_id),
                media_type,
                selection.later(partial(_draw, shape=shape, ending=ending, headline=headline)),
                key=f"export picture {ending}",
                icon=_ICON,
            )
    html.show_template("cite.html", note="Every picture states its date, method and sources. SVG can be edited.")


def _draw(shown: Selection, *, shape: ShapeName, ending: str, headline: bool) -> bytes:
    # Fonts and a library for drawing: only pictures need them.
    from control_map.render.picture.files import PictureFormat, write_picture  # noqa: PLC0415
    from control_map.render.picture.picture import draw_picture  # noqa: PLC0415

    svg = draw_picture(
        shown.view,
        shown.date,
        SHAPES[shape],
        shown.since,
        shown.province_id,
        headline=headline,
        address=stated_address(),
        outlined=ending == PictureFormat.SVG,
        earlier_view=shown.earlier_view,
    )
    return write_picture(svg, SHAPES[shape], PictureFormat(ending))


def offer_data(selection: Selection) -> None:
    """Offer the view as tables, and as a page that needs no network."""
    st.session_state.setdefault(session.EXPORT_TABLE_KEY, ExportTable.STATUS.value)
    html.show_template("cite.html", title="One table")
    chosen = st.segmented_control(
        "Which table",
        [table.value for table in ExportTable],
        required=True,
        key=session.EXPORT_TABLE_KEY,
        format_func=lambda name: _TABLES[ExportTable(name)],
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
    html.show_template("cite.html", title="The whole map, for use without a network")
    _offer_page(selection)
    html.show_template("cite.html", note="Every file states its date, rule, sources, licences and a hash of the data.")
    if not is_private_theatre(selection.pack):
        _show_addresses(selection)


def _offer_table(selection: Selection, file_format: FileFormat, table: ExportTable | None) -> None:
    """Offer a table in a format, or all tables (None)."""
    view, arguments = selection.view, (table, selection.since, selection.province_id)
    offer_download(
        file_format.label,
        writing.export_file_name(view, selection.date, file_format.ending, *arguments),
        file_format.media_type,
        selection.later(lambda shown: writing.export_to_bytes(shown.view, shown.date, file_format, *arguments)),
        key=f"export {file_format.label}",
        icon=_ICON,
    )


def _offer_page(selection: Selection) -> None:
    view, date, since = selection.view, selection.date, selection.since
    place_id = st.session_state.get(session.PLACE_KEY) or ""
    offer_download(
        "The map as one page",
        writing.export_file_name(view, date, ".html", since=since),
        "text/html",
        selection.later(lambda shown: page.render_standalone_page(shown.view, date, place_id, since=since)),
        key="export The map as one page",
        icon=_ICON,
    )


def _show_addresses(selection: Selection) -> None:
    """Show where programs read the same data, and the feeds of changes."""
    page = url_schema.page_address() or base_path()
    html.show_template("cite.html", title="For programs")
    html.show_template("copy.html", label="API", text=f"{page}{API}", button="Copy", link=f"{page}{API}", opens="API")
    html.show_template("cite.html", title="Feeds of changes (Atom)")
    for name, path in _list_feeds(selection).items():
        address = f"{page}{path}"
        html.show_template(
            "copy.html", label=f"Feed of changes, {name}", text=address, button="Copy", link=address, opens=name
        )


def _list_feeds(selection: Selection) -> dict[str, str]:
    """Return the addresses of feeds below the page, by what they are about: all, and what is chosen."""
    theatre, place_id = selection.pack.theatre, selection.place_id
    scopes = {theatre.title: feeds.THEATRE}
    if selection.province_name:
        scopes[selection.province_name] = f"province/{selection.province_id}"
    if selection.place_name:
        is_crossing = theatre.places["kind"].iloc[theatre.place_positions[place_id]] == PlaceKind.CROSSING
        scopes[selection.place_name] = f"{'crossing' if is_crossing else 'place'}/{place_id}"
    query = url_schema.theatre_query()
    return {name: feeds.feed_path(scope, "atom") + (query and f"?{query}") for name, scope in scopes.items()}


def offer_brief(selection: Selection) -> None:
    """Offer the brief of the view."""
    view, date, since, link = selection.view, selection.date, selection.since, selection.link()
    html.show_template(
        "cite.html",
        note=(
            f"Two pages to read and to print, about all of {selection.pack.theatre.title}"
            f"{f', not {selection.province_name} alone' if selection.province_name else ''}: "
            "the map, what changed, what is uncertain, and the sources."
        ),
    )
    offer_download(
        "A brief of two pages",
        writing.export_file_name(view, date, ".brief.html", since=since),
        "text/html",
        selection.later(lambda shown: document.render_brief(shown.view, date, since, link, shown.comparison).encode()),
        key="export A brief of two pages",
        icon=_ICON,
    )
