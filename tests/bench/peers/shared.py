"""What the peers share: the shipped pack, read once, its districts as GeoJSON, and a map without tiles."""

import datetime as dt
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import folium
import streamlit as st
import streamlit.components.v1 as components

from control_map.assessment.timeline import as_of
from control_map.core.model import Basis
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import View, apply_rule
from tests.bench.shipped import OPENS_ON, PACK

HEIGHT = 640
# Streamlit serves a declared component's folder: Leaflet comes from the same server, as the dashboard's does.
components.declare_component("leaflet", path=str(files("xstatic.pkg.leaflet") / "data"))
_LEAFLET = f"../{__name__}.leaflet/leaflet"


class LocalMap(folium.Map):
    """A map without tiles whose Leaflet comes from the same server, and nothing from elsewhere."""

    default_js = (("leaflet", f"{_LEAFLET}.js"),)
    default_css = (("leaflet", f"{_LEAFLET}.css"),)

    def __init__(self) -> None:
        super().__init__(location=[33.9, 67.7], zoom_start=6, tiles=None, prefer_canvas=True)


@dataclass
class Districts:
    """The pack under its default rule, and the features of the districts that have a polygon."""

    view: View
    features: list[dict[str, Any]]

    def on(self, date: dt.date) -> dict[str, Any]:
        """Return the districts as GeoJSON, with the look of their status on a date."""
        rows = as_of(self.view.timeline, date).set_index("place_id")
        light = rows["basis"].isin([Basis.AREA, Basis.BASELINE])
        looks = {
            place_id: (styles.label, styles.light if pale else styles.colour)
            for place_id, styles, pale in zip(rows.index, rows["status"].map(self.view.pack.styles), light, strict=True)
        }
        features = [
            {**feature, "properties": {"name": feature["properties"]["name"], "status": label, "colour": colour}}
            for feature in self.features
            for label, colour in [looks[feature["id"]]]
        ]
        return {"type": "FeatureCollection", "features": features}


@st.cache_resource(show_spinner=False)
def districts() -> Districts:
    """Read the shipped pack."""
    pack = load_pack(PACK)
    places = pack.theatre.places
    drawn = places[places.geom_type.isin(["Polygon", "MultiPolygon"])].set_index("place_id")[["name", "geometry"]]
    return Districts(apply_rule(pack, pack.rule()), json.loads(drawn.to_json())["features"])


def chosen_date() -> dt.date:
    """Show the slider that the dashboard has; return its date."""
    theatre = districts().view.pack.theatre
    return st.slider(
        "Date",
        theatre.period_start,
        theatre.period_end,
        OPENS_ON,
        format="D MMMM YYYY",
        label_visibility="collapsed",
    )


def layer(date: dt.date) -> folium.GeoJson:
    """Return the districts, coloured by status, with name and status when pointed at."""
    return folium.GeoJson(
        districts().on(date),
        style_function=lambda feature: {
            "fillColor": feature["properties"]["colour"],
            "fillOpacity": 1,
            "color": "#ffffff",
            "weight": 0.7,
        },
        tooltip=folium.GeoJsonTooltip(["name", "status"], labels=False),
    )
