"""What a brief states beside its map: counts, changes, provinces, capitals and crossings, totals, doubts, sources.

Each function returns values for the template. Long lists have a maximum length, and the rest is counted as "more".
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import geopandas as gpd
import pandas as pd

from control_map.analysis import published_totals
from control_map.analysis.blind_spots import BLIND_SPOT_DAYS, count_blind_districts
from control_map.analysis.summary import COMPARED_DAYS
from control_map.assessment.evidence import known_by
from control_map.assessment.timeline import changes_between
from control_map.core.labels import KIND_SUFFIX
from control_map.core.model import NO_REPORT, Basis, Confidence, PlaceKind, Role
from control_map.core.wording import format_count, format_date, format_rounded, list_some
from control_map.explanation.why_line import write_why_lines
from control_map.pipeline.view import View, count_located

MAX_EXPLAINED = 10
"""Changes that are listed with a reason and a number on the map. More of them leave no room for the map on a page."""
MAX_NAMED = 25
"""Names of further changed places with the same new status."""
_MAX_TOTALS, _MAX_ORIGINS, _MAX_OUTLETS = 3, 6, 4
_KIND_ORDER = (PlaceKind.CAPITAL, PlaceKind.CROSSING, PlaceKind.DISTRICT)
_KIND_AND_PROVINCE = {PlaceKind.CAPITAL: "capital of {}", PlaceKind.CROSSING: "crossing, {}", PlaceKind.DISTRICT: "{}"}


def describe_leading_change(
    rows: Sequence[Mapping[Any, Any]],
    labels: Mapping[str, str],
    people: Mapping[str, float],
    since: dt.date | None,
    date: dt.date,
) -> str:
    """Describe in a line the count that changed most; if none changed, the largest count.

    `people` is how many live in the districts of each status; 0 where that is not known.
    """
    candidates = [row for row in rows if row["status"] != NO_REPORT and (row["districts"] or row["change"])]
    lead = max(candidates or rows, key=lambda row: (abs(row["change"]), row["districts"]))
    total, change = sum(row["districts"] for row in rows), lead["change"]
    then = f"on {format_date(since, year=since.year != date.year)}" if since else f"{COMPARED_DAYS} days before"
    moved = f"{abs(change)} {'more' if change > 0 else 'fewer'} than {then}" if change else f"as many as {then}"
    living = f" ({format_rounded(people[lead['status']])} people)" if people[lead["status"]] else ""
    districts = f"{lead['districts']} of {format_count(total, 'district', 'districts')}{living}"
    return f"{labels[lead['status']]}: {districts}, {moved}"


@dataclass(frozen=True)
class ChangedPlace:
    """A place that changed: its statuses in order, with the one before, the days of the changes, and the reason.

    `where` is its kind and province in words, `listed_name` its name in a list of names, `why` the reason for its last
    status; `by_area` says that this rests on a report on a whole area, not on the place.
    """

    place_id: str
    name: str
    where: str
    province: str
    listed_name: str
    statuses: tuple[str, ...]
    days: tuple[dt.date, ...]
    why: str
    by_area: bool


def list_changed_places(view: View, after: dt.date, until: dt.date) -> list[ChangedPlace]:
    """Return the places that changed status after one day and up to another.

    Those that changed by a report on a whole area come last. Of the others capitals come first, then crossings, then
    districts; of each kind the latest change first.
    """
    changes = changes_between(view.timeline, after, until)
    if changes.empty:
        return []
    intervals = changes[["place_id", "date"]].merge(
        pd.DataFrame(view.timeline.drop(columns="geometry")),
        left_on=["place_id", "date"],
        right_on=["place_id", "valid_from"],
    )
    reasons = write_why_lines(intervals, view.evidence, view.pack.report_sources, view.pack.labels, view.rule)
    places = []
    for place_id, rows in changes.assign(why=reasons).groupby("place_id", sort=False):
        last = rows.iloc[-1]
        kind = PlaceKind(last["kind"])
        place = ChangedPlace(
            place_id=str(place_id),
            name=last["name"],
            where=_KIND_AND_PROVINCE[kind].format(last["province"]),
            province=last["province"],
            listed_name=last["name"] + KIND_SUFFIX[kind],
            statuses=(rows["before"].iloc[0], *rows["status"]),
            days=tuple(rows["date"].dt.date),
            why=last["why"],
            by_area=last["basis"] == Basis.AREA,
        )
        order = (place.by_area, _KIND_ORDER.index(kind), -place.days[-1].toordinal(), place.province, place.name)
        places.append((order, place))
    return [place for _, place in sorted(places, key=lambda pair: pair[0])]


def group_changed_places(places: Sequence[ChangedPlace], statuses: Sequence[str]) -> list[dict[str, Any]]:
    """Group places by their last status, in the order of `statuses`.

    Returns
    -------
    list of dict
        `status`, `number` of places, `provinces`, which are up to `MAX_NAMED` names by province of those that did not
        change by a report on a whole area, and how many `more` there are.
    """
    groups = []
    for status in statuses:
        members = [place for place in places if place.statuses[-1] == status]
        members.sort(key=lambda place: (place.province, place.name))
        named = [place for place in members if not place.by_area][:MAX_NAMED]
        by_province = groupby(named, key=lambda place: place.province)
        names = {province: [place.listed_name for place in inside] for province, inside in by_province}
        more = len(members) - len(named)
        if members:
            groups.append({"status": status, "number": len(members), "provinces": names, "more": more})
    return groups


def group_places_by_status(
    now: gpd.GeoDataFrame, places: pd.DataFrame, kind: str, statuses: Sequence[str], changed: set[str]
) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Return for each status the capitals or the crossings that have it: each name, and whether its status is new.

    `now` is what `as_of` returns, `changed` the ids of the places whose status is new. The name of a crossing is
    followed by the neighbour to which it leads.
    """
    rows = now[now["kind"] == kind].sort_values("name")
    neighbours = places.set_index("place_id").get("neighbour", pd.Series(dtype=str))
    groups = []
    for status in statuses:
        held = rows[rows["status"] == status]
        countries = held["place_id"].map(neighbours).fillna("")
        names = [
            (f"{name} ({country})" if country else name, place_id in changed)
            for name, country, place_id in zip(held["name"], countries, held["place_id"], strict=True)
        ]
        if names:
            groups.append((status, names))
    return groups


