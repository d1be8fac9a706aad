"""The tab Cite: it cites and exports the view on screen, and makes no file before it is asked to."""

import datetime as dt
import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View, apply_rule
from control_map.render import citation
from control_map.render.export import formats, tables, writing
from control_map.render.provenance import Provenance
from control_map.ui.state.selection import Selection
from control_map.ui.tabs import cite, registry
from tests.conftest import SHIPPED

APP = str(SHIPPED.parents[1] / "app.py")
JULY = dt.date(2021, 7, 9)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    def make(*_arguments, **_named):
        pytest.fail("a file was made before it was asked for")

    monkeypatch.setattr(writing, "export_to_bytes", make)
    opened = AppTest.from_file(APP, default_timeout=60)
    opened.session_state["tab"] = "Cite and export"
    opened.run()
    assert not opened.exception
    return opened


def buttons(app: AppTest) -> list[str]:
    return [button.proto.label for button in app.get("download_button")]


def test_it_is_the_last_tab():
    assert list(registry.SECTIONS)[-1] == "Cite and export"


def test_the_view_on_screen_is_cited(app, shipped: Pack):
    text, entry = (block.value for block in app.code)
    link = "?date=2021-07-09&rule=assessed"  # of a page that has no address of its own in the test
    assert text == citation.format_citation(Provenance.of(apply_rule(shipped, shipped.rule()), JULY), link)
    assert entry.startswith(
        f"@misc{{{citation.citation_key(Provenance.of(apply_rule(shipped, shipped.rule()), JULY))},"
    )
    app.slider(key="date").set_value(dt.date(2021, 8, 15)).run()
    app.radio(key="rule").set_value("latest").run()
    assert not app.exception
    text, entry = (block.value for block in app.code)
    assert "15 August 2021. Rule: Latest report" in text
    assert "15 August 2021" in entry


def test_a_comparison_is_cited_with_the_earlier_day(app):
    app.radio(key="compare").set_value("7 days before").run()
    assert "what changed since 2 July 2021" in app.code[0].value


def test_there_is_a_button_for_each_format(app):
    labels = [form.label for form in formats.FORMATS.values()]
    assert buttons(app) == [*labels, "The map as one page", "A brief of two pages"]


def test_the_chosen_table_is_described(app):
    assert app.session_state["export what"] == "status"
    for what in ("timeline", "evidence"):
        app.session_state["export what"] = what
        app.run()
        assert not app.exception
        notes = unescape(" ".join(element.body for element in app.get("html")))
        assert tables.ExportTable(what).sentence in notes


def test_the_page_and_the_brief_keep_the_comparison(shipped_view: View, monkeypatch):
    offered = {}
    monkeypatch.setattr(cite, "offer_download", lambda label, *arguments, **_: offered.update({label: arguments}))
    since = dt.date(2021, 7, 2)
    selection = Selection(shipped_view, JULY, since, shipped_view)
    cite._offer_pages(selection)
    for file_name, *_ in offered.values():
        assert "_since-2021-07-02" in file_name
    page, brief = (make().decode() for *_, make in offered.values())
    assert '"day":69,"compared":62' in page
    assert "since 2 July" in brief


@pytest.mark.parametrize("what", list(tables.ExportTable))
def test_a_download_is_the_file_of_what_is_on_screen(shipped_view: View, what, monkeypatch):
    offered = []
    monkeypatch.setattr(cite, "offer_download", lambda *arguments, **_: offered.append(arguments))
    selection = Selection(shipped_view, JULY, dt.date(2021, 7, 2), shipped_view, "AF32")
    cite._offer_table(selection, formats.FORMATS[".geojson"], what)
    ((_, file_name, media_type, make),) = offered
    assert re.fullmatch(r"afghanistan-2021_2021-07-09_assessed(_\w+)?_since-2021-07-02_AF32\.geojson", file_name)
    assert media_type == "application/geo+json"
    assert make() == writing.export_to_bytes(
        shipped_view, JULY, formats.FORMATS[".geojson"], what, dt.date(2021, 7, 2), "AF32"
    )
