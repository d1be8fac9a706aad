"""The dashboard: `streamlit run app.py`."""

from control_map.ui.page import show_page

show_page()
