"""The map on the page, and the scripts that tie it to the page."""
