"""With which date a date shown is compared."""

import pytest

from control_map.ui.toolbar.comparison import ComparisonChoice, ComparisonOption
from tests.support.made_up import START, day


@pytest.mark.parametrize(
    ("against", "on", "shown", "since"),
    [
        (ComparisonOption.NOTHING, None, 20, None),
        (ComparisonOption.WEEK, None, 20, 13),
        (ComparisonOption.MONTH, None, 40, 10),
        (ComparisonOption.MONTH, None, 20, 0),
        (ComparisonOption.START, None, 20, 0),
        (ComparisonOption.DATE, 12, 20, 12),
        (ComparisonOption.DATE, 25, 20, 20),
        (ComparisonOption.DATE, -3, 20, 0),
        (ComparisonOption.DATE, None, 20, None),
    ],
)
def test_the_date_compared_with_is_within_the_period_and_not_after_the_date_shown(
    against: ComparisonOption, on: int | None, shown: int, since: int | None
):
    compared = ComparisonChoice(against, START, None if on is None else day(on))
    assert compared.since(day(shown)) == (None if since is None else day(since))
    if against == ComparisonOption.DATE:  # below 0 the map would take it for a number of days before the date
        assert compared.as_map_day(day(shown)) == (None if on is None else max(0, on))
