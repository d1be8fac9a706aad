"""Mentions and phrases become statements: who is said to hold which place, according to whom, and since when."""
