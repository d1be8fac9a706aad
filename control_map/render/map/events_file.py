"""The file of what happened where: fighting, and places that changed hands, day by day, as symbols on the map."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from control_map.assessment.evidence import known_by
from control_map.core.arrays import to_compact_json
from control_map.core.model import WAITING_INTERESTS, Claim, LocationPrecision
from control_map.geocoding.settlement_index import named_settlements
from control_map.pipeline.pack import Pack
from control_map.render.map.encoding import round_degrees
from control_map.theatre.theatre import Theatre

FIGHTING, CAPTURE, CLAIMED_CAPTURE = 0, 1, 2
"""What an event is: fighting; a place changed hands; a party says so of a place that it gains, or that its foe left."""
_FIGHTS = (Claim.FIGHTING, Claim.CONTESTED)
_CAPTURES = (Claim.CAPTURED, Claim.RETAKEN, Claim.HANDED_OVER, Claim.WITHDREW)


def make_events_file(pack: Pack, known_on: dt.date | None) -> bytes:
    """Return the JSON of the events within the period that were published by a day (None: all).

    `events` has for each `[day, day of publication, where, what, party]`, in order of days: days are counted from the
    first of the period; `where` is the position of a place of the geometry, or the id of a province; `what` is one of
    the kinds above; `party` is the position among the theatre's statuses of who took the place, or attacks, -1 where it
    is left. What is said of a whole country has no place on the map, and what is only held is no event.

    `settlements`, if the theatre has any, has for each that reports name, those first that most reports name, `[name,
    local name, lon, lat, position of its district, [[day, day of publication], ...]]`, a pair for each report.
    """
    theatre, start = pack.theatre, pd.Timestamp(pack.theatre.period_start)
    known = known_by(pack.located, known_on)
    day, published = ((known[name] - start).dt.days for name in ("event_date", "reported_date"))
    is_capture = known["claim"].isin(_CAPTURES)
    claimed = pack.assertions.drop_duplicates("report_id").set_index("report_id")["interest"].isin(WAITING_INTERESTS)
    is_claimed = known["report_id"].map(claimed).fillna(value=False).astype(bool)
    party = known["actor"].map({status: number for number, status in enumerate(pack.statuses)})
    events = pd.DataFrame(
        {
            "day": day,
            "published": published,
            "where": _positions(known["place_id"], theatre),
            "what": np.select([~is_capture, is_claimed], [FIGHTING, CLAIMED_CAPTURE], CAPTURE),
            "party": party.where(known["claim"] != Claim.WITHDREW).fillna(-1).astype(int),
        }
    )
    happens = day.between(0, theatre.day_count - 1) & known["claim"].isin([*_FIGHTS, *_CAPTURES])
    rows = events[happens & (known["precision"] != LocationPrecision.COUNTRY)].drop_duplicates()
    file = {"events": sorted(rows.to_numpy().tolist(), key=lambda row: (*row[:2], str(row[2]), *row[3:]))}
    if len(theatre.settlements):
        file["settlements"] = _list_settlements(known, theatre, day, published)
    return to_compact_json(file)


def _list_settlements(known: pd.DataFrame, theatre: Theatre, day: pd.Series, published: pd.Series) -> list[list[Any]]:
    """Return the settlements that reports name, see `make_events_file`."""
    named = named_settlements(known, theatre)
    dated = named.assign(day=day, published=published, where=_positions(named["district_id"], theatre))
    rows = [
        [
            *one.iloc[0][["name", "name_local"]],
            *round_degrees(*one.iloc[0][["lon", "lat"]]),
            int(one["where"].iloc[0]),
            sorted(zip(one["day"].tolist(), one["published"].tolist(), strict=True)),
        ]
        for _, one in dated.groupby("settlement_id")
    ]
    return sorted(rows, key=lambda row: (-len(row[-1]), row[0]))


def _positions(ids: pd.Series, theatre: Theatre) -> pd.Series:
    """Return where each report is: the position of its place, or the id of its province."""
    position = theatre.place_positions
    return pd.Series([position.get(place_id, place_id) for place_id in ids], ids.index, dtype=object)
