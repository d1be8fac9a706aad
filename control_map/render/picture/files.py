"""A picture as a file: SVG as it is drawn, PNG, and PDF for printing."""

import datetime as dt
from enum import StrEnum

from control_map.core.errors import ControlMapError
from control_map.pipeline.view import View
from control_map.render.picture import fonts
from control_map.render.picture.picture import draw_card, draw_picture
from control_map.render.picture.shapes import CARD, WIDE, PictureShape

MOST_PIXELS_WIDE = 8_000
LEAST_PIXELS_WIDE = 100


class PictureFormat(StrEnum):
    """How a picture is written, and the ending of its file."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


def render_picture(
    view: View,
    date: dt.date,
    shape: PictureShape = WIDE,
    since: dt.date | None = None,
    province_id: str = "",
    *,
    headline: bool = True,
    format: PictureFormat | str = PictureFormat.PNG,  # noqa: A002 - the name of its parameter everywhere
    width: int | None = None,
) -> bytes:
    """Return a picture of a day as a file.

    The parameters are those of `draw_picture`, and `width` in pixels, by default that of the shape; an SVG has none.

    Raises
    ------
    ControlMapError
        If the width is out of bounds, or a package that draws is not installed.
    """
    svg = draw_picture(view, date, shape, since, province_id, headline=headline)
    if format == PictureFormat.SVG:
        return svg.encode()
    return rasterize(svg, width or shape.width)


def render_card(
    view: View, date: dt.date, since: dt.date | None = None, province_id: str = "", place_id: str = ""
) -> bytes:
    """Return the card that stands for a link to a view as PNG of 1200 x 630 pixels, see `draw_card`."""
    return rasterize(draw_card(view, date, since, province_id, place_id), CARD.width)


def rasterize(svg: str, width: int) -> bytes:
    """Return an SVG as PNG of a given width in pixels; its text is drawn in the typeface of pictures.

    Raises
    ------
    ControlMapError
        If the width is out of bounds, or a package that draws is not installed.
    """
    if not LEAST_PIXELS_WIDE <= width <= MOST_PIXELS_WIDE:
        message = f"A picture cannot be {width:,} pixels wide. Choose {LEAST_PIXELS_WIDE:,} to {MOST_PIXELS_WIDE:,}."
        raise ControlMapError(message)
    try:
        import resvg_py  # noqa: PLC0415 - only pictures need it
    except ModuleNotFoundError as error:
        message = "A picture needs a library that draws it. Install it: pip install resvg-py"
        raise ControlMapError(message) from error
    # Without the fonts of the machine, so that a picture is the same on all.
    png = resvg_py.svg_to_bytes(
        svg_string=fonts.spell_drawable(svg),
        width=width,
        skip_system_fonts=True,
        font_files=list(fonts.font_files()),
        font_family=fonts.FAMILY,
        sans_serif_family=fonts.FAMILY,
    )
    return bytes(png)
