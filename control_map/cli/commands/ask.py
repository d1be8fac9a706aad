"""The commands that answer a question with a table: the status on a day, the reasons, totals, sources, names."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from control_map.analysis import published_totals as published
from control_map.analysis import summary
from control_map.analysis.blind_spots import BLIND_SPOT_DAYS, count_blind_districts, list_blind_spots
from control_map.analysis.changes import compare_dates, count_changes
from control_map.analysis.sources import SHARE_COLUMNS, cross_check_reports, format_origins, summarize_origins
from control_map.assessment.rule_comparison import disagreements
from control_map.assessment.timeline import as_of
from control_map.cli.app import command
from control_map.cli.common import PackOptions, RuleOptions
from control_map.cli.options import (
    DEFAULT_PACK,
    DEFAULT_PACK_TEXT,
    ChangesSinceOption,
    DateOption,
    OlderThanOption,
    OutputFormat,
    OutputFormatOption,
    PackOption,
    ScaleOption,
    SinceOption,
    TableOrJson,
    date_option,
    refuse_reversed_dates,
)
from control_map.cli.output import print_note, print_text, write_json, write_table
from control_map.core.limits import LIMITS
from control_map.core.model import Change, PlaceKind
from control_map.core.wording import format_rounded
from control_map.explanation.dossier import choose_listed
from control_map.geocoding.gazetteer import geocode as match_names
from control_map.geocoding.locate import EXCEPTION_FIX
from control_map.intake.new_theatre import advice
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import STATUS_COLUMNS, compare_rules, count_located
from control_map.render import answers
from control_map.render.html.renderer import describe_change_period
from control_map.theatre.csv_reader import not_kept, read_clean_csv

EXPLANATION_COLUMNS = ["role", "reason", "via", "event_date", "lag", "claim", "actor", "claimant", "origin"]
EXPLANATION_COLUMNS += ["report_id", "source_url"]
_READABLE_WIDTH = 100
TOTALS_COLUMNS = ["date", "label", "value", "qualifier", "of", "source_name", "ours", "ours_of", "difference", "fits"]
TOTALS_COLUMNS += ["counted", "remark"]


@command(name="check")
def print_pack_faults(pack: Annotated[Path, typer.Argument(show_default=DEFAULT_PACK_TEXT)] = DEFAULT_PACK) -> None:
    """Check a pack: list each fault with its file, row, column and fix. Exit code 1 if there is one.

    Advice on what the pack lacks without being wrong follows.
    """
    loaded = load_pack(pack)
    for fault in loaded.faults:
        print_text(f"{fault}{' (The row counts all the same.)' if fault.kept else ''}")
    unreadable = [fault.row for fault in loaded.faults if fault.file == "reports.csv" and not fault.kept]
    unplaced = loaded.set_aside[~loaded.set_aside["row"].isin(unreadable)]
    for key, rows in unplaced.groupby("problem", sort=False)["row"]:
        more, problem = f" and {len(rows) - 1:,} more" if len(rows) > 1 else "", str(key)
        column, _, reason = (
            problem.partition(": ") if problem.startswith("except_for: ") else ("place_text", "", problem)
        )
        fix = f" {EXCEPTION_FIX}." if column == "except_for" else ""
        print_text(f"reports.csv, row {rows.iloc[0]}{more}, column {column}: not placed: {reason}.{fix}")
    located, total = count_located(loaded)
    theatre = loaded.theatre
    counted = f"{len(theatre.places)} places, {located:,} of {total:,} reports placed, {len(loaded.faults)} faults"
    print_text(f"{theatre.title}: {counted}.")
    if gaps := advice.list_gaps(loaded):
        print_text("\nAdvice, not faults:", "bold")
        for line in gaps:
            print_text(f"  - {line}.")
    if loaded.faults:
        raise typer.Exit(1)


@command(name="status")
def print_status(
    date: DateOption,
    scale: ScaleOption = None,
    *,
    options: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,
) -> None:
    """Show who is assessed to hold each place on a day; with --scale, also its `term` on that scale."""
    rows = answers.status(options.load_view(date), date, scale=scale or "").rows
    columns = [*STATUS_COLUMNS, "days_silent", *(["term"] if scale else [])]
    write_table(pd.DataFrame(rows)[columns], format, f"Status on {date:%-d %B %Y}")


@command(name="explain")
def print_explanation(
    place_id: Annotated[str, typer.Argument(help="The id of the place, as in the first column of status.")],
    date: DateOption,
    *,
    options: RuleOptions,
    format: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.TABLE,
) -> None:
    """Explain why a place has its status, and show every report behind it, with its role, reason and lag."""
    explained = options.load_view(date).explain(place_id, date)
    if format == TableOrJson.JSON:
        write_json(explained)
        return
    parts = [
        explained["status"] + (f" since {explained['since']:%-d %B %Y}" if explained["since"] else ""),
        "disputed" if explained["disputed"] else "",
        f"claimed by {explained['claimed_by']}" if explained["claimed_by"] else "",
        f"basis {explained['basis']}" if explained["basis"] else "",
        f"confidence {explained['confidence']}" if explained["confidence"] else "",
    ]
    place = f"{explained['name']}, {explained['province']} ({explained['kind']})"
    print_text(f"{place}: {', '.join(filter(None, parts))}\n", "bold")
    print_text("\n".join(explained["explanation"]) + "\n", widest=_READABLE_WIDTH)
    reports = explained["evidence"]
    listed = choose_listed(reports, LIMITS.dossier_reports)
    title = f"Reports of events up to {date:%-d %B %Y}, newest first"
    if len(reports) > len(listed):
        title += f": {len(listed)}, and {len(reports) - len(listed):,} more with --format json"
    write_table(pd.DataFrame(listed, columns=EXPLANATION_COLUMNS), OutputFormat.TABLE, title)


@command(name="summary")
def print_province_summary(
    date: DateOption,
    since: ChangesSinceOption = None,
    *,
    options: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,
    older_than: OlderThanOption = BLIND_SPOT_DAYS,
) -> None:
    """Count each province's districts by status, with their shares of area and population, crossings and blind spots.

    The table has the counts and the blind spots; csv and json have all columns.
    """
    refuse_reversed_dates(since, date)
    seen = options.load_view(date)
    now = as_of(seen.timeline, date)
    before = as_of(seen.timeline, since or date - dt.timedelta(days=summary.COMPARED_DAYS))
    table = answers.summary(seen, date, since, older_than).rows
    silence = ["on_claims", "stale", "blind_spots", "last_reported", "days_since_report", "part_reports"]
    statuses = summary.columns_by_status(seen.pack.statuses, now["status"], before["status"])
    shown = ["province", "districts", *statuses, f"{seen.pack.statuses[0]}_change", *silence]
    title = f"Districts by status on {date:%-d %B %Y}; change {describe_change_period(since, date)}; "
    title += f"{count_blind_districts(now, date, older_than)} districts with no report for more than {older_than} days"
    sizes = summary.sizes_by_status(now, seen.pack.theatre.places, seen.pack.statuses)
    if sizes["population"].sum() and pd.notna(sizes["population"][0]):
        lead, source = seen.pack.statuses[0], seen.pack.theatre.population_source
        people, everyone = (format_rounded(number) for number in (sizes["population"][0], sizes["population"].sum()))
        title += f"; {people} of {everyone} people in districts with the status {seen.pack.status_labels[lead]}"
        title += f" ({source})" if source else ""
        shown.insert(shown.index(f"{lead}_change"), f"{lead}_population")
    write_table(table, format, title, shown)


@command(name="silence")
def print_blind_spots(
    date: DateOption,
    older_than: OlderThanOption = BLIND_SPOT_DAYS,
    *,
    options: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,
) -> None:
    """List the places without a report for a number of days, or ever, the longest silent first."""
    now = as_of(options.load_view(date).timeline, date)
    silent = list_blind_spots(now, date, older_than)
    title = f"{len(silent)} of {len(now)} places without a report for more than {older_than} days on {date:%-d %B %Y}"
    write_table(silent, format, f"{title}. Silence is never control")


@command(name="compare")
def print_rule_comparison(
    date: DateOption, *, options: PackOptions, format: OutputFormatOption = OutputFormat.TABLE
) -> None:
    """Weigh the reports under every rule: count the districts under each, and list the places on which they differ."""
    compared = compare_rules(options.load_pack(date), known_on=options.known_on)
    if format == OutputFormat.TABLE:
        title = f"Districts by status on {date:%-d %B %Y}, under each rule"
        write_table(compared.daily_counts.table_on(date), format, title)
        title = "The least and the most, over the rules that count all sides"
        write_table(compared.status_count_range(date), format, title)
    write_table(disagreements(compared.statuses_on(date), compared.rules), format, "Places on which the rules differ")


@command(name="difference")
def print_differences(
    date: DateOption, since: SinceOption, *, options: RuleOptions, format: OutputFormatOption = OutputFormat.TABLE
) -> None:
    """Compare the status on two days: list the places that were gained, taken back, contested or lost.

    The command changes lists what happened between the two days. The table has the number of districts that each side
    gained and lost, and the places that changed; csv and json have all places.
    """
    refuse_reversed_dates(since, date)
    seen = options.load_view(date)
    places = compare_dates(seen.timeline, since, date)
    if format == OutputFormat.TABLE:
        counts = count_changes(places[places["kind"] == PlaceKind.DISTRICT], seen.pack.statuses)
        write_table(counts, format, f"Districts, from {since:%-d %B %Y} to {date:%-d %B %Y}")
        places = places[places["change"] != Change.UNCHANGED]
    write_table(places, format, "Places that changed")


@command(name="totals")
def print_published_totals(
    date: Annotated[dt.date | None, date_option("--date", "Only totals around this day, as 2021-07-09.")] = None,
    scale: ScaleOption = None,
    *,
    options: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,
) -> None:
    """Compare published totals with the map's comparable counts, each on its own day."""
    around = f" around {date:%-d %B %Y}" if date else ""
    table = answers.totals(options.load_view(date), date, scale or "").rows
    write_table(table, format, f"Published totals{around}", TOTALS_COLUMNS)


