"""The page of a published map: its data and settings, and the HTML around them."""

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from control_map.analysis import summary
from control_map.core.arrays import to_compact_json
from control_map.core.wording import format_date
from control_map.explanation import phrases
from control_map.pipeline.view import View
from control_map.render.html import method, renderer
from control_map.render.html.head import PageHead, render_head
from control_map.render.map.assets import join_modules, read_assets
from control_map.render.map.board import BACKGROUND_NAME, make_board_files, opening_options
from control_map.render.provenance import Provenance

COMPARE_WORD, LAYER_WORDS = "compare", ("terrain", "events")
"""What a published page's address calls the day compared with, and the layers it leaves out, as in `events=off`."""
APP_WORDS = {"option": "since", "of_date": "date", "date": "since-date", "of_start": "start", "layers": "show"}
"""What the address of the app has instead: a published page reads both, and so does the app."""
APP_SPANS = {"week": 7, "month": 30}
"""Days before the date shown, by the app's words for them."""
_FOLDER = Path(__file__).parent
_render = renderer.make_renderer(_FOLDER, renderer.SHARED_TEMPLATES)
_FILES, _CODE = "<!--files-->", "<!--code-->"
_ICON = (renderer.SHARED_TEMPLATES / "icon.png").read_bytes()


@dataclass(frozen=True)
class Frame:
    """How a map is shown within a page of another site.

    Without `controls` it is a still picture of its day. `theme` is "light", "dark", or empty, which is what the reader
    prefers. `address` is that of the whole map.
    """

    address: str
    controls: bool = True
    theme: str = ""

    @property
    def classes(self) -> str:
        """The classes of the page, which its style sheet knows."""
        return " ".join(
            ["site-framed", *([] if self.controls else ["site-still"]), *([f"site-{self.theme}"] if self.theme else [])]
        )


def render_page(
    view: View,
    date: dt.date,
    *,
    sheets: str,
    code: str,
    policy: str,
    alone: str = "",
    size: int = 0,
    since: dt.date | None = None,
    frame: Frame | None = None,
    head: PageHead | None = None,
) -> bytes:
    """Return the HTML page for a map that opens on a date.

    `sheets` are the style sheets, `code` the data and scripts, both as HTML, and `policy` is the page's security
    policy. `alone` is the address of the same page as a single file, and `size` its bytes, if that is published too.
    `since` is an earlier day with which it compares when it opens. `frame` says how it is shown within another page.
    `head` is what its head says, by default what `describe_page` returns.
    """
    theatre, head = view.pack.theatre, head or describe_page(view, date)
    text = _render(
        "page.html",
        title=theatre.title,
        head=head,
        tags=render_head(head),
        policy=policy,
        icon=f"data:image/png;base64,{base64.b64encode(_ICON).decode()}",
        conditions=phrases.describe_conditions(view.rule, view.pack.rule(), view.known_on),
        method="" if frame else Markup(method.render_method(view, short=True)),  # noqa: S704 - it is escaped already
        credits=theatre.credits,
        provenance=Provenance.of(view, date, since),
        frame=frame,
        alone=alone,
        size=f"{size / 1e6:.1f} MB",
    )
    return text.replace(_FILES, sheets).replace(_CODE, code).encode()


def describe_page(view: View, date: dt.date) -> PageHead:
    """Return what the head of a map's page says: the theatre, and how many districts each party holds on a date."""
    theatre, styles = view.pack.theatre, view.pack.styles
    counts = summary.count_by_status(view.status(date), view.pack.statuses)
    counted = [f"{styles[status].label} {number}" for status, number in counts.items() if number]
    return PageHead(
        title=f"{theatre.title}: who held what, when, according to whom",
        description=(
            f"{theatre.title}: who holds which district, on which day, according to whom. "
            f"Districts on {format_date(date, year=True)}: {', '.join(counted)}."
        ),
    )


def make_page_settings(
    view: View,
    date: dt.date,
    place_id: str,
    names: Mapping[str, str],
    base: str = "",
    since: dt.date | None = None,
) -> dict[str, Any]:
    """Return the settings for the page's scripts.

    `names` are the published names of the files `geometry.json`, `timeline.json` and, if the theatre has one,
    `background.json`; `base` is the address of the files that the page does not contain; `since` is an earlier day with
    which it compares when it opens.
    """
    theatre = view.pack.theatre
    west, south, east, north = (float(edge) for edge in theatre.places.total_bounds)
    return {
        "title": theatre.title,
        "base": base,
        "geometry": names["geometry.json"],
        "timeline": names["timeline.json"],
        "background": names.get(BACKGROUND_NAME, ""),
        "bounds": ((south, west), (north, east)),
        "opening": opening_options(((south, west), (north, east))),
        "day": theatre.day_of(date),
        "compared": None if since is None else theatre.day_of(min(since, date)),
        "place": place_id,
        "app_words": {**APP_WORDS, "spans": APP_SPANS},
    }


def page_scripts() -> list[bytes]:
    """Return the scripts of the page, in the order in which they run."""
    return [read_assets()["leaflet.js"], join_modules(_FOLDER / "frontend" / "site.js")]


def page_style_sheets() -> list[bytes]:
    """Return the style sheets of the page: Leaflet's, the board's, and its own."""
    parts = (renderer.SHARED_TEMPLATES / "shared.css", _FOLDER / "frontend" / "site.css")
    return [read_assets()["leaflet.css"], read_assets()["board.css"], *(part.read_bytes() for part in parts)]


def render_standalone_page(
    view: View,
    date: dt.date,
    place_id: str = "",
    since: dt.date | None = None,
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return the map as one HTML page that contains everything it needs, without requests to any server.

    Parameters
    ----------
    view
        What it shows, on every day of the period.
    date, place_id
        The day and the place on which it opens, unless its address names others; for a day outside the period, the
        nearest day inside. An empty id: it opens on the latest changes.
    since
        An earlier day with which it compares when it opens, unless its address says otherwise. None: with none.
    files
        What `make_board_files` returns for the view; None: it is called.
    """
    files = make_board_files(view) if files is None else files
    names = {name: name for name in files}
    sheets, scripts = ([_unix(content) for content in contents] for contents in (page_style_sheets(), page_scripts()))
    data = {**files, "settings": to_compact_json(make_page_settings(view, date, place_id, names, since=since))}
    embedded = [renderer.embed_json(name, content) for name, content in data.items()]
    return render_page(
        view,
        date,
        sheets="".join(f"<style>{sheet}</style>" for sheet in sheets),
        code="".join([*embedded, *(f"<script>{script}</script>" for script in scripts)]),
        policy=content_security_policy(script=_hashes(scripts), style=_hashes(sheets)),
        since=since,
    )


def _unix(content: bytes) -> str:
    """Return text with line endings as in Unix, to which a browser converts others before it computes a hash."""
    return content.decode().replace("\r\n", "\n").replace("\r", "\n")


def _hashes(texts: Iterable[str]) -> str:
    """Return the hashes with which a policy accepts these inline scripts or style sheets, and no others."""
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def content_security_policy(*, script: str, style: str, connect: str = "'none'") -> str:
    """Return a Content-Security-Policy that forbids to fetch, send or run anything but what is named."""
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; img-src data:; connect-src {connect}; "
        "base-uri 'none'; form-action 'none'"
    )
