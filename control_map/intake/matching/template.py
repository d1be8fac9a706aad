"""A template to fill in with reports: the columns of the codebook, example rows, and lists of allowed values."""

from collections.abc import Sequence

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from control_map.core.model import PlaceKind
from control_map.core.sanitize import sanitize_line
from control_map.intake.matching.columns import COLUMN_MEANINGS, DEFAULT_VALUES, REQUIRED_COLUMNS
from control_map.theatre import csv_writer
from control_map.theatre.file_time import file_time, workbook_bytes
from control_map.theatre.reports import CODEBOOK_COLUMNS, allowed_values
from control_map.theatre.theatre import Theatre

EXAMPLE_SUMMARY = "EXAMPLE: replace this row by a report of your own"
"""The summary of the example rows, by which they are recognised if the user leaves them in."""
_ROWS = 2000
"""Rows of the workbook whose cells offer a list of values."""
_WIDEST = 60


def build_template_csv(theatre: Theatre) -> str:
    """Return a CSV file to fill in, with example rows of the theatre's places and parties."""
    return csv_writer.as_csv(pd.DataFrame(_build_example_rows(theatre)))


def build_template_xlsx(theatre: Theatre) -> bytes:
    """Return an Excel workbook to fill in.

    The first sheet, `reports`, is the template, with lists to choose from; `codebook` explains each column (`needed` is
    `yes`, or has the default value), `places` has the names of all places, and `lists` the values to choose from.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "reports"
    _fill(sheet, CODEBOOK_COLUMNS, [list(row.values()) for row in _build_example_rows(theatre)])
    for column in range(1, len(CODEBOOK_COLUMNS) + 1):  # Text: Excel would rewrite dates.
        sheet.column_dimensions[get_column_letter(column)].number_format = "@"
    allowed = allowed_values(theatre.actors)
    _fill(
        book.create_sheet("codebook"),
        ["column", "meaning", "needed", "allowed"],
        [
            [name, COLUMN_MEANINGS[name].meaning, _need(name), ", ".join(allowed.get(name, ()))]
            for name in CODEBOOK_COLUMNS
        ],
    )
    places = theatre.places[["name", "province", "kind", "place_id", "alt_names"]]
    _fill(book.create_sheet("places"), [str(name) for name in places], places.to_numpy().tolist())
    lists = book.create_sheet("lists")
    for number, (name, values) in enumerate(allowed.items(), start=1):
        for row, value in enumerate((name, *values), start=1):
            lists.cell(row, number, str(value))
        letter, target = get_column_letter(number), get_column_letter(CODEBOOK_COLUMNS.index(name) + 1)
        choices = DataValidation("list", formula1=f"lists!${letter}$2:${letter}${len(values) + 1}", allow_blank=True)
        choices.error, choices.errorTitle = "Choose a value from the list.", name
        choices.add(f"{target}2:{target}{_ROWS + 1}")
        sheet.add_data_validation(choices)
    return workbook_bytes(book, file_time(theatre))


def _build_example_rows(theatre: Theatre) -> list[dict[str, str]]:
    """Return example rows, each with all columns: one on a place of each kind, and one on a province."""
    winner, *others = [actor.id for actor in theatre.actors]
    loser = others[0] if others else winner
    day = theatre.opens_on.isoformat()
    rows = []
    for kind in (PlaceKind.DISTRICT, PlaceKind.CAPITAL, PlaceKind.CROSSING):
        places = theatre.places[theatre.places["kind"] == kind]
        if len(places):
            name, province = places[["name", "province"]].iloc[0]
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
    rows = [{**shared, "report_id": f"example-{number}", **row} for number, row in enumerate(rows, start=1)]
    return [{name: row.get(name, "") for name in CODEBOOK_COLUMNS} for row in rows]


def _need(name: str) -> str:
    """Say whether a column must be filled in, or what its default value is."""
    default = DEFAULT_VALUES.get(name, "")
    return "yes" if name in REQUIRED_COLUMNS else f"no{default and f': {default}'}"


def _fill(sheet: Worksheet, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table to a sheet, all cells as text."""
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
