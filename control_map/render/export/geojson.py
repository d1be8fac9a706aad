"""GeoJSON as in RFC 7946: lon/lat in WGS 84, outer rings counterclockwise.

The provenance is in the member `metadata`.
"""

from pathlib import Path
from typing import Any

import shapely

from control_map.core.arrays import to_plain_rows
from control_map.render.export.contents import COORDINATE_DECIMALS, ExportContents
from control_map.render.map.encoding import to_compact_json


def write_geojson(contents: ExportContents, path: Path) -> None:
    """Write the only table as features, one per line; dates are text, as in 2021-07-09, and missing values are null."""
    what, table = contents.single()
    rounded = shapely.transform(table.geometry.to_numpy(), lambda points: points.round(COORDINATE_DECIMALS))
    shapes = shapely.to_geojson(shapely.orient_polygons(rounded))
    features = [
        f'{{"type":"Feature","properties":{_json(properties)},"geometry":{shape}}}'
        for properties, shape in zip(to_plain_rows(table.drop(columns="geometry")), shapes, strict=True)
    ]
    head = f'{{"type":"FeatureCollection","name":{_json(what)},"metadata":{_json(contents.facts_of(what))}'
    path.write_text("\n".join([f'{head},"features":[', ",\n".join(features), "]}", ""]), "utf-8")


def _json(value: Any) -> str:
    return to_compact_json(value).decode()
