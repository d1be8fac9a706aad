"""The Python side of the layer: what to draw, and the command that says what to show."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Self

import folium
from branca.element import Element, Figure
from folium.elements import JSCSSMixin
from folium.template import Template
from xyzservices import TileProvider

from control_map.pipeline.view import View
from control_map.render.map.assets import FRAME_SHEET, ServedFolder, inline_asset
from control_map.render.map.geometry_file import make_geometry_file
from control_map.render.map.tiles import describe_providers, keyless_providers
from control_map.render.map.timeline_file import make_timeline_file

Bounds = tuple[tuple[float, float], tuple[float, float]]
"""South-west and north-east corner, as `(lat, lon)` pairs: Leaflet's order."""
_ZOOM = 6
_WIDTH = '<meta name="viewport" content="width=device-width, initial-scale=1">'
"""What tells a phone to lay a saved page out at its own width."""


def opening_options(bounds: Bounds) -> dict[str, Any]:
    """Return the options with which Leaflet opens a map for a board."""
    (south, west), (north, east) = bounds
    return {
        "center": [(south + north) / 2, (west + east) / 2],
        "zoom": _ZOOM,
        "zoomSnap": 0.25,
        "zoomDelta": 0.5,
        "attributionControl": False,
    }


class OfflineMap(folium.Map):
    """A Folium map without tiles, whose Leaflet comes from one's own server or from the page itself.

    It is for a `Board`: Folium's popups and icons want further scripts, which only a `folium.Map` brings.

    Parameters
    ----------
    bounds
        What it opens on.
    served
        Where the page gets Leaflet from; None: the page holds it.
    """

    # Folium's own template repeats in each message what the style sheet says once, and writes every option on a line.
    _template = Template("""
        {% macro html(this, kwargs) %}<div class="folium-map" id={{ this.get_name() | tojson }} ></div>{% endmacro %}
        {% macro script(this, kwargs) -%}
        var {{ this.get_name() }} = L.map({{ this.get_name() | tojson }}, {{ this.opening | tojson }});
        {%- endmacro %}
    """)

    def __init__(self, bounds: Bounds, served: ServedFolder | None = None) -> None:
        (south, west), (north, east) = bounds
        super().__init__(location=[(south + north) / 2, (west + east) / 2], zoom_start=_ZOOM, tiles=None)
        self.opening = opening_options(bounds)
        self.served = served
        self.default_js = served.links("leaflet.js") if served else []
        self.default_css = served.links("leaflet.css", FRAME_SHEET) if served else []

    def render(self, **kwargs: Any) -> None:  # type: ignore[override] # as Folium's own do
        """Put Leaflet into the page, unless it is served."""
        if self.served is None:
            _inline(self, "leaflet.css", "leaflet.js", FRAME_SHEET)
            _put_into_head(self, "width", _WIDTH)
        super().render(**kwargs)  # type: ignore[no-untyped-call]


