"""A visitor's own theatre: the form that makes it of a file of polygons, and what they can do with it."""
