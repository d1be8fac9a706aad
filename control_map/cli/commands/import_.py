"""The command that turns a table in a format of others into reports, and says what became of each of its rows."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from control_map.cli.app import app
from control_map.cli.options import DEFAULT_PACK, OutputFormat, PackOption, parse_pairs
from control_map.cli.output import print_text, write_table
from control_map.core.errors import UnknownNameError
from control_map.core.model import LocationPrecision
from control_map.intake.fetching.fetch import fetch_table
from control_map.intake.importers import viina, viina_files
from control_map.intake.importers.base import LEFT_OUT_COLUMNS, Importer, ImportResult
from control_map.intake.importers.kobo_form import write_form
from control_map.intake.importers.registry import IMPORTERS, collect_terms_of_use, recognise
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import match_table
from control_map.intake.tables.reader import read_file, read_table
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack, add_reports, load_pack
from control_map.theatre import safe_write
from control_map.theatre.csv_writer import as_csv
from control_map.theatre.reports import CODEBOOK_COLUMNS, EXPORTED_NAMES, Reports, to_text_rows
from control_map.theatre.theatre import Theatre

MAX_KINDS = 20
"""Of rows left out, and of names not found: the commonest are listed."""
EXTRA_PLACE_COLUMNS = {"place_id": "chosen_place_id", "lon": "lon", "lat": "lat"}
"""What a table may say of a place beside its name, as `add` reads it, and what it is called once it is read."""
PRECISION_PHRASES = {
    LocationPrecision.PLACE: "on a place",
    LocationPrecision.INSIDE: "on a part of one",
    LocationPrecision.PROVINCE: "on a province",
    LocationPrecision.COUNTRY: "on the country",
}
_WEB = re.compile(r"https?://", re.IGNORECASE)
AUTO_FORMAT = "auto"


@app.command(
    name="import",
    epilog="The formats, as they are described in: "
    + "; ".join(f"{name}: {importer.documented}" for name, importer in IMPORTERS.items()),
)
def import_table(
    table: Annotated[
        str, typer.Argument(metavar="FILE|URL", help="A table; a web address only if CONTROL_MAP_ALLOW_URLS is 1.")
    ],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to: the reports, as CSV.")],
    form: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="|".join([AUTO_FORMAT, *IMPORTERS]),
            help="The table's format; auto tells it by its columns.",
        ),
    ] = AUTO_FORMAT,
    actor: Annotated[
        list[str] | None,
        typer.Option("--actor", metavar="NAME=ID", help="Which actor a name means; as often as you like."),
    ] = None,
    places: Annotated[
        Path | None, typer.Option("--places", metavar="FILE", help="The places of a control file of VIINA.")
    ] = None,
    day_first: Annotated[
        bool | None, typer.Option("--day-first/--month-first", help="How dates such as 03/04/2021 are written.")
    ] = None,
    pack: PackOption = DEFAULT_PACK,
) -> None:
    """Turn a table of ACLED, UCDP GED, VIINA or KoboToolbox, or one that is much like the codebook, into reports."""
    if form not in (AUTO_FORMAT, *IMPORTERS):
        raise UnknownNameError("format", form, [AUTO_FORMAT, *IMPORTERS], complete=True)
    theatre_pack = load_pack(pack)
    theatre = theatre_pack.theatre
    told = read_actor_options(actor or [], theatre)
    raw, repeated = _read(table, form)
    importer = recognise(raw) if form == AUTO_FORMAT else IMPORTERS[form]
    if importer and form != AUTO_FORMAT and not importer.recognises(raw):
        needed = " or ".join(", ".join(sorted(columns)) for columns in importer.told_by)
        message = f"{raw.name} is not of {importer.label}, which has the columns {needed}."
        raise typer.BadParameter(message, param_hint="--from")
    raw = viina_files.add_place_names(raw, places) if places else raw
    account = (
        importer.account(raw, theatre, told, day_first=day_first) if importer else ImportResult(raw.frame, _nothing())
    )
    told_of = RawTable(raw.name, account.reports, [])
    reports = convert_to_codebook(told_of, replace(match_table(told_of), day_first=day_first), theatre)
    left_out = _left_out(raw, repeated, account, reports)
    _say_what_became(raw, importer, reports, left_out)
    if reports.accepted.empty:
        message = "No row is a report, and nothing is written."
        raise typer.BadParameter(message, param_hint="FILE")
    _say_what_is_placed(theatre_pack, reports)
    used = collect_terms_of_use(reports.accepted["source_name"])
    accepted = reports.accepted
    further = {name: accepted[column] for name, column in EXTRA_PLACE_COLUMNS.items() if (accepted[column] != "").any()}
    beside = {"terms": "; ".join(used)} if used else {}
    written = as_csv(to_text_rows(accepted)[list(CODEBOOK_COLUMNS)].assign(**further), beside)
    safe_write.replace_file(to, lambda path: path.write_text(written, "utf-8"))
    print_text(f"{to} is written: {to.stat().st_size / 1000:,.0f} kB.")
    if further:
        columns = ", ".join(further)
        print_text(
            f"Beside the codebook it has {columns}: `add` reads them; in a pack's own reports.csv only names count."
        )
    for line in used:
        print_text(f"{line}.")


@app.command(name="form")
def write_form_file(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to: an XLSForm, as .xlsx.")],
    pack: PackOption = DEFAULT_PACK,
) -> None:
    """Write a form for KoboToolbox or ODK that asks what the codebook asks, with the theatre's actors and places."""
    if to.suffix.lower() != ".xlsx":
        message = f"'{to}' does not end in .xlsx, which an XLSForm is. Write it as form.xlsx."
        raise typer.BadParameter(message, param_hint="--to")
    theatre = load_pack(pack).theatre
    safe_write.replace_file(to, lambda path: write_form(theatre, path))
    print_text(f"{to} is written: {to.stat().st_size / 1000:,.0f} kB.")


