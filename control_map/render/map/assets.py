"""The scripts and style sheets that a page with a board needs: Leaflet's, and the map's own, joined from modules."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from pathlib import Path

LAYER_FOLDER = Path(__file__).parent / "frontend"
"""The folder of the map's scripts and style sheets."""
_LEAFLET = files("xstatic.pkg.leaflet") / "data"
_SHEETS = ("board", "head", "legend", "panel", "strip", "printing", "forced_colours")
_DIGITS = 10
"""Digits of a hash in a name: enough for some hundred files, and short, because each change of date sends names."""
FRAME_SHEET = "frame.css"
"""The style sheet for a page that shows only the map."""
_IMPORT = re.compile(r'^import (?:\{\w+(?:, \w+)*\} from )?"(\.[^"]+)";\n+', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|const|function|let) )", re.MULTILINE)
_COMMENT = re.compile(r"^ *(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
"""A comment that has its lines to itself."""


@cache
def read_assets() -> Mapping[str, bytes]:
    """Return the content of each file by its name."""
    return {
        "leaflet.js": (_LEAFLET / "leaflet.js").read_bytes(),
        "leaflet.css": (_LEAFLET / "leaflet.css").read_bytes(),
        "board.js": join_modules(LAYER_FOLDER / "board.js"),
        "board.css": b"\n".join((LAYER_FOLDER / f"{name}.css").read_bytes() for name in _SHEETS),
        FRAME_SHEET: (LAYER_FOLDER / FRAME_SHEET).read_bytes(),
    }


def join_modules(entry: Path) -> bytes:
    """Join a JavaScript module and all that it imports into one classic script, which a page can hold.

    Each module follows those that it imports, without its comments, its `import` lines and the words `export`. All
    share the scope of one function, and publish nothing but what they put on `window`. So their top-level names must
    differ, they import by name and from relative paths, and export declarations; the tests of the frontend check that.

    Raises
    ------
    graphlib.CycleError
        If modules import each other in a circle.
    """
    modules: dict[Path, str] = {}
    imports: dict[Path, list[Path]] = {}
    waiting = [entry.resolve()]
    while waiting:
        path = waiting.pop()
        text = path.read_text("utf-8")
        imports[path] = [(path.parent / imported).resolve() for imported in _IMPORT.findall(text)]
        modules[path] = _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", text)))
        waiting += [imported for imported in imports[path] if imported not in imports]
    body = "\n".join(modules[path] for path in TopologicalSorter(imports).static_order())
    # In a block, unlike in a function, two functions of one name are an error.
    return f'(() => {{ "use strict"; {{\n{body}}} }})();\n'.encode()


def add_content_hash(name: str, content: bytes) -> str:
    """Return a file's name with a hash of its content, so that a browser can cache it forever, never an old one."""
    stem, suffix = name.rsplit(".", 1)
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:_DIGITS]}.{suffix}"


@dataclass(frozen=True)
class ServedFolder:
    """A folder of a server with the files of `read_assets`, and with those that a board draws.

    `base` is its address, relative to the page or absolute, ending in a slash; `names` are the names under which files
    are served, if these differ from their own.
    """

    base: str
    names: Mapping[str, str] = field(default_factory=dict)

    def links(self, *names: str) -> list[tuple[str, str]]:
        """Return names and addresses of files, in the form that Folium expects."""
        return [(name, self.base + self.names.get(name, name)) for name in names]
