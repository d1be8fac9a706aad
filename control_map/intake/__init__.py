"""What people bring: tables, exports of other projects, articles, and the polygons of a new theatre."""
