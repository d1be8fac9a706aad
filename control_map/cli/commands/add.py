"""The commands for the user's own reports: `add` reads tables, `template` writes one to fill in."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

import pandas as pd
import typer

from control_map.cli.app import command
from control_map.cli.guard import continue_with_limits
from control_map.cli.options import (
    DEFAULT_PACK,
    DayFirstOption,
    NoLimitsOption,
    OutputFormat,
    OutputFormatOption,
    PackOption,
    ReportColumnOption,
    parse_pairs,
)
from control_map.cli.output import print_note, print_text, show_progress, write_table
from control_map.core.errors import Fault, PackError, UnknownNameError
from control_map.core.wording import list_some
from control_map.geocoding.spelling import fold_name
from control_map.intake.importers.registry import recognise
from control_map.intake.matching.codebook import (
    NO_COLUMNS_FIX,
    PlaceSpelling,
    convert_to_codebook,
    find_unknown_speakers,
)
from control_map.intake.matching.columns import DEFAULT_VALUES, MATCHABLE_COLUMNS, ColumnMatching, match_table
from control_map.intake.matching.template import build_template_csv, build_template_xlsx
from control_map.intake.matching.vocabulary import UnknownWord
from control_map.intake.outcome import (
    Outcome,
    count_outcome,
    describe_merged,
    list_unplaced_spellings,
    merge_reports,
)
from control_map.intake.tables.reader import read_file
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import CHOOSE_PLACE, Pack, add_reports, load_pack
from control_map.theatre import safe_write
from control_map.theatre.csv_writer import as_csv
from control_map.theatre.reports import EXPORTED_NAMES, Reports, allowed_values, unify_origins
from control_map.theatre.theatre import read_theatre

_MAX_SPELLINGS = 500
"""Spellings for which the nearest names are searched; a user does not correct more of them one by one."""
_MAX_NAMES_LISTED = 12
_SHOWN_COLUMNS = ["row", "place_text", "province_text", "problem", EXPORTED_NAMES["fix"], "nearest"]


@dataclass(frozen=True)
class TableOptions:
    """How to read a table whose columns or values leave something open.

    `columns` has the table's column for columns of the codebook, `default_values` the values for empty cells,
    `places_by_text` the `place_id` that a spelling of the table stands for, `sides` the side of each speaker.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    default_values: Mapping[str, str] = field(default_factory=dict)
    places_by_text: Mapping[str, str] = field(default_factory=dict)
    sides: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None


class AddedTable(NamedTuple):
    """A pack with the reports of a table, their outcome, and notices on how the table was read.

    `unknown_speakers` are those whose side is not known: what they say waits.
    """

    pack: Pack
    outcome: Outcome
    notices: list[str]
    unknown_speakers: list[UnknownWord]


