"""Files that the app's own server hands to the map's frame: Leaflet, the layer, geometry and timelines.

A declared component is a folder that Streamlit serves, gzipped and cacheable. Every file has a hash of its content in
its name, so that a browser may keep it for ever and never uses an old one.
"""

import atexit
import shutil
import tempfile
from pathlib import Path
from uuid import uuid4

import streamlit.components.v1 as components

from control_map.layer import Served, addressed, assets

BRIDGE = "bridge.js"
"""The script that ties the map, in its frame, to the page around it."""
_SCRIPTS = (BRIDGE, "sort.js")
"""Those of the page that run in the map's frame."""
_FOLDER = Path(tempfile.mkdtemp(prefix="control-map-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
_COMPONENT = "files"
_ADDRESS = f"../{__name__}.{_COMPONENT}/"
"""Of the folder, relative to the frame of another component."""


def publish(name: str, content: bytes) -> str:
    """Put a file into the served folder; return the name it has there, which depends on the content alone."""
    served = addressed(name, content)
    path = _FOLDER / served
    if not path.exists():
        # Two visitors may publish the same at once.
        unfinished = path.with_suffix(f".{uuid4().hex}")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    return served


def _joined() -> dict[str, str]:
    """Join all scripts to one file, and all style sheets to one: the frame asks for each file in its turn."""
    fixed = {**assets(), **{name: Path(__file__).with_name(name).read_bytes() for name in _SCRIPTS}}
    served: dict[str, str] = {}
    for suffix in (".js", ".css"):
        names = [name for name in fixed if name.endswith(suffix)]
        served |= dict.fromkeys(names, publish(f"map{suffix}", b"\n".join(fixed[name] for name in names)))
    return served


SERVED = Served(_ADDRESS, _joined())
"""Where the map's frame finds its files: the same as long as the app runs."""

components.declare_component(_COMPONENT, path=str(_FOLDER))
