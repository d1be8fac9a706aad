"""Files that the app's own server hands to the map's frame: Leaflet, the layer, geometry and timelines.

A declared component is a folder that Streamlit serves, gzipped and cacheable. Files that depend on data have
a hash of their content in their name, so that a browser may keep them for ever.
"""

import hashlib
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

import streamlit.components.v1 as components

from control_map.layer.board import ASSETS

_FOLDER = Path(tempfile.mkdtemp(prefix="control-map-"))
_COMPONENT = "files"


def _fill() -> None:
    """Copy the fixed files: Leaflet's and the layer's own."""
    leaflet = files("xstatic.pkg.leaflet") / "data"
    for name in ("leaflet.js", "leaflet.css"):
        (_FOLDER / name).write_bytes((leaflet / name).read_bytes())
    for asset in ASSETS:
        shutil.copy(asset, _FOLDER / asset.name)


_fill()
components.declare_component(_COMPONENT, path=str(_FOLDER))

BASE = f"../{__name__}.{_COMPONENT}/"
"""The address of the folder, relative to the frame of another component."""


def publish(stem: str, content: bytes) -> str:
    """Put a JSON file into the served folder; return its name, which depends on the content alone."""
    name = f"{stem}-{hashlib.sha256(content).hexdigest()[:16]}.json"
    path = _FOLDER / name
    if not path.exists():
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    return name
