"""What the page calls a place."""

from collections.abc import Hashable, Mapping
from typing import Any

from control_map.explanation.phrases import KIND_NOTE

__all__ = ["KIND_NOTE", "label", "unmarked"]


def label(place: Mapping[Hashable, Any]) -> str:
    """Name a place with its province, and its kind unless it is a district."""
    return f"{place['name']}, {place['province']}{KIND_NOTE[place['kind']]}"


def unmarked(text: str) -> str:
    """Write text so that Streamlit takes none of it for its Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>()#+-.!|~:$" else letter for letter in text)
