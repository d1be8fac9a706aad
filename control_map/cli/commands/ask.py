"""The commands: each asks the pipeline, and writes what it answers."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from control_map.analysis import published_totals as published
from control_map.analysis import summary
from control_map.analysis.blind_spots import BLIND_SPOT_DAYS, count_blind_districts, days_silent, list_blind_spots
from control_map.analysis.changes import compare_dates, count_changes
from control_map.analysis.sources import SHARE_COLUMNS, cross_check_reports, format_origins, summarize_origins
from control_map.analysis.summary import build_province_table
from control_map.assessment.rule_comparison import disagreements
from control_map.assessment.timeline import as_of
from control_map.cli.app import command
from control_map.cli.common import PackOptions, RuleOptions
from control_map.cli.options import (
    DEFAULT_PACK,
    DEFAULT_PACK_TEXT,
    DateOption,
    OlderThanOption,
    OutputFormat,
    OutputFormatOption,
    PackOption,
    ScaleOption,
    SinceOption,
    TableOrJson,
    parse_date_option,
    refuse_reversed_dates,
)
from control_map.cli.output import print_note, print_text, write_json, write_table
from control_map.core.model import Change, PlaceKind
from control_map.geocoding.gazetteer import geocode as match_names
from control_map.intake.new_theatre import advice
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import compare_rules, count_located
from control_map.theatre.config import OWN_SCALE
from control_map.theatre.csv_reader import read_csv

EXPLANATION_COLUMNS = ["role", "reason", "via", "event_date", "lag", "claim", "actor", "claimant", "origin"]
EXPLANATION_COLUMNS += ["report_id", "source_url"]
_READABLE_WIDTH = 100
TOTALS_COLUMNS = ["date", "label", "value", "qualifier", "of", "source_name", "ours", "ours_of", "difference", "fits"]
TOTALS_COLUMNS += ["counted", "remark"]


@command(name="check")
def print_pack_faults(pack: Annotated[Path, typer.Argument(show_default=DEFAULT_PACK_TEXT)] = DEFAULT_PACK) -> None:
    """Check a pack: name each fault with its file, row, column and mend. Exit code 1 if there is one.

    What it lacks without being wrong comes after them, as advice.
    """
    loaded = load_pack(pack)
    for fault in loaded.faults:
        print_text(f"{fault}{' (The row counts all the same.)' if fault.kept else ''}")
    unreadable = [fault.row for fault in loaded.faults if fault.file == "reports.csv" and not fault.kept]
    unplaced = loaded.set_aside[~loaded.set_aside["row"].isin(unreadable)]
    for problem, rows in unplaced.groupby("problem", sort=False)["row"]:
        more = f" and {len(rows) - 1:,} more" if len(rows) > 1 else ""
        print_text(f"reports.csv, row {rows.iloc[0]}{more}, column place_text: not placed: {problem}.")
    located, total = count_located(loaded)
    theatre = loaded.theatre
    counted = f"{len(theatre.places)} places, {located:,} of {total:,} reports placed, {len(loaded.faults)} faults"
    print_text(f"{theatre.title}: {counted}.")
    if told := advice.list_gaps(loaded):
        print_text("\nAdvice, not faults:", "bold")
        for line in told:
            print_text(f"  - {line}.")
    if loaded.faults:
        raise typer.Exit(1)


@command(name="status")
def print_status(
    date: DateOption,
    scale: ScaleOption = None,
    *,
    asked: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002 - the name is the flag's
) -> None:
    """Show who is assessed to hold each place on a day, and with --scale its `term` on that scale."""
    seen = asked.view(date)
    table = seen.status(date)
    table["days_silent"] = days_silent(table, date)
    if scale is not None:
        on_scale = published.scale_named(scale, seen.pack.theatre)
        table["term"] = published.translate_to_scale(as_of(seen.timeline, date), on_scale).to_numpy()
    write_table(table, format, f"Status on {date:%-d %B %Y}")


@command(name="explain")
def print_explanation(
    place_id: Annotated[str, typer.Argument(help="As in the first column of status.")],
    date: DateOption,
    *,
    asked: RuleOptions,
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
    print_text(f"{told['name']}, {told['province']} ({told['kind']}): {', '.join(filter(None, said))}\n", "bold")
    print_text("\n".join(told["explanation"]) + "\n", widest=_READABLE_WIDTH)
    evidence = pd.DataFrame(told["evidence"], columns=EXPLANATION_COLUMNS)
    write_table(evidence, OutputFormat.TABLE, f"Reports of events up to {date:%-d %B %Y}, newest first")


@command(name="summary")
def print_province_summary(
    date: DateOption,
    *,
    asked: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002
    older_than: OlderThanOption = BLIND_SPOT_DAYS,
) -> None:
    """Count each province's districts by status, with their shares of area and population, crossings, and silence.

    The table has the counts and the silence; csv and json have all.
    """
    seen = asked.view(date)
    now = as_of(seen.timeline, date)
    before = as_of(seen.timeline, date - dt.timedelta(days=summary.COMPARED_DAYS))
    told = summary.part_reports(seen.located, date)
    table = build_province_table(now, before, told, seen.pack.theatre.places, seen.pack.statuses, date, older_than)
    if format == OutputFormat.TABLE:
        silent = ["stale", "blind_spots", "last_reported", "days_since_report", "part_reports"]
        table = table[["province", "districts", *seen.pack.statuses, f"{seen.pack.statuses[0]}_change", *silent]]
    title = f"Districts by status on {date:%-d %B %Y}; change over {summary.COMPARED_DAYS} days; "
    title += f"{count_blind_districts(now, date, older_than)} districts with no report for more than {older_than} days"
    write_table(table, format, title)


@command(name="silence")
def print_blind_spots(
    date: DateOption,
    older_than: OlderThanOption = BLIND_SPOT_DAYS,
    *,
    asked: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002
) -> None:
    """List the places of which nothing was reported for so long, or ever, the longest silent first."""
    now = as_of(asked.view(date).timeline, date)
    told = list_blind_spots(now, date, older_than)
    title = f"{len(told)} of {len(now)} places without a report for more than {older_than} days on {date:%-d %B %Y}"
    write_table(told, format, f"{title}. Silence is never control")


@command(name="compare")
def print_rule_comparison(
    date: DateOption,
    *,
    asked: PackOptions,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002
) -> None:
    """Weigh the reports under every rule: how many districts each counts, and the places on which they differ."""
    compared = compare_rules(asked.read(date), known_on=asked.known_on)
    if format == OutputFormat.TABLE:
        write_table(
            compared.daily_counts.table_on(date), format, f"Districts by status on {date:%-d %B %Y}, under each rule"
        )
        write_table(
            compared.status_count_range(date), format, "The least and the most, over the rules that hear all sides"
        )
    write_table(disagreements(compared.statuses_on(date), compared.rules), format, "Places on which the rules differ")


@command(name="difference")
def print_differences(
    date: DateOption,
    since: SinceOption,
    *,
    asked: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002
) -> None:
    """Say what changed from one day to another: gained, taken back, contested or lost.

    It compares the two days; the command changes lists what happened between them. The table has the places that
    changed, after how many districts each side gained and lost; csv and json have all.
    """
    refuse_reversed_dates(since, date)
    seen = asked.view(date)
    told = compare_dates(seen.timeline, since, date)
    if format == OutputFormat.TABLE:
        between = f"from {since:%-d %B %Y} to {date:%-d %B %Y}"
        write_table(
            count_changes(told[told["kind"] == PlaceKind.DISTRICT], seen.pack.statuses), format, f"Districts, {between}"
        )
        told = told[told["change"] != Change.UNCHANGED]
    write_table(told, format, "Places that changed")


@command(name="totals")
def print_published_totals(
    date: Annotated[
        dt.date | None,
        typer.Option(
            "--date", parser=parse_date_option, metavar="DATE", help="Only totals around this day, as 2021-07-09."
        ),
    ] = None,
    scale: ScaleOption = None,
    *,
    asked: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002
) -> None:
    """Put published totals beside the map's count that means the same thing, each on its own day."""
    seen = asked.view(date)
    theatre = seen.pack.theatre
    told = published.totals_known_on(theatre.totals, asked.known_on)
    if scale is not None:
        told = told[told["scale"].replace("", OWN_SCALE) == published.scale_named(scale, theatre).id]
    if date is not None:
        told = published.totals_near_date(told, date)
    table = published.compare_totals_with_map(
        told, seen.timeline, published.scales_of(theatre), published.measures_of(theatre)
    )
    around = f" around {date:%-d %B %Y}" if date else ""
    write_table(table[TOTALS_COLUMNS] if format == OutputFormat.TABLE else table, format, f"Published totals{around}")


