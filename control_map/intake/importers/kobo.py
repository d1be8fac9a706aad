"""Submissions of a KoboToolbox form become reports, as it exports them: CSV or Excel, with names or with labels.

The column "event/where/place_text" becomes `place_text`. The questions have the names of the codebook's columns, or
common variants of them, as in the form that `write_form` makes. The groups before the name of a question are removed,
and so are the columns that an export adds. Answers stay as they are written, except those of that form.

The person who submitted a form is not imported: observers stay anonymous. The position of the device is used only as
the district around it, if the submission names no place.
"""

import re
from collections import Counter

import pandas as pd

from control_map.geocoding.spelling import fold_name
from control_map.intake.importers.base import (
    Importer,
    ImportResult,
    RowFilter,
    assign_places,
    cells_of,
    format_iso_dates,
    format_report_ids,
    parse_days,
)
from control_map.intake.importers.districts import DistrictNamer
from control_map.intake.importers.kobo_form import COLUMN_BY_QUESTION, VALUE_BY_ANSWER
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.codebook import PlaceSpelling
from control_map.intake.matching.columns import match_columns
from control_map.intake.tables.table_builder import RawTable

SUBMITTED, UNIQUE_ID, VALIDATION = "_submission_time", "_uuid", "_validation_status"
REJECTED_STATUSES = frozenset({"validation_status_not_approved", "not approved"})
_METADATA_COLUMNS = frozenset(
    "start end username deviceid phonenumber simserial subscriberid email audit meta/instanceid formhub/uuid".split()
)
"""The columns that a form records by itself, many of them about the person who fills it in."""
_LATITUDE = re.compile(r"_(.+)_latitude")
_POINT = re.compile(r"^\s*\[?\s*(-?\d+(?:\.\d+)?)[\s,]+(-?\d+(?:\.\d+)?)")


def convert(raw: RawTable, actors: ActorNames, districts: DistrictNamer, *, day_first: bool | None) -> ImportResult:
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
        "reported_date": format_iso_dates(parse_days(kept[SUBMITTED], day_first=day_first)),
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
    return rows.to_result(_add_places(answers, kept, districts))


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


def _add_places(answers: pd.DataFrame, frame: pd.DataFrame, districts: DistrictNamer) -> pd.DataFrame:
    """Spell the place that was chosen by its id, or the district around the device if the submission names no place."""
    ids = districts.find_districts(*_read_points(frame))
    places = answers.reindex(columns=list(PlaceSpelling._fields), fill_value="")
    written = [PlaceSpelling(*cells) for cells in cells_of(places, *PlaceSpelling._fields)]
    known = [
        districts.spellings.get(spelling.place_text or district_id)
        for spelling, district_id in zip(written, ids, strict=True)
    ]
    if not any(known):
        return answers
    return assign_places(answers, [one or other for one, other in zip(known, written, strict=True)])


def _read_points(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return longitude and latitude of the device at each submission, empty if they are not recorded."""
    for name in frame.columns:
        if (question := _LATITUDE.fullmatch(name)) and f"_{question[1]}_longitude" in frame:
            return frame[f"_{question[1]}_longitude"], frame[name]
    if {"longitude", "latitude"} <= set(frame.columns):  # the points of GeoJSON
        return frame["longitude"], frame["latitude"]
    empty = pd.Series("", index=frame.index, dtype="str")
    points = frame.get("_geolocation", empty).str.extract(_POINT).fillna("").astype("str")
    return points[1], points[0]


KOBO = Importer(
    id="kobo",
    label="KoboToolbox",
    documentation="KoboToolbox, Exporting and downloading your data, https://support.kobotoolbox.org/export_download.html",
    terms="",
    source_name="",
    required_columns=(frozenset({UNIQUE_ID, SUBMITTED}),),
    converter=convert,
)
