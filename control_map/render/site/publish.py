"""A folder that any web host can serve: the page and its files, whose names contain a hash of their content."""

import datetime as dt
import json
import re
from collections.abc import Iterable
from pathlib import Path

from control_map.core.errors import WriteError
from control_map.pipeline.view import View
from control_map.render.html.renderer import embed_json
from control_map.render.map.assets import add_content_hash
from control_map.render.map.board import make_board_files
from control_map.render.map.encoding import to_compact_json
from control_map.render.provenance import Provenance
from control_map.render.site import page
from control_map.render.site.dossiers import make_dossiers_file
from control_map.theatre import safe_write

STANDALONE_NAME = "control-map.html"
"""The name of the page as a single file."""
MANIFEST_NAME = "control-map.json"
"""The file that states what was published, and which files of the folder belong to it."""
FILES_FOLDER = "files/"
_FILE_NAME = re.compile(rf"(?:{FILES_FOLDER})?[\w-]+\.\w+", re.ASCII)


def publish_site(view: View, date: dt.date, folder: Path) -> list[Path]:
    """Write a map into a folder, as a page for any web host.

    All addresses in it are relative. A folder that contains a map is updated: readers get the old page or the new one,
    never a mixture; files that do not belong to a map stay.

    Parameters
    ----------
    view
        What it shows, on every day of the period.
    date
        The day on which it opens.
    folder
        It is created if it does not exist.

    Returns
    -------
    list of Path
        The files of the map.

    Raises
    ------
    WriteError
        If the folder contains something else, is not a folder, or cannot be written.
    """
    with safe_write.explain_write_errors(folder):
        old = _list_published_files(folder)
    contents = _make_files(view, date)
    facts = Provenance.of(view, date).facts()
    with safe_write.explain_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        # The page comes last, after the files that it needs; if writing is interrupted, the folder is still a map's.
        _write_manifest(folder, facts, {*old, *contents})
        for name, content in contents.items():
            write_site_file(folder / name, content)
        for name in {*old} - {*contents}:
            (folder / name).unlink(missing_ok=True)
        _write_manifest(folder, facts, contents)
    return [folder / name for name in (*contents, MANIFEST_NAME)]


def _make_files(view: View, date: dt.date) -> dict[str, bytes]:
    """Return the files by their names, each after those that it needs."""
    files: dict[str, bytes] = {}

    def add(name: str, content: bytes) -> str:
        hashed = add_content_hash(name, content)
        files[FILES_FOLDER + hashed] = content
        return hashed

    board_files = make_board_files(view)
    names = {name: add(name, content) for name, content in board_files.items()}
    dossiers = {
        str(province): add("dossiers.json", make_dossiers_file(view, places))
        for province, places in view.pack.theatre.places.groupby("province_id")["place_id"]
    }
    script = FILES_FOLDER + add("map.js", b"\n".join(page.page_scripts()))
    sheet = FILES_FOLDER + add("map.css", b"\n".join(page.page_style_sheets(view)))
    settings = page.make_page_settings(view, date, "", names, dossiers, base=FILES_FOLDER)
    alone = page.render_standalone_page(view, date, board_files=board_files)
    index = page.render_page(
        view,
        date,
        sheets=f'<link rel="stylesheet" href="{sheet}">',
        code=f'{embed_json("settings", to_compact_json(settings))}<script src="{script}"></script>',
        policy=page.content_security_policy(script="'self'", style="'self'", connect="'self'"),
        alone=STANDALONE_NAME,
        size=len(alone),
    )
    return {**files, STANDALONE_NAME: alone, "index.html": index}


def _list_published_files(folder: Path) -> list[str]:
    """Return the names of the files of the map in a folder; none if the folder is empty or does not exist."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return []
    if not folder.is_dir():
        raise WriteError(f"{folder} is a file. Name a folder, or a file that ends in .html.")
    try:
        names = json.loads((folder / MANIFEST_NAME).read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WriteError(f"{folder} has files that are not a published map. Name a new or an empty folder.") from error
    return [name for name in names if isinstance(name, str) and _FILE_NAME.fullmatch(name)]


def _write_manifest(folder: Path, facts: dict[str, str], names: Iterable[str]) -> None:
    write_site_file(
        folder / MANIFEST_NAME, json.dumps({**facts, "files": sorted(names)}, ensure_ascii=False, indent=1).encode()
    )


def write_site_file(path: Path, content: bytes) -> None:
    """Write a file as `replace_file` does, in a folder that is created if it does not exist.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    with safe_write.explain_write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    safe_write.replace_file(path, lambda unfinished: unfinished.write_bytes(content))
