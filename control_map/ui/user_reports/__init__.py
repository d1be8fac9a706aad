"""The panel in which visitors add reports of their own."""
