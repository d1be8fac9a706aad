"""The Share dialogue: link, files and citation of the view on screen; no file is made before it is asked for."""

import datetime as dt
import io
import re
from dataclasses import replace
from html import unescape
from types import SimpleNamespace

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from control_map.core.limits import LIMITS
from control_map.intake.worker.job import Job
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View, apply_rule
from control_map.render import citation
from control_map.render.export import formats, tables, writing
from control_map.render.picture.shapes import ShapeName
from control_map.render.provenance import Provenance
from control_map.ui.share import dialog, files
from control_map.ui.share import film as film_part
from control_map.ui.share.film import FilmPlaces
from control_map.ui.state.selection import Selection
from control_map.ui.tabs import registry
from tests.conftest import SHIPPED

APP = str(SHIPPED.parents[1] / "app.py")
JULY = dt.date(2021, 7, 9)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    def make(*_arguments, **_named):
        pytest.fail("a file was made before it was asked for")

    monkeypatch.setattr(writing, "export_to_bytes", make)
    opened = AppTest.from_file(APP, default_timeout=60)
    opened.run()
    assert not opened.exception
    return opened


def share(app: AppTest, part: str = "Link") -> AppTest:
    """Open a part of the dialogue: it is there until the page runs again."""
    app.session_state["share part"] = part
    app.button(key="share").click().run()
    assert not app.exception
    return app


def page_text(app: AppTest) -> str:
    return " ".join(element.body for element in app.get("html"))


def texts_to_copy(app: AppTest) -> list[str]:
    return [unescape(text) for text in re.findall(r"<textarea[^>]*>\n([^<]*)</textarea>", page_text(app))]


def buttons(app: AppTest) -> list[str]:
    labels = (button.proto.label for button in app.get("download_button"))
    return [label for label in labels if not label.startswith("Download ")]  # those are of the tabs


def test_the_dialogue_begins_with_the_link_which_is_dated(app):
    assert not app.get("dialog")
    share(app)
    assert [tab.label for tab in app.tabs][-len(dialog.PARTS) :] == list(dialog.PARTS)
    assert 'value="?date=2021-07-09&amp;rule=assessed"' in page_text(app)
    assert buttons(app) == []


def test_a_film_of_the_chosen_days_is_made_when_it_is_asked_for(app):
    share(app, "Film")
    assert buttons(app) == []
    app.date_input(key="film from").set_value(dt.date(2021, 7, 8))
    app.session_state["film format"] = "gif"
    app.button(key="make film").click()
    share(app, "Film")
    assert not app.error
    about, film = app.session_state["film made"]
    assert about[-1] == "afghanistan-2021_2021-07-09_assessed_film.2021-07-08-to-2021-07-09.wide.gif"
    with Image.open(io.BytesIO(film)) as opened:
        assert (opened.n_frames, opened.size) == (2, (1280, 720))


def test_where_no_place_for_a_film_is_free_a_sentence_says_so(app, monkeypatch):
    monkeypatch.setattr(film_part, "FILM_PLACES", FilmPlaces(replace(LIMITS, films=0)))
    share(app, "Film")
    app.button(key="make film").click()
    share(app, "Film")
    assert [error.value for error in app.error] == ["Others are making films at the moment. Try again in a minute."]


def test_a_film_is_drawn_in_another_process_which_ends_when_the_user_does_something_else(shipped, monkeypatch):
    class LeftError(Exception):
        pass

    def leave(*_):
        assert jobs[0].wait(0) is False
        if jobs[0].progress[0]:
            raise LeftError

    jobs = []
    monkeypatch.setattr(film_part, "Job", lambda *given, **named: jobs.append(Job(*given, **named)) or jobs[0])
    monkeypatch.setattr(film_part.st, "progress", lambda _: SimpleNamespace(progress=leave))
    monkeypatch.setattr(film_part.visitor, "name_visit", lambda: "ada")
    shown = SimpleNamespace(view=apply_rule(shipped, shipped.rule()), province_id="")
    with pytest.raises(LeftError):
        film_part._make(shown, dt.date(2021, 5, 1), dt.date(2021, 8, 15), ShapeName.WIDE, "gif")
    assert jobs[0].wait(30)
    assert jobs[0]._worker is None
    with film_part.FILM_PLACES.take("ada"):
        pass  # the visitor's place is free again


def test_a_link_to_the_tab_that_is_now_this_dialogue_opens_the_method():
    assert registry.FORMER_SLUGS["cite-and-export"] in registry.SECTIONS


def test_the_view_on_screen_is_cited(app, shipped: Pack):
    short, text, entry, others = texts_to_copy(share(app, "Cite"))
    today = dt.datetime.now(dt.UTC).date()
    link = "?date=2021-07-09&rule=assessed"  # of a page that has no address of its own in the test
    shown = Provenance.of(apply_rule(shipped, shipped.rule()), JULY)
    assert short == citation.format_short_citation(shown, link, today)
    assert text == citation.format_citation(shown, link, today)
    assert others == citation.format_credits(shown)
    assert entry.startswith(
        f"@misc{{{citation.citation_key(Provenance.of(apply_rule(shipped, shipped.rule()), JULY))},"
    )
    app.slider(key="date").set_value(dt.date(2021, 8, 15)).run()
    app.radio(key="rule").set_value("latest").run()
    assert not app.exception
    _, text, entry, _ = texts_to_copy(share(app, "Cite"))
    assert "15 August 2021 [Interactive map. Rule: Latest report" in text
    assert "15 August 2021" in entry


