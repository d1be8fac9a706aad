"""The board on the page, whose frame never changes, and the short command that each run gives it."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit_folium import st_folium

from control_map.core.errors import ControlMapError
from control_map.intake.user_tables import UserReportsResult
from control_map.pipeline.view import View
from control_map.render.map.board import Board, OfflineMap, ShowCommand
from control_map.ui import html
from control_map.ui.auth import sign_in
from control_map.ui.failures import contain_callback_failures
from control_map.ui.map.event import read_map_event
from control_map.ui.state import cached_results, held, session
from control_map.ui.state.held import Reference
from control_map.ui.state.served_files import BRIDGE_SCRIPT, SERVED_FOLDER
from control_map.ui.toolbar import comparison

MAP_HEIGHT = 640


class _Framed(MacroElement):
    """An element for st_folium, which takes its scripts and links itself: the page that Folium writes is not needed."""

    def render(self, **kwargs: Any) -> None:  # type: ignore[override] # as Folium's own do
        """Write nothing."""


class _FramedMap(_Framed, OfflineMap):
    pass


class _FramedBoard(_Framed, Board):
    pass


class PageBridge(_Framed, JSCSSMixin):
    """Connects the map with the page around its frame, see `bridge.js`."""

    _template = Template("")

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.default_js = SERVED_FOLDER.links(BRIDGE_SCRIPT)


@st.fragment
def show_board(reference: Reference[UserReportsResult]) -> None:
    """Show the board; what it shows is commanded apart, so that a step of the date sends little more.

    It is a fragment, as an event of the page's own would break off what runs when it comes.
    """
    sign_in.recheck_access()
    pack = reference.get().pack
    west, south, east, north = pack.bounds
    base = _FramedMap(((south, west), (north, east)), SERVED_FOLDER)
    background = cached_results.background_file(pack)
    _FramedBoard(
        cached_results.geometry_file(pack).name,
        background=background.name if background else "",
        served=SERVED_FOLDER,
        tiles=_tiles(),
    ).add_to(base)
    PageBridge().add_to(base)
    st_folium(
        base,
        key=session.MAP_KEY,
        height=MAP_HEIGHT,
        use_container_width=True,
        returned_objects=["last_active_drawing"],
        on_change=partial(_handle_event, reference),
    )


def command_board(
    view: View, date: dt.date, compared: int | None, source_rows: Mapping[str, str], *, replays: bool
) -> dict[str, Any]:
    """Return the command by which the board shows a date; `bridge.js` gives it to the board.

    `compared` is what `ComparisonChoice.as_map_day` returns, `source_rows` that of `BoardSource`; `replays` says that
    each day shows what was known on it.
    """
    geometry = cached_results.geometry_file(view.pack)
    drawn = (
        cached_results.replay_file(view.pack, view.rule, source_rows)
        if replays
        else cached_results.timeline_file(view, source_rows)
    )
    held.keep_served(*filter(None, (geometry, cached_results.background_file(view.pack))), drawn)
    command = ShowCommand(
        drawn.name,
        view.pack.theatre.day_of(date),
        selected=st.session_state.get(session.PLACE_KEY) or "",
        area=st.session_state.get(session.AREA_KEY, ""),
        report=st.session_state.get(session.REPORT_KEY, ""),
        hidden=tuple(layer for layer in session.USUAL_LAYERS if layer not in st.session_state[session.LAYERS_KEY]),
        dark=html.is_dark(),
        stale_after=session.blind_after_days() if session.blind_spots_are_shown() else 0,
        compared=compared,
        province=st.session_state.get(session.PROVINCE_KEY) or "",
        answers=st.session_state.get(session.HANDLED_KEY, 0),
        go=st.session_state.get(session.GO_KEY, ("", 0)),
    )
    return {**command.as_message(), "geometry": geometry.name}


def _tiles() -> str | tuple[()]:
    """Return the served file of the base maps, or none, with a warning on the page."""
    try:
        return cached_results.tiles_file().name
    except ControlMapError as error:
        st.warning(html.escape_markdown(f"{cached_results.BASE_MAPS_VARIABLE}: {error}"))
        return ()


@contain_callback_failures("The click on the map")
def _handle_event(reference: Reference[UserReportsResult]) -> None:
    """Follow what the user did on the map since the last event; it may have been the map of another theatre."""
    handled = st.session_state.get(session.HANDLED_KEY, 0)
    event = read_map_event(st.session_state.get(session.MAP_KEY), reference.get().pack, handled)
    st.session_state[session.HANDLED_KEY] = event.count
    if event.date is not None:
        st.session_state[session.DATE_KEY] = event.date
    if event.compared is not None or event.ends_comparison:
        comparison.compare_with(event.compared)
    if event.place_id is not None:
        st.session_state[session.PLACE_KEY] = event.place_id or None
    for key, opened in ((session.AREA_KEY, event.area), (session.REPORT_KEY, event.report_id)):
        if opened is not None:
            st.session_state[key] = opened
    for layer, shown in event.layers.items():
        session.show_layer(layer, shown=shown)
    if event.province_id is not None:
        st.session_state[session.PROVINCE_KEY] = event.province_id
    compares_anew = event.compared is not None or event.ends_comparison
    is_of_page = bool(event.layers) or compares_anew or not _is_sole_request()
    st.rerun("app" if is_of_page else session.DAY_FRAGMENT)


def _is_sole_request() -> bool:
    """Return whether nothing but the board has asked for this run: what else did would be forgotten."""
    context = get_script_run_ctx()
    return context is not None and len(context.fragment_ids_this_run or ()) == 1
