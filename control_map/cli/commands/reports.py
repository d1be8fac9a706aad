"""The command that searches the reports, placed or set aside."""

import datetime as dt
from typing import Annotated

import typer

from control_map.analysis.search import ReportFilter, ReportState, find_reports, roles_at_named_place
from control_map.cli.app import command
from control_map.cli.common import RuleOptions
from control_map.cli.options import OutputFormat, OutputFormatOption, date_option
from control_map.cli.output import write_table
from control_map.core.characters import name_key
from control_map.core.errors import UnknownNameError
from control_map.core.labels import SIDE_LABELS
from control_map.core.model import Claim
from control_map.explanation.argument import nearest_places
from control_map.theatre.reports import EXPORTED_NAMES

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
    seen = options.load_view()
    theatre = seen.pack.theatre
    if place and place not in set(theatre.places["place_id"]):
        raise UnknownNameError("place", place, nearest_places(place, theatre.places))
    for what, name, known in (
        ("province", province, theatre.provinces["province_id"].tolist()),
        ("side", side, [*seen.pack.labels, *SIDE_LABELS]),
    ):
        if name and name not in known:
            raise UnknownNameError(what, name, known, complete=True)
    report_filter = ReportFilter(
        text=text,
        place_id=place,
        province_id=province,
        source=source,
        origin=seen.pack.origins.get(name_key(origin), origin),
        side=side,
        claims=tuple(claim or ()),
        begin=begin,
        end=end,
        published_by=options.known_on,
        state=ReportState.SET_ASIDE if set_aside else ReportState.ALL,
    )
    found = find_reports(seen.pack.search_index, report_filter)
    total = len(find_reports(seen.pack.search_index, report_filter.scope))
    table = found.assign(role=roles_at_named_place(found, seen.evidence)).rename(columns=EXPORTED_NAMES)
    write_table(table, format, f"{len(table):,} of {total:,} reports, the newest event first", REPORT_TABLE_COLUMNS)
