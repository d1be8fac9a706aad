"""Packs, views and what is computed from them, each made once and kept, see `cache`."""

import datetime as dt
import json
import os
import threading
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from control_map.assessment.weighing import Weigher
from control_map.core.labels import label_place
from control_map.core.rules import Rule
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import (
    Caller,
    Comparison,
    View,
    apply_rule,
    apply_weigher,
    call_here,
    compare_rules,
    compare_weighers,
    weigher_of,
)
from control_map.render.map import tiles
from control_map.render.map.background_file import make_background_file
from control_map.render.map.board import BACKGROUND_NAME
from control_map.render.map.geometry_file import make_geometry_file
from control_map.render.map.timeline_file import make_replay_file, make_timeline_file
from control_map.theatre.background import BACKGROUND_FILES
from control_map.theatre.theatre import PACK_FILES, file_state
from control_map.ui.auth import visitor
from control_map.ui.state.apart import run_weighing
from control_map.ui.state.cache import cache_results, has_user_reports, is_private_theatre
from control_map.ui.state.served_files import BoardSource, ServedFile, serve_file

BASE_MAPS_VARIABLE = "CONTROL_MAP_TILES"
"""The environment variable that names the base maps to choose from, as `tiles.parse_providers` reads it."""
_preparing = threading.Lock()
"""What weighs reports is prepared while they are weighed."""
_writing = threading.Lock()
"""Writing a part of the page calls for views and the like; computing those never calls for a part of the page."""


def _caller(pack: Pack) -> Caller:
    """Return what calls functions that weigh a pack: with the user's reports in it, they run in a worker."""
    return run_weighing if has_user_reports(pack) else call_here


def pack_files_key(folder: Path) -> Hashable:
    """Return what differs once a file of the pack in a folder has been written again."""
    return str(folder), tuple(file_state(folder / name) for name in (*PACK_FILES, *BACKGROUND_FILES))


def pack_key(pack: Pack, *depends_on: Hashable) -> Hashable:
    """Return the key of a result that bears a pack's name: two theatres may have the same contents."""
    return pack.theatre.id, pack.fingerprint, *depends_on


def view_key(view: View, *depends_on: Hashable) -> Hashable:
    """Return the key of a result of a view."""
    return pack_key(view.pack, view.rule, view.known_on, *depends_on)


@cache_results(pack_files_key, of_theatre=True)
def cached_pack(folder: Path) -> Pack:
    """Return the pack in a folder; it is read again when one of its files has changed."""
    return load_pack(folder)


@cache_results(lambda pack, rule: (pack.fingerprint, rule), lock=_preparing)
def _weigher_of_view(pack: Pack, rule: Rule) -> Weigher:
    """Return what weighs a pack's own reports under a rule: it keeps what it found for one day for the others."""
    return weigher_of(pack, rule, lists_reports=True)


@cache_results(lambda pack, rule: (pack.fingerprint, rule), lock=_preparing)
def _weigher_of_counts(pack: Pack, rule: Rule) -> Weigher:
    """Return the same for counts alone: it need not list the reports behind each status."""
    return weigher_of(pack, rule, lists_reports=False)


@cache_results(pack_key)
def cached_view(pack: Pack, rule: Rule, known_on: dt.date | None) -> View:
    """Return the view of a pack under a rule."""
    if has_user_reports(pack):
        return apply_rule(pack, rule, known_on, call=run_weighing)
    return apply_weigher(pack, _weigher_of_view(pack, rule), known_on)


@cache_results(pack_key)
def cached_comparison(pack: Pack, known_on: dt.date | None) -> Comparison:
    """Return the views of a pack under all presets."""
    if has_user_reports(pack):
        return compare_rules(pack, known_on=known_on, call=run_weighing)
    return compare_weighers(pack, [_weigher_of_counts(pack, rule) for rule in pack.rules], known_on)


@cache_results(lambda pack: pack.files_fingerprint, of_theatre=True)
def place_search_labels(pack: Pack) -> dict[str, str]:
    """Return the label of each place, by its id, in the order of their names: name, province, kind, local name."""
    places = pack.theatre.places.drop(columns="geometry").sort_values(["name", "province"])
    return {
        row["place_id"]: " \u00b7 ".join(
            filter(None, [label_place(row["name"], row["province"], row["kind"]), row["name_local"]])
        )
        for row in places.to_dict("records")
    }


