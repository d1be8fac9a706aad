"""CSV with hashtags of the Humanitarian Exchange Language (HXL 1.1) in the second row.

What the table rests on stands in columns of its own, `#meta+about+<name>`, see `sheet`.
"""

import csv
from pathlib import Path

import pandas as pd

from control_map.core.sanitize import sanitize_cells
from control_map.render.export.contents import ExportContents, with_point_columns
from control_map.theatre.csv_writer import add_provenance_columns

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
    # What a place shows.
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
    "last_reported": "#date+occurred+last",
    "days_silent": "#indicator+silent+days",
    "reports": "#indicator+reports+num",
    "before": "#status+before",
    "after": "#status+after",
    "change": "#status+change",
    "why": "#description+why",
    "rests_on": "#meta+id+reports",
    # What reports say.
    "report_id": "#meta+id",
    "role": "#meta+role",
    "reason": "#meta+reason",
    "via": "#meta+via",
    "asserts": "#event+status",
    "event_date": "#date+occurred",
    "date_precision": "#date+occurred+precision",
    "reported_date": "#date+reported",
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
"""The hashtag of each column of a table; the columns of the provenance have others."""


def write_hxl_csv(contents: ExportContents, path: Path) -> None:
    """Write the only table with `lon` and `lat` of a point on each place; no cell is a formula."""
    what, table = contents.single()
    plain = with_point_columns(table)
    whole = add_provenance_columns(plain, contents.facts_of(what))
    tags = [HASHTAGS[str(name)] if name in plain else f"#meta+about+{name}" for name in whole]
    harmless = sanitize_cells(_written(whole))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([list(harmless), tags, *harmless.to_numpy().tolist()])


def _written(plain: pd.DataFrame) -> pd.DataFrame:
    """Write dates as in 2021-07-09, yes and no as true and false, and what is missing as nothing."""
    for name, column in plain.select_dtypes(["datetime", "bool"]).items():
        written = (
            column.dt.strftime("%Y-%m-%d") if column.dtype.kind == "M" else column.map({True: "true", False: "false"})
        )
        plain[name] = written
    return plain.astype(object).where(plain.notna(), "")
