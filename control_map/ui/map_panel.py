"""The map: a base that never changes, and a short command at each rerun."""

import datetime as dt
from functools import partial

import streamlit as st
from streamlit_folium import st_folium

from control_map.layer import Board, OfflineMap, Show
from control_map.model import PlaceKind
from control_map.pipeline import View
from control_map.ui import silence, store
from control_map.ui.assets import SERVED

SYMBOLS = {PlaceKind.CAPITAL.value: "Capitals", PlaceKind.CROSSING.value: "Crossings"}
SHOWABLE = {**SYMBOLS, silence.LAYER: "Blind spots"}
"""What a reader can show or hide."""
HEIGHT = 680


def show(view: View, date: dt.date, compared: int | None, *, replays: bool) -> None:
    """Show the map of a date; a click on it selects a place, and its strip moves the date.

    `compared` is what `Compared.told` returns; `replays` says that each day shows what was known on it.
    """
    theatre = view.pack.theatre
    west, south, east, north = theatre.places.total_bounds
    bounds = ((float(south), float(west)), (float(north), float(east)))
    base = OfflineMap(bounds, SERVED)
    Board(store.geometry_name(view.pack), served=SERVED, bounds=bounds, tiles=store.tiles_name()).add_to(base)
    st_folium(
        base,
        key="map",
        height=HEIGHT,
        use_container_width=True,
        returned_objects=["last_active_drawing"],
        feature_group_to_add=Show(
            store.replay_name(view.pack, view.rule) if replays else store.timeline_name(view),
            (date - theatre.period_start).days,
            selected=st.session_state.get("place") or "",
            hidden=tuple(kind for kind in SYMBOLS if kind not in st.session_state["shown"]),
            dark=st.context.theme.type == "dark",
            stale_after=silence.older_than() if silence.is_shown() else 0,
            compared=compared,
            answers=st.session_state.get("answered", 0),
            go=st.session_state.get("go", ("", 0)),
        ),
        on_change=partial(_told, theatre.period_start),
    )


def _told(start: dt.date) -> None:
    event = ((st.session_state.get("map") or {}).get("last_active_drawing") or {}).get("properties", {})
    st.session_state["answered"] = event.get("nth", 0)
    if "day" in event:
        st.session_state["date"] = start + dt.timedelta(days=event["day"])
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
