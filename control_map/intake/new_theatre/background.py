"""A background for the map of a theatre: lines and relief of the world are cut to its surroundings and made small."""

import io
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from PIL import Image, ImageFilter

from control_map.core.errors import PackError, missing_file_fault
from control_map.core.limits import LIMITS
from control_map.core.model import CRS
from control_map.intake.new_theatre.formats import FORMATS, list_layers, read_boundary_file
from control_map.intake.tables.table_builder import file_error
from control_map.theatre import safe_write
from control_map.theatre.background import (
    LINES_FILE,
    PICTURE_DAMAGE,
    RELIEF_FILE,
    BackgroundKind,
    check_size,
    compressed_size,
    read_background,
)

ShapeArray = npt.NDArray[np.object_]
Box = tuple[float, float, float, float]
"""West, south, east and north edge, in degrees."""
_WORDS = {
    BackgroundKind.RIVER: ("river", "stream"),
    BackgroundKind.ROAD: ("road", "highway"),
    BackgroundKind.COAST: ("coast",),
    BackgroundKind.BORDER: ("border", "boundar"),
    BackgroundKind.LAKE: ("lake", "water"),
}
"""By which a file's name says what it has; the first kind counts: rivers of Natural Earth have lakes in their name."""
_VECTORS = (".geojson", ".json", ".kml", ".kmz", ".gpkg", ".shp", ".zip", ".fgb", ".parquet", ".geoparquet")
_WORLD_FILES = {".tif": ".tfw", ".tiff": ".tfw", ".jpg": ".jgw", ".jpeg": ".jgw", ".png": ".pgw", ".webp": ".wld"}
"""The ending of the text file that says where a picture lies, by that of the picture."""
_PICTURES = ["TIFF", "JPEG", "PNG", "WEBP"]
_MARGIN = 0.35
"""The surroundings that are shown, as a share of the theatre's longer side: a screen is rarely of its form."""
_OWN_EDGE = 0.006
"""How near to the theatre's own outline another source draws the same border, as a share of its diagonal."""
_FINEST, _TRIES = 0.002, 9
"""The tolerance in degrees with which lines are simplified first, and how many times it is doubled."""
_SMALLEST = 4
"""How many tolerances a line is long that is kept."""
_DECIMALS = 3
_WIDEST, _QUALITY = 1_000, 55
"""Pixels of the relief's width, and the quality of its picture: enough for a hint."""
_RELIEF_SHARE = 0.5
"""Of the limit, for the relief."""
_RIDGE = 10
"""Pixels around each, of whose mean brightness the shade is the difference: this takes out what is not relief."""
_STRONGEST, _MOST_GAIN, _NOISE = 100, 6.0, 3.0
"""The difference from grey that nineteen of twenty pixels stay within, how much is made of a flat land, and the
differences that are noise."""
_FADING = 0.15
"""The share of the picture's sides over which the relief fades out."""


@dataclass(frozen=True)
class BuiltBackground:
    """The files of a background by name, and what happened when they were made."""

    contents: Mapping[str, bytes]
    notes: list[str]

    def write(self, folder: Path) -> None:
        """Write the files into the folder of a pack, in place of those of an earlier background.

        Raises
        ------
        WriteError
            If they cannot be written.
        """
        for name, content in self.contents.items():
            safe_write.replace_file(folder / name, partial(_write, content=content), of_pack=True)
        if RELIEF_FILE not in self.contents:
            with safe_write.explain_write_errors(folder):
                (folder / RELIEF_FILE).unlink(missing_ok=True)
        read_background(folder)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


class _Shade(NamedTuple):
    box: Box
    picture: bytes
    size: tuple[int, int]


def build_background(source: Path, districts: ShapeArray) -> BuiltBackground:
    """Make the background of a theatre from files of the world, or of any larger area.

    Parameters
    ----------
    source
        A file of lines, or a folder with several, for example of unpacked files of Natural Earth: GeoPackage, GeoJSON,
        Shapefile, FlatGeobuf or GeoParquet. What a feature is says its property `kind`, or the name of the file or
        layer: a river, lake, coast, border or road. A picture of the relief, with a world file that says where it lies
        (EPSG:4326), may be among them.
    districts
        The polygons of the theatre in EPSG:4326 (lon, lat). Not changed.

    Raises
    ------
    PackError
        If nothing in it can be used, a file cannot be read, or all of it cannot be made small enough.
    """
    if not source.exists():
        raise PackError([missing_file_fault(source)])
    box = _surroundings(districts)
    notes: list[str] = []
    lines = _cut(_read_lines(source, notes), box, districts)
    shade = next(filter(None, (_read_shade(path, box, notes) for path in _pictures(source))), None)
    if not lines and shade is None:
        fix = f"Name a file or folder with lines or a picture of this part of the world. {FORMATS}"
        raise file_error(source.name, "nothing in it lies near the theatre and can be drawn", fix)
    picture = {RELIEF_FILE: shade.picture} if shade else {}
    for tolerance in (_FINEST * 2**times for times in range(_TRIES)):
        drawn = {kind: _simplify(shapes, tolerance) for kind, shapes in lines.items()}
        points = sum(int(shapely.get_num_coordinates(shapes).sum()) for shapes in drawn.values())
        contents = {LINES_FILE: _geojson(drawn, shade).encode(), **picture}
        if points <= LIMITS.background_points and compressed_size(contents) <= LIMITS.background_bytes:
            break
    check_size(contents)
    counts = ", ".join(f"{kind} {len(shapes):,}" for kind, shapes in drawn.items() if len(shapes))
    size, raw = compressed_size(contents), sum(map(len, contents.values()))
    notes.append(
        f"Lines: {counts or 'none'}; {points:,} points, simplified by {tolerance:.2g} degrees."
        + (f" Relief: {shade.size[0]:,} x {shade.size[1]:,} pixels." if shade else "")
        + f" {size / 1000:,.0f} kB compressed ({raw / 1000:,.0f} kB raw); {LIMITS.background_bytes / 1000:,.0f} kB fit."
    )
    return BuiltBackground(contents, notes)


