"""How a link looks where it is shared: the tags in the head of the page that it opens, and its card."""

from urllib.parse import quote

from markupsafe import Markup

from control_map.render.picture.shapes import CARD as CARD_SHAPE
from control_map.ui import html
from control_map.ui.share import CARD, CARD_SIZE, OEMBED
from control_map.ui.share.linked_view import LinkedView
from control_map.ui.state import session
from control_map.ui.state.result_cache import ResultCache

_MOST_CARD_BYTES = 12_000_000
"""What the cards that are kept weigh together: about a hundred."""
_MOST_TAGS_BYTES = 1_000_000
_cards, _tags = ResultCache(_MOST_CARD_BYTES, weigh=len), ResultCache(_MOST_TAGS_BYTES, weigh=len)


def render_tags(linked: LinkedView, address: str, *, is_indexed: bool = True) -> Markup:
    """Return the tags for the head of a page, as HTML; `address` is that of the app's page."""
    link = f"{address}?{linked.write_query(always=('date',))}"
    key = (linked.pack.fingerprint, link, is_indexed)
    found, kept = _tags.find(key)
    if found:
        return Markup(kept)  # noqa: S704 - the template has escaped all values
    tags = html.render_template(
        "preview.html",
        title=linked.title,
        description=linked.headline if linked.is_usual else "",
        canonical=f"{address}?{undated}" if (undated := linked.write_query()) else address,
        link=link,
        card=card_address(linked, address),
        size=CARD_SIZE,
        oembed=f"{address}{OEMBED}?format=json&url={quote(link, safe='')}",
        is_indexed=is_indexed,
    )
    _tags.keep(key, tags)
    return Markup(tags)  # noqa: S704 - as above


def card_address(linked: LinkedView, address: str) -> str:
    """Return the address of the card of a view."""
    return f"{address}{CARD}?{linked.write_query(always=('date', 'rule'))}"


def find_card(linked: LinkedView) -> bytes:
    """Return the card of a view as PNG; each is drawn once, and kept for a while.

    Raises
    ------
    ControlMapError
        If a package that draws is not installed.
    """
    # Fonts and a library for drawing: only pictures need them.
    from control_map.render.picture.files import write_picture  # noqa: PLC0415
    from control_map.render.picture.picture import draw_card  # noqa: PLC0415

    view = linked.view
    subject = linked.date, linked.since, linked.text(session.PROVINCE_KEY), linked.text(session.PLACE_KEY)
    key = (view.pack.fingerprint, view.rule, view.known_on, *subject)
    found, card = _cards.find(key)
    if not found:
        card = write_picture(draw_card(view, *subject), CARD_SHAPE)
        _cards.keep(key, card)
    return bytes(card)
