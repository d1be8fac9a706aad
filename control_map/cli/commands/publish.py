"""The command that writes the map as a page for readers who have no server."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from control_map.cli.app import command
from control_map.cli.common import RuleOptions
from control_map.cli.options import parse_date_option
from control_map.cli.output import print_text
from control_map.render.site import publish as site
from control_map.render.site.page import render_standalone_page


@command(name="publish")
def write_site(
    to: Annotated[
        Path,
        typer.Option("--to", metavar="FOLDER|FILE.html", help="A folder for a web host, or one file, as map.html."),
    ],
    date: Annotated[
        dt.date | None,
        typer.Option(
            "--date", parser=parse_date_option, metavar="DATE", help="The day on which it opens, as 2021-07-09."
        ),
    ] = None,
    *,
    asked: RuleOptions,
) -> None:
    """Write the map with its strip, its legend and all dossiers, as a site for any web host or as one file.

    The file needs neither a server nor a network; the site's page fetches the reports of a province when one of its
    places is opened.
    """
    seen = asked.view(date)
    opens_on = date or seen.pack.theatre.opens_on
    if to.suffix.lower() in (".html", ".htm"):
        content = render_standalone_page(seen, opens_on)
        site.write_site_file(to, content)
        print_text(f"{to}: {len(content) / 1e6:.1f} MB, needs no server and no network.")
        return
    written = site.publish_site(seen, opens_on, to)
    size = sum(path.stat().st_size for path in written)
    print_text(
        f"{to}: {len(written)} files, {size / 1e6:.1f} MB; open it through a web host, or share {site.STANDALONE_NAME} as it is."
    )
