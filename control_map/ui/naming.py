"""What the page calls a place."""

from collections.abc import Hashable, Mapping
from typing import Any

from control_map.core.labels import KIND_SUFFIX


def place_label(place: Mapping[Hashable, Any]) -> str:
    """Name a place with its province, and its kind unless it is a district."""
    return f"{place['name']}, {place['province']}{KIND_SUFFIX[place['kind']]}"


def escape_markdown(text: str) -> str:
    """Write text so that Streamlit takes none of it for its Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>()#+-.!|~:$" else letter for letter in text)
