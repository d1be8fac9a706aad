"""Districts to look at: where they lie, and which colour they have on a day."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from control_map.assessment.timeline import as_of
from control_map.core.model import Basis, PlaceKind
from control_map.pipeline.view import View

_AT_ONCE = 4
"""Enough to be sure that all is drawn; each costs the page some time to look at."""


@dataclass
class Watched:
    """Districts that change colour from one day to the next.

    `points` has for each district five points as `[lon, lat]`, spread so that a name in its middle cannot cover most
    of them; `colours` the colour that each has afterwards.
    """

    points: list[list[list[float]]]
    colours: list[str]


def colours_on(view: View, date: dt.date) -> pd.Series:
    """Return the colour of each drawn district by id, but not of those with a hatch, which have two."""
    rows = as_of(view.timeline, date).set_index("place_id")
    plain = (rows["kind"] == PlaceKind.DISTRICT) & (rows["claimed_by"] == "")
    rows = rows[plain & rows.geom_type.isin(["Polygon", "MultiPolygon"])]
    light = rows["basis"].isin([Basis.AREA, Basis.BASELINE])
    looks = rows["status"].map(view.pack.styles)
    return looks.map(lambda look: look.colour).where(~light, looks.map(lambda look: look.light))


def changing(view: View, before: dt.date, after: dt.date) -> Watched:
    """Choose the widest districts whose colour differs between two dates, and in which no symbol stands."""
    colours = pd.concat({"old": colours_on(view, before), "new": colours_on(view, after)}, axis=1).dropna()
    shapes = view.pack.theatre.places.set_index("place_id").geometry
    symbols = shapely.union_all(shapes[shapes.geom_type == "Point"].to_numpy())
    changed = shapes[colours.index[colours["old"] != colours["new"]]]
    circles = {
        place_id: shapely.maximum_inscribed_circle(shape)
        for place_id, shape in changed[~changed.intersects(symbols)].items()
    }
    widest = sorted(circles, key=lambda place_id: circles[place_id].length, reverse=True)[:_AT_ONCE]
    if not widest:
        message = f"no district changes colour from {before} to {after}"
        raise ValueError(message)
    return Watched([_spread(circles[place_id]) for place_id in widest], colours.loc[widest, "new"].tolist())


def _spread(radius: shapely.LineString) -> list[list[float]]:
    centre, edge = np.array(radius.coords)
    turns = np.pi / 2 + 2 * np.pi * np.arange(5) / 5
    around = np.column_stack([np.cos(turns), np.sin(turns)])
    return (centre + np.linalg.norm(edge - centre) / 2 * around).tolist()
