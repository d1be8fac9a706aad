"""Statements on who holds a place are checked: which are confirmed by other origins, and which contradicted.

This is read from the statements alone, whatever a rule makes of them. Nothing is compared pair by pair: statements are
counted by place, holder and day, those of the same origin are subtracted, and the rest are those of other origins.
"""

import numpy as np
import pandas as pd

from control_map.core.arrays import category_codes, day_numbers
from control_map.core.model import CONTESTED, NO_PARTY, UNKNOWN, Claim, Via

_STATED = "report place_id claim asserts left gainer side origin event_date window changes_hands".split()


def compare_statements(assertions: pd.DataFrame, days: int) -> pd.DataFrame:
    """Say of each statement on who holds a place whether reports of other origins confirm or contradict it.

    Parameters
    ----------
    assertions
        What `assert_at_places` returns, only for the reports that count, and `report`, the number of the report. Not
        changed.
    days
        The corroboration window: how far apart, either way, the events of two reports may be dated.

    Returns
    -------
    DataFrame
        `report, place_id, confirmed, contradicted`. A report counts for the place that it names (one on a capital not
        for the district around it), and one on a whole area for all places in it.

    Notes
    -----
    A statement is confirmed if one of another origin asserts the same of the same place, with the events dated
    within the window. Two statements of different origins contradict each other if they can hardly both be true:

    - Both are dated to the same day and name different holders. It is no contradiction that a place was fought for
      on the day on which it changed hands, nor that it was lost and retaken on one day.
    - One or both are dated to a week or month: their windows overlap, both say who held the place, and no report
      states a change of hands in either window.
    - One is a denial: a party says that it holds the place, or is attacked there, up to `days` days after the day on
      which the other says that another party had it. It is none if any report says that the party took the place in
      between.
    """
    states = assertions["via"].isin([Via.OWN, Via.AREA]) & (assertions["asserts"] != "")
    rows = assertions.loc[states, _STATED].reset_index(drop=True)
    last = day_numbers(rows["event_date"])
    first = last - rows["window"].to_numpy()
    # Days are counted from one that no window reaches, so that none is below zero.
    zero = first.min() - days - 1 if len(rows) else 0
    place = category_codes(rows["place_id"])
    gone, words = rows["left"].notna().to_numpy(), len(rows["asserts"].cat.categories)
    # The party whose hold is stated or ended: the categories of `left` are the first ones of `asserts`.
    holder = np.where(gone, category_codes(rows["left"]), category_codes(rows["asserts"]))
    coded = rows.assign(
        first=first - zero,
        last=last - zero,
        place=place,
        assertion=(2 * place + gone) * words + holder,
        hold=place * words + holder,
        origin=category_codes(rows["origin"]),
    )
    return rows[["report", "place_id"]].assign(
        confirmed=_confirmed(coded, days), contradicted=_contradicted(coded, days)
    )


def _confirmed(rows: pd.DataFrame, days: int) -> np.ndarray:
    """Mark the statements that another origin makes of the same place within the corroboration window."""
    asking = rows.assign(low=rows["last"] - days, high=rows["last"] + days)
    return np.asarray(_count_others(asking, rows.assign(first=rows["last"]), "assertion") > 0)


