"""The files and the commands that the map's layer works from."""

import json

import folium

from control_map import pipeline
from control_map.layer import Board, OfflineMap, Show, geometry_file, timeline_file
from control_map.layer.data import BEFORE, DISPUTED, LIGHT
from tests.made_up import START, judge, said

STATUSES = ["red", "contested", "blue", "green", "no_report"]


def drawn_from(*reports):
    return json.loads(timeline_file(judge(reports).timeline, START, STATUSES))


def steps(*reports, place="H2"):
    return drawn_from(*reports)[place][0]


def test_a_place_without_a_report_has_one_step_from_before_the_period():
    assert steps(said(3), place="V1") == [[BEFORE, 4, 0, -1, BEFORE]]


def test_a_step_says_day_status_doubt_and_since():
    captured, denied = said(3), said(5, "held", "blue", "blue", origin="Wire")
    assert steps(captured, denied)[1:] == [[3, 0, 0, -1, 3], [5, 0, DISPUTED, -1, 3]]


def test_what_began_before_the_period_is_light_and_keeps_its_day():
    assert steps(said(-400)) == [[BEFORE, 0, LIGHT, -1, -400]]


def test_of_all_that_happened_before_the_period_the_last_counts():
    assert steps(said(-400), said(-10, actor="blue")) == [[BEFORE, 2, LIGHT, -1, -10]]


def test_a_report_on_an_area_is_light():
    assert steps(said(3, place="H"))[1] == [3, 0, LIGHT, -1, 3]


def test_a_claim_names_the_claimant():
    held, claimed = said(0, "held", "blue"), said(5, by="red", origin="Red Radio")
    again = said(6, "held", "blue", origin="Gazette")
    assert steps(held, claimed, again)[1:] == [[0, 2, 0, -1, 0], [5, 2, 0, 0, 0], [6, 2, 0, -1, 0]]


def test_a_confirmation_that_changes_no_look_is_no_step():
    assert len(steps(said(3), said(4, origin="Wire"))) == 2


def test_the_days_on_which_a_place_was_heard_of_stand_beside_its_steps_those_before_the_period_as_the_last():
    told = drawn_from(said(-400), said(-10), said(8, "fighting"), said(3), said(8, origin="Wire"), said(5, place="V"))
    assert {place: heard for place, (_, heard) in told.items()} == {
        "H1": [],
        "H2": [-10, 3, 8],
        "V1": [5],
        "C-H": [],
        "X-K": [5],
    }


def test_the_geometry_has_every_place_once_and_points_where_there_is_no_shape(shipped: pipeline.Pack):
    data = json.loads(geometry_file(shipped.theatre, shipped.styles))
    shapes = {feature["id"] for feature in data["shapes"]["features"]}
    assert [place[0] for place in data["places"]] == shipped.theatre.places["place_id"].tolist()
    assert {place[0] for place in data["places"] if place[-1] is None} == shapes
    assert len(shapes) == 398
    assert [status["id"] for status in data["statuses"]] == shipped.statuses
    assert len(data["provinces"]) == 34


def test_the_base_map_is_the_same_text_each_time_and_asks_nothing_of_another_host():
    def script() -> str:
        base = OfflineMap("../files/", ((29.0, 60.0), (39.0, 75.0)))
        Board("../files/", "geometry-1.json", ((29.0, 60.0), (39.0, 75.0))).add_to(base)
        return base.get_root().render().replace(base.get_name(), "map")

    assert script() == script()
    assert "http:" not in script()
    assert "https:" not in script()


def test_the_base_map_asks_for_each_file_under_the_name_by_which_it_is_served():
    base = OfflineMap("../files/", ((29.0, 60.0), (39.0, 75.0)), {"board.js": "board-1.js", "leaflet.css": "l-2.css"})
    assert [address for _, address in base.default_js] == ["../files/leaflet.js", "../files/board-1.js"]
    assert [address for _, address in base.default_css] == ["../files/l-2.css", "../files/board.css"]


def test_a_command_is_small_and_cannot_end_its_script():
    shown = Show("timeline-1.json", 69, selected="</script><script>alert(1)", hidden=("crossing",), stale_after=30)
    text = shown._template.module.script(shown, {})
    assert isinstance(shown, folium.FeatureGroup)
    assert len(text) < 450
    assert "</script>" not in text
