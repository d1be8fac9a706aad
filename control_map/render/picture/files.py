"""A picture as a file: SVG as it is drawn, PNG, and PDF for printing.

A PDF holds the picture in points, 300 to the inch. Of the libraries that would write its lines and letters some need
Cairo of the system, some know no patterns or no Arabic letters, and one is larger than all the others that Control Map
needs; who wants lines takes SVG.
"""

import io
from enum import StrEnum

from PIL import Image

from control_map.core.errors import ControlMapError
from control_map.render.picture import fonts
from control_map.render.picture.shapes import PictureShape

LEAST_PIXELS, MOST_PIXELS = 100, 8_000
"""How wide a picture is at least, and how wide or high at most."""
_DOTS_PER_INCH, _DOTS_PER_PIXEL = 300, 2
"""A printed picture has twice the usual pixels: the shape A4 is as wide as the paper then."""


class PictureFormat(StrEnum):
    """How a picture is written, and the ending of its file."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


def write_picture(
    svg: str, shape: PictureShape, picture_format: PictureFormat = PictureFormat.PNG, width: int | None = None
) -> bytes:
    """Return a picture that is drawn in a shape as a file.

    `width` is in pixels: by default that of the shape, for a PDF twice as many. An SVG has no width.

    Raises
    ------
    ControlMapError
        If the width is out of bounds, or a package that draws is not installed.
    """
    most = MOST_PIXELS * min(shape.width, shape.height) // shape.height
    if width is not None and not LEAST_PIXELS <= width <= most:
        message = f"This picture cannot be {width:,} pixels wide. Choose a width from {LEAST_PIXELS} to {most:,}."
        raise ControlMapError(message)
    if picture_format == PictureFormat.SVG:
        return svg.encode()
    if picture_format == PictureFormat.PNG:
        return rasterize(svg, width or shape.width)
    return _to_pdf(rasterize(svg, width or _DOTS_PER_PIXEL * shape.width))


def rasterize(svg: str, width: int) -> bytes:
    """Return an SVG as PNG of a given width in pixels; its text is drawn in the typeface of pictures.

    Raises
    ------
    ControlMapError
        If a package that draws is not installed.
    """
    try:
        import resvg_py  # noqa: PLC0415 - only pictures need it
    except ModuleNotFoundError as error:
        message = "A picture needs a library that draws it. Install it: pip install resvg-py"
        raise ControlMapError(message) from error
    # Without the fonts of the machine, so that a picture is the same on all.
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        width=width,
        skip_system_fonts=True,
        font_files=list(fonts.font_files()),
        font_family=fonts.FAMILY,
        sans_serif_family=fonts.FAMILY,
    )
    return bytes(png)


def _to_pdf(png: bytes) -> bytes:
    """Return a picture as a PDF of one page, without the time, so that the same picture is the same file."""
    written = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(
            written, "pdf", resolution=_DOTS_PER_INCH, quality=95, subsampling=0, creationDate=None, modDate=None
        )
    return written.getvalue()
