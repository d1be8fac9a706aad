"""The file of a map's background: rivers, lakes, coasts, borders and roads as lines, and a picture of the relief."""

import base64

import shapely

from control_map.core.arrays import to_compact_json
from control_map.render.map.encoding import delta_encode, round_degrees
from control_map.theatre.background import BackgroundKind
from control_map.theatre.theatre import Theatre


def make_background_file(theatre: Theatre) -> bytes:
    """Return the JSON of a theatre's background; it is empty if the theatre has none.

    Coordinates are lon, lat (EPSG:4326). Lines are written by `delta_encode`.

    - `lines`: the lines of each kind; of lakes the rings, of holes and parts alike;
    - `relief`: null, or its `box` (west, south, east, north) and its `picture`, see `Relief`, in base64.
    """
    if (background := theatre.background) is None:
        return b""
    lines = {
        str(kind): delta_encode(
            shapely.get_rings(parts) if kind is BackgroundKind.LAKE else parts, closed=kind is BackgroundKind.LAKE
        )
        for kind, parts in ((kind, shapely.get_parts(shapes)) for kind, shapes in background.shapes.items())
        if len(parts)
    }
    relief = background.relief and {
        "box": round_degrees(*background.relief.box),
        "picture": base64.b64encode(background.relief.picture).decode(),
    }
    return to_compact_json({"lines": lines, "relief": relief})
