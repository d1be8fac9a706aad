"""Charts of the page, as Altair specifications."""
