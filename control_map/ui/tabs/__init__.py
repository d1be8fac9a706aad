"""The tabs below the map, one module for each section."""
