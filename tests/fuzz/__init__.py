"""Readers under bytes that a machine makes up."""
