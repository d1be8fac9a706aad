"""A page of labels, messages and tooltips whose text is hostile, each escaped: `test_markdown.py` reads it."""

import streamlit as st

from control_map.ui.html import escape_markdown
from tests.browser.test_markdown import TEXTS

for number, text in enumerate(TEXTS):
    escaped = escape_markdown(text)
    with st.container(key=f"text-{number}"):
        st.checkbox(escaped, key=f"label {number}")
        st.radio("Options", [escaped], key=f"option {number}", label_visibility="collapsed")
        st.markdown(f"**{escaped}**: {escaped}.")  # as the tooltip of the rules has it
