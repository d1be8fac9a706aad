"""The page of a published map: what it holds, and the HTML around it."""

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from markupsafe import Markup

from control_map.analysis import summary
from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.assessment.timeline import changes_between
from control_map.core import status_style
from control_map.core.model import Basis, PlaceKind
from control_map.core.wording import format_date
from control_map.explanation import dossier, phrases
from control_map.pipeline.view import View
from control_map.render.html import method, renderer
from control_map.render.map.assets import join_modules, read_assets
from control_map.render.map.board import opening_options
from control_map.render.map.encoding import to_compact_json
from control_map.render.map.geometry_file import make_geometry_file
from control_map.render.map.timeline_file import make_timeline_file
from control_map.render.provenance import Provenance
from control_map.render.site.dossiers import AGE_PLACEHOLDER, DATE_PLACEHOLDER, age_phrases, make_dossiers_file

_FOLDER = Path(__file__).parent
_render = renderer.make_renderer(_FOLDER, renderer.SHARED_TEMPLATES)
_FILES, _CODE = "<!--files-->", "<!--code-->"
_ICON = (renderer.SHARED_TEMPLATES / "icon.png").read_bytes()


class PageParts(NamedTuple):
    """What a page takes in: its style sheets, its data and its scripts, each as HTML; and its security policy."""

    sheets: str
    data: str
    scripts: str
    policy: str


def render_page(view: View, date: dt.date, elements: PageParts, *, alone: str = "", size: int = 0) -> bytes:
    """Return the HTML page around some elements, for a map that opens on a date.

    `alone` is the address of the page as one file, and `size` its bytes, if there is such a file beside it.
    """
    theatre, styles = view.pack.theatre, view.pack.styles
    counts = summary.count_by_status(view.status(date), view.pack.statuses)
    counted = [f"{styles[status].label} {number}" for status, number in counts.items() if number]
    text = _render(
        "page.html",
        title=theatre.title,
        description=(
            f"{theatre.title}: who holds which district, on which day, on whose word. "
            f"Districts on {format_date(date, year=True)}: {', '.join(counted)}."
        ),
        policy=elements.policy,
        icon=f"data:image/png;base64,{base64.b64encode(_ICON).decode()}",
        conditions=phrases.describe_conditions(view.rule, view.pack.rule(), view.known_on),
        method=Markup(method.render_method(view, short=True)),  # noqa: S704 - it is HTML, escaped where it was made
        credits=theatre.credits,
        provenance=Provenance.of(view, date),
        alone=alone,
        size=f"{size / 1e6:.1f} MB",
    )
    before, rest = text.split(_FILES)
    between, after = rest.split(_CODE)
    return f"{before}{elements.sheets}{between}{elements.data}{elements.scripts}{after}".encode()


def make_page_settings(
    view: View, date: dt.date, place_id: str, names: Mapping[str, str], dossiers: Mapping[str, str], base: str = ""
) -> dict[str, Any]:
    """Return what the page's scripts are told.

    `names` are those of the files `geometry` and `timeline`, `dossiers` for each province that of the file that has its
    dossiers; `base` is where those come from that the page does not hold.
    """
    theatre = view.pack.theatre
    west, south, east, north = (float(edge) for edge in theatre.places.total_bounds)
    return {
        "title": theatre.title,
        "base": base,
        "geometry": names["geometry"],
        "timeline": names["timeline"],
        "dossiers": {**dossiers},
        "bounds": ((south, west), (north, east)),
        "opening": opening_options(((south, west), (north, east))),
        "day": theatre.day_of(date),
        "place": place_id,
        "changes": _changes(view),
        "rests": [_resting(view, basis) for basis in (Basis.BASELINE, Basis.AREA)],
        "spans": age_phrases(view),
        "shown": DATE_PLACEHOLDER,
        "ago": AGE_PLACEHOLDER,
        "counts": "" if view.rule == view.pack.rule() else " that counts",
        "recentDays": dossier.RECENT_CHANGE_DAYS,
        "mostRecent": dossier.MAX_RECENT_CHANGES,
        "comparedDays": summary.COMPARED_DAYS,
        "blindAfter": BLIND_SPOT_DAYS,
    }


