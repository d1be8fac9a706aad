"""Webhooks: programs of others are sent what is new on the map, signed, in order, until they have it."""
