"""The server around the page: the map's files, the headers of every answer, and memory given back."""

from control_map.ui.server.headers import make_middleware
from control_map.ui.server.housekeeping import keep_house
from control_map.ui.server.routes import make_routes

__all__ = ["keep_house", "make_middleware", "make_routes"]
