"""Which reports vote under a rule: what it refuses, and which reports are copies of one story."""

import numpy as np
import pandas as pd

from control_map.codes import CODE, NONE, Ints
from control_map.model import Reason, Via
from control_map.rules import Rule


def refusals(known: pd.DataFrame, rule: Rule) -> Ints:
    """Return the reason for which each report does not vote, or -1; the last of several reasons is the one given."""
    refusal = np.full(len(known), NONE)
    for refused, reason in (
        (known["baseline"] & (not rule.baseline), Reason.SWITCHED_OFF),
        (~rule.accepts(known["reliability"], known["credibility"]), Reason.BELOW_GRADE),
        ((known["side"] != rule.only_side) & bool(rule.only_side), Reason.OTHER_SIDE),
        (known["fighting"], Reason.FIGHTING),
        (known["via"] == Via.INSIDE, Reason.PART_OF_PLACE),
        ((known["via"] == Via.AREA) & (not rule.area_reports), Reason.SWITCHED_OFF),
    ):
        refusal[np.asarray(refused)] = CODE[reason]
    return refusal


def originals(known: pd.DataFrame, admitted: Ints, place: Ints, day: Ints) -> Ints:
    """Return for each admitted row the row that counts for it: itself, or the one that it is a copy of.

    Copies are reports of one origin, side and day that assert the same of a place in the same way. The one that counts
    is the one that tells a change of hands, is dated best, and was published first.
    """
    rows = known.take(admitted)
    story = (
        rows.groupby(
            [place[admitted], day[admitted], *(rows[name].cat.codes for name in ("via", "origin", "side", "asserts"))],
            sort=False,
        )
        .ngroup()
        .to_numpy()
    )
    best_first = np.lexsort((rows["reported_date"], rows["window"], ~rows["changes_hands"], story))
    chosen = np.zeros(len(rows), dtype=np.int64)
    first = np.concatenate([[True], np.diff(story[best_first]) != 0]) if len(rows) else np.zeros(0, dtype=bool)
    chosen[story[best_first[first]]] = best_first[first]
    return admitted[chosen[story]]
