"""Reports on a part of a province or of the country: they colour nothing, and are compared with the map's count."""

from control_map.analysis import summary
from control_map.explanation import dossier
from control_map.ui import html
from control_map.ui.state.selection import Selection

MAX_AREA_REPORTS = 80


def show_area_reports(selection: Selection) -> None:
    """Show the reports on parts of areas, or on parts of one province, of events up to the date, newest first."""
    view, theatre = selection.view, selection.pack.theatre
    reports = summary.rows_in_province(
        summary.part_reports(view.located, selection.date), theatre.places, selection.province_id
    )
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
