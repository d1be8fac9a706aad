"""How well a status is supported, by a rule on independent origins and their grades, and the rule in words."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from control_map.core.model import Basis, Confidence

GOOD_RELIABILITY, GOOD_CREDIBILITY = "B", 2
"""The lowest Admiralty grades of a report that counts as well graded: usually reliable, probably true."""
CONFIDENCE_RULE = (
    "High: two or more different origins that do not speak in their own side's interest, nor for a side that is not "
    "known, one of them at least graded "
    f"{GOOD_RELIABILITY}{GOOD_CREDIBILITY} or better, on the place itself. Medium: one such origin of that grade, or "
    "two of a lower one. Low: all else. A disputed status is one step lower; one that rests on a report about a whole "
    "area, or on reports from before the period, is medium at the most."
)
"""The rule in words, as the method page shows it."""


class Support(NamedTuple):
    """What a status rests on.

    `origins` is the number of different origins, neither self-serving nor of unknown side, that set or confirm it;
    `well_graded` says whether one of their reports is graded B2 or better.
    """

    status: str
    basis: str
    disputed: bool
    origins: int
    well_graded: bool


def is_well_graded(reliability: pd.Series, credibility: pd.Series) -> pd.Series:
    """Say which Admiralty grades count as good; F and 6 mean that it cannot be judged, and do not."""
    return (reliability <= GOOD_RELIABILITY) & (credibility <= GOOD_CREDIBILITY)


def grade_confidence(statuses: pd.DataFrame) -> pd.Series:
    """Grade statuses by `CONFIDENCE_RULE`; one without a basis has none. The columns are those of `Support`."""
    # Plain arrays: this is done for each view, and a series for each step would take most of the time.
    basis = statuses["basis"].to_numpy(object)
    steps = (statuses["origins"].to_numpy() >= 2).astype(np.int64) + statuses["well_graded"].to_numpy()
    steps = np.where(basis == Basis.OWN, steps, np.minimum(steps, 1)) - statuses["disputed"].to_numpy()
    grades = np.array([Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH, ""])
    chosen = np.where(basis == "", len(grades) - 1, np.maximum(steps, 0))
    return pd.Series(grades[chosen], index=statuses.index, dtype="str")


def explain_confidence(support: Support) -> str:
    """Say in words why a status has its confidence, as in "2 independent origins, one graded B2 or better"."""
    if not support.basis:
        return ""
    grade = f"{GOOD_RELIABILITY}{GOOD_CREDIBILITY}"
    if not support.origins:
        words = "only claims in one's own interest or of unknown side"
    elif support.origins == 1:
        words = f"one independent origin, graded {grade if support.well_graded else f'below {grade}'}"
        words += " or better" if support.well_graded else ""
    else:
        words = f"{support.origins} independent origins, "
        words += f"one graded {grade} or better" if support.well_graded else f"none graded {grade} or better"
    limits = {Basis.AREA: "on the area only", Basis.BASELINE: "from before the period only"}
    return ", ".join(
        filter(None, [words, limits.get(Basis(support.basis), ""), "disputed" if support.disputed else ""])
    )
