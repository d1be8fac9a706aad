"""The map without a server: one HTML file that holds all it needs, or a folder of files for any web host.

Both show the live map, and the dossier of every place on every day, under one rule.
"""
