"""Pictures to print or to post: one vector drawing of a map, shared with the brief, and what stands around it."""
