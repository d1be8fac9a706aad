"""What one takes away of a view: its link, pictures, files, the map within another page, and the card of a link."""

import os
import re

EMBED, CARD, OEMBED = "embed", "card.png", "oembed"
"""The paths of the map for frames, of cards, and of what oEmbed asks, below that of the page."""
CARD_SIZE = (1200, 630)
"""The size of a card in pixels."""
ADDRESS_VARIABLE = "CONTROL_MAP_ADDRESS"
"""The environment variable with the address of the page, such as https://map.example.org/, where a proxy changes it."""


def stated_address() -> str:
    """Return the address of the page that the setting states, with a slash at its end; empty if it states none."""
    stated = os.environ.get(ADDRESS_VARIABLE, "").strip()
    return stated.rstrip("/") + "/" if re.fullmatch(r"https?://[^\s?#\"'<>]+", stated) else ""