@command(name="scales")
def print_scale_counts(
    date: DateOption,
    *,
    asked: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002
) -> None:
    """Count the districts on a day in the terms of each scale; `theirs` is of how many its source counts."""
    seen = asked.view(date)
    now = as_of(seen.timeline, date)
    counted = [
        published.count_by_term(now, scale).assign(scale=name, label=scale.label, theirs=scale.districts)
        for name, scale in published.scales_of(seen.pack.theatre).items()
    ]
    table = pd.concat([rows.assign(of=rows["districts"].sum()).astype({"theirs": "Int64"}) for rows in counted])
    columns = ["scale", "label", "term", "districts", "of", "theirs"]
    write_table(table[columns], format, f"Districts on {date:%-d %B %Y} in the terms of each scale")


@command(name="sources")
def print_origins(
    *,
    asked: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002
) -> None:
    """Show for each origin what it reports, and how much of it others confirm or contradict.

    Of the rule, only the corroboration window matters.
    """
    seen = asked.view()
    table = summarize_origins(cross_check_reports(seen.pack.assertions, seen.located, seen.rule.corroboration_days))
    when = f"by {asked.known_on:%-d %B %Y}" if asked.known_on else "at any time"
    write_table(
        format_origins(table) if format == OutputFormat.TABLE else table.round(dict.fromkeys(SHARE_COLUMNS, 4)),
        format,
        f"Origins of the reports published {when}",
    )


@command(name="geocode")
def print_geocoding(
    file: Annotated[Path, typer.Argument(help="CSV with place_text, province_text, place_kind.")],
    pack: PackOption = DEFAULT_PACK,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002
) -> None:
    """Find the places that names in a file mean, or say why not."""
    gazetteer = load_pack(pack).gazetteer
    names, faults = read_csv(file, ("place_text", "province_text", "place_kind"))
    write_table(match_names(names, gazetteer), format, f"Names in {file.name}")
    for fault in faults:
        print_note(fault)
    if faults:
        raise typer.Exit(1)
