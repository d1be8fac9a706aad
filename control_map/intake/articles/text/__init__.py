"""A text becomes sentences, clauses, dates and phrases."""
