"""The commands that write files: an export for other programs, a brief to print, a picture, and the map as a page."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from control_map.cli.app import command
from control_map.cli.common import RuleOptions
from control_map.cli.options import ChangesSinceOption, DateOption, date_option, refuse_reversed_dates
from control_map.cli.output import print_file_written, print_note, print_text
from control_map.core.sanitize import safe_web_link
from control_map.render.brief import document
from control_map.render.export import formats, tables, writing
from control_map.render.picture import files
from control_map.render.picture.files import PictureFormat
from control_map.render.picture.shapes import SHAPES, ShapeName
from control_map.render.site import publish
from control_map.render.site.page import render_standalone_page
from control_map.theatre import safe_write

_HTML_SUFFIXES = (".html", ".htm")


@command(name="export")
def write_export_file(
    date: DateOption,
    to: Annotated[
        Path,
        typer.Option("--to", metavar="FILE", help=f"The file to write, ending in one of {' '.join(formats.FORMATS)}."),
    ],
    what: Annotated[
        tables.ExportTable | None,
        typer.Option("--what", help="Which table; by default all if the format holds several, else the status."),
    ] = None,
    since: Annotated[dt.date | None, date_option("--since", "An earlier day to compare the status with.")] = None,
    *,
    options: RuleOptions,
) -> None:
    """Write a file for other programs: the status on a day, all intervals, or the evidence.

    The ending of the file sets its format. Each file states what it rests on.
    """
    refuse_reversed_dates(since, date)
    formats.format_of(to)  # fails before the reports are weighed
    writing.write_export(options.load_view(date), date, to, what, since)
    print_file_written(to)


def _require_html(path: Path) -> Path:
    if path.suffix.lower() not in _HTML_SUFFIXES:
        raise typer.BadParameter(
            f"'{path}' does not end in .html. Write the brief as brief.html; for a PDF, print it from a browser, "
            "or with chromium --headless --no-pdf-header-footer --print-to-pdf=brief.pdf brief.html"
        )
    return path


@command(name="brief")
def write_brief_file(
    date: DateOption,
    to: Annotated[
        Path,
        typer.Option("--to", metavar="FILE", callback=_require_html, help="The HTML file to write; it prints on A4."),
    ],
    since: ChangesSinceOption = None,
    link: Annotated[str, typer.Option("--link", metavar="URL", help="Where the live map is.")] = "",
    *,
    options: RuleOptions,
) -> None:
    """Write a brief on a day, two pages to print: map, changes, provinces, totals, method, sources."""
    refuse_reversed_dates(since, date)
    if link and not safe_web_link(link):
        message = f"'{link}' is not a web address. Write it with https:// or http://."
        raise typer.BadParameter(message, param_hint="--link")
    text = document.render_brief(options.load_view(date), date, since, link)
    safe_write.replace_file(to, lambda unfinished: unfinished.write_text(text, "utf-8"))
    print_note(f"Wrote {to}.")


def _require_picture(path: Path) -> Path:
    if path.suffix.lower().removeprefix(".") not in list(PictureFormat):
        endings = ", ".join(f".{ending}" for ending in PictureFormat)
        raise typer.BadParameter(f"'{path}' does not end in one of {endings}. The ending sets the format.")
    return path


@command(name="picture")
def write_picture_file(
    date: DateOption,
    to: Annotated[
        Path,
        typer.Option(
            "--to", metavar="FILE", callback=_require_picture, help="The file to write, ending in .png, .svg or .pdf."
        ),
    ],
    shape: Annotated[
        ShapeName, typer.Option("--shape", help="16:9, 1:1, 9:16, or a sheet of A4 in portrait.")
    ] = ShapeName.WIDE,
    since: Annotated[
        dt.date | None, date_option("--since", "An earlier day: the map shows what changed after it.")
    ] = None,
    province: Annotated[str, typer.Option("--province", metavar="ID", help="Only this province.")] = "",
    width: Annotated[
        int | None,
        typer.Option("--width", metavar="PX", help="The width in pixels.", show_default="as the shape has it"),
    ] = None,
    *,
    options: RuleOptions,
) -> None:
    """Write a picture of a day to print or to post: the map, its headline, legend, method and credits."""
    refuse_reversed_dates(since, date)
    ending = to.suffix.lower().removeprefix(".")
    view = options.load_view(date)
    content = files.render_picture(view, date, SHAPES[shape], since, province, format=ending, width=width)
    safe_write.replace_file(to, lambda unfinished: unfinished.write_bytes(content))
    print_file_written(to)


@command(name="publish")
def write_site(
    to: Annotated[
        Path,
        typer.Option("--to", metavar="FOLDER|FILE.html", help="A folder for a web host, or one file, as map.html."),
    ],
    date: Annotated[dt.date | None, date_option("--date", "The day on which it opens, as 2021-07-09.")] = None,
    since: Annotated[
        dt.date | None, date_option("--since", "An earlier day with which it compares when it opens.")
    ] = None,
    *,
    options: RuleOptions,
) -> None:
    """Write the map with its time strip, its legend and all dossiers, as a site for any web host or as one file.

    The file needs neither a server nor a network; the site's page fetches the reports of a province when one of its
    places is opened.
    """
    seen = options.load_view(date)
    opens_on = date or seen.pack.theatre.opens_on
    refuse_reversed_dates(since, opens_on)
    if to.suffix.lower() in _HTML_SUFFIXES:
        content = render_standalone_page(seen, opens_on, since=since)
        publish.write_site_file(to, content)
        print_text(f"{to}: {len(content) / 1e6:.1f} MB, needs no server and no network.")
        return
    written = publish.publish_site(seen, opens_on, to, since)
    size = f"{len(written)} files, {sum(path.stat().st_size for path in written) / 1e6:.1f} MB"
    print_text(f"{to}: {size}; open it through a web host, or share {publish.STANDALONE_NAME} as it is.")
