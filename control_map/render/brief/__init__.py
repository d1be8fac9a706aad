"""The brief: a printed summary of one day on two pages, with a map, the changes and the sources."""
