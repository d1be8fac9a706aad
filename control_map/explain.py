"""The argument behind one colour: every report on a place up to a day, with its role and reason."""

import datetime as dt
from difflib import get_close_matches
from typing import Any

import geopandas as gpd
import pandas as pd

from control_map.errors import UnknownNameError
from control_map.model import Reason
from control_map.timeline import as_of, history

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
    "precision",
    "method",
    "score",
)


def explain(
    place_id: str,
    date: dt.date,
    timeline: gpd.GeoDataFrame,
    evidence: pd.DataFrame,
    located: pd.DataFrame,
) -> dict[str, Any]:
    """Return the status of a place on a date and all that it rests on.

    Parameters
    ----------
    place_id, date
        Which place, on which day.
    timeline, evidence, located
        What `fold`, `assess` and `geocode` return.

    Returns
    -------
    dict
        The place's columns of the timeline on that day; `evidence`, a list with one entry for each report of an
        event up to that day, newest first, with `role`, `reason` and its `sentence`; `history`, the statuses up to
        that day. Dates are `datetime.date` or None.

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
    mine = evidence[(evidence["place_id"] == place_id) & (evidence["event_date"] <= pd.Timestamp(date))]
    told = mine.merge(located[["report_id", *_FROM_REPORT]], on="report_id").iloc[::-1]
    told = told.assign(
        sentence=told["reason"].map({reason.value: reason.sentence for reason in Reason}),
        # While a place has no status, all that is reported of it bears on the present.
        current=(told["event_date"] >= row["since"]) | pd.isna(row["since"]),
    )
    past = history(own, place_id)
    past = past[past["since"].isna() | (past["since"] <= pd.Timestamp(date))]
    return {
        "place_id": place_id,
        "date": date,
        **{name: plain(row[name]) for name in timeline.columns if name not in ("place_id", "geometry")},
        "evidence": records(told.drop(columns=["place_id", "asserts", "gainer"])),
        "history": records(past),
    }


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
