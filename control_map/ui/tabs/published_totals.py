"""The published totals: each beside the map's count that means the same thing."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from control_map.analysis.published_totals import NEAR_DAYS, NO_TERM, count_by_term, scales_of, totals_near_date
from control_map.pipeline.view import View
from control_map.theatre.config import Scale
from control_map.ui import html
from control_map.ui.state import cached_results


def show_published_totals(view: View, date: dt.date, now: gpd.GeoDataFrame) -> None:
    """Show the map's count in the terms of each scale, then the totals around the date, then all of them.

    `now` is what `as_of` returns for the date.
    """
    theatre = view.pack.theatre
    totals = cached_results.cached_totals(view)
    sides = theatre.actor_labels
    around = totals_near_date(totals, date)
    html.show_template(
        "totals.html",
        date=date,
        days=NEAR_DAYS,
        last=bool((around["date"] < pd.Timestamp(date - dt.timedelta(days=NEAR_DAYS))).any()),
        scales=[_counted(group, now) for group in _alike(scales_of(theatre).values())],
        comparable=around[around["ours"].notna()].to_dict("records"),
        others=around[around["ours"].isna()].to_dict("records"),
        sides=sides,
    )
    html.show_template("all_totals.html", rows=totals.to_dict("records"), sides=sides)


def _alike(scales: Iterable[Scale]) -> list[list[Scale]]:
    """Group the scales in which this map has the same counts, in their order."""
    groups: dict[Any, list[Scale]] = {}
    for scale in scales:
        groups.setdefault((scale.ours, scale.terms), []).append(scale)
    return list(groups.values())


def _counted(group: list[Scale], now: gpd.GeoDataFrame) -> dict[str, Any]:
    table = count_by_term(now, group[0])
    return {
        "scale": group[0],
        "others": group[1:],
        "counts": table[(table["districts"] > 0) | (table["term"] != NO_TERM)].to_dict("records"),
        "of": int(table["districts"].sum()),
    }
