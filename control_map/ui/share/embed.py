"""The map for a frame of another site: the published page without what is around the board, with files of the app.

It needs no session of Streamlit. A frame may stay open for hours, and asks for the reports of a place when a reader
opens one: the files of the views that were framed last are held. One whose files are gone nevertheless, as the server
was started again, opens itself again, see `renewal.js`.
"""

import html as standard_html
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from control_map.core.arrays import to_compact_json
from control_map.render.html.renderer import embed_json
from control_map.render.map.board import BACKGROUND_NAME
from control_map.render.picture.shapes import CARD
from control_map.render.site import page
from control_map.render.site.page import Frame
from control_map.ui.share import EMBED, preview
from control_map.ui.share.linked_view import LinkedView, read_linked_view
from control_map.ui.state import cached_results, session
from control_map.ui.state.served_files import FILES_PATH, ServedFile, serve_code
from control_map.ui.toolbar.method import KnowledgeOption

CONTROLS, THEME = "controls", "theme"
"""The parameters of its own: `controls=off` for a still picture, and `theme=light` or `dark`."""
_THEMES = ("light", "dark")
_MOST_HELD = 24
"""How many views are held: the file of each weighs some ten kilobytes."""
_WIDTH, _LEAST_WIDTH, _LEAST_HEIGHT, _MOST_HEIGHT = 800, 320, 560, 760
_RATIO = 0.7
"""The height of a frame for its width, before it says what it needs."""
_held: OrderedDict[str, tuple[ServedFile, ...]] = OrderedDict()
_holding = threading.Lock()
_RESIZING = Path(__file__).with_name("resize.js").read_text("utf-8")
RESIZING_SCRIPT = f"<script>{''.join(map(str.strip, _RESIZING.splitlines()))}</script>"
"""What a page around the frame may run, so that its height suits its width. Some sites would break it at line ends."""


def render_embed(parameters: Mapping[str, str], address: str) -> bytes:
    """Return the page for a frame; `parameters` are those of its address, `address` is that of the app's page.

    Raises
    ------
    PackError
        If the theatre cannot be read.
    """
    linked = read_linked_view(parameters)
    theme = parameters.get(THEME, "")
    frame = Frame(
        f"{address}?{linked.write_query(always=('date', 'rule'))}",
        controls=parameters.get(CONTROLS) != "off",
        theme=theme if theme in _THEMES else "",
    )
    script, sheet = _code()
    settings = to_compact_json(_make_settings(linked, frame))
    return page.render_page(
        linked.view,
        linked.date,
        sheets=f'<link rel="stylesheet" href="{FILES_PATH}/{sheet.name}">',
        code=f'{embed_json("settings", settings)}<script src="{FILES_PATH}/{script.name}"></script>',
        policy=page_policy(),
        frame=frame,
        # Who searches is to find the page, not a frame of it.
        head=replace(preview.describe_link(linked, address), robots="noindex"),
    )


def page_policy() -> str:
    """Return the security policy of the page for frames, without who may frame it."""
    return page.content_security_policy(script="'self'", style="'self'", connect="'self'")


@cache
def _code() -> tuple[ServedFile, ServedFile]:
    return (
        serve_code("embed.js", b"\n".join(page.page_scripts())),
        serve_code("embed.css", b"\n".join(page.page_style_sheets())),
    )


def _make_settings(linked: LinkedView, frame: Frame) -> dict[str, object]:
    view, place_id = linked.view, linked.text(session.PLACE_KEY)
    names = {file.name.split("-")[0]: file.name for file in _hold_files(linked)}
    board_names = {
        "geometry.json": names["geometry"],
        "timeline.json": names.get("replay") or names["timeline"],
        **({BACKGROUND_NAME: names["background"]} if "background" in names else {}),
    }
    hidden = linked.hidden
    switched = {layer: layer not in hidden for layer in session.SWITCHED_LAYERS}
    return {
        **page.make_page_settings(view, linked.date, place_id, board_names, f"{FILES_PATH}/"),
        "compared": linked.comparison.as_map_day(linked.date),
        "shown": {"area": linked.text(session.AREA_KEY), "report": linked.text(session.REPORT_KEY), **switched},
        "hidden": [layer for layer in hidden if layer not in session.SWITCHED_LAYERS],
        "stale_after": linked.stale_after,
        "target": linked.target,
        "province": linked.text(session.PROVINCE_KEY),
        "frame": {"controls": frame.controls, "theme": frame.theme},
        "problems": list(linked.problems),
    }


def _hold_files(linked: LinkedView) -> tuple[ServedFile, ...]:
    """Return the files that the board begins with, and hold them."""
    pack, rule = linked.pack, linked.rule
    drawn = (
        cached_results.replay_file(pack, rule.rule, {})
        if rule.knowledge == KnowledgeOption.THAT_DAY
        else cached_results.timeline_file(linked.view, {})
    )
    files = (cached_results.geometry_file(pack), cached_results.background_file(pack), drawn)
    there = tuple(file for file in files if file)
    with _holding:
        _held.pop(drawn.name, None)
        _held[drawn.name] = there
        while len(_held) > _MOST_HELD:
            _held.popitem(last=False)
    return there


def write_code(address: str, title: str, *, width: int | None = None, height: int | None = None) -> str:
    """Return the HTML that shows a map in another page; `address` is that of the page for frames.

    Without a size it is as wide as its place in that page. It works without any script.
    """
    shape = (
        f"width:100%;aspect-ratio:1/{_RATIO};min-height:{_LEAST_HEIGHT}px;max-height:{_MOST_HEIGHT}px;border:0"
        if width is None
        else f"width:100%;max-width:{width}px;height:{height}px;border:0"
    )
    escaped, named = (standard_html.escape(text) for text in (address, title))
    return (
        f'<iframe src="{escaped}" title="{named}" data-control-map loading="lazy" allowfullscreen '
        f'style="{shape}"></iframe>'
    )


def describe_for_oembed(
    linked: LinkedView, address: str, parameters: Mapping[str, str], sizes: Mapping[str, str]
) -> str:
    """Return what oEmbed says of a view, as JSON; `sizes` has the greatest width and height that the site allows.

    `parameters` are those of the address of the view, `address` is that of the app's page.
    """
    width = max(_LEAST_WIDTH, min(_WIDTH, _whole_number(sizes.get("maxwidth"), _WIDTH)))
    height = round(max(_LEAST_HEIGHT, width * _RATIO))
    height = max(_LEAST_WIDTH, min(height, _whole_number(sizes.get("maxheight"), height)))
    own = "".join(f"&{name}={parameters[name]}" for name, known in _OWN_VALUES.items() if parameters.get(name) in known)
    framed = f"{address}{EMBED}?{linked.write_query(always=('date', 'rule'))}{own}"
    return json.dumps(
        {
            "version": "1.0",
            "type": "rich",
            "title": linked.title,
            "provider_name": "Control Map",
            "provider_url": address,
            "cache_age": 3600,
            "html": write_code(framed, linked.title, width=width, height=height),
            "width": width,
            "height": height,
            "thumbnail_url": preview.card_address(linked, address),
            "thumbnail_width": CARD.width,
            "thumbnail_height": CARD.height,
        },
        ensure_ascii=False,
    )


_OWN_VALUES: Mapping[str, tuple[str, ...]] = {CONTROLS: ("off",), THEME: _THEMES}


def _whole_number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default
