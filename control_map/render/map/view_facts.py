"""What the board's head says of a whole view: its rule and reports, what others counted, and how other rules count."""

import datetime as dt
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from control_map.analysis import published_totals
from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.analysis.summary import COMPARED_DAYS
from control_map.assessment.evidence import known_by
from control_map.core.arrays import to_compact_json
from control_map.core.limits import LIMITS
from control_map.core.model import PlaceKind
from control_map.core.rules import Rule
from control_map.core.sanitize import safe_web_link
from control_map.core.wording import format_date, format_published_number, format_span
from control_map.explanation import dossier
from control_map.explanation.phrases import describe_conditions
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import Comparison, View, count_located


def describe_view(pack: Pack, rule: Rule, last_reported: pd.Series, view: View | None) -> dict[str, Any]:
    """Return what the board says of a view, on whatever day.

    Days are counted from the first of the period.

    Parameters
    ----------
    pack, rule
        What the view is derived from.
    last_reported
        The days of all last reports of places, for the words of how long ago they were.
    view
        The view; None: a replay, which on each day knows what was published by then.

    Returns
    -------
    dict
        - `title` of the theatre; `fingerprint` of the pack; `rule`, its label, and whether it is the `usual` one;
          `conditions`, in words; `known_on`, in words, and whether it `replays`;
        - `located`, `reports`, `added`: how many reports are located, are there, were added by the user;
        - `published`: what others counted of the first status: `[day, day of publication, number, number in words,
          source, web address or "", this map's count, of how many districts]`, in order; the last two are null in a
          replay;
        - `ages`: phrases for how long ago something was, `[days, words]`, each valid up to the days of the next;
        - `blind_after`, `compared_days`, `recent_days`, `most_listed`: days without a report that make a blind spot,
          days over which changes are counted, days of the latest changes, and how many reports of a dossier are listed.
    """
    located, reports = count_located(pack)
    known_on = view.known_on if view else None
    return {
        "title": pack.theatre.title,
        "fingerprint": pack.fingerprint,
        "rule": rule.label,
        "usual": rule == pack.rule(),
        "conditions": describe_conditions(rule, pack.rule(), known_on),
        "known_on": format_date(known_on, year=True) if known_on else "",
        "replays": view is None,
        "located": located,
        "reports": reports,
        "added": len(pack.user_supplied_located),
        "published": _list_published_totals(pack, view),
        "ages": age_phrases(last_reported, pack.theatre.period_end),
        "blind_after": BLIND_SPOT_DAYS,
        "compared_days": COMPARED_DAYS,
        "recent_days": dossier.RECENT_CHANGE_DAYS,
        "most_listed": LIMITS.dossier_reports,
    }


def _list_published_totals(pack: Pack, view: View | None) -> list[list[Any]]:
    theatre = pack.theatre
    if theatre.totals.empty:
        return []
    measures = published_totals.measures_of(theatre)
    totals = published_totals.totals_counting_status(theatre.totals, measures, pack.statuses[0])
    totals = totals.sort_values(["date", "value"], kind="stable")
    if view:
        totals = known_by(totals, view.known_on, "published")
        totals = published_totals.compare_totals_with_map(
            totals, view.timeline, published_totals.scales_of(theatre), measures
        )
    return [
        [
            (row["date"].date() - theatre.period_start).days,
            (row["published"].date() - theatre.period_start).days,
            row["value"],
            format_published_number(row["value"], row["qualifier"]),
            row["source_name"] or row["claimed_by"],
            safe_web_link(row["source_url"]),
            *((row["ours"], row["ours_of"]) if row.get("ours_of") else (None, None)),
        ]
        for row in totals.to_dict("records")
    ]


def age_phrases(last_reported: pd.Series, until: dt.date) -> list[tuple[int, str]]:
    """Return phrases for how long ago something was: `[days, words]`, each valid up to the days of the next."""
    reported = last_reported.dropna()
    longest = (until - reported.min().date()).days if len(reported) else 0
    ages = ((days, format_span(days)) for days in range(1, longest + 1))
    return [next(group) for _, group in groupby(ages, key=lambda age: age[1])]


def make_ranges_file(comparison: Comparison, day: int | None = None) -> bytes:
    """Return the JSON of what is behind the numbers: counts over the rules that count all sides, people and land.

    - `day`: the first day that it is about, counted from the first of the period;
    - `lowest`, `highest`: for each status, in the theatre's order, the counts from that day on: of all days of the
      period, or of `day` alone if it is given;
    - `people`, `km2`: those of each place that is a district, in whole numbers, else 0; `people_source`: whose figures.
    """
    theatre = comparison.pack.theatre
    days = range(theatre.day_count) if day is None else [day]
    dates = (theatre.period_start + dt.timedelta(days=number) for number in days)
    ranges = np.array([comparison.count_range(date) for date in dates])
    districts = theatre.places["kind"] == PlaceKind.DISTRICT
    people, km2 = (
        theatre.places[name].astype("float64").where(districts).fillna(0).round().astype(int).tolist()
        for name in ("population", "area_km2")
    )
    return to_compact_json(
        {
            "day": days[0],
            "lowest": ranges[:, 0].T.tolist(),
            "highest": ranges[:, 1].T.tolist(),
            "people": people,
            "km2": km2,
            "people_source": theatre.population_source,
        }
    )
