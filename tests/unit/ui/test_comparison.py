"""With which date a date shown is compared."""

import datetime as dt

import pytest

from control_map.ui.sidebar.comparison import Against, Compared
from tests.support.made_up import START, day


@pytest.mark.parametrize(
    ("against", "on", "shown", "since"),
    [
        (Against.NOTHING, None, 20, None),
        (Against.WEEK, None, 20, 13),
        (Against.MONTH, None, 40, 10),
        (Against.MONTH, None, 20, 0),
        (Against.START, None, 20, 0),
        (Against.DATE, 12, 20, 12),
        (Against.DATE, 25, 20, 20),
        (Against.DATE, None, 20, None),
    ],
)
def test_the_date_compared_with_is_within_the_period_and_not_after_the_date_shown(
    against: Against, on: int | None, shown: int, since: int | None
):
    compared = Compared(against, START, None if on is None else day(on))
    assert compared.since(day(shown)) == (None if since is None else day(since))


def test_a_date_after_the_one_shown_is_late():
    assert Compared(Against.DATE, START, day(9)).is_late(day(8))
    assert not Compared(Against.DATE, START, day(9)).is_late(day(9))
    assert not Compared(Against.WEEK, START).is_late(START - dt.timedelta(days=1))
