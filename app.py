"""The dashboard: `streamlit run app.py`."""

from control_map.ui import run

run()
