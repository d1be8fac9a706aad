"""Blind spots: which places nothing was heard of for how long. Silence is never control."""

import datetime as dt

import pandas as pd
import streamlit as st

from control_map.ui.state import session
from control_map.analysis.blind_spots import BLIND_SPOT_DAYS, list_blind_spots
from control_map.core.wording import KIND_SUFFIX
from control_map.pipeline.pack import Pack
from control_map.ui import html

session.BLIND_SPOTS_LAYER = "silence"
"""The name of the layer among what is shown on the map."""
session.BLIND_AFTER_KEY = "older_than"
session.MAX_BLIND_DAYS = 365


def blind_spots_are_shown() -> bool:
    """Whether the map shows the blind spots."""
    return session.BLIND_SPOTS_LAYER in st.session_state[session.LAYERS_KEY]


def blind_after_days() -> int:
    """Return the days after which a place counts as a blind spot: while the map shows them those chosen beside it."""
    # A box that is no longer there keeps its value until the end of the run.
    return int(st.session_state[session.BLIND_AFTER_KEY]) if session.blind_spots_are_shown() else BLIND_SPOT_DAYS


def choose_blind_days() -> None:
    """Offer the days after which a place counts as a blind spot, if the map shows them."""
    if session.blind_spots_are_shown():
        st.session_state.setdefault(session.BLIND_AFTER_KEY, BLIND_SPOT_DAYS)
        st.number_input("Silent for more than (days)", 1, session.MAX_BLIND_DAYS, key=session.BLIND_AFTER_KEY)


def show_blind_spots(pack: Pack, date: dt.date, now: pd.DataFrame) -> None:
    """List the blind spots of a date by province; `now` is what `as_of` returns for it, or some of its rows."""
    told = list_blind_spots(now, date, session.blind_after_days())
    html.show_template(
        "silence.html",
        provinces={name: own.to_dict("records") for name, own in told.groupby("province")},
        province_ids=dict(zip(now["province"], now["province_id"], strict=True)),
        total=len(told),
        places=len(now),
        date=date,
        days=session.blind_after_days(),
        styles=pack.styles,
        notes=KIND_SUFFIX,
    )
