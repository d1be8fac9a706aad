"""The command that writes a brief."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from control_map.analysis.summary import COMPARED_DAYS
from control_map.cli.app import command
from control_map.cli.common import RuleOptions
from control_map.cli.options import DateOption, parse_date_option, refuse_reversed_dates
from control_map.cli.output import print_note
from control_map.core.sanitize import safe_web_link
from control_map.render.brief import document as briefs
from control_map.theatre import safe_write

_SUFFIXES = (".html", ".htm")


def _to_html(path: Path) -> Path:
    if path.suffix.lower() not in _SUFFIXES:
        message = (
            f"'{path}' does not end in .html. Write the brief as brief.html; for a PDF, print it from a browser, "
            "or with chromium --headless --no-pdf-header-footer --print-to-pdf=brief.pdf brief.html"
        )
        raise typer.BadParameter(message)
    return path


@command(name="brief")
def write_brief_file(
    date: DateOption,
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", callback=_to_html, help="The HTML file to write; it prints on A4.")
    ],
    since: Annotated[
        dt.date | None,
        typer.Option(
            "--since",
            parser=parse_date_option,
            metavar="DATE",
            help="Tell changes since this day.",
            show_default=f"{COMPARED_DAYS} days before",
        ),
    ] = None,
    link: Annotated[str, typer.Option("--link", metavar="URL", help="Where the live map is.")] = "",
    *,
    asked: RuleOptions,
) -> None:
    """Write a brief on a day, two pages to print: map, changes, provinces, totals, method, sources."""
    refuse_reversed_dates(since, date)
    if link and not safe_web_link(link):
        message = f"'{link}' is no address of the web. It begins with https:// or http://."
        raise typer.BadParameter(message, param_hint="--link")
    text = briefs.render_brief(asked.view(date), date, since, link)
    safe_write.replace_file(to, lambda unfinished: unfinished.write_text(text, "utf-8"))
    print_note(f"Wrote {to}.")
