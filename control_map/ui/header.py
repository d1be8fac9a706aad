"""Date, counts by status, and what others published around that day."""

import datetime as dt

import pandas as pd

from control_map.pipeline import View, placed
from control_map.scales import counting, measures_of, near
from control_map.summary import COMPARED_DAYS, headline
from control_map.ui import html, store

_PUBLISHED_DAYS = 3
_MOST_PUBLISHED = 4


def show(view: View, date: dt.date, now: pd.DataFrame, before: pd.DataFrame) -> None:
    """Show the head of the page for a date; `now` and `before` are what `as_of` returns for it and for earlier."""
    pack = view.pack
    located, total = placed(pack)
    published = counting(store.totals_of(view), measures_of(pack.theatre), pack.statuses[0])
    html.show(
        "header.html",
        date=date,
        counts=headline(now, before, pack.statuses).to_dict("records"),
        styles=pack.styles,
        days=COMPARED_DAYS,
        start=pack.theatre.period_start,
        rule=view.rule.label,
        default_rule=view.rule.id == pack.theatre.default_rule,
        known_on=view.known_on,
        located=located,
        total=total,
        aside=total - located,
        published=near(published, date, _PUBLISHED_DAYS).head(_MOST_PUBLISHED).to_dict("records"),
    )
