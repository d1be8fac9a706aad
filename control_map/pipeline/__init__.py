"""The steps in order: a folder is loaded as a pack, and a rule turns the pack into a view."""
