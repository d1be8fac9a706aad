"""Files that the app's own server serves to the map's frame: Leaflet, the map's scripts, geometry and timelines.

A declared component is a folder that Streamlit serves, gzipped and cacheable. Every file has a hash of its content in
its name, so that a browser may keep it for ever and never uses an old one. Streamlit serves the files to anyone, signed
in or not: the names of data are therefore hashed with a key of this process, and only the page gives them, to those who
may see it.
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
"""The address of the folder, relative to the frame of another component."""
_KEY = secrets.token_bytes(32)
_uses: Counter[str] = Counter()
"""How many users each file is served to: two of them may have the same data."""
_lock = threading.Lock()


def serve_file(name: str, content: bytes) -> str:
    """Put a file of data into the served folder; return its name there, which cannot be guessed.

    The same content has the same name as long as the app runs. Files of one user must be removed with
    `stop_serving_file`, once for each call of this function.
    """
    stem, suffix = name.rsplit(".", 1)
    served = f"{stem}-{hashlib.blake2b(content, key=_KEY, digest_size=20).hexdigest()}.{suffix}"
    with _lock:
        _uses[served] += 1
        _write_once(served, content)
    return served


def stop_serving_file(served: str) -> None:
    """Remove a file from the served folder once no session uses it; unknown names are ignored."""
    with _lock:
        if served in _uses:
            _uses[served] -= 1
            if not _uses[served]:
                del _uses[served]
                (_FOLDER / served).unlink(missing_ok=True)


def _write_once(served: str, content: bytes) -> None:
    path = _FOLDER / served
    if not path.exists():
        # A browser that asks for the file meanwhile gets all of it or nothing.
        unfinished = path.with_suffix(f".{uuid4().hex}")
        unfinished.write_bytes(content)
        unfinished.replace(path)


def _serve_scripts() -> dict[str, str]:
    """Serve all scripts as one file, and all style sheets as one; return the served file of each."""
    fixed = {**read_assets(), BRIDGE_SCRIPT: join_modules(_PAGE_SCRIPTS / BRIDGE_SCRIPT)}
    served: dict[str, str] = {}
    for suffix in (".js", ".css"):
        names = [name for name in fixed if name.endswith(suffix)]
        content = b"\n".join(fixed[name] for name in names)
        joined = add_content_hash(f"map{suffix}", content)
        _write_once(joined, content)
        served |= dict.fromkeys(names, joined)
    return served


SERVED_FOLDER = ServedFolder(_ADDRESS, _serve_scripts())
"""Where the map's frame finds its files, the same as long as the app runs."""

components.declare_component(_COMPONENT, path=str(_FOLDER))