@cache_results(lambda pack: pack.fingerprint if is_private_theatre(pack) else pack.files_fingerprint, of_theatre=True)
def geometry_file(pack: Pack) -> ServedFile:
    """Return the served file with a pack's geometry, and the period that it shows."""
    content, is_shared = make_geometry_file(pack.theatre, pack.styles), not is_private_theatre(pack)
    return serve_file("geometry.json", content, is_shared=is_shared, owner=_owner(is_shared=is_shared))


def _background_key(pack: Pack) -> Hashable:
    background = pack.theatre.background
    return background and background.fingerprint


@cache_results(_background_key, of_theatre=True)
def background_file(pack: Pack) -> ServedFile | None:
    """Return the served file with the background of a pack's map, None if it has none."""
    content = make_background_file(pack.theatre)
    return serve_file(BACKGROUND_NAME, content, is_shared=True) if content else None


@lru_cache(maxsize=1)
def tiles_file() -> ServedFile:
    """Return the served file with the base maps to choose from.

    Raises
    ------
    ControlMapError
        If `CONTROL_MAP_TILES` names a base map that does not exist, or that needs a key.
    """
    return serve_file("tiles.json", json.dumps(base_maps()).encode(), is_shared=True)


def base_maps() -> list[dict[str, Any]]:
    """Return the base maps to choose from, as `describe_providers` does.

    Raises
    ------
    ControlMapError
        If `CONTROL_MAP_TILES` names a base map that does not exist, or that needs a key.
    """
    named = os.environ.get(BASE_MAPS_VARIABLE) or " ".join(tiles.DEFAULT_PROVIDERS)
    return tiles.describe_providers(tiles.parse_providers(named))


def _timeline_key(view: View, source_rows: Mapping[str, str]) -> Hashable:  # noqa: ARG001 - the pack has the rows
    return view_key(view)


@cache_results(_timeline_key)
def timeline_file(view: View, source_rows: Mapping[str, str]) -> ServedFile:
    """Return the served file with a view's timeline; `source_rows` is that of `BoardSource`."""
    content, is_shared = _caller(view.pack)(make_timeline_file, view), not has_user_reports(view)
    own_view = None if is_shared else view
    source = BoardSource(view.pack, view.rule, view.known_on, view=own_view, source_rows=source_rows)
    return serve_file("timeline.json", content, is_shared=is_shared, source=source, owner=_owner(is_shared=is_shared))


def _replay_key(pack: Pack, rule: Rule, source_rows: Mapping[str, str]) -> Hashable:  # noqa: ARG001 - the pack has the rows
    return pack.fingerprint, rule


@cache_results(_replay_key)
def replay_file(pack: Pack, rule: Rule, source_rows: Mapping[str, str]) -> ServedFile:
    """Return the served file with the status of each day as it was known on that day; see `timeline_file`."""
    is_shared = not has_user_reports(pack)
    if is_shared:
        content = make_replay_file(pack, rule, _weigher_of_view(pack, rule))
    else:
        content = run_weighing(make_replay_file, pack, rule)
    source = BoardSource(pack, rule, is_replay=True, source_rows=source_rows)
    return serve_file("replay.json", content, is_shared=is_shared, source=source, owner=_owner(is_shared=is_shared))


def _owner(*, is_shared: bool) -> str:
    return "" if is_shared else visitor.current_visitor()


@cache_results(view_key)
def cached_totals(view: View) -> pd.DataFrame:
    """Return the published totals that a view knows, each beside the view's own count."""
    return view.compare_totals()


@cache_results(view_key)
def cached_changes(view: View, after: dt.date, until: dt.date) -> pd.DataFrame:
    """Return every change of status after one day and up to another, see `View.change_log`."""
    return _caller(view.pack)(View.change_log, view, after, until)


def _html_key(view: View, part: str, *depends_on: Hashable, write: Callable[[], str]) -> Hashable:  # noqa: ARG001 - it writes what the key names
    return view_key(view, part, *depends_on)


@cache_results(_html_key, lock=_writing)
def cached_html(view: View, part: str, *depends_on: Hashable, write: Callable[[], str]) -> str:  # noqa: ARG001 - the key
    """Return a part of the page; it is written once for each view and set of values, and shared by all sessions."""
    return write()


def show_cached_html(view: View, part: str, *depends_on: Hashable, write: Callable[[], str]) -> None:
    """Show a part of the page, see `cached_html`."""
    st.html(cached_html(view, part, *depends_on, write=write))
