"""The brief: two printed pages on one day, with its map, what changed, and what it rests on."""
