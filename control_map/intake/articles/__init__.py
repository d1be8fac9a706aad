"""A news text becomes draft statements on who holds which place; those that the user accepts become reports.

The extraction follows rules over phrases, without a model: the theatre's gazetteer finds the places, and the phrases of
a language (`text/english.toml`) tell what is claimed.
"""
