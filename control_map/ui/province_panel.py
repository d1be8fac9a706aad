"""The province that the tabs keep to: seen, changed and undone in one line above them."""

import streamlit as st

from control_map.provinces import WHOLE
from control_map.theatre import Theatre
from control_map.ui import map_panel
from control_map.ui.go import PROVINCE


def choose(theatre: Theatre) -> None:
    """Ask for a province, or all of them; the map goes there."""
    named = theatre.provinces.sort_values("province")
    labels = {WHOLE: "All provinces", **dict(zip(named["province_id"], named["province"], strict=True))}
    st.session_state.setdefault(map_panel.PROVINCE, WHOLE)
    st.selectbox(
        "Province",
        list(labels),
        key=map_panel.PROVINCE,
        format_func=labels.__getitem__,
        on_change=_go,
        label_visibility="collapsed",
        width=240,
    )


def _go() -> None:
    chosen = st.session_state[map_panel.PROVINCE]
    map_panel.go_to(PROVINCE + chosen if chosen else WHOLE)
