"""Reports on a part of a province or of the country: they colour nothing, and are held against the map's count."""

import datetime as dt

from control_map.analysis import provinces, summary
from control_map.explanation import dossier
from control_map.pipeline.view import View
from control_map.ui import go, html

MOST = 80


def show(view: View, date: dt.date, province_id: str = provinces.WHOLE) -> None:
    """Show the context reports of events up to a date, newest first; with a province, those on a part of it."""
    told = provinces.within(summary.part_reports(view.located, date), view.pack.theatre.places, province_id)
    shown = summary.beside_count(told.head(MOST), view.timeline)
    html.show(
        "context.html",
        rows=dossier.say(shown.assign(target=go.targets(shown)).to_dict("records"), view.pack.theatre.actors),
        more=max(0, len(told) - MOST),
        styles=view.pack.styles,
        date=date,
        within=_named(view, province_id),
    )


def _named(view: View, province_id: str) -> str:
    known = view.pack.theatre.provinces
    return "".join(known.loc[known["province_id"] == province_id, "province"])