class Board(JSCSSMixin):
    """The live map of one theatre, on any `folium.Map`: drawn once, then told by `Show` what to show.

    Polygons, borders, symbols and names on canvas; a legend that counts and filters; a strip to scrub and play the
    days; a table of all places; a switch for base maps. By itself, as `Board.of` makes it, it holds its data and
    scripts: in a notebook and in a saved page it needs no server. In Streamlit it takes them from the app's own
    server, as in

        base = OfflineMap(bounds, served)
        Board("geometry-1.json", served=served).add_to(base)
        st_folium(base, feature_group_to_add=Show("timeline-2.json", 69), returned_objects=["last_active_drawing"])

    where nothing of the first two lines may change from rerun to rerun, or the map is loaded anew.

    What the reader does comes back as properties of `last_active_drawing`, which are also those of the event
    `controlmap` of the Leaflet map. Each has `nth`, which grows and is the same for no two, and one or two of

    `place_id`
        A place was clicked, or chosen in the list or the table; empty: the ground.
    `province_id`
        A province was chosen, or, if it is empty, all of them: what the page around the map has to keep to. Fired by
        `keepTo` of the board, which that page calls.
    `day`
        The strip was let go at this day, counted from the first of the period. Not fired while it moves or plays.

    A page can lead the board by `choose(target, day)`, in JavaScript: to a place or province as in `go` of `Show`, and,
    if one is given, to a day of the period. Both are then told in one event.
    The event `controlmapday` is fired at each day whose colours the map takes on, also while the strip moves.

    Parameters
    ----------
    geometry
        The name of the file made by `geometry_file`.
    show
        What to show first; without it nothing is coloured until the page says what.
    files
        The contents of files by name; those not named here are fetched from where `served` says.
    served
        Where scripts and further files come from; None: the page holds them.
    bounds
        What to fit into the frame; by default all places.
    tiles
        The base maps to choose from, or the name of a served file with what `tiles.describe` returns. A provider that
        wants a key is left out of the list: keys do not enter a page that can be saved.
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
            "bounds": bounds,
            "tiles": tiles if isinstance(tiles, str) else describe_providers(keyless_providers(tiles)),
            "show": show.command if show else None,
        }
        # JSON is JavaScript; only the end of a script has to be kept from being read as one.
        held = (f"{json.dumps(name)}: {content.decode()}" for name, content in files.items())
        self.literal = ("{" + ", ".join(held) + "}").replace("<", "\\u003c")

    @classmethod
    def of(cls, view: View, date: dt.date, *, tiles: Sequence[TileProvider] = (), **shown: Any) -> Self:
        """Make a board that holds all it needs, for a notebook or a saved page.

        Parameters
        ----------
        view, date
            What it shows, and the day on which it opens; out of the period, the nearest day in it.
        tiles
            The base maps to choose from; those that want a key are left out.
        shown
            Further parameters of `Show`.
        """
        theatre = view.pack.theatre
        day = theatre.day_of(date)
        return cls(
            "geometry.json",
            ShowCommand("timeline.json", day, **shown),
            files={
                "geometry.json": make_geometry_file(theatre, view.pack.styles),
                "timeline.json": make_timeline_file(view),
            },
            tiles=tiles,
        )

    def render(self, **kwargs: Any) -> None:  # type: ignore[override] # as Folium's own do
        """Put the layer's own script and style sheet into the page, unless they are served."""
        if self.served is None:
            _inline(self, "board.css", "board.js")
        super().render(**kwargs)  # type: ignore[no-untyped-call]


def _inline(element: Element, *names: str) -> None:
    for name in names:
        _put_into_head(element, name, inline_asset(name))


def _put_into_head(element: Element, name: str, html: str) -> None:
    figure = element.get_root()
    if isinstance(figure, Figure):
        figure.header.add_child(Element(html), name=f"control-map {name}")


class ShowCommand(folium.FeatureGroup):
    """The command: what the board is to show from now on.

    Parameters
    ----------
    timeline
        The name of the file made by `timeline_file` or `replay_file`.
    day
        The day shown, counted from the first day of the theatre's period.
    selected
        The id of the place to ring, or empty.
    hidden
        Kinds of place that are not drawn.
    dark
        Whether the page around the map is dark.
    stale_after
        Days without a report after which a place is drawn as a blind spot; 0: none is.
    compared
        The day to compare with, counted likewise, or, below 0, how many days before the day shown: what is coloured is
        then what changed since. None: the status is.
    answers
        The `nth` of the last event that this command answers. A board does not let itself be set back to a day from
        before the reader's last choice.
    go
        Where to zoom to: the id of a place, `province/` and the id of a province, `@lat,lon,zoom`, or empty, which is
        the whole theatre; and the `nth` of this wish, so that each is followed once.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.layerGroup(); controlMap.show({{ this.command | tojson }});
        {% endmacro %}
    """)

    def __init__(
        self,
        timeline: str,
        day: int,
        *,
        selected: str = "",
        hidden: tuple[str, ...] = (),
        dark: bool = False,
        stale_after: int = 0,
        compared: int | None = None,
        answers: int = 0,
        go: tuple[str, int] = ("", 0),
    ) -> None:
        super().__init__()
        self.command: dict[str, Any] = {
            "timeline": timeline,
            "day": day,
            "selected": selected,
            "hidden": hidden,
            "dark": dark,
            "stale_after": stale_after,
            "compared": compared,
            "answers": answers,
            "go": go,
        }
