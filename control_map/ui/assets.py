"""Files that the app's own server hands to the map's frame: Leaflet, the layer, geometry and timelines.

A declared component is a folder that Streamlit serves, gzipped and cacheable. Every file has a hash of its content in
its name, so that a browser may keep it for ever and never uses an old one.
"""

import hashlib
import tempfile
from importlib.resources import files
from pathlib import Path

import streamlit.components.v1 as components

from control_map.layer.board import ASSETS

_FOLDER = Path(tempfile.mkdtemp(prefix="control-map-"))
_COMPONENT = "files"
_DIGITS = 10
"""Of the hash: enough for some hundred files; names travel at each change of date."""


def publish(name: str, content: bytes) -> str:
    """Put a file into the served folder; return the name it has there, which depends on the content alone."""
    stem, suffix = name.rsplit(".", 1)
    served = f"{stem}-{hashlib.sha256(content).hexdigest()[:_DIGITS]}.{suffix}"
    path = _FOLDER / served
    if not path.exists():
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    return served


def _fixed() -> dict[str, bytes]:
    """Return the files that depend on no data: Leaflet's and the layer's own."""
    leaflet = files("xstatic.pkg.leaflet") / "data"
    theirs = {name: (leaflet / name).read_bytes() for name in ("leaflet.js", "leaflet.css")}
    return theirs | {asset.name: asset.read_bytes() for asset in ASSETS}


SERVED_AS = {name: publish(name, content) for name, content in _fixed().items()}
"""The name under which each file that `OfflineMap` asks for is served: the same as long as the app runs."""

components.declare_component(_COMPONENT, path=str(_FOLDER))

BASE = f"../{__name__}.{_COMPONENT}/"
"""The address of the folder, relative to the frame of another component."""
