"""The polygons of a theatre's districts are read from GeoJSON and checked."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from control_map.core.arrays import Flags
from control_map.core.characters import clean_text, look_key
from control_map.core.errors import Fault, PackError, missing_file_fault
from control_map.core.limits import LIMITS
from control_map.core.model import CRS
from control_map.theatre.geojson import read_features

_POLYGON_DIMENSIONS = 2
_LON, _LAT = 360, 90
"""The largest degrees of a coordinate: longitudes may begin at 0 or continue past 180."""


def read_districts(path: Path) -> gpd.GeoDataFrame:
    """Read the polygons of a theatre: `place_id, area_km2, geometry` in EPSG:4326 (lon/lat).

    Raises
    ------
    PackError
        If the file is missing, too large or not GeoJSON, or if one of its features cannot be used.
    """
    if not path.is_file():
        raise PackError([missing_file_fault(path)])
    simpler = "Simplify its borders, and leave out what the theatre is not about"
    if (size := path.stat().st_size) > LIMITS.file_bytes:
        problem = f"the file has {size / 1e6:,.0f} MB; {LIMITS.file_bytes / 1e6:,.0f} MB can be read"
        raise PackError([Fault(path.name, 0, "", problem, simpler)])
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror})"
        raise PackError([Fault(path.name, 0, "", problem, "Allow the program to read it")]) from error
    features = read_features(path.name, data)
    polygons = gpd.GeoDataFrame(
        pd.DataFrame([_read_properties(properties) for properties in features.properties]),
        geometry=shapely.force_2d(features.shapes(path.name)),
        crs=features.crs,
    )
    if len(polygons) > LIMITS.polygons:
        problem = f"the file has {len(polygons):,} polygons; {LIMITS.polygons:,} can be drawn"
        raise PackError([Fault(path.name, 0, "", problem, simpler)])
    missing = [column for column in ("place_id", "area_km2") if column not in polygons]
    if "area_km2" in polygons:
        polygons["area_km2"] = pd.to_numeric(polygons["area_km2"], errors="coerce")
    if missing or polygons.empty:
        problem, fix = "the property is missing", "Give it to each feature"
        raise PackError([Fault(path.name, 0, column, problem, fix) for column in missing or ["place_id"]])
    ids = polygons["place_id"].fillna("").astype("str")
    wrong = {
        ("geometry", "the feature has no geometry"): polygons.geometry.isna() | polygons.is_empty,
        ("geometry", "the geometry is not a polygon"): ~polygons.geom_type.isin(["Polygon", "MultiPolygon", None]),
        ("geometry", "the polygon is not valid: it crosses itself"): ~polygons.is_valid,
        ("place_id", "the id is missing"): polygons["place_id"].isna(),
        ("place_id", "the id comes twice"): ids.map(look_key).duplicated(),
        ("place_id", "the id has characters that cannot be seen or imitate Latin ones"): ids.map(clean_text) != ids,
        ("area_km2", "the area is not a number above 0"): ~(polygons["area_km2"].between(0, np.inf, "neither")),
    }
    faults = [
        Fault(path.name, int(number) + 1, column, problem, "Fix the feature of that number", str(place_id))
        for (column, problem), bad in wrong.items()
        for number, place_id in zip(np.flatnonzero(bad), polygons.loc[bad, "place_id"], strict=True)
    ]
    if faults:
        raise PackError(faults)
    located = polygons.to_crs(CRS)
    west, south, east, north = located.bounds.to_numpy().T
    on_earth = (west >= -_LON) & (east <= _LON) & (south >= -_LAT) & (north <= _LAT)
    if not on_earth.all():
        problem, fix = "the polygon lies outside the Earth's coordinates", "Save it in longitude and latitude"
        rows = (np.flatnonzero(~on_earth) + 1).tolist()
        raise PackError([Fault(path.name, row, "geometry", problem, fix) for row in rows])
    return located


def is_drawn(places: gpd.GeoDataFrame) -> Flags:
    """Say of each place whether it is drawn: whether its geometry is a polygon, and not a point."""
    return np.asarray(shapely.get_dimensions(places.geometry.to_numpy()) == _POLYGON_DIMENSIONS)


def _read_properties(given: Mapping[str, object]) -> dict[str, object]:
    plain = {key: given[key] for key in ("place_id", "area_km2") if key in given}
    return {**plain, "place_id": str(plain["place_id"])} if "place_id" in plain else {**plain}
