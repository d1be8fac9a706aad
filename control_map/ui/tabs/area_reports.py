"""Reports on a part of a province or of the country: they colour nothing, and are compared with the map's count."""

import pandas as pd

from control_map.analysis import summary
from control_map.explanation import dossier
from control_map.theatre.reports import CODEBOOK_COLUMNS
from control_map.ui import html
from control_map.ui.state.selection import Selection
from control_map.ui.tabs.download import offer_section

MAX_AREA_REPORTS = 80


def show_area_reports(selection: Selection) -> None:
    """Show the reports on parts of areas, or on parts of one province, of events up to the date, newest first."""
    view, theatre = selection.view, selection.pack.theatre
    reports = _reports(selection)
    shown = summary.add_map_counts(reports.head(MAX_AREA_REPORTS), view.timeline)
    rows = shown.assign(target=html.link_targets(shown)).to_dict("records")
    html.show_template(
        "area_reports.html",
        rows=dossier.add_claim_wording(rows, theatre.actors),
        more=max(0, len(reports) - MAX_AREA_REPORTS),
        styles=view.pack.styles,
        date=selection.date,
        province=theatre.province_names.get(selection.province_id, ""),
    )
    if len(reports):
        offer_section(selection, "area claims", _table, province_id=selection.province_id)


def _reports(selection: Selection) -> pd.DataFrame:
    reports = summary.part_reports(selection.view.located, selection.date)
    return summary.rows_in_province(reports, selection.pack.theatre.places, selection.province_id)


def _table(selection: Selection) -> pd.DataFrame:
    """Return the reports as the codebook has them, each with the map's own count of what it counts."""
    counted = summary.add_map_counts(_reports(selection), selection.view.timeline)
    return counted[[*CODEBOOK_COLUMNS, "status", "ours", "ours_of"]]
