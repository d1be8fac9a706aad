"""The commands that make a new theatre pack from a file of boundaries, and give a pack a background."""

import datetime as dt
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from control_map.cli.app import command
from control_map.cli.commands.add import add_table, list_set_aside
from control_map.cli.guard import continue_with_limits
from control_map.cli.options import (
    NoLimitsOption,
    TableOptions,
    date_option,
    refuse_overwriting,
    refuse_reversed_dates,
)
from control_map.cli.output import print_text
from control_map.core.limits import LIMITS
from control_map.core.wording import list_some
from control_map.intake.new_theatre import advice, boundary_columns, writer
from control_map.intake.new_theatre.background import build_background
from control_map.intake.new_theatre.boundaries import read_boundaries
from control_map.intake.new_theatre.boundary_columns import BoundaryColumns, ColumnHints
from control_map.intake.new_theatre.parties import DEFAULT_PARTIES, name_parties, parse_parties
from control_map.intake.new_theatre.provinces import choose_columns, naming_options_for_provinces
from control_map.intake.new_theatre.writer import TheatrePlan, readable_name, require_empty_folder
from control_map.intake.reading import rate_columns
from control_map.intake.tables.reader import read_file
from control_map.pipeline.pack import load_pack
from control_map.theatre.background import BACKGROUND_FILES
from control_map.theatre.boundaries import read_districts
from control_map.theatre.file_time import environment_time
from control_map.theatre.reports import allowed_values

_DEFAULT_DAYS = 365
_ROWS = 20
"""Rows set aside that are listed; the command check lists them all."""
_BACKGROUND_HELP = (
    "A file or folder with rivers, lakes, coasts, borders, roads and a picture of the relief, for example from Natural "
    f"Earth: cut to the theatre's surroundings, and to {LIMITS.background_bytes // 1000} kB."
)
_CREDIT = "Name who made the background, and its licence, in [[credits]] of theatre.toml: the page shows them."


def _column_option(flag: str, contents: str) -> Any:
    return typer.Option(flag, metavar="COLUMN", help=f"The column with {contents}.")


@command(name="init")
def create_pack(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the pack: a new one, or empty.")],
    boundaries: Annotated[
        Path,
        typer.Option(
            "--boundaries",
            metavar="FILE",
            help="Polygons of the districts: GeoJSON, TopoJSON, KML, GeoPackage, Shapefile (or its ZIP), FlatGeobuf, "
            "GeoParquet.",
        ),
    ],
    layer: Annotated[str | None, typer.Option("--layer", help="The layer of the file, if it has several.")] = None,
    crs: Annotated[
        str | None, typer.Option("--crs", help="Its reference system, if the file does not state it, as EPSG:4326.")
    ] = None,
    boundaries_encoding: Annotated[
        str | None,
        typer.Option("--boundaries-encoding", help="The encoding of a Shapefile, if it does not state it, as cp1256."),
    ] = None,
    provinces: Annotated[
        Path | None,
        typer.Option(
            "--provinces",
            metavar="FILE",
            help="Polygons of the provinces, if the districts do not name theirs. Each district is put into the one in "
            "which most of it lies; --parent and --parent-id are then columns of this file.",
        ),
    ] = None,
    provinces_layer: Annotated[
        str | None, typer.Option("--provinces-layer", help="The layer of that file, if it has several.")
    ] = None,
    own: Annotated[str | None, _column_option("--id", "the ids")] = None,
    name: Annotated[str | None, _column_option("--name", "the names")] = None,
    parent: Annotated[str | None, _column_option("--parent", 'the province; "" for a single province')] = None,
    parent_id: Annotated[str | None, _column_option("--parent-id", "the id of the province")] = None,
    local_name: Annotated[str | None, _column_option("--local-name", "the local name")] = None,
    population: Annotated[str | None, _column_option("--population", "the population")] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="The title of the map.", show_default="the country")
    ] = None,
    reports: Annotated[
        Path | None,
        typer.Option("--reports", metavar="FILE", help="A table of the first reports, as the command add reads it."),
    ] = None,
    *,
    table: TableOptions,
    country: Annotated[
        str | None,
        typer.Option(
            "--country",
            help="The name of the country.",
            show_default="as in the file, else the title, or the folder's name",
        ),
    ] = None,
    actors: Annotated[
        list[str] | None,
        typer.Option(
            "--actor",
            metavar="LABEL|ID:LABEL:#RRGGBB",
            help="A party; repeatable, and all oppose each other.",
            show_default=f"those in the reports, else {' and '.join(DEFAULT_PARTIES)}",
        ),
    ] = None,
    start: Annotated[
        dt.date | None, date_option("--start", "The first day.", show_default="as the reports, once there are any")
    ] = None,
    end: Annotated[dt.date | None, date_option("--end", "The last day.", show_default="likewise")] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(
            "--tolerance",
            min=0,
            max=1,
            metavar="DEGREES",
            help="How much lines are simplified; 0: not at all.",
            show_default="by the size of the country",
        ),
    ] = None,
    background: Annotated[
        Path | None, typer.Option("--background", metavar="FILE|FOLDER", help=_BACKGROUND_HELP)
    ] = None,
    no_limits: NoLimitsOption = False,
) -> None:
    """Make a theatre pack from a file of polygons: gazetteer, map and templates for your own reports.

    The contents of its columns are guessed from the names that geoBoundaries, OCHA, GADM, Natural Earth and others use;
    the guesses are listed.
    """
    require_empty_folder(folder)
    stated = environment_time()
    today = stated.date() if stated else dt.date.today()  # noqa: DTZ011 - a default, shown
    last = end or max(today, (start or dt.date.min) + dt.timedelta(days=1))
    first = start or last - dt.timedelta(days=_DEFAULT_DAYS)
    refuse_reversed_dates(first, last, "--start", "--end")
    if first == last:
        message = f"{first} is the first and the last day. Give a period of two days or more with --start and --end."
        raise typer.BadParameter(message, param_hint="--end")
    continue_with_limits(unless=no_limits)
    choices, held_by = table.read(), []
    if reports and not actors:
        held_by = name_parties(read_file(reports, choices.file, rate_columns), choices.columns.get("actor", ""))
    parties = parse_parties(actors or held_by or DEFAULT_PARTIES)
    hints = ColumnHints(own, name, parent, parent_id, local_name, population)
    with naming_options_for_provinces():
        above = read_boundaries(provinces, provinces_layer) if provinces else None
    named = choose_columns(read_boundaries(boundaries, layer, crs, boundaries_encoding), hints, above)
    attributes = named.frame.drop(columns=named.frame.geometry.name)
    whole = country or boundary_columns.guess_country(attributes) or title or readable_name(folder.resolve().name)
    plan = TheatrePlan(
        *(" ".join((title or whole).split()), " ".join(whole.split()), parties, first, last, tolerance),
        follows_reports=not (start or end),
    )
    made = writer.build_pack(named, plan, boundaries.name, background)
    files, outcome = made.files, []
    if reports:
        added = add_table(files.load(folder.resolve().name), reports, choices)
        files = files.with_reports(added.pack)
        sides = allowed_values(added.pack.theatre.actors)["claimant_side"]
        outcome = [*added.outcome.sentences, *added.notices, *added.describe_speakers(sides)]
        outcome += _describe_strangers(added.unknown_actors)
        aside = list_set_aside(added.pack)[["row", "problem", "fix"]].head(_ROWS)
        outcome += [f"row {row}: {problem}. {fix}." for row, problem, fix in aside.itertuples(index=False, name=None)]
    files.write(folder)
    parents = boundary_columns.suggest_parent_columns(attributes, named.columns) if parent is None else {}
    _print_result(folder, named.columns, parents, plan, made, outcome)


