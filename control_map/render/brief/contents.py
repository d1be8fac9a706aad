"""What a brief says beside its map and its changes: counts, provinces, capitals and crossings, totals, doubt, sources.

Each function returns values for the template; what does not fit on the page is counted as more.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from control_map.analysis import published_totals
from control_map.analysis.blind_spots import BLIND_SPOT_DAYS, count_blind_districts
from control_map.analysis.summary import COMPARED_DAYS, summarize_provinces
from control_map.assessment.timeline import changes_between
from control_map.core.model import NO_REPORT, Basis, Confidence, PlaceKind
from control_map.core.wording import format_count, format_date
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View, count_located
from control_map.render.brief.fitting import LineSize, count_lines, take_fitting

MAX_PROVINCES = 40
_MOST_TOTALS = 8
_MOST_ORIGINS, _MOST_OUTLETS = 14, 10
_PLACES_LETTERS = 620


def describe_leading_change(
    rows: Sequence[Mapping[Any, Any]], labels: Mapping[str, str], since: dt.date | None, date: dt.date
) -> str:
    """Say in a line what the most moved of the counts is; if none moved, the largest."""
    told = [row for row in rows if row["status"] != NO_REPORT and (row["districts"] or row["change"])] or list(rows)
    lead = max(told, key=lambda row: (abs(row["change"]), row["districts"]))
    total, change = sum(row["districts"] for row in rows), lead["change"]
    then = f"on {format_date(since, year=since.year != date.year)}" if since else f"{COMPARED_DAYS} days before"
    moved = f"{abs(change)} {'more' if change > 0 else 'fewer'} than {then}" if change else f"as many as {then}"
    return f"{labels[lead['status']]}: {lead['districts']} of {format_count(total, 'district', 'districts')}, {moved}"


@dataclass(frozen=True)
class ProvinceColumns:
    """The rows of `summary.by_province` in columns of the page, and how many provinces are left out."""

    columns: list[list[dict[Any, Any]]]
    more: int


def list_provinces(pack: Pack, now: gpd.GeoDataFrame, before: gpd.GeoDataFrame, date: dt.date) -> ProvinceColumns:
    """Return the provinces by name; if there are too many, those with most districts."""
    table = summarize_provinces(now, before, pack.theatre.places, pack.statuses, date)
    most = table.nlargest(MAX_PROVINCES, "districts", keep="first").index
    rows = table[table.index.isin(most)].to_dict("records")
    half = (len(rows) + 1) // 2
    return ProvinceColumns([rows[:half], rows[half:]], len(table) - len(rows))


@dataclass(frozen=True)
class HolderGroup:
    """The places of a kind with one status: how many, the names that fit, how many more; `new` names have changed."""

    status: str
    number: int
    names: list[tuple[str, bool]]
    more: int


def group_places_by_status(
    now: gpd.GeoDataFrame, places: pd.DataFrame, kind: str, statuses: Sequence[str], new: set[str]
) -> list[HolderGroup]:
    """Name the capitals or the crossings by who holds them; of a crossing also the neighbour that it leads to."""
    rows = now[now["kind"] == kind].sort_values("name")
    neighbour = places.set_index("place_id").get("neighbour", pd.Series(dtype=str))
    told, letters = [], _PLACES_LETTERS
    for status in statuses:
        own = rows[rows["status"] == status]
        if own.empty:
            continue
        abroad = own["place_id"].map(neighbour).fillna("")
        words = [f"{name} ({land})" if land else name for name, land in zip(own["name"], abroad, strict=True)]
        pairs = [(word, place_id in new) for word, place_id in zip(words, own["place_id"], strict=True)]
        kept, more = take_fitting(pairs, (len(word) + 2 for word in words), letters)
        letters -= sum(len(word) + 2 for word, _ in kept)
        told.append(HolderGroup(status, len(own), kept, more))
    return told


@dataclass(frozen=True)
class TotalsExcerpt:
    """Published totals with the map's counts, as `scales.compare` returns them, and how many more there are.

    `last` says that none is near the date, and that these are the last before.
    """

    rows: list[dict[Any, Any]]
    more: int
    last: bool


def select_totals(view: View, date: dt.date, room: float, line: LineSize) -> TotalsExcerpt:
    """Return the totals around a date that the map can be compared with, nearest first, as they fit into the room."""
    theatre = view.pack.theatre
    around = published_totals.totals_near_date(published_totals.totals_known_on(theatre.totals, view.known_on), date)
    compared = published_totals.compare_totals_with_map(
        around, view.timeline, published_totals.scales_of(theatre), published_totals.measures_of(theatre)
    )
    comparable = compared[compared["ours"].notna()]
    rows = comparable.head(_MOST_TOTALS).to_dict("records")
    heights = [count_lines(len(f"{row['label']} {row['source_name']}") + 16, line) * line.height + 1.2 for row in rows]
    kept, _ = take_fitting(rows, (round(height * 100) for height in heights), round(room * 100))
    last = bool((comparable["date"] < pd.Timestamp(date - dt.timedelta(days=published_totals.NEAR_DAYS))).any())
    return TotalsExcerpt(kept, len(comparable) - len(kept), last)


def count_doubts(view: View, now: gpd.GeoDataFrame, date: dt.date) -> list[tuple[int, str]]:
    """Count what is not sure, each number with its words; districts alone, but for the last, which counts reports."""
    own = now[now["kind"] == PlaceKind.DISTRICT]
    start = format_date(view.pack.theatre.period_start)
    located, total = count_located(view.pack)
    return [
        (int(own["disputed"].sum()), "disputed: the side that lost it denies it, or claims stand against each other"),
        (int((own["claimed_by"] != "").sum()), "claimed by a party, not verified yet"),
        (int((own["basis"] == Basis.AREA).sum()), "by a report on the whole area, not on the district itself"),
        (int((own["basis"] == Basis.BASELINE).sum()), f"as they were before {start}, with nothing newer"),
        (int((own["confidence"] == Confidence.LOW).sum()), "with a status of low confidence"),
        (
            count_blind_districts(now, date),
            f"with no report for more than {BLIND_SPOT_DAYS} days; silence is never control",
        ),
        (total - located, f"of {total:,} reports set aside: their place could not be found, or a row had a fault"),
    ]


@dataclass(frozen=True)
class SourceCounts:
    """On whose word the changes rest: so many reports of so many origins, these with their numbers, read there."""

    reports: int
    origins: int
    named: list[tuple[str, int]]
    outlets: list[str]
    more_outlets: int


def count_sources(view: View, after: dt.date, until: dt.date) -> SourceCounts:
    """Count the reports that the changes after a day and up to another rest on, by origin and by where to read them."""
    rest_on = changes_between(view.timeline, after, until)["rests_on"].explode().dropna()
    reports = view.located[view.located["report_id"].isin(rest_on)]
    origins = reports["origin"].value_counts(sort=False)
    ordered = sorted(origins.items(), key=lambda pair: (-pair[1], str(pair[0])))
    outlets = reports.loc[reports["source_name"] != "", "source_name"].value_counts(sort=False)
    read = sorted(outlets.index, key=lambda name: (-outlets[name], name))
    return SourceCounts(
        reports=len(reports),
        origins=len(origins),
        named=[(str(name), int(number)) for name, number in ordered[:_MOST_ORIGINS]],
        outlets=read[:_MOST_OUTLETS],
        more_outlets=len(read[_MOST_OUTLETS:]),
    )
