"""Date, counts by status, and what others published around that day."""

import datetime as dt

import pandas as pd

from control_map.model import PlaceKind
from control_map.pipeline import View, placed
from control_map.summary import headline, published_near
from control_map.timeline import as_of
from control_map.ui import html

_SIGN = {"exact": "", "about": "~", "at_least": "+"}


def show(view: View, date: dt.date, compared: dt.date) -> None:
    """Show the head of the page for a date, with the change since another."""
    pack = view.pack
    now, before = as_of(view.timeline, date), as_of(view.timeline, compared)
    located, total = placed(pack)
    totals = pack.theatre.totals
    if view.known_on is not None:
        totals = totals[totals["date"] <= pd.Timestamp(view.known_on)]
    published = published_near(totals, now, date, pack.statuses)
    first = published[(published["kind"] == PlaceKind.DISTRICT) & (published["status"] == pack.statuses[0])]
    html.show(
        "header.html",
        date=date,
        counts=headline(now, before, pack.statuses).to_dict("records"),
        styles=pack.styles,
        days=(date - compared).days,
        start=pack.theatre.period_start,
        rule=view.rule.label,
        default_rule=view.rule.id == pack.theatre.default_rule,
        known_on=view.known_on,
        located=located,
        total=total,
        aside=total - located,
        published=[
            {**row, "number": _number(row["value"], row["qualifier"])} for row in first.head(4).to_dict("records")
        ],
    )


def _number(value: float, qualifier: str) -> str:
    sign = _SIGN[qualifier]
    return f"{value:,.0f}+" if sign == "+" else f"{sign}{value:,.0f}"
