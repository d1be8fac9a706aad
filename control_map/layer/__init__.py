"""The live layer of the map: drawn once, then told by a short command what to show.

`Board` goes on a `folium.Map` and never changes, so the page never redraws it; `Show` is the command that
travels at each change of date, rule or selection. The data come from files that `geometry` and `data` make and
whoever serves the page hands out under a content-addressed name.
"""

from control_map.layer.board import Board, OfflineMap, Show
from control_map.layer.data import replay_file, timeline_file
from control_map.layer.geometry import geometry_file

__all__ = ["Board", "OfflineMap", "Show", "geometry_file", "replay_file", "timeline_file"]
