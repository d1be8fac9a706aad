"""The argument behind one colour: every report on a place up to a day, with its role and reason."""

import datetime as dt
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import geopandas as gpd
import pandas as pd

from control_map import narrative, phrases
from control_map.claimants import named, spellings
from control_map.errors import UnknownNameError
from control_map.model import CONTESTED, Actor, DatePrecision, Reason, Role, Via
from control_map.rules import Rule
from control_map.timeline import as_of, history
from control_map.weigh import CHANGES_OF_HANDS

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


_REFUSED = frozenset({Reason.BELOW_GRADE, Reason.OTHER_SIDE, Reason.SWITCHED_OFF})


def explain(
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
    own = timeline[timeline["place_id"] == place_id]
    if own.empty:
        what = "place"
        raise UnknownNameError(what, place_id, _named(nearest_places(place_id, timeline), timeline))
    row = as_of(own, date).iloc[0]
    labels = {actor.id: actor.label for actor in actors}
    reports = evidence[evidence["place_id"] == place_id].merge(located[["report_id", *_FROM_REPORT]], on="report_id")
    reports = _in_words(reports, spellings(tuple(located["summary"]), tuple(located["origin"])), labels)
    told = reports[reports["event_date"] <= pd.Timestamp(date)].iloc[::-1]
    # While a place has no status, all that is reported of it bears on the present.
    told = told.assign(current=(told["event_date"] >= row["since"]) | pd.isna(row["since"]))
    sets = told[(told["role"] == Role.SETS) & (told["event_date"] == row["since"])]
    cited = set(sets.loc[sets["reason"] == Reason.CORROBORATED, "because_of"].explode())
    past = history(own, place_id)
    past = past[past["since"].isna() | (past["since"] <= pd.Timestamp(date))]
    explained = {
        "place_id": place_id,
        "date": date,
        **{name: plain(row[name]) for name in timeline.columns if name not in ("place_id", "geometry")},
        "evidence": records(told.drop(columns=["place_id", "gainer"])),
        "supporting": records(reports[reports["report_id"].isin(cited)].drop(columns=["place_id", "gainer"])),
        "dated_otherwise": records(_dated_otherwise(reports, row, sets, rule.corroboration_days)),
        "history": records(past),
    }
    conditions = phrases.conditions(rule, default_rule or rule, known_on)
    passages = narrative.explanation(explained, labels, rule, conditions)
    return {**explained, "since_words": phrases.since(explained), "explanation": passages}


def _in_words(reports: pd.DataFrame, known: Mapping[str, str], labels: Mapping[str, str]) -> pd.DataFrame:
    """Add to each report its reason, its claimant and its lag in words."""
    lags = (reports["reported_date"] - reports["event_date"]).dt.days
    return reports.assign(
        sentence=reports["reason"].map({reason.value: reason.sentence for reason in Reason}),
        who=[
            named(claimant, origin, known, labels.values())
            for claimant, origin in zip(reports["claimant"], reports["origin"], strict=True)
        ],
        lag_days=lags,
        lag=[phrases.lag(*each) for each in zip(lags, reports["date_precision"], strict=True)],
    )


def _dated_otherwise(reports: pd.DataFrame, row: pd.Series, sets: pd.DataFrame, window: int) -> pd.DataFrame:
    """Return the reports of other origins that tell the change of hands to the present holder, but on another day.

    What a report dated only to a week or month leaves open is no difference, nor is an earlier or later change of
    hands with another holder in between.
    """
    since = row["since"]
    vague = sets["date_precision"].map({precision.value: precision.window_days for precision in DatePrecision}).min()
    begin = since - pd.Timedelta(days=0 if pd.isna(vague) else int(vague))
    change = reports["claim"].isin(CHANGES_OF_HANDS) & (reports["asserts"] == row["status"])
    near = (reports["event_date"] - since).abs() <= pd.Timedelta(days=window)
    apart = (reports["event_date"] < begin) | (reports["event_date"] > since)
    own_day = set(sets["origin"]) | set(reports.loc[change & (reports["event_date"] == since), "origin"])
    candidates = reports[
        change
        & near
        & apart
        & (reports["date_precision"] == DatePrecision.DAY)
        & reports["via"].isin({Via.OWN, Via.CAPITAL, *sets["via"]})
        & ~reports["reason"].isin(_REFUSED)
        & ~reports["origin"].isin(own_day)
    ]
    same = [_is_same_change(report, reports, row) for report in candidates.itertuples()]
    return pd.DataFrame(candidates[same])


def _is_same_change(report: Any, reports: pd.DataFrame, row: pd.Series) -> bool:
    """Whether no other holder was there between a report's day and that since which the present status holds."""
    early, late = sorted((report.event_date, row["since"]))
    between = reports[(reports["event_date"] >= early) & (reports["event_date"] <= late)]
    if early == row["since"]:
        return bool((between["status"] == row["status"]).all())
    if report.status != row["status"]:
        return True
    return set(between["status"]) <= {row["status"], CONTESTED}


def _named(place_ids: list[str], timeline: pd.DataFrame) -> list[str]:
    places = timeline.drop_duplicates("place_id").set_index("place_id")
    said = places["name"] + ", " + places["kind"]
    return [f"{place_id} ({said[place_id]})" for place_id in place_ids]


def nearest_places(text: str, timeline: pd.DataFrame) -> list[str]:
    """Return up to three place ids whose id or name is like a text."""
    names = timeline.drop_duplicates("place_id").set_index("place_id")["name"]
    by_name = {name.casefold(): place_id for place_id, name in names.items()}
    ids = {str(place_id).casefold(): str(place_id) for place_id in names.index}
    keys = get_close_matches(text.casefold(), [*ids, *by_name], n=3, cutoff=0.5)
    return list(dict.fromkeys(ids.get(key) or str(by_name[key]) for key in keys))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain dictionaries: dates as `datetime.date`, missing values as None."""
    return [{str(name): plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def plain(value: Any) -> Any:
    """Turn a cell into a plain Python value."""
    if isinstance(value, (list, tuple)):
        return list(value)
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value
