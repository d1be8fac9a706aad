"""CSV: plain, and with hashtags of the Humanitarian Exchange Language (HXL 1.1) in the second row.

Validators expect a date in each cell below `#date`, and a number below `#population` and `#indicator+num`. The
provenance has columns of its own, `#meta+about+<name>`, see `control_map.theatre.csv_writer`.
"""

import csv
from pathlib import Path

from control_map.core.sanitize import sanitize_cells
from control_map.render.export.contents import ExportContents, with_point_columns
from control_map.theatre.csv_writer import add_provenance_columns, as_csv, cell_text

HASHTAGS = {
    # Places. The core tags and attributes are those of https://hxlstandard.org/standard/1-1final/dictionary/
    "place_id": "#loc+code",
    "kind": "#loc+type",
    "name": "#loc+name",
    "name_local": "#loc+name+local",
    "province_id": "#adm1+code",
    "province": "#adm1+name",
    "pcode": "#adm2+code",
    "lon": "#geo+lon",
    "lat": "#geo+lat",
    "area_km2": "#indicator+area+km2",
    "population": "#population",
    # The status of a place.
    "date": "#date",
    "valid_from": "#date+start",
    "valid_to": "#date+end",
    "status": "#status+code",
    "status_label": "#status+name",
    "basis": "#status+basis",
    "claimed_by": "#status+claimed+code",
    "claimed_by_label": "#status+claimed+name",
    "disputed": "#status+disputed",
    "confidence": "#status+confidence",
    "since": "#date+start+status",
    "changed_from": "#date+start+changed",
    "changed_to": "#date+end+changed",
    "last_reported": "#date+occurred+last",
    "days_silent": "#indicator+silent+days",
    "reports": "#indicator+reports+num",
    "before": "#status+before",
    "after": "#status+after",
    "change": "#status+change",
    "last_changed_on": "#date+changed",
    "before_label": "#status+before+name",
    "before_basis": "#status+before+basis",
    "before_claimed_by": "#status+before+claimed+code",
    "before_disputed": "#status+before+disputed",
    "why": "#description+why",
    "rests_on": "#meta+id+reports",
    # Reports.
    "report_id": "#meta+id",
    "role": "#meta+role",
    "reason": "#meta+reason",
    "via": "#meta+via",
    "asserts": "#event+status",
    "event_date": "#date+occurred",
    "date_precision": "#meta+precision",
    "reported_date": "#date+reported",
    "counts_from": "#date+start+report",
    "claim": "#event+type",
    "actor": "#org+actor+code",
    "claimant": "#org+claimant+name",
    "claimant_side": "#org+claimant+side",
    "interest": "#org+claimant+interest",
    "origin": "#meta+origin",
    "source_name": "#meta+source",
    "source_url": "#meta+url",
    "reliability": "#meta+reliability",
    "credibility": "#meta+credibility",
    "summary": "#description",
    "because_of": "#meta+id+because",
}
"""The hashtag of each column of a table, without the columns of the provenance."""


def write_plain_csv(contents: ExportContents, path: Path) -> None:
    """Write the only table with `lon` and `lat` of a point on each place; no cell is a formula."""
    _, table, facts = contents.single()
    path.write_text(as_csv(with_point_columns(table), facts), "utf-8", newline="")


def write_hxl_csv(contents: ExportContents, path: Path) -> None:
    """Write the only table as `write_plain_csv` does, with hashtags below the names of the columns."""
    _, table, facts = contents.single()
    plain = with_point_columns(table)
    whole = add_provenance_columns(plain, facts)
    tags = [HASHTAGS[str(name)] if name in plain else f"#meta+about+{name}" for name in whole]
    text = sanitize_cells(whole).map(cell_text)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([list(text), tags, *text.to_numpy().tolist()])
