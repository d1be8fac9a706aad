"""The files of a new theatre pack are made and written to a folder, all or none."""

import datetime as dt
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import jinja2
import pandas as pd

from control_map.core.characters import clean_text
from control_map.core.errors import Fault, PackError, WriteError
from control_map.core.model import CRS, Actor
from control_map.core.sanitize import sanitize_line
from control_map.intake.matching.columns import COLUMN_MEANINGS
from control_map.intake.new_theatre.background import BuiltBackground, build_background
from control_map.intake.new_theatre.boundaries import truncate_faults
from control_map.intake.new_theatre.places import find_inner_points, name_places
from control_map.intake.new_theatre.provinces import NamedBoundaries
from control_map.intake.new_theatre.topology import RepairedCoverage, repair_coverage
from control_map.intake.outcome import merge_reports
from control_map.pipeline.pack import Pack, load_pack
from control_map.theatre import csv_writer, safe_write
from control_map.theatre.file_time import TimedZip, file_time
from control_map.theatre.parts import PART_COLUMNS, PARTS_FILE
from control_map.theatre.reports import CODEBOOK_COLUMNS, allowed_values
from control_map.theatre.theatre import Theatre
from control_map.theatre.totals import TOTAL_COLUMNS

REPORTS_FILE = "reports.csv"
_KIND = re.compile(r"[\s._-]+(?:geojson|json|gpkg|shp|zip|fgb|geoparquet|parquet|topojson|kml|kmz)$", re.IGNORECASE)
_TEXTS = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=False,  # noqa: S701 - TOML and Markdown; the filters below are their escapes
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    undefined=jinja2.StrictUndefined,
)


@dataclass(frozen=True)
class TheatrePlan:
    """The facts about a new theatre that its boundaries do not state; `tolerance` is in degrees.

    `follows_reports` says that the period, which nobody has chosen, becomes that of the reports.
    """

    title: str
    country: str
    parties: tuple[Actor, ...]
    start: dt.date
    end: dt.date
    tolerance: float | None = None
    follows_reports: bool = False


