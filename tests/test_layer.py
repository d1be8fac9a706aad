"""The files and the commands that the map's layer works from."""

import json

import folium

from control_map import pipeline
from control_map.layer import Board, OfflineMap, Show, geometry_file, timeline_file
from control_map.layer.data import BEFORE, DISPUTED, LIGHT
from tests.made_up import START, judge, said

STATUSES = ["red", "contested", "blue", "green", "no_report"]


def steps(*reports, place="H2"):
    return json.loads(timeline_file(judge(reports).timeline, START, STATUSES))[place]


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


def test_a_command_is_small_and_cannot_end_its_script():
    shown = Show("timeline-1.json", 69, selected="</script><script>alert(1)", hidden=("crossing",))
    text = shown._template.module.script(shown, {})
    assert isinstance(shown, folium.FeatureGroup)
    assert len(text) < 400
    assert "</script>" not in text
