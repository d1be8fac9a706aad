"""One set of reports under several rules: how far the count depends on the rule, and where the rules disagree."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from control_map.assessment.evidence import adjudicate, knowledge_horizon, reports_known_on
from control_map.core.arrays import NO_CODE, Ints, category_codes, decode_names
from control_map.core.model import NO_REPORT, Actor, PlaceKind
from control_map.core.rules import Rule


def assess_under_rules(
    bearings: pd.DataFrame, actors: tuple[Actor, ...], rules: Sequence[Rule], known_on: dt.date | None = None
) -> pd.DataFrame:
    """Weigh the reports under several rules at once; what does not depend on the rule is done once.

    Parameters
    ----------
    bearings
        What `bearings.bear` returns. Not changed.
    actors, rules, known_on
        As for `assess.assess`; no two rules may have the same id.

    Returns
    -------
    DataFrame
        One row for each place and day on which something is reported of it, by place and day: `place_id,
        event_date`, and for each rule a column of its id with the status at the end of the day.
    """
    known = reports_known_on(bearings, known_on)
    place, day = known["place_id"].cat.codes.to_numpy(), known["event_date"].to_numpy()
    changes = (np.diff(place) != 0) | (np.diff(day) != np.timedelta64(0))
    ends = np.append(np.flatnonzero(changes), np.arange(len(known))[-1:])
    steps = known[["place_id", "event_date"]].take(ends).reset_index(drop=True)
    for rule in rules:
        verdicts = adjudicate(known, actors, rule, knowledge_horizon(known_on))
        told = decode_names(verdicts.status[ends], verdicts.statuses, NO_REPORT)
        steps[rule.id] = told.where(told != "", NO_REPORT)
    return steps


def statuses_by_rule(steps: pd.DataFrame, places: pd.DataFrame, date: dt.date) -> pd.DataFrame:
    """Return the status of every place on a date under each rule.

    Parameters
    ----------
    steps
        What `weigh_under` returns.
    places
        Columns `place_id, kind, name, province`.

    Returns
    -------
    DataFrame
        One row a place, in the order of `places`: `place_id, kind, name, province`, and a column for each rule.
    """
    begun = np.flatnonzero((steps["event_date"] <= pd.Timestamp(date)).to_numpy())
    place = category_codes(steps["place_id"])[begun]
    last = np.full(len(steps["place_id"].cat.categories) + 1, NO_CODE)
    last[place] = begun  # of several, the last one stays
    at = last[steps["place_id"].cat.categories.get_indexer(pd.Index(places["place_id"]))]
    told = {
        rule: np.where(at == NO_CODE, NO_REPORT, own.to_numpy()[at]) if len(own) else NO_REPORT
        for rule, own in steps.drop(columns=["place_id", "event_date"]).items()
    }
    described = pd.DataFrame(places[["place_id", "kind", "name", "province"]]).reset_index(drop=True)
    return described.assign(
        **{str(rule): pd.Series(names, described.index, dtype="str") for rule, names in told.items()}
    )


def status_count_range(counts: pd.DataFrame) -> pd.DataFrame:
    """Return how many places have each status at the least and at the most, over several rules.

    Parameters
    ----------
    counts
        What `count_each` returns. Not changed.

    Returns
    -------
    DataFrame
        `status, lowest, lowest_rule, highest, highest_rule`; the rules by their ids, the first of several.
    """
    counts = counts.set_index("rule")
    return pd.DataFrame(
        {
            "status": list(counts.columns),
            "lowest": counts.min().to_numpy(),
            "lowest_rule": counts.idxmin().to_numpy(),
            "highest": counts.max().to_numpy(),
            "highest_rule": counts.idxmax().to_numpy(),
        }
    )


def count_statuses_by_rule(
    each: pd.DataFrame, rules: Sequence[Rule], statuses: Sequence[str], kind: str = PlaceKind.DISTRICT
) -> pd.DataFrame:
    """Return one row a rule with its count of places of a kind by status: `rule`, and a column for each status."""
    mine = (each["kind"] == kind).to_numpy()
    found = [Counter(each[rule.id].to_numpy()[mine]) for rule in rules]
    rows = [[rule.id, *(counts[status] for status in statuses)] for rule, counts in zip(rules, found, strict=True)]
    return pd.DataFrame(rows, columns=["rule", *statuses])


@dataclass(frozen=True, eq=False)
class DailyCountsByRule:
    """How many places have each status under each rule, on every day.

    `counts` has for each span of days a table with a row for each of `rules`, by their ids, and a column for each of
    `statuses`. The first span is that before all `days`; the others begin on one of these each.
    """

    rules: tuple[str, ...]
    statuses: tuple[str, ...]
    days: np.ndarray
    counts: Ints

    def counts_on(self, date: dt.date) -> Ints:
        """Return the table of a date."""
        span = int(np.searchsorted(self.days, np.datetime64(date), side="right"))
        return np.asarray(self.counts[span], dtype=np.int64)

    def table_on(self, date: dt.date) -> pd.DataFrame:
        """Return what `count_each` makes of `under_each` for a date."""
        counts = pd.DataFrame(self.counts_on(date), columns=list(self.statuses))
        counts.insert(0, "rule", list(self.rules))
        return counts


def count_by_rule_daily(
    steps: pd.DataFrame,
    places: pd.DataFrame,
    rules: Sequence[Rule],
    statuses: Sequence[str],
    kind: str = PlaceKind.DISTRICT,
) -> DailyCountsByRule:
    """Count the places of a kind by status under each rule, on all days at once.

    Parameters
    ----------
    steps
        What `weigh_under` returns, with a column for each of these rules. Not changed.
    places
        Columns `place_id, kind`.
    rules, statuses
        Under which rules, and in which order the statuses come.
    """
    ids = places.loc[places["kind"] == kind, "place_id"]
    mine = steps[steps["place_id"].isin(ids)]
    days, day = np.unique(mine["event_date"].to_numpy(), return_inverse=True)
    place = category_codes(mine["place_id"])
    begins = np.diff(place, prepend=NO_CODE) != 0
    # What is none of the statuses, -1, is counted in the last column, which nobody is told.
    known = pd.Index(list(statuses))
    counts = np.zeros((len(days) + 1, len(rules), len(known) + 1), dtype=np.int64)
    silence = known.get_indexer(pd.Index([NO_REPORT]))[0]
    counts[0, :, silence] = len(ids)
    for at, rule in enumerate(rules):
        after = known.get_indexer(pd.Index(mine[rule.id]))
        before = np.where(begins, silence, np.roll(after, 1))
        np.add.at(counts[:, at], (day + 1, after), 1)
        np.subtract.at(counts[:, at], (day + 1, before), 1)
    told = counts.cumsum(axis=0)[:, :, : len(statuses)]
    return DailyCountsByRule(tuple(rule.id for rule in rules), tuple(statuses), days, told)


def disagreements(each: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """Return the places on which the rules that say something of them differ, those with most different answers first.

    A rule under which a place has no report has nothing to say of it, and does not disagree. The columns are those of
    `each`, and `answers`: how many different statuses the rules give.
    """
    told = each[[rule.id for rule in rules]].to_numpy()
    # Sorted by row, a new answer is one that differs from its neighbour; silence comes first and is none.
    codes = np.sort(np.where(told == NO_REPORT, 0, 1 + pd.factorize(told.ravel())[0].reshape(told.shape)), axis=1)
    answers = (np.diff(codes, axis=1, prepend=0) != 0).sum(axis=1)
    differing = pd.DataFrame(each.assign(answers=answers)[answers > 1])
    order = ["answers", "province", "name", "place_id"]
    return differing.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