def select_totals(view: View, date: dt.date) -> dict[str, Any]:
    """Return the totals around a date that the map can be compared with, nearest first.

    `rows` are those of `compare_totals_with_map`, `more` says how many are left out. `only_earlier` is true if none is
    near the date: then these are the last ones before it.
    """
    theatre = view.pack.theatre
    around = published_totals.totals_near_date(known_by(theatre.totals, view.known_on, "published"), date)
    compared = published_totals.compare_totals_with_map(
        around, view.timeline, published_totals.scales_of(theatre), published_totals.measures_of(theatre)
    )
    comparable = compared[compared["ours"].notna()]
    earliest = pd.Timestamp(date - dt.timedelta(days=published_totals.NEAR_DAYS))
    return {
        "rows": comparable.head(_MAX_TOTALS).to_dict("records"),
        "more": len(comparable.iloc[_MAX_TOTALS:]),
        "only_earlier": bool((comparable["date"] < earliest).any()),
    }


def count_doubts(view: View, now: gpd.GeoDataFrame, date: dt.date) -> list[tuple[int, str]]:
    """Count what is uncertain, each number with its words. All count districts; the last counts reports."""
    districts = now[now["kind"] == PlaceKind.DISTRICT]
    start = format_date(view.pack.theatre.period_start)
    located, total = count_located(view.pack)
    uncertain = [
        (districts["disputed"], "disputed: the side that lost it denies it, or claims stand against each other"),
        (districts["claimed_by"] != "", "claimed by a party, not verified yet"),
        (districts["basis"] == Basis.AREA, "by a report on the whole area, not on the district itself"),
        (districts["basis"] == Basis.BASELINE, f"as they were before {start}, with nothing newer"),
        (districts["basis"] == Basis.CLAIM, "on claims in the holder's own interest that nobody contradicted"),
        (districts["confidence"] == Confidence.LOW, "with a status of low confidence"),
    ]
    silent = f"with no report for more than {BLIND_SPOT_DAYS} days; silence is never control"
    return [
        *((int(flags.sum()), words) for flags, words in uncertain),
        (count_blind_districts(now, date), silent),
        (total - located, f"of {total:,} reports set aside: their place could not be found, or a row had a fault"),
    ]


def count_sources(view: View, after: dt.date, until: dt.date) -> dict[str, Any]:
    """Count the reports on which the changes after a day and up to another rest, by origin and by outlet.

    `reports` and `origins` are their numbers, `named` the most frequent origins with their numbers of reports, and
    `outlets` names the most frequent outlets.
    """
    changes = changes_between(view.timeline, after, until)[["place_id", "date"]].rename(columns={"date": "counts_from"})
    supporting = view.evidence[view.evidence["role"].isin([Role.SETS, Role.CONFIRMS])]
    rest_on = supporting.merge(changes, on=["place_id", "counts_from"])["report_id"]
    reports = view.located[view.located["report_id"].isin(rest_on)]
    # Names of one number stay in the order of the alphabet.
    origins, sources = (Counter(sorted(reports[name])).most_common() for name in ("origin", "source_name"))
    return {
        "reports": len(reports),
        "origins": len(origins),
        "named": origins[:_MAX_ORIGINS],
        "outlets": list_some([name for name, _ in sources if name], _MAX_OUTLETS),
    }
