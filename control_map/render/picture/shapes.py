"""The shapes of pictures, and the sizes of what stands on each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ShapeName(StrEnum):
    """What a shape is called on the command line and in addresses."""

    WIDE = "wide"
    SQUARE = "square"
    TALL = "tall"
    A4 = "a4"


@dataclass(frozen=True)
class PictureShape:
    """A shape of picture. Lengths are in pixels of its usual width.

    `column` is the width of the text beside the map, or 0 if the text stands above and below it. `headline`, `text`,
    `legend` and `small` are font sizes; the legend has `legend_columns`. `map_units` is how many units of the map's own
    layout make one pixel: the fewer, the larger are the names on the map.
    """

    id: str
    width: int
    height: int
    margin: int
    column: int
    headline: int
    text: int
    legend: int
    legend_columns: int
    small: float
    map_units: float


WIDE = PictureShape(ShapeName.WIDE, 1920, 1080, 56, 580, 54, 27, 25, 1, 14, 9)
SQUARE = PictureShape(ShapeName.SQUARE, 1080, 1080, 44, 0, 46, 22, 17, 3, 11, 12)
TALL = PictureShape(ShapeName.TALL, 1080, 1920, 60, 0, 66, 31, 27, 2, 15, 9)
A4 = PictureShape(ShapeName.A4, 1240, 1754, 76, 0, 56, 25, 22, 2, 13, 11)
CARD = PictureShape("card", 1200, 630, 44, 600, 58, 28, 25, 2, 18, 13)
"""The card that stands for a link where it is shared."""
SHAPES: Mapping[str, PictureShape] = {ShapeName(shape.id): shape for shape in (WIDE, SQUARE, TALL, A4)}
