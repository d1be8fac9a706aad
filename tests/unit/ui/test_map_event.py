"""What the map reports is read strictly: a browser can send anything."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.pipeline.pack import load_pack
from control_map.theatre.theatre import Theatre
from control_map.ui.map.event import MapEvent, read_map_event
from tests.conftest import HERAT

NAMES = ["nth", "day", "day_nth", "place_id", "place_id_nth", "province_id", "province_id_nth"]
NAMES += ["compared", "compared_nth", "background", "background_nth"]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["AF3201", "AF32"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=5),
    max_leaves=8,
)
EVENTS = ANY_JSON | st.dictionaries(st.sampled_from(NAMES), ANY_JSON).map(
    lambda properties: {"last_active_drawing": {"properties": properties}}
)


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return load_pack(HERAT).theatre


def reported(**properties: object) -> dict[str, object]:
    return {"last_active_drawing": {"type": "Feature", "properties": properties}}


@given(reported=EVENTS, handled=st.integers(0, 100))
def test_whatever_is_reported_the_event_is_one_that_the_page_can_follow(theatre: Theatre, reported, handled):
    event = read_map_event(reported, theatre, handled)
    assert 0 <= event.count <= 2**53
    assert event.date is None or theatre.period_start <= event.date <= theatre.period_end
    assert event.compared is None or theatre.period_start <= event.compared <= theatre.period_end
    assert event.place_id is None or event.place_id in {"", *theatre.places["place_id"]}
    assert event.province_id is None or event.province_id in {"", *theatre.provinces["province_id"]}


def test_a_click_and_a_day_are_read_once(theatre: Theatre):
    click = reported(nth=7, day=3, day_nth=6, place_id="AF3201", place_id_nth=7, province_id="", province_id_nth=5)
    day = theatre.period_start + dt.timedelta(days=3)
    assert read_map_event(click, theatre, 5) == MapEvent(7, day, "AF3201", None)
    assert read_map_event(click, theatre, 7) == MapEvent(7)
    assert read_map_event(click, theatre, 0) == MapEvent(7, day, "AF3201", "")


def test_a_day_to_compare_with_and_its_end_are_read_once(theatre: Theatre):
    ranged, ended = (
        reported(nth=7, day=3, day_nth=7, compared=1, compared_nth=7),
        reported(nth=8, day=3, day_nth=8, compared=None, compared_nth=8),
    )
    first = theatre.period_start
    since = first + dt.timedelta(days=1)
    assert read_map_event(ranged, theatre, 6) == MapEvent(7, first + dt.timedelta(days=3), compared=since)
    assert read_map_event(ranged, theatre, 7) == MapEvent(7)
    assert read_map_event(ended, theatre, 7).ends_comparison
    assert not read_map_event(ended, theatre, 8).ends_comparison


@pytest.mark.parametrize("wanted", [True, False])
def test_a_click_on_the_switch_of_the_background_is_read_once(theatre: Theatre, wanted):
    click = reported(nth=7, background=wanted, background_nth=7)
    assert read_map_event(click, theatre, 6).background is wanted
    assert read_map_event(click, theatre, 7).background is None


@pytest.mark.parametrize(
    "properties",
    [
        {"day": 10**40, "day_nth": 1},
        {"day": -1, "day_nth": 1},
        {"day": 1e300, "day_nth": 1},
        {"day": "3", "day_nth": 1},
        {"day": 3, "day_nth": "1"},
        {"day_nth": 1},
        {"compared": -7, "compared_nth": 1},
        {"compared": "", "compared_nth": 1},
        {"compared_nth": 1},
        {"background": 0, "background_nth": 1},
        {"background": "off", "background_nth": 1},
        {"background": False},
        {"place_id": ["AF3201"], "place_id_nth": 1},
        {"place_id": "AF9999", "place_id_nth": 1},
        {"place_id_nth": 1},
        {"province_id": {}, "province_id_nth": 1},
        {"place_id": "AF3201", "place_id_nth": 2**60},
    ],
)
def test_what_the_map_cannot_have_sent_is_as_if_it_were_not_there(theatre: Theatre, properties):
    assert read_map_event(reported(nth=1, **properties), theatre, 0) == MapEvent(1)
