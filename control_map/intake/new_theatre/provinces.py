"""The columns of the districts; each is put into the province in which most of it lies if those are in another file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from control_map.core.errors import PackError
from control_map.core.wording import list_some
from control_map.intake.new_theatre.boundary_columns import BoundaryColumns, ColumnHints, guess_columns
from control_map.intake.new_theatre.formats import Boundaries
from control_map.intake.new_theatre.places import leave_out_nameless
from control_map.intake.tables.table_builder import file_error

_OPTIONS = {"--id": "--parent-id", "--name": "--parent", "--layer": "--provinces-layer"}
_CLEARLY = 0.75
"""The share of a district that lies in its province, below which a note names the district."""
_LISTED = 5


class NamedBoundaries(NamedTuple):
    """Polygons in EPSG:4326 (lon, lat) that have a name or an id, which columns have what, and notes on how it went."""

    frame: gpd.GeoDataFrame
    columns: BoundaryColumns
    notes: list[str]


@contextmanager
def naming_options_for_provinces() -> Iterator[None]:
    """Name, in the faults of a file of provinces, the options for provinces, not those for districts.

    Raises
    ------
    PackError
        With the same faults and other fixes.
    """
    try:
        yield
    except PackError as error:
        raise PackError([replace(fault, fix=_rename_options(fault.fix)) for fault in error.faults]) from error


def _rename_options(fix: str) -> str:
    if "--crs" in fix or "--boundaries-encoding" in fix:
        return "Save it as GeoJSON or GeoPackage"
    for option, of_provinces in _OPTIONS.items():
        fix = fix.replace(option, of_provinces)
    return fix


def choose_columns(districts: Boundaries, hints: ColumnHints, provinces: Boundaries | None = None) -> NamedBoundaries:
    """Guess which columns of the districts hold what, unless the user named them, see `guess_columns`.

    Polygons without a name and an id are left out, with a note. With `provinces`, each district gets the name and the
    id of the one in which most of it lies; the hints for the province are then of their columns.

    Raises
    ------
    PackError
        If a column cannot be recognised, no polygon has a name, or no district lies in a province.
    """
    if provinces is None:
        return _choose(districts, hints)
    there = ColumnHints(id=hints.parent_id or None, name=hints.parent or None)
    with naming_options_for_provinces():
        upper = _choose(provinces, there)
    named = _choose(districts, replace(hints, parent="", parent_id=""))
    return _join(named, upper, provinces.name)


def _choose(read: Boundaries, hints: ColumnHints) -> NamedBoundaries:
    columns = guess_columns(pd.DataFrame(read.frame.drop(columns=read.frame.geometry.name)), hints, read.name)
    frame, notes = leave_out_nameless(read.frame, columns, read.name)
    return NamedBoundaries(frame, columns, [*read.notes, *notes])


def _join(districts: NamedBoundaries, provinces: NamedBoundaries, file: str) -> NamedBoundaries:
    shapes, areas = districts.frame.geometry.to_numpy(), provinces.frame.geometry.to_numpy()
    shares = _measure_shares(shapes, areas)
    chosen = shares.sort_values("share").groupby("district").last().reindex(range(len(shapes)))
    outside, torn = np.flatnonzero(chosen["share"].isna()), np.flatnonzero(chosen["share"] < _CLEARLY)
    if len(outside) == len(shapes):
        fix = "Name a file with provinces of the same country with --provinces"
        raise file_error(file, "no district lies in any of its polygons", fix)
    chosen.loc[outside, "province"] = shapely.STRtree(areas).nearest(shapes[outside])
    rows = chosen["province"].astype(int).to_numpy()
    there = provinces.columns
    taken = [column for column in (there.name, there.id, there.local, *there.others) if column]
    named = {column: f"{column} in {file}" for column in taken}
    columns_there = provinces.frame[taken].copy()
    if there.id:
        columns_there[there.name] = columns_there[there.name].fillna(columns_there[there.id].astype(str))
    joined = districts.frame.assign(**{named[column]: columns_there[column].to_numpy()[rows] for column in taken})
    further = tuple(named[column] for column in (there.local, *there.others) if column)
    parent, parent_id = named[there.name], named.get(there.id, "")
    columns = replace(districts.columns, parent=parent, parent_id=parent_id, parent_names=further)

    def list_rows(places: npt.NDArray[np.intp]) -> str:
        listed = joined.iloc[places][[districts.columns.name, parent]].astype(str).to_numpy().tolist()
        return list_some([f"{district} ({province})" for district, province in listed], _LISTED)

    notes = [*districts.notes, *provinces.notes]
    if len(torn):
        notes.append(f"{file}: these lie in several provinces and were put where most of each lies: {list_rows(torn)}.")
    if len(outside):
        notes.append(f"{file}: these lie in no province and were put into the nearest: {list_rows(outside)}.")
    return NamedBoundaries(joined, columns, notes)


def _measure_shares(districts: npt.NDArray[np.object_], provinces: npt.NDArray[np.object_]) -> pd.DataFrame:
    """Return `district, province, share` for each pair that overlaps: positions, and how much of the district."""
    whole = shapely.make_valid(districts)
    district, province = shapely.STRtree(provinces).query(whole)
    edges = shapely.bounds(whole)
    # Cut and repaired piece by piece: most of a province's line is far from the district.
    near = [shapely.clip_by_rect(provinces[other], *edges[one]) for one, other in zip(district, province, strict=True)]
    common = shapely.intersection(whole[district], shapely.make_valid(np.array(near, dtype=object)))
    pairs = pd.DataFrame({"district": district, "province": province})
    pairs["share"] = shapely.area(common) / shapely.area(whole)[district]
    return pairs[pairs["share"] > 0]
