"""The file of a map's background decodes to what the pack has, and comes to boards, sites and saved pages."""

import base64
import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pytest
import shapely

from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import View, apply_rule
from control_map.render.map.background_file import make_background_file
from control_map.render.map.board import Board
from control_map.render.site.page import render_standalone_page
from control_map.render.site.publish import publish_site
from control_map.theatre.background import BackgroundKind

DATE = dt.date(2021, 7, 9)


def decoded(line: list[int]) -> np.ndarray:
    return np.cumsum(np.array(line).reshape(-1, 2), axis=0) / 10_000


def test_lines_and_relief_decode_to_those_of_the_pack(shipped: Pack):
    background = shipped.theatre.background
    drawn = json.loads(make_background_file(shipped.theatre))
    assert set(drawn["lines"]) == {"river", "lake", "coast", "border"}
    for kind in ("river", "coast", "border"):
        shapes = background.shapes[BackgroundKind(kind)]
        assert len(shapes) == len(drawn["lines"][kind])
        for line, shape in zip(drawn["lines"][kind], shapes, strict=True):
            np.testing.assert_allclose(decoded(line), shapely.get_coordinates(shape), atol=1e-9)
    rings = [shapely.Polygon(decoded(ring)).area for ring in drawn["lines"]["lake"]]
    assert max(rings) == max(shapely.area(background.shapes[BackgroundKind.LAKE]))
    assert base64.b64decode(drawn["relief"]["picture"]) == background.relief.picture
    west, south, east, north = drawn["relief"]["box"]
    assert shapely.box(west, south, east, north).covers(shapely.box(*shipped.theatre.places.total_bounds))


@pytest.mark.slow
def test_a_theatre_without_a_background_has_no_file(herat: Pack, herat_view: View, tmp_path):
    assert make_background_file(herat.theatre) == b""
    assert Board.of(herat_view, DATE).options["background"] == ""
    assert b'data-file="background.json"' not in render_standalone_page(herat_view, DATE)
    assert not [path for path in publish_site(herat_view, DATE, tmp_path / "site") if "background" in path.name]


@pytest.mark.slow
def test_no_text_of_a_background_comes_to_the_page(make_pack):
    feature = {
        "type": "Feature",
        "properties": {"kind": "river", "name": "</script><b>x"},
        "geometry": {"type": "LineString", "coordinates": [[0, 50], [3, 51]]},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    written = make_background_file(load_pack(make_pack(files={"background.geojson": text})).theatre)
    assert json.loads(written) == {"lines": {"river": [[0, 500_000, 30_000, 10_000]]}, "relief": None}


@pytest.mark.slow
def test_a_board_and_a_saved_page_hold_it_and_a_site_has_it_by_its_content(shipped: Pack, herat: Pack, tmp_path):
    # The background of the whole country, behind twelve districts: a site of all of them takes half a minute.
    pack = replace(herat, theatre=replace(herat.theatre, background=shipped.theatre.background))
    view = apply_rule(pack, pack.rule("assessed"))
    written = make_background_file(pack.theatre)
    board = Board.of(view, DATE)
    assert board.options["background"] == "background.json"
    assert json.loads(board.literal)["background.json"] == json.loads(written)
    assert b'data-file="background.json"' in render_standalone_page(view, DATE)
    paths = publish_site(view, DATE, tmp_path / "site")
    (published,) = [path for path in paths if path.name.startswith("background-")]
    assert published.read_bytes() == written
    assert f'"background":"{published.name}"' in (tmp_path / "site" / "index.html").read_text("utf-8")
