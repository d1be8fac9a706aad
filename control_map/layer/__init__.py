"""The live layer of the map: drawn once, then told by a short command what to show.

`Board` goes on any `folium.Map` and never changes, so the page never redraws it; `Show` is the command that travels at
each change of date, rule or selection. The data come from files that `geometry_file`, `timeline_file` and `replay_file`
make: the page holds them, or whoever serves it hands them out under content-addressed names.
"""

from control_map.layer.assets import Served, addressed, assets
from control_map.layer.board import Board, OfflineMap, Show, opening
from control_map.layer.data import replay_file, timeline_file
from control_map.layer.geometry import geometry_file

__all__ = [
    "Board",
    "OfflineMap",
    "Served",
    "Show",
    "addressed",
    "assets",
    "geometry_file",
    "opening",
    "replay_file",
    "timeline_file",
]
