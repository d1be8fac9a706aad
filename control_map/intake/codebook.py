"""A table in the terms of the codebook: its columns and words, with what is supposed and what was corrected."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from control_map.errors import Fault, PackError
from control_map.intake.columns import Matching
from control_map.intake.raw import Raw
from control_map.reports import COLUMNS, Reports, check_reports
from control_map.theatre import Theatre


class Spelling(NamedTuple):
    """How a table writes a place: what was wrong with one row is wrong with all that write it alike."""

    place_text: str
    province_text: str
    place_kind: str


def in_codebook(raw: Raw, matching: Matching, theatre: Theatre, meant: Mapping[Spelling, str] | None = None) -> Reports:
    """Put a table into the terms of the codebook and check it, all faults at once.

    Parameters
    ----------
    raw
        The table. Not changed.
    matching
        Which of its columns is which.
    theatre
        Whose actors and places it is about.
    meant
        The `place_id` of the place that is meant, for each spelling that is not in the gazetteer.

    Returns
    -------
    Reports
        Each row has a `report_id`: its own, or one made of the name of the table and its line.

    Raises
    ------
    PackError
        If nothing is matched to a column that must be there.
    """
    if matching.missing:
        mend = f"Choose one of the table's columns for it: {', '.join(raw.frame.columns)}"
        raise PackError([Fault(raw.name, 1, name, "no column is matched to it", mend) for name in matching.missing])
    text = pd.DataFrame(
        {name: raw.frame[matching.columns[name]] if name in matching.columns else "" for name in COLUMNS},
        index=raw.frame.index,
        dtype="str",
    )
    for name, constant in matching.constants.items():
        text[name] = text[name].mask(text[name] == "", constant)
    text["reported_date"] = text["reported_date"].mask(text["reported_date"] == "", text["event_date"])
    text["origin"] = text["origin"].mask(text["origin"] == "", raw.name)
    own = pd.Series([f"{raw.name}:{row}" for row in text.index], index=text.index, dtype="str")
    text["report_id"] = text["report_id"].mask(text["report_id"] == "", own)
    return check_reports(_corrected(text, theatre, meant or {}), raw.faults, raw.name, theatre.actors)


def _corrected(text: pd.DataFrame, theatre: Theatre, meant: Mapping[Spelling, str]) -> pd.DataFrame:
    """Write the names that were meant as the gazetteer has them."""
    places = theatre.places.set_index("place_id")[["name", "province", "kind"]]
    corrected = text.copy()
    for spelling, place_id in meant.items():
        rows = (text[list(Spelling._fields)] == list(spelling)).all(axis=1)
        corrected.loc[rows, list(Spelling._fields)] = places.loc[place_id].to_numpy()
    return corrected
