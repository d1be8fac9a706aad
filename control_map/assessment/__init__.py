"""Located reports become the status of each place on each day, under a rule."""
