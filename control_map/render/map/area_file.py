"""The file of what is reported of a province or the country, as a whole or of a part: it names no single place."""

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from control_map.analysis.summary import counted_status
from control_map.assessment.evidence import known_by
from control_map.core.arrays import to_compact_json
from control_map.core.model import AreaScope, LocationPrecision
from control_map.core.sanitize import safe_web_link
from control_map.explanation import dossier
from control_map.pipeline.pack import Pack
from control_map.theatre.theatre import Theatre

COUNTRY = ""
"""The id of the whole country among those of areas."""


def list_area_ids(theatre: Theatre) -> list[str]:
    """Return the ids of areas in the order in which their files are numbered: `COUNTRY`, then the places' provinces."""
    return [COUNTRY, *dict.fromkeys(theatre.places["province_id"])]


def make_area_file(pack: Pack, known_on: dt.date | None, area_id: str | None = None) -> bytes:
    """Return the JSON of the reports on one area, or on each, that were published by a day (None: all).

    `areas` has for each id of a province, and for `COUNTRY`, a list, the newest event first: `[day, exact, day of
    publication, status, number, is part, says, who, side, grade, source, web address or "", summary]`. Days are counted
    from the first of the period, and `exact` is 0 if the event is dated to a week or a month that ends on the day.
    `number` is how many districts the report counts, or null, and `status` the position among the theatre's statuses of
    the one that `counted_status` returns, or -1. `is part` says
    whether it speaks of a part of the area.
    """
    known = known_by(pack.located, known_on)
    of_country = known["precision"] == LocationPrecision.COUNTRY
    areas = known.assign(area=known["place_id"].mask(of_country, COUNTRY))
    areas = areas[of_country | (known["precision"] == LocationPrecision.PROVINCE)]
    newest = areas.sort_values(["event_date", "report_id"], ascending=False)
    ids = list_area_ids(pack.theatre) if area_id is None else [area_id]
    return to_compact_json({"areas": {each: _encode(newest[newest["area"] == each], pack) for each in ids}})


def _encode(reports: pd.DataFrame, pack: Pack) -> list[list[Any]]:
    rows = reports.assign(status=counted_status(reports)).to_dict("records")
    return [_encode_report(report, pack) for report in dossier.add_claim_wording(rows, pack.theatre.actors)]


def _encode_report(report: Mapping[Hashable, Any], pack: Pack) -> list[Any]:
    start, status, number = pd.Timestamp(pack.theatre.period_start), report["status"], report["number"]
    return [
        (report["event_date"] - start).days,
        int(report["date_precision"] == "day"),
        (report["reported_date"] - start).days,
        pack.statuses.index(status) if status in pack.statuses else -1,
        None if pd.isna(number) else number,
        int(report["area_scope"] == AreaScope.PART),
        report["says"],
        report["claimant"],
        report["side"],
        f"{report['reliability']}{report['credibility']}",
        report["source_name"],
        safe_web_link(report["source_url"]),
        report["summary"] or report["place_text"],
    ]
