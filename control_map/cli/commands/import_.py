"""The commands `import`, which converts another project's table and accounts for each row, and `form`."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from control_map.cli.app import command
from control_map.cli.commands.add import describe_unknown_actors, describe_waiting, list_unknown_actors
from control_map.cli.guard import continue_with_limits
from control_map.cli.options import (
    DEFAULT_PACK,
    ActorOption,
    NoLimitsOption,
    OutputFormat,
    PackOption,
    TableOptions,
    read_actor_options,
)
from control_map.cli.output import print_file_written, print_text, write_table
from control_map.core.errors import NOTHING_TO_FIX, UnknownNameError
from control_map.core.model import LocationPrecision
from control_map.intake.fetching.fetch import fetch_table
from control_map.intake.importers import viina, viina_files
from control_map.intake.importers.base import LEFT_OUT_COLUMNS, Importer, ImportResult
from control_map.intake.importers.kobo_form import write_form
from control_map.intake.importers.registry import IMPORTERS, collect_terms_of_use, recognise
from control_map.intake.matching.codebook import find_unknown_speakers
from control_map.intake.matching.hxl import without_hashtags
from control_map.intake.outcome import list_not_shown
from control_map.intake.reading import TableChoices, describe_lacking, rate_columns
from control_map.intake.tables.reader import read_file, read_table
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack, add_reports, load_pack
from control_map.theatre import safe_write
from control_map.theatre.csv_writer import as_csv
from control_map.theatre.reports import (
    CODEBOOK_COLUMNS,
    EXPORTED_NAMES,
    LOCATION_COLUMNS,
    STATED_PLACE_COLUMNS,
    Reports,
    to_text_rows,
)

MAX_KINDS = 20
"""So many kinds of rows left out, or of names not found, are listed, the most frequent first."""
EXTRA_PLACE_COLUMNS = {**dict(zip(STATED_PLACE_COLUMNS, LOCATION_COLUMNS, strict=False)), "lon": "lon", "lat": "lat"}
"""Columns that a table may have for a place beside its name, by the names that `add` reads."""
PRECISION_PHRASES = {
    LocationPrecision.PLACE: "on a place",
    LocationPrecision.INSIDE: "on a part of one",
    LocationPrecision.PROVINCE: "on a province",
    LocationPrecision.COUNTRY: "on the country",
}
_WEB = re.compile(r"https?://", re.IGNORECASE)
AUTO_FORMAT = "auto"


@command(
    name="import",
    epilog="The formats, as they are described in: "
    + "; ".join(f"{name}: {importer.documentation}" for name, importer in IMPORTERS.items()),
)
def import_table(
    table: Annotated[
        str, typer.Argument(metavar="FILE|URL", help="A table; a web address only if CONTROL_MAP_ALLOW_URLS is 1.")
    ],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The CSV file to write the reports to.")],
    form: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="|".join([AUTO_FORMAT, *IMPORTERS]),
            help="The table's format; auto recognises it by its columns.",
        ),
    ] = AUTO_FORMAT,
    *,
    options: TableOptions,
    actor: ActorOption = None,
    places: Annotated[
        Path | None, typer.Option("--places", metavar="FILE", help="The file with the places of a VIINA control file.")
    ] = None,
    left_out: Annotated[
        Path | None,
        typer.Option("--left-out", metavar="FILE.csv", help="Where to write each row that is not placed, and why."),
    ] = None,
    pack: PackOption = DEFAULT_PACK,
    no_limits: NoLimitsOption = False,
) -> None:
    """Convert a table in the format of another project, or one much like the codebook, into reports."""
    if form not in (AUTO_FORMAT, *IMPORTERS):
        raise UnknownNameError("format", form, [AUTO_FORMAT, *IMPORTERS], complete=True)
    choices = options.read()
    continue_with_limits(unless=no_limits)
    theatre_pack = load_pack(pack)
    theatre = theatre_pack.theatre
    ids = [each.id for each in theatre.actors]
    choices = replace(choices, actors=read_actor_options(actor, ids))
    raw, repeated = _read(table, form, choices)
    raw, choices = choices.name_columns(raw)
    importer = recognise(raw) if form == AUTO_FORMAT else IMPORTERS[form]
    if importer and form != AUTO_FORMAT and not importer.recognises(raw.frame.columns):
        needed = " or ".join(", ".join(sorted(columns)) for columns in importer.required_columns)
        lacking = describe_lacking(importer, list(raw.frame.columns))
        message = f"{raw.name} is not of {importer.label}, which has the columns {needed}. {lacking}"
        raise typer.BadParameter(message, param_hint="--from")
    raw = viina_files.add_place_names(raw, places) if places else raw
    result = ImportResult(raw.frame, pd.DataFrame(columns=LEFT_OUT_COLUMNS))
    if importer:
        result = importer.import_reports(raw, theatre, choices.actors, choices.dates)
    reports, _ = choices.convert(RawTable(raw.name, result.reports, []), theatre)
    rows_left_out = _list_left_out(raw, result, reports)
    _print_conversion(raw, importer, reports, _count_left_out(rows_left_out, repeated))
    remarks = [str(fault) for fault in (*raw.faults, *result.remarks) if fault.kept]
    unknown_actors = [*result.unknown_actors, *list_unknown_actors(reports, theatre)]
    for line in (*remarks, *([] if importer else reports.notices), *describe_unknown_actors(unknown_actors, ids)):
        print_text(line)
    accepted = reports.accepted
    together = add_reports(theatre_pack, replace(reports, set_aside=reports.set_aside.iloc[:0]))
    if left_out:
        not_shown = list_not_shown(together, rows_left_out)
        safe_write.replace_file(left_out, lambda path: path.write_text(as_csv(not_shown), "utf-8"))
        print_file_written(left_out)
    if accepted.empty:
        raise typer.BadParameter("No row is a report, and no report is written.", param_hint="FILE")
    _print_placing(theatre_pack, together)
    terms = collect_terms_of_use(accepted["source_name"])
    further = {name: accepted[column] for name, column in EXTRA_PLACE_COLUMNS.items() if (accepted[column] != "").any()}
    facts = {"terms": "; ".join(terms)} if terms else {}
    text = as_csv(to_text_rows(accepted)[list(CODEBOOK_COLUMNS)].assign(**further), facts)
    safe_write.replace_file(to, lambda path: path.write_text(text, "utf-8"))
    print_file_written(to)
    if speakers := [speaker.word for speaker in find_unknown_speakers(reports)]:
        print_text(f"{describe_waiting(speakers)} Give the side in the column claimant_side.")
    if further:
        print_text(f"Beside the codebook it has {', '.join(further)}: where they are filled, they go before the names.")
    for line in terms:
        print_text(f"{line}.")


@command(name="form")
def write_form_file(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The XLSForm to write, as .xlsx.")],
    pack: PackOption = DEFAULT_PACK,
) -> None:
    """Write a form for KoboToolbox or ODK that asks what the codebook asks, with the theatre's actors and places."""
    if to.suffix.lower() != ".xlsx":
        raise typer.BadParameter(
            f"'{to}' does not end in .xlsx, which an XLSForm is. Write it as form.xlsx.", param_hint="--to"
        )
    theatre = load_pack(pack).theatre
    safe_write.replace_file(to, lambda path: write_form(theatre, path))
    print_file_written(to)


