"""The sidebar: what the visitor chooses."""
