"""The export formats, in one table by file suffix."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from control_map.core.errors import UnknownNameError
from control_map.render.export import excel, geographic, hxl, kml
from control_map.render.export.contents import ExportContents


@dataclass(frozen=True)
class FileFormat:
    """An export format.

    `suffix` is the ending of a file's name, and the longest that fits counts; `media_type` is the IANA media type;
    `holds_all` says that several tables fit into one file. `write` writes to a path where no file exists yet. `named`
    is the ending of a file that the page offers, if it is another.
    """

    suffix: str
    label: str
    media_type: str
    write: Callable[[ExportContents, Path], None]
    holds_all: bool = False
    named: str = ""

    @property
    def ending(self) -> str:
        """The ending of a file that the page offers."""
        return self.named or self.suffix


_FORMATS = (
    FileFormat(".geojson", "GeoJSON", "application/geo+json", geographic.write_geojson),
    FileFormat(".plain.csv", "CSV", "text/csv", hxl.write_plain_csv, named=".csv"),
    FileFormat(".csv", "CSV (HXL)", "text/csv", hxl.write_hxl_csv, named=".hxl.csv"),
    FileFormat(".parquet", "GeoParquet", "application/vnd.apache.parquet", geographic.write_geoparquet),
    FileFormat(".kml", "KML", "application/vnd.google-earth.kml+xml", kml.write_kml),
    FileFormat(".gpkg", "GeoPackage", "application/geopackage+sqlite3", geographic.write_geopackage, holds_all=True),
    FileFormat(
        ".xlsx",
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        excel.write_excel,
        holds_all=True,
    ),
)
FORMATS = {file_format.suffix: file_format for file_format in _FORMATS}
"""The formats by suffix, in the order in which they are offered."""


def format_of(path: Path) -> FileFormat:
    """Return the format that belongs to the suffix of a file's name, the longest that fits.

    Raises
    ------
    UnknownNameError
        If no format has this suffix.
    """
    fitting = [suffix for suffix in FORMATS if path.name.lower().endswith(suffix)]
    if not fitting:
        raise UnknownNameError("format for files that end in", path.suffix, list(FORMATS), complete=True)
    return FORMATS[max(fitting, key=len)]
