"""A form for KoboToolbox or ODK that asks what the codebook asks: an XLSForm, whose answers `kobo` makes into reports.

Its questions are called as the codebook's columns. Provinces, and the places in them, are chosen from those of the
theatre, so that no name has to be guessed. See https://xlsform.org/en/, edition of 2024.
"""

from collections.abc import Mapping
from pathlib import Path

import openpyxl

from control_map.core.model import INDEPENDENT, POINT_OR_POLYGON, Claim, DatePrecision, PlaceKind
from control_map.core.sanitize import harmless_cell
from control_map.geocoding.spelling import plain
from control_map.theatre.theatre import Theatre

SURVEY = (
    # type, name, label, required, hint, constraint, choice_filter
    ("date", "event_date", "When did it happen?", "yes", "", ". <= today()", ""),
    ("select_one precision", "date_precision", "How exactly is the day known?", "yes", "", "", ""),
    ("select_one province", "province_text", "In which province?", "yes", "", "", ""),
    ("select_one kind", "place_kind", "At what kind of place?", "yes", "", "", ""),
    (
        "select_one place",
        "place_text",
        "At which place?",
        "yes",
        "",
        "",
        "province = ${province_text} and kind = ${place_kind}",
    ),
    ("select_one claim", "claim", "What happened to it?", "yes", "", "", ""),
    (
        "select_one actor",
        "actor",
        "Who holds it now?",
        "yes",
        "If it is fought for: who attacks. If somebody left: who left.",
        "",
        "",
    ),
    ("text", "claimant", "Who says so?", "yes", "Name a role, such as “a shopkeeper”, not a person.", "", ""),
    ("select_one side", "claimant_side", "On whose side are they?", "yes", "", "", ""),
    ("text", "origin", "Where was it said first?", "no", "", "", ""),
    ("text", "source_url", "Is there a web address?", "no", "", "", ""),
    ("text", "summary", "What was said, in your own words?", "no", "", "string-length(.) <= 200", ""),
)
CLAIMS = {
    Claim.CAPTURED: "Taken from the other side",
    Claim.RETAKEN: "Taken back",
    Claim.HANDED_OVER: "Handed over without a fight",
    Claim.HELD: "Still held",
    Claim.CONTESTED: "Forces of both are inside",
    Claim.WITHDREW: "Left",
    Claim.FIGHTING: "Fighting in or near it",
}
KINDS = {
    PlaceKind.DISTRICT: "A district",
    PlaceKind.CAPITAL: "A provincial capital",
    PlaceKind.CROSSING: "A border crossing",
}
PRECISIONS = {
    DatePrecision.DAY: "To the day",
    DatePrecision.WEEK: "To the week",
    DatePrecision.MONTH: "To the month",
}
SIDES = {INDEPENDENT: "Nobody's"}
QUESTIONS: Mapping[str, str] = {plain(label): name for _, name, label, *_ in SURVEY}
"""Which column a question means that is exported with its label."""
ANSWERS: Mapping[str, Mapping[str, str]] = {
    column: {plain(label): value for value, label in labels.items()}
    for column, labels in (
        ("date_precision", PRECISIONS),
        ("place_kind", KINDS),
        ("claim", CLAIMS),
        ("claimant_side", SIDES),
    )
}
"""What an answer means that is exported with its label, for each column of the codebook."""


def write_form(theatre: Theatre, path: Path) -> None:
    """Write the form of a theatre as an Excel file."""
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    survey.append(["type", "name", "label", "required", "hint", "constraint", "relevant", "choice_filter"])
    for kind, name, label, required, hint, constraint, choice in SURVEY:
        survey.append([kind, name, label, required, hint, constraint, "", choice])
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", "label", "province", "kind"])
    for row in _choices(theatre):
        choices.append([harmless_cell(cell) for cell in row])
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id"])
    settings.append([harmless_cell(f"Reports on control: {theatre.title}"), f"control_map_{theatre.id}"])
    book.save(path)
    book.close()


def _choices(theatre: Theatre) -> list[list[str]]:
    actors = [(actor.id, actor.label) for actor in theatre.actors]
    places = theatre.places[theatre.places["kind"].isin(list(POINT_OR_POLYGON))].sort_values("name")
    kinds = [kind for kind in POINT_OR_POLYGON if (places["kind"] == kind).any()]
    provinces = theatre.provinces[["province_id", "province"]]
    rows = [["precision", precision, label, "", ""] for precision, label in PRECISIONS.items()]
    rows += [["kind", kind, KINDS[kind], "", ""] for kind in kinds]
    rows += [["claim", claim, label, "", ""] for claim, label in CLAIMS.items()]
    rows += [["actor", actor_id, label, "", ""] for actor_id, label in actors]
    rows += [["side", actor_id, label, "", ""] for actor_id, label in [*actors, *SIDES.items()]]
    rows += [["province", *map(str, row), "", ""] for row in provinces.itertuples(index=False, name=None)]
    columns = places[["place_id", "name", "province_id", "kind"]]
    rows += [["place", *map(str, row)] for row in columns.itertuples(index=False, name=None)]
    return rows
