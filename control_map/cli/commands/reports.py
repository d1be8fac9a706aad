"""The command that searches the reports, placed or set aside."""

import datetime as dt
from typing import Annotated

import typer

from control_map.cli.app import command
from control_map.cli.common import RuleOptions
from control_map.cli.options import OutputFormat, OutputFormatOption, date_option
from control_map.cli.output import write_table
from control_map.core.model import Claim
from control_map.render import answers

REPORT_TABLE_COLUMNS = (
    "event_date place_text name claim actor claimant claimant_side origin role report_id summary problem".split()
)


@command(name="reports")
def print_found_reports(
    text: Annotated[
        str, typer.Argument(help="Words, names in any spelling or script; in quotes, a phrase. Empty: all reports.")
    ] = "",
    place: Annotated[str, typer.Option("--place", metavar="ID", help="Only those that name this place.")] = "",
    province: Annotated[str, typer.Option("--province", metavar="ID", help="Only those on this province.")] = "",
    source: Annotated[str, typer.Option("--source", help="The outlet in which it was read.")] = "",
    origin: Annotated[str, typer.Option("--origin", help="The outlet in which it first appeared.")] = "",
    side: Annotated[str, typer.Option("--side", help="The side of the claimant: an actor, or independent.")] = "",
    claim: Annotated[list[Claim] | None, typer.Option("--claim", help="The claim of the report; repeatable.")] = None,
    begin: Annotated[dt.date | None, date_option("--from", "Only events on this day or later.")] = None,
    end: Annotated[dt.date | None, date_option("--to", "Only events on this day or earlier.")] = None,
    set_aside: Annotated[bool, typer.Option("--set-aside", help="Only reports that were set aside.")] = False,
    *,
    options: RuleOptions,
    format: OutputFormatOption = OutputFormat.TABLE,
) -> None:
    """Search all reports, the newest event first; `role` is the role of each under the rule for the place it names."""
    found = answers.reports(
        options.load_view(),
        text,
        place=place,
        province=province,
        source=source,
        origin=origin,
        side=side,
        claim=claim or (),
        begin=begin,
        end=end,
        set_aside=set_aside,
    )
    title = f"{len(found.rows):,} of {found.more['searched']:,} reports, the newest event first"
    write_table(found.rows, format, title, REPORT_TABLE_COLUMNS)
