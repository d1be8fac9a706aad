"""Polygons in KML, as Google Earth and My Maps save them; a file opens nothing that it refers to."""

import re
from collections.abc import Mapping
from xml.parsers import expat

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from control_map.core.limits import LIMITS

FOLDER_COLUMN = "folder"
"""The column with the folder, or layer, that a polygon lies in, if any does."""
_DEEPEST = 60
"""Elements inside elements; My Maps has some ten."""
_BEGINNING = re.compile(rb"\s*(?:<\?xml[^>]*>)?\s*(?><!--.*?-->\s*)*<(?:\w+:)?kml[\s>]", re.DOTALL)
_VALUES = {("Placemark", "name"), ("Folder", "name"), ("Data", "value")}
"""Elements whose text is a value, with the element around each."""


def is_kml(data: bytes) -> bool:
    """Whether the contents of a file are KML."""
    return _BEGINNING.match(data[:4_000].removeprefix(b"\xef\xbb\xbf")) is not None


def read_placemarks(data: bytes) -> tuple[pd.DataFrame, npt.NDArray[np.object_]]:
    """Read the placemarks of a KML file.

    Returns
    -------
    tuple
        Their names, further data and folders, all text; and their shapes in EPSG:4326 (lon, lat), without heights. A
        shape that cannot be read is None.

    Raises
    ------
    ValueError
        If it is not well-formed, is nested too deeply, declares entities, or has too many placemarks or fields.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    table = pd.DataFrame.from_records(reader.rows, index=pd.RangeIndex(len(reader.rows)))
    shapes = np.empty(len(reader.shapes), dtype=object)
    shapes[:] = reader.shapes
    return table, shapes


class _Reader:
    """Collects placemarks as the parser meets them; the rings of a polygon are its outer one and then its holes."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []
        self.shapes: list[shapely.Geometry | None] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.CharacterDataHandler = self._add_text
        self.parser.StartDoctypeDeclHandler = self._refuse_entities
        self._open: list[str] = []
        self._folders: list[str] = []
        self._row: dict[str, str] = {}
        self._field = ""
        self._fields: set[str] = set()
        self._parts: list[shapely.Geometry | None] = []
        self._rings: list[npt.NDArray[np.float64] | None] = []
        self._text: list[str] = []

    def _refuse_entities(self, *_: object) -> None:
        raise ValueError("it declares a document type")

    def _start(self, full: str, attributes: Mapping[str, str]) -> None:
        tag = full.rpartition(":")[2]
        self._open.append(tag)
        self._text.clear()
        if len(self._open) > _DEEPEST:
            raise ValueError("its elements are nested too deeply")
        if tag == "Placemark":
            self._row, self._parts = {}, []
        elif tag == "Folder":
            self._folders.append("")
        elif tag in {"Data", "SimpleData"}:
            self._field = attributes.get("name", "")
        elif tag == "Polygon":
            self._rings = []

    def _add_text(self, text: str) -> None:
        self._text.append(text)

    def _end(self, _: str) -> None:
        tag = self._open.pop()
        around = self._open[-1] if self._open else ""
        text = "".join(self._text).strip()
        self._text.clear()
        if (around, tag) in _VALUES or tag == "SimpleData":
            self._keep_value(around, tag, text)
        elif tag == "coordinates":
            self._keep_points(around, text)
        elif tag == "Polygon":
            self._parts.append(_make_polygon(self._rings))
        elif tag == "Folder":
            self._folders.pop()
        elif tag == "Placemark":
            self._keep_placemark()

    def _keep_value(self, around: str, tag: str, text: str) -> None:
        if around == "Folder":
            self._folders[-1] = text
        elif around == "Placemark":
            self._row["name"] = text
        elif field := self._field if tag != "name" else "":
            self._row.setdefault(field, text)
            self._fields.add(field)
            if len(self._fields) > LIMITS.columns:  # before a table of so many columns is made
                raise ValueError(f"it has more than {LIMITS.columns:,} different fields")

    def _keep_points(self, around: str, text: str) -> None:
        if around == "LinearRing":
            self._rings.append(_parse_points(text))
        elif around in {"Point", "LineString"}:
            points = _parse_points(text)
            if points is None or (around == "LineString" and len(points) == 1):
                self._parts.append(None)
            else:
                self._parts.append(shapely.Point(points[0]) if around == "Point" else shapely.LineString(points))

    def _keep_placemark(self) -> None:
        if len(self.rows) >= LIMITS.polygons:
            raise ValueError(f"it has more than {LIMITS.polygons:,} placemarks")
        if folder := next((name for name in reversed(self._folders) if name), ""):
            self._row[FOLDER_COLUMN] = folder
        self.rows.append(self._row)
        self.shapes.append(_join_parts(self._parts))


def _parse_points(text: str) -> npt.NDArray[np.float64] | None:
    """Return the points (lon, lat) of `lon,lat,height lon,lat,height ...`, or None if they cannot be read."""
    try:
        points = np.array([[float(number) for number in point.split(",")[:2]] for point in text.split()])
    except ValueError:
        return None
    return points if points.ndim == 2 and points.shape[1] == 2 and np.isfinite(points).all() else None


def _make_polygon(rings: list[npt.NDArray[np.float64] | None]) -> shapely.Geometry | None:
    whole = [ring for ring in rings if ring is not None and len(ring) > 2]
    return shapely.Polygon(whole[0], whole[1:]) if whole and len(whole) == len(rings) else None


def _join_parts(parts: list[shapely.Geometry | None]) -> shapely.Geometry | None:
    whole = [part for part in parts if part is not None]
    if not whole or len(whole) < len(parts):
        return None
    if len(whole) == 1:
        return whole[0]
    polygons = [part for part in whole if isinstance(part, shapely.Polygon)]
    return shapely.MultiPolygon(polygons) if len(polygons) == len(whole) else shapely.GeometryCollection(whole)
