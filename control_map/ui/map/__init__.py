"""The map on the page, and the scripts that connect the two."""
