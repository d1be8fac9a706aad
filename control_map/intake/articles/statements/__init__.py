"""Mentions become statements: who is said to hold which place, by whom, since when."""
