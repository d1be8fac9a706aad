"""Statuses in the terms of published scales, and published totals beside the map's comparable counts."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.assessment.timeline import as_of
from control_map.core.errors import UnknownNameError
from control_map.core.labels import KIND_LABELS
from control_map.core.model import Actor, PlaceKind
from control_map.core.status_style import status_styles
from control_map.core.wording import format_date
from control_map.theatre.boundaries import is_drawn
from control_map.theatre.config import OWN_SCALE, Measure, Scale, Term
from control_map.theatre.theatre import Theatre

NO_TERM = "None of these terms"
"""The term of a place that a scale counts and for whose status it has no term."""
NEAR_DAYS = 14
"""Up to how many days from a date a published total counts as near to it."""
ABOUT_TOLERANCE = 0.1
"""How far a count may be from what a source calls "about", as a share of it."""
TOTAL_COMPARISON_COLUMNS = "label unit of ours ours_of drawn counted difference fits remark".split()
_COUNTED_BY_NAME = {"districts": PlaceKind.DISTRICT, "provincial_capitals": PlaceKind.CAPITAL}
_Texts = np.ndarray[Any, np.dtype[Any]]
_Days = Callable[[dt.date], gpd.GeoDataFrame]


def own_scale(actors: tuple[Actor, ...]) -> Scale:
    """Return a theatre's own statuses over all its districts, as a scale."""
    terms = tuple(Term(label=style.label, statuses=(status,)) for status, style in status_styles(actors).items())
    return Scale(id=OWN_SCALE, label="This map, all districts", terms=terms)


def scales_of(theatre: Theatre) -> dict[str, Scale]:
    """Return the scales of a theatre by id, its own first; each has its terms."""
    own = own_scale(theatre.actors)
    named = [scale if scale.terms else scale.model_copy(update={"terms": own.terms}) for scale in theatre.scales]
    return {scale.id: scale for scale in (own, *named)}


def scale_named(name: str, theatre: Theatre) -> Scale:
    """Return the scale with this id.

    Raises
    ------
    UnknownNameError
        If the theatre has none; the message names those that it has.
    """
    known = scales_of(theatre)
    if name not in known:
        raise UnknownNameError("scale", name, list(known), complete=True)
    return known[name]


def measures_of(theatre: Theatre) -> dict[str, Measure]:
    """Return what each measure counts: as the pack says, or for names like `districts_<status>` what the name says."""
    by_name = {
        f"{prefix}_{status}": Measure(
            label=f"{KIND_LABELS[kind].plural.capitalize()}: {style.label}", kind=kind, statuses=(status,)
        )
        for prefix, kind in _COUNTED_BY_NAME.items()
        for status, style in status_styles(theatre.actors).items()
    }
    return by_name | dict(theatre.measures)


def translate_to_scale(now: gpd.GeoDataFrame, scale: Scale, kind: str = PlaceKind.DISTRICT) -> pd.Series:
    """Return the status of each place in the terms of a scale; `now` is not changed.

    Parameters
    ----------
    now
        What `as_of` returns: columns `kind, status, claimed_by, geometry`.
    scale, kind
        A scale with its terms, as `scales_of` has it, and the kind of places that are counted.

    Returns
    -------
    Series
        With the index of `now`: the label of the first term that fits, `NO_TERM` if none does, and nothing ("") for a
        place that the scale does not count: one of another kind, or a district that is not drawn.
    """
    counted = now["kind"].to_numpy() == kind
    if scale.ours == "drawn" and kind == PlaceKind.DISTRICT:
        counted = counted & is_drawn(now)
    status, claimed_by = now["status"].to_numpy(), now["claimed_by"].to_numpy()
    fitting = [_fitting(status, claimed_by, term) for term in scale.terms]
    terms = np.select([~counted, *fitting], ["", *(term.label for term in scale.terms)], default=NO_TERM)
    return pd.Series(terms, index=now.index, dtype="object")


