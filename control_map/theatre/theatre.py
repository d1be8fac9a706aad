"""A theatre pack is read from its folder: places, parties, period, published totals and credits become a `Theatre`."""

import datetime as dt
import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import cos, pi, sin
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa
import shapely

from control_map.core.characters import look_key
from control_map.core.errors import Fault, PackError
from control_map.core.model import CRS, KINDS_WITH_STATUS, Actor, Credit, PartyLabels, PlaceKind
from control_map.core.sanitize import unescape_cell
from control_map.theatre import csv_reader
from control_map.theatre.background import Background, read_background
from control_map.theatre.boundaries import read_districts
from control_map.theatre.config import OWN_SCALE, Measure, ProvinceNames, Scale, read_config
from control_map.theatre.frontier import FRONTIER_COLUMNS, measure_frontier
from control_map.theatre.parts import PARTS_FILE, no_parts, read_parts
from control_map.theatre.settlements import SETTLEMENTS_FILE, no_settlements, read_settlements
from control_map.theatre.totals import read_totals

PACK_FILES = (
    "theatre.toml",
    "districts.geojson",
    "places.csv",
    PARTS_FILE,
    SETTLEMENTS_FILE,
    "reports.csv",
    "totals.csv",
)
"""The files of a pack that the result depends on."""
OPTIONAL_FILES = (PARTS_FILE, SETTLEMENTS_FILE)
"""Those that it need not have."""
PLACE_COLUMNS = tuple(
    "place_id kind name name_local alt_names polygon_id parent_id province_id province lon lat population".split()
)
_T = TypeVar("_T")
_OPTIONAL_PLACE_COLUMNS = ("neighbour", "other_side", "also_in", "note")


@dataclass(frozen=True, eq=False)
class Theatre:
    """A theatre: one conflict in one area over one period.

    `places` is a GeoDataFrame in EPSG:4326 (lon/lat) with one row a place: `place_id, kind, name, name_local,
    alt_names, polygon_id, parent_id, province_id, province, population, area_km2, neighbour, other_side,
    also_in, note, geometry`. The geometry is a polygon for a drawn district and a point for all else; a
    district without a polygon has a point inside the one that contains it. `area_km2` is missing for points.
    `provinces` has `province_id, province, name_local, alt_names`. `totals` has the published totals as
    `read_totals` returns them; `scales` and `measures` say what they count, as far as the pack does.
    `opens_on` is the day that the page shows first; `opens_on_is_stated` says whether the pack chose it.
    `follows_reports` says that the period is that of the reports, once there are any. `faults` are
    the rows of the pack's tables that were left out, and, as `kept`, what was cleaned of invisible or look-alike
    characters. `place_words` are the theatre's own words for kinds of places, and generic words. `parts` are the named
    parts of places, as `read_parts` returns them, and `settlements` the populated places, as `read_settlements` does.
    `frontier` has the kilometres of outer border, as `measure_frontier`
    returns them; it is empty if the pack does not say where the neighbours lie. `background` is drawn on the map, and
    nothing is derived from it.
    """

    id: str
    title: str
    country: str
    period_start: dt.date
    period_end: dt.date
    opens_on: dt.date
    default_rule: str
    actors: tuple[Actor, ...]
    credits: tuple[Credit, ...]
    places: gpd.GeoDataFrame
    provinces: pd.DataFrame
    totals: pd.DataFrame
    scales: tuple[Scale, ...] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    opens_on_is_stated: bool = True
    follows_reports: bool = False
    place_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: pd.DataFrame = field(default_factory=no_parts)
    settlements: pd.DataFrame = field(default_factory=no_settlements)
    frontier: pd.DataFrame = field(default_factory=partial(pd.DataFrame, columns=FRONTIER_COLUMNS))
    background: Background | None = None

    @property
    def actor_labels(self) -> PartyLabels:
        """The label of each party, by its id."""
        return PartyLabels(self.actors)

    @property
    def province_names(self) -> dict[str, str]:
        """The name of each province, by its id, in the order of the names."""
        return dict(zip(self.provinces["province_id"], self.provinces["province"], strict=True))

    @property
    def place_positions(self) -> dict[str, int]:
        """The position of each place among `places`, by its id."""
        return {place_id: number for number, place_id in enumerate(self.places["place_id"])}

    @property
    def population_source(self) -> str:
        """Whose figures the populations are, and of when: the credit whose `what` names the population, or none."""
        return next((credit.who for credit in self.credits if "population" in credit.what.lower()), "")

    @property
    def day_count(self) -> int:
        """How many days the period has."""
        return (self.period_end - self.period_start).days + 1

    def describe_outside(self, date: dt.date) -> str:
        """Say that a date is outside of the period; empty for one within it."""
        if self.period_start <= date <= self.period_end:
            return ""
        period = f"{self.period_start} to {self.period_end}"
        return f"{date} is outside the period of {self.title}, {period}; reports are few there."

    def day_of(self, date: dt.date) -> int:
        """Return the number of a day of the period, from 0; for a date outside of it, that of the nearest day."""
        return (min(max(date, self.period_start), self.period_end) - self.period_start).days


