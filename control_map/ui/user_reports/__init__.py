"""The panel in which users add their own reports, and what becomes of these."""
