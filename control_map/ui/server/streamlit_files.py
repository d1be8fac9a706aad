"""Streamlit's own files: sent compressed, and those that the page needs named early, so that a browser asks at once.

Streamlit sends its scripts as they are, 2.4 MB of them, and a browser learns which parts of the page it needs only when
the page has run. The names of the files have a hash of their content.
"""

import gzip
import mimetypes
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from control_map.ui.server.base_path import base_path, path_below_base
from control_map.ui.server.negotiation import takes_gzip
from control_map.ui.state import served_files

_STATIC = Path(st.__file__).parent / "static"
_SCRIPTS = _STATIC / "static" / "js"
_FRAME = Path(find_spec("streamlit_folium").submodule_search_locations[0]) / "frontend" / "build"  # type: ignore[union-attr,index]
_FRAME_PATH = "component/streamlit_folium.st_folium"
_COMPRESSED_SUFFIXES = {".js", ".css"}
_PARTS = ("ComponentInstance", "Slider", "Html", "Button", "ButtonGroup")
"""The parts of Streamlit's page that the first screen is made of."""
_IMPORTED = re.compile(r'(?:from|import)\s*"\./([\w.-]+\.js)"')
_FOR_EVER = "public, immutable, max-age=31536000"


class CompressedScripts:
    """Answers for Streamlit where a browser takes its scripts and style sheets compressed; each is compressed once."""

    def __init__(self, app: ASGIApp) -> None:
        """Take the app that answers everything else."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        path = _static_files().get(path_below_base(scope["path"]))
        if path is None or not takes_gzip(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding", "Content-Encoding": "gzip"}
        content = await run_in_threadpool(_compress, path)
        await Response(content, media_type=mimetypes.guess_type(path.name)[0], headers=headers)(scope, receive, send)


@cache
def _static_files() -> dict[str, Path]:
    """Return the files by their paths below that of the page: no name from outside becomes a path."""
    folder = _STATIC / "static"
    files = (path for path in folder.rglob("*") if path.suffix in _COMPRESSED_SUFFIXES)
    return {f"static/{path.relative_to(folder).as_posix()}": path for path in files}


@cache
def _compress(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6, mtime=0)


@cache
def early_links() -> str:
    """Return the value of a `Link` header that names the files of the first screen."""
    base = base_path()
    modules = [f"<{base}static/js/{name}>; rel=modulepreload" for name in _scripts_of_parts()]
    frame = [f"{_FRAME_PATH}/static/js/{path.name}" for path in (_FRAME / "static" / "js").glob("main.*.js")]
    board = [f"{served_files.FILES_PATH}/{name}" for name in sorted(served_files.SERVED_FOLDER.names.values())]
    return ", ".join([*modules, *(f"<{base}{path}>; rel=prefetch" for path in dict.fromkeys([*frame, *board]))])


def _scripts_of_parts() -> list[str]:
    """Return the scripts of the parts and all that they import, without those that the page names itself."""
    known = set(re.findall(r"static/js/([\w.-]+\.js)", (_STATIC / "index.html").read_text("utf-8")))
    waiting = [path.name for part in _PARTS for path in sorted(_SCRIPTS.glob(f"{part}.*.js"))]
    found: dict[str, None] = {}
    while waiting:
        name = waiting.pop(0)
        if name not in found and name not in known and (_SCRIPTS / name).is_file():
            found[name] = None
            waiting += _IMPORTED.findall((_SCRIPTS / name).read_text("utf-8"))
    return list(found)
