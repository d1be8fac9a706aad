"""A folder that any web host can serve: the page and its files, whose names contain a hash of their content."""

import datetime as dt
import json
import os
import re
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from control_map.core.arrays import to_compact_json
from control_map.core.errors import WriteError
from control_map.pipeline.view import View
from control_map.render import feeds
from control_map.render.feeds.feed import FEEDS_FOLDER
from control_map.render.html.head import Alternate, PageHead
from control_map.render.html.renderer import embed_json
from control_map.render.map.area_file import list_area_ids, make_area_file
from control_map.render.map.assets import add_content_hash
from control_map.render.map.board import BACKGROUND_NAME, make_board_files
from control_map.render.map.dossier_file import make_dossier_file
from control_map.render.picture.files import write_picture
from control_map.render.picture.picture import draw_card
from control_map.render.picture.shapes import CARD
from control_map.render.provenance import Provenance
from control_map.render.site import page
from control_map.render.site.api_files import API_FOLDER, make_api_files
from control_map.render.site.machines import (
    TEXTS_FOLDER,
    describe_data_set,
    make_llms_text,
    make_place_texts,
    make_sitemap,
)
from control_map.theatre import safe_write

STANDALONE_NAME = "control-map.html"
"""The name of the page as a single file."""
MANIFEST_NAME = "control-map.json"
"""The file that states what was published, and which files of the folder belong to it."""
CARD_NAME = "card.png"
"""The picture that stands for a link to the page."""
FILES_FOLDER = "files/"
KEPT_SECONDS = 24 * 60 * 60
"""How long the files of an earlier map stay at least, for readers who have its page open."""
_FOLDERS = (
    FILES_FOLDER,
    rf"{FEEDS_FOLDER}(?:part-\d+/)?",
    TEXTS_FOLDER,
    rf"{API_FOLDER}(?:(?:places|status|summary)/)?",
)
_FILE_NAME = re.compile(rf"(?:{'|'.join(_FOLDERS)})?[\w-]+\.\w+", re.ASCII)


class _Manifest(NamedTuple):
    """What a folder says of the map in it: its provenance, its files, and those of earlier maps that readers may have.

    A page that was opened before the map was published again still fetches the files of its own map.
    """

    facts: dict[str, Any]
    files: frozenset[str] = frozenset()
    earlier: frozenset[str] = frozenset()


def publish_site(
    view: View,
    date: dt.date,
    folder: Path,
    since: dt.date | None = None,
    *,
    api: bool = False,
    address: str = "",
) -> list[Path]:
    """Write a map into a folder, as a page for any web host.

    All addresses in it are relative. A folder that contains a map is updated: readers get the old page or the new one,
    never a mixture, and the files of the old one stay for at least a day. Files that do not belong to a map stay. Of
    two processes that publish into one folder, the second waits for the first.

    Parameters
    ----------
    view
        What it shows, on every day of the period.
    date
        The day on which it opens.
    folder
        It is created if it does not exist.
    since
        An earlier day with which it compares when it opens. None: with none.
    api
        Whether the API as files, the feeds, and what machines read are there, too: some 50 MB for a theatre of 500
        places and 130 days.
    address
        The web address of the folder, for links that have to be absolute: the page's canonical link, those of the
        feeds, and a sitemap. Empty: there are none of these, and all links are relative.

    Returns
    -------
    list of Path
        The files of the map.

    Raises
    ------
    WriteError
        If the folder contains something else, is not a folder, or cannot be written, or if the period is too long for
        the API as files.
    """
    with safe_write.explain_write_errors(folder):
        _read_manifest(folder)  # fails before the files are made
    contents = _make_files(view, date, since, api=api, address=f"{address.rstrip('/')}/" if address else "")
    facts = Provenance.of(view, date, since).facts()
    with safe_write.explain_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with safe_write.locked_folder(folder):
            _update_folder(folder, facts, contents)
    return [folder / name for name in (*contents, MANIFEST_NAME)]


def _update_folder(folder: Path, facts: dict[str, Any], contents: Mapping[str, bytes]) -> None:
    """Write the files of a map, the page after those that it needs, and remove those that no reader has any more.

    If this is interrupted, the folder is still a map's: the manifest first names both the old files and the new.
    """
    old = _read_manifest(folder)
    for each in {folder, *((folder / name).parent for name in (*contents, *old.files))}:
        safe_write.remove_unfinished(each)
    _write_manifest(folder, _Manifest(old.facts or facts, old.files | contents.keys(), old.earlier - contents.keys()))
    with safe_write.temporary_folder(folder) as staging:
        for name, content in contents.items():
            path = folder / name
            if not path.is_file() or path.read_bytes() != content:
                write_site_file(path, content, staging)
    for name in old.files - contents.keys():
        with suppress(FileNotFoundError):
            os.utime(folder / name)  # from now on, its time says since when no page needs it
    earlier = {name for name in (old.files | old.earlier) - contents.keys() if (folder / name).exists()}
    expired = {name for name in earlier if abs(time.time() - (folder / name).stat().st_mtime) > KEPT_SECONDS}
    for name in expired:
        (folder / name).unlink(missing_ok=True)
    _write_manifest(folder, _Manifest(facts, frozenset(contents), frozenset(earlier - expired)))