@command(name="scales")
def print_scale_counts(
    date: DateOption, *, options: RuleOptions, format: OutputFormatOption = OutputFormat.TABLE
) -> None:
    """Count the districts on a day in the terms of each scale; `theirs` is the number that its source counts."""
    seen = options.load_view(date)
    now = as_of(seen.timeline, date)
    counted = [
        published.count_by_term(now, scale).assign(scale=name, label=scale.label, theirs=scale.districts)
        for name, scale in published.scales_of(seen.pack.theatre).items()
    ]
    table = pd.concat([rows.assign(of=rows["districts"].sum()).astype({"theirs": "Int64"}) for rows in counted])
    columns = ["scale", "label", "term", "districts", "of", "theirs"]
    write_table(table[columns], format, f"Districts on {date:%-d %B %Y} in the terms of each scale")


@command(name="sources")
def print_origins(*, options: RuleOptions, format: OutputFormatOption = OutputFormat.TABLE) -> None:
    """Show for each origin what it reports, and how much of it others confirm or contradict.

    Of the rule, only the corroboration window affects the table.
    """
    seen = options.load_view()
    table = summarize_origins(cross_check_reports(seen.pack.assertions, seen.located, seen.rule.corroboration_days))
    when = f"by {options.known_on:%-d %B %Y}" if options.known_on else "at any time"
    write_table(
        format_origins(table) if format == OutputFormat.TABLE else table.round(dict.fromkeys(SHARE_COLUMNS, 4)),
        format,
        f"Origins of the reports published {when}",
    )


@command(name="geocode")
def print_geocoding(
    file: Annotated[Path, typer.Argument(help="CSV with place_text, province_text, place_kind.")],
    pack: PackOption = DEFAULT_PACK,
    format: OutputFormatOption = OutputFormat.TABLE,
) -> None:
    """Match the names in a file to places, or say why a name is not matched."""
    gazetteer = load_pack(pack).gazetteer
    names, faults = read_clean_csv(file, ("place_text", "province_text", "place_kind"))
    write_table(match_names(names, gazetteer), format, f"Names in {file.name}")
    for fault in faults:
        print_note(fault)
    if not_kept(faults):
        raise typer.Exit(1)
