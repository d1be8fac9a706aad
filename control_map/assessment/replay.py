"""A replay: what the map showed on each day to those who knew what was published by then.

The answer for a place can differ from that of the day before only if a report that votes on it has its event or was
published, or if a claim has waited long enough. At each such *moment* the place is weighed anew, with what was known
then: all moments in one go, each as though it were a place of its own.
"""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from control_map.assessment.eligibility import ineligibility_reasons
from control_map.assessment.evidence import adjudicate, build_evidence
from control_map.assessment.timeline import latest_statuses
from control_map.core.arrays import NO_CODE, Ints, category_codes, day_number, day_numbers
from control_map.core.model import Actor, Interest
from control_map.core.rules import Rule

_STANDING = ["status", "basis", "claimed_by", "disputed", "since"]
STATE_COLUMNS = ["moment", "place_id", "valid_from", *_STANDING]
_BLOCK = 500_000
"""Rows weighed together: some hundreds of megabytes, however many reports a place has."""


def assess_day_by_day(
    bearings: pd.DataFrame, actors: tuple[Actor, ...], rule: Rule, start: dt.date, end: dt.date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Weigh the reports on each day of a period with what was published by that day.

    Parameters
    ----------
    bearings
        What `bearings.bear` returns. Not changed.
    actors, rule
        As for `assess.assess`.
    start, end
        The first and the last day of the period.

    Returns
    -------
    states : DataFrame
        One row for each moment of each place, by place and day, with `STATE_COLUMNS`: what `fold` says of the day
        `valid_from` if what was published by that day is known. It holds until the place's next row. Each place
        begins with the day before the period.
    evidence : DataFrame
        What `assess` returns, for each moment: up to its day, and with `moment` in place of `place_id`.
    """
    moments = _moments(bearings, rule, day_number(start), day_number(end))
    states, weighed = [], []
    for those in _blocks(moments, bearings):
        known, of = _known_at(those, bearings)
        until = those["day"].to_numpy()[of]
        evidence = build_evidence(known, adjudicate(known, actors, rule, until))[
            day_numbers(known["event_date"]) <= until
        ]
        states.append(latest_statuses(evidence, pd.Index(those["moment"]), start)[_STANDING])
        weighed.append(evidence.rename(columns={"place_id": "moment"}))
    told = moments.merge(pd.concat(states), left_on="moment", right_index=True)
    return told[STATE_COLUMNS], pd.concat(weighed, ignore_index=True)


def last_reported_days(bearings: pd.DataFrame) -> pd.DataFrame:
    """Return on which day each report on each place counts from: `place_id, valid_from, last_reported` (its event).

    A report is heard of when it is published, but not before its event. `bearings` are those of `replay`.
    """
    return pd.DataFrame(
        {
            "place_id": bearings["place_id"].astype("str"),
            "valid_from": bearings[["event_date", "reported_date"]].max(axis=1),
            "last_reported": bearings["event_date"],
        }
    )


def _moments(bearings: pd.DataFrame, rule: Rule, first: int, last: int) -> pd.DataFrame:
    """Return the moments by place and day: `moment` (a text), `place_id`, `place` (its code), `day`, `valid_from`."""
    votes = bearings[ineligibility_reasons(bearings, rule) == NO_CODE]
    place, happened, published = (
        category_codes(votes["place_id"]),
        day_numbers(votes["event_date"]),
        day_numbers(votes["reported_date"]),
    )
    harden = rule.hardening_days > 0 and not rule.takes_claims_at_their_word
    waits = (votes["interest"] == Interest.SELF_SERVING).to_numpy() & harden
    ids = bearings["place_id"].cat.categories
    changing = [
        (place, published),
        (place, np.maximum(happened, published)),
        (place[waits], np.maximum(happened, published)[waits] + rule.hardening_days),
    ]
    within = [(of[inside], day[inside]) for of, day in changing for inside in [(first <= day) & (day <= last)]]
    before = np.arange(len(ids)), np.full(len(ids), first - 1)
    of, day = np.unique(np.concatenate([np.stack(pair, axis=1) for pair in [before, *within]]), axis=0).T
    return pd.DataFrame(
        {
            "moment": pd.array([str(number) for number in range(len(of))], dtype="str"),
            "place_id": ids[of].astype("str"),
            "place": of,
            "day": day,
            "valid_from": day.astype("datetime64[D]").astype("datetime64[us]"),
        }
    )


def _blocks(moments: pd.DataFrame, bearings: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Cut the moments into blocks in which about `_BLOCK` reports are to be weighed."""
    reports = np.bincount(category_codes(bearings["place_id"]), minlength=len(bearings["place_id"].cat.categories))
    block = reports[moments["place"]].cumsum() // _BLOCK
    for _, those in moments.groupby(block):
        yield those


def _known_at(moments: pd.DataFrame, bearings: pd.DataFrame) -> tuple[pd.DataFrame, Ints]:
    """Return the bearings known at each moment, with the moment in place of the place, and its position for each."""
    place, published = category_codes(bearings["place_id"]), day_numbers(bearings["reported_date"])
    begin, end = (np.searchsorted(place, moments["place"], side) for side in ("left", "right"))
    of = np.repeat(np.arange(len(moments)), end - begin)
    row = np.arange(len(of)) - np.repeat(np.cumsum(end - begin) - end, end - begin)
    known = published[row] <= moments["day"].to_numpy()[of]
    of, row = of[known], row[known]
    rows = bearings.take(row).reset_index(drop=True)
    return rows.assign(place_id=pd.Categorical.from_codes(of, pd.Index(moments["moment"]))), of
