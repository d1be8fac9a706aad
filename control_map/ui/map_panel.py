"""The map: a base that never changes, and a short command at each rerun."""

import datetime as dt

import streamlit as st
from streamlit_folium import st_folium

from control_map.layer import Board, OfflineMap, Show
from control_map.model import PlaceKind
from control_map.pipeline import View
from control_map.ui import silence, store
from control_map.ui.assets import BASE, SERVED_AS

SYMBOLS = {PlaceKind.CAPITAL.value: "Capitals", PlaceKind.CROSSING.value: "Crossings"}
SHOWABLE = {**SYMBOLS, silence.LAYER: "Blind spots"}
"""What a reader can show or hide."""
HEIGHT = 600


def show(view: View, date: dt.date, since: dt.date | None) -> None:
    """Show the map of a date, or what changed since another. A click on it selects a place."""
    theatre = view.pack.theatre
    west, south, east, north = theatre.places.total_bounds
    bounds = ((float(south), float(west)), (float(north), float(east)))
    base = OfflineMap(BASE, bounds, SERVED_AS)
    Board(BASE, store.geometry_name(view.pack), bounds).add_to(base)
    st_folium(
        base,
        key="map",
        height=HEIGHT,
        use_container_width=True,
        returned_objects=["last_active_drawing"],
        feature_group_to_add=Show(
            store.timeline_name(view),
            (date - theatre.period_start).days,
            selected=st.session_state.get("place") or "",
            hidden=tuple(kind for kind in SYMBOLS if kind not in st.session_state["shown"]),
            dark=st.context.theme.type == "dark",
            stale_after=silence.older_than() if silence.is_shown() else 0,
            compared=None if since is None else (since - theatre.period_start).days,
            answers=st.session_state.get("answered", 0),
            go=st.session_state.get("go", ("", 0)),
        ),
        on_change=_clicked,
    )


def _clicked() -> None:
    event = ((st.session_state.get("map") or {}).get("last_active_drawing") or {}).get("properties", {})
    st.session_state["answered"] = event.get("nth", 0)
    place_id = event.get("place_id")
    if place_id is not None:
        select(place_id or None)
        st.session_state["clicked"] = True


def select(place_id: str | None) -> None:
    """Open the dossier of a place, or close it; to be called before the box that names it is shown."""
    st.session_state["place"] = place_id


def go_to(target: str) -> None:
    """Zoom the map to a place, by its id, or to a province, by `province/` and its id."""
    _, times = st.session_state.get("go", ("", 0))
    st.session_state["go"] = (target, times + 1)
