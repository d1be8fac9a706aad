"""A folder that any web host can serve: the page, and what it fetches, under names that depend on the content."""

import datetime as dt
import json
import re
from collections.abc import Iterable
from pathlib import Path

from control_map.core.errors import WriteError
from control_map.pipeline.view import View
from control_map.render.map.assets import add_content_hash
from control_map.render.map.encoding import to_compact_json
from control_map.render.map.geometry_file import make_geometry_file
from control_map.render.map.timeline_file import make_timeline_file
from control_map.render.provenance import Provenance
from control_map.render.site import page
from control_map.render.site.dossiers import make_dossiers_file
from control_map.theatre import safe_write

STANDALONE_NAME = "control-map.html"
"""The name of the page as one file."""
MANIFEST_NAME = "control-map.json"
"""The file that says what was published, and which files of the folder are part of it."""
FILES_FOLDER = "files/"
_OWN = re.compile(rf"(?:{FILES_FOLDER})?[\w-]+\.\w+", re.ASCII)


def publish_site(view: View, date: dt.date, folder: Path) -> list[Path]:
    """Write a map into a folder, as a page for any web host.

    All addresses in it are relative. A folder that has a map is renewed: readers find the old page or the new one,
    never half of one; files that are not part of a map stay.

    Parameters
    ----------
    view
        What it shows, on every day of the period.
    date
        On which it opens.
    folder
        Made if it is not there.

    Returns
    -------
    list of Path
        The files of the map.

    Raises
    ------
    WriteError
        If there is something else in the folder, or it is none, or it cannot be written.
    """
    with safe_write.explain_write_errors(folder):
        old = _published(folder)
    contents = _contents(view, date)
    facts = Provenance.of(view, date).facts()
    with safe_write.explain_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        # First what is needed, then the page that needs it; if it ends in between, the folder is still that of a map.
        _mark(folder, facts, {*old, *contents})
        for name, content in contents.items():
            write_site_file(folder / name, content)
        for name in {*old} - {*contents}:
            (folder / name).unlink(missing_ok=True)
        _mark(folder, facts, contents)
    return [folder / name for name in (*contents, MANIFEST_NAME)]


def _contents(view: View, date: dt.date) -> dict[str, bytes]:
    """Return the files by their names, each after those that it needs."""
    theatre = view.pack.theatre
    board = {
        "geometry": _named("geometry.json", make_geometry_file(theatre, view.pack.styles)),
        "timeline": _named("timeline.json", make_timeline_file(view)),
    }
    dossiers = {
        str(province): _named("dossiers.json", make_dossiers_file(view, places))
        for province, places in theatre.places.groupby("province_id")["place_id"]
    }
    names, of_provinces = ({what: name for what, (name, _) in held.items()} for held in (board, dossiers))
    code, looks = (
        _named("map.js", b"\n".join(page.page_scripts())),
        _named("map.css", b"\n".join(page.page_style_sheets(view))),
    )
    told = page.make_page_settings(view, date, "", names, of_provinces, base=FILES_FOLDER)
    alone = page.render_standalone_page(view, date)
    elements = page.PageParts(
        sheets=f'<link rel="stylesheet" href="{FILES_FOLDER}{looks[0]}">',
        data=page.embed_json("settings", to_compact_json(told)),
        scripts=f'<script src="{FILES_FOLDER}{code[0]}"></script>',
        policy=page.content_security_policy(script="'self'", style="'self'", connect="'self'"),
    )
    return {
        **{FILES_FOLDER + name: content for name, content in (*board.values(), *dossiers.values(), code, looks)},
        STANDALONE_NAME: alone,
        "index.html": page.render_page(view, date, elements, alone=STANDALONE_NAME, size=len(alone)),
    }


def _named(name: str, content: bytes) -> tuple[str, bytes]:
    return add_content_hash(name, content), content


def _published(folder: Path) -> list[str]:
    """Return the names of the files of the map that is in a folder, none if it is empty or not there."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return []
    if not folder.is_dir():
        message = f"{folder} is a file. Name a folder, or a file that ends in .html."
        raise WriteError(message)
    try:
        names = json.loads((folder / MANIFEST_NAME).read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{folder} has files that are not a published map. Name a new or an empty folder."
        raise WriteError(message) from error
    return [name for name in names if isinstance(name, str) and _OWN.fullmatch(name)]


def _mark(folder: Path, facts: dict[str, str], names: Iterable[str]) -> None:
    write_site_file(
        folder / MANIFEST_NAME, json.dumps({**facts, "files": sorted(names)}, ensure_ascii=False, indent=1).encode()
    )


def write_site_file(path: Path, content: bytes) -> None:
    """Write a file as `files.replace` does, in a folder that is made if it is not there.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    with safe_write.explain_write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    safe_write.replace_file(path, lambda unfinished: unfinished.write_bytes(content))
