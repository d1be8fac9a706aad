"""What the map reports is read strictly: a browser can send anything."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.pipeline.pack import Pack, load_pack
from control_map.theatre.theatre import Theatre
from control_map.ui.map.event import MapEvent, read_map_event
from control_map.ui.state.session import area_targets
from tests.conftest import HERAT

NAMES = ["nth", "day", "day_nth", "place_id", "place_id_nth", "province_id", "province_id_nth"]
NAMES += ["compared", "compared_nth", "area", "area_nth", "report", "report_nth"]
NAMES += ["background", "background_nth", "events", "events_nth"]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["AF3201", "AF32"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=5),
    max_leaves=8,
)
EVENTS = ANY_JSON | st.dictionaries(st.sampled_from(NAMES), ANY_JSON).map(
    lambda properties: {"last_active_drawing": {"properties": properties}}
)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(HERAT)


@pytest.fixture(scope="module")
def theatre(pack: Pack) -> Theatre:
    return pack.theatre


def reported(**properties: object) -> dict[str, object]:
    return {"last_active_drawing": {"type": "Feature", "properties": properties}}


@given(reported=EVENTS, handled=st.integers(0, 100))
def test_whatever_is_reported_the_event_is_one_that_the_page_can_follow(pack: Pack, reported, handled):
    event, theatre = read_map_event(reported, pack, handled), pack.theatre
    assert 0 <= event.count <= 2**53
    assert event.date is None or theatre.period_start <= event.date <= theatre.period_end
    assert event.compared is None or theatre.period_start <= event.compared <= theatre.period_end
    assert event.place_id is None or event.place_id in {"", *theatre.places["place_id"]}
    assert event.area is None or event.area in {"", *area_targets(theatre)}
    assert event.report_id is None or event.report_id in {"", *pack.located["report_id"]}
    assert event.province_id is None or event.province_id in {"", *theatre.provinces["province_id"]}


def test_a_click_and_a_day_are_read_once(pack: Pack, theatre: Theatre):
    click = reported(nth=7, day=3, day_nth=6, place_id="AF3201", place_id_nth=7, province_id="", province_id_nth=5)
    day = theatre.period_start + dt.timedelta(days=3)
    assert read_map_event(click, pack, 5) == MapEvent(7, day, "AF3201", None)
    assert read_map_event(click, pack, 7) == MapEvent(7)
    assert read_map_event(click, pack, 0) == MapEvent(7, day, "AF3201", "")


def test_an_area_and_a_report_are_read_if_the_pack_has_them(pack: Pack):
    report = pack.located["report_id"].iloc[0]
    opened = reported(nth=7, area="neighbour/Iran", area_nth=7, report=report, report_nth=7)
    assert read_map_event(opened, pack, 6) == MapEvent(7, area="neighbour/Iran", report_id=report)
    closed = reported(nth=8, area="", area_nth=8, report="", report_nth=8)
    assert read_map_event(closed, pack, 7) == MapEvent(8, area="", report_id="")
    strange = reported(nth=9, area="neighbour/Atlantis", area_nth=9, report="<b>", report_nth=9)
    assert read_map_event(strange, pack, 8) == MapEvent(9)


def test_a_day_to_compare_with_and_its_end_are_read_once(pack: Pack, theatre: Theatre):
    ranged, ended = (
        reported(nth=7, day=3, day_nth=7, compared=1, compared_nth=7),
        reported(nth=8, day=3, day_nth=8, compared=None, compared_nth=8),
    )
    first = theatre.period_start
    since = first + dt.timedelta(days=1)
    assert read_map_event(ranged, pack, 6) == MapEvent(7, first + dt.timedelta(days=3), compared=since)
    assert read_map_event(ranged, pack, 7) == MapEvent(7)
    assert read_map_event(ended, pack, 7).ends_comparison
    assert not read_map_event(ended, pack, 8).ends_comparison


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("layer", ["background", "events"])
def test_a_click_on_the_switch_of_a_layer_is_read_once(pack: Pack, layer: str, wanted: bool):
    click = reported(**{"nth": 7, layer: wanted, f"{layer}_nth": 7})
    assert read_map_event(click, pack, 6).layers == {layer: wanted}
    assert read_map_event(click, pack, 7).layers == {}


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
def test_what_the_map_cannot_have_sent_is_as_if_it_were_not_there(pack: Pack, properties):
    assert read_map_event(reported(nth=1, **properties), pack, 0) == MapEvent(1)
