"""A pack under a rule becomes a view; under several rules a comparison; day by day a replay."""

import datetime as dt
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.analysis import published_totals
from control_map.analysis.changes import changes_within, classify_all_changes
from control_map.analysis.summary import headline, part_reports, rows_in_province
from control_map.assessment.evidence import assess, evidence_known_on, known_by
from control_map.assessment.replay import assess_day_by_day, last_reported_days
from control_map.assessment.rule_comparison import (
    DailyCountsByRule,
    assess_under_rules,
    count_by_rule_daily,
    status_count_range,
    statuses_by_rule,
    steps_known_on,
)
from control_map.assessment.timeline import STATUS_ATTRIBUTES, as_of, build_timeline, changes_between
from control_map.assessment.weighing import AssertionArrays, PlaceProgress, Weigher
from control_map.core.arrays import day_numbers, memoize
from control_map.core.model import CONTESTED, Basis, Claim, DatePrecision, Role, ends_of
from control_map.core.rules import Rule
from control_map.explanation.argument import Explainer
from control_map.explanation.change_log import build_change_log
from control_map.explanation.headline import earlier_day, write_headline
from control_map.explanation.phrases import describe_conditions
from control_map.explanation.why_line import write_why_lines
from control_map.pipeline.pack import Pack

STATUS_COLUMNS = ["place_id", "kind", "name", "province", *STATUS_ATTRIBUTES, "confidence"]
STATUS_COLUMNS += ["since", "last_reported", "reports"]
T = TypeVar("T")
_SPAN = 10_000_000
"""More days than any two dates are apart: a place and a day make one number."""


class Caller(Protocol):
    """Calls a function, in this process or in another, and returns its result."""

    def __call__(self, work: Callable[..., T], /, *given: Any) -> T:
        """Return what the function returns for these arguments."""


