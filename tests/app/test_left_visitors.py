"""A visitor who has left, and may come back: little of what they brought is held, and nothing is lost."""

import gc
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from control_map.intake.worker import job as workers
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import Comparison, View
from control_map.ui.state import apart, session
from control_map.ui.state.cache import has_user_reports
from control_map.ui.state.selection import Selection
from control_map.ui.user_reports import store
from control_map.ui.user_reports import table as table_form
from tests.app.conftest import shown
from tests.app.test_user_reports import GOOD, HEAD, add_table, open_panel, press, text
from tests.app.test_workers import started, upload

__all__ = ["started"]
SESSION = "test session id"
"""The one that all pages of tests have."""


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], Any]]:
    """What the page's buttons for downloads call, by their keys."""
    offered: dict[str, Callable[[], Any]] = {}
    monkeypatch.setattr(st, "download_button", lambda _label, make, *_, key, **__: bool(offered.update({key: make})))
    return offered


def leave() -> None:
    """Do what Streamlit does when the connection is lost."""
    clear_session_resource_cache(SESSION)
    gc.collect()


def own_results() -> list[object]:
    """Return all that is in memory and was made from a user's own reports."""
    made = [each for each in gc.get_objects() if isinstance(each, Pack | View | Comparison | Selection)]
    return [each for each in made if has_user_reports(each if isinstance(each, Pack | View) else each.pack)]


def test_nothing_is_held_that_was_made_from_the_tables_of_one_who_has_left_and_all_is_made_again_for_them(
    opened: Callable[[], AppTest], downloads: dict[str, Callable[[], Any]]
):
    of_others = own_results()
    app = add_table(opened(), HEAD + GOOD)
    for tab in ("Provinces", "Trend", "Changes", "Reports"):
        app.session_state[session.SECTION_KEY] = tab
        shown(app)
    app.session_state[session.PANEL_OPEN_KEY] = False
    for part in ("Data", "Brief"):
        app.session_state[session.SHARE_PART_KEY] = part
        app.button(key="share").click().run()
        assert not app.exception
    assert {"export CSV", "export The map as one page", "export A brief of two pages"} < downloads.keys()
    tables = [
        f"{key}{kind}"
        for key in ("provinces download", "trend file", "changes csv", "reports download")
        for kind in ("", " excel")
    ]
    keys = (*tables, "own download marshland.merged.csv")
    files = {key: downloads[key]() for key in keys}
    assert all(files[key].startswith(b"PK") for key in tables[1::2])
    assert "Stonefen" in files["own download marshland.merged.csv"]
    assert len(own_results()) > 3
    leave()
    assert not [each for each in own_results() if not any(each is other for other in of_others)]
    assert app._fragment_storage._fragments  # which, as the downloads, are held for one who comes back
    assert {key: downloads[key]() for key in keys} == files
    assert "1 located. Nobody else sees them." in text(shown(app))


def test_what_was_uploaded_is_let_go_of_when_the_table_is_added_discarded_or_its_panel_closed(
    opened: Callable[[], AppTest], monkeypatch: pytest.MonkeyPatch
):
    managers: list[MemoryUploadedFileManager] = []
    plain = MemoryUploadedFileManager.__init__

    def note(self: MemoryUploadedFileManager, *arguments: Any) -> None:
        plain(self, *arguments)
        managers.append(self)

    def held() -> int:
        return len(managers[-1].file_storage.get(SESSION, ()))

    monkeypatch.setattr(MemoryUploadedFileManager, "__init__", note)
    app = upload(opened())
    assert held() == 1
    press(app, "own take")
    assert held() == 0
    upload(app, name="cranes.csv")
    assert held() == 1
    press(app, "own leave")
    assert held() == 0
    open_panel(app)
    upload(app, name="storks.csv")
    press(app, "own see")
    assert held() == 0
    assert "storks.csv is not added yet" in text(app)


def interrupted_once(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return what runs the page again instead of calling a function, the first time."""
    calls: list[object] = []

    def interrupted(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 1:
            st.rerun()
        return call(*arguments)

    return interrupted


def test_work_is_not_begun_again_if_a_run_ends_before_its_result_is_kept(
    opened: Callable[[], AppTest], started: list[Any], monkeypatch: pytest.MonkeyPatch
):
    app = opened()
    for module, step in ((table_form, "_keep_draft"), (store, "_keep"), (store, "drop_change")):
        monkeypatch.setattr(module, step, interrupted_once(getattr(module, step)))
    add_table(app, HEAD + GOOD)
    assert [job.subject for job in started if job._line is not workers.WEIGHING] == ["herons.csv", apart.SUBJECT]
    assert text(app).count("herons.csv events of 8 May 2021") == 1
    assert "1 located. Nobody else sees them." in text(app)
    assert session.CHANGE_KEY not in app.session_state
    assert session.DRAFT_KEY not in app.session_state
