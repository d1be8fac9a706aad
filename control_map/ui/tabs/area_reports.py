"""Reports on a part of a province or of the country: they colour nothing, and are held against the map's count."""

import datetime as dt

from control_map.analysis import summary
from control_map.analysis.summary import ALL_PROVINCES, rows_in_province
from control_map.explanation import dossier
from control_map.pipeline.view import View
from control_map.ui import go, html

MAX_AREA_REPORTS = 80


def show_area_reports(view: View, date: dt.date, province_id: str = ALL_PROVINCES) -> None:
    """Show the context reports of events up to a date, newest first; with a province, those on a part of it."""
    told = rows_in_province(summary.part_reports(view.located, date), view.pack.theatre.places, province_id)
    shown = summary.add_map_counts(told.head(MAX_AREA_REPORTS), view.timeline)
    html.show_template(
        "context.html",
        rows=dossier.add_claim_wording(
            shown.assign(target=go.link_targets(shown)).to_dict("records"), view.pack.theatre.actors
        ),
        more=max(0, len(told) - MAX_AREA_REPORTS),
        styles=view.pack.styles,
        date=date,
        within=_named(view, province_id),
    )


def _named(view: View, province_id: str) -> str:
    known = view.pack.theatre.provinces
    return "".join(known.loc[known["province_id"] == province_id, "province"])
