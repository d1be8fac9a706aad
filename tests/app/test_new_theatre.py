"""A visitor makes a theatre of their own on the page, run without a browser: from polygons to a pack in a ZIP file."""

import datetime as dt
import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import streamlit as st
from streamlit.testing.v1 import AppTest

from control_map.pipeline.pack import load_pack
from control_map.ui.new_theatre.panel import _suggest_title
from control_map.ui.state import served_files, session
from tests.app.conftest import shown
from tests.app.test_left_visitors import leave
from tests.app.test_user_reports import html, open_panel, press, text
from tests.support.far import run_to_end
from tests.support.shown_board import command as command_of

NAMES = ("Ashford", "Brook", "Cairn", "Dunmore")
REPORTS = """date,place,claim,holder,source
2024-03-02,Ashford,captured,Red Army,Valley Post
2024-03-05,Brook,captured,Northern Front,Valley Post
2024-03-09,Cairn,held,Red Army,Radio Ten
2024-03-12,Dunmore,contested,Red Army,Radio Ten
2024-03-20,Ashford,retaken,Northern Front,Hill Times
"""


def polygons(*names: str) -> bytes:
    """Return districts in a row as GeoJSON, with names and no ids."""
    corners = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [[(10 + x + left, 45 + y) for x, y in corners]]},
        }
        for left, name in enumerate(names)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def open_form(app: AppTest) -> AppTest:
    open_panel(app)
    token = app.session_state[session.OWN_THEATRE_KEY].token if session.OWN_THEATRE_KEY in app.session_state else ""
    app.session_state[f"own sources {token}"] = "A new map"
    return shown(app)


def give(app: AppTest, data: bytes, name: str = "my-valley.geojson") -> AppTest:
    uploader = next(each for each in app.file_uploader if each.label.startswith("Polygons"))
    uploader.set_value((name, data, "application/json"))
    return shown(app)


def make(app: AppTest, parties: str = "Red Army\nNorthern Front", title: str = "Valley war") -> AppTest:
    next(each for each in app.text_input if each.label == "Title of the map").set_value(title)
    next(each for each in app.text_area if each.label.startswith("Parties")).set_value(parties)
    next(each for each in app.button if each.label == "Make the map").click()
    return shown(app)


def made(opened: Callable[[], AppTest], *names: str) -> AppTest:
    return make(give(open_form(opened()), polygons(*(names or NAMES))))


def add_reports(app: AppTest, table: str = REPORTS) -> AppTest:
    app.file_uploader[0].set_value(("reports.csv", table.encode(), "text/csv"))
    return press(shown(app), "own take")


def geometry(app: AppTest) -> dict[str, Any]:
    """Return the file of the theatre that the board draws."""
    file = served_files.find_served_file(command_of(app)["geometry"])
    assert file
    return json.loads(file.content)


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], Any]]:
    """What the page's buttons for downloads call, by their keys."""
    offered: dict[str, Callable[[], Any]] = {}
    monkeypatch.setattr(st, "download_button", lambda _label, make, *_, key, **__: bool(offered.update({key: make})))
    return offered


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["control_map", *arguments])
    return run_to_end()


def test_from_polygons_without_ids_to_a_map_of_five_reports_and_its_pack(
    opened: Callable[[], AppTest], downloads: dict[str, Callable[[], Any]], tmp_path: Path, monkeypatch, capsys
):
    app = give(open_form(opened()), polygons(*NAMES))
    assert next(each for each in app.selectbox if each.label == "Names of the districts").value == "name"
    assert next(each for each in app.text_input if each.label == "Title of the map").value == "My valley"
    app = make(app)
    assert "Valley war is your own map." in text(app)
    assert len(geometry(app)["places"]) == len(NAMES)
    app = add_reports(app)
    assert app.session_state[session.DATE_KEY] == dt.date(2024, 3, 20)
    assert (geometry(app)["start"], geometry(app)["days"]) == ("2024-03-01", 20)
    open_panel(app)

    data = downloads["own theatre download"]()
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        packed.extractall(tmp_path)
    folder = tmp_path / "valley-war"
    pack = load_pack(folder)
    assert (len(pack.located), len(pack.set_aside), pack.faults) == (5, 0, [])
    capsys.readouterr()
    assert command(monkeypatch, "check", str(folder)) == 0
    assert "4 places, 5 of 5 reports placed, 0 faults" in capsys.readouterr().out
    assert command(monkeypatch, "summary", "--pack", str(folder), "--date", "2024-03-20", "--format", "csv") == 0
    assert "Valley war,4,1,1,2,0" in capsys.readouterr().out


def test_what_is_missing_is_named_and_nothing_is_made(opened: Callable[[], AppTest]):
    app = make(give(open_form(opened()), polygons(*NAMES)), parties="Red Army\n\n", title=" ")
    assert "The map cannot be made yet." in text(app)
    assert "Title: give the map one." in text(app)
    assert "Parties: name at least two, one in each line." in text(app)
    app = make(app, parties="Red Army\nred army")
    assert "\u201cParties\u201d cannot be 'red army'" in text(app)
    assert session.OWN_THEATRE_KEY not in app.session_state
    assert session.OWN_THEATRE_KEY in make(app).session_state


