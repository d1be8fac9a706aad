"""Files that the app's own server serves to the map's frame: Leaflet, the map's scripts, geometry and timelines.

They exist in memory alone, compressed once, and only as long as what they belong to: a file is gone when the last cache
or session that holds its `ServedFile` has let go of it. Every file has a hash of its content in its name, so that a
browser may keep it for ever and never uses an old one. The names of data are hashed with a key of this process, and
only the page gives them, to those who may see it.
"""

import datetime as dt
import gzip
import hashlib
import mimetypes
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary

from control_map.core.rules import Rule
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View
from control_map.render.map.assets import ServedFolder, add_content_hash, join_modules, read_assets

FILES_PATH = "files"
"""The path of the folder of these files, below that of the page."""
BRIDGE_SCRIPT = "bridge.js"
"""The script that ties the map, in its frame, to the page around it."""
_PAGE_SCRIPTS = Path(__file__).parents[1] / "map"
_KEY = secrets.token_bytes(32)
_COMPRESSION = 6
"""Of 9: more takes twice as long for a hundredth less."""


@dataclass(frozen=True, eq=False)
class BoardSource:
    """What a file of a timeline or of a replay was made from.

    `view` is the timeline's, if the user's own reports went into it: other views are found again by their pack, rule
    and `known_on`. `source_rows` names the table and row of each report that the user added, by the report's id.
    """

    pack: Pack
    rule: Rule
    known_on: dt.date | None = None
    is_replay: bool = False
    view: View | None = None
    source_rows: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ServedFile:
    """A file that is served as long as anything holds this object.

    `is_code` is true of the scripts and style sheets, which are the same in every Control Map and no secret;
    `is_shared` of what all visitors of this deployment may get, so not of what one visitor's own reports went into.
    `source` is what a timeline or a replay was made from: further files are made from it when a board asks for them.
    `owner` is the name of the browser whose user's reports went into it, see `visitor.py`.
    """

    name: str
    compressed: bytes = field(repr=False)
    is_code: bool = False
    is_shared: bool = True
    source: BoardSource | None = field(default=None, repr=False)
    owner: str = field(default="", repr=False)

    def is_for(self, browser: str) -> bool:
        """Whether a browser of this name may have it; one that had no name when it was made is not told from others."""
        return self.is_shared or not self.owner or secrets.compare_digest(self.owner, browser)

    @property
    def media_type(self) -> str:
        """The media type of its content."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def content(self) -> bytes:
        """Its content, as it was before it was compressed."""
        return gzip.decompress(self.compressed)


_served: WeakValueDictionary[str, ServedFile] = WeakValueDictionary()
_lock = threading.Lock()


def serve_file(
    name: str, content: bytes, *, is_shared: bool, source: BoardSource | None = None, owner: str = ""
) -> ServedFile:
    """Serve a file of data until the caller and all others let go of what this returns.

    Its name cannot be guessed. The same content of the same owner has the same name, and is held once, as long as the
    app runs; whether it is shared is part of it.
    """
    stem, suffix = name.rsplit(".", 1)
    told_apart = f"{name} {owner}".encode()
    digest = hashlib.blake2b(told_apart, key=_KEY, digest_size=20, salt=b"shared" if is_shared else b"private")
    digest.update(content)
    named = f"{stem}-{digest.hexdigest()}.{suffix}"
    return _serve(named, content, is_shared=is_shared, source=source, owner=owner)


def serve_code(name: str, content: bytes) -> ServedFile:
    """Serve scripts or style sheets until the caller lets go of what this returns; everybody may have them."""
    return _serve(add_content_hash(name, content), content, is_code=True)


def compress(content: bytes) -> bytes:
    """Compress a file's content as browsers unpack it."""
    return gzip.compress(content, _COMPRESSION, mtime=0)


def find_served_file(name: str) -> ServedFile | None:
    """Return the file that is served under a name, None if there is none."""
    return _served.get(name)


def _serve(
    name: str,
    content: bytes,
    *,
    is_code: bool = False,
    is_shared: bool = True,
    source: BoardSource | None = None,
    owner: str = "",
) -> ServedFile:
    if (served := _served.get(name)) is None:
        # Outside of the lock: a visitor's large file must not hold up the others.
        made = ServedFile(name, compress(content), is_code, is_shared, source, owner)
        with _lock:
            served = _served.setdefault(name, made)
    return served


def _serve_scripts() -> dict[str, ServedFile]:
    """Serve all scripts as one file, and all style sheets as one; return the file with each."""
    fixed = {**read_assets(), BRIDGE_SCRIPT: join_modules(_PAGE_SCRIPTS / BRIDGE_SCRIPT)}
    served: dict[str, ServedFile] = {}
    for suffix in (".js", ".css"):
        names = [name for name in fixed if name.endswith(suffix)]
        content = b"\n".join(fixed[name] for name in names)
        served |= dict.fromkeys(names, serve_code(f"map{suffix}", content))
    return served


_SCRIPTS = _serve_scripts()
SERVED_FOLDER = ServedFolder(f"../../{FILES_PATH}/", {name: file.name for name, file in _SCRIPTS.items()})
"""Where the map's frame finds its files, the same as long as the app runs; Streamlit's frames are two folders deep."""
