"""A part of the page that fails says so in its place; the rest of the page, and what the visitor did, stand."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from control_map.ui import page, url_schema
from control_map.ui.map import panel as map_panel
from control_map.ui.state import session
from control_map.ui.tabs import registry
from control_map.ui.toolbar import comparison, layers, method, row
from control_map.ui.user_reports import panel as reports_panel
from control_map.ui.user_reports import store
from tests.conftest import HERAT, SHIPPED

APP = str(SHIPPED.parents[1] / "app.py")
SECRET = "a path such as /srv/secret"
FAILED = "could not be shown."


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The twelve districts, and Streamlit's own setting as it is without a configuration."""
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(HERAT))
    details = st.get_option("client.showErrorDetails")
    st.set_option("client.showErrorDetails", "full")
    yield
    st.set_option("client.showErrorDetails", details)


def opened(**state: object) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[session.THEATRE_KEY] = HERAT
    for key, value in state.items():
        app.session_state[key] = value
    return app.run()


def shown(app: AppTest) -> str:
    return unescape("\n".join(each.body for each in app.get("html")))


def broken(*_: object, **__: object) -> None:
    raise RuntimeError(SECRET)


PARTS: dict[str, tuple[object, str]] = {
    "The link to this view": (url_schema, "view_link"),
    "The view that the link names": (url_schema, "read_view_from_url"),
    "The theatre that the link names": (url_schema, "read_theatre_from_url"),
    "The map": (map_panel, "show_board"),
    "What the map shows": (map_panel, "command_board"),
    "The choice of the method": (method, "read_rule_choice"),
    "The choice of a day to compare with": (comparison, "read_comparison"),
    "The toolbar": (row, "_row"),
    "The choice under \u201cMethod\u201d": (method, "ask_for_rule"),
    "The choice under \u201cLayers\u201d": (layers, "ask_for_layers"),
    "The panel of your reports": (reports_panel, "show_user_reports_panel"),
    "The summary of your reports": (reports_panel, "show_user_reports_button"),
    "Your own reports": (store, "cached_user_reports"),
}
STANDING = {
    "tab": '<table class="cm-provinces',
}
"""Words that show that a part of the page is there."""


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_fails_ends_alone_with_a_sentence(part: str, monkeypatch, caplog):
    monkeypatch.setattr(*PARTS[part], broken)
    with caplog.at_level(logging.ERROR):
        app = opened()
    text = shown(app)
    assert not app.exception
    assert text.count(FAILED) == 1
    assert f"{part} {FAILED}" in text
    assert SECRET not in text
    assert SECRET in caplog.text
    assert caplog.records[-1].args[0] in text
    for name, words in STANDING.items():
        assert (words in text) == (name != part), name


def test_a_section_that_fails_leaves_the_others_and_the_visitors_choices(monkeypatch):
    tabs = {name: replace(tab, show=broken if name == "Trend" else tab.show) for name, tab in registry.SECTIONS.items()}
    monkeypatch.setattr(registry, "SECTIONS", tabs)
    app = opened(**{session.PLACE_KEY: "AF3201"})
    for name in ("Trend", "Provinces"):
        app.session_state[session.SECTION_KEY] = name
        app.run()
        assert not app.exception
        assert (f"The section \u201cTrend\u201d {FAILED}" in shown(app)) == (name == "Trend")
        assert app.session_state[session.PLACE_KEY] == "AF3201"
    assert STANDING["tab"] in shown(app)


def test_each_section_is_limited(monkeypatch):
    monkeypatch.setattr(registry, "available_sections", lambda _: list(registry.SECTIONS))
    monkeypatch.setattr(
        registry, "SECTIONS", {each: replace(tab, show=broken) for each, tab in registry.SECTIONS.items()}
    )
    app = opened()
    for name in registry.SECTIONS:
        app.session_state[session.SECTION_KEY] = name
        app.run()
        assert not app.exception
        assert f"The section \u201c{name}\u201d {FAILED}" in shown(app)


def test_a_view_that_fails_leaves_the_toolbar_and_the_way_back(monkeypatch):
    monkeypatch.setattr(page.cached_results, "cached_view", broken)
    app = opened()
    assert not app.exception
    assert f"The view of this day {FAILED}" in shown(app)
    assert app.radio(key="rule").options
    assert "Add reports" in app.button(key="own opener").label


def test_a_callback_that_fails_leaves_the_page(monkeypatch):
    monkeypatch.setattr(session, "zoom_to", broken)
    app = opened(**{session.SECTION_KEY: "Changes"})
    app.selectbox(key=session.PROVINCE_KEY).set_value("AF32").run()
    assert not app.exception
    assert "had no effect" in app.toast[0].value
    assert "data-link" in shown(app)


def test_what_fails_outside_all_parts_shows_nothing_of_itself_whatever_the_configuration(monkeypatch):
    app = opened()
    monkeypatch.setattr(url_schema, "clear_theatre_state", broken)
    monkeypatch.setenv("CONTROL_MAP_PACKS", f"{HERAT}:{SHIPPED}")
    app.run().selectbox(key=session.THEATRE_KEY).set_value(SHIPPED).run()
    assert SECRET not in str(app.exception)


def script(ended: str) -> AppTest:
    """Run a script with one limited part between two others."""

    def run(ended: str) -> None:
        # The text of this function is a script of its own.
        import streamlit as st  # noqa: PLC0415

        from control_map.core.errors import SettingError  # noqa: PLC0415
        from control_map.ui.failures import contain_failures  # noqa: PLC0415

        st.text("before")
        with contain_failures("This part"):
            st.text("within")
            if ended == "stop":
                st.stop()
            elif ended == "rerun" and "again" not in st.session_state:
                st.session_state["again"] = True
                st.rerun()
            elif ended == "fixable":
                raise SettingError("days", "<b>", "a number")
        st.text("after")

    return AppTest.from_function(run, kwargs={"ended": ended}).run()


@pytest.mark.parametrize(
    ("ended", "texts"),
    [
        ("well", ["before", "within", "after"]),
        ("stop", ["before", "within"]),
        ("rerun", ["before", "within", "after"]),
        ("fixable", ["before", "within", "after"]),
    ],
)
def test_streamlit_can_stop_and_rerun_within_a_part(ended, texts):
    app = script(ended)
    assert [text.value for text in app.text] == texts
    assert ("again" in app.session_state) == (ended == "rerun")
    assert len(app.get("html")) == (ended == "fixable")


def test_what_a_user_can_fix_is_told_in_its_own_words_and_escaped():
    assert "days cannot be &#39;&lt;b&gt;&#39;. Use a number." in script("fixable").get("html")[0].body
