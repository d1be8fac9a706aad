"""The Python side of the layer: what to draw, and the command that says what to show."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import folium
from folium.elements import JSCSSMixin
from folium.template import Template

FOLDER = Path(__file__).parent
ASSETS = (FOLDER / "board.js", FOLDER / "board.css")
"""The layer's own files, to be served beside Leaflet's."""


class OfflineMap(folium.Map):
    """A Folium map without tiles that takes Leaflet from one's own server and nothing from elsewhere.

    Parameters
    ----------
    base
        The address, relative to the page or absolute, that `leaflet.js`, `leaflet.css`, `board.js` and
        `board.css` are served from; it ends in a slash.
    bounds
        South-west and north-east corner, as `(lat, lon)` pairs: Leaflet's order.
    served_as
        The names under which those files are served, where they are not their own.
    """

    # Folium's own template repeats in each message what `board.css` says once, and writes every option on a line.
    _template = Template("""
        {% macro html(this, kwargs) %}<div class="folium-map" id={{ this.get_name() | tojson }} ></div>{% endmacro %}
        {% macro script(this, kwargs) -%}
        var {{ this.get_name() }} = L.map({{ this.get_name() | tojson }}, {{ this.opening | tojson }});
        {%- endmacro %}
    """)

    def __init__(
        self,
        base: str,
        bounds: tuple[tuple[float, float], tuple[float, float]],
        served_as: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        (south, west), (north, east) = bounds
        super().__init__(location=[(south + north) / 2, (west + east) / 2], zoom_start=6, tiles=None)
        self.opening = {
            "center": self.location,
            "zoom": 6,
            "zoomSnap": 0.25,
            "zoomDelta": 0.5,
            "attributionControl": False,
        }

        def address(name: str) -> str:
            return base + served_as.get(name, name)

        self.default_js = [("leaflet", address("leaflet.js")), ("board", address("board.js"))]
        self.default_css = [("leaflet_css", address("leaflet.css")), ("board_css", address("board.css"))]


class Board(JSCSSMixin):
    """Polygons, capitals, crossings, borders and legend of one theatre, drawn once.

    A click on a place, or on the ground, fires Leaflet's `click` with a layer whose GeoJSON has the properties
    `place_id` (empty on the ground) and `nth` (counts the clicks, so that no two are the same).

    Parameters
    ----------
    base
        As for `OfflineMap`.
    geometry
        The name of the file made by `geometry_file`, served from `base`.
    bounds
        South-west and north-east corner, as `(lat, lon)` pairs.
    """

    _template = Template("""
        {% macro script(this, kwargs) -%}
        controlMap.board({{ this._parent.get_name() }}, {{ this.options | tojson }});
        {%- endmacro %}
    """)

    def __init__(self, base: str, geometry: str, bounds: tuple[tuple[float, float], tuple[float, float]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Board"
        self.options = {"base": base, "geometry": geometry, "bounds": bounds}


class Show(folium.FeatureGroup):
    """The command: what the board is to show from now on.

    Parameters
    ----------
    timeline
        The name of the file made by `timeline_file`, served from the board's base.
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
        The day to compare with, counted likewise: what is coloured is then what changed since. None: the status is.
    answers
        The `nth` of the last event that this command answers. A board does not let itself be set back to a day from
        before the reader's last choice.
    go
        Where to zoom to: the id of a place, or `province/` and the id of a province; and the `nth` of this wish, so
        that each is followed once.
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
