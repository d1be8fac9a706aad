"""The read-only API for other programs, beside the page and behind the same sign-in."""
