"""The page opens with the view in its address, and states what of it could not be read."""

import datetime as dt
import os
import re
import shutil
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from control_map.ui import url_schema
from control_map.ui.state import session
from tests.conftest import SHIPPED

APP = str(SHIPPED.parents[1] / "app.py")
DATE = "date=2021-07-09"
"""The day on which the theatre opens: each link has its day."""


@pytest.fixture
def visit() -> Callable[[str], AppTest]:
    """Return a function that opens the page by the query of its address."""

    def opened(query: str) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=60)
        for name, text in parse_qsl(query, keep_blank_values=True):
            app.query_params[name] = text
        app.run()
        assert not app.exception
        return app

    return opened


def linked(app: AppTest) -> str:
    """Return the query of the link that the page has of its view."""
    return next(
        unescape(found[1]) for each in app.get("html") if (found := re.search(r'data-link="([^"]*)"', each.body))
    )


def notices(app: AppTest) -> str:
    return " ".join(unescape(each.body) for each in app.get("html") if 'class="cm-notices"' in each.body)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "date=2021-08-10",
        "date=2021-06-01&since=week&rule=latest",
        "since=date&since-date=2021-06-11&rule=two-sources&corroboration-days=12&minimum-origins=3",
        "rule=side:taliban&lowest-reliability=B&area-reports=false",
        "known=on-a-date&known-date=2021-07-03&place=AF-X-islam-qala",
        "date=2021-07-20&known=that-day&tab=where-rules-differ&show=blind-spots&silent=60",
        "place=AF0101&tab=method&show=",
        "show=capitals,crossings",
    ],
)
def test_a_view_that_was_opened_by_a_link_has_the_same_link(visit, query: str):
    app = visit(query)
    assert linked(app) == (query if "date=" in query.split("&", maxsplit=1)[0] else f"{DATE}&{query}".rstrip("&"))
    assert notices(app) == ""


def test_a_link_opens_what_it_says(visit):
    app = visit("date=2021-08-10&rule=latest&hardening-days=3&known=that-day&since=month&show=blind-spots&silent=44")
    assert app.session_state["date"] == dt.date(2021, 8, 10)
    assert app.radio(key="rule").value == "latest"
    assert app.number_input(key="latest hardening_days").value == 3
    assert app.radio(key="known").value == "Only reports published by the date shown"
    assert app.radio(key="compare").value == "30 days before"
    assert app.number_input(key="older_than").value == 44


def test_the_link_follows_what_is_chosen(visit):
    app = visit("")
    app.slider(key="date").set_value(dt.date(2021, 8, 1)).run()
    app.radio(key="rule").set_value("latest").run()
    app.number_input(key="latest hardening_days").set_value(3).run()
    app.session_state["place"] = "AF0101"
    app.run()
    assert linked(app) == "date=2021-08-01&rule=latest&hardening-days=3&place=AF0101"


def test_what_cannot_be_read_falls_back_with_a_notice(visit):
    app = visit("date=yesterday&rule=mine&place=<b>&theatre=atlantis&colour=red&since=month")
    said = notices(app)
    for each in ("yesterday", "mine", "atlantis", "\u201ccolour\u201d is not a known setting"):
        assert each in said
    assert "<b></" not in said
    assert linked(app) == f"{DATE}&since=month"


def test_a_link_to_a_published_page_opens_the_same_view_in_the_app(visit):
    app = visit("date=2021-08-10&compare=2021-07-02&place=AF0101&events=off")
    assert not notices(app)
    assert "since=date&since-date=2021-07-02" in linked(app)
    assert session.EVENTS_LAYER not in app.session_state[session.LAYERS_KEY]


def test_a_day_to_compare_with_that_cannot_be_is_said_whichever_word_names_it(visit):
    assert "2020-01-01" in notices(visit("compare=2020-01-01"))


def test_a_notice_is_gone_when_the_reader_goes_on(visit):
    app = visit("colour=red")
    assert notices(app)
    app.radio(key="rule").set_value("latest").run()
    assert not notices(app)


