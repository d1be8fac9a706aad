"""The provinces: one row each, its districts by status as a bar."""

import datetime as dt

from control_map.pipeline import View
from control_map.summary import by_province
from control_map.timeline import as_of
from control_map.ui import html


def show(view: View, date: dt.date, compared: dt.date) -> None:
    """Show the summary of each province on a date, with the change since another."""
    pack = view.pack
    table = by_province(as_of(view.timeline, date), as_of(view.timeline, compared), pack.theatre.places, pack.statuses)
    html.show(
        "provinces.html",
        rows=table.to_dict("records"),
        statuses=pack.statuses,
        styles=pack.styles,
        days=(date - compared).days,
    )
