"""The commands: each asks the pipeline, and writes what it answers."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from control_map.analysis import provinces, summary
from control_map.analysis import published_totals as published
from control_map.analysis.blind_spots import BLIND_AFTER, blind_districts, blind_spots, days_silent
from control_map.analysis.changes import Change, differences, tally
from control_map.analysis.sources import SHARE_COLUMNS, appraise, by_origin, in_words
from control_map.assessment.as_of import as_of
from control_map.cli.app import command
from control_map.cli.common import Asked, AskedOfAllRules
from control_map.cli.options import (
    DEFAULT_PACK,
    SHOWN_PACK,
    As,
    Date,
    Format,
    OlderThan,
    PackFolder,
    ScaleName,
    Since,
    TableOrJson,
    in_order,
    read_date,
)
from control_map.cli.output import complain, say, write, write_json
from control_map.core.model import PlaceKind
from control_map.geocoding.gazetteer import geocode as match_names
from control_map.intake.new_theatre import advice
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import compare_rules, placed
from control_map.theatre.config import OWN_SCALE
from control_map.theatre.csv_reader import read_csv

EXPLAINED_COLUMNS = ["role", "reason", "via", "event_date", "lag", "claim", "actor", "claimant", "origin"]
EXPLAINED_COLUMNS += ["report_id", "source_url"]
_READABLE_WIDTH = 100
TOTALS_COLUMNS = ["date", "label", "value", "qualifier", "of", "source_name", "ours", "ours_of", "difference", "fits"]
TOTALS_COLUMNS += ["counted", "remark"]


@command()
def check(pack: Annotated[Path, typer.Argument(show_default=SHOWN_PACK)] = DEFAULT_PACK) -> None:
    """Check a pack: name each fault with its file, row, column and mend. Exit code 1 if there is one.

    What it lacks without being wrong comes after them, as advice.
    """
    loaded = load_pack(pack)
    for fault in loaded.faults:
        say(f"{fault}{' (The row counts all the same.)' if fault.kept else ''}")
    unreadable = [fault.row for fault in loaded.faults if fault.file == "reports.csv" and not fault.kept]
    unplaced = loaded.set_aside[~loaded.set_aside["row"].isin(unreadable)]
    for problem, rows in unplaced.groupby("problem", sort=False)["row"]:
        more = f" and {len(rows) - 1:,} more" if len(rows) > 1 else ""
        say(f"reports.csv, row {rows.iloc[0]}{more}, column place_text: not placed: {problem}.")
    located, total = placed(loaded)
    theatre = loaded.theatre
    counted = f"{len(theatre.places)} places, {located:,} of {total:,} reports placed, {len(loaded.faults)} faults"
    say(f"{theatre.title}: {counted}.")
    if told := advice.of(loaded):
        say("\nAdvice, not faults:", "bold")
        for line in told:
            say(f"  - {line}.")
    if loaded.faults:
        raise typer.Exit(1)


@command()
def status(
    date: Date,
    scale: ScaleName = None,
    *,
    asked: Asked,
    format: As = Format.TABLE,  # noqa: A002 - the name is the flag's
) -> None:
    """Show who is assessed to hold each place on a day, and with --scale its `term` on that scale."""
    seen = asked.view(date)
    table = seen.status(date)
    table["days_silent"] = days_silent(table, date)
    if scale is not None:
        on_scale = published.scale_named(scale, seen.pack.theatre)
        table["term"] = published.in_terms(as_of(seen.timeline, date), on_scale).to_numpy()
    write(table, format, f"Status on {date:%-d %B %Y}")


@command()
def explain(
    place_id: Annotated[str, typer.Argument(help="As in the first column of status.")],
    date: Date,
    *,
    asked: Asked,
    format: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.TABLE,  # noqa: A002
) -> None:
    """Say why one place has its status, then show every report behind it, with its role, reason and lag."""
    told = asked.view(date).explain(place_id, date)
    if format == TableOrJson.JSON:
        write_json(told)
        return
    said = [
        told["status"] + (f" since {told['since']:%-d %B %Y}" if told["since"] else ""),
        "disputed" if told["disputed"] else "",
        f"claimed by {told['claimed_by']}" if told["claimed_by"] else "",
        f"basis {told['basis']}" if told["basis"] else "",
        f"confidence {told['confidence']}" if told["confidence"] else "",
    ]
    say(f"{told['name']}, {told['province']} ({told['kind']}): {', '.join(filter(None, said))}\n", "bold")
    say("\n".join(told["explanation"]) + "\n", widest=_READABLE_WIDTH)
    evidence = pd.DataFrame(told["evidence"], columns=EXPLAINED_COLUMNS)
    write(evidence, Format.TABLE, f"Reports of events up to {date:%-d %B %Y}, newest first")


@command(name="summary")
def summarise(
    date: Date,
    *,
    asked: Asked,
    format: As = Format.TABLE,  # noqa: A002
    older_than: OlderThan = BLIND_AFTER,
) -> None:
    """Count each province's districts by status, with their shares of area and population, crossings, and silence.

    The table has the counts and the silence; csv and json have all.
    """
    seen = asked.view(date)
    now = as_of(seen.timeline, date)
    before = as_of(seen.timeline, date - dt.timedelta(days=summary.COMPARED_DAYS))
    told = summary.part_reports(seen.located, date)
    table = provinces.table(now, before, told, seen.pack.theatre.places, seen.pack.statuses, date, older_than)
    if format == Format.TABLE:
        silent = ["stale", "blind_spots", "last_reported", "days_since_report", "part_reports"]
        table = table[["province", "districts", *seen.pack.statuses, f"{seen.pack.statuses[0]}_change", *silent]]
    title = f"Districts by status on {date:%-d %B %Y}; change over {summary.COMPARED_DAYS} days; "
    title += f"{blind_districts(now, date, older_than)} districts with no report for more than {older_than} days"
    write(table, format, title)


@command(name="silence")
def list_silent(
    date: Date,
    older_than: OlderThan = BLIND_AFTER,
    *,
    asked: Asked,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """List the places of which nothing was reported for so long, or ever, the longest silent first."""
    now = as_of(asked.view(date).timeline, date)
    told = blind_spots(now, date, older_than)
    title = f"{len(told)} of {len(now)} places without a report for more than {older_than} days on {date:%-d %B %Y}"
    write(told, format, f"{title}. Silence is never control")


@command()
def compare(
    date: Date,
    *,
    asked: AskedOfAllRules,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """Weigh the reports under every rule: how many districts each counts, and the places on which they differ."""
    compared = compare_rules(asked.read(date), known_on=asked.known_on)
    if format == Format.TABLE:
        write(compared.counts(date), format, f"Districts by status on {date:%-d %B %Y}, under each rule")
        write(compared.range(date), format, "The least and the most, over the rules that hear all sides")
    write(compared.disagreements(date), format, "Places on which the rules differ")


@command()
def difference(
    date: Date,
    since: Since,
    *,
    asked: Asked,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """Say what changed from one day to another: gained, taken back, contested or lost.

    It compares the two days; the command changes lists what happened between them. The table has the places that
    changed, after how many districts each side gained and lost; csv and json have all.
    """
    in_order(since, date)
    seen = asked.view(date)
    told = differences(seen.timeline, since, date)
    if format == Format.TABLE:
        between = f"from {since:%-d %B %Y} to {date:%-d %B %Y}"
        write(tally(told[told["kind"] == PlaceKind.DISTRICT], seen.pack.statuses), format, f"Districts, {between}")
        told = told[told["change"] != Change.UNCHANGED]
    write(told, format, "Places that changed")


@command()
def totals(
    date: Annotated[
        dt.date | None,
        typer.Option("--date", parser=read_date, metavar="DATE", help="Only totals around this day, as 2021-07-09."),
    ] = None,
    scale: ScaleName = None,
    *,
    asked: Asked,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """Put published totals beside the map's count that means the same thing, each on its own day."""
    seen = asked.view(date)
    theatre = seen.pack.theatre
    told = published.known(theatre.totals, asked.known_on)
    if scale is not None:
        told = told[told["scale"].replace("", OWN_SCALE) == published.scale_named(scale, theatre).id]
    if date is not None:
        told = published.near(told, date)
    table = published.compare(told, seen.timeline, published.scales_of(theatre), published.measures_of(theatre))
    around = f" around {date:%-d %B %Y}" if date else ""
    write(table[TOTALS_COLUMNS] if format == Format.TABLE else table, format, f"Published totals{around}")