@dataclass(frozen=True, eq=False)
class View:
    """The evidence and the timeline that one rule derives from a pack, with what was known on one day."""

    pack: Pack
    rule: Rule
    known_on: dt.date | None
    evidence: pd.DataFrame
    timeline: gpd.GeoDataFrame

    @property
    def located(self) -> pd.DataFrame:
        """The pack's located reports that were published by the day up to which the view knows."""
        return known_by(self.pack.located, self.known_on)

    def status(self, date: dt.date) -> pd.DataFrame:
        """Return one row for each place of the theatre with `STATUS_COLUMNS`."""
        return pd.DataFrame(as_of(self.timeline, date)[STATUS_COLUMNS]).reset_index(drop=True)

    @cached_property
    def _changes(self) -> pd.DataFrame:
        return changes_between(self.timeline, dt.date.min, dt.date.max)

    def changes_between(self, after: dt.date, until: dt.date) -> pd.DataFrame:
        """Return every change of status after one day and up to another, see `timeline.changes_between`."""
        days = [np.datetime64(day) for day in (after, until)]
        begin, end = np.searchsorted(self._changes["date"].to_numpy(), days, side="right")
        return self._changes.iloc[begin:end].reset_index(drop=True)

    @cached_property
    def _classified_changes(self) -> pd.DataFrame:
        return classify_all_changes(self.timeline, self._changes, self.pack.theatre.period_start)

    @cached_property
    def _part_reports(self) -> pd.DataFrame:
        return known_by(_all_part_reports(self.pack), self.known_on)

    def part_reports(self, date: dt.date) -> pd.DataFrame:
        """Return the reports on parts of areas, of events up to a date, see `summary.part_reports`."""
        later = self._part_reports["event_date"] > pd.Timestamp(date)
        return self._part_reports.iloc[int(later.sum()) :].reset_index(drop=True)

    def why_lines(self) -> list[str]:
        """Return the reason for each row of the timeline in one line, see `write_why_lines`."""
        return self._why_lines

    @cached_property
    def _why_lines(self) -> list[str]:
        return write_why_lines(self.timeline, self.evidence, self.pack.report_sources, self.pack.labels, self.rule)

    @cached_property
    def change_days(self) -> pd.DataFrame:
        """The days between which sources put the change of hands behind each row of the timeline.

        `changed_from` and `changed_to` are dates, NaT where no report dates a change to the day, see
        `find_change_days`. The index is that of the timeline.
        """
        arguments = self.explainer.arguments_by_place
        statuses = list(zip(self.timeline["place_id"], self.timeline["since"], strict=True))
        days = {
            status: arguments[status[0]].change_days(status[1].date())
            for status in set(statuses)
            if pd.notna(status[1])
        }
        rows = [days.get(status) or (None, None) for status in statuses]
        table = pd.DataFrame(rows, columns=["changed_from", "changed_to"], index=self.timeline.index)
        return table.astype("datetime64[us]")

    @cached_property
    def rests_on_user_reports(self) -> pd.Series:
        """Whether each row of the timeline rests on a report that the user supplied, see `rests_on_user_reports`."""
        return rests_on_user_reports(self.timeline, self.evidence, self.pack.marked_ids)

    def change_log(self, after: dt.date, until: dt.date) -> pd.DataFrame:
        """Return every change of status after one day and up to another, with its reports, see `build_change_log`."""
        pack, start = self.pack, self.pack.theatre.period_start
        changes = changes_within(self._classified_changes, after, until)
        return build_change_log(changes, self.evidence, pack.report_sources, pack.labels, self.rule, start)

    def write_headline(self, date: dt.date, since: dt.date | None = None, province_id: str = "") -> str:
        """Say how many districts of the theatre, or of a province, its first party holds, see `write_headline`."""
        theatre = self.pack.theatre
        now, before = (as_of(self.timeline, day) for day in (date, earlier_day(theatre, date, since)))
        if province_id:
            now, before = (rows_in_province(rows, theatre.places, province_id) for rows in (now, before))
        counted = headline(now, before, self.pack.statuses)
        held, change = (int(counted[name].iloc[0]) for name in ("districts", "change"))
        province = theatre.province_names.get(province_id, "")
        return write_headline(theatre, held, int(counted["districts"].sum()), change, date, since, province)

    def compare_totals(self) -> pd.DataFrame:
        """Return the published totals that the view knows, each beside its own count, see `compare_totals_with_map`."""
        theatre = self.pack.theatre
        totals = known_by(theatre.totals, self.known_on, "published")
        scales, measures = published_totals.scales_of(theatre), published_totals.measures_of(theatre)
        return published_totals.compare_totals_with_map(totals, self.timeline, scales, measures)

    @cached_property
    def explainer(self) -> Explainer:
        """The explainer of the view's places, which works for many places and days."""
        conditions = describe_conditions(self.rule, self.pack.rule(), self.known_on)
        return Explainer(self.timeline, self.evidence, self.pack.located, self.pack.labels, self.rule, conditions)

    def explain(self, place_id: str, date: dt.date) -> dict[str, Any]:
        """Return the argument behind one place's status on a date, see `PlaceArgument`."""
        return self.explainer.explain_place(place_id).on(date)


