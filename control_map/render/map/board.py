"""The map as Folium elements: the board, which draws a theatre, and the command that sets what it shows."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Self

import folium
from branca.element import Element, Figure
from folium.elements import JSCSSMixin
from folium.template import Template
from xyzservices import TileProvider

from control_map.pipeline.view import View, compare_rules
from control_map.render.html.renderer import escape_json_in_script
from control_map.render.map.area_file import make_area_file
from control_map.render.map.assets import FRAME_SHEET, ServedFolder, read_assets
from control_map.render.map.background_file import make_background_file
from control_map.render.map.dossier_file import make_dossier_file
from control_map.render.map.events_file import make_events_file
from control_map.render.map.geometry_file import make_geometry_file
from control_map.render.map.search_files import make_mentions_file, make_names_file
from control_map.render.map.tiles import describe_providers, needs_no_key
from control_map.render.map.timeline_file import make_timeline_file
from control_map.render.map.view_facts import make_ranges_file

Bounds = tuple[tuple[float, float], tuple[float, float]]
"""South-west and north-east corner as `(lat, lon)` pairs, which is Leaflet's order."""
BACKGROUND_NAME = "background.json"
"""The name of the background among the files of `make_board_files`."""
_ZOOM = 6


def opening_options(bounds: Bounds) -> dict[str, Any]:
    """Return the options with which Leaflet opens a map that fits the bounds."""
    (south, west), (north, east) = bounds
    return {
        "center": [(south + north) / 2, (west + east) / 2],
        "zoom": _ZOOM,
        "zoomSnap": 0.25,
        "zoomDelta": 0.5,
        "attributionControl": False,
        # The board follows the size of its frame itself: Leaflet would move the middle by a rounded number of pixels.
        "trackResize": False,
    }


def make_board_files(view: View) -> dict[str, bytes]:
    """Return the contents of all files that a board needs for a view, by their names.

    `background.json` is among them if the theatre has a background. A board that fetches its files has in place of the
    last six, for a timeline named `timeline-<hash>.json`,
    `dossier-<hash>-<n>.json`, each for the place at a position of the geometry, `ranges-<hash>.json`,
    `names-<hash>.json`, `mentions-<hash>.json`, `events-<hash>.json` and `areas-<hash>-<n>.json`, each for one of
    `list_area_ids`; for a replay named `replay-<hash>.json`,
    `dossier-<hash>-<n>-<day>.json` and `ranges-<hash>-<day>.json`.
    """
    background = make_background_file(view.pack.theatre)
    return {
        "geometry.json": make_geometry_file(view.pack.theatre, view.pack.styles),
        **({BACKGROUND_NAME: background} if background else {}),
        "timeline.json": make_timeline_file(view),
        "dossiers.json": make_dossier_file(view),
        "ranges.json": make_ranges_file(compare_rules(view.pack, known_on=view.known_on)),
        "names.json": make_names_file(view.pack.theatre),
        "mentions.json": make_mentions_file(view.pack, view.known_on),
        "events.json": make_events_file(view.pack, view.known_on),
        "areas.json": make_area_file(view.pack, view.known_on),
    }


class OfflineMap(folium.Map):
    """A Folium map without tiles, whose Leaflet comes from the app's own server or is part of the page.

    Use it with a `Board`: Folium's popups and icons need further scripts, which only a `folium.Map` adds.

    Parameters
    ----------
    bounds
        The area on which it opens.
    served
        The folder from which the page gets Leaflet. None: the page contains it.
    """

    # Folium's own template repeats the style sheet in each message, and writes every option on a line of its own.
    _template = Template("""
        {% macro html(this, kwargs) %}<div class="folium-map" id={{ this.get_name() | tojson }} ></div>{% endmacro %}
        {% macro script(this, kwargs) -%}
        var {{ this.get_name() }} = L.map({{ this.get_name() | tojson }}, {{ this.opening | tojson }});
        {%- endmacro %}
    """)

    def __init__(self, bounds: Bounds, served: ServedFolder | None = None) -> None:
        self.opening = opening_options(bounds)
        super().__init__(location=self.opening["center"], zoom_start=_ZOOM, tiles=None)
        self.served = served
        self.default_js = served.links("leaflet.js") if served else []
        self.default_css = served.links("leaflet.css", FRAME_SHEET) if served else []

    def render(self, **kwargs: Any) -> None:  # type: ignore[override] # as Folium's own do
        """Put Leaflet into the page, unless it is served."""
        if self.served is None:
            _inline(self, "leaflet.css", "leaflet.js", FRAME_SHEET)
            # A phone then shows a saved page at its own width.
            _add_to_head(self, "viewport", '<meta name="viewport" content="width=device-width, initial-scale=1">')
        super().render(**kwargs)  # type: ignore[no-untyped-call]


