"""Blind spots: which places nothing was heard of for how long. Silence is never control."""

import datetime as dt

import pandas as pd
import streamlit as st

from control_map.analysis.blind_spots import BLIND_AFTER, blind_spots
from control_map.pipeline.pack import Pack
from control_map.ui import html
from control_map.ui.naming import KIND_NOTE

LAYER = "silence"
"""The name of the layer among what is shown on the map."""
KEY = "older_than"
MOST_DAYS = 365


def is_shown() -> bool:
    """Whether the map shows the blind spots."""
    return LAYER in st.session_state["shown"]


def older_than() -> int:
    """Return the days after which a place counts as a blind spot: while the map shows them those chosen beside it."""
    # A box that is no longer there keeps its value until the end of the run.
    return int(st.session_state[KEY]) if is_shown() else BLIND_AFTER


def choose() -> None:
    """Offer the days after which a place counts as a blind spot, if the map shows them."""
    if is_shown():
        st.session_state.setdefault(KEY, BLIND_AFTER)
        st.number_input("Silent for more than (days)", 1, MOST_DAYS, key=KEY)


def show(pack: Pack, date: dt.date, now: pd.DataFrame) -> None:
    """List the blind spots of a date by province; `now` is what `as_of` returns for it, or some of its rows."""
    told = blind_spots(now, date, older_than())
    html.show(
        "silence.html",
        provinces={name: own.to_dict("records") for name, own in told.groupby("province")},
        province_ids=dict(zip(now["province"], now["province_id"], strict=True)),
        total=len(told),
        places=len(now),
        date=date,
        days=older_than(),
        styles=pack.styles,
        notes=KIND_NOTE,
    )
