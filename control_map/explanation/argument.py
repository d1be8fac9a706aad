"""The argument behind one colour: every report on a place up to a day, with its role and reason."""

import datetime as dt
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property
from itertools import chain
from typing import Any

import geopandas as gpd
import pandas as pd

from control_map.assessment.timeline import status_histories
from control_map.core.errors import UnknownNameError
from control_map.core.model import Actor, Reason, Role
from control_map.core.rules import Rule
from control_map.explanation import narrative, phrases
from control_map.explanation.support import needed_report_ids, reports_with_other_date

_FROM_REPORT = (
    "date_precision",
    "claim",
    "actor",
    "claimant",
    "claimant_side",
    "source_name",
    "source_url",
    "summary",
    "place_text",
    "province_text",
    "area_scope",
    "precision",
    "method",
    "score",
)

PlainRows = list[dict[str, Any]]


class PlaceArgument:
    """The argument behind a place's status, day by day: what does not depend on the day is made once.

    `intervals` are the rows of the timeline and `past` those of `timeline.history`, in order, as plain values;
    `reports` are all on the place, oldest first, with what `explain` gives of each but for `current`. What comes back
    shares them: not to be changed.
    """

    def __init__(
        self, place_id: str, intervals: PlainRows, past: PlainRows, reports: PlainRows, of: "Explainer"
    ) -> None:
        self.place_id = place_id
        self.intervals = intervals
        self.past = past
        self.reports = reports
        self._of = of

    def interval(self, date: dt.date) -> dict[str, Any]:
        """Return the one of `intervals` that holds on a day."""
        return next(row for row in self.intervals if _holds(row, date))

    def on(self, date: dt.date, words: phrases.DayWording | None = None) -> dict[str, Any]:
        """Return the argument on a day, as `explain` does; `words` are those of `narrative.explanation`."""
        row = self.interval(date)
        explained = {
            "place_id": self.place_id,
            "date": date,
            **row,
            "history": [piece for piece in self.past if piece["since"] is None or piece["since"] <= date],
        }
        since, rule, labels = explained["since"], self._of.rule, self._of.labels
        # While a place has no status, all that is reported of it bears on the present.
        told = [
            {**report, "current": since is None or report["event_date"] >= since}
            for report in reversed(self.reports)
            if report["event_date"] <= date
        ]
        sets = [report for report in told if report["role"] == Role.SETS and report["event_date"] == since]
        cited = {other for report in sets if report["reason"] == Reason.CORROBORATED for other in report["because_of"]}
        if rule.minimum_origins > 1:
            cited |= needed_report_ids(self.reports, sets, rule.corroboration_days)
        explained |= {
            "evidence": told,
            "supporting": [report for report in self.reports if report["report_id"] in cited],
            "dated_otherwise": reports_with_other_date(self.reports, sets, rule.corroboration_days) if sets else [],
        }
        passages = narrative.write_explanation(explained, labels, rule, self._of.conditions, words)
        return {**explained, "since_words": phrases.describe_since(explained), "explanation": passages}


def _holds(interval: Mapping[str, Any], date: dt.date) -> bool:
    begun, ended = interval["valid_from"], interval["valid_to"]
    return (begun is None or begun <= date) and (ended is None or date < ended)


class Explainer:
    """Explains the places of one timeline; the parameters are those of `explain`."""

    def __init__(
        self,
        timeline: gpd.GeoDataFrame,
        evidence: pd.DataFrame,
        located: pd.DataFrame,
        *,
        actors: tuple[Actor, ...],
        rule: Rule,
        default_rule: Rule | None = None,
        known_on: dt.date | None = None,
    ) -> None:
        self.timeline = timeline
        self.evidence = evidence
        self.located = located
        self.rule = rule
        self.labels = {actor.id: actor.label for actor in actors}
        self.conditions = phrases.describe_conditions(rule, default_rule or rule, known_on)

    def of(self, place_id: str) -> PlaceArgument:
        """Return what explains one place, on any day.

        Raises
        ------
        UnknownNameError
            If there is no such place.
        """
        own = self.timeline[self.timeline["place_id"] == place_id]
        if own.empty:
            what = "place"
            nearest = _named(nearest_places(place_id, self.timeline), self.timeline)
            raise UnknownNameError(what, place_id, nearest)
        return self._each(own, self.evidence[self.evidence["place_id"] == place_id])[place_id]

    @cached_property
    def each(self) -> dict[str, PlaceArgument]:
        """What explains each place, by its id."""
        return self._each(self.timeline, self.evidence)

    def _each(self, timeline: gpd.GeoDataFrame, evidence: pd.DataFrame) -> dict[str, PlaceArgument]:
        intervals = _by_place(pd.DataFrame(timeline).drop(columns="geometry", errors="ignore"))
        past = _by_place(status_histories(timeline))
        reports = _told(evidence, self.located)
        return {
            place_id: PlaceArgument(place_id, rows, past[place_id], reports.get(place_id, []), self)
            for place_id, rows in intervals.items()
        }


