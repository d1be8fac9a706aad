"""What the head of a page says to machines: to search engines, to those who show a link, and to feed readers."""

from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from control_map.render.html.renderer import SHARED_TEMPLATES, make_renderer
from control_map.render.picture.shapes import CARD

_render = make_renderer(SHARED_TEMPLATES)


class Alternate(NamedTuple):
    """Another form of what a page shows, such as a feed: its address, IANA media type and title."""

    address: str
    media_type: str
    title: str


@dataclass(frozen=True)
class PageHead:
    """What the head of a page says; what is empty is left out.

    `title` and `description` are plain text. `canonical` is the address of what it shows, `link` that of exactly this
    view of it, and `card` that of its picture of the size of `CARD`. `data_set` is JSON-LD, safe in a script element.
    `robots` says what search engines may do with the page.
    """

    title: str
    description: str
    canonical: str = ""
    link: str = ""
    card: str = ""
    alternates: tuple[Alternate, ...] = ()
    data_set: str = ""
    robots: str = "index, follow"


def render_head(head: PageHead) -> Markup:
    """Return the tags as HTML, without the element `title`, which a page can have but once."""
    # The JSON is escaped already, and the template escapes all other values.
    return Markup(_render("head.html", head=head, data_set=Markup(head.data_set), card=CARD))  # noqa: S704
