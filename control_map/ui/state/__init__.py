"""What the page keeps between runs: session state, caches, served files, the query of the link, the selection."""
