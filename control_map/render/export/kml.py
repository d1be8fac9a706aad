"""KML 2.2: a folder for each status, with its places in its colour and details of each in a balloon.

Intervals and reports have a time, by which Google Earth shows them on its slider.

`pyogrio` writes no styles, so the XML is made with the standard library, which escapes all text. A balloon is HTML
inside XML, so its text is escaped for both.
"""

import datetime as dt
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import shapely

from control_map.core.arrays import to_plain_rows
from control_map.core.model import DatePrecision
from control_map.core.sanitize import safe_web_link
from control_map.core.status_style import LIGHTER_BASES
from control_map.render.export.contents import COORDINATE_DECIMALS, ExportContents
from control_map.render.export.tables import ExportTable
from control_map.theatre.csv_writer import cell_text

_NAMESPACE = "http://www.opengis.net/kml/2.2"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LIGHT = "-light"
"""The suffix of the style of a status that rests on an area report or on the baseline."""
_FILL = "b3"
"""The opacity of a district's fill, in hex: the ground shows through."""
_NO_ASSERTION = "Says nothing about who holds the place"
_BALLOON = ("change", "last_changed_on", "before_label", "why", "summary", "claimant", "source_name", "source_url")
"""The columns that a balloon shows, as far as a table has them."""


def write_kml(contents: ExportContents, path: Path) -> None:
    """Write the only table as placemarks; columns become their data, intervals time spans, and reports time stamps."""
    what, table, facts = contents.single()
    ET.register_namespace("", _NAMESPACE)
    root = ET.Element(f"{{{_NAMESPACE}}}kml")
    document = _add(root, "Document")
    _add(document, "name", contents.title)
    _add(document, "description", _to_html_lines(facts))
    for style in contents.styles.values():
        _add_style(document, style.status, style.colour)
        _add_style(document, style.status + _LIGHT, style.light)
    _add_data(document, facts)
    key = "asserts" if what == ExportTable.EVIDENCE else "status"
    labels = {**{style.status: style.label for style in contents.styles.values()}, "": _NO_ASSERTION}
    places = list(zip(to_plain_rows(table.drop(columns="geometry")), table.geometry, strict=True))
    for status, label in labels.items():
        inside = [(row, shape) for row, shape in places if row[key] == status]
        if inside:
            folder = _add(document, "Folder")
            _add(folder, "name", f"{label} ({len(inside)})")
            for row, shape in inside:
                _add_place(folder, row, status, shape)
    path.write_text(_DECLARATION + ET.tostring(root, encoding="unicode"), "utf-8")


def _add(parent: ET.Element, tag: str, text: str = "") -> ET.Element:
    element = ET.SubElement(parent, f"{{{_NAMESPACE}}}{tag}")
    element.text = text or None
    return element


def _add_style(document: ET.Element, name: str, colour: str) -> None:
    style = _add(document, "Style")
    style.set("id", name)
    _add(_add(style, "IconStyle"), "color", _kml_colour(colour, "ff"))
    line = _add(style, "LineStyle")
    _add(line, "color", "ff606060")
    _add(line, "width", "0.6")
    _add(_add(style, "PolyStyle"), "color", _kml_colour(colour, _FILL))


def _kml_colour(css: str, opacity: str) -> str:
    """Turn `#rrggbb` into KML's `aabbggrr`."""
    return opacity + css[5:7] + css[3:5] + css[1:3]


def _add_data(parent: ET.Element, named: Mapping[str, Any]) -> None:
    data = _add(parent, "ExtendedData")
    for name, value in named.items():
        if value not in (None, ""):
            pair = _add(data, "Data")
            pair.set("name", name)
            _add(pair, "value", cell_text(value))


def _add_place(folder: ET.Element, row: Mapping[str, Any], status: str, shape: shapely.Geometry) -> None:
    place = _add(folder, "Placemark")
    _add(place, "name", row["name"])
    _add(place, "description", _to_html_lines({name: row[name] for name in _BALLOON if row.get(name)}))
    if "valid_from" in row:
        span = _add(place, "TimeSpan")
        for tag, name in (("begin", "valid_from"), ("end", "valid_to")):
            if row[name]:
                # An instant instead of a day makes clear that the day itself is outside.
                _add(span, tag, f"{row[name].isoformat()}T00:00:00Z")
    elif row.get("event_date"):
        _add(_add(place, "TimeStamp"), "when", _format_when(row["event_date"], row["date_precision"]))
    if status:
        light = row.get("basis") in LIGHTER_BASES
        _add(place, "styleUrl", f"#{status}{_LIGHT if light else ''}")
    _add_data(place, row)
    _add_shape(place, shape)


def _format_when(day: dt.date, precision: str) -> str:
    """Write the time of an event, with no day if only the month is known."""
    return f"{day:%Y-%m}" if precision == DatePrecision.MONTH else f"{day:%Y-%m-%d}"


def _add_shape(parent: ET.Element, shape: shapely.Geometry) -> None:
    if isinstance(shape, shapely.Polygon):
        polygon = _add(parent, "Polygon")
        for tag, rings in (("outerBoundaryIs", [shape.exterior]), ("innerBoundaryIs", shape.interiors)):
            for ring in rings:
                _add(_add(_add(polygon, tag), "LinearRing"), "coordinates", _format_coordinates(ring))
    elif isinstance(shape, shapely.Point):
        _add(_add(parent, "Point"), "coordinates", _format_coordinates(shape))
    else:
        several = _add(parent, "MultiGeometry")
        for part in shapely.get_parts(shape):
            _add_shape(several, part)


def _format_coordinates(shape: shapely.Geometry) -> str:
    """Write points as in KML: longitude, then latitude, in WGS 84."""
    return " ".join(f"{lon},{lat}" for lon, lat in shapely.get_coordinates(shape).round(COORDINATE_DECIMALS).tolist())


def _to_html_lines(named: Mapping[str, Any]) -> str:
    """Return HTML with a line for each name and value; only web addresses become links."""
    return "<br>".join(
        f"<b>{escape(name.replace('_', ' '))}</b>: {_linked(cell_text(value))}" for name, value in named.items()
    )


def _linked(text: str) -> str:
    return f'<a href="{escape(text)}">{escape(text)}</a>' if safe_web_link(text) else escape(text)
