"""Which reports vote under a rule: those that it refuses do not, and of the copies of one story only one does."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from control_map.core.arrays import CODE_OF, NO_CODE, Ints, category_codes
from control_map.core.model import Actor, Reason, Via, ends_of
from control_map.core.rules import Rule, meets_grades


def ineligibility_reasons(known: pd.DataFrame, actors: tuple[Actor, ...], rule: Rule) -> Ints:
    """Return the reason for which each report does not vote, or -1; the last of several reasons is the one given."""
    ends = {party: pd.Timestamp(end) for party, end in ends_of(actors).items()}
    refusal, grades = np.full(len(known), NO_CODE), (known["reliability"], known["credibility"])
    for refused, reason in (
        (known["baseline"] & (not rule.baseline), Reason.SWITCHED_OFF),
        (~meets_grades(*grades, rule.lowest_reliability, rule.lowest_credibility), Reason.BELOW_GRADE),
        ((known["side"] != rule.only_side) & bool(rule.only_side), Reason.OTHER_SIDE),
        (known["fighting"], Reason.FIGHTING),
        (known["event_date"] >= known["asserts"].map(ends).astype("datetime64[us]"), Reason.PARTY_ENDED),
        (known["via"] == Via.INSIDE, Reason.PART_OF_PLACE),
        ((known["via"] == Via.AREA) & (not rule.area_reports), Reason.SWITCHED_OFF),
    ):
        refusal[np.asarray(refused)] = CODE_OF[reason]
    return refusal


class Stories(NamedTuple):
    """The story that each report tells, and the `rank` of the report: of one story the first rank is best.

    Reports tell one story if they are of one origin, side and day, and assert the same in the same way. The best is
    that which reports a change of hands, is dated most exactly, was published first, serves its own side's interest
    least, and is graded best, in this order.
    """

    number: Ints
    rank: Ints


def number_stories(assertions: pd.DataFrame, day: Ints) -> Stories:
    """Return the stories of assertions; `day` is that of each, as a number."""
    manner = np.zeros(len(assertions), dtype=np.int64)
    for name in ("via", "origin", "side", "asserts", "left"):
        manner = manner * (len(assertions[name].cat.categories) + 1) + category_codes(assertions[name])
    story = (manner, day)
    keys = [assertions["credibility"], pd.factorize(assertions["reliability"], sort=True)[0]]
    keys += [category_codes(assertions["interest"]), assertions["reported_date"], assertions["window"]]
    keys += [~assertions["changes_hands"]]
    best_first = np.lexsort((*map(np.asarray, keys), *story))
    begins = np.zeros(len(assertions), dtype=bool)
    for key in story:
        begins[1:] |= np.diff(key[best_first]) != 0
    number, rank = (np.empty(len(assertions), dtype=np.int64) for _ in range(2))
    number[best_first], rank[best_first] = np.cumsum(begins), np.arange(len(assertions))
    return Stories(number, rank)


def find_originals(stories: Stories, rows: Ints, group: Ints) -> Ints:
    """Return for each of some rows the position among them of the one that counts for it: its own, or that of the best.

    `rows` are rows of the assertions that are admitted; only those of one `group`, all on one place, can be copies of
    each other.
    """
    best_first = np.lexsort((stories.rank[rows], group))
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = (np.diff(group[best_first]) != 0) | (np.diff(stories.number[rows][best_first]) != 0)
    chosen = np.empty(len(rows), dtype=np.int64)
    chosen[best_first] = best_first[begins][np.cumsum(begins) - 1]
    return chosen
