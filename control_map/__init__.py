"""Control Map shows who holds which district, on which day, according to whom.

Published reports become the status of each place on each day, by a written rule; each status keeps the reports that it
rests on. The folders follow the way of the data: `core` (the vocabulary), `theatre` (the files of a conflict),
`geocoding` (names become places), `assessment` (reports become statuses), `analysis` (questions to the timeline),
`explanation` (the argument in words), `pipeline` (the steps in order), `intake` (what people bring), `render` (maps and
files), `alerts` (webhooks), `ui` (the page) and `cli` (the command line).

Examples
--------
>>> import datetime as dt
>>> from pathlib import Path
>>> import control_map
>>> pack = control_map.load_pack(Path("data/afghanistan-2021"))
>>> view = control_map.apply_rule(pack, pack.rule("assessed"))
>>> day = dt.date(2021, 7, 9)
>>> status = control_map.as_of(view.timeline, day).set_index("place_id")
>>> status.loc["AF-X-islam-qala", "status"]
'taliban'
>>> view.explain("AF-X-islam-qala", day)["disputed"]
True
>>> control_map.write_export(view, day, Path("map.geojson"))  # doctest: +SKIP
>>> import folium
>>> _ = control_map.Board.of(view, day).add_to(folium.Map())
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from control_map.assessment.timeline import as_of
    from control_map.pipeline.pack import Pack, add_reports, load_pack
    from control_map.pipeline.view import Comparison, Replay, View, apply_rule, compare_rules, replay_period
    from control_map.render.export.writing import write_export
    from control_map.render.map.board import Board, OfflineMap

__version__ = "0.2.0"
__all__ = [
    "Board",
    "Comparison",
    "OfflineMap",
    "Pack",
    "Replay",
    "View",
    "add_reports",
    "apply_rule",
    "as_of",
    "compare_rules",
    "load_pack",
    "replay_period",
    "write_export",
]
_HOMES = {
    "assessment.timeline": ("as_of",),
    "pipeline.pack": ("Pack", "add_reports", "load_pack"),
    "pipeline.view": ("Comparison", "Replay", "View", "apply_rule", "compare_rules", "replay_period"),
    "render.export.writing": ("write_export",),
    "render.map.board": ("Board", "OfflineMap"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `control_map --help` needs no map and no GeoPandas."""
    if name not in _HOME_OF:
        message = f"module 'control_map' has no attribute '{name}'"
        raise AttributeError(message)
    return getattr(import_module(f"control_map.{_HOME_OF[name]}"), name)
