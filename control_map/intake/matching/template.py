"""A table to fill in: the columns of the codebook, a few example rows, and what may stand in each column."""

import csv
import io
from collections.abc import Sequence

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from control_map.core.model import INDEPENDENT, AreaScope, Claim, DatePrecision, PlaceKind
from control_map.core.sanitize import sanitize_cell, sanitize_line
from control_map.intake.matching.columns import DEFAULT_VALUES, REQUIRED_COLUMNS
from control_map.theatre.reports import CODEBOOK_COLUMNS
from control_map.theatre.theatre import Theatre

EXAMPLE_SUMMARY = "EXAMPLE: replace this row by a report of your own"
"""The summary of the example rows, by which they are known if they are left in."""
_ROWS = 2000
"""Rows of the workbook whose cells offer what may stand in them."""
_WIDEST = 60
_MEANING = {
    "report_id": "An id of your own, each once; or leave it empty",
    "event_date": "When it happened, as 2021-07-09",
    "date_precision": "How exactly the day is known",
    "reported_date": "When it was published, as 2021-07-09; empty: the day of the event",
    "place_text": "The place as the source spells it",
    "province_text": "Its province as the source spells it; it tells namesakes apart",
    "place_kind": "Of what kind the place is",
    "area_scope": "Of a province or the country only: how much of it; empty: a part",
    "claim": "What is said of the place",
    "actor": "Who holds it now; for contested and fighting who attacks, for withdrew who left",
    "claimant": "Who says so",
    "claimant_side": "On whose side the claimant is",
    "origin": "The outlet or agency where it appeared first; copies of one story share it",
    "source_name": "Where you read it",
    "source_url": "Its address, with https://",
    "reliability": "Admiralty code of the source, A to F; F: it cannot be judged",
    "credibility": "Admiralty code of the information, 1 to 6; 6: it cannot be judged",
    "summary": "What it says in your own words, up to 200 characters",
    "number": "A number that it gives, for totals",
}


def build_template_csv(theatre: Theatre) -> str:
    """Return a CSV file to fill in, with a few example rows of this theatre's own places and parties."""
    out = io.StringIO()
    rows = [[sanitize_cell(row.get(name, "")) for name in CODEBOOK_COLUMNS] for row in build_example_rows(theatre)]
    csv.writer(out, lineterminator="\n").writerows([CODEBOOK_COLUMNS, *rows])
    return out.getvalue()


def describe_codebook(theatre: Theatre) -> pd.DataFrame:
    """Return what each column of the template means.

    Returns
    -------
    DataFrame
        `column, meaning, needed` (`yes`, or what is supposed where nothing stands), and `allowed` (the values that it
        can have, with commas between; empty: any text).
    """
    allowed = list_allowed_values(theatre)
    return pd.DataFrame(
        [
            {
                "column": name,
                "meaning": _MEANING[name],
                "needed": "yes"
                if name in REQUIRED_COLUMNS
                else f"no: {DEFAULT_VALUES[name]}"
                if name in DEFAULT_VALUES
                else "no",
                "allowed": ", ".join(allowed.get(name, ())),
            }
            for name in CODEBOOK_COLUMNS
        ]
    )


def list_allowed_values(theatre: Theatre) -> dict[str, tuple[str, ...]]:
    """Return the values that the columns can have which take no other."""
    parties = tuple(actor.id for actor in theatre.actors)
    return {
        "date_precision": tuple(DatePrecision),
        "place_kind": tuple(PlaceKind),
        "area_scope": tuple(AreaScope),
        "claim": tuple(Claim),
        "actor": parties,
        "claimant_side": (*parties, INDEPENDENT),
        "reliability": tuple("ABCDEF"),
        "credibility": tuple("123456"),
    }


def build_template_xlsx(theatre: Theatre) -> bytes:
    """Return an Excel workbook to fill in.

    Its first sheet, `reports`, is the template, with lists to choose from; `codebook` says what each column means, and
    `places` has the names of all places.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "reports"
    _fill(
        sheet,
        CODEBOOK_COLUMNS,
        [[row.get(name, "") for name in CODEBOOK_COLUMNS] for row in build_example_rows(theatre)],
    )
    for column in range(1, len(CODEBOOK_COLUMNS) + 1):  # As text: Excel would write dates in a way of its own.
        sheet.column_dimensions[get_column_letter(column)].number_format = "@"
    told = describe_codebook(theatre)
    _fill(book.create_sheet("codebook"), [str(name) for name in told], told.to_numpy().tolist())
    places = theatre.places[["name", "province", "kind", "place_id", "alt_names"]]
    _fill(book.create_sheet("places"), [str(name) for name in places], places.to_numpy().tolist())
    lists = book.create_sheet("lists")
    for number, (name, values) in enumerate(list_allowed_values(theatre).items(), start=1):
        for row, value in enumerate((name, *values), start=1):
            lists.cell(row, number, str(value))
        letter, at = get_column_letter(number), get_column_letter(CODEBOOK_COLUMNS.index(name) + 1)
        offered = DataValidation("list", formula1=f"lists!${letter}$2:${letter}${len(values) + 1}", allow_blank=True)
        offered.error, offered.errorTitle = "Choose a value of the list.", name
        offered.add(f"{at}2:{at}{_ROWS + 1}")
        sheet.add_data_validation(offered)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def build_example_rows(theatre: Theatre) -> list[dict[str, str]]:
    """Return example rows by column: one on a place of each kind, and one on a province."""
    winner, *others = [actor.id for actor in theatre.actors]
    loser = others[0] if others else winner
    day = theatre.opens_on.isoformat()
    rows = []
    for kind in (PlaceKind.DISTRICT, PlaceKind.CAPITAL, PlaceKind.CROSSING):
        there = theatre.places[theatre.places["kind"] == kind]
        if len(there):
            name, province = there[["name", "province"]].iloc[0]
            rows.append({"place_text": name, "province_text": province, "place_kind": str(kind), "claim": "captured"})
    province = theatre.provinces["province"].iloc[0]
    scoped = {"place_kind": "province", "area_scope": "part", "claim": "held", "number": "3"}
    rows.append({"place_text": province, "province_text": province, **scoped})
    shared = {
        "event_date": day,
        "date_precision": "day",
        "reported_date": day,
        "actor": winner,
        "claimant": "the police chief",
        "claimant_side": loser,
        "origin": "Example News Agency",
        "source_name": "Example Daily",
        "source_url": "https://example.org/story",
        "reliability": "B",
        "credibility": "2",
        "summary": EXAMPLE_SUMMARY,
    }
    return [{"report_id": f"example-{number}", **shared, **row} for number, row in enumerate(rows, start=1)]


def _fill(sheet: Worksheet, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table, all as text."""
    for number, row in enumerate([header, *rows], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, sanitize_line(str(value)))
            cell.data_type = "s"
            if number == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for column, name in enumerate(header, start=1):
        widest = max([len(name), *(len(str(row[column - 1])) for row in rows)])
        sheet.column_dimensions[get_column_letter(column)].width = min(widest, _WIDEST) + 2
