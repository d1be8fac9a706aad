"""Packs and views, made once and kept: for all sessions, or, of what a visitor brought, for that one, see `kept`."""

import datetime as dt
import json
import os
import threading
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from control_map.analysis import published_totals
from control_map.analysis.sources import cross_check_reports, summarize_origins
from control_map.core.rules import Rule
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import Comparison, View, apply_rule, compare_rules
from control_map.render.map import tiles
from control_map.render.map.geometry_file import make_geometry_file
from control_map.render.map.timeline_file import make_replay_file, make_timeline_file
from control_map.theatre.theatre import PACK_FILES
from control_map.ui import naming
from control_map.ui.state.cache import cache_results
from control_map.ui.state.served_files import serve_file, stop_serving_file
from control_map.ui.tabs import origins

BASE_MAPS_VARIABLE = "CONTROL_MAP_TILES"
"""The environment variable that names the base maps to choose from, as `tiles.named` reads it."""

MAX_VIEWS = 32
"""Kept at once; a view of the shipped pack takes about 3 MB, and the dates of a replay are one view each."""


MAX_HTML_PARTS = 1024
"""Parts of the page kept, of some kilobytes each."""
_writing = threading.Lock()
"""What is written asks for views and the like; none of those asks for a part of the page."""


def cached_pack(folder: Path) -> Pack:
    """Return the pack in a folder; it is read anew when one of its files has changed."""
    return _pack(
        str(folder), tuple((folder / name).stat().st_mtime_ns for name in PACK_FILES if (folder / name).exists())
    )


@st.cache_resource(show_spinner="Reading the reports ...", max_entries=4)
def _pack(folder: str, changed: tuple[int, ...]) -> Pack:  # noqa: ARG001 - part of the key
    return load_pack(Path(folder))


def cached_view(pack: Pack, rule: Rule, known_on: dt.date | None) -> View:
    """Return what a rule makes of a pack."""
    return _view(pack.fingerprint, rule, known_on, pack)


@cache_results(MAX_VIEWS)
def _view(fingerprint: str, rule: Rule, known_on: dt.date | None, _pack: Pack) -> View:  # noqa: ARG001 - part of the key
    return apply_rule(_pack, rule, known_on)


def cached_comparison(pack: Pack, known_on: dt.date | None) -> Comparison:
    """Return what all presets make of a pack."""
    return _comparison(pack.fingerprint, known_on, pack)


@cache_results(MAX_VIEWS)
def _comparison(fingerprint: str, known_on: dt.date | None, _pack: Pack) -> Comparison:  # noqa: ARG001 - part of the key
    return compare_rules(_pack, known_on=known_on)


def place_search_labels(pack: Pack) -> dict[str, str]:
    """Return what each place is called in the box that finds it, by its id: in both scripts, in order of the names."""
    return _place_names(pack.files_fingerprint, pack)


@st.cache_resource(show_spinner=False, max_entries=4)
def _place_names(published: str, _pack: Pack) -> dict[str, str]:  # noqa: ARG001 - part of the key
    places = _pack.theatre.places.drop(columns="geometry").sort_values(["name", "province"])
    return {
        row["place_id"]: " \u00b7 ".join(filter(None, [naming.place_label(row), row["name_local"]]))
        for row in places.to_dict("records")
    }


def geometry_file_name(pack: Pack) -> str:
    """Return the name of the served file with a pack's geometry."""
    return _geometry(pack.files_fingerprint, pack)


@st.cache_resource(show_spinner=False, max_entries=4)
def _geometry(published: str, _pack: Pack) -> str:  # noqa: ARG001 - part of the key
    return serve_file("geometry.json", make_geometry_file(_pack.theatre, _pack.styles))


