"""Files for other programs: what a view says, in the formats of maps, tables and databases.

Each file carries its provenance, so that it can be cited without the page that it came from.
"""
