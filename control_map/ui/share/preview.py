"""How a link looks where it is shared: the tags in the head of the page that it opens, and its card."""

from markupsafe import Markup

from control_map.render import feeds
from control_map.render.html.head import Alternate, PageHead, render_head
from control_map.render.picture.shapes import CARD as CARD_SHAPE
from control_map.render.site.machines import API_DESCRIPTION, describe_data_set, text_path
from control_map.ui.share import CARD, USUAL_DESCRIPTION, oembed_link
from control_map.ui.share.linked_view import LinkedView
from control_map.ui.state import session
from control_map.ui.state.result_cache import ResultCache

_MOST_CARD_BYTES = 12_000_000
"""What the cards that are kept weigh together: about a hundred."""
_MOST_TAGS_BYTES = 1_000_000
_cards, _tags = ResultCache(_MOST_CARD_BYTES, weigh=len), ResultCache(_MOST_TAGS_BYTES, weigh=len)


def render_tags(linked: LinkedView, address: str) -> Markup:
    """Return the tags for the head of the app's page, as HTML; `address` is that of the page."""
    key = (linked.pack.fingerprint, f"{address}?{linked.write_query(always=('date',))}")
    found, kept = _tags.find(key)
    if found:
        return Markup(kept)  # noqa: S704 - the template has escaped all values
    tags = render_head(describe_link(linked, address))
    _tags.keep(key, tags)
    return tags


def describe_link(linked: LinkedView, address: str) -> PageHead:
    """Return what the head of a page says that shows a view; `address` is that of the app's page."""
    link = f"{address}?{linked.write_query(always=('date',))}"
    undated, theatre = linked.write_query(), linked.theatre_query
    # What is not usual takes seconds to weigh: its link is described by its title.
    return PageHead(
        title=linked.title,
        description=linked.headline if linked.is_usual else USUAL_DESCRIPTION,
        canonical=f"{address}?{undated}" if undated else address,
        link=link,
        card=card_address(linked, address),
        alternates=(oembed_link(link, address, linked.title), *_alternates(linked, address)),
        data_set=(
            describe_data_set(linked.view, address, f"?{theatre}" if theatre else "", API_DESCRIPTION)
            if linked.is_usual
            else ""
        ),
    )


def _alternates(linked: LinkedView, address: str) -> list[Alternate]:
    """Return the feeds of the changes of a view, and the text of the place that it shows, if it shows one."""
    theatre = linked.pack.theatre
    place_id, province_id = linked.text(session.PLACE_KEY), linked.text(session.PROVINCE_KEY)
    scopes = [feeds.THEATRE, *([f"province/{province_id}"] if province_id else [])]
    scopes += [f"place/{place_id}"] if place_id else []
    names = {f"province/{province_id}": theatre.province_names.get(province_id, "")}
    if place_id:
        names[f"place/{place_id}"] = str(theatre.places["name"].iloc[theatre.place_positions[place_id]])
    asked = f"?{query}" if (query := linked.api_query) else ""
    found = [
        Alternate(
            f"{address}{feeds.feed_path(scope, form)}{asked}",
            known.media_type,
            ": ".join(filter(None, [names.get(scope), "Changes of status"])),
        )
        for scope in scopes
        for form, known in feeds.FORMATS.items()
    ]
    if place_id:
        found.append(Alternate(f"{address}{text_path(place_id)}{asked}", "text/plain", names[scopes[-1]]))
    return found


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

    view, earlier_view = linked.view, linked.earlier_view
    subject = linked.date, linked.since, linked.text(session.PROVINCE_KEY), linked.text(session.PLACE_KEY)
    key = (view.pack.fingerprint, view.rule, view.known_on, earlier_view.known_on, *subject)
    found, card = _cards.find(key)
    if not found:
        card = write_picture(draw_card(view, *subject, earlier_view), CARD_SHAPE)
        _cards.keep(key, card)
    return bytes(card)
