"""The tabs below the map: what is open is made, and what is not open costs nothing."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from control_map.ui import tabs
from tests.conftest import SHIPPED

APP = str(SHIPPED.parents[1] / "app.py")


@pytest.mark.parametrize("name", tabs.TABS)
def test_only_the_open_tab_is_made(name: str, monkeypatch: pytest.MonkeyPatch):
    made: list[str] = []
    monkeypatch.setattr(tabs, "TABS", {each: partial(lambda each, _: made.append(each), each) for each in tabs.TABS})
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[tabs.KEY] = name
    app.run()
    assert not app.exception
    assert made == [name]
    app.slider(key="date").set_value(app.slider(key="date").value.replace(day=1)).run()
    assert made == [name, name]
