"""Results to look at or to keep: the map, charts, HTML, exports, the static site and the brief."""
