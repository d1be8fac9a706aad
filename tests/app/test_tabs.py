"""The tabs below the map: what is open is made, and what is not open costs nothing."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import apply_rule
from control_map.theatre.csv_writer import as_csv
from control_map.ui import url_schema
from control_map.ui.state import query, session
from control_map.ui.state.selection import Selection
from control_map.ui.tabs import download, registry
from tests.conftest import SHIPPED
from tests.support.made_up import written

APP = str(SHIPPED.parents[1] / "app.py")


@pytest.mark.parametrize("name", registry.SECTIONS)
def test_only_the_open_tab_is_made(name: str, monkeypatch: pytest.MonkeyPatch):
    made: list[str] = []
    monkeypatch.setattr(
        registry,
        "SECTIONS",
        {
            each: replace(tab, show=partial(lambda each, _: made.append(each), each))
            for each, tab in registry.SECTIONS.items()
        },
    )
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[session.SECTION_KEY] = name
    app.run()
    assert not app.exception
    assert made == [name]
    app.slider(key="date").set_value(app.slider(key="date").value.replace(day=1)).run()
    assert made == [name, name]


def test_a_link_to_a_tab_that_a_theatre_does_not_have_gets_a_notice(make_pack: Callable[..., Path]):
    full = load_pack(make_pack([written(1)]))
    theatre = full.theatre
    places = theatre.places[theatre.places["kind"] != "crossing"]
    bare = replace(full, theatre=replace(theatre, places=places), fingerprint="bare", files_fingerprint="bare")
    tab = next(entry for entry in url_schema.view_entries(bare, bare.rule()) if entry.key == session.SECTION_KEY)
    assert "Border" in registry.available_sections(full)
    assert "Border" not in registry.available_sections(bare)
    assert query.read_query({"tab": "border"}, [tab])[1]


TABLES = ("Border", "Sources", "Area claims", "Others' counts", "Other ways to count", "No recent news")


@pytest.mark.parametrize("name", TABLES)
def test_the_table_of_each_section_is_offered_as_a_file(name: str, shipped: Pack, monkeypatch: pytest.MonkeyPatch):
    offered = []
    monkeypatch.setattr(session, "blind_after_days", lambda: 30)
    monkeypatch.setattr(download, "offer_table", lambda *given, **_: offered.append(given))
    view = apply_rule(shipped, shipped.rule())
    selection = Selection(view, dt.date(2021, 8, 1), None, view)
    registry.SECTIONS[name].show(selection)
    ((_, _, make),) = offered
    table, facts = make(selection)
    assert len(table) > 0
    assert as_csv(table, facts).count("\n") > len(table)
    assert "geometry" not in table