def _changes(view: View) -> list[list[int]]:
    """Return the changes that the page tells: `[day, place, status before, status, 1 if by an area report]`."""
    theatre, statuses = view.pack.theatre, pd.Index(view.pack.statuses)
    start = theatre.period_start
    told = changes_between(view.timeline, start - dt.timedelta(days=dossier.RECENT_CHANGE_DAYS), theatre.period_end)
    table = pd.DataFrame(
        {
            "day": (told["date"] - pd.Timestamp(start)).dt.days,
            "place": pd.Index(theatre.places["place_id"]).get_indexer(pd.Index(told["place_id"])),
            "before": statuses.get_indexer(pd.Index(told["before"])),
            "status": statuses.get_indexer(pd.Index(told["status"])),
            "by_area": (told["basis"] == Basis.AREA).astype(int),
        }
    )
    rows: list[list[int]] = table.to_numpy().tolist()
    return rows


def _resting(view: View, basis: str) -> list[int]:
    """Return for each day of the period how many districts have the first status on a basis, as `headline` does."""
    theatre, timeline = view.pack.theatre, view.timeline
    days = pd.date_range(theatre.period_start, theatre.period_end).to_numpy()[:, None]
    own = timeline[
        (timeline["kind"] == PlaceKind.DISTRICT)
        & (timeline["status"] == view.pack.statuses[0])
        & (timeline["basis"] == basis)
    ]
    begun, ended = own["valid_from"].to_numpy(), own["valid_to"].to_numpy()
    holds = (np.isnat(begun) | (begun <= days)) & (np.isnat(ended) | (days < ended))
    counts: list[int] = holds.sum(axis=1).tolist()
    return counts


def page_scripts() -> list[bytes]:
    """Return the scripts of the page, in the order in which they run."""
    return [read_assets()["leaflet.js"], join_modules(_FOLDER / "frontend" / "site.js")]


def page_style_sheets(view: View) -> list[bytes]:
    """Return the style sheets of the page: Leaflet's, the board's, and its own with the colours of the statuses."""
    styles = view.pack.styles
    parts = (
        (renderer.SHARED_TEMPLATES / "shared.css").read_text("utf-8"),
        (_FOLDER / "frontend" / "site.css").read_text("utf-8"),
        f":root {{ {status_style.css_colours(styles, dark=False)} }}",
        f"@media (prefers-color-scheme: dark) {{ :root {{ {status_style.css_colours(styles, dark=True)} }} }}",
        status_style.css_classes(styles),
    )
    return [read_assets()["leaflet.css"], read_assets()["board.css"], "\n".join(parts).encode()]


def render_standalone_page(view: View, date: dt.date, place_id: str = "") -> bytes:
    """Return the map as one HTML page that holds all it needs, and asks nothing of any server.

    Parameters
    ----------
    view
        What it shows, on every day of the period.
    date, place_id
        On what it opens, unless its address says otherwise; out of the period, on the nearest day in it. An empty
        id: on what just changed.
    """
    held = {
        "geometry.json": make_geometry_file(view.pack.theatre, view.pack.styles),
        "timeline.json": make_timeline_file(view),
        "dossiers.json": make_dossiers_file(view),
    }
    names = {"geometry": "geometry.json", "timeline": "timeline.json"}
    dossiers = dict.fromkeys(view.pack.theatre.places["province_id"], "dossiers.json")
    sheets, scripts = ([_unix(each) for each in parts] for parts in (page_style_sheets(view), page_scripts()))
    data = {**held, "settings": to_compact_json(make_page_settings(view, date, place_id, names, dossiers))}
    elements = PageParts(
        sheets="".join(f"<style>{each}</style>" for each in sheets),
        data="".join(embed_json(name, content) for name, content in data.items()),
        scripts="".join(f"<script>{each}</script>" for each in scripts),
        policy=content_security_policy(script=_hashes(scripts), style=_hashes(sheets)),
    )
    return render_page(view, date, elements)


def embed_json(name: str, content: bytes) -> str:
    """Return JSON as an element of a page that runs nothing, whatever text is in it."""
    harmless = content.decode().replace("<", "\\u003c")
    return f'<script type="application/json" data-file="{name}">{harmless}</script>'


def _unix(content: bytes) -> str:
    """Return text with the ends of lines that a browser makes of others before it takes a hash."""
    return content.decode().replace("\r\n", "\n").replace("\r", "\n")


def _hashes(texts: Iterable[str]) -> str:
    """Return what lets a policy accept these inline scripts or style sheets, and no others."""
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def content_security_policy(*, script: str, style: str, connect: str = "'none'") -> str:
    """Return a Content-Security-Policy: nothing is fetched, sent or run but what is named."""
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; img-src data:; connect-src {connect}; "
        "base-uri 'none'; form-action 'none'"
    )