def _surroundings(districts: ShapeArray) -> Box:
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(districts))
    margin = _MARGIN * max(east - west, north - south)
    return west - margin, max(south - margin, -90), east + margin, min(north + margin, 90)


def _read_lines(source: Path, notes: list[str]) -> gpd.GeoDataFrame:
    """Read the features of a file or folder whose kind is known: `kind, geometry` in EPSG:4326."""
    paths = sorted(source.iterdir()) if source.is_dir() else [source]
    read = [
        _read_layer(path, layer, notes)
        for path in paths
        if path.suffix.lower() in _VECTORS
        for layer in list_layers(path)
    ]
    kinds = np.concatenate([frame["kind"].to_numpy() for frame in read] or [np.array([], dtype=object)])
    shapes = np.concatenate([frame.geometry.to_numpy() for frame in read] or [np.array([], dtype=object)])
    return gpd.GeoDataFrame({"kind": kinds}, geometry=shapes, crs=CRS)


def _read_layer(path: Path, layer: str | None, notes: list[str]) -> gpd.GeoDataFrame:
    frame = read_boundary_file(path, layer).frame
    name = layer or path.stem
    named = next((kind for kind, words in _WORDS.items() if any(word in name.lower() for word in words)), "")
    stated = frame["kind"].where(frame["kind"].isin(list(_WORDS)), named) if "kind" in frame else named
    kinds = gpd.GeoSeries(frame.geometry).to_frame("geometry").assign(kind=stated)["kind"].astype(object)
    usable = np.asarray((kinds != "") & frame.geometry.notna())
    if not usable.any():
        known = ", ".join(_WORDS)
        notes.append(
            f"{path.name}: {name} is left out, as neither its name nor a property kind says what it is: {known}."
        )
    elif frame.crs is None:
        fix = "Save it with one; that of a Shapefile is its .prj"
        raise file_error(path.name, "the file does not state the reference system of its coordinates", fix)
    located = frame.geometry if frame.crs is None else frame.geometry.to_crs(CRS)
    return gpd.GeoDataFrame({"kind": kinds.to_numpy()[usable]}, geometry=located.to_numpy()[usable], crs=CRS)


def _cut(lines: gpd.GeoDataFrame, box: Box, districts: ShapeArray) -> dict[BackgroundKind, ShapeArray]:
    """Cut lines, and lakes as polygons, to a box, and leave out what the theatre's own outline shows."""
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(districts))
    edge = _OWN_EDGE * float(np.hypot(east - west, north - south))
    own = shapely.union_all(shapely.buffer(shapely.simplify(districts, edge / 2), edge))
    cut: dict[BackgroundKind, ShapeArray] = {}
    for kind in _WORDS:
        shapes = lines.geometry.to_numpy()[(lines["kind"] == kind).to_numpy()]
        if kind is not BackgroundKind.LAKE:
            shapes = np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)
        shapes = np.concatenate([_clip(shapes, box, turn) for turn in (-360, 0, 360)])
        if kind in (BackgroundKind.COAST, BackgroundKind.BORDER):
            shapes = shapely.difference(shapes, own)
        whole = shapely.union_all(shapes)
        shapes = shapely.get_parts(whole if kind is BackgroundKind.LAKE else shapely.line_merge(whole))
        shapes = shapes[shapely.get_dimensions(shapes) == (2 if kind is BackgroundKind.LAKE else 1)]
        if len(shapes):
            cut[kind] = shapes
    return cut


def _clip(shapes: ShapeArray, box: Box, turn: int) -> ShapeArray:
    """Return what lies in a box after a turn of the Earth: a theatre's longitudes may continue past 180."""
    west, south, east, north = box
    near = shapes[shapely.intersects(shapely.box(west - turn, south, east - turn, north), shapely.envelope(shapes))]
    moved = shapely.transform(near, lambda points: points + np.array([turn, 0]))
    valid = np.where(shapely.get_dimensions(moved) == 2, shapely.make_valid(moved), moved)
    return np.asarray(shapely.clip_by_rect(valid, west, south, east, north), dtype=object)