class Board(JSCSSMixin):
    """The interactive map of one theatre, on any `folium.Map`: drawn once, then controlled by `ShowCommand`.

    It draws polygons, borders, symbols and names on canvas, and adds a legend that counts and filters, a strip to scrub
    and play the days, a table of all places, and a choice of base maps. Above the map it shows the day, the headline
    and the counts, beside it the latest changes or the reports behind the colour of the place that is open. All of it
    follows the strip within the same frame of the screen. A board made by `Board.of` contains its data
    and scripts: in a notebook and in a saved page it needs no server. In Streamlit it takes them from the app's own
    server, as in

        base = OfflineMap(bounds, served)
        Board("geometry-1.json", served=served).add_to(base)
        st_folium(base, returned_objects=["last_active_drawing"])

    which must not change from rerun to rerun, because otherwise the map is loaded again. What it shows is set in the
    browser, by `controlMap.show` with a `ShowCommand` as JSON.

    The actions of the user come back as properties of `last_active_drawing`, which are also those of the event
    `controlmap` of the Leaflet map. Each has `nth`, a number that grows with each action, and some of

    `place_id`
        A place was clicked, or chosen in the list or the table; empty: the background was clicked.
    `area`
        An area was opened in the panel, named as in `area` of `ShowCommand`; empty: it was closed.
    `report`
        A report of the place that is open was opened by itself; empty: it was closed.
    `province_id`
        A province was chosen, or, if it is empty, all of them: the page around the map has to keep to it. Fired by
        `keepTo` of the board, which that page calls.
    `day`
        The strip was released at this day, counted from the first of the period. Not fired while it moves or plays.
    `compared`
        The day with which the user now compares, counted likewise; null: with none. It comes with `day`.
    `background`, `events`
        Whether the user wants the background, or recent events, to be drawn.

    A page can control the board with `choose(target, day)` in JavaScript: it goes to a place or an area, named as in
    `ShowCommand`, opens it, and, if a day is given, to a day of the period. One event then reports both.
    `compareWith(day)` compares with a day of the period, or, if it is null, with none.
    The event `controlmapday` is fired for each day whose colours the map shows, also while the strip moves.

    Parameters
    ----------
    geometry
        The name of the file made by `make_geometry_file`.
    show
        What to show first; without it nothing is coloured until the page sends a command.
    background
        The name of the file made by `make_background_file`, which is fetched once the map is coloured; empty: none.
    files
        The contents of files by name; other files are fetched from `served`.
    served
        The folder of scripts and further files. None: the page contains them.
    bounds
        The area to fit into the frame; by default all places.
    tiles
        The base maps to choose from, or the name of a served file with what `describe_providers` returns. A provider
        that needs a key is left out, because a page that can be saved must not contain keys.
    """

    _template = Template("""
        {% macro script(this, kwargs) -%}
        controlMap.board({{ this._parent.get_name() }}, {...{{ this.options | tojson }}, files: {{ this.literal }}});
        {%- endmacro %}
    """)

    def __init__(
        self,
        geometry: str,
        show: "ShowCommand | None" = None,
        *,
        background: str = "",
        files: Mapping[str, bytes] = MappingProxyType({}),
        served: ServedFolder | None = None,
        bounds: Bounds | None = None,
        tiles: Sequence[TileProvider] | str = (),
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Board"
        self.served = served
        self.default_js = served.links("board.js") if served else []
        self.default_css = served.links("board.css") if served else []
        self.options = {
            "base": served.base if served else "",
            "geometry": geometry,
            "background": background,
            "bounds": bounds,
            "tiles": tiles if isinstance(tiles, str) else describe_providers([*filter(needs_no_key, tiles)]),
            "show": show.as_message() if show else None,
        }
        # JSON is JavaScript, once no text in it can end the script.
        contents = (f"{json.dumps(name)}: {content.decode()}" for name, content in files.items())
        self.literal = escape_json_in_script("{" + ", ".join(contents) + "}")

    @classmethod
    def of(cls, view: View, date: dt.date, *, tiles: Sequence[TileProvider] = (), **shown: Any) -> Self:
        """Make a board that contains everything it needs, for a notebook or a saved page.

        Parameters
        ----------
        view, date
            What it shows, and the day on which it opens; for a day outside the period, the nearest day inside.
        tiles
            The base maps to choose from; those that need a key are left out.
        shown
            Further parameters of `ShowCommand`.
        """
        files = make_board_files(view)
        return cls(
            "geometry.json",
            ShowCommand("timeline.json", view.pack.theatre.day_of(date), **shown),
            background=BACKGROUND_NAME if BACKGROUND_NAME in files else "",
            files=files,
            tiles=tiles,
        )

    def render(self, **kwargs: Any) -> None:  # type: ignore[override] # as Folium's own do
        """Put the map's own script and style sheet into the page, unless they are served."""
        if self.served is None:
            _inline(self, "board.css", "board.js")
        super().render(**kwargs)  # type: ignore[no-untyped-call]


def _inline(element: Element, *names: str) -> None:
    for name in names:
        tag = "script" if name.endswith(".js") else "style"
        _add_to_head(element, name, f"<{tag}>{read_assets()[name].decode()}</{tag}>")


def _add_to_head(element: Element, name: str, html: str) -> None:
    figure = element.get_root()
    if isinstance(figure, Figure):
        figure.header.add_child(Element(html), name=f"control-map {name}")


@dataclass(frozen=True)
class ShowCommand:
    """The command that sets what the board shows from now on.

    Parameters
    ----------
    timeline
        The name of the file made by `make_timeline_file` or `make_replay_file`.
    day
        The day shown, counted from the first day of the theatre's period.
    selected
        The id of the place to open and to mark with a ring, or empty.
    area
        What the panel shows if no place is open, and goes back to: `province/` and the id of a province, `neighbour/`
        and the name of a neighbouring country, or empty, which is the latest changes.
    report
        The id of the report of that place that is open by itself, or empty.
    hidden
        What is not drawn: kinds of place, `background`, `events`, which are recent ones, and `settlements`, which are
        those that reports name.
    dark
        Whether the page around the map is dark.
    stale_after
        Days without a report after which a place is drawn as a blind spot; 0: no place is.
    compared
        The day to compare with, counted likewise, or, below 0, how many days before the day shown; the colours then
        show the change since that day. None: they show the status.
    province
        The id of the province whose districts are counted, and whose changes are listed; empty: all.
    answers
        The `nth` of the last event that this command answers. A board ignores a day from before the user's last choice.
    go
        Where to zoom to, and the `nth` of this request, so that each is followed once. The target is the id of a place,
        `province/` and the id of a province, `@lat,lon,zoom`, or empty, which is the whole theatre. A place or an area
        stays fitted to the frame until the user moves the map.
    """

    timeline: str
    day: int
    selected: str = ""
    area: str = ""
    report: str = ""
    hidden: tuple[str, ...] = ()
    dark: bool = False
    stale_after: int = 0
    compared: int | None = None
    province: str = ""
    answers: int = 0
    go: tuple[str, int] = ("", 0)

    def as_message(self) -> dict[str, Any]:
        """Return what the board is sent: it knows the defaults, so that a step of the date is a few bytes."""
        values = ((field, getattr(self, field.name)) for field in fields(self))
        return {field.name: value for field, value in values if value != field.default}
