"""The frames of a film: each is a picture of its day, of which only what differs from the day before is drawn again."""

import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from PIL import Image

from control_map.render.film.script import Script
from control_map.render.picture import drawing, fonts, map_layout
from control_map.render.picture.files import rasterize
from control_map.render.picture.map_layout import Box, MapLayout
from control_map.render.picture.picture import (
    Contents,
    draw_scale_bar,
    layout_frame,
    render_sheet,
    write_legend,
    write_sources,
)
from control_map.render.picture.shapes import PictureShape, ShapeName
from control_map.render.picture.sheet import LINE_HEIGHT, Sheet, TextLine, smaller_sizes

SHAPES: Mapping[ShapeName, PictureShape] = {
    ShapeName(shape.id): shape
    for shape in (
        PictureShape(ShapeName.WIDE, 1280, 720, 30, 400, 36, 20, 18, 1, 10, 13),
        PictureShape(ShapeName.SQUARE, 1080, 1080, 30, 0, 46, 23, 18, 3, 10, 12),
        PictureShape(ShapeName.TALL, 720, 1280, 32, 0, 44, 24, 19, 2, 12, 14),
    )
}
"""The shapes of films; they have larger letters than a picture, as a frame is seen for a moment and on a phone."""
_GAP = 16
_DATE = 1.3
"""The font size of the date, as a share of that of the headline."""
_STRIP, _MARK = 1.5, 3
"""The height of the strip as a share of the font size of the text, and the width of the mark on it in pixels."""
_LABEL_WIDTH = 80
"""Pixels that a label of the strip takes at least."""
_HEADLINE_LINES = 2
"""How many lines a headline beside the map takes at most."""
_LEAST_MAP = 0.62
"""The share of the height below the head that a map above its legend has at least."""
_ONE_MORE = 40_000
"""As many pixels are drawn in the time that it takes to begin with one more box."""
_AREA_REACH, _POINT_REACH, _NAME_REACH = 40, 190, 160
"""How far the lines of areas, symbols and names reach beyond their outline, point and estimated box, in map units."""
_Bar = tuple[str, float, float, float, float]


@dataclass(frozen=True, eq=False)
class _Frame:
    """What a frame shows: its contents, its sheet, and the look of each place of the map."""

    stated: Contents
    sheet: Sheet
    looks: frozenset[tuple[Any, ...]]


def draw_frames(script: Script, days: Iterable[int], shape: PictureShape, width: int) -> Iterator[Image.Image]:
    """Yield the frames of a film, in RGB. Each is the same image, changed: who keeps one copies it.

    `days` are the numbers of the days, all of them in order. The image is `width` pixels wide, and as high as the shape
    has it; both are even, as videos need it.

    Raises
    ------
    ControlMapError
        If a package that draws is not installed.
    """
    with fonts.forget_texts():
        page = _Page(script, shape, width)
        before: _Frame | None = None
        image = Image.new("RGB", page.size)
        for number, stated in zip(days, script.contents(script.days), strict=False):
            frame = page.compose(stated, number)
            boxes = page.damage(before, frame) if before else [(0, 0, *page.size)]
            for box in boxes:
                image.paste(page.draw(frame, box), box[:2])
            before = frame
            yield image


def even_size(shape: PictureShape, width: int) -> tuple[int, int]:
    """Return width and height of the frames of a film, which are even."""
    width -= width % 2
    return width, 2 * round(shape.height * width / shape.width / 2)


