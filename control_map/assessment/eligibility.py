"""Which reports vote under a rule: those that it refuses do not, and of the copies of one story only one does."""

import numpy as np
import pandas as pd

from control_map.core.arrays import CODE_OF, NO_CODE, Ints, category_codes
from control_map.core.model import Reason, Via
from control_map.core.rules import Rule, meets_grades


def ineligibility_reasons(known: pd.DataFrame, rule: Rule) -> Ints:
    """Return the reason for which each report does not vote, or -1; the last of several reasons is the one given."""
    refusal, grades = np.full(len(known), NO_CODE), (known["reliability"], known["credibility"])
    for refused, reason in (
        (known["baseline"] & (not rule.baseline), Reason.SWITCHED_OFF),
        (~meets_grades(*grades, rule.lowest_reliability, rule.lowest_credibility), Reason.BELOW_GRADE),
        ((known["side"] != rule.only_side) & bool(rule.only_side), Reason.OTHER_SIDE),
        (known["fighting"], Reason.FIGHTING),
        (known["via"] == Via.INSIDE, Reason.PART_OF_PLACE),
        ((known["via"] == Via.AREA) & (not rule.area_reports), Reason.SWITCHED_OFF),
    ):
        refusal[np.asarray(refused)] = CODE_OF[reason]
    return refusal


def find_originals(known: pd.DataFrame, admitted: Ints, place: Ints, day: Ints) -> Ints:
    """Return for each admitted row the row that counts for it: itself, or the row of which it is a copy.

    Copies are reports of one origin, side and day that assert the same of a place in the same way. The one that counts
    is that which reports a change of hands, is dated most exactly, was published first, serves its own side's interest
    least, and is graded best, in this order.
    """
    rows = known.take(admitted)
    manner = np.zeros(len(rows), dtype=np.int64)
    for name in ("via", "origin", "side", "asserts"):
        manner = manner * (len(rows[name].cat.categories) + 1) + category_codes(rows[name])
    story = (manner, day[admitted], place[admitted])
    keys = [rows["credibility"], pd.factorize(rows["reliability"], sort=True)[0]]
    keys += [category_codes(rows["interest"]), rows["reported_date"], rows["window"], ~rows["changes_hands"]]
    best_first = np.lexsort((*map(np.asarray, keys), *story))
    begins = np.zeros(len(rows), dtype=bool)
    begins[:1] = True
    for key in story:
        begins[1:] |= np.diff(key[best_first]) != 0
    chosen = np.empty(len(rows), dtype=np.int64)
    chosen[best_first] = best_first[begins][np.cumsum(begins) - 1]
    return admitted[chosen]
