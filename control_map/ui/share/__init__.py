"""What one takes away of a view: its link, pictures, files, the map within another page, and the card of a link."""

import os
import re
from urllib.parse import quote

from control_map.render.html.head import Alternate

EMBED, CARD, OEMBED = "embed", "card.png", "oembed"
"""The paths of the map for frames, of cards, and of what oEmbed asks, below that of the page."""
SITEMAP, LLMS, TEXTS = "sitemap.xml", "llms.txt", "places"
"""The paths of what machines read that find pages, and of the folder with a text of each place."""
USUAL_DESCRIPTION = "Who holds which district, on which day, according to whom."
ADDRESS_VARIABLE = "CONTROL_MAP_ADDRESS"
"""The environment variable with the address of the page, such as https://map.example.org/, where a proxy changes it."""


def oembed_link(link: str, address: str, title: str) -> Alternate:
    """Return where oEmbed describes a link; `address` is that of the app's page."""
    return Alternate(f"{address}{OEMBED}?format=json&url={quote(link, safe='')}", "application/json+oembed", title)


def stated_address() -> str:
    """Return the address of the page that the setting states, with a slash at its end; empty if it states none."""
    stated = os.environ.get(ADDRESS_VARIABLE, "").strip()
    return stated.rstrip("/") + "/" if re.fullmatch(r"https?://[^\s?#\"'<>]+", stated) else ""