def read_theatre(folder: Path) -> Theatre:
    """Read the pack in a folder, except its reports.

    Raises
    ------
    PackError
        If the folder or one of its files is missing or cannot be read at all. The error has the faults of
        all files. Single bad rows are left out and listed in `Theatre.faults`.
    """
    if not folder.is_dir():
        fix = f"Put a theatre pack there, or make one with init: {folder}"
        raise PackError([Fault(folder.name, 0, "", "there is no such folder", fix)])
    fatal: list[Fault] = []
    described = _collect_faults(fatal, lambda: read_config(folder / "theatre.toml"))
    polygons = _collect_faults(fatal, lambda: read_districts(folder / "districts.geojson"))
    read_places = _collect_faults(fatal, lambda: _read_places(folder / "places.csv", polygons))
    scales = described[0].scales if described else ()
    scale_ids = [OWN_SCALE, *(scale.id for scale in scales)]
    published = _collect_faults(fatal, lambda: read_totals(folder / "totals.csv", scale_ids))
    named_parts = read_places and _collect_faults(fatal, lambda: read_parts(folder / PARTS_FILE, read_places[0]))
    populated = read_places and _collect_faults(
        fatal, lambda: read_settlements(folder / SETTLEMENTS_FILE, read_places[0])
    )
    background = _collect_faults(fatal, lambda: read_background(folder))
    if (
        fatal
        or described is None
        or polygons is None
        or read_places is None
        or published is None
        or named_parts is None
        or populated is None
    ):
        raise PackError(fatal)
    (config, config_faults), (places, place_faults), (totals, total_faults) = described, read_places, published
    (parts, part_faults), (settlements, settlement_faults) = named_parts, populated
    frontier = measure_frontier(places, config.frontier, "theatre.toml")
    return Theatre(
        id=folder.resolve().name,
        title=config.title,
        country=config.country,
        period_start=config.period.start,
        period_end=config.period.end,
        opens_on=config.period.opens_on or config.period.end,
        opens_on_is_stated=config.period.opens_on is not None,
        follows_reports=config.period.follows_reports,
        default_rule=config.default_rule,
        actors=config.parties,
        credits=config.credit_list,
        places=places,
        provinces=_provinces(places, config.provinces),
        totals=totals,
        scales=scales,
        measures=config.measures,
        place_words={str(kind): words for kind, words in config.place_words.items()},
        parts=parts,
        settlements=settlements,
        frontier=frontier,
        background=background,
        faults=sorted(config_faults + place_faults + part_faults + settlement_faults + total_faults),
    )


def _collect_faults(faults: list[Fault], read: Callable[[], _T]) -> _T | None:
    """Return what a reader returns; if it fails, add its faults to those of the other files and return nothing."""
    try:
        return read()
    except PackError as error:
        faults += error.faults
        return None


def _places_schema(polygon_ids: set[str]) -> pa.DataFrameSchema:
    has_polygon = csv_reader.make_check(
        lambda column: column.isin(polygon_ids | {""}),
        "districts.geojson has no such polygon",
        "Name one of its place_ids, or leave the cell empty",
    )
    return pa.DataFrameSchema(
        {
            "place_id": pa.Column(str, [csv_reader.is_filled(), csv_reader.is_unique()]),
            "kind": pa.Column(str, csv_reader.is_one_of(KINDS_WITH_STATUS)),
            "name": pa.Column(str, csv_reader.is_filled()),
            "polygon_id": pa.Column(str, has_polygon),
            "province_id": pa.Column(str, csv_reader.is_filled()),
            "province": pa.Column(str, csv_reader.is_filled()),
            "lon": pa.Column(str, csv_reader.is_number(-180, 180)),
            "lat": pa.Column(str, csv_reader.is_number(-90, 90)),
            "population": pa.Column(str, csv_reader.is_number(0, 1e10)),
        }
    )


