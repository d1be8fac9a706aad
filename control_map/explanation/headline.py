"""The headline of a map: how much the first party holds, and how that changed."""

import datetime as dt

from control_map.analysis.summary import COMPARED_DAYS
from control_map.core.wording import format_date, spans_years
from control_map.theatre.theatre import Theatre

_WEEK = 7


def earlier_day(theatre: Theatre, date: dt.date, since: dt.date | None) -> dt.date:
    """Return the day with which a day is compared: `since`, or `COMPARED_DAYS` before.

    What was before the period is one day; without an earlier one it is the day itself.
    """
    if since is not None:
        return min(since, date)
    usual = date - dt.timedelta(days=COMPARED_DAYS)
    return usual if usual >= theatre.period_start - dt.timedelta(days=1) else date


def write_headline(
    theatre: Theatre,
    held: int,
    total: int,
    change: int,
    date: dt.date,
    since: dt.date | None = None,
    province: str = "",
) -> str:
    """Write the headline, as in "Taliban hold 201 of 422 districts, 47 more than a week ago"; the board has the same.

    `held` counts the districts of the theatre's first party, of a `total` in the theatre or in one province; `change`
    says how many more they are than on the day that `earlier_day` returns. Without districts it says so of a province,
    and is empty for a theatre.
    """
    if not total:
        return f"{province} has no districts" if province else ""
    districts = f"{theatre.actors[0].subject} {held:,} of {total:,} districts{f' of {province}' if province else ''}"
    if earlier_day(theatre, date, since) == date:
        return districts
    more = f"{abs(change):,} {'more' if change > 0 else 'fewer'} than" if change else "as many as"
    return f"{districts}, {more} {_name_earlier(theatre, since)}"


def _name_earlier(theatre: Theatre, since: dt.date | None) -> str:
    if since is None:
        return "a week ago" if COMPARED_DAYS == _WEEK else f"{COMPARED_DAYS} days ago"
    first, last = theatre.period_start, theatre.period_end
    return f"on {format_date(since, year=spans_years(first, last) or not first <= since <= last)}"