def explain_status(
    place_id: str,
    date: dt.date,
    timeline: gpd.GeoDataFrame,
    evidence: pd.DataFrame,
    located: pd.DataFrame,
    *,
    actors: tuple[Actor, ...],
    rule: Rule,
    default_rule: Rule | None = None,
    known_on: dt.date | None = None,
) -> dict[str, Any]:
    """Return the status of a place on a date and all that it rests on.

    Parameters
    ----------
    place_id, date
        Which place, on which day.
    timeline, evidence, located
        What `fold`, `assess` and `geocode` return. Not changed.
    actors
        The parties, for their labels.
    rule, default_rule, known_on
        By which rule the evidence was weighed, which one needs no mention (None: this one), and by which day of
        publication (None: all).

    Returns
    -------
    dict
        The place's columns of the timeline on that day, and:

        - `explanation`: the argument in words, as a list of passages, see `narrative.explanation`;
        - `since_words`: since when the status holds, no more exactly than is known;
        - `evidence`: one entry for each report of an event up to that day, newest first, with `role`, `reason` and its
          `sentence`, `who` (the claimant and origin in words), `lag_days` and `lag` (from event to publication, see
          `phrases.lag`), and `current`: whether it bears on the present status;
        - `supporting`: the reports that support a claim which sets the status, later ones too;
        - `dated_otherwise`: the reports of other origins that put the same change of hands on another day, later ones
          too;
        - `history`: the statuses up to that day.

        Dates are `datetime.date` or None.

    Raises
    ------
    UnknownNameError
        If there is no such place.
    """
    explainer = Explainer(
        timeline, evidence, located, actors=actors, rule=rule, default_rule=default_rule, known_on=known_on
    )
    return explainer.of(place_id).on(date)


def _told(evidence: pd.DataFrame, located: pd.DataFrame) -> dict[str, PlainRows]:
    """Return the evidence on each place with what its reports say, and reason, claimant and lag in words."""
    own = located.loc[located["report_id"].isin(evidence["report_id"]), ["report_id", *_FROM_REPORT]]
    reports = _by_place(evidence.drop(columns="gainer").merge(own, on="report_id"))
    for report in chain.from_iterable(reports.values()):
        days = (report["reported_date"] - report["event_date"]).days
        report["sentence"] = Reason(report["reason"]).sentence
        report["who"] = phrases.name_claimant(report["claimant"], report["origin"])
        report["lag_days"], report["lag"] = days, phrases.describe_lag(days, report["date_precision"])
    return reports


def _by_place(frame: pd.DataFrame) -> dict[str, PlainRows]:
    rows: dict[str, PlainRows] = {}
    for place_id, row in zip(frame["place_id"], to_plain_rows(frame.drop(columns="place_id")), strict=True):
        rows.setdefault(place_id, []).append(row)
    return rows


def _named(place_ids: list[str], timeline: pd.DataFrame) -> list[str]:
    places = timeline.drop_duplicates("place_id").set_index("place_id")
    said = places["name"] + ", " + places["kind"]
    return [f"{place_id} ({said[place_id]})" for place_id in place_ids]


def nearest_places(text: str, timeline: pd.DataFrame) -> list[str]:
    """Return up to three place ids whose id or name is like a text; the frame has the columns `place_id, name`."""
    names = timeline.drop_duplicates("place_id").set_index("place_id")["name"]
    by_name = {name.casefold(): place_id for place_id, name in names.items()}
    ids = {str(place_id).casefold(): str(place_id) for place_id in names.index}
    keys = get_close_matches(text.casefold(), [*ids, *by_name], n=3, cutoff=0.5)
    return list(dict.fromkeys(ids.get(key) or str(by_name[key]) for key in keys))


def to_plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain dictionaries: dates as `datetime.date`, missing values as None."""
    return [{str(name): to_plain_value(value) for name, value in row.items()} for row in frame.to_dict("records")]


def to_plain_value(value: Any) -> Any:
    """Turn a cell into a plain Python value."""
    if isinstance(value, (list, tuple)):
        return list(value)
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value
