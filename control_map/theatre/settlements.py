"""Settlements are read: populated places with a point, each with its names and the district that it lies in."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from control_map.core.arrays import NO_CODE, Ints
from control_map.core.errors import Fault
from control_map.core.limits import LIMITS
from control_map.core.model import PlaceKind
from control_map.core.sanitize import unescape_cell
from control_map.theatre import csv_reader
from control_map.theatre.boundaries import is_drawn

SETTLEMENTS_FILE = "settlements.csv"
"""A file that a pack need not have."""
SETTLEMENT_COLUMNS = ("settlement_id", "name", "name_local", "alt_names", "district_id", "lon", "lat", "population")
_REQUIRED = ("settlement_id", "name", "lon", "lat")
_NUMBERS = {"lon": (-180, 180), "lat": (-90, 90), "population": (0, 1e10)}
_TEXTS = [column for column in SETTLEMENT_COLUMNS if column not in _NUMBERS]
_NEAR = 0.02
"""Degrees from its district within which a settlement outside of all polygons is still in it: coasts and the lines
between countries are simplified."""
_ELSEWHERE = "Correct the point or district_id, or leave district_id empty: the polygon around the point then decides"


def no_settlements() -> pd.DataFrame:
    """Return the settlements of a theatre that has no gazetteer of them."""
    types = {column: "float64" if column in _NUMBERS else "str" for column in SETTLEMENT_COLUMNS}
    return pd.DataFrame(columns=list(SETTLEMENT_COLUMNS)).astype(types)


def read_settlements(path: Path, places: gpd.GeoDataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Read the settlements of a pack; without the file there are none.

    Parameters
    ----------
    path
        The file. It needs the columns `settlement_id, name, lon, lat` (EPSG:4326, degrees); several names in one cell
        of `alt_names` are separated by `|`, and `district_id` is the `place_id` of a district with a polygon.
    places
        The places of the theatre: `place_id, kind, geometry` in EPSG:4326. Not changed.

    Returns
    -------
    tuple
        The settlements with `SETTLEMENT_COLUMNS`, and the faults. The polygon around the point says in which district a
        settlement lies. One without a name, an id of its own or a point in a district is left out, and so is one whose
        `district_id` names another district.

    Raises
    ------
    PackError
        If the file cannot be read as a table, or lacks a column.
    """
    if not path.exists():
        return no_settlements(), []
    text, faults = csv_reader.read_clean_csv(path, _REQUIRED)
    if len(text) > LIMITS.settlements:
        problem = f"the table has {len(text):,} settlements; those from here on are left out"
        fix = f"Keep {LIMITS.settlements:,}, for example those with a population"
        faults.append(Fault(path.name, int(text.index[LIMITS.settlements]), "", problem, fix))
        text = text.iloc[: LIMITS.settlements]
    text = text.reindex(columns=list(SETTLEMENT_COLUMNS), fill_value="")
    for column in _TEXTS:
        if (quoted := text[column].str.startswith("'")).any():
            text[column] = text[column].mask(quoted, text.loc[quoted, column].map(unescape_cell))
    numbers = text.assign(**{column: pd.to_numeric(text[column], errors="coerce") for column in _NUMBERS})
    faults += _find_faults(path.name, text, numbers)
    kept = ~numbers.index.isin(csv_reader.not_kept(faults))
    settlements, stated = numbers[kept].copy(), text.loc[kept, "district_id"]
    settlements["district_id"] = districts_around(settlements, places, stated)
    faults += _find_elsewhere(path.name, settlements, stated, places)
    return settlements[~settlements.index.isin(csv_reader.not_kept(faults))].reset_index(drop=True), sorted(faults)