def read_actor_options(options: list[str], theatre: Theatre) -> dict[str, str]:
    """Read which actor each name means; a name may have an equals sign in it.

    Raises
    ------
    UnknownNameError
        If there is no such actor.
    """
    told, ids = parse_pairs(options, "--actor"), [actor.id for actor in theatre.actors]
    for actor_id in told.values():
        if actor_id not in ids:
            raise UnknownNameError("actor", actor_id, ids, complete=True)
    return told


def _read(table: str, form: str) -> tuple[RawTable, int]:
    """Read a table; of a control file of VIINA only what is new on a day, with how many rows say nothing new."""
    if _WEB.match(table):
        return read_table(*fetch_table(table)), 0
    path = Path(table)
    if form in (AUTO_FORMAT, viina.VIINA.id) and viina_files.is_control_file(path):
        return viina_files.read_changes(path)
    return read_file(path), 0


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=LEFT_OUT_COLUMNS)


def _left_out(raw: RawTable, repeated: int, account: ImportResult, reports: Reports) -> pd.DataFrame:
    """Return all rows that are no report, counted by kind, the commonest kind first."""
    unreadable = [(fault.row, 1, fault.column, fault.value, fault.problem, fault.fix) for fault in raw.faults]
    if repeated:
        unreadable.append((0, repeated, "status", "", viina.UNCHANGED_STATUS_PROBLEM, ""))
    failed = reports.set_aside.groupby(["problem", "fix"], sort=False)["row"].agg(row="min", rows="size").reset_index()
    every = [
        pd.DataFrame(unreadable, columns=LEFT_OUT_COLUMNS),
        account.left_out,
        failed.assign(column="", value="")[LEFT_OUT_COLUMNS],
    ]
    together = pd.concat([frame for frame in every if len(frame)] or [_nothing()], ignore_index=True)
    return together.sort_values(["rows", "row"], ascending=[False, True], ignore_index=True)


def _say_what_became(raw: RawTable, importer: Importer | None, reports: Reports, left_out: pd.DataFrame) -> None:
    accepted, out = reports.accepted, int(left_out["rows"].sum())
    form = importer.label if importer else "a table that is much like the codebook"
    print_text(f"{raw.name} is read as {form}: {len(accepted) + out:,} rows.")
    claims = ", ".join(f"{count:,} {claim}" for claim, count in accepted["claim"].value_counts().items())
    print_text(f"{len(accepted):,} are reports{': ' if claims else ''}{claims}. {out:,} are left out.")
    if out:
        shown = left_out.head(MAX_KINDS)[["rows", "row", "column", "problem", "fix"]]
        title = "Left out" + (
            f", the commonest {MAX_KINDS} of {len(left_out)} kinds" if len(left_out) > MAX_KINDS else ""
        )
        write_table(shown.rename(columns={"row": "first row", **EXPORTED_NAMES}), OutputFormat.TABLE, title)


def _say_what_is_placed(pack: Pack, reports: Reports) -> None:
    together = add_reports(pack, reports)
    located = together.user_supplied_located
    counts = located["precision"].value_counts()
    words = ", ".join(
        f"{counts[precision]:,} {how}" for precision, how in PRECISION_PHRASES.items() if precision in counts
    )
    print_text(f"In {pack.theatre.title} {len(located):,} of them are placed{': ' if words else ''}{words}.")
    aside = together.user_supplied_set_aside
    if len(aside):
        kinds = aside["problem"].value_counts().rename_axis("problem").reset_index(name="rows")
        title = f"Not placed: {len(aside):,}"
        write_table(kinds.head(MAX_KINDS)[["rows", "problem"]], OutputFormat.TABLE, title)