def test_a_comparison_is_cited_with_the_earlier_day(app):
    app.radio(key="compare").set_value("7 days before").run()
    assert "what changed since 2 July 2021" in texts_to_copy(share(app, "Cite"))[0]


def test_there_is_a_button_for_each_format(app):
    labels = [form.label for form in formats.FORMATS.values()]
    assert buttons(share(app, "Data")) == [*labels, "The map as one page"]
    assert buttons(share(app, "Brief")) == ["A brief of two pages"]
    assert buttons(share(app, "Picture")) == ["PNG", "SVG", "PDF"]


def test_the_api_and_the_feeds_of_what_is_chosen_have_addresses_to_copy(app):
    app.session_state["place"] = "AF-X-islam-qala"
    app.session_state["province"] = "AF32"
    text = page_text(share(app, "Data"))
    assert re.findall(r'readonly aria-label="[^"]+" value="([^"]+)"', text) == [
        "/api/v1/",
        "/feed.atom",
        "/feeds/province-AF32.atom",
        "/feeds/crossing-AF-X-islam-qala.atom",
    ]
    assert "Islam Qala, Herat (crossing)" in text.partition("It opens this day")[0]
    assert "not Herat alone" in page_text(share(app, "Brief"))


def test_the_code_to_embed_names_the_place_and_says_whether_it_has_a_script(app):
    app.session_state["place"] = "AF-X-islam-qala"
    (code,) = texts_to_copy(share(app, "Embed"))
    assert "Islam Qala, Herat (crossing): who held what" in unescape(code)
    assert "it needs no script" in page_text(app)
    app.session_state["embed fits"] = True
    (code,) = texts_to_copy(share(app, "Embed"))
    assert "<script>" in code
    assert "it needs no script" not in page_text(app)


def test_a_plain_table_is_the_one_with_the_plain_name():
    endings = {form.label: form.ending for form in formats.FORMATS.values()}
    assert (endings["CSV"], endings["CSV (HXL)"], endings["KML"]) == (".csv", ".hxl.csv", ".kml")


def test_the_chosen_table_is_described(app):
    assert share(app, "Data").session_state["export what"] == "status"
    for what in ("timeline", "evidence"):
        app.session_state["export what"] = what
        notes = unescape(page_text(share(app, "Data")))
        assert tables.ExportTable(what).sentence in notes


def test_the_page_and_the_brief_keep_the_comparison(shipped_view: View, monkeypatch):
    offered = {}
    monkeypatch.setattr(files, "offer_download", lambda label, *arguments, **_: offered.update({label: arguments}))
    since = dt.date(2021, 7, 2)
    selection = Selection(shipped_view, JULY, since, shipped_view)
    files._offer_page(selection)
    files.offer_brief(selection)
    for file_name, *_ in offered.values():
        assert "_since-2021-07-02" in file_name
    page, brief = (make().decode() for *_, make in offered.values())
    assert '"day":69,"compared":62' in page
    assert "since 2 July" in brief


@pytest.mark.parametrize("what", list(tables.ExportTable))
def test_a_download_is_the_file_of_what_is_on_screen(shipped_view: View, what, monkeypatch):
    offered = []
    monkeypatch.setattr(files, "offer_download", lambda *arguments, **_: offered.append(arguments))
    selection = Selection(shipped_view, JULY, dt.date(2021, 7, 2), shipped_view, "AF32")
    files._offer_table(selection, formats.FORMATS[".geojson"], what)
    ((_, file_name, media_type, make),) = offered
    assert re.fullmatch(r"afghanistan-2021_2021-07-09_assessed(_\w+)?_since-2021-07-02_AF32\.geojson", file_name)
    assert media_type == "application/geo+json"
    assert make() == writing.export_to_bytes(
        shipped_view, JULY, formats.FORMATS[".geojson"], what, dt.date(2021, 7, 2), "AF32"
    )


def test_a_picture_is_of_the_shape_that_is_chosen(shipped_view: View):
    selection = Selection(shipped_view, JULY, dt.date(2021, 7, 2), shipped_view, "AF32")
    drawn = files._draw(selection, shape=ShapeName.SQUARE, ending="svg", headline=False).decode()
    assert 'viewBox="0 0 1080 1080"' in drawn
    assert "Herat" in drawn


def test_a_map_that_only_the_visitor_has_is_shared_as_files_alone(app, monkeypatch):
    monkeypatch.setattr(dialog, "is_private_theatre", lambda _: True)
    assert [tab.label for tab in share(app, "Data").tabs][-5:] == ["Picture", "Film", "Data", "Brief", "Cite"]
    assert "Link" not in [tab.label for tab in app.tabs]
