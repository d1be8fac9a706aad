"""The names of places and parties, and the quantities, that a sentence mentions."""