def _read_places(path: Path, polygons: gpd.GeoDataFrame | None) -> tuple[gpd.GeoDataFrame, list[Fault]]:
    text, faults = csv_reader.read_clean_csv(path, PLACE_COLUMNS)
    text = text.map(unescape_cell)
    if polygons is None:
        raise PackError([])
    faults += csv_reader.validation_faults(_places_schema(set(polygons["place_id"])), text, path.name)
    nowhere = (text["polygon_id"] == "") & ((text["lon"] == "") | (text["lat"] == ""))
    problem, fix = "the place has neither a polygon nor a point", "Give it polygon_id, or lon and lat"
    faults += [Fault(path.name, int(row), "lon", problem, fix) for row in text.index[nowhere]]
    orphans = text[(text["parent_id"] != "") & ~text["parent_id"].isin(text["place_id"])]
    faults += [
        Fault(path.name, row, "parent_id", "there is no such place", "Name the district that contains it", parent)
        for row, parent in zip(orphans.index.tolist(), orphans["parent_id"], strict=True)
    ]
    spelling = text.drop_duplicates("province_id").set_index("province_id")["province"]
    renamed = text[text["province"] != text["province_id"].map(spelling)]
    for row, province_id, name in zip(renamed.index.tolist(), renamed["province_id"], renamed["province"], strict=True):
        problem = f"the province {province_id} has another name further up"
        fix = f"Write {spelling[province_id]}, or correct province_id"
        faults.append(Fault(path.name, row, "province", problem, fix, name))
    first_id = text["province_id"].groupby(text["province_id"].map(look_key)).transform("first")
    imitating = text[text["province_id"] != first_id]
    problem, fix = "the id looks like another further up, and is another", "Write both the same, or tell them apart"
    faults += [
        Fault(path.name, row, "province_id", problem, fix, province_id)
        for row, province_id in zip(imitating.index.tolist(), imitating["province_id"], strict=True)
    ]
    text = text[~text.index.isin(csv_reader.not_kept(faults))]
    if text.empty:
        raise PackError([*faults, Fault(path.name, 0, "", "no place can be used", "Fix the rows named above")])
    absent = dict.fromkeys(set(_OPTIONAL_PLACE_COLUMNS) - set(text.columns), "")
    text = text.assign(**absent)[[*PLACE_COLUMNS, *_OPTIONAL_PLACE_COLUMNS]].reset_index(drop=True)
    drawn = polygons.set_index("place_id")
    places = gpd.GeoDataFrame(text.drop(columns=["lon", "lat"]), geometry=_geometries(text, drawn), crs=CRS)
    places["population"] = pd.to_numeric(places["population"])
    places["area_km2"] = places["place_id"].map(drawn["area_km2"]).astype("float64")
    return places, faults


def _geometries(places: pd.DataFrame, drawn: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    """Return for each place its own polygon, its point (lon, lat), or a point inside the polygon that contains it."""
    shapes = drawn.geometry.to_dict()
    undrawn = places[(places["kind"] == PlaceKind.DISTRICT) & ~places["place_id"].isin(shapes) & (places["lon"] == "")]
    inside: dict[str, shapely.Geometry] = {}
    for polygon_id, group in undrawn.groupby("polygon_id"):
        inside |= dict(zip(group["place_id"], _spread_points(shapes.get(polygon_id), len(group)), strict=False))
    west, _, east, _ = drawn.total_bounds
    lon = pd.to_numeric(places["lon"])
    # Where polygons run on past 180 degrees, a point at -179 lies at 181.
    turns = ((west + east) / 2 - lon).div(360).round().fillna(0)
    points = gpd.points_from_xy(lon + 360 * turns, pd.to_numeric(places["lat"]))
    return [
        shapes.get(place_id, inside.get(place_id, point)) if kind == PlaceKind.DISTRICT else point
        for place_id, kind, point in zip(places["place_id"], places["kind"], points, strict=True)
    ]


def _spread_points(polygon: shapely.Geometry | None, count: int) -> list[shapely.Point]:
    """Return points evenly on a circle well inside the polygon, clear of each other and of its middle."""
    if not isinstance(polygon, shapely.Polygon | shapely.MultiPolygon):
        return []
    circle = shapely.maximum_inscribed_circle(polygon)
    middle, radius = shapely.Point(circle.coords[0]), circle.length * 0.55
    return [
        shapely.Point(middle.x + radius * cos(2 * pi * turn / count), middle.y + radius * sin(2 * pi * turn / count))
        for turn in range(count)
    ]


def _provinces(places: pd.DataFrame, named: dict[str, ProvinceNames]) -> pd.DataFrame:
    provinces = (
        places[["province_id", "province"]].drop_duplicates("province_id").sort_values("province", ignore_index=True)
    )
    extra = [named.get(province_id, ProvinceNames()) for province_id in provinces["province_id"]]
    return provinces.assign(name_local=[e.name_local for e in extra], alt_names=["|".join(e.alt_names) for e in extra])


def fingerprint_files(folder: Path) -> str:
    """Return a hash of the contents of a pack's files, 16 hex digits."""
    digest = hashlib.sha256()
    for path in (folder / name for name in PACK_FILES):
        if path.name not in OPTIONAL_FILES or path.exists():
            digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def file_state(path: Path) -> Hashable:
    """Return what differs once a file has been written again, also by a copy that keeps the time of its original."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