def districts_around(points: pd.DataFrame, places: gpd.GeoDataFrame, stated: pd.Series | None = None) -> pd.Series:
    """Return the district whose polygon contains each point, empty where none does.

    Parameters
    ----------
    points
        Columns `lon, lat`, in degrees (EPSG:4326). Not changed.
    places
        Columns `place_id, kind, geometry` in EPSG:4326. A district without a polygon of its own contains nothing. Not
        changed.
    stated
        The district that each point is said to lie in, empty if that is not known. It counts on a line between two
        polygons, and up to `_NEAR` degrees from it outside of all polygons.
    """
    drawn = places[(places["kind"] == PlaceKind.DISTRICT) & is_drawn(places)]
    shapes, ids = drawn.geometry.to_numpy(), drawn["place_id"].to_numpy(dtype=object)
    found = np.full(len(points), "", dtype=object)
    at = np.asarray(shapely.points(points["lon"], points["lat"]), dtype=object)
    shapely.prepare(shapes)
    known = pd.Index(ids).get_indexer(stated) if stated is not None else np.full(len(points), NO_CODE)
    rows = np.flatnonzero(known != NO_CODE)
    rows = rows[shapely.intersects(shapes[known[rows]], at[rows])]
    found[rows] = ids[known[rows]]
    rows = np.flatnonzero(found == "")
    polygon, point = shapely.STRtree(at[rows]).query(shapes, predicate="intersects")
    found[rows[point]] = ids[polygon]
    rows = _rows_near(known, found, shapes, at)
    found[rows] = ids[known[rows]]
    return pd.Series(found, index=points.index, dtype="str")


def _rows_near(known: Ints, found: np.ndarray, shapes: np.ndarray, points: np.ndarray) -> Ints:
    """Return the points outside of all polygons that are near to the one they are said to lie in."""
    rows = np.flatnonzero((found == "") & (known != NO_CODE))
    return rows[shapely.dwithin(shapes[known[rows]], points[rows], _NEAR)]


def _find_faults(file: str, text: pd.DataFrame, numbers: pd.DataFrame) -> list[Fault]:
    """Return the faults of single cells.

    Pandera would take longer for its checks than reading the file does.
    """
    again = text["settlement_id"].duplicated()
    wrong = [
        ("settlement_id", text["settlement_id"] == "", "the cell is empty", "Fill it in"),
        ("settlement_id", again, "the value is there already, further up", "Give each row its own"),
        ("name", text["name"] == "", "the cell is empty", "Fill it in"),
    ]
    for column, (lowest, highest) in _NUMBERS.items():
        outside = ~numbers[column].between(lowest, highest)
        if column == "population":
            outside &= text[column] != ""
        problem = f"this is not a number from {lowest:g} to {highest:g}"
        wrong.append((column, outside, problem, "Correct it, or take the row out"))
    return [
        Fault(file, int(row), column, problem, fix, value)
        for column, fails, problem, fix in wrong
        if fails.any()
        for row, value in zip(text.index[fails], text.loc[fails, column], strict=True)
    ]


def _find_elsewhere(file: str, settlements: pd.DataFrame, stated: pd.Series, places: gpd.GeoDataFrame) -> list[Fault]:
    """Return a fault for each settlement that lies in no district, or not in the one that it states."""
    found = settlements["district_id"]
    names = places.set_index("place_id")["name"]
    faults = []
    for row in settlements.index[(found == "") | ((stated != "") & (stated != found))].tolist():
        district, own, at = stated[row], found[row], f"{settlements['lon'][row]:g}, {settlements['lat'][row]:g}"
        if district and district not in names.index:
            problem, fix = "there is no such district", "Write the place_id of a district in places.csv"
            faults.append(Fault(file, row, "district_id", problem, fix, district))
        elif own:
            problem = f"the point {at} (lon, lat) lies in {names[own]} ({own})"
            faults.append(Fault(file, row, "district_id", problem, _ELSEWHERE, district))
        else:
            problem = f"the point {at} (lon, lat) lies in no district"
            faults.append(Fault(file, row, "lon", problem, "Correct the point, or take the row out"))
    return faults