@command(name="add")
def add_tables(
    tables: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Tables of reports.")],
    column: ReportColumnOption = None,
    suppose: Annotated[
        list[str] | None,
        typer.Option("--suppose", metavar="NAME=VALUE", help="The value of a column where the table has none."),
    ] = None,
    meant: Annotated[
        list[str] | None,
        typer.Option("--meant", metavar="SPELLING=ID", help="The place that a spelling of the table stands for."),
    ] = None,
    side: Annotated[
        list[str] | None,
        typer.Option("--side", metavar="SPEAKER=SIDE", help="The side of a speaker: a party's id, or independent."),
    ] = None,
    day_first: DayFirstOption = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE.csv", help="Where to write the pack's reports and these as one table."),
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="With --to: write these reports without the pack's.")] = False,
    pack: PackOption = DEFAULT_PACK,
    format: OutputFormatOption = OutputFormat.TABLE,
    no_limits: NoLimitsOption = False,
) -> None:
    """Add tables of your own reports to a pack's, and list the rows that were set aside, with the nearest names.

    The pack is not changed. Notes beside the output say how the columns were read and which values were assumed. Exit
    code 1 if a row was set aside. The other commands take such a table with --reports.
    """
    default_values = parse_pairs(suppose, "--suppose")
    if unknown := sorted(set(default_values) - set(MATCHABLE_COLUMNS)):
        message = f"There is no column '{unknown[0]}' in the codebook, which has: {', '.join(MATCHABLE_COLUMNS)}"
        raise typer.BadParameter(message, param_hint="--suppose")
    columns, places = parse_pairs(column, "--column", "NAME=COLUMN"), parse_pairs(meant, "--meant", "SPELLING=ID")
    sides = parse_pairs(side, "--side", "SPEAKER=SIDE")
    options = TableOptions(columns, default_values, places, sides, day_first)
    continue_with_limits(unless=no_limits)
    loaded = load_pack(pack)
    known_sides = allowed_values(loaded.theatre.actors)["claimant_side"]
    for name in sides.values():
        if name not in known_sides:
            raise UnknownNameError("side", name, list(known_sides), complete=True)
    for file in tables:
        added = add_table(loaded, file, options)
        loaded = added.pack
        for line in (*added.notices, *added.outcome.sentences):
            print_note(f"{file.name}: {line}")
        if speakers := [speaker.word for speaker in added.unknown_speakers]:
            example = shlex.quote(f"{speakers[0]}=SIDE")
            print_note(
                f"{file.name}: {describe_waiting(speakers)} Give the side in a column claimant_side, or as "
                f"--side {example}, with one of {', '.join(known_sides)}."
            )
    aside = _with_candidates(loaded).rename(columns=EXPORTED_NAMES)
    if len(aside) or format != OutputFormat.TABLE:
        write_table(aside, format, "Set aside", _SHOWN_COLUMNS)
    if to is not None:
        merged = merge_reports(loaded, alone=alone)
        safe_write.replace_file(to, lambda path: path.write_text(as_csv(merged), "utf-8"))
        print_note(f"Wrote {to}. {describe_merged(merged)}")
    if len(aside):
        raise typer.Exit(1)


@command(name="template")
def write_template(
    to: Annotated[
        Path,
        typer.Option("--to", metavar="FILE", help="The file to write, a .csv or a .xlsx with lists to choose from."),
    ],
    pack: PackOption = DEFAULT_PACK,
) -> None:
    """Write a table to fill in with reports, with examples from the pack's places and parties."""
    theatre = read_theatre(pack)
    kind = to.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        message = f"'{to}' ends neither in .csv nor in .xlsx. Write the template as reports.csv or reports.xlsx."
        raise typer.BadParameter(message, param_hint="--to")
    data = build_template_xlsx(theatre) if kind == ".xlsx" else build_template_csv(theatre).encode()
    safe_write.replace_file(to, lambda path: path.write_bytes(data))
    print_text(f"{to} is written: replace the examples, and give it to the command add.")


def describe_waiting(speakers: Sequence[str]) -> str:
    """Say in a sentence whose claims wait, as it is not known for whom these speakers speak."""
    named = list_some([f"'{speaker}'" for speaker in speakers], _MAX_NAMES_LISTED)
    return f"It is not known for whom {named} speak{'s' if len(speakers) == 1 else ''}: their claims wait."


def _with_candidates(pack: Pack) -> pd.DataFrame:
    """Return the rows that were set aside, each with the places whose names are nearest."""
    aside = pack.user_supplied_set_aside
    nearest = {each.spelling: each.candidates for each in list_unplaced_spellings(pack, _MAX_SPELLINGS)}
    spelled = [PlaceSpelling(*each) for each in aside[list(PlaceSpelling._fields)].itertuples(index=False, name=None)]
    candidates = [nearest.get(spelling, ()) for spelling in spelled]
    return aside.assign(
        fix=[
            _describe_option(spelling, places) if fix == CHOOSE_PLACE else fix
            for fix, spelling, places in zip(aside["fix"], spelled, candidates, strict=True)
        ],
        nearest=["; ".join(f"{place_id} {label}" for place_id, label in places) for places in candidates],
    )


