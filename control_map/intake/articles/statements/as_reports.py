"""Statements that somebody has read and accepted become reports in the form of the codebook."""

import datetime as dt

import pandas as pd

from control_map.core.model import PlaceKind
from control_map.theatre.reports import CODEBOOK_COLUMNS

UNGRADED = {"reliability": "F", "credibility": "6"}
"""The grades of what nobody has judged yet."""


def statements_as_reports(table: pd.DataFrame, published: dt.date, outlet: str, url: str) -> pd.DataFrame:
    """Return statements as rows of the codebook.

    Parameters
    ----------
    table
        Rows of `extract`, corrected or not. Not changed.
    published
        The day of the text.
    outlet, url
        Where it was read, and its address, which may be empty. The outlet is taken as the origin too, and as
        claimant of what nobody else accounts for.

    Returns
    -------
    DataFrame
        `reports.COLUMNS`, all text. `report_id` and `summary` are empty: an id is given with the others of the file,
        and what it says is to be written in one's own words. The grades say that nobody has judged it. What the text
        leaves open is empty, and to be filled in.
    """
    area = table["place_kind"].isin([PlaceKind.PROVINCE, PlaceKind.COUNTRY])
    reports = table.assign(
        report_id="",
        event_date=[_iso(date) for date in table["event_date"]],
        reported_date=published.isoformat(),
        area_scope=table["area_scope"].where(area, ""),
        claimant=table["claimant"].where(table["claimant"] != "", outlet),
        origin=outlet,
        source_name=outlet,
        source_url=url,
        summary="",
        number=[f"{number:.0f}" if pd.notna(number) else "" for number in pd.to_numeric(table["number"])],
        **UNGRADED,
    )
    return reports[list(CODEBOOK_COLUMNS)].fillna("").astype("str").reset_index(drop=True)


def _iso(date: dt.date | str) -> str:
    return date if isinstance(date, str) else f"{date:%Y-%m-%d}"