def test_a_file_that_cannot_be_read_is_refused_in_the_words_of_the_form(opened: Callable[[], AppTest]):
    app = give(open_form(opened()), b"hello", "notes.txt")
    assert "notes.txt: the file has an unknown format. Save it as GeoJSON, TopoJSON, KML" in text(app)
    point = {"type": "Feature", "properties": {"name": "a"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    app = give(app, json.dumps({"type": "FeatureCollection", "features": [point]}).encode())
    assert "this is a Point, not a polygon. Delete it, or name another layer with \u201cLayer\u201d" in text(app)
    assert any(each.label == "Layer" for each in app.text_input)
    app = give(app, polygons(*NAMES))
    assert "cannot be made" not in text(app)


def test_hostile_names_are_text_on_the_page(opened: Callable[[], AppTest]):
    hostile = "<img src=x onerror=alert(1)>"
    app = make(give(open_form(opened()), polygons(hostile, "**b**"), f"{hostile}.geojson"), f"{hostile}\nBlue", hostile)
    assert "is your own map" in text(app)
    assert hostile not in html(app)
    assert "&lt;img src=x onerror=alert(1)&gt;" in html(app)


def test_no_other_visitor_sees_it(opened: Callable[[], AppTest]):
    add_reports(made(opened, "Secretville", "Brook"), REPORTS.replace("Ashford", "Secretville"))
    files = [file for file in served_files._served.values() if b"Secretville" in file.content]
    assert files
    assert not any(file.is_shared for file in files)
    other = opened()
    assert "Secretville" not in html(other)
    assert session.OWN_THEATRE_KEY not in other.session_state
    assert not any("Valley war" in option for box in other.selectbox for option in box.options)


def test_another_theatre_is_chosen_and_the_own_one_is_still_there_until_it_is_removed(opened: Callable[[], AppTest]):
    app = made(opened)
    app.session_state[session.PANEL_OPEN_KEY] = False
    conflict = next(box for box in shown(app).selectbox if box.label == "Conflict")
    assert conflict.options[-1] == "Valley war (yours)"
    conflict.select(conflict.options[0])
    app = shown(app)
    assert "is your own map" not in text(open_panel(app))
    app.session_state[session.PANEL_OPEN_KEY] = False
    app.session_state[session.CONFLICT_POPOVER_KEY] = True
    next(box for box in shown(app).selectbox if box.label == "Conflict").select("Valley war (yours)")
    app = press(open_panel(shown(app)), "own theatre out")
    assert session.OWN_THEATRE_KEY not in app.session_state
    assert app.session_state[session.THEATRE_KEY].is_absolute()


def test_one_who_comes_back_finds_their_map_and_its_download(
    opened: Callable[[], AppTest], downloads: dict[str, Callable[[], Any]]
):
    app = add_reports(made(opened))
    open_panel(app)
    before = downloads["own theatre download"]()
    leave()
    assert downloads["own theatre download"]() == before
    assert "Valley war is your own map." in text(shown(app))


def zipped_shapefile(folder: Path, *names: str) -> bytes:
    """Return districts in a row as a zipped Shapefile in Windows-1250 that does not say so."""
    shapes = [shapely.box(x, 0, x + 1, 1) for x in range(len(names))]
    as_bytes = [name.encode("cp1250").decode("ISO-8859-1") for name in names]
    gpd.GeoDataFrame({"name": as_bytes}, geometry=shapes, crs=4326).to_file(folder / "b.shp", encoding="ISO-8859-1")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for suffix in ("shp", "shx", "dbf", "prj"):
            archive.write(folder / f"b.{suffix}", f"b.{suffix}")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        *(("adm2.geojson", ""), ("ADM_2 boundaries.zip", ""), ("geoBoundaries-ADM2.topojson", ""), ("map (1).kml", "")),
        *(("my-valley.geojson", "My valley"), ("sudan adm2.zip", "Sudan adm2"), ("mapuche.kml", "Mapuche")),
    ],
)
def test_a_title_is_suggested_only_if_the_name_of_the_file_says_something(name: str, title: str):
    assert _suggest_title(name) == title


def test_the_encoding_is_asked_for_where_it_is_a_guess_and_provinces_come_from_a_second_file(
    opened: Callable[[], AppTest], tmp_path: Path
):
    app = give(open_form(opened()), zipped_shapefile(tmp_path, "Čačak", "Elm", "Brook"), "my-valley.zip")
    assert "it was read as Windows-1252 (Western European), as in 'Èaèak'" in text(app)
    assert "in Windows-1250 (Central European) it is 'Čačak'" in text(app)
    assert "state it with \u201cEncoding\u201d, such as cp1250" in text(app)
    next(each for each in app.text_input if each.label == "Encoding").set_value("cp1250")
    app = shown(app)
    assert "Èaèak" not in text(app)
    wide = {"type": "Polygon", "coordinates": [[(0, 0), (2, 0), (2, 1), (0, 1), (0, 0)]]}
    provinces = {"type": "Feature", "properties": {"name": "Nord"}, "geometry": wide}
    second = next(each for each in app.file_uploader if each.label.startswith("Provinces in another file"))
    second.set_value(("adm1.geojson", json.dumps(provinces).encode(), "application/json"))
    app = shown(app)
    assert "Provinces: 1, from adm1.geojson." in text(app)
    assert "none: they are one region" not in text(app)
    app = make(app)
    places = pd.read_csv(io.StringIO(app.session_state[session.OWN_THEATRE_KEY].files.contents["places.csv"]))
    assert places["name"].tolist() == ["Čačak", "Elm", "Brook"]
    assert set(places["province"]) == {"Nord"}
    assert "these lie in no province and were put into the nearest: Brook (Nord)" in text(open_panel(app))
