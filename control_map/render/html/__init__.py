"""HTML from templates in which every value is escaped."""
