"""The Streamlit page. Only this folder imports Streamlit."""