def test_an_address_to_which_the_browser_goes_back_is_read_again_and_what_it_does_not_name_is_as_at_first(
    visit, monkeypatch
):
    app = visit("date=2021-08-10&place=AF0101&province=AF32&since=week&rule=latest&hardening-days=3&tab=trend&show=")
    app.query_params.clear()
    app.query_params["date"] = "2021-06-01"
    app.query_params["tab"] = "reports"
    app.query_params["reports-text"] = "qala"
    monkeypatch.setattr(url_schema, "is_history_navigation", lambda: True)
    app.run()
    assert linked(app) == "date=2021-06-01&tab=reports&reports-text=qala"
    assert app.session_state["go"] == ("", 2)
    assert app.text_input(key="reports text").value == "qala"


def test_a_page_that_lost_its_connection_says_that_the_added_reports_are_gone(visit):
    def said(app: AppTest) -> bool:
        return any("the reports that you had added" in each.body for each in app.get("html"))

    app = visit("date=2021-08-10&lost=own-reports")
    assert said(app)
    assert "could not be read" not in notices(app)
    assert linked(app) == "date=2021-08-10"
    assert not said(visit("date=2021-08-10"))


def test_the_address_is_read_once(visit):
    app = visit("date=2021-08-10")
    app.slider(key="date").set_value(dt.date(2021, 8, 1)).run()
    assert app.session_state["date"] == dt.date(2021, 8, 1)


def test_what_belongs_to_streamlit_is_no_part_of_the_view(visit):
    assert notices(visit("embed=true&embed_options=dark_theme")) == ""


def test_no_two_parts_of_the_address_have_one_name(shipped):
    names = [entry.name for entry in [url_schema.theatre_entry(), *url_schema.view_entries(shipped, shipped.rule())]]
    assert len(names) == len(set(names))


def test_two_theatres_of_one_name_have_links_of_their_own(make_pack, monkeypatch, tmp_path):
    one = make_pack()
    other = tmp_path / "elsewhere" / one.name
    shutil.copytree(one, other)
    monkeypatch.setenv("CONTROL_MAP_PACKS", os.pathsep.join([str(one.parent), str(other.parent)]))
    form = url_schema.theatre_entry().format
    assert [form.write(folder) for folder in (one, other)] == [one.name, f"{one.name}-2"]
    assert form.read(f"{one.name}-2") == other


def test_what_is_chosen_in_a_tab_is_kept_while_it_is_closed_and_is_in_the_link(visit):
    app = visit("tab=reports&reports-text=qala&reports-state=set-aside&reports-claim=captured,retaken&by=area")
    assert app.text_input(key="reports text").value == "qala"
    app.session_state["tab"] = "Method"
    app.run()
    app.slider(key="date").set_value(dt.date(2021, 8, 1)).run()
    for part in ("reports-text=qala", "reports-state=set-aside", "reports-claim=captured,retaken", "by=area"):
        assert part in linked(app)
    app.session_state["tab"] = "Reports"
    app.run()
    assert app.text_input(key="reports text").value == "qala"


def test_a_replay_that_is_compared_says_what_each_part_compares_with(visit):
    said = "compare with what was known on"
    assert any(said in each.body for each in visit("known=that-day&since=week").get("html"))
    assert not any(said in each.body for each in visit("since=week").get("html"))


def test_a_citation_names_date_and_rule_and_nothing_of_the_tabs(visit):
    app = visit("tab=cite-and-export&reports-text=qala&place=AF0101")
    app.session_state["share part"] = "Cite"
    app.button(key="share").click().run()
    texts = " ".join(element.body for element in app.get("html"))
    assert "?date=2021-07-09&amp;rule=assessed&amp;place=AF0101</textarea>" in texts
    assert app.session_state["go"][0] == "AF0101", "a link to a place leads the map there"


def test_a_link_to_a_province_leads_the_map_there(visit):
    assert visit("province=AF32").session_state["go"][0] == "province/AF32"
