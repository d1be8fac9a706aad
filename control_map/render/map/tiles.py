"""The base maps to choose from, as xyzservices describes them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import xyzservices.providers
from xyzservices import TileProvider

from control_map.core.errors import ControlMapError

DEFAULT_PROVIDERS = ("OpenStreetMap.Mapnik", "OpenTopoMap", "Esri.WorldImagery")
"""Providers of streets, terrain and imagery that need no key."""
_OPTIONS = {
    "subdomains": "subdomains",
    "min_zoom": "minZoom",
    "max_zoom": "maxZoom",
    "tileSize": "tileSize",
    "zoomOffset": "zoomOffset",
    "ext": "ext",
}
"""Leaflet's names of a provider's options, by the names of xyzservices."""


def parse_providers(text: str) -> list[TileProvider]:
    """Return the providers that a text names, separated by blanks; a key follows a name as in `MapTiler.Basic?key=K`.

    Raises
    ------
    ControlMapError
        If xyzservices does not know a name, or a provider needs a key and none is given.
    """
    return [_find_provider(*word.partition("?")[::2]) for word in text.split()]


def _find_provider(name: str, query: str) -> TileProvider:
    try:
        provider = xyzservices.providers.query_name(name)
    except ValueError as error:
        raise ControlMapError(
            f"there is no base map {name}; see xyzservices for the names, such as {', '.join(DEFAULT_PROVIDERS)}"
        ) from error
    chosen: TileProvider = provider(**dict(parse_qsl(query)))
    if chosen.requires_token():
        raise ControlMapError(f"the base map {name} needs a key: write it after the name, as in {name}?key=YOUR_KEY")
    return chosen


def needs_no_key(provider: TileProvider) -> bool:
    """Return whether xyzservices knows a provider as usable without a key."""
    try:
        known = xyzservices.providers.query_name(provider["name"])
    except ValueError:
        return False
    # The addresses are compared too, because a provider with a key of its own may use the name of a public one.
    return not known.requires_token() and bool(known["url"] == provider["url"])


def describe_providers(providers: Sequence[TileProvider]) -> list[dict[str, Any]]:
    """Return `name, url, attribution, options` of each provider, in Leaflet's terms."""
    return [
        {
            "name": provider["name"].replace(".", " "),
            "url": provider.build_url(x="{x}", y="{y}", z="{z}", scale_factor="{r}", fill_subdomain=False),
            "attribution": provider.html_attribution,
            "options": {leaflet: provider[name] for name, leaflet in _OPTIONS.items() if name in provider},
        }
        for provider in providers
    ]
