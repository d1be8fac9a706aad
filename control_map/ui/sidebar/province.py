"""The province that the tabs keep to: seen, changed and undone in one line above them."""

import streamlit as st

from control_map.analysis.summary import ALL_PROVINCES
from control_map.theatre.theatre import Theatre
from control_map.ui.go import PROVINCE_PREFIX
from control_map.ui.map import panel


def choose_province(theatre: Theatre) -> None:
    """Ask for a province, or all of them; the map goes there."""
    labels = {ALL_PROVINCES: "All provinces", **theatre.province_names}
    st.session_state.setdefault(panel.PROVINCE_KEY, ALL_PROVINCES)
    st.selectbox(
        "Province",
        list(labels),
        key=panel.PROVINCE_KEY,
        format_func=labels.__getitem__,
        on_change=_go,
        label_visibility="collapsed",
        width=240,
    )


def _go() -> None:
    chosen = st.session_state[panel.PROVINCE_KEY]
    panel.zoom_to(PROVINCE_PREFIX + chosen if chosen else ALL_PROVINCES)
