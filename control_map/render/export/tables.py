"""The tables that are exported, the same in every format.

All are GeoDataFrames in EPSG:4326 (lon/lat). Dates are `datetime64` and whole days; intervals are half-open. Lists are
texts, joined by blanks. The text of reports is not yet escaped; `contents` removes control characters.
"""

import datetime as dt
from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from control_map.analysis.blind_spots import days_silent
from control_map.analysis.changes import compare_dates
from control_map.assessment.timeline import STATUS_ATTRIBUTES, as_of
from control_map.core.model import SentenceEnum
from control_map.geocoding.settlement_index import named_settlements
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View


class ExportTable(SentenceEnum):
    """A table that can be exported; its sentence says what a row is, and what its dates mean."""

    STATUS = "status", "One row per place: its status on the date"
    TIMELINE = (
        "timeline",
        (
            "One row per place and interval; valid_from is the first day, valid_to the day after the last; an empty "
            "valid_from has no beginning, an empty valid_to no end"
        ),
    )
    EVIDENCE = (
        "evidence",
        (
            "One row per report and place that it refers to, with its role there under the rule; the point is that of "
            "the place"
        ),
    )


_LABELLED = ("status", "claimed_by")
_STATE = [name for each in STATUS_ATTRIBUTES for name in ([each, f"{each}_label"] if each in _LABELLED else [each])]
_STATE += ["confidence", "since", "changed_from", "changed_to", "last_reported"]
_PLACE = ["place_id", "kind", "name", "name_local", "province_id", "province", "pcode"]
_DETAILS = ["reports", "why", "rests_on", "area_km2", "population", "geometry"]
_BEFORE = ("basis", "claimed_by", "disputed")
EXPORTED_COMPARISON_COLUMNS = ["before", "after", "change", "changed_on", "before_label"]
EXPORTED_COMPARISON_COLUMNS += [f"before_{name}" for name in _BEFORE]
EXPORTED_STATUS_COLUMNS = [*_PLACE, "date", *_STATE, "days_silent", *_DETAILS]
"""The columns of the status; with a day to compare with, the comparison's columns stand before the last three."""
EXPORTED_TIMELINE_COLUMNS = [*_PLACE, "valid_from", "valid_to", *_STATE, *_DETAILS]
_REPORT = ["actor", "claimant", "claimant_side", "source_name", "source_url", "summary"]
EXPORTED_EVIDENCE_COLUMNS = [
    *("place_id", "kind", "name", "province_id", "province", "pcode", "report_id", "role", "reason", "via", "asserts"),
    *(
        "event_date",
        "date_precision",
        "reported_date",
        "counts_from",
        "claim",
        "actor",
        "claimant",
        "claimant_side",
        "interest",
    ),
    *("origin", "source_name", "source_url", "reliability", "credibility", "summary", "because_of", "geometry"),
]


def make_status_table(
    view: View, date: dt.date, since: dt.date | None = None, province_id: str = "", *, dated: bool = True
) -> gpd.GeoDataFrame:
    """Return the status of each place on a date.

    Parameters
    ----------
    view
        The reports under a rule. Not changed.
    date
        The day shown.
    since
        An earlier day to compare with. None: there is no comparison.
    province_id
        The province whose places are returned. Empty: all places are.
    dated
        Whether `changed_from` and `changed_to` are among the columns: for the first table of a view they take seconds.

    Returns
    -------
    GeoDataFrame
        One row per place, in the order of the pack, with `EXPORTED_STATUS_COLUMNS`: those of
        `control_map.pipeline.view.STATUS_COLUMNS`; the labels of status and claimant; `days_silent` up to the date
        (missing: never reported); `changed_from` and `changed_to`, the days between which sources put the change of
        hands (missing: none dates it to the day); `why`, one line; `rests_on`, the ids of the reports that set or
        confirm the status, after `LIMITS.listed_reports` only how many more;
        `area_km2` and `population` where known; `pcode`, the P-code of the district, or of the district in which the
        place lies. With a day to compare with also `EXPORTED_COMPARISON_COLUMNS`: those of `compare_dates`, and the
        label, basis, claimant and dispute of the status `before`; both days are shown with the knowledge of the view.
    """
    rows = as_of(_explained_timeline(view, dated=dated), date)
    rows = rows.assign(date=pd.Timestamp(date), days_silent=days_silent(rows, date))
    columns = EXPORTED_STATUS_COLUMNS
    if since is not None:
        compared = compare_dates(view.timeline, since, date).astype({"change": "str"}).set_index(rows.index)
        earlier = as_of(view.timeline, min(since, date)).set_index(rows.index)
        rows = rows.assign(
            before=earlier["status"],
            after=rows["status"],
            **{name: compared[name] for name in ("change", "changed_on")},
            before_label=earlier["status"].map(view.pack.status_labels),
            **{f"before_{name}": earlier[name] for name in _BEFORE},
        )
        columns = [*columns[:-3], *EXPORTED_COMPARISON_COLUMNS, *columns[-3:]]
    return _complete(view.pack, rows, columns, province_id)


