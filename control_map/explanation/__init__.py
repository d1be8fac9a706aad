"""The argument behind a status, in words."""
