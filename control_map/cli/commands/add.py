"""The commands for the user's own reports: `add` reads tables, `template` writes one to fill in."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

import pandas as pd
import typer

from control_map.cli.app import command
from control_map.cli.guard import continue_with_limits
from control_map.cli.options import (
    DEFAULT_PACK,
    ActorOption,
    NoLimitsOption,
    OutputFormat,
    OutputFormatOption,
    PackOption,
    TableOptions,
    read_actor_options,
)
from control_map.cli.output import print_note, print_text, show_progress, write_table
from control_map.core.wording import list_some
from control_map.intake.importers.registry import recognise
from control_map.intake.matching.codebook import PlaceSpelling, find_unknown_speakers
from control_map.intake.matching.shared_words import find_shared_words
from control_map.intake.matching.template import build_template_csv, build_template_xlsx
from control_map.intake.matching.vocabulary import UnknownWord, list_unknown_words
from control_map.intake.outcome import (
    Outcome,
    count_outcome,
    describe_merged,
    list_unplaced_spellings,
    merge_reports,
)
from control_map.intake.reading import TableChoices, rate_columns
from control_map.intake.tables.reader import read_file
from control_map.pipeline.pack import CHOOSE_PLACE, Pack, add_reports, load_pack
from control_map.theatre import safe_write
from control_map.theatre.csv_writer import as_csv
from control_map.theatre.reports import EXPORTED_NAMES, Reports, allowed_values, unify_origins
from control_map.theatre.theatre import Theatre, read_theatre

_MAX_SPELLINGS = 500
"""Spellings for which the nearest names are searched; a user does not correct more of them one by one."""
_MAX_NAMES_LISTED = 12
_SHOWN_COLUMNS = ["row", "place_text", "province_text", "problem", EXPORTED_NAMES["fix"], "nearest"]


class AddedTable(NamedTuple):
    """A pack with the reports of a table, their outcome, and notices on how the table was read.

    `unknown_speakers` are those whose side is not known: what they say waits. `unknown_actors` are the names that are
    none of the parties, those of most rows first.
    """

    pack: Pack
    outcome: Outcome
    notices: list[str]
    unknown_speakers: list[UnknownWord]
    unknown_actors: list[str]

    def describe_speakers(self, sides: Sequence[str]) -> list[str]:
        """Say whose claims wait, with the option that says on whose side they are, one of `sides`."""
        speakers = [speaker.word for speaker in self.unknown_speakers]
        if not speakers:
            return []
        example = shlex.quote(f"{speakers[0]}=SIDE")
        given = f"Give the side in a column claimant_side, or as --side {example}, with one of {', '.join(sides)}."
        return [f"{describe_waiting(speakers)} {given}"]


@command(name="add")
def add_tables(
    tables: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Tables of reports.")],
    *,
    table: TableOptions,
    actor: ActorOption = None,
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
    choices = table.read()
    continue_with_limits(unless=no_limits)
    loaded = load_pack(pack)
    theatre = loaded.theatre
    ids, sides = [each.id for each in theatre.actors], allowed_values(theatre.actors)["claimant_side"]
    choices = replace(choices, actors=read_actor_options(actor, ids))
    for file in tables:
        added = add_table(loaded, file, choices)
        loaded = added.pack
        actors = describe_unknown_actors(added.unknown_actors, ids)
        for line in (*added.notices, *added.outcome.sentences, *added.describe_speakers(sides), *actors):
            print_note(f"{file.name}: {line}")
    aside = list_set_aside(loaded).rename(columns=EXPORTED_NAMES)
    if len(aside) or format != OutputFormat.TABLE:
        write_table(aside, format, "Set aside", _SHOWN_COLUMNS)
    if to is not None:
        merged = merge_reports(loaded, alone=alone)
        safe_write.replace_file(to, lambda path: path.write_text(as_csv(merged), "utf-8"))
        print_note(f"Wrote {to}. {describe_merged(merged, loaded)}")
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


def describe_unknown_actors(names: Sequence[str], ids: Sequence[str]) -> list[str]:
    """Say which names are none of the parties, with the options that say which party each is, one of `ids`."""
    if not names:
        return []
    named = list_some([f"'{name}'" for name in names], _MAX_NAMES_LISTED)
    are = "name is" if len(names) == 1 else "names are"
    option = f"--actor {shlex.quote(f'{names[0]}=ID')}"
    fix = f"Say which party it is, as {option}, with one of {', '.join(ids)}."
    lines = [f"{len(names):,} {are} none of the parties: {named}. {fix}"]
    for shared in find_shared_words(names):
        option = shlex.quote(f"{shared.pattern}=ID")
        lines.append(f"{len(shared.names):,} of these names are answered at once by --actor {option}.")
    if len(names) > 1:
        lines.append("All names that are not answered otherwise are answered by --actor '*=ID'.")
    return lines


def list_set_aside(pack: Pack) -> pd.DataFrame:
    """Return the rows of the user that were set aside, each with its fix, and the places whose names are nearest."""
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


def add_table(pack: Pack, file: Path, choices: TableChoices) -> AddedTable:
    """Read a table, with columns of any names or in a known format, and add its reports to a pack.

    Raises
    ------
    PackError
        If it cannot be read, or lacks a column that a report must have.
    UnknownNameError
        If the choices name a sheet, a column, a place, a side or a speaker that does not exist.
    """
    theatre = pack.theatre
    raw, choices = choices.name_columns(read_file(file, choices.file, rate_columns))
    importer = recognise(raw)
    unknown_actors: list[str] = []
    if importer:
        result = importer.import_reports(raw, theatre, choices.actors, choices.dates)
        raw, unknown_actors = result.as_table(raw), list(result.unknown_actors)
    reports, matching = choices.convert(raw, theatre)
    reports = unify_origins(reports, pack.origins)
    added = add_reports(pack, reports, partial(show_progress, what="Placing names"))
    fresh = replace(added, user_supplied_ids=added.user_supplied_ids - pack.user_supplied_ids)
    notices = [f"{fault.problem}. {fault.fix}." for fault in raw.faults if fault.kept]
    notices += [f"{raw.name} is a table of {importer.label}"] if importer else []
    notices += [f"{name} is the column {matching.columns[name]}: {how}" for name, how in matching.methods.items()]
    speakers = find_unknown_speakers(reports)
    unknown_actors += list_unknown_actors(reports, theatre)
    return AddedTable(added, count_outcome(fresh), notices + reports.notices, speakers, unknown_actors)


def list_unknown_actors(reports: Reports, theatre: Theatre) -> list[str]:
    """Return the names of actors in reports that are none of the parties, those of most rows first."""
    words = list_unknown_words(reports.faults, allowed_values(theatre.actors))
    return [word.word for word in words if word.column == "actor"]
