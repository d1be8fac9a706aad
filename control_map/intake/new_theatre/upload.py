"""A theatre made of a file that a visitor uploads: what is in the file, and the pack that is made of it.

These functions run in a worker: a file of polygons is a stranger's, and can take long.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from control_map.core.errors import PackError
from control_map.core.limits import LIMITS
from control_map.intake.new_theatre import boundary_columns, writer
from control_map.intake.new_theatre.boundaries import read_boundary_upload
from control_map.intake.new_theatre.boundary_columns import ColumnHints
from control_map.intake.new_theatre.formats import SIMPLIFY, Boundaries
from control_map.intake.new_theatre.parties import make_id, parse_parties
from control_map.intake.new_theatre.provinces import choose_columns, naming_options_for_provinces
from control_map.intake.new_theatre.writer import PackFiles, TheatrePlan
from control_map.intake.tables.table_builder import file_error
from control_map.pipeline.pack import Pack

_DEFAULT_DAYS = 365


@dataclass(frozen=True)
class BoundaryUpload:
    """A file of polygons as it was uploaded, and what it may leave open, see `read_boundaries`."""

    name: str
    data: bytes = field(repr=False)
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None

    def read(self) -> Boundaries:
        """Read its polygons, see `read_boundary_upload`."""
        return read_boundary_upload(self.name, self.data, self.layer, self.crs, self.encoding)


@dataclass(frozen=True)
class BoundaryFacts:
    """What is in a file of polygons.

    `columns` are its columns that have any values, each with an example. `name` and `parent` are those that seem to
    have the names and the provinces, empty if none does. `country` is the country that all rows state, or empty.
    `notes` say what was in doubt when the file was read.
    """

    count: int
    columns: dict[str, str]
    name: str
    parent: str
    country: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class MadeTheatre:
    """A theatre that a visitor has made: its files, its pack, and what happened when it was made, in sentences."""

    files: PackFiles
    pack: Pack
    notes: tuple[str, ...]


def describe_boundaries(upload: BoundaryUpload) -> BoundaryFacts:
    """Say what is in a file of polygons.

    Raises
    ------
    PackError
        If it cannot be read, or no column has anything in it that could be names.
    """
    _, frame, notes = upload.read()
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    columns = {str(column): _example(table[column]) for column in table.columns if table[column].notna().any()}
    if not columns:
        fix = "Give each polygon a name, for example at geojson.io or in QGIS, and save the file again"
        raise file_error(upload.name, "the polygons have no names: the file has no column with any values", fix)
    facts = BoundaryFacts(len(frame), columns, "", "", boundary_columns.guess_country(table), notes)
    try:
        guessed = boundary_columns.guess_columns(table, ColumnHints(), upload.name)
    except PackError:  # the visitor chooses the column
        return facts
    return replace(facts, name=guessed.name, parent=guessed.parent)


def _example(column: pd.Series) -> str:
    return " ".join(str(column.dropna().iloc[0]).split())[:30]


def make_theatre(
    upload: BoundaryUpload,
    hints: ColumnHints,
    title: str,
    parties: Sequence[str],
    today: dt.date,
    provinces: BoundaryUpload | None = None,
) -> MadeTheatre:
    """Make a theatre without reports; its period will be that of its reports, and its provinces may be another file.

    Raises
    ------
    PackError, SettingError
        If the polygons, the columns or the parties cannot be used, or the theatre is too large for a visit.
    """
    with naming_options_for_provinces():
        above = provinces.read() if provinces else None
    districts = choose_columns(upload.read(), hints, above)
    title = " ".join(title.split())
    country = " ".join((boundary_columns.guess_country(districts.frame) or title).split())
    plan = TheatrePlan(
        *(title, country, parse_parties(parties), today - dt.timedelta(days=_DEFAULT_DAYS), today),
        follows_reports=True,
    )
    made = writer.build_pack(districts, plan, upload.name)
    size = made.files.size
    if size > LIMITS.own_theatre_bytes:
        problem = (
            f"its lines take {size / 1e6:.0f} MB; {LIMITS.own_theatre_bytes / 1e6:.0f} MB can be shown on this page"
        )
        raise file_error(upload.name, problem, SIMPLIFY)
    notes = (*made.coverage.repairs, *made.coverage.remaining_faults, *made.notes)
    return MadeTheatre(made.files, load_private_pack(made.files, make_id(title, "-", fallback="map")), notes)


def load_private_pack(files: PackFiles, name: str) -> Pack:
    """Load the files of a visitor's theatre as a pack that is theirs alone."""
    return replace(files.load(name), is_private=True)
