"""The section of others' counts: each published total beside the map's comparable count."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from control_map.analysis.published_totals import NEAR_DAYS, NO_TERM, count_by_term, scales_of, totals_near_date
from control_map.theatre.config import Scale
from control_map.ui import html
from control_map.ui.state import cached_results
from control_map.ui.state.selection import Selection
from control_map.ui.tabs.download import offer_section


def show_published_totals(selection: Selection) -> None:
    """Show the map's count in the terms of each scale, then the totals near the date, then all of them."""
    pack, date = selection.pack, selection.date
    totals = cached_results.cached_totals(selection.view)
    near = totals_near_date(totals, date)
    html.show_template(
        "published_totals.html",
        date=date,
        days=NEAR_DAYS,
        last=bool((near["date"] < pd.Timestamp(date - dt.timedelta(days=NEAR_DAYS))).any()),
        scales=[_count(group, selection.now) for group in _group_scales(scales_of(pack.theatre).values())],
        comparable=near[near["ours"].notna()].to_dict("records"),
        others=near[near["ours"].isna()].to_dict("records"),
        sides=pack.labels,
    )
    html.show_template("all_totals.html", rows=totals.to_dict("records"), sides=pack.labels)
    if len(totals):
        offer_section(selection, "others counts", lambda shown: cached_results.cached_totals(shown.view))


def _group_scales(scales: Iterable[Scale]) -> list[list[Scale]]:
    """Group the scales in which this map has the same counts, in their order."""
    groups: dict[Any, list[Scale]] = {}
    for scale in scales:
        groups.setdefault((scale.ours, scale.terms), []).append(scale)
    return list(groups.values())


def _count(group: list[Scale], now: gpd.GeoDataFrame) -> dict[str, Any]:
    table = count_by_term(now, group[0])
    return {
        "scale": group[0],
        "others": group[1:],
        "counts": table[(table["districts"] > 0) | (table["term"] != NO_TERM)].to_dict("records"),
        "of": int(table["districts"].sum()),
    }
