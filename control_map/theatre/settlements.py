"""Settlements are read: populated places with a point, each with its names and the district that it lies in."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from control_map.core.errors import Fault
from control_map.core.limits import LIMITS
from control_map.core.sanitize import unescape_cell
from control_map.theatre import csv_reader
from control_map.theatre.outlines import DistrictOutlines

SETTLEMENTS_FILE = "settlements.csv"
"""A file that a pack need not have."""
SETTLEMENT_COLUMNS = ("settlement_id", "name", "name_local", "alt_names", "district_id", "lon", "lat", "population")
_REQUIRED = ("settlement_id", "name", "lon", "lat")
_NUMBERS = {"lon": (-180, 180), "lat": (-90, 90), "population": (0, 1e10)}
_TEXTS = [column for column in SETTLEMENT_COLUMNS if column not in _NUMBERS]
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
    point = (settlements["lon"].tolist(), settlements["lat"].tolist())
    settlements["district_id"] = pd.array(
        DistrictOutlines(places).district_ids_at(*point, stated.tolist()), dtype="str"
    )
    faults += _find_elsewhere(path.name, settlements, stated, places)
    return settlements[~settlements.index.isin(csv_reader.not_kept(faults))].reset_index(drop=True), sorted(faults)


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
