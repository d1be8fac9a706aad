"""The map follows the slider of dates while it is moved, in the browser, before the server has heard of it."""

from pathlib import Path

import streamlit as st

_follower = st.components.v2.component("follow", js=Path(__file__).with_suffix(".js").read_text("utf-8"))


def listen() -> None:
    """Follow the slider from now on."""
    _follower(key="follower")
