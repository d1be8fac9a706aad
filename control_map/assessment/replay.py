"""A replay: what the map showed on each day to those who knew what was published by then.

The status of a place can differ from that of the day before only if a report that votes on it has its event or was
published, or if a claim has waited long enough. At each such *moment* the place is weighed again, with what was known
then. All moments are weighed together, each as though it were a place of its own.
"""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from control_map.assessment.eligibility import ineligibility_reasons
from control_map.assessment.evidence import adjudicate, build_evidence
from control_map.assessment.timeline import STATUS_ATTRIBUTES, latest_statuses
from control_map.core.arrays import NO_CODE, Ints, category_codes, day_number, day_numbers
from control_map.core.model import Actor, Interest
from control_map.core.rules import Rule

_STANDING = [*STATUS_ATTRIBUTES, "since"]
STATE_COLUMNS = ["moment", "place_id", "valid_from", *_STANDING]
_BLOCK = 500_000
"""Rows weighed together: some hundreds of megabytes, however many reports a place has."""


def assess_day_by_day(
    assertions: pd.DataFrame, actors: tuple[Actor, ...], rule: Rule, start: dt.date, end: dt.date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Weigh the reports on each day of a period with what was published by that day.

    Parameters
    ----------
    assertions
        What `assert_at_places` returns. Not changed.
    actors, rule
        As for `assess`.
    start, end
        The first and the last day of the period.

    Returns
    -------
    states : DataFrame
        One row for each moment of each place, by place and day, with `STATE_COLUMNS`: what `build_timeline` gives for
        the day `valid_from` from the reports published by that day. It holds until the place's next row. Each place
        begins with the day before the period.
    evidence : DataFrame
        What `assess` returns for each moment up to its day, with `moment` in place of `place_id`.
    """
    moments = _moments(assertions, rule, day_number(start), day_number(end))
    states, weighed = [], []
    for block in _blocks(moments, assertions):
        known, moment = _known_at(block, assertions)
        until = block["day"].to_numpy()[moment]
        evidence = build_evidence(known, adjudicate(known, actors, rule, until))[
            day_numbers(known["event_date"]) <= until
        ]
        states.append(latest_statuses(evidence, pd.Index(block["moment"]), start)[_STANDING])
        weighed.append(evidence.rename(columns={"place_id": "moment"}))
    all_states = moments.merge(pd.concat(states), left_on="moment", right_index=True)
    return all_states[STATE_COLUMNS], pd.concat(weighed, ignore_index=True)


def last_reported_days(assertions: pd.DataFrame) -> pd.DataFrame:
    """Return from which day each report on each place counts: `place_id, valid_from, last_reported` (its event).

    A report counts from its publication, but not before its event. `assertions` are those of `assess_day_by_day`.
    """
    return pd.DataFrame(
        {
            "place_id": assertions["place_id"].astype("str"),
            "valid_from": assertions[["event_date", "reported_date"]].max(axis=1),
            "last_reported": assertions["event_date"],
        }
    )


def _moments(assertions: pd.DataFrame, rule: Rule, first: int, last: int) -> pd.DataFrame:
    """Return the moments by place and day: `moment` (a text), `place_id`, `place` (its code), `day`, `valid_from`."""
    votes = assertions[ineligibility_reasons(assertions, rule) == NO_CODE]
    place = category_codes(votes["place_id"])
    happened, published = day_numbers(votes["event_date"]), day_numbers(votes["reported_date"])
    harden = rule.hardening_days > 0 and not rule.takes_claims_at_their_word
    waits = (votes["interest"] == Interest.SELF_SERVING).to_numpy() & harden
    ids = assertions["place_id"].cat.categories
    changing = [
        (place, published),
        (place, np.maximum(happened, published)),
        (place[waits], np.maximum(happened, published)[waits] + rule.hardening_days),
    ]
    within = [(places[inside], day[inside]) for places, day in changing for inside in [(first <= day) & (day <= last)]]
    before = np.arange(len(ids)), np.full(len(ids), first - 1)
    place, day = np.unique(np.concatenate([np.stack(pair, axis=1) for pair in [before, *within]]), axis=0).T
    return pd.DataFrame(
        {
            "moment": pd.array([str(number) for number in range(len(place))], dtype="str"),
            "place_id": ids[place].astype("str"),
            "place": place,
            "day": day,
            "valid_from": day.astype("datetime64[D]").astype("datetime64[us]"),
        }
    )


def _blocks(moments: pd.DataFrame, assertions: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Cut the moments into blocks in which about `_BLOCK` reports are to be weighed."""
    reports = np.bincount(category_codes(assertions["place_id"]), minlength=len(assertions["place_id"].cat.categories))
    number = reports[moments["place"]].cumsum() // _BLOCK
    for _, block in moments.groupby(number):
        yield block


def _known_at(moments: pd.DataFrame, assertions: pd.DataFrame) -> tuple[pd.DataFrame, Ints]:
    """Return the assertions known at each moment, with the moment in place of the place, and the moment's position."""
    place, published = category_codes(assertions["place_id"]), day_numbers(assertions["reported_date"])
    begin, end = (np.searchsorted(place, moments["place"], side) for side in ("left", "right"))
    moment = np.repeat(np.arange(len(moments)), end - begin)
    row = np.arange(len(moment)) - np.repeat(np.cumsum(end - begin) - end, end - begin)
    known = published[row] <= moments["day"].to_numpy()[moment]
    moment, row = moment[known], row[known]
    rows = assertions.take(row).reset_index(drop=True)
    return rows.assign(place_id=pd.Categorical.from_codes(moment, pd.Index(moments["moment"]))), moment