def _simplify(shapes: ShapeArray, tolerance: float) -> ShapeArray:
    light = shapely.set_precision(shapely.simplify(shapes, tolerance), 10**-_DECIMALS)
    light = shapely.get_parts(light)
    light = light[~shapely.is_empty(light)]
    return np.asarray(light[shapely.length(light) > _SMALLEST * tolerance], dtype=object)


def _geojson(drawn: Mapping[BackgroundKind, ShapeArray], shade: _Shade | None) -> str:
    """Write the lines as GeoJSON, one feature per line of text, so that a change of one changes one."""
    features = [(kind, shape) for kind, shapes in drawn.items() for shape in shapes]
    if shade:
        features.append((BackgroundKind.RELIEF, shapely.box(*shade.box)))
    written = (
        json.dumps(
            {
                "type": "Feature",
                "properties": {"kind": kind},
                "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape, 10**-_DECIMALS))),
            },
            separators=(",", ":"),
        )
        for kind, shape in features
    )
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(written) + "\n]}\n"


# The relief


def _pictures(source: Path) -> list[Path]:
    paths = sorted(source.iterdir()) if source.is_dir() else [source]
    return [path for path in paths if path.suffix.lower() in _WORLD_FILES]


def _read_shade(path: Path, box: Box, notes: list[str]) -> _Shade | None:
    """Read the part of a picture that lies in a box as shade and light; None, with a note, if that cannot be."""
    endings = (_WORLD_FILES[path.suffix.lower()], ".wld")
    world = next(filter(Path.is_file, (path.with_suffix(ending) for ending in endings)), None)
    if world is None:
        listed = " or ".join(path.with_suffix(ending).name for ending in endings)
        notes.append(f"{path.name} is left out, as there is no {listed}, which says where it lies.")
        return None
    left, top, step_x, step_y = _read_world_file(world)
    try:
        with warnings.catch_warnings(action="error"), Image.open(path, formats=_PICTURES) as picture:
            columns = np.clip(np.rint((np.array(box[::2]) - left) / step_x), 0, picture.width).astype(int).tolist()
            rows = np.clip(np.rint((np.array(box[3::-2]) - top) / step_y), 0, picture.height).astype(int).tolist()
            if columns[0] >= columns[1] or rows[0] >= rows[1]:
                notes.append(f"{path.name} is left out, as it does not show the surroundings of the theatre.")
                return None
            grey = picture.crop((columns[0], rows[0], columns[1], rows[1])).convert("L")
    except PICTURE_DAMAGE as error:
        problem = f"the picture cannot be read ({error})"
        raise file_error(path.name, problem, "Take one of fewer pixels, or save it as TIFF, JPEG or PNG") from error
    west, east = (left + step_x * column for column in columns)
    north, south = (top + step_y * row for row in rows)
    for width in (_WIDEST // 2**times for times in range(_TRIES)):
        size = min(width, grey.width), max(1, round(grey.height * min(1, width / grey.width)))
        written = io.BytesIO()
        _shade(grey.resize(size, Image.Resampling.LANCZOS)).save(written, "WEBP", quality=_QUALITY, method=6)
        if written.tell() <= _RELIEF_SHARE * LIMITS.background_bytes:
            break
    return _Shade((west, south, east, north), written.getvalue(), size)


def _read_world_file(path: Path) -> tuple[float, float, float, float]:
    """Return the west and north edge of a picture, and the size of a pixel, which is negative downwards."""
    try:
        step_x, turned, turned_too, step_y, x, y = (float(word) for word in path.read_text("ascii").split())
    except (OSError, ValueError) as error:
        raise file_error(path.name, "this is not a world file", "It has six numbers, one a line") from error
    if turned or turned_too or not step_x > 0 > step_y:
        raise file_error(path.name, "the picture is turned", "Save it with north up, in EPSG:4326")
    return x - step_x / 2, y - step_y / 2, step_x, step_y


def _shade(grey: Image.Image) -> Image.Image:
    """Return how much darker or lighter than its neighbourhood each pixel is, around grey 128."""
    differences = np.asarray(grey, dtype=float) - np.asarray(grey.filter(ImageFilter.GaussianBlur(_RIDGE)), dtype=float)
    strength = float(np.percentile(np.abs(differences), 95))
    clear = np.sign(differences) * np.maximum(np.abs(differences) - _NOISE, 0)
    gain = min(_MOST_GAIN, _STRONGEST / max(strength - _NOISE, 1))
    down, across = (
        np.minimum(1, np.minimum(np.arange(length), np.arange(length)[::-1]) / (_FADING * length))
        for length in clear.shape
    )
    return Image.fromarray(np.clip(128 + gain * clear * down[:, None] * across, 0, 255).astype(np.uint8))
