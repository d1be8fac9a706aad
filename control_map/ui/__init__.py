"""The page. Only this folder imports Streamlit."""

from control_map.ui.page import run

__all__ = ["run"]