class _Page:
    """Where everything stands on the frames of a film: texts and strip around the box of the map."""

    def __init__(self, script: Script, shape: PictureShape, width: int) -> None:
        self._script, self._shape = script, shape
        self.size = even_size(shape, width)
        self._zoom = self.size[0] / shape.width
        self._stated = next(script.contents(script.days[:1]))
        self._sheet = Sheet()
        margin, inner = shape.margin, shape.width - 2 * shape.margin
        column = shape.column or inner
        sources = write_sources(self._sheet, self._stated, shape)
        foot = self._draw_strip(margin, sources - 0.6 * _GAP, inner) - _GAP
        self._date_top = self._sheet.write(self._stated.title, margin, margin, column, shape.text, soft=True)
        self._date_size = _fit(script.dates, _DATE * shape.headline, column, 1)
        self._headline_top = self._date_top + self._date_size * LINE_HEIGHT
        self._headline_size = _fit(script.headlines, shape.headline, column, _HEADLINE_LINES if shape.column else 1)
        self._headline_width, lines = _balance(script.headlines, self._headline_size, column)
        y = self._headline_top + lines * self._headline_size * LINE_HEIGHT
        if self._stated.known:
            y = self._sheet.write(self._stated.known, margin, y, column, shape.text, most_lines=2, soft=True)
        self._bar_top = y + 0.4 * _GAP
        head = self._bar_top + shape.text + _GAP
        least = head if shape.column else head + _LEAST_MAP * (foot - head)
        self._legend = (column, least, foot)
        legend = write_legend(sheet := Sheet(), self._stated, shape, *self._legend)
        if shape.column:
            self.frame: Box = (margin + column + _GAP, margin, shape.width - margin, foot)
        else:
            self.frame = (margin, head, margin + inner, legend - _GAP)
        self._layout = layout_frame(script.view, self.frame, shape, script.province_id)
        draw_scale_bar(sheet, self._layout, shape)
        self._sheet.ruler = sheet.ruler
        self._sheet.lines.append(sheet.lines[-1])
        self._place_boxes = self._box_places()

    def _draw_strip(self, left: float, bottom: float, width: float) -> float:
        """Draw the counts of each day side by side above `bottom`, with the days below, and return where they begin."""
        size = self._shape.text
        label_top = bottom - 0.8 * size * LINE_HEIGHT
        self._strip = (left, label_top - _STRIP * size, width, _STRIP * size)
        _, top, _, height = self._strip
        names = [self._stated.looks[status].name for status in self._script.view.pack.statuses]
        counts = self._script.counts.to_numpy()
        edges = np.round(left + width * np.arange(len(counts) + 1) / len(counts))
        heights = np.round(height * np.cumsum(counts, axis=1) / np.maximum(1, counts.sum(axis=1))[:, None])
        same = np.flatnonzero(np.any(np.diff(heights, axis=0), axis=1)) + 1
        starts = [0, *same.tolist()]
        for begin, end in zip(starts, [*starts[1:], len(counts)], strict=True):
            above = 0.0
            for name, below in zip(names, heights[begin].tolist(), strict=True):
                if below > above:
                    x = float(edges[begin])
                    self._sheet.bars.append((name, x, top + above, float(edges[end]) - x, below - above))
                above = below
        taken = left - 1
        for number, text in _label_days(self._script.days, width / _LABEL_WIDTH):
            x = float(edges[number])
            wide = fonts.text_width(text, 0.8 * size)
            if taken < x and x + wide <= left + width:
                self._sheet.write(text, x, label_top, wide + size, 0.8 * size, soft=True, shrinks=False)
                taken = x + wide + 0.5 * size
        self._edges = edges.tolist()
        return top

    def compose(self, stated: Contents, number: int) -> _Frame:
        """Arrange the frame of a day; what is the same on all days is arranged once."""
        shape, margin = self._shape, self._shape.margin
        column = self._legend[0]
        sheet = Sheet()
        write_legend(sheet, stated, shape, *self._legend)
        sheet.ruler = self._sheet.ruler
        sheet.write(stated.day, margin, self._date_top, column, self._date_size, bold=True, shrinks=False)
        sheet.write(
            stated.headline,
            margin,
            self._headline_top,
            self._headline_width,
            self._headline_size,
            most_lines=_HEADLINE_LINES,
            bold=True,
            shrinks=False,
        )
        sheet.draw_bar(list(stated.counts.items()), margin, self._bar_top, column, shape.text)
        sheet.lines[:0] = self._sheet.lines
        sheet.bars[:0] = self._sheet.bars
        left, top, width, height = self._strip
        x, after = self._edges[number : number + 2]
        # Day by day, so that only one of them differs from the frame before.
        later = zip(self._edges[number + 1 :], self._edges[number + 2 :], strict=False)
        sheet.bars += [("later", begin, top, end - begin, height) for begin, end in later]
        middle = min(max(left, (x + after - _MARK) / 2), left + width - _MARK)
        sheet.bars.append(("mark", middle, top - 0.25 * height, _MARK, 1.25 * height))
        columns = ("place_id", "status", "claimed_by", "disputed", "basis")
        looks = frozenset(zip(*(stated.now[name].tolist() for name in columns), strict=True))
        return _Frame(stated, sheet, looks)

    def damage(self, before: _Frame, frame: _Frame) -> list[tuple[int, int, int, int]]:
        """Return the boxes of the image in which a frame differs from the one before it."""
        old, new = _sheet_boxes(before.sheet), _sheet_boxes(frame.sheet)
        boxes = [box for key, box in (old | new).items() if (key in old) != (key in new)]
        changed = {place_id for place_id, *_ in before.looks ^ frame.looks}
        rows = [self._rows[place_id] for place_id in changed if place_id in self._rows]
        boxes += [_meet(tuple(box), self.frame) for box in self._place_boxes[rows].tolist()]
        return _merge(filter(_has_area, (self._to_pixels(box) for box in boxes)))

    def draw(self, frame: _Frame, box: tuple[int, int, int, int]) -> Image.Image:
        """Draw what a frame has in a box of the image."""
        left, top, right, bottom = box
        zoom = self._zoom
        window = left / zoom, top / zoom, right / zoom, bottom / zoom
        sheet = _cut_sheet(frame.sheet, window)
        layout, now = self._cut_map(frame.stated.now, window)
        drawn = drawing.draw_places(now, layout, frame.stated.looks)
        svg = render_sheet(sheet, frame.stated, self._shape, layout, drawn, self.frame, window)
        with Image.open(io.BytesIO(rasterize(svg, right - left))) as part:
            return part.convert("RGB").crop((0, 0, right - left, bottom - top))

    def _cut_map(self, now: pd.DataFrame, window: Box) -> tuple[MapLayout, Any]:
        layout, units = self._layout, self._shape.map_units
        seen = _overlaps(self._place_boxes, window)
        left, top = self.frame[:2]
        west, north, east, south = window
        on_map = (west - left) * units, (north - top) * units, (east - left) * units, (south - top) * units
        ids = {place_id for place_id, row in self._rows.items() if seen[row]}
        return (
            replace(
                layout,
                paths={place_id: path for place_id, path in layout.paths.items() if place_id in ids},
                borders=_cut_lines(layout.border_lines, _grow(on_map, _AREA_REACH)),
                outline=_cut_lines(layout.outline_lines, _grow(on_map, _AREA_REACH)),
                points={place_id: point for place_id, point in layout.points.items() if place_id in ids},
                area_labels=self._cut_labels(layout.area_labels, map_layout.PROVINCE_NAME_HEIGHT, window),
                neighbour_labels=self._cut_labels(layout.neighbour_labels, map_layout.COUNTRY_NAME_HEIGHT, window),
            ),
            now[now["place_id"].isin(ids)],
        )

    def _cut_labels(
        self, labels: Sequence[map_layout.MapLabel], height: float, window: Box
    ) -> list[map_layout.MapLabel]:
        boxes = [map_layout.label_box(label, height, 1.5) for label in labels]
        return [
            label
            for label, box in zip(labels, boxes, strict=True)
            if map_layout.overlap(self._on_sheet(_grow(box, _NAME_REACH)), window)
        ]

    def _on_sheet(self, box: Box) -> Box:
        units, (left, top) = self._shape.map_units, self.frame[:2]
        return box[0] / units + left, box[1] / units + top, box[2] / units + left, box[3] / units + top

    def _box_places(self) -> np.ndarray[Any, Any]:
        """Return the box of each place of the map; `_rows` says which row a place has."""
        layout = self._layout
        boxes = {
            place_id: _grow(shapely.bounds(shape).tolist(), _AREA_REACH) for place_id, shape in layout.shapes.items()
        }
        boxes |= {place_id: map_layout.box_around(point, _POINT_REACH) for place_id, point in layout.points.items()}
        self._rows = {place_id: row for row, place_id in enumerate(boxes)}
        return np.array([self._on_sheet(box) for box in boxes.values()]).reshape(-1, 4)

    def _to_pixels(self, box: Box) -> tuple[int, int, int, int]:
        left, top, right, bottom = (edge * self._zoom for edge in box)
        width, height = self.size
        return (
            max(0, math.floor(left)),
            max(0, math.floor(top)),
            min(width, math.ceil(right)),
            min(height, math.ceil(bottom)),
        )


