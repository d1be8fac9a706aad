"""Which browser a request comes from: a cookie with a random name, so that nobody else gets what a visitor added."""

import re
import secrets
from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

VISITOR_COOKIE = "control_map_visitor"
"""It lasts as long as the browser is open, and says nothing of the visitor."""
_NAME = re.compile(r"[\w-]{43}", re.ASCII)


def new_visitor() -> str:
    """Return a name for a browser that has none."""
    return secrets.token_urlsafe(32)


def visitor_of(cookies: Mapping[str, str]) -> str:
    """Return the name of the browser that has these cookies; empty if it has none, as one that refuses cookies."""
    name = str(cookies.get(VISITOR_COOKIE, ""))
    return name if _NAME.fullmatch(name) else ""


def current_visitor() -> str:
    """Return the name of the browser whose page runs."""
    return visitor_of(st.context.cookies)


def name_visit() -> str:
    """Return what tells the visit whose page runs from others: its browser's name, or its session's id."""
    context = get_script_run_ctx()
    return current_visitor() or (context.session_id if context else "")