def _contradicted(rows: pd.DataFrame, days: int) -> np.ndarray:
    """Mark the statements that one of another origin contradicts; see the notes of `compare_statements`."""
    rows = rows.assign(low=rows["first"], high=rows["last"])
    dated = rows["first"] == rows["last"]
    held, gone = rows["claim"] == Claim.HELD, rows["left"].notna()
    taken = rows["changes_hands"]
    # A party that retakes a place admits that it was lost; both can be of one day.
    captured = taken & ~gone & (rows["claim"] != Claim.RETAKEN)
    steady = held & (_overlaps(rows, rows[taken], "place") == 0)
    meetings = [
        (dated & ~gone, dated & held),
        (dated & held, dated & ~held & ~gone),
        (dated & captured, dated & captured),
        (steady & ~dated, steady),
        (steady & dated, steady & ~dated),
    ]
    found = np.zeros(len(rows), dtype=bool)
    for asked, answering in meetings:
        asking, answers = rows[asked], rows[answering]
        otherwise = _count_others(asking, answers, "place") - _count_others(asking, answers, "assertion")
        found[asked.to_numpy()] |= otherwise > 0
    # That a party left contradicts its hold alone.
    for asked, answering in [(dated & gone, dated & held), (dated & held, dated & gone)]:
        found[asked.to_numpy()] |= _count_others(rows[asked], rows[answering], "hold") > 0
    for side in rows["side"].unique():
        if side not in NO_PARTY:
            found |= _denied(rows, side, days)
    return found


def _denied(rows: pd.DataFrame, side: str, days: int) -> np.ndarray:
    """Mark the losses that a party denies by saying that it still holds the place, and its denials."""
    holds = (rows["claim"] == Claim.HELD) & (rows["asserts"] == side)
    # Of a contested place, the attacker is the gainer.
    attacked = (rows["claim"] == Claim.CONTESTED) & (rows["gainer"] != side)
    denial = (rows["side"] == side) & (holds | attacked)
    loss = (rows["left"] == side) | ~rows["asserts"].isin([side, CONTESTED, UNKNOWN])
    # If the party returned as often up to a denial as before a loss, it did not return in between.
    returns = rows[rows["changes_hands"] & (rows["asserts"] == side)]
    before = _overlaps(rows.assign(low=0, high=rows["first"] - 1), returns.assign(first=returns["last"]), "place")
    by_then = _overlaps(rows.assign(low=0, high=rows["last"]), returns, "place")
    rows = rows.assign(spell=np.where(denial, by_then, before))
    rows["spell"] = rows.groupby(["place", "spell"], sort=False).ngroup()
    # A denial counts from the first day of its window on, a loss from the last day of its own.
    losses, denials = rows[loss], rows[denial]
    losses = losses.assign(first=losses["last"], low=losses["last"] + 1, high=losses["last"] + days)
    denials = denials.assign(last=denials["first"], low=denials["first"] - days, high=denials["first"] - 1)
    found = np.zeros(len(rows), dtype=bool)
    found[loss.to_numpy()] = _count_others(losses, denials, "spell") > 0
    found[denial.to_numpy()] = _count_others(denials, losses, "spell") > 0
    return found


def _count_others(asking: pd.DataFrame, answers: pd.DataFrame, group: str) -> np.ndarray:
    """Count as `_overlaps` does, but only the statements of other origins."""
    origins = 1 + max(asking["origin"].max(), answers["origin"].max()) if len(asking) and len(answers) else 1
    asking = asking.assign(of_origin=asking[group] * origins + asking["origin"])
    answers = answers.assign(of_origin=answers[group] * origins + answers["origin"])
    others: np.ndarray = _overlaps(asking, answers, group) - _overlaps(asking, answers, "of_origin")
    return others


def _overlaps(asking: pd.DataFrame, answers: pd.DataFrame, group: str) -> np.ndarray:
    """Count for each row the answers of its group whose days, `first` to `last`, meet its own, `low` to `high`.

    They are those that began by then, less those that ended before: two searches in sorted numbers, no pairs.
    """
    if asking.empty or answers.empty:
        return np.zeros(len(asking), dtype="int64")
    span = 1 + max(asking["high"].max(), answers["last"].max())
    begun, over = (np.sort((answers[group] * span + answers[day]).to_numpy()) for day in ("first", "last"))
    until, since = ((asking[group] * span + asking[day]).to_numpy() for day in ("high", "low"))
    meeting: np.ndarray = np.searchsorted(begun, until, side="right") - np.searchsorted(over, since, side="left")
    return meeting
