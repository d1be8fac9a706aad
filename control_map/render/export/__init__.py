"""Files for other programs: a view in the formats of maps, tables and databases, with its provenance inside."""
