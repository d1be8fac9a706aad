"""One set of reports under several rules: how far the count depends on the rule, and where the rules disagree."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from control_map.assessment.adjudication import FOREVER
from control_map.assessment.weighing import AssertionArrays, Weigher
from control_map.core.arrays import NO_CODE, Ints, category_codes, day_number, running_totals
from control_map.core.model import NO_REPORT, UNKNOWN, Actor, PlaceKind
from control_map.core.rules import Rule


def assess_under_rules(
    assertions: pd.DataFrame, actors: tuple[Actor, ...], rules: Sequence[Rule], known_on: dt.date | None = None
) -> pd.DataFrame:
    """Weigh the reports under several rules at once; what does not depend on the rule is done once.

    The parameters are those of `assess`; no two rules may have the same id. The inputs are not changed. There is one
    row for each place and day from which a report counts under one of them, by place and day: `place_id, event_date`
    (that day), and for each rule a column of its id with the status at the end of the day, a category.
    """
    arrays = AssertionArrays.of(assertions)
    weighers = {rule.id: Weigher(arrays, actors, rule, lists_reports=False) for rule in rules}
    return steps_known_on(arrays, weighers, known_on)


def steps_known_on(
    arrays: AssertionArrays, weighers: Mapping[str, Weigher], known_on: dt.date | None = None
) -> pd.DataFrame:
    """Return what `assess_under_rules` returns from a weigher for each rule, by its id, which may have weighed before.

    `arrays` are the assertions that all of them weigh.
    """
    found = {rule_id: weigher.weigh_known_on(known_on) for rule_id, weigher in weighers.items()}
    ends = {party: day_number(end) for weigher in weighers.values() for party, end in weigher.ends.items()}
    reported = np.unique(arrays.place)
    grid = [(arrays.place[one.row], one.counts_from) for one in found.values()]
    grid += [(reported, np.full(len(reported), end)) for end in ends.values()]
    place, day = (np.concatenate(column) for column in zip(*grid, strict=True))
    first = day.min(initial=FOREVER)
    stride = day.max(initial=first) - first + 1
    steps_at = np.unique(place * stride + day - first)
    place, day = np.divmod(steps_at, stride)
    steps = pd.DataFrame(
        {
            "place_id": pd.Categorical.from_codes(place, arrays.assertions["place_id"].cat.categories),
            "event_date": (day + first).astype("datetime64[D]").astype("datetime64[us]"),
        }
    )
    names = [*arrays.statuses, NO_REPORT]
    ends_of_names = np.array([ends.get(name, FOREVER) for name in names])
    for rule_id, one in found.items():
        when = arrays.place[one.row] * stride + one.counts_from - first
        order = np.argsort(when, kind="stable")
        last = np.searchsorted(when[order], steps_at, side="right") - 1
        is_begun = (last >= 0) & (arrays.place[one.row[order]][last] == place) if len(when) else last >= 0
        # No status yet, -1, counts like the last of the names.
        code = np.where(is_begun, np.append(one.status[order], NO_CODE)[last], NO_CODE)
        code = np.arange(len(names))[code]
        code[code == names.index("")] = len(names) - 1
        code[day + first >= ends_of_names[code]] = names.index(UNKNOWN)
        steps[rule_id] = pd.Categorical.from_codes(code, pd.Index(names))
    return steps


def statuses_by_rule(steps: pd.DataFrame, places: pd.DataFrame, date: dt.date) -> pd.DataFrame:
    """Return the status of every place on a date under each rule; the inputs are not changed.

    `steps` is what `assess_under_rules` returns. There is one row a place, in the order of `places`: its columns
    `place_id, kind, name, province`, and a column for each rule.
    """
    begun = np.flatnonzero((steps["event_date"] <= pd.Timestamp(date)).to_numpy())
    place_ids = steps["place_id"].cat.categories
    last = np.full(len(place_ids) + 1, NO_CODE)
    last[category_codes(steps["place_id"])[begun]] = begun  # of several rows of a place, the last one stays
    row = last[place_ids.get_indexer(pd.Index(places["place_id"]))]
    described = pd.DataFrame(places[["place_id", "kind", "name", "province"]]).reset_index(drop=True)
    for rule_id, statuses in steps.drop(columns=["place_id", "event_date"]).items():
        names = statuses.cat.categories
        # A place without a row, -1, takes the code that stands last.
        code = np.append(category_codes(statuses), names.get_indexer(pd.Index([NO_REPORT])))[row]
        described[rule_id] = pd.Series(names.take(code), dtype="str")
    return described


def status_count_range(counts: pd.DataFrame) -> pd.DataFrame:
    """Return how many places have each status at the least and at the most, over several rules.

    `counts` is what `count_statuses_by_rule` returns, and is not changed. The columns are `status, lowest, lowest_rule,
    highest, highest_rule`; the rules are given by their ids, the first of several.
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


