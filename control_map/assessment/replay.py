"""A replay: what the map showed on each day to those who knew what was published by then.

The status of a place can differ from that of the day before only if a report that votes on it has its event or was
published, if a claim has waited long enough, or if it is reported on for the first time. At each such *moment* the
place is weighed again, with what was known then. All moments are weighed together, each as though it were a place of
its own.
"""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from control_map.assessment.evidence import build_evidence
from control_map.assessment.timeline import STATUS_ATTRIBUTES, end_parties, latest_statuses
from control_map.assessment.weighing import AssertionArrays, Weigher
from control_map.core.arrays import Ints, day_number

_STANDING = [*STATUS_ATTRIBUTES, "since"]
STATE_COLUMNS = ["moment", "place_id", "valid_from", *_STANDING]
_BLOCK = 500_000
"""Rows weighed together: some hundreds of megabytes, however many reports a place has."""


def assess_day_by_day(weigher: Weigher, start: dt.date, end: dt.date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Weigh the reports on each day of a period with what was published by that day.

    Parameters
    ----------
    weigher
        Weighs the assertions under a rule.
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
    moments = _moments(weigher, day_number(start), day_number(end))
    states, weighed = [], []
    for block in _blocks(moments, weigher.arrays):
        day = block["day"].to_numpy()
        verdicts = weigher.weigh(block["place"].to_numpy(), day)
        moment = pd.Series(block["moment"].array.take(verdicts.at))
        evidence = build_evidence(weigher.arrays, verdicts).assign(place_id=moment)
        evidence = evidence[verdicts.counts_from <= day[verdicts.at]]
        states.append(latest_statuses(evidence, pd.Index(block["moment"]), start)[_STANDING])
        weighed.append(evidence.rename(columns={"place_id": "moment"}))
    all_states = moments.merge(pd.concat(states), left_on="moment", right_index=True)
    return end_parties(all_states[STATE_COLUMNS], weigher.ends), pd.concat(weighed, ignore_index=True)


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


def _moments(weigher: Weigher, first: int, last: int) -> pd.DataFrame:
    """Return the moments by place and day: `moment` (a text), `place_id`, `place` (its code), `day`, `valid_from`."""
    arrays, votes, claims = weigher.arrays, weigher.votes, weigher.hardening_claims
    ids = arrays.assertions["place_id"].cat.categories
    counts_from = np.maximum(arrays.day, arrays.published)
    changing = [
        (arrays.place[votes], arrays.published[votes]),
        (arrays.place[votes], counts_from[votes]),
        (arrays.place[claims], counts_from[claims] + weigher.rule.hardening_days),
    ]
    reported, first_day = _first_reports(arrays.place[weigher.on_place], counts_from[weigher.on_place])
    changing.append((reported, first_day))
    within = [(places[inside], day[inside]) for places, day in changing for inside in [(first <= day) & (day <= last)]]
    everywhere = [day for end in weigher.ends.values() if first <= (day := day_number(end)) <= last]
    within += [(np.arange(len(ids)), np.full(len(ids), day)) for day in [first - 1, *everywhere]]
    place, day = np.unique(np.concatenate([np.stack(pair, axis=1) for pair in within]), axis=0).T
    return pd.DataFrame(
        {
            "moment": pd.array([str(number) for number in range(len(place))], dtype="str"),
            "place_id": ids[place],
            "place": place,
            "day": day,
            "valid_from": day.astype("datetime64[D]").astype("datetime64[us]"),
        }
    )


def _first_reports(place: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Return each of some places once, and its first day."""
    in_order = np.lexsort((day, place))
    reported, first = np.unique(place[in_order], return_index=True)
    return reported, day[in_order][first]


def _blocks(moments: pd.DataFrame, arrays: AssertionArrays) -> Iterator[pd.DataFrame]:
    """Cut the moments into blocks in which about `_BLOCK` reports are to be weighed."""
    number = np.diff(arrays.first_row)[moments["place"]].cumsum() // _BLOCK
    for _, block in moments.groupby(number):
        yield block