def _fitting(status: _Texts, claimed_by: _Texts, term: Term) -> np.ndarray[Any, np.dtype[np.bool_]]:
    fits = np.full(len(status), fill_value=not term.statuses)
    for name in term.statuses:
        fits |= status == name
    return fits & (claimed_by == term.claimed_by) if term.claimed_by else fits


def count_by_term(now: gpd.GeoDataFrame, scale: Scale) -> pd.DataFrame:
    """Count the districts by term: `term, districts`, in the order of the scale, `NO_TERM` last.

    Each district that the scale counts has one term: the counts add up to their number.
    """
    terms = [*(term.label for term in scale.terms), NO_TERM]
    found = translate_to_scale(now, scale).value_counts()
    return pd.DataFrame({"term": terms, "districts": [int(found.get(term, 0)) for term in terms]})


def totals_counting_status(totals: pd.DataFrame, measures: Mapping[str, Measure], status: str) -> pd.DataFrame:
    """Return the totals that count exactly the districts that have a status on their day."""
    names = [
        name
        for name, measure in measures.items()
        if (measure.kind, measure.statuses, measure.change, measure.unit, measure.nearest)
        == (PlaceKind.DISTRICT, (status,), "held", "count", "")
    ]
    return totals[totals["measure"].isin(names)]


def totals_near_date(totals: pd.DataFrame, date: dt.date) -> pd.DataFrame:
    """Return the totals within `NEAR_DAYS` of a date, nearest first; if there are none, the last ones before it."""
    away = (totals["date"] - pd.Timestamp(date)).dt.days
    chosen = away.abs() <= NEAR_DAYS
    if not chosen.any():
        chosen = (away < 0) & (totals["date"] == totals.loc[away < 0, "date"].max())
    near = totals[chosen].assign(away=away[chosen].abs())
    return near.sort_values(["away", "date", "measure", "value"], ignore_index=True).drop(columns="away")


def compare_totals_with_map(
    totals: pd.DataFrame, timeline: gpd.GeoDataFrame, scales: Mapping[str, Scale], measures: Mapping[str, Measure]
) -> pd.DataFrame:
    """Put the map's comparable count beside each published total, for the total's own day.

    Parameters
    ----------
    totals
        As `read_totals` returns them. Not changed.
    timeline
        What `build_timeline` returns. Not changed.
    scales, measures
        What `scales_of` and `measures_of` return.

    Returns
    -------
    DataFrame
        The columns of the totals and `TOTAL_COMPARISON_COLUMNS`: `label` (what is counted), `unit` (count or percent),
        `of` (of how many the source counts, None if it does not say), `ours` (the map's number), `ours_of` (of how many
        places), `drawn` (whether these are the drawn districts alone), `counted` (what `ours` counts, in words),
        `difference` (`ours` less `value`), `fits` (whether `ours` is equal, at least, or within a tenth, as the
        qualifier demands) and `remark`: how the map's count differs in meaning or, where `ours` is None, why there is
        none.
    """
    few = timeline[["place_id", "kind", "status", "claimed_by", "valid_from", "valid_to", "geometry"]]
    on = cache(lambda day: as_of(few, day).set_index("place_id"))
    rows = [_compared(row, measures.get(row["measure"]), scales, timeline, on) for row in totals.to_dict("records")]
    compared = pd.DataFrame(rows, columns=TOTAL_COMPARISON_COLUMNS, index=totals.index, dtype="object")
    return pd.concat([totals, compared], axis=1)


