"""Files that the app's own server hands to the map's frame: Leaflet, the layer, geometry and timelines.

A declared component is a folder that Streamlit serves, gzipped and cacheable. Every file has a hash of its content in
its name, so that a browser may keep it for ever and never uses an old one. Streamlit serves it to anybody, signed in or
not: the names of data are therefore hashed with a key of this process, and only the page, to those who may see it,
says them.
"""

import atexit
import hashlib
import secrets
import shutil
import tempfile
import threading
from collections import Counter
from pathlib import Path
from uuid import uuid4

import streamlit.components.v1 as components

from control_map.render.map.assets import ServedFolder, add_content_hash, join_modules, read_assets

BRIDGE_SCRIPT = "bridge.js"
"""The script that ties the map, in its frame, to the page around it."""
_PAGE_SCRIPTS = Path(__file__).parents[1] / "map"
_FOLDER = Path(tempfile.mkdtemp(prefix="control-map-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
_COMPONENT = "files"
_ADDRESS = f"../{__name__}.{_COMPONENT}/"
"""Of the folder, relative to the frame of another component."""


_KEY = secrets.token_bytes(32)
_holders: Counter[str] = Counter()
"""How often each file has been published, and not withdrawn: two visitors may have the same data."""
_changing = threading.Lock()


def serve_file(name: str, content: bytes) -> str:
    """Put a file of data into the served folder; return the name it has there, which nobody can guess.

    The same content has the same name as long as the app runs. What belongs to one visitor is to be taken out again
    with `withdraw`, once for each time it was published.
    """
    stem, suffix = name.rsplit(".", 1)
    served = f"{stem}-{hashlib.blake2b(content, key=_KEY, digest_size=20).hexdigest()}.{suffix}"
    with _changing:
        _holders[served] += 1
        _put(served, content)
    return served


def stop_serving_file(served: str) -> None:
    """Take a file out of the served folder when all who published it have withdrawn it; a name unknown is left be."""
    with _changing:
        if served in _holders:
            _holders[served] -= 1
            if not _holders[served]:
                del _holders[served]
                (_FOLDER / served).unlink(missing_ok=True)


def _put(served: str, content: bytes) -> None:
    path = _FOLDER / served
    if not path.exists():
        # Whoever asks for it meanwhile gets all of it or none.
        unfinished = path.with_suffix(f".{uuid4().hex}")
        unfinished.write_bytes(content)
        unfinished.replace(path)


def _joined() -> dict[str, str]:
    """Join all scripts to one file, and all style sheets to one: the frame asks for each file in its turn."""
    fixed = {**read_assets(), BRIDGE_SCRIPT: join_modules(_PAGE_SCRIPTS / BRIDGE_SCRIPT)}
    served: dict[str, str] = {}
    for suffix in (".js", ".css"):
        names = [name for name in fixed if name.endswith(suffix)]
        content = b"\n".join(fixed[name] for name in names)
        joined = add_content_hash(f"map{suffix}", content)
        _put(joined, content)
        served |= dict.fromkeys(names, joined)
    return served


SERVED_FOLDER = ServedFolder(_ADDRESS, _joined())
"""Where the map's frame finds its files: the same as long as the app runs."""

components.declare_component(_COMPONENT, path=str(_FOLDER))
