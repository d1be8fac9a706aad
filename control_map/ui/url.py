"""The address of what is on screen."""

from urllib.parse import urlencode

import streamlit as st


def address() -> str:
    """Return the address that leads to what is on screen, with its query; empty if the page has none."""
    page = st.context.url
    if not page:
        return ""
    query = urlencode({name: st.query_params.get_all(name) for name in st.query_params}, doseq=True)
    return f"{page}?{query}" if query else page
