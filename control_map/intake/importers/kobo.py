"""Submissions of a form that was made with KoboToolbox, as it exports them: CSV or Excel, with names or labels.

Its questions are called as the codebook's columns are, or as these are often called; the form that `write_form` makes
asks them so. What stands before the name of a question, its groups, is taken off, and so is what an export adds of its
own. What was answered stays as it is written, but for the answers of that form.

Who submitted a form is not taken over: those who observe stay unnamed. Nor is where they stood, but as the district in
which this is, if they name no place.
"""

import re

import pandas as pd

from control_map.geocoding.spelling import fold_name
from control_map.intake.importers.base import Importer, ImportResult, RowFilter, format_iso_dates, parse_days
from control_map.intake.importers.districts import DistrictNamer
from control_map.intake.importers.kobo_form import COLUMN_BY_QUESTION, VALUE_BY_ANSWER
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.codebook import PlaceSpelling
from control_map.intake.matching.columns import match_columns
from control_map.intake.tables.table_builder import RawTable
from control_map.theatre.reports import CODEBOOK_COLUMNS

SUBMITTED, UNIQUE_ID, VALIDATION = "_submission_time", "_uuid", "_validation_status"
REJECTED_STATUSES = frozenset({"validation_status_not_approved", "not approved"})
METADATA_COLUMNS = frozenset(
    "start end username deviceid phonenumber simserial subscriberid email audit meta/instanceid formhub/uuid".split()
)
"""What a form notes by itself, much of it on the person who fills it in."""
_LATITUDE = re.compile(r"_(.+)_latitude")
_POINT = re.compile(r"^\s*\[?\s*(-?\d+(?:\.\d+)?)[\s,]+(-?\d+(?:\.\d+)?)")


def convert(raw: RawTable, actors: ActorNames, districts: DistrictNamer, *, day_first: bool | None) -> ImportResult:
    """Turn submissions into reports, see `Importer.account`."""
    named = raw.frame.rename(columns=lambda name: name.lower() if name.startswith("_") else name)
    named = named.loc[:, ~named.columns.duplicated()]
    sieve = RowFilter(named, (VALIDATION,))
    refused = sieve.rest[VALIDATION].str.lower().isin(REJECTED_STATUSES)
    sieve.leave_out(refused, VALIDATION, "the submission was not approved")
    kept = named.loc[sieve.rest.index].astype("str")
    answers = _answers(kept)
    columns = match_columns(list(answers.columns)).columns
    answers = answers.rename(columns={theirs: ours for ours, theirs in columns.items() if ours not in answers})
    submitted = format_iso_dates(parse_days(kept[SUBMITTED], day_first=day_first))
    given = {name: answers.get(name, pd.Series("", index=kept.index, dtype="str")) for name in CODEBOOK_COLUMNS}
    ids = ("kobo:" + kept[UNIQUE_ID]).mask(kept[UNIQUE_ID] == "", "")
    answers = answers.assign(
        report_id=given["report_id"].mask(given["report_id"] == "", ids),
        reported_date=given["reported_date"].mask(given["reported_date"] == "", submitted),
    )
    for column in ("actor", "claimant_side"):
        if column in answers:
            answers[column] = [actors.find(name) or name for name in answers[column]]
    for column, meanings in VALUE_BY_ANSWER.items():
        if column in answers:
            answers[column] = [meanings.get(fold_name(answer), answer) for answer in answers[column]]
    return sieve.account(_with_places(answers, kept, districts))


def _answers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the questions without their groups, and without those that only repeat a choice."""
    names = list(frame.columns)
    asked = [
        name
        for name in names
        # "means/drone" is whether the choice "drone" was made of the question "means", which has all of them.
        if not name.startswith("_") and name.lower() not in METADATA_COLUMNS and name.rpartition("/")[0] not in names
    ]
    bare = {name: COLUMN_BY_QUESTION.get(fold_name(last := name.rpartition("/")[2]), last) for name in asked}
    of_several = [name for name in bare.values() if list(bare.values()).count(name) > 1]
    return frame[asked].rename(columns={name: name if last in of_several else last for name, last in bare.items()})


def _with_places(answers: pd.DataFrame, frame: pd.DataFrame, districts: DistrictNamer) -> pd.DataFrame:
    """Name the place that was chosen by its id, or the district in which a submission was made if it names no place."""
    around = districts.around(*_points(frame))
    empty = pd.Series("", index=answers.index, dtype="str")
    places, provinces = answers.get("place_text", empty), answers.get("province_text", empty)
    found = [districts.of_id(place or district) for place, district in zip(places, around, strict=True)]
    if not any(found):
        return answers
    kinds = answers.get("place_kind", empty)
    named = [
        there or PlaceSpelling(*cells)
        for there, cells in zip(found, zip(places, provinces, kinds, strict=True), strict=True)
    ]
    return answers.assign(
        **{name: [spelling[number] for spelling in named] for number, name in enumerate(PlaceSpelling._fields)}
    )


def _points(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return longitude and latitude of where each submission was made, empty if it does not say."""
    for name in frame.columns:
        if (question := _LATITUDE.fullmatch(name)) and f"_{question[1]}_longitude" in frame:
            return frame[f"_{question[1]}_longitude"], frame[name]
    empty = pd.Series("", index=frame.index, dtype="str")
    spots = frame.get("_geolocation", empty).str.extract(_POINT).fillna("").astype("str")
    return spots[1], spots[0]


KOBO = Importer(
    id="kobo",
    label="KoboToolbox",
    documented="KoboToolbox, Exporting and downloading your data, https://support.kobotoolbox.org/export_download.html",
    terms="",
    source_name="",
    told_by=(frozenset({UNIQUE_ID, SUBMITTED}),),
    take=convert,
)
