"""The background of a theatre's map, which a pack may have: rivers, lakes, coasts, borders, roads and relief.

It helps readers to find their way, and nothing is derived from it.
"""

import gzip
import hashlib
import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from PIL import Image, UnidentifiedImageError
from PIL.WebPImagePlugin import WebPImageFile

from control_map.core.errors import Fault, PackError
from control_map.core.limits import LIMITS
from control_map.core.model import CRS
from control_map.theatre.geojson import read_features

LINES_FILE, RELIEF_FILE = "background.geojson", "background.webp"
BACKGROUND_FILES = (LINES_FILE, RELIEF_FILE)
"""The files of a pack's background; it need not have any, and the first alone is enough."""
_RAW_FACTOR = 10
"""How much larger than compressed a file may be: lines shrink to a fourth."""
_LON, _LAT = 540, 90
"""The largest degrees of a coordinate: a theatre may lie on both sides of 180 degrees, and has surroundings."""
_LINE, _AREA = 1, 2
"""The dimensions of lines and of polygons."""
_LIGHTER = "Make it again with the command background, which keeps to the limit"
PICTURE_DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What Pillow raises for a picture that is damaged or far too large."""


class BackgroundKind(StrEnum):
    """What a feature of a background is; that of `RELIEF` is the box that the picture of the relief covers."""

    RIVER = "river"
    LAKE = "lake"
    COAST = "coast"
    BORDER = "border"
    ROAD = "road"
    RELIEF = "relief"


@dataclass(frozen=True)
class Relief:
    """A picture of the relief, in WebP: grey 128 is flat, darker is shade, lighter is light.

    `box` is its west, south, east and north edge in degrees (EPSG:4326); its rows are evenly spaced in latitude.
    """

    box: tuple[float, float, float, float]
    picture: bytes


@dataclass(frozen=True, eq=False)
class Background:
    """The shapes of each kind but `RELIEF`, in EPSG:4326 (lon/lat): lakes are polygons, all others lines.

    `fingerprint` differs between backgrounds of different content.
    """

    shapes: Mapping[BackgroundKind, npt.NDArray[np.object_]]
    relief: Relief | None
    fingerprint: str


def read_background(folder: Path) -> Background | None:
    """Read the background of the pack in a folder; None if it has none.

    Raises
    ------
    PackError
        If it cannot be read or is too large, or if one of its features cannot be used; it names the file, the number of
        the feature and the fix.
    """
    if not any((folder / name).exists() for name in BACKGROUND_FILES):
        return None
    if not (folder / LINES_FILE).is_file():
        fix = f"Put {LINES_FILE} beside it, which says where it lies, or delete it"
        raise PackError([Fault(RELIEF_FILE, 0, "", f"there is no {LINES_FILE}", fix)])
    contents = {name: _read_file(folder / name) for name in BACKGROUND_FILES if (folder / name).exists()}
    check_size(contents)
    features = read_features(LINES_FILE, contents[LINES_FILE])
    given = gpd.GeoSeries(shapely.force_2d(features.shapes(LINES_FILE)), crs=features.crs).to_crs(CRS).to_numpy()
    kinds = np.array([str(properties.get("kind", "")) for properties in features.properties], dtype=object)
    _check_features(kinds, given)
    boxes = given[kinds == BackgroundKind.RELIEF]
    lines: dict[BackgroundKind, npt.NDArray[np.object_]] = {
        kind: given[kinds == kind] for kind in BackgroundKind if kind is not BackgroundKind.RELIEF
    }
    if points := max(0, int(shapely.get_num_coordinates(given).sum()) - LIMITS.background_points):
        most = LIMITS.background_points
        raise PackError([Fault(LINES_FILE, 0, "", f"it has {points + most:,} points; {most:,} can be drawn", _LIGHTER)])
    digest = hashlib.sha256(b"".join(contents.values())).hexdigest()[:16]
    return Background(lines, _read_relief(boxes, contents.get(RELIEF_FILE)), digest)


def check_size(contents: Mapping[str, bytes]) -> None:
    """Refuse the files of a background, by name, that are too large together.

    Raises
    ------
    PackError
        If they have more bytes compressed than a background may.
    """
    if sum(map(len, contents.values())) <= LIMITS.background_bytes:  # as most are: to compress them takes a while
        return
    if (size := compressed_size(contents)) > LIMITS.background_bytes:
        problem = f"the background has {size / 1000:,.0f} kB compressed; {LIMITS.background_bytes / 1000:,.0f} kB fit"
        raise PackError([Fault(LINES_FILE, 0, "", problem, _LIGHTER)])


def compressed_size(contents: Mapping[str, bytes]) -> int:
    """Return how many bytes the files of a background take as they are sent; a picture is compressed already."""
    return len(gzip.compress(contents.get(LINES_FILE, b""), mtime=0)) + len(contents.get(RELIEF_FILE, b""))


def _read_file(path: Path) -> bytes:
    most = _RAW_FACTOR * LIMITS.background_bytes
    try:
        if (size := path.stat().st_size) > most:
            problem = f"the file has {size / 1e6:,.1f} MB; {most / 1e6:,.1f} MB can be read"
            raise PackError([Fault(path.name, 0, "", problem, _LIGHTER)])
        return path.read_bytes()
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror})"
        raise PackError([Fault(path.name, 0, "", problem, "Allow the program to read it")]) from error


def _check_features(kinds: npt.NDArray[np.object_], shapes: npt.NDArray[np.object_]) -> None:
    is_relief = kinds == BackgroundKind.RELIEF
    is_area = is_relief | (kinds == BackgroundKind.LAKE)
    known = np.isin(kinds, list(BackgroundKind))
    there = known & ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    dimensions = shapely.get_dimensions(shapes)
    west, south, east, north = shapely.bounds(shapes).T
    on_earth = (west >= -_LON) & (east <= _LON) & (south >= -_LAT) & (north <= _LAT)
    with np.errstate(over="ignore", invalid="ignore"):  # a coordinate can be any number
        area = shapely.area(shapes)
        is_box = (area > 0) & np.isclose(area, (east - west) * (north - south))
    kinds_known = ", ".join(BackgroundKind)
    wrong = {
        ("kind", "the kind is not known", f"Write one of {kinds_known}"): ~known,
        ("geometry", "the feature has no geometry", "Give it one, or delete it"): known & ~there,
        ("geometry", "the geometry is not a line", "Save it as LineString"): there & ~is_area & (dimensions != _LINE),
        ("geometry", "the geometry is not a polygon", "Save it as Polygon"): there & is_area & (dimensions != _AREA),
        ("geometry", "the polygon crosses itself", "Correct it, or delete it"): there & ~shapely.is_valid(shapes),
        ("geometry", "it lies outside the Earth's coordinates", "Save it in longitude and latitude"): there & ~on_earth,
        ("geometry", "this is not a box", "Give it the four corners of the picture"): there & is_relief & ~is_box,
        ("kind", "there is more than one relief", "Keep one"): is_relief & (np.cumsum(is_relief) > 1),
    }
    faults = [
        Fault(LINES_FILE, int(number) + 1, column, problem, fix, str(kinds[number]))
        for (column, problem, fix), bad in wrong.items()
        for number in np.flatnonzero(bad)
    ]
    if faults:
        raise PackError(sorted(faults))


def _read_relief(boxes: npt.NDArray[np.object_], picture: bytes | None) -> Relief | None:
    if picture is None and not len(boxes):
        return None
    if picture is None:
        problem, fix = f"there is no {RELIEF_FILE}, which the relief needs", "Put it there, or delete the relief"
        raise PackError([Fault(LINES_FILE, 0, "kind", problem, fix)])
    if not len(boxes):
        problem, fix = "no feature says where the picture lies", "Add a box of the kind relief, or delete the picture"
        raise PackError([Fault(LINES_FILE, 0, "kind", problem, fix)])
    try:
        # `Image.open` would first load the readers of other formats, which each start of the program would wait for.
        with warnings.catch_warnings(action="error"), WebPImageFile(io.BytesIO(picture)) as opened:
            if (pixels := opened.width * opened.height) > LIMITS.relief_pixels:
                problem = f"the picture has {pixels:,} pixels; {LIMITS.relief_pixels:,} can be drawn"
                raise PackError([Fault(RELIEF_FILE, 0, "", problem, _LIGHTER)])
            opened.load()
    except PICTURE_DAMAGE as error:
        problem, fix = "this is not a picture in WebP that can be read", "Make it again with the command background"
        raise PackError([Fault(RELIEF_FILE, 0, "", problem, fix)]) from error
    west, south, east, north = (float(edge) for edge in shapely.bounds(boxes[0]))
    return Relief((west, south, east, north), picture)
