"""Text as outlines, for an SVG that looks the same in every program: most of them lack the typeface of pictures.

A typeface within the file would be several megabytes, and programs for drawing do not read it.
"""

import unicodedata
from functools import cache
from itertools import groupby
from typing import Any

from control_map.core.errors import ControlMapError
from control_map.render.picture import fonts

PACKAGE = "uharfbuzz"
_FROM_RIGHT = ("R", "AL")
"""The bidirectional classes of letters that are written from right to left."""
_NEUTRAL = ("WS", "ON", "NSM", "CS", "ES", "ET", "BN")


def outline_text(
    text: str,
    x: float,
    y: float,
    size: float,
    *,
    bold: bool = False,
    anchor: str = "start",
    spacing: float = 0,
    centred: bool = False,
    digits: int = 1,
) -> str:
    """Return a line of text as an SVG path.

    Parameters
    ----------
    text
        The line. Letters that the typeface lacks are written in Latin letters.
    x, y
        Where its baseline starts, has its middle or ends, as `anchor` says; with `centred`, the middle of its height.
    size, spacing
        The font size, and the space after each letter in the same unit.
    digits
        How many decimals coordinates have.

    Raises
    ------
    ControlMapError
        If a package that draws is not installed.
    """
    font, units, middle = _load_font(bold=bold)
    scale = size / units
    glyphs = _shape(font, fonts.spell_drawable(text))
    width = sum(advance for _, _, _, advance in glyphs) * scale + spacing * len(glyphs)
    x -= {"start": 0, "middle": width / 2, "end": width}[anchor]
    y += middle * size if centred else 0
    pen = _Pen(scale, digits)
    for glyph, right, up, advance in glyphs:
        pen.left, pen.base = x + right * scale, y - up * scale
        font.draw_glyph_with_pen(glyph, pen)
        x += advance * scale + spacing
    return "".join(pen.written)


@cache
def _load_font(*, bold: bool) -> tuple[Any, int, float]:
    """Return a face, its units per font size, and how far the middle of its lines is above the baseline."""
    harfbuzz = _import_harfbuzz()
    face = harfbuzz.Face(harfbuzz.Blob.from_file_path(fonts.font_files()[bold]))
    font = harfbuzz.Font(face)
    extents = font.get_font_extents("ltr")
    return font, face.upem, (extents.ascender + extents.descender) / 2 / face.upem


def _import_harfbuzz() -> Any:
    try:
        import uharfbuzz  # noqa: PLC0415 - only pictures as SVG need it
    except ModuleNotFoundError as error:
        message = f"A picture as SVG needs a library for its letters. Install it: pip install {PACKAGE}"
        raise ControlMapError(message) from error
    return uharfbuzz


def _shape(font: Any, text: str) -> list[tuple[int, float, float, float]]:
    """Return the glyphs of a line from left to right: `glyph, right, up, advance`, in units of the font."""
    harfbuzz = _import_harfbuzz()
    glyphs = []
    for run in _split_by_direction(text):
        buffer = harfbuzz.Buffer()
        buffer.add_str(run)
        buffer.guess_segment_properties()
        harfbuzz.shape(font, buffer)
        glyphs += [
            (info.codepoint, place.x_offset, place.y_offset, place.x_advance)
            for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        ]
    return glyphs


def _split_by_direction(text: str) -> list[str]:
    """Split a line that begins at the left where its letters change their direction.

    What has no direction belongs to letters from the right only between two of them.
    """
    kinds = [unicodedata.bidirectional(character) for character in text]
    from_right = [kind in _FROM_RIGHT for kind in kinds]
    last = None
    for number, kind in enumerate(kinds):
        if kind in _NEUTRAL:
            continue
        if last is not None and from_right[last] and from_right[number]:
            from_right[last:number] = [True] * (number - last)
        last = number
    parts = groupby(zip(from_right, text, strict=True), key=lambda pair: pair[0])
    return ["".join(character for _, character in part) for _, part in parts]


class _Pen:
    """Writes the outlines of glyphs as an SVG path; its methods have the names that drawing libraries call."""

    def __init__(self, scale: float, digits: int) -> None:
        self._scale, self._digits = scale, digits
        self.left = self.base = 0.0
        self.written: list[str] = []

    def _write(self, command: str, *points: tuple[float, float]) -> None:
        numbers = (
            f"{number:.{self._digits}f}"
            for x, y in points
            for number in (self.left + x * self._scale, self.base - y * self._scale)
        )
        self.written.append(command + " ".join(numbers))

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._write("M", point)

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._write("L", point)

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._write("Q", *points)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._write("C", *points)

    def closePath(self) -> None:  # noqa: N802
        self.written.append("Z")

    def endPath(self) -> None:  # noqa: N802
        """Do nothing: an open line has no inside to fill."""
