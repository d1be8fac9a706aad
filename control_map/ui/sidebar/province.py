"""The province that the tabs keep to: seen, changed and undone in one line above them."""

import streamlit as st

from control_map.ui.state import session
from control_map.analysis.provinces import ALL_PROVINCES
from control_map.theatre.theatre import Theatre
from control_map.ui.go import session.PROVINCE_PREFIX
from control_map.ui.map import panel


def choose_province(theatre: Theatre) -> None:
    """Ask for a province, or all of them; the map goes there."""
    named = theatre.provinces.sort_values("province")
    labels = {ALL_PROVINCES: "All provinces", **dict(zip(named["province_id"], named["province"], strict=True))}
    st.session_state.setdefault(session.PROVINCE_KEY, ALL_PROVINCES)
    st.selectbox(
        "Province",
        list(labels),
        key=session.PROVINCE_KEY,
        format_func=labels.__getitem__,
        on_change=_go,
        label_visibility="collapsed",
        width=240,
    )


def _go() -> None:
    chosen = st.session_state[session.PROVINCE_KEY]
    session.zoom_to(session.PROVINCE_PREFIX + chosen if chosen else ALL_PROVINCES)
