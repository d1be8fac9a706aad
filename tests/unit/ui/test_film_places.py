"""How many films a server makes at once, and for whom."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from control_map.core.errors import ControlMapError
from control_map.core.limits import LIMITS
from control_map.ui.auth import visitor
from control_map.ui.share.film import FilmPlaces


def test_a_visitor_makes_one_film_at_once_and_all_together_two():
    places = FilmPlaces(replace(LIMITS, films=2))
    with places.take("ada"):
        with pytest.raises(ControlMapError, match="still being made"), places.take("ada"):
            pass
        with places.take("ben"), pytest.raises(ControlMapError, match="in a minute"), places.take("eve"):
            pass
    with places.take("ada"), places.take("eve"):
        pass


def test_two_browsers_that_refuse_cookies_are_two_visits(monkeypatch: pytest.MonkeyPatch):
    names = []
    for session_id in ("one", "two"):
        monkeypatch.setattr(visitor, "get_script_run_ctx", lambda name=session_id: SimpleNamespace(session_id=name))
        monkeypatch.setattr(visitor.st, "context", SimpleNamespace(cookies={}))
        names.append(visitor.name_visit())
    assert names == ["one", "two"]
    cookies = {visitor.VISITOR_COOKIE: "a" * 43}
    monkeypatch.setattr(visitor.st, "context", SimpleNamespace(cookies=cookies))
    assert visitor.name_visit() == "a" * 43
