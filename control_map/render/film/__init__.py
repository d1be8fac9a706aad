"""Films: the map of a view day by day, as a video or as a moving picture."""
