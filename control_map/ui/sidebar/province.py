"""The province that the tabs keep to: seen, changed and undone in one line above them."""

import streamlit as st

from control_map.analysis.provinces import WHOLE
from control_map.theatre.theatre import Theatre
from control_map.ui.go import PROVINCE
from control_map.ui.map import panel


def choose(theatre: Theatre) -> None:
    """Ask for a province, or all of them; the map goes there."""
    named = theatre.provinces.sort_values("province")
    labels = {WHOLE: "All provinces", **dict(zip(named["province_id"], named["province"], strict=True))}
    st.session_state.setdefault(panel.PROVINCE, WHOLE)
    st.selectbox(
        "Province",
        list(labels),
        key=panel.PROVINCE,
        format_func=labels.__getitem__,
        on_change=_go,
        label_visibility="collapsed",
        width=240,
    )


def _go() -> None:
    chosen = st.session_state[panel.PROVINCE]
    panel.go_to(PROVINCE + chosen if chosen else WHOLE)