def _compared(
    row: Mapping[Any, Any], measure: Measure | None, scales: Mapping[str, Scale], timeline: gpd.GeoDataFrame, on: _Days
) -> dict[str, Any]:
    nothing = dict.fromkeys(TOTAL_COMPARISON_COLUMNS)
    if measure is None:
        label = str(row["measure"]).replace("_", " ").capitalize()
        remark = "The theatre's description does not say what this counts"
        return nothing | {"label": label, "unit": "count", "remark": remark}
    nothing |= {"label": measure.label, "unit": measure.unit}
    if measure.incomparable:
        return nothing | {"remark": measure.incomparable}
    date, published, scale = row["date"].date(), row["value"], scale_for(measure, row["scale"], scales)
    if not measure.claimed_by and not _terms_for(measure, scale):
        return nothing | {"remark": f"{scale.label} has no term for it"}
    counted = now = matches_measure(on(date), measure, scale)
    if measure.change == "retaken":
        back = retaken_intervals(timeline, measure)
        counted = pd.Series(now.index.isin(back.loc[~(back["valid_from"] > pd.Timestamp(date)), "place_id"]))
    elif measure.since is not None:
        then = matches_measure(on(measure.since), measure, scale)
        counted = now & ~then if measure.change == "gained" else then & ~now
    number, base = int(counted.sum()), len(now)
    drawn = scale.ours == "drawn" and measure.kind == PlaceKind.DISTRICT
    kinds = KIND_LABELS[measure.kind].plural
    of = f"of the {base} {kinds} drawn" if drawn else f"of all {base} {kinds}"
    # A percentage is as exact as the one that it is compared with.
    share = round(100 * number / base, None if published == round(published) else 1) if base else 0
    ours = share if measure.unit == "percent" else number
    return {
        **nothing,
        "of": scale.districts if measure.kind == PlaceKind.DISTRICT else None,
        "ours": ours,
        "ours_of": base,
        "drawn": drawn,
        "counted": f"{_words(measure, scales[OWN_SCALE], date)}, {of}",
        "difference": round(ours - published, 1),
        "fits": _fits(ours, published, row["qualifier"]),
        "remark": measure.nearest,
    }


def _terms_for(measure: Measure, scale: Scale) -> list[str]:
    return [term.label for term in scale.terms if set(term.statuses) & set(measure.statuses) and not term.claimed_by]


def scale_for(measure: Measure, name: str, scales: Mapping[str, Scale]) -> Scale:
    """Return the scale in which a total is compared; of places other than districts, the theatre's own."""
    return scales[(measure.kind == PlaceKind.DISTRICT and name) or OWN_SCALE]


def matches_measure(rows: gpd.GeoDataFrame, measure: Measure, scale: Scale) -> pd.Series:
    """Say for each row of a timeline or of `as_of`, among those that a scale counts, whether a measure counts it."""
    terms = translate_to_scale(rows, scale, measure.kind)
    counted = terms[terms != ""]
    if not measure.claimed_by:
        return counted.isin(_terms_for(measure, scale))
    claimed: pd.Series = rows.loc[counted.index, "claimed_by"] == measure.claimed_by
    return claimed


def retaken_intervals(timeline: gpd.GeoDataFrame, measure: Measure) -> pd.DataFrame:
    """Return the intervals with one of a measure's statuses after one of `taken_from`, both after `since`."""
    rows = pd.DataFrame(timeline[~(timeline["valid_to"] <= np.datetime64(measure.since or "NaT"))])
    fell = rows["status"].isin(measure.taken_from).groupby(rows["place_id"]).cummax()
    return rows[fell & rows["status"].isin(measure.statuses)]


def _fits(ours: float, published: float, qualifier: str) -> bool:
    if qualifier == "at_least":
        return ours >= published
    return abs(ours - published) <= (ABOUT_TOLERANCE * published if qualifier == "about" else 0)


def _words(measure: Measure, own: Scale, date: dt.date) -> str:
    labels = {status: term.label for term in own.terms for status in term.statuses}
    if measure.claimed_by:
        what = f"Claimed by {labels[measure.claimed_by]}"
    else:
        what = " or ".join(labels[status] for status in measure.statuses)
    if measure.since is None:
        return what
    since = format_date(measure.since, year=measure.since.year != date.year)
    before = " or ".join(labels[status] for status in measure.taken_from)
    return {
        "gained": f"{what} that day and not on {since}",
        "lost": f"{what} on {since} and not that day",
        "retaken": f"{what} again, after {before}, since {since}",
    }[measure.change]