@dataclass(frozen=True, eq=False)
class Replay:
    """The statuses that one rule derives from a pack on each day of its period, with what was known on that day.

    `states` has `replay.STATE_COLUMNS`, `why`, one line for each row, `user_supplied`, as in
    `View.rests_on_user_reports`, and `dating`, as `dating_of_statuses` returns it; `last_reported` is what
    `last_reported_days` returns.
    """

    pack: Pack
    rule: Rule
    states: pd.DataFrame
    last_reported: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Comparison:
    """The statuses that several rules derive from a pack, with what was known on one day, see `compare_rules`."""

    pack: Pack
    rules: tuple[Rule, ...]
    steps: pd.DataFrame

    def statuses_on(self, date: dt.date) -> pd.DataFrame:
        """Return the status of every place on a date under each rule, see `statuses_by_rule`."""
        return statuses_by_rule(self.steps, self.pack.theatre.places, date)

    @cached_property
    def daily_counts(self) -> DailyCountsByRule:
        """The districts by status under each rule on every day, see `count_by_rule_daily`."""
        return count_by_rule_daily(self.steps, self.pack.theatre.places, self.rules, self.pack.statuses)

    def status_count_range(self, date: dt.date) -> pd.DataFrame:
        """Return the least and the most districts of each status, over the rules that count the reports of all sides.

        One party's account is silent on most places: as a count of the map it would mislead.
        """
        return status_count_range(self.daily_counts.table_on(date)[self._counts_all_sides])

    @property
    def _counts_all_sides(self) -> list[bool]:
        return [not rule.only_side for rule in self.rules]

    def headline(self, now: pd.DataFrame, before: pd.DataFrame, date: dt.date) -> pd.DataFrame:
        """Return the rows of `summary.headline` with `lowest, highest`, the least and the most districts.

        The rule behind `now` and `before` counts, too, also if it is none of these rules.
        """
        table = headline(now, before, self.pack.statuses)
        counts = np.vstack([self.count_range(date), table["districts"].to_numpy()])
        return table.assign(lowest=counts.min(axis=0), highest=counts.max(axis=0))

    def count_range(self, date: dt.date) -> np.ndarray:
        """Return the least and the most districts of each status as two rows, see `status_count_range`."""
        counts = self.daily_counts.counts_on(date)[self._counts_all_sides]
        return np.array([counts.min(axis=0), counts.max(axis=0)])


def call_here(work: Callable[..., T], *given: Any) -> T:
    """Call a function."""
    return work(*given)


@memoize
def _all_part_reports(pack: Pack) -> pd.DataFrame:
    return part_reports(pack.located, dt.date.max)


@memoize
def _assertion_arrays(pack: Pack) -> AssertionArrays:
    return AssertionArrays.of(pack.assertions)


def weigher_of(pack: Pack, rule: Rule, *, lists_reports: bool = True) -> Weigher:
    """Return what weighs a pack's reports under a rule on one day of what was known after another, see `Weigher`."""
    return Weigher(_assertion_arrays(pack), pack.theatre.actors, rule, lists_reports=lists_reports)


def apply_rule(
    pack: Pack,
    rule: Rule,
    known_on: dt.date | None = None,
    progress: PlaceProgress = iter,
    call: Caller = call_here,
) -> View:
    """Weigh a pack's reports under a rule, with what was known on a day (None: everything).

    `progress` yields the places as they are weighed; `call` calls what weighs, for example in another process.
    """
    evidence = call(assess, pack.assertions, pack.theatre.actors, rule, known_on, progress)
    return _view_of(pack, rule, known_on, evidence)


def apply_weigher(pack: Pack, weigher: Weigher, known_on: dt.date | None = None) -> View:
    """Return the view that `apply_rule` returns; `weigher` is one of the pack, and may have weighed other days."""
    return _view_of(pack, weigher.rule, known_on, evidence_known_on(weigher, known_on))


def _view_of(pack: Pack, rule: Rule, known_on: dt.date | None, evidence: pd.DataFrame) -> View:
    theatre = pack.theatre
    timeline = build_timeline(evidence, theatre.places, theatre.period_start, ends_of(theatre.actors))
    return View(pack, rule, known_on, evidence, timeline)


def replay_period(pack: Pack, rule: Rule, weigher: Weigher | None = None) -> Replay:
    """Weigh a pack's reports under a rule, on each day of its period with what was published by that day.

    On each day it gives the statuses that `apply_rule` with this day as `known_on` gives. `weigher` is one of the pack
    and the rule, and may have weighed some of the days.
    """
    theatre = pack.theatre
    states, evidence = assess_day_by_day(weigher or weigher_of(pack, rule), theatre.period_start, theatre.period_end)
    states["province"] = states["place_id"].map(theatre.places.set_index("place_id")["province"])
    states["why"] = write_why_lines(states, evidence, pack.report_sources, pack.labels, rule, by="moment")
    states["dating"] = dating_of_statuses(states, evidence, pack.located, by="moment")
    states["user_supplied"] = rests_on_user_reports(states, evidence, pack.marked_ids, by="moment")
    return Replay(pack, rule, states, last_reported_days(pack.assertions))


