"""Files that the app's own server hands to the map's frame: Leaflet, the layer, geometry and timelines.

A declared component is a folder that Streamlit serves, gzipped and cacheable. Every file has a hash of its content in
its name, so that a browser may keep it for ever and never uses an old one.
"""

import hashlib
import tempfile
from pathlib import Path

import streamlit.components.v1 as components

from control_map.layer import Served, assets

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


_COMPONENT_ADDRESS = f"../{__name__}.{_COMPONENT}/"
"""The address of the folder, relative to the frame of another component."""

SERVED = Served(_COMPONENT_ADDRESS, {name: publish(name, content) for name, content in assets().items()})
"""Where the map's frame finds its files: the same as long as the app runs."""

components.declare_component(_COMPONENT, path=str(_FOLDER))
