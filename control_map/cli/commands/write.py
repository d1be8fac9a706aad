"""The commands that write files: an export for other programs, a brief, a picture, a film, the map as a page."""

import datetime as dt
import time
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from control_map.cli.app import command
from control_map.cli.common import RuleOptions
from control_map.cli.options import (
    ChangesSinceOption,
    DateOption,
    date_option,
    refuse_reversed_dates,
    require_address,
)
from control_map.cli.output import print_file_written, print_note, print_text, show_progress
from control_map.render.brief import document
from control_map.render.export import formats, tables, writing
from control_map.render.film.encoding import FilmFormat, require_encoder
from control_map.render.film.film import make_film
from control_map.render.film.frames import SHAPES as FILM_SHAPES
from control_map.render.film.script import LEAST_SPEED, MOST_SPEED, USUAL_SPEED
from control_map.render.picture import files
from control_map.render.picture.files import PictureFormat
from control_map.render.picture.picture import draw_picture
from control_map.render.picture.shapes import SHAPES, ShapeName
from control_map.render.site import publish
from control_map.render.site.page import render_standalone_page
from control_map.theatre import safe_write
from control_map.ui.share import ADDRESS_VARIABLE

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
    require_address(link, "--link")
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
    address: Annotated[
        str,
        typer.Option(
            "--address", metavar="URL", envvar=ADDRESS_VARIABLE, help="Where the live map is, to be credited."
        ),
    ] = "",
    *,
    options: RuleOptions,
) -> None:
    """Write a picture of a day to print or to post: the map, its headline, legend, method and credits."""
    refuse_reversed_dates(since, date)
    require_address(address, "--address")
    ending = to.suffix.lower().removeprefix(".")
    view = options.load_view(date)
    is_svg = ending == PictureFormat.SVG
    svg = draw_picture(view, date, SHAPES[shape], since, province, address=address, outlined=is_svg)
    content = files.write_picture(svg, SHAPES[shape], PictureFormat(ending), width)
    safe_write.replace_file(to, lambda unfinished: unfinished.write_bytes(content))
    print_file_written(to)


def _require_film(path: Path) -> Path:
    ending = path.suffix.lower().removeprefix(".")
    if ending not in list(FilmFormat):
        endings = ", ".join(f".{known}" for known in FilmFormat)
        hint = " A moving PNG ends in .apng." if ending == PictureFormat.PNG else ""
        raise typer.BadParameter(f"'{path}' does not end in one of {endings}. The ending sets the format.{hint}")
    return path


class FilmShape(StrEnum):
    """The shapes that a film can have."""

    WIDE = ShapeName.WIDE
    SQUARE = ShapeName.SQUARE
    TALL = ShapeName.TALL


@command(name="film")
def write_film_file(
    to: Annotated[
        Path,
        typer.Option(
            "--to",
            metavar="FILE",
            callback=_require_film,
            help="The file to write, ending in .mp4, .webm, .gif or .apng.",
        ),
    ],
    first: Annotated[
        dt.date | None, date_option("--from", "The first day, as 2021-07-01.", show_default="that of the period")
    ] = None,
    last: Annotated[
        dt.date | None, date_option("--until", "The last day, as 2021-08-31.", show_default="that of the period")
    ] = None,
    shape: Annotated[FilmShape, typer.Option("--shape", help="16:9, 1:1 or 9:16.")] = FilmShape.WIDE,
    width: Annotated[
        int | None,
        typer.Option(
            "--width", metavar="PX", help="The width in pixels.", show_default="1280 wide, 1080 square, 720 tall"
        ),
    ] = None,
    province: Annotated[str, typer.Option("--province", metavar="ID", help="Only this province.")] = "",
    speed: Annotated[
        float,
        typer.Option(
            "--speed", min=LEAST_SPEED, max=MOST_SPEED, metavar="DAYS", help="How many days are shown in a second."
        ),
    ] = USUAL_SPEED,
    hold: Annotated[
        bool, typer.Option("--hold/--no-hold", help="Whether days on which much changed stay longer.")
    ] = True,
    *,
    options: RuleOptions,
) -> None:
    """Write a film of the map, day by day: the date, headline, counts, strip of days, legend, method and credits.

    The ending of the file sets its format. Videos need the library PyAV: pip install 'control-map[film]'.
    """
    if first and last:
        refuse_reversed_dates(first, last, "--from", "--until")
    film_format = FilmFormat(to.suffix.lower().removeprefix("."))
    require_encoder(film_format)  # fails before the reports are weighed
    view = options.load_view(last)
    theatre = view.pack.theatre
    film = partial(
        make_film,
        view,
        first or theatre.period_start,
        last or theatre.period_end,
        film_format,
        shape=FILM_SHAPES[ShapeName(shape)],
        width=width,
        province_id=province,
        speed=speed,
        hold=hold,
        progress=partial(show_progress, what="Drawing days"),
        limits=None,
    )
    # A folder that cannot be written to is found before the film is made.
    safe_write.replace_file(to, lambda unfinished: unfinished.write_bytes(film()))
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
    api: Annotated[
        bool, typer.Option("--api", help="Also the API as files, feeds, and a text of each place; a folder only.")
    ] = False,
    address: Annotated[
        str,
        typer.Option("--address", metavar="URL", help="Where the folder will be, for feeds and a sitemap."),
    ] = "",
    *,
    options: RuleOptions,
) -> None:
    """Write the map with its time strip, its legend and all dossiers, as a site for any web host or as one file.

    The file needs neither a server nor a network; the site's page fetches the reports of a province when one of its
    places is opened.
    """
    if to.suffix.lower() in _HTML_SUFFIXES and (api or address):
        message = f"{to} is one file. With --api or --address, name a folder."
        raise typer.BadParameter(message, param_hint="--to")
    require_address(address, "--address")
    if {"?", "#"} & set(address):
        message = f"'{address}' is not the address of a folder. Write it without ? and #."
        raise typer.BadParameter(message, param_hint="--address")
    seen = options.load_view(date)
    opens_on = date or seen.pack.theatre.opens_on
    refuse_reversed_dates(since, opens_on)
    if to.suffix.lower() in _HTML_SUFFIXES:
        content = render_standalone_page(seen, opens_on, since=since)
        publish.write_site_file(to, content)
        print_text(f"{to}: {len(content) / 1e6:.1f} MB, needs no server and no network.")
        return
    begun = time.monotonic()
    written = publish.publish_site(seen, opens_on, to, since, api=api, address=address)
    size = f"{len(written):,} files, {sum(path.stat().st_size for path in written) / 1e6:.1f} MB"
    if api:
        size += f", in {time.monotonic() - begun:.0f} seconds"
    print_text(f"{to}: {size}; open it through a web host, or share {publish.STANDALONE_NAME} as it is.")