@command()
def scales(
    date: Date,
    *,
    asked: Asked,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """Count the districts on a day in the terms of each scale; `theirs` is of how many its source counts."""
    seen = asked.view(date)
    now = as_of(seen.timeline, date)
    counted = [
        published.counts(now, scale).assign(scale=name, label=scale.label, theirs=scale.districts)
        for name, scale in published.scales_of(seen.pack.theatre).items()
    ]
    table = pd.concat([rows.assign(of=rows["districts"].sum()).astype({"theirs": "Int64"}) for rows in counted])
    columns = ["scale", "label", "term", "districts", "of", "theirs"]
    write(table[columns], format, f"Districts on {date:%-d %B %Y} in the terms of each scale")


@command(name="sources")
def origins(
    *,
    asked: Asked,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """Show for each origin what it reports, and how much of it others confirm or contradict.

    Of the rule, only the corroboration window matters.
    """
    seen = asked.view()
    table = by_origin(appraise(seen.pack.bearings, seen.located, seen.rule.corroboration_days))
    when = f"by {asked.known_on:%-d %B %Y}" if asked.known_on else "at any time"
    write(
        in_words(table) if format == Format.TABLE else table.round(dict.fromkeys(SHARE_COLUMNS, 4)),
        format,
        f"Origins of the reports published {when}",
    )


@command()
def geocode(
    file: Annotated[Path, typer.Argument(help="CSV with place_text, province_text, place_kind.")],
    pack: PackFolder = DEFAULT_PACK,
    format: As = Format.TABLE,  # noqa: A002
) -> None:
    """Find the places that names in a file mean, or say why not."""
    gazetteer = load_pack(pack).gazetteer
    names, faults = read_csv(file, ("place_text", "province_text", "place_kind"))
    write(match_names(names, gazetteer), format, f"Names in {file.name}")
    for fault in faults:
        complain(fault)
    if faults:
        raise typer.Exit(1)