@dataclass(frozen=True)
class PackFiles:
    """The files of a pack, their contents by their names: text, or the bytes of a picture."""

    contents: Mapping[str, str | bytes]

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(map(len, map(_as_bytes, self.contents.values())))

    def load(self, name: str) -> Pack:
        """Load the files as the pack of a folder of this name, as if they lay there.

        Raises
        ------
        PackError
            If they are not a valid pack. Reports that are set aside are no reason.
        """
        with TemporaryDirectory() as parent:
            return self._fill(Path(parent) / name)

    def with_reports(self, pack: Pack) -> "PackFiles":
        """Return the files with all reports of a pack that was loaded from them, also those that were added to it."""
        merged = merge_reports(pack).drop(columns="whose")
        return PackFiles({**self.contents, REPORTS_FILE: csv_writer.as_csv(merged)})

    def zip(self, theatre: Theatre) -> bytes:
        """Return a ZIP file with the files in a folder; `theatre` is the one that is loaded from them."""
        packed = io.BytesIO()
        with TimedZip(packed, file_time(theatre)) as archive:
            for name, content in self.contents.items():
                archive.writestr(f"{theatre.id}/{name}", content)
        return packed.getvalue()

    def write(self, folder: Path) -> None:
        """Write the files to a new or empty folder, after checking that they are a valid pack.

        Raises
        ------
        WriteError
            If the folder is not empty, or cannot be written. Nothing is left half done.
        PackError
            If the files are not a valid pack.
        """
        require_empty_folder(folder)
        with safe_write.explain_write_errors(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
        safe_write.replace_file(folder, self._fill)

    def _fill(self, folder: Path) -> Pack:
        folder.mkdir()
        for name, content in self.contents.items():
            (folder / name).write_bytes(_as_bytes(content))
        pack = load_pack(folder)
        if faults := [fault for fault in pack.faults if fault.file != REPORTS_FILE and not fault.kept]:
            raise PackError(truncate_faults(faults))
        return pack


@dataclass(frozen=True)
class BuiltPack:
    """The files of a new pack, and what happened when they were made."""

    files: PackFiles
    places: int
    provinces: int
    coverage: RepairedCoverage
    notes: list[str]
    background: BuiltBackground


def _as_bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def readable_name(name: str) -> str:
    """Turn the name of a folder or a file into a title, without the file format that it may contain."""
    words = _KIND.sub("", name) or name
    return " ".join(re.split(r"[\s_-]+", words)).strip().capitalize()


def require_empty_folder(folder: Path) -> None:
    """Refuse a folder that is not empty, or is a file.

    Raises
    ------
    WriteError
        With advice to name another folder.
    """
    with safe_write.explain_write_errors(folder):
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if taken:
        raise WriteError(f"{folder} exists and is not empty. Name a new folder; existing files are never overwritten.")


def build_pack(districts: NamedBoundaries, plan: TheatrePlan, file: str, background: Path | None = None) -> BuiltPack:
    """Make the files of a pack from districts, which are not changed; `file` is the name of their file.

    `background` is the source of a background, as `build_background` reads it.

    Raises
    ------
    PackError
        If ids or provinces are not usable, a polygon is covered by others, or far too many overlap.
    """
    boundaries, columns, notes = districts
    table = pd.DataFrame(boundaries.drop(columns=boundaries.geometry.name))
    named = name_places(table, columns, plan.country, file)
    named.notes[:0] = notes
    names = named.districts["name"].tolist()
    coverage = repair_coverage(boundaries.geometry.to_numpy(), names, plan.tolerance, file)
    if coverage.collapsed:
        problem = "nothing is left of the polygon: others cover the same area"
        fix = "Delete one of the two; a layer may hold several levels of division"
        rows = [(int(boundaries.index[place]) + 1, names[place]) for place in coverage.collapsed]
        raise PackError([Fault(file, row, "geometry", problem, fix, district) for row, district in rows])
    behind = build_background(background, coverage.shapes) if background else BuiltBackground({}, [])
    shapes = gpd.GeoSeries(coverage.shapes, crs=CRS)
    lon, lat = find_inner_points(shapes)
    places = named.districts.assign(lon=lon, lat=lat)
    fill = {"plan": plan, "columns": columns, "file": sanitize_line(file), "named": named, "coverage": coverage}
    fill |= {"background": behind, "background_file": sanitize_line(background.name) if background else ""}
    allowed = allowed_values(plan.parties)
    codebook = [
        (name, ", ".join(f"`{value}`" for value in allowed.get(name, ())) or meaning.kind, meaning.meaning)
        for name, meaning in COLUMN_MEANINGS.items()
        if name in CODEBOOK_COLUMNS
    ]
    contents = {
        "theatre.toml": _TEXTS.get_template("theatre.toml").render(fill),
        "districts.geojson": _geojson(places, coverage),
        "places.csv": csv_writer.as_csv(places),
        PARTS_FILE: ",".join(PART_COLUMNS) + "\n",
        REPORTS_FILE: ",".join(CODEBOOK_COLUMNS) + "\n",
        "totals.csv": ",".join(TOTAL_COLUMNS) + "\n",
        "README.md": _TEXTS.get_template("README.md").render(fill, codebook=codebook),
    }
    files = PackFiles({**contents, **behind.contents})
    return BuiltPack(files, len(places), len(named.provinces), coverage, named.notes, behind)


def _geojson(districts: pd.DataFrame, coverage: RepairedCoverage) -> str:
    """Write the polygons as GeoJSON, one feature per line, so that a change of one changes one line."""
    features = [
        json.dumps(
            {
                "type": "Feature",
                "id": row["place_id"],
                "properties": {
                    **{name: row[name] for name in ("place_id", "name", "province_id", "province")},
                    "area_km2": float(f"{area:.6g}"),
                    "population": int(row["population"]) if row["population"] else None,
                },
                "geometry": shape.__geo_interface__,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for row, area, shape in zip(districts.to_dict("records"), coverage.area_km2, coverage.shapes, strict=True)
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def _quoted(text: str) -> str:
    """Write text as a string of TOML."""
    return json.dumps(clean_text(text), ensure_ascii=False)


def _prose(text: str) -> str:
    """Escape text for Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|&" else letter for letter in sanitize_line(text))


def _code(text: str) -> str:
    """Write text that stands between backticks in Markdown."""
    return sanitize_line(text).replace("`", "'")


_TEXTS.filters.update(quoted=_quoted, prose=_prose, code=_code, line=lambda text: " ".join(sanitize_line(text).split()))
