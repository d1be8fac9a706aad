"""The files and the commands from which the map is drawn."""

import datetime as dt
import json
import re
from dataclasses import asdict

import folium
import pytest
from branca.element import Figure

from control_map.pipeline.pack import Pack
from control_map.pipeline.view import apply_rule
from control_map.render.map.assets import LAYER_FOLDER, ServedFolder
from control_map.render.map.board import Board, OfflineMap, ShowCommand
from control_map.render.map.timeline_file import (
    AREA_BIT,
    AT_LEAST_BIT,
    BEFORE_PERIOD,
    CLAIM_BIT,
    DISPUTED_BIT,
    LIGHT_BIT,
    UNNAMED_BIT,
    make_replay_file,
    make_timeline_file,
)
from tests.support.made_up import PLACES, day, pack_of, said

STATUSES = ["red", "contested", "blue", "green", "unknown", "no_report"]
POSITION = {place_id: number for number, place_id in enumerate(PLACES["place_id"])}


def drawn_from(*reports, known_on=None):
    pack = pack_of(reports)
    assert pack.statuses == STATUSES
    return json.loads(make_timeline_file(apply_rule(pack, pack.rule(), known_on)))


def replayed(*reports):
    pack = pack_of(reports)
    return json.loads(make_replay_file(pack, pack.rule()))


def steps(*reports, place="H2", drawn=drawn_from):
    """Return a place's steps without their why lines."""
    return [step[:-1] for step in drawn(*reports)["places"][POSITION[place]][0]]


def reported_days(*reports, drawn=drawn_from):
    return {place: drawn(*reports)["places"][number][1] for place, number in POSITION.items()}


def test_a_place_without_a_report_has_one_step_from_before_the_period():
    assert steps(said(3), place="V1") == [[BEFORE_PERIOD, 5, 0, -1, BEFORE_PERIOD]]


def test_a_step_says_day_status_doubt_and_since():
    captured, denied = said(3), said(5, "held", "blue", "blue", origin="Wire")
    assert steps(captured, denied)[1:] == [[3, 0, 0, -1, 3], [5, 0, DISPUTED_BIT, -1, 3]]


def test_what_began_before_the_period_is_light_and_keeps_its_day():
    assert steps(said(-400)) == [[BEFORE_PERIOD, 0, LIGHT_BIT, -1, -400]]


def test_of_all_that_happened_before_the_period_the_last_counts():
    assert steps(said(-400), said(-10, actor="blue")) == [[BEFORE_PERIOD, 2, LIGHT_BIT, -1, -10]]


def test_a_report_on_an_area_is_light_and_of_an_area():
    assert steps(said(3, place="H"))[1] == [3, 0, LIGHT_BIT | AREA_BIT, -1, 3]


def test_a_status_on_claims_alone_is_light_and_says_so():
    assert steps(said(3, by="red", origin="Red Radio"))[1] == [3, 0, LIGHT_BIT | CLAIM_BIT, -1, 3]


def test_a_claim_names_the_claimant():
    held, claimed = said(0, "held", "blue"), said(5, by="red", origin="Red Radio")
    again = said(6, "held", "blue", origin="Gazette")
    by = AT_LEAST_BIT
    assert steps(held, claimed, again)[1:] == [[0, 2, by, -1, 0], [5, 2, by, 0, 0], [6, 2, by, -1, 0]]


def test_a_confirmation_that_changes_no_look_is_no_step():
    assert len(steps(said(3), said(4, origin="Wire"))) == 2


@pytest.mark.slow
def test_the_days_on_which_a_place_was_reported_follow_its_steps_with_the_last_before_the_period():
    reports = [
        said(-400),
        said(-10),
        said(8, "fighting"),
        said(3),
        said(8, origin="Wire"),
        said(5, place="V"),
    ]
    assert reported_days(*reports) == {
        "H1": [],
        "H2": [-10, -10, 3, 3, 8, 8],
        "V1": [5, 5],
        "C-H": [],
        "X-K": [5, 5],
    }


def test_each_line_of_why_is_written_once_and_no_report_has_an_empty_one():
    reports = [said(3), said(3, place="V1"), said(6, actor="blue", origin="Wire")]
    data = drawn_from(*(report | {"claimant": "residents"} for report in reports))
    fen, wire = (f"Set by residents via {origin} (independent, graded B2)" for origin in ("Daily Fen", "Wire"))
    assert sorted(data["whys"]) == ["", fen, wire]
    lines = [[data["whys"][step[-1]] for step in steps] for steps, _ in data["places"]]
    assert dict(zip(POSITION, lines, strict=True)) == {
        "H1": [""],
        "H2": ["", fen, wire],
        "V1": ["", fen],
        "C-H": [""],
        "X-K": [""],
    }


@pytest.mark.slow
def test_reports_are_counted_by_the_day_of_their_event_if_they_are_known():
    reports = [said(-3), said(0), said(3), said(3, "fighting", published=9), said(61), said(62)]
    counted = drawn_from(*reports)["reports"]
    assert len(counted) == 62
    assert {number: many for number, many in enumerate(counted) if many} == {0: 1, 3: 2, 61: 1}
    known = drawn_from(*reports, known_on=day(8))["reports"]
    assert {number: many for number, many in enumerate(known) if many} == {0: 1, 3: 1}