@command(name="background")
def add_background(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a theatre pack.")],
    source: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help=_BACKGROUND_HELP)],
    no_limits: NoLimitsOption = False,
) -> None:
    """Give a theatre pack a background: rivers, lakes, coasts, borders, roads and relief, shown faintly.

    What a feature is says its property "kind", or the name of its file or layer. A background that the pack already
    has is replaced.
    """
    refuse_overwriting({name: folder / name for name in BACKGROUND_FILES}, [source])
    districts = read_districts(folder / "districts.geojson")
    continue_with_limits(unless=no_limits)
    made = build_background(source, districts.geometry.to_numpy())
    made.write(folder)
    for line in [*made.notes, f"Wrote {', '.join(made.contents)} in {folder}. {_CREDIT}"]:
        print_text(line)


def _describe_strangers(names: Sequence[str]) -> list[str]:
    """Say which names in the reports are no party of the new theatre, and how each becomes one or a name of one."""
    if not names:
        return []
    named = list_some([f"'{name}'" for name in names], _ROWS)
    have = "this name" if len(names) == 1 else "these names"
    fix = "Make it one with --actor, or write it beside a party's other names, also in theatre.toml."
    return [f"{named}: no party has {have}. {fix}"]


def _print_result(
    folder: Path,
    columns: BoundaryColumns,
    parents: Mapping[str, int],
    plan: TheatrePlan,
    made: writer.BuiltPack,
    outcome: Sequence[str],
) -> None:
    """Print what was guessed, made and repaired, what is still missing, and the next steps."""
    districts = "1 district" if made.places == 1 else f"{made.places:,} districts"
    provinces = "1 province" if made.provinces == 1 else f"{made.provinces:,} provinces"
    print_text(f"{plan.title}: {districts} in {provinces}, in {folder}.", "bold")
    parties = ", ".join(f"{party.label} ({party.id}, {party.colour})" for party in plan.parties)
    pack = load_pack(folder)
    start, end = pack.theatre.period_start, pack.theatre.period_end
    follows = "; it follows the reports: theatre.toml says how to set it" if plan.follows_reports else ""
    print_text(f"Parties: {parties}. Period: {start} to {end}{follows}.\n")
    print_text("Columns used; if one is wrong, start again in another folder with its option:")
    for what, name, option in columns.purposes:
        print_text(f"  {what}: {name or 'none'}{f'  ({option})' if option else ''}")
    for name, count in parents.items():
        print_text(f"  {name} has {count:,} values: --parent {shlex.quote(name)}?")
    for heading, lines in (
        (
            "Polygons:",
            [*made.coverage.repairs, *made.coverage.remaining_faults] or ["unchanged: they were a coverage already."],
        ),
        ("Background:", [*made.background.notes, _CREDIT] if made.background.contents else []),
        ("Rows:", made.notes),
        ("Reports:", outcome),
        ("Still missing:", advice.list_gaps(pack)),
    ):
        if lines:
            print_text(f"\n{heading}", "bold")
            for line in lines:
                print_text(f"  - {line}")
    place = shlex.quote(str(folder.resolve()))
    print_text("\nTo go on:", "bold")
    print_text(f"  python -m control_map check {place}")
    print_text(f"  CONTROL_MAP_PACKS={place} streamlit run app.py")
