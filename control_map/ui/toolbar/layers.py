"""The choice of what the map shows beside the districts: symbols, terrain, events, places without recent news."""

import streamlit as st

from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.theatre.theatre import Theatre
from control_map.ui.state import session


def fill_layers(theatre: Theatre) -> None:
    """Have the session state say what the map shows, of what the theatre has."""
    offered = _offered(theatre)
    chosen = st.session_state.get(session.LAYERS_KEY, session.usual_layers(theatre))
    st.session_state[session.LAYERS_KEY] = [name for name in chosen if name in offered]
    if session.blind_spots_are_shown():
        days = st.session_state.get(session.BLIND_AFTER_KEY)
        if days not in range(1, session.MAX_BLIND_DAYS + 1):  # a browser can send anything
            st.session_state[session.BLIND_AFTER_KEY] = BLIND_SPOT_DAYS


def ask_for_layers(theatre: Theatre) -> None:
    """Ask what the map shows."""
    st.pills(
        "Show",
        _offered(theatre),
        selection_mode="multi",
        # In the browser, a click may come before the value that the session state has.
        default=st.session_state[session.LAYERS_KEY],
        format_func=session.LAYER_LABELS.__getitem__,
        key=session.LAYERS_KEY,
        persist_state=session.PERSISTS,
        on_change=st.rerun,
    )
    if session.blind_spots_are_shown():
        st.number_input(
            "No news for more than (days)",
            1,
            session.MAX_BLIND_DAYS,
            value=session.blind_after_days(),
            key=session.BLIND_AFTER_KEY,
            persist_state=session.PERSISTS,
            on_change=st.rerun,
        )


def _offered(theatre: Theatre) -> list[str]:
    usual = session.usual_layers(theatre)
    return [name for name in session.LAYER_LABELS if name in usual or name not in session.USUAL_LAYERS]
