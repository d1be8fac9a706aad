"""The questions that a view answers with a table, one function each.

Texts of parameters are empty, and days None, where nothing is asked for. A name that the theatre does not have is an
`UnknownNameError`, which lists the nearest names or all.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence

import geopandas as gpd
import pandas as pd
import shapely

from control_map.analysis import published_totals as published
from control_map.analysis import summary as summaries
from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.analysis.search import ReportFilter, ReportState, find_reports, roles_at_named_place
from control_map.analysis.trend import TrendQuantity, count_statuses_daily, last_known_day
from control_map.assessment.timeline import as_of
from control_map.core.characters import name_key
from control_map.core.errors import UnknownNameError
from control_map.core.labels import SIDE_LABELS
from control_map.core.model import KINDS_WITH_STATUS
from control_map.explanation.argument import unknown_place
from control_map.pipeline.view import View
from control_map.render.answers.answer import Answer
from control_map.render.export import tables
from control_map.render.provenance import Provenance
from control_map.theatre.config import OWN_SCALE
from control_map.theatre.reports import EXPORTED_NAMES
from control_map.theatre.theatre import Theatre

PLACE_COLUMNS = "place_id kind name name_local alt_names province_id province pcode".split()
PLACE_COLUMNS += "neighbour other_side area_km2 population geometry".split()
EXPLANATION_COLUMNS = "role reason sentence via event_date date_precision reported_date lag lag_days".split()
EXPLANATION_COLUMNS += "counts_from current claim asserts actor who claimant claimant_side interest origin".split()
EXPLANATION_COLUMNS += "reliability credibility report_id source_name source_url summary place_text because_of".split()
_DAYS_OF_REPORTS = ("event_date", "reported_date", "counts_from")


def status(
    view: View,
    date: dt.date,
    *,
    kind: str = "",
    province: str = "",
    since: dt.date | None = None,
    scale: str = "",
) -> Answer:
    """Say who is assessed to hold each place on a day.

    The rows are those of `tables.make_status_table` without `changed_from` and `changed_to`, of one kind of places and
    in one province if they are named; with a scale, `term` is the status in its terms.
    """
    theatre = view.pack.theatre
    _check_known("kind", kind, KINDS_WITH_STATUS)
    _check_province(province, theatre)
    rows = tables.make_status_table(view, date, since, province, dated=False)
    if scale:
        now = as_of(view.timeline, date)
        terms = published.translate_to_scale(now, published.scale_named(scale, theatre)).set_axis(now["place_id"])
        rows.insert(len(rows.columns) - 1, "term", rows["place_id"].map(terms).astype("str"))
    if kind:
        rows = rows[rows["kind"] == kind].reset_index(drop=True)
    return Answer(rows, Provenance.of(view, date, since, province), _key(view))


def places(view: View) -> Answer:
    """List the places of the theatre with `PLACE_COLUMNS`; the day is the last one of which the view knows."""
    theatre = view.pack.theatre
    rows = theatre.places.assign(pcode=tables.find_pcodes(theatre.places.set_index("place_id")).to_numpy())
    rows["population"] = rows["population"].round().astype("Int64")
    return Answer(rows[PLACE_COLUMNS].reset_index(drop=True), _at_the_end(view))


def place(view: View, place_id: str, date: dt.date) -> Answer:
    """List the statuses that a place has had up to a day; the last row is the status on it.

    The rows are those of `tables.make_timeline_table` without `changed_from` and `changed_to`.
    """
    _check_place(place_id, view.pack.theatre)
    rows = _statuses_until(view, date)
    return Answer(rows[rows["place_id"] == place_id].reset_index(drop=True), Provenance.of(view, date))


def histories(view: View, date: dt.date) -> Iterator[tuple[str, Answer]]:
    """Yield each place of the theatre with what `place` answers for it."""
    provenance = Provenance.of(view, date)
    for place_id, rows in _statuses_until(view, date).groupby("place_id", sort=False):
        yield str(place_id), Answer(rows.reset_index(drop=True), provenance)


def _statuses_until(view: View, date: dt.date) -> pd.DataFrame:
    rows = tables.make_timeline_table(view, dated=False)
    return rows[rows["valid_from"].isna() | (rows["valid_from"] <= pd.Timestamp(date))]


def explain(view: View, place_id: str, date: dt.date) -> Answer:
    """Say why a place has its status: the argument, and a row for each report on the place, newest first.

    The rows have `EXPLANATION_COLUMNS`. What `View.explain` returns beside the reports is in `more`, under `argument`.
    """
    argument = view.explain(place_id, date)
    rows = pd.DataFrame(argument.pop("evidence"), columns=EXPLANATION_COLUMNS)
    rows = rows.astype(dict.fromkeys(_DAYS_OF_REPORTS, "datetime64[us]"))
    return Answer(rows, Provenance.of(view, date), {"argument": argument})


def changes(
    view: View,
    since: dt.date,
    date: dt.date,
    *,
    province: str = "",
    place: str = "",
    kind: str = "",
    log: Callable[[View, dt.date, dt.date], pd.DataFrame] = View.change_log,
) -> Answer:
    """List every change of status after one day and up to another, see `View.change_log`, or `log` in its place.

    Each row has a point on its place. A step from no report to unknown control is not listed as a change, see
    `changes_between`.
    """
    theatre = view.pack.theatre
    _check_known("kind", kind, KINDS_WITH_STATUS)
    _check_province(province, theatre)
    if place:
        _check_place(place, theatre)
    rows = log(view, since, date)
    for column, wanted in (("province_id", province), ("place_id", place), ("kind", kind)):
        if wanted:
            rows = rows[rows[column] == wanted]
    rows = _with_points(rows.reset_index(drop=True), theatre)
    return Answer(rows, Provenance.of(view, date, since, province), _key(view))


def summary(view: View, date: dt.date, since: dt.date | None = None, older_than: int = BLIND_SPOT_DAYS) -> Answer:
    """Count each province's districts by status, see `summarize_provinces`, and its reports on parts of it.

    Changes are those since `since`, by default since `COMPARED_DAYS` before. `older_than` is the number of days without
    a report that make a place a blind spot.
    """
    since = since or date - dt.timedelta(days=summaries.COMPARED_DAYS)
    now, before = as_of(view.timeline, date), as_of(view.timeline, since)
    pack = view.pack
    rows = summaries.summarize_provinces(now, before, pack.theatre.places, pack.statuses, date, older_than)
    rows = summaries.add_part_reports(rows, view.part_reports(date))
    return Answer(rows, Provenance.of(view, date, since), _key(view))


def reports(
    view: View,
    text: str = "",
    *,
    place: str = "",
    province: str = "",
    source: str = "",
    origin: str = "",
    side: str = "",
    claim: Iterable[str] = (),
    begin: dt.date | None = None,
    end: dt.date | None = None,
    set_aside: bool = False,
) -> Answer:
    """Search the reports that the view knows, see `find_reports`; `searched` says how many there are.

    The rows have the reports' columns under the names that are exported, and `role`, the role of each under the rule
    for the place that it names.
    """
    pack = view.pack
    if place:
        _check_place(place, pack.theatre)
    _check_province(province, pack.theatre)
    _check_known("side", side, [*pack.labels, *SIDE_LABELS])
    wanted = ReportFilter(
        text=text,
        place_id=place,
        province_id=province,
        source=source,
        origin=pack.origins.get(name_key(origin), origin),
        side=side,
        claims=tuple(claim),
        begin=begin,
        end=end,
        published_by=view.known_on,
        state=ReportState.SET_ASIDE if set_aside else ReportState.ALL,
    )
    found = find_reports(pack.search_index, wanted)
    rows = found.assign(role=roles_at_named_place(found, view.evidence)).rename(columns=EXPORTED_NAMES)
    searched = len(find_reports(pack.search_index, wanted.scope))
    return Answer(rows, _at_the_end(view, province), {"searched": searched})


def trend(view: View, by: str = TrendQuantity.DISTRICTS, province: str = "") -> Answer:
    """Count the districts by status on every day of the period up to the last that is known, see `TrendQuantity`."""
    _check_known("quantity", by, list(TrendQuantity))
    theatre = view.pack.theatre
    _check_province(province, theatre)
    rests = _at_the_end(view, province)
    rows = count_statuses_daily(
        view.timeline,
        theatre.places,
        view.pack.statuses,
        theatre.period_start,
        rests.date,
        by=TrendQuantity(by),
        province_id=province,
    )
    return Answer(rows, rests, _key(view))


def totals(
    view: View,
    date: dt.date | None = None,
    scale: str = "",
    compare: Callable[[View], pd.DataFrame] = View.compare_totals,
) -> Answer:
    """Put published totals beside the map's comparable counts, see `View.compare_totals`, or `compare` in its place.

    With a day, only totals around it; with a scale, only those in its terms.
    """
    theatre, rows = view.pack.theatre, compare(view)
    if scale:
        rows = rows[rows["scale"].replace("", OWN_SCALE) == published.scale_named(scale, theatre).id]
    if date is not None:
        rows = published.totals_near_date(rows, date)
    return Answer(rows, Provenance.of(view, date) if date else _at_the_end(view))


def _key(view: View) -> dict[str, list[dict[str, str]]]:
    """Return the key of the map: each status with its label and its colour, in their order."""
    return {
        "statuses": [
            {"status": status, "label": style.label, "colour": style.colour}
            for status, style in view.pack.styles.items()
        ]
    }


def _at_the_end(view: View, province_id: str = "") -> Provenance:
    """Return the provenance of what is about the whole period: its date is the last day of which something is known."""
    theatre = view.pack.theatre
    last = last_known_day(theatre.period_start, theatre.period_end, view.known_on)
    return Provenance.of(view, last, province_id=province_id)


def _with_points(rows: pd.DataFrame, theatre: Theatre) -> gpd.GeoDataFrame:
    places = theatre.places.set_index("place_id").geometry
    on_places = shapely.point_on_surface(rows["place_id"].map(places).to_numpy())
    return gpd.GeoDataFrame(rows, geometry=on_places, crs=theatre.places.crs)


def _check_known(what: str, name: str, known: Sequence[str] | pd.Series) -> None:
    if name and name not in list(known):
        raise UnknownNameError(what, name, list(known), complete=True)


def _check_province(province_id: str, theatre: Theatre) -> None:
    names = theatre.province_names
    if province_id and province_id not in names:
        raise UnknownNameError(
            "province", province_id, [f"{key} ({name})" for key, name in names.items()], complete=True
        )


def _check_place(place_id: str, theatre: Theatre) -> None:
    if place_id not in theatre.place_positions:
        raise unknown_place(place_id, theatre.places)
