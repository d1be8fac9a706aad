"""Tables are fetched from the public internet, and only from there."""