def _describe_option(spelling: PlaceSpelling, places: tuple[tuple[str, str], ...]) -> str:
    """Say how to name a place that is not found, with the option quoted for a shell."""
    example = f", with an id such as {places[0][0]}" if places else ""
    return f"Name the place, as --meant {shlex.quote(f'{spelling.place_text}=ID')}{example}, or correct the row"


def add_table(pack: Pack, file: Path, options: TableOptions) -> AddedTable:
    """Read a table, with columns of any names or in a known format, and add its reports to a pack.

    Raises
    ------
    PackError
        If it cannot be read, or lacks a column that a report must have.
    UnknownNameError
        If the options name a column or a place that does not exist.
    """
    raw = read_file(file)
    importer = recognise(raw)
    raw = importer.import_reports(raw, pack.theatre, day_first=options.day_first).as_table(raw) if importer else raw
    matching = match_table(raw).with_chosen(options.columns, [str(column) for column in raw.frame.columns])
    matching = replace(matching, defaults={**DEFAULT_VALUES, **options.default_values}, day_first=options.day_first)
    _require_columns(raw, matching)
    reports = convert_to_codebook(raw, matching, pack.theatre, sides=options.sides)
    _require_speakers(options.sides, reports)
    if options.places_by_text:
        chosen = _match_spellings(options.places_by_text, reports)
        reports = convert_to_codebook(raw, matching, pack.theatre, chosen, options.sides)
    reports = unify_origins(reports, pack.origins)
    added = add_reports(pack, reports, partial(show_progress, what="Placing names"))
    fresh = replace(added, user_supplied_ids=added.user_supplied_ids - pack.user_supplied_ids)
    notices = [f"{raw.name} is a table of {importer.label}"] if importer else []
    notices += [f"{name} is the column {matching.columns[name]}: {how}" for name, how in matching.methods.items()]
    unknown = find_unknown_speakers(reports)
    return AddedTable(added, count_outcome(fresh), notices + reports.notices, unknown)


def _require_columns(raw: RawTable, matching: ColumnMatching) -> None:
    """Refuse a table that lacks required columns; the message states the option that names one."""
    free = [str(column) for column in raw.frame.columns if column not in matching.columns.values()]
    if len(raw.frame.columns) == 0:
        fix = NO_COLUMNS_FIX
    elif free:
        fix = f"Give --column {{0}}=COLUMN; the columns that stand for nothing yet are: {', '.join(free)}"
    else:
        fix = "Add such a column to the table, as each that it has stands for another, or give --suppose {0}=VALUE"
    faults = [
        Fault(raw.name, 0, "", f"no column is taken for {name}", fix.replace("{0}", name)) for name in matching.missing
    ]
    if faults:
        raise PackError(faults)


def _require_speakers(sides: Mapping[str, str], reports: Reports) -> None:
    """Refuse a side that is given for a speaker whom the table does not have."""
    frames = (reports.accepted, reports.set_aside)
    speakers = {speaker for frame in frames if "claimant" in frame for speaker in frame["claimant"]}
    for speaker in sides:
        if speaker not in speakers:
            raise UnknownNameError("speaker in the table", speaker, sorted(speakers)[:_MAX_NAMES_LISTED])


def _match_spellings(places_by_text: Mapping[str, str], reports: Reports) -> dict[PlaceSpelling, str]:
    """Return the chosen place for each spelling in the table, with all provinces and kinds that it states."""
    frames = [frame[list(PlaceSpelling._fields)] for frame in (reports.accepted, reports.set_aside) if len(frame)]
    spellings = [PlaceSpelling(*row) for row in pd.concat(frames).drop_duplicates().itertuples(index=False, name=None)]
    by_text: dict[str, list[PlaceSpelling]] = {}
    for spelling in spellings:
        by_text.setdefault(fold_name(spelling.place_text), []).append(spelling)
    for text in places_by_text:
        if fold_name(text) not in by_text:
            raise UnknownNameError("place in the table", text, sorted(by_text)[:_MAX_NAMES_LISTED])
    return {spelling: place_id for text, place_id in places_by_text.items() for spelling in by_text[fold_name(text)]}
