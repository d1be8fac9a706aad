"""A news text becomes draft statements about who holds which place; those that the user accepts become reports.

The extraction follows rules over phrases, without a model: the theatre's gazetteer finds the places, and the phrases of
a language (`text/english.toml`) determine what is claimed.
"""
