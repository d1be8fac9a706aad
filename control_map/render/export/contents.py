"""The contents of an exported file: its tables, its provenance, and the look of each status."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd
import shapely

from control_map.core.sanitize import sanitize_line
from control_map.core.status_style import StatusStyle
from control_map.pipeline.view import View
from control_map.render.export import tables
from control_map.render.export.tables import ExportTable
from control_map.render.provenance import Provenance
from control_map.theatre.file_time import file_time

COORDINATE_DECIMALS = 6
"""Decimals of a coordinate in degrees, about ten centimetres: RFC 7946 calls this sufficient."""


@dataclass(frozen=True, eq=False)
class ExportContents:
    """The tables of a file by name, the provenance that they share, the look of each status, and the file's time.

    No text contains control characters, which XML cannot hold. `time` is what `file_time` returns.
    """

    title: str
    facts: Mapping[str, str]
    tables: Mapping[ExportTable, gpd.GeoDataFrame]
    styles: Mapping[str, StatusStyle]
    time: dt.datetime

    def single(self) -> tuple[ExportTable, gpd.GeoDataFrame, dict[str, str]]:
        """Return the only table, and its provenance."""
        ((what, table),) = self.tables.items()
        return what, table, self.facts_of(what)

    def facts_of(self, what: ExportTable) -> dict[str, str]:
        """Return the provenance of one of the tables, and what its rows are."""
        return {**self.facts, "rows": what.sentence}


def collect_contents(
    view: View, date: dt.date, chosen: Sequence[ExportTable], since: dt.date | None = None, province_id: str = ""
) -> ExportContents:
    """Make the chosen tables of a view; `date`, `since` and `province_id` are as for `make_status_table`."""
    make_table = {
        ExportTable.STATUS: lambda: tables.make_status_table(view, date, since, province_id),
        ExportTable.TIMELINE: lambda: tables.make_timeline_table(view, province_id),
        ExportTable.EVIDENCE: lambda: tables.make_evidence_table(view, province_id),
    }
    provenance = Provenance.of(view, date, since, province_id)
    return ExportContents(
        title=sanitize_line(f"{provenance.theatre}, {date.isoformat()}"),
        facts={name: sanitize_line(text) for name, text in provenance.facts().items()},
        tables={what: _sanitize(make_table[what]()) for what in chosen},
        styles={name: replace(style, label=sanitize_line(style.label)) for name, style in view.pack.styles.items()},
        time=file_time(view.pack.theatre),
    )


def _sanitize(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    texts: list[str] = list(table.select_dtypes("str"))
    return table.assign(**{name: table[name].map(sanitize_line) for name in texts})


def with_point_columns(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return a table with `lon` and `lat` of a point on each place (EPSG:4326) in place of its geometry."""
    points = shapely.point_on_surface(table.geometry.to_numpy())
    return pd.DataFrame(table.drop(columns="geometry")).assign(
        lon=shapely.get_x(points).round(COORDINATE_DECIMALS), lat=shapely.get_y(points).round(COORDINATE_DECIMALS)
    )
