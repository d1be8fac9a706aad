"""The toolbar: what its popovers hold is made when they are open, and what is chosen outlasts them."""

import re
from html import unescape

from streamlit.testing.v1 import AppTest

from control_map.ui import html
from control_map.ui.state import session


def words(app: AppTest) -> list[str]:
    """Return what the popovers say is chosen, as a browser reads the style sheet."""
    sheet = next(each.body for each in app.get("html") if "cm-brand" in each.body)
    return [read_css(text) for text in re.findall(r'content: "(.*?)"', sheet)]


def read_css(text: str) -> str:
    return re.sub(r"\\([0-9a-f]{6})", lambda found: chr(int(found[1], 16)), text)


def test_what_a_popover_holds_is_made_when_it_is_open_and_what_is_chosen_outlasts_it(opened):
    app = opened()
    for key in session.POPOVER_KEYS:
        app.session_state[key] = False
    app.run()
    assert not app.radio
    assert not app.pills
    app.session_state[session.METHOD_POPOVER_KEY] = True
    app.run()
    app.radio(key="rule").set_value("latest").run()
    app.number_input(key="latest hardening_days").set_value(3).run()
    app.session_state[session.METHOD_POPOVER_KEY] = False
    app.run()
    assert not app.radio
    app.slider(key="date").set_value(app.slider(key="date").value.replace(day=29)).run()
    assert not app.exception
    assert "rule=latest&hardening-days=3" in unescape(" ".join(each.body for each in app.get("html")))
    assert words(app) == [": A made-up war", ": Latest report, adjusted", ": all", ": nothing"]


def test_an_input_that_is_opened_again_begins_in_the_browser_with_what_is_chosen(opened):
    app = opened()
    app.number_input(key="assessed hardening_days").set_value(5).run()
    app.radio(key="known").set_value("Only reports published by a day you choose").run()
    app.radio(key="compare").set_value("A date").run()
    app.session_state["shown"] = [*app.session_state["shown"], "silence"]
    app.run()
    app.number_input(key="older_than").set_value(9).run()
    for is_open in (False, True):
        for key in session.POPOVER_KEYS:
            app.session_state[key] = is_open
        app.run()
    assert app.number_input(key="assessed hardening_days").proto.default == 5
    assert app.number_input(key="older_than").proto.default == 9
    for asked in app.date_input:
        assert asked.proto.default == [asked.value.isoformat()]
    assert len(app.date_input) == 2


def test_any_text_can_stand_in_a_style_sheet():
    for text in ('"} </style><b>x</b>', "a\\", "Ж \u202ex", "\n*/"):
        written = html.css_string(text)
        assert re.fullmatch(r'"(?:[A-Za-z0-9]|\\[0-9a-f]{6})*"', written)
    assert read_css(html.css_string("Ahrar: 1 & 2's")) == '"Ahrar: 1 & 2\'s"'
