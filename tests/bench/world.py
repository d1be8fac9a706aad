"""A made-up war of any size: places, and reports on them, as the tests' frames have them."""

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.core.model import CRS, Claim, PlaceKind
from tests.support.made_up import ACTORS, START

REPORTS_A_PLACE = 25
PLACES_A_PROVINCE = 50
DAYS = 365
SHARE_ON_CAPITALS, SHARE_ON_AREAS = 0.05, 0.0002
"""Of the reports; one on an area refers to fifty places, so these few give one assertion in a hundred."""


def make_places(count: int) -> gpd.GeoDataFrame:
    """Make so many places in provinces of fifty: the last of each is the capital, in the first."""
    number = np.arange(count)
    ids = np.array([f"P{n:06d}" for n in number])
    capital = number % PLACES_A_PROVINCE == PLACES_A_PROVINCE - 1
    return gpd.GeoDataFrame(
        {
            "place_id": ids,
            "kind": np.where(capital, PlaceKind.CAPITAL, PlaceKind.DISTRICT),
            "name": ids,
            "parent_id": np.where(capital, ids[number // PLACES_A_PROVINCE * PLACES_A_PROVINCE], ""),
            "province_id": [f"V{n // PLACES_A_PROVINCE}" for n in number],
            "province": [f"Province {n // PLACES_A_PROVINCE}" for n in number],
        },
        geometry=gpd.points_from_xy(number % 360 - 180, np.zeros(count)),
        crs=CRS,
    )


def make_reports(count: int, places: gpd.GeoDataFrame, seed: int = 0) -> pd.DataFrame:
    """Make so many located reports over a year, by 200 origins, half of them independent."""
    rng = np.random.default_rng(seed)
    where = rng.integers(0, len(places), count)
    capitals = np.flatnonzero(places["kind"] == PlaceKind.CAPITAL)
    kind = rng.choice(3, count, p=[1 - SHARE_ON_CAPITALS - SHARE_ON_AREAS, SHARE_ON_CAPITALS, SHARE_ON_AREAS])
    where = np.where(kind == 1, rng.choice(capitals, count), where)
    event = np.datetime64(START) + rng.integers(0, DAYS, count)
    published = event + rng.choice([0, 1, 1, 2, 5], count)
    parties = [actor.id for actor in ACTORS]
    place_ids, province_ids = (places[name].to_numpy()[where] for name in ("place_id", "province_id"))
    return pd.DataFrame(
        {
            "report_id": [f"r{number}" for number in range(count)],
            "place_id": np.where(kind == 2, province_ids, place_ids),
            "precision": np.where(kind == 2, "province", "place"),
            "area_scope": np.where(kind == 2, "whole", ""),
            "excepted_ids": "",
            "event_date": event.astype("datetime64[us]"),
            "reported_date": published.astype("datetime64[us]"),
            "date_precision": rng.choice(["day", "week", "month"], count, p=[0.85, 0.1, 0.05]),
            "claim": rng.choice([claim.value for claim in Claim], count),
            "actor": rng.choice(parties, count),
            "claimant_side": rng.choice(["independent", *parties], count, p=[0.5, 0.2, 0.2, 0.1]),
            "origin": rng.choice([f"Outlet {number}" for number in range(200)], count),
            "reliability": rng.choice(list("ABCDEF"), count),
            "credibility": rng.integers(1, 7, count),
        }
    )