@st.cache_resource(show_spinner=False)
def tiles_file_name() -> str:
    """Return the name of the served file with the base maps to choose from.

    Raises
    ------
    ControlMapError
        If `CONTROL_MAP_TILES` names one that there is not, or that wants a key.
    """
    chosen = tiles.parse_providers(os.environ.get(BASE_MAPS_VARIABLE) or " ".join(tiles.DEFAULT_PROVIDERS))
    return serve_file("tiles.json", json.dumps(tiles.describe_providers(chosen)).encode())


def timeline_file_name(view: View) -> str:
    """Return the name of the served file with a view's timeline."""
    return _timeline(view.pack.fingerprint, view.rule, view.known_on, view)


@cache_results(MAX_VIEWS, stop_serving_file)
def _timeline(fingerprint: str, rule: Rule, known_on: dt.date | None, _view: View) -> str:  # noqa: ARG001 - part of the key
    return serve_file("timeline.json", make_timeline_file(_view))


def replay_file_name(pack: Pack, rule: Rule) -> str:
    """Return the name of the served file with what each day showed to those who knew what was published by then."""
    return _replay(pack.fingerprint, rule, pack)


@cache_results(8, stop_serving_file)
def _replay(fingerprint: str, rule: Rule, _pack: Pack) -> str:  # noqa: ARG001 - part of the key
    return serve_file("replay.json", make_replay_file(_pack, rule))


def cached_totals(view: View) -> pd.DataFrame:
    """Return the published totals that a view knows of, each beside the view's own count."""
    return _totals(view.pack.fingerprint, view.rule, view.known_on, view)


@cache_results(MAX_VIEWS)
def _totals(fingerprint: str, rule: Rule, known_on: dt.date | None, _view: View) -> pd.DataFrame:  # noqa: ARG001 - part of the key
    theatre = _view.pack.theatre
    totals = published_totals.totals_known_on(theatre.totals, known_on)
    return published_totals.compare_totals_with_map(
        totals, _view.timeline, published_totals.scales_of(theatre), published_totals.measures_of(theatre)
    )


def cached_changes(view: View, after: dt.date, until: dt.date) -> pd.DataFrame:
    """Return every change of status after one day and up to another, see `View.change_log`."""
    return _ledger(view.pack.fingerprint, view.rule, view.known_on, after, until, view)


@cache_results(MAX_VIEWS)
def _ledger(
    fingerprint: str,  # noqa: ARG001 - part of the key
    rule: Rule,  # noqa: ARG001 - part of the key
    known_on: dt.date | None,  # noqa: ARG001 - part of the key
    after: dt.date,
    until: dt.date,
    _view: View,
) -> pd.DataFrame:
    return _view.change_log(after, until)


def cached_html(what: str, view: View, *depends_on: Hashable, write: Callable[[], str]) -> str:
    """Return a part of the page; it is written once for all that it depends on, whoever looks at it."""
    return _written((what, view.pack.fingerprint, view.rule, view.known_on, *depends_on), write, view)


@cache_results(MAX_HTML_PARTS, in_turn=_writing)
def _written(depends_on: tuple[Hashable, ...], _write: Callable[[], str], _view: View) -> str:  # noqa: ARG001 - the key
    return _write()


class OriginsTable(NamedTuple):
    """The reports as `sources.appraise` returns them, the table that `sources.by_origin` makes, and its cells."""

    reports: pd.DataFrame
    table: pd.DataFrame
    styled: Styler


def cached_origins(view: View) -> OriginsTable:
    """Return the origins of the reports that a view knows; of its rule, only the corroboration window matters."""
    return _origins(view.pack.fingerprint, view.rule.corroboration_days, view.known_on, view)


@cache_results(MAX_VIEWS)
def _origins(fingerprint: str, days: int, known_on: dt.date | None, _view: View) -> OriginsTable:  # noqa: ARG001 - part of the key
    reports = cross_check_reports(_view.pack.assertions, _view.located, days)
    table = summarize_origins(reports)
    return OriginsTable(reports, table, origins.style_origins(table))