def compare_rules(pack: Pack, known_on: dt.date | None = None, call: Caller = call_here) -> Comparison:
    """Weigh a pack's reports under all its presets at once; `call` is that of `apply_rule`."""
    steps = call(assess_under_rules, pack.assertions, pack.theatre.actors, pack.rules, known_on)
    return Comparison(pack, pack.rules, steps)


def compare_weighers(pack: Pack, weighers: Sequence[Weigher], known_on: dt.date | None = None) -> Comparison:
    """Return the comparison that `compare_rules` returns; there is a weigher of the pack for each of the rules."""
    steps = steps_known_on(_assertion_arrays(pack), {weigher.rule.id: weigher for weigher in weighers}, known_on)
    return Comparison(pack, tuple(weigher.rule for weigher in weighers), steps)


def count_located(pack: Pack) -> tuple[int, int]:
    """Return how many of a pack's reports are located, and how many there are."""
    return len(pack.located), len(pack.located) + len(pack.set_aside)


def dating_of_statuses(
    rows: pd.DataFrame, evidence: pd.DataFrame, located: pd.DataFrame, by: str = "place_id"
) -> pd.Series:
    """Say of each row how exactly the beginning of its status is known, as `describe_exactness` does.

    `rows`, `evidence` and `by` are as for `rests_on_user_reports`, `rows` with `status` and `basis`; `located` has
    `report_id, claim, date_precision`. None is changed. The result has the index of `rows`: "" for a status that is
    known to the day, "about" if all reports that set it are dated only to a week or a month, "at least" if they say
    only who held the place on that day.
    """
    sets = evidence[evidence["role"] == Role.SETS]
    facts = located.set_index("report_id").loc[sets["report_id"]]
    moments = [sets[by].to_numpy(), day_numbers(sets["counts_from"])]
    is_vague = pd.Series((facts["date_precision"] != DatePrecision.DAY).to_numpy()).groupby(moments).all()
    only_held = pd.Series((facts["claim"] == Claim.HELD).to_numpy()).groupby(moments).all()
    held = rows["since"].notna()
    status = pd.MultiIndex.from_arrays([rows[by], day_numbers(rows["since"].where(held, rows["valid_from"]))])
    about, at_least = (each.reindex(status, fill_value=False).to_numpy() for each in (is_vague, only_held))
    is_earlier = (rows["basis"] == Basis.BASELINE) | (at_least & (rows["status"] != CONTESTED))
    dating = np.where(is_earlier, "at least", np.where(about, "about", ""))
    return pd.Series(np.where(held, dating, ""), index=rows.index)


def rests_on_user_reports(
    rows: pd.DataFrame, evidence: pd.DataFrame, report_ids: AbstractSet[str], by: str = "place_id"
) -> pd.Series:
    """Say of each row whether its status rests on a report that the user supplied; `report_ids` are their ids.

    `rows` have `since, valid_from`, as in a timeline; `evidence` is what `assess` returns. Neither is changed. `by` is
    the column of both that says which evidence a row is about. The result has the index of `rows`: true where such a
    report sets or confirms the status between the day since which it holds and the day from which the row is valid.
    """
    mine = evidence[evidence["report_id"].isin(report_ids) & evidence["role"].isin([Role.SETS, Role.CONFIRMS])]
    held = rows["since"].notna().to_numpy()
    if mine.empty or not held.any():
        return pd.Series(data=False, index=rows.index)
    keys = pd.Index(rows[by].unique())
    place, supported = keys.get_indexer(pd.Index(rows[by])), keys.get_indexer(pd.Index(mine[by]))
    days = np.sort(supported * _SPAN + day_numbers(mine["counts_from"]))
    first = place * _SPAN + day_numbers(rows["since"].where(held, rows["valid_from"]))
    last = place * _SPAN + day_numbers(rows["valid_from"])
    within = np.searchsorted(days, last, "right") > np.searchsorted(days, first, "left")
    return pd.Series(held & within, index=rows.index)
