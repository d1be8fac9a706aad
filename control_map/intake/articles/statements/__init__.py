"""Mentions and phrases become statements: who holds which place, according to which speaker, and since when."""