def _make_files(
    view: View, date: dt.date, since: dt.date | None, *, api: bool = False, address: str = ""
) -> dict[str, bytes]:
    """Return the files by their names, each after those that it needs."""
    machines = {}
    if api:
        card = write_picture(draw_card(view, date, since), CARD)
        machines = {**_make_machine_files(view, address), CARD_NAME: card}
    files: dict[str, bytes] = {}

    def add(name: str, content: bytes, *, hashed: bytes | None = None, part: str = "") -> str:
        stem, suffix = add_content_hash(name, content if hashed is None else hashed).rsplit(".", 1)
        named = f"{stem}{part}.{suffix}"
        files[FILES_FOLDER + named] = content
        return named

    board_files = make_board_files(view)
    dossiers = [make_dossier_file(view, [place_id]) for place_id in view.pack.theatre.places["place_id"]]
    # One hash for all files that the board finds by the name of the timeline: none of an older map can be among them.
    named = ("timeline.json", "ranges.json", "names.json", "mentions.json", "events.json")
    areas = [make_area_file(view.pack, view.known_on, each) for each in list_area_ids(view.pack.theatre)]
    of_view = b"".join([*(board_files[name] for name in named), *dossiers, *areas])
    names = {name: add(name, board_files[name]) for name in ("geometry.json", BACKGROUND_NAME) if name in board_files}
    names |= {name: add(name, board_files[name], hashed=of_view) for name in named}
    for number, dossier in enumerate(dossiers):
        add("dossier.json", dossier, hashed=of_view, part=f"-{number}")
    for number, area in enumerate(areas):
        add("areas.json", area, hashed=of_view, part=f"-{number}")
    script = FILES_FOLDER + add("map.js", b"\n".join(page.page_scripts()))
    sheet = FILES_FOLDER + add("map.css", b"\n".join(page.page_style_sheets()))
    settings = page.make_page_settings(view, date, "", names, base=FILES_FOLDER, since=since)
    alone = page.render_standalone_page(view, date, since=since, files=board_files)
    index = page.render_page(
        view,
        date,
        sheets=f'<link rel="stylesheet" href="{sheet}">',
        code=f'{embed_json("settings", to_compact_json(settings))}<script src="{script}"></script>',
        policy=page.content_security_policy(script="'self'", style="'self'", connect="'self'"),
        alone=STANDALONE_NAME,
        size=len(alone),
        since=since,
        head=_make_head(view, date, address, api=api),
    )
    return {**files, **machines, STANDALONE_NAME: alone, "index.html": index}


def _make_head(view: View, date: dt.date, address: str, *, api: bool) -> PageHead:
    head = page.describe_page(view, date)
    if not api:
        return replace(head, canonical=address, link=address)
    others = [
        Alternate(feeds.feed_path(feeds.THEATRE, form), known.media_type, "Changes of status")
        for form, known in feeds.FORMATS.items()
    ]
    return replace(
        head,
        canonical=address,
        link=address,
        card=f"{address}{CARD_NAME}",
        alternates=tuple(others),
        data_set=describe_data_set(view, address),
    )


def _make_machine_files(view: View, address: str) -> dict[str, bytes]:
    """Return the API as files, the feeds, and what machines that read pages are given."""
    texts = make_place_texts(view)
    links, entries = feeds.FeedLinks(address, "#"), feeds.list_entries(view)
    files = {
        **make_api_files(view),
        **texts,
        **{
            feeds.feed_path(scope, form, part): feeds.make_feed(view, scope, form, links, part, entries)
            for scope in feeds.list_scopes(view)
            for form in feeds.FORMATS
            for part in range(1, feeds.count_parts(view, scope, entries) + 1)
        },
        "llms.txt": make_llms_text(view),
    }
    return {**files, "sitemap.xml": make_sitemap(address, ["llms.txt", *texts])} if address else files


def _read_manifest(folder: Path) -> _Manifest:
    """Return what a folder says of the map in it; nothing if the folder is empty or does not exist."""
    if not folder.exists() or (folder.is_dir() and all(map(safe_write.is_unfinished, folder.iterdir()))):
        return _Manifest({})
    if not folder.is_dir():
        raise WriteError(f"{folder} is a file. Name a folder, or a file that ends in .html.")
    try:
        facts = json.loads((folder / MANIFEST_NAME).read_text("utf-8"))
        files, earlier = _site_names(facts.pop("files")), _site_names(facts.pop("earlier_files", []))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WriteError(f"{folder} has files that are not a published map. Name a new or an empty folder.") from error
    return _Manifest(facts, files, earlier - files)


def _site_names(names: Iterable[object]) -> frozenset[str]:
    """Return those names that a map's files can have: none of them leads out of the folder."""
    return frozenset(name for name in names if isinstance(name, str) and _FILE_NAME.fullmatch(name))


def _write_manifest(folder: Path, manifest: _Manifest) -> None:
    names = {"files": sorted(manifest.files), "earlier_files": sorted(manifest.earlier)}
    text = json.dumps({**manifest.facts, **names}, ensure_ascii=False, indent=1)
    write_site_file(folder / MANIFEST_NAME, text.encode())


def write_site_file(path: Path, content: bytes, staging: Path | None = None) -> None:
    """Write a file as `replace_file` does, in a folder that is created if it does not exist.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    with safe_write.explain_write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    safe_write.replace_file(path, lambda unfinished: unfinished.write_bytes(content), staging=staging)
