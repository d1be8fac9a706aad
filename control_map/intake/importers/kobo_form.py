"""A form for KoboToolbox or ODK that asks what the codebook asks: an XLSForm, whose answers `kobo` makes into reports.

Its questions are called as the codebook's columns. Provinces, and the places in them, are chosen from those of the
theatre, so that no name has to be guessed. See https://xlsform.org/en/, edition of 2024.
"""

from collections.abc import Mapping
from pathlib import Path

import openpyxl

from control_map.core import labels as core_labels
from control_map.core.model import INDEPENDENT, KINDS_WITH_STATUS, Claim, DatePrecision
from control_map.core.sanitize import sanitize_cell
from control_map.geocoding.spelling import fold_name
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
CLAIM_LABELS = {
    Claim.CAPTURED: "Taken from the other side",
    Claim.RETAKEN: "Taken back",
    Claim.HANDED_OVER: "Handed over without a fight",
    Claim.HELD: "Still held",
    Claim.CONTESTED: "Forces of both are inside",
    Claim.WITHDREW: "Left",
    Claim.FIGHTING: "Fighting in or near it",
}
KIND_LABELS = {kind: f"A {core_labels.KIND_LABELS[kind].singular}" for kind in KINDS_WITH_STATUS}
PRECISION_LABELS = {
    DatePrecision.DAY: "To the day",
    DatePrecision.WEEK: "To the week",
    DatePrecision.MONTH: "To the month",
}
SIDE_LABELS = {INDEPENDENT: "Nobody's"}
COLUMN_BY_QUESTION: Mapping[str, str] = {fold_name(label): name for _, name, label, *_ in SURVEY}
"""Which column a question means that is exported with its label."""
VALUE_BY_ANSWER: Mapping[str, Mapping[str, str]] = {
    column: {fold_name(label): value for value, label in labels.items()}
    for column, labels in (
        ("date_precision", PRECISION_LABELS),
        ("place_kind", KIND_LABELS),
        ("claim", CLAIM_LABELS),
        ("claimant_side", SIDE_LABELS),
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
        choices.append([sanitize_cell(cell) for cell in row])
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id"])
    settings.append([sanitize_cell(f"Reports on control: {theatre.title}"), f"control_map_{theatre.id}"])
    book.save(path)
    book.close()


def _choices(theatre: Theatre) -> list[list[str]]:
    actors = theatre.actor_labels
    places = theatre.places[theatre.places["kind"].isin(list(KINDS_WITH_STATUS))].sort_values("name")
    kinds = [kind for kind in KINDS_WITH_STATUS if (places["kind"] == kind).any()]
    rows = [["precision", precision, label, "", ""] for precision, label in PRECISION_LABELS.items()]
    rows += [["kind", kind, KIND_LABELS[kind], "", ""] for kind in kinds]
    rows += [["claim", claim, label, "", ""] for claim, label in CLAIM_LABELS.items()]
    rows += [["actor", actor_id, label, "", ""] for actor_id, label in actors.items()]
    rows += [["side", actor_id, label, "", ""] for actor_id, label in {**actors, **SIDE_LABELS}.items()]
    rows += [["province", province_id, name, "", ""] for province_id, name in theatre.province_names.items()]
    columns = places[["place_id", "name", "province_id", "kind"]]
    rows += [["place", *map(str, row)] for row in columns.itertuples(index=False, name=None)]
    return rows
