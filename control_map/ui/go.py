"""Going to a place from a table: a click on a button with `data-go` in the page's own HTML moves the map.

A target is the id of a place, `province/` and the id of a province, or empty. A place is opened and zoomed to, a
province zoomed to, and what is empty closes the dossier.
"""

from pathlib import Path

import pandas as pd
import streamlit as st

from control_map.model import Precision
from control_map.pipeline import Pack
from control_map.ui import map_panel

PROVINCE = "province/"
_KEY = "listener"
_listener = st.components.v2.component("go", js=Path(__file__).with_suffix(".js").read_text("utf-8"))


def listen(pack: Pack) -> None:
    """Follow the clicks from now on.

    It stands outside the part that follows the date, so that a change of date does not send it again.
    """
    _listener(key=_KEY, on_to_change=lambda: _go(pack))


def targets(located: pd.DataFrame) -> pd.Series:
    """Return where each report speaks of, as a target; `located` has the columns `place_id, precision`."""
    places: pd.Series = located["place_id"]
    return places.where(located["precision"] != Precision.PROVINCE, PROVINCE + places)


def _go(pack: Pack) -> None:
    target, places = st.session_state[_KEY].to, pack.theatre.places
    # A click may come late, from a table of another theatre.
    known = {"", *places["place_id"], *(PROVINCE + places["province_id"])}
    if target not in known:
        return
    if target:
        map_panel.go_to(target)
    if not target.startswith(PROVINCE):
        map_panel.select(target or None)
