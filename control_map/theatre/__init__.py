"""A theatre pack on disk: its files are read and checked here, and written safely."""
