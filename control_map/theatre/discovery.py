"""The theatre packs of this machine: where they are, and what they are called."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from control_map.theatre.config import read_title

DATA_FOLDER = Path(__file__).resolve().parents[2] / "data"
PACKS_VARIABLE = "CONTROL_MAP_PACKS"
"""The environment variable that lists further packs, or folders of packs, separated as in PATH."""


def pack_folders() -> list[Path]:
    """Return the folders that hold a theatre pack: those under `data/`, then those of `CONTROL_MAP_PACKS`.

    Each entry of the variable is a folder of packs, or a pack itself.
    """
    named = [DATA_FOLDER, *(Path(name) for name in os.environ.get(PACKS_VARIABLE, "").split(os.pathsep) if name)]
    files = [file for each in named for depth in ("", "*/") for file in sorted(each.glob(f"{depth}theatre.toml"))]
    seen = {file.resolve(): file.parent for file in reversed(files)}
    return list(seen.values())[::-1]


def name_folders(folders: list[Path]) -> dict[str, Path]:
    """Return the folders of packs by the names that addresses use; the second of the same name is `name-2`."""
    named: dict[str, Path] = {}
    for folder in folders:
        namesakes = sum(other.name == folder.name for other in named.values())
        named[f"{folder.name}-{namesakes + 1}" if namesakes else folder.name] = folder
    return named


def folders_by_name() -> Mapping[str, Path]:
    """Return the folders that hold a theatre pack by their names; the first is meant where none is named.

    They are sought once a second at most, as each request to the server asks for them.
    """
    return _folders_by_name(DATA_FOLDER, os.environ.get(PACKS_VARIABLE, ""), int(time.monotonic()))


@lru_cache(maxsize=1)
def _folders_by_name(*_: object) -> Mapping[str, Path]:
    return MappingProxyType(name_folders(pack_folders()))


def pack_labels(folders: list[Path]) -> dict[Path, str]:
    """Return a label for each pack: its title, and also its folder if two packs have the same title."""
    titles = [pack_title(folder) for folder in folders]
    names = [folder.name for folder in folders]
    return {
        folder: title
        if titles.count(title) == 1
        else f"{title} ({folder.name if names.count(folder.name) == 1 else folder})"
        for folder, title in zip(folders, titles, strict=True)
    }


def pack_title(folder: Path) -> str:
    """Return the title of the pack in a folder, or the folder's name if the pack has none that can be read."""
    file = folder / "theatre.toml"
    title = ""
    with suppress(OSError):  # it can be replaced or removed at any moment
        title = _title(file, file.stat().st_mtime_ns)
    return title or folder.name.replace("-", " ").capitalize()


@lru_cache(maxsize=256)
def _title(file: Path, changed: int) -> str:  # noqa: ARG001 - part of the key
    return read_title(file)


def first_pack() -> Path:
    """Return the folder of the first pack under `data/`, or `data/` if there is none."""
    return next((file.parent for file in sorted(DATA_FOLDER.glob("*/theatre.toml"))), DATA_FOLDER)
