"""Base maps: which there are to choose from, and that no key gets into a page that can be saved."""

import folium
import pytest

from control_map.core.errors import ControlMapError
from control_map.render.map import tiles
from control_map.render.map.board import Board


def test_the_base_maps_offered_by_default_need_no_key_and_name_their_source():
    described = tiles.describe_providers(tiles.parse_providers(" ".join(tiles.DEFAULT_PROVIDERS)))
    assert len(described) == len(tiles.DEFAULT_PROVIDERS)
    for provider in described:
        assert provider["url"].startswith("https://")
        assert all(part in provider["url"] for part in ("{x}", "{y}", "{z}"))
        assert provider["attribution"]


def test_a_provider_gets_the_key_that_follows_its_name():
    (described,) = tiles.describe_providers(tiles.parse_providers("MapTiler.Basic?key=S3CRET"))
    assert described["url"].endswith("key=S3CRET")
    assert described["options"]["tileSize"] == 512


def test_a_provider_that_needs_a_key_says_how_to_give_it():
    with pytest.raises(ControlMapError, match=r"MapTiler\.Basic\?key=YOUR_KEY"):
        tiles.parse_providers("MapTiler.Basic")


def test_an_unknown_provider_is_named_with_some_that_there_are():
    with pytest.raises(ControlMapError, match=r"no base map Nowhere; .* OpenTopoMap"):
        tiles.parse_providers("Nowhere")


def test_no_key_enters_a_page():
    chosen = tiles.parse_providers("OpenTopoMap MapTiler.Basic?key=S3CRET")
    disguised = tiles.parse_providers("MapTiler.Basic?key=S3CRET")[0] | {"name": "OpenTopoMap"}
    base = folium.Map()
    Board("geometry.json", tiles=[*chosen, type(chosen[0])(disguised)]).add_to(base)
    page = base.get_root().render()
    assert "opentopomap.org" in page
    assert "S3CRET" not in page