def _read(table: str, form: str, choices: TableChoices) -> tuple[RawTable, int]:
    """Read a table and count its repeated rows: from a VIINA control file, only changes of status are read."""
    if _WEB.match(table):
        return read_table(*fetch_table(table), choices.file, rate_columns), 0
    path = Path(table)
    if form in (AUTO_FORMAT, viina.VIINA.id) and viina_files.is_control_file(path):
        return viina_files.read_changes(path)
    return read_file(path, choices.file, rate_columns), 0


def _list_left_out(raw: RawTable, result: ImportResult, reports: Reports) -> pd.DataFrame:
    """List the rows that became no report, with `LEFT_OUT_COLUMNS`, in the order of the file."""
    unreadable = [
        (fault.row, fault.column, fault.value, fault.problem, fault.fix) for fault in raw.faults if not fault.kept
    ]
    rows = without_hashtags(result.reports).index
    examples = rows.difference([*reports.accepted["row"], *reports.set_aside["row"]])
    unreadable += [(row, "summary", "", "the row is an example of the template", NOTHING_TO_FIX) for row in examples]
    frames = [
        pd.DataFrame(unreadable, columns=LEFT_OUT_COLUMNS),
        result.left_out_rows,
        reports.set_aside.assign(column="", value="").reindex(columns=LEFT_OUT_COLUMNS),
    ]
    together = pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
    return together.sort_values("row", kind="stable", ignore_index=True)


def _count_left_out(left_out: pd.DataFrame, repeated: int) -> pd.DataFrame:
    """Count the rows left out by the reason, and the `repeated` ones that were not read, the commonest reason first."""
    kinds = left_out.groupby(["column", "problem", "fix"], sort=False)["row"].agg(row="min", rows="size").reset_index()
    if repeated:
        of_days = {"column": "status", "problem": viina.UNCHANGED_STATUS_PROBLEM, "fix": "", "row": 0, "rows": repeated}
        kinds = pd.concat([kinds, pd.DataFrame([of_days])], ignore_index=True)
    kinds = kinds.astype({"row": "int64", "rows": "int64"})
    return kinds.sort_values(["rows", "row"], ascending=[False, True], ignore_index=True)


def _print_conversion(raw: RawTable, importer: Importer | None, reports: Reports, kinds: pd.DataFrame) -> None:
    accepted, out = reports.accepted, int(kinds["rows"].sum())
    form = importer.label if importer else "a table that is much like the codebook"
    total = f"{_count_rows(len(accepted) + out)}"
    print_text(f"{raw.name} is read as {form}: {total}.")
    claims = ", ".join(f"{count:,} {claim}" for claim, count in accepted["claim"].value_counts().items())
    are = "is a report" if 1 in (len(accepted), len(accepted) + out) else "are reports"
    left = "is" if out == 1 else "are"
    print_text(
        f"{len(accepted):,} of {total} {are}{': ' if claims else ''}{claims}. {_count_rows(out)} {left} left out."
    )
    if out:
        shown = kinds.head(MAX_KINDS)[["rows", "row", "column", "problem", "fix"]]
        more = f", the commonest {MAX_KINDS} of {len(kinds)} kinds" if len(kinds) > MAX_KINDS else ""
        write_table(shown.rename(columns={"row": "first row", **EXPORTED_NAMES}), OutputFormat.TABLE, f"Left out{more}")


def _count_rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _print_placing(pack: Pack, together: Pack) -> None:
    located = together.user_supplied_located
    counts = located["precision"].value_counts()
    words = ", ".join(
        f"{counts[precision]:,} {how}" for precision, how in PRECISION_PHRASES.items() if precision in counts
    )
    print_text(f"In {pack.theatre.title} {len(located):,} of them are placed{': ' if words else ''}{words}.")
    aside = together.user_supplied_set_aside
    if len(aside):
        kinds = aside["problem"].value_counts().rename_axis("problem").reset_index(name="rows")
        write_table(kinds.head(MAX_KINDS)[["rows", "problem"]], OutputFormat.TABLE, f"Not placed: {len(aside):,}")
