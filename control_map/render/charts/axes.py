"""What the charts over the days of a period share: the axis of days, the date shown, and a click that picks a day.

The selection `DAY_SELECTION` of a chart has the field `DAY_FIELD`, the number of days since the first. Columns that the
charts add begin with a capital, so that none can be the id of an actor.
"""

import datetime as dt
from dataclasses import dataclass
from typing import cast

import altair as alt
import pandas as pd

from control_map.core.sanitize import sanitize_line
from control_map.core.status_style import StatusStyle

DAY_SELECTION = "picked"
DAY_FIELD = "Day"
CLICK_FIELD = "Click"
"""Counts the clicks: the browser reports only a selection that differs from the last, and a day may be picked twice."""

CHART_HEIGHT = 380
_MARKUP_TITLES = ("title", "image", "__proto__")
"""Titles of lines of a tooltip that are no lines to Vega's tooltip or to JavaScript."""
_SIX_MONTHS = 180
"""In fewer days than these, two ticks of the axis can lie in one month."""


@dataclass(frozen=True)
class ChartContext:
    """What charts of one page share: the days, the date shown, how often a day was picked, and a light or dark page."""

    start: dt.date
    end: dt.date
    date: dt.date
    clicks: int = 0
    dark: bool = False

    @property
    def ink(self) -> str:
        """The colour of lines and outlines."""
        return "#ece9e2" if self.dark else "#26241f"

    @property
    def background(self) -> str:
        """The colour of the page, as of outlines around coloured marks."""
        return "#17181b" if self.dark else "#ffffff"

    def colour(self, style: StatusStyle) -> str:
        """Return the colour of a status."""
        return style.dark if self.dark else style.colour

    def with_day_columns(self, frame: pd.DataFrame, column: str = "date") -> pd.DataFrame:
        """Return a frame with the columns that a click reports, `DAY_FIELD` and `CLICK_FIELD`; `column` has dates."""
        days = (frame[column] - pd.Timestamp(self.start)).dt.days
        return frame.assign(Day=days, Click=self.clicks)


def layer_charts(layers: list[alt.Chart], description: str, height: int = CHART_HEIGHT) -> alt.LayerChart:
    """Draw charts on top of one another, the first lowest; a screen reader reads `description` in their place."""
    chart = alt.layer(*layers).properties(height=height, description=description).configure_view(strokeOpacity=0)
    return cast("alt.LayerChart", chart)


def day_axis(context: ChartContext, field: str = "date", *, grid: bool = False) -> alt.X:
    """Return the axis of the days. Only the lowest of several layers needs it; `day_position` places the others."""
    if context.start.year == context.end.year:
        date_format = "%-d %b"
    else:
        date_format = "%-d %b %Y" if (context.end - context.start).days < _SIX_MONTHS else "%b %Y"
    ends = [alt.DateTime(year=day.year, month=day.month, date=day.day) for day in (context.start, context.end)]
    axis = alt.Axis(format=date_format, tickCount=6, title=None, grid=grid, labelFlush=True, labelOverlap=True)
    return alt.X(field=field, type="temporal", axis=axis, scale=alt.Scale(domain=ends, nice=False))


def day_position(field: str = "date") -> alt.X:
    """Place a mark on the axis of the days."""
    # Not as "date:T": Altair takes ten times as long to read a channel from words.
    return alt.X(field=field, type="temporal")


def count_position(field: str) -> alt.Y:
    """Place a mark on the axis of the counts."""
    return alt.Y(field=field, type="quantitative")


def tooltip_line(field: str, title: str, number_format: str = "") -> alt.Tooltip:
    """Return a line of a tooltip: a text, or a number if there is a format for it, in the notation of d3."""
    escaped = escape_tooltip_title(title)
    if number_format:
        return alt.Tooltip(field=field, type="quantitative", title=escaped, format=number_format)
    return alt.Tooltip(field=field, type="nominal", title=escaped)


def escape_tooltip_title(title: str) -> str:
    """Write the title of a line of a tooltip so that it is shown as it is, in one line.

    Vega-Lite puts titles into an expression, in quotes, and escapes quotes alone. The tooltip itself makes a heading of
    a line with the title `title`, and a picture of one with `image`: an invisible word joiner makes them ordinary.
    """
    line = " ".join(sanitize_line(title).split())
    return f"{line}\u2060" if line in _MARKUP_TITLES else line.replace("\\", "\\\\")


def date_tooltip(field: str = "date", title: str = "On") -> alt.Tooltip:
    """Return a line of a tooltip with a date."""
    return alt.Tooltip(field=field, type="temporal", title=title, format="%-d %B %Y")


def draw_date_line(context: ChartContext) -> alt.Chart:
    """Draw a line at the date shown: the only part of a chart that depends on that date."""
    frame = context.with_day_columns(pd.DataFrame({"date": pd.to_datetime([context.date])}))
    return cast(
        "alt.Chart", alt.Chart(frame).mark_rule(aria=False, color=context.ink, strokeWidth=1.5).encode(x=day_position())
    )


def draw_day_targets(counts: pd.DataFrame, tooltip: list[alt.Tooltip], context: ChartContext) -> list[alt.Chart]:
    """Draw an invisible strip for each day, for the pointer to find; `tooltip` is that of a day that has counts."""
    all_days = pd.DataFrame({"date": pd.date_range(context.start, context.end)})
    others = all_days[~all_days["date"].isin(counts["date"])]
    pointed = alt.selection_point(name="pointed", on="pointerover", clear="pointerout", fields=[DAY_FIELD], empty=False)
    picked = alt.selection_point(
        name=DAY_SELECTION, on="click", clear=False, toggle=False, fields=[DAY_FIELD, CLICK_FIELD], empty=False
    )
    strips: list[alt.Chart] = [
        alt.Chart(context.with_day_columns(frame))
        # Half a day, in milliseconds, to either side: the strip nearest to the pointer is the one under it.
        .transform_calculate(From="datum.date - 432e5", To="datum.date - 0 + 432e5")
        .mark_rect(aria=False, clip=True, color=context.ink, cursor="pointer")
        .encode(
            x=day_position("From"),
            x2=alt.X2(field="To"),
            opacity=alt.condition(pointed, alt.value(0.12), alt.value(0)),
            tooltip=[date_tooltip(), *lines],
        )
        for frame, lines in ((counts, tooltip), (others, []))
        if len(frame)
    ]
    return [strips[0].add_params(pointed, picked), *strips[1:]]
