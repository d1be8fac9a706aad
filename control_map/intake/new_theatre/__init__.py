"""A file of polygons becomes a theatre pack: its columns are guessed, its shapes repaired, its files written."""