def _fit(texts: Sequence[str], size: float, width: float, lines: int) -> float:
    """Return the largest font size, up to one, in which each of the texts takes at most so many lines."""
    for smaller in smaller_sizes(size, 0.4):
        if all(len(fonts.wrap_text(text, smaller, width, bold=True)) <= lines for text in texts):
            return smaller
    return smaller


def _balance(texts: Sequence[str], size: float, width: float) -> tuple[float, int]:
    """Return the width at which lines are about equally long, the same for all texts, and how many lines these take."""
    lines = max(len(fonts.wrap_text(text, size, width, bold=True)) for text in texts)
    shares = (width * percent / 100 for percent in range(60, 101, 4))
    narrow = (w for w in shares if all(len(fonts.wrap_text(text, size, w, bold=True)) <= lines for text in texts))
    return next(narrow, width), lines


def _label_days(days: Sequence[Any], most: float) -> list[tuple[int, str]]:
    """Return the days that the strip names: months, quarters or years where it is long, else every few days."""
    if len(days) < 45:
        step = max(1, math.ceil(len(days) / most))
        return [(number, f"{day.day} {day:%b}") for number, day in enumerate(days) if number % step == 0]
    firsts = [(number, day) for number, day in enumerate(days) if day.day == 1]
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 1_200) if len(firsts) / step <= most)
    return [
        (number, f"{day:%Y}" if step >= 12 else f"{day:%B %Y}" if day.month == 1 and number else f"{day:%B}")
        for number, day in firsts
        if (day.month - 1) % min(step, 12) == 0 and day.year % max(1, step // 12) == 0
    ]


def _sheet_boxes(sheet: Sheet) -> dict[Any, Box]:
    return {
        **{line: _line_box(line) for line in sheet.lines},
        **{bar: _bar_box(bar) for bar in sheet.bars},
        **{sample: _sample_box(sample) for sample in sheet.samples},
    }


def _line_box(line: TextLine) -> Box:
    # Some letters stand higher, lower or wider than their line.
    return _grow(line.box, 0.3 * line.size)


def _bar_box(bar: _Bar) -> Box:
    _, x, y, width, height = bar
    return x, y, x + width, y + height


def _sample_box(sample: tuple[str, str, float, float, float]) -> Box:
    _, _, x, y, scale = sample
    return _grow((x, y, x + 420 * scale, y + 260 * scale), 60 * scale)


def _cut_sheet(sheet: Sheet, window: Box) -> Sheet:
    """Return what a sheet has in a window."""
    return Sheet(
        lines=[line for line in sheet.lines if map_layout.overlap(_line_box(line), window)],
        samples=[sample for sample in sheet.samples if map_layout.overlap(_sample_box(sample), window)],
        bars=[bar for bar in sheet.bars if map_layout.overlap(_bar_box(bar), window)],
        ruler=sheet.ruler,
    )


def _cut_lines(lines: shapely.Geometry, box: Box) -> str:
    """Return as an SVG path what of lines is in a box; to draw the others takes as long, though nobody sees them."""
    return map_layout.to_svg_path(shapely.clip_by_rect(lines, *box))


def _grow(box: Any, reach: float) -> Box:
    return box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach


def _meet(one: Any, other: Any) -> Any:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _overlaps(boxes: np.ndarray[Any, Any], window: Box) -> np.ndarray[Any, Any]:
    left, top, right, bottom = window
    return (boxes[:, 0] < right) & (left < boxes[:, 2]) & (boxes[:, 1] < bottom) & (top < boxes[:, 3])


def _has_area(box: Sequence[int]) -> bool:
    return box[0] < box[2] and box[1] < box[3]


def _area(box: Sequence[int]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _merge(boxes: Iterable[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Merge boxes where one is drawn sooner than both."""
    merged: list[tuple[int, int, int, int]] = []
    for added in boxes:
        box, again = added, True
        while again:
            again = False
            for other in merged:
                both = min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])
                if _area(both) <= _area(box) + _area(other) + _ONE_MORE:
                    merged.remove(other)
                    box, again = both, True
                    break
        merged.append(box)
    return merged
