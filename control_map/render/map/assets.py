"""The files that a page with a board needs: Leaflet's, and the layer's own, each joined from its parts."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

LAYER_FOLDER = Path(__file__).parent / "frontend"
"""Of the map's scripts and style sheets."""
_LEAFLET = files("xstatic.pkg.leaflet") / "data"
_SCRIPTS = (
    *("page", "theatre", "timeline", "place_style", "canvas", "view", "symbols", "labels", "card"),
    *("legend", "place_list", "basemap"),
    *(f"strip/{part}" for part in ("period", "widget", "bars", "marks", "loop", "playback", "controls", "strip")),
    "board",
)
"""In an order in which each comes after those that it needs."""
_SHEETS = ("board", "legend", "strip")
_DIGITS = 10
"""Of a hash in a name: enough for some hundred files; names travel at each change of date."""
FRAME_SHEET = "frame.css"
"""For a page that is nothing but the map."""


@cache
def read_assets() -> Mapping[str, bytes]:
    """Return the content of each file by its name."""
    return {
        "leaflet.js": (_LEAFLET / "leaflet.js").read_bytes(),
        "leaflet.css": (_LEAFLET / "leaflet.css").read_bytes(),
        "board.js": _joined("js", _SCRIPTS),
        "board.css": _joined("css", _SHEETS),
        FRAME_SHEET: _joined("css", ["frame"]),
    }


def _joined(kind: str, names: Iterable[str]) -> bytes:
    return b"\n".join((LAYER_FOLDER / f"{name}.{kind}").read_bytes() for name in names)


def add_content_hash(name: str, content: bytes) -> str:
    """Return a file's name with a hash of its content: a browser may keep it for ever and never uses an old one."""
    stem, suffix = name.rsplit(".", 1)
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:_DIGITS]}.{suffix}"


def inline_asset(name: str) -> str:
    """Return a file of `assets` as an element of a page."""
    tag = "script" if name.endswith(".js") else "style"
    return f"<{tag}>{read_assets()[name].decode()}</{tag}>"


@dataclass(frozen=True)
class ServedFolder:
    """A server's folder with the files of `assets`, and with those that a board draws from.

    `base` is its address, relative to the page or absolute, ending in a slash; `names` are the names under which files
    are served, where they are not their own.
    """

    base: str
    names: Mapping[str, str] = field(default_factory=dict)

    def links(self, *names: str) -> list[tuple[str, str]]:
        """Return name and address of files, as Folium wants them."""
        return [(name, self.base + self.names.get(name, name)) for name in names]
