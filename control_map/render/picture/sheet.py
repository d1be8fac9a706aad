"""What stands around the map of a picture: lines of text, samples of the legend and the bar of the counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from control_map.core.sanitize import sanitize_line
from control_map.render.picture import fonts
from control_map.render.picture.map_layout import Box

LINE_HEIGHT = 1.3
_ASCENT = 0.94
"""How far the highest letters reach above the line, as a share of the font size."""
_LEAST_SHRINK, _STEPS = 0.75, 4


def smaller_sizes(size: float, least: float) -> list[float]:
    """Return font sizes to try, from one down to a share of it."""
    return [size * (1 - (1 - least) * step / _STEPS) for step in range(_STEPS + 1)]


@dataclass(frozen=True)
class TextLine:
    """A line of text: where its baseline starts, or ends if `ends`, its font size, and whether it is bold or soft."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    soft: bool = False
    ends: bool = False

    @property
    def width(self) -> float:
        """How wide it is; a viewer that lacks the typeface squeezes another one into this width."""
        return fonts.text_width(self.text, self.size, bold=self.bold)

    @property
    def box(self) -> Box:
        """The box of its letters."""
        left = self.x - self.width if self.ends else self.x
        return left, self.y - 0.75 * self.size, left + self.width, self.y + 0.25 * self.size


@dataclass
class Sheet:
    """The lines of text of a picture, and everything else around its map, as it is put there step by step.

    `samples` are `sample, style, x, y, scale` of the legend's, `bars` are `style, x, y, width, height`. `scale_bar` is
    the corner left for the scale bar and its font size, `ruler` the bar itself: `x, y, length, height`.
    """

    lines: list[TextLine] = field(default_factory=list)
    samples: list[tuple[str, str, float, float, float]] = field(default_factory=list)
    bars: list[tuple[str, float, float, float, float]] = field(default_factory=list)
    scale_bar: tuple[float, float, float] = (0, 0, 0)
    ruler: tuple[float, float, float, float] = (0, 0, 0, 0)

    def write(
        self,
        text: str,
        x: float,
        top: float,
        width: float,
        size: float,
        *,
        most_lines: int = 1,
        bold: bool = False,
        soft: bool = False,
        ends: bool = False,
        balanced: bool = False,
        shrinks: bool = True,
        leading: float = LINE_HEIGHT,
    ) -> float:
        """Write a text into a column below `top`, as large as it fits there, and return where it ends.

        The text stands at the left of the column, or ends at its right; the lines of a balanced one are equally long.
        What does not fit even at the smallest size is cut off, with an ellipsis.
        """
        text = fonts.spell_drawable(" ".join(sanitize_line(text).split()))
        for shrunk in smaller_sizes(size, _LEAST_SHRINK if shrinks else 1):
            lines = fonts.wrap_text(text, shrunk, width, bold=bold)
            if len(lines) * shrunk <= most_lines * size:
                break
        else:
            lines = fonts.wrap_text(text, shrunk, width, bold=bold, most_lines=int(most_lines * size / shrunk))
        if balanced:
            lines = fonts.balance_lines(lines, shrunk, width, bold=bold)
        for number, line in enumerate(lines):
            y = top + _ASCENT * shrunk + number * leading * shrunk
            self.lines.append(TextLine(line, x + width if ends else x, y, shrunk, bold, soft, ends))
        return top + len(lines) * leading * shrunk

    def draw_bar(self, parts: Sequence[tuple[str, int]], x: float, top: float, width: float, height: float) -> None:
        """Draw numbers as one bar; `parts` are the classes and the number of each, those of a pattern begin with c-."""
        total = sum(number for _, number in parts)
        for classes, number in parts:
            if number:
                patterns = [name for name in classes.split() if name.startswith("c-")]
                plain = " ".join(name for name in classes.split() if name not in patterns)
                for style in (plain, *patterns):
                    self.bars.append((style, round(x, 1), top, round(width * number / total, 1), height))
                x += width * number / total
