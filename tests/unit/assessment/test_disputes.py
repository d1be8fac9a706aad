"""A dispute ends when others settle it: two independent origins after the denial, or the side that denied."""

from typing import Any

from tests.support.made_up import judge, said

DENIED = [said(3, origin="Gazette"), said(3, "held", "blue", "blue", origin="Blue Radio", published=4)]


def disputed(*after: dict[str, Any], until: int = 20) -> list[bool]:
    judged = judge([*DENIED, *after])
    return [bool(judged.on(number)["disputed"]) for number in (3, 8, 9, until)]


def test_a_dispute_lasts_while_nothing_settles_it():
    assert disputed() == [True] * 4


def test_two_independent_origins_after_the_denial_end_it_on_the_day_of_the_second():
    assert disputed(said(7, "held", origin="Wire"), said(9, "held", origin="Post")) == [True, True, False, False]


def test_one_origin_that_says_it_twice_does_not():
    assert disputed(said(7, "held", origin="Wire"), said(9, "held", origin="Wire")) == [True] * 4


def test_what_is_dated_up_to_the_day_on_which_the_denial_was_published_does_not():
    early = [said(4, "held", origin=name, published=4) for name in ("Wire", "Post")]
    assert disputed(*early) == [True] * 4


def test_a_word_in_the_winners_own_interest_does_not():
    assert disputed(*(said(8, "held", "red", "red", origin=name) for name in ("Wire", "Post"))) == [True] * 4


def test_the_side_that_denied_ends_it_by_saying_so_itself():
    assert disputed(said(8, by="blue", origin="Blue Radio")) == [True, False, False, False]


def test_a_new_denial_opens_it_again():
    settled = [said(5, "held", origin="Wire"), said(8, "held", origin="Post")]
    again = said(15, "held", "blue", "blue", origin="Blue Radio")
    assert disputed(*settled, again) == [True, False, False, True]


def test_a_place_contested_by_equal_reports_is_disputed_until_two_others_say_that_it_is_contested():
    equal = [said(3), said(3, actor="blue", origin="Wire")]
    agreeing = [said(number, "contested", origin=name) for number, name in ((6, "Post"), (8, "Gazette"))]
    judged = judge([*equal, *agreeing])
    assert [bool(judged.on(number)["disputed"]) for number in (3, 6, 8)] == [True, True, False]


def test_a_change_of_the_status_ends_it():
    assert disputed(said(15, "retaken", "blue", origin="Wire")) == [True, True, True, False]


def test_a_second_denial_does_not_bring_the_end_nearer():
    late = said(3, "held", "blue", "blue", origin="Blue Radio", published=20)
    again = said(4, "held", "blue", "blue", origin="Post", published=5)
    settled = [said(8, "held", origin=name) for name in ("Wire", "Fen")]
    judged = judge([said(3, origin="Gazette"), late, again, *settled])
    assert judged.on(30)["disputed"]
