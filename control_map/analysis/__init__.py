"""Questions put to the timeline, answered as tables."""
