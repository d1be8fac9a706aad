"""The past of a place as a dossier shows it, cut to the time from the start of the period to the date shown."""

import datetime as dt

import pytest

from control_map.explanation import dossier
from tests.support.made_up import START, day

LABELS = {"no_report": "No report", "red": "Reds", "blue": "Blues"}


def strip(pieces: list[tuple[str, dt.date | None, dt.date | None]], until: int) -> list[tuple[str, float, str]]:
    rows = [{"status": status, "since": since, "until": end} for status, since, end in pieces]
    return [tuple(piece.values()) for piece in dossier.history_segments(rows, LABELS, START, day(until))]


def test_the_pieces_fill_the_time_up_to_the_date():
    pieces = [("no_report", None, day(2)), ("red", day(2), day(5)), ("blue", day(5), None)]
    assert strip(pieces, 9) == [
        ("no_report", 20, "No report from 1 May to 2 May"),
        ("red", 30, "Reds from 3 May to 5 May"),
        ("blue", 50, "Blues from 6 May to 10 May"),
    ]


def test_what_ended_before_the_period_is_left_out_and_what_goes_on_is_cut():
    pieces = [("no_report", None, day(-9)), ("red", day(-9), day(-2)), ("blue", day(-2), day(20))]
    assert strip(pieces, 3) == [("blue", 100, "Blues from 1 May to 4 May")]


@pytest.mark.parametrize("until", [0, 1, 30])
def test_the_shares_add_up_to_all(until: int):
    pieces = [("red", None, day(0)), ("blue", day(0), day(1)), ("red", day(1), None)]
    assert sum(share for _, share, _ in strip(pieces, until)) == pytest.approx(100, abs=0.02)


def test_a_crossing_without_a_neighbour_is_a_border_crossing():
    place = {"kind": "crossing", "neighbour": "", "province": "Velden"}
    assert dossier.describe_kind(place) == "border crossing · Velden"
    assert dossier.describe_kind({**place, "neighbour": "Ostland"}) == "crossing to Ostland · Velden"


def test_the_pieces_of_a_past_of_several_years_have_their_year():
    rows = [{"status": "red", "since": None, "until": None}]
    (piece,) = dossier.history_segments(rows, LABELS, dt.date(2020, 12, 30), dt.date(2021, 1, 2))
    assert piece["title"] == "Reds from 30 December 2020 to 2 January 2021"
