"""What the page calls a place."""

from collections.abc import Hashable, Mapping
from typing import Any

from control_map.model import PlaceKind

KIND_NOTE = {PlaceKind.DISTRICT: "", PlaceKind.CAPITAL: " (capital)", PlaceKind.CROSSING: " (crossing)"}


def label(place: Mapping[Hashable, Any]) -> str:
    """Name a place with its province, and its kind unless it is a district."""
    return f"{place['name']}, {place['province']}{KIND_NOTE[place['kind']]}"
