"""A form for KoboToolbox or ODK is written, which asks for what the codebook needs; `kobo` imports its answers.

`write_form(theatre, path)` writes an XLSForm: an Excel file with the question "At which place?" and the places of the
theatre as choices. The questions have the names of the codebook's columns. Provinces and places are chosen from those
of the theatre, so that no name has to be matched. See https://xlsform.org/en/, edition of 2024.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import openpyxl

from control_map.core import labels as core_labels
from control_map.core.model import INDEPENDENT, KINDS_WITH_STATUS, UNKNOWN_SIDE, Claim, DatePrecision
from control_map.core.sanitize import sanitize_cell
from control_map.geocoding.spelling import fold_name
from control_map.theatre.file_time import file_time, workbook_bytes
from control_map.theatre.theatre import Theatre


class Question(NamedTuple):
    """A question of the form, in the terms of XLSForm."""

    type: str
    name: str
    label: str
    required: str = "yes"
    hint: str = ""
    constraint: str = ""
    choice_filter: str = ""


_PLACE_FILTER = "province = ${province_text} and kind = ${place_kind}"
_ACTOR_HINT = "If it is fought for: who attacks. If a party left: who left."
_CLAIMANT_HINT = "Name a role, such as “a shopkeeper”, not a person."
SURVEY = (
    Question("date", "event_date", "When did it happen?", constraint=". <= today()"),
    Question("select_one precision", "date_precision", "How exactly is the day known?"),
    Question("select_one province", "province_text", "In which province?"),
    Question("select_one kind", "place_kind", "At what kind of place?"),
    Question("select_one place", "place_text", "At which place?", choice_filter=_PLACE_FILTER),
    Question("select_one claim", "claim", "What happened to it?"),
    Question("select_one actor", "actor", "Who holds it now?", hint=_ACTOR_HINT),
    Question("text", "claimant", "Who says so?", hint=_CLAIMANT_HINT),
    Question("select_one side", "claimant_side", "On whose side are they?"),
    Question("text", "origin", "Where was it said first?", "no"),
    Question("text", "source_url", "Is there a web address?", "no"),
    Question("text", "summary", "What was said, in your own words?", "no", constraint="string-length(.) <= 200"),
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
SIDE_LABELS = {INDEPENDENT: "Nobody's", UNKNOWN_SIDE: "Not known"}
COLUMN_BY_QUESTION: Mapping[str, str] = {fold_name(question.label): question.name for question in SURVEY}
"""The column of each question, for exports with labels."""
VALUE_BY_ANSWER: Mapping[str, Mapping[str, str]] = {
    column: {fold_name(label): value for value, label in labels.items()}
    for column, labels in (
        ("date_precision", PRECISION_LABELS),
        ("place_kind", KIND_LABELS),
        ("claim", CLAIM_LABELS),
        ("claimant_side", SIDE_LABELS),
    )
}
"""The value of each answer, for exports with labels, by the column of the codebook."""


def write_form(theatre: Theatre, path: Path) -> None:
    """Write the form of a theatre as an Excel file."""
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    survey.append(["type", "name", "label", "required", "hint", "constraint", "relevant", "choice_filter"])
    for *cells, choice_filter in SURVEY:
        survey.append([*cells, "", choice_filter])
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", "label", "province", "kind"])
    for row in _list_choices(theatre):
        choices.append([sanitize_cell(cell) for cell in row])
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id"])
    form_id = f"control_map_{fold_name(theatre.title).replace(' ', '-')}"
    settings.append([sanitize_cell(f"Reports on control: {theatre.title}"), sanitize_cell(form_id)])
    path.write_bytes(workbook_bytes(book, file_time(theatre)))


def _list_choices(theatre: Theatre) -> list[list[str]]:
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