def test_in_a_replay_a_status_begins_when_it_is_published_and_says_since_when_it_holds():
    assert steps(said(3, published=9), drawn=replayed) == [[BEFORE_PERIOD, 5, 0, -1, BEFORE_PERIOD], [9, 0, 0, -1, 3]]


@pytest.mark.slow
def test_in_a_replay_what_was_known_before_the_period_is_there_from_the_beginning():
    assert steps(said(-9, published=-3), drawn=replayed) == [[BEFORE_PERIOD, 0, LIGHT_BIT, -1, -9]]
    late = steps(said(-9, published=2), drawn=replayed)
    assert late == [[BEFORE_PERIOD, 5, 0, -1, BEFORE_PERIOD], [2, 0, LIGHT_BIT, -1, -9]]


def test_in_a_replay_a_claim_is_shown_until_it_has_waited_long_enough():
    claim = said(3, by="red", origin="Red Radio", published=5)
    assert steps(claim, drawn=replayed) == [
        [BEFORE_PERIOD, 5, 0, -1, BEFORE_PERIOD],
        [5, 4, UNNAMED_BIT, 0, BEFORE_PERIOD],
        [12, 0, LIGHT_BIT | CLAIM_BIT, -1, 3],
    ]


@pytest.mark.slow
def test_in_a_replay_a_report_is_noted_and_counted_when_it_is_published():
    reports = [said(-9, published=4), said(3, published=9), said(2, published=11), said(20, published=18)]
    assert reported_days(*reports, drawn=replayed)["H2"] == [4, -9, 9, 3, 20, 20]
    counted = replayed(*reports)["reports"]
    assert {number: many for number, many in enumerate(counted) if many} == {4: 1, 9: 1, 11: 1, 18: 1}


SERVED = ServedFolder("../files/", {"board.js": "board-1.js", "leaflet.css": "l-2.css"})
CORNERS = ((29.0, 60.0), (39.0, 75.0))


def test_the_base_map_is_the_same_text_each_time_and_requests_nothing_from_another_host():
    def script() -> str:
        base = OfflineMap(CORNERS, SERVED)
        board = Board("geometry-1.json", served=SERVED, bounds=CORNERS, tiles="tiles-1.json").add_to(base)
        return base.get_root().render().replace(base.get_name(), "map").replace(board.get_name(), "board")

    assert script() == script()
    assert "http:" not in script()
    assert "https:" not in script()


def test_a_page_requests_each_file_under_the_name_by_which_it_is_served():
    base, board = OfflineMap(CORNERS, SERVED), Board("geometry-1.json", served=SERVED)
    assert [address for _, address in base.default_js + board.default_js] == [
        "../files/leaflet.js",
        "../files/board-1.js",
    ]
    assert [address for _, address in base.default_css + board.default_css] == [
        "../files/l-2.css",
        "../files/frame.css",
        "../files/board.css",
    ]


@pytest.mark.slow
def test_a_board_of_a_view_goes_on_any_folium_map_with_its_data_and_scripts(shipped: Pack):
    base = folium.Map()
    Board.of(apply_rule(shipped, shipped.rule()), dt.date(2021, 7, 9), selected="AF-X-islam-qala").add_to(base)
    page = base.get_root().render()
    assert '"day": 69' in page
    assert "Islam Qala" in page
    assert page.count("<script") == page.count("</script")


def test_two_boards_on_one_page_share_their_scripts():
    def length(maps: int) -> int:
        figure = Figure()
        for _ in range(maps):
            Board("geometry.json").add_to(folium.Map().add_to(figure))
        return len(figure.render())

    assert length(2) - length(1) < 5000


@pytest.mark.slow
def test_a_day_outside_of_the_period_opens_on_the_nearest_in_it(shipped: Pack):
    view = apply_rule(shipped, shipped.rule())
    days = [Board.of(view, dt.date(year, 1, 1)).options["show"]["day"] for year in (2020, 2022)]
    assert days == [0, 129]


def test_neither_data_nor_a_command_can_end_the_script_that_holds_them():
    command = ShowCommand("timeline.json", 69, selected="</script><script>alert(1)</script>")
    board = Board("geometry.json", command, files={"geometry.json": b'{"name": "</script><script>alert(1)</script>"}'})
    board.add_to(OfflineMap(CORNERS))
    assert "alert(1)</script>" not in board.get_root().render()
    assert json.loads(board.literal) == {"geometry.json": {"name": "</script><script>alert(1)</script>"}}


def test_a_command_leaves_out_what_the_board_takes_for_granted():
    sent = ShowCommand("timeline.json", 69, selected="AF1", compared=-7).as_message()
    assert sent == {"timeline": "timeline.json", "day": 69, "selected": "AF1", "compared": -7}
    script = (LAYER_FOLDER / "board.js").read_text("utf-8")
    (literal,) = re.findall(r"^const USUAL_COMMAND = (\{.*?\});", script, re.DOTALL | re.MULTILINE)
    granted = json.loads(re.sub(r",\s*}", "}", re.sub(r"(\w+):", r'"\1":', literal)))
    usual = asdict(ShowCommand("timeline.json", 69))
    assert granted == json.loads(json.dumps({name: usual[name] for name in granted}))
    assert {*usual} - {*granted} == {"timeline", "day"}
