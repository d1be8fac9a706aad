"""Reports on a part of a province or of the country: they colour nothing, and are held against the map's count."""

import datetime as dt

from control_map import dossier, summary
from control_map.pipeline import View
from control_map.ui import go, html

MOST = 80


def show(view: View, date: dt.date) -> None:
    """Show the context reports of events up to a date, newest first."""
    told = summary.part_reports(view.located, date)
    shown = summary.beside_count(told.head(MOST), view.timeline)
    html.show(
        "context.html",
        rows=dossier.say(shown.assign(target=go.targets(shown)).to_dict("records"), view.pack.theatre.actors),
        more=max(0, len(told) - MOST),
        styles=view.pack.styles,
        date=date,
    )