def make_timeline_table(view: View, province_id: str = "", *, dated: bool = True) -> gpd.GeoDataFrame:
    """Return all intervals of all places, with `EXPORTED_TIMELINE_COLUMNS`.

    An interval is `[valid_from, valid_to)`: `valid_to` is the day after the last, and NaT is an open beginning or end.
    `dated` and the other columns are those of `make_status_table`.
    """
    return _complete(view.pack, _explained_timeline(view, dated=dated), EXPORTED_TIMELINE_COLUMNS, province_id)


def _explained_timeline(view: View, *, dated: bool) -> gpd.GeoDataFrame:
    explained = view.timeline.assign(why=view.why_lines())
    return explained.assign(**{str(name): days for name, days in view.change_days.items()}) if dated else explained


def make_evidence_table(view: View, province_id: str = "") -> gpd.GeoDataFrame:
    """Return the reports that the view knows, of events on any day, with `EXPORTED_EVIDENCE_COLUMNS`.

    There is one row for each report and place that it refers to. Its point (lon/lat) lies on the place, or is that of
    the settlement that it names.
    """
    reports = view.located[["report_id", *_REPORT]]
    evidence = view.evidence.astype({"claim": "str", "date_precision": "str"})
    rows = evidence.merge(reports, on="report_id", how="left", validate="many_to_one")
    places = view.pack.theatre.places
    points = places.assign(geometry=places.representative_point())
    points = points[["place_id", "kind", "name", "province_id", "province", "geometry"]]
    rows = gpd.GeoDataFrame(rows.merge(points, on="place_id", how="left"), geometry="geometry", crs=places.crs)
    named = named_settlements(view.located, view.pack.theatre)
    if len(named):
        own = gpd.GeoSeries(gpd.points_from_xy(named["lon"], named["lat"]), view.located["report_id"].loc[named.index])
        rows["geometry"] = rows["report_id"].map(own).fillna(rows["geometry"])
    return _complete(view.pack, rows, EXPORTED_EVIDENCE_COLUMNS, province_id)


def _complete(pack: Pack, rows: gpd.GeoDataFrame, columns: list[str], province_id: str) -> gpd.GeoDataFrame:
    """Add the facts about each place, keep one province if it is named, and put the columns that there are in order."""
    if province_id:
        rows = rows[rows["province_id"] == province_id]
    places = pack.theatre.places.set_index("place_id")
    labels = {**pack.status_labels, "": ""}
    more = {name: rows["place_id"].map(places[name]) for name in ("name_local", "area_km2", "population")}
    more["pcode"] = rows["place_id"].map(find_pcodes(places))
    if "status" in columns:
        more["status_label"] = rows["status"].map(labels)
        more["claimed_by_label"] = rows["claimed_by"].map(labels)
    more["population"] = more["population"].round().astype("Int64")
    for name in ("rests_on", "because_of"):
        if name in columns:
            cells = map(_write_ids, rows[name], rows[f"{name}_count"])
            more[name] = pd.Series(list(cells), index=rows.index, dtype="str")
    rows = rows.assign(**more)
    rows = rows[[name for name in columns if name in rows]].reset_index(drop=True)
    for name in rows.select_dtypes("str").columns:
        rows[name] = rows[name].fillna("")
    return rows


def _write_ids(ids: Sequence[str], count: int) -> str:
    """List ids of reports, and count those that are not among them, as in "r1 r2 and 1,234 more"."""
    return " ".join([*ids, f"and {count - len(ids):,} more"] if count > len(ids) else ids)


def find_pcodes(places: pd.DataFrame) -> pd.Series:
    """Return the P-code of the district that each place is or lies in; `places` has their ids as its index.

    P-codes are hierarchical: a district's begins with its province's. A newer district has no P-code of its own.
    """
    rows = zip(places.index, places["province_id"], places["parent_id"], strict=True)
    codes = [place_id if place_id.startswith(province_id) else parent_id for place_id, province_id, parent_id in rows]
    return pd.Series(codes, index=places.index, dtype="str")
