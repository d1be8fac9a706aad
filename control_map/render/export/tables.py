"""The tables that are exported, the same in every format.

All are GeoDataFrames in EPSG:4326 (lon/lat). Dates are `datetime64` and whole days; intervals are half-open. Lists are
text, joined by blanks. Text is that of the reports, as yet unescaped; `contents` takes out control characters.
"""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

import geopandas as gpd
import pandas as pd

from control_map.analysis.blind_spots import days_silent
from control_map.analysis.changes import compare_dates
from control_map.assessment.timeline import as_of
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View


class ExportTable(StrEnum):
    """Which table."""

    STATUS = "status"
    TIMELINE = "timeline"
    EVIDENCE = "evidence"

    @property
    def sentence(self) -> str:
        """What a row of it is, and how its dates are meant."""
        return _SENTENCES[self]


_SENTENCES = {
    ExportTable.STATUS: "One row a place: what it shows on the date",
    ExportTable.TIMELINE: "One row a place and interval; valid_from is the first day, valid_to the day after the last; an "
    "empty valid_from has no beginning, an empty valid_to no end",
    ExportTable.EVIDENCE: "One row a report and place that it bears on, with its role there under the rule; the point is that "
    "of the place",
}
_SHOWN = [
    "status",
    "status_label",
    "basis",
    "claimed_by",
    "claimed_by_label",
    "disputed",
    "confidence",
    "since",
    "last_reported",
]
_PLACE = ["place_id", "kind", "name", "name_local", "province_id", "province", "pcode"]
_RESTS = ["reports", "why", "rests_on", "area_km2", "population", "geometry"]
EXPORTED_COMPARISON_COLUMNS = ["before", "after", "change"]
EXPORTED_STATUS_COLUMNS = [*_PLACE, "date", *_SHOWN, "days_silent", *_RESTS]
"""With `COMPARED_COLUMNS` before the last two of them if there is a day to compare with."""

EXPORTED_TIMELINE_COLUMNS = [*_PLACE, "valid_from", "valid_to", *_SHOWN, *_RESTS]
EXPORTED_EVIDENCE_COLUMNS = [
    "place_id",
    "kind",
    "name",
    "province_id",
    "province",
    "pcode",
    "report_id",
    "role",
    "reason",
    "via",
    "asserts",
    "event_date",
    "date_precision",
    "reported_date",
    "claim",
    "actor",
    "claimant",
    "claimant_side",
    "interest",
    "origin",
    "source_name",
    "source_url",
    "reliability",
    "credibility",
    "summary",
    "because_of",
    "geometry",
]
_FROM_REPORT = ["date_precision", "claim", "actor", "claimant", "claimant_side", "source_name", "source_url", "summary"]


def make_status_table(
    view: View, date: dt.date, since: dt.date | None = None, province_id: str = ""
) -> gpd.GeoDataFrame:
    """Return what each place shows on a date.

    Parameters
    ----------
    view
        Under which rule, and with what was known when. Not changed.
    date
        The day shown.
    since
        An earlier day to compare with; None: with no other.
    province_id
        Only the places of this province; empty: of all.

    Returns
    -------
    GeoDataFrame
        One row a place, in the order of the pack, with `STATUS_COLUMNS`: those of `pipeline.STATUS_COLUMNS`; the labels
        of status and claimant; `days_silent` up to the date (missing: never heard of); `why`, one line; `rests_on`, the
        ids of the reports that set or confirm the status; `area_km2` and `population` where known; `pcode`, the
        district's P-code: its own, or that of the district in which the place lies. With a day to compare with also
        `before, after, change`, see `difference.differences`, all with what the view knows.
    """
    told = as_of(view.timeline.assign(why=view.why_lines()), date)
    told = told.assign(date=pd.Timestamp(date), days_silent=days_silent(told, date))
    columns = EXPORTED_STATUS_COLUMNS
    if since is not None:
        compared = compare_dates(view.timeline, since, date)
        told = told.assign(**{name: compared[name].astype("str").to_numpy() for name in EXPORTED_COMPARISON_COLUMNS})
        columns = [*columns[:-3], *EXPORTED_COMPARISON_COLUMNS, *columns[-3:]]
    return _finished(view.pack, told, columns, province_id)


def make_timeline_table(view: View, province_id: str = "") -> gpd.GeoDataFrame:
    """Return all intervals of all places, with `TIMELINE_COLUMNS`.

    An interval is `[valid_from, valid_to)`, as in `fold.fold`: `valid_to` is the day after the last, NaT is without
    beginning or end. The other columns are those of `status`.
    """
    return _finished(view.pack, view.timeline.assign(why=view.why_lines()), EXPORTED_TIMELINE_COLUMNS, province_id)


def make_evidence_table(view: View, province_id: str = "") -> gpd.GeoDataFrame:
    """Return the reports that the view knows, of events of all days, with `EVIDENCE_COLUMNS`.

    There is one row for each report and place that it bears on. Its point (lon/lat) lies on the place.
    """
    reports = view.located[["report_id", *_FROM_REPORT]]
    told = view.evidence.merge(reports, on="report_id", how="left", validate="many_to_one")
    places = view.pack.theatre.places
    named = places.assign(geometry=places.representative_point())
    named = named[["place_id", "kind", "name", "province_id", "province", "geometry"]]
    told = gpd.GeoDataFrame(told.merge(named, on="place_id", how="left"), geometry="geometry", crs=places.crs)
    return _finished(view.pack, told, EXPORTED_EVIDENCE_COLUMNS, province_id)


def _finished(pack: Pack, told: gpd.GeoDataFrame, columns: list[str], province_id: str) -> gpd.GeoDataFrame:
    """Add what is known of each place, and put the columns into their order."""
    if province_id:
        told = told[told["province_id"] == province_id]
    places = pack.theatre.places.set_index("place_id")
    labels = {**pack.status_labels, "": ""}
    more = {name: told["place_id"].map(places[name]) for name in ("name_local", "area_km2", "population")}
    more["pcode"] = told["place_id"].map(_pcodes(places))
    if "status" in columns:
        more["status_label"] = told["status"].map(labels)
        more["claimed_by_label"] = told["claimed_by"].map(labels)
    more["population"] = more["population"].round().astype("Int64")
    told = told.assign(**more)[columns].reset_index(drop=True)
    for name in ("rests_on", "because_of"):
        if name in told:
            told[name] = pd.Series([_joined(cell) for cell in told[name]], index=told.index, dtype="str")
    for name in told.select_dtypes("str").columns:
        told[name] = told[name].fillna("")
    return told


def _joined(cell: Iterable[str]) -> str:
    return " ".join(cell)


def _pcodes(places: pd.DataFrame) -> pd.Series:
    """Return the P-code of the district that each place is or lies in.

    P-codes are hierarchical: that of a district begins with that of its province. A newer district has none of its own.
    """
    own = zip(places.index, places["province_id"], places["parent_id"], strict=True)
    codes = [place_id if place_id.startswith(province_id) else parent_id for place_id, province_id, parent_id in own]
    return pd.Series(codes, index=places.index, dtype="str")
