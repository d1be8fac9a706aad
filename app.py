"""The dashboard: `streamlit run app.py`."""

from control_map.ui.page import run

run()
