"""The commands for reports of one's own: a template to fill in, and what becomes of a table."""

import shlex
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from control_map.cli.app import command
from control_map.cli.commands.bringing import TableOptions, add_table
from control_map.cli.options import DEFAULT_PACK, OutputFormat, OutputFormatOption, PackOption, parse_pairs
from control_map.cli.output import print_note, print_text, write_table
from control_map.intake.matching.codebook import PlaceSpelling
from control_map.intake.matching.columns import MATCHABLE_COLUMNS
from control_map.intake.matching.template import build_template_csv, build_template_xlsx
from control_map.intake.outcome import list_unplaced_spellings, merge_reports, select_set_aside
from control_map.pipeline.pack import CHOOSE_PLACE, Pack, load_pack
from control_map.theatre import safe_write
from control_map.theatre.csv_writer import as_csv
from control_map.theatre.reports import EXPORTED_NAMES
from control_map.theatre.theatre import read_theatre

_MOST_OFFERED = 500
"""Spellings for which the nearest names are looked for; nobody mends more of them one by one."""
_SHOWN = ["row", "place_text", "province_text", "problem", EXPORTED_NAMES["fix"], "nearest"]


@command(name="add")
def add_tables(
    tables: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Tables of reports.")],
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="NAME=COLUMN", help="Which column of the table is which of the codebook."),
    ] = None,
    suppose: Annotated[
        list[str] | None,
        typer.Option("--suppose", metavar="NAME=VALUE", help="What is taken where the table says nothing."),
    ] = None,
    meant: Annotated[
        list[str] | None,
        typer.Option("--meant", metavar="SPELLING=ID", help="Which place a spelling of the table means."),
    ] = None,
    day_first: Annotated[
        bool | None, typer.Option("--day-first/--month-first", help="How dates such as 03/04/2021 are written.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE.csv", help="Where to write the pack's reports and these as one table."),
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="With --to: write these reports without the pack's.")] = False,
    pack: PackOption = DEFAULT_PACK,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002 - the name is the flag's
) -> None:
    """Add tables of your own reports to a pack's, and list what was not placed, with the nearest names.

    Nothing of the pack is changed. What the columns are taken for, and what is supposed, stands beside the output. Exit
    code 1 if a row was set aside. The other commands take such a table with --reports.
    """
    given = parse_pairs(suppose, "--suppose")
    if unknown := sorted(set(given) - set(MATCHABLE_COLUMNS)):
        message = f"There is no column '{unknown[0]}' in the codebook, which has: {', '.join(MATCHABLE_COLUMNS)}"
        raise typer.BadParameter(message, param_hint="--suppose")
    manner = TableOptions(
        parse_pairs(column, "--column", "NAME=COLUMN"), given, parse_pairs(meant, "--meant", "SPELLING=ID"), day_first
    )
    loaded = load_pack(pack)
    for file in tables:
        brought = add_table(loaded, file, manner)
        loaded = brought.pack
        for line in (*brought.notices, *brought.outcome.sentences):
            print_note(f"{file.name}: {line}")
    told = _with_candidates(loaded).rename(columns=EXPORTED_NAMES)
    if len(told) or format != OutputFormat.TABLE:
        write_table(told[_SHOWN] if format == OutputFormat.TABLE else told, format, "Set aside")
    if to is not None:
        safe_write.replace_file(to, lambda path: path.write_text(as_csv(merge_reports(loaded, alone=alone)), "utf-8"))
        print_note(f"Wrote {to}.")
    if len(told):
        raise typer.Exit(1)


@command(name="template")
def write_template(
    to: Annotated[
        Path,
        typer.Option("--to", metavar="FILE", help="The file to write, a .csv or a .xlsx with lists to choose from."),
    ],
    pack: PackOption = DEFAULT_PACK,
) -> None:
    """Write a table to fill in with reports, with examples of the pack's own places and parties."""
    theatre = read_theatre(pack)
    kind = to.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        message = f"'{to}' ends neither in .csv nor in .xlsx. Write the template as reports.csv or reports.xlsx."
        raise typer.BadParameter(message, param_hint="--to")
    data = build_template_xlsx(theatre) if kind == ".xlsx" else build_template_csv(theatre).encode()
    safe_write.replace_file(to, lambda path: path.write_bytes(data))
    print_text(f"{to} is written: replace the examples, and give it to the command add.")


def _with_candidates(pack: Pack) -> pd.DataFrame:
    """Return what was set aside, each row with the places that may be meant."""
    aside = select_set_aside(pack)
    nearest = {each.spelling: each.candidates for each in list_unplaced_spellings(pack, _MOST_OFFERED)}
    spelled = [PlaceSpelling(*each) for each in aside[list(PlaceSpelling._fields)].itertuples(index=False, name=None)]
    candidates = [nearest.get(spelling, ()) for spelling in spelled]
    return aside.assign(
        fix=[
            _meant(spelling, places) if fix == CHOOSE_PLACE else fix
            for fix, spelling, places in zip(aside["fix"], spelled, candidates, strict=True)
        ],
        nearest=["; ".join(f"{place_id} {label}" for place_id, label in places) for places in candidates],
    )


def _meant(spelling: PlaceSpelling, places: tuple[tuple[str, str], ...]) -> str:
    """Say how a place that is not found is told, to be copied into a shell."""
    such = f", with an id such as {places[0][0]}" if places else ""
    return f"Name the place, as --meant {shlex.quote(f'{spelling.place_text}=ID')}{such}, or correct the row"