def count_statuses_by_rule(compared: pd.DataFrame, rules: Sequence[Rule], statuses: Sequence[str]) -> pd.DataFrame:
    """Count the districts by status under each rule, a row a rule: `rule`, and a column for each status.

    `compared` is what `statuses_by_rule` returns, or some of its rows.
    """
    rows = compared[compared["kind"] == PlaceKind.DISTRICT]
    found = [Counter(rows[rule.id]) for rule in rules]
    counts = [[rule.id, *(count[status] for status in statuses)] for rule, count in zip(rules, found, strict=True)]
    return pd.DataFrame(counts, columns=["rule", *statuses])


@dataclass(frozen=True, eq=False)
class DailyCountsByRule:
    """How many places have each status under each rule, on every day.

    `counts` has for each span of days a table with a row for each of `rules`, by their ids, and a column for each of
    `statuses`. The first span is that before all `days`; each of the others begins on one of these.
    """

    rules: tuple[str, ...]
    statuses: tuple[str, ...]
    days: np.ndarray
    counts: Ints

    def counts_on(self, date: dt.date) -> Ints:
        """Return the counts on a date: a row for each of `rules`, a column for each of `statuses`."""
        span = int(np.searchsorted(self.days, np.datetime64(date), side="right"))
        return np.asarray(self.counts[span], dtype=np.int64)

    def table_on(self, date: dt.date) -> pd.DataFrame:
        """Return the counts on a date as the table that `count_statuses_by_rule` returns."""
        counts = pd.DataFrame(self.counts_on(date), columns=list(self.statuses))
        counts.insert(0, "rule", list(self.rules))
        return counts


def count_by_rule_daily(
    steps: pd.DataFrame, places: pd.DataFrame, rules: Sequence[Rule], statuses: Sequence[str]
) -> DailyCountsByRule:
    """Count the districts by status under each rule, on all days at once; the inputs are not changed.

    `steps` is what `assess_under_rules` returns, with a column for each of these rules; `places` has `place_id, kind`.
    The result has the rules and the statuses in the order given.
    """
    ids = places.loc[places["kind"] == PlaceKind.DISTRICT, "place_id"]
    mine = steps[steps["place_id"].isin(ids)]
    days, day = np.unique(mine["event_date"].to_numpy(), return_inverse=True)
    # Each row holds from its day until that of the place's next row. Span 0 is before all days.
    begins, first = day + 1, np.diff(category_codes(mine["place_id"]), prepend=NO_CODE) != 0
    ends = np.where(np.roll(first, -1), len(days) + 1, np.roll(begins, -1))
    # Until its first row, if it has one, a place has no report.
    silent_until = np.append(begins[first], np.full(len(ids) - first.sum(), len(days) + 1))
    spans = np.append(begins, np.zeros_like(silent_until)), np.append(ends, silent_until)
    known, silent = pd.Index(list(statuses)), pd.Index([NO_REPORT] * len(silent_until))
    tables = []
    for rule in rules:
        column = known.get_indexer(mine[rule.id].cat.categories)[category_codes(mine[rule.id])]
        # A status that is none of these, -1, is counted in a last column, which is cut off.
        shape = len(days) + 1, len(known) + 1
        tables.append(running_totals(*spans, np.append(column, known.get_indexer(silent)), shape)[:, :-1])
    counts = np.stack(tables, axis=1).astype("int64")
    return DailyCountsByRule(tuple(rule.id for rule in rules), tuple(statuses), days, counts)


def disagreements(compared: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """Return the places on which the rules that say something of them differ, those with most different answers first.

    A rule under which control is open says nothing of a place, and does not disagree. The columns are those of
    `statuses_by_rule`, of which `compared` are rows, and `answers`: how many different statuses the rules give.
    """
    statuses = compared[[rule.id for rule in rules]].to_numpy()
    numbers = 1 + pd.factorize(statuses.ravel())[0].reshape(statuses.shape)
    # Sorted by row, a new answer is one that differs from its neighbour; what leaves control open comes first.
    codes = np.sort(np.where(np.isin(statuses, [NO_REPORT, UNKNOWN]), 0, numbers), axis=1)
    answers = (np.diff(codes, axis=1, prepend=0) != 0).sum(axis=1)
    differing = pd.DataFrame(compared.assign(answers=answers)[answers > 1])
    order = ["answers", "province", "name", "place_id"]
    return differing.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
