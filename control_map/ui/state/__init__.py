"""What the page keeps: caches, served files, the link, the visitor's selection."""
