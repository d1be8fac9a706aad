"""Submissions of a KoboToolbox form become reports, as it exports them: CSV or Excel, with names or with labels.

The column "event/where/place_text" becomes `place_text`. The questions have the names of the codebook's columns, or
common variants of them, as in the form that `write_form` makes. The groups before the name of a question are removed,
and so are the columns that an export adds. Answers stay as they are written, except those of that form.

The person who submitted a form is not imported: observers stay anonymous. A place that was chosen from a list of the
theatre's is that place. Otherwise the point of the submission says in which district it is, and a name whether its
centre is meant; a name that surely means a place elsewhere stays open.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from control_map.core.model import PlaceKind
from control_map.geocoding.spelling import fold_name
from control_map.intake.importers.base import (
    Importer,
    ImportResult,
    RowFilter,
    cells_of,
    format_iso_dates,
    format_report_ids,
    parse_days,
)
from control_map.intake.importers.kobo_form import COLUMN_BY_QUESTION, VALUE_BY_ANSWER
from control_map.intake.importers.places import OUTSIDE, Around, FoundPlace, PlaceFinder
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.columns import match_columns
from control_map.intake.matching.dates import DateStyle
from control_map.intake.tables.table_builder import RawTable

SUBMITTED, UNIQUE_ID, VALIDATION = "_submission_time", "_uuid", "_validation_status"
REJECTED_STATUSES = frozenset({"validation_status_not_approved", "not approved"})
_METADATA_COLUMNS = frozenset(
    "start end username deviceid phonenumber simserial subscriberid email audit meta/instanceid formhub/uuid".split()
)
"""The columns that a form records by itself, many of them about the person who fills it in."""
_LATITUDE = re.compile(r"_(.+)_latitude")
_POINT = re.compile(r"^\s*\[?\s*(-?\d+(?:\.\d+)?)[\s,]+(-?\d+(?:\.\d+)?)")


def convert(raw: RawTable, actors: ActorNames, finder: PlaceFinder, dates: DateStyle) -> ImportResult:
    """Convert submissions to reports, see `Importer.import_reports`."""
    table = raw.frame.rename(columns=lambda name: name.lower() if name.startswith("_") else name)
    table = table.loc[:, ~table.columns.duplicated()]
    rows = RowFilter(table, (VALIDATION,))
    rejected = rows.remaining[VALIDATION].str.lower().isin(REJECTED_STATUSES)
    rows.leave_out(rejected, VALIDATION, "the submission was not approved")
    kept = table.loc[rows.remaining.index].astype("str")
    answers = _read_answers(kept)
    columns = match_columns(list(answers.columns)).columns
    answers = answers.rename(columns={theirs: ours for ours, theirs in columns.items() if ours not in answers})
    empty = pd.Series("", index=kept.index, dtype="str")
    defaults = {
        "report_id": format_report_ids("kobo", kept[UNIQUE_ID]),
        "reported_date": format_iso_dates(parse_days(kept[SUBMITTED], DateStyle(dates.day_first))),
    }
    for column, values in defaults.items():
        given = answers.get(column, empty)
        answers[column] = given.mask(given == "", values)
    for column, find in (("actor", actors.find), ("claimant_side", actors.find_known)):
        if column in answers:
            answers[column] = [find(name) or name for name in answers[column]]
    for column, meanings in VALUE_BY_ANSWER.items():
        if column in answers:
            answers[column] = [meanings.get(fold_name(answer), answer) for answer in answers[column]]
    found = _find_places(answers, finder.look_around(*_read_points(kept)), finder)
    rows.remaining = kept.assign(elsewhere="")  # so that all such rows are one kind
    elsewhere = pd.Series([place is OUTSIDE for place in found], index=kept.index, dtype="bool")
    fix = "Correct one of the two, or take the point out if it is only where the device was"
    rows.leave_out(elsewhere, "elsewhere", "the named place is not where the point is", fix)
    named = {name: answers.get(name, empty) for name in FoundPlace._fields}
    placed: dict[str, Any] = {
        name: [given if place is None else place[at] for given, place in zip(named[name], found, strict=True)]
        for at, name in enumerate(FoundPlace._fields)
        if name in answers or any(found)
    }
    return rows.to_result(answers.assign(**placed)[~elsewhere])


def _read_answers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the questions without their groups, and without those that only repeat a choice."""
    names = list(frame.columns)
    questions = [
        name
        for name in names
        # "means/drone" states whether "drone" was chosen in the question "means", which lists all choices.
        if not name.startswith("_") and name.lower() not in _METADATA_COLUMNS and name.rpartition("/")[0] not in names
    ]
    columns = {name: COLUMN_BY_QUESTION.get(fold_name(last := name.rpartition("/")[2]), last) for name in questions}
    counts = Counter(columns.values())
    return frame[questions].rename(columns={name: name if counts[to] > 1 else to for name, to in columns.items()})


def _find_places(answers: pd.DataFrame, around: Sequence[Around], finder: PlaceFinder) -> list[FoundPlace | None]:
    """Find the place that was chosen by its id, or the part of a district around the point; None: only a name says.

    The place is `OUTSIDE` of where the submission says if its name surely means a place elsewhere than the point.
    """
    names = FoundPlace._fields[:3]
    places = answers.reindex(columns=list(names), fill_value="")
    written = [FoundPlace(*cells) for cells in cells_of(places, *names)]
    return [_find_place(finder, stated, where) for stated, where in zip(written, around, strict=True)]


def _find_place(finder: PlaceFinder, stated: FoundPlace, around: Around) -> FoundPlace | None:
    if stated.place_text in finder.kinds:
        return finder.whole_place(stated.place_text)
    is_area = stated.place_kind in (PlaceKind.PROVINCE, PlaceKind.COUNTRY)
    if is_area or not around.district_id:
        return None
    if finder.lies_elsewhere(stated, around):
        return OUTSIDE
    return finder.find_place(stated.place_text, (), stated.province_text, around)


def _read_points(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return longitude and latitude of each submission, empty if they are not recorded.

    Those of a question go before those of the geometry of GeoJSON, and these before where the device was.
    """
    empty = pd.Series("", index=frame.index, dtype="str")
    of_device = frame.get("_geolocation", empty).str.extract(_POINT).fillna("").astype("str")
    points = [
        (frame[f"_{question[1]}_longitude"], frame[name])
        for name in frame.columns
        if (question := _LATITUDE.fullmatch(name)) and f"_{question[1]}_longitude" in frame and "start" not in name
    ]
    points += [(frame.get("longitude", empty), frame.get("latitude", empty)), (of_device[1], of_device[0])]
    lon, lat = points[0]
    for x, y in points[1:]:
        missing = (lon == "") | (lat == "")
        lon, lat = lon.mask(missing, x), lat.mask(missing, y)
    return lon, lat


KOBO = Importer(
    id="kobo",
    label="KoboToolbox",
    documentation="KoboToolbox, Exporting and downloading your data, https://support.kobotoolbox.org/export_download.html",
    terms="",
    source_name="",
    required_columns=(frozenset({UNIQUE_ID, SUBMITTED}),),
    converter=convert,
)
