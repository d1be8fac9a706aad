"""Tables in the formats of other projects become reports."""
