"""What happened where comes as a small file: fighting, and places that changed hands, by day."""

import datetime as dt
import json

import pytest

from control_map.pipeline.pack import Pack, load_pack
from control_map.render.map.events_file import CAPTURE, CLAIMED_CAPTURE, FIGHTING, make_events_file
from tests.support.made_up import PLACES, START, day, many, pack_of, said, written

H2 = PLACES["place_id"].tolist().index("H2")
RED, BLUE = 0, 2


def events(*reports, known_on: dt.date | None = None) -> list[list]:
    return json.loads(make_events_file(pack_of(reports), known_on))["events"]


def test_a_fight_and_a_change_of_hands_are_events_of_their_place_and_day():
    assert day(0) == START
    assert events(said(3, "fighting", "blue"), said(4)) == [[3, 4, H2, FIGHTING, BLUE], [4, 5, H2, CAPTURE, RED]]


def test_a_change_of_hands_is_a_claim_if_only_who_gains_says_so():
    assert [row[3] for row in events(said(3, by="red"), said(4, by="blue"), said(5))] == [
        *(CLAIMED_CAPTURE, CAPTURE, CAPTURE)
    ]


def test_a_withdrawal_is_an_event_of_nobody_and_what_is_only_held_is_none():
    assert events(said(3, "withdrew", "blue"), said(4, "held")) == [[3, 4, H2, CAPTURE, -1]]


def test_what_is_said_of_a_province_is_there_and_what_is_said_of_the_country_nowhere():
    assert events(said(3, "fighting", place="H", area_scope="part"), said(3, place="")) == [[3, 4, "H", FIGHTING, RED]]


def test_only_events_of_the_period_that_were_published_by_a_day_are_listed_and_the_same_once():
    assert events(said(-1), said(3, published=9), known_on=day(8)) == []
    assert json.loads(make_events_file(pack_of(many(3, said(3))), None))["events"] == [[3, 4, H2, CAPTURE, RED]]


def test_the_battles_in_balkh_are_marked_on_9_july(shipped: Pack):
    rows = json.loads(make_events_file(shipped, None))["events"]
    assert rows == sorted(rows, key=lambda row: row[:2])
    week = [row for row in rows if 63 <= row[0] <= 69]
    balkh = shipped.theatre.provinces.set_index("province").loc["Balkh", "province_id"]
    places = shipped.theatre.places
    in_balkh = {balkh, *places.index[places["province_id"] == balkh]}
    assert any(row[3] == FIGHTING and row[2] in in_balkh for row in week)


@pytest.mark.slow
def test_the_settlements_that_reports_name_are_listed_with_their_points_and_the_days_of_the_reports(make_pack):
    rows = [written(1), *(written(number, place_text="Salma", event_date=f"2021-05-0{number}") for number in (2, 3))]
    table = "settlement_id,name,name_local,lon,lat\n1,Salma,سلمى,1.23456,50.4\n2,Crake,,0.5,50.5\n"
    pack = load_pack(make_pack(rows, {"settlements.csv": table}))
    listed = json.loads(make_events_file(pack, None))["settlements"]
    assert listed == [["Salma", "سلمى", 1.2346, 50.4, H2, [[1, 2], [2, 2]]]]
    assert json.loads(make_events_file(pack, day(1)))["settlements"] == []
    assert "settlements" not in json.loads(make_events_file(pack_of([said(3)]), None))
