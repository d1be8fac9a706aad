"""GeoJSON as RFC 7946 has it: lon/lat in WGS 84, outer rings against the clock; provenance in the member `metadata`."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import shapely

from control_map.explanation.argument import to_plain_rows
from control_map.render.export.contents import COORDINATE_DECIMALS, ExportContents


def write_geojson(contents: ExportContents, path: Path) -> None:
    """Write the only table as features, one a line; dates are text, as in 2021-07-09, and what is missing is null."""
    what, table = contents.single()
    rounded = shapely.transform(table.geometry.to_numpy(), lambda points: points.round(COORDINATE_DECIMALS))
    shapes = shapely.to_geojson(shapely.orient_polygons(rounded))
    features = [
        f'{{"type":"Feature","properties":{_compact(properties)},"geometry":{shape}}}'
        for properties, shape in zip(to_plain_rows(table.drop(columns="geometry")), shapes, strict=True)
    ]
    head = f'{{"type":"FeatureCollection","name":{_compact(what)},"metadata":{_compact(contents.facts_of(what))}'
    path.write_text("\n".join([f'{head},"features":[', ",\n".join(features), "]}", ""]), "utf-8")


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=dt.date.isoformat)
