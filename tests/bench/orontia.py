"""Orontia, a made-up country at war in some of the labelled texts: its places and parties, without reports."""

import datetime as dt

import geopandas as gpd
import pandas as pd
import shapely

from control_map.core.model import Actor, PlaceKind
from control_map.geocoding.gazetteer import Gazetteer
from control_map.pipeline.pack import Pack
from control_map.theatre.theatre import Theatre

ACTORS = (
    Actor(
        "army",
        "Government",
        "#2f78b7",
        ("rebels", "democratic"),
        other_names=(
            "army",
            "government forces",
            "government troops",
            "pro-government fighters",
            "soldiers",
            "state media",
            "state television",
            "interior ministry",
        ),
    ),
    Actor(
        "rebels",
        "Opposition",
        "#2a9d6f",
        ("army", "democratic"),
        other_names=("rebels", "rebel", "opposition fighters", "rebel fighters", "insurgents"),
    ),
    Actor("democratic", "Democratic Forces", "#e0b040", ("army", "rebels"), other_names=("Kurdish-led alliance",)),
)

_PROVINCES = {
    "Idra": "district: Saraqib; district: Maarat Numan; district: Khan Sheikh; district: Jisr Shugra; "
    "provincial_capital: Idra; crossing: Bab Hawa",
    "Homat": "district: Tadmur; district: Rastan; district: Talbisa; district: Qusayr; provincial_capital: Homat",
    "Raqqan": "district: Tell Abyad; district: Ain Isa; district: Tabqa; provincial_capital: Raqqan; "
    "crossing: Tell Abyad",
}


def orontia() -> Pack:
    """Return the theatre as a pack without reports."""
    written = [
        (province, *place.split(": "), number)
        for province, places in _PROVINCES.items()
        for number, place in enumerate(places.split("; "))
    ]
    places = gpd.GeoDataFrame(
        [
            {
                "place_id": f"{province[0]}{number}",
                "kind": PlaceKind(kind).value,
                "name": name,
                "name_local": "",
                "alt_names": "",
                "parent_id": "",
                "province_id": province[0],
                "province": province,
                "also_in": "",
            }
            for province, kind, name, number in written
        ],
        geometry=[shapely.Point(number, 0) for *_, number in written],
        crs="EPSG:4326",
    )
    provinces = pd.DataFrame(
        {
            "province_id": [name[0] for name in _PROVINCES],
            "province": list(_PROVINCES),
            "name_local": "",
            "alt_names": "",
        }
    )
    theatre = Theatre(
        id="orontia",
        title="Orontia",
        country="Orontia",
        period_start=dt.date(2011, 1, 1),
        period_end=dt.date(2021, 1, 1),
        opens_on=dt.date(2020, 1, 1),
        default_rule="assessed",
        actors=ACTORS,
        credits=(),
        places=places,
        provinces=provinces,
        totals=pd.DataFrame(),
    )
    nothing = pd.DataFrame()
    return Pack(theatre, Gazetteer(places, provinces, theatre.country), nothing, nothing, nothing, [], "orontia")
